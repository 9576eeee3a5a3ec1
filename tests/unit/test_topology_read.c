/* SPDX-License-Identifier: MIT */
/* Reads of a snapshot, and the tables that the core reads. */
#include "support/cmocka.h"
#include "support/machine.h"

#include "topology/view.h"

/* Ids with gaps; one node of each state. */
static const struct machine machine = {
	.n = 4,
	.nodes = { { .id = 8, .cpus = 2 },
		   { .id = 3, .state = TIERMM_NODE_GOING, .tier = 22 },
		   { .id = 5, .state = MACHINE_MEMORYLESS, .cpus = 1 },
		   { .id = 60, .state = MACHINE_ABSENT } },
};

static struct tiermm_topology *t;

static int set_up(void **state)
{
	(void)state;
	t = machine_topology(&machine);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_unref(t);
	return 0;
}

static void nodes_stand_in_order_of_their_ids(void **state)
{
	static const int32_t ids[] = { 3, 5, 8, 60 };
	struct tiermm_node node, same;

	(void)state;
	assert_int_equal(tiermm_topology_node_count(t), 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(tiermm_topology_node_at(t, i, &node), 0);
		assert_int_equal(node.id, ids[i]);
		assert_int_equal(node.index, i);
		assert_int_equal(tiermm_topology_index(t, ids[i]), i);
		assert_int_equal(tiermm_topology_node(t, ids[i], &same), 0);
		assert_memory_equal(&node, &same, sizeof(node));
	}
}

static void strangers_are_told_apart(void **state)
{
	struct tiermm_node node;

	(void)state;
	assert_int_equal(tiermm_topology_node_at(t, 4, &node), -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_node(t, 4, &node), -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_node(t, -1, &node), -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_index(t, 0), -1);
	assert_int_equal(tiermm_topology_index(t, 1024), -1);
	assert_int_equal(tiermm_topology_index(t, INT32_MIN), -1);
	assert_int_equal(tiermm_topology_distance(t, 3, 4), 0);
	assert_int_equal(tiermm_topology_distance(t, 4, 3), 0);
	assert_int_equal(tiermm_topology_distance_source(t, 3, 4),
			 TIERMM_SOURCE_DEFAULT);
}

static void cpus_are_found_by_number(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_cpu_limit(t), 3);
	assert_int_equal(tiermm_topology_cpu_node(t, 0), 8);
	assert_int_equal(tiermm_topology_cpu_node(t, 1), 8);
	assert_int_equal(tiermm_topology_cpu_node(t, 2), 5);
	assert_int_equal(tiermm_topology_cpu_node(t, 3), TIERMM_NO_NODE);
	assert_int_equal(tiermm_topology_cpu_node(t, UINT32_MAX),
			 TIERMM_NO_NODE);
}

static void sets_gather_nodes(void **state)
{
	static const char *const expected[] = {
		[TIERMM_NODES_POSSIBLE] = "3,5,8,60",
		[TIERMM_NODES_PRESENT] = "3,5,8",
		[TIERMM_NODES_MEMORY] = "3,8",
		[TIERMM_NODES_CPU] = "5,8",
		[TIERMM_NODES_GOING] = "3",
	};
	struct tiermm_nodeset set;
	char text[64];

	(void)state;
	for (uint32_t which = 0; which < 5; which++) {
		assert_int_equal(tiermm_topology_nodes(t, which, &set), 0);
		tiermm_nodeset_text(&set, text, sizeof(text), NULL);
		assert_string_equal(text, expected[which]);
		assert_int_equal(tiermm_nodeset_equal(
					 &set, tiermm__topology_set(t, which)),
				 1);
	}
	assert_int_equal(tiermm_topology_nodes(t, 5, &set), -TIERMM_EINVAL);
}

static void tiers_go_from_fast_to_slow(void **state)
{
	struct tiermm_nodeset nodes;
	struct tiermm_tier tier;

	(void)state;
	assert_int_equal(tiermm_topology_tier_count(t), 2);
	assert_int_equal(tiermm_topology_tier_at(t, 0, &tier, &nodes), 0);
	assert_int_equal(tier.id, 4);
	assert_int_equal(tier.n_nodes, 1);
	assert_int_equal(tier.abstract_distance_low, 512);
	assert_int_equal(tier.abstract_distance_high, 639);
	assert_int_equal(tiermm_nodeset_has(&nodes, 8), 1);
	assert_int_equal(tiermm_nodeset_count(&nodes), 1);
	assert_int_equal(tiermm_topology_tier_at(t, 1, &tier, NULL), 0);
	assert_int_equal(tier.id, 22);
	assert_int_equal(tiermm_topology_tier_at(t, 1, NULL, &nodes), 0);
	assert_int_equal(tiermm_nodeset_has(&nodes, 3), 1);
	assert_int_equal(tiermm_topology_tier_at(t, 2, &tier, &nodes),
			 -TIERMM_ENODEV);
}

