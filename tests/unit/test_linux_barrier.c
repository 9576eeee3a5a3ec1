/* SPDX-License-Identifier: MIT */
/* The barrier in every thread, as the kernel that runs offers it. */
#include "support/cmocka.h"

#include <tiermm/backends/linux_barrier.h>

static void it_registers_and_runs(void **state)
{
	struct tiermm_barrier barrier = { .size = sizeof(barrier) };
	int err = tiermm_linux_barrier(&barrier);

	(void)state;
	if (err == -TIERMM_ENOTSUP) {
		print_message("skipped: no membarrier here\n");
		skip();
	}
	assert_int_equal(err, 0);
	assert_int_equal(barrier.flags, 0);
	assert_int_equal(barrier.run(barrier.self), 0);
}

static void a_table_that_is_too_small_is_refused(void **state)
{
	struct tiermm_barrier barrier = { .size = 4 };

	(void)state;
	assert_int_equal(tiermm_linux_barrier(NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_barrier(&barrier), -TIERMM_EINVAL);
	assert_null(barrier.run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_registers_and_runs),
		cmocka_unit_test(a_table_that_is_too_small_is_refused),
	};

	return cmocka_run_group_tests_name("linux/barrier", tests, NULL, NULL);
}
