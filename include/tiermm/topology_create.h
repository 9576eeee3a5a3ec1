/* SPDX-License-Identifier: MIT */
/**
 * @file topology_create.h
 * Take a snapshot of what a builder describes, go on from one, compare two.
 *
 * This is where a description is judged as a whole. Nothing is guessed: a
 * distance table that breaks the ACPI rules (10 from a node to itself, 11 to
 * 255 to another) is refused with its place, unless the builder was made with
 * #TIERMM_BUILDER_REPLACE_DISTANCES. Rules D3 and D4.
 */
#ifndef TIERMM_TOPOLOGY_CREATE_H
#define TIERMM_TOPOLOGY_CREATE_H

#include <tiermm/topology_builder.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Take a snapshot; the caller holds one reference to it.
 *
 * @param out     the snapshot; NULL on error
 * @param b       the description; unchanged
 * @param problem what is wrong, where; may be NULL; untouched without error
 * @param mem     allocator, or NULL for malloc
 * @retval 0              taken
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL the description is not a machine: see @p problem
 * @threads owner (of the builder)
 * @cost O(n^2) in the nodes, for the distances
 * @since 0.1
 */
TIERMM_API int tiermm_topology_create(struct tiermm_topology **out,
				      struct tiermm_topology_builder *b,
				      struct tiermm_problem *problem,
				      const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_topology_init() needs for what a builder describes now.
 *
 * @param b     the description
 * @param bytes bytes needed
 * @retval 0              told
 * @retval -TIERMM_EINVAL @p b or @p bytes is NULL
 * @threads owner (of the builder)
 * @since 0.1
 */
TIERMM_API int tiermm_topology_footprint(struct tiermm_topology_builder *b,
					 uint64_t *bytes);

/**
 * Take a snapshot into memory of the caller, who frees it after the last
 * tiermm_topology_unref().
 *
 * @param out     the snapshot; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param b       the description; unchanged
 * @param problem what is wrong, where; may be NULL
 * @retval 0              taken
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned, or no machine: see @p problem
 * @threads owner (of the builder)
 * @since 0.1
 */
TIERMM_API int tiermm_topology_init(struct tiermm_topology **out, void *memory,
				    uint64_t bytes,
				    struct tiermm_topology_builder *b,
				    struct tiermm_problem *problem);

/**
 * Replace the description by that of a snapshot: the way to the next one.
 *
 * What a running kernel keeps is kept: the speeds that the machine started
 * with as reference, and each node's abstract distance once it has had memory.
 *
 * @param b builder
 * @param t snapshot
 * @retval 0              replaced
 * @retval -TIERMM_ENOSPC @p t exceeds the builder's room; nothing changed
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_topology_builder_load(struct tiermm_topology_builder *b,
					    const struct tiermm_topology *t);

/**
 * What differs between two snapshots. A number that is not there is -1, which
 * as an unsigned number is UINT64_MAX.
 */
enum {
	TIERMM_CHANGE_NODE_ADDED = 1,    /**< its state after; before -1 */
	TIERMM_CHANGE_NODE_REMOVED,      /**< its state before; after -1 */
	TIERMM_CHANGE_STATE,             /**< TIERMM_NODE_... */
	TIERMM_CHANGE_PAGES,             /**< pages present */
	TIERMM_CHANGE_TYPE,              /**< TIERMM_MEMORY_... */
	TIERMM_CHANGE_TIER,              /**< tier id; none: -1 */
	TIERMM_CHANGE_ABSTRACT_DISTANCE, /**< no memory: -1 */
	TIERMM_CHANGE_DISTANCE,          /**< @c node to @c other */
	/** Speeds, @c node to @c other: the first of the four numbers that
	 *  differs; -1 where nothing is said of the pair. */
	TIERMM_CHANGE_ACCESS,
	TIERMM_CHANGE_CPU,       /**< CPU @c other: on node before, after */
	TIERMM_CHANGE_INITIATOR, /**< whose view counts; none: -1 */
	TIERMM_CHANGE_PAGE_BYTES /**< bytes in a base page */
};

/** One difference. Stands in arrays; never changes size. */
struct tiermm_change {
	uint32_t kind;     /**< TIERMM_CHANGE_... */
	int32_t node;      /**< which node, or #TIERMM_NO_NODE */
	int32_t other;     /**< second node or CPU number, or -1 */
	uint32_t reserved; /**< zero */
	uint64_t before;   /**< value in the first */
	uint64_t after;    /**< value in the second */
};

/**
 * Whether two snapshots describe the same machine (provenance left aside).
 *
 * @param a one snapshot
 * @param b other snapshot
 * @retval 1 the same
 * @retval 0 they differ
 * @threads read
 * @cost O(n^2) in the nodes
 * @since 0.1
 */
TIERMM_API int tiermm_topology_equal(const struct tiermm_topology *a,
				     const struct tiermm_topology *b);

/**
 * What differs between two snapshots: nodes, ascending, then distances,
 * speeds (by target) and CPUs. Of a node that only one of them has nothing
 * more is said, but for the CPUs on it.
 *
 * @param a     the first
 * @param b     the second
 * @param out   room for @p cap differences; may be NULL if @p cap is 0
 * @param cap   entries in @p out
 * @param n_out differences there are; the first @p cap of them are written
 * @retval 0              compared
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @cost O(n^2) in the nodes
 * @since 0.1
 */
TIERMM_API int tiermm_topology_diff(const struct tiermm_topology *a,
				    const struct tiermm_topology *b,
				    struct tiermm_change *out, uint64_t cap,
				    uint64_t *n_out);

/**
 * Check a snapshot's own promises: order, tiers, counts, ranges.
 *
 * @param t snapshot
 * @retval 1 it is whole
 * @retval 0 it is damaged
 * @threads read
 * @cost O(n^2) in the nodes
 * @since 0.1
 */
TIERMM_API int tiermm_topology_is_valid(const struct tiermm_topology *t);

#ifdef __cplusplus
}
#endif
#endif
