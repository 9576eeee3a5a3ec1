/* SPDX-License-Identifier: MIT */
/*
 * Where the server keeps its values, and on which node: its memory is read,
 * and the kernel is asked. And what an engine's step costs beside the bare
 * call, on the same arrays.
 */
#define _GNU_SOURCE
#include "guest_attach.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <tiermm/backends/linux_heat.h>
#include <tiermm/backends/linux_pages.h>

#define PAGE UINT64_C(4096)

enum {
	RANGES = 256,
	BATCH = 512,
	MOST = 4 * BATCH,
	ROUNDS = 15,
	MOVE = 2 /* MPOL_MF_MOVE */
};

static uint64_t value_at[KEYS];

static void look_into(const char *bytes, size_t n, uint64_t address)
{
	const char *at = bytes, *end = bytes + n - 32;

	while (at < end &&
	       (at = memmem(at, (size_t)(end - at), "TIERMM:", 7))) {
		char digits[9] = { 0 };

		memcpy(digits, at + 8, 8);
		/* A copy in a buffer of the connection has no room behind. */
		if (strspn(digits, "0123456789") == 8 && atoi(digits) < KEYS)
			value_at[atoi(digits)] =
				address + (uint64_t)(at - bytes);
		at += 7;
	}
}

void look_for_values(pid_t pid)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o), .pid = pid };
	struct tiermm_linux_range ranges[RANGES];
	char path[64], *bytes;
	uint64_t n = 0, found = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || tiermm_linux_ranges(&o, ranges, RANGES, &n))
		fail("the server's memory cannot be read");
	for (uint64_t i = 0; i < n && i < RANGES; i++) {
		size_t size = (size_t)(ranges[i].end - ranges[i].start);
		ssize_t got;

		bytes = malloc(size);
		got = bytes ? pread(fd, bytes, size, (off_t)ranges[i].start)
			    : -1;
		if (got > 64)
			look_into(bytes, (size_t)got, ranges[i].start);
		free(bytes);
	}
	close(fd);
	for (uint32_t key = 0; key < KEYS; key++)
		found += value_at[key] != 0;
	if (found != KEYS)
		fail("%d values found in its memory", (int)found);
}

void look_at_keys(pid_t pid, uint32_t first, uint32_t n, uint64_t *on)
{
	memset(on, 0, NODES * sizeof(*on));
	for (uint32_t key = first; key < first + n; key++) {
		void *page = (void *)(uintptr_t)(value_at[key] & ~(PAGE - 1));
		int node = -1;

		if (!syscall(SYS_move_pages, pid, 1ul, &page, NULL, &node, 0) &&
		    node >= 0 && node < NODES)
			on[node]++;
	}
}

/* --- the cost of a step --------------------------------------------------- */

struct arrays {
	void *pages[MOST];
	int nodes[MOST];
	int status[MOST];
	struct tiermm_folio folios[MOST];
	struct tiermm_decision decisions[MOST];
	int n; /* pages, in batches of 512 */
	int32_t to;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void bare(struct arrays *a, int node)
{
	for (int i = 0; i < a->n; i++)
		a->nodes[i] = node;
	for (int i = 0; i < a->n; i += BATCH)
		if (syscall(SYS_move_pages, 0, (unsigned long)BATCH,
			    &a->pages[i], &a->nodes[i], &a->status[i], MOVE))
			fail("move_pages");
}

static uint64_t time_bare(struct arrays *a)
{
	uint64_t begun = now_ns();

	bare(a, a->to);
	return now_ns() - begun;
}

static uint64_t time_step(struct arrays *a, struct tiermm_engine *e)
{
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_step step = { .size = sizeof(step) };
	uint64_t begun = now_ns(), took;
	int err = tiermm_engine_demote(e, &context, NULL, a->folios,
				       (uint64_t)a->n, a->decisions, &step);

	took = now_ns() - begun;
	if (err || step.demoted != (uint64_t)a->n)
		fail("a step: error %d, %d demoted", err, (int)step.demoted);
	return took;
}

/* Other work on the machine only adds. */
static uint64_t least(const uint64_t *values)
{
	uint64_t found = values[0];

	for (int i = 1; i < ROUNDS; i++)
		if (values[i] < found)
			found = values[i];
	return found;
}

static struct tiermm_engine *make_engine(struct tiermm_linux_pages **backend)
{
	struct tiermm_linux_pages_options o = {
		.size = sizeof(o),
		.flags = TIERMM_LINUX_PAGES_TRUST_FROM
	};
	struct tiermm_memops table;
	struct tiermm_topology *machine;
	struct tiermm_engine *e = NULL;

	if (tiermm_linux_pages_create(backend, &o, NULL) ||
	    tiermm_linux_pages_memops(*backend, &table) ||
	    tiermm_linux_topology(&machine, NULL, NULL, NULL))
		return NULL;
	(void)tiermm_engine_create(&e, machine, NULL, &table, TIERMM_CAN_ALL,
				   NULL, NULL);
	tiermm_topology_unref(machine);
	return e;
}

static void fill(struct arrays *a, char *memory)
{
	memset(memory, 1, MOST * PAGE);
	for (int i = 0; i < MOST; i++) {
		a->pages[i] = memory + (size_t)i * PAGE;
		a->folios[i] = (struct tiermm_folio){
			.page = (uint64_t)(uintptr_t)a->pages[i],
			.flags = TIERMM_FOLIO_ANON,
		};
	}
}

static void compare(const char *name, struct arrays *a)
{
	uint64_t alone[ROUNDS], step[ROUNDS];
	struct tiermm_linux_pages *backend = NULL;
	struct tiermm_engine *e = make_engine(&backend);

	if (!e) {
		fail("no engine");
		return;
	}
	bare(a, 0);
	time_step(a, e);
	a->to = a->decisions[0].to;
	for (int i = 0; i < ROUNDS; i++) {
		bare(a, 0);
		alone[i] = time_bare(a);
		bare(a, 0);
		step[i] = time_step(a, e);
	}
	printf("COST %s %" PRIu64 " %" PRIu64 "\n", name, least(alone) / 1000,
	       least(step) / 1000);
	tiermm_engine_destroy(e);
	tiermm_linux_pages_destroy(backend);
}

void measure_step(void)
{
	static struct arrays a;
	char *memory = mmap(NULL, MOST * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		fail("no memory");
		return;
	}
	madvise(memory, MOST * PAGE, MADV_NOHUGEPAGE);
	fill(&a, memory);
	a.n = BATCH;
	compare("one_batch", &a);
	a.n = MOST;
	compare("four_batches", &a);
	munmap(memory, MOST * PAGE);
}
