/* SPDX-License-Identifier: MIT */
/*
 * What a histogram does with each access (P6), inline: samples go through it
 * without the policy's table in between.
 */
#ifndef TIERMM_PROMOTION_HISTOGRAM_H
#define TIERMM_PROMOTION_HISTOGRAM_H

#include "promotion/policies.h"

/*
 * What is left of a heat after some time without accesses, at this time. No
 * branch on which period it was: that is as good as random.
 */
static inline uint32_t
tiermm__histogram_decayed(const struct tiermm__histogram *h, uint32_t heat,
			  uint64_t now_ms, uint64_t age_ms)
{
	uint64_t before = now_ms - age_ms, halvings;

	if (age_ms > now_ms) /* unset: there was none */
		return 0;
	halvings = (uint64_t)(before < h->epoch_ms) +
		   (uint64_t)(before + h->cool_ms < h->epoch_ms);
	if (halvings < 2 && now_ms - h->epoch_ms < h->cool_ms)
		return heat >> halvings;
	return tiermm__histogram_faded(h, heat, now_ms, before);
}

static inline uint32_t tiermm__histogram_warmed(uint32_t heat, uint32_t weight)
{
	uint32_t room = TIERMM_PROMOTION_HEAT_MAX - heat;

	return heat + (weight < room ? weight : room);
}

/* A page of this heat has another one now. What has none is not kept: scrap. */
static inline void tiermm__histogram_count(struct tiermm__histogram *h,
					   uint32_t before, uint32_t after)
{
	h->pages[before]--;
	h->pages[after]++;
}

/* The page's heat from now on. */
static inline uint32_t tiermm__histogram_use(struct tiermm__histogram *h,
					     uint32_t heat, uint32_t weight,
					     uint64_t now_ms, uint64_t age_ms)
{
	uint32_t before, after;

	if (now_ms - h->epoch_ms >= h->cool_ms)
		tiermm__histogram_cool(h, now_ms);
	before = tiermm__histogram_decayed(h, heat, now_ms, age_ms);
	after = tiermm__histogram_warmed(before, weight);
	tiermm__histogram_count(h, before, after);
	return after;
}

static inline uint32_t tiermm__histogram_score(uint32_t heat)
{
	return heat / 4;
}

/* The least heat of a score. */
static inline uint32_t tiermm__histogram_heat(uint32_t score)
{
	return score * 4;
}

#endif
