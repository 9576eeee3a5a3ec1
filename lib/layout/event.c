/* SPDX-License-Identifier: MIT */
/*
 * What happened, for who cannot be called: a ring that the owner writes and
 * anybody reads. A slot has the sequence of the event that stands in it, odd
 * while it is written. Fields are stored with release and loaded with acquire:
 * so who sees a field of a later event sees its sequence too, in the second
 * look, and drops what it read. Model: tests/model/layout_event.pml.
 */
#include "layout/relayout.h"

#include <stddef.h>

void tiermm__layout_event(struct tiermm_relayout *r, uint32_t kind,
			  int32_t node, uint64_t pages)
{
	/* Relaxed: only the owner stores these. */
	uint64_t place =
		atomic_load_explicit(&r->happened, memory_order_relaxed);
	uint64_t generation =
		atomic_load_explicit(&r->generation, memory_order_relaxed);
	struct tiermm__layout_event *e = &r->events[place % r->max_events];

	atomic_store_explicit(&e->sequence, 2 * place + 1,
			      memory_order_relaxed);
	/* Release, all: behind the odd sequence. Partner: read(). */
	atomic_store_explicit(&e->kind, kind, memory_order_release);
	atomic_store_explicit(&e->node, (uint32_t)node, memory_order_release);
	atomic_store_explicit(&e->generation, generation, memory_order_release);
	atomic_store_explicit(&e->pages, pages, memory_order_release);
	atomic_store_explicit(&e->sequence, 2 * place + 2,
			      memory_order_release);
	/* Release: the event is whole. Partner: tiermm_relayout_events(). */
	atomic_store_explicit(&r->happened, place + 1, memory_order_release);
}

/* The event of a place; 0 where another one stands there by now. */
static int read(const struct tiermm__layout_event *e, uint64_t place,
		struct tiermm_layout_event *out)
{
	/* Acquire, all: the second look comes behind. Partner: the stores. */
	if (atomic_load_explicit(&e->sequence, memory_order_acquire) !=
	    2 * place + 2)
		return 0;
	*out = (struct tiermm_layout_event){
		.kind = (uint32_t)atomic_load_explicit(&e->kind,
						       memory_order_acquire),
		.node = (int32_t)(uint32_t)
			atomic_load_explicit(&e->node, memory_order_acquire),
		.generation = atomic_load_explicit(&e->generation,
						   memory_order_acquire),
		.pages = atomic_load_explicit(&e->pages, memory_order_acquire),
	};
	/* Relaxed: ordered by the acquires before. */
	return atomic_load_explicit(&e->sequence, memory_order_relaxed) ==
	       2 * place + 2;
}

int tiermm_relayout_events(const struct tiermm_relayout *r, uint64_t *place,
			   struct tiermm_layout_event *out, uint64_t cap,
			   uint64_t *n_out)
{
	uint64_t n = 0, end;

	if (!r || !place || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	/* Acquire: partner is the release in tiermm__layout_event(). */
	end = atomic_load_explicit(&r->happened, memory_order_acquire);
	if (end - *place > r->max_events)
		*place = end - r->max_events;
	/* What is overwritten meanwhile is passed over. */
	for (; n < cap && *place != end; ++*place)
		n += (uint64_t)read(&r->events[*place % r->max_events], *place,
				    &out[n]);
	*n_out = n;
	return 0;
}

const char *tiermm_layout_event_name(uint32_t kind)
{
	static const char *const names[] = {
		[TIERMM_LAYOUT_COMMITTED] = "committed",
		[TIERMM_LAYOUT_REFUSED] = "refused",
		[TIERMM_LAYOUT_NODE_GAINED] = "node_gained",
		[TIERMM_LAYOUT_NODE_EMPTIED] = "node_emptied",
		[TIERMM_LAYOUT_SWEPT] = "swept",
		[TIERMM_LAYOUT_DRAINED] = "drained",
		[TIERMM_LAYOUT_COMPLETE] = "complete",
	};

	return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
}
