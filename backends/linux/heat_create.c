/* SPDX-License-Identifier: MIT */
/* A watch over pages: made, told what to watch, given up. */
#define _GNU_SOURCE
#include "heat.h"
#include "support.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_RANGES 4096
#define MAX_RANGES (1 << 20)
#define SOFT_DIRTY_BIT 55
#define DEFAULT_SAMPLE_US 5000
#define DEFAULT_AGGREGATE_US 100000
#define MAX_AGGREGATE_US UINT64_C(3600000000)
#define DEFAULT_MIN_REGIONS 10
#define DEFAULT_MAX_REGIONS 1000
/* The kernel begins with three regions: the heap's, mappings, the stack's. */
#define LEAST_REGIONS 3
#define ALL_FLAGS                                                 \
	(TIERMM_LINUX_RANGES_FILES | TIERMM_LINUX_RANGES_SHARED | \
	 TIERMM_LINUX_RANGES_COUNTS)

/* What is for DAMON alone: complete it, 0 or -TIERMM_EINVAL. */
static int damon_options(struct tiermm_linux_heat_options *o)
{
	if (!o->sys)
		o->sys = "/sys";
	if (!o->sample_us)
		o->sample_us = DEFAULT_SAMPLE_US;
	if (!o->aggregate_us)
		o->aggregate_us = DEFAULT_AGGREGATE_US;
	if (!o->min_regions)
		o->min_regions = DEFAULT_MIN_REGIONS;
	if (!o->max_regions)
		o->max_regions = DEFAULT_MAX_REGIONS;
	if (strlen(o->sys) >= HEAT_PATH / 2 || o->sample_us > o->aggregate_us ||
	    o->aggregate_us > MAX_AGGREGATE_US ||
	    o->min_regions < LEAST_REGIONS || o->max_regions < o->min_regions)
		return -TIERMM_EINVAL;
	return 0;
}

int tiermm__linux_heat_options(struct tiermm_linux_heat_options *dst,
			       const struct tiermm_linux_heat_options *src)
{
	int err = 0;

	memset(dst, 0, sizeof(*dst));
	if (src)
		err = tiermm__linux_copy(dst, sizeof(*dst), src, ALL_FLAGS);
	if (err)
		return err;
	if (dst->reserved)
		return -TIERMM_E2BIG;
	if (!dst->proc)
		dst->proc = "/proc";
	if (!dst->max_ranges)
		dst->max_ranges = DEFAULT_RANGES;
	if (dst->pid < 0 || strlen(dst->proc) >= HEAT_PATH / 2 ||
	    dst->max_ranges > MAX_RANGES)
		return -TIERMM_EINVAL;
	return damon_options(dst);
}

void tiermm__linux_heat_path(char out[HEAT_PATH], const char *proc, int32_t pid,
			     const char *name)
{
	if (pid)
		snprintf(out, HEAT_PATH, "%s/%d/%s", proc, pid, name);
	else
		snprintf(out, HEAT_PATH, "%s/self/%s", proc, name);
}

int tiermm__linux_heat_error(long error)
{
	switch (error) {
	case -ENOENT:
	case -ESRCH:
		return -TIERMM_ENOENT;
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return -TIERMM_EACCES;
	case -ENOSYS:
	case -ENOTTY:
	case -EINVAL:
		return -TIERMM_ENOTSUP;
	case -EBUSY:
		return -TIERMM_EBUSY;
	default:
		return -TIERMM_EIO;
	}
}

static long open_file(const struct tiermm_linux_heat *h, int32_t pid,
		      const char *name, int for_writing)
{
	char path[HEAT_PATH];

	tiermm__linux_heat_path(path, h->proc, pid, name);
	return h->calls->open(h->calls_self, path, for_writing);
}

long tiermm__linux_heat_process(const struct tiermm_linux_heat *h)
{
	long fd = open_file(h, h->options.pid, "stat", 0);

	if (fd < 0)
		return fd;
	h->calls->close(h->calls_self, (int)fd);
	return 0;
}

/*
 * Whether this kernel keeps soft-dirty bits. Clearing them succeeds where
 * there are none, so a page is looked at that was written just now.
 */
