/* SPDX-License-Identifier: MIT */
/*
 * Steps on record decided again (S10): outcomes of then, actions that were not
 * tried then, records that are missing, inputs that nobody takes.
 */
#include "replay_fixture.h"

/* --- what came out then comes out again ---------------------------------- */

static void outcomes_come_out_as_they_did(void **state)
{
	static const uint32_t outcomes[] = { TIERMM_OUTCOME_BUSY,
					     TIERMM_OUTCOME_DONE,
					     TIERMM_OUTCOME_SHARED,
					     TIERMM_OUTCOME_TARGET_FULL };
	static struct then t;
	static struct now now;

	(void)state;
	then_begin(&t, 0);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(tiermm_mock_script(t.x.mock, TIERMM_MOCK_MOVE,
						    outcomes[i]),
				 0);
	/* Room for two: the rest is spared, and goes on to node 3 or out. */
	assert_int_equal(tiermm_mock_set_node(t.x.mock, 2, 2, 0), 0);
	assert_int_equal(tiermm_mock_set_node(t.x.mock, 3, 3, 0), 0);
	engine_put(&t.x, 0, 12, 0);
	t.x.folio[5].flags |= TIERMM_FOLIO_ACTIVE;
	assert_int_equal(engine_demote(&t.x, 12), 0);
	assert_true(t.x.step.demoted > 1 && t.x.step.paged_out > 1);
	then_take(&t);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.n, 12);
	assert_int_equal(now.sums.same, 12);
	for (uint32_t i = 0; i < 12; i++) {
		assert_int_equal(now.out[i].page, KEY(i));
		assert_int_equal(now.out[i].now_action,
				 t.x.decision[i].verdict);
		assert_int_equal(now.out[i].now_to, t.x.decision[i].to);
		assert_int_equal(now.out[i].now_reason, t.x.decision[i].reason);
		assert_int_equal(now.out[i].then_reason,
				 t.x.decision[i].reason);
	}
	now_end(&now);
	engine_end(&t.x);
}

/* What a node was due to give, and a step that it was not due for. */
static void a_balance_has_the_budget_that_it_had(void **state)
{
	struct tiermm_engine_room room = { .node = 0,
					   .managed_pages = 1000,
					   .min_pages = 20,
					   .free_pages = 900 };
	static struct then t;
	static struct now now;

	(void)state;
	then_begin(&t, 0);
	engine_put(&t.x, 0, 20, 0);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(tiermm_engine_set_rooms(t.x.e, &room, 1), 0);
		assert_int_equal(tiermm_engine_balance(t.x.e, 0, &t.x.context,
						       NULL, t.x.folio, 20,
						       t.x.decision, &t.x.step),
				 0);
		assert_int_equal(t.x.step.demoted, i ? 20 : 0);
		room.free_pages = 1;
	}
	then_take(&t);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.sums.steps, 2);
	assert_int_equal(now.sums.decisions, 20);
	assert_int_equal(now.sums.same, 20);
	now_end(&now);
	engine_end(&t.x);
}

/* --- what was not tried then --------------------------------------------- */

static void what_was_not_tried_works(void **state)
{
	static struct then t;
	static struct now now;
	char line[160];

	(void)state;
	then_begin(&t, 0);
	engine_put(&t.x, 0, 6, 0);
	assert_int_equal(engine_demote(&t.x, 6), 0);
	then_take(&t);
	now_begin(&now, TIERMM_RECLAIM_DEMOTION_OFF, 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.sums.other, 6);
	assert_int_equal(now.sums.pages[TIERMM_VERDICT_DEMOTE]
				       [TIERMM_VERDICT_PAGE_OUT],
			 6);
	assert_int_equal(tiermm_replayed_text(&now.out[0], line, sizeof(line),
					      NULL),
			 0);
	assert_string_equal(line,
			    "page 0x1000 on node 0, pages 1: then demote to "
			    "node 2: cold; now page_out: switched_off");
	now_end(&now);
	engine_end(&t.x);
}

