/* SPDX-License-Identifier: MIT */
/* How far a change is, and what has come about meanwhile (L6, L11, L13). */
#include "layout/relayout.h"

#include "base/nodeset.h"
#include "base/options.h"

static int is_swept(const struct tiermm_relayout *r)
{
	return r->sweep > r->last;
}

static int is_complete(const struct tiermm_relayout *r)
{
	return is_swept(r) && !r->retry && !tiermm__caches_left(r) &&
	       tiermm__readers_passed(r);
}

int tiermm_relayout_progress(struct tiermm_relayout *r,
			     struct tiermm_layout_progress *out)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };
	int err = -TIERMM_EINVAL;

	if (out && out->size >= sizeof(*out))
		err = tiermm__relayout_enter(r);
	if (err)
		return err;
	p.complete = (uint32_t)is_complete(r);
	p.generation = tiermm__layout_view(r)->generation;
	p.differ = r->differ;
	p.swept = r->sweep;
	p.frames = r->last + 1;
	/* Relaxed: numbers by themselves. */
	for (uint32_t i = TIERMM_LAYOUT_MOVED_ON_FREE;
	     i <= TIERMM_LAYOUT_MOVED_REPORTED; i++)
		p.moved += atomic_load_explicit(&r->counter[i],
						memory_order_relaxed);
	p.moved -= r->moved_before;
	p.retry = r->retry;
	p.pending = tiermm__marks_count(r, 0, r->last);
	p.caches = tiermm__caches_left(r);
	p.readers = !tiermm__readers_passed(r);
	tiermm__give_out(out, &p, sizeof(p));
	tiermm__relayout_leave(r);
	return 0;
}

/* Tell once a generation. */
static void tell(struct tiermm_relayout *r, uint32_t kind, int holds)
{
	uint32_t bit = UINT32_C(1) << kind;

	if (!holds || r->told & bit)
		return;
	r->told |= bit;
	tiermm__layout_event(r, kind, TIERMM_NO_NODE, 0);
}

static void tell_of_nodes(struct tiermm_relayout *r)
{
	struct tiermm_nodeset now = tiermm__layout_nodes_now(r);

	for (int32_t n = 0; n < (int32_t)r->max_nodes; n++) {
		int has = tiermm__nodeset_has(&now, n);

		if (has == tiermm__nodeset_has(&r->known, n))
			continue;
		tiermm__layout_event(r,
				     has ? TIERMM_LAYOUT_NODE_GAINED
					 : TIERMM_LAYOUT_NODE_EMPTIED,
				     n, 0);
	}
	r->known = now;
}

int tiermm_relayout_poll(struct tiermm_relayout *r, uint64_t *held)
{
	int err = tiermm__relayout_enter(r);
	uint64_t n = 0;

	if (err)
		return err;
	tiermm__probe(r);
	if (r->retire.poll)
		(void)r->retire.poll(r->retire.self);
	for (uint32_t i = 0; i < TIERMM__LAYOUT_VIEWS; i++)
		/* Acquire: partner is the release in give_back(). */
		n += atomic_load_explicit(&r->views[i].used,
					  memory_order_acquire);
	n -= r->prepared ? 2 : 1;
	tell_of_nodes(r);
	tell(r, TIERMM_LAYOUT_SWEPT, is_swept(r));
	tell(r, TIERMM_LAYOUT_DRAINED, !tiermm__caches_left(r));
	tell(r, TIERMM_LAYOUT_COMPLETE, is_complete(r));
	if (held)
		*held = n;
	tiermm__relayout_leave(r);
	return 0;
}
