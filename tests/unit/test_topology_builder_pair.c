/* SPDX-License-Identifier: MIT */
/* What is said of pairs: distances and speeds. */
#include "support/cmocka.h"
#include "support/machine.h"

static struct tiermm_topology_builder *b;

static int set_up(void **state)
{
	(void)state;
	b = machine_builder(&machine_two_tiers);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_builder_destroy(b);
	return 0;
}

static void a_distance_counts_in_one_direction(void **state)
{
	struct tiermm_topology *t;

	(void)state;
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, 0, 2, 40, TIERMM_SOURCE_SLIT),
			 0);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_topology_distance(t, 0, 2), 40);
	assert_int_equal(tiermm_topology_distance(t, 2, 0), 25);
	tiermm_topology_unref(t);
}

static void an_override_stays_whichever_comes_first(void **state)
{
	struct tiermm_topology *t;

	(void)state;
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, 0, 2, 40, TIERMM_SOURCE_CALLER),
			 0);
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, 0, 2, 30, TIERMM_SOURCE_SLIT),
			 0);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_topology_distance(t, 0, 2), 40);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 2),
			 TIERMM_SOURCE_CALLER);
	tiermm_topology_unref(t);
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, 0, 2, 41, TIERMM_SOURCE_CALLER),
			 0);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_topology_distance(t, 0, 2), 41);
	tiermm_topology_unref(t);
}

static void distances_of_strangers_are_refused(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, 0, 9, 20, TIERMM_SOURCE_SLIT),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, -1, 0, 20, TIERMM_SOURCE_SLIT),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_distance(
				 b, 0, 1, 20, TIERMM_SOURCE_DEFAULT),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_set_distance(
				 NULL, 0, 1, 20, TIERMM_SOURCE_SLIT),
			 -TIERMM_EINVAL);
}

static void speeds_are_kept_pair_by_pair(void **state)
{
	struct tiermm_topology *t;
	struct tiermm_access got;

	(void)state;
	/* In descending, then in ascending order; one is set twice. */
	for (int32_t i = 2; i >= 0; i--)
		for (uint32_t j = 0; j < 3; j++)
			assert_int_equal(tiermm_topology_builder_set_access(
						 b, i, (int32_t)j,
						 &(struct tiermm_access){
							 (uint32_t)i, j, 7,
							 8 }),
					 0);
	assert_int_equal(tiermm_topology_builder_set_access(
				 b, 1, 2,
				 &(struct tiermm_access){ 9, 9, 9, 9 }),
			 0);
	t = machine_snapshot(b);
	for (int32_t i = 0; i < 3; i++)
		for (int32_t j = 0; j < 3; j++) {
			assert_int_equal(tiermm_topology_access(t, i, j, &got),
					 0);
			if (i == 1 && j == 2)
				continue;
			assert_int_equal(got.read_latency_ns, i);
			assert_int_equal(got.write_latency_ns, j);
		}
	assert_int_equal(tiermm_topology_access(t, 1, 2, &got), 0);
	assert_int_equal(got.write_latency_ns, 9);
	tiermm_topology_unref(t);
}

static void speeds_are_refused_when_there_is_no_room(void **state)
{
	static const struct tiermm_access a = { 1, 1, 1, 1 };
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_access = 1 };
	struct tiermm_topology_builder *small;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&small, &o, NULL), 0);
	tiermm_topology_builder_add_node(small, 0, TIERMM_NODE_ONLINE, 0);
	tiermm_topology_builder_add_node(small, 1, TIERMM_NODE_ONLINE, 0);
	assert_int_equal(tiermm_topology_builder_set_access(small, 0, 1, &a),
			 0);
	assert_int_equal(tiermm_topology_builder_set_access(small, 0, 1, &a),
			 0);
	assert_int_equal(tiermm_topology_builder_set_access(small, 0, 0, &a),
			 -TIERMM_ENOSPC);
	tiermm_topology_builder_destroy(small);
}

static void speeds_of_strangers_are_refused(void **state)
{
	static const struct tiermm_access a = { 1, 1, 1, 1 };

	(void)state;
	assert_int_equal(tiermm_topology_builder_set_access(b, 9, 0, &a),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 9, &a),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_set_access(NULL, 0, 1, &a),
			 -TIERMM_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_distance_counts_in_one_direction),
		TEST(an_override_stays_whichever_comes_first),
		TEST(distances_of_strangers_are_refused),
		TEST(speeds_are_kept_pair_by_pair),
		TEST(speeds_are_refused_when_there_is_no_room),
		TEST(speeds_of_strangers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
