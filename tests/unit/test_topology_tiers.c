/* SPDX-License-Identifier: MIT */
/* Abstract distances and tiers of whole machines (D3, I6). */
#include "support/cmocka.h"
#include "support/machine.h"

static const struct tiermm_access dram = { 100, 100, 100000, 100000 };
static const struct tiermm_access within = { 110, 90, 90000, 110000 };
static const struct tiermm_access off = { 111, 100, 100000, 100000 };
static const struct tiermm_access cxl = { 250, 250, 30000, 30000 };

static struct tiermm_topology_builder *b;

/* 0 and 1: DRAM with CPUs; 2: without; 3: given by the dax driver. */
static int set_up(void **state)
{
	static const struct machine machine = {
		.n = 4,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .cpus = 1 },
			   { .id = 2, .type = TIERMM_MEMORY_CXL },
			   { .id = 3, .type = TIERMM_MEMORY_DAX } },
	};

	(void)state;
	b = machine_builder(&machine);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_builder_destroy(b);
	return 0;
}

static void speed(int32_t target, struct tiermm_access a)
{
	int32_t initiator = target < 2 ? target : 0;

	assert_int_equal(tiermm_topology_builder_set_access(b, initiator,
							    target, &a),
			 0);
}

static void expect(int32_t node, int32_t distance, uint32_t source)
{
	struct tiermm_topology *t = machine_snapshot(b);
	struct tiermm_node found;

	assert_int_equal(tiermm_topology_node(t, node, &found), 0);
	assert_int_equal(found.abstract_distance, distance);
	assert_int_equal(found.abstract_distance_source, source);
	assert_int_equal(found.tier_id,
			 distance < 0 ? TIERMM_NO_TIER : distance / 128);
	tiermm_topology_unref(t);
}

static struct tiermm_reference reference(void)
{
	struct tiermm_reference r = { .size = sizeof(r) };
	struct tiermm_topology *t = machine_snapshot(b);

	assert_int_equal(tiermm_topology_reference(t, &r), 0);
	tiermm_topology_unref(t);
	return r;
}

static void without_speeds_the_defaults_count(void **state)
{
	struct tiermm_reference r = reference();

	(void)state;
	expect(0, TIERMM_ADISTANCE_DRAM, TIERMM_SOURCE_DEFAULT);
	expect(2, TIERMM_ADISTANCE_DRAM, TIERMM_SOURCE_DEFAULT);
	expect(3, TIERMM_ADISTANCE_DAX, TIERMM_SOURCE_DRIVER);
	assert_int_equal(r.state, TIERMM_REFERENCE_NONE);
	assert_int_equal(r.node, TIERMM_NO_NODE);
	assert_int_equal(r.bad_node, TIERMM_NO_NODE);
}

static void speeds_give_the_formula(void **state)
{
	struct tiermm_reference r;

	(void)state;
	speed(0, dram);
	speed(1, within);
	speed(2, cxl);
	expect(0, 576, TIERMM_SOURCE_HMAT);
	expect(1, 576, TIERMM_SOURCE_HMAT);
	expect(2, 4800, TIERMM_SOURCE_HMAT);
	expect(3, TIERMM_ADISTANCE_DAX, TIERMM_SOURCE_DRIVER);
	r = reference();
	assert_int_equal(r.state, TIERMM_REFERENCE_SET);
	assert_int_equal(r.node, 0);
	speed(3, cxl);
	expect(3, 4800, TIERMM_SOURCE_HMAT);
}

static void dram_that_is_off_switches_the_formula_off(void **state)
{
	struct tiermm_reference r;

	(void)state;
	speed(0, dram);
	speed(1, off);
	speed(2, cxl);
	expect(2, 576, TIERMM_SOURCE_DEFAULT);
	expect(0, 576, TIERMM_SOURCE_DEFAULT);
	r = reference();
	assert_int_equal(r.state, TIERMM_REFERENCE_BROKEN);
	assert_int_equal(r.node, 0);
	assert_int_equal(r.bad_node, 1);
	assert_int_equal(r.bad_number, TIERMM_ACCESS_READ_LATENCY);
}

static void dram_without_numbers_switches_the_formula_off(void **state)
{
	struct tiermm_reference r;

	(void)state;
	speed(0, dram);
	speed(2, cxl);
	r = reference();
	assert_int_equal(r.state, TIERMM_REFERENCE_BROKEN);
	assert_int_equal(r.bad_node, 1);
	assert_int_equal(r.bad_number, TIERMM_ACCESS_NONE);
	expect(2, 576, TIERMM_SOURCE_DEFAULT);
}

static void a_table_without_one_kind_does_the_same(void **state)
{
	struct tiermm_reference r;

	(void)state;
	speed(0, (struct tiermm_access){ 100, 100, 0, 0 });
	speed(1, dram);
	r = reference();
	assert_int_equal(r.state, TIERMM_REFERENCE_BROKEN);
	assert_int_equal(r.node, TIERMM_NO_NODE);
	assert_int_equal(r.bad_node, 0);
	assert_int_equal(r.bad_number, TIERMM_ACCESS_READ_BANDWIDTH);
	speed(0, (struct tiermm_access){ 0, 0, 100, 100 });
	assert_int_equal(reference().bad_number, TIERMM_ACCESS_READ_LATENCY);
	speed(0, (struct tiermm_access){ 0, 100, 0, 0 });
	assert_int_equal(reference().bad_number, TIERMM_ACCESS_READ_BANDWIDTH);
}

