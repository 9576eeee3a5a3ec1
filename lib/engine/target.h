/* SPDX-License-Identifier: MIT */
/*
 * What a step knows about its targets (requirement 21), inline: each item goes
 * through here.
 */
#ifndef TIERMM_ENGINE_TARGET_H
#define TIERMM_ENGINE_TARGET_H

#include "base/nodeset.h"
#include "engine/engine.h"

/* The first look at a target in this step: its room is asked for. */
void tiermm__target_begin(struct tiermm_engine *e, int32_t node);

/* As this step knows it. */
static inline struct tiermm__target *tiermm__target_of(struct tiermm_engine *e,
						       int32_t node)
{
	if (e->target[node].step != e->step)
		tiermm__target_begin(e, node);
	return &e->target[node];
}

static inline int tiermm__target_take(struct tiermm__target *t, uint64_t pages)
{
	if (t->room == UINT64_MAX)
		return 1;
	if (t->credit >= pages) {
		t->credit -= pages;
		return 1;
	}
	if (t->room < pages)
		return 0;
	t->room -= pages;
	return 1;
}

/*
 * Whether an item may go there; takes its pages from the room. 0: the target
 * is known to be too full, and TARGET_FULL is the answer.
 */
static inline int tiermm__target_admit(struct tiermm_engine *e, int32_t node,
				       uint32_t order)
{
	struct tiermm__target *t;

	/* What is no node, and what was on record, is for the table to say. */
	if (!tiermm__node_in_range(node) || e->replayed)
		return 1;
	t = tiermm__target_of(e, node);
	if (order < t->full && tiermm__target_take(t, (uint64_t)1 << order))
		return 1;
	tiermm__engine_count(e, TIERMM_ENGINE_NOT_TRIED, 1);
	return 0;
}

/* An item leaves the node in this very batch: there is room for another. */
static inline void tiermm__target_credit(struct tiermm_engine *e, int32_t node,
					 uint64_t pages)
{
	if (tiermm__node_in_range(node))
		tiermm__target_of(e, node)->credit += pages;
}

/* An item of this order has found the target full. */
void tiermm__target_learn(struct tiermm_engine *e, int32_t node,
			  uint32_t order);

#endif
