/* SPDX-License-Identifier: MIT */
/* An engine that promotes, pages that it knows, and how they become hot. */
#ifndef TESTS_UNIT_PROMOTE_FIXTURE_H
#define TESTS_UNIT_PROMOTE_FIXTURE_H

#include "engine_fixture.h"

#include <tiermm/promotion_explain.h>

#define PAGES 64
#define MS UINT64_C(1000000)

/* Keys are 0x1000 * (index + 1), as KEY() has it. */
static inline void promote_begin(struct engine_fixture *x,
				 struct tiermm_promotion_map *map)
{
	struct tiermm_promotion_options p = {
		.size = sizeof(p),
		.flags = TIERMM_PROMOTION_NO_GUARD,
		.pages = PAGES,
		.policy = TIERMM_PROMOTION_KERNEL,
	};
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .key_base = 0x1000,
					   .key_shift = 12,
					   .map = map,
					   .promotion = &p };

	engine_begin(x, &o, NULL);
}

static inline void tell_rooms(struct engine_fixture *x, uint64_t fast,
			      uint64_t slow)
{
	struct tiermm_engine_room rooms[] = {
		{ .node = 0,
		  .managed_pages = 1000,
		  .min_pages = 4,
		  .free_pages = fast },
		{ .node = 2,
		  .managed_pages = 1000,
		  .min_pages = 4,
		  .free_pages = slow },
	};

	assert_int_equal(tiermm_engine_set_rooms(x->e, rooms, 2), 0);
}

/* Pages first to first + n stand on node 2. */
static inline void place(struct engine_fixture *x, uint32_t first, uint32_t n)
{
	engine_put(x, first, n, 2);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    x->e),
						    first, n, 2),
			 0);
}

/* Marked at one time, faulted on by node 0 one millisecond later: hot. */
static inline void heat(struct engine_fixture *x, uint64_t first, uint64_t n,
			uint64_t ms)
{
	struct tiermm_sample sample[2 * PAGES];

	for (uint64_t i = 0; i < n; i++) {
		sample[i] = (struct tiermm_sample){
			.page = first + i,
			.time_ns = ms * MS,
			.accessor = 0,
			.kind = TIERMM_SAMPLE_MARK,
		};
		sample[n + i] = sample[i];
		sample[n + i].time_ns += MS;
		sample[n + i].kind = TIERMM_SAMPLE_HINT_FAULT;
	}
	assert_int_equal(tiermm_engine_samples(x->e, sample, 2 * n), 0);
}

static inline int promote(struct engine_fixture *x, uint64_t budget,
			  uint64_t ms)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .budget_pages = budget,
					    .now_ns = ms * MS };

	return tiermm_engine_promote(x->e, &q, NULL, &x->step);
}

/* An engine whose promotion knows one page of node 2, by a map. */
static inline struct tiermm_promotion_map *
map_begin(struct engine_fixture *x, uint64_t key, uint64_t *index)
{
	struct tiermm_promotion_map *map;
	uint64_t n;

	assert_int_equal(tiermm_promotion_map_create(&map, PAGES, 1, NULL), 0);
	assert_int_equal(tiermm_promotion_map_add(map, &key, 1, index, &n), 0);
	promote_begin(x, map);
	tell_rooms(x, 500, 500);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    x->e),
						    *index, 1, 2),
			 0);
	return map;
}

#endif
