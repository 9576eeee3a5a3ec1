/* SPDX-License-Identifier: MIT */
/* Targets from passes: Linux 5.15 and 5.18 (facts 0.2). */
#include "graph_fixture.h"

/* One node with CPUs, and 20 nodes of memory at the same distance. */
static struct tiermm_topology *star(void)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, NULL, NULL), 0);
	for (int32_t i = 0; i <= 20; i++)
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, i, TIERMM_NODE_ONLINE, 0),
				 0);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 0, 0), 0);
	t = machine_snapshot(b);
	tiermm_topology_builder_destroy(b);
	return t;
}

static void a_node_takes_fifteen_targets_at_most(void **state)
{
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_5_18
	};
	struct tiermm_topology *t = star();
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(&g, t, &o, NULL, NULL),
			 0);
	/* 1 to 15; the sixteenth is given back, and 1 takes the rest. */
	assert_int_equal(preferred_of(g, 0), 0xfffe);
	assert_int_equal(preferred_of(g, 1), 0x1f0000);
	assert_int_equal(preferred_of(g, 2), 0);
	assert_int_equal(fallback_of(g, 0), 0x1ffffe);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
}

static void one_target_is_all_that_5_15_takes(void **state)
{
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_5_15
	};
	struct tiermm_topology *t = star();
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(&g, t, &o, NULL, NULL),
			 0);
	for (int32_t i = 0; i < 20; i++)
		assert_int_equal(preferred_of(g, i), BIT(i + 1));
	assert_int_equal(preferred_of(g, 20), 0);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
}

/* Tiers do not matter, and a CPU node without memory claims as well. */
static void a_cpu_node_without_memory_claims_a_target(void **state)
{
	static const struct machine m = {
		.n = 3,
		.nodes = { { .id = 0, .cpus = 1, .state = MACHINE_MEMORYLESS },
			   { .id = 1, .cpus = 1, .tier = 9 },
			   { .id = 2 } },
	};
	struct tiermm_demotion_graph *g =
		graph_by(&m, TIERMM_STRATEGY_LINUX_5_15);

	(void)state;
	assert_int_equal(preferred_of(g, 0), BIT(2));
	assert_int_equal(preferred_of(g, 1), 0);
	tiermm_demotion_graph_unref(g);
}

static void without_cpus_nobody_demotes(void **state)
{
	static const struct machine m = { .n = 2,
					  .nodes = { { .id = 0 },
						     { .id = 1, .tier = 9 } } };
	struct tiermm_demotion_graph *g =
		graph_by(&m, TIERMM_STRATEGY_LINUX_5_18);

	(void)state;
	assert_int_equal(fallback_of(g, 0), 0);
	assert_int_equal(fallback_of(g, 1), 0);
	tiermm_demotion_graph_unref(g);
}

/* 5.18 takes what is no farther than the first, also what is nearer. */
static void a_nearer_one_behind_the_first_is_taken_too(void **state)
{
	/* from 2: 0 scores 20 + 1 for its id, 3 scores 20, 1 scores 19 + 1 */
	static const uint32_t load[] = { 0, 1, 0, 0 };
	static const struct machine m = {
		.n = 4,
		.nodes = { { .id = 0 },
			   { .id = 1 },
			   { .id = 2, .cpus = 1 },
			   { .id = 3 } },
		.distance = { 10, 20, 20, 20, 20, 10, 20, 20, 20, 19, 10, 20,
			      20, 20, 20, 10 },
	};
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_5_18,
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 4 };
	struct tiermm_demotion_graph *g = graph_of(&m, &o);

	(void)state;
	assert_int_equal(preferred_of(g, 2), BIT(0) | BIT(1) | BIT(3));
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_takes_fifteen_targets_at_most),
		cmocka_unit_test(one_target_is_all_that_5_15_takes),
		cmocka_unit_test(a_cpu_node_without_memory_claims_a_target),
		cmocka_unit_test(without_cpus_nobody_demotes),
		cmocka_unit_test(a_nearer_one_behind_the_first_is_taken_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
