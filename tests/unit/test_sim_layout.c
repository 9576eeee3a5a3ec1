/* SPDX-License-Identifier: MIT */
/* Another layout in the middle of a simulated run (S9, L5 to L8, L11). */
#include "sim_layouts.h"

#include "support/failing.h"

#include <tiermm/engine_parts.h>
#include <tiermm/topology_create.h>

/* A layout that never changes changes nothing but the memory it takes. */
static void frames_cost_nothing_while_they_stand(void **state)
{
	(void)state;
	for (uint32_t policy = 0; policy < TIERMM_SIM_OWN; policy++) {
		uint32_t flags = policy % 2 ? TIERMM_SIM_DEFER : 0;
		struct tiermm_sim *plain = sim_of(policy, flags, 300, 600, 800);
		struct tiermm_sim *framed =
			sim_of(policy, flags | TIERMM_SIM_LAYOUT, 300, 600,
			       800);
		struct tiermm_sim_result a, b;

		scan(plain, 800, 3, 0);
		hammer(plain, 500, 100, 30000);
		scan(framed, 800, 3, 0);
		hammer(framed, 500, 100, 30000);
		a = result_of(plain);
		b = result_of(framed);
		assert_true(b.bytes > a.bytes);
		a.bytes = b.bytes;
		assert_memory_equal(&a, &b, sizeof(a));
		assert_int_equal(state_of(framed).frames, 900);
		assert_int_equal(state_of(framed).strays, 0);
		assert_true(tiermm_sim_is_valid(framed));
		tiermm_sim_destroy(plain);
		tiermm_sim_destroy(framed);
	}
}

/*
 * Eight pages on the fast node, and all frames change sides: what is free goes
 * at once, the eight stay on the account of a node on which they are no more.
 */
static void pages_in_use_stay_on_the_account_and_slow_down(void **state)
{
	struct tiermm_sim *s = static_machine(8);

	(void)state;
	expect_account(s, 0, 64, 56, 64, 0, 0);
	expect_account(s, 1, 64, 64, 64, 0, 0);
	assert_int_equal(cost_of_one(s, 0), FAST_NS);
	commit_halves(s, 1, 0, 0);
	settle(s);
	assert_int_equal(cost_of_one(s, 0), SLOW_NS);
	expect_account(s, 0, 64 + 8, 64, 64, 0, 8);
	expect_account(s, 1, 64 - 8, 56, 64, 8, 0);
	assert_int_equal(state_of(s).strays, 8);
	assert_true(state_of(s).stray_accesses > 0);
	assert_false(state_of(s).sweeping);
	/* 56 and 64 free ones, 100 ns each, and nobody else had work. */
	assert_int_equal(result_of(s).background_ns, 12000);
	tiermm_sim_destroy(s);
}

/* Pages that come later find frames that stand where the account says. */
static void new_pages_stand_where_the_account_says(void **state)
{
	struct tiermm_sim *s = static_machine(16);

	(void)state;
	commit_halves(s, 1, 0, 0);
	settle(s);
	touch(s, 20);
	assert_int_equal(cost_of_one(s, 20), FAST_NS);
	assert_int_equal(cost_of_one(s, 0), SLOW_NS);
	expect_account(s, 0, 64 + 16, 63, 64, 0, 16);
	assert_int_equal(state_of(s).strays, 16);
	tiermm_sim_destroy(s);
}

/* Back again: everything is as it was, and nothing was ever freed. */
static void a_commit_back_brings_all_back(void **state)
{
	struct tiermm_sim *s = static_machine(8);

	(void)state;
	commit_halves(s, 1, 0, 0);
	settle(s);
	commit_halves(s, 0, 1, 0);
	settle(s);
	assert_int_equal(cost_of_one(s, 0), FAST_NS);
	assert_int_equal(state_of(s).strays, 0);
	/* Their marks are used up when they are freed. */
	expect_account(s, 0, 64, 56, 64, 8, 8);
	expect_account(s, 1, 64, 64, 64, 0, 0);
	tiermm_sim_destroy(s);
}

