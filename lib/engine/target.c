/* SPDX-License-Identifier: MIT */
/*
 * What a step knows about its targets (requirement 21): room is asked for
 * once, the reserve is left alone, and who found a target full speaks for all
 * of its size and larger.
 *
 * An exchange makes the room that it takes: pages that leave a node in the
 * same batch are its credit, which the reserve does not bind.
 */
#include "engine/engine.h"

static uint64_t ask_room(struct tiermm_engine *e, int32_t node)
{
	uint64_t room = UINT64_MAX;

	if (!e->ops.headroom)
		return UINT64_MAX;
	/* A table that cannot say is asked no more: outcomes will tell. */
	if (e->ops.headroom(e->ops.self, &node, 1, &room))
		return UINT64_MAX;
	return room;
}

static struct tiermm__target *target_of(struct tiermm_engine *e, int32_t node)
{
	struct tiermm__target *t = &e->target[node];

	if (t->step != e->step) {
		t->room = ask_room(e, node);
		t->credit = 0;
		t->full = TIERMM__NOT_FULL;
		t->step = e->step;
	}
	return t;
}

static int take_room(struct tiermm_engine *e, struct tiermm__target *t,
		     uint64_t pages)
{
	if (t->room == UINT64_MAX)
		return 1;
	if (t->credit >= pages) {
		t->credit -= pages;
		return 1;
	}
	if (t->room < pages || t->room - pages < e->reserve_pages)
		return 0;
	t->room -= pages;
	return 1;
}

int tiermm__target_admit(struct tiermm__act *act, int32_t node, uint32_t order)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__target *t;

	/* What is no node is for the table to say. */
	if (node < 0 || node >= TIERMM_MAX_NODES)
		return 1;
	t = target_of(e, node);
	if (order < t->full && take_room(e, t, (uint64_t)1 << order))
		return 1;
	tiermm__engine_count(e, TIERMM_ENGINE_NOT_TRIED, 1);
	return 0;
}

void tiermm__target_credit(struct tiermm__act *act, int32_t node,
			   uint64_t pages)
{
	if (node >= 0 && node < TIERMM_MAX_NODES)
		target_of(act->e, node)->credit += pages;
}

void tiermm__target_learn(struct tiermm_engine *e, int32_t node, uint32_t order)
{
	struct tiermm__target *t;

	if (node < 0 || node >= TIERMM_MAX_NODES)
		return;
	t = target_of(e, node);
	if (order < t->full)
		t->full = order;
}
