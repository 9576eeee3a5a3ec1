/* SPDX-License-Identifier: MIT */
/*
 * Watching pages: a made-up kernel with a page a byte for errors and cursors,
 * and the running kernel for what it has (the guest tests have all sources).
 */
#define _GNU_SOURCE
#include <support/cmocka.h>
#include <support/failing.h>

#include "../../backends/linux/heat.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BASE UINT64_C(0x7f0000000000)
#define PAGES 256
#define PAGE 4096
#define SOFT_DIRTY (UINT64_C(1) << 55)
#define PRESENT (UINT64_C(1) << 63)

static struct {
	unsigned char dirty[PAGES];
	int has_soft_dirty;
	int has_scan;
	int has_faults;
	int has_ended;
	int open_files;
	uint64_t calls;
	uint64_t fail_at;
	int fail_with;
	int clearings;
} kernel;

static int enter(void)
{
	if (++kernel.calls == kernel.fail_at)
		return kernel.fail_with;
	return kernel.has_ended ? -ESRCH : 0;
}

static long fake_open(void *self, const char *path, int for_writing)
{
	int error = enter();

	(void)self;
	(void)path;
	(void)for_writing;
	kernel.open_files += !error;
	return error ? error : 5;
}

static void fake_close(void *self, int fd)
{
	(void)self;
	(void)fd;
	kernel.open_files--;
}

/* Entries of pagemap; outside of our pages: one that was written. */
static long fake_read_at(void *self, int fd, void *to, uint64_t n,
			 uint64_t offset)
{
	uint64_t *out = to;
	int error = enter();

	(void)self;
	(void)fd;
	for (uint64_t i = 0; i < n / 8; i++) {
		uint64_t page = offset / 8 + i - BASE / PAGE;
		int dirty = page >= PAGES || kernel.dirty[page];

		out[i] = PRESENT;
		if (dirty && kernel.has_soft_dirty)
			out[i] |= SOFT_DIRTY;
	}
	return error ? error : (long)n;
}

static long fake_write(void *self, int fd, const void *from, uint64_t n)
{
	int error = enter();

	(void)self;
	(void)fd;
	assert_memory_equal(from, "4", 1);
	kernel.clearings++;
	if (!error)
		memset(kernel.dirty, 0, sizeof(kernel.dirty));
	return error ? error : (long)n;
}

static long fake_scan(void *self, int fd, struct scan *scan)
{
	struct scan_region *out = (void *)(uintptr_t)scan->regions;
	uint64_t n = 0, at = scan->start;
	int error = enter();

	(void)self;
	(void)fd;
	if (error || !kernel.has_scan)
		return error ? error : -ENOTTY;
	for (; at < scan->end; at += PAGE) {
		uint64_t page = (at - BASE) / PAGE;

		if (!kernel.dirty[page])
			continue;
		if (n && out[n - 1].end == at) {
			out[n - 1].end += PAGE;
		} else if (out) {
			if (n == scan->n_regions)
				break;
			out[n++] = (struct scan_region){ at, at + PAGE, 0 };
		}
		if (scan->flags & SCAN_PROTECT)
			kernel.dirty[page] = 0;
	}
	scan->walk_end = at;
	return (long)n;
}

static long fake_open_faults(void *self)
{
	int error = enter();

	(void)self;
	if (!error && !kernel.has_faults)
		error = -EINVAL;
	kernel.open_files += !error;
	return error ? error : 6;
}

static long fake_faults(void *self, int fd, uint64_t start, uint64_t bytes)
{
	(void)self;
	(void)fd;
	(void)start;
	(void)bytes;
	return enter();
}

static const struct kernel_calls calls = {
	.open = fake_open,
	.close = fake_close,
	.read_at = fake_read_at,
	.write = fake_write,
	.scan = fake_scan,
	.open_faults = fake_open_faults,
	.watch_faults = fake_faults,
	.leave_faults = fake_faults,
};

static void reset(void)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.has_soft_dirty = kernel.has_scan = kernel.has_faults = 1;
}

static int create(struct tiermm_linux_heat **h, uint32_t source, int32_t pid,
		  const struct tiermm_alloc *mem)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o),
					       .pid = pid,
					       .source = source };

	return tiermm__linux_heat_create(h, &o, &calls, NULL, mem);
}

static const struct tiermm_linux_range two_ranges[2] = {
	{ .start = BASE, .end = BASE + 100 * PAGE },
	{ .start = BASE + 120 * PAGE, .end = BASE + PAGES * PAGE },
};

