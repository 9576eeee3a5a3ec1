/* SPDX-License-Identifier: MIT */
/**
 * @file demotion_graph.h
 * Where the cold pages of each node should go: the graph as an object.
 *
 *     0 ──> 2        0, 1: DRAM with CPUs, tier 4
 *     1 ──> 3        2, 3: CXL, tier 37, each next to one of them
 *
 *     node 0: preferred {2}, fallback {2, 3}
 *     node 1: preferred {3}, fallback {2, 3}
 *     node 2, 3: nothing lower, so what is cold there leaves memory
 *
 * Two sets a node. *Preferred*: go there first, any of them. *Fallback*: all
 * that may take the page when no preferred node can; preferred ones included.
 * The graph has no cycle under any strategy (rules D1 to D5).
 *
 * A graph is immutable and counted like a topology, which it holds a reference
 * to. Hold one directly (here), or publish it for readers on hot paths
 * (demotion.h).
 */
#ifndef TIERMM_DEMOTION_GRAPH_H
#define TIERMM_DEMOTION_GRAPH_H

#include <tiermm/alloc.h>
#include <tiermm/error.h>
#include <tiermm/random.h>
#include <tiermm/topology.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An immutable demotion graph. */
struct tiermm_demotion_graph;

/** How targets are chosen (D2). */
enum {
	/** Tiers; preferred is exactly the nearest nodes one tier down. */
	TIERMM_STRATEGY_NEAREST = 0,
	/** Tiers, as Linux 6.12 does it, its oddities included. */
	TIERMM_STRATEGY_LINUX_6_12,
	/** Passes from the CPU nodes, up to 15 equal targets (5.17, 5.18). */
	TIERMM_STRATEGY_LINUX_5_18,
	/** Passes from the CPU nodes, one target each (5.15). */
	TIERMM_STRATEGY_LINUX_5_15,
	/** The caller names the targets; who has no memory is stepped over. */
	TIERMM_STRATEGY_MANUAL
};
/** Strategies run from 0 to one less than this. */
#define TIERMM_STRATEGIES 5

/** Which history of fallback lists breaks ties (the load table, D1). */
enum {
	/** As a machine has it after booting; all 0 for the passes. */
	TIERMM_LOAD_BOOTED = 0,
	TIERMM_LOAD_REBUILT, /**< after memory came to or left a node */
	TIERMM_LOAD_GIVEN    /**< by the caller, in @c load */
};

/** Cost of a target's CPUs, in units of distance, unless told otherwise. */
#define TIERMM_CPU_PENALTY_DEFAULT 1
/** Value for "none" in tiermm_demotion_options::cpu_penalty. */
#define TIERMM_CPU_PENALTY_NONE 4294967295u

/** A target that the caller names. Stands in arrays; never changes size. */
struct tiermm_demotion_edge {
	int32_t from;      /**< the node whose pages go */
	int32_t to;        /**< where they go */
	uint64_t reserved; /**< zero */
};

/** How a graph is built; zero means the default. */
struct tiermm_demotion_options {
	uint32_t size;     /**< sizeof of this struct where you compile */
	uint32_t flags;    /**< zero */
	uint32_t strategy; /**< TIERMM_STRATEGY_... */
	/** Distance added for a target with CPUs; 0: 1; at most 65 535. */
	uint32_t cpu_penalty;
	uint32_t load_mode; /**< TIERMM_LOAD_...; for `linux-*` only */
	/** Nodes that a published graph may grow to; 0: as many as now. */
	uint32_t max_nodes;
	const uint32_t *load; /**< load of node id i, for TIERMM_LOAD_GIVEN */
	uint64_t n_load;      /**< entries in @c load; nodes beyond have 0 */
	/** Targets, for TIERMM_STRATEGY_MANUAL. */
	const struct tiermm_demotion_edge *edges;
	uint64_t n_edges; /**< entries in @c edges */
};

/** How one of several equal targets is chosen (D8). */
enum {
	TIERMM_CHOICE_FIRST = 0,   /**< the lowest id */
	TIERMM_CHOICE_RANDOM,      /**< evenly, from @c random */
	TIERMM_CHOICE_ROUND_ROBIN, /**< in turn, from @c cursor */
	TIERMM_CHOICE_WEIGHTED     /**< by @c weights, from @c random */
};

/** One question. All state is the caller's (D8, D9). */
struct tiermm_demotion_query {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t flags;     /**< zero */
	uint32_t choice;    /**< TIERMM_CHOICE_... */
	uint32_t n_weights; /**< entries in @c weights; others weigh 0 */
	/** Only these nodes (a cpuset, a guest's nodes); NULL: all. */
	const struct tiermm_nodeset *allowed;
	struct tiermm_random *random; /**< for RANDOM and WEIGHTED */
	uint64_t *cursor;             /**< for ROUND_ROBIN; any start value */
	/** Weight of node id i: free pages, bandwidth. All 0: as RANDOM. */
	const uint64_t *weights;
};

