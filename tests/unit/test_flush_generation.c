/* SPDX-License-Identifier: MIT */
/* Generations: begun, looked for, passed; wrapping (F1, I24). */
#include "flush_fixture.h"

static void a_generation_is_passed_when_every_agent_has(void **state)
{
	uint64_t g;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_poll(x.f, 1), 1);
	assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	assert_int_equal(g, 2);
	for (int i = 0; i < AGENTS; i++) {
		assert_int_equal(tiermm_flush_poll(x.f, g), 0);
		tiermm_flush_pass(x.agent[i]);
	}
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	assert_int_equal(tiermm_flush_poll(x.f, 1), 1);
	flush_fixture_end(&x);
}

static void wrong_calls_are_refused(void **state)
{
	uint64_t g;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_poll(x.f, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_poll(NULL, 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_open_generation(x.f, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_open_generation(NULL, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_done(x.f, 1), -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_flush_done(NULL, 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_done(x.f, 0), -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

/* I24: at every distance from the wrap, and across it. */
static void i24_wrapping_skips_zero_and_keeps_ages_true(void **state)
{
	(void)state;
	for (uint64_t k = 0; k < 6; k++) {
		struct tiermm_flush_options o = { .size = sizeof(o),
						  .start = UINT64_MAX - k };
		uint64_t g = 0, before;

		FLUSH_FIXTURE(x, &o);
		for (int i = 0; i < 8; i++) {
			before = tiermm_flush_generation(x.f);
			assert_int_equal(tiermm_flush_open_generation(x.f, &g),
					 0);
			assert_int_not_equal(g, 0);
			assert_int_equal(g, before + 1 ? before + 1 : 1);
			assert_int_equal(tiermm_flush_poll(x.f, g), 0);
			assert_int_equal(tiermm_flush_poll(x.f, before), i < 1);
		}
		for (int i = 0; i < AGENTS; i++) {
			assert_int_equal(tiermm_flush_poll(x.f, g), 0);
			tiermm_flush_pass(x.agent[i]);
		}
		assert_int_equal(tiermm_flush_poll(x.f, g), 1);
		flush_fixture_end(&x);
	}
}

/* I24: an agent that slept for more than half of all generations. */
static void i24_a_laggard_is_not_done_however_old(void **state)
{
	static const uint64_t jumps[] = { (1ull << 31) + 1, (1ull << 32) + 1,
					  (1ull << 63) + 5, UINT64_MAX - 100 };

	(void)state;
	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		uint64_t g;

		FLUSH_FIXTURE(x, NULL);
		/* As if that many had been opened one by one. */
		atomic_store_explicit(&x.f->generation, 1 + jumps[i],
				      memory_order_relaxed);
		assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
		for (int a = 1; a < AGENTS; a++)
			tiermm_flush_pass(x.agent[a]);
		assert_int_equal(tiermm_flush_poll(x.f, g), 0);
		assert_int_equal(tiermm_flush_poll(x.f, g - 1), 0);
		tiermm_flush_pass(x.agent[0]);
		assert_int_equal(tiermm_flush_poll(x.f, g), 1);
		flush_fixture_end(&x);
	}
}

struct barrier {
	int runs;
	int error;
};

static int run(void *self)
{
	struct barrier *b = self;

	b->runs++;
	return b->error;
}

static void one_barrier_serves_all_who_look_at_a_generation(void **state)
{
	struct barrier b = { 0, 0 };
	struct tiermm_barrier barrier = { sizeof(barrier), 0, &b, run };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };
	uint64_t g;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	assert_int_equal(tiermm_flush_poll(x.f, 1), 1);
	assert_int_equal(b.runs, 0);
	assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	assert_int_equal(b.runs, 1);
	b.error = -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	assert_int_equal(tiermm_flush_poll(x.f, g), -TIERMM_EPERM);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_BARRIERS), 1);
	flush_fixture_end(&x);
}

static void an_external_tracker_believes_what_it_is_told(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_EXTERNAL };
	uint64_t g;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	assert_int_equal(tiermm_flush_open_generation(x.f, &g), 0);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	assert_int_equal(tiermm_flush_done(x.f, g + 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	assert_int_equal(tiermm_flush_done(x.f, g), 0);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	assert_int_equal(tiermm_flush_done(x.f, g - 1), 0);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	flush_fixture_end(&x);
}

struct failing_barrier {
	uint64_t runs;
	uint64_t fail_at;
};

static int fails_once(void *self)
{
	struct failing_barrier *b = self;

	return b->runs++ == b->fail_at ? -TIERMM_EPERM : 0;
}

/* All calls that look at agents, one after the other; how many failed. */
static uint64_t one_round(struct flush_fixture *x)
{
	struct tiermm_flush_stall stall[1];
	uint64_t g = 0, n, failed = 0;

	park_and_queue(x, 0, 0, 0, 1);
	failed += tiermm_flush_settle(x->f, &x->page[0], NULL) == -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	failed += tiermm_flush_poll(x->f, g) == -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	failed +=
		tiermm_flush_stalled(x->f, g, 0, stall, 1, &n) == -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	failed +=
		tiermm_flush_reap(x->f, NULL, 0, 0, &x->freed) == -TIERMM_EPERM;
	assert_null(x->freed.requests); /* nobody has passed */
	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	failed +=
		tiermm_flush_drain_plan(x->f, NULL, &x->drain) == -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	failed += tiermm_flush_drain_poll(x->f, &x->drain) == -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_drain_abandon(x->f, &x->drain), 0);
	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	failed += tiermm_flush_stop(x->f, &x->drain) == -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_drain_abandon(x->f, &x->drain), 0);
	assert_int_equal(tiermm_flush_resume(x->f), 0);
	assert_int_not_equal(x->page[0].parked, 0);
	assert_int_equal(flush_pending(x, 0), 1);
	return failed;
}

/* The barrier fails at its k-th run, for every k: told once, nothing lost. */
static void
a_barrier_that_fails_at_any_call_is_told_and_loses_nothing(void **state)
{
	uint64_t failed = 1, k = 0;

	(void)state;
	for (; failed; k++) {
		struct failing_barrier b = { 0, k };
		struct tiermm_barrier barrier = { sizeof(barrier), 0, &b,
						  fails_once };
		struct tiermm_flush_options o = {
			.size = sizeof(o),
			.flavour = TIERMM_FLUSH_PAIRED,
			.barrier = &barrier,
		};

		FLUSH_FIXTURE(x, &o);
		failed = one_round(&x);
		assert_int_equal(failed, k < b.runs);
		all_pass(&x);
		assert_int_equal(tiermm_flush_reap(x.f, NULL, 0, 0, &x.freed),
				 0);
		assert_int_equal(pages_back(&x), 1);
		assert_int_equal(flush_pending(&x, 0), 0);
		flush_fixture_end(&x);
	}
	assert_int_equal(k, 8); /* seven calls look */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_generation_is_passed_when_every_agent_has),
		cmocka_unit_test(wrong_calls_are_refused),
		cmocka_unit_test(i24_wrapping_skips_zero_and_keeps_ages_true),
		cmocka_unit_test(i24_a_laggard_is_not_done_however_old),
		cmocka_unit_test(
			one_barrier_serves_all_who_look_at_a_generation),
		cmocka_unit_test(an_external_tracker_believes_what_it_is_told),
		cmocka_unit_test(
			a_barrier_that_fails_at_any_call_is_told_and_loses_nothing),
	};

	return cmocka_run_group_tests_name("flush/generation", tests, NULL,
					   NULL);
}
