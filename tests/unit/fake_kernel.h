/* SPDX-License-Identifier: MIT */
/*
 * A kernel for tests of the linux backend's pages: a few pages at addresses
 * from FAKE_BASE on, nodes with free memory, and errors at will. It answers as
 * Linux 6.12 was seen to answer.
 */
#ifndef TESTS_UNIT_FAKE_KERNEL_H
#define TESTS_UNIT_FAKE_KERNEL_H

#include "../../backends/linux/pages_calls.h"

#define FAKE_BASE UINT64_C(0x7f0000000000)
#define FAKE_PAGE 4096
#define FAKE_PAGES 4096
#define FAKE_NODES 4
#define FAKE_HUGE 512 /* pages */
/* A page's state beside a node: what a query answers. */
#define FAKE_ABSENT (-2)
#define FAKE_UNMAPPED (-14)

/* What a page refuses. */
#define FAKE_SHARED 1
#define FAKE_BUSY 2
#define FAKE_IS_HUGE 4
#define FAKE_LOCKED 8 /* stays when it is paged out */

/* How an injected failure happens. */
enum {
	FAKE_BEFORE, /* nothing was done */
	FAKE_AFTER,  /* all was done, no status written */
	FAKE_HALFWAY /* half was done, no status written */
};

/* Kinds of calls, counted one by one. */
enum {
	FAKE_MOVE,
	FAKE_QUERY,
	FAKE_ADVISE,
	FAKE_OPEN,
	FAKE_READ,
	FAKE_SCAN,
	FAKE_PROCESS,
	FAKE_ENDED,
	FAKE_KINDS
};

struct fake_kernel {
	int node[FAKE_PAGES];
	uint8_t flags[FAKE_PAGES];
	int64_t free[FAKE_NODES];  /* pages */
	int64_t total[FAKE_NODES]; /* 0: no such node */
	int outside_cpuset;        /* node + 1 */
	int has_swap;
	int has_ended;
	int no_meminfo;
	int is_other;   /* process: 0 is refused for the pid */
	uint64_t moved; /* pages that really moved */
	uint64_t calls; /* all of them */
	uint64_t count[FAKE_KINDS];
	uint64_t most;    /* pages of the greatest call */
	uint64_t fail_at; /* number of the call that fails, from 1; 0: none */
	int fail_with;    /* negative errno */
	int fail_how;
	int failed; /* kind of the call that did; -1: none yet */
	int open_files;
	int open_what[64];
	uint64_t advised; /* pages */
	int last_advice;
	int last_flags; /* of move_pages */
};

void fake_kernel_init(struct fake_kernel *k);
extern const struct kernel_calls fake_kernel_calls;

/* Address of a page. */
uint64_t fake_page(uint64_t index);
int fake_node_of(const struct fake_kernel *k, uint64_t address);

#endif
