/* SPDX-License-Identifier: MIT */
/*
 * Blocks by id: open addressing, linear probing, at most half full. A hole
 * left by a block that went is closed by moving back what stands behind it.
 * Four neighbours share a cache line, since units and devices are looked at
 * block by block; lines are scattered by a multiplication.
 */
#include "zone/internal.h"

#include "base/assert.h"

#define STRETCH_BITS 2
#define STRETCH_MASK ((UINT64_C(1) << STRETCH_BITS) - 1)
/* 2^64 divided by the golden ratio: neighbours end far apart (Knuth). */
#define SCATTER UINT64_C(0x9e3779b97f4a7c15)

static uint64_t home(const struct tiermm_zones *z, uint64_t block)
{
	uint64_t stretch = (block >> STRETCH_BITS) * SCATTER;

	/* The high half of the product is the well-mixed one. */
	stretch ^= stretch >> 32;
	return (stretch << STRETCH_BITS | (block & STRETCH_MASK)) &
	       z->table_mask;
}

void tiermm__zone_table_clear(struct tiermm_zones *z)
{
	for (uint64_t i = 0; i <= z->table_mask; i++)
		z->table[i].block = TIERMM__ZONE_EMPTY;
}

struct tiermm__zone_entry *tiermm__zone_find(const struct tiermm_zones *z,
					     uint64_t block)
{
	uint64_t at;

	if (block == TIERMM__ZONE_EMPTY)
		return NULL;
	at = home(z, block);
	while (z->table[at].block != block) {
		if (z->table[at].block == TIERMM__ZONE_EMPTY)
			return NULL;
		at = (at + 1) & z->table_mask;
	}
	return &z->table[at];
}

struct tiermm__zone_entry *tiermm__zone_insert(struct tiermm_zones *z,
					       uint64_t block)
{
	uint64_t at = home(z, block);

	TIERMM_ASSERT(z->n_blocks < z->room.max_blocks);
	while (z->table[at].block != TIERMM__ZONE_EMPTY)
		at = (at + 1) & z->table_mask;
	z->n_blocks++;
	z->table[at] = (struct tiermm__zone_entry){
		.block = block,
		.group = TIERMM_ZONE_NO_GROUP,
		.zone = TIERMM_ZONE_NONE,
	};
	return &z->table[at];
}

void tiermm__zone_erase(struct tiermm_zones *z,
			struct tiermm__zone_entry *entry)
{
	const uint64_t mask = z->table_mask;
	uint64_t hole = (uint64_t)(entry - z->table);
	uint64_t at = (hole + 1) & mask;

	while (z->table[at].block != TIERMM__ZONE_EMPTY) {
		uint64_t from = home(z, z->table[at].block);

		/* It may move back unless the hole lies before its home. */
		if (((at - from) & mask) >= ((at - hole) & mask)) {
			z->table[hole] = z->table[at];
			hole = at;
		}
		at = (at + 1) & mask;
	}
	z->table[hole].block = TIERMM__ZONE_EMPTY;
	z->n_blocks--;
}

int tiermm__zone_id_fits(const struct tiermm_zones *z, uint64_t block)
{
	return block < TIERMM_ZONE_PAGES_MAX / z->room.block_pages;
}
