/* SPDX-License-Identifier: MIT */
/* The version that is linked. */
#include "support/cmocka.h"

#include <tiermm/types.h>

static void the_library_is_as_old_as_its_headers(void **state)
{
	uint32_t version = tiermm_abi_version();

	(void)state;
	assert_int_equal(version >> 16, TIERMM_VERSION_MAJOR);
	assert_int_equal(version >> 8 & 0xff, TIERMM_VERSION_MINOR);
	assert_int_equal(version & 0xff, TIERMM_VERSION_PATCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_is_as_old_as_its_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
