/* SPDX-License-Identifier: MIT */
/*
 * Where a page goes when no preferred node can take it: the closest usable
 * node of any lower tier, or the next usable one along the chain (D9, D10).
 *
 * Worked example, machine of demotion_graph.h: node 0 prefers 2 and falls back
 * on {2, 3}. With node 2 blocked, or only node 3 allowed, its pages go to 3.
 */
#include "base/assert.h"
#include "base/memory.h"
#include "demotion/choose.h"

/* MAX_NUMNODES of the kernel's score: a unit of distance outweighs any load. */
#define SCORE_DISTANCE 1024

/* A search for the closest node, and what it has found so far. */
struct search {
	uint32_t row;     /* of the source */
	uint32_t source;  /* its id */
	uint32_t gapless; /* ids have no gaps: each is its own row */
	int32_t found;
	uint64_t best;
	uint64_t floor; /* no candidate costs less */
};

/* The kernel's score (0.1 of the facts) under linux-6.12, else distance. */
static inline uint64_t score(const struct tiermm__demotion_view *v,
			     const struct search *s, uint32_t id, uint32_t to)
{
	uint64_t distance = tiermm__view_distance(v, s->row, to);

	if (v->strategy != TIERMM_STRATEGY_LINUX_6_12)
		return distance;
	distance += id < s->source;
	if (tiermm__view_word(v->cpus + id / 64) >> (id % 64) & 1)
		distance += v->cpu_penalty;
	return distance * SCORE_DISTANCE + tiermm__view_word(v->load + to);
}

/*
 * Ids are looked at in ascending order, so that ties go to the lowest, and the
 * first one at the floor is the answer.
 */
static inline int search_word(const struct tiermm__demotion_view *v,
			      struct search *s, uint32_t first, uint64_t word)
{
	for (; word; word &= word - 1) {
		uint32_t id = first + tiermm__lowest_bit(word);
		uint32_t to = s->gapless ? id : tiermm__view_row(v, id);
		uint64_t cost;

		if (to >= v->n) /* torn: the look-up will try again */
			continue;
		cost = score(v, s, id, to);
		if (cost < s->best) {
			s->best = cost;
			s->found = (int32_t)id;
			if (cost <= s->floor)
				return 1;
		}
	}
	return 0;
}

/*
 * The short list holds those that cost least, and none of it was usable, so
 * that the rest costs no less than its last one. (An owner may meanwhile have
 * taken nodes of it out of the blocked set; any of them may be the answer.)
 */
static uint64_t floor_of(const struct tiermm__demotion_view *v,
			 const struct search *s)
{
	uint64_t list = tiermm__view_word(tiermm__view_near(v, s->row) + 1);
	uint32_t last, to;

	if (!tiermm__near_has(list))
		return 0;
	while (tiermm__near_has(tiermm__near_rest(list)))
		list = tiermm__near_rest(list);
	last = tiermm__near_id(list);
	to = tiermm__view_row(v, last);
	return to < v->n ? score(v, s, last, to) : 0;
}

static int32_t closest(const struct tiermm__demotion_view *v, uint32_t row,
		       const struct tiermm__filter *filter)
{
	const uint64_t *set = tiermm__view_fallback(v, row);
	struct search s = {
		.row = row,
		.source = (uint32_t)tiermm__view_word(v->ids + row),
		.gapless = tiermm__view_word(v->ids + v->n - 1) == v->n - 1,
		.found = TIERMM_NO_NODE,
		.best = UINT64_MAX,
	};

	s.floor = floor_of(v, &s);
	for (uint32_t i = 0; i < v->words; i++)
		if (search_word(v, &s, i * 64,
				tiermm__usable_word(filter, set, i)))
			break;
	return s.found;
}

/* next = all that the nodes of level prefer, but those seen; 1 if any. */
static uint64_t descend(const struct tiermm__demotion_view *v,
			const uint64_t *level, const uint64_t *seen,
			uint64_t *next)
{
	uint64_t any = 0;

	memset(next, 0, sizeof(struct tiermm_nodeset));
	for (uint32_t i = 0; i < v->words; i++) {
		for (uint64_t word = level[i]; word; word &= word - 1) {
			uint32_t id = i * 64 + tiermm__lowest_bit(word);
			uint32_t row = tiermm__view_row(v, id);
			const uint64_t *set = tiermm__view_preferred(v, row);

			for (uint32_t k = 0; row < v->n && k < v->words; k++)
				next[k] |= tiermm__view_word(set + k);
		}
	}
	for (uint32_t i = 0; i < v->words; i++) {
		next[i] &= ~seen[i];
		any |= next[i];
	}
	return any != 0;
}

/*
 * Breadth first: a whole step down the preferred sets at a time, and of a step
 * the lowest usable node that is in the fallback set. Each step has nodes that
 * were not seen before, so that it ends after v->n of them, on a torn image
 * too.
 */
static int32_t along_chain(const struct tiermm__demotion_view *v, uint32_t row,
			   const struct tiermm__filter *filter)
{
	const uint64_t *set = tiermm__view_preferred(v, row);
	const uint64_t *all = tiermm__view_fallback(v, row);
	struct tiermm_nodeset seen = { { 0 } };
	struct tiermm_nodeset level = { { 0 } };
	struct tiermm_nodeset next;

	for (uint32_t i = 0; i < v->words; i++)
		level.word[i] = tiermm__view_word(set + i);
	for (uint32_t step = 0; step < v->n; step++) {
		for (uint32_t i = 0; i < v->words; i++)
			seen.word[i] |= level.word[i];
		if (!descend(v, level.word, seen.word, next.word))
			break;
		for (uint32_t i = 0; i < v->words; i++) {
			uint64_t word = next.word[i] &
					tiermm__usable_word(filter, all, i);

			if (word)
				return (int32_t)(i * 64 +
						 tiermm__lowest_bit(word));
		}
		level = next;
	}
	return TIERMM_NO_NODE;
}

int32_t tiermm__view_search(const struct tiermm__demotion_view *v, uint32_t row,
			    const struct tiermm__filter *filter)
{
	TIERMM_ASSERT(row < v->n && v->words <= TIERMM_NODESET_WORDS);
	switch (v->strategy) {
	case TIERMM_STRATEGY_NEAREST:
	case TIERMM_STRATEGY_LINUX_6_12:
		return closest(v, row, filter);
	default:
		return along_chain(v, row, filter);
	}
}
