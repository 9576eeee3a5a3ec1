/* SPDX-License-Identifier: MIT */
/* The rules of a layout that changes, frame by frame. */
#include "naive_layout.h"

#include <string.h>

static void set_layout(int32_t *to, const struct tiermm_layout_range *r,
		       uint64_t n_ranges)
{
	for (uint64_t f = 0; f < NAIVE_FRAMES; f++) {
		to[f] = r[0].node;
		/* The last range that begins at or before it. */
		for (uint64_t i = 1; i < n_ranges; i++)
			if (r[i].first <= f)
				to[f] = r[i].node;
	}
}

void naive_begin(struct naive_layout *n, const struct tiermm_layout_range *r,
		 uint64_t n_ranges)
{
	memset(n, 0, sizeof(*n));
	set_layout(n->layout, r, n_ranges);
	memcpy(n->page, n->layout, sizeof(n->page));
	memset(n->head, 1, sizeof(n->head));
}

void naive_commit(struct naive_layout *n, const struct tiermm_layout_range *r,
		  uint64_t n_ranges)
{
	int32_t before[NAIVE_FRAMES];

	memcpy(before, n->layout, sizeof(before));
	set_layout(n->layout, r, n_ranges);
	for (uint64_t f = 0; f < NAIVE_FRAMES; f++)
		if (n->layout[f] != before[f] && n->state[f] != NAIVE_HOLE)
			n->marked[f] = 1;
}

void naive_ask(struct naive_layout *n, uint64_t frame, uint32_t order,
	       uint8_t state)
{
	uint64_t end = frame + (UINT64_C(1) << order);
	int any = 0;

	for (uint64_t f = frame; f < end; f++) {
		any |= n->marked[f];
		n->state[f] = state;
		n->head[f] = 0;
	}
	for (uint64_t f = frame; any && f < end; f++) {
		n->page[f] = n->layout[f];
		n->marked[f] = 0;
	}
}

struct tiermm_layout_account naive_account(const struct naive_layout *n,
					   int32_t node)
{
	struct tiermm_layout_account a = { 0 };

	for (uint64_t f = 0; f < NAIVE_FRAMES; f++) {
		int is_here = n->page[f] == node;

		if (n->state[f] == NAIVE_HOLE)
			continue;
		a.goal += n->layout[f] == node;
		a.present += (uint64_t)is_here;
		a.free += is_here && n->state[f] != NAIVE_USED;
		a.pending_in += n->marked[f] && n->layout[f] == node;
		a.pending_out += n->marked[f] && is_here;
	}
	a.managed = a.present;
	return a;
}
