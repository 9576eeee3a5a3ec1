/* SPDX-License-Identifier: MIT */
/* The formula and its reference: invariant I6, "Seen" 5 and 6 of D3. */
#include "support/cmocka.h"

#include <tiermm/error.h>
#include <tiermm/performance.h>

static const struct tiermm_access dram = { 100, 100, 100000, 100000 };

static struct tiermm_reference reference_of(struct tiermm_access a)
{
	struct tiermm_reference r = { .size = sizeof(r) };

	assert_int_equal(tiermm_reference_add(&r, 3, &a), 0);
	assert_int_equal(r.state, TIERMM_REFERENCE_SET);
	assert_int_equal(r.node, 3);
	return r;
}

static int32_t distance_of(struct tiermm_access a)
{
	struct tiermm_reference r = reference_of(dram);
	int32_t distance;

	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance), 0);
	return distance;
}

static struct tiermm_access latency(uint32_t ns)
{
	struct tiermm_access a = dram;

	a.read_latency_ns = ns;
	a.write_latency_ns = ns;
	return a;
}

static void dram_is_576_and_tier_4(void **state)
{
	(void)state;
	assert_int_equal(distance_of(dram), TIERMM_ADISTANCE_DRAM);
	assert_int_equal(TIERMM_ADISTANCE_DRAM / TIERMM_TIER_CHUNK, 4);
	assert_int_equal(TIERMM_ADISTANCE_DAX / TIERMM_TIER_CHUNK, 22);
}

static void tiers_change_where_kernels_were_seen_to_change(void **state)
{
	(void)state;
	assert_int_equal(distance_of(latency(110)) / 128, 4);
	assert_int_equal(distance_of(latency(111)) / 128, 4);
	assert_int_equal(distance_of(latency(112)) / 128, 5);
	assert_int_equal(distance_of(latency(89)) / 128, 4);
	assert_int_equal(distance_of(latency(88)) / 128, 3);
}

static void divisions_cut_from_left_to_right(void **state)
{
	struct tiermm_reference r =
		reference_of((struct tiermm_access){ 50, 50, 10, 10 });
	struct tiermm_access a = { 1, 0, 3, 4 };
	int32_t distance;

	(void)state;
	/* 576 * 1 / 100 = 5; 5 * 20 / 7 = 14. In one go it would be 16. */
	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance), 0);
	assert_int_equal(distance, 14);
}

static void a_slow_device_lands_in_tier_37(void **state)
{
	struct tiermm_access cxl = { 250, 250, 30000, 30000 };

	(void)state;
	/* 576 * 500 / 200 = 1440; 1440 * 200000 / 60000 = 4800. */
	assert_int_equal(distance_of(cxl), 4800);
	assert_int_equal(distance_of(cxl) / 128, 37);
}

/* dram with one of its four numbers, by place, set to a value */
static struct tiermm_access with(int number, uint32_t value)
{
	struct tiermm_access a = dram;

	if (number == TIERMM_ACCESS_READ_LATENCY)
		a.read_latency_ns = value;
	else if (number == TIERMM_ACCESS_WRITE_LATENCY)
		a.write_latency_ns = value;
	else if (number == TIERMM_ACCESS_READ_BANDWIDTH)
		a.read_bandwidth_mbps = value;
	else
		a.write_bandwidth_mbps = value;
	return a;
}

static void ten_percent_off_is_accepted(void **state)
{
	(void)state;
	for (int number = 1; number <= 4; number++) {
		uint32_t full = number <= 2 ? 100 : 100000;
		struct tiermm_reference r = reference_of(dram);
		struct tiermm_access low = with(number, full / 10 * 9);
		struct tiermm_access high = with(number, full / 10 * 11);

		assert_int_equal(tiermm_reference_add(&r, 4, &low), 0);
		assert_int_equal(tiermm_reference_add(&r, 5, &high), 0);
		assert_int_equal(r.state, TIERMM_REFERENCE_SET);
		assert_memory_equal(&r.access, &dram, sizeof(dram));
		assert_int_equal(r.node, 3);
		assert_int_equal(r.bad_node, TIERMM_NO_NODE);
	}
}

static void just_above_ten_percent_breaks_for_good(void **state)
{
	(void)state;
	for (int number = 1; number <= 4; number++) {
		uint32_t full = number <= 2 ? 100 : 100000;

		for (int up = 0; up < 2; up++) {
			struct tiermm_reference r = reference_of(dram);
			struct tiermm_access a =
				with(number, up ? full / 10 * 11 + 1
						: full / 10 * 9 - 1);
			int32_t distance = -7;

			assert_int_equal(tiermm_reference_add(&r, 4, &a),
					 -TIERMM_EINVAL);
			assert_int_equal(r.state, TIERMM_REFERENCE_BROKEN);
			assert_int_equal(r.bad_node, 4);
			assert_int_equal(r.bad_number, number);
			assert_int_equal(tiermm_reference_add(&r, 5, &dram),
					 -TIERMM_EIO);
			assert_int_equal(r.bad_node, 4);
			assert_int_equal(tiermm_abstract_distance(&r, &dram,
								  &distance),
					 -TIERMM_EIO);
			assert_int_equal(distance, -7);
		}
	}
}

