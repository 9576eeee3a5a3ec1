/* SPDX-License-Identifier: MIT */
/*
 * The page table: open addressing with linear probing. An erased page's
 * followers move up, so that there are no tombstones and a long random run
 * does not slow down.
 */
#include <stddef.h>

#include "internal.h"

/* The finalizer of SplitMix64: keys are often multiples of a page size. */
static uint64_t mix(uint64_t key)
{
	key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
	return key ^ key >> 31;
}

/* The key's slot, or the free one where it would stand. */
static struct mock_page *probe(const struct mock_pages *pages, uint64_t key)
{
	uint64_t i = mix(key) & pages->mask;

	while (pages->slot[i].pages && pages->slot[i].key != key)
		i = (i + 1) & pages->mask;
	return &pages->slot[i];
}

struct mock_page *tiermm__mock_find(const struct mock_pages *pages,
				    uint64_t key)
{
	struct mock_page *page = probe(pages, key);

	return page->pages ? page : NULL;
}

struct mock_page *tiermm__mock_insert(struct mock_pages *pages, uint64_t key)
{
	struct mock_page *page = probe(pages, key);

	if (pages->used == pages->limit)
		return NULL;
	pages->used++;
	page->key = key;
	page->node = TIERMM_NO_NODE;
	return page;
}

void tiermm__mock_erase(struct mock_pages *pages, struct mock_page *page)
{
	uint64_t hole = (uint64_t)(page - pages->slot);
	uint64_t i = hole;

	pages->used--;
	pages->slot[hole].pages = 0;
	for (;;) {
		uint64_t home;

		i = (i + 1) & pages->mask;
		if (!pages->slot[i].pages)
			return;
		home = mix(pages->slot[i].key) & pages->mask;
		/* It may move up unless its home lies behind the hole. */
		if (((i - home) & pages->mask) < ((i - hole) & pages->mask))
			continue;
		pages->slot[hole] = pages->slot[i];
		pages->slot[i].pages = 0;
		hole = i;
	}
}
