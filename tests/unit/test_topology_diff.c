/* SPDX-License-Identifier: MIT */
/* What differs between two snapshots, change by change. */
#include "support/cmocka.h"
#include "support/machine.h"

static struct tiermm_topology_builder *b;
static struct tiermm_topology *before;

static int set_up(void **state)
{
	(void)state;
	b = machine_builder(&machine_two_tiers);
	before = machine_snapshot(b);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_unref(before);
	tiermm_topology_builder_destroy(b);
	return 0;
}

#define CHANGE(...) ((struct tiermm_change){ __VA_ARGS__ })
#define ROOM 32

/* What was done to the builder shows as exactly these changes. */
static void expect_all(const struct tiermm_change *expected, uint64_t n)
{
	struct tiermm_topology *after = machine_snapshot(b);
	struct tiermm_change got[ROOM];
	uint64_t found;

	assert_int_equal(tiermm_topology_diff(before, after, got, ROOM, &found),
			 0);
	assert_int_equal(found, n);
	for (uint64_t i = 0; i < n; i++)
		assert_memory_equal(&got[i], &expected[i], sizeof(got[i]));
	assert_int_equal(tiermm_topology_equal(before, after), n == 0);
	/* The other way round the same places differ. */
	assert_int_equal(tiermm_topology_diff(after, before, got, ROOM, &found),
			 0);
	assert_int_equal(found, n);
	assert_int_equal(got[0].before, expected[0].after);
	tiermm_topology_unref(after);
}

#define EXPECT(...)                                                  \
	do {                                                         \
		const struct tiermm_change list[] = { __VA_ARGS__ }; \
		expect_all(list, sizeof(list) / sizeof(list[0]));    \
	} while (0)

static void a_snapshot_equals_itself_and_its_twin(void **state)
{
	struct tiermm_topology *twin = machine_topology(&machine_two_tiers);
	uint64_t n = 9;

	(void)state;
	assert_int_equal(tiermm_topology_equal(before, before), 1);
	assert_int_equal(tiermm_topology_equal(before, twin), 1);
	assert_int_equal(tiermm_topology_diff(before, twin, NULL, 0, &n), 0);
	assert_int_equal(n, 0);
	tiermm_topology_unref(twin);
}

static void a_nodes_numbers_are_compared(void **state)
{
	(void)state;
	tiermm_topology_builder_set_state(b, 2, TIERMM_NODE_GOING, 5,
					  TIERMM_SOURCE_DEFAULT);
	tiermm_topology_builder_set_type(b, 2, TIERMM_MEMORY_PMEM);
	tiermm_topology_builder_set_abstract_distance(b, 2, 2880,
						      TIERMM_SOURCE_CALLER);
	EXPECT(CHANGE(TIERMM_CHANGE_STATE, 2, -1, 0, TIERMM_NODE_ONLINE,
		      TIERMM_NODE_GOING),
	       CHANGE(TIERMM_CHANGE_PAGES, 2, -1, 0, 0, 5),
	       CHANGE(TIERMM_CHANGE_TYPE, 2, -1, 0, TIERMM_MEMORY_CXL,
		      TIERMM_MEMORY_PMEM),
	       CHANGE(TIERMM_CHANGE_TIER, 2, -1, 0, 37, 22),
	       CHANGE(TIERMM_CHANGE_ABSTRACT_DISTANCE, 2, -1, 0, 37 * 128,
		      2880));
}

static void losing_memory_is_losing_a_tier(void **state)
{
	(void)state;
	tiermm_topology_builder_set_state(b, 2, TIERMM_NODE_MEMORYLESS, 0,
					  TIERMM_SOURCE_DEFAULT);
	EXPECT(CHANGE(TIERMM_CHANGE_STATE, 2, -1, 0, TIERMM_NODE_ONLINE,
		      TIERMM_NODE_MEMORYLESS),
	       CHANGE(TIERMM_CHANGE_TIER, 2, -1, 0, 37, UINT64_MAX),
	       CHANGE(TIERMM_CHANGE_ABSTRACT_DISTANCE, 2, -1, 0, 37 * 128,
		      UINT64_MAX));
}

