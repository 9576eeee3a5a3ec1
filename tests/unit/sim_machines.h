/* SPDX-License-Identifier: MIT */
/* Small simulated machines: a fast node with CPUs, and a slow one. */
#ifndef TESTS_UNIT_SIM_MACHINES_H
#define TESTS_UNIT_SIM_MACHINES_H

#include "sim_fixture.h"

#include <tiermm/backends/sim_result.h>

/* What things cost on them. */
#define FAST_NS 100
#define SLOW_NS 250
#define WALK_NS 30
#define FAULT_NS 600
#define SWAP_IN_NS 80000

/* Bandwidth without end, so that no load makes a node slower. */
static inline struct tiermm_topology *two_tiers(uint64_t fast, uint64_t slow)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 2,
						     .max_cpus = 2 };
	struct tiermm_access near = { FAST_NS, FAST_NS, 4000000000u,
				      4000000000u };
	struct tiermm_access far = { SLOW_NS, SLOW_NS, 4000000000u,
				     4000000000u };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	assert_int_equal(tiermm_topology_builder_add_node(b, 0,
							  TIERMM_NODE_ONLINE,
							  fast),
			 0);
	assert_int_equal(tiermm_topology_builder_add_node(b, 1,
							  TIERMM_NODE_ONLINE,
							  slow),
			 0);
	for (uint32_t cpu = 0; cpu < 2; cpu++)
		assert_int_equal(tiermm_topology_builder_set_cpu(b, cpu, 0), 0);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 0, &near), 0);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 1, &far), 0);
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	return t;
}

static inline struct tiermm_sim_options
options_of(uint32_t policy, uint32_t flags, uint64_t pages)
{
	return (struct tiermm_sim_options){
		.size = sizeof(struct tiermm_sim_options),
		.flags = flags,
		.policy = policy,
		.pages = pages,
	};
}

static inline struct tiermm_sim *
sim_made(uint64_t fast, uint64_t slow, const struct tiermm_sim_options *options)
{
	struct tiermm_topology *t = two_tiers(fast, slow);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim *s;

	if (tiermm_sim_create(&s, t, options, &error, NULL))
		fail_msg("%s", error.text);
	tiermm_topology_unref(t);
	return s;
}

static inline struct tiermm_sim *sim_of(uint32_t policy, uint32_t flags,
					uint64_t fast, uint64_t slow,
					uint64_t pages)
{
	struct tiermm_sim_options o = options_of(policy, flags, pages);

	return sim_made(fast, slow, &o);
}

static inline struct tiermm_sim *sim_with_min(uint32_t policy, uint64_t fast,
					      uint64_t slow, uint64_t pages,
					      uint64_t min)
{
	struct tiermm_sim_options o = options_of(policy, 0, pages);

	o.min_pages = min;
	return sim_made(fast, slow, &o);
}

static inline void feed_all(struct tiermm_sim *s,
			    const struct tiermm_sim_access *a, uint64_t n)
{
	struct tiermm_sim_error error = SIM_ERROR;

	if (tiermm_sim_feed(s, a, n, &error))
		fail_msg("%s", error.text);
}

static inline struct tiermm_sim_result result_of(struct tiermm_sim *s)
{
	struct tiermm_sim_result r = { .size = sizeof(r) };

	assert_int_equal(tiermm_sim_get_result(s, &r), 0);
	return r;
}

static inline void nodes_of(struct tiermm_sim *s, struct tiermm_sim_node *out)
{
	uint64_t n;

	assert_int_equal(tiermm_sim_nodes(s, out, 2, &n), 0);
	assert_int_equal(n, 2);
}

/* All pages, one after the other, some rounds. */
static inline void scan(struct tiermm_sim *s, uint64_t pages, uint32_t rounds,
			uint32_t flags)
{
	struct tiermm_sim_access a[100];

	for (uint64_t i = 0; i < pages * rounds; i += 100) {
		for (uint64_t k = 0; k < 100; k++)
			a[k] = (struct tiermm_sim_access){
				.page = (i + k) % pages,
				.flags = flags,
				.count = 1,
			};
		feed_all(s, a, 100);
	}
}

/* Some pages, over and over. */
static inline void hammer(struct tiermm_sim *s, uint64_t first, uint64_t pages,
			  uint64_t accesses)
{
	struct tiermm_sim_access a[100];

	for (uint64_t i = 0; i < accesses; i += 100) {
		for (uint64_t k = 0; k < 100; k++)
			a[k] = (struct tiermm_sim_access){
				.page = first + (i + k) * 7 % pages,
				.count = 1,
			};
		feed_all(s, a, 100);
	}
}

#endif
