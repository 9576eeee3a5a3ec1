/* SPDX-License-Identifier: MIT */
/* What became of moves: each outcome, each item once (P7). */
#include "promotion_fixture.h"

static void each_outcome_leaves_a_page_in_one_place(void **state)
{
	/* Node afterwards, a candidate still, items to go up. */
	static const struct {
		int32_t node;
		uint32_t queued;
		uint64_t success;
	} after[TIERMM_OUTCOMES] = {
		[TIERMM_OUTCOME_UNKNOWN] = { 2, 1, 0 },
		[TIERMM_OUTCOME_DONE] = { 0, 0, 1 },
		[TIERMM_OUTCOME_ALREADY] = { 0, 0, 0 },
		[TIERMM_OUTCOME_BUSY] = { 2, 1, 0 },
		[TIERMM_OUTCOME_SHARED] = { 2, 0, 0 },
		[TIERMM_OUTCOME_ABSENT] = { 2, 0, 0 },
		[TIERMM_OUTCOME_TARGET_FULL] = { 2, 1, 0 },
		[TIERMM_OUTCOME_TARGET_GONE] = { 2, 1, 0 },
		[TIERMM_OUTCOME_DENIED] = { 2, 0, 0 },
		[TIERMM_OUTCOME_UNSUPPORTED] = { 2, 0, 0 },
	};

	(void)state;
	for (uint32_t outcome = 0; outcome < TIERMM_OUTCOMES; outcome++) {
		struct tiermm_promotion *p = PROMOTION(0);
		struct tiermm_move moves[64];

		heat(p, 0, 7, 0);
		assert_int_equal(plan_all(p, 10, moves), 1);
		report_one(p, 10, moves[0], outcome);
		assert_int_equal(node_of(p, 7), after[outcome].node);
		assert_int_equal(page_at(p, 10, 7).queued,
				 after[outcome].queued);
		assert_int_equal(counter(p, TIERMM_PGPROMOTE_SUCCESS),
				 after[outcome].success);
		assert_int_equal(counter(p,
					 TIERMM_PROMOTION_BY_OUTCOME + outcome),
				 1);
		done_with(p);
	}
}

static void a_page_that_stays_busy_is_given_up(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	heat(p, 0, 7, 0);
	for (int i = 0; i < TIERMM_PROMOTION_TRIES; i++) {
		assert_int_equal(plan_all(p, 10, moves), 1);
		report_one(p, 10, moves[0], TIERMM_OUTCOME_BUSY);
	}
	assert_int_equal(plan_all(p, 10, moves), 0);
	assert_int_equal(reason(p, TIERMM_PROMOTION_GAVE_UP), 1);
	done_with(p);
}

static void a_target_that_was_full_is_not_tried_again(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	heat(p, 0, 7, 0);
	assert_int_equal(plan_all(p, 10, moves), 1);
	report_one(p, 10, moves[0], TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(plan_all(p, 10, moves), 1);
	assert_int_equal(moves[0].to, 1);
	report_one(p, 10, moves[0], TIERMM_OUTCOME_TARGET_GONE);
	assert_int_equal(plan_all(p, 10, moves), 0);
	set_room(p, 1, SOME_ROOM);
	assert_int_equal(plan_all(p, 10, moves), 1);
	done_with(p);
}

static void rooms_follow_what_moved(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	set_room(p, 0, 102);
	set_room(p, 1, 100);
	for (uint64_t page = 0; page < 3; page++)
		heat(p, 0, page, 0);
	assert_int_equal(plan_all(p, 10, moves), 2);
	report_one(p, 10, moves[0], TIERMM_OUTCOME_DONE);
	report_one(p, 10, moves[1], TIERMM_OUTCOME_DONE);
	assert_int_equal(plan_all(p, 10, moves), 0);
	/* One goes down again, by a report of somebody's demotion. */
	moves[0].from = 0;
	moves[0].to = 2;
	report_one(p, 10, moves[0], TIERMM_OUTCOME_DONE);
	assert_int_equal(plan_all(p, 10, moves), 1);
	assert_int_equal(moves[0].page, 2);
	done_with(p);
}

/* I13: one request that moved 512 pages is one success, and 511 extra. */
static void a_larger_granule_is_counted_apart(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_DONE,
					.pages = 512 };
	struct tiermm_move moves[64];

	(void)state;
	heat(p, 0, 7, 0);
	assert_int_equal(plan_all(p, 10, moves), 1);
	assert_int_equal(tiermm_promotion_report(p, 10 * MS, moves, &result, 1),
			 0);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_SUCCESS), 1);
	assert_int_equal(counter(p, TIERMM_PROMOTION_EXTRA), 511);
	done_with(p);
}

