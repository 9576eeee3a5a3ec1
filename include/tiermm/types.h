/* SPDX-License-Identifier: MIT */
/**
 * @file types.h
 * What every other header stands on: export mark, limits, version.
 *
 * Nodes are named by their operating-system id, an `int32_t` from 0 to 1023;
 * #TIERMM_NO_NODE says "none". Ids may have gaps. Pages and frames are
 * `uint64_t` in base pages; other units are said in a name's ending
 * (`_bytes`, `_ns`, `_mbps`, `_bp` for 1/10 000).
 *
 * Structures that a caller fills begin with `size` and `flags`: set
 * `size = sizeof(struct ...)` where you compile, `flags = 0`, and leave what
 * you do not use zero. A library that is older than your header refuses a
 * field that it does not know, unless it is zero (-TIERMM_E2BIG).
 * Structures that stand in arrays have no size and never change.
 *
 * Threads: every function says one word behind `@threads`.
 * - `read`: wait-free, bounded, stores nothing that is shared, fit for a
 *   signal handler;
 * - `agent`: one thread for that agent, others at the same time for theirs;
 * - `shared`: any number of threads at once;
 * - `owner`: one thread at a time for an object; a second one that comes in
 *   gets -TIERMM_EBUSY and changes nothing;
 * - `setup`: before the object is shared, or after nobody shares it.
 */
#ifndef TIERMM_TYPES_H
#define TIERMM_TYPES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Mark of an exported function. */
#if defined(__GNUC__) || defined(__clang__)
#define TIERMM_API __attribute__((visibility("default")))
#else
#define TIERMM_API
#endif

/** Version of these headers: grows when the interface breaks. */
#define TIERMM_VERSION_MAJOR 0
/** Grows when the interface grows. */
#define TIERMM_VERSION_MINOR 1
/** Grows otherwise. */
#define TIERMM_VERSION_PATCH 0

/** Node ids run from 0 to one less than this. */
#define TIERMM_MAX_NODES 1024
/** "No node": what a look-up answers when there is nowhere to go. */
#define TIERMM_NO_NODE (-1)
/** CPU numbers run from 0 to one less than this. */
#define TIERMM_MAX_CPUS 65536

/**
 * Version of the library that is linked, as (major << 16) + (minor << 8) +
 * patch; compare it with the header's numbers.
 *
 * @return the version; never fails
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_abi_version(void);

#ifdef __cplusplus
}
#endif
#endif
