/* SPDX-License-Identifier: MIT */
/*
 * Time, the rate limit, and the pauses of targets that are full (R9).
 *
 * *Inner time* is the caller's time plus an offset. It never goes backwards:
 * when the caller's does (a restored machine), the offset grows by as much, so
 * that no time has passed and pauses still end.
 *
 * The rate limit is one number: the time up to which it has been paid. Moving
 * pages pushes it ahead by their cost; it may run ahead of now by the burst.
 * Nothing is saved up while idle.
 *
 * Pauses double: first, 2 * first, ... max. While one runs nothing is planned
 * to that node; behind it a plan tries a few pages, until one moves.
 */
#include "reclaim/internal.h"

/* Costs are in 1/1024 ns, so that a fast limit is not rounded to nothing. */
#define COST_SHIFT 10
#define NS_PER_S UINT64_C(1000000000)
/* Pauses in a row are counted up to here; the time has its own limit. */
#define PAUSES_MAX 63

/* Relaxed in all of these: one number, true by itself; see internal.h. */
static uint64_t get(const _Atomic uint64_t *number)
{
	return atomic_load_explicit(number, memory_order_relaxed);
}

static void set(_Atomic uint64_t *number, uint64_t value)
{
	atomic_store_explicit(number, value, memory_order_relaxed);
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t tiermm__reclaim_time(const struct tiermm_reclaim *r, uint64_t now_ns)
{
	uint64_t now = now_ns + get(&r->offset);
	uint64_t latest = get(&r->latest);

	if (now_ns == 0)
		return 0;
	return now < latest ? latest : now;
}

uint64_t tiermm__reclaim_told(const struct tiermm_reclaim *r, uint64_t inner)
{
	uint64_t offset = get(&r->offset);

	return inner > offset ? inner - offset : 0;
}

void tiermm__reclaim_tick(struct tiermm_reclaim *r, uint64_t now_ns)
{
	uint64_t latest = get(&r->latest);
	uint64_t now = now_ns + get(&r->offset);

	if (now_ns == 0)
		return;
	if (now < latest) {
		set(&r->offset, latest - now_ns);
		tiermm__reclaim_count(&r->counter[TIERMM_RECLAIM_CLOCK_BACK],
				      1);
		return;
	}
	set(&r->latest, now);
}

uint64_t tiermm__reclaim_page_cost(const struct tiermm_reclaim_options *o)
{
	uint64_t cost;

	if (o->rate_limit_bytes == 0)
		return 0;
	cost = ((uint64_t)o->page_bytes * NS_PER_S) << COST_SHIFT;
	cost /= o->rate_limit_bytes;
	return cost ? cost : 1;
}

uint64_t tiermm__reclaim_rate_left(const struct tiermm_reclaim *r, uint64_t now)
{
	uint64_t cost = get(&r->page_cost);
	uint64_t paid = get(&r->paid_until);
	uint64_t end = plus(now, get(&r->burst_ns));
	uint64_t room;

	if (cost == 0 || now == 0)
		return UINT64_MAX;
	if (paid < now)
		paid = now;
	if (paid > end)
		return 0;
	room = end - paid;
	if (room > UINT64_MAX >> COST_SHIFT)
		return UINT64_MAX;
	return (room << COST_SHIFT) / cost + 1;
}

void tiermm__reclaim_rate_pay(struct tiermm_reclaim *r, uint64_t now,
			      uint64_t pages, uint32_t moves)
{
	uint64_t cost = get(&r->page_cost);
	uint64_t paid = get(&r->paid_until);
	uint64_t price;

	if (cost == 0 || now == 0)
		return;
	if (paid < now)
		paid = now;
	if (pages > UINT64_MAX / cost)
		pages = UINT64_MAX / cost;
	price = (pages * cost) >> COST_SHIFT;
	price = price > UINT64_MAX / moves ? UINT64_MAX : price * moves;
	set(&r->paid_until, plus(paid, price));
}

uint64_t tiermm__reclaim_pause_left(const struct tiermm_reclaim *r,
				    int32_t node, uint64_t now)
{
	const struct tiermm__reclaim_node *own;

	if (now == 0 || (uint32_t)node >= r->max_nodes ||
	    (atomic_load_explicit(&r->flags, memory_order_relaxed) &
	     TIERMM_RECLAIM_BACKOFF_OFF))
		return UINT64_MAX;
	own = &r->nodes[node];
	if (atomic_load_explicit(&own->pauses, memory_order_relaxed) == 0)
		return UINT64_MAX;
	if (now < get(&own->pause_until))
		return 0;
	return atomic_load_explicit(&r->probe_pages, memory_order_relaxed);
}

static uint64_t pause_length(const struct tiermm_reclaim_options *o,
			     uint32_t pauses)
{
	uint64_t length = o->backoff_first_ns;

	while (--pauses && length < o->backoff_max_ns)
		length = plus(length, length);
	return length < o->backoff_max_ns ? length : o->backoff_max_ns;
}

void tiermm__reclaim_pause(struct tiermm_reclaim *r, int32_t node, uint64_t now)
{
	struct tiermm__reclaim_node *own;
	uint32_t pauses;

	if (now == 0 || (uint32_t)node >= r->max_nodes ||
	    (r->options.flags & TIERMM_RECLAIM_BACKOFF_OFF))
		return;
	own = &r->nodes[node];
	/* The rest of a batch that found out already says nothing new. */
	if (now < get(&own->pause_until))
		return;
	pauses = atomic_load_explicit(&own->pauses, memory_order_relaxed);
	if (pauses < PAUSES_MAX)
		pauses++;
	set(&own->pause_until, plus(now, pause_length(&r->options, pauses)));
	atomic_store_explicit(&own->pauses, pauses, memory_order_relaxed);
	tiermm__reclaim_count(&r->counter[TIERMM_RECLAIM_PAUSES], 1);
}

void tiermm__reclaim_unpause(struct tiermm_reclaim *r, int32_t node)
{
	if ((uint32_t)node >= r->max_nodes)
		return;
	atomic_store_explicit(&r->nodes[node].pauses, 0, memory_order_relaxed);
	set(&r->nodes[node].pause_until, 0);
}
