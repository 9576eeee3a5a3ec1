/* SPDX-License-Identifier: MIT */
/*
 * Targets from passes over the machine: strategies linux-5.15 and linux-5.18
 * (facts 0.2).
 *
 * The first pass asks for each node with CPUs, the next one for each node
 * that was found in the pass before, and so on. Whatever has been a source or
 * a target is used and is never found again, so there is no cycle; and of two
 * nodes in one pass the lower id takes what both would like to have.
 */
#include "demotion/score.h"
#include "demotion/search.h"

/* The unused node with memory that scores best, or none (facts 0.1). */
static uint32_t find_best(const struct tiermm_demotion_graph *g, uint32_t from,
			  const struct tiermm_nodeset *used)
{
	uint64_t best = UINT64_MAX;

	for (uint32_t to = 0; to < g->view.n; to++) {
		int32_t id = tiermm__id(g, to);

		if (tiermm__nodeset_has(&g->targets, id) &&
		    !tiermm__nodeset_has(used, id) &&
		    tiermm__key(g, from, to) < best)
			best = tiermm__key(g, from, to);
	}
	return best == UINT64_MAX ? TIERMM__NONE : tiermm__key_row(best);
}

/*
 * 5.15 takes one. 5.18 goes on while what it finds is no farther than the
 * first, and has room for 15.
 */
void tiermm__search_pass(const struct tiermm_demotion_graph *g, uint32_t from,
			 const struct tiermm_nodeset *used,
			 struct tiermm__pass_search *out)
{
	struct tiermm_nodeset seen = *used;
	uint32_t to;

	out->targets = 0;
	for (;;) {
		to = find_best(g, from, &seen);
		if (to == TIERMM__NONE || out->targets == TIERMM__PASS_TARGETS)
			break;
		if (out->targets &&
		    tiermm__distance(g, from, to) >
			    tiermm__distance(g, from, out->target[0]))
			break;
		out->target[out->targets++] = to;
		tiermm__nodeset_add(&seen, tiermm__id(g, to));
		if (g->view.strategy == TIERMM_STRATEGY_LINUX_5_15) {
			to = TIERMM__NONE;
			break;
		}
	}
	out->end = to;
}

static void take_targets(struct tiermm_demotion_graph *g, uint32_t from,
			 struct tiermm_nodeset *used,
			 struct tiermm_nodeset *next)
{
	uint64_t *preferred = tiermm__set(g, g->preferred, from);
	struct tiermm__pass_search s;

	tiermm__search_pass(g, from, used, &s);
	for (uint32_t i = 0; i < s.targets; i++) {
		int32_t id = tiermm__id(g, s.target[i]);

		tiermm__set_add(preferred, id);
		tiermm__nodeset_add(used, id);
		tiermm__nodeset_add(next, id);
	}
}

void tiermm__build_passes(struct tiermm_demotion_graph *g)
{
	struct tiermm_nodeset used = { { 0 } }, next = g->cpus, now;
	/* Filled from its end, so that targets stand before their sources. */
	uint32_t *first = g->scratch + g->view.n, *order = first;

	while (!tiermm__nodeset_is_empty(&next)) {
		now = next;
		next = (struct tiermm_nodeset){ { 0 } };
		tiermm__nodeset_or(&used, &now);
		for (int32_t id = tiermm_nodeset_next(&now, TIERMM_NO_NODE);
		     id != TIERMM_NO_NODE; id = tiermm_nodeset_next(&now, id)) {
			*--order = tiermm__row(g, id);
			take_targets(g, *order, &used, &next);
		}
	}
	tiermm__follow_chains(g, order, (uint32_t)(first - order));
}
