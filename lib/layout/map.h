/* SPDX-License-Identifier: MIT */
/*
 * A layout, as it looks inside, and the look-up.
 *
 *     frame >> shift ──> table ──> word, next word ──> node
 *
 * A word is a range: its first frame, and its node in the low bits. A table
 * cuts the frames into equal pieces, at most three a range, and says in which
 * range each piece begins. In most pieces at most one further range begins:
 * then one comparison, without a branch, finds the word. In the others a
 * search goes over the words of that piece alone.
 */
#ifndef TIERMM_LAYOUT_MAP_H
#define TIERMM_LAYOUT_MAP_H

#include <stdatomic.h>

#include "base/alloc.h"

#include <tiermm/layout.h>
#include <tiermm/layout_pattern.h>

/* Low bits of a word: the node. */
#define TIERMM__LAYOUT_NODE_BITS 10
#define TIERMM__LAYOUT_NODE_MASK ((UINT64_C(1) << TIERMM__LAYOUT_NODE_BITS) - 1)
/* Behind the last word; greater than what any frame is compared as. */
#define TIERMM__LAYOUT_END UINT64_MAX
/* In a table entry: more than one range begins inside the piece. */
#define TIERMM__LAYOUT_MANY UINT32_C(1)

/* What a look-up reads. */
struct tiermm__layout_map {
	const uint64_t *words; /* count of them, then TIERMM__LAYOUT_END */
	const uint32_t *table; /* an entry a piece, then one for the end */
	uint64_t last;         /* frame */
	uint64_t count;
	uint64_t shift;
};

struct tiermm_layout {
	struct tiermm__layout_map map;
	_Atomic uint64_t refs;
	struct tiermm_alloc mem;
	uint64_t bytes;
};

static inline uint64_t tiermm__layout_word(uint64_t frame, int32_t node)
{
	return frame << TIERMM__LAYOUT_NODE_BITS | (uint32_t)node;
}

static inline uint64_t tiermm__layout_first(uint64_t word)
{
	return word >> TIERMM__LAYOUT_NODE_BITS;
}

static inline int32_t tiermm__layout_word_node(uint64_t word)
{
	return (int32_t)(word & TIERMM__LAYOUT_NODE_MASK);
}

/* Pieces that the table cuts a map into. */
static inline uint64_t tiermm__layout_pieces(const struct tiermm__layout_map *m)
{
	return (m->last >> m->shift) + 1;
}

/* The last word from low on, up to high, that is not above the key. */
static inline uint64_t tiermm__layout_search(const uint64_t *words,
					     uint64_t low, uint64_t high,
					     uint64_t key)
{
	uint64_t n = high - low + 1, half;

	while (n > 1) {
		half = n / 2;
		low += words[low + half] <= key ? half : 0;
		n -= half;
	}
	return low;
}

/* Which range a frame lies in; the frame is not past the last. */
static inline uint64_t tiermm__layout_index(const struct tiermm__layout_map *m,
					    uint64_t frame)
{
	uint64_t key =
		frame << TIERMM__LAYOUT_NODE_BITS | TIERMM__LAYOUT_NODE_MASK;
	const uint32_t *entry = m->table + (frame >> m->shift);
	uint64_t index = *entry >> 1;

	if (*entry & TIERMM__LAYOUT_MANY)
		return tiermm__layout_search(m->words, index, entry[1] >> 1,
					     key);
	return index + (m->words[index + 1] <= key);
}

static inline int32_t tiermm__layout_at(const struct tiermm__layout_map *m,
					uint64_t frame)
{
	if (frame > m->last)
		return TIERMM_NO_NODE;
	return tiermm__layout_word_node(
		m->words[tiermm__layout_index(m, frame)]);
}

/* Last frame of a range. */
static inline uint64_t tiermm__layout_end(const struct tiermm__layout_map *m,
					  uint64_t index)
{
	if (index + 1 == m->count)
		return m->last;
	return tiermm__layout_first(m->words[index + 1]) - 1;
}

/* Frames over which two maps say the same each; maps of one last frame. */
struct tiermm__layout_run {
	uint64_t first;
	uint64_t last;
	int32_t from;
	int32_t to;
};

/* A walk over both; begin with the indices of the first frame. */
struct tiermm__layout_walk {
	const struct tiermm__layout_map *from;
	const struct tiermm__layout_map *to;
	uint64_t at; /* next frame */
	uint64_t end;
	uint64_t from_index;
	uint64_t to_index;
	uint64_t over;
};

/* diff.c: over the frames first to last, which both have. */
void tiermm__layout_walk_begin(struct tiermm__layout_walk *w,
			       const struct tiermm__layout_map *from,
			       const struct tiermm__layout_map *to,
			       uint64_t first, uint64_t last);
/* The next run; 0 where there is none. */
int tiermm__layout_walk_next(struct tiermm__layout_walk *w,
			     struct tiermm__layout_run *run);

/* check.c: 0, or the error; words: room for n, filled and sorted. */
int tiermm__layout_check(const struct tiermm_layout_range *ranges, uint64_t n,
			 const struct tiermm_layout_options *options,
			 uint64_t *words,
			 struct tiermm_layout_problem *problem);
/* The options, checked. */
int tiermm__layout_options(struct tiermm_layout_options *to,
			   const struct tiermm_layout_options *from);
/* Copy what was found to the caller's structure; returns found->error. */
int tiermm__layout_report(struct tiermm_layout_problem *out,
			  const struct tiermm_layout_problem *found);

/* sort.c: ascending, in place, without memory of its own. */
void tiermm__layout_sort(uint64_t *words, uint64_t n);

#endif
