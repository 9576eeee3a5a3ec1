/* SPDX-License-Identifier: MIT */
/*
 * Room on a node, from its meminfo. The file stays open: sysfs writes it anew
 * for each read from its start.
 */
#define _GNU_SOURCE
#include "pages.h"
#include "parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MEMINFO_BYTES 256
#define RESERVE_PART 64
#define RESERVE_MOST_BYTES (UINT64_C(64) << 20)

/* "Node 2 MemFree:   1234 kB" within a text: 0 or -1. */
static int find_kib(const char *text, size_t length, const char *word,
		    uint64_t *out)
{
	const char *at = memmem(text, length, word, strlen(word));
	struct cursor c;

	if (!at)
		return -1;
	at += strlen(word);
	c = tiermm__linux_cursor(at, length - (size_t)(at - text));
	tiermm__linux_blanks(&c);
	return tiermm__linux_number(&c, UINT64_MAX >> 11, out);
}

static void forget(struct tiermm_linux_pages *p, int32_t node)
{
	if (p->meminfo[node])
		p->calls->close(p->calls_self, p->meminfo[node] - 1);
	p->meminfo[node] = 0;
}

/* Bytes of a node's meminfo, or a negative errno. */
static long read_meminfo(struct tiermm_linux_pages *p, int32_t node, char *text)
{
	char path[PAGES_PATH];
	long got;

	if (!p->meminfo[node]) {
		snprintf(path, sizeof(path),
			 "%s/devices/system/node/node%d/meminfo", p->root,
			 node);
		got = p->calls->open(p->calls_self, path, 0);
		if (got < 0)
			return got;
		p->meminfo[node] = (int)got + 1;
	}
	got = p->calls->read_at(p->calls_self, p->meminfo[node] - 1, text,
				MEMINFO_BYTES, 0);
	/* The node went; should it come back, its file is another one. */
	if (got < 0)
		forget(p, node);
	return got;
}

static uint64_t reserve_of(const struct tiermm_linux_pages *p, uint64_t total)
{
	uint64_t most = RESERVE_MOST_BYTES / p->page_bytes;

	if (p->flags & TIERMM_LINUX_PAGES_NO_RESERVE)
		return 0;
	if (p->reserve_pages)
		return p->reserve_pages;
	return total / RESERVE_PART < most ? total / RESERVE_PART : most;
}

int tiermm__linux_pages_room(struct tiermm_linux_pages *p, int32_t node,
			     uint64_t *beyond_reserve, uint64_t *in_all)
{
	char text[MEMINFO_BYTES];
	uint64_t total, free, reserve;
	long got = read_meminfo(p, node, text);

	*beyond_reserve = *in_all = UINT64_MAX;
	if (got < 0)
		return (int)got;
	if (find_kib(text, (size_t)got, "MemTotal:", &total) ||
	    find_kib(text, (size_t)got, "MemFree:", &free))
		return -EPROTO;
	/*
	 * A node whose memory went stays, and shows nothing. While it changes
	 * it may show nothing too early: the kernel is to say that it is gone.
	 */
	if (!total)
		return -ENODEV;
	total = total * 1024 / p->page_bytes;
	free = free * 1024 / p->page_bytes;
	reserve = reserve_of(p, total);
	*in_all = free;
	*beyond_reserve = free > reserve ? free - reserve : 0;
	return 0;
}

/* A node that is not there has no room; that is no error. */
static int is_gone(int error)
{
	return error == -ENOENT || error == -ENODEV || error == -ENXIO;
}

static int headroom_of(struct tiermm_linux_pages *p, int32_t node,
		       uint64_t *free_pages)
{
	uint64_t in_all;
	int err = -ENOENT;

	if (node >= 0 && node < TIERMM_MAX_NODES)
		err = tiermm__linux_pages_room(p, node, free_pages, &in_all);
	if (is_gone(err)) {
		*free_pages = 0;
		return 0;
	}
	if (err == -EACCES || err == -EPERM)
		return -TIERMM_EACCES;
	return err ? -TIERMM_EIO : 0;
}

int tiermm__linux_pages_headroom(void *self, const int32_t *nodes, uint64_t n,
				 uint64_t *free_pages)
{
	struct tiermm_linux_pages *p = self;
	int err;

	if (n && (!nodes || !free_pages))
		return -TIERMM_EINVAL;
	err = tiermm__linux_pages_enter(p);
	if (err)
		return err;
	for (uint64_t i = 0; !err && i < n; i++)
		err = headroom_of(p, nodes[i], &free_pages[i]);
	tiermm__linux_pages_leave(p);
	return err;
}
