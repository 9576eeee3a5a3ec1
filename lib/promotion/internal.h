/* SPDX-License-Identifier: MIT */
/*
 * Promotion, as it looks inside: a word a page, a queue of candidates, a few
 * numbers a node, and a policy behind a table.
 */
#ifndef TIERMM_PROMOTION_INTERNAL_H
#define TIERMM_PROMOTION_INTERNAL_H

#include <stdatomic.h>

#include "base/owner.h"
#include "demotion/graph.h"
#include "promotion/policies.h"
#include "promotion/queue.h"
#include "promotion/word.h"

#include <tiermm/promotion_explain.h>
#include <tiermm/promotion_plan.h>
#include <tiermm/promotion_sample.h>

/* A node, by id. */
struct tiermm__promotion_node {
	struct tiermm_promotion_room room;
	uint64_t candidates; /* base pages, ever: as a target (P2) */
	/* When this second of the rate limit is over; 0: none began. */
	uint64_t window_over_ms;
	uint64_t window_base; /* candidates there were then */
	/*
	 * Kernel policy: before this time a latency of cold_ms or more is cold
	 * without asking; 0: ask. Whoever changes the room sets it to 0.
	 */
	uint64_t cold_end_ms;
	uint64_t cold_ms;
	uint64_t planned_in; /* scratch of a plan: pages that come */
	int32_t home;        /* top node that accesses from here go to */
	uint16_t rank;       /* tier, 0 the fastest, or TIERMM__NO_RANK */
	uint8_t top;         /* nothing goes up from it */
	uint8_t known;       /* somebody told its room */
};

struct tiermm_promotion {
	struct tiermm__owner owner;
	uint32_t flags; /* options' */
	struct tiermm_alloc mem;
	uint64_t bytes;
	struct tiermm_demotion_graph *graph;
	struct tiermm_promotion_options options; /* no zeros left */
	struct tiermm_promotion_policy policy;
	uint64_t limit_pages; /* rate limit, a target and second */
	/* Time: ms since `origin_ms`, which moves where the clock went back. */
	uint64_t now_ms;
	int64_t origin_ms;
	uint64_t told_ns; /* the last one told, as it came */
	uint64_t tick_ms;
	uint32_t started; /* 1: a time was told */
	uint32_t ticked;  /* 1: tick_ms is one */
	uint64_t hand;    /* of tiermm_promotion_cold() */
	struct tiermm__kernel kernel;
	struct tiermm__histogram histogram;
	struct tiermm__queue queue;
	_Atomic uint64_t counters[TIERMM_PROMOTION_COUNTERS];
	/* The arrays, behind this in the same memory. */
	struct tiermm__promotion_node *nodes; /* [options.max_nodes] */
	uint64_t *words;                      /* [options.pages] */
};

/*
 * Relaxed: each counter is read by itself, and only the owner writes. Partner:
 * the loads in tiermm_promotion_counters().
 */
static inline void tiermm__count(struct tiermm_promotion *p, uint32_t counter,
				 uint64_t n)
{
	uint64_t before = atomic_load_explicit(&p->counters[counter],
					       memory_order_relaxed);

	atomic_store_explicit(&p->counters[counter], before + n,
			      memory_order_relaxed);
}

static inline void tiermm__count_reason(struct tiermm_promotion *p,
					uint32_t reason, uint64_t n)
{
	tiermm__count(p, TIERMM_PROMOTION_BY_REASON + reason, n);
}

static inline int tiermm__has_node(const struct tiermm_promotion *p,
				   int32_t node)
{
	return node >= 0 && (uint32_t)node < p->options.max_nodes;
}

static inline int tiermm__uses_histogram(const struct tiermm_promotion *p)
{
	return p->options.policy == TIERMM_PROMOTION_HISTOGRAM ||
	       p->options.policy == TIERMM_PROMOTION_LATENCY;
}

