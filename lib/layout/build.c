/* SPDX-License-Identifier: MIT */
/* From ranges to a layout: one block of memory, words and table behind it. */
#include "layout/map.h"

#include "base/carve.h"
#include "base/memory.h"

/* Pieces of the table: at most so many a range, and not fewer than these. */
#define PIECES_A_RANGE 3
#define LEAST_PIECES 256

static uint64_t most_pieces(uint64_t n)
{
	return n * PIECES_A_RANGE > LEAST_PIECES ? n * PIECES_A_RANGE
						 : LEAST_PIECES;
}

static uint64_t shift_for(uint64_t last, uint64_t n)
{
	uint64_t shift = 0;

	while ((last >> shift) + 1 > most_pieces(n))
		shift++;
	return shift;
}

struct parts {
	uint64_t *words;
	uint32_t *table;
	uint64_t bytes;
};

static struct parts lay_out(void *memory, uint64_t n, uint64_t pieces)
{
	struct tiermm__carver c = { .base = memory };
	struct parts p;

	tiermm__carve(&c, 1, sizeof(struct tiermm_layout));
	p.words = tiermm__carve(&c, n + 1, sizeof(*p.words));
	p.table = tiermm__carve(&c, pieces + 1, sizeof(*p.table));
	p.bytes = tiermm__carved(&c);
	return p;
}

/* Which range each piece begins in, and whether one comparison is enough. */
static void fill_table(const struct tiermm__layout_map *m, uint32_t *table)
{
	uint64_t pieces = tiermm__layout_pieces(m), index = 0;

	for (uint64_t p = 0; p < pieces; p++) {
		uint64_t first = p << m->shift;
		uint64_t behind = (p + 1) << m->shift;
		int many;

		while (index + 1 < m->count &&
		       tiermm__layout_first(m->words[index + 1]) <= first)
			index++;
		many = index + 2 < m->count &&
		       tiermm__layout_first(m->words[index + 2]) < behind;
		table[p] = (uint32_t)(index << 1) |
			   (many ? TIERMM__LAYOUT_MANY : 0);
	}
	table[pieces] = (uint32_t)((m->count - 1) << 1);
}

/* The last frame: as asked for, or where the last range ends. */
static uint64_t last_of(const struct tiermm_layout_range *ranges, uint64_t n,
			const struct tiermm_layout_options *options)
{
	uint64_t last = 0;

	if (options->last_frame)
		return options->last_frame;
	for (uint64_t i = 0; i < n; i++)
		if (ranges[i].last > last)
			last = ranges[i].last;
	return last;
}

static int check_count(const struct tiermm_layout_range *ranges, uint64_t n,
		       struct tiermm_layout_problem *problem)
{
	struct tiermm_layout_problem found = {
		.error = -TIERMM_EINVAL,
		.what = TIERMM_LAYOUT_PROBLEM_EMPTY,
		.range = n,
		.node = TIERMM_NO_NODE,
		.other_node = TIERMM_NO_NODE,
		.limit = TIERMM_LAYOUT_RANGES,
	};

	if (ranges && n && n <= TIERMM_LAYOUT_RANGES)
		return 0;
	if (n > TIERMM_LAYOUT_RANGES)
		found.what = TIERMM_LAYOUT_PROBLEM_MANY;
	else if (n)
		return -TIERMM_EINVAL;
	return tiermm__layout_report(problem, &found);
}

static int build(struct tiermm_layout **out, void *memory, uint64_t pieces,
		 const struct tiermm_layout_range *ranges, uint64_t n,
		 const struct tiermm_layout_options *options,
		 struct tiermm_layout_problem *problem)
{
	struct parts p = lay_out(memory, n, pieces);
	struct tiermm_layout *l = memory;
	int err = tiermm__layout_check(ranges, n, options, p.words, problem);

	if (err)
		return err;
	memset(l, 0, sizeof(*l));
	/* What lies before the first range is its own. */
	p.words[0] =
		tiermm__layout_word(0, tiermm__layout_word_node(p.words[0]));
	p.words[n] = TIERMM__LAYOUT_END;
	l->map.words = p.words;
	l->map.table = p.table;
	l->map.count = n;
	l->map.last = last_of(ranges, n, options);
	l->map.shift = shift_for(l->map.last, n);
	fill_table(&l->map, p.table);
	atomic_init(&l->refs, 1);
	l->bytes = p.bytes;
	*out = l;
	return 0;
}

static int begin(struct tiermm_layout **out,
		 const struct tiermm_layout_range *ranges, uint64_t n,
		 const struct tiermm_layout_options *options,
		 struct tiermm_layout_options *checked,
		 struct tiermm_layout_problem *problem)
{
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__layout_options(checked, options);
	return err ? err : check_count(ranges, n, problem);
}

int tiermm_layout_create(struct tiermm_layout **out,
			 const struct tiermm_layout_range *ranges, uint64_t n,
			 const struct tiermm_layout_options *options,
			 struct tiermm_layout_problem *problem,
			 const struct tiermm_alloc *mem)
{
	struct tiermm_layout_options checked;
	uint64_t last, pieces, bytes;
	struct tiermm_alloc from;
	void *memory;
	int err;

	err = begin(out, ranges, n, options, &checked, problem);
	if (!err)
		err = tiermm__alloc_resolve(&from, mem);
	if (err)
		return err;
	/* A last frame that is wrong is found later: cut it for now. */
	last = last_of(ranges, n, &checked) & (TIERMM_LAYOUT_FRAMES - 1);
	pieces = (last >> shift_for(last, n)) + 1;
	bytes = lay_out(NULL, n, pieces).bytes;
	memory = tiermm__alloc(&from, bytes);
	if (!memory)
		return -TIERMM_ENOMEM;
	err = build(out, memory, pieces, ranges, n, &checked, problem);
	if (err) {
		tiermm__free(&from, memory, bytes);
		return err;
	}
	(*out)->mem = from;
	return 0;
}

int tiermm_layout_footprint(uint64_t n, uint64_t *bytes)
{
	if (!bytes || !n || n > TIERMM_LAYOUT_RANGES)
		return -TIERMM_EINVAL;
	*bytes = lay_out(NULL, n, most_pieces(n)).bytes;
	return 0;
}

int tiermm_layout_init(struct tiermm_layout **out, void *memory, uint64_t bytes,
		       const struct tiermm_layout_range *ranges, uint64_t n,
		       const struct tiermm_layout_options *options,
		       struct tiermm_layout_problem *problem)
{
	struct tiermm_layout_options checked;
	uint64_t needed = 0;
	int err;

	err = begin(out, ranges, n, options, &checked, problem);
	if (!err)
		err = tiermm_layout_footprint(n, &needed);
	if (!err)
		err = tiermm__memory_check(memory, bytes, needed);
	if (!err)
		err = build(out, memory, most_pieces(n), ranges, n, &checked,
			    problem);
	if (err)
		return err;
	tiermm__alloc_none(&(*out)->mem);
	return 0;
}
