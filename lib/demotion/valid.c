/* SPDX-License-Identifier: MIT */
/*
 * A graph's own promises: acyclic, targets lower, sets nested (I1, I4), short
 * lists a true head of the order in which fallback nodes are answered (D9).
 */
#include "base/nodeset.h"
#include "demotion/near.h"
#include "demotion/score.h"

static int is_tiers(const struct tiermm_demotion_graph *g)
{
	return g->view.strategy == TIERMM_STRATEGY_NEAREST ||
	       g->view.strategy == TIERMM_STRATEGY_LINUX_6_12;
}

/* preferred within fallback within targets, and never the node itself. */
static int is_nested(const struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	const uint64_t *fallback = tiermm__set(g, g->fallback, from);

	for (uint32_t i = 0; i < g->view.words; i++) {
		if (preferred[i] & ~fallback[i])
			return 0;
		if (fallback[i] & ~g->targets.word[i])
			return 0;
	}
	return !tiermm__set_has(fallback, tiermm__id(g, from));
}

/* All targets in lower tiers, and the preferred ones at one distance. */
static int is_lower(const struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	const uint64_t *fallback = tiermm__set(g, g->fallback, from);
	uint32_t distance = 0;

	for (int32_t id = tiermm__set_next(fallback, g->view.words, 0);
	     id != TIERMM_NO_NODE;
	     id = tiermm__set_next(fallback, g->view.words, id + 1)) {
		uint32_t to = tiermm__row(g, id);

		if (!tiermm__has_rank(g, from) ||
		    g->rank_of[to] <= g->rank_of[from])
			return 0;
		if (!tiermm__set_has(preferred, id))
			continue;
		if (distance && tiermm__distance(g, from, to) != distance)
			return 0;
		distance = tiermm__distance(g, from, to);
	}
	return 1;
}

/* Nothing at 255, where that means out of reach (D4). */
static int is_in_reach(const struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *fallback = tiermm__set(g, g->fallback, from);

	for (int32_t id = tiermm__set_next(fallback, g->view.words, 0);
	     id != TIERMM_NO_NODE;
	     id = tiermm__set_next(fallback, g->view.words, id + 1))
		if (tiermm__distance(g, from, tiermm__row(g, id)) ==
		    TIERMM__UNREACHABLE)
			return 0;
	return 1;
}

static int is_packed(const struct tiermm_demotion_graph *g, uint32_t from)
{
	for (uint32_t to = 0; to < g->view.n; to++)
		if (tiermm__view_distance(&g->view, from, to) !=
		    tiermm__distance(g, from, to))
			return 0;
	return 1;
}

/* Whether near.h's word 0 tells which words of the sets are not empty. */
static int is_filled(const struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	const uint64_t *fallback = tiermm__set(g, g->fallback, from);
	uint64_t head = *tiermm__view_near(&g->view, from);
	uint32_t filled = tiermm__near_filled(head), first = 0, end = 0;

	for (uint32_t i = 0; i < g->view.words; i++) {
		filled ^= (uint32_t)(fallback[i] != 0) << i;
		if (preferred[i]) {
			first = end ? first : i / 4 * 4;
			end = i + 1;
		}
	}
	return !filled && tiermm__near_first(head) == first &&
	       tiermm__near_end(head) == end;
}

/* What orders fallback nodes: distance or score, then the row. */
static uint64_t order_of(const struct tiermm_demotion_graph *g, uint32_t from,
			 int32_t id)
{
	uint32_t to = tiermm__row(g, id);

	if (g->view.strategy == TIERMM_STRATEGY_LINUX_6_12)
		return tiermm__key(g, from, to);
	return (uint64_t)tiermm__distance(g, from, to) << 10 | to;
}

/* Fallback nodes that are not preferred. */
static struct tiermm_nodeset others(const struct tiermm_demotion_graph *g,
				    uint32_t from)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	const uint64_t *fallback = tiermm__set(g, g->fallback, from);
	struct tiermm_nodeset set = { { 0 } };

	for (uint32_t i = 0; i < g->view.words; i++)
		set.word[i] = fallback[i] & ~preferred[i];
	return set;
}

/* The list ascends, and nothing that it leaves out comes before its end. */
static int is_near(const struct tiermm_demotion_graph *g, uint32_t from)
{
	uint64_t list = tiermm__view_near(&g->view, from)[1], last = 0;
	struct tiermm_nodeset left = others(g, from);
	uint32_t count = 0;

	if (!is_tiers(g))
		return list == 0;
	for (; tiermm__near_has(list); list = tiermm__near_rest(list)) {
		int32_t id = (int32_t)tiermm__near_id(list);

		if (!tiermm__nodeset_has(&left, id) ||
		    order_of(g, from, id) <= last)
			return 0;
		last = order_of(g, from, id);
		tiermm__nodeset_remove(&left, id);
		count++;
	}
	for (int32_t id = tiermm_nodeset_next(&left, TIERMM_NO_NODE);
	     id != TIERMM_NO_NODE; id = tiermm_nodeset_next(&left, id))
		if (count < TIERMM__NEAR_MOST || order_of(g, from, id) < last)
			return 0;
	return 1;
}

/* Whether some node of a set is among others. */
static int meets(const uint64_t *set, const struct tiermm_nodeset *others,
		 uint32_t words)
{
	uint64_t both = 0;

	for (uint32_t i = 0; i < words; i++)
		both |= set[i] & others->word[i];
	return both != 0;
}

/*
 * Take nodes away that prefer nobody who is left, until none can be taken; a
 * cycle is what stays. Looking from the last row down and back up ends soon
 * where chains follow the order of ids either way.
 */
static int is_acyclic(const struct tiermm_demotion_graph *g)
{
	struct tiermm_nodeset left = { { 0 } };
	uint32_t taken = 0, before, n = g->view.n;

	for (uint32_t row = 0; row < n; row++)
		tiermm__nodeset_add(&left, tiermm__id(g, row));
	do {
		before = taken;
		for (uint32_t i = 0; i < 2 * n; i++) {
			uint32_t row = i < n ? n - 1 - i : i - n;
			int32_t id = tiermm__id(g, row);

			if (!tiermm__nodeset_has(&left, id) ||
			    meets(tiermm__set(g, g->preferred, row), &left,
				  g->view.words))
				continue;
			tiermm__nodeset_remove(&left, id);
			taken++;
		}
	} while (taken != before);
	return taken == n;
}

int tiermm_demotion_graph_is_valid(const struct tiermm_demotion_graph *g)
{
	int walls = g->view.strategy == TIERMM_STRATEGY_NEAREST ||
		    g->view.strategy == TIERMM_STRATEGY_MANUAL;

	for (uint32_t from = 0; from < g->view.n; from++) {
		if (!is_nested(g, from) || !is_packed(g, from))
			return 0;
		if (is_tiers(g) && !is_lower(g, from))
			return 0;
		if (!is_filled(g, from) || !is_near(g, from))
			return 0;
		if (walls && !is_in_reach(g, from))
			return 0;
	}
	return is_acyclic(g);
}
