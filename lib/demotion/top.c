/* SPDX-License-Identifier: MIT */
/*
 * The top tier: every tier at or above the slowest one that has a CPU. Where
 * none has, the kernel keeps what it found last, and so do we (facts 0.3).
 */
#include "base/nodeset.h"
#include "demotion/graph.h"

#include <tiermm/demotion_explain.h>

static void find_slowest(struct tiermm_demotion_graph *g)
{
	g->cpu_rank = TIERMM__NONE;
	g->cpu_row = TIERMM__NONE;
	for (uint32_t row = 0; row < g->view.n; row++) {
		uint32_t rank = g->rank_of[row];

		if (!tiermm__has_rank(g, row) ||
		    !tiermm__nodeset_has(&g->cpus, tiermm__id(g, row)))
			continue;
		if (g->cpu_rank != TIERMM__NONE && rank <= g->cpu_rank)
			continue;
		g->cpu_rank = rank;
		g->cpu_row = row;
	}
}

void tiermm__build_top(struct tiermm_demotion_graph *g, int32_t kept)
{
	const struct tiermm_tier *tiers = tiermm__topology_tiers(g->topology);

	find_slowest(g);
	g->top_distance = kept;
	if (g->cpu_rank != TIERMM__NONE)
		g->top_distance = tiers[g->cpu_rank].abstract_distance_high;
	g->top_ranks = 0;
	while (g->top_ranks < g->ranks &&
	       tiers[g->top_ranks].abstract_distance_low <= g->top_distance)
		g->top_ranks++;
}

int tiermm_demotion_graph_is_top(const struct tiermm_demotion_graph *g,
				 int32_t node)
{
	int32_t row = tiermm_topology_index(g->topology, node);

	if (row < 0)
		return -TIERMM_ENODEV;
	return !tiermm__has_rank(g, (uint32_t)row) ||
	       g->rank_of[row] < g->top_ranks;
}

static int32_t tier_of(const struct tiermm_demotion_graph *g, uint32_t row)
{
	if (row == TIERMM__NONE || !tiermm__has_rank(g, row))
		return TIERMM_NO_TIER;
	return tiermm__topology_tiers(g->topology)[g->rank_of[row]].id;
}

int tiermm_demotion_explain_top(const struct tiermm_demotion_graph *g,
				int32_t node, struct tiermm_top_reason *out)
{
	int top;

	if (!g || !out || out->size != sizeof(*out))
		return -TIERMM_EINVAL;
	top = tiermm_demotion_graph_is_top(g, node);
	if (top < 0)
		return top;
	*out = (struct tiermm_top_reason){
		.size = sizeof(*out),
		.is_top = (uint32_t)top,
		.tier_id = tier_of(g, tiermm__row(g, node)),
		.slowest_cpu_tier = tier_of(g, g->cpu_row),
		.cpu_node = g->cpu_row == TIERMM__NONE
				    ? TIERMM_NO_NODE
				    : tiermm__id(g, g->cpu_row),
	};
	return 0;
}