static void speeds_are_asked_by_pair(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine);
	struct tiermm_access got = { 0, 0, 0, 0 };
	struct tiermm_topology *with;

	(void)state;
	tiermm_topology_builder_set_access(b, 5, 3,
					   &(struct tiermm_access){ 1, 2, 3,
								    4 });
	with = machine_snapshot(b);
	tiermm_topology_builder_destroy(b);
	assert_int_equal(tiermm_topology_access(with, 8, 3, &got),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_topology_access(with, 3, 3, &got),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_topology_access(with, 3, 5, &got),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_topology_access(with, 5, 4, &got),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_topology_access(with, 4, 3, &got),
			 -TIERMM_ENOENT);
	assert_int_equal(got.read_latency_ns, 0);
	assert_int_equal(tiermm_topology_access(with, 5, 3, &got), 0);
	assert_int_equal(got.write_bandwidth_mbps, 4);
	tiermm_topology_unref(with);
}

static void a_reference_is_told_by_size(void **state)
{
	struct tiermm_reference r = { .size = sizeof(r) - 1 };

	(void)state;
	assert_int_equal(tiermm_topology_reference(t, &r), -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_reference(t, NULL), -TIERMM_EINVAL);
	r.size++;
	assert_int_equal(tiermm_topology_reference(t, &r), 0);
	assert_int_equal(r.state, TIERMM_REFERENCE_NONE);
	assert_int_equal(r.size, sizeof(r));
}

static void pages_have_the_size_that_was_said(void **state)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .page_bytes = 65536 };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *large;

	(void)state;
	assert_int_equal(tiermm_topology_page_bytes(t), 4096);
	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	tiermm_topology_builder_add_node(b, 0, TIERMM_NODE_ONLINE, 0);
	large = machine_snapshot(b);
	assert_int_equal(tiermm_topology_page_bytes(large), 65536);
	tiermm_topology_unref(large);
	tiermm_topology_builder_destroy(b);
}

static void the_cores_tables_agree_with_the_calls(void **state)
{
	const struct tiermm_node *nodes = tiermm__topology_node_table(t);
	const int32_t *ids = tiermm__topology_ids(t);
	const uint8_t *distance = tiermm__topology_distances(t);
	const uint16_t *ranks = tiermm__topology_ranks(t);

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(nodes[i].id, ids[i]);
		assert_int_equal(tiermm__topology_indexes(t)[ids[i]], i);
		for (uint32_t j = 0; j < 4; j++)
			assert_int_equal(distance[i * 4 + j],
					 tiermm_topology_distance(t, ids[i],
								  ids[j]));
	}
	assert_int_equal(tiermm__topology_indexes(t)[0], -1);
	assert_int_equal(ranks[0], 1);
	assert_int_equal(ranks[1], TIERMM__NO_RANK);
	assert_int_equal(ranks[2], 0);
	assert_int_equal(tiermm__topology_tiers(t)[1].id, 22);
	assert_int_equal(tiermm__topology_assumed(t), 0);
}

static void assumed_distances_are_counted(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine);
	struct tiermm_topology *with;

	(void)state;
	tiermm_topology_builder_set_distance(b, 3, 5, 30, TIERMM_SOURCE_SLIT);
	with = machine_snapshot(b);
	assert_int_equal(tiermm__topology_assumed(with), 4 * 3 - 1);
	tiermm_topology_unref(with);
	tiermm_topology_builder_destroy(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nodes_stand_in_order_of_their_ids),
		TEST(strangers_are_told_apart),
		TEST(cpus_are_found_by_number),
		TEST(sets_gather_nodes),
		TEST(tiers_go_from_fast_to_slow),
		TEST(speeds_are_asked_by_pair),
		TEST(a_reference_is_told_by_size),
		TEST(pages_have_the_size_that_was_said),
		TEST(the_cores_tables_agree_with_the_calls),
		TEST(assumed_distances_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
