/* SPDX-License-Identifier: MIT */
/**
 * @file linux_heat.h
 * Which pages of a process were used lately, as far as Linux tells.
 *
 *     /proc/PID/maps ──> tiermm_linux_ranges() ──> ranges
 *                                                    │ watch: mark all unused
 *     tiermm_linux_heat <────────────────────────────┘
 *          │ read, once in a while: runs of pages used since, marked again
 *          v
 *     your promotion policy
 *
 * No source tells everything. What each can see:
 *
 *     source       sees      of whom       a run is       needs
 *     WRITES       writes    own process   exact pages    Linux 6.7
 *     SOFT_DIRTY   writes    any, given    exact pages    MEM_SOFT_DIRTY
 *                            ptrace rights
 *     REFERENCED   any use   the same      a mapping,     PROC_PAGE_MONITOR
 *                                          with a count
 *     DAMON        any use   any, given    a region,      DAMON_VADDR,
 *                            root          estimated      DAMON_SYSFS
 *
 * WRITES is write-protection without a handler (userfaultfd) with
 * PAGEMAP_SCAN. It has to be armed inside the process, so for another one
 * SOFT_DIRTY is the exact source and REFERENCED the one that sees reads.
 * Idle page tracking needs frame numbers, hence CAP_SYS_ADMIN, and is not in
 * Debian's kernels: it is not used.
 *
 * DAMON is one for the whole machine. It is touched only where `source` says
 * so, only while nobody else has set it up (else -TIERMM_EBUSY), and destroy
 * empties it again. A program that is killed leaves it running:
 *
 *     cd /sys/kernel/mm/damon/admin/kdamonds
 *     echo off > 0/state; echo 0 > nr_kdamonds
 *
 * It looks at one page of each region a sample, so a region's share of uses is
 * an estimate. A pass begins with the kernel gathering the regions, which takes
 * about one aggregation; tells the aggregation that ended then, whatever was
 * between two passes; and is a few files a region.
 *
 * REFERENCED and DAMON miss pages whose translation a CPU still holds, since
 * clearing the bits does not flush them: some thousand pages a CPU.
 *
 * Clearing bits of SOFT_DIRTY or REFERENCED does so for everybody who looks at
 * that process (checkpoint tools do): one watcher a process.
 *
 * System calls. ranges: openat, read, close. create: userfaultfd, ioctl and
 * openat for WRITES; openat, pread64 and close for SOFT_DIRTY; openat for
 * REFERENCED. watch: ioctl or write. read: ioctl for WRITES; ioctl, write, and
 * pread64 before Linux 6.7, for SOFT_DIRTY; openat, read, close and write for
 * REFERENCED. destroy: close. DAMON: openat, read, write and close in all of
 * them, and getpid for this process.
 */
#ifndef TIERMM_BACKENDS_LINUX_HEAT_H
#define TIERMM_BACKENDS_LINUX_HEAT_H

#include <tiermm/backends/linux.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is mapped in a range. */
enum {
	TIERMM_LINUX_RANGE_ANONYMOUS = 1, /**< heap and stacks are among them */
	TIERMM_LINUX_RANGE_FILE,          /**< a file, privately */
	TIERMM_LINUX_RANGE_SHARED         /**< shared memory, or a file */
};

/** A range's flags. */
enum {
	TIERMM_LINUX_RANGE_WRITABLE = 1,
	TIERMM_LINUX_RANGE_LOCKED = 2 /**< with _COUNTS: locked in memory */
};

/** A mapping of a process. Stands in arrays; never changes size. */
struct tiermm_linux_range {
	uint64_t start;            /**< address, in bytes */
	uint64_t end;              /**< behind it */
	uint64_t rss_pages;        /**< with _COUNTS: pages that are there */
	uint64_t referenced_pages; /**< with _COUNTS: used since the clearing */
	uint32_t kind;             /**< TIERMM_LINUX_RANGE_... */
	uint32_t flags;            /**< TIERMM_LINUX_RANGE_WRITABLE ... */
	uint64_t reserved;         /**< zero */
};

enum {
	/** Private mappings of files too: programs, libraries. */
	TIERMM_LINUX_RANGES_FILES = 1,
	/** Shared mappings too. */
	TIERMM_LINUX_RANGES_SHARED = 2,
	/**
	 * Read smaps, not maps: counts, and every hugetlb and device mapping
	 * is left out whatever its name. Walks all pages of the process.
	 */
	TIERMM_LINUX_RANGES_COUNTS = 4
};

/** How to read ranges, or heat; zero means the default. */
struct tiermm_linux_heat_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_LINUX_RANGES_... */
	const char *proc;    /**< stands for `/proc`; NULL: `/proc` */
	int32_t pid;         /**< 0: this process */
	uint32_t source;     /**< TIERMM_LINUX_HEAT_...; not for ranges */
	uint32_t max_ranges; /**< that can be watched; 0: 4096 */
	uint32_t reserved;   /**< zero */
	/* For DAMON alone. */
	const char *sys;       /**< stands for `/sys`; NULL: `/sys` */
	uint64_t sample_us;    /**< between two looks; 0: 5000 */
	uint64_t aggregate_us; /**< looks summed up; 0: 100 000, at most 1 h */
	uint32_t min_regions;  /**< 0: 10; at least 3 */
	uint32_t max_regions;  /**< 0: 1000 */
};

