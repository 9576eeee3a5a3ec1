/* SPDX-License-Identifier: MIT */
/**
 * @file watermark.h
 * How much of a node should stay free: its marks, from two numbers.
 *
 *     free pages ^
 *                |-- promo     promotion may fill the node down to here
 *      stop ─────|─────────    balancing that runs goes on up to here
 *                |-- high
 *      start ────|─────────    below this, balancing begins
 *                |-- low
 *                |-- min       only for those who free memory
 *
 * `low`, `high` and `promo` are one step apart: a quarter of `min`, or the
 * scale factor's share of the node, whichever is more (as in Linux). A node
 * that has a place to demote to may keep more room for new allocations: its
 * headroom, a share of its size. Without headroom `start` is `low` and `stop`
 * is `high` (R8).
 */
#ifndef TIERMM_WATERMARK_H
#define TIERMM_WATERMARK_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Watermark scale factor, unless told otherwise: 0.1 % of a node. */
#define TIERMM_WATERMARK_SCALE_DEFAULT 10
/** The greatest that is accepted, as in Linux. */
#define TIERMM_WATERMARK_SCALE_MAX 3000
/** Headroom, unless told otherwise: 2 % of a node. */
#define TIERMM_WATERMARK_HEADROOM_DEFAULT 200
/** Value for "no headroom" where 0 means the default. */
#define TIERMM_WATERMARK_HEADROOM_NONE 4294967295u

/** The marks of a node, in base pages. Never changes size. */
struct tiermm_watermarks {
	uint64_t min;   /**< as given */
	uint64_t low;   /**< min + one step */
	uint64_t high;  /**< low + one step */
	uint64_t promo; /**< high + one step */
	uint64_t start; /**< balancing starts below: max(low, headroom) */
	uint64_t stop;  /**< and ends above: max(high, headroom + step) */
};

/**
 * The marks of a node of some size. Numbers that do not fit end at the
 * greatest that does.
 *
 * @param managed     base pages of the node that can be given out
 * @param min         its min mark
 * @param scale_bp    scale factor in 1/10 000 of @p managed; 0: the default
 * @param headroom_bp headroom in 1/10 000 of @p managed; 0: the default,
 *                    #TIERMM_WATERMARK_HEADROOM_NONE: none
 * @param out         the marks; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL @p out is NULL, @p scale_bp is above
 *                        #TIERMM_WATERMARK_SCALE_MAX, or @p headroom_bp above
 *                        10 000
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_watermarks_compute(uint64_t managed, uint64_t min,
					 uint32_t scale_bp,
					 uint32_t headroom_bp,
					 struct tiermm_watermarks *out);

#ifdef __cplusplus
}
#endif
#endif