/* L6: in steps of four frames, the second commit finds the first under way. */
static void a_second_commit_overtakes_the_first(void **state)
{
	struct tiermm_sim *s = static_machine(8);

	(void)state;
	commit_halves(s, 1, 0, 4);
	touch(s, 0);
	for (int i = 0; i < 6; i++)
		pass_interval(s);
	assert_true(state_of(s).sweeping);
	assert_in_range(account_of(s, 1).present, 65, 90);
	assert_true(tiermm_sim_is_valid(s));
	commit_halves(s, 0, 1, 4);
	touch(s, 0);
	assert_int_equal(cost_of_one(s, 0), FAST_NS);
	assert_true(tiermm_sim_is_valid(s));
	settle(s);
	expect_account(s, 0, 64, 56, 64, 8, 8);
	expect_account(s, 1, 64, 64, 64, 0, 0);
	tiermm_sim_destroy(s);
}

/* Less fast memory from the middle on: capacity goes where frames went. */
static void capacity_follows_the_frames(void **state)
{
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_DEMOTION,
		       TIERMM_SIM_CHECK | TIERMM_SIM_LAYOUT, 1000, 2000, 4000);
	struct tiermm_sim_node nodes[2];

	(void)state;
	scan(s, 4000, 1, TIERMM_SIM_WRITE);
	commit_border(s, 400, 3000);
	scan(s, 4000, 4, TIERMM_SIM_WRITE);
	settle(s);
	nodes_of(s, nodes);
	assert_int_equal(nodes[0].capacity_pages, 400);
	assert_int_equal(nodes[1].capacity_pages, 2600);
	assert_int_equal(state_of(s).strays, 0);
	tiermm_sim_destroy(s);
}

static int32_t target_of(struct tiermm_sim *s, int32_t node)
{
	return tiermm_demotion_next(tiermm_engine_demotion(
					    tiermm_sim_engine(s)),
				    node);
}

static uint32_t graph_state(struct tiermm_sim *s, int32_t id)
{
	struct tiermm_demotion_graph *graph;
	struct tiermm_node node;

	assert_int_equal(tiermm_demotion_snapshot(tiermm_engine_demotion(
							  tiermm_sim_engine(s)),
						  &graph),
			 0);
	assert_int_equal(tiermm_topology_node(tiermm_demotion_graph_topology(
						      graph),
					      id, &node),
			 0);
	tiermm_demotion_graph_unref(graph);
	return node.state;
}

/*
 * L3, L11: node 2 is there without memory, and gets all that node 1 had. The
 * graph says so in the same moment; node 1 goes when its last page is gone.
 */
