/* SPDX-License-Identifier: MIT */
/*
 * The machine that the tests of the published graph share.
 *
 *     0 ──> 2 ──┐     0, 1: DRAM with CPUs, tier 4
 *               ├──> 4   2, 3: CXL, tier 22, each next to one of them
 *     1 ──> 3 ──┘     4: slow, tier 37; 9: listed, without memory
 */
#ifndef TESTS_UNIT_DEMOTION_FIXTURE_H
#define TESTS_UNIT_DEMOTION_FIXTURE_H

#include "support/cmocka.h"
#include "support/failing.h"
#include "support/machine.h"

#include <tiermm/demotion_change.h>

static const struct machine five_nodes = {
	.n = 6,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2, .tier = 22, .pages = 8 },
		   { .id = 3, .tier = 22, .pages = 8 },
		   { .id = 4, .tier = 37, .pages = 8 },
		   { .id = 9, .state = MACHINE_MEMORYLESS, .tier = 37 } },
	.distance = { 10, 21, 25, 35, 45, 50, 21, 10, 35, 25, 45, 50,
		      25, 35, 10, 40, 30, 50, 35, 25, 40, 10, 30, 50,
		      45, 45, 30, 30, 10, 50, 50, 50, 50, 50, 50, 10 },
};

static inline struct tiermm_demotion *
demotion_of(const struct machine *m, const struct tiermm_demotion_options *o)
{
	struct tiermm_topology *t = machine_topology(m);
	struct tiermm_demotion *d;

	assert_int_equal(tiermm_demotion_create(&d, t, o, NULL, NULL, NULL), 0);
	tiermm_topology_unref(t);
	return d;
}

static inline uint64_t demotion_counter(const struct tiermm_demotion *d,
					uint32_t index)
{
	uint64_t c[TIERMM_DEMOTION_COUNTERS], n;

	assert_int_equal(tiermm_demotion_counters(d, c,
						  TIERMM_DEMOTION_COUNTERS, &n),
			 0);
	assert_int_equal(n, TIERMM_DEMOTION_COUNTERS);
	return c[index];
}

/* Hand an event in; the effect, or the error. */
static inline int demotion_event(struct tiermm_demotion *d, uint32_t kind,
				 int32_t node, uint64_t pages)
{
	struct tiermm_event e = { .kind = kind, .node = node, .pages = pages };
	uint32_t effect = 0;
	int err = tiermm_demotion_event(d, &e, &effect);

	return err ? err : (int)effect;
}

#endif
