/* SPDX-License-Identifier: MIT */
/**
 * @file demotion_explain.h
 * Why the graph looks as it does: every candidate, its numbers, its fate.
 *
 *     node 0 -> node 2: preferred: nearest of tier 37: distance 25
 *     node 0 -> node 3: fallback: tier 37, farther: distance 35, node 2 at 25
 *     node 0 -> node 1: no target: not lower: tier 4, node 0 is in tier 4
 *
 * One struct a candidate, in numbers for programs; one line of text from it
 * for people (rule D12).
 */
#ifndef TIERMM_DEMOTION_EXPLAIN_H
#define TIERMM_DEMOTION_EXPLAIN_H

#include <tiermm/demotion_graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What became of a candidate. */
enum {
	TIERMM_FATE_NONE = 0,  /**< no target */
	TIERMM_FATE_PREFERRED, /**< preferred, and so in the fallback set */
	TIERMM_FATE_FALLBACK   /**< in the fallback set only */
};

/** Why. */
enum {
	TIERMM_REASON_NEAREST = 1,      /**< nearest of the next tier down */
	TIERMM_REASON_BEST_SCORE,       /**< best score of those looked at */
	TIERMM_REASON_EQUAL,            /**< no farther than the best one */
	TIERMM_REASON_NAMED,            /**< named by the caller */
	TIERMM_REASON_SELF,             /**< the node itself */
	TIERMM_REASON_NO_MEMORY,        /**< has no memory */
	TIERMM_REASON_SOURCE_NO_MEMORY, /**< the source has none to demote */
	TIERMM_REASON_NOT_LOWER,        /**< its tier is not lower */
	TIERMM_REASON_NOT_NEXT_TIER,    /**< lower, but not the next tier */
	TIERMM_REASON_FARTHER,          /**< farther than the chosen ones */
	/** As far as the best, but another one sorted in between. */
	TIERMM_REASON_CUT,
	TIERMM_REASON_OUTSCORED,   /**< no farther, but sorted behind */
	TIERMM_REASON_UNREACHABLE, /**< distance 255 */
	TIERMM_REASON_HAS_CPUS,    /**< passes start from it, never end there */
	TIERMM_REASON_CLAIMED,     /**< the rival took it in this pass */
	TIERMM_REASON_LIMIT,       /**< 15 targets were there already */
	TIERMM_REASON_SEEN, /**< an earlier pass was there: a cycle else */
	TIERMM_REASON_NOT_REACHED, /**< no pass came to the source */
	TIERMM_REASON_NOT_NAMED,   /**< the caller did not name it */
	TIERMM_REASON_CHAIN,       /**< farther along the chain */
	TIERMM_REASON_GOING        /**< its memory is about to go */
};

/** One candidate for one node. Stands in arrays; never changes size. */
struct tiermm_candidate {
	int32_t from;             /**< whose pages go */
	int32_t to;               /**< the candidate */
	uint32_t fate;            /**< TIERMM_FATE_... */
	uint32_t reason;          /**< TIERMM_REASON_... */
	int32_t from_tier;        /**< tier id, or #TIERMM_NO_TIER */
	int32_t to_tier;          /**< tier id, or #TIERMM_NO_TIER */
	uint32_t distance;        /**< from @c from to @c to */
	uint32_t distance_source; /**< TIERMM_SOURCE_... */
	uint32_t id_penalty;      /**< 1 for an id lower than the source's */
	uint32_t cpu_penalty;     /**< for its CPUs */
	uint32_t load;            /**< its entry in the load table */
	int32_t rival;            /**< who was better, or #TIERMM_NO_NODE */
	/** The rival's distance from @c from (CLAIMED: to @c to), or 0. */
	uint32_t rival_distance;
	uint32_t reserved; /**< zero */
	uint64_t score;    /**< (distance + penalties) * 1024 + load */
};

/** Why a node counts as top tier, or does not. */
struct tiermm_top_reason {
	uint32_t size;   /**< sizeof of this struct where you compile */
	uint32_t is_top; /**< 1: promotion ends there */
	int32_t tier_id; /**< the node's tier, or #TIERMM_NO_TIER */
	/** The slowest tier that has a CPU, or #TIERMM_NO_TIER. */
	int32_t slowest_cpu_tier;
	int32_t cpu_node;  /**< a node with a CPU in it, or none */
	uint32_t reserved; /**< zero */
};

/**
 * Every candidate for a node, ascending by id, the node itself included.
 *
 * @param g     graph
 * @param node  whose pages go
 * @param out   room for @p cap candidates; may be NULL if @p cap is 0
 * @param cap   entries in @p out
 * @param n_out candidates there are; the first @p cap of them are written
 * @retval 0              explained
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @cost the search for that node is done again
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_explain(const struct tiermm_demotion_graph *g,
				       int32_t node,
				       struct tiermm_candidate *out,
				       uint64_t cap, uint64_t *n_out);

/**
 * One pair: why `to` is, or is not, a target of `from`.
 *
 * @param g    graph
 * @param from whose pages go
 * @param to   the candidate
 * @param out  the answer; untouched on error
 * @retval 0              explained
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_explain_edge(const struct tiermm_demotion_graph *g,
			     int32_t from, int32_t to,
			     struct tiermm_candidate *out);

/**
 * A candidate as one line of English.
 *
 * @param c     candidate
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length of the whole line without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL @p c is NULL, or @p out is though @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_candidate_text(const struct tiermm_candidate *c,
				     char *out, uint64_t cap, uint64_t *n_out);

/**
 * Why a node is top tier, or is not (the promotion side of D12).
 *
 * @param g    graph
 * @param node node
 * @param out  set `size`; the rest is filled; untouched on error
 * @retval 0              explained
 * @retval -TIERMM_EINVAL @p out is NULL or its size is not this structure's
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_explain_top(const struct tiermm_demotion_graph *g, int32_t node,
			    struct tiermm_top_reason *out);

/**
 * Name of a candidate's fate: "preferred", "none".
 *
 * @param fate TIERMM_FATE_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_fate_name(uint32_t fate);

/**
 * Name of the reason for a fate: "nearest", "not_lower".
 *
 * @param reason TIERMM_REASON_...
 * @return static text; NULL for an unknown one, and for 0
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_reason_name(uint32_t reason);

#ifdef __cplusplus
}
#endif
#endif
