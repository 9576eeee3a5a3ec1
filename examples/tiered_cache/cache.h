/* SPDX-License-Identifier: MIT */
/*
 * A cache of fixed-size values in two arenas, with a table of handles: readers
 * load a handle inside a section and never wait; one writer inserts, demotes
 * and evicts.
 *
 *     handle 7 ──> fast frame        node 0: small
 *     handle 9 ──> slow frame        node 1: large
 *     handle 3 ──> nothing           evicted, or never there
 *
 * When the fast arena is full, the engine says what becomes of cold values:
 * they go to the slow arena, and only from there out of the cache. The old
 * copy of a moved value is free when every reader has left its section.
 */
#ifndef TIERED_CACHE_H
#define TIERED_CACHE_H

#include <stdatomic.h>

#include <tiermm/tiermm.h>

#define KEYS 4096
#define FAST_FRAMES 256
#define SLOW_FRAMES 1024
#define FRAME_BYTES 1024
#define READERS 2

struct frame {
	struct tiermm_flush_page link; /* first: a link is its frame */
	struct frame *next_free;
	uint64_t generation; /* evicted: free when readers have passed it */
	uint64_t key;
	unsigned char byte[FRAME_BYTES];
};

struct arena {
	struct frame *frames;
	uint64_t n;
	uint64_t hand; /* of the clock that looks for cold ones */
	struct frame *free;
	uint64_t n_free;
};

struct cache {
	struct tiermm_engine *engine;
	struct tiermm_flush *flush;
	struct arena arena[2]; /* by node */
	_Atomic(struct frame *) handle[KEYS];
	_Atomic uint8_t used[KEYS]; /* since the clock came by */
	struct frame *limbo;        /* evicted, perhaps still being read */
	uint64_t no_demotion;       /* flags for every question */
	uint64_t demoted, evicted;
};

/* 0, or an error; cache_end() in either case. */
int cache_begin(struct cache *c, int demotes);
void cache_end(struct cache *c);

/* The writer's: put a value in; 0, or an error. */
int cache_insert(struct cache *c, uint64_t key);

/* What a value looks like, and whether this is one. */
void value_fill(struct frame *frame, uint64_t key);
int value_is_whole(const struct frame *frame, uint64_t key);

#endif
