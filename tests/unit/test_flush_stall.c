/* SPDX-License-Identifier: MIT */
/* The report that names who holds a generation up. */
#include "flush_fixture.h"

static void laggards_are_named_with_how_far_and_how_long(void **state)
{
	struct tiermm_flush_stall stall[AGENTS];
	uint64_t g = 0, n = 99;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	tiermm_flush_pass(x.agent[0]);
	tiermm_flush_exit(x.agent[2]);
	assert_int_equal(tiermm_flush_stalled(x.f, g, 1000, stall, AGENTS, &n),
			 0);
	assert_int_equal(n, 2);
	assert_int_equal(stall[0].agent, 1);
	assert_int_equal(stall[0].reached, 1);
	assert_int_equal(stall[0].behind, 3);
	assert_int_equal(stall[0].held_ns, 0);
	assert_int_equal(stall[1].agent, 3);
	tiermm_flush_pass(x.agent[3]);
	assert_int_equal(tiermm_flush_stalled(x.f, g, 1700, stall, 0, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(tiermm_flush_stalled(x.f, g, 1700, stall, 1, &n), 0);
	assert_int_equal(stall[0].held_ns, 700);
	/* Backwards is no time, and counts from there. */
	assert_int_equal(tiermm_flush_stalled(x.f, g, 500, stall, 1, &n), 0);
	assert_int_equal(stall[0].held_ns, 0);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_CLOCK_BACK), 1);
	tiermm_flush_pass(x.agent[1]);
	assert_int_equal(tiermm_flush_stalled(x.f, g, 2000, stall, 1, &n), 0);
	assert_int_equal(n, 0);
	/* Behind again: a new stall, a new time. */
	assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	assert_int_equal(tiermm_flush_stalled(x.f, g, 3000, stall, 1, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(stall[0].held_ns, 0);
	flush_fixture_end(&x);
}

static void wrong_questions_are_refused(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_EXTERNAL };
	struct tiermm_flush_stall stall[1];
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	FLUSH_FIXTURE(external, &o);
	(void)state;
	assert_int_equal(tiermm_flush_stalled(NULL, 1, 0, stall, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_stalled(x.f, 0, 0, stall, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_stalled(x.f, 1, 0, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_stalled(external.f, 1, 0, stall, 1, &n),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm__owner_enter(&x.f->reporter), 0);
	assert_int_equal(tiermm_flush_stalled(x.f, 1, 0, stall, 1, &n),
			 -TIERMM_EBUSY);
	flush_fixture_end(&x);
	flush_fixture_end(&external);
}

static int fails(void *self)
{
	(void)self;
	return -TIERMM_EPERM;
}

static void a_barrier_that_fails_names_nobody(void **state)
{
	struct tiermm_barrier barrier = { sizeof(barrier), 0, NULL, fails };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };
	struct tiermm_flush_stall stall[1];
	uint64_t g, n = 99;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	for (int i = 0; i < 2; i++) /* again: nobody is left inside */
		assert_int_equal(tiermm_flush_stalled(x.f, g, 0, stall, 1, &n),
				 -TIERMM_EPERM);
	assert_int_equal(n, 99);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laggards_are_named_with_how_far_and_how_long),
		cmocka_unit_test(wrong_questions_are_refused),
		cmocka_unit_test(a_barrier_that_fails_names_nobody),
	};

	return cmocka_run_group_tests_name("flush/stall", tests, NULL, NULL);
}
