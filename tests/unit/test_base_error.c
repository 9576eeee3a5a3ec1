/* SPDX-License-Identifier: MIT */
/* Error codes as text. */
#include "support/cmocka.h"

#include <errno.h>

#include <tiermm/error.h>

static const int32_t codes[] = {
	0,
	TIERMM_EPERM,
	TIERMM_ENOENT,
	TIERMM_EIO,
	TIERMM_E2BIG,
	TIERMM_EAGAIN,
	TIERMM_ENOMEM,
	TIERMM_EACCES,
	TIERMM_EBUSY,
	TIERMM_EEXIST,
	TIERMM_ENODEV,
	TIERMM_EINVAL,
	TIERMM_ENOSPC,
	TIERMM_ERANGE,
	TIERMM_ELOOP,
	TIERMM_EPROTO,
	TIERMM_ENOTSUP,
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

static void every_code_has_a_text_of_its_own(void **state)
{
	const char *text;

	(void)state;
	for (size_t i = 0; i < CODES; i++) {
		text = tiermm_strerror(codes[i]);
		assert_string_not_equal(text, "unknown error");
		assert_string_equal(text, tiermm_strerror(-codes[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(text,
						tiermm_strerror(codes[j]));
	}
}

static void other_numbers_are_unknown(void **state)
{
	(void)state;
	assert_string_equal(tiermm_strerror(9999), "unknown error");
	assert_string_equal(tiermm_strerror(INT32_MIN), "unknown error");
	assert_string_equal(tiermm_strerror(INT32_MAX), "unknown error");
}

#ifdef __linux__
static void the_values_are_those_of_linux(void **state)
{
	(void)state;
	assert_int_equal(TIERMM_EPERM, EPERM);
	assert_int_equal(TIERMM_ENOENT, ENOENT);
	assert_int_equal(TIERMM_EIO, EIO);
	assert_int_equal(TIERMM_E2BIG, E2BIG);
	assert_int_equal(TIERMM_EAGAIN, EAGAIN);
	assert_int_equal(TIERMM_ENOMEM, ENOMEM);
	assert_int_equal(TIERMM_EACCES, EACCES);
	assert_int_equal(TIERMM_EBUSY, EBUSY);
	assert_int_equal(TIERMM_EEXIST, EEXIST);
	assert_int_equal(TIERMM_ENODEV, ENODEV);
	assert_int_equal(TIERMM_EINVAL, EINVAL);
	assert_int_equal(TIERMM_ENOSPC, ENOSPC);
	assert_int_equal(TIERMM_ERANGE, ERANGE);
	assert_int_equal(TIERMM_ELOOP, ELOOP);
	assert_int_equal(TIERMM_EPROTO, EPROTO);
	assert_int_equal(TIERMM_ENOTSUP, EOPNOTSUPP);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_text_of_its_own),
		cmocka_unit_test(other_numbers_are_unknown),
#ifdef __linux__
		cmocka_unit_test(the_values_are_those_of_linux),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
