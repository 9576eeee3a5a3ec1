/* SPDX-License-Identifier: MIT */
/*
 * The pages of a process: made, changed, counted, given up. One block of
 * memory holds the object and its arrays; no verb allocates.
 */
#define _GNU_SOURCE
#include "pages.h"
#include "parse.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_BATCH 512
#define MAX_BATCH 4096
#define DEFAULT_HUGE_BYTES (UINT64_C(2) << 20)
#define HUGE_SIZE "kernel/mm/transparent_hugepage/hpage_pmd_size"
#define ALL_FLAGS                                                         \
	(TIERMM_LINUX_PAGES_MOVE_SHARED | TIERMM_LINUX_PAGES_TRUST_FROM | \
	 TIERMM_LINUX_PAGES_NO_HUGE | TIERMM_LINUX_PAGES_NO_RESERVE)

int tiermm__linux_pages_options(struct tiermm_linux_pages_options *dst,
				const struct tiermm_linux_pages_options *src)
{
	int err = 0;

	memset(dst, 0, sizeof(*dst));
	if (src)
		err = tiermm__linux_copy(dst, sizeof(*dst), src, ALL_FLAGS);
	if (err)
		return err;
	if (!dst->root)
		dst->root = "/sys";
	if (!dst->proc)
		dst->proc = "/proc";
	if (!dst->batch)
		dst->batch = DEFAULT_BATCH;
	if (dst->pid < 0 || dst->batch > MAX_BATCH ||
	    strlen(dst->root) >= PAGES_PATH / 2 ||
	    strlen(dst->proc) >= PAGES_PATH / 2)
		return -TIERMM_EINVAL;
	return 0;
}

void tiermm__linux_pages_path(char out[PAGES_PATH], const char *proc,
			      int32_t pid, const char *name)
{
	if (pid)
		snprintf(out, PAGES_PATH, "%s/%d/%s", proc, pid, name);
	else
		snprintf(out, PAGES_PATH, "%s/self/%s", proc, name);
}

/* Bytes of an object with its arrays, the greatest alignment first. */
static uint64_t footprint(uint32_t batch)
{
	return sizeof(struct tiermm_linux_pages) +
	       batch * (sizeof(struct entry) + sizeof(void *) +
			sizeof(struct iovec) + 2 * sizeof(int) +
			sizeof(uint32_t));
}

static void carve(struct tiermm_linux_pages *p)
{
	unsigned char *at = (unsigned char *)(p + 1);

	p->entries = (struct entry *)(void *)at;
	at += p->batch * sizeof(*p->entries);
	p->addresses = (void **)(void *)at;
	at += p->batch * sizeof(*p->addresses);
	p->ranges = (struct iovec *)(void *)at;
	at += p->batch * sizeof(*p->ranges);
	p->nodes = (int *)(void *)at;
	at += p->batch * sizeof(*p->nodes);
	p->status = (int *)(void *)at;
	at += p->batch * sizeof(*p->status);
	p->picks = (uint32_t *)(void *)at;
}

/* How great a huge page is that is mapped as one. */
static uint64_t read_huge_bytes(const struct tiermm_linux_pages *p)
{
	char path[PAGES_PATH], text[32];
	uint64_t bytes;
	long got;

	snprintf(path, sizeof(path), "%s/" HUGE_SIZE, p->root);
	got = tiermm__linux_slurp(p->calls, p->calls_self, path, text,
				  sizeof(text));
	if (got <= 0 ||
	    tiermm__linux_only_number(tiermm__linux_cursor(text, (size_t)got),
				      UINT64_C(1) << 40, &bytes) ||
	    bytes < p->page_bytes || (bytes & (bytes - 1)))
		return DEFAULT_HUGE_BYTES;
	return bytes;
}

/* Files that serve all verbs; without some of them less can be said. */
static int open_files(struct tiermm_linux_pages *p)
{
	char path[PAGES_PATH];

	p->huge_bytes = DEFAULT_HUGE_BYTES;
	if (!p->is_self) {
		long fd = p->calls->open_process(p->calls_self, p->pid);

		if (fd == -ESRCH || fd == -EINVAL)
			return -TIERMM_ENOENT;
		p->pidfd = fd < 0 ? -1 : (int)fd;
	}
	if (!(p->flags & TIERMM_LINUX_PAGES_NO_HUGE)) {
		long fd;

		tiermm__linux_pages_path(path, p->proc, p->pid, "pagemap");
		fd = p->calls->open(p->calls_self, path, 0);
		p->pagemap = fd < 0 ? -1 : (int)fd;
		p->huge_bytes = read_huge_bytes(p);
	}
	return 0;
}

static void fill(struct tiermm_linux_pages *p,
		 const struct tiermm_linux_pages_options *options,
		 const struct kernel_calls *calls, void *calls_self)
{
	p->flags = options->flags;
	p->pid = options->pid;
	p->is_self = options->pid == 0;
	p->pidfd = p->pagemap = -1;
	p->batch = options->batch;
	p->reserve_pages = options->reserve_pages;
	p->page_bytes = tiermm__linux_page_bytes();
	p->calls = calls;
	p->calls_self = calls_self;
	snprintf(p->root, sizeof(p->root), "%s", options->root);
	snprintf(p->proc, sizeof(p->proc), "%s", options->proc);
	if (options->allowed)
		p->allowed = *options->allowed;
	else
		memset(&p->allowed, 0xff, sizeof(p->allowed));
	atomic_init(&p->inside, 0);
	for (int i = 0; i < TIERMM_LINUX_PAGES_COUNTERS; i++)
		atomic_init(&p->counters[i], 0);
	carve(p);
}

