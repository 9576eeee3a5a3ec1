/* SPDX-License-Identifier: MIT */
/* Sets of pages, and how checks fail. */
#define _GNU_SOURCE
#include "guest_pages.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int failed, checks_failed;
static const char *current;

void fail(const char *format, ...)
{
	va_list arguments;

	failed++;
	if (failed > 5)
		return;
	printf("FAILED %s: ", current);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

int failures(void)
{
	return failed;
}

int total_failures(void)
{
	return checks_failed;
}

void run_check(const char *name, void (*check)(void))
{
	failed = 0;
	current = name;
	check();
	if (failed)
		checks_failed++;
	else
		printf("OK %s\n", name);
}

void expect_success(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	if (status)
		fail("the child ended with %x", (unsigned int)status);
}

static struct pages make_around(unsigned char *memory, uint64_t n)
{
	struct pages set = { .memory = memory, .n = n, .pages = 1 };

	set.keys = calloc(n, sizeof(*set.keys));
	set.to = calloc(n, sizeof(*set.to));
	set.before = calloc(n, sizeof(*set.before));
	set.moves = calloc(n, sizeof(*set.moves));
	set.results = calloc(n, sizeof(*set.results));
	for (uint64_t i = 0; i < n; i++)
		set.keys[i] = (uintptr_t)memory + i * PAGE;
	pages_write(&set);
	return set;
}

struct pages pages_make(uint64_t n)
{
	unsigned char *memory = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(memory, n * PAGE, MADV_NOHUGEPAGE);
	return make_around(memory, n);
}

struct pages pages_make_huge(void)
{
	size_t huge = 512 * PAGE;
	unsigned char *memory = mmap(NULL, 2 * huge, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memory += huge - (uintptr_t)memory % huge;
	madvise(memory, huge, MADV_HUGEPAGE);
	return make_around(memory, 512);
}

void pages_free(struct pages *set)
{
	munmap(set->memory, set->n * PAGE);
	free(set->keys);
	free(set->to);
	free(set->before);
	free(set->moves);
	free(set->results);
}

void pages_to(struct pages *set, int32_t node)
{
	for (uint64_t i = 0; i < set->n; i++)
		set->to[i] = node;
}

void pages_write(struct pages *set)
{
	for (uint64_t i = 0; i < set->n; i++)
		memset(set->memory + i * PAGE, (int)(i * 7 % 251) + 1, PAGE);
}

void pages_check_contents(const struct pages *set)
{
	for (uint64_t i = 0; i < set->n; i++)
		for (size_t at = 0; at < PAGE; at += 512)
			if (set->memory[i * PAGE + at] != i * 7 % 251 + 1)
				fail("page %d lost its contents", (int)i);
}

void ask_kernel(pid_t pid, const uint64_t *keys, uint64_t n, int32_t *nodes)
{
	void **addresses = calloc(n, sizeof(*addresses));

	for (uint64_t i = 0; i < n; i++)
		addresses[i] = (void *)(uintptr_t)keys[i];
	if (syscall(SYS_move_pages, pid, (unsigned long)n, addresses, NULL,
		    nodes, 0))
		fail("the kernel does not tell where pages are");
	free(addresses);
}

struct tiermm_linux_pages *backend(pid_t pid, uint32_t flags)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.pid = pid,
						.flags = flags };
	struct tiermm_linux_pages *p;

	if (tiermm_linux_pages_create(&p, &o, NULL)) {
		fail("create");
		exit(1);
	}
	return p;
}

void pages_move_by(struct pages *set, const struct tiermm_memops *table)
{
	struct tiermm_memops ops;

	if (tiermm_memops_adopt(&ops, table, TIERMM_CAN_ALL, NULL))
		fail("adopt");
	for (uint64_t i = 0; i < set->n; i++)
		set->moves[i] = (struct tiermm_move){ .page = set->keys[i],
						      .pages = set->pages,
						      .from = TIERMM_NO_NODE,
						      .to = set->to[i] };
	memset(set->results, 0, set->n * sizeof(*set->results));
	if (ops.locate(ops.self, set->keys, set->n, set->before) > 0)
		fail("locate");
	set->returned = ops.move(ops.self, set->moves, set->n, set->results);
}

void pages_move(struct pages *set, struct tiermm_linux_pages *p)
{
	struct tiermm_memops table;

	tiermm_linux_pages_memops(p, &table);
	pages_move_by(set, &table);
}

void pages_verify(struct pages *set, pid_t pid)
{
	int32_t *now = calloc(set->n, sizeof(*now));
	uint64_t moved = 0, said = 0;

	ask_kernel(pid, set->keys, set->n, now);
	for (uint64_t i = 0; i < set->n; i++) {
		int is_there = now[i] == set->to[i];
		uint32_t outcome = set->results[i].outcome;

		moved += is_there && set->before[i] != now[i];
		said += set->results[i].pages;
		if (is_there != (outcome == TIERMM_OUTCOME_DONE ||
				 outcome == TIERMM_OUTCOME_ALREADY))
			fail("page %d: outcome %u, from %d to %d, is at %d",
			     (int)i, outcome, set->before[i], set->to[i],
			     now[i]);
	}
	if (moved != said)
		fail("%d pages moved, %d were reported", (int)moved, (int)said);
	free(now);
}
