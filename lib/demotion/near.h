/* SPDX-License-Identifier: MIT */
/*
 * What a look-up with few words to spend asks first: two words a row.
 *
 *     word 0    63 .. 32  the first word of the preferred set that is not
 *                         empty, rounded down to a multiple of four
 *               31 .. 16  the word behind the last one that is not
 *               15 .. 0   which words of the fallback set are not empty
 *     word 1    10 bits an id, the first lowest, up to six; a bit that is set
 *               behind the last of them ends the list
 *
 * The ids are the head of the order in which the row's fallback nodes are
 * answered, preferred ones left out: those are asked for before. So the first
 * usable one of them is the answer, and where none is, no other node costs
 * less than the last of them. Strategies that follow chains have none.
 *
 * Worked example, machine of demotion_graph.h: node 0 prefers 2 and falls back
 * on {2, 3}; its list is 3 alone. With only 3 allowed, or 2 blocked, neither
 * sets nor distances of other nodes are looked at.
 */
#ifndef TIERMM_DEMOTION_NEAR_H
#define TIERMM_DEMOTION_NEAR_H

#include "demotion/view.h"

#define TIERMM__NEAR_WORDS 2
#define TIERMM__NEAR_MOST 6u
#define TIERMM__NEAR_BITS 10

/* The two words of a row. */
static inline const uint64_t *
tiermm__view_near(const struct tiermm__demotion_view *v, uint32_t row)
{
	return v->near + (uint64_t)row * v->near_stride;
}

/* Bits of the words of the fallback set that are not empty, from word 0. */
static inline uint32_t tiermm__near_filled(uint64_t head)
{
	return head & 0xffff;
}

/* The words of the preferred set that are not empty stand from here on, */
static inline uint32_t tiermm__near_first(uint64_t head)
{
	return (uint32_t)(head >> 32);
}

/* and before this one. */
static inline uint32_t tiermm__near_end(uint64_t head)
{
	return (uint32_t)head >> 16;
}

/*
 * Whether a list, which is word 1, still has an id; the first one, below 1024
 * whatever the word is; and the rest of the list.
 */
static inline int tiermm__near_has(uint64_t list)
{
	return list > 1;
}

static inline uint32_t tiermm__near_id(uint64_t list)
{
	return list & 1023;
}

static inline uint64_t tiermm__near_rest(uint64_t list)
{
	return list >> TIERMM__NEAR_BITS;
}

#endif
