/* SPDX-License-Identifier: MIT */
/*
 * Which pages were written? Tried on one page: protect it without a handler
 * (asynchronous write-protection, Linux 6.7), write to it, ask. Older headers
 * know none of this; numbers of the interface stand here and in pages_calls.h.
 */
#define _GNU_SOURCE
#include "pages_calls.h"
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FEATURE_WP_ASYNC (UINT64_C(1) << 15)
#define USER_MODE_ONLY 1
#define PAGEMAP_SCAN_CALL _IOWR('f', 16, struct scan)

static uint64_t page_bytes(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Written pages of one: 0 or 1; -1 and errno. */
static int count_written(const void *page)
{
	struct scan_region region;
	struct scan scan = { .size = sizeof(scan),
			     .start = (uintptr_t)page,
			     .end = (uintptr_t)page + page_bytes(),
			     .regions = (uintptr_t)&region,
			     .n_regions = 1,
			     .category_mask = SCAN_IS_WRITTEN,
			     .return_mask = SCAN_IS_WRITTEN };
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	int got;

	if (fd < 0)
		return -1;
	got = ioctl(fd, PAGEMAP_SCAN_CALL, &scan);
	close(fd);
	return got;
}

/* A descriptor that protects a page against writes unnoticed: or -1. */
static int protect(void *page)
{
	struct uffdio_api api = { .api = UFFD_API,
				  .features = FEATURE_WP_ASYNC };
	struct uffdio_register range = { .range = { (uintptr_t)page,
						    page_bytes() },
					 .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect arm = {
		.range = { (uintptr_t)page, page_bytes() },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY);
	int error;

	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_API, &api) == 0 &&
	    ioctl(fd, UFFDIO_REGISTER, &range) == 0 &&
	    ioctl(fd, UFFDIO_WRITEPROTECT, &arm) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Whether a failure means that this kernel has nothing of it. */
static void say_failed(struct tiermm_linux_finding *f, const char *call)
{
	if (errno == EINVAL || errno == ENOTTY)
		errno = ENOSYS;
	tiermm__linux_say_error(f, call,
				"allow it, or set vm.unprivileged_userfaultfd");
}

static void try_scan(unsigned char *page, struct tiermm_linux_finding *f)
{
	int before, after, fd = protect(page);

	if (fd < 0) {
		say_failed(f, "asynchronous write-protection");
		return;
	}
	before = count_written(page);
	*(volatile unsigned char *)page = 2;
	after = count_written(page);
	if (before < 0 || after < 0)
		say_failed(f, "PAGEMAP_SCAN");
	else if (before == 0 && after == 1)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "a write to a protected page was seen");
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "use another source of heat",
				  "written pages before and after a write: "
				  "%d and %d, expected 0 and 1",
				  before, after);
	close(fd);
}

void tiermm__linux_probe_pagemap_scan(struct probe *p,
				      struct tiermm_linux_finding *f)
{
	unsigned char *page =
		mmap(NULL, (size_t)page_bytes(), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)p;
	if (page == MAP_FAILED) {
		tiermm__linux_say_error(f, "mmap", "allow it");
		return;
	}
	page[0] = 1;
	try_scan(page, f);
	munmap(page, (size_t)page_bytes());
}
