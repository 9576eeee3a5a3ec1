/* SPDX-License-Identifier: MIT */
/*
 * The load table: what building the fallback lists of page allocation leaves
 * behind, and what breaks ties between equal scores (facts 0.1; D1).
 *
 * For each possible node, ascending: all nodes with memory in the order of
 * their score, and one more load for each that is at another distance than
 * the one before it. A list changes loads only of nodes that are already in
 * it, so each list can be sorted as a whole: O(n^2) in the nodes.
 */
#include "demotion/graph.h"
#include "demotion/score.h"

#include "base/memory.h"

struct item {
	uint32_t score;
	uint32_t row;
};

/* One stable pass over 8 bits of the score. */
static void sort_byte(const struct item *from, struct item *to, uint32_t n,
		      uint32_t shift)
{
	uint32_t start[256] = { 0 };
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		start[from[i].score >> shift & 255]++;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t count = start[i];

		start[i] = sum;
		sum += count;
	}
	for (uint32_t i = 0; i < n; i++)
		to[start[from[i].score >> shift & 255]++] = from[i];
}

/* By score, equal ones as they were: ascending by id. Returns the result. */
static const struct item *sort(struct item *list, struct item *spare,
			       uint32_t n, uint32_t max)
{
	for (uint32_t shift = 0; shift < 32 && max >> shift; shift += 8) {
		struct item *sorted = spare;

		sort_byte(list, sorted, n, shift);
		spare = list;
		list = sorted;
	}
	return list;
}

static void build_list(struct tiermm_demotion_graph *g, uint32_t local,
		       uint32_t cpu_penalty)
{
	struct item *list = (struct item *)(void *)g->scratch;
	uint32_t before = tiermm__distance(g, local, local);
	const struct item *sorted;
	uint32_t n = 0, max = 0;

	for (uint32_t row = 0; row < g->view.n; row++) {
		/* The node itself comes first, and is no other distance. */
		if (!tiermm__has_rank(g, row) || row == local)
			continue;
		/* Loads are at most 1024 here, so a score takes 27 bits. */
		list[n].score =
			(uint32_t)tiermm__score(g, local, row, cpu_penalty);
		list[n].row = row;
		if (list[n].score > max)
			max = list[n].score;
		n++;
	}
	sorted = sort(list, list + g->view.n, n, max);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t now = tiermm__distance(g, local, sorted[i].row);

		if (now != before)
			g->load[sorted[i].row]++;
		before = now;
	}
}

static void take_given(struct tiermm_demotion_graph *g,
		       const struct tiermm__graph_options *options)
{
	for (uint32_t row = 0; row < g->view.n; row++)
		if (g->ids[row] < options->n_load)
			g->load[row] = options->load[g->ids[row]];
}

void tiermm__build_load(struct tiermm_demotion_graph *g,
			const struct tiermm__graph_options *options)
{
	int booted = options->load_mode == TIERMM_LOAD_BOOTED;

	if (options->load_mode == TIERMM_LOAD_GIVEN) {
		take_given(g, options);
		return;
	}
	/*
	 * The published results of the passes reckon without any history: by
	 * the lists of a booted machine vector V5 comes out as 0, 2, 3, 1.
	 */
	if (booted && tiermm__is_passes(options->strategy))
		return;
	/* At boot no CPU is attached to its node yet ("seen" fact 1). */
	for (uint32_t row = 0; row < g->view.n; row++)
		build_list(g, row, booted ? 0 : options->cpu_penalty);
}
