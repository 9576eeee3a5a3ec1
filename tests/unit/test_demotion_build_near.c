/* SPDX-License-Identifier: MIT */
/*
 * The short lists, and that they change no answer (rules D9, D10): on machines
 * with ids below 64 and far above, with gaps and without, a choice that asks
 * the list first is the one of a full search.
 */
#include "demotion/choose.h"
#include "graph_fixture.h"
#include "near_fixture.h"

#define MACHINES 30
#define QUESTIONS 200

/* 0 prefers 1; 2 is as near as that, in a slower tier; 3 to 9 are farther. */
static const struct machine ladder = {
	.n = 10,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .tier = 5 },
		   { .id = 2, .tier = 6 },
		   { .id = 3, .tier = 6 },
		   { .id = 4, .tier = 6 },
		   { .id = 5, .tier = 6 },
		   { .id = 6, .tier = 6 },
		   { .id = 7, .tier = 6 },
		   { .id = 8, .tier = 6 },
		   { .id = 9, .tier = 6 } },
	.distance = { 10, 20, 20, 90, 80, 70, 60, 30, 50, 30, 20, 10, 20,
		      20, 20, 20, 20, 20, 20, 20, 20, 20, 10, 20, 20, 20,
		      20, 20, 20, 20, 20, 20, 20, 10, 20, 20, 20, 20, 20,
		      20, 20, 20, 20, 20, 10, 20, 20, 20, 20, 20, 20, 20,
		      20, 20, 20, 10, 20, 20, 20, 20, 20, 20, 20, 20, 20,
		      20, 10, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 10,
		      20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 10, 20, 20,
		      20, 20, 20, 20, 20, 20, 20, 20, 10 },
};

static void lists_go_by_distance_then_id(void **state)
{
	static const uint32_t expected[] = { 2, 7, 9, 8, 6, 5 };
	struct tiermm_demotion_graph *g =
		graph_by(&ladder, TIERMM_STRATEGY_NEAREST);
	uint64_t list = tiermm__view_near(&g->view, 0)[1];

	(void)state;
	assert_int_equal(preferred_of(g, 0), BIT(1));
	/* Preferred: words 0 to before 1; fallback: word 0. */
	assert_int_equal(tiermm__view_near(&g->view, 0)[0], 1 << 16 | 1);
	for (uint32_t i = 0; i < 6; i++, list = tiermm__near_rest(list)) {
		assert_true(tiermm__near_has(list));
		assert_int_equal(tiermm__near_id(list), expected[i]);
	}
	assert_false(tiermm__near_has(list));
	tiermm_demotion_graph_unref(g);
}

static void chains_have_no_lists(void **state)
{
	(void)state;
	for (uint32_t s = TIERMM_STRATEGY_LINUX_6_12 + 1; s < TIERMM_STRATEGIES;
	     s++) {
		struct tiermm_demotion_graph *g = graph_by(&ladder, s);

		for (uint32_t row = 0; row < ladder.n; row++)
			assert_int_equal(tiermm__view_near(&g->view, row)[1],
					 0);
		tiermm_demotion_graph_unref(g);
	}
}

static struct tiermm_demotion_graph *draw_graph(struct tiermm_random *random,
						uint32_t strategy)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = strategy };
	struct tiermm_topology *t = near_machine(random);
	struct tiermm_demotion_graph *g;

	assert_int_equal(tiermm_demotion_graph_create(&g, t, &o, NULL, NULL),
			 0);
	tiermm_topology_unref(t);
	return g;
}

static void lists_are_the_head_of_the_full_order(void **state)
{
	struct tiermm_random random;
	uint64_t words[TIERMM__NEAR_WORDS];

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 1), 0);
	for (uint32_t i = 0; i < MACHINES; i++) {
		struct tiermm_demotion_graph *g =
			draw_graph(&random, i % TIERMM_STRATEGIES);

		for (uint32_t row = 0; row < g->view.n; row++) {
			near_words(g, row, words);
			assert_memory_equal(tiermm__view_near(&g->view, row),
					    words, sizeof(words));
		}
		tiermm_demotion_graph_unref(g);
	}
}

/* One question both ways; @searched counts those past the list's end. */
static void ask(const struct tiermm_demotion_graph *g,
		struct tiermm_random *random, uint64_t *searched)
{
	static uint64_t bare[NEAR_LARGEST * TIERMM__NEAR_WORDS];
	uint32_t row = (uint32_t)tiermm_random_below(random, g->view.n);
	struct tiermm_nodeset allowed = near_set(random, 7);
	struct tiermm_nodeset blocked = near_set(random, 7);
	struct tiermm__filter filter = { allowed.word, blocked.word };
	struct tiermm__demotion_view full = g->view;
	const uint64_t *near = tiermm__view_near(&g->view, row);
	int32_t answer;

	if (tiermm_random_below(random, 2))
		blocked = (struct tiermm_nodeset){ { 0 } };
	bare[row * TIERMM__NEAR_WORDS] = near[0];
	bare[row * TIERMM__NEAR_WORDS + 1] = 0;
	full.near = bare;
	answer = tiermm__view_first(&full, row, &filter);
	assert_int_equal(tiermm__view_first(&g->view, row, &filter), answer);
	if (tiermm__first_in(&filter, tiermm__set(g, g->preferred, row),
			     tiermm__near_first(near[0]),
			     tiermm__near_end(near[0])) == TIERMM_NO_NODE &&
	    tiermm__first_near(&filter, near[1]) == TIERMM__MANY &&
	    answer != TIERMM_NO_NODE)
		(*searched)++;
}

static void the_list_answers_as_the_full_search_does(void **state)
{
	uint64_t searched[TIERMM_STRATEGIES] = { 0 };
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 2), 0);
	for (uint32_t i = 0; i < MACHINES; i++) {
		uint32_t strategy = i % TIERMM_STRATEGIES;
		struct tiermm_demotion_graph *g = draw_graph(&random, strategy);

		for (uint32_t k = 0; k < QUESTIONS; k++)
			ask(g, &random, &searched[strategy]);
		tiermm_demotion_graph_unref(g);
	}
	/* The lists did not answer everything by themselves. */
	assert_true(searched[TIERMM_STRATEGY_NEAREST] > 10);
	assert_true(searched[TIERMM_STRATEGY_LINUX_6_12] > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_go_by_distance_then_id),
		cmocka_unit_test(chains_have_no_lists),
		cmocka_unit_test(lists_are_the_head_of_the_full_order),
		cmocka_unit_test(the_list_answers_as_the_full_search_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
