/* SPDX-License-Identifier: MIT */
/*
 * The machine that the tests of reclaim share.
 *
 *     0 ──> 2 ──> 4     0, 1: DRAM with CPUs, tier 4
 *     1 ──> 3 ──> 5     2, 3: tier 22, each next to one of them; 4, 5: tier 37
 *
 * Seen from node 0, the lower nodes are 2, 3, 4, 5 in that order. Seen from
 * its target 2, they are 4, 3, 5: that is how second attempts go.
 */
#ifndef TESTS_UNIT_RECLAIM_FIXTURE_H
#define TESTS_UNIT_RECLAIM_FIXTURE_H

#include "support/cmocka.h"
#include "support/failing.h"
#include "support/machine.h"

#include <tiermm/demotion_change.h>
#include <tiermm/reclaim.h>
#include <tiermm/reclaim_explain.h>
#include <tiermm/reclaim_node.h>
#include <tiermm/reclaim_report.h>

static const struct machine three_tiers = {
	.n = 6,
	.nodes = { { .id = 0, .cpus = 1, .pages = 1000 },
		   { .id = 1, .cpus = 1, .pages = 1000 },
		   { .id = 2, .tier = 22, .pages = 1000 },
		   { .id = 3, .tier = 22, .pages = 1000 },
		   { .id = 4, .tier = 37, .pages = 1000 },
		   { .id = 5, .tier = 37, .pages = 1000 } },
	.distance = { 10, 21, 15, 25, 30, 35, 21, 10, 25, 15, 35, 30,
		      15, 25, 10, 22, 20, 40, 25, 15, 22, 10, 40, 20,
		      30, 35, 20, 40, 10, 50, 35, 30, 40, 20, 50, 10 },
};

struct scene {
	struct tiermm_demotion *d;
	struct tiermm_reclaim *r;
	struct tiermm_reclaim_context context;
};

static inline struct scene
scene_on(const struct machine *m, const struct tiermm_reclaim_options *options)
{
	struct tiermm_topology *t = machine_topology(m);
	struct scene s = { .context = { .size = sizeof(s.context) } };

	assert_int_equal(tiermm_demotion_create(&s.d, t, NULL, NULL, NULL,
						NULL),
			 0);
	assert_int_equal(tiermm_reclaim_create(&s.r, s.d, options, NULL), 0);
	tiermm_topology_unref(t);
	return s;
}

static inline struct scene scene_of(void)
{
	return scene_on(&three_tiers, NULL);
}

static inline void leave(struct scene *s)
{
	assert_true(tiermm_reclaim_is_valid(s->r));
	tiermm_reclaim_destroy(s->r);
	tiermm_demotion_destroy(s->d);
}

static inline struct tiermm_nodeset nodes_of(uint64_t mask)
{
	return (struct tiermm_nodeset){ { mask } };
}

/* A clean page of a file, cold. */
static inline struct tiermm_folio cold_on(int32_t node)
{
	return (struct tiermm_folio){ .page = 0x1000, .node = node };
}

static inline struct tiermm_decision plan_one(const struct scene *s,
					      const struct tiermm_folio *folio)
{
	/* Whatever stood there is overwritten. */
	struct tiermm_decision d = { 77, 77, 77, 77, 77, 77, 77 };

	assert_int_equal(tiermm_reclaim_plan(s->r, &s->context, folio, 1, &d),
			 0);
	return d;
}

/* Report one outcome; the decision as it is then. */
static inline void report_one(const struct scene *s,
			      const struct tiermm_folio *folio,
			      struct tiermm_decision *d, uint32_t outcome)
{
	struct tiermm_result result = { .outcome = outcome };
	uint64_t open = 99;

	assert_int_equal(tiermm_reclaim_report(s->r, &s->context, folio, d,
					       &result, 1, &open),
			 0);
	assert_int_equal(open, !d->final);
}

/* The last word about a folio if each attempt comes to this outcome. */
static inline struct tiermm_decision run_one(const struct scene *s,
					     const struct tiermm_folio *folio,
					     uint32_t outcome)
{
	struct tiermm_decision d = plan_one(s, folio);

	do
		report_one(s, folio, &d, outcome);
	while (!d.final);
	return d;
}

static inline uint64_t counted(const struct scene *s, uint32_t table,
			       uint32_t index)
{
	uint64_t c[64], n;

	assert_int_equal(tiermm_reclaim_counters(s->r, table, c, 64, &n), 0);
	assert_true(index < n);
	return c[index];
}

static inline uint64_t counter(const struct scene *s, uint32_t index)
{
	return counted(s, TIERMM_RECLAIM_TABLE_COUNTERS, index);
}

static inline uint64_t pages_by_reason(const struct scene *s, uint32_t reason)
{
	return counted(s, TIERMM_RECLAIM_TABLE_REASONS, reason);
}

static inline uint64_t not_demoted(const struct scene *s, uint32_t reason)
{
	return counted(s, TIERMM_RECLAIM_TABLE_NOT_DEMOTED, reason);
}

/* Macros, so that a failure names the line of the test. */
#define assert_decision(decision, done, what, why)      \
	do {                                            \
		struct tiermm_decision d_ = (decision); \
		assert_int_equal(d_.final, done);       \
		assert_int_equal(d_.verdict, what);     \
		assert_int_equal(d_.reason, why);       \
	} while (0)

#define assert_final(decision, what, why) \
	assert_decision(decision, 1, what, why)

#define assert_open(decision, what, why) assert_decision(decision, 0, what, why)

#endif
