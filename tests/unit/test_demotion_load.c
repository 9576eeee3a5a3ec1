/* SPDX-License-Identifier: MIT */
/* The load table (D1, facts 0.1), worked out by hand. */
#include "graph_fixture.h"

#include "demotion/graph.h"

static const struct machine three_equal = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1, .pages = 1 },
		   { .id = 1, .pages = 1 },
		   { .id = 2, .pages = 1, .tier = 9 } },
	.distance = { 10, 20, 20, 20, 10, 20, 20, 20, 10 },
};

static void check_load(const struct tiermm_demotion_options *o, uint64_t a,
		       uint64_t b, uint64_t c)
{
	struct tiermm_demotion_graph *g = graph_of(&three_equal, o);

	assert_int_equal(g->load[0], a);
	assert_int_equal(g->load[1], b);
	assert_int_equal(g->load[2], c);
	tiermm_demotion_graph_unref(g);
}

/*
 * List of 0: 0, 1 (20: one load), 2. List of 1: 1; then 2 scores 20, 0 scores
 * 21 for its lower id: 2 gets one, 0 is as far. List of 2: 2; 0 and 1 score
 * 21, with loads 0 and 1: 0 gets one.
 */
static void a_booted_machine_counts_without_cpus(void **state)
{
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_6_12
	};

	(void)state;
	check_load(&o, 1, 1, 1);
}

/* As above, but in the list of 2 node 0 scores 22: 1 gets the load. */
static void a_rebuilt_machine_counts_with_cpus(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_6_12,
					     .load_mode = TIERMM_LOAD_REBUILT };

	(void)state;
	check_load(&o, 0, 2, 1);
	o.cpu_penalty = TIERMM_CPU_PENALTY_NONE;
	check_load(&o, 1, 1, 1);
}

static void a_given_table_is_taken_as_it_is(void **state)
{
	static const uint32_t load[] = { 7, UINT32_MAX, 9, 11 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_6_12,
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 4 };

	(void)state;
	check_load(&o, 7, UINT32_MAX, 9);
	o.n_load = 2;
	check_load(&o, 7, UINT32_MAX, 0);
	o.strategy = TIERMM_STRATEGY_LINUX_5_15;
	check_load(&o, 7, UINT32_MAX, 0);
}

static void the_passes_reckon_a_booted_machine_without_history(void **state)
{
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_5_15
	};

	(void)state;
	check_load(&o, 0, 0, 0);
	o.load_mode = TIERMM_LOAD_REBUILT;
	check_load(&o, 0, 2, 1);
}

static void nearest_and_manual_know_no_load(void **state)
{
	static const uint32_t load[] = { 7, 8, 9 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 3 };

	(void)state;
	check_load(&o, 0, 0, 0);
	o.strategy = TIERMM_STRATEGY_MANUAL;
	check_load(&o, 0, 0, 0);
}

/* Nodes without memory are in no list, but theirs are built (facts 0.1). */
static void lists_of_nodes_without_memory_count(void **state)
{
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_6_12
	};
	struct machine m = three_equal;
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[0] = (struct machine_node){ .state = MACHINE_ABSENT };
	g = graph_of(&m, &o);
	/* 0: 1 gets one; 1: 2 gets one; 2: 1 gets one */
	assert_int_equal(g->load[0], 0);
	assert_int_equal(g->load[1], 2);
	assert_int_equal(g->load[2], 1);
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_booted_machine_counts_without_cpus),
		cmocka_unit_test(a_rebuilt_machine_counts_with_cpus),
		cmocka_unit_test(a_given_table_is_taken_as_it_is),
		cmocka_unit_test(
			the_passes_reckon_a_booted_machine_without_history),
		cmocka_unit_test(nearest_and_manual_know_no_load),
		cmocka_unit_test(lists_of_nodes_without_memory_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
