/* SPDX-License-Identifier: MIT */
/*
 * Time as promotion counts it: milliseconds since the first one it was told.
 *
 * A time that lies back by up to a second is disorder among sources, and
 * counts as now. One that lies back further is a clock that was set back (a
 * restored virtual machine): no time has passed, and it goes on from there.
 */
#include "promotion/internal.h"

#define NS_PER_MS 1000000
#define DISORDER_MS 1000
#define TICK_MS 1000

static uint64_t since_origin(const struct tiermm_promotion *p, uint64_t now_ns)
{
	return (uint64_t)((int64_t)(now_ns / NS_PER_MS) - p->origin_ms);
}

uint64_t tiermm__clock_peek(const struct tiermm_promotion *p, uint64_t now_ns)
{
	int64_t ms = (int64_t)since_origin(p, now_ns);

	if (!p->started)
		return 0;
	return ms > (int64_t)p->now_ms ? (uint64_t)ms : p->now_ms;
}

static void go_back(struct tiermm_promotion *p, int64_t ms)
{
	tiermm__count(p, TIERMM_PROMOTION_CLOCK_BACK, 1);
	if ((int64_t)p->now_ms - ms > DISORDER_MS)
		p->origin_ms -= (int64_t)p->now_ms - ms;
}

void tiermm__clock_advance(struct tiermm_promotion *p, uint64_t now_ns)
{
	int64_t ms;

	if (p->started && now_ns == p->told_ns)
		return;
	p->told_ns = now_ns;
	if (!p->started) {
		p->started = 1;
		p->origin_ms = (int64_t)(now_ns / NS_PER_MS);
	}
	ms = (int64_t)since_origin(p, now_ns);
	if (ms < (int64_t)p->now_ms)
		go_back(p, ms);
	else
		p->now_ms = (uint64_t)ms;
}

/* Pages that can be on top in all; 0 where a top node's room is unknown. */
static uint64_t capacity(const struct tiermm_promotion *p)
{
	uint64_t sum = 0;

	for (uint32_t id = 0; id < p->options.max_nodes; id++) {
		const struct tiermm__promotion_node *node = &p->nodes[id];

		if (!node->top || node->rank == TIERMM__NO_RANK)
			continue;
		if (!node->known)
			return 0;
		if (node->room.present_pages > node->room.high_pages)
			sum += node->room.present_pages - node->room.high_pages;
	}
	return sum;
}

static void drop_stale(struct tiermm_promotion *p)
{
	uint32_t entry = tiermm__queue_first(&p->queue);

	while (entry != TIERMM__NO_CANDIDATE) {
		uint32_t after = tiermm__queue_after(&p->queue, entry);
		uint64_t page = p->queue.entries[entry].page;

		if (tiermm__is_stale(p, page, p->now_ms)) {
			tiermm__candidate_drop(p, entry);
			tiermm__count_reason(p, TIERMM_PROMOTION_STALE, 1);
		}
		entry = after;
	}
}

void tiermm__clock_tick(struct tiermm_promotion *p)
{
	if (p->ticked && p->now_ms - p->tick_ms < TICK_MS)
		return;
	p->ticked = 1;
	p->tick_ms = p->now_ms;
	if (p->policy.tick &&
	    p->policy.tick(p->policy.self, p->now_ms, capacity(p)))
		tiermm__count(p, TIERMM_PROMOTION_ERRORS, 1);
	drop_stale(p);
}
