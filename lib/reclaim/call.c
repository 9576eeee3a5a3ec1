/* SPDX-License-Identifier: MIT */
/* The question of one call: checked, copied, and never kept (R4). */
#include "base/options.h"
#include "reclaim/internal.h"

#include <tiermm/error.h>

#define CONTEXT_FLAGS                                           \
	(TIERMM_RECLAIM_NO_DEMOTION | TIERMM_RECLAIM_NO_SPLIT | \
	 TIERMM_RECLAIM_NO_LARGE | TIERMM_RECLAIM_NO_UNMAP |    \
	 TIERMM_RECLAIM_NO_WRITE | TIERMM_RECLAIM_NO_SWAP |     \
	 TIERMM_RECLAIM_NO_REFERENCES)

/* Whether the state is there that the choice needs. */
static int choice_is_sound(const struct tiermm_reclaim_context *c)
{
	switch (c->choice) {
	case TIERMM_CHOICE_FIRST:
		return 1;
	case TIERMM_CHOICE_RANDOM:
		return c->random != NULL;
	case TIERMM_CHOICE_ROUND_ROBIN:
		return c->cursor != NULL;
	case TIERMM_CHOICE_WEIGHTED:
		return c->random && (c->weights || !c->n_weights) &&
		       c->n_weights <= UINT32_MAX;
	default:
		return 0;
	}
}

static int context_is_sound(const struct tiermm_reclaim_context *c)
{
	/* Who does not ask whether a page is hot may not demote it (I9). */
	if ((c->flags & TIERMM_RECLAIM_NO_REFERENCES) &&
	    !(c->flags & TIERMM_RECLAIM_NO_DEMOTION))
		return 0;
	return c->reclaimer < TIERMM_RECLAIMERS && choice_is_sound(c);
}

int tiermm__reclaim_begin(const struct tiermm_reclaim *r,
			  const struct tiermm_reclaim_context *context,
			  struct tiermm__reclaim_call *call)
{
	uint32_t options;
	int err;

	if (!r || !context)
		return -TIERMM_EINVAL;
	err = tiermm__options_copy(&call->context, sizeof(call->context),
				   context, sizeof(call->context),
				   CONTEXT_FLAGS);
	if (err)
		return err;
	if (!context_is_sound(&call->context))
		return -TIERMM_EINVAL;
	/* Relaxed: partner is adopt() in create.c. */
	options = atomic_load_explicit(&r->flags, memory_order_relaxed);
	call->off = (options & TIERMM_RECLAIM_DEMOTION_OFF) ||
		    (call->context.flags & TIERMM_RECLAIM_NO_DEMOTION);
	call->no_split = (options & TIERMM_RECLAIM_SPLIT_OFF) ||
			 (call->context.flags & TIERMM_RECLAIM_NO_SPLIT);
	call->now = tiermm__reclaim_time(r, call->context.now_ns);
	return 0;
}
