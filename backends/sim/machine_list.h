/* SPDX-License-Identifier: MIT */
/*
 * Lists of pages, oldest first, in chunks out of one pool. They know nothing
 * of pages but their numbers; who is stale is for the caller to say.
 */
#ifndef TIERMM_SIM_MACHINE_LIST_H
#define TIERMM_SIM_MACHINE_LIST_H

#include <stdint.h>

/* Words of a chunk; the first one links it. */
#define SIM_CHUNK 1024u
/* Entries: 28 bits of page, 4 of tag. */
#define SIM_ENTRY_TAG_SHIFT 28
#define SIM_ENTRY_PAGE 0x0fffffffu

struct sim_pool {
	uint32_t *words;
	uint32_t chunks;
	uint32_t free;   /* first free chunk */
	uint32_t n_free; /* how many */
};

/* Positions run from 1 to SIM_CHUNK - 1 inside a chunk. */
struct sim_list {
	uint32_t head_chunk, head; /* the next one to come out */
	uint32_t tail_chunk, tail; /* the next free place */
	uint64_t entries;
};

/* Chunks that n entries in some lists take at most. */
uint32_t tiermm__sim_pool_chunks(uint64_t entries, uint32_t lists);

/* A pool in zeroed memory of chunks * SIM_CHUNK words. */
void tiermm__sim_pool_init(struct sim_pool *pool, uint32_t *words,
			   uint32_t chunks);

/* 0: the pool is empty. */
int tiermm__sim_list_push(struct sim_pool *pool, struct sim_list *list,
			  uint32_t entry);

/* 0: the list is empty. */
int tiermm__sim_list_pop(struct sim_pool *pool, struct sim_list *list,
			 uint32_t *entry);

/* Keep the entries that keep() says 1 to, in their order. */
void tiermm__sim_list_compact(struct sim_pool *pool, struct sim_list *list,
			      int (*keep)(void *self, uint32_t entry),
			      void *self);

#endif