/* Rooms bind what nobody tried: so many pages, and no more. */
static void what_was_not_tried_needs_room(void **state)
{
	struct tiermm_engine_room rooms[] = {
		{ .node = 2, .managed_pages = 100, .free_pages = 4 },
		{ .node = 3, .managed_pages = 100, .free_pages = 3 },
	};
	static struct then t;
	static struct now now;

	(void)state;
	then_begin(&t, TIERMM_RECLAIM_DEMOTION_OFF);
	assert_int_equal(tiermm_engine_set_rooms(t.x.e, rooms, 2), 0);
	engine_put(&t.x, 0, 10, 0);
	assert_int_equal(engine_demote(&t.x, 10), 0);
	then_take(&t);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.sums.pages[TIERMM_VERDICT_PAGE_OUT]
				       [TIERMM_VERDICT_DEMOTE],
			 7);
	assert_int_equal(now.sums.pages[TIERMM_VERDICT_PAGE_OUT]
				       [TIERMM_VERDICT_PAGE_OUT],
			 3);
	assert_int_equal(now.out[9].now_reason, TIERMM_RECLAIM_FULL);
	now_end(&now);
	engine_end(&t.x);
}

/* Those that were tried then have taken their room before those behind them. */
static void what_was_tried_takes_its_room(void **state)
{
	struct tiermm_engine_room rooms[] = {
		{ .node = 2, .managed_pages = 100, .free_pages = 4 },
		{ .node = 3, .managed_pages = 100, .free_pages = 2 },
	};
	static struct then t;
	static struct now now;
	uint32_t tries = 0;

	(void)state;
	then_begin(&t, 0);
	assert_int_equal(tiermm_engine_set_rooms(t.x.e, rooms, 2), 0);
	engine_put(&t.x, 0, 8, 0);
	assert_int_equal(engine_demote(&t.x, 8), 0);
	then_take(&t);
	/* All but the first three are as if nobody had tried. */
	for (uint64_t i = 0; i < t.n; i++)
		if (t.log[i].kind == TIERMM_RECORD_TRY && tries++ >= 3)
			t.log[i].kind = TIERMM_RECORD_NONE;
	assert_int_equal(tries, 8);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(now.out[i].now_to, i < 4 ? 2 : 3);
	assert_int_equal(now.sums.pages[TIERMM_VERDICT_DEMOTE]
				       [TIERMM_VERDICT_PAGE_OUT],
			 2);
	now_end(&now);
	engine_end(&t.x);
}

/* --- what is missing, and what is nonsense ------------------------------- */

static void a_step_with_a_gap_is_passed_over(void **state)
{
	static struct then t;
	static struct now now;

	(void)state;
	three_steps(&t);
	/* Two records of the second step are lost. */
	memmove(&t.log[9], &t.log[11], (t.n - 11) * sizeof(t.log[0]));
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, t.n - 2), 0);
	assert_int_equal(now.sums.steps, 2);
	assert_int_equal(now.sums.cut, 1);
	assert_int_equal(now.sums.gaps, 1);
	assert_int_equal(now.sums.lost, 2);
	assert_int_equal(now.sums.same, 4);
	now_end(&now);
	engine_end(&t.x);
}

/* A whole step is missing, and later numbers begin anew. */
static void steps_beside_a_gap_are_decided(void **state)
{
	static struct then t;
	static struct now now;

	(void)state;
	three_steps(&t);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, 7), 0);
	assert_int_equal(decide(&now, &t.log[14], 7), 0);
	assert_int_equal(now.sums.gaps, 1);
	assert_int_equal(now.sums.lost, 7);
	assert_int_equal(decide(&now, t.log, 7), 0);
	assert_int_equal(now.sums.gaps, 2);
	assert_int_equal(now.sums.lost, 7);
	assert_int_equal(now.sums.cut, 0);
	assert_int_equal(now.sums.steps, 3);
	assert_int_equal(now.sums.same, 6);
	now_end(&now);
	engine_end(&t.x);
}