static void a_broken_reference_comes_before_unknown_speeds(void **state)
{
	struct tiermm_reference r = { .size = sizeof(r),
				      .state = TIERMM_REFERENCE_BROKEN };
	struct tiermm_access unknown = { 0 };
	int32_t distance;

	(void)state;
	assert_int_equal(tiermm_abstract_distance(&r, &unknown, &distance),
			 -TIERMM_EIO);
	assert_int_equal(tiermm_reference_add(&r, 0, &unknown), -TIERMM_EIO);
	r.state = TIERMM_REFERENCE_NONE;
	assert_int_equal(tiermm_abstract_distance(&r, &unknown, &distance),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_abstract_distance(&r, &dram, &distance),
			 -TIERMM_ENOENT);
}

static void zeros_are_unknown(void **state)
{
	static const struct tiermm_access zeros[] = { { 0, 0, 0, 0 },
						      { 0, 0, 100, 100 },
						      { 100, 100, 0, 0 } };
	struct tiermm_reference r = reference_of(dram);
	int32_t distance = -7;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(tiermm_abstract_distance(&r, &zeros[i],
							  &distance),
				 -TIERMM_EINVAL);
		assert_int_equal(tiermm_reference_add(&r, 4, &zeros[i]),
				 -TIERMM_EINVAL);
		assert_int_equal(r.state, TIERMM_REFERENCE_SET);
	}
	assert_int_equal(distance, -7);
}

static void one_of_two_numbers_is_enough(void **state)
{
	struct tiermm_reference r =
		reference_of((struct tiermm_access){ 100, 0, 0, 50 });
	struct tiermm_access a = { 0, 200, 50, 0 };
	int32_t distance;

	(void)state;
	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance), 0);
	assert_int_equal(distance, 1152);
	/* As a reference it differs: nothing is within 10 % of nothing. */
	assert_int_equal(tiermm_reference_add(&r, 4, &a), -TIERMM_EINVAL);
	assert_int_equal(r.bad_number, TIERMM_ACCESS_READ_LATENCY);
}

static void a_made_up_reference_without_numbers_is_none(void **state)
{
	struct tiermm_reference r = { .size = sizeof(r),
				      .state = TIERMM_REFERENCE_SET };
	int32_t distance;

	(void)state;
	assert_int_equal(tiermm_abstract_distance(&r, &dram, &distance),
			 -TIERMM_ENOENT);
	r.access.read_latency_ns = 1;
	assert_int_equal(tiermm_abstract_distance(&r, &dram, &distance),
			 -TIERMM_ENOENT);
}

static void the_greatest_numbers_do_not_wrap(void **state)
{
	struct tiermm_access most = { UINT32_MAX, UINT32_MAX, UINT32_MAX,
				      UINT32_MAX };
	struct tiermm_reference r = reference_of(most);
	struct tiermm_access a = most;
	int32_t distance;

	(void)state;
	assert_int_equal(tiermm_abstract_distance(&r, &most, &distance), 0);
	assert_int_equal(distance, TIERMM_ADISTANCE_DRAM);
	assert_int_equal(tiermm_reference_add(&r, 4, &most), 0);
	a.read_latency_ns = UINT32_MAX / 10 * 9;
	assert_int_equal(tiermm_reference_add(&r, 4, &a), -TIERMM_EINVAL);
}

static void what_does_not_fit_is_said(void **state)
{
	struct tiermm_reference r = reference_of(
		(struct tiermm_access){ 1, 0, UINT32_MAX, UINT32_MAX });
	struct tiermm_access a = { UINT32_MAX, UINT32_MAX, UINT32_MAX,
				   UINT32_MAX };
	int32_t distance = -7;

	(void)state;
	/* 576 * 2^33 * 2^33 is beyond 64 bits. */
	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance),
			 -TIERMM_ERANGE);
	/* 576 * 2^22 fits 64 bits but not an abstract distance. */
	a = (struct tiermm_access){ 1u << 22, 0, UINT32_MAX, UINT32_MAX };
	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance),
			 -TIERMM_ERANGE);
	assert_int_equal(distance, -7);
	/* The greatest that fits: 576 * 3728270 = 2147483520. */
	a.read_latency_ns = 3728270;
	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance), 0);
	assert_int_equal(distance, 2147483520);
	a.read_latency_ns++;
	assert_int_equal(tiermm_abstract_distance(&r, &a, &distance),
			 -TIERMM_ERANGE);
}

static void missing_pointers_are_refused(void **state)
{
	struct tiermm_reference r = reference_of(dram);
	int32_t distance;

	(void)state;
	assert_int_equal(tiermm_reference_add(NULL, 0, &dram), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reference_add(&r, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_abstract_distance(NULL, &dram, &distance),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_abstract_distance(&r, NULL, &distance),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_abstract_distance(&r, &dram, NULL),
			 -TIERMM_EINVAL);
	r.size--;
	assert_int_equal(tiermm_reference_add(&r, 0, &dram), -TIERMM_EINVAL);
	assert_int_equal(tiermm_abstract_distance(&r, &dram, &distance),
			 -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dram_is_576_and_tier_4),
		cmocka_unit_test(
			tiers_change_where_kernels_were_seen_to_change),
		cmocka_unit_test(divisions_cut_from_left_to_right),
		cmocka_unit_test(a_slow_device_lands_in_tier_37),
		cmocka_unit_test(ten_percent_off_is_accepted),
		cmocka_unit_test(just_above_ten_percent_breaks_for_good),
		cmocka_unit_test(
			a_broken_reference_comes_before_unknown_speeds),
		cmocka_unit_test(zeros_are_unknown),
		cmocka_unit_test(one_of_two_numbers_is_enough),
		cmocka_unit_test(a_made_up_reference_without_numbers_is_none),
		cmocka_unit_test(the_greatest_numbers_do_not_wrap),
		cmocka_unit_test(what_does_not_fit_is_said),
		cmocka_unit_test(missing_pointers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
