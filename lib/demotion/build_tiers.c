/* SPDX-License-Identifier: MIT */
/*
 * Targets from memory tiers: strategies nearest and linux-6.12 (D2).
 *
 * Both give all lower tiers as fallback, nearest without what is 255 away (D4).
 * They differ in what is preferred.
 * nearest: exactly the nearest nodes of the next tier that has one in reach.
 * linux-6.12: from the next tier, by ascending score, as long as the distance
 * is that of the first; scores hold more than distance, so a node at 21 can
 * come before one at 20, and end the search for it.
 */
#include "base/memory.h"
#include "demotion/score.h"
#include "demotion/search.h"

struct tiermm__nearest_search
tiermm__search_nearest(const struct tiermm_demotion_graph *g, uint32_t from)
{
	struct tiermm__nearest_search s = { .rank = g->rank_of[from],
					    .distance = TIERMM__UNREACHABLE };
	const uint8_t *row = g->rows + (uint64_t)from * g->view.n;

	while (++s.rank < g->ranks) {
		const uint32_t *end = g->ranked + g->rank_start[s.rank + 1];

		for (const uint32_t *to = g->ranked + g->rank_start[s.rank];
		     to < end; to++) {
			if (row[*to] < s.distance) {
				s.distance = row[*to];
				s.row = *to;
			}
		}
		if (s.distance < TIERMM__UNREACHABLE)
			return s;
	}
	s.rank = TIERMM__NONE;
	return s;
}

static void take_nearest(struct tiermm_demotion_graph *g, uint32_t from,
			 const struct tiermm_nodeset *lower)
{
	struct tiermm__nearest_search s = tiermm__search_nearest(g, from);
	uint64_t *preferred = tiermm__set(g, g->preferred, from);

	if (s.rank == TIERMM__NONE)
		return;
	for (uint32_t i = g->rank_start[s.rank]; i < g->rank_start[s.rank + 1];
	     i++) {
		uint32_t to = g->ranked[i];
		uint64_t id = g->ids[to];

		/* Without a jump: ties come as they like. */
		preferred[id / 64] |=
			(uint64_t)(tiermm__distance(g, from, to) == s.distance)
			<< (id % 64);
	}
	memcpy(tiermm__set(g, g->fallback, from), lower->word,
	       g->view.words * sizeof(uint64_t));
	tiermm__drop_unreachable(g, from);
	tiermm__near_nearest(g, from, &s);
}

struct tiermm__linux_search
tiermm__search_linux(const struct tiermm_demotion_graph *g, uint32_t from)
{
	struct tiermm__linux_search s = { UINT64_MAX, UINT64_MAX, 0 };
	uint32_t rank = g->rank_of[from] + 1;
	const uint32_t *first = g->ranked + g->rank_start[rank];
	const uint32_t *end = g->ranked + g->rank_start[rank + 1];

	for (const uint32_t *to = first; to < end; to++) {
		uint64_t key = tiermm__key(g, from, *to);

		if (key < s.best)
			s.best = key;
	}
	s.distance = tiermm__distance(g, from, tiermm__key_row(s.best));
	for (const uint32_t *to = first; to < end; to++) {
		uint64_t key = tiermm__key(g, from, *to);

		if (key < s.cut && tiermm__distance(g, from, *to) != s.distance)
			s.cut = key;
	}
	return s;
}

static void take_linux(struct tiermm_demotion_graph *g, uint32_t from,
		       const struct tiermm_nodeset *lower)
{
	struct tiermm__linux_search s;
	uint64_t *preferred = tiermm__set(g, g->preferred, from);
	uint32_t next = g->rank_of[from] + 1;

	if (next == g->ranks)
		return;
	s = tiermm__search_linux(g, from);
	for (uint32_t i = g->rank_start[next]; i < g->rank_start[next + 1];
	     i++) {
		uint32_t to = g->ranked[i];

		if (tiermm__distance(g, from, to) == s.distance &&
		    tiermm__key(g, from, to) < s.cut)
			tiermm__set_add(preferred, tiermm__id(g, to));
	}
	memcpy(tiermm__set(g, g->fallback, from), lower->word,
	       g->view.words * sizeof(uint64_t));
	tiermm__near_linux(g, from);
}

/* From the slowest tier up, so that all lower tiers are known. */
static void build(struct tiermm_demotion_graph *g,
		  void (*take)(struct tiermm_demotion_graph *g, uint32_t from,
			       const struct tiermm_nodeset *lower))
{
	struct tiermm_nodeset lower = { { 0 } };

	for (uint32_t rank = g->ranks; rank-- > 0;) {
		for (uint32_t row = 0; row < g->view.n; row++)
			if (g->rank_of[row] == rank)
				take(g, row, &lower);
		for (uint32_t i = g->rank_start[rank];
		     i < g->rank_start[rank + 1]; i++)
			tiermm__nodeset_add(&lower,
					    tiermm__id(g, g->ranked[i]));
	}
}

void tiermm__build_nearest(struct tiermm_demotion_graph *g)
{
	build(g, take_nearest);
}

void tiermm__build_linux(struct tiermm_demotion_graph *g)
{
	build(g, take_linux);
}
