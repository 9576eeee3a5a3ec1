/* SPDX-License-Identifier: MIT */
/*
 * 64-bit keys to dense indices (P1): an array of keys by index, and a table
 * of indices with linear probing that is half full at most.
 *
 *     table  [2k places, 4 bytes]  ──>  keys  [k, 8 bytes]     16 bytes a key
 *
 * A free index has the next free one in its place, and a bit would cost room
 * that is not there: whether an index is in use is asked of the table.
 */
#ifndef TIERMM_PROMOTION_INTERNAL_MAP_H
#define TIERMM_PROMOTION_INTERNAL_MAP_H

#include "base/owner.h"

#include <tiermm/promotion_map.h>

/* Ends the list of free indices. */
#define TIERMM__MAP_NONE UINT64_MAX

struct tiermm_promotion_map {
	struct tiermm__owner owner;
	uint32_t reserved;
	struct tiermm_alloc mem;
	uint64_t bytes;
	uint64_t seed;
	uint64_t max;
	uint64_t n;
	uint64_t fresh; /* indices from here on were never given */
	uint64_t free;  /* first index that was given back, or NONE */
	uint64_t *keys;
	uint32_t *table; /* [2 * max] index + 1; 0: empty */
};

#endif
