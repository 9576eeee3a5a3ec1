/* SPDX-License-Identifier: MIT */
/**
 * @file zone_event.h
 * Memory blocks come and go; who asks is told what is there.
 *
 *                 PLUG             ONLINE or DECIDE
 *     (unknown) ───────> offline ───────────────────> in a zone
 *               <───────         <───────────────────
 *                UNPLUG               OFFLINE
 *
 * ONLINE reports where a block went, whoever decided it. DECIDE asks the
 * policy and takes its answer, in one event. What cannot happen is refused by
 * its result and changes nothing (Z4). A block of a group counts for the group
 * while it is online: as movable or as kernel memory, by its zone.
 */
#ifndef TIERMM_ZONE_EVENT_H
#define TIERMM_ZONE_EVENT_H

#include <tiermm/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	TIERMM_ZONE_PLUG = 1, /**< a block is there now, offline */
	TIERMM_ZONE_UNPLUG,   /**< an offline block is gone */
	TIERMM_ZONE_ONLINE,   /**< a block came online in @c zone */
	TIERMM_ZONE_DECIDE,   /**< decide by @c how, and bring it online */
	TIERMM_ZONE_OFFLINE   /**< a block went offline */
};

/** What is asked for when a block is brought online. */
enum {
	TIERMM_ONLINE_BY_POLICY = 0, /**< "online" */
	TIERMM_ONLINE_KERNEL,        /**< "online_kernel" */
	TIERMM_ONLINE_MOVABLE        /**< "online_movable": no ratio test */
};

/** One event. Stands in arrays; never changes size. */
struct tiermm_zone_event {
	uint32_t kind;  /**< TIERMM_ZONE_PLUG, ... */
	uint32_t zone;  /**< where (ONLINE); written by DECIDE */
	uint64_t block; /**< which */
	int32_t node;   /**< where it is (PLUG) */
	int32_t group;  /**< its group or #TIERMM_ZONE_NO_GROUP (PLUG) */
	uint32_t how;   /**< TIERMM_ONLINE_... (DECIDE) */
	int32_t result; /**< written: 0, or as the single call returns */
};

/** A block that is known. Stands in arrays; never changes size. */
struct tiermm_zone_block {
	uint64_t block;    /**< its id */
	int32_t node;      /**< its node */
	int32_t group;     /**< its group, or #TIERMM_ZONE_NO_GROUP */
	uint32_t zone;     /**< a zone, _NONE (offline) or _SEVERAL */
	uint32_t early;    /**< 1: boot memory */
	uint64_t reserved; /**< zero */
};

/** What a zone of a node holds. Stands in arrays; never changes size. */
struct tiermm_zone_state {
	uint64_t start;    /**< first frame; 0 while it is empty */
	uint64_t spanned;  /**< frames from the first to the last */
	uint64_t present;  /**< pages online */
	uint64_t early;    /**< of them, of boot memory */
	uint64_t cma;      /**< of them, in contiguous allocator areas */
	uint64_t reserved; /**< zero */
};

/**
 * Let events happen, one after another. One that cannot happen is counted,
 * says why in its `result`, and the next one is taken.
 *
 * @param z        account
 * @param events   what happened; `result` and, by DECIDE, `zone` are written
 * @param n        entries in @p events
 * @param n_failed how many could not happen; may be NULL
 * @retval 0              all were looked at
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside; none was looked at
 * @threads owner
 * @cost O(1) an event; OFFLINE at the edge of a zone looks for the next block
 * @since 0.1
 */
TIERMM_API int tiermm_zones_apply(struct tiermm_zones *z,
				  struct tiermm_zone_event *events, uint64_t n,
				  uint64_t *n_failed);

/**
 * A block is there now, offline.
 *
 * @param z     account
 * @param block its id
 * @param node  its node
 * @param group its group, which must be on that node, or #TIERMM_ZONE_NO_GROUP
 * @retval 0              known
 * @retval -TIERMM_EINVAL no such group, it is on another node, the block lies
 *                        beyond #TIERMM_ZONE_PAGES_MAX, or boot memory of the
 *                        node that has no name needs its place
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EEXIST known already
 * @retval -TIERMM_ENOSPC no room for another block, or the static group is full
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_plug(struct tiermm_zones *z, uint64_t block,
				 int32_t node, int32_t group);

/**
 * An offline block is gone. If it comes again it is no boot memory.
 *
 * @param z     account
 * @param block its id
 * @retval 0              unknown now
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EBUSY  it is online, or another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_unplug(struct tiermm_zones *z, uint64_t block);

/**
 * Report that a block came online in a zone.
 *
 * @param z     account
 * @param block its id
 * @param zone  TIERMM_ZONE_DMA to TIERMM_ZONE_MOVABLE
 * @retval 0              counted
 * @retval -TIERMM_EINVAL no such zone
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EEXIST it is online already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_online(struct tiermm_zones *z, uint64_t block,
				   uint32_t zone);

/**
 * Report that a block went offline.
 *
 * @param z     account
 * @param block its id
 * @retval 0              counted
 * @retval -TIERMM_EINVAL it is offline, is in several zones, or is boot memory
 *                        with holes (less is present than it would take)
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EBUSY  it holds contiguous allocator areas, or another
 *                        thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_offline(struct tiermm_zones *z, uint64_t block);

/**
 * What is known of a block.
 *
 * @param z     account
 * @param block its id
 * @param out   untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_block(struct tiermm_zones *z, uint64_t block,
				  struct tiermm_zone_block *out);

/**
 * Every block that is known, in no particular order.
 *
 * @param z     account
 * @param out   room for @p cap blocks
 * @param cap   entries in @p out; may be 0
 * @param n_out blocks there are; the first @p cap of them are written
 * @retval 0              told
 * @retval -TIERMM_EINVAL @p n_out is NULL, or @p out is though @p cap is not 0
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(room for blocks)
 * @since 0.1
 */
TIERMM_API int tiermm_zones_blocks(struct tiermm_zones *z,
				   struct tiermm_zone_block *out, uint64_t cap,
				   uint64_t *n_out);

/**
 * What is known of a group.
 *
 * @param z     account
 * @param group its id
 * @param out   untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL no such group, or a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_group(struct tiermm_zones *z, int32_t group,
				  struct tiermm_zone_group *out);

/**
 * What a zone of a node holds, or of all nodes together.
 *
 * @param z    account
 * @param node node, or #TIERMM_NO_NODE for all (start and spanned are 0 then)
 * @param zone TIERMM_ZONE_DMA to TIERMM_ZONE_MOVABLE
 * @param out  untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL no such zone, or a pointer is NULL
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_zone(struct tiermm_zones *z, int32_t node,
				 uint32_t zone, struct tiermm_zone_state *out);

/**
 * Check the account's own promises: every sum against a walk (I31).
 *
 * @param z account
 * @retval 1 it is whole
 * @retval 0 it is damaged
 * @threads owner (it is not checked: nothing may change meanwhile)
 * @cost O(blocks * (groups + nodes in use))
 * @since 0.1
 */
TIERMM_API int tiermm_zones_is_valid(const struct tiermm_zones *z);

#ifdef __cplusplus
}
#endif
#endif
