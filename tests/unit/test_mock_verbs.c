/* SPDX-License-Identifier: MIT */
/* Each verb as the mock does it by itself, outcome by outcome. */
#include "mock_fixture.h"

static void a_page_moves_where_it_is_told(void **state)
{
	struct tiermm_result result;

	put(*state, 0x1000, 0);
	result = move_one(*state, 0x1000, 2);
	assert_int_equal(result.outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(result.pages, 1);
	assert_int_equal(result.error, 0);
	assert_int_equal(tiermm_mock_where(*state, 0x1000), 2);
}

/* Requirement 22: one request may move 512 pages, and says so. */
static void a_run_moves_as_a_whole_and_says_how_long_it_is(void **state)
{
	assert_int_equal(tiermm_mock_set_node(*state, 0, 512, 0), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 600, 0), 0);
	assert_int_equal(tiermm_mock_put_run(*state, 9, 512, 0), 0);
	assert_int_equal(move_one(*state, 9, 2).pages, 512);
	assert_int_equal(free_pages(*state, 0), 512);
	assert_int_equal(free_pages(*state, 2), 88);
}

static void a_page_that_is_nowhere_is_absent(void **state)
{
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_ABSENT);
	assert_int_equal(move_one(*state, 1, -1).outcome,
			 TIERMM_OUTCOME_ABSENT);
}

static void a_page_that_is_there_is_already_there(void **state)
{
	struct tiermm_result result;

	put(*state, 1, 2);
	result = move_one(*state, 1, 2);
	assert_int_equal(result.outcome, TIERMM_OUTCOME_ALREADY);
	assert_int_equal(result.pages, 0);
}

static void a_target_without_room_is_full(void **state)
{
	assert_int_equal(tiermm_mock_put_run(*state, 1, 3, 0), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 2, 0), 0);
	assert_int_equal(move_one(*state, 1, 2).outcome,
			 TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 3, 0), 0);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_DONE);
}

static void a_target_that_is_no_node_is_gone(void **state)
{
	put(*state, 1, 0);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 9, 1), 0);
	assert_int_equal(move_one(*state, 1, 2).outcome,
			 TIERMM_OUTCOME_TARGET_GONE);
	assert_int_equal(move_one(*state, 1, -1).outcome,
			 TIERMM_OUTCOME_TARGET_GONE);
	assert_int_equal(move_one(*state, 1, 1024).outcome,
			 TIERMM_OUTCOME_TARGET_GONE);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
}

/* Gone comes before already: an id that is no node keeps no page. */
static void a_page_on_a_gone_node_is_not_already_there(void **state)
{
	put(*state, 1, 2);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 9, 1), 0);
	assert_int_equal(move_one(*state, 1, 2).outcome,
			 TIERMM_OUTCOME_TARGET_GONE);
}

/* Requirement 19: each item has an outcome of its own. */
static void one_call_answers_each_item_by_itself(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	struct tiermm_move moves[] = {
		{ .page = 1, .pages = 1, .from = 0, .to = 2 },
		{ .page = 9, .pages = 1, .from = 0, .to = 2 },
		{ .page = 2, .pages = 1, .from = 0, .to = 2 },
		{ .page = 3, .pages = 1, .from = 0, .to = 7 },
		{ .page = 1, .pages = 1, .from = 0, .to = 2 },
	};
	static const uint32_t expected[] = {
		TIERMM_OUTCOME_DONE,        TIERMM_OUTCOME_ABSENT,
		TIERMM_OUTCOME_TARGET_FULL, TIERMM_OUTCOME_TARGET_GONE,
		TIERMM_OUTCOME_ALREADY,
	};
	struct tiermm_result results[5];

	for (uint64_t page = 1; page <= 3; page++)
		put(*state, page, 0);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 1, 0), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 7, 1, 1), 0);
	memset(results, 0xa5, sizeof(results));
	assert_int_equal(ops->move(ops->self, moves, 5, results), 0);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(results[i].outcome, expected[i]);
		assert_int_equal(results[i].pages, i == 0);
		assert_int_equal(results[i].error, 0);
	}
}

