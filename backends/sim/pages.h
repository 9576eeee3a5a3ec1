/* SPDX-License-Identifier: MIT */
/*
 * Numbers as they come (regions of addresses, object ids, thread ids) made
 * dense: 0, 1, 2, ... in the order in which they are first seen.
 */
#ifndef TIERMM_SIM_PAGES_H
#define TIERMM_SIM_PAGES_H

#include "memory.h"

/* Zero, with mem set, is the empty table. */
struct tiermm__sim_dense {
	struct tiermm_alloc mem;
	uint64_t *key; /* in order: the dense number is the index */
	uint64_t n;
	uint64_t room;
	uint64_t *slot; /* open addressing: dense number + 1; 0: free */
	uint64_t slots; /* a power of two, at least twice n */
	uint64_t last;  /* the one found last, which often comes again */
};

/* The dense number of key, given one if it is new; -TIERMM_ENOMEM. */
int tiermm__sim_dense_of(struct tiermm__sim_dense *d, uint64_t key,
			 uint64_t *out);

/* The same for a key that is there: 1; else 0. */
int tiermm__sim_dense_find(const struct tiermm__sim_dense *d, uint64_t key,
			   uint64_t *out);

/* Forget all of them, and keep the room. */
void tiermm__sim_dense_clear(struct tiermm__sim_dense *d);

void tiermm__sim_dense_drop(struct tiermm__sim_dense *d);

/* Spread the bits of a key over a word. */
uint64_t tiermm__sim_hash(uint64_t key);

#endif
