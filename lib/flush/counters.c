/* SPDX-License-Identifier: MIT */
/* What a tracker tells of itself: pages parked, and counters. */
#include "flush/tracker.h"

static uint64_t pending(const struct tiermm__lane *lane)
{
	/*
	 * Acquire: whatever is counted as given back has been counted as queued
	 * before. Partner: the release in tiermm__tally_end().
	 */
	uint64_t returned = atomic_load_explicit(&lane->returned_pages,
						 memory_order_acquire);

	return atomic_load_explicit(&lane->queued_pages, memory_order_relaxed) -
	       returned;
}

int tiermm_flush_pending(const struct tiermm_flush *f, int32_t node,
			 uint64_t *out)
{
	if (!f || !out)
		return -TIERMM_EINVAL;
	if (node < 0 || (uint32_t)node >= f->max_nodes)
		return -TIERMM_ENODEV;
	*out = pending(&f->lanes[node]);
	return 0;
}

/* What lanes count, each for itself. */
static void add_lanes(const struct tiermm_flush *f, uint64_t *queued,
		      uint64_t *pages)
{
	*queued = 0;
	*pages = 0;
	/* Relaxed: each is a number by itself. */
	for (uint32_t i = 0; i < f->max_nodes; i++) {
		*queued += atomic_load_explicit(&f->lanes[i].queued,
						memory_order_relaxed);
		*pages += atomic_load_explicit(&f->lanes[i].queued_pages,
					       memory_order_relaxed);
	}
}

int tiermm_flush_counters(const struct tiermm_flush *f, uint64_t *out,
			  uint64_t cap, uint64_t *n_out)
{
	uint64_t queued, pages;

	if (!f || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	/* Relaxed: each is a number by itself. */
	for (uint64_t i = 0; i < cap && i < TIERMM_FLUSH_COUNTERS; i++)
		out[i] = atomic_load_explicit(&f->counter[i],
					      memory_order_relaxed);
	if (cap > TIERMM_FLUSH_GENERATION)
		out[TIERMM_FLUSH_GENERATION] = tiermm__generation(f);
	add_lanes(f, &queued, &pages);
	if (cap > TIERMM_FLUSH_QUEUED)
		out[TIERMM_FLUSH_QUEUED] = queued;
	if (cap > TIERMM_FLUSH_QUEUED_PAGES)
		out[TIERMM_FLUSH_QUEUED_PAGES] = pages;
	*n_out = TIERMM_FLUSH_COUNTERS;
	return 0;
}
