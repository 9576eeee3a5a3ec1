/* SPDX-License-Identifier: MIT */
/*
 * Reclaim as it looks inside.
 *
 * Plan reads and stores nothing; report is the owner's and stores. What both
 * touch is atomic, each number true by itself: switches, rate, pauses, the
 * clock's offset. A plan that mixes old and new ones is a plan of a moment
 * before or behind, which is what a plan is anyhow.
 */
#ifndef TIERMM_RECLAIM_INTERNAL_H
#define TIERMM_RECLAIM_INTERNAL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/nodeset.h"
#include "base/owner.h"

#include <tiermm/reclaim.h>
#include <tiermm/reclaim_explain.h>
#include <tiermm/reclaim_node.h>
#include <tiermm/reclaim_report.h>

/* Folios that are told apart by one look: every other flag is for later. */
#define TIERMM__FOLIO_STOPS                                  \
	(TIERMM_FOLIO_ACTIVE | TIERMM_FOLIO_REFERENCED |     \
	 TIERMM_FOLIO_UNEVICTABLE | TIERMM_FOLIO_WRITEBACK | \
	 TIERMM_FOLIO_LOCKED | TIERMM_FOLIO_HUGETLB)

/* A node's figures. Others than the owner read what is atomic. */
struct tiermm__reclaim_node {
	_Atomic uint64_t pause_until; /* inner time; 0: none */
	_Atomic uint32_t pauses;      /* in a row */
	uint32_t balancing;           /* was below start, not yet above stop */
	uint64_t managed;
	uint64_t free_pages;
	uint64_t parked_pages;
	struct tiermm_watermarks marks; /* as if it could demote */
};

struct tiermm_reclaim {
	const struct tiermm_demotion *demotion;
	struct tiermm__reclaim_node *nodes; /* [max_nodes] */
	uint32_t max_nodes;

	/* Of the options, what plan reads. */
	_Atomic uint32_t flags;
	_Atomic uint32_t probe_pages;
	_Atomic uint64_t burst_ns;
	_Atomic uint64_t page_cost; /* rate: 1/1024 ns; 0: no limit */

	/* Inner time, see throttle.c. */
	_Atomic uint64_t offset;     /* inner time - caller's time */
	_Atomic uint64_t latest;     /* inner time of the last report */
	_Atomic uint64_t paid_until; /* the rate limit is used up to there */

	/* The owner's. */
	_Alignas(TIERMM_ALIGN) struct tiermm__owner owner;
	struct tiermm_reclaim_options options; /* defaults filled in */
	struct tiermm_alloc mem;
	uint64_t bytes;
	uint64_t open_pages;         /* came in, and have not left */
	struct tiermm_nodeset known; /* nodes with figures */
	struct tiermm_nodeset woken; /* nodes that were found full */
	_Atomic uint64_t counter[TIERMM_RECLAIM_COUNTERS];
	_Atomic uint64_t reason[TIERMM_RECLAIM_REASONS];
	_Atomic uint64_t not_demoted[TIERMM_RECLAIM_REASONS];
	_Atomic uint64_t outcome[TIERMM_OUTCOMES];
};

/* A context that was checked, and what follows from it for one call. */
struct tiermm__reclaim_call {
	struct tiermm_reclaim_context context; /* a copy */
	uint32_t off;                          /* no demotion at all */
	uint32_t no_split;                     /* by context or options */
	uint64_t now;                          /* inner time; 0: no clock */
};

/* create.c */
int tiermm__reclaim_enter(struct tiermm_reclaim *r);
void tiermm__reclaim_leave(struct tiermm_reclaim *r);
int tiermm__reclaim_resolve(struct tiermm_reclaim_options *dst,
			    const struct tiermm_reclaim_options *src);

/* call.c: 0, or what is wrong with a context. */
int tiermm__reclaim_begin(const struct tiermm_reclaim *r,
			  const struct tiermm_reclaim_context *context,
			  struct tiermm__reclaim_call *call);

/* target.c */

/*
 * Where a cold page of this node goes first: a node, or TIERMM_NO_NODE with
 * the reason why there is none.
 */
int32_t tiermm__reclaim_first(const struct tiermm_reclaim *r,
			      const struct tiermm__reclaim_call *call,
			      int32_t node, uint32_t *why);

/* Place in the order of a first target: by distance, then by id. */
struct tiermm__reclaim_place {
	int32_t node; /* TIERMM_NO_NODE: before all, or behind all */
	uint32_t distance;
};

/*
 * The next place behind @last in the order of @first, among lower nodes of
 * @source that are allowed and not blocked. 0, or -TIERMM_EAGAIN.
 */
int tiermm__reclaim_next(const struct tiermm_demotion *d, int32_t source,
			 int32_t first, const struct tiermm_nodeset *allowed,
			 const struct tiermm__reclaim_place *last,
			 struct tiermm__reclaim_place *next);