static void a_node_gains_its_first_and_one_loses_its_last(void **state)
{
	struct tiermm_sim *s = three_nodes(TIERMM_SIM_DEMOTION);
	uint64_t frames = state_of(s).frames;

	(void)state;
	scan(s, 1500, 1, TIERMM_SIM_WRITE);
	assert_int_equal(target_of(s, 0), 1);
	assert_true(account_of(s, 1).present > account_of(s, 1).free);
	commit_two(s, 1000, 0, frames, 2);
	touch(s, 1499);
	assert_int_equal(target_of(s, 0), 2);
	assert_int_equal(graph_state(s, 1), TIERMM_NODE_GOING);
	assert_int_equal(graph_state(s, 2), TIERMM_NODE_ONLINE);
	settle(s);
	assert_int_equal(account_of(s, 1).free, 0);
	assert_true(account_of(s, 1).present > 0);
	/* Twice as much as fits: every page leaves its frame. */
	scan(s, 6000, 3, TIERMM_SIM_WRITE);
	settle(s);
	assert_int_equal(account_of(s, 1).present, 0);
	assert_int_equal(account_of(s, 2).present, 2000);
	assert_int_equal(graph_state(s, 1), TIERMM_NODE_MEMORYLESS);
	assert_true(tiermm_sim_is_valid(s));
	commit_two(s, 1000, 0, frames, 1);
	scan(s, 6000, 3, TIERMM_SIM_WRITE);
	settle(s);
	assert_int_equal(target_of(s, 0), 1);
	assert_int_equal(account_of(s, 1).present, 2000);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

/* The far node is the quick one from then on, and what stands there as well. */
static void speeds_come_with_the_layout(void **state)
{
	struct tiermm_topology *turned = tiers_of(SLOW_NS, FAST_NS, 2, 2);
	struct tiermm_sim *s = static_machine(8);

	(void)state;
	commit_with(s, halves(64, 128, 0, 1), turned, 0);
	settle(s);
	assert_int_equal(cost_of_one(s, 0), SLOW_NS);
	assert_int_equal(state_of(s).strays, 0);
	assert_int_equal(target_of(s, 1), 0);
	commit_with(s, halves(64, 128, 1, 0), NULL, 0);
	settle(s);
	assert_int_equal(cost_of_one(s, 0), FAST_NS);
	tiermm_topology_unref(turned);
	tiermm_sim_destroy(s);
}

/*
 * Node 1 comes to be on top in the middle: what it served before is no top
 * access of any point.
 */
static void a_series_knows_who_was_on_top(void **state)
{
	struct tiermm_topology *turned = tiers_of(SLOW_NS, FAST_NS, 2, 2);
	struct tiermm_sim_options o =
		options_of(TIERMM_SIM_STATIC, TIERMM_SIM_LAYOUT, 100);
	struct tiermm_sim_point p[256];
	uint64_t n, top = 0, all = 0;
	struct tiermm_sim *s;

	(void)state;
	o.series_ns = 100000;
	o.interval_ns = 100000;
	s = sim_made(64, 64, &o);
	scan(s, 100, 100, 0);
	commit_with(s, halves(64, 128, 0, 1), turned, 0);
	scan(s, 100, 100, 0);
	assert_int_equal(tiermm_sim_series(s, p, 256, &n), 0);
	assert_in_range(n, 2, 256);
	for (uint64_t i = 0; i < n; i++) {
		assert_true(p[i].top <= p[i].accesses);
		top += p[i].top;
		all += p[i].accesses;
	}
	assert_int_equal(all, 20000);
	/* 64 of 100 pages before, but for the first accesses, and then all. */
	assert_in_range(top, 16200, 16500);
	tiermm_topology_unref(turned);
	tiermm_sim_destroy(s);
}

static void refused_layouts_change_nothing(void **state)
{
	struct tiermm_sim_layout_state none = { .size = sizeof(none) };
	struct tiermm_sim_layout_change c = { .size = sizeof(c) };
	struct tiermm_sim *s = static_machine(8);
	struct tiermm_sim *without = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);

	(void)state;
	expect_refused(without, &c, -TIERMM_ENOTSUP, "without one");
	expect_refused(s, &c, -TIERMM_EINVAL, "there is none");
	expect_layout_refused(s, halves(64, 120, 0, 1), NULL, -TIERMM_EINVAL,
			      "ends at frame 0x77, expected 0x7f");
	expect_layout_refused(s, halves(64, 128, 0, 2), NULL, -TIERMM_ENODEV,
			      "node 2");
	expect_layout_refused(s, halves(64, 128, 1, 0),
			      tiers_of(FAST_NS, SLOW_NS, 2, 1), -TIERMM_EINVAL,
			      "CPU 1 is on another node");
	expect_layout_refused(s, halves(64, 128, 1, 0),
			      tiers_of(FAST_NS, SLOW_NS, 3, 2), -TIERMM_ENODEV,
			      "3 nodes, expected 2");
	c.flags = 1;
	assert_int_equal(tiermm_sim_schedule_layout(s, &c, NULL),
			 -TIERMM_E2BIG);
	assert_int_equal(tiermm_sim_schedule_layout(s, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_generation(tiermm_sim_relayout(s)), 1);
	assert_null(tiermm_sim_relayout(without));
	assert_int_equal(tiermm_sim_get_layout(without, &none),
			 -TIERMM_ENOTSUP);
	settle(s);
	assert_int_equal(cost_of_one(s, 0), FAST_NS);
	expect_account(s, 0, 64, 56, 64, 0, 0);
	tiermm_sim_destroy(s);
	tiermm_sim_destroy(without);
}

/* Frames neither come nor go: only where they stand changes. */
static void memory_of_a_layout_does_not_come_or_go(void **state)
{
	struct tiermm_sim_event e = { .kind = TIERMM_SIM_EVENT_REMOVE };
	struct tiermm_sim *s = static_machine(8);

	(void)state;
	assert_int_equal(tiermm_sim_schedule(s, &e, NULL), -TIERMM_ENOTSUP);
	e.kind = TIERMM_SIM_EVENT_SLOW;
	e.value = 20000;
	for (int i = 0; i < TIERMM_SIM_EVENTS; i++)
		assert_int_equal(tiermm_sim_schedule(s, &e, NULL), 0);
	expect_layout_refused(s, halves(64, 128, 1, 0), NULL, -TIERMM_ENOSPC,
			      "wait already");
	tiermm_sim_destroy(s);
}

/* I19: memory runs out in the middle of a commit: nothing has changed. */
static void a_commit_survives_every_oom(void **state)
{
	struct tiermm_sim_options o =
		options_of(TIERMM_SIM_KERNEL,
			   TIERMM_SIM_DEFER | TIERMM_SIM_LAYOUT, 16);
	struct tiermm_topology *t = two_tiers(64, 64);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = FAILING_NEVER };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_sim_access a = { .count = 1 };
		struct tiermm_sim *s;
		int err;

		assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, &mem), 0);
		feed_all(s, &a, 1);
		commit_halves(s, 1, 0, 0);
		f.fail_at = f.calls + k;
		err = tiermm_sim_feed(s, &a, 1, NULL);
		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_int_equal(tiermm_relayout_generation(
					 tiermm_sim_relayout(s)),
				 1 + done);
		assert_int_equal(state_of(s).strays, done);
		assert_true(tiermm_sim_is_valid(s));
		f.fail_at = FAILING_NEVER;
		pass_interval(s);
		assert_true(tiermm_sim_is_valid(s));
		tiermm_sim_destroy(s);
		assert_int_equal(f.live, 0);
	}
	tiermm_topology_unref(t);
}

