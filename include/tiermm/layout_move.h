/* SPDX-License-Identifier: MIT */
/**
 * @file layout_move.h
 * Free pages go to their new node in bounded steps (L6).
 *
 *     commit ──> plan ──> moves[] ──> you, or memops ──> results[] ──> report
 *                 ^                                                      │
 *                 └────────────── until nothing is planned ──────────────┘
 *
 * A *sweep* walks over the marked frames once. Each item of a plan is a run of
 * marked frames: move those of them that are free. What is in use stays where
 * it is, marked, until it is freed. A commit in the middle of a sweep begins
 * another one. What was planned before may still be done, but then it has to
 * be reported: pages that it put on a node of the past are marked again.
 *
 * An item may be reported in parts, or not at all if nothing was done. Blocks
 * may also be moved one by one with tiermm_relayout_claim(), and the sweep only
 * followed.
 *
 * Threads: `owner`.
 */
#ifndef TIERMM_LAYOUT_MOVE_H
#define TIERMM_LAYOUT_MOVE_H

#include <tiermm/layout_change.h>
#include <tiermm/memops.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One step of a sweep. The caller sets the first four, plan the rest. */
struct tiermm_layout_step {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint64_t max_frames; /**< frames to look at; 0: as many as there are */
	uint64_t max_pages;  /**< pages of an item, a power of two; 0: 1024 */
	uint64_t generation; /**< of the layout in force */
	uint64_t first;      /**< first frame that was looked at */
	uint64_t frames;     /**< frames that were looked at */
};

/**
 * The next frames whose free pages are to be moved.
 *
 * Decides only: planning twice plans the same. Items lie inside one aligned
 * block of max_pages, one range and one zone. @c from is #TIERMM_NO_NODE where
 * several commits came one upon the other, or a report came late.
 *
 * @param r     object
 * @param step  how much to look at; filled: what was looked at
 * @param out   room for @p cap moves, ascending
 * @param cap   entries in @p out
 * @param n_out moves planned, at most @p cap; a step ends where @p out is full
 * @retval 0              planned; a step of 0 frames: the sweep is over
 * @retval -TIERMM_EAGAIN readers of the layout before have not passed: poll
 * @retval -TIERMM_EINVAL a pointer is NULL, a size is too small, or max_pages
 *                        is no power of two
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_plan(struct tiermm_relayout *r,
				    struct tiermm_layout_step *step,
				    struct tiermm_move *out, uint64_t cap,
				    uint64_t *n_out);

/**
 * Say what became of moves, and that the step is done.
 *
 * DONE counts @c pages of the result as moved from @c from to @c to; write the
 * node they were on into @c from where the plan had none, and where more had to
 * move than was asked for (a huge page), write all of it. Marks of an item
 * that was moved whole, to where it belongs by the layout of now, are cleared;
 * all others stay. BUSY and ABSENT say that pages are in use. What else stood
 * in the way is counted: another sweep (tiermm_relayout_rewind()) tries again.
 *
 * @param r       object
 * @param step    what plan filled, or NULL: the sweep does not go on yet
 * @param moves   what was tried
 * @param results what became of it
 * @param n       entries in @p moves and @p results
 * @retval 0              recorded
 * @retval -TIERMM_EINVAL a move past the end, DONE without a node or with more
 *                        pages than the move has, an unknown outcome, or a
 *                        pointer is NULL; nothing recorded
 * @retval -TIERMM_ENODEV no room for a node; nothing recorded
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_report(struct tiermm_relayout *r,
				      const struct tiermm_layout_step *step,
				      const struct tiermm_move *moves,
				      const struct tiermm_result *results,
				      uint64_t n);

/**
 * Begin another sweep over what is marked.
 *
 * @param r object
 * @retval 0              begun
 * @retval -TIERMM_EINVAL @p r is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_rewind(struct tiermm_relayout *r);

/** How far a change is. */
struct tiermm_layout_progress {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t complete;   /**< 1: swept, drained, nothing to try again */
	uint64_t generation; /**< of the layout in force */
	uint64_t differ;     /**< frames that the last commit marked */
	uint64_t swept;      /**< frames that the sweep has looked at */
	uint64_t frames;     /**< frames there are to look at */
	uint64_t moved;      /**< pages moved since the last commit */
	uint64_t retry;      /**< items of this sweep to be tried again */
	uint64_t pending;    /**< frames marked still: in use, or not swept */
	uint32_t caches;     /**< caches that are not drained yet */
	uint32_t readers; /**< 1: readers of the layout before may be inside */
};

/**
 * Tell how far a change is.
 *
 * @param r   object
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost a pass over the marks, a bit a frame
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_progress(struct tiermm_relayout *r,
					struct tiermm_layout_progress *out);

/**
 * Let go of what readers have passed, and see what has come about: events for
 * nodes that gained their first page or lost their last, for a sweep, drains
 * or a change that is over. Call it now and then.
 *
 * @param r    object
 * @param held layouts that readers may still hold; may be NULL
 * @retval 0              done
 * @retval -TIERMM_EINVAL @p r is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner; waits for nobody
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_poll(struct tiermm_relayout *r, uint64_t *held);

#ifdef __cplusplus
}
#endif
#endif
