/* SPDX-License-Identifier: MIT */
/* Regions of DAMON told as runs of what is watched; how a watch ends. */
#include "damon_fixture.h"

/* Two ranges; regions before, across, between, within, cold and behind. */
static const struct tiermm_linux_range ranges[] = {
	{ .start = BASE, .end = BASE + 100 * PAGE },
	{ .start = BASE + 120 * PAGE, .end = BASE + 200 * PAGE },
};
static const struct fake_region regions[] = {
	{ BASE - 50 * PAGE, BASE, 20, 1 },
	{ BASE, BASE + 10 * PAGE, 1, 2 },
	{ BASE + 10 * PAGE, BASE + 90 * PAGE, 0, 9 },
	{ BASE + 90 * PAGE, BASE + 130 * PAGE, 20, 3 },
	{ BASE + 130 * PAGE, BASE + 133 * PAGE, 15, 4 },
	{ BASE + 133 * PAGE, BASE + 134 * PAGE, 21, UINT64_C(1) << 33 },
	{ BASE + 190 * PAGE, BASE + 300 * PAGE, 10, 5 },
};
static const struct tiermm_linux_heat_run expected[] = {
	{ BASE, 10, 1, 1, 2 },
	{ BASE + 90 * PAGE, 10, 10, 20, 3 },
	{ BASE + 120 * PAGE, 10, 10, 20, 3 },
	{ BASE + 130 * PAGE, 3, 3, 15, 4 },
	{ BASE + 133 * PAGE, 1, 1, 20, UINT32_MAX },
	{ BASE + 190 * PAGE, 10, 5, 10, 5 },
};
#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

static struct tiermm_linux_heat *watch(void)
{
	struct tiermm_linux_heat *h;
	uint64_t n = 0;

	fake_damon_reset(&damon);
	assert_int_equal(create(&h), 0);
	/* The runs that are expected speak of pages of this size. */
	h->page_bytes = PAGE;
	damon.regions = regions;
	damon.n_regions = sizeof(regions) / sizeof(regions[0]);
	assert_int_equal(tiermm_linux_heat_watch(h, ranges, 2, &n), 0);
	assert_int_equal(n, 2);
	return h;
}

/* One pass with room for cap runs; told counts them. */
static int take(struct tiermm_linux_heat *h, uint64_t cap, uint64_t *told)
{
	struct tiermm_linux_heat_run runs[EXPECTED + 1];
	uint32_t more = 1;
	uint64_t n = 0;

	for (*told = 0; more; *told += n) {
		int err = tiermm_linux_heat_read(h, runs, cap, &n, &more);

		if (err)
			return err;
		assert_true(n <= cap && *told + n <= EXPECTED);
		assert_memory_equal(runs, &expected[*told],
				    n * sizeof(runs[0]));
	}
	return 0;
}

static void regions_that_were_used_become_runs(void **state)
{
	(void)state;
	for (uint64_t cap = 1; cap <= EXPECTED + 1; cap++) {
		struct tiermm_linux_heat *h = watch();
		uint64_t told;

		for (uint32_t pass = 1; pass < 4; pass++) {
			assert_int_equal(take(h, cap, &told), 0);
			assert_int_equal(told, EXPECTED);
			/* The kernel gathers once a pass. */
			assert_int_equal(damon.gathered, pass);
		}
		tiermm_linux_heat_destroy(h);
		must_be_empty();
	}
}

static void without_ranges_there_are_no_runs(void **state)
{
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	assert_int_equal(tiermm_linux_heat_watch(h, NULL, 0, NULL), 0);
	assert_int_equal(take(h, 2, &told), 0);
	assert_int_equal(told, 0);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

static void a_read_that_fails_is_begun_anew(void **state)
{
	static const struct {
		int error;
		int code;
	} errors[] = { { -EIO, -TIERMM_EIO },
		       { -EBUSY, -TIERMM_EBUSY },
		       { -EINVAL, -TIERMM_EIO } };
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		for (uint64_t at = 2, done = 0; !done; at++) {
			struct tiermm_linux_heat *h = watch();
			uint64_t told;
			int err;

			damon.fail_at = damon.calls + at;
			damon.fail_times = 1;
			damon.fail_with = errors[i].error;
			err = take(h, 2, &told);
			done = damon.calls < damon.fail_at;
			damon.fail_at = 0;
			assert_int_equal(err, done ? 0 : errors[i].code);
			assert_int_equal(take(h, 2, &told), 0);
			assert_int_equal(told, EXPECTED);
			tiermm_linux_heat_destroy(h);
			must_be_empty();
		}
}

static void garbled_regions_are_no_runs(void **state)
{
	static const struct fake_region empty = { BASE, BASE, 3, 1 };
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	damon.regions = &empty;
	damon.n_regions = 1;
	assert_int_equal(take(h, 2, &told), -TIERMM_EIO);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

static void it_ends_with_its_process(void **state)
{
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	damon.has_ended = 1;
	assert_int_equal(take(h, 2, &told), -TIERMM_ENOENT);
	damon.is_on = 0;
	assert_int_equal(take(h, 2, &told), -TIERMM_ENOENT);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

/* Somebody switched it off; the process is there. */
static void switched_off_by_somebody_is_an_error(void **state)
{
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	damon.is_on = 0;
	assert_int_equal(take(h, 2, &told), -TIERMM_EIO);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_that_were_used_become_runs),
		cmocka_unit_test(without_ranges_there_are_no_runs),
		cmocka_unit_test(a_read_that_fails_is_begun_anew),
		cmocka_unit_test(garbled_regions_are_no_runs),
		cmocka_unit_test(it_ends_with_its_process),
		cmocka_unit_test(switched_off_by_somebody_is_an_error),
	};

	return cmocka_run_group_tests_name("linux/heat_damon_runs", tests, NULL,
					   NULL);
}
