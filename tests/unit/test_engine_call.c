/* SPDX-License-Identifier: MIT */
/*
 * Calls of the table (requirements 3, 19 to 22): a table that lies, fails,
 * calls back, and does not return.
 */
#include "engine_fixture.h"

#include <setjmp.h>

#include "reclaim/internal.h"

/* A table over places of its own; what it says is chosen, what it does too. */
struct liar {
	struct tiermm_memops ops;
	struct tiermm_engine *e;
	struct tiermm_engine *occupied;
	int32_t where[FOLIOS];
	uint32_t moves_first;  /* items that really move */
	uint32_t says;         /* outcome told for each item */
	int returns;           /* what the call as a whole returns */
	int reentered;         /* what a call into the engine returned */
	uint32_t known_before; /* results that were not UNKNOWN before */
	uint64_t calls, located;
	jmp_buf *leave;
};

static uint64_t number(uint64_t key)
{
	return key / 0x1000 - 1;
}

static int lie(void *self, const struct tiermm_move *moves, uint64_t n,
	       struct tiermm_result *results)
{
	struct liar *l = self;

	l->calls++;
	for (uint64_t i = 0; i < n; i++) {
		l->known_before += results[i].outcome != TIERMM_OUTCOME_UNKNOWN;
		if (i < l->moves_first)
			l->where[number(moves[i].page)] = moves[i].to;
		results[i].outcome = l->says;
		results[i].pages = moves[i].pages;
	}
	if (l->e)
		l->reentered =
			tiermm_engine_due(l->e,
					  &(struct tiermm_nodeset){ { 0 } });
	if (l->leave)
		longjmp(*l->leave, 1);
	return l->returns;
}

static int locate(void *self, const uint64_t *pages, uint64_t n, int32_t *nodes)
{
	struct liar *l = self;

	l->located += n;
	for (uint64_t i = 0; i < n; i++)
		nodes[i] = l->where[number(pages[i])];
	return 0;
}

static void liar_begin(struct liar *l, struct engine_fixture *x)
{
	memset(l, 0, sizeof(*l));
	l->ops = (struct tiermm_memops){ .size = sizeof(l->ops),
					 .name = "liar",
					 .self = l,
					 .move = lie,
					 .locate = locate };
	l->moves_first = UINT32_MAX;
	l->says = TIERMM_OUTCOME_DONE;
	engine_begin(x, NULL, &l->ops);
	engine_put(x, 0, 8, 0);
	x->context.flags = TIERMM_RECLAIM_NO_SWAP;
}

static void results_are_unknown_before_a_call(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(l.known_before, 0);
	assert_int_equal(l.located, 0);
	engine_end(&x);
}

static void a_calls_return_value_decides_no_item(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	l.returns = -TIERMM_EIO;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 8);
	assert_int_equal(x.step.error, -TIERMM_EIO);
	engine_end(&x);
}

static void where_a_page_is_decides_what_nobody_said(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	l.says = TIERMM_OUTCOME_UNKNOWN;
	l.returns = -TIERMM_EIO;
	l.moves_first = 3;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 3);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(x.decision[i].verdict == TIERMM_VERDICT_DEMOTE,
				 i < 3);
	assert_int_equal(x.decision[7].reason, TIERMM_RECLAIM_WITHOUT_SWAP);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_FOUND_DONE), 3);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_ASKED_AGAIN), 8);
	engine_end(&x);
}

/* Success as a whole, and nothing said of the items: as unknown as ever. */
static void success_as_a_whole_moves_nothing(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	l.says = TIERMM_OUTCOME_UNKNOWN;
	l.moves_first = 0;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 0);
	engine_end(&x);
}

static void what_cannot_be_asked_stays_unknown(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	engine_end(&x);
	l.ops.locate = NULL;
	l.says = TIERMM_OUTCOME_UNKNOWN;
	engine_begin(&x, NULL, &l.ops);
	engine_put(&x, 0, 8, 0);
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.failed + x.step.later, 8);
	assert_int_equal(x.decision[0].reason, TIERMM_RECLAIM_UNKNOWN);
	/* Once more the same, and no third time (R10). */
	assert_int_equal(l.calls, 2);
	engine_end(&x);
}

static void garbage_for_an_outcome_is_no_answer(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	l.says = 12345;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 8);
	assert_int_equal(l.located, 8);
	engine_end(&x);
}

