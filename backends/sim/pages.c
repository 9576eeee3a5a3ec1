/* SPDX-License-Identifier: MIT */
/* Numbers as they come made dense, in the order in which they come. */
#include "pages.h"

#include <tiermm/error.h>

#include <stddef.h>
#include <string.h>

#define FIRST_ROOM 64

/* The finishing step of SplitMix64: each bit reaches each bit. */
uint64_t tiermm__sim_hash(uint64_t key)
{
	key = (key ^ key >> 30) * 0xbf58476d1ce4e5b9u;
	key = (key ^ key >> 27) * 0x94d049bb133111ebu;
	return key ^ key >> 31;
}

static uint64_t *find(const struct tiermm__sim_dense *d, uint64_t key)
{
	uint64_t at = tiermm__sim_hash(key) & (d->slots - 1);

	while (d->slot[at] && d->key[d->slot[at] - 1] != key)
		at = (at + 1) & (d->slots - 1);
	return &d->slot[at];
}

static int grow(struct tiermm__sim_dense *d)
{
	uint64_t room = d->room ? 2 * d->room : FIRST_ROOM;
	uint64_t *key = tiermm__sim_alloc(&d->mem, room * sizeof(*key));
	uint64_t *slot = tiermm__sim_alloc(&d->mem, 2 * room * sizeof(*slot));

	if (!key || !slot) {
		tiermm__sim_free(&d->mem, key, room * sizeof(*key));
		tiermm__sim_free(&d->mem, slot, 2 * room * sizeof(*slot));
		return -TIERMM_ENOMEM;
	}
	if (d->n)
		memcpy(key, d->key, (size_t)(d->n * sizeof(*key)));
	tiermm__sim_free(&d->mem, d->key, d->room * sizeof(*key));
	tiermm__sim_free(&d->mem, d->slot, d->slots * sizeof(*slot));
	d->key = key;
	d->room = room;
	d->slot = slot;
	d->slots = 2 * room;
	for (uint64_t i = 0; i < d->n; i++)
		*find(d, key[i]) = i + 1;
	return 0;
}

int tiermm__sim_dense_of(struct tiermm__sim_dense *d, uint64_t key,
			 uint64_t *out)
{
	uint64_t *slot;
	int err;

	if (d->n && d->key[d->last] == key) {
		*out = d->last;
		return 0;
	}
	if (d->n == d->room) {
		err = grow(d);
		if (err)
			return err;
	}
	slot = find(d, key);
	if (!*slot) {
		d->key[d->n++] = key;
		*slot = d->n;
	}
	d->last = *slot - 1;
	*out = d->last;
	return 0;
}

int tiermm__sim_dense_find(const struct tiermm__sim_dense *d, uint64_t key,
			   uint64_t *out)
{
	uint64_t *slot = d->slots ? find(d, key) : NULL;

	if (!slot || !*slot)
		return 0;
	*out = *slot - 1;
	return 1;
}

void tiermm__sim_dense_clear(struct tiermm__sim_dense *d)
{
	d->n = 0;
	d->last = 0;
	if (d->slots)
		memset(d->slot, 0, (size_t)(d->slots * sizeof(*d->slot)));
}

void tiermm__sim_dense_drop(struct tiermm__sim_dense *d)
{
	tiermm__sim_free(&d->mem, d->key, d->room * sizeof(*d->key));
	tiermm__sim_free(&d->mem, d->slot, d->slots * sizeof(*d->slot));
}
