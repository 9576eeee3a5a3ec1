/* SPDX-License-Identifier: MIT */
/**
 * @file promotion_explain.h
 * Why a page goes up, or does not: the reason, and the numbers compared.
 *
 *     struct tiermm_promotion_why why = { .size = sizeof(why) };
 *     tiermm_promotion_explain(p, now_ns, 4711, 0, &why);
 *     tiermm_promotion_why_text(&why, line, sizeof(line), NULL);
 *     // "page 4711 on node 2: cold: value 1800, limit 1000"
 */
#ifndef TIERMM_PROMOTION_EXPLAIN_H
#define TIERMM_PROMOTION_EXPLAIN_H

#include <tiermm/promotion.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known about a page. Never changes size. */
struct tiermm_promotion_page {
	int32_t node;    /**< where it is, or none */
	uint32_t heat;   /**< the policy's byte */
	uint32_t level;  /**< times that it went up and down too soon, to 7 */
	uint32_t queued; /**< 1: it is a candidate */
	/** Since it was used, marked, or crossed tiers; or _UNSET. */
	uint64_t age_ms;
	uint64_t held_ms; /**< held back for so long yet; 0: it is not */
};

/** Why. Filled by the library. */
struct tiermm_promotion_why {
	uint32_t size;   /**< sizeof of this struct where you compile */
	uint32_t flags;  /**< zero */
	uint64_t page;   /**< the page asked for */
	int32_t node;    /**< where it is */
	int32_t target;  /**< where it would go, or none */
	uint32_t reason; /**< TIERMM_PROMOTION_... */
	uint32_t score;  /**< how hot, 0 to 63 */
	/**
	 * What was compared. HOT, COLD: as the policy says (kernel: latency in
	 * ms and threshold; histogram: heat and threshold). RATE_LIMIT: pages
	 * in this second, and the limit. HELD_BACK: ms since it went down, and
	 * the delay. NO_ROOM: free pages, and what is needed. FREE_SPACE: free
	 * pages, and what is enough. OVERLOADED: latencies of target and node.
	 */
	uint64_t value;
	uint64_t limit; /**< with what */
};

/**
 * Read what is known about a page.
 *
 * @param p      object
 * @param now_ns the caller's time
 * @param page   its index
 * @param out    filled; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or no such page
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_get_page(struct tiermm_promotion *p,
					 uint64_t now_ns, uint64_t page,
					 struct tiermm_promotion_page *out);

/**
 * What would become of an access to this page now. Changes nothing.
 *
 * For a candidate it says how the plan stands: the reason that plan would
 * pass it over for, or _QUEUED.
 *
 * @param p        object
 * @param now_ns   the caller's time
 * @param page     its index
 * @param accessor node that the access comes from, or none
 * @param out      set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or @p out is too small
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_explain(struct tiermm_promotion *p,
					uint64_t now_ns, uint64_t page,
					int32_t accessor,
					struct tiermm_promotion_why *out);

/**
 * The same as one line without a line end.
 *
 * @param why   filled by tiermm_promotion_explain()
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length the whole line has, without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if it is longer
 * @retval -TIERMM_EINVAL @p why is NULL or too small, or @p out is NULL
 *                        though @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_why_text(const struct tiermm_promotion_why *why,
					 char *out, uint64_t cap,
					 uint64_t *n_out);

/**
 * The kernel policy's threshold for moves to a node, now (P2).
 *
 * @param p    object
 * @param node target
 * @param ms   the threshold; the default where it is unset
 * @retval 0               told
 * @retval -TIERMM_EINVAL  a pointer is NULL
 * @retval -TIERMM_ENODEV  node beyond the room
 * @retval -TIERMM_ENOTSUP another policy
 * @retval -TIERMM_EBUSY   another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_threshold(struct tiermm_promotion *p,
					  int32_t node, uint64_t *ms);

/**
 * Check an object's own promises: candidates, their order and look-up agree
 * with the pages, and the histogram with their heat.
 *
 * @param p object
 * @retval 1 it is whole
 * @retval 0 it is damaged, NULL, or another thread is inside
 * @threads owner
 * @cost a look at each page
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_is_valid(struct tiermm_promotion *p);

#ifdef __cplusplus
}
#endif
#endif
