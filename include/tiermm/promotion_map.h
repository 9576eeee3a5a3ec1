/* SPDX-License-Identifier: MIT */
/**
 * @file promotion_map.h
 * Dense indices for pages that have other names: any 64-bit keys.
 *
 *     keys, as they come      index
 *     0x7f5518a3e000  ─────>    0        at most 16 bytes a page,
 *     0x7f5518a41000  ─────>    1        all of it taken by create
 *
 * A key gets the lowest index that was never given, or one that was given
 * back. When the map is full there is no eviction: adding says -TIERMM_ENOSPC,
 * and the caller removes what it needs least (tiermm_promotion_cold() tells)
 * before it tries again.
 *
 * Threads: all calls on one map are `owner`.
 */
#ifndef TIERMM_PROMOTION_MAP_H
#define TIERMM_PROMOTION_MAP_H

#include <tiermm/alloc.h>
#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Keys and their indices. */
struct tiermm_promotion_map;

/** Most keys of one map. */
#define TIERMM_PROMOTION_MAP_MAX (UINT64_C(1) << 31)
/** "No index": the key is not there. */
#define TIERMM_PROMOTION_NO_INDEX UINT64_MAX

/**
 * Make an empty map.
 *
 * @param out  the map; NULL on error
 * @param keys most keys at a time, not 0
 * @param seed any number; unknown to who chooses keys, it keeps him from
 *             making look-ups slow
 * @param mem  allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL @p out is NULL, or @p keys out of range
 * @retval -TIERMM_E2BIG  @p mem has something set that we do not know
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_create(struct tiermm_promotion_map **out,
					   uint64_t keys, uint64_t seed,
					   const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_promotion_map_init() needs.
 *
 * @param keys  as for create
 * @param bytes bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL @p bytes is NULL, or @p keys out of range
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_footprint(uint64_t keys, uint64_t *bytes);

/**
 * Make one in memory of the caller, who frees it after destroy.
 *
 * @param out    the map; NULL on error
 * @param memory memory aligned to #TIERMM_ALIGN
 * @param bytes  its size
 * @param keys   as for create
 * @param seed   as for create
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_init(struct tiermm_promotion_map **out,
					 void *memory, uint64_t bytes,
					 uint64_t keys, uint64_t seed);

/**
 * Give a map back.
 *
 * @param m map, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_promotion_map_destroy(struct tiermm_promotion_map *m);

/**
 * Indices of keys; those that are not there get one.
 *
 * @param m       map
 * @param keys    keys, any numbers
 * @param n       entries in @p keys and @p indices
 * @param indices index of each
 * @param n_out   keys that have their index, from the first on; may be NULL
 * @retval 0              all have
 * @retval -TIERMM_ENOSPC full: the first *n_out have
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_add(struct tiermm_promotion_map *m,
					const uint64_t *keys, uint64_t n,
					uint64_t *indices, uint64_t *n_out);

/**
 * Indices of keys, where they are there.
 *
 * @param m       map
 * @param keys    keys
 * @param n       entries in @p keys and @p indices
 * @param indices index of each, or #TIERMM_PROMOTION_NO_INDEX
 * @retval 0              looked up
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_find(struct tiermm_promotion_map *m,
					 const uint64_t *keys, uint64_t n,
					 uint64_t *indices);

/**
 * The key behind an index.
 *
 * @param m     map
 * @param index its index
 * @param key   the key; untouched on error
 * @retval 0              told
 * @retval -TIERMM_ENOENT nothing has this index
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_key(struct tiermm_promotion_map *m,
					uint64_t index, uint64_t *key);

/**
 * Take a key out; its index is given to another key later, so tell
 * tiermm_promotion_set_pages() that its page is nowhere.
 *
 * @param m     map
 * @param key   the key
 * @param index what its index was; may be NULL
 * @retval 0              gone
 * @retval -TIERMM_ENOENT it was not there
 * @retval -TIERMM_EINVAL @p m is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_remove(struct tiermm_promotion_map *m,
					   uint64_t key, uint64_t *index);

/**
 * How many keys there are.
 *
 * @param m   map
 * @param out keys
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_count(struct tiermm_promotion_map *m,
					  uint64_t *out);

/**
 * Check a map's own promises: each key is found at its index, and no index is
 * given twice.
 *
 * @param m map
 * @retval 1 it is whole
 * @retval 0 it is damaged, NULL, or another thread is inside
 * @threads owner
 * @cost a look-up a key
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_map_is_valid(struct tiermm_promotion_map *m);

#ifdef __cplusplus
}
#endif
#endif
