/* SPDX-License-Identifier: MIT */
/* What the checks of the pages' guest program share. */
#ifndef TESTS_GUEST_GUEST_PAGES_H
#define TESTS_GUEST_GUEST_PAGES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <tiermm/backends/linux_pages.h>

#define PAGE ((size_t)4096)

/* Pages of this process, where they are to go and what became of it. */
struct pages {
	unsigned char *memory;
	uint64_t n;
	uint64_t pages; /* of each move */
	uint64_t *keys;
	int32_t *to;
	int32_t *before; /* as the kernel said */
	struct tiermm_move *moves;
	struct tiermm_result *results;
	int returned;
};

struct pages pages_make(uint64_t n);
struct pages pages_make_huge(void);
void pages_free(struct pages *set);
void pages_to(struct pages *set, int32_t node);
/* Each page gets contents of its own. */
void pages_write(struct pages *set);
void pages_check_contents(const struct pages *set);
/* Note where pages are, and move them. */
void pages_move(struct pages *set, struct tiermm_linux_pages *p);
void pages_move_by(struct pages *set, const struct tiermm_memops *table);
/* What was reported is what the kernel says: page for page. */
void pages_verify(struct pages *set, pid_t pid);
/* Nodes, or negative errnos, from the kernel itself. */
void ask_kernel(pid_t pid, const uint64_t *keys, uint64_t n, int32_t *nodes);

struct tiermm_linux_pages *backend(pid_t pid, uint32_t flags);

void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int failures(void);       /* of this check */
int total_failures(void); /* checks that failed */
void expect_success(pid_t child);
void run_check(const char *name, void (*check)(void));
#define CHECK(name) run_check(#name, name)

void swap_checks(void);
void damon_checks(void);
void heat_checks(void);
void numa_checks(void); /* where libnuma is */
void cost_checks(void);
void node_checks(void);

#endif
