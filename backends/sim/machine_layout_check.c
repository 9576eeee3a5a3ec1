/* SPDX-License-Identifier: MIT */
/*
 * The oracle for frames (S6): each is in one list or holds one page; whoever is
 * in it says the same of its node as it does itself (L7); nodes, lists and the
 * account of the layout agree (L8); and what no mark holds back is where the
 * layout says (L5), once the sweep is over whatever is free (L6).
 */
#include "machine_layout.h"

/* Frames of a node's list, SIM_NO_FRAME for one that is broken. */
static uint64_t list_length(const struct sim_layout *l, uint32_t node)
{
	uint32_t head = l->frames + node;
	uint32_t last = head;
	uint64_t n = 0;

	for (uint32_t f = l->next[head]; f != head; f = l->next[f], n++) {
		if (f >= l->frames || l->before[f] != last ||
		    l->owner[f] != node || n > l->frames)
			return SIM_NO_FRAME;
		last = f;
	}
	return n;
}

/* The account has each frame where its node has it, free or in use. */
static int accounts_agree(const struct tiermm_sim *s)
{
	uint64_t present = 0, goal = 0;

	for (uint32_t n = 0; n < s->n_nodes; n++) {
		const struct sim_node *node = &s->node[n];
		struct tiermm_layout_account a;

		if (tiermm_relayout_account(s->layout->relayout, node->id,
					    TIERMM_LAYOUT_ALL_ZONES, &a) ||
		    a.free > a.managed || a.managed > a.present ||
		    a.present != node->frames || a.managed != node->frames ||
		    a.free != sim_free(node) ||
		    a.free != list_length(s->layout, n))
			return 0;
		present += a.present;
		goal += a.goal;
	}
	return present == s->layout->frames && goal == s->layout->frames;
}

static int holds(const struct sim_layout *l, uint32_t frame, uint64_t page,
		 uint32_t node)
{
	return frame < l->frames && l->before[frame] == SIM_IN_USE &&
	       l->next[frame] == page && l->owner[frame] == node;
}

/* Pages and old copies, each in a frame of its own node; n says how many. */
static int pages_agree(const struct tiermm_sim *s, uint64_t *n)
{
	const struct sim_layout *l = s->layout;

	*n = 0;
	for (uint64_t p = 0; p < s->options.pages; p++) {
		if (!(s->page[p] & PAGE_RESIDENT))
			continue;
		if (!holds(l, l->frame[p], p, s->page[p] & PAGE_NODE))
			return 0;
		++*n;
	}
	for (uint32_t i = 0; s->flush && i < SIM_LINKS; i++) {
		const struct sim_link *link = &s->parking.link[i];

		if (!link->flush.parked)
			continue;
		if (!holds(l, l->parked[i], link->page, link->from))
			return 0;
		++*n;
	}
	return 1;
}

/* Marked frames wait for whoever frees them; all others are in place. */
static int frames_agree(const struct tiermm_sim *s, uint64_t *in_use)
{
	const struct sim_layout *l = s->layout;

	*in_use = 0;
	for (uint32_t f = 0; f < l->frames; f++) {
		struct tiermm_layout_why why = { .size = sizeof(why) };
		int is_free = l->before[f] != SIM_IN_USE;

		*in_use += !is_free;
		if (tiermm__sim_stands(s, f) == l->owner[f])
			continue;
		if (tiermm_relayout_explain(l->relayout, f, &why) ||
		    !why.marked || (is_free && !l->step_frames))
			return 0;
	}
	return 1;
}

static int strays_agree(const struct tiermm_sim *s)
{
	const struct sim_layout *l = s->layout;
	uint64_t strays = 0;

	for (uint64_t p = 0; p < s->options.pages; p++)
		if (s->page[p] & PAGE_RESIDENT)
			strays += tiermm__sim_stands(s, l->frame[p]) !=
				  l->owner[l->frame[p]];
	return strays == l->strays;
}

int tiermm__sim_layout_adds_up(struct tiermm_sim *s)
{
	uint64_t pages, in_use;

	if (!s->layout)
		return 1;
	return pages_agree(s, &pages) && frames_agree(s, &in_use) &&
	       pages == in_use && accounts_agree(s) && strays_agree(s) &&
	       tiermm_relayout_is_valid(s->layout->relayout);
}
