/* SPDX-License-Identifier: MIT */
/* Cycles among named targets are refused, and told node by node (D2, D5). */
#include "graph_fixture.h"

#define NODES 40

/* Name a ring of n nodes, node i going to i + step, modulo NODES. */
static int ring(int32_t n, int32_t step, struct tiermm_problem *p)
{
	struct tiermm_demotion_edge edges[NODES] = { { .from = 0 } };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = TIERMM_STRATEGY_MANUAL,
					     .edges = edges,
					     .n_edges = (uint64_t)n };
	struct tiermm_topology_builder *b;
	struct tiermm_demotion_graph *g;
	struct tiermm_topology *t;
	int err;

	assert_int_equal(tiermm_topology_builder_create(&b, NULL, NULL), 0);
	for (int32_t i = 0; i < NODES; i++)
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, i, TIERMM_NODE_ONLINE, 0),
				 0);
	for (int32_t i = 0, node = 5; i < n;
	     i++, node = (node + step) % NODES) {
		edges[i].from = node;
		edges[i].to = i == n - 1 ? 5 : (node + step) % NODES;
	}
	t = machine_snapshot(b);
	*p = (struct tiermm_problem){ .size = sizeof(*p) };
	err = tiermm_demotion_graph_create(&g, t, &o, p, NULL);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
	return err;
}

static void two_nodes_that_name_each_other_are_a_cycle(void **state)
{
	struct tiermm_problem p;
	char text[64];

	(void)state;
	assert_int_equal(ring(2, 7, &p), -TIERMM_ELOOP);
	assert_int_equal(p.what, TIERMM_PROBLEM_CYCLE);
	assert_int_equal(p.path_length, 2);
	assert_int_equal(p.path[0], 5);
	assert_int_equal(p.path[1], 12);
	assert_int_equal(p.path[2], TIERMM_NO_NODE);
	assert_int_equal(tiermm_problem_text(&p, text, sizeof(text), NULL), 0);
	assert_non_null(strstr(text, "5 -> 12 -> 5"));
}

/* 5, 38, 31, 24, ...: the lowest one comes first, the order stays. */
static void a_cycle_is_told_from_its_lowest_node_on(void **state)
{
	struct tiermm_problem p;

	(void)state;
	assert_int_equal(ring(6, 33, &p), -TIERMM_ELOOP);
	assert_int_equal(p.path_length, 6);
	for (int32_t i = 0; i < 6; i++)
		assert_int_equal(p.path[i], (5 + 33 * i) % NODES);
	assert_int_equal(ring(7, 33, &p), -TIERMM_ELOOP);
	assert_int_equal(p.path[0], 3);
	assert_int_equal(p.path[1], 5);
	assert_int_equal(p.path[6], 10);
	assert_int_equal(p.node, 3);
	assert_int_equal(p.other, 5);
}

static void a_long_cycle_is_told_with_its_whole_length(void **state)
{
	struct tiermm_problem p;

	(void)state;
	assert_int_equal(ring(NODES, 1, &p), -TIERMM_ELOOP);
	assert_int_equal(p.path_length, NODES);
	for (int32_t i = 0; i < TIERMM_PROBLEM_PATH; i++)
		assert_int_equal(p.path[i], i);
}

/* The nodes that lead to a cycle are not part of it. */
static void the_way_to_a_cycle_is_not_told(void **state)
{
	static const struct machine m = {
		.n = 4,
		.nodes = { { .id = 0 }, { .id = 1 }, { .id = 2 }, { .id = 3 } }
	};
	static const struct tiermm_demotion_edge edges[] = {
		{ .from = 0, .to = 1 },
		{ .from = 1, .to = 3 },
		{ .from = 3, .to = 2 },
		{ .from = 2, .to = 3 }
	};
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = TIERMM_STRATEGY_MANUAL,
					     .edges = edges,
					     .n_edges = 4 };
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_topology *t = machine_topology(&m);
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(&g, t, &o, &p, NULL),
			 -TIERMM_ELOOP);
	assert_int_equal(p.path_length, 2);
	assert_int_equal(p.path[0], 2);
	assert_int_equal(p.path[1], 3);
	tiermm_topology_unref(t);
}

/* Two ways to the same node are no cycle. */
static void a_diamond_is_accepted(void **state)
{
	static const struct tiermm_demotion_edge edges[] = {
		{ .from = 0, .to = 1 },
		{ .from = 0, .to = 2 },
		{ .from = 1, .to = 3 },
		{ .from = 2, .to = 3 }
	};
	static const struct machine m = {
		.n = 4,
		.nodes = { { .id = 0 }, { .id = 1 }, { .id = 2 }, { .id = 3 } }
	};
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = TIERMM_STRATEGY_MANUAL,
					     .edges = edges,
					     .n_edges = 4 };
	struct tiermm_demotion_graph *g = graph_of(&m, &o);

	(void)state;
	assert_int_equal(fallback_of(g, 0), BIT(1) | BIT(2) | BIT(3));
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_nodes_that_name_each_other_are_a_cycle),
		cmocka_unit_test(a_cycle_is_told_from_its_lowest_node_on),
		cmocka_unit_test(a_long_cycle_is_told_with_its_whole_length),
		cmocka_unit_test(the_way_to_a_cycle_is_not_told),
		cmocka_unit_test(a_diamond_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
