/* SPDX-License-Identifier: MIT */
/* How a graph is to be built: what is accepted, and what refusals say. */
#include "graph_fixture.h"

#include "demotion/graph.h"

static int try(struct tiermm_demotion_options *o,
	       struct tiermm_problem *problem)
{
	struct tiermm__graph_options checked;

	*problem = (struct tiermm_problem){ .size = sizeof(*problem) };
	o->size = sizeof(*o);
	return tiermm__graph_options(&checked, o, problem);
}

static void refused(struct tiermm_demotion_options o, uint64_t value,
		    uint64_t high)
{
	struct tiermm_problem p;

	assert_int_equal(try(&o, &p), -TIERMM_EINVAL);
	assert_int_equal(p.error, -TIERMM_EINVAL);
	assert_int_equal(p.what, TIERMM_PROBLEM_OPTION);
	assert_int_equal(p.value, value);
	assert_int_equal(p.low, 0);
	assert_int_equal(p.high, high);
}

static void no_options_are_the_defaults(void **state)
{
	struct tiermm__graph_options o;

	(void)state;
	assert_int_equal(tiermm__graph_options(&o, NULL, NULL), 0);
	assert_int_equal(o.strategy, TIERMM_STRATEGY_NEAREST);
	assert_int_equal(o.cpu_penalty, 1);
	assert_int_equal(o.load_mode, TIERMM_LOAD_BOOTED);
	assert_int_equal(o.n_load + o.n_edges, 0);
}

static void the_penalty_can_be_none(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o) };
	struct tiermm__graph_options checked;

	(void)state;
	o.cpu_penalty = TIERMM_CPU_PENALTY_NONE;
	assert_int_equal(tiermm__graph_options(&checked, &o, NULL), 0);
	assert_int_equal(checked.cpu_penalty, 0);
	o.cpu_penalty = 65535;
	assert_int_equal(tiermm__graph_options(&checked, &o, NULL), 0);
	assert_int_equal(checked.cpu_penalty, 65535);
}

static void numbers_out_of_range_are_refused_and_named(void **state)
{
	(void)state;
	refused((struct tiermm_demotion_options){ .strategy = 5 }, 5, 4);
	refused((struct tiermm_demotion_options){ .load_mode = 3 }, 3, 2);
	refused((struct tiermm_demotion_options){ .max_nodes = 1025 }, 1025,
		1024);
	refused((struct tiermm_demotion_options){ .cpu_penalty = 65536 }, 65536,
		65535);
}

static void counts_without_arrays_are_refused(void **state)
{
	struct tiermm_demotion_options load = { .n_load = 1 };
	struct tiermm_demotion_options edges = { .n_edges = 1 };
	struct tiermm_problem p;

	(void)state;
	assert_int_equal(try(&load, &p), -TIERMM_EINVAL);
	assert_int_equal(try(&edges, &p), -TIERMM_EINVAL);
}

static void unknown_options_are_refused(void **state)
{
	struct {
		struct tiermm_demotion_options known;
		uint64_t later;
	} o = { .known = { .size = sizeof(o) } };
	struct tiermm__graph_options checked;

	(void)state;
	assert_int_equal(tiermm__graph_options(&checked, &o.known, NULL), 0);
	o.later = 1;
	assert_int_equal(tiermm__graph_options(&checked, &o.known, NULL),
			 -TIERMM_E2BIG);
	o.later = 0;
	o.known.flags = 1;
	assert_int_equal(tiermm__graph_options(&checked, &o.known, NULL),
			 -TIERMM_E2BIG);
	o.known.flags = 0;
	o.known.size = 8;
	assert_int_equal(tiermm__graph_options(&checked, &o.known, NULL),
			 -TIERMM_EINVAL);
}

static void bad_options_leave_no_graph(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o), .strategy = 9 };
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	struct tiermm_demotion_graph *g = (void *)t;
	char memory[64] __attribute__((aligned(TIERMM_ALIGN)));

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(&g, t, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_null(g);
	/* Too little memory is told before what is wrong with the options. */
	assert_int_equal(tiermm_demotion_graph_init(&g, memory, sizeof(memory),
						    t, &o, NULL),
			 -TIERMM_ENOMEM);
	tiermm_topology_unref(t);
}

static void strategies_have_the_names_that_tools_use(void **state)
{
	(void)state;
	assert_string_equal(tiermm_strategy_name(TIERMM_STRATEGY_NEAREST),
			    "nearest");
	assert_string_equal(tiermm_strategy_name(TIERMM_STRATEGY_LINUX_6_12),
			    "linux-6.12");
	assert_string_equal(tiermm_strategy_name(TIERMM_STRATEGY_LINUX_5_18),
			    "linux-5.18");
	assert_string_equal(tiermm_strategy_name(TIERMM_STRATEGY_LINUX_5_15),
			    "linux-5.15");
	assert_string_equal(tiermm_strategy_name(TIERMM_STRATEGY_MANUAL),
			    "manual");
	assert_null(tiermm_strategy_name(TIERMM_STRATEGIES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_options_are_the_defaults),
		cmocka_unit_test(the_penalty_can_be_none),
		cmocka_unit_test(numbers_out_of_range_are_refused_and_named),
		cmocka_unit_test(counts_without_arrays_are_refused),
		cmocka_unit_test(unknown_options_are_refused),
		cmocka_unit_test(bad_options_leave_no_graph),
		cmocka_unit_test(strategies_have_the_names_that_tools_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
