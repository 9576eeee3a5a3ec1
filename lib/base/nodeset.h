/* SPDX-License-Identifier: MIT */
/*
 * Sets of nodes, word by word, for callers inside the core that know their
 * ids to be in range.
 */
#ifndef TIERMM_BASE_NODESET_H
#define TIERMM_BASE_NODESET_H

#include "base/assert.h"

#include <tiermm/nodeset.h>

static inline int tiermm__node_in_range(int32_t node)
{
	return node >= 0 && node < TIERMM_MAX_NODES;
}

static inline int tiermm__nodeset_has(const struct tiermm_nodeset *set,
				      int32_t node)
{
	TIERMM_ASSERT(tiermm__node_in_range(node));
	return (int)(set->word[node / 64] >> (node % 64) & 1);
}

static inline void tiermm__nodeset_add(struct tiermm_nodeset *set, int32_t node)
{
	TIERMM_ASSERT(tiermm__node_in_range(node));
	set->word[node / 64] |= (uint64_t)1 << (node % 64);
}

static inline void tiermm__nodeset_remove(struct tiermm_nodeset *set,
					  int32_t node)
{
	TIERMM_ASSERT(tiermm__node_in_range(node));
	set->word[node / 64] &= ~((uint64_t)1 << (node % 64));
}

static inline int tiermm__nodeset_is_empty(const struct tiermm_nodeset *set)
{
	uint64_t any = 0;

	for (int i = 0; i < TIERMM_NODESET_WORDS; i++)
		any |= set->word[i];
	return any == 0;
}

/* set = set and other */
static inline void tiermm__nodeset_and(struct tiermm_nodeset *set,
				       const struct tiermm_nodeset *other)
{
	for (int i = 0; i < TIERMM_NODESET_WORDS; i++)
		set->word[i] &= other->word[i];
}

/* set = set and not other */
static inline void tiermm__nodeset_and_not(struct tiermm_nodeset *set,
					   const struct tiermm_nodeset *other)
{
	for (int i = 0; i < TIERMM_NODESET_WORDS; i++)
		set->word[i] &= ~other->word[i];
}

/* set = set or other */
static inline void tiermm__nodeset_or(struct tiermm_nodeset *set,
				      const struct tiermm_nodeset *other)
{
	for (int i = 0; i < TIERMM_NODESET_WORDS; i++)
		set->word[i] |= other->word[i];
}

#endif
