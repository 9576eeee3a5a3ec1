/* SPDX-License-Identifier: MIT */
/**
 * @file linux_zones.h
 * The zones and memory blocks of this machine, or of a captured tree (Z10).
 *
 *     /sys/devices/system/memory ──┐
 *     /proc/zoneinfo, /proc/iomem ─┤──> tiermm_linux_zones() ──> account
 *     module parameters ───────────┘
 *     a decision ──> tiermm_linux_block_set() ──> a block's state file
 *
 * sysfs does not say which blocks were there at boot, nor which device a block
 * belongs to. Both are read from /proc/iomem where it may be read: memory that
 * a driver brought ("System RAM (virtio_mem)", "(kmem)") was plugged in, and
 * the device around it is a group. DIMMs look like boot memory there; where
 * there are some, say where boot memory ends: what lies behind is one DIMM a
 * region, each a group.
 */
#ifndef TIERMM_BACKENDS_LINUX_ZONES_H
#define TIERMM_BACKENDS_LINUX_ZONES_H

#include <tiermm/backends/linux.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where to read; zero means the default. */
struct tiermm_linux_zones_options {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	const char *root; /**< stands for `/sys`; NULL: `/sys` */
	const char *proc; /**< for `/proc`; NULL: `/proc`, or ROOT/../proc */
	/** Address at which boot memory ends; 0: what is online was there. */
	uint64_t boot_end_bytes;
	uint64_t max_blocks; /**< room beyond what is there; 0: 1024 */
};

/**
 * Read the machine's blocks, zones and parameters into an account.
 *
 * @param out     the account; NULL on error
 * @param options where, or NULL for this machine
 * @param error   what is wrong, in which file; may be NULL
 * @param mem     allocator, or NULL for malloc
 * @retval 0              read
 * @retval -TIERMM_ENOENT the kernel has no memory blocks, or no zoneinfo
 * @retval -TIERMM_EACCES a file may not be read
 * @retval -TIERMM_EPROTO a file is garbled: see @p error
 * @retval -TIERMM_EIO    a file cannot be read for another reason
 * @retval -TIERMM_EINVAL what was read is no machine, or an option is out of
 *                        range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads shared
 * @cost a few system calls a block
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_zones(struct tiermm_zones **out,
		   const struct tiermm_linux_zones_options *options,
		   struct tiermm_linux_error *error,
		   const struct tiermm_alloc *mem);

/** What to do with a block. */
enum {
	TIERMM_LINUX_SET_OFFLINE = 0,
	TIERMM_LINUX_SET_KERNEL,
	TIERMM_LINUX_SET_MOVABLE,
	TIERMM_LINUX_SET_ONLINE /**< as the kernel's own policy says */
};

enum {
	TIERMM_LINUX_SET_DRY_RUN = 1 /**< look whether it could be done */
};

/** What came of it. Filled by the library. */
struct tiermm_linux_block {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint32_t was_online; /**< 1: it was online before */
	uint32_t is_online;  /**< 1: it is online now, read again */
	/** Where it is now, or TIERMM_ZONE_NONE; read again. */
	uint32_t zone;
	uint32_t reserved; /**< zero */
};

/**
 * Bring a block online or take it offline, and read what came of it.
 *
 * @param options where, or NULL for this machine
 * @param block   its id
 * @param what    TIERMM_LINUX_SET_...
 * @param flags   0 or TIERMM_LINUX_SET_DRY_RUN
 * @param out     set `size`; the rest is filled; may be NULL
 * @param error   what is wrong, in which file; may be NULL
 * @retval 0              done, or (dry run) it could be tried
 * @retval -TIERMM_EBUSY  the kernel could not empty the block
 * @retval -TIERMM_EEXIST it is in that state already
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EACCES, -TIERMM_EPERM not permitted
 * @retval -TIERMM_EINVAL the kernel refuses such a block, or an argument is
 *                        out of range
 * @retval -TIERMM_EIO    another failure
 * @retval -TIERMM_EPROTO a file is garbled: see @p error
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads shared
 * @cost a system call that may take seconds: the kernel moves what is inside
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_block_set(const struct tiermm_linux_zones_options *options,
		       uint64_t block, uint32_t what, uint32_t flags,
		       struct tiermm_linux_block *out,
		       struct tiermm_linux_error *error);

#ifdef __cplusplus
}
#endif
#endif