/* first + n within the pages, without overflow. */
static inline int tiermm__has_pages(const struct tiermm_promotion *p,
				    uint64_t first, uint64_t n)
{
	return first <= p->options.pages && n <= p->options.pages - first;
}

/* promotion.c: -TIERMM_EINVAL for NULL, -TIERMM_EBUSY. */
int tiermm__promotion_enter(struct tiermm_promotion *p);
void tiermm__promotion_leave(struct tiermm_promotion *p);

/* options.c: defaults put in. */
int tiermm__promotion_options(struct tiermm_promotion_options *dst,
			      const struct tiermm_promotion_options *src,
			      const struct tiermm_demotion_graph *graph);

/* machine.c: node tables from the graph. */
uint32_t tiermm__promotion_ids(const struct tiermm_demotion_graph *graph);
void tiermm__promotion_load_graph(struct tiermm_promotion *p);
/* A page of this node could go up to that one. */
static inline int tiermm__is_faster(const struct tiermm_promotion *p,
				    int32_t to, int32_t from)
{
	return p->nodes[to].rank < p->nodes[from].rank;
}

/* clock.c */
/* Time as the object counts it, if this came now; changes nothing. */
uint64_t tiermm__clock_peek(const struct tiermm_promotion *p, uint64_t now_ns);
void tiermm__clock_advance(struct tiermm_promotion *p, uint64_t now_ns);
/* What is done once a second: capacity, the policy's tick, stale candidates. */
void tiermm__clock_tick(struct tiermm_promotion *p);

/* pages.c */
void tiermm__page_crosses(struct tiermm_promotion *p, uint64_t page,
			  int32_t to);
/* A candidate is none any more. */
void tiermm__candidate_drop(struct tiermm_promotion *p, uint32_t entry);

/* guard.c */
/* How long a page of this level is held back. */
uint64_t tiermm__guard_delay(const struct tiermm_promotion *p, uint32_t level);
/* How long it still is, at this time; 0: it is not. */
uint64_t tiermm__guard_held(const struct tiermm_promotion *p, uint64_t word,
			    uint64_t now_ms);

/* The page's word, without a stamp that has had its time. */
uint64_t tiermm__guard_current(const struct tiermm_promotion *p, uint64_t word,
			       uint64_t now_ms);

/* admit.c: the rate limit, and room among the candidates (P2). */
static inline int
tiermm__window_is_over(const struct tiermm__promotion_node *node,
		       uint64_t now_ms)
{
	return now_ms >= node->window_over_ms;
}
/* The policy said anything but COLD. */
uint32_t tiermm__promotion_admit(struct tiermm_promotion *p,
				 const struct tiermm_sample *sample,
				 int32_t target, uint32_t score, int said);

/* latency.c: nodes that answer slower than a slower tier, where that counts. */
void tiermm__latency_shed(const struct tiermm_promotion *p,
			  const struct tiermm_nodeset *allowed,
			  struct tiermm_nodeset *shed);

/* target.c: where a candidate would go. */
struct tiermm__target {
	uint32_t reason; /* QUEUED: to `node`; else why not */
	int32_t node;
	int32_t full; /* home, where it has no room; or none (P3) */
	int32_t busy; /* node whose gate is shut, or none (P5) */
	uint64_t value;
	uint64_t limit;
};
void tiermm__target_find(const struct tiermm_promotion *p,
			 const struct tiermm__candidate *candidate,
			 const struct tiermm_nodeset *allowed,
			 struct tiermm__target *out);
/* Whether moves between these two may be made now. */
int tiermm__gate_is_open(const struct tiermm_promotion *p, int32_t from,
			 int32_t to);
/* Free pages above the high watermark, the plan's moves reckoned in. */
uint64_t tiermm__room_left(const struct tiermm_promotion *p, int32_t node);
int tiermm__is_stale(const struct tiermm_promotion *p, uint64_t page,
		     uint64_t now_ms);

#endif
