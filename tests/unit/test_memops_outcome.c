/* SPDX-License-Identifier: MIT */
/* Outcomes: each has a name, and those of parts add up to one of the item. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <tiermm/error.h>
#include <tiermm/memops.h>

static void the_names_are_those_of_the_enumerators(void **state)
{
	(void)state;
	assert_string_equal(tiermm_outcome_name(TIERMM_OUTCOME_UNKNOWN),
			    "unknown");
	assert_string_equal(tiermm_outcome_name(TIERMM_OUTCOME_DONE), "done");
	assert_string_equal(tiermm_outcome_name(TIERMM_OUTCOME_TARGET_FULL),
			    "target_full");
	assert_string_equal(tiermm_outcome_name(TIERMM_OUTCOME_UNSUPPORTED),
			    "unsupported");
}

static void each_outcome_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (uint32_t a = 0; a < TIERMM_OUTCOMES; a++) {
		assert_non_null(tiermm_outcome_name(a));
		for (uint32_t b = 0; b < a; b++)
			assert_string_not_equal(tiermm_outcome_name(a),
						tiermm_outcome_name(b));
	}
}

static void what_is_no_outcome_has_no_name(void **state)
{
	(void)state;
	assert_null(tiermm_outcome_name(TIERMM_OUTCOMES));
	assert_null(tiermm_outcome_name(UINT32_MAX));
}

/* As memops.h lists them, from the one that asks the caller for least. */
static const uint32_t order[TIERMM_OUTCOMES] = {
	TIERMM_OUTCOME_ABSENT,      TIERMM_OUTCOME_ALREADY,
	TIERMM_OUTCOME_DONE,        TIERMM_OUTCOME_UNSUPPORTED,
	TIERMM_OUTCOME_SHARED,      TIERMM_OUTCOME_BUSY,
	TIERMM_OUTCOME_DENIED,      TIERMM_OUTCOME_TARGET_GONE,
	TIERMM_OUTCOME_TARGET_FULL, TIERMM_OUTCOME_UNKNOWN,
};

static void the_outcome_that_asks_for_most_stands(void **state)
{
	(void)state;
	for (uint32_t a = 0; a < TIERMM_OUTCOMES; a++)
		for (uint32_t b = 0; b < TIERMM_OUTCOMES; b++) {
			struct tiermm_result sum = { .outcome = order[a],
						     .error = -1,
						     .pages = 3 };
			struct tiermm_result part = { .outcome = order[b],
						      .error = -2,
						      .pages = 4 };

			assert_int_equal(tiermm_result_add(&sum, &part), 0);
			assert_int_equal(sum.outcome, order[a > b ? a : b]);
			assert_int_equal(sum.error, b > a ? -2 : -1);
			assert_int_equal(sum.pages, 7);
		}
}

static void what_cannot_be_added_changes_nothing(void **state)
{
	struct tiermm_result sum = { .outcome = TIERMM_OUTCOME_DONE,
				     .pages = 2 };
	struct tiermm_result part = { .outcome = TIERMM_OUTCOMES, .pages = 1 };

	(void)state;
	assert_int_equal(tiermm_result_add(NULL, &part), -TIERMM_EINVAL);
	assert_int_equal(tiermm_result_add(&sum, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_result_add(&sum, &part), -TIERMM_EINVAL);
	assert_int_equal(tiermm_result_add(&part, &sum), -TIERMM_EINVAL);
	part.outcome = TIERMM_OUTCOME_BUSY;
	part.pages = UINT64_MAX - 1;
	assert_int_equal(tiermm_result_add(&sum, &part), -TIERMM_ERANGE);
	assert_int_equal(sum.outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(sum.pages, 2);
	part.pages--;
	assert_int_equal(tiermm_result_add(&sum, &part), 0);
	assert_true(sum.pages == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_names_are_those_of_the_enumerators),
		cmocka_unit_test(each_outcome_has_a_name_of_its_own),
		cmocka_unit_test(what_is_no_outcome_has_no_name),
		cmocka_unit_test(the_outcome_that_asks_for_most_stands),
		cmocka_unit_test(what_cannot_be_added_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
