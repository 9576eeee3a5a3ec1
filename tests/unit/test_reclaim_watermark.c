/* SPDX-License-Identifier: MIT */
/* The marks of a node (R8, facts 2.3 of promotion). */
#include "support/cmocka.h"

#include <tiermm/error.h>
#include <tiermm/watermark.h>

#define NONE TIERMM_WATERMARK_HEADROOM_NONE

static struct tiermm_watermarks marks(uint64_t managed, uint64_t min,
				      uint32_t scale, uint32_t headroom)
{
	struct tiermm_watermarks m;

	assert_int_equal(tiermm_watermarks_compute(managed, min, scale,
						   headroom, &m),
			 0);
	return m;
}

static void steps_are_a_quarter_of_min_or_the_scale_factors_share(void **state)
{
	struct tiermm_watermarks m = marks(1000000, 8000, 10, NONE);

	(void)state;
	assert_int_equal(m.min, 8000); /* 8000 / 4 > 1000000 * 10 / 10000 */
	assert_int_equal(m.low, 10000);
	assert_int_equal(m.high, 12000);
	assert_int_equal(m.promo, 14000);
	m = marks(1000000, 400, 10, NONE);
	assert_int_equal(m.low, 1400);
	assert_int_equal(m.high, 2400);
	assert_int_equal(m.promo, 3400);
}

static void r8_no_headroom_is_exactly_low_and_high(void **state)
{
	struct tiermm_watermarks m = marks(1000000, 400, 10, NONE);

	(void)state;
	assert_int_equal(m.start, m.low);
	assert_int_equal(m.stop, m.high);
}

static void
r8_headroom_has_marks_of_its_own_two_percent_by_default(void **state)
{
	struct tiermm_watermarks m = marks(1000000, 400, 0, 0);

	(void)state;
	assert_int_equal(m.low, 1400);
	assert_int_equal(m.start, 20000);
	assert_int_equal(m.stop, 21000);
	/* Little headroom is less than low: low counts. */
	m = marks(1000000, 400, 10, 1);
	assert_int_equal(m.start, 1400);
	assert_int_equal(m.stop, 2400);
	/* In between, each end goes by itself. */
	m = marks(1000000, 400, 10, 20);
	assert_int_equal(m.start, 2000);
	assert_int_equal(m.stop, 3000);
}

static void shares_round_down_and_do_not_overflow(void **state)
{
	struct tiermm_watermarks m = marks(19999, 0, 1, NONE);

	(void)state;
	assert_int_equal(m.low, 1);
	m = marks(UINT64_MAX, 0, 3000, 10000);
	assert_int_equal(m.start, UINT64_MAX);
	assert_int_equal(m.stop, UINT64_MAX);
	assert_int_equal(m.promo, m.low * 3);
	m = marks(UINT64_MAX, UINT64_MAX, 10, 10);
	assert_int_equal(m.low, UINT64_MAX);
	assert_int_equal(m.promo, UINT64_MAX);
}

static void what_is_out_of_range_is_refused(void **state)
{
	struct tiermm_watermarks m = { .min = 7 };

	(void)state;
	assert_int_equal(tiermm_watermarks_compute(1, 1, 3001, 0, &m),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_watermarks_compute(1, 1, 0, 10001, &m),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_watermarks_compute(1, 1, 0, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(m.min, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			steps_are_a_quarter_of_min_or_the_scale_factors_share),
		cmocka_unit_test(r8_no_headroom_is_exactly_low_and_high),
		cmocka_unit_test(
			r8_headroom_has_marks_of_its_own_two_percent_by_default),
		cmocka_unit_test(shares_round_down_and_do_not_overflow),
		cmocka_unit_test(what_is_out_of_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
