/* SPDX-License-Identifier: MIT */
/*
 * The inside of a request, and of the links that name it.
 *
 *     page's link ──> [ head | place | place | ... | tail: agents ]
 *     place ──> page's link
 */
#ifndef TIERMM_FLUSH_REQUEST_INSIDE_H
#define TIERMM_FLUSH_REQUEST_INSIDE_H

#include "flush/tracker.h"

enum {
	TIERMM__REQUEST_OPEN = 1,
	TIERMM__REQUEST_STAMPED,
	TIERMM__REQUEST_QUEUED,
	TIERMM__REQUEST_CLOSED
};

/* What a long walk needs of each: one line, with the first page's place. */
struct tiermm_flush_request {
	struct tiermm_flush_request *next;  /* in a pile */
	struct tiermm_flush_request *below; /* in an inbox */
	_Atomic uint64_t generation;        /* 0: not stamped */
	uint64_t n_pages;                   /* base pages in it */
	union {
		struct tiermm_flush *tracker;      /* until it is queued */
		struct tiermm_flush_request *last; /* of a pile, in its head */
	};
	uint32_t n_places;
	int16_t node;
	uint8_t state;
	uint8_t has_copies;
	struct tiermm__owner owner;
	_Atomic uint32_t all; /* agents, not those of the tail's set */
	/* In the order of adding; a copy stands behind its page. */
	struct tiermm_flush_page *place[];
};

struct tiermm__request_tail {
	uint64_t queued_ns;
	/* A bit an agent; check mode: as many words again, who owes a flush. */
	_Atomic uint64_t set[];
};

/* A link: its request, which is aligned, and below that what is told here. */
enum {
	TIERMM__LINK_ORDER = 31, /* TIERMM_FLUSH_MAX_ORDER */
	TIERMM__LINK_COPY = 32,  /* it is the copy of the one before */
	TIERMM__LINK_BITS = 63
};

static inline struct tiermm__request_tail *
tiermm__request_tail(const struct tiermm_flush *f,
		     struct tiermm_flush_request *r)
{
	return (void *)((char *)r + f->tail);
}

/* For whoever has the request to himself: stamped before it was queued. */
static inline uint64_t
tiermm__request_generation(const struct tiermm_flush_request *r)
{
	return atomic_load_explicit(&r->generation, memory_order_relaxed);
}

/* request.c */

/* Members of a request's set among 64 agents, those that have joined. */
static inline uint64_t tiermm__request_word(const struct tiermm_flush *f,
					    struct tiermm_flush_request *r,
					    uint32_t word)
{
	/*
	 * Acquire: the bit of an agent that has joined is seen, or the agent
	 * goes inside later (invariant 3). Partner: the release of join.
	 */
	uint64_t joined =
		atomic_load_explicit(&f->joined[word], memory_order_acquire);

	/*
	 * Acquire, both: settle may read a request that is given back and used
	 * anew, and then finds out from the link, which it loads behind this.
	 * Partner: the release stores in request.c.
	 */
	if (atomic_load_explicit(&r->all, memory_order_acquire))
		return joined;
	return joined &
	       atomic_load_explicit(&tiermm__request_tail(f, r)->set[word],
				    memory_order_acquire);
}

/* Enter a request as its owner, if its state is @last or before. */
int tiermm__request_enter(struct tiermm_flush_request *r, uint8_t last);

/* places.c */

/* Copies leave their places to the pages behind them. */
void tiermm__unpark_pairs(struct tiermm_flush_request *r);
/* Base pages of a node do not count against its bound any more. */
void tiermm__unreserve(struct tiermm_flush *f, int32_t node, uint64_t pages);

static inline uint64_t tiermm__link(const struct tiermm_flush_page *page)
{
	/* Relaxed: the caller keeps others from parking it meanwhile. */
	return __atomic_load_n(&page->parked, __ATOMIC_RELAXED);
}

static inline void tiermm__set_link(struct tiermm_flush_page *page,
				    uint64_t link)
{
	/*
	 * Release: the request is open, or all that was done with it is done.
	 * Partner: the acquire in tiermm__request_of().
	 */
	__atomic_store_n(&page->parked, link, __ATOMIC_RELEASE);
}

/* Pages of a request are parked no more; their places are left. */
static inline void tiermm__unpark(struct tiermm_flush_request *r)
{
	if (__builtin_expect(r->has_copies, 0))
		tiermm__unpark_pairs(r);
	else
		for (uint32_t i = 0; i < r->n_places; i++)
			tiermm__set_link(r->place[i], 0);
	r->state = TIERMM__REQUEST_CLOSED;
}

/* The request that a page is parked in, or NULL. */
static inline struct tiermm_flush_request *
tiermm__request_of(const struct tiermm_flush_page *page)
{
	/* Acquire: partner is the release in tiermm__set_link(). */
	uint64_t link = __atomic_load_n(&page->parked, __ATOMIC_ACQUIRE);

	return (void *)(uintptr_t)(link & ~(uint64_t)TIERMM__LINK_BITS);
}

/* settle.c */

/*
 * The next agent, from @from on, that has not passed the generation of a
 * request; TIERMM_FLUSH_MAX_AGENTS if there is none.
 */
uint32_t tiermm__next_waiting(struct tiermm_flush *f,
			      struct tiermm_flush_request *r,
			      uint64_t generation, uint32_t from);

/* check.c */

/* Note who owes a flush when the request is stamped. */
void tiermm__check_stamped(struct tiermm_flush *f,
			   struct tiermm_flush_request *r);
/* Tell of everybody who still owes it when the request is given back. */
void tiermm__check_given_back(struct tiermm_flush *f,
			      struct tiermm_flush_request *r);

#endif
