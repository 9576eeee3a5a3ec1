/* SPDX-License-Identifier: MIT */
/* Small layouts and what is in force, for the tests of that module. */
#ifndef TESTS_UNIT_LAYOUT_FIXTURE_H
#define TESTS_UNIT_LAYOUT_FIXTURE_H

#include "support/cmocka.h"

#include <tiermm/layout_account.h>
#include <tiermm/layout_inbox.h>
#include <tiermm/layout_listen.h>
#include <tiermm/layout_move.h>
#include <tiermm/layout_page.h>
#include <tiermm/layout_pattern.h>

/* The layouts below have frames 0 to this. */
#define LAST UINT64_C(1023)

static inline struct tiermm_layout *
layout_of(const struct tiermm_layout_range *ranges, uint64_t n)
{
	struct tiermm_layout_options o = { .size = sizeof(o),
					   .last_frame = LAST };
	struct tiermm_layout *l;

	assert_int_equal(tiermm_layout_create(&l, ranges, n, &o, NULL, NULL),
			 0);
	assert_int_equal(tiermm_layout_is_valid(l), 1);
	return l;
}

/* Node 0 below a frame, node 1 from there on. */
static inline struct tiermm_layout *halves(uint64_t border)
{
	struct tiermm_layout_range r[2] = {
		{ .first = 0, .last = border - 1, .node = 0 },
		{ .first = border, .last = LAST, .node = 1 },
	};

	return layout_of(r, 2);
}

/* Everything on one node. */
static inline struct tiermm_layout *all_on(int32_t node)
{
	struct tiermm_layout_range r = { .last = LAST, .node = node };

	return layout_of(&r, 1);
}

static inline struct tiermm_relayout *
force(struct tiermm_layout *l, const struct tiermm_relayout_options *o)
{
	struct tiermm_relayout *r;

	assert_int_equal(tiermm_relayout_create(&r, l, o, NULL, NULL), 0);
	tiermm_layout_unref(l);
	return r;
}

/* Prepare and commit; the reference is taken over. */
static inline void commit_to(struct tiermm_relayout *r, struct tiermm_layout *l)
{
	assert_int_equal(tiermm_relayout_prepare(r, l, NULL, 0, NULL), 0);
	assert_int_equal(tiermm_relayout_commit(r), 0);
	tiermm_layout_unref(l);
}

/* Free a block; returns the node that all of it goes to. */
static inline int32_t free_block(struct tiermm_relayout *r, uint64_t frame,
				 uint32_t order, int32_t node)
{
	struct tiermm_layout_page page = { frame, order, node }, out;
	uint64_t n = 0;

	assert_int_equal(tiermm_relayout_on_free(r, &page, &out, 1, &n), 0);
	assert_int_equal(n, 1);
	return out.node;
}

/* As at boot: each page of a span is freed where it is. */
static inline void free_span(struct tiermm_relayout *r, uint64_t first,
			     uint64_t last)
{
	for (uint64_t f = first; f <= last; f++)
		(void)free_block(r, f, 0, tiermm_relayout_node(r, f));
}

static inline struct tiermm_layout_account account(struct tiermm_relayout *r,
						   int32_t node)
{
	struct tiermm_layout_account a[TIERMM_MAX_NODES];
	uint64_t n;

	assert_int_equal(tiermm_relayout_accounts(r, TIERMM_LAYOUT_ALL_ZONES, a,
						  TIERMM_MAX_NODES, &n),
			 0);
	assert_true((uint64_t)node < n);
	return a[node];
}

static inline uint64_t counter(struct tiermm_relayout *r, uint32_t index)
{
	uint64_t c[TIERMM_LAYOUT_COUNTERS], n;

	assert_int_equal(tiermm_relayout_counters(r, c, TIERMM_LAYOUT_COUNTERS,
						  &n),
			 0);
	assert_int_equal(n, TIERMM_LAYOUT_COUNTERS);
	return c[index];
}

/* Plan and report to the end; each item is DONE, from this node. */
static inline uint64_t sweep_from(struct tiermm_relayout *r, int32_t from)
{
	struct tiermm_layout_step s = { .size = sizeof(s) };
	uint64_t pages = 0, n = 0;

	do {
		struct tiermm_move m;
		struct tiermm_result res = { TIERMM_OUTCOME_DONE, 0, 0 };

		assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
		if (n) {
			m.from = from;
			res.pages = m.pages;
			pages += m.pages;
		}
		assert_int_equal(tiermm_relayout_report(r, &s, &m, &res, n), 0);
	} while (s.frames);
	return pages;
}

static inline void done_with(struct tiermm_relayout *r)
{
	assert_int_equal(tiermm_relayout_is_valid(r), 1);
	tiermm_relayout_destroy(r);
}

#endif
