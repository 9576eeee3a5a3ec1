/* SPDX-License-Identifier: MIT */
/*
 * A chunk of folios through plan, act and report, until all of it is final
 * (R10). Every action that is open is tried once a round; reclaim says what
 * comes next.
 */
#include "engine/target.h"

#include "base/memory.h"

#include <stddef.h>

/* An action goes on record. */
static void tell(struct tiermm__act *act, const struct tiermm_move *move,
		 const struct tiermm_result *result,
		 const struct tiermm_decision *decision)
{
	tiermm__step_try(act, move, result, decision,
			 tiermm__log_index(act->e, move->page));
}

/* Put folio i into the batch, or know the answer without a call. */
static inline void add_move(struct tiermm__act *act,
			    const struct tiermm__chunk *c, uint64_t i,
			    int parks)
{
	const struct tiermm_folio *folio = &c->folios[i];
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	struct tiermm_move *move = &b->moves[b->n];

	*move = (struct tiermm_move){
		.page = folio->page,
		.pages = (uint64_t)1 << folio->order,
		.from = folio->node,
		.to = c->decisions[i].to,
	};
	if (!tiermm__target_admit(e, move->to, folio->order)) {
		e->results[i] = (struct tiermm_result){
			.outcome = TIERMM_OUTCOME_TARGET_FULL
		};
		if (tiermm__log_wants(&e->ring, TIERMM_RECORD_TRY))
			tell(act, move, &e->results[i], &c->decisions[i]);
		return;
	}
	if (parks)
		tiermm__park(act, folio, c->first + i,
			     TIERMM_MOVED_FOR_DEMOTION);
	b->index[b->n++] = (uint32_t)i;
}

/* What came back goes to the folios that it is about. */
static void spread(struct tiermm__act *act, const struct tiermm__chunk *c)
{
	struct tiermm__batch *b = &act->e->batch;
	int logs = tiermm__log_wants(&act->e->ring, TIERMM_RECORD_TRY);

	for (uint64_t i = 0; i < b->n; i++) {
		uint64_t at = b->index[i];

		act->e->results[at] = b->results[i];
		if (b->results[i].outcome == TIERMM_OUTCOME_TARGET_FULL)
			tiermm__target_learn(act->e, b->moves[i].to,
					     c->folios[at].order);
		if (logs)
			tell(act, &b->moves[i], &b->results[i],
			     &c->decisions[at]);
	}
}

/* Bits of what is open besides. */
static uint32_t move_all(struct tiermm__act *act, const struct tiermm__chunk *c)
{
	uint32_t verbs = 0;
	int parks = tiermm__may_park(act);

	act->e->batch.n = 0;
	for (uint64_t i = 0; i < c->n; i++) {
		const struct tiermm_decision *d = &c->decisions[i];

		if (d->final)
			continue;
		if (d->verdict == TIERMM_VERDICT_DEMOTE)
			add_move(act, c, i, parks);
		else
			verbs |= 1u << (d->verdict & 31);
	}
	tiermm__call_move(act);
	tiermm__park_end(act);
	spread(act, c);
	tiermm__tell_moved(act);
	return verbs;
}

static void drop_all(struct tiermm__act *act, const struct tiermm__chunk *c,
		     uint32_t verdict)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;

	b->n = 0;
	for (uint64_t i = 0; i < c->n; i++) {
		if (c->decisions[i].verdict != verdict || c->decisions[i].final)
			continue;
		b->keys[b->n] = c->folios[i].page;
		b->moves[b->n] = (struct tiermm_move){
			.page = c->folios[i].page,
			.from = c->folios[i].node,
			.to = TIERMM_NO_NODE,
		};
		b->index[b->n++] = (uint32_t)i;
	}
	tiermm__call_drop(act, verdict);
	spread(act, c);
	for (uint64_t i = 0; i < b->n; i++)
		if (b->results[i].outcome == TIERMM_OUTCOME_DONE)
			tiermm__tell_gone(e, b->moves[i].page,
					  c->folios[b->index[i]].order);
}

