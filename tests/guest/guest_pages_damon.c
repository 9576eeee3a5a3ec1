/* SPDX-License-Identifier: MIT */
/*
 * DAMON in a real kernel: it tells the half of a mapping that is used from the
 * one that is not, it is left to whoever has it, and is as before in the end.
 */
#define _GNU_SOURCE
#include "guest_pages.h"

#include <tiermm/backends/linux_heat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#define N 8192
#define PASSES 8
#define RUNS 16
#define KDAMONDS "/sys/kernel/mm/damon/admin/kdamonds/"

static void must_read(const char *path, const char *expected)
{
	char text[64] = { 0 };
	int fd = open(path, O_RDONLY);
	ssize_t got = read(fd, text, sizeof(text) - 1);

	if (got <= 0 || strcmp(strtok(text, "\n"), expected) != 0)
		fail("%s is '%s', not '%s'", path, text, expected);
	close(fd);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail("cannot write %s", path);
	close(fd);
}

static int create(struct tiermm_linux_heat **h, pid_t pid)
{
	struct tiermm_linux_heat_options o = {
		.size = sizeof(o),
		.pid = pid,
		.source = TIERMM_LINUX_HEAT_DAMON,
		/* Time for an emulator to come round. */
		.sample_us = 20000,
		.aggregate_us = 200000,
		.min_regions = 50,
	};

	return tiermm_linux_heat_create(h, &o, NULL);
}

/* A child that reads the first half of its pages for ever. */
static pid_t reader(struct pages *set)
{
	pid_t child = fork();

	if (child)
		return child;
	pages_write(set);
	raise(SIGSTOP);
	for (;;) {
		/* A page that a CPU can translate is not seen as used. */
		mprotect(set->memory, set->n * PAGE, PROT_READ);
		mprotect(set->memory, set->n * PAGE, PROT_READ | PROT_WRITE);
		for (size_t i = 0; i < N / 2; i++)
			(void)((volatile unsigned char *)set->memory)[i * PAGE];
	}
}

/* Used pages of each half that passes tell, summed up. */
static void take(struct tiermm_linux_heat *h, const struct pages *set,
		 double used[2])
{
	struct tiermm_linux_heat_run runs[RUNS];
	uint64_t middle = (uintptr_t)set->memory + N / 2 * PAGE, n = 0;
	uint32_t more = 1;

	while (more) {
		int err = tiermm_linux_heat_read(h, runs, RUNS, &n, &more);

		if (err) {
			fail("read says %d", err);
			return;
		}
		for (uint64_t i = 0; i < n; i++) {
			uint64_t end = runs[i].page + runs[i].pages * PAGE;
			uint64_t first =
				runs[i].page < middle
					? (end < middle ? end : middle) -
						  runs[i].page
					: 0;
			double share =
				(double)first / (double)(end - runs[i].page);

			if (!runs[i].used || runs[i].used > runs[i].pages ||
			    !runs[i].accesses)
				fail("a run of nothing");
			used[0] += share * (double)runs[i].used;
			used[1] += (1 - share) * (double)runs[i].used;
		}
	}
}

static void damon_tells_what_is_used(void)
{
	struct pages set = pages_make(N);
	struct tiermm_linux_range range = { .start = (uintptr_t)set.memory };
	struct timespec second = { .tv_sec = 1 };
	struct tiermm_linux_heat *h, *second_one;
	double used[2] = { 0, 0 };
	pid_t child = reader(&set);

	range.end = range.start + N * PAGE;
	waitpid(child, NULL, WUNTRACED);
	must_read(KDAMONDS "nr_kdamonds", "0");
	if (create(&h, child) || tiermm_linux_heat_watch(h, &range, 1, NULL)) {
		fail("DAMON cannot be set up");
		return;
	}
	if (create(&second_one, child) != -TIERMM_EBUSY)
		fail("a second user is let in");
	must_read(KDAMONDS "0/state", "on");
	kill(child, SIGCONT);
	nanosleep(&second, NULL);
	for (int i = 0; i < PASSES; i++)
		take(h, &set, used);
	printf("HEAT damon %d %d\n", (int)used[0] / PASSES,
	       (int)used[1] / PASSES);
	if (used[0] < N / 16 * PASSES || used[0] < 4 * used[1])
		fail("%d pages of the half that is used, %d of the other",
		     (int)used[0] / PASSES, (int)used[1] / PASSES);
	tiermm_linux_heat_destroy(h);
	must_read(KDAMONDS "nr_kdamonds", "0");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	pages_free(&set);
}

static void damon_ends_with_its_process(void)
{
	struct tiermm_linux_heat_run run;
	struct pages set = pages_make(N);
	struct tiermm_linux_heat *h;
	pid_t child = reader(&set);
	uint64_t n;
	uint32_t more;

	waitpid(child, NULL, WUNTRACED);
	if (create(&h, child))
		fail("DAMON cannot be set up");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	if (tiermm_linux_heat_read(h, &run, 1, &n, &more) != -TIERMM_ENOENT)
		fail("it has ended, and there is still heat");
	tiermm_linux_heat_destroy(h);
	must_read(KDAMONDS "nr_kdamonds", "0");
	if (create(&h, child) != -TIERMM_ENOENT)
		fail("no process, and it is watched");
	pages_free(&set);
}

static void damon_is_left_to_its_user(void)
{
	struct tiermm_linux_heat *h;

	put(KDAMONDS "nr_kdamonds", "1");
	put(KDAMONDS "0/contexts/nr_contexts", "1");
	if (create(&h, 0) != -TIERMM_EBUSY)
		fail("another's DAMON is taken over");
	must_read(KDAMONDS "nr_kdamonds", "1");
	must_read(KDAMONDS "0/contexts/nr_contexts", "1");
	put(KDAMONDS "nr_kdamonds", "0");
}

void damon_checks(void)
{
	CHECK(damon_tells_what_is_used);
	CHECK(damon_ends_with_its_process);
	CHECK(damon_is_left_to_its_user);
}
