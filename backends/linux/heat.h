/* SPDX-License-Identifier: MIT */
/* Watching pages: what the files of this part share. */
#ifndef TIERMM_LINUX_HEAT_INTERNAL_H
#define TIERMM_LINUX_HEAT_INTERNAL_H

#include "pages_calls.h"

#include <stdatomic.h>

#include <tiermm/backends/linux_heat.h>

#define HEAT_PATH 192
#define HEAT_NUMBER 24 /* digits of a number, and what ends them */

/* A range that is watched. */
struct watched {
	uint64_t start;
	uint64_t end;
};

struct tiermm_linux_heat {
	struct tiermm_alloc mem;
	uint64_t bytes; /* of this block, ranges included */
	_Atomic uint32_t inside;
	uint32_t source;
	int faults;     /* userfaultfd, or -1 */
	int pagemap;    /* or -1 */
	int clear_refs; /* or -1 */
	uint32_t has_damon;
	uint32_t is_told; /* DAMON has gathered the regions of this pass */
	uint32_t region;  /* of these: where the pass is */
	uint32_t no_scan; /* before Linux 6.7 */
	uint64_t page_bytes;
	const struct kernel_calls *calls;
	void *calls_self;
	struct tiermm_linux_heat_options options;
	struct watched *ranges;
	uint64_t n_ranges;
	uint64_t range; /* where the pass is */
	uint64_t at;    /* address within it, or 0 at its start */
	char proc[HEAT_PATH / 2];
	char sys[HEAT_PATH / 2];
};

/* What reads mappings calls for each: 0, or what ends the walk. */
struct walk {
	const struct kernel_calls *calls;
	void *calls_self;
	uint64_t page_bytes;
	uint32_t flags; /* TIERMM_LINUX_RANGES_... */
	int (*put)(void *self, const struct tiermm_linux_range *range);
	void *put_self;
};

/* heat_ranges.c: 0, what put returned, or an error. */
int tiermm__linux_walk(const struct walk *walk, const char *path);

/* heat_create.c */
int tiermm__linux_heat_create(struct tiermm_linux_heat **out,
			      const struct tiermm_linux_heat_options *options,
			      const struct kernel_calls *calls,
			      void *calls_self, const struct tiermm_alloc *mem);
int tiermm__linux_heat_options(struct tiermm_linux_heat_options *dst,
			       const struct tiermm_linux_heat_options *src);
void tiermm__linux_heat_path(char out[HEAT_PATH], const char *proc, int32_t pid,
			     const char *name);
/* An errno as our code. */
int tiermm__linux_heat_error(long error);
/* Whether the watched process is there: 0 or an errno. */
long tiermm__linux_heat_process(const struct tiermm_linux_heat *h);

/* heat_damon.c: set DAMON up, and empty it again: 0 or an errno. */
long tiermm__linux_damon_begin(struct tiermm_linux_heat *h);
void tiermm__linux_damon_end(struct tiermm_linux_heat *h);
/* A file below kdamonds/: how much was written or read, or an errno. */
long tiermm__linux_damon_write(const struct tiermm_linux_heat *h,
			       const char *name, const char *text);
long tiermm__linux_damon_number(const struct tiermm_linux_heat *h,
				const char *name, uint64_t *out);

/* heat_damon_read.c: 0 or an errno. */
long tiermm__linux_damon_read(struct tiermm_linux_heat *h,
			      struct tiermm_linux_heat_run *out, uint64_t cap,
			      uint64_t *n);

#endif
