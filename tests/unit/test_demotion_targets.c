/* SPDX-License-Identifier: MIT */
/* Asking a graph that one holds: sets and choices, and bad questions. */
#include "graph_fixture.h"

#include "demotion/graph.h"

static int ask(struct tiermm_demotion_query q, int32_t *out)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine_two_tiers, TIERMM_STRATEGY_NEAREST);
	int err;

	q.size = sizeof(q);
	err = tiermm_demotion_graph_choose(g, 0, &q, out);
	tiermm_demotion_graph_unref(g);
	return err;
}

static void sets_can_be_asked_for_one_by_one(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine_two_tiers, TIERMM_STRATEGY_NEAREST);

	(void)state;
	assert_int_equal(tiermm_demotion_graph_targets(g, 0, NULL, NULL), 0);
	assert_int_equal(preferred_of(g, 0), BIT(2));
	assert_int_equal(fallback_of(g, 0), BIT(2));
	tiermm_demotion_graph_unref(g);
}

static void an_unknown_node_leaves_the_answer_alone(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine_two_tiers, TIERMM_STRATEGY_NEAREST);
	struct tiermm_nodeset set = { { 99 } };
	int32_t node = 99;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_targets(g, 3, &set, &set),
			 -TIERMM_ENODEV);
	assert_int_equal(set.word[0], 99);
	assert_int_equal(tiermm_demotion_graph_choose(g, 3, NULL, &node),
			 -TIERMM_ENODEV);
	assert_int_equal(node, 99);
	tiermm_demotion_graph_unref(g);
}

static void without_a_query_the_first_target_is_told(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine_two_tiers, TIERMM_STRATEGY_NEAREST);
	int32_t node;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_choose(g, 0, NULL, &node), 0);
	assert_int_equal(node, 2);
	assert_int_equal(tiermm_demotion_graph_choose(g, 2, NULL, &node), 0);
	assert_int_equal(node, TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_graph_choose(NULL, 0, NULL, &node),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_choose(g, 0, NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_demotion_graph_unref(g);
}

static void choices_need_the_state_they_work_on(void **state)
{
	struct tiermm_demotion_query q = { .choice = TIERMM_CHOICE_RANDOM };
	struct tiermm_random random;
	uint64_t cursor = 0, weights[3] = { 0, 0, 5 };
	int32_t node = 99;

	(void)state;
	tiermm_random_seed(&random, 1);
	assert_int_equal(ask(q, &node), -TIERMM_EINVAL);
	q.choice = TIERMM_CHOICE_ROUND_ROBIN;
	assert_int_equal(ask(q, &node), -TIERMM_EINVAL);
	q.choice = TIERMM_CHOICE_WEIGHTED;
	assert_int_equal(ask(q, &node), -TIERMM_EINVAL);
	q.random = &random;
	q.n_weights = 3;
	assert_int_equal(ask(q, &node), -TIERMM_EINVAL);
	q.choice = TIERMM_CHOICE_WEIGHTED + 1;
	assert_int_equal(ask(q, &node), -TIERMM_EINVAL);
	assert_int_equal(node, 99);
	q.weights = weights;
	q.cursor = &cursor;
	for (q.choice = 0; q.choice <= TIERMM_CHOICE_WEIGHTED; q.choice++) {
		assert_int_equal(ask(q, &node), 0);
		assert_int_equal(node, 2);
	}
}

static void weights_may_be_missing_where_there_are_none(void **state)
{
	struct tiermm_random random;
	struct tiermm_demotion_query q = { .choice = TIERMM_CHOICE_WEIGHTED,
					   .random = &random };
	int32_t node;

	(void)state;
	tiermm_random_seed(&random, 1);
	assert_int_equal(ask(q, &node), 0);
	assert_int_equal(node, 2);
}

static void unknown_parts_of_a_query_are_refused(void **state)
{
	struct tiermm_demotion_query q = { .flags = 1 };
	int32_t node;

	(void)state;
	assert_int_equal(ask(q, &node), -TIERMM_E2BIG);
}

static void only_allowed_nodes_are_told(void **state)
{
	struct tiermm_nodeset allowed = { { BIT(1) } };
	struct tiermm_demotion_query q = { .allowed = &allowed };
	int32_t node;

	(void)state;
	assert_int_equal(ask(q, &node), 0);
	assert_int_equal(node, TIERMM_NO_NODE);
	allowed.word[0] |= BIT(2);
	assert_int_equal(ask(q, &node), 0);
	assert_int_equal(node, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_can_be_asked_for_one_by_one),
		cmocka_unit_test(an_unknown_node_leaves_the_answer_alone),
		cmocka_unit_test(without_a_query_the_first_target_is_told),
		cmocka_unit_test(choices_need_the_state_they_work_on),
		cmocka_unit_test(weights_may_be_missing_where_there_are_none),
		cmocka_unit_test(unknown_parts_of_a_query_are_refused),
		cmocka_unit_test(only_allowed_nodes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
