/* SPDX-License-Identifier: MIT */
/* Requests on their way: queued, taken as a whole, put back, given back. */
#include "flush/queue.h"

#include "base/memory.h"
#include "base/options.h"

/*
 * Sequentially consistent: all that invariant 6 tells of, here and below. The
 * push is a release and a take an acquire, too: a request is whole.
 */
static void push(struct tiermm__lane *lane, struct tiermm_flush_request *r)
{
	/* Relaxed: only a first guess, and never looked into. */
	struct tiermm_flush_request *top =
		atomic_load_explicit(&lane->inbox, memory_order_relaxed);

	do {
		r->below = top;
	} while (!atomic_compare_exchange_weak_explicit(&lane->inbox, &top, r,
							memory_order_seq_cst,
							memory_order_relaxed));
}

static struct tiermm__pile take_pile(struct tiermm__lane *lane)
{
	struct tiermm_flush_request *head =
		atomic_exchange_explicit(&lane->pile, NULL,
					 memory_order_seq_cst);

	return (struct tiermm__pile){ NULL, head, head ? head->last : NULL };
}

struct tiermm__pile tiermm__lane_take(struct tiermm__lane *lane)
{
	struct tiermm__pile pile = take_pile(lane);
	struct tiermm_flush_request *top =
		atomic_exchange_explicit(&lane->inbox, NULL,
					 memory_order_seq_cst);

	if (top)
		tiermm__pile_append(&pile, top);
	return pile;
}

void tiermm__lane_put_back(struct tiermm__lane *lane, struct tiermm__pile pile)
{
	struct tiermm_flush_request *none = NULL;

	tiermm__pile_gather(&pile);
	if (!pile.head)
		return;
	pile.head->last = pile.last;
	while (!atomic_compare_exchange_strong_explicit(&lane->pile, &none,
							pile.head,
							memory_order_seq_cst,
							memory_order_relaxed)) {
		/* Another put his back: both become one. */
		tiermm__pile_join(&pile, take_pile(lane));
		pile.head->last = pile.last;
		none = NULL;
	}
}

/* Behind what was put there. A load where the bit is set: it often is. */
static void mark_busy(struct tiermm_flush *f, uint32_t node)
{
	_Atomic uint64_t *word = &f->busy[node / 64];
	uint64_t bit = (uint64_t)1 << node % 64;

	if (!(atomic_load_explicit(word, memory_order_seq_cst) & bit))
		atomic_fetch_or_explicit(word, bit, memory_order_seq_cst);
}

uint32_t tiermm__next_busy(struct tiermm_flush *f,
			   const struct tiermm_nodeset *nodes, uint32_t from)
{
	for (uint32_t word = from / 64; word * 64 < f->max_nodes; word++) {
		uint64_t left = atomic_load_explicit(&f->busy[word],
						     memory_order_seq_cst);

		if (nodes)
			left &= nodes->word[word];
		if (word == from / 64)
			left &= UINT64_MAX << from % 64;
		if (left)
			return word * 64 + tiermm__lowest_bit(left);
	}
	return f->max_nodes;
}

struct tiermm__pile tiermm__node_take(struct tiermm_flush *f, uint32_t node)
{
	atomic_fetch_and_explicit(&f->busy[node / 64],
				  ~((uint64_t)1 << node % 64),
				  memory_order_seq_cst);
	return tiermm__lane_take(&f->lanes[node]);
}

void tiermm__node_put_back(struct tiermm_flush *f, uint32_t node,
			   struct tiermm__pile pile)
{
	if (!pile.head && !pile.under)
		return;
	tiermm__lane_put_back(&f->lanes[node], pile);
	mark_busy(f, node);
}

uint32_t tiermm__due_if_stopped(struct tiermm_flush *f)
{
	return atomic_load_explicit(&f->stopped, memory_order_seq_cst)
		       ? TIERMM_DUE_STOPPED
		       : 0;
}

