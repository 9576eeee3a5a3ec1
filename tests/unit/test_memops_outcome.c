/* SPDX-License-Identifier: MIT */
/* Outcomes by name: each has one, and nothing else has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_names_are_those_of_the_enumerators),
		cmocka_unit_test(each_outcome_has_a_name_of_its_own),
		cmocka_unit_test(what_is_no_outcome_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