/**
 * Read the mappings of a process whose pages could move. Left out are what the
 * kernel or a device put there ([vdso], [vvar], /dev/...), hugetlb, mappings
 * without any permission, and files and shared memory unless asked for.
 *
 * @param options how, or NULL for this process
 * @param out     room for @p cap ranges, ascending; may be NULL if it is 0
 * @param cap     entries in @p out
 * @param n_out   ranges there are; the first @p cap of them are written
 * @retval 0              read; a process that changes meanwhile may have
 *                        changed since
 * @retval -TIERMM_ENOENT no such process
 * @retval -TIERMM_EACCES not permitted
 * @retval -TIERMM_EPROTO a line is garbled
 * @retval -TIERMM_EIO    the file cannot be read for another reason
 * @retval -TIERMM_EINVAL a pointer is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads shared
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_ranges(const struct tiermm_linux_heat_options *options,
		    struct tiermm_linux_range *out, uint64_t cap,
		    uint64_t *n_out);

/** Where heat comes from. */
enum {
	TIERMM_LINUX_HEAT_WRITES = 1,
	TIERMM_LINUX_HEAT_SOFT_DIRTY,
	TIERMM_LINUX_HEAT_REFERENCED,
	TIERMM_LINUX_HEAT_DAMON
};

/** Neighbouring pages that were used. Never changes size. */
struct tiermm_linux_heat_run {
	uint64_t page;     /**< address of the first one */
	uint64_t pages;    /**< base pages in the run */
	uint64_t used;     /**< of them used; all for WRITES, SOFT_DIRTY */
	uint32_t accesses; /**< DAMON: looks that found a use; else 0 */
	uint32_t age;      /**< DAMON: aggregations it has been like that */
};

/** A watch over pages of one process. */
struct tiermm_linux_heat;

/**
 * Prepare a watch. That soft-dirty bits work is seen from a page of this
 * process, written before: the kernel accepts clearing them where it has none.
 * DAMON begins to look at once. tiermm_linux_probe() has reasons and remedies.
 *
 * @param out     the watch; NULL on error
 * @param options how; `source` has to be set
 * @param mem     allocator, or NULL for malloc
 * @retval 0               ready
 * @retval -TIERMM_ENOTSUP this kernel has no such source, or WRITES was asked
 *                         of another process
 * @retval -TIERMM_EACCES  not permitted
 * @retval -TIERMM_ENOENT  no such process
 * @retval -TIERMM_EBUSY   DAMON: in use by somebody else, who is left alone
 * @retval -TIERMM_EIO     the kernel refuses
 * @retval -TIERMM_EINVAL  a pointer is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG   an option that this library does not know is set
 * @retval -TIERMM_ENOMEM  no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_linux_heat_create(struct tiermm_linux_heat **out,
			 const struct tiermm_linux_heat_options *options,
			 const struct tiermm_alloc *mem);

/**
 * End a watch; protection is lifted, and DAMON is as it was before, unless
 * somebody else has set it up meanwhile.
 *
 * @param h watch, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_linux_heat_destroy(struct tiermm_linux_heat *h);

/**
 * Watch these ranges from now on, in place of those before.
 *
 * @param h      watch
 * @param ranges as tiermm_linux_ranges() gave them; copied
 * @param n      entries in @p ranges
 * @param n_out  ranges that are watched: one that has changed since, or that
 *               another watcher holds, is left out; may be NULL
 * @retval 0              watching
 * @retval -TIERMM_ENOSPC more than `max_ranges`; nothing changed
 * @retval -TIERMM_ENOENT the process has ended
 * @retval -TIERMM_EBUSY  another thread is inside; nothing changed
 * @retval -TIERMM_EIO    the kernel refuses
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_linux_heat_watch(struct tiermm_linux_heat *h,
				       const struct tiermm_linux_range *ranges,
				       uint64_t n, uint64_t *n_out);

/**
 * Take the pages that were used since the last pass. A pass may take several
 * calls. WRITES marks pages unused in the moment that it reports them;
 * SOFT_DIRTY and REFERENCED do so at the end of a pass, and miss what happens
 * in between. DAMON marks nothing.
 *
 * @param h     watch
 * @param out   room for @p cap runs, ascending
 * @param cap   entries in @p out, at least 1
 * @param n_out runs written
 * @param more  1: the pass goes on with the next call; 0: it is complete
 * @retval 0              taken
 * @retval -TIERMM_ENOENT the process has ended
 * @retval -TIERMM_EBUSY  another thread is inside, or is at DAMON's files in
 *                        this moment; nothing taken
 * @retval -TIERMM_EIO    the kernel refuses
 * @retval -TIERMM_EINVAL a pointer is NULL or @p cap is 0
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_linux_heat_read(struct tiermm_linux_heat *h,
				      struct tiermm_linux_heat_run *out,
				      uint64_t cap, uint64_t *n_out,
				      uint32_t *more);

#ifdef __cplusplus
}
#endif
#endif
