/* SPDX-License-Identifier: MIT */
/* Adding a batch up (R7), and whether there is more to be had (R9). */
#include "reclaim/alike.h"

#include <tiermm/error.h>

/* Whether what keeps a folio here passes by itself. */
static int passes(uint32_t reason)
{
	switch (reason) {
	case TIERMM_RECLAIM_LOCKED:
	case TIERMM_RECLAIM_WRITEBACK:
	case TIERMM_RECLAIM_BACKOFF:
	case TIERMM_RECLAIM_RATE:
	case TIERMM_RECLAIM_BUSY:
	case TIERMM_RECLAIM_UNKNOWN:
	case TIERMM_RECLAIM_BUDGET:
	case TIERMM_RECLAIM_CHANGING:
	case TIERMM_RECLAIM_CANCELLED:
		return 1;
	default:
		return 0;
	}
}

static uint64_t *place_of(struct tiermm_reclaim_summary *sum,
			  const struct tiermm_decision *d)
{
	if (!d->final)
		return &sum->open;
	switch (d->verdict) {
	case TIERMM_VERDICT_DEMOTE:
	case TIERMM_VERDICT_PAGE_OUT:
	case TIERMM_VERDICT_DISCARD:
		if (d->reason == TIERMM_RECLAIM_ALREADY)
			return &sum->already;
		if (d->verdict == TIERMM_VERDICT_DEMOTE)
			return &sum->demoted;
		return d->verdict == TIERMM_VERDICT_PAGE_OUT ? &sum->paged_out
							     : &sum->discarded;
	case TIERMM_VERDICT_SPLIT:
		return &sum->split;
	default:
		break;
	}
	if (passes(d->reason))
		return &sum->later;
	if (d->verdict == TIERMM_VERDICT_ACTIVATE)
		return &sum->activated;
	return d->verdict == TIERMM_VERDICT_KEEP ? &sum->kept : &sum->failed;
}

int tiermm_reclaim_summarize(const struct tiermm_folio *folios,
			     const struct tiermm_decision *decisions,
			     uint64_t n, struct tiermm_reclaim_summary *out)
{
	struct tiermm_reclaim_summary sum = { 0 };
	uint64_t *place = NULL;

	if (!out || out->size < sizeof(*out) || (n && (!folios || !decisions)))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t pages = tiermm__folio_pages(&folios[i]);

		/* Most are as the one before. */
		if (!place ||
		    !tiermm__same_decision(&decisions[i - 1], &decisions[i])) {
			if (decisions[i].verdict >= TIERMM_VERDICTS)
				return -TIERMM_EINVAL;
			place = place_of(&sum, &decisions[i]);
		}
		sum.pages += pages;
		*place += pages;
	}
	sum.size = out->size;
	sum.reclaimed = sum.demoted + sum.paged_out + sum.discarded;
	sum.exhausted =
		n && !sum.open && !sum.reclaimed && !sum.split && !sum.later;
	*out = sum;
	return 0;
}
