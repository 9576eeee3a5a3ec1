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
 * The lowest usable node of a set, or TIERMM_NO_NODE; @filled says which words
 * are not empty.
 */
static inline int32_t tiermm__first_filled(const struct tiermm__filter *filter,
					   const uint64_t *set, uint64_t filled)
{
	for (; filled; filled &= filled - 1) {
		uint32_t i = tiermm__lowest_bit(filled);
		uint64_t word = tiermm__usable_word(filter, set, i);

		if (word)
			return (int32_t)(i * 64 + tiermm__lowest_bit(word));
	}
	return TIERMM_NO_NODE;
}

/* No answer yet: more than one node is usable. Ids are never negative. */
#define TIERMM__MANY (-2)

/*
 * The only usable node of a set of @words words, TIERMM_NO_NODE, or
 * TIERMM__MANY as soon as there is a second one. Allowed nodes are first looked
 * at four words at a time: of a few nodes most words are empty.
 */
static inline int32_t tiermm__only_usable(const struct tiermm__filter *filter,
					  const uint64_t *set, uint32_t words)
{
	int32_t only = TIERMM_NO_NODE;

	for (uint32_t first = 0; first < words; first += 4) {
		const uint64_t *four = filter->allowed + first;

		if (!(four[0] | four[1] | four[2] | four[3]))
			continue;
		for (uint32_t i = first; i < words && i < first + 4; i++) {
			uint64_t word = tiermm__usable_word(filter, set, i);

			if (!word)
				continue;
			if (only != TIERMM_NO_NODE || (word & (word - 1)))
				return TIERMM__MANY;
			only = (int32_t)(i * 64 + tiermm__lowest_bit(word));
		}
	}
	return only;
}

/* The first usable node of a short list, or TIERMM__MANY. */
static inline int32_t tiermm__first_near(uint64_t list,
					 const struct tiermm__filter *filter)
{
	uint32_t count = tiermm__near_count(list);

	for (; count; count--, list >>= TIERMM__NEAR_BITS) {
		uint32_t id = tiermm__near_id(list, 0);
		uint64_t bit = (uint64_t)1 << (id % 64);

		if (filter->allowed[id / 64] &
		    ~tiermm__view_word(filter->blocked + id / 64) & bit)
			return (int32_t)id;
	}
	return TIERMM__MANY;
}

/*
 * What takes the page when no preferred node can, as far as it can be told
 * without a search: TIERMM__MANY says that it needs one. A single candidate
 * needs neither distances nor chains. Sets are those of a row, @near its two
 * words of near.h.
 */
static inline int32_t
tiermm__first_fallback(const struct tiermm__filter *filter,
		       const uint64_t *fallback, const uint64_t *near,
		       uint32_t words)
{
	int32_t only = tiermm__only_usable(filter, fallback, words);

	if (only != TIERMM__MANY)
		return only;
	return tiermm__first_near(tiermm__view_word(near + 1), filter);
}

/* The lowest usable preferred node; else the same. */
static inline int32_t
tiermm__first_of_words(const struct tiermm__filter *filter,
		       const uint64_t *preferred, const uint64_t *fallback,
		       const uint64_t *near, uint32_t words)
{
	uint64_t filled = tiermm__near_filled(tiermm__view_word(near));
	int32_t first = tiermm__first_filled(filter, preferred, filled);

	if (first != TIERMM_NO_NODE)
		return first;
	return tiermm__first_fallback(filter, fallback, near, words);
}

/*
 * The same where ids are below 64. Preferred nodes are among the fallback
 * nodes, so that one word of usable ones tells it all.
 */
static inline int32_t tiermm__first_of_word(const struct tiermm__filter *filter,
					    const uint64_t *preferred,
					    const uint64_t *fallback,
					    const uint64_t *near)
{
	uint64_t usable = tiermm__usable_word(filter, fallback, 0);
	uint64_t first = usable & tiermm__view_word(preferred);
	uint64_t list = tiermm__view_word(near + 1);
	uint32_t count = tiermm__near_count(list);

	if (first)
		return (int32_t)tiermm__lowest_bit(first);
	if (!usable)
		return TIERMM_NO_NODE;
	if (!(usable & (usable - 1)))
		return (int32_t)tiermm__lowest_bit(usable);
	for (; count; count--, list >>= TIERMM__NEAR_BITS)
		if (usable >> (list & 63) & 1)
			return (int32_t)(list & 63);
	return TIERMM__MANY;
}

/* What a row falls back on, by searching; lives in fallback.c. */
int32_t tiermm__view_search(const struct tiermm__demotion_view *v, uint32_t row,
			    const struct tiermm__filter *filter);

/* What a row falls back on; the search where it needs one. */
static inline int32_t
tiermm__view_fallback(const struct tiermm__demotion_view *v, uint32_t row,
		      const struct tiermm__filter *filter)
{
	int32_t target =
		tiermm__first_fallback(filter,
				       v->fallback + (uint64_t)row * v->words,
				       tiermm__view_near(v, row), v->words);

	return target == TIERMM__MANY ? tiermm__view_search(v, row, filter)
				      : target;
}

/* tiermm__view_choose() for TIERMM_CHOICE_FIRST. */
static inline int32_t tiermm__view_first(const struct tiermm__demotion_view *v,
					 uint32_t row,
					 const struct tiermm__filter *filter)
{
	int32_t first =
		tiermm__first_filled(filter,
				     v->preferred + (uint64_t)row * v->words,
				     tiermm__near_filled(tiermm__view_word(
					     tiermm__view_near(v, row))));

	return first == TIERMM_NO_NODE ? tiermm__view_fallback(v, row, filter)
				       : first;
}

/* Filter with all nodes where a pointer is NULL; lives in choose.c. */
struct tiermm__filter tiermm__filter(const struct tiermm_nodeset *allowed,
				     const uint64_t *blocked);

#endif
