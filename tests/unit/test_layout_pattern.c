/* SPDX-License-Identifier: MIT */
/* Patterns, and where two layouts differ (L1). */
#include "layout_fixture.h"

#include "support/failing.h"

static uint64_t ranges_of(uint32_t kind, int32_t first, int32_t last,
			  uint64_t stripe, uint32_t shift, uint64_t last_frame,
			  struct tiermm_layout_range *out, uint64_t cap)
{
	struct tiermm_layout_pattern p = { .size = sizeof(p),
					   .kind = kind,
					   .shift = shift,
					   .first_node = first,
					   .last_node = last,
					   .stripe = stripe,
					   .last_frame = last_frame };
	uint64_t n = 0;

	assert_int_equal(tiermm_layout_pattern_ranges(&p, out, cap, &n), 0);
	return n;
}

static void expect_range(const struct tiermm_layout_range *r, uint64_t first,
			 uint64_t last, int32_t node)
{
	assert_int_equal(r->first, first);
	assert_int_equal(r->last, last);
	assert_int_equal(r->node, node);
}

static void all_is_one_range(void **state)
{
	struct tiermm_layout_range r[1];

	(void)state;
	assert_int_equal(ranges_of(TIERMM_LAYOUT_ALL, 3, 0, 0, 0, 99, r, 1), 1);
	expect_range(&r[0], 0, 99, 3);
}

static void stripes_go_round_and_the_last_is_cut(void **state)
{
	struct tiermm_layout_range r[4];

	(void)state;
	assert_int_equal(ranges_of(TIERMM_LAYOUT_STRIPE, 1, 2, 30, 0, 99, r, 4),
			 4);
	expect_range(&r[0], 0, 29, 1);
	expect_range(&r[1], 30, 59, 2);
	expect_range(&r[2], 60, 89, 1);
	expect_range(&r[3], 90, 99, 2);
	assert_int_equal(ranges_of(TIERMM_LAYOUT_STRIPE, 1, 2, 30, 1, 99, r, 1),
			 4);
	expect_range(&r[0], 0, 29, 2);
	assert_int_equal(ranges_of(TIERMM_LAYOUT_STRIPE, 0, 1, 50, 0, 99, r, 4),
			 2);
	expect_range(&r[1], 50, 99, 1);
}

static void blocks_are_as_equal_as_can_be(void **state)
{
	struct tiermm_layout_range r[3];

	(void)state;
	assert_int_equal(ranges_of(TIERMM_LAYOUT_BLOCK, 0, 2, 0, 0, 99, r, 3),
			 3);
	expect_range(&r[0], 0, 33, 0);
	expect_range(&r[1], 34, 66, 1);
	expect_range(&r[2], 67, 99, 2);
	/* More nodes than frames. */
	assert_int_equal(ranges_of(TIERMM_LAYOUT_BLOCK, 0, 9, 0, 0, 1, r, 3),
			 2);
	expect_range(&r[1], 1, 1, 1);
}

static void patterns_out_of_range_are_refused(void **state)
{
	struct tiermm_layout_pattern good = { .size = sizeof(good),
					      .kind = TIERMM_LAYOUT_STRIPE,
					      .last_node = 1,
					      .stripe = 1,
					      .last_frame = 9 };
	struct tiermm_layout_pattern p;
	uint64_t n;

	(void)state;
	p = good;
	p.kind = 3;
	assert_int_equal(tiermm_layout_pattern_ranges(&p, NULL, 0, &n),
			 -TIERMM_EINVAL);
	p = good;
	p.stripe = 0;
	assert_int_equal(tiermm_layout_pattern_ranges(&p, NULL, 0, &n),
			 -TIERMM_EINVAL);
	p = good;
	p.first_node = 2;
	assert_int_equal(tiermm_layout_pattern_ranges(&p, NULL, 0, &n),
			 -TIERMM_EINVAL);
	p = good;
	p.last_frame = TIERMM_LAYOUT_FRAMES - 1;
	assert_int_equal(tiermm_layout_pattern_ranges(&p, NULL, 0, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_pattern_ranges(&good, NULL, 0, NULL),
			 -TIERMM_EINVAL);
}

static void pattern_create_survives_every_oom(void **state)
{
	struct tiermm_layout_pattern p = { .size = sizeof(p),
					   .kind = TIERMM_LAYOUT_BLOCK,
					   .last_node = 3,
					   .last_frame = LAST };

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_layout *l = (void *)&f;
		int err = tiermm_layout_pattern_create(&l, &p, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !l));
		if (done)
			assert_int_equal(tiermm_layout_node(l, 300), 1);
		tiermm_layout_unref(l);
		assert_true(failing_is_clean(&f));
	}
}

