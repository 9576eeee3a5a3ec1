/* SPDX-License-Identifier: MIT */
/*
 * What was used since the last pass, and marking pages as unused again.
 * PAGEMAP_SCAN reports and protects in one step; soft-dirty and referenced
 * bits can be cleared for the whole process only, when a pass is over.
 */
#include "heat.h"

#include <errno.h>
#include <stddef.h>

#define REGIONS 64
#define ENTRIES 512
#define SOFT_DIRTY (UINT64_C(1) << 55)
#define PRESENT (UINT64_C(1) << 63)

/* Tell scans which pages are meant, and what is to become of them. */
static struct scan make_scan(const struct tiermm_linux_heat *h, uint64_t start,
			     uint64_t end)
{
	int is_async = h->source == TIERMM_LINUX_HEAT_WRITES;

	return (struct scan){
		.size = sizeof(struct scan),
		.flags = is_async ? SCAN_PROTECT | SCAN_CHECK_ASYNC : 0,
		.start = start,
		.end = end,
		.category_mask =
			SCAN_IS_PRESENT |
			(is_async ? SCAN_IS_WRITTEN : SCAN_IS_SOFT_DIRTY),
		.return_mask = SCAN_IS_PRESENT,
	};
}

/* A run that goes on where the last one ended is one with it. */
static void put(struct tiermm_linux_heat_run *out, uint64_t *n, uint64_t start,
		uint64_t pages, uint64_t page_bytes)
{
	struct tiermm_linux_heat_run *last = *n ? &out[*n - 1] : NULL;

	if (last && last->page + last->pages * page_bytes == start) {
		last->pages += pages;
		last->used += pages;
		return;
	}
	out[(*n)++] = (struct tiermm_linux_heat_run){ .page = start,
						      .pages = pages,
						      .used = pages };
}

/* Runs of one range from h->at on; h->at goes on, 0 at the end: or errno. */
static long scan_range(struct tiermm_linux_heat *h, uint64_t end,
		       struct tiermm_linux_heat_run *out, uint64_t cap,
		       uint64_t *n)
{
	struct scan_region regions[REGIONS];
	struct scan scan = make_scan(h, h->at, end);

	scan.regions = (uintptr_t)regions;
	while (*n < cap && scan.start < end) {
		long got;

		scan.n_regions = cap - *n < REGIONS ? cap - *n : REGIONS;
		got = h->calls->scan(h->calls_self, h->pagemap, &scan);
		if (got < 0)
			return got;
		for (long i = 0; i < got; i++)
			put(out, n, regions[i].start,
			    (regions[i].end - regions[i].start) / h->page_bytes,
			    h->page_bytes);
		if (scan.walk_end <= scan.start)
			return -EIO;
		scan.start = scan.walk_end;
	}
	h->at = scan.start;
	return 0;
}

/* The same before Linux 6.7: an entry a page. */
static long read_range(struct tiermm_linux_heat *h, uint64_t end,
		       struct tiermm_linux_heat_run *out, uint64_t cap,
		       uint64_t *n)
{
	uint64_t entries[ENTRIES];

	while (*n < cap && h->at < end) {
		uint64_t left = (end - h->at) / h->page_bytes;
		uint64_t want = left < ENTRIES ? left : ENTRIES;
		long got = h->calls->read_at(h->calls_self, h->pagemap, entries,
					     want * sizeof(entries[0]),
					     h->at / h->page_bytes *
						     sizeof(entries[0]));

		if (got < (long)sizeof(entries[0]))
			return got < 0 ? got : -ESRCH;
		want = (uint64_t)got / sizeof(entries[0]);
		for (uint64_t i = 0; i < want && *n < cap; i++) {
			if ((entries[i] & PRESENT) && (entries[i] & SOFT_DIRTY))
				put(out, n, h->at, 1, h->page_bytes);
			h->at += h->page_bytes;
		}
	}
	return 0;
}

/* A range that went is no error: its process goes on without it. */
static int is_fatal(long err)
{
	return err == -ESRCH || err == -EPERM || err == -EACCES;
}

static long read_one(struct tiermm_linux_heat *h,
		     struct tiermm_linux_heat_run *out, uint64_t cap,
		     uint64_t *n)
{
	uint64_t end = h->ranges[h->range].end;
	long err = -ENOTTY;

	if (!h->no_scan)
		err = scan_range(h, end, out, cap, n);
	if (err == -ENOTTY && h->source == TIERMM_LINUX_HEAT_SOFT_DIRTY) {
		h->no_scan = 1;
		err = read_range(h, end, out, cap, n);
	}
	if (is_fatal(err))
		return err;
	if (err)
		h->at = end;
	return 0;
}

static long read_dirty(struct tiermm_linux_heat *h,
		       struct tiermm_linux_heat_run *out, uint64_t cap,
		       uint64_t *n)
{
	while (h->range < h->n_ranges && *n < cap) {
		long err;

		if (!h->at)
			h->at = h->ranges[h->range].start;
		err = read_one(h, out, cap, n);
		if (err)
			return err;
		if (h->at < h->ranges[h->range].end)
			break;
		h->range++;
		h->at = 0;
	}
	return 0;
}

/* A walk over mappings, for those that are watched. */
struct referenced {
	struct tiermm_linux_heat *h;
	struct tiermm_linux_heat_run *out;
	uint64_t cap;
	uint64_t n;
	uint64_t from; /* told before */
	uint64_t last; /* end of the last one that was told */
};

/* Whether a range that is watched lies in these bounds. */
static int is_watched(const struct tiermm_linux_heat *h, uint64_t start,
		      uint64_t end)
{
	for (uint64_t i = 0; i < h->n_ranges; i++)
		if (h->ranges[i].start < end && h->ranges[i].end > start)
			return 1;
	return 0;
}