static void a_wrong_item_takes_none_in(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move m[2] = { { .page = 1, .pages = 1, .to = 0 },
				    { .page = 2, .pages = 1, .to = 0 } };
	struct tiermm_result r[2] = { { .outcome = TIERMM_OUTCOME_DONE },
				      { .outcome = TIERMM_OUTCOMES } };

	(void)state;
	assert_int_equal(tiermm_promotion_report(p, 0, m, r, 2),
			 -TIERMM_EINVAL);
	r[1].outcome = TIERMM_OUTCOME_DONE;
	m[1].to = 5;
	assert_int_equal(tiermm_promotion_report(p, 0, m, r, 2),
			 -TIERMM_ENODEV);
	m[1].to = 0;
	m[1].pages = 0;
	assert_int_equal(tiermm_promotion_report(p, 0, m, r, 2),
			 -TIERMM_EINVAL);
	m[1].pages = UINT64_MAX;
	assert_int_equal(tiermm_promotion_report(p, 0, m, r, 2),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_report(p, 0, NULL, r, 2),
			 -TIERMM_EINVAL);
	assert_int_equal(node_of(p, 1), 2);
	m[1].pages = 2;
	assert_int_equal(tiermm_promotion_report(p, 0, m, r, 2), 0);
	assert_int_equal(node_of(p, 1), 0);
	assert_int_equal(node_of(p, 3), 0);
	done_with(p);
}

static void a_page_nobody_placed_is_placed_by_a_report(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move move = { .page = 1, .pages = 1, .to = 3 };

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 1, 1, TIERMM_NO_NODE),
			 0);
	report_one(p, 0, move, TIERMM_OUTCOME_DONE);
	assert_int_equal(node_of(p, 1), 3);
	assert_int_equal(counter(p, TIERMM_PROMOTION_RAISED), 0);
	assert_int_equal(counter(p, TIERMM_PROMOTION_LOWERED), 0);
	done_with(p);
}

/* Of a run that says how many of its pages moved, so many count (P7). */
static void as_many_pages_count_as_moved(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move move = { .page = 8, .pages = 8, .from = 2, .to = 0 };
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_DONE,
					.pages = 3 };

	(void)state;
	assert_int_equal(tiermm_promotion_report(p, 0, &move, &result, 1), 0);
	assert_int_equal(counter(p, TIERMM_PROMOTION_RAISED), 3);
	result.pages = 0; /* nobody counted: all of it */
	move.page = 16;
	assert_int_equal(tiermm_promotion_report(p, 0, &move, &result, 1), 0);
	assert_int_equal(counter(p, TIERMM_PROMOTION_RAISED), 11);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_outcome_leaves_a_page_in_one_place),
		cmocka_unit_test(a_page_that_stays_busy_is_given_up),
		cmocka_unit_test(a_target_that_was_full_is_not_tried_again),
		cmocka_unit_test(rooms_follow_what_moved),
		cmocka_unit_test(a_larger_granule_is_counted_apart),
		cmocka_unit_test(a_wrong_item_takes_none_in),
		cmocka_unit_test(a_page_nobody_placed_is_placed_by_a_report),
		cmocka_unit_test(as_many_pages_count_as_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
