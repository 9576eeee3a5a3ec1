/* SPDX-License-Identifier: MIT */
/*
 * The inside of a demotion graph, and what its builders share.
 *
 * Nodes stand in rows, ascending by id, as in the topology. Sets are words of
 * bits by node id, view.words of them a row. Tiers are ranks, 0 the fastest.
 */
#ifndef TIERMM_LIB_DEMOTION_GRAPH_H
#define TIERMM_LIB_DEMOTION_GRAPH_H

#include "base/bits.h"
#include "base/nodeset.h"
#include "demotion/view.h"
#include "topology/view.h"

#include <stdatomic.h>

#include <tiermm/demotion_graph.h>
#include <tiermm/retire.h>

/* No row, or no rank; see TIERMM__NO_RANK too. */
#define TIERMM__NONE UINT32_MAX
/* A distance that stands for "cannot be reached" (D4). */
#define TIERMM__UNREACHABLE 255u

struct tiermm_demotion_graph {
	struct tiermm_retired retired; /* for who publishes the graph */
	_Atomic uint32_t references;
	uint32_t ranks;       /* tiers with memory */
	uint32_t top_ranks;   /* how many of them are top */
	int32_t top_distance; /* slowest abstract distance on top */
	uint32_t cpu_rank;    /* slowest tier with a CPU, or none */
	uint32_t cpu_row;     /* first node with a CPU in it */
	struct tiermm_alloc mem;
	uint64_t bytes;
	struct tiermm_topology *topology;
	struct tiermm__demotion_view view;
	struct tiermm_nodeset memory;  /* online or going */
	struct tiermm_nodeset targets; /* who may be a target at all */
	struct tiermm_nodeset cpus;
	const uint8_t *rows;     /* [n][n] distances, in the topology */
	const uint16_t *rank_of; /* [n] rank of a row, there too */
	const int16_t *row_of;   /* row of an id, there too */
	uint64_t *ids;           /* [n] */
	uint64_t *preferred;     /* [n][words] */
	uint64_t *fallback;      /* [n][words] */
	uint64_t *named;         /* [n][words] edges; only manual fills it */
	uint64_t *load;          /* [n] */
	uint64_t *distance;      /* [n][stride] 8 in a word */
	uint64_t *near;          /* [n][TIERMM__NEAR_WORDS] */
	uint32_t *ranked;        /* [n] rows of targets, fastest tier first */
	uint32_t *rank_start;    /* [n + 2] where in ranked each rank begins */
	uint32_t *scratch;       /* [4 * n] for whoever builds */
};

/* Options, checked, with defaults put in. */
struct tiermm__graph_options {
	uint32_t strategy;
	uint32_t cpu_penalty;
	uint32_t load_mode;
	const uint32_t *load;
	uint64_t n_load;
	const struct tiermm_demotion_edge *edges;
	uint64_t n_edges;
};

int tiermm__graph_options(struct tiermm__graph_options *dst,
			  const struct tiermm_demotion_options *src,
			  struct tiermm_problem *problem);

/*
 * tiermm_demotion_graph_create(), for who replaces an earlier graph: kept is
 * that one's top_distance, which stays where no tier has a CPU; else 0.
 */
int tiermm__demotion_graph_create(struct tiermm_demotion_graph **out,
				  struct tiermm_topology *topology,
				  const struct tiermm_demotion_options *options,
				  int32_t kept, struct tiermm_problem *problem,
				  const struct tiermm_alloc *mem);

struct tiermm__demotion_view
tiermm__demotion_graph_view(const struct tiermm_demotion_graph *g);

/*
 * Copy and check what a reader asks; NULL is the first of all. Returns 0,
 * -TIERMM_EINVAL or -TIERMM_E2BIG.
 */
int tiermm__query_check(struct tiermm_demotion_query *dst,
			const struct tiermm_demotion_query *src);

/* Fill the tables of a graph whose memory is laid out. */
int tiermm__graph_build(struct tiermm_demotion_graph *g,
			const struct tiermm__graph_options *options,
			int32_t kept, struct tiermm_problem *problem);

