/* SPDX-License-Identifier: MIT */
/*
 * Published and documented machines (I3; facts 0.2 and 0.3): V1 to V5, E1 to
 * E3, and the two whose nearest node Linux does not prefer.
 */
#include "graph_fixture.h"

/* What a strategy prefers on a machine, by node. */
struct vector {
	const char *name;
	const struct machine *machine;
	uint32_t strategies; /* bit by strategy */
	uint64_t preferred[5];
};

#define PASSES \
	(BIT(TIERMM_STRATEGY_LINUX_5_15) | BIT(TIERMM_STRATEGY_LINUX_5_18))
#define TIERS (BIT(TIERMM_STRATEGY_NEAREST) | BIT(TIERMM_STRATEGY_LINUX_6_12))

/* V1, kernel "example 1"; with its tiers it is E1 too. */
static const struct machine v1 = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .tier = 5 },
		   { .id = 3, .tier = 5 } },
	.distance = { 10, 20, 30, 40, 20, 10, 40, 30, 30, 40, 10, 40, 40, 30,
		      40, 10 },
};

static const struct machine v2 = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .tier = 5 } },
	.distance = { 10, 20, 30, 20, 10, 30, 30, 30, 10 },
};

static const struct machine v3 = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .tier = 5 },
		   { .id = 3, .tier = 5 },
		   { .id = 4, .tier = 6 } },
	.distance = { 10, 20, 40, 40, 80, 20, 10, 40, 40, 80, 40, 40, 10,
		      40, 80, 40, 40, 40, 10, 80, 80, 80, 80, 80, 10 },
};

static const struct machine v4 = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .cpus = 1 },
		   { .id = 3, .tier = 5 } },
	.distance = { 10, 20, 20, 40, 20, 10, 20, 40, 20, 20, 10, 40, 40, 40,
		      40, 10 },
};

static const struct machine v5 = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .tier = 5 },
		   { .id = 2, .tier = 5 },
		   { .id = 3, .tier = 5 } },
	.distance = { 10, 20, 20, 20, 20, 10, 30, 30, 20, 30, 10, 30, 20, 30,
		      30, 10 },
};

/* E2: memory alone on node 2, but it is DRAM: one tier. */
static const struct machine e2 = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .pages = 1 } },
	.distance = { 10, 20, 30, 20, 10, 30, 30, 30, 10 },
};

/* E3: DRAM with CPUs 0, HBM 1, persistent memory 2. */
static const struct machine e3 = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .tier = 2 },
		   { .id = 2, .tier = 22 } },
	.distance = { 10, 20, 40, 20, 10, 50, 40, 50, 10 },
};

/* Source 1; 0 has CPUs and is at 20, 2 is at 21 (facts 0.3, edge). */
static const struct machine not_nearest = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1, .tier = 5 },
		   { .id = 1 },
		   { .id = 2, .tier = 5 } },
	.distance = { 10, 20, 20, 20, 10, 21, 20, 21, 10 },
};

/* The same with a third one at 20. */
static const struct machine not_all_nearest = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 1, .tier = 5 },
		   { .id = 1 },
		   { .id = 2, .tier = 5 },
		   { .id = 3, .tier = 5 } },
	.distance = { 10, 20, 20, 20, 20, 10, 21, 20, 20, 21, 10, 20, 20, 20,
		      20, 10 },
};

static const struct vector vectors[] = {
	{ "V1, E1", &v1, PASSES | TIERS, { BIT(2), BIT(3) } },
	{ "V2", &v2, PASSES, { BIT(2) } },
	{ "V2", &v2, TIERS, { BIT(2), BIT(2) } },
	{ "V3",
	  &v3,
	  BIT(TIERMM_STRATEGY_LINUX_5_15),
	  { BIT(2), BIT(3), BIT(4) } },
	{ "V3",
	  &v3,
	  BIT(TIERMM_STRATEGY_LINUX_5_18),
	  { BIT(2) | BIT(3), BIT(4) } },
	{ "V3",
	  &v3,
	  TIERS,
	  { BIT(2) | BIT(3), BIT(2) | BIT(3), BIT(4), BIT(4) } },
	{ "V4", &v4, PASSES, { BIT(3) } },
	{ "V4", &v4, TIERS, { BIT(3), BIT(3), BIT(3) } },
	{ "V5",
	  &v5,
	  BIT(TIERMM_STRATEGY_LINUX_5_15),
	  { BIT(1), BIT(2), BIT(3) } },
	{ "V5",
	  &v5,
	  BIT(TIERMM_STRATEGY_LINUX_5_18),
	  { BIT(1) | BIT(2) | BIT(3) } },
	{ "E2", &e2, TIERS, { 0 } },
	{ "E3", &e3, TIERS, { BIT(2), BIT(0) } },
	{ "not nearest",
	  &not_nearest,
	  BIT(TIERMM_STRATEGY_LINUX_6_12),
	  { 0, BIT(2) } },
	{ "not nearest",
	  &not_nearest,
	  BIT(TIERMM_STRATEGY_NEAREST),
	  { 0, BIT(0) } },
	{ "not all nearest",
	  &not_all_nearest,
	  BIT(TIERMM_STRATEGY_LINUX_6_12),
	  { 0, BIT(3) } },
	{ "not all nearest",
	  &not_all_nearest,
	  BIT(TIERMM_STRATEGY_NEAREST),
	  { 0, BIT(0) | BIT(3) } },
};

static void check(const struct vector *v, uint32_t strategy)
{
	struct tiermm_demotion_graph *g = graph_by(v->machine, strategy);

	for (int32_t i = 0; i < (int32_t)v->machine->n; i++)
		if (preferred_of(g, i) != v->preferred[i])
			fail_msg("%s, %s, node %d: preferred %llx, not %llx",
				 v->name, tiermm_strategy_name(strategy), i,
				 (unsigned long long)preferred_of(g, i),
				 (unsigned long long)v->preferred[i]);
	tiermm_demotion_graph_unref(g);
}

static void every_vector_comes_out_as_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++)
		for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++)
			if (vectors[i].strategies >> s & 1)
				check(&vectors[i], s);
}

/* A published example lists targets as "3, 2": the load table's doing. */
static void history_turns_the_order_of_targets_around(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_5_15,
					     .load_mode = TIERMM_LOAD_REBUILT };
	struct tiermm_demotion_graph *g = graph_of(&v3, &o);

	(void)state;
	assert_int_equal(preferred_of(g, 0), BIT(3));
	assert_int_equal(preferred_of(g, 1), BIT(2));
	tiermm_demotion_graph_unref(g);
}

static void chains_are_fallback_to_their_end(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&v5, TIERMM_STRATEGY_LINUX_5_15);

	(void)state;
	assert_int_equal(fallback_of(g, 0), BIT(1) | BIT(2) | BIT(3));
	assert_int_equal(fallback_of(g, 1), BIT(2) | BIT(3));
	assert_int_equal(fallback_of(g, 2), BIT(3));
	assert_int_equal(fallback_of(g, 3), 0);
	tiermm_demotion_graph_unref(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_comes_out_as_published),
		cmocka_unit_test(history_turns_the_order_of_targets_around),
		cmocka_unit_test(chains_are_fallback_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
