/* SPDX-License-Identifier: MIT */
/*
 * Promotion as one call (P3, P7): plan a batch, move it, report it, until
 * nothing is left, nothing moves, or the budget ends.
 */
#include "engine/target.h"

#include "base/nodeset.h"
#include "base/options.h"

#include <stddef.h>

/* A batch of a plan. */
struct round {
	struct tiermm_promotion_query *query;
	struct tiermm_promotion_summary sum;
	uint64_t n;     /* moves planned, as many as fit */
	uint64_t there; /* moves there would be */
	uint64_t pages; /* base pages that moved */
	/* Moves in a row from one node to another, not yet told to reclaim. */
	int32_t from, to;
	uint64_t row_pages;
};

static uint32_t order_of(uint64_t pages)
{
	uint32_t order = 0;

	while (order < TIERMM_FOLIO_MAX_ORDER && (uint64_t)1 << order < pages)
		order++;
	return order;
}

static int is_up(const struct tiermm_engine *e, const struct tiermm_move *move)
{
	return tiermm__is_up(e, move->from, move->to);
}

/* A link says that the page's mappings can only read. */
static void park(struct tiermm__act *act, const struct tiermm_move *move,
		 int up)
{
	struct tiermm_folio folio = { .page = move->page,
				      .node = move->from,
				      .order = order_of(move->pages),
				      .flags = TIERMM_FOLIO_MAPPED };

	tiermm__park(act, &folio, move->page,
		     up ? TIERMM_MOVED_FOR_PROMOTION
			: TIERMM_MOVED_FOR_DEMOTION);
}

/* Planned move i goes on record by its key, if it has one. */
static void tell_spared(struct tiermm__act *act, uint64_t i)
{
	struct tiermm_engine *e = act->e;
	struct tiermm_move move = e->plan[i];

	if (!tiermm__log_wants(&e->ring, TIERMM_RECORD_TRY))
		return;
	(void)tiermm__key_of(e, e->plan[i].page, &move.page);
	tiermm__step_try(act, &move, &e->results[i], NULL, e->plan[i].page + 1);
}

/* Put planned move i into the batch, or know the answer without a call. */
static void add_move(struct tiermm__act *act, uint64_t i)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	const struct tiermm_move *move = &e->plan[i];
	uint32_t no = 0;
	int up = is_up(e, move);

	if (tiermm__key_of(e, move->page, &b->moves[b->n].page))
		no = TIERMM_OUTCOME_ABSENT;
	else if (!tiermm__target_admit(e, move->to, order_of(move->pages)))
		no = TIERMM_OUTCOME_TARGET_FULL;
	e->results[i] = (struct tiermm_result){ .outcome = no };
	if (no) {
		tell_spared(act, i);
		return;
	}
	b->moves[b->n].pages = move->pages;
	b->moves[b->n].from = move->from;
	b->moves[b->n].to = move->to;
	b->moves[b->n].reserved = 0;
	if (tiermm__may_park(act))
		park(act, move, up);
	b->index[b->n++] = (uint32_t)i;
	if (!up)
		tiermm__target_credit(e, move->from, move->pages);
}

/* Reclaim's figures follow: what left is free, what came is not. */
static void carry_on(struct tiermm_engine *e, int32_t from, int32_t to,
		     uint64_t pages)
{
	(void)tiermm_reclaim_add_free(e->reclaim, from, (int64_t)pages);
	(void)tiermm_reclaim_add_free(e->reclaim, to, -(int64_t)pages);
}

static void end_row(struct tiermm_engine *e, struct round *round)
{
	if (round->row_pages)
		carry_on(e, round->from, round->to, round->row_pages);
	round->row_pages = 0;
}

/*
 * The first of a row is told by itself: it settles who is balancing, and the
 * rest changes that one way. So are counts that might not fit a sum.
 */
static void carry_on_in_rows(struct tiermm_engine *e, struct round *round,
			     const struct tiermm_move *move, uint64_t pages)
{
	if (move->from == round->from && move->to == round->to &&
	    pages <= UINT32_MAX) {
		round->row_pages += pages;
		return;
	}
	end_row(e, round);
	carry_on(e, move->from, move->to, pages);
	round->from = move->from;
	round->to = move->to;
}

static void count(struct tiermm__act *act, struct round *round, uint64_t i)
{
	struct tiermm_engine *e = act->e;
	const struct tiermm_move *move = &e->plan[i];
	const struct tiermm_result *result = &e->results[i];
	struct tiermm_step *step = act->step;
	uint64_t pages = result->pages ? result->pages : move->pages;

	if (result->outcome == TIERMM_OUTCOME_ALREADY) {
		step->already += move->pages;
		step->pages += move->pages;
	} else if (result->outcome != TIERMM_OUTCOME_DONE) {
		step->later += move->pages;
		step->pages += move->pages;
	} else {
		*(is_up(e, move) ? &step->promoted : &step->demoted) += pages;
		step->pages += pages;
		round->pages += pages;
		carry_on_in_rows(e, round, move, pages);
	}
}

