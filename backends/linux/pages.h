/* SPDX-License-Identifier: MIT */
/*
 * Pages of a process: what the files of this part share.
 *
 * A move goes through windows of at most `batch` entries, an entry being one
 * base page of one item. A window is looked at, sent to the kernel one target
 * at a time, asked again where the kernel left something open, and folded into
 * the items' results.
 */
#ifndef TIERMM_LINUX_PAGES_INTERNAL_H
#define TIERMM_LINUX_PAGES_INTERNAL_H

#include "pages_calls.h"

#include <stdatomic.h>

#include <tiermm/backends/linux_pages.h>

#define PAGES_PATH 256

/* An entry's flags. */
#define ENTRY_FIRST 1u   /* the first one of its item */
#define ENTRY_DECIDED 2u /* has its outcome */
#define ENTRY_HUGE 4u    /* stands for a huge page that is mapped as one */
#define ENTRY_COVERED 8u /* of a huge page that an earlier entry stands for */

/* One base page of a window. */
struct entry {
	uint64_t address;
	uint64_t moved; /* base pages */
	uint32_t item;  /* of the window's first item on */
	uint32_t flags;
	int32_t to;
	int32_t before; /* node, or what the kernel said: negative */
	uint32_t outcome;
	int32_t error;
};

struct tiermm_linux_pages {
	struct tiermm_alloc mem;
	uint64_t bytes; /* of this block, arrays included */
	_Atomic uint32_t inside;
	uint32_t flags;
	int32_t pid;
	int pidfd;   /* -1: own process, or it could not be had */
	int pagemap; /* -1: huge pages are not looked for */
	uint32_t batch;
	uint32_t is_self;
	uint32_t stop; /* outcome of all that is not reached, or 0 */
	int32_t stop_error;
	uint32_t ended; /* the process has */
	uint64_t page_bytes;
	uint64_t huge_bytes;
	uint64_t reserve_pages;
	const struct kernel_calls *calls;
	void *calls_self;
	struct entry *entries; /* batch of each */
	void **addresses;
	int *nodes;
	int *status;
	uint32_t *picks; /* entries that stand in addresses */
	struct iovec *ranges;
	struct tiermm_nodeset allowed;
	_Atomic uint64_t counters[TIERMM_LINUX_PAGES_COUNTERS];
	int meminfo[TIERMM_MAX_NODES];  /* descriptor + 1, or 0 */
	uint8_t full[TIERMM_MAX_NODES]; /* outcome of a target, or 0 */
	int32_t full_error[TIERMM_MAX_NODES];
	char root[PAGES_PATH / 2];
	char proc[PAGES_PATH / 2];
};

/* pages_create.c: as the public call, with other ways into the kernel. */
int tiermm__linux_pages_create(struct tiermm_linux_pages **out,
			       const struct tiermm_linux_pages_options *options,
			       const struct kernel_calls *calls,
			       void *calls_self,
			       const struct tiermm_alloc *mem);
/* Options, checked, with their defaults: 0 or an error. */
int tiermm__linux_pages_options(struct tiermm_linux_pages_options *dst,
				const struct tiermm_linux_pages_options *src);
/* "proc/PID/name", or proc/self. */
void tiermm__linux_pages_path(char out[PAGES_PATH], const char *proc,
			      int32_t pid, const char *name);
/*
 * Come in as the owner, and see whether the process has ended: 0 or
 * -TIERMM_EBUSY.
 */
int tiermm__linux_pages_enter(struct tiermm_linux_pages *p);
void tiermm__linux_pages_leave(struct tiermm_linux_pages *p);
void tiermm__linux_pages_count(struct tiermm_linux_pages *p, uint32_t counter,
			       uint64_t n);

/* pages_look.c */
/*
 * Ask where the first n addresses are; status gets nodes or negative errnos.
 * 0, or a negative errno where the call as a whole failed, and then statuses
 * may say PAGES_UNTOUCHED.
 */
long tiermm__linux_pages_ask(struct tiermm_linux_pages *p, uint64_t n);
/* A failed call that ends everything: 1, and it is noted in stop. */
int tiermm__linux_pages_note_stop(struct tiermm_linux_pages *p, long error);
int tiermm__linux_pages_is_absent(int status);
int tiermm__linux_pages_locate(void *self, const uint64_t *pages, uint64_t n,
			       int32_t *nodes);

/* pages_huge.c: mark the entries, of n, that huge pages are mapped at. */
void tiermm__linux_pages_find_huge(struct tiermm_linux_pages *p, uint64_t n);

/* pages_room.c */
int tiermm__linux_pages_headroom(void *self, const int32_t *nodes, uint64_t n,
				 uint64_t *free_pages);
/* Free pages, with and without the reserve: 0 or an error, UINT64_MAX both. */
int tiermm__linux_pages_room(struct tiermm_linux_pages *p, int32_t node,
			     uint64_t *beyond_reserve, uint64_t *in_all);

/* pages_move.c */
int tiermm__linux_pages_move(void *self, const struct tiermm_move *moves,
			     uint64_t n, struct tiermm_result *results);

/* pages_send.c: move those of n entries that are undecided to a target. */
void tiermm__linux_pages_send(struct tiermm_linux_pages *p, uint64_t n,
			      int32_t to);
void tiermm__linux_pages_decide(struct entry *e, uint32_t outcome,
				int32_t error);

/* pages_advise.c */
int tiermm__linux_pages_page_out(void *self, const uint64_t *pages, uint64_t n,
				 struct tiermm_result *results);
int tiermm__linux_pages_discard(void *self, const uint64_t *pages, uint64_t n,
				struct tiermm_result *results);

#endif
