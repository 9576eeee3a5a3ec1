/* SPDX-License-Identifier: MIT */
/*
 * Ranges are checked before anything is built from them (L1, I19): each by
 * itself, then each against the one behind it.
 */
#include "layout/map.h"

#include "base/memory.h"
#include "base/nodeset.h"
#include "base/options.h"

#include <stddef.h>

int tiermm__layout_options(struct tiermm_layout_options *to,
			   const struct tiermm_layout_options *from)
{
	int err = tiermm__options_copy(to, sizeof(*to), from, sizeof(*to),
				       TIERMM_LAYOUT_REFUSE_HOLES);

	if (!err && to->last_frame >= TIERMM_LAYOUT_FRAMES)
		err = -TIERMM_EINVAL;
	return err;
}

int tiermm__layout_report(struct tiermm_layout_problem *out,
			  const struct tiermm_layout_problem *found)
{
	const uint32_t first = offsetof(struct tiermm_layout_problem, error);

	if (out && out->size >= sizeof(*out))
		memcpy((char *)out + first, (const char *)found + first,
		       sizeof(*out) - first);
	return found->error;
}

static uint64_t limit(const struct tiermm_layout_options *options)
{
	return options->last_frame ? options->last_frame
				   : TIERMM_LAYOUT_FRAMES - 1;
}

static int node_may_be(const struct tiermm_layout_options *options,
		       int32_t node)
{
	if (!tiermm__node_in_range(node))
		return 0;
	return !options->nodes || tiermm__nodeset_has(options->nodes, node);
}

/* What is wrong with a range by itself: TIERMM_LAYOUT_PROBLEM_... */
static uint32_t judge(const struct tiermm_layout_range *range,
		      const struct tiermm_layout_options *options)
{
	if (range->last < range->first)
		return TIERMM_LAYOUT_PROBLEM_INVERTED;
	if (range->last > limit(options))
		return TIERMM_LAYOUT_PROBLEM_BEYOND;
	if (!node_may_be(options, range->node))
		return TIERMM_LAYOUT_PROBLEM_NODE;
	if (range->reserved | range->reserved_too)
		return TIERMM_LAYOUT_PROBLEM_RESERVED;
	return TIERMM_LAYOUT_PROBLEM_NONE;
}

static int check_alone(const struct tiermm_layout_range *ranges, uint64_t i,
		       const struct tiermm_layout_options *options,
		       struct tiermm_layout_problem *problem)
{
	uint32_t what = judge(&ranges[i], options);
	int err = what == TIERMM_LAYOUT_PROBLEM_NODE ? -TIERMM_ENODEV
						     : -TIERMM_EINVAL;

	if (what == TIERMM_LAYOUT_PROBLEM_NONE)
		return 0;
	return tiermm__layout_report(problem,
				     &(struct tiermm_layout_problem){
					     .error = err,
					     .what = what,
					     .range = i,
					     .first = ranges[i].first,
					     .last = ranges[i].last,
					     .node = ranges[i].node,
					     .other_node = TIERMM_NO_NODE,
					     .limit = limit(options) });
}

/* The two that overlap are looked for only when it is known that some do. */
static int overlap(const struct tiermm_layout_range *ranges, uint64_t n,
		   uint64_t i, struct tiermm_layout_problem *problem)
{
	const struct tiermm_layout_range *range = &ranges[i], *other;
	uint64_t k;

	for (k = 0; k + 1 < n; k++)
		if (k != i && ranges[k].first <= range->last &&
		    ranges[k].last >= range->first)
			break;
	other = &ranges[k];
	return tiermm__layout_report(
		problem, &(struct tiermm_layout_problem){
				 .error = -TIERMM_EINVAL,
				 .what = TIERMM_LAYOUT_PROBLEM_OVERLAP,
				 .range = i,
				 .first = range->first,
				 .last = range->last,
				 .node = range->node,
				 .other_first = other->first,
				 .other_last = other->last,
				 .other_node = other->node });
}

static int hole(uint64_t i, uint64_t first, uint64_t last,
		struct tiermm_layout_problem *problem)
{
	return tiermm__layout_report(problem,
				     &(struct tiermm_layout_problem){
					     .error = -TIERMM_EINVAL,
					     .what = TIERMM_LAYOUT_PROBLEM_HOLE,
					     .range = i,
					     .first = first,
					     .last = last,
					     .node = TIERMM_NO_NODE,
					     .other_node = TIERMM_NO_NODE });
}

/* A range against the one behind it, by the sorted words. */
static int check_behind(const struct tiermm_layout_range *ranges, uint64_t n,
			uint64_t i, const uint64_t *words,
			const struct tiermm_layout_options *options,
			struct tiermm_layout_problem *problem)
{
	const struct tiermm_layout_range *range = &ranges[i];
	uint64_t at = tiermm__layout_search(words, 0, n - 1,
					    tiermm__layout_word(range->first,
								range->node));
	uint64_t next = at + 1 < n ? tiermm__layout_first(words[at + 1])
				   : limit(options) + 1;

	if (range->last >= next)
		return overlap(ranges, n, i, problem);
	if (!(options->flags & TIERMM_LAYOUT_REFUSE_HOLES))
		return 0;
	if (at == 0 && range->first)
		return hole(i, 0, range->first - 1, problem);
	if ((at + 1 < n || options->last_frame) && range->last + 1 != next)
		return hole(i, range->last + 1, next - 1, problem);
	return 0;
}

/* Whether two words begin at one frame: an overlap, whatever comes behind. */
static int check_twins(const struct tiermm_layout_range *ranges, uint64_t n,
		       const uint64_t *words,
		       struct tiermm_layout_problem *problem)
{
	uint64_t at, i;

	for (at = 1; at < n; at++)
		if (tiermm__layout_first(words[at]) ==
		    tiermm__layout_first(words[at - 1]))
			break;
	if (at >= n)
		return 0;
	for (i = 0; ranges[i].first != tiermm__layout_first(words[at]); i++)
		;
	return overlap(ranges, n, i, problem);
}

int tiermm__layout_check(const struct tiermm_layout_range *ranges, uint64_t n,
			 const struct tiermm_layout_options *options,
			 uint64_t *words, struct tiermm_layout_problem *problem)
{
	int err;

	for (uint64_t i = 0; i < n; i++) {
		err = check_alone(ranges, i, options, problem);
		if (err)
			return err;
		words[i] = tiermm__layout_word(ranges[i].first, ranges[i].node);
	}
	tiermm__layout_sort(words, n);
	err = check_twins(ranges, n, words, problem);
	for (uint64_t i = 0; !err && i < n; i++)
		err = check_behind(ranges, n, i, words, options, problem);
	return err;
}
