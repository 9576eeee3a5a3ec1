/* SPDX-License-Identifier: MIT */
/*
 * Every way into the kernel that moving pages and watching their heat takes:
 * a table, so that a test can answer in the kernel's stead, with each error at
 * each call. Results are 0 or more, or a negative errno; errno is not looked
 * at elsewhere.
 */
#ifndef TIERMM_LINUX_PAGES_CALLS_H
#define TIERMM_LINUX_PAGES_CALLS_H

#include <limits.h>
#include <stdint.h>
#include <sys/uio.h>

/* What statuses start out as: no node, and no errno that there could be. */
#define PAGES_UNTOUCHED INT_MIN

/* From the kernel's interface; older headers do not have all of them. */
#define PAGES_MPOL_MF_MOVE 2
#define PAGES_MPOL_MF_MOVE_ALL 4
#define PAGES_MADV_COLD 20
#define PAGES_MADV_PAGEOUT 21

/* PAGEMAP_SCAN, Linux 6.7: categories of a page, and flags of a scan. */
#define SCAN_IS_WRITTEN (UINT64_C(1) << 1)
#define SCAN_IS_PRESENT (UINT64_C(1) << 3)
#define SCAN_IS_HUGE (UINT64_C(1) << 6)
#define SCAN_IS_SOFT_DIRTY (UINT64_C(1) << 7)
#define SCAN_PROTECT (UINT64_C(1) << 0)
#define SCAN_CHECK_ASYNC (UINT64_C(1) << 1)

/* A run of pages that a scan reports. */
struct scan_region {
	uint64_t start;
	uint64_t end;
	uint64_t categories;
};

/* What a scan is asked. */
struct scan {
	uint64_t size;
	uint64_t flags;
	uint64_t start;
	uint64_t end;
	uint64_t walk_end; /* told by the kernel */
	uint64_t regions;  /* address of an array */
	uint64_t n_regions;
	uint64_t max_pages;
	uint64_t category_inverted;
	uint64_t category_mask; /* all of these */
	uint64_t category_any;
	uint64_t return_mask;
};

struct kernel_calls {
	long (*move_pages)(void *self, int32_t pid, uint64_t n, void **pages,
			   const int *nodes, int *status, int flags);
	long (*advise)(void *self, void *start, uint64_t bytes, int advice);
	long (*advise_other)(void *self, int pidfd, const struct iovec *ranges,
			     uint64_t n, int advice);
	long (*open)(void *self, const char *path, int for_writing);
	long (*read)(void *self, int fd, void *to, uint64_t n);
	long (*read_at)(void *self, int fd, void *to, uint64_t n,
			uint64_t offset);
	long (*write)(void *self, int fd, const void *from, uint64_t n);
	long (*scan)(void *self, int fd, struct scan *scan);
	long (*open_process)(void *self, int32_t pid);
	/* A userfaultfd with asynchronous write-protection (Linux 6.7). */
	long (*open_faults)(void *self);
	long (*watch_faults)(void *self, int fd, uint64_t start,
			     uint64_t bytes);
	long (*leave_faults)(void *self, int fd, uint64_t start,
			     uint64_t bytes);
	long (*has_ended)(void *self, int pidfd); /* 1, 0 or an error */
	void (*close)(void *self, int fd);
};

extern const struct kernel_calls tiermm__linux_kernel;

uint64_t tiermm__linux_page_bytes(void);

/*
 * A whole file into room for cap characters: how many there are, cut at the
 * end, or a negative errno.
 */
long tiermm__linux_slurp(const struct kernel_calls *calls, void *self,
			 const char *path, char *out, uint64_t cap);

#endif
