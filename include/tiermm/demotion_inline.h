/* SPDX-License-Identifier: MIT */
/**
 * @file demotion_inline.h
 * The hottest look-up, compiled into the caller. Opt-in: no other header
 * includes it.
 *
 *     d ──> [ node 0 | node 1 | ... | node 1023 ]   64 bits each
 *                           │
 *                           └─ low half: its target as a signed number, -1
 *                              for none; the rest is the library's
 *
 * A handle begins with its published table. That much is frozen for a soname,
 * so a program that includes this header has to be compiled against headers
 * of the major version that it is linked with (while that is 0: of the same
 * minor version too). Who would rather not, calls tiermm_demotion_next(),
 * which gives the same answers, and checks the node's range besides.
 *
 * Each word is loaded once, by a compiler atomic (GCC, Clang).
 */
#ifndef TIERMM_DEMOTION_INLINE_H
#define TIERMM_DEMOTION_INLINE_H

#include <tiermm/demotion.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * tiermm_demotion_next(), inline; the range of @p node is not checked.
 *
 * @param d    handle
 * @param node node id, 0 to 1023 and no other number
 * @return a node, or #TIERMM_NO_NODE: nothing lower, demotion is off, or no
 *         such node
 * @threads read
 * @cost one relaxed load
 * @since 0.1
 */
static inline int32_t
tiermm_demotion_next_inline(const struct tiermm_demotion *d, int32_t node)
{
	const uint64_t *table = (const uint64_t *)(const void *)d;

	/*
	 * Relaxed: the word holds the whole answer. Partner: the release store
	 * of a publication, which says nothing more to this reader.
	 */
	return (int32_t)(uint32_t)__atomic_load_n(table + node,
						  __ATOMIC_RELAXED);
}

#ifdef __cplusplus
}
#endif
#endif