/**
 * Build the graph of a machine; the caller holds one reference to it.
 *
 * @param out      the graph; NULL on error
 * @param topology the machine
 * @param options  how, or NULL for the defaults
 * @param problem  what is wrong with @p options, where; may be NULL
 * @param mem      allocator, or NULL for malloc
 * @retval 0              built
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL an option is out of range, or an edge leads to the
 *                        node itself or to a distance of 255
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENODEV an edge names a node that the machine lacks
 * @retval -TIERMM_EEXIST an edge is named twice
 * @retval -TIERMM_ELOOP  the edges form a cycle: see @p problem
 * @threads setup
 * @cost `nearest`: one look at each pair of nodes; the others O(n^2 * targets)
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_graph_create(
	struct tiermm_demotion_graph **out, struct tiermm_topology *topology,
	const struct tiermm_demotion_options *options,
	struct tiermm_problem *problem, const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_demotion_graph_init() needs.
 *
 * @param topology the machine
 * @param bytes    bytes needed
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_graph_footprint(const struct tiermm_topology *topology,
				uint64_t *bytes);

/**
 * Build the graph in memory of the caller, who frees it after the last unref.
 *
 * @param out      the graph; NULL on error
 * @param memory   memory aligned to #TIERMM_ALIGN
 * @param bytes    its size
 * @param topology the machine
 * @param options  how, or NULL
 * @param problem  what is wrong; may be NULL
 * @retval 0              built
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned, or as for create
 * @retval -TIERMM_E2BIG, -TIERMM_ENODEV, -TIERMM_EEXIST, -TIERMM_ELOOP as for
 *         create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_graph_init(struct tiermm_demotion_graph **out, void *memory,
			   uint64_t bytes, struct tiermm_topology *topology,
			   const struct tiermm_demotion_options *options,
			   struct tiermm_problem *problem);

/**
 * Take another reference.
 *
 * @param g graph, or NULL
 * @return @p g
 * @threads shared (wait-free)
 * @since 0.1
 */
TIERMM_API struct tiermm_demotion_graph *
tiermm_demotion_graph_ref(struct tiermm_demotion_graph *g);

/**
 * Give a reference back; the last one frees the graph.
 *
 * @param g graph, or NULL
 * @threads shared (wait-free, but for the last: it frees)
 * @since 0.1
 */
TIERMM_API void tiermm_demotion_graph_unref(struct tiermm_demotion_graph *g);

/**
 * The machine that a graph was built for.
 *
 * @param g graph
 * @return its topology, held by @p g; take a reference to keep it longer
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_topology *
tiermm_demotion_graph_topology(const struct tiermm_demotion_graph *g);

/**
 * The strategy that a graph was built with.
 *
 * @param g graph
 * @return TIERMM_STRATEGY_...
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t
tiermm_demotion_graph_strategy(const struct tiermm_demotion_graph *g);

/**
 * The two sets of a node.
 *
 * @param g         graph
 * @param node      whose pages go
 * @param preferred first choice; may be NULL; untouched on error
 * @param fallback  all that may take the page; may be NULL
 * @retval 0              told; both are empty where nothing is lower
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_graph_targets(const struct tiermm_demotion_graph *g,
			      int32_t node, struct tiermm_nodeset *preferred,
			      struct tiermm_nodeset *fallback);

/**
 * Where a page of this node should go.
 *
 * Preferred and allowed nodes first; if there are none, the closest allowed
 * node of any lower tier (under the pass strategies and `manual`: the next
 * allowed node along the chain); else none. Closest is the kernel's score
 * under `linux-6.12`, and distance, then lowest id, under `nearest` (D9).
 *
 * @param g     graph
 * @param node  whose pages go
 * @param query choice and allowed nodes, or NULL: first of all
 * @param out   a node, or #TIERMM_NO_NODE; untouched on error
 * @retval 0              answered
 * @retval -TIERMM_EINVAL unknown choice, or state that it needs is missing
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENODEV no such node
 * @threads read (the state behind @p query is the caller's)
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_graph_choose(
	const struct tiermm_demotion_graph *g, int32_t node,
	const struct tiermm_demotion_query *query, int32_t *out);

/**
 * Whether a node is in the top tier: promotion ends there.
 *
 * Top is every tier at or above the slowest one that has a CPU.
 *
 * @param g    graph
 * @param node node
 * @retval 1              top, or has no tier
 * @retval 0              pages may be promoted from it
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_graph_is_top(const struct tiermm_demotion_graph *g,
			     int32_t node);

/**
 * Check a graph's own promises: acyclic, targets lower, sets nested (I1, I4).
 *
 * @param g graph
 * @retval 1 it is whole
 * @retval 0 it is damaged
 * @threads read
 * @cost O(n^2) in the nodes
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_graph_is_valid(const struct tiermm_demotion_graph *g);

/**
 * Name of a strategy, as tools spell it: "nearest", "linux-6.12".
 *
 * @param strategy TIERMM_STRATEGY_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_strategy_name(uint32_t strategy);

#ifdef __cplusplus
}
#endif
#endif
