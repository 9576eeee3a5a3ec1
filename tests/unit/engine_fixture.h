/* SPDX-License-Identifier: MIT */
/*
 * An engine over a mock: three tiers, nodes 0 and 1 on top, 2 in the middle,
 * 3 at the bottom.
 */
#ifndef TESTS_UNIT_ENGINE_FIXTURE_H
#define TESTS_UNIT_ENGINE_FIXTURE_H

#include "support/cmocka.h"
#include "support/machine.h"

#include <string.h>

#include <tiermm/backends/mock.h>

#define FOLIOS 64
#define KEY(i) (0x1000 * ((uint64_t)(i) + 1))

struct engine_fixture {
	struct tiermm_engine *e;
	struct tiermm_mock *mock;
	struct tiermm_topology *topology;
	struct tiermm_reclaim_context context;
	struct tiermm_folio folio[FOLIOS];
	struct tiermm_decision decision[FOLIOS];
	struct tiermm_step step;
};

static inline struct tiermm_mock *engine_mock(void)
{
	struct tiermm_mock_options o = { .size = sizeof(o),
					 .max_calls = 1 << 16 };
	struct tiermm_mock *mock;

	assert_int_equal(tiermm_mock_create(&mock, &o, NULL), 0);
	return mock;
}

/* An engine over the table given, or over a mock of its own. */
static inline void engine_begin(struct engine_fixture *x,
				const struct tiermm_engine_options *options,
				const struct tiermm_memops *ops)
{
	memset(x, 0, sizeof(*x));
	x->topology = machine_topology(&machine_three_tiers);
	x->mock = engine_mock();
	if (!ops)
		ops = tiermm_mock_memops(x->mock);
	assert_int_equal(tiermm_engine_create(&x->e, x->topology, options, ops,
					      TIERMM_CAN_ALL, NULL, NULL),
			 0);
	x->context.size = sizeof(x->context);
	x->step.size = sizeof(x->step);
}

static inline void engine_end(struct engine_fixture *x)
{
	tiermm_engine_destroy(x->e);
	tiermm_mock_destroy(x->mock);
	tiermm_topology_unref(x->topology);
}

/* Cold anonymous folios of one page, number first to first + n, on a node. */
static inline void engine_put(struct engine_fixture *x, uint32_t first,
			      uint32_t n, int32_t node)
{
	for (uint32_t i = first; i < first + n; i++) {
		x->folio[i] =
			(struct tiermm_folio){ .page = KEY(i),
					       .node = node,
					       .flags = TIERMM_FOLIO_ANON };
		assert_int_equal(tiermm_mock_put(x->mock, KEY(i), node), 0);
	}
}

static inline int engine_demote(struct engine_fixture *x, uint32_t n)
{
	return tiermm_engine_demote(x->e, &x->context, NULL, x->folio, n,
				    x->decision, &x->step);
}

static inline uint64_t engine_counter(const struct engine_fixture *x,
				      uint32_t index)
{
	uint64_t counter[TIERMM_ENGINE_COUNTERS], n;

	assert_int_equal(tiermm_engine_counters(x->e, counter,
						TIERMM_ENGINE_COUNTERS, &n),
			 0);
	assert_int_equal(n, TIERMM_ENGINE_COUNTERS);
	return counter[index];
}

/* Sums of the step, which are to be those of its folios. */
static inline uint64_t engine_sum(const struct tiermm_step *s)
{
	return s->demoted + s->already + s->paged_out + s->discarded +
	       s->split + s->kept + s->later + s->activated + s->failed;
}

/* I8: each folio in one verdict, and where that verdict says. */
static inline void engine_check_conservation(struct engine_fixture *x,
					     uint32_t n)
{
	uint64_t pages = 0, out = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct tiermm_decision *d = &x->decision[i];
		int32_t where = tiermm_mock_where(x->mock, x->folio[i].page);
		int known = d->reason != TIERMM_RECLAIM_UNKNOWN &&
			    d->reason != TIERMM_RECLAIM_ABSENT;

		assert_int_equal(d->final, 1);
		pages += (uint64_t)1 << x->folio[i].order;
		if (d->verdict == TIERMM_VERDICT_DEMOTE)
			assert_int_equal(where, d->to);
		else if (d->verdict == TIERMM_VERDICT_PAGE_OUT ||
			 d->verdict == TIERMM_VERDICT_DISCARD)
			assert_int_equal(where, TIERMM_NO_NODE);
		else if (known)
			assert_int_equal(where, x->folio[i].node);
	}
	assert_int_equal(x->step.taken, n);
	assert_int_equal(x->step.pages, pages);
	assert_int_equal(engine_sum(&x->step), pages);
	for (uint32_t i = 0; i < TIERMM_VERDICTS; i++)
		out += engine_counter(x, TIERMM_ENGINE_OF_RECLAIM +
						 TIERMM_RECLAIM_PAGES_OUT + i);
	assert_int_equal(out,
			 engine_counter(x, TIERMM_ENGINE_OF_RECLAIM +
						   TIERMM_RECLAIM_PAGES_IN));
}

#endif