static void only_memory_with_cpus_is_dram(void **state)
{
	(void)state;
	speed(0, dram);
	speed(2, cxl);
	tiermm_topology_builder_set_state(b, 1, TIERMM_NODE_MEMORYLESS, 0,
					  TIERMM_SOURCE_DEFAULT);
	expect(2, 4800, TIERMM_SOURCE_HMAT);
	assert_int_equal(reference().state, TIERMM_REFERENCE_SET);
	tiermm_topology_builder_set_state(b, 0, TIERMM_NODE_ABSENT, 0,
					  TIERMM_SOURCE_DEFAULT);
	assert_int_equal(reference().state, TIERMM_REFERENCE_NONE);
	expect(2, 576, TIERMM_SOURCE_DEFAULT);
	expect(0, -1, TIERMM_SOURCE_DEFAULT);
}

static void a_slow_node_without_numbers_is_dram(void **state)
{
	(void)state;
	speed(0, dram);
	speed(1, dram);
	expect(2, 576, TIERMM_SOURCE_DEFAULT);
}

static void what_is_too_slow_for_a_number_is_slowest(void **state)
{
	(void)state;
	speed(0, dram);
	speed(1, dram);
	speed(2, (struct tiermm_access){ UINT32_MAX, UINT32_MAX, 1, 0 });
	expect(2, TIERMM_ADISTANCE_MAX, TIERMM_SOURCE_HMAT);
}

static void who_says_more_wins(void **state)
{
	(void)state;
	speed(0, dram);
	speed(1, dram);
	speed(2, cxl);
	tiermm_topology_builder_set_abstract_distance(b, 2, 700,
						      TIERMM_SOURCE_KERNEL);
	expect(2, 700, TIERMM_SOURCE_KERNEL);
	tiermm_topology_builder_set_type_abstract_distance(b, TIERMM_MEMORY_CXL,
							   800);
	expect(2, 800, TIERMM_SOURCE_TYPE);
	expect(0, 576, TIERMM_SOURCE_HMAT);
	tiermm_topology_builder_set_abstract_distance(b, 2, 900,
						      TIERMM_SOURCE_CALLER);
	expect(2, 900, TIERMM_SOURCE_CALLER);
	tiermm_topology_builder_set_abstract_distance(b, 2, -1,
						      TIERMM_SOURCE_CALLER);
	tiermm_topology_builder_set_type_abstract_distance(b, TIERMM_MEMORY_CXL,
							   -1);
	tiermm_topology_builder_set_abstract_distance(b, 2, -1,
						      TIERMM_SOURCE_KERNEL);
	expect(2, 4800, TIERMM_SOURCE_HMAT);
}

static void nodes_of_a_chunk_share_a_tier(void **state)
{
	static const int32_t distances[] = { 640, 511, 767, 512 };
	static const int32_t ids[] = { 3, 4, 5 };
	static const uint32_t members[] = { 1, 1, 2 };
	struct tiermm_topology *t;
	struct tiermm_tier tier;

	(void)state;
	for (int32_t node = 0; node < 4; node++)
		tiermm_topology_builder_set_abstract_distance(
			b, node, distances[node], TIERMM_SOURCE_CALLER);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_topology_tier_count(t), 3);
	for (uint32_t rank = 0; rank < 3; rank++) {
		assert_int_equal(tiermm_topology_tier_at(t, rank, &tier, NULL),
				 0);
		assert_int_equal(tier.id, ids[rank]);
		assert_int_equal(tier.n_nodes, members[rank]);
		assert_int_equal(tier.abstract_distance_low, ids[rank] * 128);
		assert_int_equal(tier.abstract_distance_high,
				 ids[rank] * 128 + 127);
	}
	tiermm_topology_unref(t);
}

static void cpus_move_no_tier(void **state)
{
	(void)state;
	tiermm_topology_builder_set_abstract_distance(b, 2, 900,
						      TIERMM_SOURCE_CALLER);
	expect(2, 900, TIERMM_SOURCE_CALLER);
	tiermm_topology_builder_set_cpu(b, 9, 2);
	tiermm_topology_builder_set_cpu(b, 0, TIERMM_NO_NODE);
	expect(2, 900, TIERMM_SOURCE_CALLER);
	expect(0, 576, TIERMM_SOURCE_DEFAULT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_speeds_the_defaults_count),
		TEST(speeds_give_the_formula),
		TEST(dram_that_is_off_switches_the_formula_off),
		TEST(dram_without_numbers_switches_the_formula_off),
		TEST(a_table_without_one_kind_does_the_same),
		TEST(only_memory_with_cpus_is_dram),
		TEST(a_slow_node_without_numbers_is_dram),
		TEST(what_is_too_slow_for_a_number_is_slowest),
		TEST(who_says_more_wins),
		TEST(nodes_of_a_chunk_share_a_tier),
		TEST(cpus_move_no_tier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
