/* SPDX-License-Identifier: MIT */
/* What happens to a simulated machine in the middle of a run (S9). */
#include "sim_machines.h"

#include "../../backends/sim/machine.h"

#include <tiermm/backends/sim_event.h>

static struct tiermm_sim_event event_of(uint32_t kind, int32_t node,
					uint64_t value, uint64_t time_ns)
{
	return (struct tiermm_sim_event){ .time_ns = time_ns,
					  .value = value,
					  .node = node,
					  .kind = kind };
}

static void schedule(struct tiermm_sim *s, uint32_t kind, int32_t node,
		     uint64_t value, uint64_t time_ns)
{
	struct tiermm_sim_event e = event_of(kind, node, value, time_ns);

	assert_int_equal(tiermm_sim_schedule(s, &e, NULL), 0);
}

/* Accesses to page 0 until so much time has passed. */
static void run_until(struct tiermm_sim *s, uint64_t time_ns)
{
	struct tiermm_sim_access a = { .count = 1000 };

	while (result_of(s).time_ns < time_ns)
		feed_all(s, &a, 1);
}

static uint64_t cost_of_one(struct tiermm_sim *s)
{
	struct tiermm_sim_access a = { .count = 1 };
	uint64_t before = result_of(s).access_ns;

	feed_all(s, &a, 1);
	return result_of(s).access_ns - before;
}

static void a_slow_node_costs_more_from_then_on(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);

	(void)state;
	schedule(s, TIERMM_SIM_EVENT_SLOW, 0, 30000, 20000000);
	schedule(s, TIERMM_SIM_EVENT_SLOW, 0, 10000, 60000000);
	run_until(s, 19000000);
	assert_int_equal(cost_of_one(s), FAST_NS);
	run_until(s, 40000000);
	assert_int_equal(cost_of_one(s), 3 * FAST_NS);
	run_until(s, 80000000);
	assert_int_equal(cost_of_one(s), FAST_NS);
	tiermm_sim_destroy(s);
}

/* Half of the time is somebody else's: the program gets half as far. */
static void expect_half(uint64_t interval_ns)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_sim *s;
	uint64_t before, from;

	o.interval_ns = interval_ns;
	s = sim_made(64, 64, &o);
	schedule(s, TIERMM_SIM_EVENT_CPU_LOAD, 0, 5000, 0);
	run_until(s, 100000000);
	before = result_of(s).accesses;
	from = result_of(s).time_ns;
	run_until(s, 500000000);
	assert_in_range(result_of(s).accesses - before,
			(result_of(s).time_ns - from) / FAST_NS * 48 / 100,
			(result_of(s).time_ns - from) / FAST_NS * 52 / 100);
	tiermm_sim_destroy(s);
}

static void others_take_their_share(void **state)
{
	(void)state;
	expect_half(0);
	/* A record takes 100 us here: so long is an interval at least. */
	expect_half(7000);
}

/* Intervals of 10 us at most, of which 1/10 000 is no whole nanosecond. */
static void others_take_their_share_of_the_shortest_interval(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_sim_access a = { .count = 50 };
	struct tiermm_sim *s;
	uint64_t before;

	(void)state;
	o.interval_ns = 1000;
	s = sim_made(64, 64, &o);
	schedule(s, TIERMM_SIM_EVENT_CPU_LOAD, 0, 5000, 0);
	feed_all(s, &a, 1);
	for (int i = 0; i < 100; i++)
		feed_all(s, &a, 1);
	before = result_of(s).time_ns;
	for (int i = 0; i < 100; i++)
		feed_all(s, &a, 1);
	assert_in_range(result_of(s).time_ns - before,
			2 * 100 * 50 * FAST_NS * 98 / 100,
			2 * 100 * 50 * FAST_NS);
	tiermm_sim_destroy(s);
}

