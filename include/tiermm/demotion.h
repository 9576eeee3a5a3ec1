/* SPDX-License-Identifier: MIT */
/**
 * @file demotion.h
 * The demotion graph, published: looked up on hot paths while it changes.
 *
 *     owner:   event ──> prepare ──> publish          readers: next(node)
 *                            │          │                         ^
 *                            v          v                         │ one load
 *                         new graph   [ word 0 | word 1 | ... ] ──┘
 *                                       generation + target a node
 *
 * Two ways to read, and no third (D7):
 *
 * - The *published table* lives as long as the handle, so that a reader needs
 *   no registration. tiermm_demotion_next() is one load. What needs more than
 *   one word checks that all of it is of one generation, tries again a fixed
 *   number of times, and then says -TIERMM_EAGAIN: it never waits for the
 *   writer, and never mixes the graph before with the graph after.
 * - A *snapshot* is the whole graph: tiermm_demotion_snapshot() takes a
 *   reference, tiermm_demotion_peek() is for readers that whoever fills
 *   struct tiermm_retire knows of.
 *
 * A node that goes offline is blocked at once, in a mask that every look-up
 * honours; a rebuild can follow when there is time and memory (D10).
 *
 * Here stand the handle and the look-ups; what its owner changes, and how, is
 * in demotion_change.h.
 *
 * Lifetime: readers must be gone before tiermm_demotion_destroy().
 */
#ifndef TIERMM_DEMOTION_H
#define TIERMM_DEMOTION_H

#include <tiermm/demotion_graph.h>
#include <tiermm/retire.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A published demotion graph and its history. */
struct tiermm_demotion;

/** Counters, by index (D10, I7). */
enum {
	TIERMM_DEMOTION_REBUILDS = 0, /**< graphs prepared and published */
	TIERMM_DEMOTION_GENERATION,   /**< generation of the table */
	TIERMM_DEMOTION_EVENTS,       /**< events handed in */
	TIERMM_DEMOTION_EVENTS_IDLE,  /**< events that changed nothing here */
	TIERMM_DEMOTION_BLOCKED,      /**< nodes blocked now */
	TIERMM_DEMOTION_COUNTERS      /**< how many counters there are */
};

/**
 * Build the graph of a machine and publish it.
 *
 * @param out      the handle; NULL on error
 * @param topology the machine
 * @param options  how graphs are built, kept for rebuilds (the arrays in it
 *                 are copied); or NULL
 * @param retire   who knows when readers of peek have passed; NULL: nobody,
 *                 and peek answers NULL
 * @param problem  what is wrong with @p options; may be NULL
 * @param mem      allocator, or NULL for malloc; kept for rebuilds
 * @retval 0              published
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_ENOSPC the machine has more nodes than @c max_nodes
 * @retval others         as tiermm_demotion_graph_create()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_create(
	struct tiermm_demotion **out, struct tiermm_topology *topology,
	const struct tiermm_demotion_options *options,
	const struct tiermm_retire *retire, struct tiermm_problem *problem,
	const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_demotion_init() needs.
 *
 * @param topology the machine
 * @param options  how graphs are built, or NULL
 * @param bytes    bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOSPC the machine has more nodes than @c max_nodes
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_footprint(const struct tiermm_topology *topology,
			  const struct tiermm_demotion_options *options,
			  uint64_t *bytes);

/**
 * tiermm_demotion_create() in memory of the caller, who frees it after
 * destroy, when the last reference to the first graph is given back and
 * @p retire has released it.
 *
 * @param out      the handle; NULL on error
 * @param memory   memory aligned to #TIERMM_ALIGN
 * @param bytes    its size
 * @param topology the machine
 * @param options  how graphs are built, or NULL
 * @param retire   who knows when readers of peek have passed, or NULL
 * @param problem  what is wrong with @p options; may be NULL
 * @param mem      allocator for rebuilds; NULL: there are none, and what
 *                 needs one answers -TIERMM_ENOTSUP
 * @retval 0              published
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned, or as for create
 * @retval others         as tiermm_demotion_create()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_init(struct tiermm_demotion **out, void *memory, uint64_t bytes,
		     struct tiermm_topology *topology,
		     const struct tiermm_demotion_options *options,
		     const struct tiermm_retire *retire,
		     struct tiermm_problem *problem,
		     const struct tiermm_alloc *mem);

/**
 * Give the handle and its graph back. No reader may be inside.
 *
 * @param d handle, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_demotion_destroy(struct tiermm_demotion *d);

/**
 * Where cold pages of a node go: the first target that is not blocked.
 *
 * @param d    handle
 * @param node node id; any number
 * @return a node, or #TIERMM_NO_NODE: nothing lower, demotion is off, or no
 *         such node
 * @threads read
 * @cost one relaxed load
 * @since 0.1
 */
