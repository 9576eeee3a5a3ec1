/* SPDX-License-Identifier: MIT */
/* Caches of free pages, and whether each was drained since a commit (L13). */
#include "layout/relayout.h"

static uint64_t drained(const struct tiermm_relayout *r, uint32_t cache)
{
	/* Acquire: the drain comes before. Partner: the release below. */
	return atomic_load_explicit(&r->drained[cache], memory_order_acquire);
}

static void store(struct tiermm_relayout *r, uint32_t cache, uint64_t value)
{
	/* Release: the drain comes before. Partner: drained(). */
	atomic_store_explicit(&r->drained[cache], value, memory_order_release);
}

uint64_t tiermm_relayout_drain_wanted(const struct tiermm_relayout *r)
{
	/* Acquire: the marks are set. Partner: the release in view.c. */
	return atomic_load_explicit(&r->drain_wanted, memory_order_acquire);
}

static int is_there(const struct tiermm_relayout *r, uint32_t cache)
{
	return cache < r->max_caches &&
	       drained(r, cache) != TIERMM__LAYOUT_NO_CACHE;
}

int tiermm_relayout_cache_join(struct tiermm_relayout *r, uint32_t cache)
{
	if (!r || cache >= r->max_caches)
		return -TIERMM_EINVAL;
	if (is_there(r, cache))
		return -TIERMM_EEXIST;
	/* Empty: what it takes in from now on was asked about. */
	store(r, cache, tiermm_relayout_drain_wanted(r));
	return 0;
}

int tiermm_relayout_cache_leave(struct tiermm_relayout *r, uint32_t cache)
{
	if (!r || !is_there(r, cache))
		return -TIERMM_EINVAL;
	store(r, cache, TIERMM__LAYOUT_NO_CACHE);
	return 0;
}

int tiermm_relayout_drained(struct tiermm_relayout *r, uint32_t cache,
			    uint64_t wanted)
{
	if (!r || !is_there(r, cache) ||
	    wanted > tiermm_relayout_drain_wanted(r))
		return -TIERMM_EINVAL;
	if (wanted > drained(r, cache))
		store(r, cache, wanted);
	tiermm__layout_add(r, TIERMM_LAYOUT_DRAINS, 1);
	return 0;
}

uint32_t tiermm__caches_left(const struct tiermm_relayout *r)
{
	uint64_t wanted = tiermm_relayout_drain_wanted(r);
	uint32_t left = 0;

	/* NO_CACHE is the greatest number: drained for ever. */
	for (uint32_t i = 0; i < r->max_caches; i++)
		left += drained(r, i) < wanted;
	return left;
}
