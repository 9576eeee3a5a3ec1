/* SPDX-License-Identifier: MIT */
/* A graph that is damaged, one promise at a time, is found out (I1, I4). */
#include "graph_fixture.h"

#include "demotion/graph.h"
#include "near_fixture.h"

/* 0 and 1: tier 4; 2: tier 5; 3: tier 6; 4: no memory; 255 from 1 to 3. */
static const struct machine machine = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1 },
		   { .id = 2, .tier = 5 },
		   { .id = 3, .tier = 6 },
		   { .id = 4, .state = MACHINE_MEMORYLESS } },
	.distance = { 10, 20, 20, 30, 20, 20, 10, 20, 255, 20, 20, 20, 10,
		      20, 20, 20, 20, 20, 10, 20, 20, 20,  20, 20, 10 },
};

static const struct tiermm_demotion_edge edges[] = {
	{ .from = 0, .to = 1 },
	{ .from = 1, .to = 2 },
	{ .from = 2, .to = 3 },
};

static struct tiermm_demotion_graph *whole(uint32_t strategy)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = strategy,
					     .edges = edges,
					     .n_edges = 3 };

	return graph_of(&machine, &o);
}

/* Flip one word, see it found, and flip it back. */
static void damage(struct tiermm_demotion_graph *g, uint64_t *word,
		   uint64_t bits)
{
	*word ^= bits;
	assert_int_equal(tiermm_demotion_graph_is_valid(g), 0);
	*word ^= bits;
	assert_int_equal(tiermm_demotion_graph_is_valid(g), 1);
}

/* What goes by the sets follows them, so that it is not what is found. */
static void renew(struct tiermm_demotion_graph *g)
{
	for (uint32_t row = 0; row < g->view.n; row++)
		near_words(g, row, g->near + row * TIERMM__NEAR_WORDS);
}

static void damage_set(struct tiermm_demotion_graph *g, uint64_t *word,
		       uint64_t bits)
{
	*word ^= bits;
	renew(g);
	assert_int_equal(tiermm_demotion_graph_is_valid(g), 0);
	*word ^= bits;
	renew(g);
	assert_int_equal(tiermm_demotion_graph_is_valid(g), 1);
}

/* Put a target in, or take it out, in both sets. */
static void damage_both(struct tiermm_demotion_graph *g, uint32_t row,
			uint64_t bits)
{
	g->fallback[row] ^= bits;
	damage_set(g, &g->preferred[row], bits);
	g->fallback[row] ^= bits;
}

static void preferred_nodes_are_fallback_too(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		struct tiermm_demotion_graph *g = whole(s);

		damage_set(g, &g->preferred[3], BIT(2));
		tiermm_demotion_graph_unref(g);
	}
}

static void targets_have_memory_and_are_others(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		struct tiermm_demotion_graph *g = whole(s);

		damage_set(g, &g->fallback[0], BIT(4));
		damage_set(g, &g->fallback[0], BIT(0));
		damage_set(g, &g->fallback[0], BIT(60));
		tiermm_demotion_graph_unref(g);
	}
}

static void targets_of_tiers_are_lower(void **state)
{
	(void)state;
	for (uint32_t s = 0; s <= TIERMM_STRATEGY_LINUX_6_12; s++) {
		struct tiermm_demotion_graph *g = whole(s);

		damage_set(g, &g->fallback[0], BIT(1));
		damage_set(g, &g->fallback[3], BIT(0));
		damage_set(g, &g->fallback[4], BIT(3));
		tiermm_demotion_graph_unref(g);
	}
}

static void preferred_nodes_are_equally_far(void **state)
{
	(void)state;
	for (uint32_t s = 0; s <= TIERMM_STRATEGY_LINUX_6_12; s++) {
		struct tiermm_demotion_graph *g = whole(s);

		damage_set(g, &g->preferred[0], BIT(3));
		tiermm_demotion_graph_unref(g);
	}
}

static void nothing_is_out_of_reach(void **state)
{
	static const uint32_t strategies[] = { TIERMM_STRATEGY_NEAREST,
					       TIERMM_STRATEGY_MANUAL };

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct tiermm_demotion_graph *g = whole(strategies[i]);

		assert_int_equal(fallback_of(g, 1), BIT(2));
		damage_set(g, &g->fallback[1], BIT(3));
		tiermm_demotion_graph_unref(g);
	}
}

static void packed_distances_are_those_of_the_machine(void **state)
{
	struct tiermm_demotion_graph *g = whole(TIERMM_STRATEGY_NEAREST);

	(void)state;
	damage(g, &g->distance[4], (uint64_t)1 << 32);
	tiermm_demotion_graph_unref(g);
}

/* Each word of a list, and a set that it does not follow (D9). */
static void lists_are_the_head_of_the_order(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		struct tiermm_demotion_graph *g = whole(s);

		damage(g, &g->near[0], BIT(0));
		damage(g, &g->near[0], BIT(17));
		damage(g, &g->near[0], BIT(34));
		damage(g, &g->near[1], BIT(60));
		if (s <= TIERMM_STRATEGY_LINUX_6_12) {
			assert_int_equal(tiermm__near_id(g->near[1]), 3);
			damage(g, &g->near[1], 1);
			damage(g, &g->near[1], BIT(10) | 3);
		}
		tiermm_demotion_graph_unref(g);
	}
}

static void cycles_are_found_under_every_strategy(void **state)
{
	struct tiermm_demotion_graph *g = whole(TIERMM_STRATEGY_MANUAL);

	(void)state;
	damage_both(g, 2, BIT(0)); /* 0, 1, 2 and back */
	damage_both(g, 3, BIT(2));
	tiermm_demotion_graph_unref(g);
	g = whole(TIERMM_STRATEGY_LINUX_5_15);
	damage_both(g, 3, BIT(1));
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(preferred_nodes_are_fallback_too),
		cmocka_unit_test(targets_have_memory_and_are_others),
		cmocka_unit_test(targets_of_tiers_are_lower),
		cmocka_unit_test(preferred_nodes_are_equally_far),
		cmocka_unit_test(nothing_is_out_of_reach),
		cmocka_unit_test(packed_distances_are_those_of_the_machine),
		cmocka_unit_test(lists_are_the_head_of_the_order),
		cmocka_unit_test(cycles_are_found_under_every_strategy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
