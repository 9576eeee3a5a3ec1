/* SPDX-License-Identifier: MIT */
/*
 * What a look-up reads, wherever it stands: in a snapshot, or in the published
 * table's image while the writer may be filling it again.
 *
 * All reads go through the accessors below, which are relaxed atomic loads: a
 * snapshot does not need them (it never changes), the published image does,
 * and the same look-up code serves both. A torn image gives wrong numbers but
 * never a wrong address: every index read from it is checked by its reader.
 */
#ifndef TIERMM_LIB_DEMOTION_VIEW_H
#define TIERMM_LIB_DEMOTION_VIEW_H

#include <tiermm/demotion_graph.h>

struct tiermm__demotion_view {
	uint32_t n;           /* nodes: rows of each table */
	uint32_t words;       /* 64-bit words of a set, by node id */
	uint32_t stride;      /* 64-bit words of a row of distances */
	uint32_t strategy;    /* TIERMM_STRATEGY_... */
	uint32_t cpu_penalty; /* in units of distance */
	uint16_t set_stride;  /* 64-bit words from a row's sets to the next */
	uint16_t near_stride; /* and from its words of near.h */
	const uint64_t *ids;  /* [n] node id of each row, ascending */
	const uint64_t *preferred; /* [n][set_stride] sets by node id */
	const uint64_t *fallback;  /* [n][set_stride] all that may be told */
	const uint64_t *cpus;      /* [words] nodes with CPUs */
	const uint64_t *load;      /* [n] load table */
	const uint64_t *distance;  /* [n][stride] 8 in a word, lowest first */
	const uint64_t *near;      /* [n][near_stride] asked first: near.h */
};

static inline uint64_t tiermm__view_word(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* The sets of a row. */
static inline const uint64_t *
tiermm__view_preferred(const struct tiermm__demotion_view *v, uint32_t row)
{
	return v->preferred + (uint64_t)row * v->set_stride;
}

static inline const uint64_t *
tiermm__view_fallback(const struct tiermm__demotion_view *v, uint32_t row)
{
	return v->fallback + (uint64_t)row * v->set_stride;
}

static inline uint32_t
tiermm__view_distance(const struct tiermm__demotion_view *v, uint32_t from,
		      uint32_t to)
{
	const uint64_t *row = v->distance + (uint64_t)from * v->stride;

	return (uint32_t)(tiermm__view_word(row + to / 8) >> (to % 8 * 8)) &
	       255;
}

/*
 * Choose a target for the node in row @row: preferred & allowed & ~blocked,
 * else the closest of fallback & allowed & ~blocked (D9, D10); a chain may
 * lead to nodes that are not in fallback (255 away). @allowed and
 * @blocked may be NULL. The query has been checked and copied by the caller.
 * Returns a node id or TIERMM_NO_NODE. Lives in choose.c.
 */
int32_t tiermm__view_choose(const struct tiermm__demotion_view *v, uint32_t row,
			    const struct tiermm_demotion_query *query,
			    const uint64_t *blocked);

#endif
