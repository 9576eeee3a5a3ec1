/* SPDX-License-Identifier: MIT */
/*
 * Paging out where there is swap: what was said to be out is out, and comes
 * back with its contents. The disk is the host's file; its head is written
 * here as swapon(2) wants it.
 */
#define _GNU_SOURCE
#include "guest_pages.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/swap.h>
#include <sys/wait.h>

#define DISK "/dev/nvme0n1"
#define DISK_PAGES 8192
#define N 256

static void add_swap(void)
{
	static unsigned char head[4096];
	/* Version and last page stand behind a kilobyte for boot code. */
	const uint32_t version = 1, last = DISK_PAGES - 1;
	int fd = -1;

	for (int i = 0; i < 100 && fd < 0; i++) {
		fd = open(DISK, O_RDWR);
		if (fd < 0)
			usleep(100000);
	}
	memcpy(head + 1024, &version, sizeof(version));
	memcpy(head + 1028, &last, sizeof(last));
	memcpy(head + sizeof(head) - 10, "SWAPSPACE2", 10);
	if (fd < 0 || write(fd, head, sizeof(head)) != sizeof(head) ||
	    fsync(fd) || swapon(DISK, 0))
		fail("no swap on " DISK);
	if (fd >= 0)
		close(fd);
}

/* What is out is nowhere, what is BUSY is where it was. */
static uint64_t count_out(const struct pages *set, pid_t pid)
{
	int32_t nodes[N];
	uint64_t out = 0;

	ask_kernel(pid, set->keys, N, nodes);
	for (uint64_t i = 0; i < N; i++) {
		int is_done = set->results[i].outcome == TIERMM_OUTCOME_DONE;

		if (is_done != (nodes[i] < 0))
			fail("page %d: outcome %u, at %d", (int)i,
			     set->results[i].outcome, nodes[i]);
		out += (uint64_t)is_done;
	}
	return out;
}

static void page_out(struct pages *set, pid_t pid)
{
	struct tiermm_linux_pages *p = backend(pid, 0);
	struct tiermm_memops ops;
	uint64_t out;

	tiermm_linux_pages_memops(p, &ops);
	if (ops.page_out(p, set->keys, N, set->results))
		fail("page_out");
	out = count_out(set, pid);
	if (out < N / 2)
		fail("only %d of %d went out", (int)out, N);
	/* Those that are out have nothing to go. */
	if (ops.page_out(p, set->keys, N, set->results))
		fail("page_out again");
	for (uint64_t i = 0; i < N; i++)
		if (set->results[i].outcome == TIERMM_OUTCOME_ABSENT)
			out--;
	if (out)
		fail("%d pages went out twice", (int)out);
	tiermm_linux_pages_destroy(p);
}

static void pages_go_out_to_swap_and_come_back(void)
{
	struct pages set = pages_make(N);

	add_swap();
	page_out(&set, 0);
	pages_check_contents(&set);
	pages_free(&set);
}

static void pages_of_another_go_out_too(void)
{
	struct pages set = pages_make(N);
	pid_t child = fork();

	if (child == 0) {
		pages_write(&set);
		raise(SIGSTOP);
		pages_check_contents(&set);
		_exit(failures() ? 1 : 0);
	}
	waitpid(child, NULL, WUNTRACED);
	page_out(&set, child);
	kill(child, SIGCONT);
	expect_success(child);
	swapoff(DISK);
	pages_free(&set);
}

void swap_checks(void)
{
	CHECK(pages_go_out_to_swap_and_come_back);
	CHECK(pages_of_another_go_out_too);
}
