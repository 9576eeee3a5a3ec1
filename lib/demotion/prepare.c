/* SPDX-License-Identifier: MIT */
/* A new graph in two steps: take the memory, which may fail; then publish. */
#include "base/options.h"
#include "base/problem.h"
#include "demotion/handle.h"
#include "topology/internal.h"

#include <tiermm/demotion_change.h>

static int enter(struct tiermm_demotion *d)
{
	return d ? tiermm__owner_enter(&d->owner) : -TIERMM_EINVAL;
}

int tiermm__check_room(uint32_t room, uint32_t max_access,
		       const struct tiermm_topology *topology,
		       struct tiermm_problem *problem)
{
	if (topology->n_nodes > room)
		return tiermm__problem_report(
			problem,
			&(struct tiermm_problem){ .error = -TIERMM_ENOSPC,
						  .what = TIERMM_PROBLEM_ROOM,
						  .node = topology->ids[room],
						  .other = TIERMM_NO_NODE,
						  .value = topology->n_nodes,
						  .high = room });
	return topology->n_access > max_access ? -TIERMM_ENOSPC : 0;
}

void tiermm__drop_prepared(struct tiermm_demotion *d)
{
	tiermm_demotion_graph_unref(d->prepared);
	tiermm__recipe_destroy(d->next_recipe);
	d->prepared = NULL;
	d->next_recipe = NULL;
}

/* The graph, and the options where they are new ones. */
static int build(struct tiermm_demotion *d, struct tiermm_topology *topology,
		 const struct tiermm_demotion_options *options,
		 struct tiermm_problem *problem,
		 struct tiermm_demotion_graph **graph,
		 struct tiermm__recipe **recipe)
{
	struct tiermm_demotion_options own;
	int err;

	err = tiermm__demotion_graph_create(graph, topology,
					    options ? options
						    : &d->recipe->options,
					    d->graph->top_distance, problem,
					    &d->mem);
	if (err || !options)
		return err;
	/* The graph was built from them, so they are in order. */
	(void)tiermm__options_copy(&own, sizeof(own), options, sizeof(own), 0);
	*recipe = tiermm__recipe_create(&own, &d->mem);
	if (*recipe)
		return 0;
	tiermm_demotion_graph_unref(*graph);
	return -TIERMM_ENOMEM;
}

static int prepare(struct tiermm_demotion *d, struct tiermm_topology *topology,
		   const struct tiermm_demotion_options *options,
		   struct tiermm_problem *problem)
{
	struct tiermm_demotion_graph *graph = NULL;
	struct tiermm__recipe *recipe = NULL;
	int err;

	if (!d->mem.alloc)
		return -TIERMM_ENOTSUP;
	err = tiermm__check_room(d->room, d->max_access, topology, problem);
	if (!err)
		err = build(d, topology, options, problem, &graph, &recipe);
	if (err)
		return err;
	tiermm__drop_prepared(d);
	d->prepared = graph;
	d->next_recipe = recipe;
	return 0;
}

int tiermm_demotion_prepare(struct tiermm_demotion *d,
			    struct tiermm_topology *topology,
			    const struct tiermm_demotion_options *options,
			    struct tiermm_problem *problem)
{
	int err = topology ? enter(d) : -TIERMM_EINVAL;

	if (err)
		return err;
	err = prepare(d, topology, options, problem);
	tiermm__owner_leave(&d->owner);
	return err;
}

static void publish(struct tiermm_demotion *d)
{
	struct tiermm_demotion_graph *graph = d->prepared;

	if (d->next_recipe) {
		tiermm__recipe_destroy(d->recipe);
		d->recipe = d->next_recipe;
	}
	d->prepared = NULL;
	d->next_recipe = NULL;
	tiermm__publish(d, graph);
}

int tiermm_demotion_publish(struct tiermm_demotion *d)
{
	int err = enter(d);

	if (err)
		return err;
	if (d->prepared)
		publish(d);
	else
		err = -TIERMM_ENOENT;
	tiermm__owner_leave(&d->owner);
	return err;
}

int tiermm_demotion_abandon(struct tiermm_demotion *d)
{
	int err = enter(d);

	if (err)
		return err;
	tiermm__drop_prepared(d);
	tiermm__owner_leave(&d->owner);
	return 0;
}

int tiermm_demotion_snapshot(struct tiermm_demotion *d,
			     struct tiermm_demotion_graph **out)
{
	int err = out ? enter(d) : -TIERMM_EINVAL;

	if (err)
		return err;
	*out = tiermm_demotion_graph_ref(d->graph);
	tiermm__owner_leave(&d->owner);
	return 0;
}