/* One pass with room for cap runs: which pages were told, once each. */
static int take(struct tiermm_linux_heat *h, uint64_t cap,
		unsigned char told[PAGES])
{
	struct tiermm_linux_heat_run runs[64];
	uint32_t more = 1;
	uint64_t n = 0;

	memset(told, 0, PAGES);
	while (more) {
		int err = tiermm_linux_heat_read(h, runs, cap, &n, &more);

		if (err)
			return err;
		assert_true(n <= cap);
		for (uint64_t i = 0; i < n; i++) {
			assert_int_equal(runs[i].used, runs[i].pages);
			for (uint64_t k = 0; k < runs[i].pages; k++)
				told[(runs[i].page - BASE) / PAGE + k]++;
		}
	}
	return 0;
}

/* Every third page and a run across a border of the first range. */
static void write_some(void)
{
	for (int i = 0; i < PAGES; i++)
		kernel.dirty[i] = i % 3 == 0 || (i > 90 && i < 130);
}

static void must_tell_what_was_written(uint32_t source, int has_scan,
				       uint64_t cap)
{
	unsigned char told[PAGES];
	struct tiermm_linux_heat *h;
	uint64_t n = 0;

	reset();
	kernel.has_scan = has_scan;
	assert_int_equal(create(&h, source, 0, NULL), 0);
	write_some();
	assert_int_equal(tiermm_linux_heat_watch(h, two_ranges, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(take(h, cap, told), 0);
	for (int i = 0; i < PAGES; i++)
		assert_int_equal(told[i], 0);
	write_some();
	assert_int_equal(take(h, cap, told), 0);
	for (int i = 0; i < PAGES; i++) {
		int used = i % 3 == 0 || (i > 90 && i < 130);

		assert_int_equal(told[i], used && (i < 100 || i >= 120));
	}
	assert_int_equal(take(h, cap, told), 0);
	for (int i = 0; i < PAGES; i++)
		assert_int_equal(told[i], 0);
	tiermm_linux_heat_destroy(h);
	assert_int_equal(kernel.open_files, 0);
}

static void what_was_written_is_told_once(void **state)
{
	(void)state;
	for (uint64_t cap = 1; cap <= 64; cap += 7) {
		must_tell_what_was_written(TIERMM_LINUX_HEAT_WRITES, 1, cap);
		must_tell_what_was_written(TIERMM_LINUX_HEAT_SOFT_DIRTY, 1,
					   cap);
		must_tell_what_was_written(TIERMM_LINUX_HEAT_SOFT_DIRTY, 0,
					   cap);
	}
}

/* E23: clearing succeeds on a kernel that has no such bits. */
static void a_kernel_that_lies_about_soft_dirty_is_found_out(void **state)
{
	struct tiermm_linux_heat *h;

	(void)state;
	reset();
	kernel.has_soft_dirty = 0;
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_SOFT_DIRTY, 7, NULL),
			 -TIERMM_ENOTSUP);
	assert_null(h);
	assert_int_equal(kernel.open_files, 0);
}

static void sources_that_are_not_there_are_told(void **state)
{
	struct tiermm_linux_heat *h;

	(void)state;
	reset();
	kernel.has_faults = 0;
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_WRITES, 0, NULL),
			 -TIERMM_ENOTSUP);
	kernel.has_faults = 1;
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_WRITES, 7, NULL),
			 -TIERMM_ENOTSUP);
	assert_int_equal(create(&h, 0, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(create(&h, 99, 0, NULL), -TIERMM_EINVAL);
	kernel.has_ended = 1;
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_SOFT_DIRTY, 7, NULL),
			 -TIERMM_ENOENT);
	kernel.has_ended = 0;
	kernel.fail_at = kernel.calls + 1;
	kernel.fail_with = -EACCES;
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_REFERENCED, 7, NULL),
			 -TIERMM_EACCES);
	assert_int_equal(kernel.open_files, 0);
	tiermm_linux_heat_destroy(NULL);
}

static void a_process_that_ended_has_no_heat(void **state)
{
	struct tiermm_linux_heat *h;
	unsigned char told[PAGES];

	(void)state;
	reset();
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_SOFT_DIRTY, 7, NULL), 0);
	assert_int_equal(tiermm_linux_heat_watch(h, two_ranges, 2, NULL), 0);
	kernel.has_ended = 1;
	assert_int_equal(take(h, 8, told), -TIERMM_ENOENT);
	assert_int_equal(tiermm_linux_heat_watch(h, two_ranges, 2, NULL),
			 -TIERMM_ENOENT);
	tiermm_linux_heat_destroy(h);
}

