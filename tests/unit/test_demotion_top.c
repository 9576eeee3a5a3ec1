/* SPDX-License-Identifier: MIT */
/* The top tier, and why a node is in it (facts 0.3, step 3; D12). */
#include "graph_fixture.h"

#include "demotion/graph.h"

#include <tiermm/demotion_explain.h>

/* HBM, DRAM, CXL and a node without memory. */
static struct machine four_kinds(void)
{
	struct machine m = {
		.n = 4,
		.nodes = { { .id = 0, .tier = 2 },
			   { .id = 1, .cpus = 1 },
			   { .id = 2, .tier = 9 },
			   { .id = 3, .cpus = 1, .state = MACHINE_MEMORYLESS } }
	};

	return m;
}

static void check(const struct tiermm_demotion_graph *g, int a, int b, int c)
{
	assert_int_equal(tiermm_demotion_graph_is_top(g, 0), a);
	assert_int_equal(tiermm_demotion_graph_is_top(g, 1), b);
	assert_int_equal(tiermm_demotion_graph_is_top(g, 2), c);
}

static void the_slowest_tier_with_cpus_is_the_last_on_top(void **state)
{
	struct machine m = four_kinds();
	struct tiermm_demotion_graph *g = graph_by(&m, TIERMM_STRATEGY_NEAREST);

	(void)state;
	check(g, 1, 1, 0);
	tiermm_demotion_graph_unref(g);
	m.nodes[2].cpus = 1; /* a slow node with a CPU: no promotion at all */
	g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	check(g, 1, 1, 1);
	tiermm_demotion_graph_unref(g);
}

static void nodes_without_memory_are_top_and_set_nothing(void **state)
{
	struct machine m = four_kinds();
	struct tiermm_demotion_graph *g = graph_by(&m, TIERMM_STRATEGY_NEAREST);

	(void)state;
	assert_int_equal(tiermm_demotion_graph_is_top(g, 3), 1);
	assert_int_equal(g->cpu_row, 1);
	tiermm_demotion_graph_unref(g);
}

/* Tier 0 begins where the value begins that was never set. */
static void without_cpus_only_tier_0_is_top(void **state)
{
	struct machine m = four_kinds();
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[1].cpus = 0;
	g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	check(g, 0, 0, 0);
	tiermm_demotion_graph_unref(g);
}

static void without_cpus_the_value_before_is_kept(void **state)
{
	struct machine m = four_kinds();
	struct tiermm_demotion_graph *g;
	struct tiermm_topology *t;

	(void)state;
	m.nodes[1].cpus = 0;
	t = machine_topology(&m);
	assert_int_equal(tiermm__demotion_graph_create(&g, t, NULL, 512, NULL,
						       NULL),
			 0);
	check(g, 1, 1, 0);
	assert_int_equal(g->top_distance, 512);
	tiermm_demotion_graph_unref(g);
	assert_int_equal(tiermm__demotion_graph_create(&g, t, NULL, 511, NULL,
						       NULL),
			 0);
	check(g, 1, 0, 0);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
}

static void a_reason_names_the_slowest_tier_with_cpus(void **state)
{
	struct machine m = four_kinds();
	struct tiermm_demotion_graph *g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	struct tiermm_top_reason r = { .size = sizeof(r) };

	(void)state;
	assert_int_equal(tiermm_demotion_explain_top(g, 2, &r), 0);
	assert_int_equal(r.is_top, 0);
	assert_int_equal(r.tier_id, 9);
	assert_int_equal(r.slowest_cpu_tier, 4);
	assert_int_equal(r.cpu_node, 1);
	assert_int_equal(r.size, sizeof(r));
	assert_int_equal(tiermm_demotion_explain_top(g, 3, &r), 0);
	assert_int_equal(r.is_top, 1);
	assert_int_equal(r.tier_id, TIERMM_NO_TIER);
	tiermm_demotion_graph_unref(g);
}

static void a_reason_without_cpus_names_nobody(void **state)
{
	struct machine m = four_kinds();
	struct tiermm_top_reason r = { .size = sizeof(r) };
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[1].cpus = 0;
	g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	assert_int_equal(tiermm_demotion_explain_top(g, 0, &r), 0);
	assert_int_equal(r.is_top, 0);
	assert_int_equal(r.slowest_cpu_tier, TIERMM_NO_TIER);
	assert_int_equal(r.cpu_node, TIERMM_NO_NODE);
	tiermm_demotion_graph_unref(g);
}

static void bad_questions_change_nothing(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine_two_tiers, TIERMM_STRATEGY_NEAREST);
	struct tiermm_top_reason r = { .size = 4, .is_top = 77 };

	(void)state;
	assert_int_equal(tiermm_demotion_explain_top(g, 0, &r), -TIERMM_EINVAL);
	r.size = sizeof(r);
	assert_int_equal(tiermm_demotion_explain_top(g, 9, &r), -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_explain_top(NULL, 0, &r),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_explain_top(g, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(r.is_top, 77);
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_slowest_tier_with_cpus_is_the_last_on_top),
		cmocka_unit_test(nodes_without_memory_are_top_and_set_nothing),
		cmocka_unit_test(without_cpus_only_tier_0_is_top),
		cmocka_unit_test(without_cpus_the_value_before_is_kept),
		cmocka_unit_test(a_reason_names_the_slowest_tier_with_cpus),
		cmocka_unit_test(a_reason_without_cpus_names_nobody),
		cmocka_unit_test(bad_questions_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
