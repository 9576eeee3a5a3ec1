/* SPDX-License-Identifier: MIT */
/*
 * What became of each item, and its next step (R3 to R5, R7, R9, R10).
 *
 * Every item is folded by itself, from its outcome and its own state alone:
 * that one found room changes nothing for the next (R4). Those that are alike
 * are folded at once.
 */
#include "reclaim/account.h"
#include "reclaim/alike.h"
#include "reclaim/stop.h"

#include <tiermm/error.h>

static const uint32_t reasons[TIERMM_OUTCOMES] = {
	[TIERMM_OUTCOME_UNKNOWN] = TIERMM_RECLAIM_UNKNOWN,
	[TIERMM_OUTCOME_DONE] = TIERMM_RECLAIM_COLD,
	[TIERMM_OUTCOME_ALREADY] = TIERMM_RECLAIM_ALREADY,
	[TIERMM_OUTCOME_BUSY] = TIERMM_RECLAIM_BUSY,
	[TIERMM_OUTCOME_SHARED] = TIERMM_RECLAIM_SHARED,
	[TIERMM_OUTCOME_ABSENT] = TIERMM_RECLAIM_ABSENT,
	[TIERMM_OUTCOME_TARGET_FULL] = TIERMM_RECLAIM_FULL,
	[TIERMM_OUTCOME_TARGET_GONE] = TIERMM_RECLAIM_GONE,
	[TIERMM_OUTCOME_DENIED] = TIERMM_RECLAIM_DENIED,
	[TIERMM_OUTCOME_UNSUPPORTED] = TIERMM_RECLAIM_UNSUPPORTED,
};

static void add(const struct tiermm__item *it, uint32_t counter, uint64_t by)
{
	tiermm__reclaim_count(&it->r->counter[counter], by * it->alike);
}

static uint64_t pages_of(const struct tiermm__item *it)
{
	return tiermm__folio_pages(it->folio);
}

static void shift_room(const struct tiermm__item *it, int32_t to,
		       uint64_t pages)
{
	tiermm__reclaim_room_add(it->r, it->folio->node, pages);
	if (to != TIERMM_NO_NODE)
		tiermm__reclaim_room_take(it->r, to, pages);
}

/* Pages left the node; where to, other than out, is @to. */
static void reclaimed(const struct tiermm__item *it, int32_t to)
{
	uint64_t asked = pages_of(it);
	uint32_t who = it->call->context.reclaimer;

	if (it->moved > asked)
		add(it, TIERMM_RECLAIM_GRANULE, it->moved - asked);
	if (it->moved < asked)
		add(it, TIERMM_RECLAIM_SHORT, asked - it->moved);
	add(it, TIERMM_RECLAIM_PGSTEAL + who, it->moved);
	shift_room(it, to, it->moved);
	/* By then it is settled who is balancing: the rest changes one way. */
	if (it->alike > 1)
		shift_room(it, to, it->moved * (it->alike - 1));
	if (to == TIERMM_NO_NODE)
		return;
	add(it, TIERMM_RECLAIM_PGDEMOTE + who, it->moved);
	tiermm__reclaim_rate_pay(it->r, it->call->now, it->moved, it->alike);
	tiermm__reclaim_unpause(it->r, to);
}

/* What was asked for is so; whether by us, decides what it counts as. */
static void done(const struct tiermm__item *it)
{
	uint32_t reason = it->d->reason;
	int ours = it->outcome == TIERMM_OUTCOME_DONE ||
		   (it->d->reserved & TIERMM__STATE_UNSURE);

	if (!ours)
		reason = TIERMM_RECLAIM_ALREADY;
	else if (it->d->verdict != TIERMM_VERDICT_SPLIT)
		reclaimed(it, it->d->to);
	tiermm__reclaim_finish(it->d, it->folio, it->d->verdict, reason);
}

static void fail(const struct tiermm__item *it, uint32_t reason)
{
	if (it->d->verdict == TIERMM_VERDICT_DEMOTE ||
	    it->d->verdict == TIERMM_VERDICT_SPLIT)
		it->d->reserved =
			tiermm__state_with_why(it->d->reserved, reason);
	tiermm__reclaim_finish(it->d, it->folio, TIERMM_VERDICT_FAILED, reason);
}

