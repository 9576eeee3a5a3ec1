/* SPDX-License-Identifier: MIT */
/* The running kernel, through system calls. */
#define _GNU_SOURCE
#include "pages_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers that this has to be built with. */
#define FEATURE_WP_ASYNC (UINT64_C(1) << 15)
#define USER_MODE_ONLY 1
#define PAGEMAP_SCAN_CALL _IOWR('f', 16, struct scan)

static long or_error(long result)
{
	return result < 0 ? -(long)errno : result;
}

static long call_move_pages(void *self, int32_t pid, uint64_t n, void **pages,
			    const int *nodes, int *status, int flags)
{
	(void)self;
	return or_error(syscall(SYS_move_pages, pid, (unsigned long)n, pages,
				nodes, status, flags));
}

static long call_advise(void *self, void *start, uint64_t bytes, int advice)
{
	(void)self;
	return or_error(madvise(start, (size_t)bytes, advice));
}

static long call_advise_other(void *self, int pidfd, const struct iovec *ranges,
			      uint64_t n, int advice)
{
	(void)self;
	return or_error(syscall(SYS_process_madvise, pidfd, ranges,
				(unsigned long)n, advice, 0u));
}

static long call_open(void *self, const char *path, int for_writing)
{
	(void)self;
	return or_error(open(path, (for_writing ? O_WRONLY : O_RDONLY) |
					   O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

static long call_read(void *self, int fd, void *to, uint64_t n)
{
	ssize_t got;

	(void)self;
	do
		got = read(fd, to, (size_t)n);
	while (got < 0 && errno == EINTR);
	return or_error(got);
}

static long call_read_at(void *self, int fd, void *to, uint64_t n,
			 uint64_t offset)
{
	ssize_t got;

	(void)self;
	do
		got = pread(fd, to, (size_t)n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return or_error(got);
}

static long call_write(void *self, int fd, const void *from, uint64_t n)
{
	(void)self;
	return or_error(write(fd, from, (size_t)n));
}

static long call_scan(void *self, int fd, struct scan *scan)
{
	(void)self;
	return or_error(ioctl(fd, PAGEMAP_SCAN_CALL, scan));
}

static long call_open_process(void *self, int32_t pid)
{
	(void)self;
	return or_error(syscall(SYS_pidfd_open, pid, 0));
}

static long call_has_ended(void *self, int pidfd)
{
	struct pollfd question = { .fd = pidfd, .events = POLLIN };

	(void)self;
	return or_error(poll(&question, 1, 0));
}

static long call_open_faults(void *self)
{
	struct uffdio_api api = { .api = UFFD_API,
				  .features = FEATURE_WP_ASYNC };
	long fd = or_error(syscall(SYS_userfaultfd,
				   O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY));
	long err;

	(void)self;
	if (fd < 0)
		return fd;
	err = or_error(ioctl((int)fd, UFFDIO_API, &api));
	if (!err)
		return fd;
	close((int)fd);
	return err;
}

static long call_watch_faults(void *self, int fd, uint64_t start,
			      uint64_t bytes)
{
	struct uffdio_register range = { .range = { start, bytes },
					 .mode = UFFDIO_REGISTER_MODE_WP };

	(void)self;
	return or_error(ioctl(fd, UFFDIO_REGISTER, &range));
}

static long call_leave_faults(void *self, int fd, uint64_t start,
			      uint64_t bytes)
{
	struct uffdio_range range = { start, bytes };

	(void)self;
	return or_error(ioctl(fd, UFFDIO_UNREGISTER, &range));
}

static void call_close(void *self, int fd)
{
	(void)self;
	close(fd);
}

const struct kernel_calls tiermm__linux_kernel = {
	.move_pages = call_move_pages,
	.advise = call_advise,
	.advise_other = call_advise_other,
	.open = call_open,
	.read = call_read,
	.read_at = call_read_at,
	.write = call_write,
	.scan = call_scan,
	.open_process = call_open_process,
	.open_faults = call_open_faults,
	.watch_faults = call_watch_faults,
	.leave_faults = call_leave_faults,
	.has_ended = call_has_ended,
	.close = call_close,
};

uint64_t tiermm__linux_page_bytes(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

long tiermm__linux_slurp(const struct kernel_calls *calls, void *self,
			 const char *path, char *out, uint64_t cap)
{
	long fd = calls->open(self, path, 0);
	uint64_t length = 0;
	long got = 0;

	if (fd < 0)
		return fd;
	do {
		got = calls->read(self, (int)fd, out + length, cap - length);
		if (got > 0)
			length += (uint64_t)got;
	} while (got > 0 && length < cap);
	calls->close(self, (int)fd);
	return got < 0 ? got : (long)length;
}
