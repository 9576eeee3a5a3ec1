/* SPDX-License-Identifier: MIT */
/*
 * The quick half of choosing: find a node's row, and the lowest usable node of
 * a set. Inline, because a look-up on a hot path is little more than this.
 */
#ifndef TIERMM_DEMOTION_CHOOSE_H
#define TIERMM_DEMOTION_CHOOSE_H

#include "base/bits.h"
#include "demotion/view.h"

/* What a look-up may answer: allowed by the caller and not blocked. */
struct tiermm__filter {
	const uint64_t *allowed; /* words of the caller's set */
	const uint64_t *blocked; /* words that the owner may be changing */
};

/*
 * Row of a node id, or v->n where it has none. Ids ascend and differ, so that
 * ids[i] >= i: without gaps below it a node stands in its own place, and with
 * gaps before it. On a torn image the answer may be wrong, never out of range.
 */
static inline uint32_t tiermm__view_row(const struct tiermm__demotion_view *v,
					uint32_t id)
{
	uint32_t low = 0;
	uint32_t high = id < v->n ? id + 1 : v->n;

	if (id < v->n && tiermm__view_word(v->ids + id) == id)
		return id;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		uint64_t there = tiermm__view_word(v->ids + middle);

		if (there == id)
			return middle;
		if (there < id)
			low = middle + 1;
		else
			high = middle;
	}
	return v->n;
}

/*
 * Word @i of a set, without the nodes that the filter takes out. Sets of
 * allowed nodes are often small: most words end at the first look.
 */
static inline uint64_t tiermm__usable_word(const struct tiermm__filter *filter,
					   const uint64_t *set, uint32_t i)
{
	uint64_t allowed = filter->allowed[i];

	if (!allowed)
		return 0;
	return tiermm__view_word(set + i) & allowed &
	       ~tiermm__view_word(filter->blocked + i);
}

/* The lowest usable node of a set of @words words, or TIERMM_NO_NODE. */
static inline int32_t tiermm__first_usable(const struct tiermm__filter *filter,
					   const uint64_t *set, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++) {
		uint64_t word = tiermm__usable_word(filter, set, i);

		if (word)
			return (int32_t)(i * 64 + tiermm__lowest_bit(word));
	}
	return TIERMM_NO_NODE;
}

/* What takes the page when no preferred node can; lives in choose.c. */
int32_t tiermm__view_fallback(const struct tiermm__demotion_view *v,
			      uint32_t row,
			      const struct tiermm__filter *filter);

/* tiermm__view_choose() for TIERMM_CHOICE_FIRST. */
static inline int32_t tiermm__view_first(const struct tiermm__demotion_view *v,
					 uint32_t row,
					 const struct tiermm__filter *filter)
{
	int32_t first =
		tiermm__first_usable(filter,
				     v->preferred + (uint64_t)row * v->words,
				     v->words);

	if (first != TIERMM_NO_NODE)
		return first;
	return tiermm__view_fallback(v, row, filter);
}

/* Filter with all nodes where a pointer is NULL; lives in choose.c. */
struct tiermm__filter tiermm__filter(const struct tiermm_nodeset *allowed,
				     const uint64_t *blocked);

#endif