/* Whether a page that is to be moved may be moved there by now (I9). */
static int may_still_go(const struct tiermm__item *it)
{
	const struct tiermm_nodeset *allowed = it->call->context.allowed;

	if (it->d->verdict != TIERMM_VERDICT_DEMOTE)
		return 1;
	return !it->call->off &&
	       (!allowed || tiermm__nodeset_has(allowed, it->d->to));
}

/* Nobody could say: the same once more, then never again. */
static void ask_again(const struct tiermm__item *it)
{
	if ((it->d->reserved & TIERMM__STATE_UNSURE) || !may_still_go(it)) {
		fail(it, TIERMM_RECLAIM_UNKNOWN);
		return;
	}
	it->d->reserved |= TIERMM__STATE_UNSURE;
	if (tiermm__reclaim_stop(it->call, it->d, it->folio))
		it->d->reserved =
			tiermm__state_with_why(it->d->reserved,
					       TIERMM_RECLAIM_UNKNOWN);
	else
		tiermm__reclaim_act(it->d, it->d->verdict, it->d->reason);
}

/* The next node that does not pause, or none. */
static int find_next(const struct tiermm__item *it,
		     struct tiermm__reclaim_place *place)
{
	int32_t first = tiermm__state_first(it->d->reserved);
	int err;

	do {
		err = tiermm__reclaim_next(it->r->demotion, it->folio->node,
					   first, it->call->context.allowed,
					   place, place);
	} while (
		!err && place->node != TIERMM_NO_NODE &&
		!tiermm__reclaim_pause_left(it->r, place->node, it->call->now));
	return err;
}

/* The second step (R4): the next node in the order of the first target. */
static void next_target(const struct tiermm__item *it, uint32_t reason)
{
	struct tiermm__reclaim_place place =
		tiermm__state_last(it->d->reserved);
	int err;

	if (it->d->reason == TIERMM_RECLAIM_FULL)
		reason = TIERMM_RECLAIM_FULL; /* one that is there was full */
	if (tiermm__reclaim_stop(it->call, it->d, it->folio)) {
		it->d->reserved =
			tiermm__state_with_why(it->d->reserved, reason);
		return;
	}
	err = find_next(it, &place);
	if (err) {
		it->d->reserved =
			tiermm__state_with_why(it->d->reserved,
					       TIERMM_RECLAIM_CHANGING);
		tiermm__reclaim_finish(it->d, it->folio, TIERMM_VERDICT_KEEP,
				       TIERMM_RECLAIM_CHANGING);
	} else if (it->call->off || place.node == TIERMM_NO_NODE) {
		tiermm__reclaim_split_or_fall(it->call, it->d, it->folio,
					      reason);
	} else {
		it->d->reserved =
			tiermm__state_with_last(it->d->reserved, &place);
		it->d->to = place.node;
		tiermm__reclaim_act(it->d, TIERMM_VERDICT_DEMOTE, reason);
	}
}

/* A full target is made due, and left alone for a while (R8, R9). */
static void found_full(const struct tiermm__item *it)
{
	tiermm__reclaim_wake(it->r, it->d->to);
	if (!tiermm__reclaim_can_split(it->call, it->folio))
		tiermm__reclaim_pause(it->r, it->d->to, it->call->now);
}

static void fold_demotion(const struct tiermm__item *it, uint32_t reason)
{
	switch (it->outcome) {
	case TIERMM_OUTCOME_TARGET_FULL:
		found_full(it);
		next_target(it, reason);
		break;
	case TIERMM_OUTCOME_TARGET_GONE:
		next_target(it, reason);
		break;
	case TIERMM_OUTCOME_UNSUPPORTED:
		tiermm__reclaim_split_or_fall(it->call, it->d, it->folio,
					      reason);
		break;
	default:
		tiermm__reclaim_fall(it->call, it->d, it->folio, reason);
	}
}