static uint32_t due_bits(struct tiermm_flush *f, struct tiermm__lane *lane,
			 uint64_t now_ns)
{
	/* Relaxed, both: hints. */
	uint64_t parked =
		atomic_load_explicit(&lane->reserved, memory_order_relaxed);
	uint64_t oldest =
		atomic_load_explicit(&lane->oldest_ns, memory_order_relaxed);
	uint32_t due = 0;

	if (f->max_pages && parked >= f->max_pages - f->max_pages / 4)
		due |= TIERMM_DUE_FULL;
	if (f->max_age_ns && oldest < now_ns && now_ns - oldest > f->max_age_ns)
		due |= TIERMM_DUE_OLD;
	return due;
}

/*
 * Who walks down a stack meets the requests in turn, the newest first: let each
 * name one that comes some steps behind it, so that it can be fetched ahead.
 */
static void name_recent(struct tiermm__lane *lane,
			struct tiermm_flush_request *r, uint64_t turn)
{
	_Atomic(struct tiermm_flush_request *) *recent =
		&lane->recent[turn % TIERMM__RECENT];

	/* Relaxed, both: it may be anything. */
	r->next = atomic_load_explicit(recent, memory_order_relaxed);
	atomic_store_explicit(recent, r, memory_order_relaxed);
}

/* Queue a request that is ours. */
static uint32_t queue(struct tiermm_flush *f, struct tiermm_flush_request *r,
		      uint64_t now_ns)
{
	uint32_t node = (uint32_t)r->node, due;
	struct tiermm__lane *lane = &f->lanes[node];
	uint64_t never = TIERMM__NEVER, turn;

	if (f->max_age_ns)
		tiermm__request_tail(f, r)->queued_ns = now_ns;
	/* Relaxed: numbers by themselves; before the push, so never too few. */
	turn = atomic_fetch_add_explicit(&lane->queued, 1,
					 memory_order_relaxed);
	name_recent(lane, r, turn);
	atomic_fetch_add_explicit(&lane->queued_pages, r->n_pages,
				  memory_order_relaxed);
	push(lane, r);
	/* Another's from here on. */
	mark_busy(f, node);
	due = tiermm__due_if_stopped(f);
	/* Relaxed: a hint, which whoever empties the queue takes back. */
	if (f->max_age_ns)
		atomic_compare_exchange_strong_explicit(&lane->oldest_ns,
							&never, now_ns,
							memory_order_relaxed,
							memory_order_relaxed);
	return due | due_bits(f, lane, now_ns);
}

int tiermm_flush_queue(struct tiermm_flush_request *r, uint64_t now_ns,
		       uint32_t *due)
{
	struct tiermm_flush *f;
	uint32_t bits;
	int err = tiermm__request_enter(r, TIERMM__REQUEST_STAMPED);

	if (err)
		return err;
	f = r->tracker;
	if (r->state != TIERMM__REQUEST_STAMPED || !r->n_places)
		err = -TIERMM_EINVAL;
	else if (atomic_load_explicit(&f->stopped, memory_order_relaxed))
		err = -TIERMM_EBUSY;
	else
		r->state = TIERMM__REQUEST_QUEUED;
	tiermm__owner_leave(&r->owner);
	if (err)
		return err;
	bits = queue(f, r, now_ns);
	if (due)
		*due = bits;
	return 0;
}

int tiermm__freed_begin(struct tiermm_flush_freed *freed)
{
	struct tiermm_flush_freed known;
	int err;

	if (!freed)
		return -TIERMM_EINVAL;
	err = tiermm__options_copy(&known, sizeof(known), freed, sizeof(known),
				   0);
	if (err)
		return err;
	known = (struct tiermm_flush_freed){ .size = freed->size };
	memcpy(freed, &known, sizeof(known));
	return 0;
}

void tiermm__count_returned(struct tiermm_flush *f, int32_t node,
			    uint32_t counter, uint64_t pages)
{
	/* Release: partner is the acquire where pending pages are told. */
	atomic_fetch_add_explicit(&f->lanes[node].returned_pages, pages,
				  memory_order_release);
	tiermm__unreserve(f, node, pages);
	tiermm__flush_count(f, counter, pages);
}