/* What a node is to a source, whatever is allowed. */
struct tiermm__reclaim_seen {
	uint32_t exists;
	uint32_t lower;    /* than the source */
	uint32_t blocked;  /* offline or going */
	uint32_t distance; /* from the first target; 0: not known */
};

/* For explanations. 0, or -TIERMM_EAGAIN. */
int tiermm__reclaim_see(const struct tiermm_demotion *d, int32_t source,
			int32_t first, int32_t node,
			struct tiermm__reclaim_seen *seen);

/* fall.c: what comes when a step cannot be made. They change the decision. */

/* Hand out an action. */
void tiermm__reclaim_act(struct tiermm_decision *d, uint32_t verdict,
			 uint32_t reason);
/* Not demoted, for this reason: normal reclaim, or kept. */
void tiermm__reclaim_fall(const struct tiermm__reclaim_call *call,
			  struct tiermm_decision *d,
			  const struct tiermm_folio *folio, uint32_t reason);
int tiermm__reclaim_can_split(const struct tiermm__reclaim_call *call,
			      const struct tiermm_folio *folio);
/* The same; but a large folio is split first, where it may be. */
void tiermm__reclaim_split_or_fall(const struct tiermm__reclaim_call *call,
				   struct tiermm_decision *d,
				   const struct tiermm_folio *folio,
				   uint32_t reason);
/* throttle.c: time, rate and pauses. */

/* Inner time of a caller's time, for plan; 0 for 0. */
uint64_t tiermm__reclaim_time(const struct tiermm_reclaim *r, uint64_t now_ns);
/* And back: the caller's time of an inner one; 0 for 0. */
uint64_t tiermm__reclaim_told(const struct tiermm_reclaim *r, uint64_t inner);
/* The owner sees the caller's time: inner time goes on with it. */
void tiermm__reclaim_tick(struct tiermm_reclaim *r, uint64_t now_ns);
/* Pages that the rate limit lets in before it is used up; or UINT64_MAX. */
uint64_t tiermm__reclaim_rate_left(const struct tiermm_reclaim *r,
				   uint64_t now);
/* For moves of so many pages each: a price is rounded, and paid so often. */
void tiermm__reclaim_rate_pay(struct tiermm_reclaim *r, uint64_t now,
			      uint64_t pages, uint32_t moves);
/* Cost of a page for an option; 1/1024 ns. */
uint64_t tiermm__reclaim_page_cost(const struct tiermm_reclaim_options *o);
/* Pages that a plan may move to a node, by its pauses; or UINT64_MAX. */
uint64_t tiermm__reclaim_pause_left(const struct tiermm_reclaim *r,
				    int32_t node, uint64_t now);
/* A folio found this target full; or moved to it. */
void tiermm__reclaim_pause(struct tiermm_reclaim *r, int32_t node,
			   uint64_t now);
void tiermm__reclaim_unpause(struct tiermm_reclaim *r, int32_t node);

/* report.c: as plan and report begin; ends with tiermm__reclaim_leave(). */
int tiermm__reclaim_open(struct tiermm_reclaim *r,
			 const struct tiermm_reclaim_context *context,
			 const struct tiermm_folio *folios,
			 const struct tiermm_decision *decisions, uint64_t n,
			 struct tiermm__reclaim_call *call);
/* node.c: rooms; the owner is inside. */
void tiermm__reclaim_room_add(struct tiermm_reclaim *r, int32_t node,
			      uint64_t pages);
void tiermm__reclaim_room_take(struct tiermm_reclaim *r, int32_t node,
			       uint64_t pages);
void tiermm__reclaim_wake(struct tiermm_reclaim *r, int32_t node);
/* Marks of all nodes anew, after the options changed. */
void tiermm__reclaim_remark(struct tiermm_reclaim *r);

static inline int tiermm__folio_is_sound(const struct tiermm_folio *folio)
{
	return !(folio->flags & ~TIERMM_FOLIO_ALL) && !folio->reserved &&
	       folio->order <= TIERMM_FOLIO_MAX_ORDER &&
	       tiermm__node_in_range(folio->node);
}

/* Base pages of a folio; none of one that is damaged so. */
static inline uint64_t tiermm__folio_pages(const struct tiermm_folio *folio)
{
	return folio->order > TIERMM_FOLIO_MAX_ORDER
		       ? 0
		       : UINT64_C(1) << folio->order;
}

static inline void tiermm__reclaim_count(_Atomic uint64_t *counter, uint64_t by)
{
	/*
	 * Relaxed, and no locked instruction: one owner writes, and each
	 * number is read by itself. Partner: tiermm_reclaim_counters().
	 */
	atomic_store_explicit(counter,
			      atomic_load_explicit(counter,
						   memory_order_relaxed) +
				      by,
			      memory_order_relaxed);
}

#endif
