/* SPDX-License-Identifier: MIT */
/**
 * @file layout_pattern.h
 * Ranges made by a rule, and where two layouts differ.
 *
 *     all     ├──────────────── 2 ────────────────┤
 *     stripe  ├─ 0 ─┼─ 1 ─┼─ 2 ─┼─ 0 ─┼─ 1 ─┼─ 2 ─┤
 *     block   ├──── 0 ────┼──── 1 ────┼──── 2 ────┤
 *
 * A stripe with a `shift` begins with a later node; shifted by one from layout
 * to layout it slides, and everything moves.
 *
 * Threads: all of this is `read`.
 */
#ifndef TIERMM_LAYOUT_PATTERN_H
#define TIERMM_LAYOUT_PATTERN_H

#include <tiermm/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	TIERMM_LAYOUT_ALL = 0, /**< everything on @c first_node */
	TIERMM_LAYOUT_STRIPE,  /**< stripes, node after node, round and round */
	TIERMM_LAYOUT_BLOCK    /**< one part a node, as equal as can be */
};

/** A rule that makes ranges. */
struct tiermm_layout_pattern {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint32_t kind;       /**< TIERMM_LAYOUT_ALL, ... */
	uint32_t shift;      /**< nodes that the first stripe is ahead */
	int32_t first_node;  /**< lowest node */
	int32_t last_node;   /**< highest node; ignored by _ALL */
	uint64_t stripe;     /**< frames a stripe, for _STRIPE */
	uint64_t last_frame; /**< last frame of the layout */
};

/**
 * Make the ranges of a pattern. A block pattern of more nodes than frames
 * leaves the last nodes out.
 *
 * @param pattern the rule
 * @param out     room for @p cap ranges, in ascending order
 * @param cap     entries in @p out
 * @param n_out   ranges there would be; the first @p cap of them are written
 * @retval 0              made
 * @retval -TIERMM_EINVAL unknown kind, no node range, a stripe of 0 frames,
 *                        more than #TIERMM_LAYOUT_RANGES, or a frame beyond
 *                        #TIERMM_LAYOUT_FRAMES
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_layout_pattern_ranges(const struct tiermm_layout_pattern *pattern,
			     struct tiermm_layout_range *out, uint64_t cap,
			     uint64_t *n_out);

/**
 * The layout of a pattern.
 *
 * @param out     the layout, with one reference; NULL on error
 * @param pattern the rule
 * @param mem     allocator, or NULL for malloc
 * @retval 0              built
 * @retval -TIERMM_ENOMEM no memory
 * @retval others         as tiermm_layout_pattern_ranges()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_layout_pattern_create(struct tiermm_layout **out,
			     const struct tiermm_layout_pattern *pattern,
			     const struct tiermm_alloc *mem);

/** Frames whose node differs. Stands in arrays; never changes size. */
struct tiermm_layout_difference {
	uint64_t first;    /**< first frame */
	uint64_t last;     /**< last frame, inclusive */
	int32_t from;      /**< node in the first layout */
	int32_t to;        /**< node in the second */
	uint64_t reserved; /**< zero */
};

/**
 * Where two layouts differ, in ascending order; each run is as long as can
 * be. Beyond the end of the shorter one its node is #TIERMM_NO_NODE.
 *
 * @param from  the first layout
 * @param to    the second
 * @param out   room for @p cap runs
 * @param cap   entries in @p out
 * @param n_out runs there are; the first @p cap of them are written
 * @retval 0              compared; 0 runs: they are equal
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @cost one walk over the ranges of both
 * @since 0.1
 */
TIERMM_API int tiermm_layout_diff(const struct tiermm_layout *from,
				  const struct tiermm_layout *to,
				  struct tiermm_layout_difference *out,
				  uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
