/* SPDX-License-Identifier: MIT */
/* A layout is held, let go, and read. */
#include "layout/map.h"

#include "base/assert.h"
#include "base/memory.h"

struct tiermm_layout *tiermm_layout_ref(struct tiermm_layout *l)
{
	/* Relaxed: who has a reference may make another one. */
	atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	return l;
}

void tiermm_layout_unref(struct tiermm_layout *l)
{
	struct tiermm_alloc mem;
	uint64_t bytes;

	/* Acquire, release: all uses come before the end. Partner: itself. */
	if (!l ||
	    atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel) != 1)
		return;
	mem = l->mem; /* it stands in what it frees */
	bytes = l->bytes;
#ifdef TIERMM_DEBUG_CHECKS
	/* Poison: who reads a layout that is gone gets no old answer (I14). */
	memset(l, 0xa5, (size_t)bytes);
#endif
	tiermm__free(&mem, l, bytes);
}

int32_t tiermm_layout_node(const struct tiermm_layout *l, uint64_t frame)
{
	return tiermm__layout_at(&l->map, frame);
}

int tiermm_layout_node_array(const struct tiermm_layout *l,
			     const uint64_t *frames, uint64_t n, int32_t *nodes)
{
	if (!l || (n && (!frames || !nodes)))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n; i++)
		nodes[i] = tiermm__layout_at(&l->map, frames[i]);
	return 0;
}

uint64_t tiermm_layout_count(const struct tiermm_layout *l)
{
	return l->map.count;
}

uint64_t tiermm_layout_last_frame(const struct tiermm_layout *l)
{
	return l->map.last;
}

uint64_t tiermm_layout_bytes(const struct tiermm_layout *l)
{
	return l->bytes;
}

int tiermm_layout_range_at(const struct tiermm_layout *l, uint64_t index,
			   struct tiermm_layout_range *out)
{
	if (!l || !out)
		return -TIERMM_EINVAL;
	if (index >= l->map.count)
		return -TIERMM_ENOENT;
	*out = (struct tiermm_layout_range){
		.first = tiermm__layout_first(l->map.words[index]),
		.last = tiermm__layout_end(&l->map, index),
		.node = tiermm__layout_word_node(l->map.words[index]),
	};
	return 0;
}

int tiermm_layout_range_of(const struct tiermm_layout *l, uint64_t frame,
			   struct tiermm_layout_range *out)
{
	if (!l || !out)
		return -TIERMM_EINVAL;
	if (frame > l->map.last)
		return -TIERMM_ENOENT;
	return tiermm_layout_range_at(l, tiermm__layout_index(&l->map, frame),
				      out);
}

/* Each piece of the table begins where it says, and MANY where it has to. */
static int table_is_valid(const struct tiermm__layout_map *m)
{
	uint64_t pieces = tiermm__layout_pieces(m);

	for (uint64_t p = 0; p < pieces; p++) {
		uint64_t index = m->table[p] >> 1, first = p << m->shift;

		if (index >= m->count ||
		    tiermm__layout_first(m->words[index]) > first ||
		    (index + 1 < m->count &&
		     tiermm__layout_first(m->words[index + 1]) <= first))
			return 0;
		if (!(m->table[p] & TIERMM__LAYOUT_MANY) &&
		    index + 2 < m->count &&
		    tiermm__layout_first(m->words[index + 2]) <
			    (p + 1) << m->shift)
			return 0;
	}
	return m->table[pieces] >> 1 == m->count - 1;
}

int tiermm_layout_is_valid(const struct tiermm_layout *l)
{
	const struct tiermm__layout_map *m;

	if (!l)
		return 0;
	m = &l->map;
	if (!m->count || m->last >= TIERMM_LAYOUT_FRAMES ||
	    tiermm__layout_first(m->words[0]) ||
	    m->words[m->count] != TIERMM__LAYOUT_END)
		return 0;
	for (uint64_t i = 1; i < m->count; i++)
		if (tiermm__layout_first(m->words[i]) <=
		    tiermm__layout_first(m->words[i - 1]))
			return 0;
	return tiermm__layout_first(m->words[m->count - 1]) <= m->last &&
	       table_is_valid(m);
}
