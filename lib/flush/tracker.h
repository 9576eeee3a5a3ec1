/* SPDX-License-Identifier: MIT */
/*
 * The inside of the flush tracker, and its protocol (rules F1 to F13).
 *
 * What holds at every moment:
 *
 * 1. A generation is begun by a read-modify-write that releases what was
 *    unmapped before it. So whoever loads a generation (acquire) sees the
 *    unmaps of all generations up to that one, and holds nothing of them that
 *    it loads from then on.
 * 2. An agent's stamp is 0, or a generation that it loaded before its last
 *    flush began, or before it went inside. So it covers what was unmapped
 *    up to that generation, and never more (F2).
 * 3. An agent that goes inside stores its stamp and passes a fence (or, in
 *    the paired flavour, is given one by the barrier of whoever looks) before
 *    it loads anything that may be unmapped. Who looks has learned of the
 *    request, passes a fence (or runs that barrier), and then loads stamps. So
 *    either the look finds the stamp, or the agent finds the unmap.
 * 4. Covered is now - stamp <= now - generation, unsigned, where now is loaded
 *    after the stamp. Both are at most now, so both differences are true ages
 *    for 2^64 generations (F1). 0 is not a generation: wrapping skips it.
 * 5. A page's link names its request from before the unmap until it is given
 *    back. So settle needs no queue to find it (F7).
 * 6. Whoever puts a request on a queue sets the node's bit in busy behind it,
 *    and looks at stopped behind that; whoever takes clears the bit and takes
 *    behind that; whoever stops looks at busy behind it. All of these are
 *    sequentially consistent. So either the take finds the request or its bit
 *    stays set, and either the drain of a stop finds it or who put it there
 *    finds the stop (F8).
 *
 * Queues: each node has an inbox, a stack that requests are pushed on, and a
 * pile, requests that a reap has looked at. Both are only ever taken as a
 * whole, so that nobody meets a request that another may be giving back. What
 * was taken belongs to the taker, who pushes back what is left as one pile.
 *
 * Memory: a walk over many requests touches one line of each, and the links of
 * its pages. What only a mover or a few walks need stands in its tail
 * (request.h).
 *
 * Progress: agents and settle are wait-free, the rest is lock-free. Models:
 * tests/model/flush_check.pml, flush_settle.pml, flush_stamp.pml,
 * flush_stop.pml, flush_wrap.pml. Stress: tests/property/test_flush_stress.c.
 */
#ifndef TIERMM_FLUSH_TRACKER_H
#define TIERMM_FLUSH_TRACKER_H

#include "base/bits.h"
#include "base/owner.h"

#include <stdatomic.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>
#include <tiermm/flush_settle.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TIERMM__NO_FENCES 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define TIERMM__NO_FENCES 1
#endif

struct tiermm_flush_agent {
	/* Frozen for a soname: flush_inline.h reads and stores these. */
	_Alignas(TIERMM_ALIGN) _Atomic uint64_t stamp;
	const _Atomic uint64_t *generation;

	_Atomic uint32_t state; /* TIERMM_AGENT_..., but for INSIDE */
	uint32_t index;
	uint32_t flavour;
	uint32_t seen;           /* the two below mean something */
	uint64_t seen_stamp;     /* who reports stalls found it here, */
	uint64_t seen_ns;        /* first at this time */
	_Atomic uint64_t proved; /* check mode: seen to have passed it */
};

#define TIERMM__RECENT 8

/* What waits on one node. */
struct tiermm__lane {
	_Alignas(TIERMM_ALIGN) _Atomic(struct tiermm_flush_request *) inbox;
	_Atomic(struct tiermm_flush_request *) pile;
	_Atomic uint64_t queued;         /* requests, ever */
	_Atomic uint64_t queued_pages;   /* base pages, ever */
	_Atomic uint64_t returned_pages; /* of these, given back */
	/* Base pages of open and queued requests, if there is a bound. */
	_Atomic uint64_t reserved;
	_Atomic uint64_t oldest_ns; /* a hint; TIERMM__NEVER: none */
	/* Queued last, in turn: only ever fetched ahead, never looked into. */
	_Alignas(TIERMM_ALIGN) _Atomic(struct tiermm_flush_request *)
		recent[TIERMM__RECENT];
};

