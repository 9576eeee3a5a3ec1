/* SPDX-License-Identifier: MIT */
/* Events: blocked at once, rebuilt where a node's state changed (D10, I7). */
#include "demotion_fixture.h"

static struct tiermm_nodeset blocked(const struct tiermm_demotion *d)
{
	struct tiermm_nodeset set;

	assert_int_equal(tiermm_demotion_blocked(d, &set), 0);
	return set;
}

static void a_node_that_is_going_is_no_target_until_it_stays(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 2, 0),
			 TIERMM_EFFECT_BLOCKED);
	assert_int_equal(tiermm_demotion_next(d, 0), 3);
	assert_int_equal(blocked(d).word[0], 0x204);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_CANCEL, 2, 0),
			 TIERMM_EFFECT_UNBLOCKED);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	assert_int_equal(blocked(d).word[0], 0x200);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_REBUILDS), 0);
	tiermm_demotion_destroy(d);
}

static void a_node_that_was_going_may_be_gone(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 2, 0),
			 TIERMM_EFFECT_BLOCKED);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0),
			 TIERMM_EFFECT_REBUILT);
	assert_int_equal(tiermm_demotion_next(d, 0), 3);
	assert_int_equal(blocked(d).word[0], 0x204);
	tiermm_demotion_destroy(d);
}

/* I7: what changes no node's state rebuilds nothing. */
static void amounts_and_cpus_rebuild_nothing(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_event cpu = { .kind = TIERMM_EVENT_CPU_ON,
				    .node = 2,
				    .cpu = 7 };
	uint64_t generation = demotion_counter(d, TIERMM_DEMOTION_GENERATION);
	uint32_t effect = 9;

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_ADD, 2, 4), 0);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 5),
			 0);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_CANCEL, 2, 0),
			 0);
	assert_int_equal(tiermm_demotion_event(d, &cpu, &effect), 0);
	assert_int_equal(effect, 0);
	cpu.kind = TIERMM_EVENT_CPU_OFF;
	assert_int_equal(tiermm_demotion_event(d, &cpu, NULL), 0);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_REBUILDS), 0);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_EVENTS), 5);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_EVENTS_IDLE), 5);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_GENERATION),
			 generation);
	tiermm_demotion_destroy(d);
}

/* 8 pages, 4 more, 5 less: 7 are the last. */
static void amounts_are_remembered_between_rebuilds(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_ADD, 2, 4), 0);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 5),
			 0);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 3, 8),
			 TIERMM_EFFECT_BLOCKED | TIERMM_EFFECT_REBUILT);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 8),
			 -TIERMM_EINVAL);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 7),
			 TIERMM_EFFECT_BLOCKED | TIERMM_EFFECT_REBUILT);
	assert_int_equal(tiermm_demotion_next(d, 0), 4);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_REBUILDS), 2);
	tiermm_demotion_destroy(d);
}

static void a_node_that_comes_is_a_target_after_the_event(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_demotion_graph *g;
	struct tiermm_node node;

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 4, 0),
			 TIERMM_EFFECT_BLOCKED | TIERMM_EFFECT_REBUILT);
	assert_int_equal(tiermm_demotion_next(d, 2), TIERMM_NO_NODE);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_ADD, 9, 16),
			 TIERMM_EFFECT_UNBLOCKED | TIERMM_EFFECT_REBUILT);
	assert_int_equal(tiermm_demotion_next(d, 2), 9);
	assert_int_equal(blocked(d).word[0], 0x010);
	assert_int_equal(tiermm_demotion_snapshot(d, &g), 0);
	assert_int_equal(tiermm_topology_node(tiermm_demotion_graph_topology(g),
					      9, &node),
			 0);
	assert_int_equal(node.present_pages, 16);
	tiermm_demotion_graph_unref(g);
	tiermm_demotion_destroy(d);
}