static void a_log_may_begin_anywhere(void **state)
{
	static struct then t;
	static struct now now;

	(void)state;
	three_steps(&t);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, &t.log[5], t.n - 5), 0);
	assert_int_equal(now.sums.gaps, 0);
	/* The end of the first step is left of it. */
	assert_int_equal(now.sums.cut, 1);
	assert_int_equal(now.sums.steps, 2);
	assert_int_equal(now.sums.same, 4);
	now_end(&now);
	engine_end(&t.x);
}

static void a_step_without_room_is_told(void **state)
{
	static struct then t;
	static struct now now;
	uint64_t n, used;

	(void)state;
	three_steps(&t);
	now_begin(&now, 0, 6);
	assert_int_equal(tiermm_replay_step(now.r, t.log, t.n, NULL, 0, &n,
					    &used),
			 -TIERMM_ENOSPC);
	assert_int_equal(used, 7);
	assert_int_equal(n, 0);
	now_end(&now);
	now_begin(&now, 0, 7);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.sums.same, 6);
	now_end(&now);
	engine_end(&t.x);
}

static void a_log_without_inputs_is_not_decided(void **state)
{
	static struct then t;
	static struct now now;
	uint64_t n = 0;

	(void)state;
	three_steps(&t);
	for (uint64_t i = 0; i < t.n; i++)
		if (t.log[i].kind != TIERMM_RECORD_FOLIO)
			t.log[n++] = t.log[i];
	for (uint64_t i = 0; i < n; i++)
		t.log[i].number = i;
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, n), 0);
	assert_int_equal(now.sums.cut, 3);
	assert_int_equal(now.sums.decisions, 0);
	now_end(&now);
	engine_end(&t.x);
}

static void nonsense_stops_nobody(void **state)
{
	static const struct tiermm_record nonsense[] = {
		{ .number = 0, .kind = 99 },
		{ .number = 1, .kind = TIERMM_RECORD_ROOM, .from = 5000 },
		{ .number = 2, .kind = TIERMM_RECORD_EVENT, .detail = 77 },
		{ .number = 3, .kind = TIERMM_RECORD_STEP, .detail = 9 },
		{ .number = 4,
		  .kind = TIERMM_RECORD_STEP,
		  .detail = TIERMM_STEP_DEMOTE,
		  .reason = 55,
		  .value = { 1 } },
		{ .number = 5, .kind = TIERMM_RECORD_FOLIO },
		{ .number = 6,
		  .kind = TIERMM_RECORD_STEP,
		  .detail = TIERMM_STEP_DEMOTE,
		  .value = { 1 } },
		{ .number = 7, .kind = TIERMM_RECORD_FOLIO, .detail = 200 },
		{ .number = 8,
		  .kind = TIERMM_RECORD_STEP,
		  .detail = TIERMM_STEP_SAMPLES,
		  .value = { 1 } },
		{ .number = 9,
		  .kind = TIERMM_RECORD_SAMPLE,
		  .page = 3,
		  .flags = 1234,
		  .to = 2000 },
	};
	static struct now now;

	(void)state;
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, nonsense, 10), 0);
	/* Node, event, step, reclaimer, node of the sample, its kind. */
	assert_int_equal(now.sums.refused, 6);
	assert_int_equal(now.sums.cut, 1);
	assert_int_equal(now.sums.decisions, 0);
	assert_int_equal(tiermm_promotion_is_valid(
				 tiermm_engine_promotion(now.e)),
			 1);
	assert_int_equal(tiermm_reclaim_is_valid(tiermm_engine_reclaim(now.e)),
			 1);
	now_end(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outcomes_come_out_as_they_did),
		cmocka_unit_test(a_balance_has_the_budget_that_it_had),
		cmocka_unit_test(what_was_not_tried_works),
		cmocka_unit_test(what_was_not_tried_needs_room),
		cmocka_unit_test(what_was_tried_takes_its_room),
		cmocka_unit_test(a_step_with_a_gap_is_passed_over),
		cmocka_unit_test(steps_beside_a_gap_are_decided),
		cmocka_unit_test(a_log_may_begin_anywhere),
		cmocka_unit_test(a_step_without_room_is_told),
		cmocka_unit_test(a_log_without_inputs_is_not_decided),
		cmocka_unit_test(nonsense_stops_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
