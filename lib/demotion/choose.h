/* SPDX-License-Identifier: MIT */
/*
 * The quick half of choosing: find a node's row, the lowest usable preferred
 * node, the only usable fallback node, or the first of the short list. Inline,
 * because a look-up on a hot path is little more than this.
 */
#ifndef TIERMM_DEMOTION_CHOOSE_H
#define TIERMM_DEMOTION_CHOOSE_H

#include "base/bits.h"
#include "demotion/near.h"

/* What a look-up may answer: allowed by the caller and not blocked. */
struct tiermm__filter {
	const uint64_t *allowed; /* words of the caller's set */
	const uint64_t *blocked; /* words that the owner may be changing */
};

/* tiermm__view_row() where ids have gaps; lives in choose.c. */
uint32_t tiermm__row_search(const uint64_t *ids, uint32_t n, uint32_t id);

/*
 * Row of a node id, or v->n where it has none. On a torn image the answer may
 * be wrong, never out of range.
 */
static inline uint32_t tiermm__view_row(const struct tiermm__demotion_view *v,
					uint32_t id)
{
	if (id < v->n && tiermm__view_word(v->ids + id) == id)
		return id;
	return tiermm__row_search(v->ids, v->n, id);
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

/*
 * The lowest usable node in the words @first to @end - 1 of a set, or
 * TIERMM_NO_NODE.
 */
static inline int32_t tiermm__first_in(const struct tiermm__filter *filter,
				       const uint64_t *set, uint32_t first,
				       uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		uint64_t word = tiermm__usable_word(filter, set, i);

		if (word)
			return (int32_t)(i * 64 + tiermm__lowest_bit(word));
	}
	return TIERMM_NO_NODE;
}

/* No answer yet: more than one node is usable. Ids are never negative. */
#define TIERMM__MANY (-2)

/*
 * The only usable node of a set, TIERMM_NO_NODE, or TIERMM__MANY as soon as
 * there is a second one; @filled says which words to look at.
 */
static inline int32_t tiermm__only_filled(const struct tiermm__filter *filter,
					  const uint64_t *set, uint32_t filled)
{
	int32_t only = TIERMM_NO_NODE;

	for (; filled; filled &= filled - 1) {
		uint32_t i = tiermm__lowest_bit(filled);
		uint64_t word = tiermm__usable_word(filter, set, i);

		if (!word)
			continue;
		if (only != TIERMM_NO_NODE || (word & (word - 1)))
			return TIERMM__MANY;
		only = (int32_t)(i * 64 + tiermm__lowest_bit(word));
	}
	return only;
}

/* The first usable node of a short list, or TIERMM__MANY. */
static inline int32_t tiermm__first_near(const struct tiermm__filter *filter,
					 uint64_t list)
{
	for (; tiermm__near_has(list); list = tiermm__near_rest(list)) {
		uint32_t id = tiermm__near_id(list);
		uint64_t usable = filter->allowed[id / 64] &
				  ~tiermm__view_word(filter->blocked + id / 64);

		if (usable >> (id % 64) & 1)
			return (int32_t)id;
	}
	return TIERMM__MANY;
}

/* What a row falls back on, by searching; lives in fallback.c. */
int32_t tiermm__view_search(const struct tiermm__demotion_view *v, uint32_t row,
			    const struct tiermm__filter *filter);

/* tiermm__view_choose() for TIERMM_CHOICE_FIRST. */
static inline int32_t tiermm__view_first(const struct tiermm__demotion_view *v,
					 uint32_t row,
					 const struct tiermm__filter *filter)
{
	const uint64_t *near = tiermm__view_near(v, row);
	uint64_t head = tiermm__view_word(near);
	int32_t first = tiermm__first_in(filter, tiermm__view_preferred(v, row),
					 tiermm__near_first(head),
					 tiermm__near_end(head));

	if (first != TIERMM_NO_NODE)
		return first;
	first = tiermm__first_near(filter, tiermm__view_word(near + 1));
	if (first != TIERMM__MANY)
		return first;
	first = tiermm__only_filled(filter, tiermm__view_fallback(v, row),
				    tiermm__near_filled(head));
	return first == TIERMM__MANY ? tiermm__view_search(v, row, filter)
				     : first;
}

/* Filter with all nodes where a pointer is NULL; lives in choose.c. */
struct tiermm__filter tiermm__filter(const struct tiermm_nodeset *allowed,
				     const uint64_t *blocked);

#endif
