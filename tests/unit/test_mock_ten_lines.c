/* SPDX-License-Identifier: MIT */
/*
 * A policy of one's own and its unit tests, about ten lines each: this is how
 * the mock is meant to be used. docs/examples.md quotes the first test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <tiermm/backends/mock.h>

/* Where pages of node 0 may go, best first. */
static const int32_t targets[] = { 2, 3 };

/*
 * The policy under test: demote a page to the first target that takes it,
 * stop when it is there or nobody can say, and give it up when nobody does.
 */
static int32_t demote(const struct tiermm_memops *ops, uint64_t page,
		      int32_t from)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct tiermm_move move = { .page = page,
					    .pages = 1,
					    .from = from,
					    .to = targets[i] };
		struct tiermm_result result = {
			.outcome = TIERMM_OUTCOME_UNKNOWN
		};

		if (ops->move(ops->self, &move, 1, &result))
			return TIERMM_NO_NODE;
		if (result.outcome == TIERMM_OUTCOME_DONE)
			return targets[i];
		if (result.outcome != TIERMM_OUTCOME_TARGET_FULL &&
		    result.outcome != TIERMM_OUTCOME_TARGET_GONE)
			return TIERMM_NO_NODE;
	}
	return TIERMM_NO_NODE;
}

/* [ten lines] */
static void a_full_target_is_passed_over(void **state)
{
	struct tiermm_mock *mock;

	(void)state;
	assert_int_equal(tiermm_mock_create(&mock, NULL, NULL), 0);
	assert_int_equal(tiermm_mock_put(mock, 0x1000, 0), 0);
	assert_int_equal(tiermm_mock_set_node(mock, 2, 0, 0), 0);
	assert_int_equal(demote(tiermm_mock_memops(mock), 0x1000, 0), 3);
	assert_int_equal(tiermm_mock_where(mock, 0x1000), 3);
	assert_int_equal(tiermm_mock_call_count(mock, NULL), 2);
	tiermm_mock_destroy(mock);
}
/* [ten lines] */

static void a_busy_page_is_asked_for_once(void **state)
{
	struct tiermm_mock *mock;

	(void)state;
	assert_int_equal(tiermm_mock_create(&mock, NULL, NULL), 0);
	assert_int_equal(tiermm_mock_put(mock, 0x1000, 0), 0);
	assert_int_equal(tiermm_mock_script(mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	assert_int_equal(demote(tiermm_mock_memops(mock), 0x1000, 0),
			 TIERMM_NO_NODE);
	assert_int_equal(tiermm_mock_call_count(mock, NULL), 1);
	tiermm_mock_destroy(mock);
}

static void a_second_call_that_fails_leaves_the_page_where_it_was(void **state)
{
	struct tiermm_mock *mock;

	(void)state;
	assert_int_equal(tiermm_mock_create(&mock, NULL, NULL), 0);
	assert_int_equal(tiermm_mock_put(mock, 0x1000, 0), 0);
	assert_int_equal(tiermm_mock_set_node(mock, 2, 0, 1), 0);
	assert_int_equal(tiermm_mock_fail(mock, TIERMM_MOCK_MOVE, 2,
					  -TIERMM_ENOMEM),
			 0);
	assert_int_equal(demote(tiermm_mock_memops(mock), 0x1000, 0),
			 TIERMM_NO_NODE);
	assert_int_equal(tiermm_mock_where(mock, 0x1000), 0);
	tiermm_mock_destroy(mock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_target_is_passed_over),
		cmocka_unit_test(a_busy_page_is_asked_for_once),
		cmocka_unit_test(
			a_second_call_that_fails_leaves_the_page_where_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