static void a_callback_that_comes_back_is_told_busy(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	l.e = x.e;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(l.reentered, -TIERMM_EBUSY);
	assert_int_equal(x.step.demoted, 8);
	engine_end(&x);
}

/* Requirement 3: destroyable, readers unharmed, and fit again if told. */
static void a_callback_may_never_return(void **state)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct engine_fixture x;
	static struct liar l;
	jmp_buf leave;

	(void)state;
	for (int recover = 0; recover < 2; recover++) {
		liar_begin(&l, &x);
		l.leave = &leave;
		if (!setjmp(leave)) {
			(void)engine_demote(&x, 8);
			fail();
		}
		l.leave = NULL;
		assert_int_equal(tiermm_demotion_next(tiermm_engine_demotion(
							      x.e),
						      0),
				 2);
		assert_int_equal(engine_demote(&x, 8), -TIERMM_EBUSY);
		if (recover) {
			assert_int_equal(tiermm_engine_recover(x.e, &freed), 0);
			assert_int_equal(engine_demote(&x, 8), 0);
			assert_int_equal(engine_sum(&x.step), 8);
		}
		engine_end(&x);
	}
}

/* Requirement 37: whatever comes in meanwhile is told, and changes nothing. */
static int come_in(void *self, const struct tiermm_move *moves, uint64_t n,
		   struct tiermm_result *results)
{
	struct liar *l = self;
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_engine_room room = { .node = 0 };
	struct tiermm_event event = { .kind = TIERMM_EVENT_MEMORY_GOING,
				      .node = 2 };
	struct tiermm_decision decision;
	struct tiermm_folio folio = { .page = KEY(0) };
	struct tiermm_record record;
	uint64_t taken;

	assert_int_equal(tiermm_engine_set_rooms(l->e, &room, 1),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_event(l->e, &event, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_log_take(l->e, &record, 1, &taken, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_demote(l->e, &context, NULL, &folio, 1,
					      &decision, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_balance(l->e, 0, &context, NULL, &folio,
					       1, &decision, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_samples(l->e, NULL, 0), -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_promote(l->e, NULL, NULL, NULL),
			 -TIERMM_EBUSY);
	return lie(self, moves, n, results);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct tiermm_promotion_options p = { .size = sizeof(p), .pages = 8 };
	struct tiermm_engine_options o = { .size = sizeof(o), .promotion = &p };
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	engine_end(&x);
	l.ops.move = come_in;
	engine_begin(&x, &o, &l.ops);
	l.e = x.e;
	engine_put(&x, 0, 8, 0);
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 8);
	assert_int_equal(tiermm_demotion_next(tiermm_engine_demotion(x.e), 0),
			 2);
	engine_end(&x);
}

/* Somebody is inside reclaim when its report is due. */
static int move_and_occupy(void *self, const struct tiermm_move *moves,
			   uint64_t n, struct tiermm_result *results)
{
	struct liar *l = self;
	int err = lie(self, moves, n, results);

	assert_int_equal(tiermm__owner_enter(
				 &tiermm_engine_reclaim(l->occupied)->owner),
			 0);
	return err;
}

static void a_part_that_is_busy_ends_the_step(void **state)
{
	struct engine_fixture x;
	struct liar l;

	(void)state;
	liar_begin(&l, &x);
	engine_end(&x);
	l.ops.move = move_and_occupy;
	engine_begin(&x, NULL, &l.ops);
	l.occupied = x.e;
	engine_put(&x, 0, 8, 0);
	assert_int_equal(engine_demote(&x, 8), -TIERMM_EBUSY);
	assert_int_equal(x.decision[0].verdict, TIERMM_VERDICT_DEMOTE);
	assert_int_equal(x.decision[0].final, 0);
	assert_int_equal(engine_sum(&x.step), 8);
	assert_int_equal(x.step.later, 8);
	tiermm__owner_leave(&tiermm_engine_reclaim(x.e)->owner);
	l.ops.move = lie;
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_unknown_before_a_call),
		cmocka_unit_test(a_calls_return_value_decides_no_item),
		cmocka_unit_test(where_a_page_is_decides_what_nobody_said),
		cmocka_unit_test(success_as_a_whole_moves_nothing),
		cmocka_unit_test(what_cannot_be_asked_stays_unknown),
		cmocka_unit_test(garbage_for_an_outcome_is_no_answer),
		cmocka_unit_test(a_callback_that_comes_back_is_told_busy),
		cmocka_unit_test(a_callback_may_never_return),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
		cmocka_unit_test(a_part_that_is_busy_ends_the_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
