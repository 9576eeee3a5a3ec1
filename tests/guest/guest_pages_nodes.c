/* SPDX-License-Identifier: MIT */
/*
 * Nodes that fill up and go away, and what a move costs beside the call that
 * it makes. The last node is a memory block that was plugged in.
 */
#define _GNU_SOURCE
#include "guest_pages.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define PLUGGED 3
#define BATCH 512
#define ROUNDS 40
#define SLACK 1024

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t count(const struct pages *set, uint32_t outcome)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < set->n; i++)
		n += set->results[i].outcome == outcome;
	return n;
}

static uint64_t free_of(struct tiermm_linux_pages *p, int32_t node)
{
	struct tiermm_memops ops;
	uint64_t pages = 0;

	tiermm_linux_pages_memops(p, &ops);
	if (ops.headroom(p, &node, 1, &pages))
		fail("headroom");
	return pages;
}

/* 128 MiB of node, 136 MiB of pages. */
static void a_full_node_is_left_its_reserve(void)
{
	struct pages set = pages_make(34816);
	struct tiermm_linux_pages *p = backend(0, 0);
	uint64_t room = free_of(p, PLUGGED), done;

	pages_to(&set, PLUGGED);
	pages_move(&set, p);
	pages_verify(&set, 0);
	done = count(&set, TIERMM_OUTCOME_DONE);
	/* Each CPU holds some free pages back, and lets them go in time. */
	if (done > room + SLACK || done + SLACK < room ||
	    done + count(&set, TIERMM_OUTCOME_TARGET_FULL) != set.n)
		fail("room for %d, %d moved, %d found it full", (int)room,
		     (int)done, (int)count(&set, TIERMM_OUTCOME_TARGET_FULL));
	tiermm_linux_pages_destroy(p);
	/* What the kernel says when it is full: an error for a whole call. */
	p = backend(0, TIERMM_LINUX_PAGES_NO_RESERVE);
	pages_move(&set, p);
	pages_verify(&set, 0);
	if (!count(&set, TIERMM_OUTCOME_TARGET_FULL))
		fail("the node was not filled");
	printf("FULL %d free, %d found it full\n", (int)free_of(p, PLUGGED),
	       (int)count(&set, TIERMM_OUTCOME_TARGET_FULL));
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void a_node_that_never_was_is_gone(void)
{
	struct pages set = pages_make(4);
	struct tiermm_linux_pages *p = backend(0, 0);

	for (int i = 0; i < 4; i++)
		set.to[i] = i % 2 ? 700 : 2;
	pages_move(&set, p);
	pages_verify(&set, 0);
	if (count(&set, TIERMM_OUTCOME_TARGET_GONE) != 2 ||
	    count(&set, TIERMM_OUTCOME_DONE) != 2)
		fail("outcomes %u %u", set.results[0].outcome,
		     set.results[1].outcome);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

/* Switch all blocks of the plugged node: how many were switched. */
static int switch_blocks(const char *state)
{
	char path[300];
	struct dirent *entry;
	int switched = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d",
		 PLUGGED);
	d = opendir(path);
	while (d && (entry = readdir(d))) {
		int fd;

		if (strncmp(entry->d_name, "memory", 6) ||
		    entry->d_name[6] < '0' || entry->d_name[6] > '9')
			continue;
		snprintf(path, sizeof(path),
			 "/sys/devices/system/memory/%.20s/state",
			 entry->d_name);
		fd = open(path, O_WRONLY);
		switched += fd >= 0 && write(fd, state, strlen(state)) ==
					       (ssize_t)strlen(state);
		if (fd >= 0)
			close(fd);
	}
	if (d)
		closedir(d);
	return switched;
}

/* Back and forth while another process takes the node's memory away. */
static void a_node_goes_while_pages_move(void)
{
	struct pages set = pages_make(1024);
	struct tiermm_linux_pages *p = backend(0, 0);
	uint64_t gone = 0, rounds = 0;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		int switched = 0;

		/* Pages that come in while it is emptied may hold it up. */
		for (int i = 0; i < 50 && !switched; i++)
			switched = switch_blocks("offline");
		_exit(switched ? 0 : 1);
	}
	while (rounds < 400 && gone < set.n) {
		pages_to(&set, rounds % 2 ? PLUGGED : 1);
		pages_move(&set, p);
		/* The kernel may move them too: claims of this moment only. */
		for (uint64_t i = 0; i < set.n; i++)
			if (set.results[i].outcome == TIERMM_OUTCOME_UNKNOWN)
				fail("nobody knows of page %d", (int)i);
		gone = count(&set, TIERMM_OUTCOME_TARGET_GONE);
		rounds++;
	}
	waitpid(child, &status, 0);
	if (status)
		fail("the node did not go offline");
	pages_to(&set, 2);
	pages_move(&set, p);
	pages_verify(&set, 0);
	pages_to(&set, PLUGGED);
	pages_move(&set, p);
	pages_verify(&set, 0);
	if (count(&set, TIERMM_OUTCOME_TARGET_GONE) != set.n)
		fail("it went, and outcome is %u", set.results[0].outcome);
	pages_check_contents(&set);
	printf("GONE after %d rounds\n", (int)rounds);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

void node_checks(void)
{
	CHECK(a_node_that_never_was_is_gone);
	CHECK(a_full_node_is_left_its_reserve);
	CHECK(a_node_goes_while_pages_move);
}

/* The same arrays by the bare call. */
static uint64_t bare(struct pages *set, void **addresses, int *nodes,
		     int *status)
{
	uint64_t start;

	for (uint64_t i = 0; i < set->n; i++) {
		addresses[i] = (void *)(uintptr_t)set->keys[i];
		nodes[i] = set->to[i];
		status[i] = -1;
	}
	start = now_ns();
	if (syscall(SYS_move_pages, 0, (unsigned long)set->n, addresses, nodes,
		    status, 2))
		fail("move_pages");
	return now_ns() - start;
}

static uint64_t ours(struct pages *set, struct tiermm_memops *ops, int32_t from)
{
	uint64_t start;

	for (uint64_t i = 0; i < set->n; i++)
		set->moves[i] = (struct tiermm_move){ .page = set->keys[i],
						      .pages = 1,
						      .from = from,
						      .to = set->to[i] };
	start = now_ns();
	if (ops->move(ops->self, set->moves, set->n, set->results))
		fail("move");
	start = now_ns() - start;
	if (count(set, TIERMM_OUTCOME_DONE) != set->n)
		fail("not all moved");
	return start;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * The best of many batches, taken in turns: what others do on the machine
 * only ever adds. A figure, not a check.
 */
static void compare(const char *name, uint32_t flags)
{
	struct pages set = pages_make(BATCH);
	struct tiermm_linux_pages *p = backend(0, flags);
	uint64_t bare_ns = UINT64_MAX, ours_ns = UINT64_MAX;
	static void *addresses[BATCH];
	static int nodes[BATCH], status[BATCH];
	struct tiermm_memops ops;

	tiermm_linux_pages_memops(p, &ops);
	for (int i = 0; i < ROUNDS; i++) {
		pages_to(&set, 0);
		bare(&set, addresses, nodes, status);
		pages_to(&set, 2);
		if (i % 2)
			ours_ns = least(ours_ns, ours(&set, &ops, 0));
		else
			bare_ns = least(bare_ns,
					bare(&set, addresses, nodes, status));
	}
	printf("COST %s %d %d\n", name, (int)(bare_ns / 1000),
	       (int)(ours_ns / 1000));
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void a_batch_is_measured(void)
{
	compare("look_first", 0);
	compare("trust_from", TIERMM_LINUX_PAGES_TRUST_FROM);
	compare("trust_from_no_huge",
		TIERMM_LINUX_PAGES_TRUST_FROM | TIERMM_LINUX_PAGES_NO_HUGE);
}

void cost_checks(void)
{
	CHECK(a_batch_is_measured);
}
