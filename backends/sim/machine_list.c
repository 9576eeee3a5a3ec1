/* SPDX-License-Identifier: MIT */
/* Queues of 32-bit entries in chunks, so that no list has a size of its own. */
#include "machine_list.h"

#define NO_CHUNK UINT32_MAX

static uint32_t *chunk_words(const struct sim_pool *pool, uint32_t chunk)
{
	return pool->words + (uint64_t)chunk * SIM_CHUNK;
}

uint32_t tiermm__sim_pool_chunks(uint64_t entries, uint32_t lists)
{
	return (uint32_t)(entries / (SIM_CHUNK - 1) + 1 + 2 * lists);
}

/* Chunks are linked as they are first used: nothing is touched before. */
void tiermm__sim_pool_init(struct sim_pool *pool, uint32_t *words,
			   uint32_t chunks)
{
	pool->words = words;
	pool->chunks = chunks;
	pool->n_free = chunks;
	pool->free = 0;
}

/* Word 0 of a free chunk is 0 while the next free one is its neighbour. */
static uint32_t take_chunk(struct sim_pool *pool)
{
	uint32_t chunk = pool->free;
	uint32_t *words;

	if (!pool->n_free)
		return NO_CHUNK;
	words = chunk_words(pool, chunk);
	pool->free = words[0] ? words[0] - 1 : chunk + 1;
	pool->n_free--;
	words[0] = 0;
	return chunk;
}

static void give_chunk(struct sim_pool *pool, uint32_t chunk)
{
	chunk_words(pool, chunk)[0] = pool->free + 1;
	pool->free = chunk;
	pool->n_free++;
}

/* head 0 says that the list has no chunk. */
static int extend(struct sim_pool *pool, struct sim_list *list)
{
	uint32_t chunk = take_chunk(pool);

	if (chunk == NO_CHUNK)
		return 0;
	if (list->head == 0) {
		list->head_chunk = chunk;
		list->head = 1;
	} else {
		chunk_words(pool, list->tail_chunk)[0] = chunk + 1;
	}
	list->tail_chunk = chunk;
	list->tail = 1;
	return 1;
}

int tiermm__sim_list_push(struct sim_pool *pool, struct sim_list *list,
			  uint32_t entry)
{
	if ((list->head == 0 || list->tail == SIM_CHUNK) && !extend(pool, list))
		return 0;
	chunk_words(pool, list->tail_chunk)[list->tail++] = entry;
	list->entries++;
	return 1;
}

int tiermm__sim_list_pop(struct sim_pool *pool, struct sim_list *list,
			 uint32_t *entry)
{
	uint32_t *words;

	if (list->entries == 0)
		return 0;
	words = chunk_words(pool, list->head_chunk);
	*entry = words[list->head++];
	list->entries--;
	if (list->entries == 0) {
		give_chunk(pool, list->head_chunk);
		*list = (struct sim_list){ 0 };
	} else if (list->head == SIM_CHUNK) {
		uint32_t next = words[0] - 1;

		give_chunk(pool, list->head_chunk);
		list->head_chunk = next;
		list->head = 1;
	}
	return 1;
}

/* A full turn: what comes out and is kept goes in again behind. */
void tiermm__sim_list_compact(struct sim_pool *pool, struct sim_list *list,
			      int (*keep)(void *self, uint32_t entry),
			      void *self)
{
	struct sim_list kept = { 0 };
	uint32_t entry;

	while (tiermm__sim_list_pop(pool, list, &entry))
		if (keep(self, entry))
			tiermm__sim_list_push(pool, &kept, entry);
	*list = kept;
}
