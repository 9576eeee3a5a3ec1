/* SPDX-License-Identifier: MIT */
/*
 * Runs of marked frames go through the table, and each is reported (L6).
 *
 * A frame of a run that was elsewhere before, and is on its target after a
 * call that did not say so, has moved. Whoever freed it meanwhile has used its
 * mark up: it is claimed, which counts it once.
 */
#include "engine/sweep.h"

#include "base/memory.h"

#include <tiermm/layout_page.h>

static uint64_t key_of(const struct tiermm__sweep *s, uint64_t frame)
{
	return s->how.key_base + (frame << s->how.key_shift);
}

uint64_t tiermm__sweep_locate(struct tiermm__sweep *s, uint64_t frame,
			      uint64_t n, uint64_t most)
{
	struct tiermm__batch *b = &s->e->batch;

	if (!s->ops.locate)
		return 0;
	if (n > most)
		n = most;
	for (uint64_t i = 0; i < n; i++) {
		b->keys[i] = key_of(s, frame + i);
		b->where[i] = TIERMM_NO_NODE;
	}
	tiermm__engine_count(s->e, TIERMM_ENGINE_ASKED_AGAIN, n);
	return s->ops.locate(s->ops.self, b->keys, n, b->where) ? 0 : n;
}

/* Frames that are on their target now, and were not before: count them. */
static uint64_t claim(struct tiermm__sweep *s, const struct tiermm_move *move,
		      uint64_t frame, uint64_t n)
{
	const int32_t *where = s->e->batch.where;
	uint64_t claimed = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_layout_page page = { frame + i, 0, move->from };
		uint64_t pieces = 0;

		if (where[i] == move->to &&
		    !tiermm_relayout_claim(s->r, &page, &page, 1, &pieces))
			claimed += page.node == move->to;
	}
	return claimed;
}

/* Where its frames are says what became of a run that nobody spoke of. */
static void resolve(struct tiermm__sweep *s, const struct tiermm_move *move,
		    struct tiermm_result *result)
{
	uint64_t claimed = 0, n;

	for (uint64_t at = 0; at < move->pages; at += n) {
		n = tiermm__sweep_locate(s, move->page + at, move->pages - at,
					 s->e->batch_size);
		if (!n)
			break;
		claimed += claim(s, move, move->page + at, n);
	}
	s->sums.moved += claimed;
	if (claimed == move->pages)
		result->outcome = TIERMM_OUTCOME_ALREADY;
	tiermm__engine_count(s->e, TIERMM_ENGINE_FOUND_DONE, claimed != 0);
}

static void add_up(struct tiermm__sweep *s, const struct tiermm_move *move,
		   const struct tiermm_result *result)
{
	switch (result->outcome) {
	case TIERMM_OUTCOME_DONE:
		s->sums.moved += result->pages;
		s->sums.in_use += result->pages < move->pages;
		break;
	case TIERMM_OUTCOME_ALREADY:
		break;
	case TIERMM_OUTCOME_BUSY:
	case TIERMM_OUTCOME_ABSENT:
		s->sums.in_use++;
		break;
	default:
		s->sums.again++;
	}
}

/* What a table says that cannot be is no answer. */
static int is_answer(const struct tiermm_move *move,
		     const struct tiermm_result *result)
{
	return result->outcome < TIERMM_OUTCOMES &&
	       result->outcome != TIERMM_OUTCOME_UNKNOWN &&
	       (result->outcome != TIERMM_OUTCOME_DONE ||
		result->pages <= move->pages);
}

/* The table has answered: the batch speaks of frames again. */
static void take_answers(struct tiermm__sweep *s)
{
	struct tiermm__batch *b = &s->e->batch;

	for (uint64_t i = 0; i < b->n; i++) {
		b->moves[i].page = (b->moves[i].page - s->how.key_base) >>
				   s->how.key_shift;
		if (!is_answer(&b->moves[i], &b->results[i])) {
			b->results[i].outcome = TIERMM_OUTCOME_UNKNOWN;
			b->results[i].pages = 0;
			if (b->index[i])
				resolve(s, &b->moves[i], &b->results[i]);
		}
		tiermm__step_try(&s->act, &b->moves[i], &b->results[i], NULL,
				 0);
		add_up(s, &b->moves[i], &b->results[i]);
	}
}

int tiermm__sweep_act(struct tiermm__sweep *s)
{
	struct tiermm__batch *b = &s->e->batch;
	int error, err;

	if (!b->n)
		return 0;
	memset(b->results, 0, (size_t)b->n * sizeof(*b->results));
	for (uint64_t i = 0; i < b->n; i++)
		b->moves[i].page = key_of(s, b->moves[i].page);
	tiermm__engine_count(s->e, TIERMM_ENGINE_CALLS, 1);
	tiermm__engine_count(s->e, TIERMM_ENGINE_ITEMS, b->n);
	s->sums.calls++;
	s->sums.items += b->n;
	error = s->ops.move(s->ops.self, b->moves, b->n, b->results);
	tiermm__engine_count(s->e, TIERMM_ENGINE_CALLS_FAILED, error != 0);
	if (!s->sums.error)
		s->sums.error = error;
	take_answers(s);
	err = tiermm_relayout_report(s->r, NULL, b->moves, b->results, b->n);
	b->n = 0;
	return err;
}
