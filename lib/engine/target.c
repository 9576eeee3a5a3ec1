/* SPDX-License-Identifier: MIT */
/*
 * What a step learns about its targets (requirement 21): room is asked for
 * once, the reserve is left alone, and who found a target full speaks for all
 * of its size and larger.
 *
 * An exchange makes the room that it takes: pages that leave a node in the
 * same batch are its credit, which the reserve does not bind.
 */
#include "engine/target.h"

/* Base pages that may go there, or UINT64_MAX. */
static uint64_t ask_room(struct tiermm_engine *e, int32_t node)
{
	uint64_t room = UINT64_MAX;

	if (!e->ops.headroom)
		return UINT64_MAX;
	/* A table that cannot say is asked no more: outcomes will tell. */
	if (e->ops.headroom(e->ops.self, &node, 1, &room))
		return UINT64_MAX;
	return room > e->reserve_pages ? room - e->reserve_pages : 0;
}

void tiermm__target_begin(struct tiermm_engine *e, int32_t node)
{
	struct tiermm__target *t = &e->target[node];

	t->room = ask_room(e, node);
	t->credit = 0;
	t->full = TIERMM__NOT_FULL;
	t->step = e->step;
}

void tiermm__target_learn(struct tiermm_engine *e, int32_t node, uint32_t order)
{
	struct tiermm__target *t;

	if (!tiermm__node_in_range(node))
		return;
	t = tiermm__target_of(e, node);
	if (order < t->full)
		t->full = order;
}