static int put_referenced(void *self, const struct tiermm_linux_range *range)
{
	struct referenced *r = self;

	if (!range->referenced_pages || range->start < r->from ||
	    !is_watched(r->h, range->start, range->end))
		return 0;
	if (r->n == r->cap)
		return 1;
	r->out[r->n++] = (struct tiermm_linux_heat_run){
		.page = range->start,
		.pages = (range->end - range->start) / r->h->page_bytes,
		.used = range->referenced_pages,
	};
	r->last = range->end;
	return 0;
}

static int read_referenced(struct tiermm_linux_heat *h,
			   struct tiermm_linux_heat_run *out, uint64_t cap,
			   uint64_t *n)
{
	struct referenced r = { h, out, cap, 0, h->at, h->at };
	struct walk walk = { .calls = h->calls,
			     .calls_self = h->calls_self,
			     .page_bytes = h->page_bytes,
			     .flags = TIERMM_LINUX_RANGES_FILES |
				      TIERMM_LINUX_RANGES_SHARED |
				      TIERMM_LINUX_RANGES_COUNTS,
			     .put = put_referenced,
			     .put_self = &r };
	char path[HEAT_PATH];
	int err;

	tiermm__linux_heat_path(path, h->proc, h->options.pid, "smaps");
	err = tiermm__linux_walk(&walk, path);
	*n = r.n;
	if (err < 0)
		return err;
	/* Ended by a run that had no room: the next call goes on there. */
	h->at = err ? r.last : 0;
	h->range = err ? 0 : h->n_ranges;
	return 0;
}

/* Mark everything unused: 0 or an errno. */
static long clear(struct tiermm_linux_heat *h)
{
	const char *what =
		h->source == TIERMM_LINUX_HEAT_SOFT_DIRTY ? "4" : "1";
	long got;

	h->range = h->at = 0;
	h->is_told = h->region = 0;
	/* One has done so while it told, the other forgets by itself. */
	if (h->source == TIERMM_LINUX_HEAT_WRITES ||
	    h->source == TIERMM_LINUX_HEAT_DAMON)
		return 0;
	got = h->calls->write(h->calls_self, h->clear_refs, what, 1);
	return got < 0 ? got : 0;
}

static int enter(struct tiermm_linux_heat *h)
{
	/* Acquire, with the release in leave: the owner before us is done. */
	return atomic_exchange_explicit(&h->inside, 1, memory_order_acquire)
		       ? -TIERMM_EBUSY
		       : 0;
}

static int leave(struct tiermm_linux_heat *h, int result)
{
	/* Release, with the acquire in enter. */
	atomic_store_explicit(&h->inside, 0, memory_order_release);
	return result;
}

/* What the kernel refuses at work is no lack of support any more. */
static int at_work(long err)
{
	if (err == 0)
		return 0;
	if (err == -EBUSY)
		return -TIERMM_EBUSY;
	return err == -ESRCH || err == -ENOENT ? -TIERMM_ENOENT : -TIERMM_EIO;
}

int tiermm_linux_heat_read(struct tiermm_linux_heat *h,
			   struct tiermm_linux_heat_run *out, uint64_t cap,
			   uint64_t *n_out, uint32_t *more)
{
	uint64_t n = 0;
	int err;

	if (!h || !out || !cap || !n_out || !more)
		return -TIERMM_EINVAL;
	err = enter(h);
	if (err)
		return err;
	if (h->source == TIERMM_LINUX_HEAT_REFERENCED)
		err = read_referenced(h, out, cap, &n);
	else if (h->source == TIERMM_LINUX_HEAT_DAMON)
		err = at_work(tiermm__linux_damon_read(h, out, cap, &n));
	else
		err = at_work(read_dirty(h, out, cap, &n));
	if (err)
		return leave(h, err == -TIERMM_ENOENT || err == -TIERMM_EBUSY
					? err
					: -TIERMM_EIO);
	*more = h->range < h->n_ranges;
	*n_out = n;
	if (!*more)
		err = at_work(clear(h));
	return leave(h, err);
}

/* Protect a range from now on: 1, or 0 where it has changed or is taken. */
static int arm(struct tiermm_linux_heat *h, const struct tiermm_linux_range *r)
{
	struct scan scan = make_scan(h, r->start, r->end);

	if (h->calls->watch_faults(h->calls_self, h->faults, r->start,
				   r->end - r->start))
		return 0;
	if (h->calls->scan(h->calls_self, h->pagemap, &scan) >= 0)
		return 1;
	(void)h->calls->leave_faults(h->calls_self, h->faults, r->start,
				     r->end - r->start);
	return 0;
}

static void disarm(struct tiermm_linux_heat *h)
{
	for (uint64_t i = 0; h->faults >= 0 && i < h->n_ranges; i++)
		(void)h->calls->leave_faults(h->calls_self, h->faults,
					     h->ranges[i].start,
					     h->ranges[i].end -
						     h->ranges[i].start);
	h->n_ranges = 0;
}

int tiermm_linux_heat_watch(struct tiermm_linux_heat *h,
			    const struct tiermm_linux_range *ranges, uint64_t n,
			    uint64_t *n_out)
{
	int err;

	if (!h || (n && !ranges))
		return -TIERMM_EINVAL;
	if (n > h->options.max_ranges)
		return -TIERMM_ENOSPC;
	err = enter(h);
	if (err)
		return err;
	disarm(h);
	for (uint64_t i = 0; i < n; i++)
		if (h->faults < 0 || arm(h, &ranges[i]))
			h->ranges[h->n_ranges++] =
				(struct watched){ ranges[i].start,
						  ranges[i].end };
	if (n_out)
		*n_out = h->n_ranges;
	return leave(h, at_work(clear(h)));
}
