/* SPDX-License-Identifier: MIT */
/*
 * What can be told of pages here: findings of the probe. Each is tried on this
 * process, and its effect is looked at; no bits are cleared.
 */
#define _GNU_SOURCE
#include "pages_calls.h"
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <tiermm/backends/linux_heat.h>

#define NO_BITS                                                        \
	"for this process use pagemap_scan; for others a kernel with " \
	"CONFIG_MEM_SOFT_DIRTY"
#define KDAMONDS "kernel/mm/damon/admin/kdamonds/nr_kdamonds"
#define NO_PAGE_MONITOR "a kernel with CONFIG_PROC_PAGE_MONITOR, and /proc"

/* Open a source of heat and close it again: 0 or an error. */
static int try_source(uint32_t source)
{
	struct tiermm_linux_heat_options options = { .size = sizeof(options),
						     .source = source };
	struct tiermm_linux_heat *h;
	int err = tiermm_linux_heat_create(&h, &options, NULL);

	tiermm_linux_heat_destroy(h);
	return err;
}

static void say_source(struct tiermm_linux_finding *f, int err,
		       const char *remedy, const char *what)
{
	if (err == -TIERMM_EACCES)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "run it as the owner of its own /proc files",
				  "%s may not be opened", what);
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING, remedy,
				  "%s: not in this kernel (error %d)", what,
				  -err);
}

void tiermm__linux_probe_soft_dirty(struct probe *p,
				    struct tiermm_linux_finding *f)
{
	int err = try_source(TIERMM_LINUX_HEAT_SOFT_DIRTY);

	(void)p;
	if (err)
		say_source(f, err, NO_BITS, "soft-dirty bits");
	else
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "a page just written is marked: writes of "
				  "any process can be seen");
}

/* Used pages of the mapping around an address: or an error. */
static int count_referenced(uint64_t address, uint64_t *pages)
{
	struct tiermm_linux_heat_options options = {
		.size = sizeof(options),
		.flags = TIERMM_LINUX_RANGES_COUNTS
	};
	struct tiermm_linux_range *ranges;
	uint64_t n = 0, room;
	int err = tiermm_linux_ranges(&options, NULL, 0, &n);

	*pages = 0;
	if (err)
		return err;
	/* The array may be a mapping of its own. */
	room = n + 16;
	ranges = calloc(room, sizeof(*ranges));
	if (!ranges)
		return -TIERMM_ENOMEM;
	err = tiermm_linux_ranges(&options, ranges, room, &n);
	for (uint64_t i = 0; !err && i < n && i < room; i++)
		if (ranges[i].start <= address && address < ranges[i].end)
			*pages = ranges[i].referenced_pages;
	free(ranges);
	return err;
}

void tiermm__linux_probe_referenced(struct probe *p,
				    struct tiermm_linux_finding *f)
{
	volatile unsigned char used = 1;
	uint64_t pages = 0;
	int err = try_source(TIERMM_LINUX_HEAT_REFERENCED);

	(void)p;
	if (!err)
		err = count_referenced((uintptr_t)&used, &pages);
	if (err)
		say_source(f, err, NO_PAGE_MONITOR, "clear_refs and smaps");
	else if (pages < used)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING, NO_PAGE_MONITOR,
				  "a stack in use counts as not referenced");
	else
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "used pages are counted for each mapping");
}

/* The scan alone: whether a huge page is there does not matter. */
void tiermm__linux_probe_huge_pages(struct probe *p,
				    struct tiermm_linux_finding *f)
{
	const struct kernel_calls *k = &tiermm__linux_kernel;
	struct scan_region region;
	uint64_t page = tiermm__linux_page_bytes(), start;
	struct scan scan = { .size = sizeof(scan),
			     .regions = (uintptr_t)&region,
			     .n_regions = 1,
			     .category_mask = SCAN_IS_HUGE,
			     .return_mask = SCAN_IS_HUGE };
	long fd = k->open(NULL, "/proc/self/pagemap", 0), got = fd;

	(void)p;
	start = (uintptr_t)&region & ~(page - 1);
	scan.start = start;
	scan.end = start + page;
	if (fd >= 0) {
		got = k->scan(NULL, (int)fd, &scan);
		k->close(NULL, (int)fd);
	}
	if (got >= 0)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "one entry that moves a huge page says so");
	else if (got == -EACCES || got == -EPERM)
		say_source(f, -TIERMM_EACCES, "", "/proc/self/pagemap");
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "Linux 6.7, or give a huge page as one move "
				  "of all its pages",
				  "PAGEMAP_SCAN: error %ld; a huge page counts "
				  "as one page",
				  -got);
}

/* Looked at only: trying would set it up for the whole machine. */
void tiermm__linux_probe_damon_free(struct probe *p,
				    struct tiermm_linux_finding *f)
{
	struct tree *t = p->tree;
	uint64_t users = 0;
	int got = tiermm__linux_tree_number(t, KDAMONDS, UINT32_MAX, &users);

	if (got == 0 && !p->this_machine)
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, "",
				  "the tree that was read does not tell");
	else if (got == 0)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "a kernel with CONFIG_DAMON_SYSFS and "
				  "CONFIG_DAMON_VADDR, and /sys",
				  "DAMON is not in this kernel");
	else if (got < 0)
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN,
				  "run it with privilege", "%.160s",
				  t->problem);
	else if (users)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "end its user; if there is none any more: "
				  "echo 0 > /sys/" KDAMONDS,
				  "DAMON is in use: %u threads are set up",
				  (unsigned int)users);
	else if (faccessat(t->root, KDAMONDS, W_OK, AT_EACCESS))
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "root, and /sys mounted for writing",
				  "DAMON may not be set up (error %d)", errno);
	else
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "nobody uses DAMON: it could watch a "
				  "process where the kernel has vaddr");
}
