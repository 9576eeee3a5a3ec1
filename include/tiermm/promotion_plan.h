/* SPDX-License-Identifier: MIT */
/**
 * @file promotion_plan.h
 * Candidates become moves, and results come back.
 *
 *     candidates, hottest first
 *        │  the accessor's node, then its tier, then the best tier with room
 *        ├── fits there ──────────────> move up
 *        ├── full, cold page known ───> move down, move up   (exchange)
 *        └── full ────────────────────> stays; that node is due for demotion
 *
 * Plan decides only; the same candidates are planned again until report has
 * said what became of them. A move that did not work stays a candidate where
 * another try may help (busy, full, unknown), a few times.
 *
 * Budgets bind: entries, base pages, and a cursor to go on from (P7).
 */
#ifndef TIERMM_PROMOTION_PLAN_H
#define TIERMM_PROMOTION_PLAN_H

#include <tiermm/folio.h>
#include <tiermm/memops.h>
#include <tiermm/nodeset.h>
#include <tiermm/promotion.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Times that a move may fail before its page is no candidate any more. */
#define TIERMM_PROMOTION_TRIES 3

/** What a plan goes by; NULL or zero: everything, at the last time known. */
struct tiermm_promotion_query {
	uint32_t size;         /**< sizeof of this struct where you compile */
	uint32_t flags;        /**< zero */
	uint64_t now_ns;       /**< the caller's time */
	uint64_t budget_pages; /**< base pages, both ways; 0: no limit */
	uint64_t cursor;       /**< candidates to pass over: where to go on */
	/** Only these nodes (a cpuset, a guest's nodes); NULL: all. */
	const struct tiermm_nodeset *allowed;
	/**
	 * Pages that may go down for hot ones to come up, coldest first, as
	 * tiermm_promotion_cold() gives them; keys are page indices.
	 */
	const struct tiermm_folio *cold;
	uint64_t n_cold; /**< entries in @c cold */
};

/** What a plan came to. Filled by the library. */
struct tiermm_promotion_summary {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< zero */
	uint64_t up_pages;    /**< base pages in moves up that were written */
	uint64_t down_pages;  /**< base pages in moves down, for them */
	uint64_t candidates;  /**< candidates there are */
	uint64_t cursor;      /**< to go on from, if the plan was cut */
	uint64_t stale;       /**< passed over: not used for long */
	uint64_t no_room;     /**< passed over: nothing faster has room */
	uint64_t not_allowed; /**< passed over: nothing faster is allowed */
	uint64_t overloaded;  /**< passed over: loaded latency (P5) */
	uint64_t no_budget;   /**< passed over: the budget is used up */
	/** Full nodes that pages would have gone to: wake demotion (P3). */
	struct tiermm_nodeset due;
	/**
	 * Fast nodes that are the slower ones now, whether or not a candidate
	 * was turned away: pages should leave (P5).
	 */
	struct tiermm_nodeset shed;
};

/**
 * Choose the pages that should go up, and where to.
 *
 * Decides only: candidates and pages stay as they are, and equal objects give
 * equal plans. The moves of an exchange stand side by side, the one down
 * first; carried out in order, it makes the room. Rule P3.
 *
 * @param p       object
 * @param query   limits, or NULL
 * @param out     room for @p cap moves, hottest first; may be NULL if 0
 * @param cap     entries in @p out
 * @param n_out   moves there would be within the budget; the first @p cap of
 *                them are written. Where @p cap would cut an exchange in two,
 *                the plan ends before it
 * @param summary sums; may be NULL
 * @retval 0              planned; 0 moves means nothing to do
 * @retval -TIERMM_EINVAL a pointer is NULL, a folio is malformed, or sizes
 * @retval -TIERMM_E2BIG  a field of @p query that we do not know is set
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_plan(struct tiermm_promotion *p,
				     const struct tiermm_promotion_query *query,
				     struct tiermm_move *out, uint64_t cap,
				     uint64_t *n_out,
				     struct tiermm_promotion_summary *summary);

/**
 * Take what became of moves, item by item; in any order, also of moves that
 * others planned (demotions), whose pages are indices here.
 *
 * @param p       object
 * @param now_ns  the caller's time
 * @param moves   what was asked
 * @param results what came of each
 * @param n       entries in both
 * @retval 0              taken; each item is counted by its outcome
 * @retval -TIERMM_EINVAL a pointer is NULL, an unknown outcome, or pages
 *                        beyond the room; nothing was taken
 * @retval -TIERMM_ENODEV a target beyond the room; nothing was taken
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_report(struct tiermm_promotion *p,
				       uint64_t now_ns,
				       const struct tiermm_move *moves,
				       const struct tiermm_result *results,
				       uint64_t n);

/**
 * Pages of a node that were not used for the longest time, among the next
 * @p look pages: a hand goes round over all of them. Work is bounded by
 * @p look and by @p cap.
 *
 * Pages that went up a short while ago are left out (P4).
 *
 * @param p      object
 * @param now_ns the caller's time
 * @param node   whose pages
 * @param look   pages to look at
 * @param out    room for @p cap folios of order 0, coldest first; flags zero
 * @param cap    entries in @p out, at most 4096 are used
 * @param n_out  folios written
 * @retval 0              looked
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_cold(struct tiermm_promotion *p,
				     uint64_t now_ns, int32_t node,
				     uint64_t look, struct tiermm_folio *out,
				     uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
