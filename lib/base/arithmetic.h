/* SPDX-License-Identifier: MIT */
/*
 * Sizes from outside are checked for overflow. Both return 1 where the result
 * does not fit 64 bits (and *out is then of no use), else 0.
 */
#ifndef TIERMM_BASE_ARITHMETIC_H
#define TIERMM_BASE_ARITHMETIC_H

#include <stdint.h>

static inline int tiermm__add_overflow(uint64_t a, uint64_t b, uint64_t *out)
{
	return __builtin_add_overflow(a, b, out);
}

static inline int tiermm__mul_overflow(uint64_t a, uint64_t b, uint64_t *out)
{
	return __builtin_mul_overflow(a, b, out);
}

/* Round up to a power of two; the caller knows that it fits. */
static inline uint64_t tiermm__round_up(uint64_t bytes, uint64_t align)
{
	return (bytes + align - 1) & ~(align - 1);
}

#endif
