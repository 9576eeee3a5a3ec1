/* SPDX-License-Identifier: MIT */
/* Each reason as a line, from machines where it comes up (D12). */
#include "graph_fixture.h"

#include <tiermm/demotion_explain.h>

static void text_is(const struct tiermm_candidate *c, const char *expected)
{
	char line[256];
	uint64_t n;

	assert_int_equal(tiermm_candidate_text(c, line, sizeof(line), &n), 0);
	assert_string_equal(line, expected);
	assert_int_equal(n, strlen(expected));
}

static void line_is(const struct machine *m,
		    const struct tiermm_demotion_options *o, int32_t from,
		    int32_t to, const char *expected)
{
	struct tiermm_demotion_graph *g = graph_of(m, o);
	struct tiermm_candidate c;

	assert_int_equal(tiermm_demotion_explain_edge(g, from, to, &c), 0);
	text_is(&c, expected);
	tiermm_demotion_graph_unref(g);
}

/* The machine that demotion_explain.h draws its lines from, and more. */
static const struct machine nearest = {
	.n = 7,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .tier = 37 },
		   { .id = 3, .tier = 37 },
		   { .id = 4, .tier = 40 },
		   { .id = 5, .tier = 40, .state = TIERMM_NODE_GOING },
		   { .id = 6, .state = MACHINE_MEMORYLESS } },
	.distance = { 10, 20, 25, 35, 20, 20, 20, 20, 10, 25, 35, 255, 20,
		      20, 20, 20, 10, 20, 20, 20, 20, 20, 20, 20, 10,  20,
		      20, 20, 20, 20, 20, 20, 10, 20, 20, 20, 20, 20,  20,
		      20, 10, 20, 20, 20, 20, 20, 20, 20, 10 },
};

static void nearest_says_tiers_and_distances(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o) };

	(void)state;
	line_is(&nearest, &o, 0, 2,
		"node 0 -> node 2: preferred: nearest of tier 37: distance 25");
	line_is(&nearest, &o, 0, 3,
		"node 0 -> node 3: fallback: tier 37, farther: distance 35, "
		"node 2 at 25");
	line_is(&nearest, &o, 0, 1,
		"node 0 -> node 1: no target: not lower: tier 4, "
		"node 0 is in tier 4");
	line_is(&nearest, &o, 0, 4,
		"node 0 -> node 4: fallback: tier 40, below the tier that "
		"comes next: distance 20, node 2 at 25");
	line_is(&nearest, &o, 1, 4,
		"node 1 -> node 4: no target: out of reach: distance 255");
	line_is(&nearest, &o, 0, 5,
		"node 0 -> node 5: no target: its memory is about to go");
	line_is(&nearest, &o, 0, 6,
		"node 0 -> node 6: no target: has no memory");
	line_is(&nearest, &o, 6, 0,
		"node 6 -> node 0: no target: node 6 has no memory");
	line_is(&nearest, &o, 0, 0,
		"node 0 -> node 0: no target: the node itself");
}

/* From 1: 0 has CPUs and a lower id; 2, 3 and 4 lie around it. */
static const struct machine scored = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 1, .tier = 5 },
		   { .id = 1 },
		   { .id = 2, .tier = 5 },
		   { .id = 3, .tier = 5 },
		   { .id = 4, .tier = 5, .cpus = 1 } },
	.distance = { 10, 20, 20, 20, 20, 20, 10, 21, 21, 21, 20, 20, 10,
		      20, 20, 20, 20, 20, 10, 20, 20, 20, 20, 20, 10 },
};

static void linux_says_scores_and_penalties(void **state)
{
	static const uint32_t load[] = { 0, 0, 3, 7, 0 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy =
						     TIERMM_STRATEGY_LINUX_6_12,
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 5 };

	(void)state;
	line_is(&scored, &o, 1, 2,
		"node 1 -> node 2: preferred: best score, 21507: tier 5, "
		"distance 21, load 3");
	line_is(&scored, &o, 1, 3,
		"node 1 -> node 3: preferred: no farther than the best, "
		"node 2: tier 5, distance 21");
	line_is(&scored, &o, 1, 0,
		"node 1 -> node 0: fallback: tier 5, no farther, but sorted "
		"behind: score 22528, distance 20, lower id +1, CPUs +1, "
		"load 0, node 2 at 21");
	line_is(&scored, &o, 1, 4,
		"node 1 -> node 4: fallback: tier 5, the search ended before "
		"it came: distance 21, CPUs +1, node 0 at 20 sorted ahead");
}

static const struct machine passes = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2 },
		   { .id = 3 },
		   { .id = 4, .state = MACHINE_MEMORYLESS } },
	.distance = { 10, 20, 20, 40, 20, 20, 10, 20, 40, 20, 20, 20, 10,
		      20, 20, 40, 40, 20, 10, 20, 20, 20, 20, 20, 10 },
};

