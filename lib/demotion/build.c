/* SPDX-License-Identifier: MIT */
/* What every strategy starts from: rows, ranks, packed distances. */
#include "demotion/graph.h"

#include "base/memory.h"
#include "base/nodeset.h"
#include "demotion/near.h"

static void gather_nodes(struct tiermm_demotion_graph *g)
{
	const int32_t *ids = tiermm__topology_ids(g->topology);

	for (uint32_t row = 0; row < g->view.n; row++)
		g->ids[row] = (uint64_t)ids[row];
	g->cpus = *tiermm__topology_set(g->topology, TIERMM_NODES_CPU);
	g->memory = *tiermm__topology_set(g->topology, TIERMM_NODES_MEMORY);
	/* Linux takes no notice of memory that is about to go (facts 0.3). */
	g->targets = g->memory;
	if (g->view.strategy == TIERMM_STRATEGY_NEAREST ||
	    g->view.strategy == TIERMM_STRATEGY_MANUAL)
		tiermm__nodeset_and_not(
			&g->targets,
			tiermm__topology_set(g->topology, TIERMM_NODES_GOING));
}

/* Rows of targets, sorted by rank: count each, then put each in its place. */
static void gather_ranks(struct tiermm_demotion_graph *g)
{
	uint32_t *start = g->rank_start;

	g->ranks = tiermm_topology_tier_count(g->topology);
	memset(start, 0, (g->ranks + 2) * sizeof(*start));
	for (uint32_t row = 0; row < g->view.n; row++)
		if (tiermm__nodeset_has(&g->targets, tiermm__id(g, row)))
			start[g->rank_of[row] + 2]++;
	for (uint32_t rank = 2; rank <= g->ranks; rank++)
		start[rank] += start[rank - 1];
	for (uint32_t row = 0; row < g->view.n; row++)
		if (tiermm__nodeset_has(&g->targets, tiermm__id(g, row)))
			g->ranked[start[g->rank_of[row] + 1]++] = row;
}

/* 8 distances a word, lowest first, so that a reader's word is never torn. */
static void pack_row(struct tiermm_demotion_graph *g, uint32_t row)
{
	const uint8_t *from = g->rows + (uint64_t)row * g->view.n;
	uint64_t *to = g->distance + (uint64_t)row * g->view.stride;

	to[g->view.stride - 1] = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(to, from, g->view.n);
#else
	memset(to, 0, g->view.stride * sizeof(*to));
	for (uint32_t i = 0; i < g->view.n; i++)
		to[i / 8] |= (uint64_t)from[i] << (i % 8 * 8);
#endif
}

static void clear_sets(struct tiermm_demotion_graph *g)
{
	uint64_t bytes = (uint64_t)g->view.n * g->view.words * sizeof(uint64_t);

	memset(g->preferred, 0, (size_t)bytes);
	memset(g->fallback, 0, (size_t)bytes);
	if (g->view.strategy == TIERMM_STRATEGY_MANUAL)
		memset(g->named, 0, (size_t)bytes);
	memset(g->load, 0, g->view.n * sizeof(*g->load));
	memset(g->near, 0, g->view.n * TIERMM__NEAR_WORDS * sizeof(*g->near));
}

static int build_targets(struct tiermm_demotion_graph *g,
			 const struct tiermm__graph_options *options,
			 struct tiermm_problem *problem)
{
	switch (g->view.strategy) {
	case TIERMM_STRATEGY_NEAREST:
		tiermm__build_nearest(g);
		return 0;
	case TIERMM_STRATEGY_MANUAL:
		return tiermm__build_manual(g, options, problem);
	case TIERMM_STRATEGY_LINUX_6_12:
		tiermm__build_load(g, options);
		tiermm__build_linux(g);
		return 0;
	default:
		tiermm__build_load(g, options);
		tiermm__build_passes(g);
		return 0;
	}
}

int tiermm__graph_build(struct tiermm_demotion_graph *g,
			const struct tiermm__graph_options *options,
			int32_t kept, struct tiermm_problem *problem)
{
	int err;

	g->view.strategy = options->strategy;
	g->view.cpu_penalty = options->cpu_penalty;
	gather_nodes(g);
	gather_ranks(g);
	for (uint32_t row = 0; row < g->view.n; row++)
		pack_row(g, row);
	clear_sets(g);
	tiermm__build_top(g, kept);
	err = build_targets(g, options, problem);
	if (!err)
		tiermm__near_fill(g);
	return err;
}
