/* SPDX-License-Identifier: MIT */
/* Fates and reasons by name: whatever an explanation says has one (D12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <tiermm/demotion_explain.h>

static void each_of(const char *(*name)(uint32_t), uint32_t first, uint32_t n)
{
	for (uint32_t a = first; a < n; a++) {
		assert_non_null(name(a));
		for (uint32_t b = first; b < a; b++)
			assert_string_not_equal(name(a), name(b));
	}
	assert_null(name(n));
	assert_null(name(UINT32_MAX));
}

static void each_number_has_a_name_of_its_own(void **state)
{
	(void)state;
	each_of(tiermm_fate_name, TIERMM_FATE_NONE, TIERMM_FATE_FALLBACK + 1);
	each_of(tiermm_reason_name, TIERMM_REASON_NEAREST,
		TIERMM_REASON_GOING + 1);
	assert_null(tiermm_reason_name(0));
}

static void the_names_are_those_of_the_enumerators(void **state)
{
	(void)state;
	assert_string_equal(tiermm_fate_name(TIERMM_FATE_NONE), "none");
	assert_string_equal(tiermm_fate_name(TIERMM_FATE_PREFERRED),
			    "preferred");
	assert_string_equal(tiermm_reason_name(TIERMM_REASON_NEAREST),
			    "nearest");
	assert_string_equal(tiermm_reason_name(TIERMM_REASON_NOT_LOWER),
			    "not_lower");
	assert_string_equal(tiermm_reason_name(TIERMM_REASON_SOURCE_NO_MEMORY),
			    "source_no_memory");
	assert_string_equal(tiermm_reason_name(TIERMM_REASON_GOING), "going");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_number_has_a_name_of_its_own),
		cmocka_unit_test(the_names_are_those_of_the_enumerators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
