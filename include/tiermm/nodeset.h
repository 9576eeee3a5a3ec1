/* SPDX-License-Identifier: MIT */
/**
 * @file nodeset.h
 * A set of nodes: 1024 bits, 128 bytes, passed by pointer and copied by `=`.
 *
 *     struct tiermm_nodeset allowed = {{ 0 }};
 *     tiermm_nodeset_add(&allowed, 2);
 *
 * Bit `n % 64` of `word[n / 64]` is node `n`, so a binding can build one
 * without a call. Nodes outside 0..1023 are never members.
 */
#ifndef TIERMM_NODESET_H
#define TIERMM_NODESET_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 64-bit words of a node set. */
#define TIERMM_NODESET_WORDS (TIERMM_MAX_NODES / 64)

/** A set of nodes. Stands in arrays; never changes size. */
struct tiermm_nodeset {
	uint64_t word[TIERMM_NODESET_WORDS]; /**< node n: word n / 64 */
};

/**
 * Add a node.
 *
 * @param set  set to change
 * @param node node to add
 * @retval 0              is a member now
 * @retval -TIERMM_EINVAL @p node is not in 0..1023; nothing changed
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_nodeset_add(struct tiermm_nodeset *set, int32_t node);

/**
 * Take a node out.
 *
 * @param set  set to change
 * @param node node to take out
 * @retval 0              is no member now
 * @retval -TIERMM_EINVAL @p node is not in 0..1023; nothing changed
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_nodeset_remove(struct tiermm_nodeset *set, int32_t node);

/**
 * Whether a node is a member.
 *
 * @param set  set to ask
 * @param node node to look for
 * @retval 1 member
 * @retval 0 no member, or not in 0..1023
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_nodeset_has(const struct tiermm_nodeset *set,
				  int32_t node);

/**
 * How many members there are.
 *
 * @param set set to count
 * @return members, 0 to 1024
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_nodeset_count(const struct tiermm_nodeset *set);

/**
 * The lowest member above a node; begin with #TIERMM_NO_NODE.
 *
 *     for (n = tiermm_nodeset_next(s, TIERMM_NO_NODE); n != TIERMM_NO_NODE;
 *          n = tiermm_nodeset_next(s, n))
 *
 * @param set   set to walk
 * @param after node to start behind
 * @return the next member, or #TIERMM_NO_NODE
 * @threads read
 * @since 0.1
 */
TIERMM_API int32_t tiermm_nodeset_next(const struct tiermm_nodeset *set,
				       int32_t after);

/**
 * Whether two sets have the same members.
 *
 * @param a one set
 * @param b other set
 * @retval 1 the same
 * @retval 0 they differ
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_nodeset_equal(const struct tiermm_nodeset *a,
				    const struct tiermm_nodeset *b);

/**
 * Write a set as a list, the way the kernel writes one: `0-2,5`.
 *
 * @param set   set to write
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length of the whole list without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL @p set is NULL, or @p out is though @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_nodeset_text(const struct tiermm_nodeset *set, char *out,
				   uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