/* A part of a node that nobody stands on: what was used there stays so. */
static void free_memory_goes_without_a_trace(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_DEMOTION, 0, 1000, 1000, 100);
	struct tiermm_sim_node nodes[2];

	(void)state;
	scan(s, 100, 1, 0);
	schedule(s, TIERMM_SIM_EVENT_REMOVE, 0, 500, 0);
	hammer(s, 0, 1, 100);
	nodes_of(s, nodes);
	assert_int_equal(nodes[0].capacity_pages, 500);
	for (uint64_t p = 0; p < 100; p++)
		assert_true(sim_word(s, p) & PAGE_REFERENCED);
	tiermm_sim_destroy(s);
}

/* A part that is in use: what was used there has to go as what was not. */
static void memory_in_use_goes_whoever_uses_it(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_DEMOTION, 0, 1000, 1000, 900);
	struct tiermm_sim_node nodes[2];

	(void)state;
	scan(s, 900, 4, 0);
	schedule(s, TIERMM_SIM_EVENT_REMOVE, 0, 800, 0);
	hammer(s, 0, 1, 100);
	nodes_of(s, nodes);
	assert_int_equal(nodes[0].capacity_pages, 200);
	assert_true(nodes[0].used_pages <= 200);
	/* There was room below for all: none was dropped. */
	assert_int_equal(nodes[0].used_pages + nodes[1].used_pages, 900);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

/* Nothing can be had, and looking on would not find it; then some comes. */
static void a_machine_without_memory_says_so_at_once(void **state)
{
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_KERNEL, TIERMM_SIM_CHECK, 64, 64, 1 << 20);
	struct tiermm_sim_access a[] = { { .count = 1 },
					 { .page = 1, .count = 1 } };
	struct tiermm_sim_error error = SIM_ERROR;

	(void)state;
	feed_all(s, a, 1);
	schedule(s, TIERMM_SIM_EVENT_REMOVE, 1, 0, 0);
	schedule(s, TIERMM_SIM_EVENT_REMOVE, 0, 0, 0);
	feed_all(s, a, 1);
	assert_int_equal(tiermm_sim_feed(s, a, 2, &error), -TIERMM_ENOMEM);
	if (!strstr(error.text, "in 1 rounds"))
		fail_msg("'%s'", error.text);
	assert_int_equal(result_of(s).direct, 1);
	assert_true(tiermm_sim_is_valid(s));
	schedule(s, TIERMM_SIM_EVENT_ADD, 1, 64, 0);
	assert_int_equal(tiermm_sim_feed(s, NULL, 0, &error), 0);
	assert_int_equal(tiermm_sim_feed(s, a, 2, &error), -TIERMM_ENOMEM);
	tiermm_sim_destroy(s);
}

