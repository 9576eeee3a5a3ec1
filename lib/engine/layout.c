/* SPDX-License-Identifier: MIT */
/*
 * The demotion graph as a part of a change of the layout (L3): prepared with
 * it, published right before it, or forgotten. Only headers of the layout are
 * used here; it calls back through the part.
 */
#include "engine/engine.h"

#include "base/options.h"

/* Promotion has room for the nodes of the machine as it will be. */
static int check_room(const struct tiermm_engine *e,
		      const struct tiermm_topology *topology)
{
	uint32_t last = tiermm_topology_node_count(topology) - 1;
	struct tiermm_node node;
	int err = tiermm_topology_node_at(topology, last, &node);

	if (err)
		return err;
	if (e->promotion && (uint32_t)node.id >= e->promotion_nodes)
		return -TIERMM_ENOSPC;
	return 0;
}

static int prepare(void *self, const struct tiermm_layout_change *change)
{
	struct tiermm_engine_relayout *r = self;
	struct tiermm_engine *e = r->engine;
	int err = tiermm__owner_enter(&e->owner);

	(void)change;
	if (err)
		return err;
	err = check_room(e, r->topology);
	if (!err)
		err = tiermm_demotion_prepare(e->demotion, r->topology,
					      r->options, r->problem);
	/* The owner stays inside until the commit or the abort. */
	if (err)
		tiermm__owner_leave(&e->owner);
	return err;
}

static void commit(void *self, const struct tiermm_layout_change *change)
{
	struct tiermm_engine *e =
		((struct tiermm_engine_relayout *)self)->engine;

	(void)change;
	if (!tiermm_demotion_publish(e->demotion))
		(void)tiermm__follow_graph(e);
	tiermm__owner_leave(&e->owner);
}

static void forget(void *self, const struct tiermm_layout_change *change)
{
	struct tiermm_engine *e =
		((struct tiermm_engine_relayout *)self)->engine;

	(void)change;
	(void)tiermm_demotion_abandon(e->demotion);
	tiermm__owner_leave(&e->owner);
}

int tiermm_engine_layout_part(struct tiermm_engine_relayout *relayout,
			      struct tiermm_layout_part *out)
{
	struct tiermm_engine_relayout known;
	int err = relayout && out
			  ? tiermm__options_copy(&known, sizeof(known),
						 relayout, sizeof(known), 0)
			  : -TIERMM_EINVAL;

	if (err)
		return err;
	if (!known.engine || !known.topology)
		return -TIERMM_EINVAL;
	*out = (struct tiermm_layout_part){
		.size = sizeof(*out),
		.self = relayout,
		.prepare = prepare,
		.commit = commit,
		.abort = forget,
	};
	return 0;
}
