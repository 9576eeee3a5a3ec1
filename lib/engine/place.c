/* SPDX-License-Identifier: MIT */
/*
 * The table knows pages by key, promotion by index: from one to the other, and
 * what reclaim moved told to promotion.
 */
#include "engine/engine.h"

#define NO_INDEX UINT64_MAX

int tiermm__key_of(struct tiermm_engine *e, uint64_t index, uint64_t *key)
{
	if (e->map)
		return tiermm_promotion_map_key(e->map, index, key);
	*key = e->key_base + (index << e->key_shift);
	return 0;
}

uint64_t tiermm__index_of(struct tiermm_engine *e, uint64_t key, uint64_t pages)
{
	uint64_t index = NO_INDEX;

	if (e->map) {
		if (tiermm_promotion_map_find(e->map, &key, 1, &index))
			return NO_INDEX;
	} else if (key >= e->key_base) {
		index = (key - e->key_base) >> e->key_shift;
	}
	if (index >= e->promotion_pages || pages > e->promotion_pages - index)
		return NO_INDEX;
	return index;
}

void tiermm__tell_moved(struct tiermm__act *act)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	uint64_t n = 0;

	if (!e->promotion)
		return;
	for (uint64_t i = 0; i < b->n; i++) {
		uint64_t index;

		if (b->results[i].outcome != TIERMM_OUTCOME_DONE)
			continue;
		index = tiermm__index_of(e, b->moves[i].page,
					 b->moves[i].pages);
		if (index == NO_INDEX)
			continue;
		e->plan[n] = b->moves[i];
		e->plan[n].page = index;
		b->results[n++] = b->results[i];
	}
	/* One that is inside promotion itself tells it what he moves. */
	if (n)
		(void)tiermm_promotion_report(e->promotion, act->now_ns,
					      e->plan, b->results, n);
}

void tiermm__tell_gone(struct tiermm_engine *e, uint64_t key, uint32_t order)
{
	uint64_t pages = (uint64_t)1 << order, index;

	if (!e->promotion)
		return;
	index = tiermm__index_of(e, key, pages);
	if (index != NO_INDEX)
		(void)tiermm_promotion_set_pages(e->promotion, index, pages,
						 TIERMM_NO_NODE);
}
