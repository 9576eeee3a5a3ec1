/* SPDX-License-Identifier: MIT */
/*
 * What a look-up with few words to spend asks first: two words a row.
 *
 *     word 0    15 .. 0   which words of the preferred set are not empty
 *     word 1    63 .. 60  how many ids follow, 0 to 6
 *               59 .. 0   10 bits an id, the first lowest
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
#define TIERMM__NEAR_COUNT_SHIFT 60

/* The two words of a row. */
static inline const uint64_t *
tiermm__view_near(const struct tiermm__demotion_view *v, uint32_t row)
{
	return v->near + (uint64_t)row * TIERMM__NEAR_WORDS;
}

/* Bits of the words of the preferred set that are not empty, from word 0. */
static inline uint64_t tiermm__near_filled(uint64_t word)
{
	return word & 0xffff;
}

/* How many ids a list has, which is word 1. */
static inline uint32_t tiermm__near_count(uint64_t list)
{
	return (uint32_t)(list >> TIERMM__NEAR_COUNT_SHIFT);
}

/* Id @i of a list, 0 to 5; below 1024 whatever the word is. */
static inline uint32_t tiermm__near_id(uint64_t list, uint32_t i)
{
	return (uint32_t)(list >> (i * TIERMM__NEAR_BITS)) & 1023;
}

/* A list with one more id behind those of @list. */
static inline uint64_t tiermm__near_append(uint64_t list, uint64_t id)
{
	return (list | id << (tiermm__near_count(list) * TIERMM__NEAR_BITS)) +
	       ((uint64_t)1 << TIERMM__NEAR_COUNT_SHIFT);
}

#endif
