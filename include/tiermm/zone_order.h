/* SPDX-License-Identifier: MIT */
/**
 * @file zone_order.h
 * Which blocks of a device to fill first, and which to empty first (Z8).
 *
 *     plug    holes in kernel blocks, in movable, in offline ones; then blocks
 *             that hold nothing; each from the lowest id up
 *     unplug  offline ones with holes, offline, movable with holes,
 *             kernel with holes, movable, kernel; each from the highest id down
 *
 * The order of Linux's virtio-mem driver, as a pure function of block states:
 * whole kernel blocks go last, since they carry the movable ones. It is not
 * simply "movable first": a kernel block with holes goes before a movable one
 * without. Devices whose blocks are larger than a memory block (big-block mode)
 * unplug whole blocks only: offline, then movable, then any.
 *
 * Less than what was asked for is a normal result: `n_left` says what remains.
 */
#ifndef TIERMM_ZONE_ORDER_H
#define TIERMM_ZONE_ORDER_H

#include <tiermm/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where a block of a device is. */
enum {
	TIERMM_ZONE_PART_UNUSED = 0, /**< nothing of it is plugged in */
	TIERMM_ZONE_PART_OFFLINE,
	TIERMM_ZONE_PART_MOVABLE, /**< online, all of it in the movable zone */
	TIERMM_ZONE_PART_KERNEL   /**< online, or any of it, in a kernel zone */
};

/** A block of a device. Stands in arrays; never changes size. */
struct tiermm_zone_part {
	uint64_t block;    /**< its id */
	uint64_t plugged;  /**< smallest units of the device plugged in */
	uint64_t whole;    /**< units that it has room for, not 0 */
	uint32_t state;    /**< TIERMM_ZONE_PART_... */
	uint32_t reserved; /**< zero */
};

/** What to do with a block. Stands in arrays; never changes size. */
struct tiermm_zone_move {
	uint64_t block; /**< its id */
	uint64_t units; /**< how many to plug or to unplug, at most */
};

enum {
	/** Unplug only what is offline (unplug_online=off). */
	TIERMM_ZONE_ORDER_OFFLINE_ONLY = 1,
	/** Big-block mode: whole blocks. */
	TIERMM_ZONE_ORDER_BIG_BLOCKS = 2
};

/**
 * Which blocks to plug units into, in order.
 *
 * @param parts  the device's blocks, in ascending order of ids
 * @param n      entries in @p parts
 * @param flags  0 or TIERMM_ZONE_ORDER_BIG_BLOCKS
 * @param units  how many units to plug
 * @param out    room for @p cap moves, in order
 * @param cap    entries in @p out
 * @param n_out  moves there are; the first @p cap of them are written
 * @param n_left units that find no room, or none that is whole; may be NULL
 * @retval 0              planned
 * @retval -TIERMM_EINVAL a part is impossible (more plugged than whole, state
 *                        UNUSED with units or another without) or out of
 *                        order, an unknown flag, or a pointer is NULL; nothing
 *                        written
 * @threads read
 * @cost O(n)
 * @since 0.1
 */
TIERMM_API int tiermm_zone_plug_order(const struct tiermm_zone_part *parts,
				      uint64_t n, uint32_t flags,
				      uint64_t units,
				      struct tiermm_zone_move *out,
				      uint64_t cap, uint64_t *n_out,
				      uint64_t *n_left);

/**
 * Which blocks to unplug units from, in order. What the guest holds on to
 * stays: call again with the states after that, without the busy blocks.
 *
 * @param parts  the device's blocks, in ascending order of ids
 * @param n      entries in @p parts
 * @param flags  0 or TIERMM_ZONE_ORDER_...
 * @param units  how many units to unplug
 * @param out    room for @p cap moves, in order
 * @param cap    entries in @p out
 * @param n_out  moves there are; the first @p cap of them are written
 * @param n_left units that nothing was found for; may be NULL
 * @retval 0              planned
 * @retval -TIERMM_EINVAL as for tiermm_zone_plug_order()
 * @threads read
 * @cost as for tiermm_zone_plug_order()
 * @since 0.1
 */
TIERMM_API int tiermm_zone_unplug_order(const struct tiermm_zone_part *parts,
					uint64_t n, uint32_t flags,
					uint64_t units,
					struct tiermm_zone_move *out,
					uint64_t cap, uint64_t *n_out,
					uint64_t *n_left);

#ifdef __cplusplus
}
#endif
#endif
