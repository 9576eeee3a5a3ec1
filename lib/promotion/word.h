/* SPDX-License-Identifier: MIT */
/*
 * What is kept of a page: one word of 64 bits (P1).
 *
 *     63                    24 23  16 15 13  12   11  10      0
 *     ┌───────────────────────┬──────┬─────┬────┬────┬─────────┐
 *     │ time, ms + 1; 0 unset │ heat │level│stmp│que │ node + 1│
 *     └───────────────────────┴──────┴─────┴────┴────┴─────────┘
 *
 * 40 bits of milliseconds are 34 years from the first time that the object
 * was told, so that no latency wraps. A *stamped* page's time is when it went
 * up, or down too soon after that: it stands still until the guard lets go,
 * and so does its heat.
 */
#ifndef TIERMM_PROMOTION_WORD_H
#define TIERMM_PROMOTION_WORD_H

#include <stdint.h>

#include <tiermm/promotion_policy.h>

#define TIERMM__WORD_NODE UINT64_C(0x7ff)
#define TIERMM__WORD_QUEUED (UINT64_C(1) << 11)
#define TIERMM__WORD_STAMPED (UINT64_C(1) << 12)
#define TIERMM__WORD_LEVEL_SHIFT 13
#define TIERMM__WORD_LEVEL (UINT64_C(7) << TIERMM__WORD_LEVEL_SHIFT)
#define TIERMM__WORD_HEAT_SHIFT 16
#define TIERMM__WORD_HEAT (UINT64_C(255) << TIERMM__WORD_HEAT_SHIFT)
#define TIERMM__WORD_TIME_SHIFT 24
#define TIERMM__WORD_TIME_MAX ((UINT64_C(1) << 40) - 1)
#define TIERMM__LEVEL_MAX 7u

static inline int32_t tiermm__word_node(uint64_t word)
{
	return (int32_t)(word & TIERMM__WORD_NODE) - 1;
}

static inline uint64_t tiermm__word_set_node(uint64_t word, int32_t node)
{
	return (word & ~TIERMM__WORD_NODE) | (uint64_t)(node + 1);
}

static inline uint32_t tiermm__word_heat(uint64_t word)
{
	return (uint32_t)(word >> TIERMM__WORD_HEAT_SHIFT) & 255;
}

static inline uint64_t tiermm__word_set_heat(uint64_t word, uint32_t heat)
{
	if (heat > TIERMM_PROMOTION_HEAT_MAX)
		heat = TIERMM_PROMOTION_HEAT_MAX;
	return (word & ~TIERMM__WORD_HEAT) | (uint64_t)heat
						     << TIERMM__WORD_HEAT_SHIFT;
}

static inline uint32_t tiermm__word_level(uint64_t word)
{
	return (uint32_t)(word >> TIERMM__WORD_LEVEL_SHIFT) & 7;
}

static inline uint64_t tiermm__word_set_level(uint64_t word, uint32_t level)
{
	return (word & ~TIERMM__WORD_LEVEL) |
	       (uint64_t)level << TIERMM__WORD_LEVEL_SHIFT;
}

/* Milliseconds since the object's first time. */
static inline uint64_t tiermm__word_set_time(uint64_t word, uint64_t ms)
{
	uint64_t time =
		ms < TIERMM__WORD_TIME_MAX ? ms + 1 : TIERMM__WORD_TIME_MAX;

	return (word & ((UINT64_C(1) << TIERMM__WORD_TIME_SHIFT) - 1)) |
	       time << TIERMM__WORD_TIME_SHIFT;
}

static inline uint64_t tiermm__word_unset_time(uint64_t word)
{
	return word & ((UINT64_C(1) << TIERMM__WORD_TIME_SHIFT) - 1);
}

/* Both at once: a heat that fits, and a time as it stands in a word. */
static inline uint64_t tiermm__word_use(uint64_t word, uint32_t heat,
					uint64_t time)
{
	uint64_t rest = word & ((UINT64_C(1) << TIERMM__WORD_HEAT_SHIFT) - 1);

	return rest | (uint64_t)heat << TIERMM__WORD_HEAT_SHIFT | time;
}

/* How long ago, at a time of the same clock; TIERMM_PROMOTION_UNSET. */
static inline uint64_t tiermm__word_age(uint64_t word, uint64_t ms)
{
	uint64_t time = word >> TIERMM__WORD_TIME_SHIFT;

	return time ? ms + 1 - time : TIERMM_PROMOTION_UNSET;
}

#endif
