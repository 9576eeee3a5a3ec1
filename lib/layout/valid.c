/* SPDX-License-Identifier: MIT */
/* The account's own promises (I18), each sum against the walk it spares. */
#include "layout/relayout.h"

static uint64_t load(const _Atomic uint64_t *number)
{
	/* Relaxed: nobody else is inside. */
	return atomic_load_explicit(number, memory_order_relaxed);
}

static uint64_t frames_there(const struct tiermm_relayout *r, uint32_t zone)
{
	uint64_t frames = 0;

	for (uint64_t i = 0; i < r->n_memory; i++)
		if (r->memory[i].zone == zone)
			frames += r->memory[i].last - r->memory[i].first + 1;
	return frames;
}

/* Present and goal add up to what is there; free <= managed <= present. */
static int zone_is_valid(const struct tiermm_relayout *r, uint32_t zone)
{
	uint64_t present = 0, goal = 0, frames = frames_there(r, zone);

	for (uint32_t n = 0; n < r->max_nodes; n++) {
		const struct tiermm__layout_count *c =
			tiermm__layout_count(r, (int32_t)n, zone);

		if (load(&c->free) > load(&c->managed) ||
		    load(&c->managed) > load(&c->present))
			return 0;
		present += load(&c->present);
		goal += load(&c->goal);
	}
	return present == frames && goal == frames;
}

/* Goals are what the layout gives; r->goals is free while nothing waits. */
static int goals_are_valid(struct tiermm_relayout *r)
{
	const struct tiermm__layout_map *m = &tiermm__layout_view(r)->map;
	uint64_t zones = (uint64_t)r->max_nodes * TIERMM_LAYOUT_ZONES;

	if (r->prepared)
		return 1;
	tiermm__layout_reckon(r, m, m);
	for (uint64_t i = 0; i < zones; i++)
		if (r->goals[i] != load(&r->counts[i].goal))
			return 0;
	return 1;
}

/* There is no mark where there is no memory. */
static int marks_are_valid(const struct tiermm_relayout *r)
{
	uint64_t next = 0;

	for (uint64_t i = 0; i < r->n_memory; i++) {
		if (next < r->memory[i].first &&
		    tiermm__marks_any(r, next, r->memory[i].first - 1))
			return 0;
		next = r->memory[i].last + 1;
	}
	return next > r->last || !tiermm__marks_any(r, next, r->last);
}

int tiermm_relayout_is_valid(struct tiermm_relayout *r)
{
	int valid;

	if (tiermm__relayout_enter(r))
		return 0;
	valid = tiermm_layout_is_valid(tiermm__layout_view(r)->layout) &&
		marks_are_valid(r) && goals_are_valid(r);
	for (uint32_t z = 0; z < TIERMM_LAYOUT_ZONES && valid; z++)
		valid = zone_is_valid(r, z);
	tiermm__relayout_leave(r);
	return valid;
}
