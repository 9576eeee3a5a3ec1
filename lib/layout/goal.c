/* SPDX-License-Identifier: MIT */
/* What a layout gives to each node, and what a change takes and brings. */
#include "layout/relayout.h"

static void add_run(struct tiermm_relayout *r, uint32_t zone,
		    const struct tiermm__layout_run *run)
{
	uint64_t frames = run->last - run->first + 1;
	struct tiermm_layout_shift *to = &r->shifts[run->to];

	r->goals[(uint64_t)(uint32_t)run->to * TIERMM_LAYOUT_ZONES + zone] +=
		frames;
	to->goal += frames;
	if (run->from == run->to)
		return;
	to->gains += frames;
	r->shifts[run->from].loses += frames;
}

void tiermm__layout_reckon(struct tiermm_relayout *r,
			   const struct tiermm__layout_map *from,
			   const struct tiermm__layout_map *to)
{
	uint64_t zones = (uint64_t)r->max_nodes * TIERMM_LAYOUT_ZONES;
	struct tiermm__layout_walk walk;
	struct tiermm__layout_run run;

	memset(r->goals, 0, (size_t)(zones * sizeof(*r->goals)));
	for (uint32_t n = 0; n < r->max_nodes; n++)
		r->shifts[n] =
			(struct tiermm_layout_shift){ .node = (int32_t)n };
	for (uint64_t i = 0; i < r->n_memory; i++) {
		const struct tiermm_layout_memory *m = &r->memory[i];

		tiermm__layout_walk_begin(&walk, from, to, m->first, m->last);
		while (tiermm__layout_walk_next(&walk, &run))
			add_run(r, m->zone, &run);
	}
}
