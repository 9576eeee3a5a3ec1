/* SPDX-License-Identifier: MIT */
/* Distances: judged as a whole, and where each comes from (D4). */
#include "support/cmocka.h"
#include "support/machine.h"

static struct tiermm_topology_builder *b;

/* Three nodes, added in an order that is not that of their ids. */
static void three_nodes(uint32_t flags)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .flags = flags };
	static const int32_t ids[] = { 7, 0, 4 };

	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, ids[i], TIERMM_NODE_ONLINE, 0),
				 0);
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_builder_destroy(b);
	return 0;
}

static void set(int32_t from, int32_t to, uint32_t distance, uint32_t source)
{
	assert_int_equal(tiermm_topology_builder_set_distance(b, from, to,
							      distance, source),
			 0);
}

static void firmware_says(int32_t from, int32_t to, uint32_t distance)
{
	set(from, to, distance, TIERMM_SOURCE_SLIT);
}

static void expect(int32_t from, int32_t to, uint32_t distance, uint32_t source)
{
	struct tiermm_topology *t = machine_snapshot(b);

	assert_int_equal(tiermm_topology_distance(t, from, to), distance);
	assert_int_equal(tiermm_topology_distance_source(t, from, to), source);
	tiermm_topology_unref(t);
}

static struct tiermm_problem refusal(void)
{
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_topology *t = (void *)&p;

	assert_int_equal(tiermm_topology_create(&t, b, &p, NULL),
			 -TIERMM_EINVAL);
	assert_null(t);
	assert_int_equal(p.error, -TIERMM_EINVAL);
	return p;
}

static void without_a_table_they_are_10_and_20(void **state)
{
	(void)state;
	three_nodes(0);
	expect(4, 4, 10, TIERMM_SOURCE_DEFAULT);
	expect(4, 7, 20, TIERMM_SOURCE_DEFAULT);
}

static void what_a_table_leaves_out_is_assumed(void **state)
{
	(void)state;
	three_nodes(0);
	firmware_says(0, 4, 35);
	expect(0, 4, 35, TIERMM_SOURCE_SLIT);
	expect(4, 0, 20, TIERMM_SOURCE_ASSUMED);
	expect(4, 4, 10, TIERMM_SOURCE_ASSUMED);
}

static void the_ends_of_the_range_are_in_it(void **state)
{
	(void)state;
	three_nodes(0);
	firmware_says(0, 0, 10);
	firmware_says(0, 4, 11);
	firmware_says(0, 7, 255);
	expect(0, 4, 11, TIERMM_SOURCE_SLIT);
	expect(0, 7, 255, TIERMM_SOURCE_SLIT);
}

static void a_bad_remote_distance_is_refused_with_its_place(void **state)
{
	static const uint32_t bad[] = { 0, 10, 256, UINT32_MAX };
	struct tiermm_problem p;

	(void)state;
	three_nodes(0);
	for (int i = 0; i < 4; i++) {
		firmware_says(0, 4, bad[i]);
		p = refusal();
		assert_int_equal(p.what, TIERMM_PROBLEM_REMOTE_DISTANCE);
		assert_int_equal(p.node, 0);
		assert_int_equal(p.other, 4);
		assert_int_equal(p.value, bad[i]);
		assert_int_equal(p.low, 11);
		assert_int_equal(p.high, 255);
	}
}

static void a_bad_local_distance_is_refused_with_its_place(void **state)
{
	struct tiermm_problem p;
	char text[128];

	(void)state;
	three_nodes(0);
	firmware_says(4, 4, 11);
	p = refusal();
	assert_int_equal(p.what, TIERMM_PROBLEM_LOCAL_DISTANCE);
	assert_int_equal(p.node, 4);
	assert_int_equal(p.value, 11);
	assert_int_equal(tiermm_problem_text(&p, text, sizeof(text), NULL), 0);
	assert_string_equal(text, "distance from node 4 to itself is 11, "
				  "expected 10");
}

static void the_first_bad_place_by_ids_is_named(void **state)
{
	struct tiermm_topology *t;
	struct tiermm_problem p;

	(void)state;
	three_nodes(0);
	firmware_says(7, 0, 5);
	firmware_says(4, 7, 6);
	firmware_says(4, 4, 9);
	p = refusal();
	assert_int_equal(p.node, 4);
	assert_int_equal(p.other, 4);
	firmware_says(4, 4, 10);
	p = refusal();
	assert_int_equal(p.node, 4);
	assert_int_equal(p.other, 7);
	/* Without a structure to fill there is still the error. */
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL),
			 -TIERMM_EINVAL);
}

static void a_bad_table_is_replaced_as_a_whole_on_request(void **state)
{
	(void)state;
	three_nodes(TIERMM_BUILDER_REPLACE_DISTANCES);
	firmware_says(0, 4, 35);
	expect(0, 4, 35, TIERMM_SOURCE_SLIT);
	firmware_says(4, 0, 10); /* "Seen" 7 */
	expect(0, 4, 20, TIERMM_SOURCE_REPLACED);
	expect(4, 0, 20, TIERMM_SOURCE_REPLACED);
	expect(7, 7, 10, TIERMM_SOURCE_REPLACED);
	expect(7, 0, 20, TIERMM_SOURCE_REPLACED);
}

static void overrides_survive_the_replacement(void **state)
{
	(void)state;
	three_nodes(TIERMM_BUILDER_REPLACE_DISTANCES);
	set(0, 7, 99, TIERMM_SOURCE_CALLER);
	firmware_says(4, 0, 10);
	expect(0, 7, 99, TIERMM_SOURCE_CALLER);
	expect(7, 0, 20, TIERMM_SOURCE_REPLACED);
}

static void a_bad_override_is_never_replaced(void **state)
{
	struct tiermm_problem p;

	(void)state;
	three_nodes(TIERMM_BUILDER_REPLACE_DISTANCES);
	firmware_says(0, 4, 10);
	set(7, 0, 300, TIERMM_SOURCE_CALLER);
	p = refusal();
	assert_int_equal(p.node, 7);
	assert_int_equal(p.other, 0);
	assert_int_equal(p.value, 300);
}

static void a_replaced_table_stays_replaced_when_loaded(void **state)
{
	struct tiermm_topology *t;

	(void)state;
	three_nodes(TIERMM_BUILDER_REPLACE_DISTANCES);
	firmware_says(0, 4, 35);
	firmware_says(4, 0, 10);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_topology_builder_load(b, t), 0);
	tiermm_topology_unref(t);
	expect(0, 4, 20, TIERMM_SOURCE_REPLACED);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_table_they_are_10_and_20),
		TEST(what_a_table_leaves_out_is_assumed),
		TEST(the_ends_of_the_range_are_in_it),
		TEST(a_bad_remote_distance_is_refused_with_its_place),
		TEST(a_bad_local_distance_is_refused_with_its_place),
		TEST(the_first_bad_place_by_ids_is_named),
		TEST(a_bad_table_is_replaced_as_a_whole_on_request),
		TEST(overrides_survive_the_replacement),
		TEST(a_bad_override_is_never_replaced),
		TEST(a_replaced_table_stays_replaced_when_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
