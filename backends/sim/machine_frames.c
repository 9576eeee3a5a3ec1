/* SPDX-License-Identifier: MIT */
/*
 * Frames of a machine with a layout: taken by pages, given back by pages, by
 * old copies and by the sweep. Whoever gives one back asks the layout first
 * where it belongs; capacity follows the frame.
 */
#include "machine_layout.h"

static uint32_t head_of(const struct sim_layout *l, uint32_t node)
{
	return l->frames + node;
}

static void put_on_list(struct sim_layout *l, uint32_t node, uint32_t frame)
{
	uint32_t head = head_of(l, node);

	l->owner[frame] = (uint8_t)node;
	l->before[frame] = head;
	l->next[frame] = l->next[head];
	l->before[l->next[frame]] = frame;
	l->next[head] = frame;
}

static void take_off_list(struct sim_layout *l, uint32_t frame)
{
	l->next[l->before[frame]] = l->next[frame];
	l->before[l->next[frame]] = l->before[frame];
}

uint32_t tiermm__sim_stands(const struct tiermm_sim *s, uint32_t frame)
{
	return s->index_of[tiermm_relayout_node(s->layout->relayout, frame)];
}

static int is_stray(const struct tiermm_sim *s, uint32_t frame)
{
	return tiermm__sim_stands(s, frame) != s->layout->owner[frame];
}

/* Where the layout wants a frame that is free from now on, or was already. */
static uint32_t ask(struct tiermm_sim *s, uint32_t frame, int was_free)
{
	struct sim_layout *l = s->layout;
	struct tiermm_layout_page page = {
		.frame = frame,
		.node = s->node[l->owner[frame]].id,
	};
	uint64_t n;
	int err;

	if (was_free)
		err = tiermm_relayout_claim(l->relayout, &page, &page, 1, &n);
	else
		err = tiermm_relayout_on_free(l->relayout, &page, &page, 1, &n);
	/* One frame of a node that is known is never refused. */
	return err ? l->owner[frame] : s->index_of[page.node];
}

/* 1: to another node. */
static int give(struct tiermm_sim *s, uint32_t frame, int was_free)
{
	struct sim_layout *l = s->layout;
	uint32_t from = l->owner[frame];
	uint32_t to = ask(s, frame, was_free);

	put_on_list(l, to, frame);
	if (from == to)
		return 0;
	sim_resize(s, &s->node[from], s->node[from].frames - 1);
	sim_resize(s, &s->node[to], s->node[to].frames + 1);
	return 1;
}

void tiermm__sim_frame_take(struct tiermm_sim *s, uint64_t page, uint32_t node)
{
	struct sim_layout *l = s->layout;
	uint32_t frame = l->next[head_of(l, node)];
	struct tiermm_layout_page taken = {
		.frame = frame,
		.node = s->node[node].id,
	};

	if (frame >= l->frames) {
		l->frame[page] = SIM_NO_FRAME;
		return;
	}
	take_off_list(l, frame);
	l->before[frame] = SIM_IN_USE;
	l->next[frame] = (uint32_t)page;
	l->frame[page] = frame;
	(void)tiermm_relayout_on_alloc(l->relayout, &taken);
	l->strays += (uint64_t)is_stray(s, frame);
}

/* The page leaves its frame: to an old copy that waits, or for good. */
void tiermm__sim_frame_leave(struct tiermm_sim *s, uint64_t page,
			     const struct sim_link *old)
{
	struct sim_layout *l = s->layout;
	uint32_t frame = l->frame[page];

	if (frame == SIM_NO_FRAME)
		return;
	l->strays -= (uint64_t)is_stray(s, frame);
	l->frame[page] = SIM_NO_FRAME;
	if (old)
		l->parked[old - s->parking.link] = frame;
	else
		give(s, frame, 0);
}

void tiermm__sim_frame_unpark(struct tiermm_sim *s, const struct sim_link *old)
{
	give(s, s->layout->parked[old - s->parking.link], 0);
}

int tiermm__sim_frame_claim(struct tiermm_sim *s, uint32_t frame)
{
	take_off_list(s->layout, frame);
	return give(s, frame, 1);
}

/* The node that serves accesses to a page: where it stands. */
uint32_t tiermm__sim_serve(struct tiermm_sim *s, uint64_t page, uint64_t n)
{
	struct sim_layout *l = s->layout;
	uint32_t node = s->page[page] & PAGE_NODE;
	uint32_t stands = node;

	if (l->strays && l->frame[page] != SIM_NO_FRAME)
		stands = tiermm__sim_stands(s, l->frame[page]);
	if (stands != node)
		l->stray_accesses += n;
	return stands;
}

int tiermm__sim_has_strays(const struct tiermm_sim *s)
{
	return s->layout->strays != 0;
}

/* Another layout is in force: who stands elsewhere now? */
void tiermm__sim_strays_count(struct tiermm_sim *s)
{
	struct sim_layout *l = s->layout;

	l->strays = 0;
	for (uint64_t p = 0; p < s->options.pages; p++)
		if (l->frame[p] != SIM_NO_FRAME)
			l->strays += (uint64_t)is_stray(s, l->frame[p]);
}

/* As at boot: all frames of a node, lowest first, were in use and are freed. */
void tiermm__sim_frames_fill(struct tiermm_sim *s)
{
	struct sim_layout *l = s->layout;
	uint32_t frame = l->frames;

	for (uint32_t n = s->n_nodes; n-- > 0;) {
		uint32_t head = head_of(l, n);

		l->next[head] = head;
		l->before[head] = head;
		for (uint64_t i = 0; i < s->node[n].frames; i++) {
			l->owner[--frame] = (uint8_t)n;
			give(s, frame, 0);
		}
	}
	for (uint64_t p = 0; p < s->options.pages; p++)
		l->frame[p] = SIM_NO_FRAME;
}
