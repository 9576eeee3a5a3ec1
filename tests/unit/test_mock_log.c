/* SPDX-License-Identifier: MIT */
/* The log of items, its end, and virtual time. */
#include "mock_fixture.h"

static void an_item_of_move_is_logged_as_asked_and_answered(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	struct tiermm_move move = { .page = 0x1000,
				    .pages = 1,
				    .from = 5,
				    .to = 2 };
	struct tiermm_result result;
	struct tiermm_mock_call call;

	put(*state, 0x1000, 0);
	assert_int_equal(ops->move(ops->self, &move, 1, &result), 0);
	assert_int_equal(tiermm_mock_call_count(*state, NULL), 1);
	call = logged(*state, 0);
	assert_int_equal(call.number, 1);
	assert_int_equal(call.verb, TIERMM_MOCK_MOVE);
	assert_int_equal(call.error, 0);
	assert_int_equal(call.page, 0x1000);
	assert_int_equal(call.from, 5);
	assert_int_equal(call.to, 2);
	assert_int_equal(call.outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(call.reserved, 0);
	assert_int_equal(call.time_ns, 0);
}

static void items_of_one_call_share_its_number(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t pages[] = { 4, 5 };
	int32_t nodes[2];
	struct tiermm_result results[2];

	put(*state, 5, 3);
	assert_int_equal(ops->locate(ops->self, pages, 2, nodes), 0);
	assert_int_equal(ops->discard(ops->self, pages, 1, results), 0);
	assert_int_equal(tiermm_mock_call_count(*state, NULL), 3);
	assert_int_equal(logged(*state, 0).number, 1);
	assert_int_equal(logged(*state, 1).number, 1);
	assert_int_equal(logged(*state, 2).number, 2);
	assert_int_equal(logged(*state, 2).verb, TIERMM_MOCK_DISCARD);
}

static void locate_is_logged_with_its_answer(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t pages[] = { 4, 5 };
	int32_t nodes[2];

	put(*state, 5, 3);
	assert_int_equal(ops->locate(ops->self, pages, 2, nodes), 0);
	assert_int_equal(logged(*state, 0).page, 4);
	assert_int_equal(logged(*state, 0).to, TIERMM_NO_NODE);
	assert_int_equal(logged(*state, 0).outcome, TIERMM_OUTCOME_ABSENT);
	assert_int_equal(logged(*state, 1).page, 5);
	assert_int_equal(logged(*state, 1).to, 3);
	assert_int_equal(logged(*state, 1).outcome, TIERMM_OUTCOME_DONE);
}

static void headroom_is_logged_by_node(void **state)
{
	assert_int_equal(tiermm_mock_set_node(*state, 7, 1, 1), 0);
	free_pages(*state, 6);
	free_pages(*state, 7);
	assert_int_equal(logged(*state, 0).verb, TIERMM_MOCK_HEADROOM);
	assert_int_equal(logged(*state, 0).page, 6);
	assert_int_equal(logged(*state, 0).outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(logged(*state, 1).page, 7);
	assert_int_equal(logged(*state, 1).outcome, TIERMM_OUTCOME_TARGET_GONE);
}

static void a_call_that_failed_is_logged_with_its_error(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t page = 5;
	struct tiermm_result result;

	put(*state, 5, 3);
	assert_int_equal(tiermm_mock_fail(*state, TIERMM_MOCK_PAGE_OUT, 1,
					  -TIERMM_EIO),
			 0);
	assert_int_equal(ops->page_out(ops->self, &page, 1, &result),
			 -TIERMM_EIO);
	assert_int_equal(logged(*state, 0).verb, TIERMM_MOCK_PAGE_OUT);
	assert_int_equal(logged(*state, 0).error, -TIERMM_EIO);
	assert_int_equal(logged(*state, 0).outcome, TIERMM_OUTCOME_UNKNOWN);
}

static void there_is_nothing_behind_the_log(void **state)
{
	struct tiermm_mock_call call = { .number = 77 };

	assert_int_equal(tiermm_mock_call_at(*state, 0, &call), -TIERMM_ENOENT);
	free_pages(*state, 0);
	assert_int_equal(tiermm_mock_call_at(*state, 1, &call), -TIERMM_ENOENT);
	assert_int_equal(call.number, 77);
}

static void items_that_a_full_log_loses_are_counted(void **state)
{
	struct tiermm_mock *m =
		make_mock((struct tiermm_mock_options){ .max_calls = 2 });
	uint64_t unexpected;

	(void)state;
	put(m, 1, 0);
	for (int32_t to = 0; to < 5; to++)
		move_one(m, 1, to);
	assert_int_equal(tiermm_mock_call_count(m, &unexpected), 2);
	assert_int_equal(unexpected, 3);
	assert_int_equal(logged(m, 0).to, 0);
	assert_int_equal(logged(m, 1).to, 1);
	assert_int_equal(tiermm_mock_where(m, 1), 4);
	tiermm_mock_destroy(m);
}

static void each_item_takes_its_verbs_time(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t pages[] = { 1, 2, 3 };
	int32_t nodes[3];

	assert_int_equal(tiermm_mock_now_ns(*state), 0);
	assert_int_equal(tiermm_mock_delay(*state, TIERMM_MOCK_LOCATE, 10), 0);
	assert_int_equal(tiermm_mock_delay(*state, TIERMM_MOCK_MOVE, 500), 0);
	assert_int_equal(ops->locate(ops->self, pages, 3, nodes), 0);
	assert_int_equal(tiermm_mock_now_ns(*state), 30);
	move_one(*state, 1, 2);
	free_pages(*state, 0);
	assert_int_equal(tiermm_mock_now_ns(*state), 530);
	assert_int_equal(logged(*state, 2).time_ns, 0);
	assert_int_equal(logged(*state, 3).time_ns, 30);
	assert_int_equal(logged(*state, 4).time_ns, 530);
}

static void every_verb_has_a_delay_of_its_own(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t page = 1;
	struct tiermm_result result;

	for (uint32_t verb = 0; verb < TIERMM_MOCK_VERBS; verb++)
		assert_int_equal(tiermm_mock_delay(*state, verb,
						   UINT64_C(1) << verb * 8),
				 0);
	free_pages(*state, 0);
	assert_int_equal(tiermm_mock_now_ns(*state), 0x10000);
	assert_int_equal(ops->page_out(ops->self, &page, 1, &result), 0);
	assert_int_equal(tiermm_mock_now_ns(*state), 0x1010000);
	assert_int_equal(ops->discard(ops->self, &page, 1, &result), 0);
	assert_int_equal(tiermm_mock_now_ns(*state), 0x101010000);
}

static void a_call_that_fails_takes_no_time(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);

	assert_int_equal(tiermm_mock_delay(*state, TIERMM_MOCK_MOVE, 9), 0);
	assert_int_equal(tiermm_mock_fail(*state, TIERMM_MOCK_MOVE, 1, -1), 0);
	assert_int_equal(ops->move(ops->self,
				   &(struct tiermm_move){ .pages = 1 }, 1,
				   &(struct tiermm_result){ .pages = 0 }),
			 -1);
	assert_int_equal(tiermm_mock_now_ns(*state), 0);
}

static void time_ends_where_64_bits_end(void **state)
{
	assert_int_equal(tiermm_mock_delay(*state, TIERMM_MOCK_MOVE,
					   UINT64_MAX - 1),
			 0);
	move_one(*state, 1, 2);
	assert_int_equal(tiermm_mock_now_ns(*state), UINT64_MAX - 1);
	move_one(*state, 1, 2);
	assert_int_equal(tiermm_mock_now_ns(*state), UINT64_MAX);
	move_one(*state, 1, 2);
	assert_int_equal(tiermm_mock_now_ns(*state), UINT64_MAX);
}

static void an_unknown_verb_has_no_delay(void **state)
{
	assert_int_equal(tiermm_mock_delay(*state, TIERMM_MOCK_ANY, 1),
			 -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_mock, teardown_mock)
		TEST(an_item_of_move_is_logged_as_asked_and_answered),
		TEST(items_of_one_call_share_its_number),
		TEST(locate_is_logged_with_its_answer),
		TEST(headroom_is_logged_by_node),
		TEST(a_call_that_failed_is_logged_with_its_error),
		TEST(there_is_nothing_behind_the_log),
		cmocka_unit_test(items_that_a_full_log_loses_are_counted),
		TEST(each_item_takes_its_verbs_time),
		TEST(every_verb_has_a_delay_of_its_own),
		TEST(a_call_that_fails_takes_no_time),
		TEST(time_ends_where_64_bits_end),
		TEST(an_unknown_verb_has_no_delay),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
