/* SPDX-License-Identifier: MIT */
/**
 * @file layout_page.h
 * What becomes of a page that is freed while the layout changes.
 *
 *     freed block, node 0, across the end of a range
 *     ├───────────────┬───────┬───┬───┤
 *     │ stays: 0      │ 1     │ 1 │ 2 │   pieces, each with its own node
 *     └───────────────┴───────┴───┴───┘
 *
 * Frames whose node differs are *marked* (L4). Whoever frees a page asks
 * first, before the page enters any cache or list: a mark is used up by one
 * of those who ask, and never lost (L5, I16). Pages that are free already are
 * claimed by the same rule when they are taken from their list.
 *
 * Ask and put the pieces on their lists inside one read section of the retire
 * table (or under one lock that the owner takes to commit): so the sweep over
 * free pages (layout_move.h) begins when nobody is between the two.
 *
 * *Caches* are lists that free pages wait in without being on a node's list,
 * like per-CPU lists. A commit asks for each to be drained: claim each of its
 * pages, put them on their nodes' lists, then report (L13).
 *
 * Threads: `shared`, wait-free; what a cache says of itself is `agent`.
 */
#ifndef TIERMM_LAYOUT_PAGE_H
#define TIERMM_LAYOUT_PAGE_H

#include <tiermm/layout_change.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The greatest order of a block. */
#define TIERMM_LAYOUT_ORDER_MAX 30

/** A block of 2^order frames, aligned to its size. Never changes size. */
struct tiermm_layout_page {
	uint64_t frame; /**< first frame */
	uint32_t order; /**< 2^order base pages */
	int32_t node;   /**< that accounts for it now, or should list it */
};

/**
 * A page in use is freed: which node's list does it go to? Counted as free.
 *
 * @param r     object
 * @param page  the block, and the node that accounts for it now
 * @param out   room for @p cap blocks, @p page itself for one: the whole one,
 *              or its pieces; where a piece's node is another, it moved there
 * @param cap   entries in @p out, at least 1
 * @param n_out pieces there are
 * @retval 0               decided; its marks are used up
 * @retval -TIERMM_ENOSPC  more pieces than @p cap; nothing has changed, not
 *                         even where @p out is @p page
 * @retval -TIERMM_EINVAL  misaligned, past the end, or a pointer is NULL
 * @retval -TIERMM_ENODEV  no room for that node
 * @threads shared; inside a read section of the retire table
 * @cost a load for an unmarked block
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_on_free(struct tiermm_relayout *r,
				       const struct tiermm_layout_page *page,
				       struct tiermm_layout_page *out,
				       uint64_t cap, uint64_t *n_out);

/**
 * A reserved page is released: it becomes managed, and is freed as above.
 *
 * @param r     object
 * @param page  as for on_free
 * @param out   as for on_free
 * @param cap   as for on_free
 * @param n_out as for on_free
 * @retval 0      decided
 * @retval others as tiermm_relayout_on_free()
 * @threads shared; inside a read section of the retire table
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_on_release(struct tiermm_relayout *r,
					  const struct tiermm_layout_page *page,
					  struct tiermm_layout_page *out,
					  uint64_t cap, uint64_t *n_out);

/**
 * A free page was taken off its node's list in order to move it: which list
 * does it go to? It was free and stays so.
 *
 * @param r     object
 * @param page  as for on_free
 * @param out   as for on_free
 * @param cap   as for on_free
 * @param n_out as for on_free
 * @retval 0      decided
 * @retval others as tiermm_relayout_on_free()
 * @threads shared; inside a read section of the retire table
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_claim(struct tiermm_relayout *r,
				     const struct tiermm_layout_page *page,
				     struct tiermm_layout_page *out,
				     uint64_t cap, uint64_t *n_out);

/**
 * A free page was allocated: counted as in use.
 *
 * @param r    object
 * @param page the block, and the node that accounts for it
 * @retval 0              counted
 * @retval -TIERMM_EINVAL misaligned, past the end, or a pointer is NULL
 * @retval -TIERMM_ENODEV no room for that node
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_on_alloc(struct tiermm_relayout *r,
					const struct tiermm_layout_page *page);

/** Where frames are found now. Never changes size. */
struct tiermm_layout_where {
	uint64_t first;    /**< first frame */
	uint64_t last;     /**< last frame, inclusive */
	int32_t node;      /**< node to ask for them now */
	int32_t goal;      /**< node that they belong to */
	uint32_t several;  /**< 1: some may be on a node in between */
	uint32_t reserved; /**< zero */
	uint64_t pending;  /**< of them, frames that the change has to reach */
	uint64_t reserved_too; /**< zero */
};

