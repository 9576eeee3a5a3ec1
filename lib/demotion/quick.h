/* SPDX-License-Identifier: MIT */
/*
 * Rows of an image, for the look-up that has a dozen nanoseconds at most: what
 * their words can tell in few instructions.
 *
 * What is torn may tell wrong, and leads nowhere out of the tables: words of a
 * row are stored whole, so that whatever graph a word is of, it names words of
 * a set and ids that there are.
 */
#ifndef TIERMM_LIB_DEMOTION_QUICK_H
#define TIERMM_LIB_DEMOTION_QUICK_H

#include "demotion/choose.h"
#include "demotion/handle.h"

/*
 * Whether the word answers by itself, which is most often so. Its target is
 * the first of all usable nodes: where it is allowed, no other one comes
 * before it. A word without a target does not say why it has none.
 */
static inline int tiermm__word_answers(uint64_t word,
				       const struct tiermm_nodeset *allowed)
{
	int32_t target = tiermm__word_target(word);

	if (target == TIERMM_NO_NODE)
		return 0;
	return !allowed ||
	       (allowed->word[(uint32_t)target / 64] >> (target % 64) & 1);
}

/*
 * Whether something is allowed in the words @first to @end - 1 of a set, as
 * near.h tells them. They are looked at four at a time, so that words behind
 * the last may be looked at, too: the caller looks again before he answers.
 */
static inline int tiermm__allows(const struct tiermm__filter *filter,
				 const uint64_t *set, uint64_t first,
				 uint64_t end)
{
	uint64_t any;

	do {
		const uint64_t *allowed = filter->allowed + first;

		any = allowed[0] & tiermm__view_word(set + first);
		any |= allowed[1] & tiermm__view_word(set + first + 1);
		any |= allowed[2] & tiermm__view_word(set + first + 2);
		any |= allowed[3] & tiermm__view_word(set + first + 3);
		first += 4;
	} while (first < end && !any);
	return any != 0;
}

/* What is usable in one word of a row's sets. */
struct tiermm__candidates {
	uint64_t usable;
	int32_t target; /* who takes the page, or TIERMM__MANY */
};

/*
 * Where all that is allowed is in one word, which @filled names, or nothing is
 * (0). Preferred nodes are among the fallback nodes, so that one word of
 * usable ones tells it all.
 */
static inline struct tiermm__candidates
tiermm__candidates(const struct tiermm__filter *filter, const uint64_t *row,
		   uint64_t filled)
{
	const uint64_t *fallback = row + TIERMM__IMAGE_FALLBACK;
	const uint64_t *preferred = row + TIERMM__IMAGE_PREFERRED;
	/* Of the last word nothing is allowed where there is none. */
	uint64_t i = tiermm__lowest_bit(filled | 0x8000);
	uint64_t usable = tiermm__view_word(&fallback[i]) & filter->allowed[i] &
			  ~tiermm__view_word(&filter->blocked[i]);
	uint64_t first = usable & tiermm__view_word(&preferred[i]);
	struct tiermm__candidates found = { usable, TIERMM_NO_NODE };

	if (!first) {
		if (usable & (usable - 1)) {
			found.target = TIERMM__MANY;
			return found;
		}
		if (!usable)
			return found;
		first = usable;
	}
	found.target = (int32_t)(i * 64 + tiermm__lowest_bit(first));
	return found;
}

/* The first usable node of a short list whose ids are all in one word. */
static inline int32_t tiermm__first_near_word(uint64_t usable, uint64_t list)
{
	for (; tiermm__near_has(list); list = tiermm__near_rest(list))
		if (usable >> (list % 64) & 1)
			return (int32_t)tiermm__near_id(list);
	return TIERMM__MANY;
}

/* lookup.c: the first of all, whatever it takes. */
int tiermm__first_from_sets(const struct tiermm_demotion *d, int32_t node,
			    const struct tiermm_nodeset *allowed, int32_t *out);

#endif
