/* SPDX-License-Identifier: MIT */
/*
 * What DAMON found: a directory a region, of which those that were used and
 * are watched become runs. The kernel fills the directories when it is told to
 * and leaves them alone until then, so a pass can take its time.
 */
#define _GNU_SOURCE
#include "heat.h"

#include <errno.h>
#include <stdio.h>

/* A region as it stands in its directory. */
struct region {
	uint64_t start;
	uint64_t end;
	uint64_t accesses;
	uint64_t age;
};

static long read_field(const struct tiermm_linux_heat *h, const char *field,
		       uint64_t *out)
{
	char name[HEAT_PATH / 2];

	snprintf(name, sizeof(name),
		 "0/contexts/0/schemes/0/tried_regions/%u/%s", h->region,
		 field);
	return tiermm__linux_damon_number(h, name, out);
}

/* 1, 0 behind the last one, or an errno. */
static long read_region(const struct tiermm_linux_heat *h, struct region *r)
{
	long err = read_field(h, "start", &r->start);

	if (err == -ENOENT)
		return 0;
	if (!err)
		err = read_field(h, "end", &r->end);
	if (!err)
		err = read_field(h, "nr_accesses", &r->accesses);
	if (!err)
		err = read_field(h, "age", &r->age);
	if (err)
		return err;
	return r->start < r->end ? 1 : -EIO;
}

/* Of pages with so many uses in that many looks: at least one. */
static uint64_t share(uint64_t pages, uint64_t accesses, uint64_t looks)
{
	uint64_t whole = pages / looks * accesses;
	uint64_t rest = pages % looks * accesses;

	return whole + rest / looks + (rest % looks != 0);
}

static struct tiermm_linux_heat_run make_run(const struct tiermm_linux_heat *h,
					     const struct region *r,
					     uint64_t start, uint64_t end)
{
	uint64_t looks = h->options.aggregate_us / h->options.sample_us;
	uint64_t accesses = r->accesses < looks ? r->accesses : looks;
	uint64_t pages = (end - start) / h->page_bytes;

	return (struct tiermm_linux_heat_run){
		.page = start,
		.pages = pages,
		.used = share(pages, accesses, looks),
		.accesses = (uint32_t)accesses,
		.age = (uint32_t)(r->age < UINT32_MAX ? r->age : UINT32_MAX),
	};
}

/* Its parts that are watched, from h->range on: 1, or 0 without room. */
static int put_region(struct tiermm_linux_heat *h, const struct region *r,
		      struct tiermm_linux_heat_run *out, uint64_t cap,
		      uint64_t *n)
{
	for (; h->range < h->n_ranges; h->range++) {
		const struct watched *w = &h->ranges[h->range];
		uint64_t start = r->start > w->start ? r->start : w->start;
		uint64_t end = r->end < w->end ? r->end : w->end;

		if (start >= end || end - start < h->page_bytes)
			continue;
		if (*n == cap)
			return 0;
		out[(*n)++] = make_run(h, r, start, end);
	}
	return 1;
}

/* Have the kernel gather the regions of the aggregation that ends next. */
static long gather(struct tiermm_linux_heat *h)
{
	long err = tiermm__linux_heat_process(h);

	if (!err)
		err = tiermm__linux_damon_write(h, "0/state",
						"update_schemes_tried_regions");
	/* It is refused for a process that has ended, too. */
	if (err && tiermm__linux_heat_process(h))
		return -ESRCH;
	h->is_told = !err;
	return err == -ENOENT ? -EIO : err;
}

static long take_regions(struct tiermm_linux_heat *h,
			 struct tiermm_linux_heat_run *out, uint64_t cap,
			 uint64_t *n)
{
	struct region r = { 0 };
	long got;

	while ((got = read_region(h, &r)) > 0) {
		if (r.accesses && !put_region(h, &r, out, cap, n))
			return 0;
		h->region++;
		h->range = 0;
	}
	if (!got)
		h->range = h->n_ranges;
	return got == -ENOENT ? -EIO : got;
}

long tiermm__linux_damon_read(struct tiermm_linux_heat *h,
			      struct tiermm_linux_heat_run *out, uint64_t cap,
			      uint64_t *n)
{
	long err = 0;

	if (!h->is_told)
		err = gather(h);
	if (!err)
		err = take_regions(h, out, cap, n);
	/* The next call begins a new pass. */
	if (err) {
		h->is_told = h->region = 0;
		h->range = 0;
	}
	return err;
}
