/* SPDX-License-Identifier: MIT */
/* Pages, nodes and errors, in the kernel's stead. */
#include "fake_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADV_DONTNEED_CALL 4

enum {
	FILE_OTHER = 1,
	FILE_PAGEMAP,
	FILE_SWAPS,
	FILE_NODE0
};

void fake_kernel_init(struct fake_kernel *k)
{
	memset(k, 0, sizeof(*k));
	for (int i = 0; i < FAKE_PAGES; i++)
		k->node[i] = 0;
	for (int i = 0; i < FAKE_NODES; i++) {
		k->total[i] = 1 << 20;
		k->free[i] = 1 << 20;
	}
	k->has_swap = 1;
	k->failed = -1;
}

uint64_t fake_page(uint64_t index)
{
	return FAKE_BASE + index * FAKE_PAGE;
}

static int index_of(uint64_t address)
{
	uint64_t index = (address - FAKE_BASE) / FAKE_PAGE;

	return address < FAKE_BASE || index >= FAKE_PAGES ? -1 : (int)index;
}

int fake_node_of(const struct fake_kernel *k, uint64_t address)
{
	int index = index_of(address);

	return index < 0 ? FAKE_UNMAPPED : k->node[index];
}

/* Count a call: the error that it is to fail with, or 0. */
static int enter(struct fake_kernel *k, int kind)
{
	k->calls++;
	k->count[kind]++;
	if (k->fail_at != k->calls)
		return 0;
	k->failed = kind;
	return k->fail_with;
}

/* Move a page, or the huge page around it: its status. */
static int move_one(struct fake_kernel *k, int index, int to)
{
	int first = index, pages = 1;

	if (k->node[index] < 0)
		return k->node[index];
	if (k->node[index] == to)
		return to;
	if (k->flags[index] & FAKE_SHARED)
		return -EACCES;
	if (k->flags[index] & FAKE_BUSY)
		return -EBUSY;
	if (k->flags[index] & FAKE_IS_HUGE) {
		first = index / FAKE_HUGE * FAKE_HUGE;
		pages = FAKE_HUGE;
	}
	if (k->free[to] < pages)
		return -ENOMEM;
	for (int i = first; i < first + pages; i++)
		k->node[i] = to;
	k->free[to] -= pages;
	k->moved += (uint64_t)pages;
	return to;
}

static long move_all(struct fake_kernel *k, uint64_t n, void **pages,
		     const int *nodes, int *status)
{
	for (uint64_t i = 0; i < n; i++) {
		int index = index_of((uintptr_t)pages[i]);
		int got;

		if (nodes[i] < 0 || nodes[i] >= FAKE_NODES ||
		    !k->total[nodes[i]])
			return -ENODEV;
		if (k->outside_cpuset == nodes[i] + 1)
			return -EACCES;
		got = index < 0 ? FAKE_UNMAPPED : move_one(k, index, nodes[i]);
		/* A full node: an error for all, and not one status. */
		if (got == -ENOMEM)
			return -ENOMEM;
		if (status)
			status[i] = got;
	}
	return 0;
}

static long ask(const struct fake_kernel *k, uint64_t n, void **pages,
		int *status)
{
	for (uint64_t i = 0; i < n; i++)
		status[i] = fake_node_of(k, (uintptr_t)pages[i]);
	return 0;
}

static long fake_move_pages(void *self, int32_t pid, uint64_t n, void **pages,
			    const int *nodes, int *status, int flags)
{
	struct fake_kernel *k = self;
	int error = enter(k, nodes ? FAKE_MOVE : FAKE_QUERY);
	int *copy;
	long got;

	if (n > k->most)
		k->most = n;
	if (k->has_ended || (pid != 0) != k->is_other)
		return -ESRCH;
	if (!nodes)
		return error ? error : ask(k, n, pages, status);
	k->last_flags = flags;
	if (error && k->fail_how != FAKE_BEFORE)
		move_all(k, k->fail_how == FAKE_HALFWAY ? n / 2 : n, pages,
			 nodes, NULL);
	if (error)
		return error;
	copy = calloc(n + 1, sizeof(*copy));
	for (uint64_t i = 0; i < n; i++)
		copy[i] = status[i];
	got = move_all(k, n, pages, nodes, copy);
	for (uint64_t i = 0; got == 0 && i < n; i++)
		status[i] = copy[i];
	free(copy);
	return got;
}

static long advise_range(struct fake_kernel *k, uint64_t start, uint64_t bytes,
			 int advice)
{
	k->last_advice = advice;
	for (uint64_t at = start; at < start + bytes; at += FAKE_PAGE) {
		int index = index_of(at);

		if (index < 0)
			return -ENOMEM;
		if (k->flags[index] & FAKE_LOCKED)
			return -EINVAL;
		k->advised++;
		if (advice == MADV_DONTNEED_CALL ||
		    (advice == PAGES_MADV_PAGEOUT && k->has_swap &&
		     !(k->flags[index] & FAKE_SHARED)))
			k->node[index] = FAKE_ABSENT;
	}
	return 0;
}