static void ranges_that_cannot_be_armed_are_left_out(void **state)
{
	struct tiermm_linux_heat *h;
	uint64_t n = 0;

	(void)state;
	reset();
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_WRITES, 0, NULL), 0);
	kernel.fail_at = kernel.calls + 1;
	kernel.fail_with = -EBUSY;
	assert_int_equal(tiermm_linux_heat_watch(h, two_ranges, 2, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(tiermm_linux_heat_watch(h, two_ranges, 5000, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(tiermm_linux_heat_watch(h, NULL, 1, &n),
			 -TIERMM_EINVAL);
	tiermm_linux_heat_destroy(h);
}

/* After any one error reading goes on, and nothing is told that was not. */
static void errors_lose_heat_and_invent_none(void **state)
{
	static const int errors[] = { -EIO,    -EINTR,  -ENOMEM, -EFAULT,
				      -EINVAL, -ENOTTY, -ESRCH,  -EPERM };
	struct tiermm_linux_heat *h;

	(void)state;
	for (uint64_t at = 1; at < 16; at++)
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]);
		     i++) {
			unsigned char told[PAGES];

			reset();
			assert_int_equal(create(&h,
						TIERMM_LINUX_HEAT_SOFT_DIRTY, 7,
						NULL),
					 0);
			assert_int_equal(tiermm_linux_heat_watch(h, two_ranges,
								 2, NULL),
					 0);
			write_some();
			kernel.fail_at = kernel.calls + at;
			kernel.fail_with = errors[i];
			(void)take(h, 4, told);
			for (int k = 0; k < PAGES; k++)
				assert_true(told[k] <= (k % 3 == 0 ||
							(k > 90 && k < 130)));
			assert_int_equal(take(h, 4, told), 0);
			tiermm_linux_heat_destroy(h);
			assert_int_equal(kernel.open_files, 0);
		}
}

static void create_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_linux_heat *h = (void *)&f;
		int err;

		reset();
		err = create(&h, TIERMM_LINUX_HEAT_WRITES, 0, &mem);
		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !h));
		tiermm_linux_heat_destroy(h);
		assert_true(failing_is_clean(&f));
	}
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct tiermm_linux_heat_run run;
	struct tiermm_linux_heat *h;
	uint32_t more;
	uint64_t n;

	(void)state;
	reset();
	assert_int_equal(create(&h, TIERMM_LINUX_HEAT_WRITES, 0, NULL), 0);
	atomic_store_explicit(&h->inside, 1, memory_order_relaxed);
	assert_int_equal(tiermm_linux_heat_watch(h, two_ranges, 2, &n),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_linux_heat_read(h, &run, 1, &n, &more),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_linux_heat_read(h, &run, 0, &n, &more),
			 -TIERMM_EINVAL);
	tiermm_linux_heat_destroy(h);
}

/* The running kernel, where it has the source. */
static void the_running_kernel_sees_our_writes(void **state)
{
	struct tiermm_linux_heat_options o = {
		.size = sizeof(o),
		.source = TIERMM_LINUX_HEAT_WRITES
	};
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct tiermm_linux_heat_run runs[16];
	struct tiermm_linux_range range = { 0 };
	struct tiermm_linux_heat *h;
	unsigned char *memory;
	uint32_t more = 1;
	uint64_t n = 0;

	(void)state;
	if (tiermm_linux_heat_create(&h, &o, NULL)) {
		print_message("SKIP: no asynchronous write-protection here\n");
		skip();
	}
	memory = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(memory, 1, 16 * page);
	range.start = (uintptr_t)memory;
	range.end = range.start + 16 * page;
	assert_int_equal(tiermm_linux_heat_watch(h, &range, 1, &n), 0);
	assert_int_equal(n, 1);
	memory[2 * page] = memory[3 * page] = memory[9 * page] = 7;
	assert_int_equal(tiermm_linux_heat_read(h, runs, 16, &n, &more), 0);
	assert_int_equal(more, 0);
	assert_int_equal(n, 2);
	assert_int_equal(runs[0].page, range.start + 2 * page);
	assert_int_equal(runs[0].pages, 2);
	assert_int_equal(runs[1].page, range.start + 9 * page);
	assert_int_equal(tiermm_linux_heat_read(h, runs, 16, &n, &more), 0);
	assert_int_equal(n, 0);
	tiermm_linux_heat_destroy(h);
	munmap(memory, 16 * page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_told_once),
		cmocka_unit_test(
			a_kernel_that_lies_about_soft_dirty_is_found_out),
		cmocka_unit_test(sources_that_are_not_there_are_told),
		cmocka_unit_test(a_process_that_ended_has_no_heat),
		cmocka_unit_test(ranges_that_cannot_be_armed_are_left_out),
		cmocka_unit_test(errors_lose_heat_and_invent_none),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
		cmocka_unit_test(the_running_kernel_sees_our_writes),
	};

	return cmocka_run_group_tests_name("linux/heat", tests, NULL, NULL);
}
