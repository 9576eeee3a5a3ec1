/* SPDX-License-Identifier: MIT */
/*
 * One step of a log, taken again: the engine's own step, with the log for a
 * table, and what came out beside what came out then.
 */
#include "engine/replay.h"

#include "base/memory.h"

#include <stddef.h>

/* --- folios: demote and balance -------------------------------------------*/

static int goes_away(uint32_t action)
{
	return action == TIERMM_VERDICT_DEMOTE ||
	       action == TIERMM_VERDICT_PAGE_OUT ||
	       action == TIERMM_VERDICT_DISCARD;
}

/* Folio i, its verdict of then, which may be NULL, and that of now. */
static void put_folio(struct tiermm_replay *r, uint64_t i,
		      const struct tiermm_record *folio,
		      const struct tiermm_record *final)
{
	const struct tiermm_decision *d = &r->decisions[i];
	struct tiermm_replayed item = {
		.time_ns = r->step.time_ns,
		.page = folio->page,
		.pages = (uint64_t)1 << r->folios[i].order,
		.step = r->step.step,
		.from = folio->from,
		.then_to = final ? final->to : TIERMM_NO_NODE,
		.now_to = d->verdict ? d->to : TIERMM_NO_NODE,
		.then_action = final ? final->verdict : TIERMM_VERDICT_NONE,
		.now_action = d->verdict,
		.then_reason = final ? final->reason : 0,
		.now_reason = d->reason,
	};

	if (item.then_action >= TIERMM_VERDICTS)
		item.then_action = TIERMM_VERDICT_NONE;
	if (!item.then_action && !item.now_action)
		return;
	tiermm__replay_put(r, &item);
	if (goes_away(item.then_action) || goes_away(item.now_action))
		tiermm__replay_astray(r, r->folios[i].page, item.pages,
				      item.then_action != item.now_action ||
					      item.then_to != item.now_to);
}

/* Verdicts stand in the order of the folios, as far as the step came. */
static void put_folios(struct tiermm_replay *r)
{
	uint64_t final = r->step.begin, i = 0;

	for (uint64_t at = r->step.begin; at < r->step.end; at++) {
		const struct tiermm_record *folio = &r->records[at];

		if (folio->kind != TIERMM_RECORD_FOLIO)
			continue;
		while (final < r->step.end &&
		       r->records[final].kind != TIERMM_RECORD_FINAL)
			final++;
		put_folio(r, i++, folio,
			  final < r->step.end ? &r->records[final] : NULL);
		if (final < r->step.end)
			final++;
	}
}

/* Folios as they came in, named as this engine names them; 0: not all. */
static int gather(struct tiermm_replay *r, uint64_t *n)
{
	uint64_t i = 0;

	if (tiermm_log_folios(r->records, &r->step, r->folios, r->max_records,
			      n) ||
	    *n != r->step.n_items)
		return 0;
	for (uint64_t at = r->step.begin; at < r->step.end; at++) {
		const struct tiermm_record *record = &r->records[at];

		if (record->kind != TIERMM_RECORD_FOLIO)
			continue;
		if (record->detail > TIERMM_FOLIO_MAX_ORDER)
			return 0;
		r->folios[i++].page = tiermm__replay_key(r, record);
	}
	return 1;
}

static int decide_folios(struct tiermm_replay *r,
			 const struct tiermm_nodeset *allowed)
{
	struct tiermm_reclaim_context context = {
		.size = sizeof(context),
		.flags = r->step.context,
		.reclaimer = r->step.reclaimer,
		.allowed = allowed,
		.now_ns = r->step.time_ns,
		.budget_pages = r->step.budget,
	};
	uint64_t n;
	int err;

	if (!gather(r, &n)) {
		r->sums.cut++;
		return 0;
	}
	tiermm__replay_place(r);
	/* A node that was not due: nothing was asked. */
	if (r->step.step == TIERMM_STEP_BALANCE && !r->step.budget)
		n = 0;
	err = tiermm_engine_demote(r->e, &context, NULL, r->folios, n,
				   r->decisions, NULL);
	if (err && err != -TIERMM_EBUSY) {
		r->sums.refused++;
		return 0;
	}
	if (err)
		return err;
	r->sums.steps++;
	if (n)
		put_folios(r);
	return 0;
}

/* --- promotion ------------------------------------------------------------*/

/* Why a page that went then stays now, if the engine can say. */
static void explain(struct tiermm_replay *r, struct tiermm_replayed *item,
		    uint64_t key)
{
	struct tiermm_promotion_why why = { .size = sizeof(why) };
	uint64_t index = tiermm__index_of(r->e, key, 1);

	if (index == UINT64_MAX ||
	    tiermm_promotion_explain(r->e->promotion, r->step.time_ns, index,
				     TIERMM_NO_NODE, &why))
		return;
	item->now_reason = why.reason;
	item->value = why.value;
	item->limit = why.limit;
}

/* Moves of then that were not made now. */
static void put_left(struct tiermm_replay *r)
{
	for (uint64_t at = r->step.begin; at < r->step.end; at++) {
		const struct tiermm_record *try = &r->records[at];
		struct tiermm_replayed item;
		uint64_t key;

		if (try->kind != TIERMM_RECORD_TRY)
			continue;
		key = tiermm__replay_key(r, try);
		try = tiermm__replay_take(r, key, try->to, try->verdict);
		if (!try)
			continue;
		item = tiermm__replay_moved(r, try);
		if (r->e->promotion)
			explain(r, &item, key);
		tiermm__replay_put(r, &item);
		if (item.then_outcome == TIERMM_OUTCOME_DONE)
			tiermm__replay_astray(r, key, item.pages, 1);
	}
}