#define TIERMM__NEVER UINT64_MAX

struct tiermm_flush {
	_Alignas(TIERMM_ALIGN) _Atomic uint64_t generation;

	/* Every agent has passed it, and a barrier has followed it. */
	_Alignas(TIERMM_ALIGN) _Atomic uint64_t passed;
	_Atomic uint64_t barriered;
	_Atomic(struct tiermm_retired *) retired;
	_Atomic uint64_t n_retired;
	_Atomic uint32_t stopped;
	_Atomic uint32_t cursor; /* node where the next reap begins */
	struct tiermm__owner reporter;
	_Atomic uint64_t busy[TIERMM_NODESET_WORDS]; /* a bit a node */
	_Atomic uint64_t counter[TIERMM_FLUSH_COUNTERS];

	/* Never changes. */
	_Alignas(TIERMM_ALIGN) struct tiermm_flush_agent *agents;
	_Atomic uint64_t *joined; /* a bit an agent */
	struct tiermm__lane *lanes;
	uint32_t flavour;
	uint32_t max_agents;
	uint32_t words; /* of a set of agents */
	uint32_t max_nodes;
	uint32_t reasons;
	uint32_t places; /* in a request */
	uint32_t tail;   /* bytes from a request to its tail */
	uint64_t max_pages;
	uint64_t max_age_ns;
	struct tiermm_barrier barrier;
	struct tiermm_flush_check check; /* breach is NULL: off */
	struct tiermm_alloc mem;
	uint64_t bytes;
};

static inline void tiermm__flush_count(struct tiermm_flush *f, uint32_t index,
				       uint64_t n)
{
	/* Relaxed: a number by itself. Partner: tiermm_flush_counters(). */
	atomic_fetch_add_explicit(&f->counter[index], n, memory_order_relaxed);
}

/* Invariant 4; now was loaded after both. */
static inline int tiermm__covered(uint64_t now, uint64_t stamp,
				  uint64_t generation)
{
	return now - stamp <= now - generation;
}

static inline uint64_t tiermm__generation(const struct tiermm_flush *f)
{
	/* Acquire: partner is the release in tiermm__next_generation(). */
	return atomic_load_explicit(&f->generation, memory_order_acquire);
}

/*
 * Load a stamp after tiermm__flush_look(). Acquire: what the agent did before
 * it stored this is behind it. Partner: the release of end and exit. Where the
 * fence of the look is not seen by a sanitizer, a read-modify-write is both:
 * the agent's own exchange comes before it and is seen, or after it and sees.
 */
static inline uint64_t tiermm__stamp(struct tiermm_flush_agent *agent)
{
#ifdef TIERMM__NO_FENCES
	return atomic_fetch_add_explicit(&agent->stamp, 0,
					 memory_order_acq_rel);
#else
	return atomic_load_explicit(&agent->stamp, memory_order_acquire);
#endif
}

/* check.c: an agent was seen to have passed a generation. */
void tiermm__check_saw(struct tiermm_flush *f, uint32_t index,
		       uint64_t generation);

/* Whether an agent has passed a generation; behind a look. */
static inline int tiermm__agent_passed(struct tiermm_flush *f, uint32_t index,
				       uint64_t generation)
{
	uint64_t stamp = tiermm__stamp(&f->agents[index]);

	if (stamp && !tiermm__covered(tiermm__generation(f), stamp, generation))
		return 0;
	if (f->check.breach)
		tiermm__check_saw(f, index, generation);
	return 1;
}

/* tracker.c: bytes of a request of a tracker that is made so. */
int tiermm__flush_request_footprint(const struct tiermm_flush_options *options,
				    uint64_t *bytes);

/* generation.c */

/* Move a word on to a generation; never back. */
void tiermm__advance(struct tiermm_flush *f, _Atomic uint64_t *word,
		     uint64_t generation);

/* Begin a generation; what came before it is released by it. */
uint64_t tiermm__next_generation(struct tiermm_flush *f);
/*
 * Before stamps are loaded, behind whatever told of the request: invariant 3.
 * 0, or what the barrier returned.
 */
int tiermm__flush_look(struct tiermm_flush *f);
/* The newest generation that every agent has passed; looks. 0 or an error. */
int tiermm__flush_passed(struct tiermm_flush *f, uint64_t *passed);

#endif
