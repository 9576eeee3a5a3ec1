/* SPDX-License-Identifier: MIT */
/*
 * The calls of the table, and what to make of them (requirement 20): results
 * are UNKNOWN before; what is UNKNOWN after is asked for by `locate`; what a
 * call returns as a whole is remembered, and decides nothing.
 */
#include "engine/engine.h"

#include "base/memory.h"

static void note_error(struct tiermm__act *act, int error)
{
	tiermm__engine_count(act->e, TIERMM_ENGINE_CALLS, 1);
	act->step->calls++;
	if (!error)
		return;
	tiermm__engine_count(act->e, TIERMM_ENGINE_CALLS_FAILED, 1);
	if (!act->error)
		act->error = error;
}

static void answer(struct tiermm_result *result, uint32_t outcome,
		   uint64_t pages, int error)
{
	*result = (struct tiermm_result){ .outcome = outcome,
					  .error = error,
					  .pages = pages };
}

/* Where a page is says what became of its move. */
static void resolve_move(struct tiermm__act *act, uint64_t i, int32_t where)
{
	const struct tiermm_move *move = &act->e->batch.moves[i];
	struct tiermm_result *result = &act->e->batch.results[i];

	if (where == TIERMM_NO_NODE)
		return;
	if (where != move->to) {
		answer(result, TIERMM_OUTCOME_BUSY, 0, act->error);
		return;
	}
	answer(result, TIERMM_OUTCOME_DONE, move->pages, 0);
	tiermm__engine_count(act->e, TIERMM_ENGINE_FOUND_DONE, 1);
}

/*
 * A page that is still somewhere was not dropped. One that is nowhere may just
 * not be told of: that stays unknown.
 */
static void resolve_drop(struct tiermm__act *act, uint64_t i, int32_t where)
{
	if (where != TIERMM_NO_NODE)
		answer(&act->e->batch.results[i], TIERMM_OUTCOME_BUSY, 0,
		       act->error);
}

/* Gather what nobody could say; garbage is no answer either. */
static uint64_t gather_unknown(struct tiermm__batch *b)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < b->n; i++) {
		if (b->results[i].outcome >= TIERMM_OUTCOMES)
			answer(&b->results[i], TIERMM_OUTCOME_UNKNOWN, 0, 0);
		if (b->results[i].outcome == TIERMM_OUTCOME_UNKNOWN)
			b->asked[n++] = (uint32_t)i;
	}
	return n;
}

static void ask_again(struct tiermm__act *act, int is_move)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	uint64_t n = gather_unknown(b);

	if (!n || !e->ops.locate)
		return;
	for (uint64_t i = 0; i < n; i++) {
		/* A drop's keys stand where they are: asked[i] >= i. */
		b->keys[i] = is_move ? b->moves[b->asked[i]].page
				     : b->keys[b->asked[i]];
		b->where[i] = TIERMM_NO_NODE;
	}
	tiermm__engine_count(e, TIERMM_ENGINE_ASKED_AGAIN, n);
	if (e->ops.locate(e->ops.self, b->keys, n, b->where))
		return;
	for (uint64_t i = 0; i < n; i++) {
		if (is_move)
			resolve_move(act, b->asked[i], b->where[i]);
		else
			resolve_drop(act, b->asked[i], b->where[i]);
	}
}

static void expect_nothing(struct tiermm__batch *b)
{
	memset(b->results, 0, (size_t)b->n * sizeof(*b->results));
}

void tiermm__call_move(struct tiermm__act *act)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;

	if (!b->n)
		return;
	tiermm__park_ready(act);
	expect_nothing(b);
	tiermm__engine_count(e, TIERMM_ENGINE_ITEMS, b->n);
	note_error(act, e->ops.move(e->ops.self, b->moves, b->n, b->results));
	ask_again(act, 1);
}

void tiermm__call_drop(struct tiermm__act *act, uint32_t verdict)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	int (*drop)(void *self, const uint64_t *pages, uint64_t n,
		    struct tiermm_result *results) =
		verdict == TIERMM_VERDICT_DISCARD ? e->ops.discard
						  : e->ops.page_out;

	if (!b->n)
		return;
	expect_nothing(b);
	if (!drop) {
		for (uint64_t i = 0; i < b->n; i++)
			answer(&b->results[i], TIERMM_OUTCOME_UNSUPPORTED, 0,
			       -TIERMM_ENOTSUP);
		return;
	}
	tiermm__engine_count(e, TIERMM_ENGINE_ITEMS, b->n);
	note_error(act, drop(e->ops.self, b->keys, b->n, b->results));
	ask_again(act, 0);
}
