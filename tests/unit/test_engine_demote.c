/* SPDX-License-Identifier: MIT */
/* Demotion as one call: order, budget, conservation (R1, R4, R6, R7, R10). */
#include "engine_fixture.h"

#include <setjmp.h>

static void cold_folios_go_to_their_target(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 8, 0);
	x.folio[3].flags |= TIERMM_FOLIO_ACTIVE;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 7);
	assert_int_equal(x.step.activated, 1);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(tiermm_mock_where(x.mock, KEY(i)),
				 i == 3 ? 0 : 2);
	engine_check_conservation(&x, 8);
	engine_end(&x);
}

static void a_step_without_folios_does_nothing(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, NULL, NULL, 0,
					      NULL, &x.step),
			 0);
	assert_int_equal(x.step.taken, 0);
	assert_int_equal(x.step.exhausted, 0);
	assert_int_equal(tiermm_mock_call_count(x.mock, NULL), 0);
	engine_end(&x);
}

static void wrong_arguments_change_nothing(void **state)
{
	struct engine_fixture x;
	struct tiermm_step small = { .size = 8 };
	struct tiermm_parking empty = { .size = sizeof(empty) };

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 1, 0);
	assert_int_equal(tiermm_engine_demote(NULL, &x.context, NULL, x.folio,
					      1, x.decision, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_demote(x.e, NULL, NULL, x.folio, 1,
					      x.decision, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, NULL, x.folio, 1,
					      NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, NULL, x.folio, 1,
					      x.decision, &small),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, &empty, x.folio,
					      1, x.decision, NULL),
			 -TIERMM_EINVAL);
	x.context.flags = 1u << 30;
	assert_int_equal(engine_demote(&x, 1), -TIERMM_E2BIG);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 0);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_STEPS), 0);
	engine_end(&x);
}

static void without_a_table_there_are_no_steps(void **state)
{
	struct engine_fixture x;
	struct tiermm_engine *bare;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 1, 0);
	assert_int_equal(tiermm_engine_create(&bare, x.topology, NULL, NULL, 0,
					      NULL, NULL),
			 0);
	assert_int_equal(tiermm_engine_demote(bare, &x.context, NULL, x.folio,
					      1, x.decision, NULL),
			 -TIERMM_ENOTSUP);
	assert_null(tiermm_engine_memops(bare));
	tiermm_engine_destroy(bare);
	engine_end(&x);
}

static void a_budget_is_gone_on_with(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 10, 0);
	x.context.budget_pages = 4;
	assert_int_equal(engine_demote(&x, 10), 0);
	assert_int_equal(x.step.taken, 4);
	assert_int_equal(x.step.demoted, 4);
	assert_int_equal(x.step.more, 1);
	assert_int_equal(x.decision[4].verdict, TIERMM_VERDICT_NONE);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(4)), 0);
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, NULL,
					      &x.folio[4], 6, &x.decision[4],
					      &x.step),
			 0);
	assert_int_equal(x.step.taken, 4);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(7)), 2);
	engine_end(&x);
}

/* What failed is made up for by those behind it. */
static void a_budget_is_of_pages_that_went(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 10, 0);
	x.context.budget_pages = 4;
	x.context.flags = TIERMM_RECLAIM_NO_SWAP;
	assert_int_equal(tiermm_mock_script(x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	assert_int_equal(tiermm_mock_script(x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_SHARED),
			 0);
	assert_int_equal(engine_demote(&x, 10), 0);
	assert_int_equal(x.step.demoted, 4);
	assert_int_equal(x.step.taken, 6);
	engine_end(&x);
}

static void chunks_are_as_large_as_the_batch(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 4 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 10, 0);
	assert_int_equal(engine_demote(&x, 10), 0);
	assert_int_equal(x.step.demoted, 10);
	assert_int_equal(x.step.calls, 3);
	engine_check_conservation(&x, 10);
	engine_end(&x);
}

/* I9: the kernel's defect; room ends after k successes, 3 is not allowed. */
static void i9_a_success_widens_nothing(void **state)
{
	struct tiermm_nodeset allowed = { { 0 } };
	struct engine_fixture x;

	(void)state;
	assert_int_equal(tiermm_nodeset_add(&allowed, 2), 0);
	for (uint32_t k = 0; k <= 8; k++) {
		engine_begin(&x, NULL, NULL);
		engine_put(&x, 0, 8, 0);
		assert_int_equal(tiermm_mock_set_node(x.mock, 2, k, 0), 0);
		x.context.allowed = &allowed;
		assert_int_equal(engine_demote(&x, 8), 0);
		assert_int_equal(x.step.demoted, k);
		for (uint32_t i = 0; i < 8; i++)
			assert_true(tiermm_mock_where(x.mock, KEY(i)) != 3 &&
				    tiermm_mock_where(x.mock, KEY(i)) != 1);
		engine_check_conservation(&x, 8);
		engine_end(&x);
	}
}