TIERMM_API int32_t tiermm_demotion_next(const struct tiermm_demotion *d,
					int32_t node);

/**
 * tiermm_demotion_next() for an array, each answer by itself.
 *
 * @param d     handle
 * @param nodes node ids
 * @param n     entries in @p nodes and in @p out
 * @param out   a node or #TIERMM_NO_NODE each
 * @retval 0              answered
 * @retval -TIERMM_EINVAL a pointer is NULL though @p n is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_next_array(const struct tiermm_demotion *d,
					  const int32_t *nodes, uint64_t n,
					  int32_t *out);

/**
 * The first target among allowed nodes; the closest one if no preferred node
 * is allowed (D9).
 *
 * @param d       handle
 * @param node    whose pages go
 * @param allowed nodes that may be used
 * @param out     a node or #TIERMM_NO_NODE; untouched on error
 * @retval 0              answered
 * @retval -TIERMM_EAGAIN the graph was published again and again meanwhile
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @cost one relaxed load where the first target is allowed; else a look
 *       at the node's sets, and at the distance of each allowed lower node
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_next_allowed(const struct tiermm_demotion *d, int32_t node,
			     const struct tiermm_nodeset *allowed,
			     int32_t *out);

/**
 * A target chosen as the query says; as tiermm_demotion_graph_choose().
 *
 * @param d     handle
 * @param node  whose pages go
 * @param query choice and allowed nodes, or NULL
 * @param out   a node or #TIERMM_NO_NODE; untouched on error
 * @retval 0              answered
 * @retval -TIERMM_EAGAIN the graph was published again and again meanwhile
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG, -TIERMM_ENODEV as there
 * @threads read (the state behind @p query is the caller's)
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_choose(const struct tiermm_demotion *d,
				      int32_t node,
				      const struct tiermm_demotion_query *query,
				      int32_t *out);

/**
 * The whole chain from a node down, all of one generation (D6).
 *
 * @param d     handle
 * @param node  where the walk begins; not part of the answer
 * @param out   room for @p cap nodes, nearest first; may be NULL if 0. Of no
 *              use after -TIERMM_EAGAIN
 * @param cap   entries in @p out
 * @param n_out nodes on the chain; the first @p cap of them are written
 * @retval 0              walked
 * @retval -TIERMM_EAGAIN the graph was published again and again meanwhile
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_walk(const struct tiermm_demotion *d,
				    int32_t node, int32_t *out, uint64_t cap,
				    uint64_t *n_out);

/**
 * The graph that is published now, without taking a reference. It stays whole
 * until the reader's section ends, as whoever fills struct tiermm_retire
 * understands one.
 *
 * @param d handle
 * @return the graph, or NULL where the handle was made without a retire table
 * @threads read
 * @since 0.1
 */
TIERMM_API const struct tiermm_demotion_graph *
tiermm_demotion_peek(const struct tiermm_demotion *d);

/**
 * tiermm_demotion_graph_choose() on a snapshot, blocked nodes left out.
 *
 * @param d     handle whose blocked nodes count
 * @param g     snapshot, from tiermm_demotion_snapshot() or _peek()
 * @param node  whose pages go
 * @param query choice and allowed nodes, or NULL
 * @param out   a node or #TIERMM_NO_NODE; untouched on error
 * @retval 0              answered
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG, -TIERMM_ENODEV as there
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_choose_from(
	const struct tiermm_demotion *d, const struct tiermm_demotion_graph *g,
	int32_t node, const struct tiermm_demotion_query *query, int32_t *out);

/**
 * Nodes that no look-up yields now: those that events blocked, and those that
 * the machine has going or without memory.
 *
 * @param d   handle
 * @param out the blocked nodes
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_blocked(const struct tiermm_demotion *d,
				       struct tiermm_nodeset *out);

/**
 * Read the counters, each by itself, while others are written.
 *
 * @param d     handle
 * @param out   room for @p cap counters, by TIERMM_DEMOTION_... index
 * @param cap   entries in @p out
 * @param n_out counters there are; the first @p cap of them are written
 * @retval 0              read
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_counters(const struct tiermm_demotion *d,
					uint64_t *out, uint64_t cap,
					uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
