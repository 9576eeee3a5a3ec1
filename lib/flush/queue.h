/* SPDX-License-Identifier: MIT */
/*
 * Requests that wait: how they are queued, taken, and put back.
 *
 *     inbox ──> c ──below──> b ──below──> a      a stack, newest on top
 *     pile  ──> x ──next───> y ──next───> z      last of x is z
 *
 * A stack that was taken is one request of a pile, and the rest of it hangs
 * below. Popping a request puts what is below it in front of the pile. So
 * taking, putting back and each step of a walk cost the same however long the
 * queue is, and nobody has to know where a stack ends.
 */
#ifndef TIERMM_FLUSH_QUEUE_H
#define TIERMM_FLUSH_QUEUE_H

#include "flush/tracker.h"

#include <stddef.h>

struct tiermm__pile {
	struct tiermm_flush_request *head;
	struct tiermm_flush_request *last;
};

static inline void tiermm__pile_append(struct tiermm__pile *pile,
				       struct tiermm_flush_request *r)
{
	r->next = NULL;
	if (pile->head)
		pile->last->next = r;
	else
		pile->head = r;
	pile->last = r;
}

static inline struct tiermm_flush_request *
tiermm__pile_pop(struct tiermm__pile *pile)
{
	struct tiermm_flush_request *r = pile->head;
	struct tiermm_flush_request *below;

	if (!r)
		return NULL;
	below = r->below;
	pile->head = r->next;
	if (below) {
		/* Long queues are out of the cache: two steps ahead. */
		__builtin_prefetch(below->below);
		__builtin_prefetch(below->pages);
		if (!pile->head)
			pile->last = below;
		below->next = pile->head;
		pile->head = below;
		r->below = NULL;
	}
	return r;
}

/* Put all of another pile behind it. */
static inline void tiermm__pile_join(struct tiermm__pile *pile,
				     const struct tiermm__pile *behind)
{
	if (!behind->head)
		return;
	if (pile->head)
		pile->last->next = behind->head;
	else
		pile->head = behind->head;
	pile->last = behind->last;
}

/* Take all that waits on a node, behind what is in the pile already. */
void tiermm__lane_take(struct tiermm__lane *lane, struct tiermm__pile *pile);
/* Put back what is left of it. */
void tiermm__lane_put_back(struct tiermm__lane *lane,
			   struct tiermm__pile *pile);

/* What is handed back: checked and empty. 0, -EINVAL or -E2BIG. */
int tiermm__freed_begin(struct tiermm_flush_freed *freed);
/*
 * Base pages of one node on their way back. Counted at the end of a run of
 * requests, not one by one: each count waits for all stores before it.
 */
struct tiermm__tally {
	int32_t node;
	uint32_t counter; /* TIERMM_FLUSH_..._PAGES */
	uint64_t pages;
};

/* Hand one request back. */
void tiermm__give_back(struct tiermm_flush *f, struct tiermm_flush_request *r,
		       struct tiermm_flush_freed *freed,
		       struct tiermm__tally *tally);
/* Count what was handed back. */
void tiermm__tally_end(struct tiermm_flush *f, struct tiermm__tally *tally);

#endif
