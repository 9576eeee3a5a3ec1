/* SPDX-License-Identifier: MIT */
/*
 * A promotion policy of one's own, in one file: docs/tutorial.md goes through
 * it. A page is hot that was used several times in a row without a long pause;
 * while the fast node has much room, a second use is enough.
 *
 *     uses of a page:   |  | |      |  | | |  |
 *     in a row:         1  2 3      1  2 3 4  5   (a pause begins anew)
 */
#ifndef OWN_POLICY_H
#define OWN_POLICY_H

#include <tiermm/promotion.h>

struct own_policy {
	uint64_t pause_ms; /* longer than this, and it begins anew */
	uint32_t in_a_row; /* uses that make a page hot */
};

/* Uses in a row, this one included. The byte of the page counts them. */
static uint32_t own_policy_row(const struct own_policy *own,
			       const struct tiermm_promotion_access *a)
{
	return a->latency_ms < own->pause_ms ? a->heat + 1 : 1;
}

static uint32_t own_policy_limit(const struct own_policy *own,
				 const struct tiermm_promotion_access *a)
{
	if (a->room && a->room->free_pages > a->room->present_pages / 4)
		return 2;
	return own->in_a_row;
}

static uint32_t own_policy_least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* What would be answered; nothing changes but the numbers for people. */
static int own_policy_judge(void *self, struct tiermm_promotion_access *a)
{
	const struct own_policy *own = self;
	uint32_t row = own_policy_row(own, a);

	a->score = own_policy_least(row, TIERMM_PROMOTION_SCORE_MAX);
	a->value = row;
	a->limit = own_policy_limit(own, a);
	return row >= a->limit ? TIERMM_PROMOTION_HOT : TIERMM_PROMOTION_COLD;
}

static int own_policy_sample(void *self, struct tiermm_promotion_access *a)
{
	uint32_t row = own_policy_row(self, a);
	int answer = own_policy_judge(self, a);

	a->heat = own_policy_least(row, TIERMM_PROMOTION_HEAT_MAX);
	return answer;
}

static inline struct tiermm_promotion_policy
own_policy_table(struct own_policy *own)
{
	return (struct tiermm_promotion_policy){
		.size = sizeof(struct tiermm_promotion_policy),
		.name = "in_a_row",
		.self = own,
		.sample = own_policy_sample,
		.judge = own_policy_judge,
	};
}

#endif
