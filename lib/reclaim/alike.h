/* SPDX-License-Identifier: MIT */
/*
 * Items of a report that are alike: most of a batch was planned for one reason
 * and moved to one node. They are folded as one, which counts for all.
 *
 *     items  D D D D b D D D     D: done, as planned; b: busy
 *            └──┬──┘ │ └─┬─┘
 *               4    1   3       what is folded, and for how many
 *
 * It may be so since the outcome of one changes nothing for the next (R4): the
 * rooms, the rate and the pauses that it leaves only count in the next plan.
 * Test: tests/property/test_reclaim_batches.c.
 */
#ifndef TIERMM_RECLAIM_ALIKE_H
#define TIERMM_RECLAIM_ALIKE_H

#include "reclaim/ready.h"

/* So many items, of so many pages each, do not overflow a sum. */
#define TIERMM__ALIKE_MOST UINT32_MAX
#define TIERMM__ALIKE_PAGES UINT32_MAX

static inline int tiermm__same_decision(const struct tiermm_decision *a,
					const struct tiermm_decision *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Flags that tell apart what becomes of folios: one, where they leave. */
static inline uint32_t tiermm__telling_flags(const struct tiermm_decision *d,
					     const struct tiermm_result *result)
{
	return d->final || result->outcome == TIERMM_OUTCOME_DONE
		       ? TIERMM_FOLIO_PIECE
		       : UINT32_MAX;
}

/* How many items at the front are as the first one is, itself included. */
static inline uint32_t tiermm__count_alike(const struct tiermm_folio *folios,
					   const struct tiermm_decision *d,
					   const struct tiermm_result *results,
					   uint64_t n)
{
	uint32_t flags = tiermm__telling_flags(d, results);
	uint64_t key = tiermm__ready_key(folios);
	uint64_t pages = results->pages;
	uint32_t i = 1;

	if (n > TIERMM__ALIKE_MOST)
		n = TIERMM__ALIKE_MOST;
	if (!d->final && pages > TIERMM__ALIKE_PAGES)
		return 1;
	while (i < n &&
	       (d->final || (results[i].outcome == results->outcome &&
			     results[i].pages == pages)) &&
	       tiermm__same_decision(d, &d[i]) &&
	       tiermm__ready_key(&folios[i]) == key &&
	       !((folios[i].flags ^ folios->flags) & flags))
		i++;
	return i;
}

#endif