int tiermm__linux_pages_create(struct tiermm_linux_pages **out,
			       const struct tiermm_linux_pages_options *options,
			       const struct kernel_calls *calls,
			       void *calls_self, const struct tiermm_alloc *mem)
{
	struct tiermm_linux_pages_options known;
	struct tiermm_linux_pages *p;
	struct tiermm_alloc alloc;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__linux_pages_options(&known, options);
	if (!err)
		err = tiermm__linux_alloc(&alloc, mem);
	if (err)
		return err;
	bytes = footprint(known.batch);
	p = alloc.alloc(alloc.self, bytes, _Alignof(max_align_t));
	if (!p)
		return -TIERMM_ENOMEM;
	memset(p, 0, (size_t)bytes);
	p->mem = alloc;
	p->bytes = bytes;
	fill(p, &known, calls, calls_self);
	err = open_files(p);
	if (err) {
		alloc.free(alloc.self, p, bytes);
		return err;
	}
	*out = p;
	return 0;
}

int tiermm_linux_pages_create(struct tiermm_linux_pages **out,
			      const struct tiermm_linux_pages_options *options,
			      const struct tiermm_alloc *mem)
{
	return tiermm__linux_pages_create(out, options, &tiermm__linux_kernel,
					  NULL, mem);
}

void tiermm_linux_pages_destroy(struct tiermm_linux_pages *p)
{
	struct tiermm_alloc mem;

	if (!p)
		return;
	for (int node = 0; node < TIERMM_MAX_NODES; node++)
		if (p->meminfo[node])
			p->calls->close(p->calls_self, p->meminfo[node] - 1);
	if (p->pagemap >= 0)
		p->calls->close(p->calls_self, p->pagemap);
	if (p->pidfd >= 0)
		p->calls->close(p->calls_self, p->pidfd);
	mem = p->mem;
	mem.free(mem.self, p, p->bytes);
}

int tiermm__linux_pages_enter(struct tiermm_linux_pages *p)
{
	/* Acquire, with the release in leave: the owner before us is done. */
	if (atomic_exchange_explicit(&p->inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	/*
	 * Its number may belong to another process by now. One that ends
	 * behind this question can still be mistaken, if its number is given
	 * away before the call is over.
	 */
	p->ended = p->pidfd >= 0 &&
		   p->calls->has_ended(p->calls_self, p->pidfd) > 0;
	p->stop = p->ended ? TIERMM_OUTCOME_ABSENT : 0;
	p->stop_error = p->ended ? -ESRCH : 0;
	return 0;
}

void tiermm__linux_pages_leave(struct tiermm_linux_pages *p)
{
	/* Release, with the acquire in enter. */
	atomic_store_explicit(&p->inside, 0, memory_order_release);
}

int tiermm_linux_pages_memops(struct tiermm_linux_pages *p,
			      struct tiermm_memops *out)
{
	if (!p || !out)
		return -TIERMM_EINVAL;
	*out = (struct tiermm_memops){
		.size = sizeof(*out),
		.name = "linux",
		.self = p,
		.move = tiermm__linux_pages_move,
		.locate = tiermm__linux_pages_locate,
		.headroom = tiermm__linux_pages_headroom,
		.page_out = p->is_self || p->pidfd >= 0
				    ? tiermm__linux_pages_page_out
				    : NULL,
		.discard = p->is_self ? tiermm__linux_pages_discard : NULL,
	};
	return 0;
}

int tiermm_linux_pages_set_allowed(struct tiermm_linux_pages *p,
				   const struct tiermm_nodeset *allowed)
{
	if (!p)
		return -TIERMM_EINVAL;
	/* Acquire, with the release in leave: the owner before us is done. */
	if (atomic_exchange_explicit(&p->inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	if (allowed)
		p->allowed = *allowed;
	else
		memset(&p->allowed, 0xff, sizeof(p->allowed));
	tiermm__linux_pages_leave(p);
	return 0;
}

void tiermm__linux_pages_count(struct tiermm_linux_pages *p, uint32_t counter,
			       uint64_t n)
{
	/* Relaxed: one writer, the owner; readers want a number, no order. */
	uint64_t now = atomic_load_explicit(&p->counters[counter],
					    memory_order_relaxed);

	atomic_store_explicit(&p->counters[counter], now + n,
			      memory_order_relaxed);
}

int tiermm_linux_pages_counters(const struct tiermm_linux_pages *p,
				uint64_t *out, uint64_t cap, uint64_t *n_out)
{
	if (!p || (cap && !out))
		return -TIERMM_EINVAL;
	/* Relaxed, as in count. */
	for (uint64_t i = 0; i < cap && i < TIERMM_LINUX_PAGES_COUNTERS; i++)
		out[i] = atomic_load_explicit(&p->counters[i],
					      memory_order_relaxed);
	if (n_out)
		*n_out = TIERMM_LINUX_PAGES_COUNTERS;
	return 0;
}
