/* SPDX-License-Identifier: MIT */
/*
 * The half of a change that cannot fail, in the order that relayout.h needs:
 * parts, publish, mark, ask for drains, retire, tell.
 */
#include "layout/relayout.h"

#include <stddef.h>

/* Mark what differs, where there is memory; returns how many frames. */
static uint64_t mark(struct tiermm_relayout *r,
		     const struct tiermm__layout_map *from,
		     const struct tiermm__layout_map *to)
{
	struct tiermm__layout_walk walk;
	struct tiermm__layout_run run;
	uint64_t frames = 0;

	for (uint64_t i = 0; i < r->n_memory; i++) {
		tiermm__layout_walk_begin(&walk, from, to, r->memory[i].first,
					  r->memory[i].last);
		while (tiermm__layout_walk_next(&walk, &run)) {
			if (run.from == run.to)
				continue;
			tiermm__marks_set(r, run.first, run.last);
			frames += run.last - run.first + 1;
		}
	}
	return frames;
}

static void set_goals(struct tiermm_relayout *r)
{
	uint64_t zones = (uint64_t)r->max_nodes * TIERMM_LAYOUT_ZONES;

	/* Relaxed: numbers of the moment. */
	for (uint64_t i = 0; i < zones; i++)
		atomic_store_explicit(&r->counts[i].goal, r->goals[i],
				      memory_order_relaxed);
}

static uint64_t moved(const struct tiermm_relayout *r)
{
	uint64_t n = 0;

	/* Relaxed: numbers by themselves. */
	for (uint32_t i = TIERMM_LAYOUT_MOVED_ON_FREE;
	     i <= TIERMM_LAYOUT_MOVED_REPORTED; i++)
		n += atomic_load_explicit(&r->counter[i], memory_order_relaxed);
	return n;
}

/* The sweep begins anew; what is under way is found by it. */
static void start_sweep(struct tiermm_relayout *r, uint64_t frames)
{
	r->sweep = 0;
	r->retry = 0;
	r->told = 0;
	r->differ = frames;
	r->moved_before = moved(r);
}

void tiermm__relayout_commit(struct tiermm_relayout *r)
{
	struct tiermm__layout_view *before = tiermm__layout_view(r);
	struct tiermm__layout_view *now = r->prepared;
	uint64_t frames;

	tiermm__layout_commit_parts(r);
	r->prepared = NULL;
	set_goals(r);
	tiermm__view_publish(r, now);
	frames = mark(r, &before->map, &now->map);
	tiermm__want_drains(r);
	start_sweep(r, frames);
	tiermm__layout_add(r, TIERMM_LAYOUT_COMMITS, 1);
	tiermm__layout_add(r, TIERMM_LAYOUT_MARKED, frames);
	tiermm__layout_event(r, TIERMM_LAYOUT_COMMITTED, TIERMM_NO_NODE,
			     frames);
	tiermm__layout_tell(r);
	tiermm__view_retire(r, before);
}

int tiermm_relayout_commit(struct tiermm_relayout *r)
{
	int err = tiermm__relayout_enter(r);

	if (err)
		return err;
	if (r->prepared)
		tiermm__relayout_commit(r);
	else
		err = -TIERMM_ENOENT;
	tiermm__relayout_leave(r);
	return err;
}