static void create_with_a_layout_survives_every_oom(void **state)
{
	struct tiermm_topology *t = two_tiers(64, 64);
	struct tiermm_sim_options o =
		options_of(TIERMM_SIM_KERNEL,
			   TIERMM_SIM_DEFER | TIERMM_SIM_LAYOUT, 100);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_sim *s = (void *)&o;
		int err = tiermm_sim_create(&s, t, &o, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && s == NULL));
		tiermm_sim_destroy(s);
		assert_int_equal(f.live, 0);
	}
	tiermm_topology_unref(t);
}

/* What waits when a simulation ends is given back with it. */
static void changes_that_wait_go_with_the_simulation(void **state)
{
	struct tiermm_sim *s = static_machine(8);
	struct tiermm_sim_layout_change c = {
		.size = sizeof(c),
		.time_ns = UINT64_MAX,
		.layout = halves(64, 128, 1, 0),
		.topology = tiers_of(SLOW_NS, FAST_NS, 2, 2),
	};

	(void)state;
	assert_int_equal(tiermm_sim_schedule_layout(s, &c, NULL), 0);
	tiermm_layout_unref(c.layout);
	tiermm_topology_unref(c.topology);
	settle(s);
	assert_int_equal(cost_of_one(s, 0), FAST_NS);
	tiermm_sim_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_cost_nothing_while_they_stand),
		cmocka_unit_test(
			pages_in_use_stay_on_the_account_and_slow_down),
		cmocka_unit_test(new_pages_stand_where_the_account_says),
		cmocka_unit_test(a_commit_back_brings_all_back),
		cmocka_unit_test(a_second_commit_overtakes_the_first),
		cmocka_unit_test(capacity_follows_the_frames),
		cmocka_unit_test(a_node_gains_its_first_and_one_loses_its_last),
		cmocka_unit_test(speeds_come_with_the_layout),
		cmocka_unit_test(a_series_knows_who_was_on_top),
		cmocka_unit_test(refused_layouts_change_nothing),
		cmocka_unit_test(memory_of_a_layout_does_not_come_or_go),
		cmocka_unit_test(a_commit_survives_every_oom),
		cmocka_unit_test(create_with_a_layout_survives_every_oom),
		cmocka_unit_test(changes_that_wait_go_with_the_simulation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