static void move_all(struct tiermm__act *act, struct round *round)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	int logs = tiermm__log_wants(&e->ring, TIERMM_RECORD_TRY);

	b->n = 0;
	for (uint64_t i = 0; i < round->n; i++)
		add_move(act, i);
	tiermm__call_move(act);
	tiermm__park_end(act);
	for (uint64_t i = 0; i < b->n; i++) {
		e->results[b->index[i]] = b->results[i];
		if (b->results[i].outcome == TIERMM_OUTCOME_TARGET_FULL)
			tiermm__target_learn(e, b->moves[i].to,
					     order_of(b->moves[i].pages));
		if (logs)
			tiermm__step_try(act, &b->moves[i], &b->results[i],
					 NULL, e->plan[b->index[i]].page + 1);
	}
	round->from = TIERMM_NO_NODE;
	for (uint64_t i = 0; i < round->n; i++)
		count(act, round, i);
	end_row(e, round);
}

static int plan(struct tiermm_engine *e, struct round *round)
{
	uint64_t cap = e->batch_size;
	int err;

	round->sum =
		(struct tiermm_promotion_summary){ .size = sizeof(round->sum) };
	round->pages = 0;
	err = tiermm_promotion_plan(e->promotion, round->query, e->plan, cap,
				    &round->there, &round->sum);
	round->n = round->there < cap ? round->there : cap;
	return err;
}

static int run(struct tiermm__act *act, struct round *round)
{
	struct tiermm_engine *e = act->e;
	int err = plan(e, round);

	if (err || !round->n)
		return err;
	move_all(act, round);
	return tiermm_promotion_report(e->promotion, act->now_ns, e->plan,
				       e->results, round->n);
}

/* Whether another round has anything to do. */
static int goes_on(struct round *round, uint64_t budget, uint64_t *left)
{
	if (budget) {
		*left -= round->pages < *left ? round->pages : *left;
		if (!*left)
			return 0;
		round->query->budget_pages = *left;
	}
	return round->pages && round->there > round->n && !round->query->n_cold;
}

static int promote(struct tiermm__act *act,
		   struct tiermm_promotion_query *query)
{
	struct round round = { .query = query };
	uint64_t budget = query->budget_pages, left = budget;
	int err = tiermm__rooms_for_promotion(act->e);

	while (!err) {
		err = run(act, &round);
		if (err || !goes_on(&round, budget, &left))
			break;
	}
	if (err)
		return err;
	act->step->more = round.sum.no_budget || round.there > round.n;
	act->step->shed = round.sum.shed;
	for (int32_t node = 0; node < TIERMM_MAX_NODES; node++)
		if (tiermm__nodeset_has(&round.sum.due, node))
			tiermm__press(act->e, node);
	return 0;
}

static void begin(struct tiermm__act *act,
		  const struct tiermm_promotion_query *query)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_STEP,
		.page = query->cursor,
		.value = { query->n_cold, query->budget_pages },
		.flags = query->flags,
		.from = TIERMM_NO_NODE,
		.to = TIERMM_NO_NODE,
		.verdict = (uint16_t)act->e->batch_size,
		.detail = TIERMM_STEP_PROMOTE,
	};

	act->now_ns = query->now_ns;
	tiermm__step_begin(act, &record, query->allowed);
	tiermm__log_folios(act->e, query->cold, query->n_cold, 1);
}

int tiermm_engine_promote(struct tiermm_engine *e,
			  const struct tiermm_promotion_query *query,
			  const struct tiermm_parking *parking,
			  struct tiermm_step *step)
{
	struct tiermm_promotion_query q;
	struct tiermm_parking parked;
	struct tiermm_step sums = { .error = 0 };
	struct tiermm__act act = { .e = e, .parking = &parked, .step = &sums };
	int err = e ? tiermm__options_copy(&q, sizeof(q), query, sizeof(q), 0)
		    : -TIERMM_EINVAL;

	if (!err)
		err = tiermm__parking_copy(&parked, parking);
	if (!err)
		err = tiermm__step_check(step);
	if (!err && (!e->promotion || !e->has_ops))
		err = -TIERMM_ENOTSUP;
	if (!err)
		err = tiermm__owner_enter(&e->owner);
	if (err)
		return err;
	begin(&act, &q);
	err = promote(&act, &q);
	tiermm__step_finish(&act, step);
	tiermm__owner_leave(&e->owner);
	return err;
}

int tiermm_engine_samples(struct tiermm_engine *e,
			  const struct tiermm_sample *samples, uint64_t n)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_STEP,
		.value = { n, 0 },
		.from = TIERMM_NO_NODE,
		.to = TIERMM_NO_NODE,
		.detail = TIERMM_STEP_SAMPLES,
	};
	int err = e && (samples || !n) ? 0 : -TIERMM_EINVAL;

	if (!err && !e->promotion)
		err = -TIERMM_ENOTSUP;
	if (!err)
		err = tiermm__owner_enter(&e->owner);
	if (err)
		return err;
	err = tiermm_promotion_samples(e->promotion, samples, n);
	if (!err) {
		if (n)
			e->ring.now_ns = samples[n - 1].time_ns;
		tiermm__log_add(&e->ring, &record);
		tiermm__log_samples(e, samples, n);
	}
	tiermm__owner_leave(&e->owner);
	return err;
}