/* The builders; sets are empty before. */
void tiermm__build_load(struct tiermm_demotion_graph *g,
			const struct tiermm__graph_options *options);
void tiermm__build_nearest(struct tiermm_demotion_graph *g);
void tiermm__build_linux(struct tiermm_demotion_graph *g);
void tiermm__build_passes(struct tiermm_demotion_graph *g);
int tiermm__build_manual(struct tiermm_demotion_graph *g,
			 const struct tiermm__graph_options *options,
			 struct tiermm_problem *problem);
void tiermm__build_top(struct tiermm_demotion_graph *g, int32_t kept);

/*
 * Short lists of the closest fallback nodes, strategy by strategy, and for all
 * of them which words of the preferred sets are not empty. See near.h.
 */
struct tiermm__nearest_search;
void tiermm__near_nearest(struct tiermm_demotion_graph *g, uint32_t from,
			  const struct tiermm__nearest_search *s);
void tiermm__near_linux(struct tiermm_demotion_graph *g, uint32_t from);
void tiermm__near_fill(struct tiermm_demotion_graph *g);

/*
 * Fallback sets from preferred ones: everything along the chains. Of the n
 * rows in order, each stands behind all that it prefers.
 */
void tiermm__follow_chains(struct tiermm_demotion_graph *g,
			   const uint32_t *order, uint32_t n);

/* Take what is 255 away out of a row's fallback set (D4). */
void tiermm__drop_unreachable(struct tiermm_demotion_graph *g, uint32_t from);

/*
 * Put all rows into order, each behind all that it names. Returns 0, or
 * -TIERMM_ELOOP with the cycle in problem.
 */
int tiermm__order_named(struct tiermm_demotion_graph *g, uint32_t *order,
			struct tiermm_problem *problem);

/* Passes from the CPU nodes, as Linux had them before memory tiers. */
static inline int tiermm__is_passes(uint32_t strategy)
{
	return strategy == TIERMM_STRATEGY_LINUX_5_18 ||
	       strategy == TIERMM_STRATEGY_LINUX_5_15;
}

static inline int32_t tiermm__id(const struct tiermm_demotion_graph *g,
				 uint32_t row)
{
	return (int32_t)g->ids[row];
}

/* Row of a node that is known to be there. */
static inline uint32_t tiermm__row(const struct tiermm_demotion_graph *g,
				   int32_t id)
{
	return (uint32_t)g->row_of[id];
}

static inline int tiermm__has_rank(const struct tiermm_demotion_graph *g,
				   uint32_t row)
{
	return g->rank_of[row] != TIERMM__NO_RANK;
}

static inline uint32_t tiermm__distance(const struct tiermm_demotion_graph *g,
					uint32_t from, uint32_t to)
{
	return g->rows[(uint64_t)from * g->view.n + to];
}

/* A row of preferred, fallback or named. */
static inline uint64_t *tiermm__set(const struct tiermm_demotion_graph *g,
				    uint64_t *sets, uint32_t row)
{
	return sets + (uint64_t)row * g->view.words;
}

static inline int tiermm__set_has(const uint64_t *set, int32_t node)
{
	return (int)(set[node / 64] >> (node % 64) & 1);
}

/* The lowest member that is not below a number, or TIERMM_NO_NODE. */
static inline int32_t tiermm__set_next(const uint64_t *set, uint32_t words,
				       int32_t from)
{
	uint32_t i = (uint32_t)from / 64;
	uint64_t word;

	if (i >= words)
		return TIERMM_NO_NODE;
	word = set[i] & ~(uint64_t)0 << (from % 64);
	while (!word && ++i < words)
		word = set[i];
	if (!word)
		return TIERMM_NO_NODE;
	return (int32_t)(i * 64 + tiermm__lowest_bit(word));
}

static inline void tiermm__set_remove(uint64_t *set, int32_t node)
{
	set[node / 64] &= ~((uint64_t)1 << (node % 64));
}

static inline void tiermm__set_add(uint64_t *set, int32_t node)
{
	set[node / 64] |= (uint64_t)1 << (node % 64);
}

static inline void tiermm__set_or(uint64_t *set, const uint64_t *other,
				  uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		set[i] |= other[i];
}

#endif
