/* SPDX-License-Identifier: MIT */
/* Explaining: arguments, numbers, and reasons that no strategy changes. */
#include "graph_fixture.h"

#include <tiermm/demotion_explain.h>

static const struct machine machine = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .tier = 37 },
		   { .id = 3, .tier = 37, .cpus = 1 },
		   { .id = 4, .state = MACHINE_MEMORYLESS },
		   { .id = 5, .tier = 37, .state = TIERMM_NODE_GOING } },
	.distance = { 10, 25, 35, 20, 20, 25, 10, 20, 20, 20, 35, 20, 10,
		      20, 20, 20, 20, 20, 10, 20, 20, 20, 20, 20, 10 },
};

static struct tiermm_candidate edge(uint32_t strategy, int32_t from, int32_t to)
{
	struct tiermm_demotion_graph *g = graph_by(&machine, strategy);
	struct tiermm_candidate c;

	assert_int_equal(tiermm_demotion_explain_edge(g, from, to, &c), 0);
	tiermm_demotion_graph_unref(g);
	return c;
}

static void every_node_is_told_in_order(void **state)
{
	static const int32_t ids[] = { 0, 1, 3, 4, 5 };
	struct tiermm_demotion_graph *g =
		graph_by(&machine, TIERMM_STRATEGY_NEAREST);
	struct tiermm_candidate c[6], one;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_demotion_explain(g, 0, c, 6, &n), 0);
	assert_int_equal(n, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(c[i].to, ids[i]);
		assert_int_equal(tiermm_demotion_explain_edge(g, 0, ids[i],
							      &one),
				 0);
		assert_memory_equal(&one, &c[i], sizeof(one));
	}
	tiermm_demotion_graph_unref(g);
}

static void a_short_array_is_filled_and_the_count_told(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine, TIERMM_STRATEGY_NEAREST);
	struct tiermm_candidate c[2];
	uint64_t n = 0;

	(void)state;
	memset(c, 0x5a, sizeof(c));
	assert_int_equal(tiermm_demotion_explain(g, 0, c, 1, &n), 0);
	assert_int_equal(n, 5);
	assert_int_equal(c[0].reason, TIERMM_REASON_SELF);
	assert_int_equal(c[1].reason, 0x5a5a5a5a);
	assert_int_equal(tiermm_demotion_explain(g, 0, NULL, 0, &n), 0);
	assert_int_equal(n, 5);
	tiermm_demotion_graph_unref(g);
}

static void bad_questions_are_refused(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine, TIERMM_STRATEGY_NEAREST);
	struct tiermm_candidate c = { .reason = 77 };
	uint64_t n = 77;

	(void)state;
	assert_int_equal(tiermm_demotion_explain(NULL, 0, &c, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_explain(g, 0, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_explain(g, 0, &c, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_explain(g, 2, &c, 1, &n),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_explain_edge(NULL, 0, 1, &c),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_explain_edge(g, 0, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_explain_edge(g, 0, 2, &c),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_explain_edge(g, 2, 0, &c),
			 -TIERMM_ENODEV);
	assert_int_equal(c.reason + n, 77 + 77);
	tiermm_demotion_graph_unref(g);
}

static void numbers_are_those_that_were_compared(void **state)
{
	struct tiermm_candidate c = edge(TIERMM_STRATEGY_LINUX_6_12, 0, 3);

	(void)state;
	assert_int_equal(c.from, 0);
	assert_int_equal(c.from_tier, 4);
	assert_int_equal(c.to_tier, 37);
	assert_int_equal(c.distance, 35);
	assert_int_equal(c.distance_source, TIERMM_SOURCE_SLIT);
	assert_int_equal(c.id_penalty, 0);
	assert_int_equal(c.cpu_penalty, 1);
	assert_int_equal(c.score, 36 * 1024 + c.load);
	c = edge(TIERMM_STRATEGY_LINUX_6_12, 3, 1);
	assert_int_equal(c.id_penalty, 1);
	assert_int_equal(c.cpu_penalty, 0);
	assert_int_equal(c.score, 21 * 1024 + c.load);
}

static void nearest_and_manual_compare_distance_alone(void **state)
{
	struct tiermm_candidate c = edge(TIERMM_STRATEGY_NEAREST, 3, 0);

	(void)state;
	assert_int_equal(c.id_penalty + c.cpu_penalty + c.load, 0);
	assert_int_equal(c.score, 35 * 1024);
	c = edge(TIERMM_STRATEGY_MANUAL, 3, 0);
	assert_int_equal(c.score, 35 * 1024);
}

static void nodes_that_cannot_be_targets_say_why(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		assert_int_equal(edge(s, 0, 0).reason, TIERMM_REASON_SELF);
		assert_int_equal(edge(s, 0, 4).reason, TIERMM_REASON_NO_MEMORY);
		assert_int_equal(edge(s, 0, 4).to_tier, TIERMM_NO_TIER);
	}
	assert_int_equal(edge(TIERMM_STRATEGY_NEAREST, 0, 5).reason,
			 TIERMM_REASON_GOING);
	assert_int_equal(edge(TIERMM_STRATEGY_MANUAL, 0, 5).reason,
			 TIERMM_REASON_GOING);
	assert_int_equal(edge(TIERMM_STRATEGY_LINUX_6_12, 0, 5).fate,
			 TIERMM_FATE_PREFERRED);
}

static void a_source_without_memory_has_none_to_give(void **state)
{
	struct tiermm_candidate c = edge(TIERMM_STRATEGY_NEAREST, 4, 1);

	(void)state;
	assert_int_equal(c.reason, TIERMM_REASON_SOURCE_NO_MEMORY);
	assert_int_equal(c.from_tier, TIERMM_NO_TIER);
	assert_int_equal(edge(TIERMM_STRATEGY_LINUX_6_12, 4, 1).reason,
			 TIERMM_REASON_SOURCE_NO_MEMORY);
	assert_int_equal(edge(TIERMM_STRATEGY_MANUAL, 4, 1).reason,
			 TIERMM_REASON_SOURCE_NO_MEMORY);
	/* Passes do not look at that: it has no CPU, so they never come. */
	assert_int_equal(edge(TIERMM_STRATEGY_LINUX_5_15, 4, 1).reason,
			 TIERMM_REASON_NOT_REACHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_node_is_told_in_order),
		cmocka_unit_test(a_short_array_is_filled_and_the_count_told),
		cmocka_unit_test(bad_questions_are_refused),
		cmocka_unit_test(numbers_are_those_that_were_compared),
		cmocka_unit_test(nearest_and_manual_compare_distance_alone),
		cmocka_unit_test(nodes_that_cannot_be_targets_say_why),
		cmocka_unit_test(a_source_without_memory_has_none_to_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
