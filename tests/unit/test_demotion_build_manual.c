/* SPDX-License-Identifier: MIT */
/* Targets that the caller names: what is refused, and what is made of them. */
#include "graph_fixture.h"

/* Six nodes in one tier, 20 apart. */
static const struct machine six = {
	.n = 6,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1 },
		   { .id = 2 },
		   { .id = 3 },
		   { .id = 4 },
		   { .id = 7 } },
};

#define NAMED(...)                                                             \
	(const struct tiermm_demotion_edge[]){ __VA_ARGS__ },                  \
		sizeof((const struct tiermm_demotion_edge[]){ __VA_ARGS__ }) / \
			sizeof(struct tiermm_demotion_edge)

static int name(struct tiermm_demotion_graph **g, const struct machine *m,
		struct tiermm_problem *p,
		const struct tiermm_demotion_edge *edges, uint64_t n)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = TIERMM_STRATEGY_MANUAL,
					     .edges = edges,
					     .n_edges = n };
	struct tiermm_topology *t = machine_topology(m);
	int err = tiermm_demotion_graph_create(g, t, &o, p, NULL);

	tiermm_topology_unref(t);
	if (!err)
		assert_int_equal(tiermm_demotion_graph_is_valid(*g), 1);
	else
		assert_null(*g);
	return err;
}

static void peers_may_balance_within_a_tier(void **state)
{
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(name(&g, &six, NULL,
			      NAMED({ .from = 0, .to = 1 },
				    { .from = 0, .to = 2 },
				    { .from = 1, .to = 3 })),
			 0);
	assert_int_equal(preferred_of(g, 0), BIT(1) | BIT(2));
	assert_int_equal(fallback_of(g, 0), BIT(1) | BIT(2) | BIT(3));
	assert_int_equal(preferred_of(g, 1), BIT(3));
	assert_int_equal(fallback_of(g, 3), 0);
	tiermm_demotion_graph_unref(g);
}

static void nobody_named_is_nobody_chosen(void **state)
{
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(name(&g, &six, NULL, NULL, 0), 0);
	for (int32_t i = 0; i < 5; i++)
		assert_int_equal(fallback_of(g, i), 0);
	tiermm_demotion_graph_unref(g);
}

static void unknown_nodes_are_refused_by_name(void **state)
{
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(name(&g, &six, &p, NAMED({ .from = 0, .to = 5 })),
			 -TIERMM_ENODEV);
	assert_int_equal(p.what, TIERMM_PROBLEM_NODE_UNKNOWN);
	assert_int_equal(p.node, 5);
	assert_int_equal(name(&g, &six, &p, NAMED({ .from = -1, .to = 0 })),
			 -TIERMM_ENODEV);
	assert_int_equal(p.node, -1);
}

static void edges_to_oneself_or_named_twice_are_refused(void **state)
{
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(name(&g, &six, &p, NAMED({ .from = 3, .to = 3 })),
			 -TIERMM_EINVAL);
	assert_int_equal(p.what, TIERMM_PROBLEM_EDGE_SELF);
	assert_int_equal(p.node, 3);
	assert_int_equal(name(&g, &six, &p,
			      NAMED({ .from = 3, .to = 7 },
				    { .from = 3, .to = 4 },
				    { .from = 3, .to = 7 })),
			 -TIERMM_EEXIST);
	assert_int_equal(p.what, TIERMM_PROBLEM_EDGE_TWICE);
	assert_int_equal(p.node, 3);
	assert_int_equal(p.other, 7);
}

static void reserved_space_must_be_zero(void **state)
{
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(name(&g, &six, NULL,
			      NAMED({ .from = 0, .to = 1, .reserved = 1 })),
			 -TIERMM_E2BIG);
}

/* D4: 255 is never a target, so naming it is a mistake. */
static void targets_out_of_reach_are_refused(void **state)
{
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_demotion_graph *g;
	struct machine m = six;

	(void)state;
	m.distance[0 * 6 + 1] = 255;
	assert_int_equal(name(&g, &m, &p, NAMED({ .from = 0, .to = 1 })),
			 -TIERMM_EINVAL);
	assert_int_equal(p.what, TIERMM_PROBLEM_REMOTE_DISTANCE);
	assert_int_equal(p.node, 0);
	assert_int_equal(p.other, 1);
	assert_int_equal(p.value, 255);
	assert_int_equal(p.high, 254);
}

/* So that a blocked node and a node that is gone give the same (D10). */
static void nodes_without_memory_are_stepped_over(void **state)
{
	struct tiermm_demotion_graph *g;
	struct machine m = six;

	(void)state;
	m.nodes[1].state = MACHINE_MEMORYLESS;
	m.nodes[2].state = TIERMM_NODE_GOING;
	assert_int_equal(name(&g, &m, NULL,
			      NAMED({ .from = 0, .to = 1 },
				    { .from = 1, .to = 2 },
				    { .from = 2, .to = 3 },
				    { .from = 3, .to = 4 })),
			 0);
	assert_int_equal(preferred_of(g, 0), BIT(3));
	assert_int_equal(fallback_of(g, 0), BIT(3) | BIT(4));
	assert_int_equal(fallback_of(g, 1), 0);
	assert_int_equal(preferred_of(g, 2), BIT(3));
	tiermm_demotion_graph_unref(g);
}

/* Reach is the source's: what its chain leads to may be 255 from it. */
static void chains_do_not_lead_out_of_reach(void **state)
{
	struct tiermm_demotion_graph *g;
	struct machine m = six;

	(void)state;
	m.nodes[1].state = MACHINE_ABSENT;
	m.distance[0 * 6 + 2] = 255;
	m.distance[0 * 6 + 4] = 255;
	assert_int_equal(name(&g, &m, NULL,
			      NAMED({ .from = 0, .to = 1 },
				    { .from = 1, .to = 2 },
				    { .from = 2, .to = 3 },
				    { .from = 3, .to = 4 })),
			 0);
	assert_int_equal(preferred_of(g, 0), BIT(3));
	assert_int_equal(fallback_of(g, 0), BIT(3));
	assert_int_equal(fallback_of(g, 2), BIT(3) | BIT(4));
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_may_balance_within_a_tier),
		cmocka_unit_test(nobody_named_is_nobody_chosen),
		cmocka_unit_test(unknown_nodes_are_refused_by_name),
		cmocka_unit_test(edges_to_oneself_or_named_twice_are_refused),
		cmocka_unit_test(reserved_space_must_be_zero),
		cmocka_unit_test(targets_out_of_reach_are_refused),
		cmocka_unit_test(nodes_without_memory_are_stepped_over),
		cmocka_unit_test(chains_do_not_lead_out_of_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
