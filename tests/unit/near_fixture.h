/* SPDX-License-Identifier: MIT */
/* Short lists worked out again, candidate by candidate (rule D9). */
#ifndef TIERMM_TESTS_UNIT_NEAR_FIXTURE_H
#define TIERMM_TESTS_UNIT_NEAR_FIXTURE_H

#include "demotion/near.h"
#include "demotion/score.h"

/* The fallback node of @left that is answered first, or TIERMM_NO_NODE. */
static inline int32_t near_first(const struct tiermm_demotion_graph *g,
				 uint32_t from,
				 const struct tiermm_nodeset *left)
{
	int32_t best = TIERMM_NO_NODE;
	uint64_t least = 0;

	for (int32_t id = tiermm_nodeset_next(left, -1); id != TIERMM_NO_NODE;
	     id = tiermm_nodeset_next(left, id)) {
		int32_t to = g->row_of[id];
		uint64_t cost;

		if (to < 0) /* a damaged graph's */
			continue;
		cost = tiermm__distance(g, from, (uint32_t)to);
		if (g->view.strategy == TIERMM_STRATEGY_LINUX_6_12)
			cost = tiermm__score(g, from, (uint32_t)to,
					     g->view.cpu_penalty);
		if (best == TIERMM_NO_NODE || cost < least) {
			best = id;
			least = cost;
		}
	}
	return best;
}

/* Work the two words of a row out from its sets. */
static inline void near_words(const struct tiermm_demotion_graph *g,
			      uint32_t from, uint64_t *words)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	const uint64_t *fallback = tiermm__set(g, g->fallback, from);
	int tiers = g->view.strategy == TIERMM_STRATEGY_NEAREST ||
		    g->view.strategy == TIERMM_STRATEGY_LINUX_6_12;
	struct tiermm_nodeset left = { { 0 } };

	words[0] = 0;
	words[1] = 0;
	for (uint32_t i = 0; i < g->view.words; i++) {
		words[0] |= preferred[i] ? (uint64_t)1 << i : 0;
		left.word[i] = fallback[i] & ~preferred[i];
	}
	for (uint32_t i = 0; tiers && i < TIERMM__NEAR_MOST; i++) {
		int32_t id = near_first(g, from, &left);

		if (id == TIERMM_NO_NODE)
			break;
		words[1] = tiermm__near_append(words[1], (uint64_t)id);
		tiermm__nodeset_remove(&left, id);
	}
}

#endif
