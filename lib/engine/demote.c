/* SPDX-License-Identifier: MIT */
/*
 * Demotion and balancing as one call each (R1, R8): chunk by chunk, as far as
 * the budget goes.
 */
#include "engine/engine.h"

#include "base/memory.h"
#include "base/nodeset.h"
#include "base/options.h"

#include <stddef.h>

/* What a node that was only found full is relieved of, whatever its figures. */
#define WOKEN_PAGES 32

/* A step over folios, as it was asked for. */
struct question {
	struct tiermm_reclaim_context context;
	struct tiermm_parking parking;
	const struct tiermm_folio *folios;
	struct tiermm_decision *decisions;
	uint64_t n;
};

/* What was not taken has no verdict. */
static void leave(const struct question *q, uint64_t at)
{
	if (at < q->n)
		memset(&q->decisions[at], 0,
		       (size_t)(q->n - at) * sizeof(*q->decisions));
}

static int demote(struct tiermm__act *act, struct question *q)
{
	uint64_t at = 0, budget = q->context.budget_pages, left = budget;
	int err = 0;

	act->step->exhausted = q->n != 0;
	while (at < q->n && !err && (left || !budget)) {
		struct tiermm__chunk c = {
			.context = &q->context,
			.folios = &q->folios[at],
			.decisions = &q->decisions[at],
			.first = at,
			.n = q->n - at,
		};
		uint64_t gone;

		if (c.n > act->e->batch_size)
			c.n = act->e->batch_size;
		q->context.budget_pages = left;
		err = tiermm__chunk_run(act, &c);
		gone = tiermm__chunk_add_up(act, &c);
		left -= gone < left ? gone : left;
		at += c.n;
		if (!c.n)
			break;
	}
	act->step->more = at < q->n;
	leave(q, at);
	return err;
}

/* Copy and check everything but the arrays. */
static int ask(const struct tiermm_engine *e, struct question *q,
	       const struct tiermm_reclaim_context *context,
	       const struct tiermm_parking *parking,
	       const struct tiermm_step *step)
{
	int err = -TIERMM_EINVAL;

	if (e && context)
		err = tiermm__options_copy(&q->context, sizeof(q->context),
					   context, sizeof(q->context),
					   UINT32_MAX);
	if (!err)
		err = tiermm__parking_copy(&q->parking, parking);
	if (!err)
		err = tiermm__step_check(step);
	if (!err && q->n && (!q->folios || !q->decisions))
		err = -TIERMM_EINVAL;
	if (!err && !e->has_ops)
		err = -TIERMM_ENOTSUP;
	/* A plan over no folio says whether reclaim takes the question. */
	if (!err)
		err = tiermm_reclaim_plan(e->reclaim, &q->context, NULL, 0,
					  NULL);
	return err;
}

static void begin(struct tiermm__act *act, const struct question *q,
		  uint32_t step, int32_t node)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_STEP,
		.value = { q->n, q->context.budget_pages },
		.flags = q->context.flags,
		.from = node,
		.to = TIERMM_NO_NODE,
		.reason = q->context.reclaimer,
		.verdict = (uint16_t)act->e->batch_size,
		.detail = (uint16_t)step,
	};

	act->now_ns = q->context.now_ns;
	tiermm__step_begin(act, &record, q->context.allowed);
	tiermm__log_folios(act->e, q->folios, q->n, 0);
}

int tiermm_engine_demote(struct tiermm_engine *e,
			 const struct tiermm_reclaim_context *context,
			 const struct tiermm_parking *parking,
			 const struct tiermm_folio *folios, uint64_t n,
			 struct tiermm_decision *decisions,
			 struct tiermm_step *step)
{
	struct question q = { .folios = folios,
			      .decisions = decisions,
			      .n = n };
	struct tiermm_step sums = { .error = 0 };
	struct tiermm__act act = { .e = e,
				   .parking = &q.parking,
				   .step = &sums };
	int err = ask(e, &q, context, parking, step);

	if (!err)
		err = tiermm__owner_enter(&e->owner);
	if (err)
		return err;
	begin(&act, &q, TIERMM_STEP_DEMOTE, TIERMM_NO_NODE);
	err = demote(&act, &q);
	tiermm__step_finish(&act, step);
	tiermm__owner_leave(&e->owner);
	return err;
}

/* How far a node is to be balanced in this step; 0: it is not due. */
static int wanted(struct tiermm_engine *e, int32_t node, uint64_t *pages)
{
	int due = tiermm_reclaim_due(e->reclaim, node, pages);

	if (due < 0)
		return due;
	if ((tiermm__take_press(e, node) || due) && !*pages)
		*pages = WOKEN_PAGES;
	return 0;
}

static int balance(struct tiermm__act *act, struct question *q, int32_t node)
{
	uint64_t pages = 0;
	int err = wanted(act->e, node, &pages);

	if (err)
		return err;
	if (!q->context.budget_pages || pages < q->context.budget_pages)
		q->context.budget_pages = pages;
	begin(act, q, TIERMM_STEP_BALANCE, node);
	if (pages)
		return demote(act, q);
	leave(q, 0);
	return 0;
}

int tiermm_engine_balance(struct tiermm_engine *e, int32_t node,
			  const struct tiermm_reclaim_context *context,
			  const struct tiermm_parking *parking,
			  const struct tiermm_folio *folios, uint64_t n,
			  struct tiermm_decision *decisions,
			  struct tiermm_step *step)
{
	struct question q = { .folios = folios,
			      .decisions = decisions,
			      .n = n };
	struct tiermm_step sums = { .error = 0 };
	struct tiermm__act act = { .e = e,
				   .parking = &q.parking,
				   .step = &sums };
	int err = ask(e, &q, context, parking, step);

	if (!err && !tiermm__node_in_range(node))
		err = -TIERMM_ENODEV;
	if (!err)
		err = tiermm__owner_enter(&e->owner);
	if (err)
		return err;
	err = balance(&act, &q, node);
	if (err != -TIERMM_ENODEV)
		tiermm__step_finish(&act, step);
	tiermm__owner_leave(&e->owner);
	return err;
}
