/* SPDX-License-Identifier: MIT */
/*
 * What comes when a step cannot be made: split, normal reclaim, or keep
 * (R2, R3, R5). Plan and report go the same ways.
 *
 *     demote ──> (split) ──> page out, discard ──> failed
 *                  │
 *                  └─ proactive: keep
 */
#include "reclaim/state.h"
#include "reclaim/stop.h"

void tiermm__reclaim_act(struct tiermm_decision *d, uint32_t verdict,
			 uint32_t reason)
{
	d->verdict = verdict;
	d->reason = reason;
	if (verdict != TIERMM_VERDICT_DEMOTE)
		d->to = TIERMM_NO_NODE;
	if (d->attempt < UINT16_MAX)
		d->attempt++;
}

/* Without demotion: what the folio is decides (facts 2.2, 5). */
static void reclaim_normally(const struct tiermm__reclaim_call *call,
			     struct tiermm_decision *d,
			     const struct tiermm_folio *folio, uint32_t reason)
{
	uint32_t flags = call->context.flags;
	uint32_t anon = folio->flags & TIERMM_FOLIO_ANON;

	d->reserved |= TIERMM__STATE_FALLEN;
	if (!anon && !(folio->flags & TIERMM_FOLIO_DIRTY))
		tiermm__reclaim_act(d, TIERMM_VERDICT_DISCARD, reason);
	else if (anon && (flags & TIERMM_RECLAIM_NO_SWAP))
		tiermm__reclaim_finish(d, folio, TIERMM_VERDICT_KEEP,
				       TIERMM_RECLAIM_WITHOUT_SWAP);
	else if (flags & TIERMM_RECLAIM_NO_WRITE)
		tiermm__reclaim_finish(d, folio, TIERMM_VERDICT_KEEP,
				       TIERMM_RECLAIM_UNWRITTEN);
	else
		tiermm__reclaim_act(d, TIERMM_VERDICT_PAGE_OUT, reason);
}

/* Whether there was a place to go to, even if not now. */
static int had_target(uint32_t reason)
{
	return reason != TIERMM_RECLAIM_SWITCHED_OFF &&
	       reason != TIERMM_RECLAIM_NO_TARGET &&
	       reason != TIERMM_RECLAIM_NOT_ALLOWED;
}

void tiermm__reclaim_fall(const struct tiermm__reclaim_call *call,
			  struct tiermm_decision *d,
			  const struct tiermm_folio *folio, uint32_t reason)
{
	d->reserved = tiermm__state_with_why(d->reserved, reason);
	if (tiermm__reclaim_stop(call, d, folio))
		return;
	if (call->context.reclaimer == TIERMM_RECLAIMER_PROACTIVE &&
	    had_target(reason))
		tiermm__reclaim_finish(d, folio, TIERMM_VERDICT_KEEP, reason);
	else
		reclaim_normally(call, d, folio, reason);
}

int tiermm__reclaim_can_split(const struct tiermm__reclaim_call *call,
			      const struct tiermm_folio *folio)
{
	return !call->no_split && folio->order != 0 &&
	       !(folio->flags & TIERMM_FOLIO_PIECE);
}

void tiermm__reclaim_split_or_fall(const struct tiermm__reclaim_call *call,
				   struct tiermm_decision *d,
				   const struct tiermm_folio *folio,
				   uint32_t reason)
{
	if (tiermm__reclaim_can_split(call, folio))
		tiermm__reclaim_act(d, TIERMM_VERDICT_SPLIT, reason);
	else
		tiermm__reclaim_fall(call, d, folio, reason);
}
