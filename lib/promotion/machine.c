/* SPDX-License-Identifier: MIT */
/* What is known of nodes: tiers from the graph, rooms from the caller. */
#include "base/memory.h"
#include "promotion/internal.h"

uint32_t tiermm__promotion_ids(const struct tiermm_demotion_graph *graph)
{
	return (uint32_t)tiermm__id(graph, graph->view.n - 1) + 1;
}

/* The nearest node on top that has memory; the faster, the lower id of two. */
static int32_t find_home(const struct tiermm_demotion_graph *g, uint32_t from)
{
	uint32_t best = TIERMM__NONE;

	for (uint32_t row = 0; row < g->view.n; row++) {
		if (g->rank_of[row] >= g->top_ranks)
			continue;
		if (row == from)
			return tiermm__id(g, row);
		if (best == TIERMM__NONE ||
		    tiermm__distance(g, from, row) <
			    tiermm__distance(g, from, best) ||
		    (tiermm__distance(g, from, row) ==
			     tiermm__distance(g, from, best) &&
		     g->rank_of[row] < g->rank_of[best]))
			best = row;
	}
	return best == TIERMM__NONE ? TIERMM_NO_NODE : tiermm__id(g, best);
}

void tiermm__promotion_load_graph(struct tiermm_promotion *p)
{
	const struct tiermm_demotion_graph *g = p->graph;

	for (uint32_t id = 0; id < p->options.max_nodes; id++) {
		p->nodes[id].rank = TIERMM__NO_RANK;
		p->nodes[id].top = 1;
		p->nodes[id].home = TIERMM_NO_NODE;
		p->nodes[id].cold_end_ms = 0;
		if (g->row_of[id] < 0) {
			p->nodes[id].known = 0;
			memset(&p->nodes[id].room, 0,
			       sizeof(p->nodes[id].room));
		}
	}
	for (uint32_t row = 0; row < g->view.n; row++) {
		struct tiermm__promotion_node *node =
			&p->nodes[tiermm__id(g, row)];

		node->rank = g->rank_of[row];
		node->top =
			!tiermm__has_rank(g, row) || node->rank < g->top_ranks;
		node->home = find_home(g, row);
	}
}

int tiermm_promotion_set_graph(struct tiermm_promotion *p,
			       struct tiermm_demotion_graph *graph)
{
	int err;

	if (!graph)
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	if (tiermm__promotion_ids(graph) > p->options.max_nodes) {
		tiermm__promotion_leave(p);
		return -TIERMM_ENOSPC;
	}
	tiermm_demotion_graph_ref(graph);
	tiermm_demotion_graph_unref(p->graph);
	p->graph = graph;
	tiermm__promotion_load_graph(p);
	tiermm__promotion_leave(p);
	return 0;
}

static int check_rooms(const struct tiermm_promotion *p,
		       const struct tiermm_promotion_room *rooms, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		if (rooms[i].reserved)
			return -TIERMM_EINVAL;
		if (!tiermm__has_node(p, rooms[i].node) ||
		    p->graph->row_of[rooms[i].node] < 0)
			return -TIERMM_ENODEV;
	}
	return 0;
}

int tiermm_promotion_set_rooms(struct tiermm_promotion *p,
			       const struct tiermm_promotion_room *rooms,
			       uint64_t n)
{
	int err;

	if (!rooms && n)
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	err = check_rooms(p, rooms, n);
	for (uint64_t i = 0; !err && i < n; i++) {
		p->nodes[rooms[i].node].room = rooms[i];
		p->nodes[rooms[i].node].known = 1;
		p->nodes[rooms[i].node].cold_end_ms = 0;
	}
	tiermm__promotion_leave(p);
	return err;
}
