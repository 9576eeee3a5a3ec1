/* SPDX-License-Identifier: MIT */
/*
 * What happens to the machine, told to every part (31, L11): the graph first,
 * since it decides whether the event is sound; then sizes, and promotion.
 */
#include "engine/engine.h"

#include "base/arithmetic.h"
#include "base/nodeset.h"

/* How far each node is from the fastest, for up and down. */
static void note_distances(struct tiermm_engine *e,
			   const struct tiermm_topology *topology)
{
	struct tiermm_node node;

	for (int32_t id = 0; id < TIERMM_MAX_NODES; id++)
		e->distance[id] = tiermm_topology_node(topology, id, &node)
					  ? TIERMM_NO_NODE
					  : node.abstract_distance;
}

int tiermm__follow_graph(struct tiermm_engine *e)
{
	struct tiermm_demotion_graph *graph;
	int err = tiermm_demotion_snapshot(e->demotion, &graph);

	if (err)
		return err;
	note_distances(e, tiermm_demotion_graph_topology(graph));
	if (e->promotion)
		err = tiermm_promotion_set_graph(e->promotion, graph);
	tiermm_demotion_graph_unref(graph);
	return err;
}

static int is_blocked(const struct tiermm_engine *e, int32_t node)
{
	struct tiermm_nodeset blocked;

	return !tiermm_demotion_blocked(e->demotion, &blocked) &&
	       tiermm__nodeset_has(&blocked, node);
}

/* The node's size after an event, as far as the event tells it. */
static uint64_t size_after(const struct tiermm_engine *e,
			   const struct tiermm_event *event)
{
	uint64_t managed = e->room[event->node].managed_pages;
	uint64_t more;

	if (event->kind == TIERMM_EVENT_MEMORY_ADD)
		return tiermm__add_overflow(managed, event->pages, &more)
			       ? UINT64_MAX
			       : more;
	if (is_blocked(e, event->node))
		return 0;
	return managed - (event->pages < managed ? event->pages : managed);
}

/* Marks follow the size; what came is free, what went was. */
static int follow_size(struct tiermm_engine *e,
		       const struct tiermm_event *event)
{
	struct tiermm_engine_room *room = &e->room[event->node];
	struct tiermm_reclaim_room now = { .size = sizeof(now) };
	struct tiermm_reclaim_node node = { .node = event->node };
	int err = tiermm_reclaim_get_room(e->reclaim, event->node, &now);

	if (err)
		return err;
	node.managed = size_after(e, event);
	node.min = room->min_pages;
	node.free_pages = now.free_pages;
	node.parked_pages = now.parked_pages;
	if (node.managed > room->managed_pages)
		node.free_pages += node.managed - room->managed_pages;
	if (node.free_pages > node.managed)
		node.free_pages = node.managed;
	room->managed_pages = node.managed;
	room->present_pages = 0;
	return tiermm_reclaim_set_nodes(e->reclaim, &node, 1);
}

static int has_size(const struct tiermm_engine *e,
		    const struct tiermm_event *event)
{
	return (event->kind == TIERMM_EVENT_MEMORY_ADD ||
		event->kind == TIERMM_EVENT_MEMORY_REMOVE) &&
	       tiermm__node_in_range(event->node) &&
	       (uint32_t)event->node < e->max_nodes &&
	       e->room[event->node].managed_pages;
}

static int tell(struct tiermm_engine *e, const struct tiermm_event *event,
		uint32_t *effect)
{
	uint32_t did = 0;
	int graph = tiermm_demotion_event(e->demotion, event, &did);
	int err = 0;

	if (graph && graph != -TIERMM_ENOMEM && graph != -TIERMM_ENOTSUP)
		return graph;
	tiermm__log_event(&e->ring, event);
	if (effect && did)
		*effect = did;
	if (did & TIERMM_EFFECT_REBUILT)
		err = tiermm__follow_graph(e);
	if (!err && has_size(e, event))
		err = follow_size(e, event);
	return graph ? graph : err;
}

int tiermm_engine_event(struct tiermm_engine *e,
			const struct tiermm_event *event, uint32_t *effect)
{
	int err = e && event ? tiermm__owner_enter(&e->owner) : -TIERMM_EINVAL;

	if (err)
		return err;
	err = tell(e, event, effect);
	tiermm__owner_leave(&e->owner);
	return err;
}