/* Whichever allocation fails, the node is blocked and the rest stays. */
static void without_memory_a_node_that_is_gone_is_blocked_still(void **state)
{
	struct tiermm_topology *t = machine_topology(&five_nodes);
	uint64_t failures = 0;

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = FAILING_NEVER };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_demotion *d;
		int got;

		assert_int_equal(tiermm_demotion_create(&d, t, NULL, NULL, NULL,
							&mem),
				 0);
		f.fail_at = f.calls + k;
		got = demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0);
		done = got >= 0;
		assert_true(done || got == -TIERMM_ENOMEM);
		assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_REBUILDS),
				 done);
		assert_int_equal(tiermm_demotion_next(d, 0), 3);
		assert_int_equal(blocked(d).word[0], 0x204);
		/* Later, with memory: the machine is as events left it. */
		f.fail_at = FAILING_NEVER;
		assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE,
						3, 0),
				 TIERMM_EFFECT_BLOCKED | TIERMM_EFFECT_REBUILT);
		assert_int_equal(tiermm_demotion_next(d, 0), 4);
		tiermm_demotion_destroy(d);
		assert_true(failing_is_clean(&f));
		failures = k;
	}
	assert_true(failures >= 2);
	tiermm_topology_unref(t);
}

/* Gone and back without memory for either rebuild: the first graph has it. */
static void a_node_that_comes_back_without_memory_is_unblocked(void **state)
{
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_demotion *d;
	struct tiermm_event add = { .kind = TIERMM_EVENT_MEMORY_ADD,
				    .node = 2 };
	uint32_t effect = 0;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, NULL, NULL, &mem),
			 0);
	f.fail_at = f.calls;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0),
			 -TIERMM_ENOMEM);
	f.fail_at = f.calls;
	assert_int_equal(tiermm_demotion_event(d, &add, &effect),
			 -TIERMM_ENOMEM);
	assert_int_equal(effect, TIERMM_EFFECT_UNBLOCKED);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_demotion_destroy(d);
	assert_true(failing_is_clean(&f));
	tiermm_topology_unref(t);
}

static void events_that_cannot_be_change_nothing(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_event odd = { .kind = 99 };

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 9, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_ADD, 5, 0),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_event(d, &odd, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_event(NULL, &odd, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_event(d, NULL, NULL), -TIERMM_EINVAL);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_EVENTS), 0);
	assert_int_equal(blocked(d).word[0], 0x200);
	tiermm_demotion_destroy(d);
}

/* D10: CPUs change no tier, but they cost a later rebuild's candidates. */
static void cpus_count_in_the_next_rebuild(void **state)
{
	static const struct machine close = {
		.n = 4,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .tier = 22 },
			   { .id = 2, .tier = 22 },
			   { .id = 3, .tier = 37 } },
		.distance = { 10, 20, 22, 30, 20, 10, 20, 30, 22, 20, 10, 30,
			      30, 30, 30, 10 },
	};
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_LINUX_6_12,
		.cpu_penalty = 5,
	};
	struct tiermm_demotion *d = demotion_of(&close, &o);
	struct tiermm_event cpu = { .kind = TIERMM_EVENT_CPU_ON,
				    .node = 1,
				    .cpu = 5 };

	(void)state;
	assert_int_equal(tiermm_demotion_next(d, 0), 1);
	assert_int_equal(tiermm_demotion_event(d, &cpu, NULL), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 1);
	assert_true(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 3, 0) > 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_demotion_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_node_that_is_going_is_no_target_until_it_stays),
		cmocka_unit_test(a_node_that_was_going_may_be_gone),
		cmocka_unit_test(amounts_and_cpus_rebuild_nothing),
		cmocka_unit_test(amounts_are_remembered_between_rebuilds),
		cmocka_unit_test(a_node_that_comes_is_a_target_after_the_event),
		cmocka_unit_test(
			without_memory_a_node_that_is_gone_is_blocked_still),
		cmocka_unit_test(
			a_node_that_comes_back_without_memory_is_unblocked),
		cmocka_unit_test(events_that_cannot_be_change_nothing),
		cmocka_unit_test(cpus_count_in_the_next_rebuild),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
