/* SPDX-License-Identifier: MIT */
/**
 * @file numa.h
 * The machine as libnuma sees it: nodes, CPUs, sizes, distances; and pages
 * moved through it.
 *
 * For programs that link libnuma anyway and want one view of node numbers.
 * libnuma knows neither speeds nor tiers, so every node with memory is DRAM
 * here unless the caller says otherwise; the `linux` backend sees more.
 * Functions of libnuma that print or exit are not called; its constructor,
 * which runs when it is loaded, is out of our hands. libnuma looks at the
 * machine then, so nodes that come later are not seen.
 */
#ifndef TIERMM_BACKENDS_NUMA_H
#define TIERMM_BACKENDS_NUMA_H

#include <tiermm/tiermm.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read this machine's topology through libnuma.
 *
 * @param out the topology; NULL on error
 * @param mem allocator, or NULL for malloc
 * @retval 0               read
 * @retval -TIERMM_ENOTSUP libnuma says that there is no NUMA here
 * @retval -TIERMM_EINVAL  what libnuma says is no machine, or @p out is NULL
 * @retval -TIERMM_ENOMEM  no memory
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_numa_topology(struct tiermm_topology **out,
				    const struct tiermm_alloc *mem);

enum {
	/** Move pages that other processes map too; needs CAP_SYS_NICE. */
	TIERMM_NUMA_PAGES_MOVE_SHARED = 1
};

/** Pages of one process; zero means the default. */
struct tiermm_numa_pages_options {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< TIERMM_NUMA_PAGES_... */
	int32_t pid;    /**< 0: this process */
	uint32_t batch; /**< base pages a call, to 4096; 0: 512 */
};

/** Pages of one process, moved by numa_move_pages(3). */
struct tiermm_numa_pages;

/**
 * Prepare for the pages of a process. All memory of ours is taken here.
 *
 * @param out     the object; NULL on error
 * @param options how, or NULL for this process
 * @param mem     allocator, or NULL for malloc
 * @retval 0               ready
 * @retval -TIERMM_ENOTSUP libnuma says that there is no NUMA here
 * @retval -TIERMM_EINVAL  @p out is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG   an option that this library does not know is set
 * @retval -TIERMM_ENOMEM  no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_numa_pages_create(struct tiermm_numa_pages **out,
			 const struct tiermm_numa_pages_options *options,
			 const struct tiermm_alloc *mem);

/**
 * Give its memory back; pages stay where they are.
 *
 * @param p object, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_numa_pages_destroy(struct tiermm_numa_pages *p);

/**
 * Fill a table with its verbs: `move`, `locate` and `headroom`, which is all
 * that libnuma has; outcomes are those of the `linux` backend's table. It
 * knows no huge pages: give each of them as one move of 512 pages. Room on a
 * target is looked at before each call, with no reserve.
 *
 * Verbs return 0 where every item has an outcome, -TIERMM_ENOENT where the
 * process has ended, -TIERMM_EBUSY where another thread is inside, and
 * -TIERMM_EINVAL for a NULL array, a move of 0 pages or to no node.
 *
 * @param p   object
 * @param out the table, good until the object is destroyed
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_numa_pages_memops(struct tiermm_numa_pages *p,
					struct tiermm_memops *out);

#ifdef __cplusplus
}
#endif
#endif
