/* SPDX-License-Identifier: MIT */
/* A map of keys to dense indices as an object: one piece of memory. */
#include "promotion/map.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"

static uint64_t lay_out(struct tiermm_promotion_map *m, void *memory,
			uint64_t keys)
{
	struct tiermm__carver c = { .base = memory };

	tiermm__carve(&c, 1, sizeof(*m));
	m->keys = tiermm__carve(&c, keys, sizeof(*m->keys));
	m->table = tiermm__carve(&c, 2 * keys, sizeof(*m->table));
	return tiermm__carved(&c);
}

static int is_size(uint64_t keys)
{
	return keys && keys <= TIERMM_PROMOTION_MAP_MAX;
}

static struct tiermm_promotion_map *begin(void *memory, uint64_t bytes,
					  const struct tiermm_alloc *mem,
					  uint64_t keys, uint64_t seed)
{
	struct tiermm_promotion_map *m = memory;

	memset(m, 0, sizeof(*m));
	lay_out(m, memory, keys);
	tiermm__owner_init(&m->owner);
	m->mem = *mem;
	m->bytes = bytes;
	m->seed = seed;
	m->max = keys;
	m->free = TIERMM__MAP_NONE;
	memset(m->table, 0, 2 * (size_t)keys * sizeof(*m->table));
	return m;
}

int tiermm_promotion_map_footprint(uint64_t keys, uint64_t *bytes)
{
	struct tiermm_promotion_map scratch;

	if (!bytes || !is_size(keys))
		return -TIERMM_EINVAL;
	*bytes = lay_out(&scratch, NULL, keys);
	return 0;
}

int tiermm_promotion_map_create(struct tiermm_promotion_map **out,
				uint64_t keys, uint64_t seed,
				const struct tiermm_alloc *mem)
{
	struct tiermm_alloc source;
	void *memory = NULL;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm_promotion_map_footprint(keys, &bytes);
	if (!err)
		err = tiermm__place_alloc(&source, mem, bytes, &memory);
	if (!err)
		*out = begin(memory, bytes, &source, keys, seed);
	return err;
}

int tiermm_promotion_map_init(struct tiermm_promotion_map **out, void *memory,
			      uint64_t bytes, uint64_t keys, uint64_t seed)
{
	struct tiermm_alloc nowhere;
	uint64_t needed;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm_promotion_map_footprint(keys, &needed);
	if (!err)
		err = tiermm__place_given(&nowhere, memory, bytes, needed);
	if (!err)
		*out = begin(memory, bytes, &nowhere, keys, seed);
	return err;
}

void tiermm_promotion_map_destroy(struct tiermm_promotion_map *m)
{
	struct tiermm_alloc mem;

	if (!m)
		return;
	mem = m->mem; /* it stands in what it frees */
	tiermm__free(&mem, m, m->bytes);
}