static void fold_action(const struct tiermm__item *it)
{
	uint32_t reason = reasons[it->outcome];

	if (it->outcome == TIERMM_OUTCOME_DONE ||
	    it->outcome == TIERMM_OUTCOME_ALREADY)
		done(it);
	else if (it->outcome == TIERMM_OUTCOME_UNKNOWN)
		ask_again(it);
	else if (it->outcome == TIERMM_OUTCOME_ABSENT ||
		 (it->d->reserved & TIERMM__STATE_FALLEN))
		fail(it, reason); /* nothing left to fall back on (R5) */
	else if (it->d->verdict == TIERMM_VERDICT_SPLIT)
		tiermm__reclaim_fall(it->call, it->d, it->folio, reason);
	else
		fold_demotion(it, reason);
}

static void count_attempt(const struct tiermm__item *it)
{
	tiermm__reclaim_count(&it->r->outcome[it->outcome], it->alike);
	add(it, TIERMM_RECLAIM_ATTEMPTS, 1);
	if (it->d->verdict == TIERMM_VERDICT_DEMOTE &&
	    it->d->to != tiermm__state_first(it->d->reserved))
		add(it, TIERMM_RECLAIM_SECOND, 1);
}

/* One item: what it was, what became of it, what it is now. */
static void fold(struct tiermm__item *it, const struct tiermm_result *result)
{
	uint64_t before = tiermm__item_begin(it);

	if (!it->d->final) {
		it->outcome = result->outcome < TIERMM_OUTCOMES
				      ? result->outcome
				      : TIERMM_OUTCOME_UNKNOWN;
		it->moved = result->pages ? result->pages : pages_of(it);
		count_attempt(it);
		fold_action(it);
	}
	tiermm__item_end(it, before);
}

int tiermm__reclaim_open(struct tiermm_reclaim *r,
			 const struct tiermm_reclaim_context *context,
			 const struct tiermm_folio *folios,
			 const struct tiermm_decision *decisions, uint64_t n,
			 struct tiermm__reclaim_call *call)
{
	int err;

	if (n && (!folios || !decisions))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n; i++)
		if (!(i && tiermm__same_decision(&decisions[i - 1],
						 &decisions[i])) &&
		    !tiermm__decision_is_ours(&decisions[i]))
			return -TIERMM_EINVAL;
	err = tiermm__reclaim_begin(r, context, call);
	if (!err)
		err = tiermm__reclaim_enter(r);
	if (err)
		return err;
	tiermm__reclaim_tick(r, call->context.now_ns);
	call->now = tiermm__reclaim_time(r, call->context.now_ns);
	return 0;
}

/*
 * The items at the front that are alike, or one. Returns how many; @left grows
 * by those that are open.
 */
static uint32_t fold_alike(struct tiermm__item *it,
			   const struct tiermm_result *results, uint64_t n,
			   uint64_t *left)
{
	struct tiermm_decision *d = it->d;

	it->alike = tiermm__count_alike(it->folio, d, results, n);
	fold(it, results);
	for (uint32_t i = 1; i < it->alike; i++)
		memcpy(&d[i], d, sizeof(*d));
	*left += d->final ? 0 : it->alike;
	return it->alike;
}

int tiermm_reclaim_report(struct tiermm_reclaim *r,
			  const struct tiermm_reclaim_context *context,
			  const struct tiermm_folio *folios,
			  struct tiermm_decision *decisions,
			  const struct tiermm_result *results, uint64_t n,
			  uint64_t *open)
{
	struct tiermm__reclaim_call call;
	uint64_t left = 0;
	int err = -TIERMM_EINVAL;

	if (!n || results)
		err = tiermm__reclaim_open(r, context, folios, decisions, n,
					   &call);
	if (err)
		return err;
	for (uint64_t i = 0; i < n;) {
		struct tiermm__item it = { .r = r,
					   .call = &call,
					   .folio = &folios[i],
					   .d = &decisions[i] };

		i += fold_alike(&it, &results[i], n - i, &left);
	}
	tiermm__reclaim_leave(r);
	if (open)
		*open = left;
	return 0;
}