/* Splitting is the caller's: as far as this step goes, it is done. */
static void leave_splits(struct tiermm__act *act, const struct tiermm__chunk *c)
{
	for (uint64_t i = 0; i < c->n; i++)
		if (c->decisions[i].verdict == TIERMM_VERDICT_SPLIT &&
		    !c->decisions[i].final)
			act->e->results[i] = (struct tiermm_result){
				.outcome = TIERMM_OUTCOME_DONE,
				.pages = (uint64_t)1 << c->folios[i].order,
			};
}

/* Whatever is open gets a result; what is final needs none. */
static void act_once(struct tiermm__act *act, const struct tiermm__chunk *c)
{
	uint32_t verbs = move_all(act, c);

	if (verbs & 1u << TIERMM_VERDICT_SPLIT)
		leave_splits(act, c);
	if (verbs & 1u << TIERMM_VERDICT_PAGE_OUT)
		drop_all(act, c, TIERMM_VERDICT_PAGE_OUT);
	if (verbs & 1u << TIERMM_VERDICT_DISCARD)
		drop_all(act, c, TIERMM_VERDICT_DISCARD);
}

/* What the budget kept from being tried is left to the next step. */
static void cut_at_budget(struct tiermm__chunk *c)
{
	uint64_t i = 0;

	while (i < c->n && c->decisions[i].reason != TIERMM_RECLAIM_BUDGET)
		i++;
	memset(&c->decisions[i], 0, (size_t)(c->n - i) * sizeof(*c->decisions));
	c->n = i;
}

static void log_final(struct tiermm__act *act, const struct tiermm__chunk *c)
{
	if (!tiermm__log_wants(&act->e->ring, TIERMM_RECORD_FINAL))
		return;
	for (uint64_t i = 0; i < c->n; i++) {
		const struct tiermm_decision *d = &c->decisions[i];
		struct tiermm_record record = {
			.kind = TIERMM_RECORD_FINAL,
			.page = c->folios[i].page,
			.value = { d->pages },
			.flags = c->folios[i].flags,
			.from = c->folios[i].node,
			.to = d->to,
			.reason = d->reason,
			.verdict = (uint16_t)d->verdict,
			.detail = d->attempt,
		};

		tiermm__log_add(&act->e->ring, &record);
	}
}

/* Plan, act, report: until no decision of the chunk is open. */
int tiermm__chunk_run(struct tiermm__act *act, struct tiermm__chunk *c)
{
	struct tiermm_reclaim *r = act->e->reclaim;
	uint64_t open = 0;
	int err = tiermm_reclaim_plan(r, c->context, c->folios, c->n,
				      c->decisions);

	if (err) {
		c->n = 0;
		return err;
	}
	if (c->context->budget_pages)
		cut_at_budget(c);
	do {
		act_once(act, c);
		err = tiermm_reclaim_report(r, c->context, c->folios,
					    c->decisions, act->e->results, c->n,
					    &open);
	} while (!err && open);
	if (err)
		(void)tiermm_reclaim_cancel(r, c->context, c->folios,
					    c->decisions, c->n);
	else
		log_final(act, c);
	return err;
}

/* Pages that the chunk gave back to its nodes; its sums go to the step's. */
uint64_t tiermm__chunk_add_up(struct tiermm__act *act,
			      const struct tiermm__chunk *c)
{
	struct tiermm_reclaim_summary sum = { .size = sizeof(sum) };
	struct tiermm_step *step = act->step;

	if (tiermm_reclaim_summarize(c->folios, c->decisions, c->n, &sum))
		return 0;
	step->taken += c->n;
	step->pages += sum.pages;
	step->demoted += sum.demoted;
	step->already += sum.already;
	step->paged_out += sum.paged_out;
	step->discarded += sum.discarded;
	step->split += sum.split;
	step->kept += sum.kept;
	step->later += sum.later + sum.open;
	step->activated += sum.activated;
	step->failed += sum.failed;
	step->exhausted &= sum.exhausted;
	return sum.reclaimed;
}
