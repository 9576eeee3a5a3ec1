/* SPDX-License-Identifier: MIT */
/*
 * Promotion as memory tiering in Linux 6.12 decides it (P2), in its integers.
 *
 * Of a hint fault on a slow page, for the target node:
 *
 * 1. much free space there: yes, and the threshold starts anew;
 * 2. once a period, the threshold moves by a sixteenth of twice the default,
 *    down where more than 11/10 of the candidates came that the rate limit
 *    would let pass in a period, up where fewer than 9/10 did;
 * 3. a latency at or above the threshold: no;
 * 4. the rate limit, which is done for every policy (admit.c).
 *
 * Unlike there, a latency does not wrap after 4.2 s, and an unset time is not
 * taken for one.
 */
#include "promotion/policies.h"

#include "base/arithmetic.h"

#define SCORES (TIERMM_PROMOTION_SCORE_MAX + 1)

static uint64_t threshold_of(const struct tiermm__kernel *k,
			     const struct tiermm__kernel_node *node)
{
	return node->threshold_ms ? node->threshold_ms : k->default_ms;
}

uint64_t tiermm__kernel_threshold(const struct tiermm__kernel *k, int32_t node)
{
	return threshold_of(k, &k->nodes[node]);
}

void tiermm__kernel_cutoff(const struct tiermm__kernel *k, int32_t node,
			   uint64_t *end_ms, uint64_t *latency_ms)
{
	/* The threshold may change once this time has passed. */
	*end_ms = k->nodes[node].adjusted_ms + k->period_ms + 1;
	*latency_ms = tiermm__kernel_threshold(k, node);
}

/* promo watermark + max(1 GiB, present / 16); free pages are to exceed it. */
static uint64_t enough(const struct tiermm__kernel *k,
		       const struct tiermm_promotion_room *room)
{
	uint64_t part = room->present_pages / 16, sum;

	if (part < k->enough_pages)
		part = k->enough_pages;
	return tiermm__add_overflow(room->promo_pages, part, &sum) ? UINT64_MAX
								   : sum;
}

/* Candidates that the limit lets pass in a period. */
static uint64_t reference(const struct tiermm__kernel *k)
{
	uint64_t product;

	if (tiermm__mul_overflow(k->limit_pages, k->period_ms, &product))
		product = UINT64_MAX;
	product /= 1000;
	return product < UINT64_MAX / 11 ? product : UINT64_MAX / 11;
}

static void adjust(struct tiermm__kernel *k, struct tiermm__kernel_node *node,
		   const struct tiermm_promotion_access *a)
{
	uint64_t ref = reference(k), unit = k->default_ms * 2 / 16;
	uint64_t came = a->candidates - node->candidates;
	uint64_t before = threshold_of(k, node), now = before;

	if (came > ref * 11 / 10)
		now = before > 2 * unit ? before - unit : unit;
	else if (came < ref * 9 / 10)
		now = before + unit < 2 * k->default_ms ? before + unit
							: 2 * k->default_ms;
	node->adjusted_ms = a->now_ms;
	node->candidates = a->candidates;
	node->threshold_ms = now;
	k->adjusted += now != before;
}

static uint32_t score_of(uint64_t latency, uint64_t threshold)
{
	if (latency >= threshold)
		return 0;
	return (uint32_t)(TIERMM_PROMOTION_SCORE_MAX -
			  latency * SCORES / threshold);
}

static int has_much_room(const struct tiermm__kernel *k,
			 struct tiermm_promotion_access *a)
{
	uint64_t least;

	if (!a->room)
		return 0;
	least = enough(k, a->room);
	if (a->room->free_pages <= least)
		return 0;
	a->score = score_of(a->latency_ms, k->default_ms);
	a->value = a->room->free_pages;
	a->limit = least;
	return 1;
}

static int compare(struct tiermm_promotion_access *a, uint64_t threshold)
{
	a->value = a->latency_ms;
	a->limit = threshold;
	if (a->latency_ms == TIERMM_PROMOTION_UNSET)
		return TIERMM_PROMOTION_FIRST_SEEN;
	if (a->latency_ms >= threshold)
		return TIERMM_PROMOTION_COLD;
	a->score = score_of(a->latency_ms, threshold);
	return TIERMM_PROMOTION_HOT;
}

static int sample(void *self, struct tiermm_promotion_access *a)
{
	struct tiermm__kernel *k = self;
	struct tiermm__kernel_node *node = &k->nodes[a->target];

	if (has_much_room(k, a)) {
		node->threshold_ms = 0;
		return TIERMM_PROMOTION_FREE_SPACE;
	}
	if (a->now_ms - node->adjusted_ms > k->period_ms)
		adjust(k, node, a);
	return compare(a, threshold_of(k, node));
}

static int judge(void *self, struct tiermm_promotion_access *a)
{
	const struct tiermm__kernel *k = self;

	if (has_much_room(k, a))
		return TIERMM_PROMOTION_FREE_SPACE;
	return compare(a, tiermm__kernel_threshold(k, a->target));
}

void tiermm__kernel_table(struct tiermm_promotion_policy *out,
			  struct tiermm__kernel *state)
{
	*out = (struct tiermm_promotion_policy){
		.size = sizeof(*out),
		.name = "kernel",
		.self = state,
		.sample = sample,
		.judge = judge,
	};
}