static void a_node_that_came_is_said_once(void **state)
{
	static const struct tiermm_access a = { 1, 1, 1, 1 };

	(void)state;
	tiermm_topology_builder_add_node(b, 1023, TIERMM_NODE_GOING, 9);
	tiermm_topology_builder_set_distance(b, 1023, 0, 77,
					     TIERMM_SOURCE_SLIT);
	tiermm_topology_builder_set_access(b, 1023, 0, &a);
	tiermm_topology_builder_set_access(b, 0, 1023, &a);
	tiermm_topology_builder_set_cpu(b, 4, 1023);
	EXPECT(CHANGE(TIERMM_CHANGE_INITIATOR, 0, -1, 0, UINT64_MAX, 1023),
	       CHANGE(TIERMM_CHANGE_NODE_ADDED, 1023, -1, 0, UINT64_MAX,
		      TIERMM_NODE_GOING),
	       CHANGE(TIERMM_CHANGE_CPU, TIERMM_NO_NODE, 4, 0, UINT64_MAX,
		      1023));
}

static void a_node_that_went_is_said_once(void **state)
{
	struct tiermm_topology_builder *other;
	struct tiermm_topology *after;
	struct machine machine = machine_two_tiers;
	struct tiermm_change got[ROOM];
	uint64_t n;

	(void)state;
	machine.n = 2;
	machine.distance[2] = 21;
	machine.distance[3] = 10;
	other = machine_builder(&machine);
	after = machine_snapshot(other);
	assert_int_equal(tiermm_topology_diff(before, after, got, ROOM, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(got[0].kind, TIERMM_CHANGE_NODE_REMOVED);
	assert_int_equal(got[0].node, 2);
	assert_int_equal(got[0].before, TIERMM_NODE_ONLINE);
	assert_int_equal(got[0].after, UINT64_MAX);
	tiermm_topology_unref(after);
	tiermm_topology_builder_destroy(other);
}

static void distances_and_cpus_are_compared(void **state)
{
	(void)state;
	tiermm_topology_builder_set_distance(b, 2, 0, 26, TIERMM_SOURCE_SLIT);
	tiermm_topology_builder_set_distance(b, 0, 1, 22, TIERMM_SOURCE_SLIT);
	tiermm_topology_builder_set_cpu(b, 1, 2);
	tiermm_topology_builder_set_cpu(b, 3, TIERMM_NO_NODE);
	EXPECT(CHANGE(TIERMM_CHANGE_DISTANCE, 0, 1, 0, 21, 22),
	       CHANGE(TIERMM_CHANGE_DISTANCE, 2, 0, 0, 25, 26),
	       CHANGE(TIERMM_CHANGE_CPU, TIERMM_NO_NODE, 1, 0, 0, 2),
	       CHANGE(TIERMM_CHANGE_CPU, TIERMM_NO_NODE, 3, 0, 1, UINT64_MAX));
}

static void speed(int32_t initiator, int32_t target, struct tiermm_access a)
{
	assert_int_equal(tiermm_topology_builder_set_access(b, initiator,
							    target, &a),
			 0);
}

#define ACCESS(...) ((struct tiermm_access){ __VA_ARGS__ })

static void the_first_speed_that_differs_is_told(void **state)
{
	(void)state;
	for (int32_t i = 0; i < 2; i++)
		for (int32_t j = 0; j < 2; j++)
			speed(i, j, ACCESS(1, 2, 3, 4));
	tiermm_topology_unref(before);
	before = machine_snapshot(b);
	speed(0, 0, ACCESS(9, 2, 3, 4));
	speed(0, 1, ACCESS(1, 8, 3, 4));
	speed(1, 0, ACCESS(1, 2, 7, 4));
	speed(1, 1, ACCESS(1, 2, 3, 6));
	EXPECT(CHANGE(TIERMM_CHANGE_ACCESS, 0, 0, 0, 1, 9),
	       CHANGE(TIERMM_CHANGE_ACCESS, 1, 0, 0, 3, 7),
	       CHANGE(TIERMM_CHANGE_ACCESS, 0, 1, 0, 2, 8),
	       CHANGE(TIERMM_CHANGE_ACCESS, 1, 1, 0, 4, 6));
}

static void speeds_that_nobody_gave_are_all_ones(void **state)
{
	(void)state;
	speed(1, 2, ACCESS(0, 0, 0, 0));
	EXPECT(CHANGE(TIERMM_CHANGE_INITIATOR, 2, -1, 0, UINT64_MAX, 1),
	       CHANGE(TIERMM_CHANGE_ACCESS, 1, 2, 0, UINT64_MAX, 0));
}

static void whose_view_counts_is_compared(void **state)
{
	(void)state;
	speed(0, 2, ACCESS(1, 2, 3, 4));
	speed(1, 2, ACCESS(1, 2, 3, 4));
	tiermm_topology_unref(before);
	before = machine_snapshot(b);
	tiermm_topology_builder_set_initiator(b, 2, 1);
	EXPECT(CHANGE(TIERMM_CHANGE_INITIATOR, 2, -1, 0, 0, 1));
}

static void the_size_of_pages_is_compared(void **state)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .page_bytes = 16384 };
	struct tiermm_topology_builder *large;
	struct tiermm_change change;
	struct tiermm_topology *a, *c;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&large, &o, NULL), 0);
	tiermm_topology_builder_add_node(large, 0, TIERMM_NODE_ONLINE, 0);
	a = machine_snapshot(large);
	tiermm_topology_builder_destroy(large);
	assert_int_equal(tiermm_topology_builder_create(&large, NULL, NULL), 0);
	tiermm_topology_builder_add_node(large, 0, TIERMM_NODE_ONLINE, 0);
	c = machine_snapshot(large);
	tiermm_topology_builder_destroy(large);
	assert_int_equal(tiermm_topology_diff(a, c, &change, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(change.kind, TIERMM_CHANGE_PAGE_BYTES);
	assert_int_equal(change.before, 16384);
	assert_int_equal(change.after, 4096);
	tiermm_topology_unref(a);
	tiermm_topology_unref(c);
}

static void provenance_is_left_aside(void **state)
{
	(void)state;
	tiermm_topology_builder_set_distance(b, 0, 1, 21, TIERMM_SOURCE_CALLER);
	tiermm_topology_builder_set_abstract_distance(b, 0, 576,
						      TIERMM_SOURCE_KERNEL);
	tiermm_topology_builder_set_state(b, 1, TIERMM_NODE_ONLINE, 0,
					  TIERMM_SOURCE_CALLER);
	struct tiermm_topology *after = machine_snapshot(b);

	assert_int_equal(tiermm_topology_equal(before, after), 1);
	tiermm_topology_unref(after);
}

static void a_short_array_gets_the_first_changes(void **state)
{
	struct tiermm_change got[2];
	struct tiermm_topology *after;
	uint64_t n;

	(void)state;
	tiermm_topology_builder_set_distance(b, 0, 1, 31, TIERMM_SOURCE_SLIT);
	tiermm_topology_builder_set_distance(b, 1, 0, 32, TIERMM_SOURCE_SLIT);
	after = machine_snapshot(b);
	memset(got, 0x5a, sizeof(got));
	assert_int_equal(tiermm_topology_diff(before, after, got, 1, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(got[0].after, 31);
	assert_int_equal(got[1].kind, 0x5a5a5a5a);
	tiermm_topology_unref(after);
}

static void missing_pointers_are_refused(void **state)
{
	struct tiermm_change got[1];
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_topology_diff(NULL, before, got, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_diff(before, NULL, got, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_diff(before, before, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_diff(before, before, got, 1, NULL),
			 -TIERMM_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_snapshot_equals_itself_and_its_twin),
		TEST(a_nodes_numbers_are_compared),
		TEST(losing_memory_is_losing_a_tier),
		TEST(a_node_that_came_is_said_once),
		TEST(a_node_that_went_is_said_once),
		TEST(distances_and_cpus_are_compared),
		TEST(the_first_speed_that_differs_is_told),
		TEST(speeds_that_nobody_gave_are_all_ones),
		TEST(whose_view_counts_is_compared),
		TEST(the_size_of_pages_is_compared),
		TEST(provenance_is_left_aside),
		TEST(a_short_array_gets_the_first_changes),
		TEST(missing_pointers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
