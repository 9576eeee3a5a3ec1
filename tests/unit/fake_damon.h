/* SPDX-License-Identifier: MIT */
/*
 * DAMON's files as the kernel has them, made up: writing a count makes that
 * many directories, and a thread that is on keeps others out. Any call can be
 * made to fail.
 */
#ifndef TESTS_UNIT_FAKE_DAMON_H
#define TESTS_UNIT_FAKE_DAMON_H

#include "../../backends/linux/pages_calls.h"

#define FAKE_DAMON_PID 7
#define FAKE_DAMON_VALUES 32
#define FAKE_DAMON_FILES 4
#define FAKE_DAMON_TEXT 64
#define FAKE_DAMON_PATH 192

/* What stands in tried_regions/N. */
struct fake_region {
	uint64_t start;
	uint64_t end;
	uint64_t accesses;
	uint64_t age;
};

struct fake_damon {
	int is_missing; /* not in this kernel */
	int has_ended;  /* the process */
	int is_on;
	const char *operations; /* avail_operations, or NULL: before them */
	int on_fails_with;
	/* What was written, by name below kdamonds/. */
	struct {
		char name[FAKE_DAMON_PATH];
		char text[FAKE_DAMON_TEXT];
	} value[FAKE_DAMON_VALUES];
	int n_values;
	const struct fake_region *regions;
	uint32_t n_regions;
	uint32_t gathered; /* how often */
	/* Open files. */
	char file[FAKE_DAMON_FILES][FAKE_DAMON_PATH];
	uint64_t offset[FAKE_DAMON_FILES];
	int open_files;
	int opened; /* below kdamonds/, ever */
	int writes;
	/* The call that fails, from 1 on; with what, and how many times. */
	uint64_t calls;
	uint64_t fail_at;
	uint64_t fail_times;
	int fail_with;
};

/* A kernel that has it, with nobody using it; self of the calls below. */
void fake_damon_reset(struct fake_damon *d);

/* What was written below kdamonds/, or "". */
const char *fake_damon_value(const struct fake_damon *d, const char *name);
/* Write as another program would. */
void fake_damon_put(struct fake_damon *d, const char *name, const char *text);

extern const struct kernel_calls fake_damon_calls;

#endif