/*
 * Who names cold pages has asked promotion for them, with the rooms that it
 * knew before: time has passed there since.
 */
static void pass_time(struct tiermm_replay *r)
{
	uint64_t n;

	if (r->step.n_items && r->e->promotion)
		(void)tiermm_promotion_cold(r->e->promotion, r->step.time_ns,
					    r->folios[0].node, 0, NULL, 0, &n);
}

static int decide_promotion(struct tiermm_replay *r,
			    const struct tiermm_nodeset *allowed)
{
	struct tiermm_promotion_query query = {
		.size = sizeof(query),
		.now_ns = r->step.time_ns,
		.budget_pages = r->step.budget,
		.cursor = r->records[r->step.begin].page,
		.allowed = allowed,
		.cold = r->folios,
	};
	int err = 0;

	if (!tiermm_log_folios(r->records, &r->step, r->folios, r->max_records,
			       &query.n_cold) &&
	    query.n_cold != r->step.n_items) {
		r->sums.cut++;
		return 0;
	}
	tiermm__replay_place(r);
	pass_time(r);
	if (r->e->promotion)
		err = tiermm_engine_promote(r->e, &query, NULL, NULL);
	if (err == -TIERMM_EBUSY)
		return err;
	r->sums.refused += err != 0;
	r->sums.steps += !err;
	put_left(r);
	return 0;
}

/* --- a step ---------------------------------------------------------------*/

/* Whether records are missing right before this one. */
static int is_gap(struct tiermm_replay *r, uint64_t number)
{
	int gap = r->begun && number != r->next_number;

	if (gap && number > r->next_number)
		r->sums.lost += number - r->next_number;
	r->begun = 1;
	r->next_number = number + 1;
	r->sums.gaps += (uint64_t)gap;
	return gap;
}

static int is_of_step(const struct tiermm_record *record)
{
	return record->kind < TIERMM_RECORDS &&
	       record->kind != TIERMM_RECORD_NONE &&
	       record->kind != TIERMM_RECORD_ROOM &&
	       record->kind != TIERMM_RECORD_EVENT;
}

/*
 * What stands before the step; *whole: and whether it has no gap itself. What
 * is left there of a step has lost its beginning.
 */
static int lead_up(struct tiermm_replay *r, const struct tiermm_record *records,
		   uint64_t end, int *whole)
{
	int gaps = 0, stray = 0, err = 0;

	*whole = 1;
	for (uint64_t i = 0; i < end && !err; i++) {
		if (is_gap(r, records[i].number)) {
			gaps = 1;
			*whole &= i <= r->step.begin;
		}
		if (i >= r->step.begin)
			continue;
		stray |= is_of_step(&records[i]);
		err = tiermm__replay_take_in(r, &records[i]);
	}
	r->sums.cut += (uint64_t)stray;
	if (gaps)
		tiermm__replay_forget(r);
	return err;
}

/* As many items a call as then, if there is room: rounds end with a call. */
static void follow_batch(struct tiermm_replay *r)
{
	uint32_t batch = r->records[r->step.begin].verdict;

	r->e->batch_size =
		batch && batch < r->batch_room ? batch : r->batch_room;
}

static int decide(struct tiermm_replay *r)
{
	struct tiermm_nodeset set, *allowed = NULL;

	follow_batch(r);
	if (r->step.restricted &&
	    !tiermm_log_allowed(r->records, &r->step, &set))
		allowed = &set;
	tiermm__replay_index(r);
	switch (r->step.step) {
	case TIERMM_STEP_DEMOTE:
	case TIERMM_STEP_BALANCE:
		return decide_folios(r, allowed);
	case TIERMM_STEP_SAMPLES:
		return tiermm__replay_samples(r);
	case TIERMM_STEP_PROMOTE:
		return decide_promotion(r, allowed);
	case TIERMM_STEP_SWEEP: /* a layout's, and no policy's */
		return 0;
	default:
		r->sums.refused++;
		return 0;
	}
}

static int run(struct tiermm_replay *r, const struct tiermm_record *records,
	       uint64_t n, uint64_t *used)
{
	int whole, found, err;

	r->records = records;
	r->step = (struct tiermm_logged_step){ .size = sizeof(r->step),
					       .begin = n };
	found = !tiermm_log_step(records, n, 0, &r->step);
	*used = found ? r->step.end : n;
	err = lead_up(r, records, *used, &whole);
	if (err || !found)
		return err ? err : -TIERMM_ENOENT;
	if (!whole) {
		r->sums.cut++;
		return 0;
	}
	if (r->step.end - r->step.begin > r->max_records) {
		r->sums.cut++;
		tiermm__replay_forget(r);
		return -TIERMM_ENOSPC;
	}
	return decide(r);
}

int tiermm_replay_step(struct tiermm_replay *r,
		       const struct tiermm_record *records, uint64_t n,
		       struct tiermm_replayed *out, uint64_t cap,
		       uint64_t *n_out, uint64_t *used)
{
	int err;

	if (!r || (!records && n) || (!out && cap) || !n_out || !used)
		return -TIERMM_EINVAL;
	err = tiermm__owner_enter(&r->owner);
	if (err)
		return err;
	r->out = out;
	r->cap = cap;
	r->n_out = 0;
	err = run(r, records, n, used);
	*n_out = r->n_out;
	tiermm__owner_leave(&r->owner);
	return err;
}
