/* SPDX-License-Identifier: MIT */
/*
 * Requests that wait: how they are queued, taken, and put back.
 *
 *     inbox ──> c ──below──> b ──below──> a      a stack, newest on top
 *     pile  ──> x ──next───> y ──next───> z      last of x is z
 *
 * A stack that was taken is one request of a pile, and the rest of it hangs
 * below. A walk follows what hangs below a request before it goes on to the
 * next. So taking, putting back and each step of a walk cost the same however
 * long the queue is, and nobody has to know where a stack ends.
 *
 * A long queue is out of the cache, and a walk is as fast as its loads and
 * stores can be under way at once. So a step stores nothing into the request
 * that comes next, and what is added up stays in registers: these are inline,
 * and no address of it goes further.
 */
#ifndef TIERMM_FLUSH_QUEUE_H
#define TIERMM_FLUSH_QUEUE_H

#include "flush/request.h"

#include <stddef.h>

struct tiermm__pile {
	struct tiermm_flush_request *under; /* below the one walked to last */
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
	struct tiermm_flush_request *r = pile->under;

	if (!r) {
		r = pile->head;
		if (!r)
			return NULL;
		pile->head = r->next;
	}
	/* In a stack next names one that comes soon, or nothing real. */
	__builtin_prefetch(r->next, 1);
	pile->under = r->below;
	r->below = NULL;
	return r;
}

/* What hangs below becomes the head. */
static inline void tiermm__pile_gather(struct tiermm__pile *pile)
{
	if (!pile->under)
		return;
	pile->under->next = pile->head;
	if (!pile->head)
		pile->last = pile->under;
	pile->head = pile->under;
	pile->under = NULL;
}

/* Put all of another pile, which nobody has walked, behind it. */
static inline void tiermm__pile_join(struct tiermm__pile *pile,
				     struct tiermm__pile behind)
{
	tiermm__pile_gather(pile);
	if (!behind.head)
		return;
	if (pile->head)
		pile->last->next = behind.head;
	else
		pile->head = behind.head;
	pile->last = behind.last;
}

/* Take all that waits on a lane. */
struct tiermm__pile tiermm__lane_take(struct tiermm__lane *lane);
/* Put back what is left of it. */
void tiermm__lane_put_back(struct tiermm__lane *lane, struct tiermm__pile pile);

/* The first node from @from on that may have something; max_nodes: none. */
uint32_t tiermm__next_busy(struct tiermm_flush *f,
			   const struct tiermm_nodeset *nodes, uint32_t from);
/* The same for a node and its bit in busy: invariant 6. */
struct tiermm__pile tiermm__node_take(struct tiermm_flush *f, uint32_t node);
void tiermm__node_put_back(struct tiermm_flush *f, uint32_t node,
			   struct tiermm__pile pile);
/* Behind a put back or a push: TIERMM_DUE_STOPPED, or 0. */
uint32_t tiermm__due_if_stopped(struct tiermm_flush *f);

/* What is handed back: checked and empty. 0, -EINVAL or -E2BIG. */
int tiermm__freed_begin(struct tiermm_flush_freed *freed);

/* Base pages of one node came back; counter is TIERMM_FLUSH_..._PAGES. */
void tiermm__count_returned(struct tiermm_flush *f, int32_t node,
			    uint32_t counter, uint64_t pages);

/* Requests on their way back; counted at the end of those of one node. */
struct tiermm__return {
	struct tiermm_flush_request *first;
	uint64_t requests;
	uint64_t pages;   /* base pages */
	uint64_t counted; /* of these */
	uint32_t counter;
	int32_t node;
};

static inline void tiermm__return_count(struct tiermm_flush *f,
					struct tiermm__return *back)
{
	if (back->pages != back->counted)
		tiermm__count_returned(f, back->node, back->counter,
				       back->pages - back->counted);
	back->counted = back->pages;
}

/* Hand one request back. */
static inline void tiermm__give_back(struct tiermm_flush *f,
				     struct tiermm_flush_request *r,
				     struct tiermm__return *back)
{
	if (__builtin_expect(f->check.breach != NULL, 0))
		tiermm__check_given_back(f, r);
	if (__builtin_expect(r->node != back->node, 0))
		tiermm__return_count(f, back);
	tiermm__unpark(r);
	r->next = back->first;
	back->first = r;
	back->node = r->node;
	back->requests++;
	back->pages += r->n_pages;
}

static inline void tiermm__return_end(struct tiermm_flush *f,
				      struct tiermm__return *back,
				      struct tiermm_flush_freed *freed)
{
	tiermm__return_count(f, back);
	freed->requests = back->first;
	freed->n_requests += back->requests;
	freed->n_pages += back->pages;
}

#endif
