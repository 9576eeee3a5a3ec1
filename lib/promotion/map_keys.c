/* SPDX-License-Identifier: MIT */
/* Keys of a map: added, found, taken out. */
#include "promotion/map.h"

static int enter(struct tiermm_promotion_map *m)
{
	return m ? tiermm__owner_enter(&m->owner) : -TIERMM_EINVAL;
}

/*
 * Mix (two rounds of xor-shift and multiply), then scale the upper half to
 * the number of places, which is no power of two: 32 bits times 32 bits.
 */
static uint64_t place_of(const struct tiermm_promotion_map *m, uint64_t key)
{
	key ^= m->seed;
	key = (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
	key = (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (key >> 32) * (2 * m->max) >> 32;
}

static uint64_t after(const struct tiermm_promotion_map *m, uint64_t at)
{
	return at + 1 < 2 * m->max ? at + 1 : 0;
}

/* Where the key is, or the empty place where it would be. */
static uint64_t find_place(const struct tiermm_promotion_map *m, uint64_t key)
{
	uint64_t at = place_of(m, key);

	while (m->table[at] && m->keys[m->table[at] - 1] != key)
		at = after(m, at);
	return at;
}

static uint64_t find(const struct tiermm_promotion_map *m, uint64_t key)
{
	uint32_t taken = m->table[find_place(m, key)];

	return taken ? taken - 1 : TIERMM_PROMOTION_NO_INDEX;
}

static uint64_t take_index(struct tiermm_promotion_map *m)
{
	uint64_t index = m->free;

	if (index == TIERMM__MAP_NONE)
		return m->fresh++;
	m->free = m->keys[index];
	return index;
}

static int add(struct tiermm_promotion_map *m, uint64_t key, uint64_t *index)
{
	uint64_t at = find_place(m, key);

	if (m->table[at]) {
		*index = m->table[at] - 1;
		return 0;
	}
	if (m->n == m->max)
		return -TIERMM_ENOSPC;
	*index = take_index(m);
	m->keys[*index] = key;
	m->table[at] = (uint32_t)*index + 1;
	m->n++;
	return 0;
}

int tiermm_promotion_map_add(struct tiermm_promotion_map *m,
			     const uint64_t *keys, uint64_t n,
			     uint64_t *indices, uint64_t *n_out)
{
	uint64_t i = 0;
	int err;

	if ((!keys || !indices) && n)
		return -TIERMM_EINVAL;
	err = enter(m);
	if (err)
		return err;
	while (!err && i < n) {
		err = add(m, keys[i], &indices[i]);
		i += !err;
	}
	if (n_out)
		*n_out = i;
	tiermm__owner_leave(&m->owner);
	return err;
}

int tiermm_promotion_map_find(struct tiermm_promotion_map *m,
			      const uint64_t *keys, uint64_t n,
			      uint64_t *indices)
{
	int err;

	if ((!keys || !indices) && n)
		return -TIERMM_EINVAL;
	err = enter(m);
	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++)
		indices[i] = find(m, keys[i]);
	tiermm__owner_leave(&m->owner);
	return 0;
}

int tiermm_promotion_map_key(struct tiermm_promotion_map *m, uint64_t index,
			     uint64_t *key)
{
	int err;

	if (!key)
		return -TIERMM_EINVAL;
	err = enter(m);
	if (err)
		return err;
	if (index < m->fresh && find(m, m->keys[index]) == index)
		*key = m->keys[index];
	else
		err = -TIERMM_ENOENT;
	tiermm__owner_leave(&m->owner);
	return err;
}

/* How far a place lies behind another one, going round. */
static uint64_t behind(const struct tiermm_promotion_map *m, uint64_t at,
		       uint64_t from)
{
	return at >= from ? at - from : at + 2 * m->max - from;
}

/* Close the gap, so that every other key is still found from its place. */
static void forget_place(struct tiermm_promotion_map *m, uint64_t gap)
{
	uint64_t at = after(m, gap);

	for (; m->table[at]; at = after(m, at)) {
		uint64_t home = place_of(m, m->keys[m->table[at] - 1]);

		if (behind(m, at, home) < behind(m, at, gap))
			continue;
		m->table[gap] = m->table[at];
		gap = at;
	}
	m->table[gap] = 0;
}

int tiermm_promotion_map_remove(struct tiermm_promotion_map *m, uint64_t key,
				uint64_t *index)
{
	uint64_t at, gone;
	int err = enter(m);

	if (err)
		return err;
	at = find_place(m, key);
	if (!m->table[at]) {
		tiermm__owner_leave(&m->owner);
		return -TIERMM_ENOENT;
	}
	gone = m->table[at] - 1;
	forget_place(m, at);
	m->keys[gone] = m->free;
	m->free = gone;
	m->n--;
	if (index)
		*index = gone;
	tiermm__owner_leave(&m->owner);
	return 0;
}

int tiermm_promotion_map_count(struct tiermm_promotion_map *m, uint64_t *out)
{
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	err = enter(m);
	if (err)
		return err;
	*out = m->n;
	tiermm__owner_leave(&m->owner);
	return 0;
}

static uint64_t count_free(const struct tiermm_promotion_map *m)
{
	uint64_t n = 0;

	for (uint64_t i = m->free; i != TIERMM__MAP_NONE && n <= m->fresh;
	     i = m->keys[i]) {
		if (i >= m->fresh)
			return TIERMM__MAP_NONE;
		n++;
	}
	return n;
}

static int is_whole(const struct tiermm_promotion_map *m)
{
	uint64_t in_table = 0;

	for (uint64_t at = 0; at < 2 * m->max; at++) {
		uint64_t index = m->table[at];

		if (!index)
			continue;
		if (--index >= m->fresh || find_place(m, m->keys[index]) != at)
			return 0;
		in_table++;
	}
	return in_table == m->n && m->n <= m->max && m->fresh <= m->max &&
	       count_free(m) == m->fresh - m->n;
}

int tiermm_promotion_map_is_valid(struct tiermm_promotion_map *m)
{
	int valid;

	if (enter(m))
		return 0;
	valid = is_whole(m);
	tiermm__owner_leave(&m->owner);
	return valid;
}
