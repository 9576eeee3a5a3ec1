/* SPDX-License-Identifier: MIT */
/*
 * The tests in front of demotion (R2), inline: each folio of a plan goes
 * through them.
 */
#ifndef TIERMM_RECLAIM_STOP_H
#define TIERMM_RECLAIM_STOP_H

#include "reclaim/internal.h"

/* Final, where the folio is. */
static inline void tiermm__reclaim_finish(struct tiermm_decision *d,
					  const struct tiermm_folio *folio,
					  uint32_t verdict, uint32_t reason)
{
	d->verdict = verdict;
	d->reason = reason;
	d->final = 1;
	d->pages = tiermm__folio_pages(folio);
	if (verdict != TIERMM_VERDICT_DEMOTE)
		d->to = TIERMM_NO_NODE;
}

/* The tests in front of demotion, in the kernel's order (facts 2.2). */
static inline uint32_t
tiermm__reclaim_stopper(const struct tiermm__reclaim_call *call,
			const struct tiermm_folio *folio, uint32_t *verdict)
{
	uint32_t flags = folio->flags;

	*verdict = TIERMM_VERDICT_FAILED;
	if (!tiermm__folio_is_sound(folio))
		return TIERMM_RECLAIM_INVALID;
	*verdict = TIERMM_VERDICT_KEEP;
	if (flags & TIERMM_FOLIO_HUGETLB)
		return TIERMM_RECLAIM_HUGETLB;
	if (flags & TIERMM_FOLIO_LOCKED)
		return TIERMM_RECLAIM_LOCKED;
	*verdict = TIERMM_VERDICT_ACTIVATE;
	if (flags & TIERMM_FOLIO_UNEVICTABLE)
		return TIERMM_RECLAIM_UNEVICTABLE;
	*verdict = TIERMM_VERDICT_KEEP;
	if ((flags & TIERMM_FOLIO_MAPPED) &&
	    (call->context.flags & TIERMM_RECLAIM_NO_UNMAP))
		return TIERMM_RECLAIM_MAPPED;
	*verdict = TIERMM_VERDICT_ACTIVATE;
	if (flags & TIERMM_FOLIO_WRITEBACK)
		return TIERMM_RECLAIM_WRITEBACK;
	if (call->context.flags & TIERMM_RECLAIM_NO_REFERENCES)
		return TIERMM_RECLAIM_REASON_NONE;
	if (flags & TIERMM_FOLIO_ACTIVE)
		return TIERMM_RECLAIM_ACTIVE;
	*verdict = TIERMM_VERDICT_KEEP;
	if (flags & TIERMM_FOLIO_REFERENCED)
		return TIERMM_RECLAIM_REFERENCED;
	return TIERMM_RECLAIM_REASON_NONE;
}

static inline int tiermm__reclaim_stop(const struct tiermm__reclaim_call *call,
				       struct tiermm_decision *d,
				       const struct tiermm_folio *folio)
{
	uint32_t verdict;
	uint32_t reason = tiermm__reclaim_stopper(call, folio, &verdict);

	if (reason == TIERMM_RECLAIM_REASON_NONE)
		return 0;
	tiermm__reclaim_finish(d, folio, verdict, reason);
	return 1;
}

#endif
