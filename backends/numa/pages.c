/* SPDX-License-Identifier: MIT */
/*
 * The pages of a process through libnuma: made, asked, given up. Called are
 * numa_move_pages and numa_node_size64; neither prints or exits.
 */
#define _GNU_SOURCE
#include "pages.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_BATCH 512
#define MAX_BATCH 4096
/* No structure comes near it: a greater size was never set. */
#define SIZE_LIMIT 4096

static long call_move_pages(void *self, int32_t pid, uint64_t n, void **pages,
			    const int *nodes, int *status, int flags)
{
	long result = numa_move_pages(pid, (unsigned long)n, pages, nodes,
				      status, flags);

	(void)self;
	return result < 0 ? -(long)errno : result;
}

static long long call_free_bytes(void *self, int32_t node)
{
	long long free = 0;

	(void)self;
	return numa_node_size64(node, &free) < 0 ? -ENOENT : free;
}

static const struct numa_calls libnuma = { call_move_pages, call_free_bytes };

static void *libc_alloc(void *self, uint64_t bytes, uint64_t align)
{
	(void)self;
	return align <= _Alignof(max_align_t) ? malloc((size_t)bytes) : NULL;
}

static void libc_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	free(memory);
}

/* Whether a structure's tail, which we do not know, is zero. */
static int is_zero(const void *from, uint32_t known, uint32_t size)
{
	const unsigned char *bytes = from;

	for (uint32_t i = known; i < size; i++)
		if (bytes[i])
			return 0;
	return 1;
}

static int copy_alloc(struct tiermm_alloc *dst, const struct tiermm_alloc *src)
{
	if (!src) {
		*dst = (struct tiermm_alloc){ sizeof(*dst), 0, libc_alloc,
					      libc_free, NULL };
		return 0;
	}
	if (src->size < sizeof(*dst) || !src->alloc || !src->free)
		return -TIERMM_EINVAL;
	if (src->flags || src->size > SIZE_LIMIT ||
	    !is_zero(src, sizeof(*dst), src->size))
		return -TIERMM_E2BIG;
	*dst = *src;
	return 0;
}

static int copy_options(struct tiermm_numa_pages_options *dst,
			const struct tiermm_numa_pages_options *src)
{
	memset(dst, 0, sizeof(*dst));
	if (src) {
		if (src->size < sizeof(*dst))
			return -TIERMM_EINVAL;
		if ((src->flags & ~(uint32_t)TIERMM_NUMA_PAGES_MOVE_SHARED) ||
		    src->size > SIZE_LIMIT ||
		    !is_zero(src, sizeof(*dst), src->size))
			return -TIERMM_E2BIG;
		*dst = *src;
	}
	if (!dst->batch)
		dst->batch = DEFAULT_BATCH;
	return dst->pid < 0 || dst->batch > MAX_BATCH ? -TIERMM_EINVAL : 0;
}

static void carve(struct tiermm_numa_pages *p)
{
	unsigned char *at = (unsigned char *)(p + 1);

	p->entries = (struct entry *)(void *)at;
	at += p->batch * sizeof(*p->entries);
	p->addresses = (void **)(void *)at;
	at += p->batch * sizeof(*p->addresses);
	p->asked = (void **)(void *)at;
	at += p->batch * sizeof(*p->asked);
	p->nodes = (int *)(void *)at;
	at += p->batch * sizeof(*p->nodes);
	p->status = (int *)(void *)at;
	at += p->batch * sizeof(*p->status);
	p->picks = (uint32_t *)(void *)at;
}

int tiermm__numa_pages_create(struct tiermm_numa_pages **out,
			      const struct tiermm_numa_pages_options *options,
			      const struct numa_calls *calls, void *calls_self,
			      const struct tiermm_alloc *mem)
{
	struct tiermm_numa_pages_options known;
	struct tiermm_numa_pages *p;
	struct tiermm_alloc alloc;
	uint64_t bytes;
	int err = copy_options(&known, options);

	*out = NULL;
	if (!err)
		err = copy_alloc(&alloc, mem);
	if (err)
		return err;
	bytes = sizeof(*p) +
		known.batch * (sizeof(struct entry) + 2 * sizeof(void *) +
			       2 * sizeof(int) + sizeof(uint32_t));
	p = alloc.alloc(alloc.self, bytes, _Alignof(max_align_t));
	if (!p)
		return -TIERMM_ENOMEM;
	memset(p, 0, sizeof(*p));
	p->mem = alloc;
	p->bytes = bytes;
	atomic_init(&p->inside, 0);
	p->batch = known.batch;
	p->pid = known.pid;
	p->flags = known.flags & TIERMM_NUMA_PAGES_MOVE_SHARED
			   ? MPOL_MF_MOVE_ALL
			   : MPOL_MF_MOVE;
	p->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	p->calls = calls;
	p->calls_self = calls_self;
	carve(p);
	*out = p;
	return 0;
}

