/* SPDX-License-Identifier: MIT */
/* Pages through libnuma: what the files of this part share. */
#ifndef TIERMM_NUMA_PAGES_INTERNAL_H
#define TIERMM_NUMA_PAGES_INTERNAL_H

#include <limits.h>
#include <stdatomic.h>

#include <tiermm/backends/numa.h>

/* What statuses start out as: no node, and no errno that there could be. */
#define PAGES_UNTOUCHED INT_MIN

/* The library, or a test in its stead. Results below 0 are errnos. */
struct numa_calls {
	long (*move_pages)(void *self, int32_t pid, uint64_t n, void **pages,
			   const int *nodes, int *status, int flags);
	/* Free bytes, or an error. */
	long long (*free_bytes)(void *self, int32_t node);
};

/* One base page of one item. */
struct entry {
	uint64_t item;
	int32_t to;
	uint32_t outcome;
	int32_t error;
	uint16_t is_first; /* of its item */
	uint16_t is_decided;
};

struct tiermm_numa_pages {
	struct tiermm_alloc mem;
	uint64_t bytes;
	_Atomic uint32_t inside;
	uint32_t batch;
	int32_t pid;
	int flags; /* MPOL_MF_... */
	uint64_t page_bytes;
	uint32_t stop; /* outcome of all that is not reached, or 0 */
	int32_t stop_error;
	const struct numa_calls *calls;
	void *calls_self;
	struct entry *entries; /* batch of each */
	void **addresses;
	void **asked;
	int *nodes;
	int *status;
	uint32_t *picks;
	uint8_t closed[TIERMM_MAX_NODES]; /* outcome of a target, or 0 */
};

/* pages.c */
int tiermm__numa_pages_create(struct tiermm_numa_pages **out,
			      const struct tiermm_numa_pages_options *options,
			      const struct numa_calls *calls, void *calls_self,
			      const struct tiermm_alloc *mem);
int tiermm__numa_pages_enter(struct tiermm_numa_pages *p);
int tiermm__numa_pages_leave(struct tiermm_numa_pages *p);
/* Where the first n of asked are: status; 0 or an errno. */
long tiermm__numa_pages_ask(struct tiermm_numa_pages *p, uint64_t n);

/* pages_move.c */
int tiermm__numa_pages_move(void *self, const struct tiermm_move *moves,
			    uint64_t n, struct tiermm_result *results);

#endif
