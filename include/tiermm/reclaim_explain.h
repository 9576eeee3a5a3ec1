/* SPDX-License-Identifier: MIT */
/**
 * @file reclaim_explain.h
 * Why a folio is decided as it is, and why (not) to a certain node.
 *
 *     folio 0x7f00 on node 0, 1 page: demote to 3, attempt 2: nodes before it
 *     were full; node 2: had its turn
 *
 * A struct in numbers for programs, one line of text from it for people (R11).
 */
#ifndef TIERMM_RECLAIM_EXPLAIN_H
#define TIERMM_RECLAIM_EXPLAIN_H

#include <tiermm/reclaim.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a node is to a folio. */
enum {
	TIERMM_RECLAIM_NODE_NOT_ASKED = 0, /**< no node was named */
	TIERMM_RECLAIM_NODE_TARGET,        /**< where it goes, or went */
	TIERMM_RECLAIM_NODE_TRIED,         /**< stands before in the order */
	TIERMM_RECLAIM_NODE_NEXT,          /**< stands behind in the order */
	TIERMM_RECLAIM_NODE_NOT_ALLOWED,   /**< lower, but not allowed */
	TIERMM_RECLAIM_NODE_BLOCKED,       /**< lower, but offline or going */
	TIERMM_RECLAIM_NODE_NOT_LOWER,     /**< its own node, a peer, higher */
	TIERMM_RECLAIM_NODE_UNKNOWN        /**< no such node */
};

/** A decision and its reasons. Filled by the library. */
struct tiermm_reclaim_explanation {
	uint32_t size;           /**< sizeof of this struct where you compile */
	uint32_t flags;          /**< zero */
	uint64_t page;           /**< the folio */
	uint64_t pages;          /**< base pages in it */
	uint32_t folio_flags;    /**< TIERMM_FOLIO_... */
	uint32_t verdict;        /**< TIERMM_VERDICT_... */
	uint32_t reason;         /**< TIERMM_RECLAIM_COLD, ... */
	uint32_t final;          /**< 1: nothing more comes */
	uint32_t fallback;       /**< 1: normal reclaim has had its turn */
	uint32_t attempt;        /**< tries so far, this one included */
	int32_t from;            /**< where the folio is */
	int32_t to;              /**< where it goes, or none */
	int32_t target;          /**< tried first, or none */
	int32_t node;            /**< the node asked about, or none */
	uint32_t role;           /**< TIERMM_RECLAIM_NODE_...: of @c node */
	uint32_t distance;       /**< from @c target to @c node; 0: not known */
	uint64_t pause_until_ns; /**< back-off of @c target; 0: none */
	uint64_t rate_free_ns;   /**< the rate limit lets in from then on */
	struct tiermm_nodeset lower; /**< may still be tried */
};

/**
 * Explain a decision, or what would be decided.
 *
 * @param r        object
 * @param context  the question; its random state and cursor do not move
 * @param folio    the folio
 * @param decision its decision; NULL: what plan would say
 * @param node     why (not) there; #TIERMM_NO_NODE: not asked
 * @param out      set `size`; the rest is filled
 * @retval 0              explained
 * @retval -TIERMM_EINVAL a pointer is NULL, the size is too small, or
 *                        @p context or @p decision is out of range
 * @retval -TIERMM_E2BIG  @p context sets what this library does not know
 * @retval -TIERMM_EAGAIN the graph was published again and again meanwhile
 * @threads read (the state behind @p context is the caller's)
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_explain(const struct tiermm_reclaim *r,
		       const struct tiermm_reclaim_context *context,
		       const struct tiermm_folio *folio,
		       const struct tiermm_decision *decision, int32_t node,
		       struct tiermm_reclaim_explanation *out);

/**
 * Write an explanation as one line.
 *
 * @param e     explanation that a call filled
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length the whole line has, without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL @p e is NULL or too small, or @p out is NULL though
 *                        @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_explanation_text(const struct tiermm_reclaim_explanation *e,
				char *out, uint64_t cap, uint64_t *n_out);

/**
 * Check the object's own promises: what came in has left or is open (I8), and
 * each table adds up with the others.
 *
 * @param r object; nobody is inside
 * @retval 1 it is whole
 * @retval 0 it is damaged, or NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_is_valid(const struct tiermm_reclaim *r);

#ifdef __cplusplus
}
#endif
#endif
