/* SPDX-License-Identifier: MIT */
/* Room on targets: asked first, reserve kept, stop at full (21). */
#include "engine_fixture.h"

/* Items of a verb that were asked of a node, and how they went. */
static uint64_t asked(const struct engine_fixture *x, int32_t node,
		      uint32_t outcome)
{
	uint64_t n = tiermm_mock_call_count(x->mock, NULL), found = 0;
	struct tiermm_mock_call call;

	for (uint64_t i = 0; i < n; i++) {
		assert_int_equal(tiermm_mock_call_at(x->mock, i, &call), 0);
		found += call.verb == TIERMM_MOCK_MOVE && call.to == node &&
			 call.outcome == outcome;
	}
	return found;
}

static void room_is_asked_for_first_and_the_reserve_kept(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .reserve_pages = 4 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 16, 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 10, 0), 0);
	assert_int_equal(engine_demote(&x, 16), 0);
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_DONE), 6);
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_TARGET_FULL), 0);
	assert_int_equal(asked(&x, 3, TIERMM_OUTCOME_DONE), 10);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_NOT_TRIED), 10);
	engine_check_conservation(&x, 16);
	engine_end(&x);
}

/* Less room than the reserve is none, and not much. */
static void a_target_below_its_reserve_takes_nothing(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .reserve_pages = 11 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 4, 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 10, 0), 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_DONE), 0);
	assert_int_equal(asked(&x, 3, TIERMM_OUTCOME_DONE), 4);
	engine_end(&x);
}

/* Room is not told: the first TARGET_FULL speaks for the rest of the step. */
static void the_first_full_answer_stops_calls_to_that_target(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 4 };
	struct engine_fixture x;
	struct tiermm_engine *e;

	(void)state;
	engine_begin(&x, &o, NULL);
	assert_int_equal(tiermm_engine_create(&e, x.topology, &o,
					      tiermm_mock_memops(x.mock),
					      TIERMM_CAN_MOVE |
						      TIERMM_CAN_LOCATE,
					      NULL, NULL),
			 0);
	tiermm_engine_destroy(x.e);
	x.e = e;
	engine_put(&x, 0, 16, 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 6, 0), 0);
	assert_int_equal(engine_demote(&x, 16), 0);
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_DONE), 6);
	/* The rest of the call that met it, and none after. */
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_TARGET_FULL), 2);
	assert_int_equal(asked(&x, 3, TIERMM_OUTCOME_DONE), 10);
	/* The next step asks anew. */
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 100, 0), 0);
	engine_put(&x, 20, 4, 0);
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, NULL,
					      &x.folio[20], 4, x.decision,
					      &x.step),
			 0);
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_DONE), 10);
	engine_end(&x);
}

/* A large one that does not fit says nothing about small ones. */
static void small_folios_fit_where_large_ones_do_not(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	x.folio[0] = (struct tiermm_folio){ .page = KEY(0),
					    .order = 4,
					    .flags = TIERMM_FOLIO_ANON };
	assert_int_equal(tiermm_mock_put_run(x.mock, KEY(0), 16, 0), 0);
	engine_put(&x, 1, 4, 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 8, 0), 0);
	assert_int_equal(engine_demote(&x, 5), 0);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 3);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(1)), 2);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(4)), 2);
	engine_check_conservation(&x, 5);
	engine_end(&x);
}

/* A table that cannot say how much room there is is believed by outcomes. */
static void a_failing_question_for_room_stops_nothing(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 4, 0);
	assert_int_equal(tiermm_mock_fail(x.mock, TIERMM_MOCK_HEADROOM, 1,
					  -TIERMM_EIO),
			 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(x.step.demoted, 4);
	engine_end(&x);
}

/* Requirement 22: a page of a huge page takes all of it along. */
static void the_granule_is_told_and_counted(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	x.folio[0] = (struct tiermm_folio){ .page = KEY(0),
					    .flags = TIERMM_FOLIO_ANON };
	assert_int_equal(tiermm_mock_put_run(x.mock, KEY(0), 512, 0), 0);
	assert_int_equal(engine_demote(&x, 1), 0);
	assert_int_equal(x.step.demoted, 1);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_OF_RECLAIM +
						    TIERMM_RECLAIM_GRANULE),
			 511);
	engine_end(&x);
}

/* Nor does one that came behind a small one take back what that one said. */
static void a_large_answer_does_not_hide_a_small_one(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 2 };
	struct engine_fixture x;
	struct tiermm_engine *e;

	(void)state;
	engine_begin(&x, &o, NULL);
	assert_int_equal(tiermm_engine_create(&e, x.topology, &o,
					      tiermm_mock_memops(x.mock),
					      TIERMM_CAN_MOVE |
						      TIERMM_CAN_LOCATE,
					      NULL, NULL),
			 0);
	tiermm_engine_destroy(x.e);
	x.e = e;
	engine_put(&x, 0, 4, 0);
	x.folio[1].order = 4;
	assert_int_equal(tiermm_mock_put_run(x.mock, KEY(1), 16, 0), 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 0, 0), 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(asked(&x, 2, TIERMM_OUTCOME_TARGET_FULL), 2);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(room_is_asked_for_first_and_the_reserve_kept),
		cmocka_unit_test(a_target_below_its_reserve_takes_nothing),
		cmocka_unit_test(
			the_first_full_answer_stops_calls_to_that_target),
		cmocka_unit_test(small_folios_fit_where_large_ones_do_not),
		cmocka_unit_test(a_failing_question_for_room_stops_nothing),
		cmocka_unit_test(the_granule_is_told_and_counted),
		cmocka_unit_test(a_large_answer_does_not_hide_a_small_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
