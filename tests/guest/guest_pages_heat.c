/* SPDX-License-Identifier: MIT */
/*
 * What is told of pages that were used, against what was used: in this process
 * and in another one, exact to the page where the source is.
 */
#define _GNU_SOURCE
#include "guest_pages.h"

#include <tiermm/backends/linux_heat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define N 1024
#define RUNS 4096

static struct tiermm_linux_heat *make(pid_t pid, uint32_t source)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o),
					       .pid = pid,
					       .source = source };
	struct tiermm_linux_heat *h;
	int err = tiermm_linux_heat_create(&h, &o, NULL);

	if (err)
		fail("source %u: error %d", source, err);
	return h;
}

/* The mapping around a set, as the process's list of ranges has it. */
static struct tiermm_linux_range range_of(const struct pages *set, pid_t pid)
{
	static struct tiermm_linux_range ranges[256];
	struct tiermm_linux_heat_options o = { .size = sizeof(o), .pid = pid };
	struct tiermm_linux_range found = { 0 };
	uint64_t n = 0, start = (uintptr_t)set->memory;

	if (tiermm_linux_ranges(&o, ranges, 256, &n) || n > 256)
		fail("ranges");
	for (uint64_t i = 0; i < n; i++)
		if (ranges[i].start <= start &&
		    ranges[i].end >= start + set->n * PAGE)
			found = ranges[i];
	if (!found.end)
		fail("the mapping is not among %d ranges", (int)n);
	return found;
}

/* One pass, in calls of a few runs: bits of the set's pages. */
static void take(struct tiermm_linux_heat *h, const struct pages *set,
		 unsigned char used[N], uint64_t cap)
{
	struct tiermm_linux_heat_run runs[RUNS];
	uint32_t more = 1;
	uint64_t n = 0;

	memset(used, 0, N);
	while (more) {
		int err = tiermm_linux_heat_read(h, runs, cap, &n, &more);

		if (err) {
			fail("read says %d", err);
			return;
		}
		for (uint64_t i = 0; i < n; i++)
			for (uint64_t k = 0; k < runs[i].pages; k++) {
				uint64_t page = (runs[i].page -
						 (uintptr_t)set->memory) /
							PAGE +
						k;

				if (page < N)
					used[page]++;
			}
	}
}

/* Exactly every step-th page, once. */
static void must_be_every(const unsigned char used[N], int step)
{
	for (int i = 0; i < N; i++)
		if (used[i] != (step && i % step == 0))
			fail("page %d was told %d times, step %d", i, used[i],
			     step);
}

static void write_every(struct pages *set, int step)
{
	for (int i = 0; i < N; i += step)
		((volatile unsigned char *)set->memory)[(size_t)i * PAGE]++;
}

static void writes_of_this_process_are_seen(void)
{
	struct pages set = pages_make(N);
	struct tiermm_linux_heat *h = make(0, TIERMM_LINUX_HEAT_WRITES);
	struct tiermm_linux_range range = range_of(&set, 0);
	unsigned char used[N];
	int fd = open("/dev/zero", O_RDONLY);
	uint64_t n = 0;

	if (tiermm_linux_heat_watch(h, &range, 1, &n) || n != 1)
		fail("watch");
	take(h, &set, used, 7);
	must_be_every(used, 0);
	write_every(&set, 3);
	take(h, &set, used, 7);
	must_be_every(used, 3);
	/* The kernel writes on our behalf, too. */
	if (read(fd, set.memory + 8 * PAGE, 1) != 1)
		fail("read");
	take(h, &set, used, RUNS);
	if (!used[8])
		fail("a write by the kernel was not seen");
	take(h, &set, used, RUNS);
	must_be_every(used, 0);
	tiermm_linux_heat_destroy(h);
	write_every(&set, 1);
	close(fd);
	pages_free(&set);
}

/*
 * Clearing referenced bits flushes no translations, and a page that a CPU can
 * translate without looking is not seen as used: drop them.
 */
static void forget_translations(struct pages *set)
{
	mprotect(set->memory, set->n * PAGE, PROT_READ);
	mprotect(set->memory, set->n * PAGE, PROT_READ | PROT_WRITE);
}

/* A child that does one thing each time it is let go on. */
static pid_t worker(struct pages *set)
{
	pid_t child = fork();

	if (child)
		return child;
	pages_write(set);
	raise(SIGSTOP);
	forget_translations(set);
	write_every(set, 5);
	raise(SIGSTOP);
	forget_translations(set);
	for (int i = 0; i < N; i += 2)
		(void)((volatile unsigned char *)set->memory)[(size_t)i * PAGE];
	raise(SIGSTOP);
	_exit(0);
}

static void go_on(pid_t child)
{
	kill(child, SIGCONT);
	waitpid(child, NULL, WUNTRACED);
}

