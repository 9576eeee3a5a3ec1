/* SPDX-License-Identifier: MIT */
/**
 * @file reclaim_node.h
 * Room a node, which nodes are due for balancing, and the pause when all that
 * is lower is full.
 *
 *     set_node(0, {free 100, start 300, stop 400}) ──> due: {0}
 *     report: 350 pages went 0 -> 2                ──> 0 is over its stop
 *                                                      2 may be due in turn
 *
 * Free pages are figures of the embedder, handed in when it has them. Between
 * two such calls reports carry them on: what left a node is free there, what
 * came to one is not. Pages that wait for a deferred flush (parked) count as
 * free: they will be, without more work (R8).
 *
 * A node is due from the moment it falls below its start mark until it is
 * above its stop mark, or since a page found it full (the kernel wakes the
 * target's own reclaim then) until new figures come in. How much of a node's
 * marks is headroom depends on the moment: only one that can demote has any.
 *
 * Back-off (R9), a target: one that a folio found full is left alone for a
 * pause, and each pause is twice the last. Folios go to the next node
 * meanwhile, and where all that is lower pauses, the way they go without
 * demotion. After a pause a plan tries few pages. The first that moves there
 * ends it. Large folios that can be split do not count: small ones may fit.
 */
#ifndef TIERMM_RECLAIM_NODE_H
#define TIERMM_RECLAIM_NODE_H

#include <tiermm/reclaim.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an embedder knows about a node. Never changes size. */
struct tiermm_reclaim_node {
	int32_t node;          /**< its id, below @c max_nodes */
	uint32_t reserved;     /**< zero */
	uint64_t managed;      /**< base pages that can be given out; 0: gone */
	uint64_t min;          /**< its min mark */
	uint64_t free_pages;   /**< free now */
	uint64_t parked_pages; /**< free after a flush */
	uint64_t reserved_pages; /**< zero */
};

/** How a node stands. Filled by the library. */
struct tiermm_reclaim_room {
	uint32_t size;           /**< sizeof of this struct where you compile */
	uint32_t flags;          /**< zero */
	int32_t node;            /**< its id */
	uint32_t due;            /**< 1: to be balanced */
	uint32_t woken;          /**< 1: a page found it full */
	uint32_t pauses;         /**< in a row; 0: not backed off */
	uint64_t managed;        /**< as handed in */
	uint64_t free_pages;     /**< as handed in, carried on */
	uint64_t parked_pages;   /**< as handed in */
	uint64_t wanted_pages;   /**< to be freed until it is above its stop */
	uint64_t room_pages;     /**< it could take without touching its min */
	uint64_t pause_until_ns; /**< none is demoted to it before */
	struct tiermm_watermarks marks; /**< its marks */
};

/**
 * Hand in figures of nodes. Those that were woken are not any more.
 *
 * @param r     object
 * @param nodes figures
 * @param n     entries in @p nodes
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL, or a reserved field is set
 * @retval -TIERMM_ENODEV a node id is not below @c max_nodes; none was taken
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_set_nodes(struct tiermm_reclaim *r,
					const struct tiermm_reclaim_node *nodes,
					uint64_t n);

/**
 * Pages of a node became free (above 0) or were taken (below 0) by others
 * than reclaim: allocations, promotions, flushes.
 *
 * @param r     object
 * @param node  where
 * @param pages how many; never below none free
 * @retval 0              carried on; nothing, if the node has no figures
 * @retval -TIERMM_EINVAL @p r is NULL
 * @retval -TIERMM_ENODEV @p node is not below @c max_nodes
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_add_free(struct tiermm_reclaim *r, int32_t node,
				       int64_t pages);

/**
 * How a node stands, why it is due, and whether it is backed off.
 *
 * @param r    object
 * @param node which
 * @param out  set `size`; the rest is filled
 * @retval 0              told; all zero but the pause for one without figures
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_ENODEV @p node is not below @c max_nodes
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_get_room(struct tiermm_reclaim *r, int32_t node,
				       struct tiermm_reclaim_room *out);

/**
 * Whether a node is to be balanced, and how far.
 *
 * @param r      object
 * @param node   which
 * @param wanted pages to be freed until it is above its stop mark; 0: it is,
 *               but was found full all the same; may be NULL
 * @retval 1              due
 * @retval 0              not due; @p wanted is 0
 * @retval -TIERMM_EINVAL @p r is NULL
 * @retval -TIERMM_ENODEV @p node is not below @c max_nodes
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_due(struct tiermm_reclaim *r, int32_t node,
				  uint64_t *wanted);

/**
 * All nodes that are to be balanced.
 *
 * @param r   object
 * @param out the nodes that are due
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(max_nodes / 64 + nodes with figures)
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_due_nodes(struct tiermm_reclaim *r,
					struct tiermm_nodeset *out);

#ifdef __cplusplus
}
#endif
#endif