static void passes_say_who_was_there_before(void **state)
{
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_5_15
	};

	(void)state;
	line_is(&passes, &o, 0, 2,
		"node 0 -> node 2: preferred: best score, 20480: tier 4, "
		"distance 20, load 0");
	line_is(&passes, &o, 0, 3,
		"node 0 -> node 3: no target: tier 4, farther: distance 40, "
		"node 2 at 20");
	line_is(&passes, &o, 1, 2,
		"node 1 -> node 2: no target: node 0 took it earlier in the "
		"same pass");
	line_is(&passes, &o, 1, 0,
		"node 1 -> node 0: no target: has CPUs: passes start from it "
		"and never end there");
	line_is(&passes, &o, 3, 2,
		"node 3 -> node 2: no target: an earlier pass was there");
	line_is(&passes, &o, 4, 2,
		"node 4 -> node 2: no target: no pass came to node 4");
}

static void a_full_node_says_so(void **state)
{
	struct tiermm_candidate c = { .from = 0,
				      .to = 16,
				      .reason = TIERMM_REASON_LIMIT,
				      .distance = 20,
				      .rival = 1,
				      .rival_distance = 20 };

	(void)state;
	text_is(&c, "node 0 -> node 16: no target: 15 targets were there "
		    "already: distance 20, node 1 at 20");
}

static void manual_says_what_was_named(void **state)
{
	static const struct tiermm_demotion_edge edges[] = {
		{ .from = 0, .to = 2 },
		{ .from = 2, .to = 3 }
	};
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = TIERMM_STRATEGY_MANUAL,
					     .edges = edges,
					     .n_edges = 2 };

	(void)state;
	line_is(&passes, &o, 0, 2,
		"node 0 -> node 2: preferred: named by the caller: "
		"distance 20");
	line_is(&passes, &o, 0, 3,
		"node 0 -> node 3: fallback: farther along the chain: "
		"distance 40");
	line_is(&passes, &o, 0, 1,
		"node 0 -> node 1: no target: the caller did not name it");
	line_is(&nearest, &o, 1, 4,
		"node 1 -> node 4: no target: out of reach: distance 255");
}

/* Where a distance is not the firmware's, the line says so (D1). */
static void a_distance_that_was_made_up_says_so(void **state)
{
	struct tiermm_candidate c = { .to = 1,
				      .reason = TIERMM_REASON_NAMED,
				      .fate = TIERMM_FATE_PREFERRED,
				      .distance = 20,
				      .distance_source =
					      TIERMM_SOURCE_ASSUMED };

	(void)state;
	text_is(&c, "node 0 -> node 1: preferred: named by the caller: "
		    "distance 20 (assumed)");
	c.distance_source = TIERMM_SOURCE_REPLACED;
	text_is(&c, "node 0 -> node 1: preferred: named by the caller: "
		    "distance 20 (replaced)");
}

static void unknown_reasons_are_lines_too(void **state)
{
	static const char text[] = "node 0 -> node 0: no target: for a reason "
				   "that this library does not know";
	struct tiermm_candidate c = { .reason = 1000, .fate = 9 };

	(void)state;
	text_is(&c, text);
	c.reason = 0;
	text_is(&c, text);
}

static void a_line_is_cut_where_the_room_ends(void **state)
{
	struct tiermm_candidate c = { .to = 1,
				      .reason = TIERMM_REASON_NO_MEMORY };
	char line[12];
	uint64_t n, whole = strlen("node 0 -> node 1: no target: has no "
				   "memory");

	(void)state;
	assert_int_equal(tiermm_candidate_text(&c, line, sizeof(line), &n), 0);
	assert_string_equal(line, "node 0 -> n");
	assert_int_equal(n, whole);
	assert_int_equal(tiermm_candidate_text(&c, NULL, 0, &n), 0);
	assert_int_equal(n, whole);
	assert_int_equal(tiermm_candidate_text(&c, line, sizeof(line), NULL),
			 0);
	assert_int_equal(tiermm_candidate_text(&c, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_candidate_text(NULL, line, 1, &n),
			 -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_says_tiers_and_distances),
		cmocka_unit_test(linux_says_scores_and_penalties),
		cmocka_unit_test(passes_say_who_was_there_before),
		cmocka_unit_test(a_full_node_says_so),
		cmocka_unit_test(manual_says_what_was_named),
		cmocka_unit_test(a_distance_that_was_made_up_says_so),
		cmocka_unit_test(unknown_reasons_are_lines_too),
		cmocka_unit_test(a_line_is_cut_where_the_room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
