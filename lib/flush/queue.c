/* SPDX-License-Identifier: MIT */
/* Requests on their way: queued, taken as a whole, put back, given back. */
#include "flush/queue.h"

#include "base/memory.h"
#include "base/options.h"

static void push(struct tiermm__lane *lane, struct tiermm_flush_request *r)
{
	/* Relaxed: only a first guess, and never looked into. */
	struct tiermm_flush_request *top =
		atomic_load_explicit(&lane->inbox, memory_order_relaxed);

	/* Release: the request is whole. Partner: tiermm__lane_take(). */
	do {
		r->below = top;
	} while (!atomic_compare_exchange_weak_explicit(&lane->inbox, &top, r,
							memory_order_release,
							memory_order_relaxed));
}

/* Take the pile of a node and put it behind another. */
static void take_pile(struct tiermm__lane *lane, struct tiermm__pile *pile)
{
	/* Acquire: partner is tiermm__lane_put_back(). */
	struct tiermm_flush_request *head =
		atomic_exchange_explicit(&lane->pile, NULL,
					 memory_order_acquire);
	struct tiermm__pile taken = { head, head ? head->last : NULL };

	tiermm__pile_join(pile, &taken);
}

void tiermm__lane_take(struct tiermm__lane *lane, struct tiermm__pile *pile)
{
	struct tiermm_flush_request *top;

	take_pile(lane, pile);
	/* Acquire: partner is push(). */
	top = atomic_exchange_explicit(&lane->inbox, NULL,
				       memory_order_acquire);
	if (top)
		tiermm__pile_append(pile, top);
}

void tiermm__lane_put_back(struct tiermm__lane *lane, struct tiermm__pile *pile)
{
	struct tiermm_flush_request *none = NULL;

	if (!pile->head)
		return;
	pile->head->last = pile->last;
	/* Release: partner is tiermm__lane_take(). */
	while (!atomic_compare_exchange_strong_explicit(&lane->pile, &none,
							pile->head,
							memory_order_release,
							memory_order_relaxed)) {
		/* Another put his back: both become one. */
		take_pile(lane, pile);
		pile->head->last = pile->last;
		none = NULL;
	}
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
 * Queue a request that is ours. Between the push and the look at stopped there
 * must be order, and the same in stop, so that either this look finds the stop
 * or the drain that follows the stop finds the request: read-modify-writes of
 * one word come one after the other.
 */
static uint32_t queue(struct tiermm_flush *f, struct tiermm_flush_request *r,
		      uint64_t now_ns)
{
	struct tiermm__lane *lane = &f->lanes[r->node];
	uint64_t pages = r->n_pages, never = TIERMM__NEVER;
	uint32_t due = 0;

	r->queued_ns = now_ns;
	/* Relaxed: a number by itself; before the push, so never below 0. */
	atomic_fetch_add_explicit(&lane->pending, pages, memory_order_relaxed);
	push(lane, r);
	/* Another's from here on. Acquire, release: see above. */
	if (atomic_fetch_add_explicit(&f->stopped, 0, memory_order_acq_rel))
		due |= TIERMM_DUE_STOPPED;
	/* Relaxed: a hint, which whoever empties the queue takes back. */
	if (f->max_age_ns)
		atomic_compare_exchange_strong_explicit(&lane->oldest_ns,
							&never, now_ns,
							memory_order_relaxed,
							memory_order_relaxed);
	tiermm__flush_count(f, TIERMM_FLUSH_QUEUED, 1);
	tiermm__flush_count(f, TIERMM_FLUSH_QUEUED_PAGES, pages);
	return due | due_bits(f, lane, now_ns);
}

int tiermm_flush_queue(struct tiermm_flush_request *r, uint64_t now_ns,
		       uint32_t *due)
{
	struct tiermm_flush *f;
	uint32_t bits;
	int err = r ? tiermm__owner_enter(&r->owner) : -TIERMM_EINVAL;

	if (err)
		return err;
	f = r->tracker;
	if (r->state != TIERMM__REQUEST_STAMPED || !r->pages)
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

void tiermm__tally_end(struct tiermm_flush *f, struct tiermm__tally *tally)
{
	if (!tally->pages)
		return;
	/* Relaxed: a number by itself. */
	atomic_fetch_sub_explicit(&f->lanes[tally->node].pending, tally->pages,
				  memory_order_relaxed);
	tiermm__unreserve(f, tally->node, tally->pages);
	tiermm__flush_count(f, tally->counter, tally->pages);
	tally->pages = 0;
}

void tiermm__give_back(struct tiermm_flush *f, struct tiermm_flush_request *r,
		       struct tiermm_flush_freed *freed,
		       struct tiermm__tally *tally)
{
	struct tiermm_flush_page *last;

	if (f->check.breach)
		tiermm__check_given_back(f, r);
	last = tiermm__unpark(r);
	last->next = freed->pages;
	freed->pages = r->pages;
	r->next = freed->requests;
	freed->requests = r;
	freed->n_requests++;
	freed->n_pages += r->n_pages;
	if (r->node != tally->node)
		tiermm__tally_end(f, tally);
	tally->node = r->node;
	tally->pages += r->n_pages;
}

struct tiermm_flush_request *
tiermm_flush_request_next(const struct tiermm_flush_request *r)
{
	return r ? r->next : NULL;
}