static long fake_advise(void *self, void *start, uint64_t bytes, int advice)
{
	int error = enter(self, FAKE_ADVISE);

	return error ? error
		     : advise_range(self, (uintptr_t)start, bytes, advice);
}

static long fake_advise_other(void *self, int pidfd, const struct iovec *ranges,
			      uint64_t n, int advice)
{
	int error = enter(self, FAKE_ADVISE);
	long bytes = 0;

	if (error || pidfd < 0)
		return error ? error : -EBADF;
	for (uint64_t i = 0; i < n; i++) {
		long got = advise_range(self, (uintptr_t)ranges[i].iov_base,
					ranges[i].iov_len, advice);

		if (got < 0)
			return bytes ? bytes : got;
		bytes += (long)ranges[i].iov_len;
	}
	return bytes;
}

static int what_is(const char *path)
{
	const char *node = strstr(path, "/node/node");

	if (node)
		return FILE_NODE0 + atoi(node + strlen("/node/node"));
	if (strstr(path, "/pagemap"))
		return FILE_PAGEMAP;
	return strstr(path, "/swaps") ? FILE_SWAPS : FILE_OTHER;
}

static long fake_open(void *self, const char *path, int for_writing)
{
	struct fake_kernel *k = self;
	int error = enter(k, FAKE_OPEN), what = what_is(path), fd = 0;

	(void)for_writing;
	if (error)
		return error;
	if (what == FILE_OTHER)
		return -ENOENT;
	if (what >= FILE_NODE0 &&
	    (k->no_meminfo || what - FILE_NODE0 >= FAKE_NODES ||
	     !k->total[what - FILE_NODE0]))
		return k->no_meminfo ? -k->no_meminfo : -ENOENT;
	while (k->open_what[fd])
		fd++;
	k->open_what[fd] = what;
	k->open_files++;
	return fd;
}

static long fake_read_at(void *self, int fd, void *to, uint64_t n,
			 uint64_t offset)
{
	struct fake_kernel *k = self;
	int error = enter(k, FAKE_READ), what = k->open_what[fd];
	char text[256] = "";
	uint64_t length;

	if (error)
		return error;
	if (what >= FILE_NODE0) {
		int node = what - FILE_NODE0;

		if (!k->total[node])
			return -ENODEV;
		snprintf(text, sizeof(text),
			 "Node %d MemTotal:   %lld kB\nNode %d MemFree:  %lld "
			 "kB\n",
			 node, (long long)k->total[node] * 4, node,
			 (long long)k->free[node] * 4);
	} else if (what == FILE_SWAPS) {
		snprintf(text, sizeof(text), "Filename Type\n%s",
			 k->has_swap ? "/dev/zram0 partition\n" : "");
	}
	length = strlen(text);
	if (offset >= length)
		return 0;
	length -= offset;
	if (length > n)
		length = n;
	memcpy(to, text + offset, length);
	return (long)length;
}

/* A file is read in one go here: a second read finds its end. */
static long fake_read(void *self, int fd, void *to, uint64_t n)
{
	struct fake_kernel *k = self;
	long got = fake_read_at(self, fd, to, n, 0);

	if (k->open_what[fd] == FILE_SWAPS)
		k->open_what[fd] = FILE_OTHER;
	return got;
}

static long fake_write(void *self, int fd, const void *from, uint64_t n)
{
	(void)self;
	(void)fd;
	(void)from;
	return (long)n;
}

static long fake_scan(void *self, int fd, struct scan *scan)
{
	struct fake_kernel *k = self;
	int error = enter(k, FAKE_SCAN);
	struct scan_region *out = (void *)(uintptr_t)scan->regions;
	uint64_t n = 0, at = scan->start;

	(void)fd;
	if (error)
		return error;
	for (; at < scan->end && n < scan->n_regions; at += FAKE_PAGE) {
		int index = index_of(at);

		if (index < 0 || !(k->flags[index] & FAKE_IS_HUGE))
			continue;
		if (n && out[n - 1].end == at)
			out[n - 1].end += FAKE_PAGE;
		else
			out[n++] = (struct scan_region){ at, at + FAKE_PAGE,
							 SCAN_IS_HUGE };
	}
	scan->walk_end = at;
	return (long)n;
}

static long fake_open_process(void *self, int32_t pid)
{
	struct fake_kernel *k = self;
	int error = enter(k, FAKE_PROCESS);

	if (error || k->has_ended || pid <= 0)
		return error ? error : -ESRCH;
	k->open_files++;
	return 63;
}

static long fake_has_ended(void *self, int pidfd)
{
	struct fake_kernel *k = self;
	int error = enter(k, FAKE_ENDED);

	(void)pidfd;
	return error ? error : k->has_ended;
}

static void fake_close(void *self, int fd)
{
	struct fake_kernel *k = self;

	k->open_what[fd] = 0;
	k->open_files--;
}

const struct kernel_calls fake_kernel_calls = {
	.move_pages = fake_move_pages,
	.advise = fake_advise,
	.advise_other = fake_advise_other,
	.open = fake_open,
	.read = fake_read,
	.read_at = fake_read_at,
	.write = fake_write,
	.scan = fake_scan,
	.open_process = fake_open_process,
	.has_ended = fake_has_ended,
	.close = fake_close,
};
