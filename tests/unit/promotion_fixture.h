/* SPDX-License-Identifier: MIT */
/* Small machines with pages on them, for the tests of lib/promotion. */
#ifndef TESTS_UNIT_PROMOTION_FIXTURE_H
#define TESTS_UNIT_PROMOTION_FIXTURE_H

#include "graph_fixture.h"

#include <tiermm/promotion.h>
#include <tiermm/promotion_explain.h>
#include <tiermm/promotion_plan.h>
#include <tiermm/promotion_sample.h>

#define MS UINT64_C(1000000)
#define PAGES 1024
/* Free pages far above any watermark, but below "much room". */
#define SOME_ROOM 100000

/*
 * 0, 1: DRAM with CPUs, on top; 2: tier 37; 3: tier 60; 4: HBM, tier 1, on
 * top as well, next to 0. Pages are 4 KiB.
 */
static const struct machine five_nodes = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 2, .tier = 4 },
		   { .id = 1, .cpus = 2, .tier = 4 },
		   { .id = 2, .tier = 37 },
		   { .id = 3, .tier = 60 },
		   { .id = 4, .tier = 1 } },
	.distance = { 10, 21, 25, 30, 12, 21, 10, 25, 30, 22, 25, 25, 10,
		      20, 26, 30, 30, 20, 10, 31, 12, 22, 26, 31, 10 },
};

static inline struct tiermm_promotion_room room_of(int32_t node, uint64_t free)
{
	return (struct tiermm_promotion_room){
		.node = node,
		.free_pages = free,
		.high_pages = 100,
		.promo_pages = 200,
		.present_pages = 1 << 20,
	};
}

static inline void set_room(struct tiermm_promotion *p, int32_t node,
			    uint64_t free)
{
	struct tiermm_promotion_room room = room_of(node, free);

	assert_int_equal(tiermm_promotion_set_rooms(p, &room, 1), 0);
}

/* All pages on node 2; nodes 0 and 1 have some room, the others none. */
static inline struct tiermm_promotion *
promotion_of(const struct machine *m, struct tiermm_promotion_options o)
{
	struct tiermm_demotion_graph *g = graph_by(m, TIERMM_STRATEGY_NEAREST);
	struct tiermm_promotion *p;

	o.size = sizeof(o);
	if (!o.pages)
		o.pages = PAGES;
	assert_int_equal(tiermm_promotion_create(&p, g, &o, NULL), 0);
	tiermm_demotion_graph_unref(g);
	assert_int_equal(tiermm_promotion_set_pages(p, 0, o.pages, 2), 0);
	set_room(p, 0, SOME_ROOM);
	set_room(p, 1, SOME_ROOM);
	return p;
}

#define PROMOTION(...)            \
	promotion_of(&five_nodes, \
		     (struct tiermm_promotion_options){ __VA_ARGS__ })

static inline void sample_as(struct tiermm_promotion *p, struct tiermm_sample s)
{
	assert_int_equal(tiermm_promotion_samples(p, &s, 1), 0);
}

static inline void access_at(struct tiermm_promotion *p, uint64_t ms,
			     uint64_t page)
{
	sample_as(p,
		  (struct tiermm_sample){ .page = page, .time_ns = ms * MS });
}

static inline void mark_at(struct tiermm_promotion *p, uint64_t ms,
			   uint64_t page)
{
	sample_as(p, (struct tiermm_sample){ .page = page,
					     .time_ns = ms * MS,
					     .kind = TIERMM_SAMPLE_MARK });
}

/* Marked, and used a little later: hot for the kernel policy. */
static inline void heat(struct tiermm_promotion *p, uint64_t ms, uint64_t page,
			int32_t accessor)
{
	mark_at(p, ms, page);
	sample_as(p, (struct tiermm_sample){ .page = page,
					     .time_ns = (ms + 10) * MS,
					     .accessor = accessor });
}

static inline uint64_t counter(const struct tiermm_promotion *p, uint32_t which)
{
	uint64_t all[TIERMM_PROMOTION_COUNTERS], n;

	assert_int_equal(tiermm_promotion_counters(p, all,
						   TIERMM_PROMOTION_COUNTERS,
						   &n),
			 0);
	assert_int_equal(n, TIERMM_PROMOTION_COUNTERS);
	return all[which];
}

static inline uint64_t reason(const struct tiermm_promotion *p, uint32_t which)
{
	return counter(p, TIERMM_PROMOTION_BY_REASON + which);
}

static inline struct tiermm_promotion_page page_at(struct tiermm_promotion *p,
						   uint64_t ms, uint64_t page)
{
	struct tiermm_promotion_page out;

	assert_int_equal(tiermm_promotion_get_page(p, ms * MS, page, &out), 0);
	return out;
}

static inline int32_t node_of(struct tiermm_promotion *p, uint64_t page)
{
	return page_at(p, 0, page).node;
}

/* Moves that a plan without limits writes, up to 64. */
static inline uint64_t plan_all(struct tiermm_promotion *p, uint64_t ms,
				struct tiermm_move *moves)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = ms * MS };
	uint64_t n;

	assert_int_equal(tiermm_promotion_plan(p, &q, moves, 64, &n, NULL), 0);
	return n;
}

static inline void report_one(struct tiermm_promotion *p, uint64_t ms,
			      struct tiermm_move move, uint32_t outcome)
{
	struct tiermm_result result = { .outcome = outcome };

	assert_int_equal(tiermm_promotion_report(p, ms * MS, &move, &result, 1),
			 0);
}

static inline void move_page(struct tiermm_promotion *p, uint64_t ms,
			     uint64_t page, int32_t to)
{
	assert_int_equal(tiermm_promotion_pages_moved(p, ms * MS, page, 1, to),
			 0);
}

static inline struct tiermm_promotion_why why_at(struct tiermm_promotion *p,
						 uint64_t ms, uint64_t page)
{
	struct tiermm_promotion_why why = { .size = sizeof(why) };

	assert_int_equal(tiermm_promotion_explain(p, ms * MS, page, 0, &why),
			 0);
	return why;
}

static inline void done_with(struct tiermm_promotion *p)
{
	assert_int_equal(tiermm_promotion_is_valid(p), 1);
	tiermm_promotion_destroy(p);
}

#endif