/* The far node goes: nothing stands there, nothing comes, nothing is lost. */
static void a_node_that_goes_is_empty_first(uint32_t policy, uint32_t flags)
{
	struct tiermm_sim *s =
		sim_of(policy, flags | TIERMM_SIM_CHECK, 1000, 4000, 3000);
	struct tiermm_sim_node nodes[2];
	struct tiermm_sim_result r;

	scan(s, 3000, 2, 0);
	nodes_of(s, nodes);
	assert_true(policy == TIERMM_SIM_NONE || nodes[1].used_pages > 1000);
	schedule(s, TIERMM_SIM_EVENT_REMOVE, 1, 0, 0);
	scan(s, 3000, 2, TIERMM_SIM_WRITE);
	nodes_of(s, nodes);
	assert_int_equal(nodes[1].capacity_pages, 0);
	assert_int_equal(nodes[1].used_pages, 0);
	assert_int_equal(nodes[1].parked_pages, 0);
	r = result_of(s);
	assert_int_equal(r.faults, 3000);
	assert_true(r.swapped_in > 1000);
	assert_int_equal(nodes[0].used_pages,
			 r.faults + r.swapped_in - r.swapped_out - r.discarded);
	assert_true(tiermm_sim_is_valid(s));
	schedule(s, TIERMM_SIM_EVENT_ADD, 1, 4000, 0);
	scan(s, 3000, 2, 0);
	nodes_of(s, nodes);
	assert_int_equal(nodes[1].capacity_pages, 4000);
	assert_true(nodes[1].used_pages > 1000);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static void nodes_go_and_come_under_each_policy(void **state)
{
	(void)state;
	a_node_that_goes_is_empty_first(TIERMM_SIM_STATIC, 0);
	a_node_that_goes_is_empty_first(TIERMM_SIM_DEMOTION, 0);
	a_node_that_goes_is_empty_first(TIERMM_SIM_DEMOTION, TIERMM_SIM_DEFER);
	a_node_that_goes_is_empty_first(TIERMM_SIM_KERNEL, TIERMM_SIM_DEFER);
	a_node_that_goes_is_empty_first(TIERMM_SIM_HISTOGRAM, 0);
	a_node_that_goes_is_empty_first(TIERMM_SIM_LATENCY, TIERMM_SIM_DEFER);
}

/* What was on the fast node is demoted, not swapped: there is room for it. */
static void a_part_of_the_fast_node_goes(void **state)
{
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_DEMOTION, TIERMM_SIM_CHECK, 1000, 4000, 900);
	struct tiermm_sim_node nodes[2];

	(void)state;
	scan(s, 900, 2, TIERMM_SIM_WRITE);
	schedule(s, TIERMM_SIM_EVENT_REMOVE, 0, 600, 0);
	feed_all(s, &(struct tiermm_sim_access){ .count = 1 }, 1);
	nodes_of(s, nodes);
	assert_int_equal(nodes[0].capacity_pages, 400);
	assert_in_range(nodes[0].used_pages, 300, 400);
	assert_int_equal(nodes[0].used_pages + nodes[1].used_pages, 900);
	assert_int_equal(result_of(s).swapped_out, 0);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static void refused_events_are_named(void **state)
{
	static const struct {
		struct tiermm_sim_event event;
		int err;
		const char *words;
	} cases[] = {
		{ { .kind = 0 }, -TIERMM_EINVAL, "kind 0" },
		{ { .kind = 9 }, -TIERMM_EINVAL, "kind 9" },
		{ { .kind = TIERMM_SIM_EVENT_SLOW, .value = 9999 },
		  -TIERMM_EINVAL,
		  "value is 9999" },
		{ { .kind = TIERMM_SIM_EVENT_CPU_LOAD, .value = 9001 },
		  -TIERMM_EINVAL,
		  "value is 9001" },
		{ { .kind = TIERMM_SIM_EVENT_ADD }, -TIERMM_EINVAL, "is 0" },
		{ { .kind = TIERMM_SIM_EVENT_REMOVE, .node = 7 },
		  -TIERMM_ENODEV,
		  "node 7" },
		{ { .kind = TIERMM_SIM_EVENT_REMOVE, .node = -1 },
		  -TIERMM_ENODEV,
		  "node -1" },
	};
	struct tiermm_sim *s = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);
	struct tiermm_sim_event e =
		event_of(TIERMM_SIM_EVENT_SLOW, 0, 20000, 1);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tiermm_sim_error error = SIM_ERROR;

		assert_int_equal(tiermm_sim_schedule(s, &cases[i].event,
						     &error),
				 cases[i].err);
		if (!strstr(error.text, cases[i].words))
			fail_msg("'%s', expected '%s'", error.text,
				 cases[i].words);
	}
	assert_int_equal(tiermm_sim_schedule(s, NULL, NULL), -TIERMM_EINVAL);
	for (int i = 0; i < TIERMM_SIM_EVENTS; i++)
		assert_int_equal(tiermm_sim_schedule(s, &e, NULL), 0);
	assert_int_equal(tiermm_sim_schedule(s, &e, NULL), -TIERMM_ENOSPC);
	tiermm_sim_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_node_costs_more_from_then_on),
		cmocka_unit_test(others_take_their_share),
		cmocka_unit_test(
			others_take_their_share_of_the_shortest_interval),
		cmocka_unit_test(free_memory_goes_without_a_trace),
		cmocka_unit_test(memory_in_use_goes_whoever_uses_it),
		cmocka_unit_test(a_machine_without_memory_says_so_at_once),
		cmocka_unit_test(nodes_go_and_come_under_each_policy),
		cmocka_unit_test(a_part_of_the_fast_node_goes),
		cmocka_unit_test(refused_events_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
