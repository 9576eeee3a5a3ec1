/* SPDX-License-Identifier: MIT */
/**
 * @file linux_pages.h
 * Pages of a process, really moved: memops for Linux (R11).
 *
 *     this process, or PID ──> tiermm_linux_pages ──> struct tiermm_memops
 *                                   │  move      move_pages(2), batches
 *                                   │  locate    move_pages(2), no targets
 *                                   │  headroom  nodeN/meminfo
 *                                   │  page_out  MADV_PAGEOUT
 *                                   └  discard   MADV_DONTNEED
 *
 * Keys are virtual addresses of the process. An outcome says what is known,
 * not what a call returned: statuses start out as a value that the kernel
 * never writes, and what the kernel left open is asked again. Pages are looked
 * at before they move, so that one which is there already is not counted as
 * moved. One entry may move a huge page; `pages` of its result then says 512,
 * and a later entry of the same huge page is ALREADY.
 *
 *     kernel's answer             outcome
 *     target node                 DONE, or ALREADY
 *     -EACCES                     SHARED (others map it too)
 *     -ENOENT, -EFAULT            ABSENT (never touched, zero page, unmapped)
 *     -EBUSY                      BUSY, if it still is elsewhere
 *     call: ENODEV                TARGET_GONE
 *     call: ENOMEM, or no room    TARGET_FULL, for the rest of the call too
 *     call: EACCES, not allowed   DENIED (outside the process's cpuset)
 *     call: EPERM                 DENIED (no privilege)
 *
 * System calls, for a filter. A process other than one's own adds pidfd_open
 * to create, poll to every verb, and process_madvise takes madvise's place.
 *
 *     create    openat, read, close
 *     move      move_pages; pread64, and openat once a target node; ioctl;
 *               close where a node went or the kernel knows no such ioctl
 *     locate    move_pages
 *     headroom  pread64, and openat once a node; close where one went
 *     page_out  move_pages, madvise; openat, read, close where a page stayed
 *     cold      move_pages, madvise
 *     discard   move_pages, madvise (one's own process only)
 *     destroy   close
 *
 * ioctl is PAGEMAP_SCAN, which finds huge pages; TIERMM_LINUX_PAGES_NO_HUGE
 * leaves it and its file out. Nothing is tried out: what the process may do
 * comes in as the mask of tiermm_memops_adopt(), or from tiermm_linux_probe().
 *
 * Threads: one at a time for an object. Lifetime: the table that
 * tiermm_linux_pages_memops() fills is good until the object is destroyed.
 */
#ifndef TIERMM_BACKENDS_LINUX_PAGES_H
#define TIERMM_BACKENDS_LINUX_PAGES_H

#include <tiermm/backends/linux.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	/** Move pages that other processes map too; needs CAP_SYS_NICE. */
	TIERMM_LINUX_PAGES_MOVE_SHARED = 1,
	/**
	 * Believe `from` of a move where it names a node, and do not look
	 * first: saves some 3 % of a move. A page that was on its target
	 * already is then reported as moved.
	 */
	TIERMM_LINUX_PAGES_TRUST_FROM = 2,
	/** Do not look for huge pages: each entry counts as its own pages. */
	TIERMM_LINUX_PAGES_NO_HUGE = 4,
	/** Keep no reserve on a target: move until the kernel says full. */
	TIERMM_LINUX_PAGES_NO_RESERVE = 8
};

/** Pages of one process; zero means the default. */
struct tiermm_linux_pages_options {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< TIERMM_LINUX_PAGES_... */
	const char *root; /**< stands for `/sys`; NULL: `/sys` */
	const char *proc; /**< stands for `/proc`; NULL: `/proc` */
	int32_t pid;      /**< 0: this process */
	uint32_t batch;   /**< base pages a system call, to 4096; 0: 512 */
	/** Free pages to leave on a target; 0: 1/64 of it, at most 64 MiB. */
	uint64_t reserve_pages;
	/** Where pages may go; NULL: anywhere. Copied. */
	const struct tiermm_nodeset *allowed;
};

/** Pages of one process. */
struct tiermm_linux_pages;