static void writes_of_another_process_are_seen(void)
{
	struct pages set = pages_make(N);
	unsigned char used[N];
	struct tiermm_linux_heat_options o = { .size = sizeof(o) };
	struct tiermm_linux_range range;
	struct tiermm_linux_heat *h;
	pid_t child = worker(&set);

	waitpid(child, NULL, WUNTRACED);
	o.pid = child;
	o.source = TIERMM_LINUX_HEAT_WRITES;
	if (tiermm_linux_heat_create(&h, &o, NULL) != -TIERMM_ENOTSUP)
		fail("protection of another process is offered");
	h = make(child, TIERMM_LINUX_HEAT_SOFT_DIRTY);
	range = range_of(&set, child);
	if (tiermm_linux_heat_watch(h, &range, 1, NULL))
		fail("watch");
	take(h, &set, used, RUNS);
	must_be_every(used, 0);
	go_on(child);
	take(h, &set, used, 9);
	must_be_every(used, 5);
	/* Reading leaves no trace in this source. */
	go_on(child);
	take(h, &set, used, RUNS);
	must_be_every(used, 0);
	go_on(child);
	if (tiermm_linux_heat_read(h,
				   (struct tiermm_linux_heat_run[1]){ { 0 } },
				   1, &(uint64_t){ 0 },
				   &(uint32_t){ 0 }) != -TIERMM_ENOENT)
		fail("it has ended, and there is still heat");
	tiermm_linux_heat_destroy(h);
	pages_free(&set);
}

/* Pages used in the mapping around a set: by count alone. */
static uint64_t referenced(struct tiermm_linux_heat *h,
			   const struct tiermm_linux_range *range)
{
	struct tiermm_linux_heat_run runs[2];
	uint64_t used = 0, n = 0;
	uint32_t more = 1;

	while (more) {
		if (tiermm_linux_heat_read(h, runs, 2, &n, &more)) {
			fail("read");
			return 0;
		}
		for (uint64_t i = 0; i < n; i++)
			if (runs[i].page == range->start)
				used = runs[i].used;
	}
	return used;
}

static void reads_of_another_process_are_counted(void)
{
	struct pages set = pages_make(N);
	pid_t child = worker(&set);
	struct tiermm_linux_heat *h;
	struct tiermm_linux_range range;
	uint64_t writes, reads;

	waitpid(child, NULL, WUNTRACED);
	h = make(child, TIERMM_LINUX_HEAT_REFERENCED);
	range = range_of(&set, child);
	if (tiermm_linux_heat_watch(h, &range, 1, NULL))
		fail("watch");
	if (referenced(h, &range))
		fail("used without use");
	go_on(child);
	writes = referenced(h, &range);
	go_on(child);
	reads = referenced(h, &range);
	/* Others may share the mapping: at least these, and by far not all. */
	if (writes < (N + 4) / 5 || writes > N / 4 || reads < N / 2 ||
	    reads > N / 2 + 32)
		fail("%d pages were written, %d read", (int)writes, (int)reads);
	go_on(child);
	tiermm_linux_heat_destroy(h);
	pages_free(&set);
}

static void not_everything_is_a_range(void)
{
	static struct tiermm_linux_range ranges[256], all[256];
	struct tiermm_linux_heat_options o = { .size = sizeof(o) };
	uint64_t n = 0, with_files = 0;
	unsigned char *shared = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uintptr_t program = (uintptr_t)not_everything_is_a_range;

	shared[0] = 1;
	tiermm_linux_ranges(&o, ranges, 256, &n);
	o.flags = TIERMM_LINUX_RANGES_FILES | TIERMM_LINUX_RANGES_SHARED |
		  TIERMM_LINUX_RANGES_COUNTS;
	if (tiermm_linux_ranges(&o, all, 256, &with_files) || with_files <= n)
		fail("%d ranges, %d with files", (int)n, (int)with_files);
	for (uint64_t i = 0; i < n; i++)
		if (ranges[i].kind != TIERMM_LINUX_RANGE_ANONYMOUS ||
		    (ranges[i].start <= program && program < ranges[i].end))
			fail("a file among what is anonymous");
	for (uint64_t i = 0; i < with_files; i++)
		if (all[i].start == (uintptr_t)shared)
			n = all[i].kind == TIERMM_LINUX_RANGE_SHARED &&
					    all[i].rss_pages == 1
				    ? 0
				    : 1;
	if (n)
		fail("shared memory is not among all ranges");
	munmap(shared, 4 * PAGE);
}

void heat_checks(void)
{
	CHECK(not_everything_is_a_range);
	CHECK(writes_of_this_process_are_seen);
	CHECK(writes_of_another_process_are_seen);
	CHECK(reads_of_another_process_are_counted);
}