/**
 * Which node to ask for frames now, before the change has reached them (L9):
 * the layout in force says whose they are, this says who still lists them.
 *
 * @param r     object
 * @param first first frame
 * @param last  last frame
 * @param out   room for @p cap runs, ascending; in one run all is the same,
 *              but for pages that were reached already (@c pending)
 * @param cap   entries in @p out
 * @param n_out runs there are; the first @p cap of them are written
 * @retval 0              told
 * @retval -TIERMM_EINVAL inverted, past the end, or a pointer is NULL
 * @threads read; inside a read section of the retire table
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_allocate_on(const struct tiermm_relayout *r,
					   uint64_t first, uint64_t last,
					   struct tiermm_layout_where *out,
					   uint64_t cap, uint64_t *n_out);

/** Why a frame goes where it goes. */
enum {
	TIERMM_LAYOUT_WHY_SAME = 0, /**< unmarked: it is where it belongs */
	TIERMM_LAYOUT_WHY_MOVES,    /**< marked: it moves when it is freed */
	TIERMM_LAYOUT_WHY_BACK,     /**< marked, and the layout is as before */
	TIERMM_LAYOUT_WHY_BEYOND    /**< there is no such frame */
};

/** What on_free would say of a frame, and from which numbers. */
struct tiermm_layout_why {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t reason;     /**< TIERMM_LAYOUT_WHY_... */
	uint64_t frame;      /**< which */
	uint64_t generation; /**< of the layout in force */
	uint64_t first;      /**< range of that layout: first frame, */
	uint64_t last;       /**< last frame, */
	int32_t node;        /**< and node */
	int32_t before;      /**< node before the change, or none */
	uint32_t marked;     /**< 1: marked */
	uint32_t zone;       /**< its zone; #TIERMM_LAYOUT_ZONES: no memory */
};

/**
 * Explain a frame. It uses up no mark.
 *
 * @param r     object
 * @param frame page frame
 * @param out   set `size`; the rest is filled
 * @retval 0              explained
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @threads read; inside a read section of the retire table
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_explain(const struct tiermm_relayout *r,
				       uint64_t frame,
				       struct tiermm_layout_why *out);

/**
 * The same as one line.
 *
 * @param why   what explain filled
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length of the whole line without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL @p why is NULL or too small, or @p out is NULL though
 *                        @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_why_text(const struct tiermm_layout_why *why,
				      char *out, uint64_t cap, uint64_t *n_out);

/**
 * A cache is there from now on. It counts as drained.
 *
 * @param r     object
 * @param cache its number, 0 to max_caches - 1
 * @retval 0              known
 * @retval -TIERMM_EINVAL no such number, or @p r is NULL
 * @retval -TIERMM_EEXIST known already
 * @threads agent
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_cache_join(struct tiermm_relayout *r,
					  uint32_t cache);

/**
 * A cache is empty and gone.
 *
 * @param r     object
 * @param cache its number
 * @retval 0              gone
 * @retval -TIERMM_EINVAL no such number, not known, or @p r is NULL
 * @threads agent
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_cache_leave(struct tiermm_relayout *r,
					   uint32_t cache);

/**
 * Read this, drain the cache, then report what was read.
 *
 * @param r object
 * @return number that a drain counts for, if it begins now
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t
tiermm_relayout_drain_wanted(const struct tiermm_relayout *r);

/**
 * A cache was drained.
 *
 * @param r      object
 * @param cache  its number
 * @param wanted what drain_wanted said before the drain began
 * @retval 0              counted
 * @retval -TIERMM_EINVAL no such cache, or a number that was never wanted
 * @threads agent
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_drained(struct tiermm_relayout *r,
				       uint32_t cache, uint64_t wanted);

#ifdef __cplusplus
}
#endif
#endif