static void a_call_of_nothing_works(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);

	assert_int_equal(ops->move(ops->self, NULL, 0, NULL), 0);
	assert_int_equal(ops->locate(ops->self, NULL, 0, NULL), 0);
	assert_int_equal(ops->headroom(ops->self, NULL, 0, NULL), 0);
	assert_int_equal(ops->page_out(ops->self, NULL, 0, NULL), 0);
	assert_int_equal(ops->discard(ops->self, NULL, 0, NULL), 0);
}

static void locate_says_where_pages_are(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t pages[] = { 1, 2, 3 };
	int32_t nodes[] = { 77, 77, 77 };

	put(*state, 1, 0);
	put(*state, 3, 2);
	assert_int_equal(ops->locate(ops->self, pages, 3, nodes), 0);
	assert_int_equal(nodes[0], 0);
	assert_int_equal(nodes[1], TIERMM_NO_NODE);
	assert_int_equal(nodes[2], 2);
}

static void headroom_is_what_still_fits(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	int32_t nodes[] = { 0, 1, 2, 3, -1, 1024 };
	uint64_t pages[] = { 77, 77, 77, 77, 77, 77 };

	assert_int_equal(tiermm_mock_set_node(*state, 0, 5, 0), 0);
	assert_int_equal(tiermm_mock_put_run(*state, 1, 2, 0), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 1, 0, 0), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 5, 1), 0);
	assert_int_equal(ops->headroom(ops->self, nodes, 6, pages), 0);
	assert_int_equal(pages[0], 3);
	assert_int_equal(pages[1], 0);
	assert_int_equal(pages[2], 0);
	assert_int_equal(pages[3], UINT64_MAX);
	assert_int_equal(pages[4], 0);
	assert_int_equal(pages[5], 0);
}

static void check_drop(struct tiermm_mock *m,
		       int (*drop)(void *, const uint64_t *, uint64_t,
				   struct tiermm_result *))
{
	uint64_t pages[] = { 1, 2, 1 };
	struct tiermm_result results[3];

	memset(results, 0xa5, sizeof(results));
	assert_int_equal(tiermm_mock_set_node(m, 0, 9, 0), 0);
	assert_int_equal(tiermm_mock_put_run(m, 1, 4, 0), 0);
	assert_int_equal(drop(m, pages, 3, results), 0);
	assert_int_equal(results[0].outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(results[0].pages, 4);
	assert_int_equal(results[1].outcome, TIERMM_OUTCOME_ABSENT);
	assert_int_equal(results[1].pages, 0);
	assert_int_equal(results[2].outcome, TIERMM_OUTCOME_ABSENT);
	assert_int_equal(free_pages(m, 0), 9);
	assert_int_equal(tiermm_mock_where(m, 1), TIERMM_NO_NODE);
}

static void a_page_that_is_paged_out_is_nowhere(void **state)
{
	check_drop(*state, tiermm_mock_memops(*state)->page_out);
}

static void a_page_that_is_discarded_is_nowhere(void **state)
{
	check_drop(*state, tiermm_mock_memops(*state)->discard);
}

static void the_table_can_be_adopted_with_all_it_offers(void **state)
{
	struct tiermm_memops ops;

	assert_int_equal(tiermm_memops_adopt(&ops, tiermm_mock_memops(*state),
					     TIERMM_CAN_ALL, NULL),
			 0);
	assert_int_equal(tiermm_memops_capabilities(&ops), TIERMM_CAN_ALL);
	assert_string_equal(ops.name, "mock");
	assert_ptr_equal(ops.self, *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_mock, teardown_mock)
		TEST(a_page_moves_where_it_is_told),
		TEST(a_run_moves_as_a_whole_and_says_how_long_it_is),
		TEST(a_page_that_is_nowhere_is_absent),
		TEST(a_page_that_is_there_is_already_there),
		TEST(a_target_without_room_is_full),
		TEST(a_target_that_is_no_node_is_gone),
		TEST(a_page_on_a_gone_node_is_not_already_there),
		TEST(one_call_answers_each_item_by_itself),
		TEST(a_call_of_nothing_works),
		TEST(locate_says_where_pages_are),
		TEST(headroom_is_what_still_fits),
		TEST(a_page_that_is_paged_out_is_nowhere),
		TEST(a_page_that_is_discarded_is_nowhere),
		TEST(the_table_can_be_adopted_with_all_it_offers),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
