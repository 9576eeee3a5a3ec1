/* SPDX-License-Identifier: MIT */
/*
 * The short lists that look-ups ask first; near.h says what they hold.
 *
 * A rebuild pays for this with each pair of nodes once more. What it costs is
 * kept low by comparing against the last key kept: a key that is not below it,
 * as most are, ends there.
 */
#include "demotion/near.h"
#include "demotion/score.h"
#include "demotion/search.h"

/* The lowest keys seen, ascending; a key's low 10 bits are the row. */
struct lowest {
	uint64_t key[TIERMM__NEAR_MOST];
	uint64_t limit; /* what no key reaches */
};

static void start(struct lowest *l, uint64_t limit)
{
	l->limit = limit;
	for (uint32_t i = 0; i < TIERMM__NEAR_MOST; i++)
		l->key[i] = limit;
}

static inline void offer(struct lowest *l, uint64_t key)
{
	uint32_t i = TIERMM__NEAR_MOST - 1;

	if (key >= l->key[i])
		return;
	for (; i && l->key[i - 1] > key; i--)
		l->key[i] = l->key[i - 1];
	l->key[i] = key;
}

static void keep(struct tiermm_demotion_graph *g, uint32_t from,
		 const struct lowest *l)
{
	uint64_t list = 1;

	for (uint32_t i = TIERMM__NEAR_MOST; i > 0; i--)
		if (l->key[i - 1] < l->limit)
			list = list << TIERMM__NEAR_BITS |
			       g->ids[tiermm__key_row(l->key[i - 1])];
	g->near[(uint64_t)from * TIERMM__NEAR_WORDS + 1] = list;
}

/* Offer the targets of the tiers @first to @last, none at distance @skip. */
static void offer_tiers(const struct tiermm_demotion_graph *g, uint32_t from,
			uint32_t first, uint32_t last, uint32_t skip,
			struct lowest *l)
{
	const uint8_t *row = g->rows + (uint64_t)from * g->view.n;
	const uint32_t *end = g->ranked + g->rank_start[last + 1];

	for (const uint32_t *to = g->ranked + g->rank_start[first]; to < end;
	     to++) {
		uint32_t distance = row[*to];

		/* Without a jump: which nodes these are cannot be foreseen. */
		distance = distance == skip ? TIERMM__UNREACHABLE : distance;
		offer(l, (uint64_t)distance << TIERMM__NEAR_BITS | *to);
	}
}

void tiermm__near_nearest(struct tiermm_demotion_graph *g, uint32_t from,
			  const struct tiermm__nearest_search *s)
{
	struct lowest l;

	start(&l, (uint64_t)TIERMM__UNREACHABLE << TIERMM__NEAR_BITS);
	/* Preferred is what is at that distance in that tier. */
	offer_tiers(g, from, s->rank, s->rank, s->distance, &l);
	if (s->rank + 1 < g->ranks)
		offer_tiers(g, from, s->rank + 1, g->ranks - 1,
			    TIERMM__UNREACHABLE, &l);
	keep(g, from, &l);
}

void tiermm__near_linux(struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	struct lowest l;

	start(&l, UINT64_MAX);
	for (uint32_t i = g->rank_start[g->rank_of[from] + 1];
	     i < g->rank_start[g->ranks]; i++) {
		uint32_t to = g->ranked[i];

		if (!tiermm__set_has(preferred, tiermm__id(g, to)))
			offer(&l, tiermm__key(g, from, to));
	}
	keep(g, from, &l);
}

/* Word 0 of a row. */
static uint64_t head_of(const struct tiermm_demotion_graph *g, uint32_t row)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, row);
	const uint64_t *fallback = tiermm__set(g, g->fallback, row);
	uint64_t first = 0, end = 0, filled = 0;

	for (uint32_t i = 0; i < g->view.words; i++) {
		filled |= (uint64_t)(fallback[i] != 0) << i;
		if (!preferred[i])
			continue;
		if (!end)
			first = i & ~3u;
		end = i + 1;
	}
	return filled | end << 16 | first << 32;
}

void tiermm__near_fill(struct tiermm_demotion_graph *g)
{
	for (uint32_t row = 0; row < g->view.n; row++)
		g->near[(uint64_t)row * TIERMM__NEAR_WORDS] = head_of(g, row);
}
