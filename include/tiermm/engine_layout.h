/* SPDX-License-Identifier: MIT */
/**
 * @file engine_layout.h
 * An engine beside a layout that changes (layout_change.h).
 *
 *     prepare(layout, part) ── the demotion graph is prepared with it
 *        │
 *     commit ── graph, then layout
 *        │
 *     sweep ── plan ──> move ──> locate ──> report ──┐   as often as needed:
 *        ^     (some marked frames)  (who knows not) │   a step looks at so
 *        └───────────── until it is over <───────────┘   many frames
 *
 * The part makes the graph follow in the same transaction. A sweep moves the
 * frames that are free by then, through a table, and reports each one; those
 * in use follow when they are freed (layout_page.h).
 *
 * Threads: `owner`, of the engine and of the layout.
 */
#ifndef TIERMM_ENGINE_LAYOUT_H
#define TIERMM_ENGINE_LAYOUT_H

#include <tiermm/engine.h>
#include <tiermm/layout_listen.h>
#include <tiermm/layout_move.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An engine's part in one change of the layout. */
struct tiermm_engine_relayout {
	uint32_t size;                    /**< sizeof where you compile */
	uint32_t flags;                   /**< zero */
	struct tiermm_engine *engine;     /**< whose graph changes */
	struct tiermm_topology *topology; /**< the machine as it will be */
	/** How the graph is built from then on; NULL: as before. */
	const struct tiermm_demotion_options *options;
	struct tiermm_problem *problem; /**< what is wrong; may be NULL */
};

/**
 * Let the demotion graph change in one transaction with a layout: prepared
 * when the layout is, published right before it, forgotten if it is aborted.
 * Marks follow when the nodes' new sizes are told (tiermm_engine_set_rooms()).
 *
 * The engine counts as in use while the layout is prepared: from the part's
 * prepare to its commit or abort.
 *
 * @param relayout engine and machine; lives until the commit or the abort
 * @param out      the part, for tiermm_relayout_prepare()
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_engine_layout_part(struct tiermm_engine_relayout *relayout,
			  struct tiermm_layout_part *out);

/** How free frames are moved; zero means the default. */
struct tiermm_engine_sweep_options {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	/**
	 * Who moves free frames: those of an item that are free go from their
	 * node's free list to another's, and their number is the result's
	 * `pages`; never more than the item has. NULL: the engine's table.
	 */
	const struct tiermm_memops *ops;
	/** Keys of frames, in that table: base + (frame << shift). */
	uint64_t key_base;
	uint32_t key_shift;  /**< at most 63 */
	uint32_t reserved;   /**< zero */
	uint64_t now_ns;     /**< for the log */
	uint64_t max_frames; /**< to look at in this step; 0: all there are */
	uint64_t max_pages;  /**< of an item, a power of two; 0: 1024 */
};

/** What a step of a sweep came to. Filled by the library. */
struct tiermm_engine_swept {
	uint32_t size;   /**< sizeof of this struct where you compile */
	uint32_t over;   /**< 1: the sweep has looked at every frame */
	int32_t error;   /**< first error of the table as a whole, or 0 */
	uint32_t calls;  /**< of the table, to move */
	uint64_t frames; /**< looked at */
	uint64_t items;  /**< runs of marked frames handed to the table */
	uint64_t moved;  /**< frames that changed their node */
	uint64_t in_use; /**< items that nothing of was free, or not all */
	uint64_t again;  /**< items that want another sweep */
};

/**
 * Move free frames to the nodes that the layout in force gives them: plan, act
 * and report (L6), until the budget of frames is spent or the sweep is over.
 *
 * A table that can `locate` is asked where frames are before they are moved,
 * and again for what it left UNKNOWN: each frame is counted once, also where
 * somebody frees it meanwhile. What nobody can say stays marked, and wants
 * another sweep (tiermm_relayout_rewind()). A table that fails as a whole ends
 * the step; the next one begins with the same frames.
 *
 * @param e   engine, for its table, its room to work in, its log and counters
 * @param r   the layout that has changed
 * @param how table, keys and budget; NULL: the engine's table, frames as keys
 * @param out what it came to; may be NULL
 * @retval 0               done; see @c over
 * @retval -TIERMM_EAGAIN  readers of the layout before have not passed: poll
 * @retval -TIERMM_EINVAL  a pointer is NULL, a field is out of range, or the
 *                         size of @p out is too small; nothing was done
 * @retval -TIERMM_E2BIG   a field that this library does not know is set
 * @retval -TIERMM_ENOTSUP there is no table
 * @retval -TIERMM_EBUSY   another thread is inside the engine, or came into the
 *                         layout: then what was moved last is not reported, and
 *                         is found out by the next sweep
 * @retval others          as tiermm_memops_adopt(), tiermm_relayout_report()
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_engine_sweep(struct tiermm_engine *e, struct tiermm_relayout *r,
		    const struct tiermm_engine_sweep_options *how,
		    struct tiermm_engine_swept *out);

#ifdef __cplusplus
}
#endif
#endif
