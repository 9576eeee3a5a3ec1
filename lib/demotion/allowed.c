/* SPDX-License-Identifier: MIT */
/*
 * The look-up among allowed nodes (D9), the hottest one that needs more than a
 * word. It is the first of all usable nodes, which needs no state.
 *
 * In steps from what is quick and frequent to what is rare. A function each,
 * so that a look-up that is done early saves no registers for what might have
 * come later. @word is the node's, loaded with acquire; @row is in the image
 * that it names, which may be filled anew meanwhile: rows stay where they are,
 * and end_first() finds out. Protocol: handle.h; model: tests/model/
 * demotion_publish.pml.
 */
#include "demotion/quick.h"

/* What one step came to, or all over again by the rarest one. */
static inline int end_first(const struct tiermm_demotion *d, int32_t node,
			    const struct tiermm_nodeset *allowed,
			    const struct tiermm__look *look, int32_t target,
			    int32_t *out)
{
	if (target == TIERMM__MANY || !tiermm__look_end(look))
		return tiermm__first_from_sets(d, node, allowed, out);
	*out = target;
	return 0;
}

/* Some preferred node is allowed, though not the one in the word. */
static __attribute__((noinline)) int
first_preferred(const struct tiermm_demotion *d, int32_t node,
		const struct tiermm_nodeset *allowed, int32_t *out,
		uint64_t word, const uint64_t *row)
{
	struct tiermm__filter filter = { allowed->word, d->blocked };
	struct tiermm__look look = tiermm__look_at(d, node, word);
	uint64_t head = tiermm__view_word(row);
	int32_t target =
		tiermm__first_in(&filter, row + TIERMM__IMAGE_PREFERRED,
				 tiermm__near_first(head),
				 tiermm__near_end(head));

	/* All of those are blocked. */
	if (target == TIERMM_NO_NODE)
		return tiermm__first_from_sets(d, node, allowed, out);
	return end_first(d, node, allowed, &look, target, out);
}

/* Candidates in several words of a set: mostly the short list tells. */
static __attribute__((noinline)) int
first_of_many(const struct tiermm_demotion *d, int32_t node,
	      const struct tiermm_nodeset *allowed, int32_t *out, uint64_t word,
	      const uint64_t *row)
{
	struct tiermm__filter filter = { allowed->word, d->blocked };
	struct tiermm__look look = tiermm__look_at(d, node, word);
	uint64_t head = tiermm__view_word(row);

	if (tiermm__allows(&filter, row + TIERMM__IMAGE_PREFERRED,
			   tiermm__near_first(head), tiermm__near_end(head)))
		return first_preferred(d, node, allowed, out, word, row);
	return end_first(d, node, allowed, &look,
			 tiermm__first_near(&filter,
					    tiermm__view_word(row + 1)),
			 out);
}

/* Of the row's words few have allowed nodes: mostly one. */
static __attribute__((noinline)) int
first_of_few(const struct tiermm_demotion *d, int32_t node,
	     const struct tiermm_nodeset *allowed, int32_t *out, uint64_t word,
	     const uint64_t *row)
{
	struct tiermm__filter filter = { allowed->word, d->blocked };
	struct tiermm__look look = tiermm__look_at(d, node, word);
	uint32_t filled = tiermm__near_filled(tiermm__view_word(row)) &
			  tiermm__filled_words(allowed->word);
	struct tiermm__candidates found;

	if (filled & (filled - 1))
		return first_of_many(d, node, allowed, out, word, row);
	found = tiermm__candidates(&filter, row, filled);
	if (found.target == TIERMM__MANY)
		return first_of_many(d, node, allowed, out, word, row);
	return end_first(d, node, allowed, &look, found.target, out);
}

/*
 * Where several nodes are allowed around the closest one, there is no need to
 * look which words have any.
 */
static __attribute__((noinline)) int
first_from_words(const struct tiermm_demotion *d, int32_t node,
		 const struct tiermm_nodeset *allowed, int32_t *out,
		 uint64_t word)
{
	const uint64_t *row =
		tiermm__image_row(tiermm__image_of(d, word), (uint32_t)node);
	uint64_t list = tiermm__view_word(row + 1);
	uint64_t closest = allowed->word[tiermm__near_id(list) / 64];

	if (closest & (closest - 1))
		return first_of_many(d, node, allowed, out, word, row);
	return first_of_few(d, node, allowed, out, word, row);
}

/* All candidates are in one word of a set. */
static __attribute__((noinline)) int
first_from_word(const struct tiermm_demotion *d, int32_t node,
		const struct tiermm_nodeset *allowed, int32_t *out,
		uint64_t word)
{
	struct tiermm__filter filter = { allowed->word, d->blocked };
	struct tiermm__look look = tiermm__look_at(d, node, word);
	const uint64_t *row = tiermm__image_row(look.image, (uint32_t)node);
	struct tiermm__candidates found =
		tiermm__candidates(&filter, row,
				   tiermm__near_filled(tiermm__view_word(row)));

	if (found.target == TIERMM__MANY)
		found.target =
			tiermm__first_near_word(found.usable,
						tiermm__view_word(row + 1));
	return end_first(d, node, allowed, &look, found.target, out);
}

int tiermm_demotion_next_allowed(const struct tiermm_demotion *d, int32_t node,
				 const struct tiermm_nodeset *allowed,
				 int32_t *out)
{
	uint64_t word;

	if (!d || !allowed)
		return -TIERMM_EINVAL;
	if (!tiermm__has_word(node))
		return -TIERMM_ENODEV;
	/* Not with the two above: compilers make one longer test of three. */
	if (!out)
		return -TIERMM_EINVAL;
	/* Acquire: it may begin a look; see tiermm__look_begin(). */
	word = atomic_load_explicit(tiermm__word(d, node),
				    memory_order_acquire);
	if (tiermm__word_answers(word, allowed)) {
		*out = tiermm__word_target(word);
		return 0;
	}
	if (word & TIERMM__WORD_WIDE)
		return first_from_words(d, node, allowed, out, word);
	if (word & TIERMM__WORD_NEAR)
		return first_from_word(d, node, allowed, out, word);
	return tiermm__first_from_sets(d, node, allowed, out);
}
