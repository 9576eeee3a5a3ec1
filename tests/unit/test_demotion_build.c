/* SPDX-License-Identifier: MIT */
/* What every strategy starts from: rows, distances, who may be chosen. */
#include "graph_fixture.h"

#include "demotion/graph.h"

/* 9 nodes, so that a row of distances takes two words; ids with gaps. */
static struct machine nine_nodes(void)
{
	struct machine m = { .n = 9 };

	for (uint32_t i = 0; i < 9; i++) {
		m.nodes[i] = (struct machine_node){ .id = (int32_t)(i * 100),
						    .tier = 4 + (int)(i / 3) };
		for (uint32_t j = 0; j < 9; j++)
			m.distance[i * 9 + j] = i == j ? 10 : 20 + i * 9 + j;
	}
	m.nodes[0].cpus = 1;
	return m;
}

static void distances_are_packed_eight_in_a_word(void **state)
{
	struct machine m = nine_nodes();
	struct tiermm_demotion_graph *g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	struct tiermm__demotion_view v = tiermm__demotion_graph_view(g);

	(void)state;
	assert_int_equal(v.n, 9);
	assert_int_equal(v.stride, 2);
	for (uint32_t i = 0; i < 9; i++) {
		for (uint32_t j = 0; j < 9; j++)
			assert_int_equal(tiermm__view_distance(&v, i, j),
					 m.distance[i * 9 + j]);
		assert_int_equal(v.distance[i * 2 + 1] >> 8, 0);
	}
	tiermm_demotion_graph_unref(g);
}

static void sets_reach_to_the_highest_id(void **state)
{
	struct machine m = nine_nodes();
	struct tiermm_demotion_graph *g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	struct tiermm__demotion_view v = tiermm__demotion_graph_view(g);
	struct tiermm_nodeset fallback;

	(void)state;
	assert_int_equal(v.words, 800 / 64 + 1);
	for (uint32_t i = 0; i < 9; i++)
		assert_int_equal(v.ids[i], i * 100);
	assert_int_equal(tiermm_demotion_graph_targets(g, 0, NULL, &fallback),
			 0);
	assert_int_equal(tiermm_nodeset_count(&fallback), 6);
	assert_int_equal(tiermm_nodeset_has(&fallback, 300), 1);
	assert_int_equal(tiermm_nodeset_has(&fallback, 800), 1);
	assert_int_equal(v.cpus[0], 1);
	tiermm_demotion_graph_unref(g);
}

static void ids_in_a_gap_are_no_nodes(void **state)
{
	struct machine m = nine_nodes();
	struct tiermm_demotion_graph *g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	static const int32_t strangers[] = { -1, 1, 99, 801, 1023, 1024 };

	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
		assert_int_equal(tiermm_demotion_graph_targets(g, strangers[i],
							       NULL, NULL),
				 -TIERMM_ENODEV);
		assert_int_equal(tiermm_demotion_graph_is_top(g, strangers[i]),
				 -TIERMM_ENODEV);
	}
	tiermm_demotion_graph_unref(g);
}

/* Memory that is about to go: nearest heeds it, Linux does not (D10). */
static void going_nodes_are_targets_under_linux_only(void **state)
{
	struct machine m = machine_two_tiers;

	(void)state;
	m.nodes[2].state = TIERMM_NODE_GOING;
	for (uint32_t s = 0; s < TIERMM_STRATEGY_MANUAL; s++) {
		struct tiermm_demotion_graph *g = graph_by(&m, s);
		uint64_t want = s == TIERMM_STRATEGY_NEAREST ? 0 : BIT(2);

		assert_int_equal(preferred_of(g, 0), want);
		assert_int_equal(fallback_of(g, 0), want);
		tiermm_demotion_graph_unref(g);
	}
}

static void going_nodes_may_be_sources(void **state)
{
	struct machine m = machine_two_tiers;
	struct tiermm_demotion_graph *g;

	(void)state;
	m.nodes[0].state = TIERMM_NODE_GOING;
	g = graph_by(&m, TIERMM_STRATEGY_NEAREST);
	assert_int_equal(preferred_of(g, 0), BIT(2));
	tiermm_demotion_graph_unref(g);
}

static void a_machine_without_memory_has_no_targets(void **state)
{
	struct machine m = machine_two_tiers;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		m.nodes[i].state = MACHINE_MEMORYLESS;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		struct tiermm_demotion_graph *g = graph_by(&m, s);

		for (int32_t i = 0; i < 3; i++)
			assert_int_equal(fallback_of(g, i), 0);
		tiermm_demotion_graph_unref(g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_packed_eight_in_a_word),
		cmocka_unit_test(sets_reach_to_the_highest_id),
		cmocka_unit_test(ids_in_a_gap_are_no_nodes),
		cmocka_unit_test(going_nodes_are_targets_under_linux_only),
		cmocka_unit_test(going_nodes_may_be_sources),
		cmocka_unit_test(a_machine_without_memory_has_no_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