/* I8: every callback failed at every call of it. */
static uint64_t demote_with_fault(uint32_t verb, uint64_t nth)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 4 };
	struct engine_fixture x;
	uint64_t failed;

	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 16, 0);
	for (uint32_t i = 8; i < 12; i++)
		x.folio[i].flags = 0; /* of a file: clean, to be dropped */
	for (uint32_t i = 0; i < 16; i += 5)
		x.folio[i].flags |= TIERMM_FOLIO_DIRTY;
	/* Three fit on 2, four on 3; the others leave memory. */
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 3, 0), 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 3, 4, 0), 0);
	assert_int_equal(tiermm_mock_fail(x.mock, verb, nth, -TIERMM_EIO), 0);
	assert_int_equal(engine_demote(&x, 16), 0);
	engine_check_conservation(&x, 16);
	failed = engine_counter(&x, TIERMM_ENGINE_CALLS_FAILED);
	assert_int_equal(x.step.error, failed ? -TIERMM_EIO : 0);
	engine_end(&x);
	return failed;
}

static void i8_every_slot_may_fail_at_every_call(void **state)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_MOVE,
					  TIERMM_MOCK_PAGE_OUT,
					  TIERMM_MOCK_DISCARD };

	(void)state;
	for (uint32_t v = 0; v < 3; v++) {
		uint64_t nth = 1;

		while (demote_with_fault(verbs[v], nth))
			nth++;
		/* Each verb was called, and was made to fail, at least once. */
		assert_true(nth > 1);
	}
	for (uint64_t nth = 1; nth < 40; nth++) {
		demote_with_fault(TIERMM_MOCK_LOCATE, nth);
		demote_with_fault(TIERMM_MOCK_HEADROOM, nth);
		demote_with_fault(TIERMM_MOCK_ANY, nth);
	}
}

/* I8, I11: any outcome for any item, in a table that knows what it did. */
static void i8_every_outcome_is_one_verdict(void **state)
{
	struct engine_fixture x;

	(void)state;
	for (uint32_t outcome = 0; outcome < TIERMM_OUTCOMES; outcome++) {
		engine_begin(&x, NULL, NULL);
		engine_put(&x, 0, 4, 0);
		for (uint32_t i = 0; i < 4; i++)
			assert_int_equal(tiermm_mock_script(x.mock,
							    TIERMM_MOCK_MOVE,
							    outcome),
					 0);
		assert_int_equal(engine_demote(&x, 4), 0);
		assert_int_equal(engine_sum(&x.step), 4);
		assert_int_equal(x.step.taken, 4);
		engine_end(&x);
	}
}

static void large_folios_that_fit_nowhere_are_to_be_split(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	x.folio[0] = (struct tiermm_folio){ .page = KEY(0),
					    .order = 3,
					    .flags = TIERMM_FOLIO_ANON };
	assert_int_equal(tiermm_mock_put_run(x.mock, KEY(0), 8, 0), 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 7, 0), 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 3, 0, 0), 0);
	assert_int_equal(engine_demote(&x, 1), 0);
	assert_int_equal(x.decision[0].verdict, TIERMM_VERDICT_SPLIT);
	assert_int_equal(x.step.split, 8);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 0);
	engine_end(&x);
}

static void full_targets_are_told_as_exhausted(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 4, 0);
	for (uint32_t i = 0; i < 4; i++)
		x.folio[i].flags |= TIERMM_FOLIO_UNEVICTABLE;
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(x.step.exhausted, 1);
	engine_put(&x, 0, 4, 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(x.step.exhausted, 0);
	engine_end(&x);
}

/* One chunk that gives something is enough, whichever it is. */
static void a_step_is_exhausted_where_each_chunk_is(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 4 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 8, 0);
	for (uint32_t i = 4; i < 8; i++)
		x.folio[i].flags |= TIERMM_FOLIO_UNEVICTABLE;
	assert_int_equal(engine_demote(&x, 8), 0);
	assert_int_equal(x.step.demoted, 4);
	assert_int_equal(x.step.exhausted, 0);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cold_folios_go_to_their_target),
		cmocka_unit_test(a_step_without_folios_does_nothing),
		cmocka_unit_test(wrong_arguments_change_nothing),
		cmocka_unit_test(without_a_table_there_are_no_steps),
		cmocka_unit_test(a_budget_is_gone_on_with),
		cmocka_unit_test(a_budget_is_of_pages_that_went),
		cmocka_unit_test(chunks_are_as_large_as_the_batch),
		cmocka_unit_test(i9_a_success_widens_nothing),
		cmocka_unit_test(i8_every_slot_may_fail_at_every_call),
		cmocka_unit_test(i8_every_outcome_is_one_verdict),
		cmocka_unit_test(large_folios_that_fit_nowhere_are_to_be_split),
		cmocka_unit_test(full_targets_are_told_as_exhausted),
		cmocka_unit_test(a_step_is_exhausted_where_each_chunk_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
