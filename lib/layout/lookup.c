/* SPDX-License-Identifier: MIT */
/* Which node a frame belongs to now (L2): total, wait-free, no store. */
#include "layout/relayout.h"

#include <tiermm/layout_inline.h>

int32_t tiermm_relayout_node(const struct tiermm_relayout *r, uint64_t frame)
{
	return tiermm__layout_at(&tiermm__layout_view(r)->map, frame);
}

/* The range that the frame is in, kept under the generation loaded first. */
static int32_t refill(const struct tiermm_relayout *r,
		      struct tiermm_layout_cursor *cursor, uint64_t frame)
{
	/* Acquire: the view is this one's or later. Partner: publish(). */
	uint64_t generation =
		atomic_load_explicit(&r->generation, memory_order_acquire);
	const struct tiermm__layout_map *m = &tiermm__layout_view(r)->map;
	uint64_t index;

	cursor->misses++;
	if (frame > m->last)
		return TIERMM_NO_NODE;
	index = tiermm__layout_index(m, frame);
	cursor->generation = generation;
	cursor->first = tiermm__layout_first(m->words[index]);
	cursor->frames = tiermm__layout_end(m, index) - cursor->first + 1;
	cursor->node = tiermm__layout_word_node(m->words[index]);
	return cursor->node;
}

int32_t tiermm_relayout_node_cursor(const struct tiermm_relayout *r,
				    struct tiermm_layout_cursor *cursor,
				    uint64_t frame)
{
	/* Relaxed: as in tiermm_relayout_node_inline(). */
	if (frame - cursor->first < cursor->frames &&
	    atomic_load_explicit(&r->generation, memory_order_relaxed) ==
		    cursor->generation)
		return cursor->node;
	return refill(r, cursor, frame);
}

uint64_t tiermm_relayout_generation(const struct tiermm_relayout *r)
{
	/* Acquire: partner is the release in tiermm__view_publish(). */
	return atomic_load_explicit(&r->generation, memory_order_acquire);
}

int tiermm_relayout_snapshot(struct tiermm_relayout *r,
			     struct tiermm_layout **out)
{
	int err = out ? tiermm__relayout_enter(r) : -TIERMM_EINVAL;

	if (err)
		return err;
	*out = tiermm_layout_ref(tiermm__layout_view(r)->layout);
	tiermm__relayout_leave(r);
	return 0;
}