int tiermm_numa_pages_create(struct tiermm_numa_pages **out,
			     const struct tiermm_numa_pages_options *options,
			     const struct tiermm_alloc *mem)
{
	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (numa_available() < 0)
		return -TIERMM_ENOTSUP;
	return tiermm__numa_pages_create(out, options, &libnuma, NULL, mem);
}

void tiermm_numa_pages_destroy(struct tiermm_numa_pages *p)
{
	struct tiermm_alloc mem;

	if (!p)
		return;
	mem = p->mem;
	mem.free(mem.self, p, p->bytes);
}

int tiermm__numa_pages_enter(struct tiermm_numa_pages *p)
{
	/* Acquire, with the release in leave: the owner before us is done. */
	if (atomic_exchange_explicit(&p->inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	p->stop = 0;
	p->stop_error = 0;
	return 0;
}

int tiermm__numa_pages_leave(struct tiermm_numa_pages *p)
{
	int result = p->stop_error == -ESRCH ? -TIERMM_ENOENT : 0;

	/* Release, with the acquire in enter. */
	atomic_store_explicit(&p->inside, 0, memory_order_release);
	return result;
}

long tiermm__numa_pages_ask(struct tiermm_numa_pages *p, uint64_t n)
{
	long result;

	for (uint64_t i = 0; i < n; i++)
		p->status[i] = PAGES_UNTOUCHED;
	result = p->calls->move_pages(p->calls_self, p->pid, n, p->asked, NULL,
				      p->status, 0);
	if (result == -ESRCH) {
		p->stop = TIERMM_OUTCOME_ABSENT;
		p->stop_error = -ESRCH;
	}
	return result < 0 ? result : 0;
}

static int locate(void *self, const uint64_t *pages, uint64_t n, int32_t *nodes)
{
	struct tiermm_numa_pages *p = self;
	int err;

	if (n && (!pages || !nodes))
		return -TIERMM_EINVAL;
	err = tiermm__numa_pages_enter(p);
	if (err)
		return err;
	for (uint64_t at = 0; at < n; at += p->batch) {
		uint64_t left = n - at < p->batch ? n - at : p->batch;

		for (uint64_t i = 0; i < left; i++)
			p->asked[i] = (void *)(uintptr_t)(pages[at + i] &
							  ~(p->page_bytes - 1));
		(void)tiermm__numa_pages_ask(p, left);
		for (uint64_t i = 0; i < left; i++)
			nodes[at + i] = p->status[i] < 0 ? TIERMM_NO_NODE
							 : p->status[i];
	}
	return tiermm__numa_pages_leave(p);
}

static int headroom(void *self, const int32_t *nodes, uint64_t n,
		    uint64_t *free_pages)
{
	struct tiermm_numa_pages *p = self;
	int err;

	if (n && (!nodes || !free_pages))
		return -TIERMM_EINVAL;
	err = tiermm__numa_pages_enter(p);
	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++) {
		long long bytes = -1;

		if (nodes[i] >= 0 && nodes[i] < TIERMM_MAX_NODES)
			bytes = p->calls->free_bytes(p->calls_self, nodes[i]);
		free_pages[i] = bytes < 0 ? 0 : (uint64_t)bytes / p->page_bytes;
	}
	return tiermm__numa_pages_leave(p);
}

int tiermm_numa_pages_memops(struct tiermm_numa_pages *p,
			     struct tiermm_memops *out)
{
	if (!p || !out)
		return -TIERMM_EINVAL;
	*out = (struct tiermm_memops){ .size = sizeof(*out),
				       .name = "numa",
				       .self = p,
				       .move = tiermm__numa_pages_move,
				       .locate = locate,
				       .headroom = headroom };
	return 0;
}
