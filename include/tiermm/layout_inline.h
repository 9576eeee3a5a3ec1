/* SPDX-License-Identifier: MIT */
/**
 * @file layout_inline.h
 * The look-up with a cursor, compiled into the caller. Opt-in: no other header
 * includes it.
 *
 *     r ──> [ generation | the library's ... ]
 *                 │
 *     cursor ──> [ generation | first | frames | node ]   the caller's own
 *
 * While the generation is the cursor's, the range that it holds is in force.
 * That much is frozen for a soname, so a program that includes this header has
 * to be compiled against headers of the major version that it is linked with
 * (while that is 0: of the same minor version too).
 */
#ifndef TIERMM_LAYOUT_INLINE_H
#define TIERMM_LAYOUT_INLINE_H

#include <tiermm/layout_change.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * tiermm_relayout_node_cursor(), inline where the cursor knows.
 *
 * @param r      object
 * @param cursor the reader's
 * @param frame  page frame
 * @return its node; #TIERMM_NO_NODE past the last frame
 * @threads read; inside a read section of the retire table
 * @cost one relaxed load where the cursor knows
 * @since 0.1
 */
static inline int32_t
tiermm_relayout_node_inline(const struct tiermm_relayout *r,
			    struct tiermm_layout_cursor *cursor, uint64_t frame)
{
	const uint64_t *generation = (const uint64_t *)(const void *)r;

	/*
	 * Relaxed: the cursor holds the whole answer. Partner: the release
	 * store of a commit, which says nothing more to this reader.
	 */
	if (frame - cursor->first < cursor->frames &&
	    __atomic_load_n(generation, __ATOMIC_RELAXED) == cursor->generation)
		return cursor->node;
	return tiermm_relayout_node_cursor(r, cursor, frame);
}

#ifdef __cplusplus
}
#endif
#endif
