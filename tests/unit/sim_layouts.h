/* SPDX-License-Identifier: MIT */
/* Small simulated machines whose frames stand in a layout. */
#ifndef TESTS_UNIT_SIM_LAYOUTS_H
#define TESTS_UNIT_SIM_LAYOUTS_H

#include "sim_machines.h"

#include <tiermm/backends/sim_layout.h>
#include <tiermm/layout_account.h>
#include <tiermm/layout_move.h>

/* Frames up to a border on one node, the others on another one. */
static inline struct tiermm_layout *halves(uint64_t border, uint64_t frames,
					   int32_t low, int32_t high)
{
	struct tiermm_layout_range r[] = {
		{ .first = 0, .last = border - 1, .node = low },
		{ .first = border, .last = frames - 1, .node = high },
	};
	struct tiermm_layout *l;

	assert_int_equal(tiermm_layout_create(&l, r, 2, NULL, NULL, NULL), 0);
	return l;
}

/*
 * 1000 pages on node 0, with these CPUs of two; 2000 on node 1, and on further
 * ones none. All but node 0 are as far.
 */
static inline struct tiermm_topology *
tiers_of(uint32_t ns, uint32_t far_ns, int32_t nodes, uint32_t near_cpus)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 3,
						     .max_cpus = 2 };
	static const uint64_t pages[] = { 1000, 2000, 0 };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	for (int32_t n = 0; n < nodes; n++) {
		uint32_t latency = n == 0 ? ns : far_ns;
		struct tiermm_access a = { latency, latency, 4000000000u,
					   4000000000u };

		assert_int_equal(tiermm_topology_builder_add_node(
					 b, n,
					 pages[n] ? TIERMM_NODE_ONLINE
						  : TIERMM_NODE_ABSENT,
					 pages[n]),
				 0);
		assert_int_equal(tiermm_topology_builder_set_access(b, 0, n,
								    &a),
				 0);
	}
	for (uint32_t cpu = 0; cpu < 2; cpu++)
		assert_int_equal(tiermm_topology_builder_set_cpu(b, cpu,
								 cpu < near_cpus
									 ? 0
									 : 1),
				 0);
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	return t;
}

/* Frames 0 to 999 on node 0, 2000 on node 1; node 2 may come to be. */
static inline struct tiermm_sim *three_nodes(uint32_t policy)
{
	struct tiermm_topology *t = tiers_of(FAST_NS, SLOW_NS, 3, 2);
	struct tiermm_sim_options o =
		options_of(policy, TIERMM_SIM_CHECK | TIERMM_SIM_LAYOUT, 6000);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim *s;

	o.min_pages = 16;
	if (tiermm_sim_create(&s, t, &o, &error, NULL))
		fail_msg("%s", error.text);
	tiermm_topology_unref(t);
	return s;
}

static inline struct tiermm_sim_layout_state state_of(struct tiermm_sim *s)
{
	struct tiermm_sim_layout_state state = { .size = sizeof(state) };

	assert_int_equal(tiermm_sim_get_layout(s, &state), 0);
	return state;
}

static inline struct tiermm_layout_account account_of(struct tiermm_sim *s,
						      uint32_t node)
{
	struct tiermm_layout_account a[3];
	uint64_t n;

	assert_int_equal(tiermm_relayout_accounts(tiermm_sim_relayout(s),
						  TIERMM_LAYOUT_ALL_ZONES, a, 3,
						  &n),
			 0);
	assert_true(node < n);
	return a[node];
}

static inline void expect_account(struct tiermm_sim *s, uint32_t node,
				  uint64_t present, uint64_t free_frames,
				  uint64_t goal, uint64_t in, uint64_t out)
{
	struct tiermm_layout_account a = account_of(s, node);

	assert_int_equal(a.present, present);
	assert_int_equal(a.managed, present);
	assert_int_equal(a.free, free_frames);
	assert_int_equal(a.goal, goal);
	assert_int_equal(a.pending_in, in);
	assert_int_equal(a.pending_out, out);
}

/* At once, which is behind the next access; the layout is given away. */
static inline void commit_with(struct tiermm_sim *s,
			       struct tiermm_layout *layout,
			       struct tiermm_topology *topology,
			       uint64_t step_frames)
{
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_layout_change c = {
		.size = sizeof(c),
		.layout = layout,
		.topology = topology,
		.step_frames = step_frames,
	};

	if (tiermm_sim_schedule_layout(s, &c, &error))
		fail_msg("%s", error.text);
	tiermm_layout_unref(layout);
}

/* The frames of two nodes of equal size, to these nodes. */
static inline void commit_halves(struct tiermm_sim *s, int32_t low,
				 int32_t high, uint64_t step_frames)
{
	uint64_t frames = state_of(s).frames;

	commit_with(s, halves(frames / 2, frames, low, high), NULL,
		    step_frames);
}

static inline void commit_border(struct tiermm_sim *s, uint64_t border,
				 uint64_t frames)
{
	commit_with(s, halves(border, frames, 0, 1), NULL, 0);
}

static inline void commit_two(struct tiermm_sim *s, uint64_t border,
			      int32_t low, uint64_t frames, int32_t high)
{
	commit_with(s, halves(border, frames, low, high), NULL, 0);
}

static inline void touch(struct tiermm_sim *s, uint64_t page)
{
	struct tiermm_sim_access a = { .page = page, .count = 1 };

	feed_all(s, &a, 1);
}

/* Time enough for the background to have worked once. */
static inline void pass_interval(struct tiermm_sim *s)
{
	struct tiermm_sim_access a = { .count = 1, .gap_ns = 6000000 };

	feed_all(s, &a, 1);
}

/* Until the sweep is over, old copies are gone, and nobody has work. */
static inline void settle(struct tiermm_sim *s)
{
	for (int i = 0; i < 8 || state_of(s).sweeping; i++)
		pass_interval(s);
	assert_true(tiermm_sim_is_valid(s));
}

static inline uint64_t cost_of_one(struct tiermm_sim *s, uint64_t page)
{
	uint64_t before;

	touch(s, page); /* its translation is there */
	before = result_of(s).access_ns;
	touch(s, page);
	return result_of(s).access_ns - before;
}

/* 64 frames on each of two nodes, so many pages in use on the fast one. */
static inline struct tiermm_sim *static_machine(uint64_t pages)
{
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_STATIC, TIERMM_SIM_LAYOUT, 64, 64, 64);

	for (uint64_t p = 0; p < pages; p++)
		touch(s, p);
	return s;
}

static inline void expect_refused(struct tiermm_sim *s,
				  const struct tiermm_sim_layout_change *change,
				  int err, const char *words)
{
	struct tiermm_sim_error error = SIM_ERROR;

	assert_int_equal(tiermm_sim_schedule_layout(s, change, &error), err);
	if (!strstr(error.text, words))
		fail_msg("'%s', expected '%s'", error.text, words);
}

static inline void expect_layout_refused(struct tiermm_sim *s,
					 struct tiermm_layout *layout,
					 struct tiermm_topology *topology,
					 int err, const char *words)
{
	struct tiermm_sim_layout_change c = {
		.size = sizeof(c),
		.layout = layout,
		.topology = topology,
	};

	expect_refused(s, &c, err, words);
	tiermm_layout_unref(layout);
	tiermm_topology_unref(topology);
}

#endif
