/* SPDX-License-Identifier: MIT */
/**
 * @file zone_plan.h
 * Look ahead: what a device will get, before any of it is plugged in.
 *
 *     4 GiB of boot memory, 301 %, a device of 16 GiB, units of 128 MiB:
 *
 *     M×96 N MMM N MMM N MMM N MMM N MMM N MMM N MMM N MMM
 *
 * A letter is a block: M in the movable zone, it can go again; N in a kernel
 * zone. Nothing here changes the account: it answers for a device that might
 * come, in its present state and by its present parameters (Z7, Z9).
 *
 *     struct tiermm_zone_device d = { .size = sizeof(d),
 *             .kind = TIERMM_ZONE_GROUP_DYNAMIC,
 *             .group = TIERMM_ZONE_NO_GROUP, .pages = 4194304 };
 *     tiermm_zones_plan(z, &d, &plan, runs, 64, &n);
 */
#ifndef TIERMM_ZONE_PLAN_H
#define TIERMM_ZONE_PLAN_H

#include <tiermm/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A device that might be plugged in, or grow. */
struct tiermm_zone_device {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	uint32_t kind;  /**< TIERMM_ZONE_GROUP_...; NONE: blocks of no group */
	int32_t node;   /**< its node */
	/** The dynamic group that grows; #TIERMM_ZONE_NO_GROUP: a new one. */
	int32_t group;
	uint32_t reserved;   /**< zero */
	uint64_t pages;      /**< what comes, a whole number of blocks */
	uint64_t unit_pages; /**< of a new dynamic group; 0: one block */
	/** Where; contig-zones goes by it, and units of several blocks. */
	uint64_t first_block;
};

/** Blocks in a row with the same answer. Never changes size. */
struct tiermm_zone_run {
	uint64_t blocks;   /**< how many */
	uint32_t movable;  /**< 1: movable zone; 0: a kernel zone */
	uint32_t reserved; /**< zero */
};

/** What a device would get. Filled by the library. */
struct tiermm_zone_plan {
	uint32_t size;          /**< sizeof of this struct where you compile */
	uint32_t flags;         /**< zero */
	uint64_t movable_pages; /**< of the device: it can give them back */
	uint64_t kernel_pages;  /**< of the device: they may stay for ever */
	/** What the machine shrinks back to when the device gives back all. */
	uint64_t stays_pages;
	/** The largest device of this kind that would be movable as a whole. */
	uint64_t all_movable_pages;
	/**
	 * The lowest ratio at which the device asked for is movable as a whole;
	 * 0: none up to #TIERMM_ZONE_RATIO_SOUGHT.
	 */
	uint32_t ratio_needed;
	uint32_t reserved; /**< zero */
};

/** Look for a ratio ends here, in percent. */
#define TIERMM_ZONE_RATIO_SOUGHT 1000000u

/** What a plug costs the guest; zero means the default. */
struct tiermm_zone_cost_options {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< TIERMM_ZONE_COST_... */
	uint64_t page_bytes;  /**< a base page; 0: 4096 */
	uint64_t entry_bytes; /**< of the memory map, for a page; 0: 64 */
	uint64_t table_entry_bytes; /**< of a page table; 0: 8 */
	/** What one entry of the direct map covers; 0: 2 MiB. */
	uint64_t map_bytes;
	/** Free kernel memory of the guest; 0: unknown. */
	uint64_t free_bytes;
};

enum {
	/** The memory map lies in the plugged memory (memmap_on_memory). */
	TIERMM_ZONE_COST_MEMMAP_INSIDE = 1
};

/** What a plug costs the guest before it can use the memory. */
struct tiermm_zone_cost {
	uint32_t size;         /**< sizeof of this struct where you compile */
	uint32_t fits;         /**< 1: free memory covers it, or is unknown */
	uint64_t memmap_bytes; /**< the memory map of the new pages */
	uint64_t table_bytes; /**< tables that map the new pages and that map */
	/** Of both, what has to be free before: old kernel memory. */
	uint64_t before_bytes;
	/** Most of the pages asked for that free memory can take at once. */
	uint64_t step_pages;
};

/**
 * What a device would get: the sequence, the sums, the what-ifs.
 *
 * @param z      account
 * @param device what might come
 * @param plan   set `size`; the rest is filled; may be NULL
 * @param runs   room for @p cap runs, in the order of blocks
 * @param cap    entries in @p runs; may be 0
 * @param n_out  runs there are; the first @p cap of them are written; may be
 *               NULL
 * @retval 0              planned
 * @retval -TIERMM_EINVAL pages are 0, no whole number of blocks, or with what
 *                        is there beyond #TIERMM_ZONE_PAGES_MAX; unknown
 *                        kind; wrong unit; the group is not dynamic or on
 *                        another node; a size is too small; @p runs is NULL
 *                        though @p cap is not 0
 * @retval -TIERMM_E2BIG  something that this library does not know is set
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_ENOSPC more blocks than the account has room for
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(blocks of the device), and O(groups) for the ratio
 * @since 0.1
 */
TIERMM_API int tiermm_zones_plan(struct tiermm_zones *z,
				 const struct tiermm_zone_device *device,
				 struct tiermm_zone_plan *plan,
				 struct tiermm_zone_run *runs, uint64_t cap,
				 uint64_t *n_out);

/**
 * The lowest ratio at which an offline block would become movable by the
 * auto-movable policy, all else as it is.
 *
 * @param z          account
 * @param block      its id; it is offline
 * @param node_aware 1: with the test of the node, 0: without
 * @param ratio      percent; 0: none up to #TIERMM_ZONE_RATIO_SOUGHT;
 *                   untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL @p ratio is NULL
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EEXIST it is online already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(groups)
 * @since 0.1
 */
TIERMM_API int tiermm_zones_ratio_needed(struct tiermm_zones *z, uint64_t block,
					 uint32_t node_aware, uint32_t *ratio);

/**
 * Write a sequence: `M×24 N MMM N`. Runs of up to four blocks are spelled out.
 *
 * @param runs  the sequence
 * @param n     entries in @p runs
 * @param out   room for @p cap bytes of UTF-8, the last of which is a zero byte
 * @param cap   bytes in @p out; may be 0
 * @param n_out bytes the whole line has, without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 bytes if longer
 * @retval -TIERMM_EINVAL @p runs is NULL though @p n is not 0, or @p out is
 *                        though @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_zone_runs_text(const struct tiermm_zone_run *runs,
				     uint64_t n, char *out, uint64_t cap,
				     uint64_t *n_out);

/**
 * What plugging so many pages costs the guest before it can use them: guests
 * have run out of memory during a plug for lack of it.
 *
 * @param options what the guest is like, or NULL for the defaults
 * @param pages   pages to plug
 * @param out     set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL an option is no power of two where it has to be, the
 *                        pages are beyond #TIERMM_ZONE_PAGES_MAX, or a size is
 *                        too small
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ERANGE the cost does not fit 64 bits
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_zone_plug_cost(const struct tiermm_zone_cost_options *options,
		      uint64_t pages, struct tiermm_zone_cost *out);

#ifdef __cplusplus
}
#endif
#endif
