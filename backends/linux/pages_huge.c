/* SPDX-License-Identifier: MIT */
/*
 * Which entries stand for a huge page. The kernel moves it whole for any one
 * of its addresses and tells one status, so PAGEMAP_SCAN is asked beforehand
 * which addresses are mapped by one great entry. Large folios that are mapped
 * page by page cannot be seen from outside the kernel: their neighbours move
 * along uncounted.
 */
#include "pages.h"

#include <errno.h>
#include <string.h>

/* Walking a page costs some 5 ns, a call some 400: scan over small gaps. */
#define GAP_PAGES 64
#define REGIONS 16

static uint64_t huge_of(const struct tiermm_linux_pages *p, uint64_t address)
{
	return address & ~(p->huge_bytes - 1);
}

/* Entries from first on that one scan covers: up to the returned one. */
static uint64_t run_from(const struct tiermm_linux_pages *p, uint64_t first,
			 uint64_t n)
{
	uint64_t i = first + 1;

	while (i < n && p->entries[i].address > p->entries[i - 1].address &&
	       p->entries[i].address - p->entries[i - 1].address <=
		       GAP_PAGES * p->page_bytes)
		i++;
	return i;
}

/* Mark the entries of a run that lie in a region; both ascend. */
static void mark(struct tiermm_linux_pages *p, uint64_t *at, uint64_t end,
		 const struct scan_region *region)
{
	for (; *at < end && p->entries[*at].address < region->end; ++*at)
		if (p->entries[*at].address >= region->start)
			p->entries[*at].flags |= ENTRY_HUGE;
}

/* Scan a run's addresses: 0, or a negative errno. */
static long scan_run(struct tiermm_linux_pages *p, uint64_t first, uint64_t end)
{
	struct scan_region regions[REGIONS];
	struct scan scan = { .size = sizeof(scan),
			     .start = p->entries[first].address,
			     .end = p->entries[end - 1].address + p->page_bytes,
			     .regions = (uintptr_t)regions,
			     .n_regions = REGIONS,
			     .category_mask = SCAN_IS_HUGE,
			     .return_mask = SCAN_IS_HUGE };
	uint64_t at = first;

	while (scan.start < scan.end) {
		long got = p->calls->scan(p->calls_self, p->pagemap, &scan);

		if (got < 0)
			return got;
		for (long i = 0; i < got && i < REGIONS; i++)
			mark(p, &at, end, &regions[i]);
		if (scan.walk_end <= scan.start)
			break;
		scan.start = scan.walk_end;
	}
	return 0;
}

/* The first entry of a huge page stands for it, later ones are covered. */
static void cover(struct tiermm_linux_pages *p, uint64_t first, uint64_t n)
{
	uint64_t huge = huge_of(p, p->entries[first].address);

	for (uint64_t i = first + 1; i < n; i++) {
		struct entry *e = &p->entries[i];

		if ((e->flags & ENTRY_HUGE) && huge_of(p, e->address) == huge &&
		    e->to == p->entries[first].to)
			e->flags = (e->flags & ~ENTRY_HUGE) | ENTRY_COVERED;
	}
}

void tiermm__linux_pages_find_huge(struct tiermm_linux_pages *p, uint64_t n)
{
	uint64_t end;
	long err = 0;

	for (uint64_t i = 0; i < n && p->pagemap >= 0 && !err; i = end) {
		end = run_from(p, i, n);
		err = scan_run(p, i, end);
	}
	/* Not in this kernel, or not for us: no need to ask ever again. */
	if (err == -ENOTTY || err == -EINVAL || err == -EPERM) {
		p->calls->close(p->calls_self, p->pagemap);
		p->pagemap = -1;
	}
	for (uint64_t i = 0; i < n; i++)
		if (p->entries[i].flags & ENTRY_HUGE)
			cover(p, i, n);
}
