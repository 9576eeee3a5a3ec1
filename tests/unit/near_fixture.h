/* SPDX-License-Identifier: MIT */
/*
 * Short lists worked out again, candidate by candidate (rule D9), and machines
 * and sets to try them on.
 */
#ifndef TIERMM_TESTS_UNIT_NEAR_FIXTURE_H
#define TIERMM_TESTS_UNIT_NEAR_FIXTURE_H

#include "demotion/near.h"
#include "demotion/score.h"
#include "support/cmocka.h"

#include <tiermm/topology_create.h>

#define NEAR_LARGEST 200

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
	struct tiermm_nodeset left = { { 0 } };
	int has_list = g->view.strategy == TIERMM_STRATEGY_NEAREST ||
		       g->view.strategy == TIERMM_STRATEGY_LINUX_6_12;
	uint64_t first = 0, end = 0;

	words[0] = 0;
	words[1] = 0;
	for (uint32_t i = 0; i < g->view.words; i++) {
		words[0] |= fallback[i] ? (uint64_t)1 << i : 0;
		if (preferred[i]) {
			first = end ? first : i - i % 4;
			end = i + 1;
		}
		left.word[i] = fallback[i] & ~preferred[i];
	}
	has_list = has_list && words[0];
	words[0] |= end << 16 | first << 32;
	if (!has_list)
		return;
	words[1] = 1;
	for (uint32_t i = 0; i < TIERMM__NEAR_MOST; i++) {
		int32_t id = near_first(g, from, &left);

		if (id == TIERMM_NO_NODE)
			break;
		/* The bit that ends the list moves on, and leaves the id. */
		words[1] += ((uint64_t)id + 1024 - 1) << (10 * i);
		tiermm__nodeset_remove(&left, id);
	}
}

/*
 * A machine of 2 to NEAR_LARGEST nodes in up to four tiers: ids with gaps or
 * without, distances with many ties or with few.
 */
static inline struct tiermm_topology *near_machine(struct tiermm_random *random)
{
	uint32_t n =
		2 + (uint32_t)tiermm_random_below(random, NEAR_LARGEST - 1);
	int32_t gap = tiermm_random_below(random, 2) ? 1 : 5;
	uint32_t few = tiermm_random_below(random, 2) ? 3 : 236;
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, NULL, NULL), 0);
	for (uint32_t i = 0; i < n; i++) {
		int32_t id = (int32_t)i * gap;
		int32_t tier = 4 + (int32_t)tiermm_random_below(random, 4);

		assert_int_equal(tiermm_topology_builder_add_node(
					 b, id, TIERMM_NODE_ONLINE, 0),
				 0);
		assert_int_equal(tiermm_topology_builder_set_abstract_distance(
					 b, id, tier * TIERMM_TIER_CHUNK,
					 TIERMM_SOURCE_CALLER),
				 0);
		if (tier == 4 || i % 7 == 0)
			assert_int_equal(tiermm_topology_builder_set_cpu(b, i,
									 id),
					 0);
	}
	for (uint32_t i = 0; i < n * n; i++)
		assert_int_equal(
			tiermm_topology_builder_set_distance(
				b, (int32_t)(i / n) * gap,
				(int32_t)(i % n) * gap,
				i / n == i % n
					? 10
					: 20 + (uint32_t)tiermm_random_below(
						       random, few),
				TIERMM_SOURCE_SLIT),
			0);
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	return t;
}

/* Every node with the same chance: all, one in 2, 4, ... */
static inline struct tiermm_nodeset near_set(struct tiermm_random *random,
					     uint64_t chances)
{
	uint64_t thin = tiermm_random_below(random, chances);
	struct tiermm_nodeset set;

	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++) {
		set.word[i] = UINT64_MAX;
		for (uint64_t k = 0; k < thin; k++)
			set.word[i] &= tiermm_random_next(random);
	}
	return set;
}

#endif
