/* SPDX-License-Identifier: MIT */
/* Pages on nodes: where they are, how much fits, and nodes that go. */
#include "mock_fixture.h"

static void a_page_is_where_it_was_put(void **state)
{
	put(*state, 0x1000, 3);
	put(*state, 0, 1023);
	assert_int_equal(tiermm_mock_where(*state, 0x1000), 3);
	assert_int_equal(tiermm_mock_where(*state, 0), 1023);
}

static void a_page_that_was_never_put_is_nowhere(void **state)
{
	assert_int_equal(tiermm_mock_where(*state, 0), TIERMM_NO_NODE);
	assert_int_equal(tiermm_mock_where(*state, UINT64_MAX), TIERMM_NO_NODE);
}

static void putting_again_takes_the_page_from_where_it_was(void **state)
{
	assert_int_equal(tiermm_mock_set_node(*state, 0, 8, 0), 0);
	assert_int_equal(tiermm_mock_set_node(*state, 1, 8, 0), 0);
	assert_int_equal(tiermm_mock_put_run(*state, 7, 5, 0), 0);
	put(*state, 7, 1);
	assert_int_equal(tiermm_mock_where(*state, 7), 1);
	assert_int_equal(free_pages(*state, 0), 8);
	assert_int_equal(free_pages(*state, 1), 7);
}

static void a_run_may_grow_into_its_own_room(void **state)
{
	assert_int_equal(tiermm_mock_set_node(*state, 0, 8, 0), 0);
	assert_int_equal(tiermm_mock_put_run(*state, 7, 5, 0), 0);
	assert_int_equal(tiermm_mock_put_run(*state, 7, 8, 0), 0);
	assert_int_equal(free_pages(*state, 0), 0);
	assert_int_equal(tiermm_mock_put_run(*state, 7, 9, 0), -TIERMM_ENOSPC);
	assert_int_equal(free_pages(*state, 0), 0);
}

static void a_full_node_takes_no_page(void **state)
{
	assert_int_equal(tiermm_mock_set_node(*state, 2, 1, 0), 0);
	put(*state, 1, 2);
	assert_int_equal(tiermm_mock_put(*state, 2, 2), -TIERMM_ENOSPC);
	assert_int_equal(tiermm_mock_where(*state, 2), TIERMM_NO_NODE);
}

static void room_below_what_is_there_leaves_it_there(void **state)
{
	put(*state, 1, 2);
	put(*state, 2, 2);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 1, 0), 0);
	assert_int_equal(free_pages(*state, 2), 0);
	assert_int_equal(tiermm_mock_where(*state, 1), 2);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 5, 0), 0);
	assert_int_equal(free_pages(*state, 2), 3);
}

static void a_node_without_bound_takes_as_much_as_can_be_counted(void **state)
{
	assert_int_equal(tiermm_mock_put_run(*state, 1, UINT64_MAX - 1, 0), 0);
	assert_int_equal(free_pages(*state, 0), 1);
	assert_int_equal(tiermm_mock_put_run(*state, 2, 2, 0), -TIERMM_ENOSPC);
	assert_int_equal(tiermm_mock_put_run(*state, 2, 1, 0), 0);
}

static void a_gone_node_takes_no_page_until_it_is_back(void **state)
{
	assert_int_equal(tiermm_mock_set_node(*state, 2, 9, 1), 0);
	assert_int_equal(tiermm_mock_put(*state, 1, 2), -TIERMM_ENODEV);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 9, 0), 0);
	put(*state, 1, 2);
	assert_int_equal(tiermm_mock_where(*state, 1), 2);
}

static void pages_stay_on_a_node_that_goes(void **state)
{
	put(*state, 1, 2);
	assert_int_equal(tiermm_mock_set_node(*state, 2, 0, 1), 0);
	assert_int_equal(tiermm_mock_where(*state, 1), 2);
	assert_int_equal(move_one(*state, 1, 0).outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
}

static void numbers_that_are_no_nodes_are_refused(void **state)
{
	assert_int_equal(tiermm_mock_put(*state, 1, -1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_put(*state, 1, 1024), -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_set_node(*state, -1, 1, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_set_node(*state, 1024, 1, 0),
			 -TIERMM_EINVAL);
}

static void a_run_of_no_pages_is_refused(void **state)
{
	assert_int_equal(tiermm_mock_put_run(*state, 1, 0, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_where(*state, 1), TIERMM_NO_NODE);
}

static void node_pages_bounds_every_node(void **state)
{
	struct tiermm_mock *m =
		make_mock((struct tiermm_mock_options){ .node_pages = 2 });

	(void)state;
	assert_int_equal(free_pages(m, 0), 2);
	assert_int_equal(free_pages(m, 1023), 2);
	put(m, 1, 0);
	put(m, 2, 0);
	assert_int_equal(tiermm_mock_put(m, 3, 0), -TIERMM_ENOSPC);
	put(m, 3, 1);
	tiermm_mock_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_mock, teardown_mock)
		TEST(a_page_is_where_it_was_put),
		TEST(a_page_that_was_never_put_is_nowhere),
		TEST(putting_again_takes_the_page_from_where_it_was),
		TEST(a_run_may_grow_into_its_own_room),
		TEST(a_full_node_takes_no_page),
		TEST(room_below_what_is_there_leaves_it_there),
		TEST(a_node_without_bound_takes_as_much_as_can_be_counted),
		TEST(a_gone_node_takes_no_page_until_it_is_back),
		TEST(pages_stay_on_a_node_that_goes),
		TEST(numbers_that_are_no_nodes_are_refused),
		TEST(a_run_of_no_pages_is_refused),
		cmocka_unit_test(node_pages_bounds_every_node),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