static long see_soft_dirty(struct tiermm_linux_heat *h)
{
	volatile unsigned char written = 1;
	uint64_t entry = 0;
	long fd = open_file(h, 0, "pagemap", 0), got;

	if (fd < 0)
		return fd;
	got = h->calls->read_at(h->calls_self, (int)fd, &entry, sizeof(entry),
				(uintptr_t)&written / h->page_bytes *
					sizeof(entry));
	h->calls->close(h->calls_self, (int)fd);
	if (got != sizeof(entry))
		return got < 0 ? got : -EIO;
	return entry >> SOFT_DIRTY_BIT & written ? 0 : -ENOSYS;
}

static long keep(int *where, long fd)
{
	if (fd < 0)
		return fd;
	*where = (int)fd;
	return 0;
}

static long open_source(struct tiermm_linux_heat *h)
{
	int32_t pid = h->options.pid;
	long err = 0;

	if (h->source == TIERMM_LINUX_HEAT_DAMON)
		return tiermm__linux_damon_begin(h);
	if (h->source == TIERMM_LINUX_HEAT_WRITES) {
		/* It has to be armed inside. */
		if (pid)
			return -ENOSYS;
		err = keep(&h->faults, h->calls->open_faults(h->calls_self));
	} else {
		err = keep(&h->clear_refs, open_file(h, pid, "clear_refs", 1));
	}
	if (!err && h->source == TIERMM_LINUX_HEAT_SOFT_DIRTY)
		err = see_soft_dirty(h);
	if (!err && h->source != TIERMM_LINUX_HEAT_REFERENCED)
		err = keep(&h->pagemap, open_file(h, pid, "pagemap", 0));
	return err;
}

static void close_source(struct tiermm_linux_heat *h)
{
	tiermm__linux_damon_end(h);
	if (h->faults >= 0)
		h->calls->close(h->calls_self, h->faults);
	if (h->pagemap >= 0)
		h->calls->close(h->calls_self, h->pagemap);
	if (h->clear_refs >= 0)
		h->calls->close(h->calls_self, h->clear_refs);
}

int tiermm__linux_heat_create(struct tiermm_linux_heat **out,
			      const struct tiermm_linux_heat_options *options,
			      const struct kernel_calls *calls,
			      void *calls_self, const struct tiermm_alloc *mem)
{
	struct tiermm_linux_heat_options known;
	struct tiermm_linux_heat *h;
	struct tiermm_alloc alloc;
	uint64_t bytes;
	long err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__linux_heat_options(&known, options);
	if (!err && (known.source < TIERMM_LINUX_HEAT_WRITES ||
		     known.source > TIERMM_LINUX_HEAT_DAMON))
		err = -TIERMM_EINVAL;
	if (!err)
		err = tiermm__linux_alloc(&alloc, mem);
	if (err)
		return (int)err;
	bytes = sizeof(*h) + known.max_ranges * sizeof(*h->ranges);
	h = alloc.alloc(alloc.self, bytes, _Alignof(max_align_t));
	if (!h)
		return -TIERMM_ENOMEM;
	memset(h, 0, sizeof(*h));
	h->mem = alloc;
	h->bytes = bytes;
	atomic_init(&h->inside, 0);
	h->source = known.source;
	h->faults = h->pagemap = h->clear_refs = -1;
	h->page_bytes = tiermm__linux_page_bytes();
	h->calls = calls;
	h->calls_self = calls_self;
	h->ranges = (struct watched *)(h + 1);
	snprintf(h->proc, sizeof(h->proc), "%s", known.proc);
	h->options = known;
	h->options.proc = h->proc;
	snprintf(h->sys, sizeof(h->sys), "%s", known.sys);
	h->options.sys = h->sys;
	err = open_source(h);
	if (!err) {
		*out = h;
		return 0;
	}
	close_source(h);
	alloc.free(alloc.self, h, bytes);
	return tiermm__linux_heat_error(err);
}

int tiermm_linux_heat_create(struct tiermm_linux_heat **out,
			     const struct tiermm_linux_heat_options *options,
			     const struct tiermm_alloc *mem)
{
	return tiermm__linux_heat_create(out, options, &tiermm__linux_kernel,
					 NULL, mem);
}

void tiermm_linux_heat_destroy(struct tiermm_linux_heat *h)
{
	struct tiermm_alloc mem;

	if (!h)
		return;
	close_source(h);
	mem = h->mem;
	mem.free(mem.self, h, h->bytes);
}
