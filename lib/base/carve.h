/* SPDX-License-Identifier: MIT */
/*
 * One allocation for an object and its arrays. The same code measures and
 * lays out: with base NULL it counts, with memory it hands out pieces.
 *
 *     struct tiermm__carver c = { .base = memory };
 *     tiermm__carve(&c, 1, sizeof(*object));
 *     object->nodes = tiermm__carve(&c, n, sizeof(*object->nodes));
 *     bytes = tiermm__carved(&c);
 */
#ifndef TIERMM_BASE_CARVE_H
#define TIERMM_BASE_CARVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arithmetic.h"

#include <tiermm/alloc.h>

/* Pieces begin at multiples of this: enough for any type in use. */
#define TIERMM__CARVE_ALIGN 16

struct tiermm__carver {
	char *base;        /* aligned to TIERMM_ALIGN, or NULL to measure */
	uint64_t used;     /* bytes so far */
	uint64_t overflow; /* not 0: the sum does not fit 64 bits */
};

/* Room for n items of some bytes each; NULL while measuring. */
static inline void *tiermm__carve(struct tiermm__carver *c, uint64_t n,
				  uint64_t each)
{
	uint64_t bytes, end, at = c->used;

	if (tiermm__mul_overflow(n, each, &bytes) ||
	    tiermm__add_overflow(bytes, TIERMM_ALIGN, &bytes) ||
	    tiermm__add_overflow(at, bytes, &end)) {
		c->overflow = 1;
		return NULL;
	}
	c->used = at +
		  tiermm__round_up(bytes - TIERMM_ALIGN, TIERMM__CARVE_ALIGN);
	return c->base ? c->base + at : NULL;
}

/* Bytes in all, a multiple of TIERMM_ALIGN; UINT64_MAX on overflow. */
static inline uint64_t tiermm__carved(const struct tiermm__carver *c)
{
	if (c->overflow)
		return UINT64_MAX;
	return tiermm__round_up(c->used, TIERMM_ALIGN);
}

#endif