/**
 * Prepare for the pages of a process. All memory is taken here.
 *
 * @param out     the object; NULL on error
 * @param options how, or NULL for this process
 * @param mem     allocator, or NULL for malloc
 * @retval 0              ready
 * @retval -TIERMM_ENOENT no such process
 * @retval -TIERMM_EINVAL @p out is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_pages_create(struct tiermm_linux_pages **out,
			  const struct tiermm_linux_pages_options *options,
			  const struct tiermm_alloc *mem);

/**
 * Close its files and give its memory back; pages stay where they are.
 *
 * @param p object, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_linux_pages_destroy(struct tiermm_linux_pages *p);

/**
 * Fill a table with its verbs, for tiermm_memops_adopt(). Verbs return:
 *
 * - 0: every item has an outcome;
 * - -TIERMM_ENOENT: the process has ended; what was not reached is ABSENT;
 * - -TIERMM_EBUSY: another thread is inside; nothing was done;
 * - -TIERMM_EINVAL: an array is NULL, or a move names 0 pages or no node;
 *   nothing was done;
 * - -TIERMM_EPERM, -TIERMM_ENOTSUP (locate): nobody tells, and all nodes are
 *   #TIERMM_NO_NODE;
 * - -TIERMM_EACCES, -TIERMM_EIO (headroom): a node's file cannot be read.
 *
 * @param p   object
 * @param out the table; `discard` is NULL for another process, `page_out` is
 *            where its pidfd could not be had
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_linux_pages_memops(struct tiermm_linux_pages *p,
					 struct tiermm_memops *out);

/**
 * Say that pages will not be needed soon (MADV_COLD): they stay, and the
 * kernel takes them first. DONE says that the kernel accepted it for a page
 * that is there; nothing proves an effect.
 *
 * @param p       object
 * @param pages   addresses
 * @param n       entries in @p pages and @p results
 * @param results an outcome a page
 * @retval 0               every item has an outcome
 * @retval -TIERMM_ENOENT  the process has ended
 * @retval -TIERMM_EBUSY   another thread is inside; nothing was done
 * @retval -TIERMM_EINVAL  a pointer is NULL
 * @retval -TIERMM_ENOTSUP another process, and its pidfd could not be had
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_linux_pages_cold(struct tiermm_linux_pages *p,
				       const uint64_t *pages, uint64_t n,
				       struct tiermm_result *results);

/**
 * Change where pages may go (R6).
 *
 * @param p       object
 * @param allowed nodes, may be empty; NULL: anywhere. Copied.
 * @retval 0              from the next move on
 * @retval -TIERMM_EBUSY  another thread is inside; nothing changed
 * @retval -TIERMM_EINVAL @p p is NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_pages_set_allowed(struct tiermm_linux_pages *p,
			       const struct tiermm_nodeset *allowed);

/** Counters; the first #TIERMM_OUTCOMES count items of move by outcome. */
enum {
	/** Base pages that were moved. */
	TIERMM_LINUX_PAGES_MOVED = TIERMM_OUTCOMES,
	/** Calls of move_pages(2) with targets. */
	TIERMM_LINUX_PAGES_CALLS,
	/** Calls of it that did not return 0. */
	TIERMM_LINUX_PAGES_CUT,
	/** Base pages that a call left open, and that were asked again. */
	TIERMM_LINUX_PAGES_ASKED_AGAIN,
	/** Base pages not tried, since the target had no room for them. */
	TIERMM_LINUX_PAGES_HELD_BACK,
	/** Huge pages that one entry moved. */
	TIERMM_LINUX_PAGES_HUGE,
	/** How many counters there are. */
	TIERMM_LINUX_PAGES_COUNTERS
};

/**
 * Read the counters, while the owner may be at work.
 *
 * @param p     object
 * @param out   room for @p cap counters, by index
 * @param cap   entries in @p out
 * @param n_out counters there are; may be NULL
 * @retval 0              read
 * @retval -TIERMM_EINVAL @p p is NULL, or @p out is though @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_linux_pages_counters(const struct tiermm_linux_pages *p,
					   uint64_t *out, uint64_t cap,
					   uint64_t *n_out);

/** Which file told the allowed nodes. */
enum {
	TIERMM_LINUX_ALLOWED_CGROUP2 = 1, /**< cpuset.mems.effective */
	TIERMM_LINUX_ALLOWED_CGROUP1,     /**< cpuset.effective_mems */
	TIERMM_LINUX_ALLOWED_STATUS       /**< Mems_allowed_list of status */
};

/**
 * Read which nodes a process may use: from its cgroup's cpuset, version 2 or
 * 1, else from /proc/PID/status. System calls openat, read, close.
 *
 * @param options as for create: `root`, `proc` and `pid` count; may be NULL
 * @param out     the nodes; may name nodes that are offline
 * @param source  TIERMM_LINUX_ALLOWED_...; may be NULL
 * @param mem     allocator, or NULL for malloc
 * @retval 0              read
 * @retval -TIERMM_ENOENT no such process, or no file tells
 * @retval -TIERMM_EACCES a file may not be read
 * @retval -TIERMM_EPROTO a file is garbled
 * @retval -TIERMM_EIO    a file cannot be read for another reason
 * @retval -TIERMM_EINVAL @p out is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads shared
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_allowed(const struct tiermm_linux_pages_options *options,
		     struct tiermm_nodeset *out, uint32_t *source,
		     const struct tiermm_alloc *mem);

#ifdef __cplusplus
}
#endif
#endif