static void differences_are_joined_and_in_order(void **state)
{
	const struct tiermm_layout_range a[] = {
		{ .first = 0, .last = 99, .node = 0 },
		{ .first = 100, .last = 199, .node = 0 },
		{ .first = 200, .last = LAST, .node = 1 },
	};
	const struct tiermm_layout_range b[] = {
		{ .first = 0, .last = 49, .node = 0 },
		{ .first = 50, .last = 149, .node = 2 },
		{ .first = 150, .last = LAST, .node = 1 },
	};
	struct tiermm_layout *from = layout_of(a, 3), *to = layout_of(b, 3);
	struct tiermm_layout_difference d[2];
	uint64_t n = 9;

	(void)state;
	assert_int_equal(tiermm_layout_diff(from, from, d, 2, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(tiermm_layout_diff(from, to, d, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(d[0].first, 50);
	assert_int_equal(d[0].last, 149);
	assert_int_equal(d[0].from, 0);
	assert_int_equal(d[0].to, 2);
	assert_int_equal(d[1].first, 150);
	assert_int_equal(d[1].last, 199);
	assert_int_equal(tiermm_layout_diff(from, to, NULL, 0, &n), 0);
	assert_int_equal(n, 2);
	tiermm_layout_unref(from);
	tiermm_layout_unref(to);
}

static void differences_apart_from_each_other_stay_two(void **state)
{
	const struct tiermm_layout_range r[] = {
		{ .first = 0, .last = 9, .node = 1 },
		{ .first = 10, .last = 19, .node = 0 },
		{ .first = 20, .last = 29, .node = 1 },
		{ .first = 30, .last = LAST, .node = 0 },
	};
	struct tiermm_layout *from = all_on(0), *to = layout_of(r, 4);
	struct tiermm_layout_difference d[2];
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tiermm_layout_diff(from, to, d, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(d[0].last, 9);
	assert_int_equal(d[1].first, 20);
	assert_int_equal(d[1].last, 29);
	tiermm_layout_unref(from);
	tiermm_layout_unref(to);
}

static void what_one_has_more_differs(void **state)
{
	struct tiermm_layout_range r = { .last = 9, .node = 0 };
	struct tiermm_layout *small, *large = halves(512);
	struct tiermm_layout_difference d[4];
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tiermm_layout_create(&small, &r, 1, NULL, NULL, NULL),
			 0);
	assert_int_equal(tiermm_layout_diff(small, large, d, 4, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(d[0].first, 10);
	assert_int_equal(d[0].from, TIERMM_NO_NODE);
	assert_int_equal(d[0].to, 0);
	assert_int_equal(d[1].last, LAST);
	assert_int_equal(tiermm_layout_diff(large, small, d, 4, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(d[1].to, TIERMM_NO_NODE);
	tiermm_layout_unref(small);
	tiermm_layout_unref(large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_one_range),
		cmocka_unit_test(stripes_go_round_and_the_last_is_cut),
		cmocka_unit_test(blocks_are_as_equal_as_can_be),
		cmocka_unit_test(patterns_out_of_range_are_refused),
		cmocka_unit_test(pattern_create_survives_every_oom),
		cmocka_unit_test(differences_are_joined_and_in_order),
		cmocka_unit_test(differences_apart_from_each_other_stay_two),
		cmocka_unit_test(what_one_has_more_differs),
	};

	return cmocka_run_group_tests_name("layout/pattern", tests, NULL, NULL);
}
