/* SPDX-License-Identifier: MIT */
/*
 * Views take turns in a few slots of the object: one in force, one prepared,
 * the others held by readers. So neither prepare nor commit needs memory.
 */
#include "layout/relayout.h"

#include <stddef.h>

struct tiermm__layout_view *tiermm__view_take(struct tiermm_relayout *r)
{
	for (uint32_t i = 0; i < TIERMM__LAYOUT_VIEWS; i++) {
		struct tiermm__layout_view *v = &r->views[i];

		/* Acquire: partner is the release in give_back(). */
		if (atomic_load_explicit(&v->used, memory_order_acquire))
			continue;
		/* Relaxed: only the owner takes slots. */
		atomic_store_explicit(&v->used, 1, memory_order_relaxed);
		v->owner = r;
		/* Relaxed: the owner's own reference keeps it. */
		atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
		return v;
	}
	return NULL;
}

void tiermm__view_fill(struct tiermm__layout_view *v,
		       struct tiermm_layout *layout,
		       struct tiermm_layout *before)
{
	v->layout = layout;
	v->before = before;
	v->map = layout->map;
	if (before)
		v->was = before->map;
}

void tiermm__view_give_back(struct tiermm__layout_view *v)
{
	struct tiermm_relayout *r = v->owner;

	tiermm_layout_unref(v->layout);
	tiermm_layout_unref(v->before);
	v->layout = NULL;
	v->before = NULL;
#ifdef TIERMM_DEBUG_CHECKS
	/* Poison, as in tiermm_layout_unref(). */
	memset(&v->map, 0xa5, sizeof(v->map));
	memset(&v->was, 0xa5, sizeof(v->was));
#endif
	/* Release: the slot is empty. Partner: tiermm__view_take(). */
	atomic_store_explicit(&v->used, 0, memory_order_release);
	tiermm__relayout_unref(r);
}

void tiermm__view_publish(struct tiermm_relayout *r,
			  struct tiermm__layout_view *v)
{
	/*
	 * Release, both: the view is whole, and it stands before its
	 * generation (relayout.h, 6). Partners: tiermm__layout_view() and
	 * tiermm_relayout_node_cursor().
	 */
	atomic_store_explicit(&r->view, v, memory_order_release);
	atomic_store_explicit(&r->generation, v->generation,
			      memory_order_release);
}

static void release(struct tiermm_retired *retired)
{
	struct tiermm__layout_view *v = (struct tiermm__layout_view *)retired;
	struct tiermm_relayout *r = v->owner;
	/* Relaxed: only compared. */
	uint64_t before =
		atomic_load_explicit(&r->released, memory_order_relaxed);

	/* Release: what readers did comes before. Partner: readers_passed. */
	while (before < v->generation &&
	       !atomic_compare_exchange_weak_explicit(&r->released, &before,
						      v->generation,
						      memory_order_release,
						      memory_order_relaxed))
		;
	tiermm__view_give_back(v);
}

void tiermm__view_retire(struct tiermm_relayout *r,
			 struct tiermm__layout_view *v)
{
	v->retired = (struct tiermm_retired){ .release = release,
					      .bytes = v->layout->bytes };
	if (!r->retire.retire) {
		release(&v->retired);
		return;
	}
	r->retire.retire(r->retire.self, &v->retired);
	(void)r->retire.poll(r->retire.self);
}

static void probe_is_back(struct tiermm_retired *retired)
{
	struct tiermm_relayout *r =
		(struct tiermm_relayout
			 *)(void *)((char *)retired -
				    offsetof(struct tiermm_relayout, probe));

	/* Release: as in release(). Partner: tiermm__readers_passed(). */
	atomic_store_explicit(&r->probing, 0, memory_order_release);
	tiermm__relayout_unref(r);
}

void tiermm__probe(struct tiermm_relayout *r)
{
	if (!r->retire.retire)
		r->again = 0;
	/* Acquire: the probe may be used again. Partner: probe_is_back(). */
	if (!r->again ||
	    atomic_load_explicit(&r->probing, memory_order_acquire))
		return;
	r->again = 0;
	r->probe = (struct tiermm_retired){ .release = probe_is_back };
	/* Relaxed, both: the retire table orders what comes behind. */
	atomic_store_explicit(&r->probing, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	r->retire.retire(r->retire.self, &r->probe);
	(void)r->retire.poll(r->retire.self);
}

void tiermm__want_drains(struct tiermm_relayout *r)
{
	/* Release: the marks are set. Partner: drain_wanted. */
	atomic_fetch_add_explicit(&r->drain_wanted, 1, memory_order_release);
}

void tiermm__sweep_again(struct tiermm_relayout *r, uint64_t first,
			 uint64_t last)
{
	tiermm__marks_set(r, first, last);
	tiermm__want_drains(r);
	r->again = 1;
	r->told = 0;
	/* Relaxed: a number by itself. Partner: tiermm__layout_several(). */
	atomic_store_explicit(&r->astray, tiermm__layout_view(r)->generation,
			      memory_order_relaxed);
	if (r->prepared)
		r->prepared->several = 1;
	if (r->sweep > first)
		r->sweep = first;
}

int tiermm__readers_passed(const struct tiermm_relayout *r)
{
	/* Relaxed: the owner stores it. */
	uint64_t now =
		atomic_load_explicit(&r->generation, memory_order_relaxed);

	/* Acquire: partner is probe_is_back(). */
	if (r->again || atomic_load_explicit(&r->probing, memory_order_acquire))
		return 0;
	/* Acquire: partner is release(). */
	return atomic_load_explicit(&r->released, memory_order_acquire) + 1 >=
	       now;
}
