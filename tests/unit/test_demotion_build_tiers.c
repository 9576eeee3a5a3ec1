/* SPDX-License-Identifier: MIT */
/* Targets from tiers: nearest, and Linux 6.12 with its oddities (D2, D4). */
#include "graph_fixture.h"

/* Source 0 in tier 4; candidates 1, 2 and 3 at the distances given. */
static struct machine candidates(uint32_t d1, uint32_t d2, uint32_t d3)
{
	struct machine m = { .n = 4,
			     .nodes = { { .id = 0 },
					{ .id = 1, .tier = 5 },
					{ .id = 2, .tier = 5 },
					{ .id = 3, .tier = 5 } },
			     .distance = { 10, d1, d2, d3, 20, 10, 20, 20, 20,
					   20, 10, 20, 20, 20, 20, 10 } };

	return m;
}

static void check(const struct machine *m, uint32_t strategy,
		  uint64_t preferred, uint64_t fallback)
{
	struct tiermm_demotion_graph *g = graph_by(m, strategy);

	assert_int_equal(preferred_of(g, 0), preferred);
	assert_int_equal(fallback_of(g, 0), fallback);
	tiermm_demotion_graph_unref(g);
}

static void nearest_prefers_all_nodes_at_the_least_distance(void **state)
{
	struct machine m = candidates(21, 20, 20);
	uint64_t all = BIT(1) | BIT(2) | BIT(3);

	(void)state;
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(2) | BIT(3), all);
	m.nodes[2].cpus = 1; /* makes no difference */
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(2) | BIT(3), all);
}

static void nearest_never_goes_where_255_is(void **state)
{
	struct machine m = candidates(255, 30, 255);

	(void)state;
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(2), BIT(2));
	m = candidates(255, 255, 255);
	check(&m, TIERMM_STRATEGY_NEAREST, 0, 0);
	m = candidates(255, 254, 255);
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(2), BIT(2));
}

/* No node that could demote is left without a target (D2). */
static void nearest_steps_over_a_tier_out_of_reach(void **state)
{
	struct machine m = candidates(255, 40, 30);

	(void)state;
	m.nodes[2].tier = 6;
	m.nodes[3].tier = 7;
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(2), BIT(2) | BIT(3));
	m.nodes[2].state = TIERMM_NODE_GOING;
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(3), BIT(3));
}

static void nearest_goes_one_tier_at_a_time(void **state)
{
	struct machine m = candidates(40, 20, 20);

	(void)state;
	m.nodes[2].tier = 6;
	m.nodes[3].tier = 6;
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(1), BIT(1) | BIT(2) | BIT(3));
}

static void linux_takes_255_for_a_distance(void **state)
{
	struct machine m = candidates(255, 255, 255);

	(void)state;
	check(&m, TIERMM_STRATEGY_LINUX_6_12, BIT(1) | BIT(2) | BIT(3),
	      BIT(1) | BIT(2) | BIT(3));
}

/* "Seen" fact 3: CPUs cost a unit of distance, and then load decides. */
static void linux_prefers_a_farther_node_without_cpus(void **state)
{
	static const uint32_t load[] = { 0, 1, 0, 0 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_6_12,
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 4 };
	struct machine m = candidates(20, 21, 40);
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[1].cpus = 1;
	g = graph_of(&m, &o);
	assert_int_equal(preferred_of(g, 0), BIT(2));
	assert_int_equal(fallback_of(g, 0), BIT(1) | BIT(2) | BIT(3));
	tiermm_demotion_graph_unref(g);
}

/* "Seen" fact 3: a tie can be cut short by a farther node in between. */
static void linux_cuts_a_tie_where_a_farther_node_sorts_in(void **state)
{
	static const uint32_t load[] = { 0, 0, 5, 9 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_6_12,
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 4 };
	struct machine m = candidates(20, 21, 20);
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[3].cpus = 1; /* 1: 20; 2: 21, load 5; 3: 20 + 1, load 9 */
	g = graph_of(&m, &o);
	assert_int_equal(preferred_of(g, 0), BIT(1));
	tiermm_demotion_graph_unref(g);
}

static void linux_ties_go_to_all_at_the_same_distance(void **state)
{
	struct machine m = candidates(20, 20, 21);

	(void)state;
	check(&m, TIERMM_STRATEGY_LINUX_6_12, BIT(1) | BIT(2),
	      BIT(1) | BIT(2) | BIT(3));
}

static void a_greater_penalty_turns_the_choice_around(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_6_12,
					     .cpu_penalty = 255 };
	struct machine m = candidates(20, 200, 201);
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[1].cpus = 1;
	check(&m, TIERMM_STRATEGY_LINUX_6_12, BIT(1), BIT(1) | BIT(2) | BIT(3));
	g = graph_of(&m, &o);
	assert_int_equal(preferred_of(g, 0), BIT(2));
	tiermm_demotion_graph_unref(g);
}

static void nodes_without_memory_neither_give_nor_take(void **state)
{
	struct machine m = candidates(20, 20, 20);

	(void)state;
	m.nodes[1].state = MACHINE_MEMORYLESS;
	m.nodes[2].state = MACHINE_ABSENT;
	check(&m, TIERMM_STRATEGY_NEAREST, BIT(3), BIT(3));
	check(&m, TIERMM_STRATEGY_LINUX_6_12, BIT(3), BIT(3));
	m.nodes[0].state = MACHINE_MEMORYLESS;
	check(&m, TIERMM_STRATEGY_NEAREST, 0, 0);
	check(&m, TIERMM_STRATEGY_LINUX_6_12, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nearest_prefers_all_nodes_at_the_least_distance),
		cmocka_unit_test(nearest_never_goes_where_255_is),
		cmocka_unit_test(nearest_steps_over_a_tier_out_of_reach),
		cmocka_unit_test(nearest_goes_one_tier_at_a_time),
		cmocka_unit_test(linux_takes_255_for_a_distance),
		cmocka_unit_test(linux_prefers_a_farther_node_without_cpus),
		cmocka_unit_test(
			linux_cuts_a_tie_where_a_farther_node_sorts_in),
		cmocka_unit_test(linux_ties_go_to_all_at_the_same_distance),
		cmocka_unit_test(a_greater_penalty_turns_the_choice_around),
		cmocka_unit_test(nodes_without_memory_neither_give_nor_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
