/* SPDX-License-Identifier: MIT */
/*
 * Whether a decision can be ours. Decisions stand in arrays of the caller, who
 * may hand in anything: what passes here indexes no array out of range.
 */
#include "reclaim/state.h"

/* A node plus one, as the state keeps it. */
static int node_is_sound(uint64_t kept)
{
	return kept <= TIERMM_MAX_NODES;
}

static int state_is_sound(uint64_t state)
{
	return (state & TIERMM__STATE_PLANNED) &&
	       !(state >> TIERMM__STATE_BITS) && node_is_sound(state & 2047) &&
	       node_is_sound(state >> 11 & 2047) &&
	       tiermm__state_why(state) < TIERMM_RECLAIM_REASONS;
}

/* What has to be acted upon; everything else is final. */
static int is_action(uint32_t verdict)
{
	return verdict == TIERMM_VERDICT_DEMOTE ||
	       verdict == TIERMM_VERDICT_SPLIT ||
	       verdict == TIERMM_VERDICT_PAGE_OUT ||
	       verdict == TIERMM_VERDICT_DISCARD;
}

int tiermm__decision_is_ours(const struct tiermm_decision *d)
{
	if (d->verdict == TIERMM_VERDICT_NONE ||
	    d->verdict >= TIERMM_VERDICTS ||
	    d->reason >= TIERMM_RECLAIM_REASONS || d->final > 1)
		return 0;
	if (!d->final && !is_action(d->verdict))
		return 0;
	if (d->verdict == TIERMM_VERDICT_DEMOTE ? !tiermm__node_in_range(d->to)
						: d->to != TIERMM_NO_NODE)
		return 0;
	return state_is_sound(d->reserved);
}
