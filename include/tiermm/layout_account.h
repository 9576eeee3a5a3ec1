/* SPDX-License-Identifier: MIT */
/**
 * @file layout_account.h
 * Pages of each node and zone: before, during and after a change (L8, L13).
 *
 *     node 1, a layout that gives it 42 MiB was committed
 *                    present   managed      free   pending in      goal
 *     at once          5 MiB     5 MiB         0       37 MiB    42 MiB
 *     swept           39 MiB    39 MiB    34 MiB        3 MiB    42 MiB
 *     all freed once  42 MiB    42 MiB    37 MiB            0    42 MiB
 *
 * Pages are counted where they are, not where they should be: present and
 * managed move with each page. So free <= managed <= present holds at every
 * moment, and sums over nodes do not change. Where the layout wants them is
 * the goal: goal = present + pending in - pending out.
 */
#ifndef TIERMM_LAYOUT_ACCOUNT_H
#define TIERMM_LAYOUT_ACCOUNT_H

#include <tiermm/layout_change.h>

#ifdef __cplusplus
extern "C" {
#endif

/** In place of a zone: all zones of the node. */
#define TIERMM_LAYOUT_ALL_ZONES TIERMM_LAYOUT_ZONES

/** Pages of a node, or of one zone of it. Never changes size. */
struct tiermm_layout_account {
	uint64_t present;     /**< pages that it accounts for */
	uint64_t managed;     /**< of them, those that are not reserved */
	uint64_t free;        /**< of them, those that are free */
	uint64_t goal;        /**< pages that the layout gives it */
	uint64_t pending_in;  /**< marked frames that belong to it */
	uint64_t pending_out; /**< marked pages that it has to give */
};

/**
 * The accounts of nodes, from node 0 up.
 *
 * @param r     object
 * @param zone  a zone, or #TIERMM_LAYOUT_ALL_ZONES
 * @param out   room for @p cap accounts
 * @param cap   entries in @p out
 * @param n_out nodes there is room for; the first @p cap of them are written
 * @retval 0              told; exact while nobody is inside another call
 * @retval -TIERMM_EINVAL no such zone, or a pointer is NULL
 * @threads shared; inside a read section of the retire table
 * @cost a pass over the ranges, and over the marks, a bit a frame
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_accounts(const struct tiermm_relayout *r,
					uint32_t zone,
					struct tiermm_layout_account *out,
					uint64_t cap, uint64_t *n_out);

/**
 * The same for one node, without what is pending: the numbers of a moment.
 *
 * @param r    object
 * @param node its id
 * @param zone a zone, or #TIERMM_LAYOUT_ALL_ZONES
 * @param out  its account; pending counts are 0
 * @retval 0              told
 * @retval -TIERMM_EINVAL no such zone, or a pointer is NULL
 * @retval -TIERMM_ENODEV no room for that node
 * @threads shared
 * @cost a few loads
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_account(const struct tiermm_relayout *r,
				       int32_t node, uint32_t zone,
				       struct tiermm_layout_account *out);

/** Which nodes tiermm_relayout_nodes() tells. */
enum {
	TIERMM_LAYOUT_NODES_NOW = 0, /**< those that account for pages now */
	TIERMM_LAYOUT_NODES_GOAL     /**< those that the layout gives pages */
};

/**
 * Nodes with memory: a node that gains its first page becomes one, one that
 * loses its last ceases to be (L11).
 *
 * @param r     object
 * @param which TIERMM_LAYOUT_NODES_NOW or _GOAL
 * @param out   the nodes
 * @retval 0              told
 * @retval -TIERMM_EINVAL another @p which, or a pointer is NULL
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_nodes(const struct tiermm_relayout *r,
				     uint32_t which,
				     struct tiermm_nodeset *out);

/** Statistics (L10), by place. */
enum {
	TIERMM_LAYOUT_COMMITS = 0,       /**< layouts put in force */
	TIERMM_LAYOUT_REFUSALS,          /**< refused by a listener or a part */
	TIERMM_LAYOUT_MARKED,            /**< frames that commits marked */
	TIERMM_LAYOUT_MOVED_ON_FREE,     /**< pages that moved when freed */
	TIERMM_LAYOUT_MOVED_CLAIMED,     /**< free pages that moved: claims */
	TIERMM_LAYOUT_MOVED_REPORTED,    /**< free pages that moved: reports */
	TIERMM_LAYOUT_STAYED,            /**< marked pages already right */
	TIERMM_LAYOUT_SPLIT,             /**< blocks that fell into pieces */
	TIERMM_LAYOUT_PIECES,            /**< and pieces of them */
	TIERMM_LAYOUT_EXAMINED,          /**< frames that sweeps looked at */
	TIERMM_LAYOUT_SKIPPED_IN_USE,    /**< items BUSY or ABSENT */
	TIERMM_LAYOUT_SKIPPED_ALREADY,   /**< items ALREADY */
	TIERMM_LAYOUT_SKIPPED_FULL,      /**< items TARGET_FULL */
	TIERMM_LAYOUT_SKIPPED_GONE,      /**< items TARGET_GONE */
	TIERMM_LAYOUT_SKIPPED_OTHER,     /**< items with any other outcome */
	TIERMM_LAYOUT_DRAINS,            /**< drains that caches reported */
	TIERMM_LAYOUT_PROPOSED,          /**< layouts put into the inbox */
	TIERMM_LAYOUT_PROPOSALS_REFUSED, /**< of them, those refused */
	TIERMM_LAYOUT_COUNTERS           /**< how many there are */
};

/**
 * Read the statistics.
 *
 * @param r     object
 * @param out   room for @p cap numbers, by TIERMM_LAYOUT_COMMITS, ...
 * @param cap   entries in @p out
 * @param n_out #TIERMM_LAYOUT_COUNTERS
 * @retval 0              told; each is a number by itself
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_counters(const struct tiermm_relayout *r,
					uint64_t *out, uint64_t cap,
					uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
