/* SPDX-License-Identifier: MIT */
/* The frames that are there, in runs of one zone each, ascending. */
#include "layout/relayout.h"

#include <stddef.h>

static int is_run(const struct tiermm_layout_memory *run, uint64_t next,
		  uint64_t last)
{
	return run->first >= next && run->last >= run->first &&
	       run->last <= last && run->zone < TIERMM_LAYOUT_ZONES &&
	       !(run->flags & ~(uint32_t)TIERMM_LAYOUT_RESERVED) &&
	       !run->reserved;
}

int tiermm__layout_memory_take(struct tiermm_layout_memory *to, uint64_t *n_to,
			       const struct tiermm_layout_memory *from,
			       uint64_t n, uint64_t last)
{
	const struct tiermm_layout_memory all = { .last = last };
	uint64_t next = 0, joined = 0;

	if (!n) {
		from = &all;
		n = 1;
	}
	for (uint64_t i = 0; i < n; i++) {
		if (!is_run(&from[i], next, last))
			return -TIERMM_EINVAL;
		next = from[i].last + 1;
		if (!to)
			continue;
		/* A block may lie across two runs that only flags divide. */
		if (joined && to[joined - 1].zone == from[i].zone &&
		    to[joined - 1].last + 1 == from[i].first)
			to[joined - 1].last = from[i].last;
		else
			to[joined++] = from[i];
	}
	*n_to = joined;
	return 0;
}

uint64_t tiermm__layout_memory_at(const struct tiermm_relayout *r,
				  uint64_t frame)
{
	uint64_t low = 0, high = r->n_memory, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (r->memory[middle].last < frame)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t tiermm__layout_zone(const struct tiermm_relayout *r, uint64_t first,
			     uint64_t last)
{
	uint64_t at = tiermm__layout_memory_at(r, first);

	if (at == r->n_memory || r->memory[at].first > first ||
	    r->memory[at].last < last)
		return TIERMM_LAYOUT_ZONES;
	return r->memory[at].zone;
}
