/* SPDX-License-Identifier: MIT */
/*
 * A fixed shuffle of 0 .. n - 1 without a table: a bijection of k-bit words
 * that is applied until the result is below n, which is at most twice on
 * average. Neighbours end up far from each other.
 */
#ifndef TIERMM_SIM_SCATTER_H
#define TIERMM_SIM_SCATTER_H

#include <stdint.h>

struct tiermm__sim_scatter {
	uint64_t n;
	uint64_t mask;      /* 2^k - 1, at least n - 1 */
	uint64_t add;       /* from the seed */
	unsigned int shift; /* about k / 2 */
};

void tiermm__sim_scatter_init(struct tiermm__sim_scatter *s, uint64_t n,
			      uint64_t seed);

/* One step on k-bit words; odd factors and shifted xors can be undone. */
static inline uint64_t
tiermm__sim_scatter_word(const struct tiermm__sim_scatter *s, uint64_t x)
{
	x = ((x + s->add) * 0x9e3779b97f4a7c15u) & s->mask;
	x ^= x >> s->shift;
	x = (x * 0xd6e8feb86659fd93u) & s->mask;
	return x ^ x >> s->shift;
}

static inline uint64_t
tiermm__sim_scatter_of(const struct tiermm__sim_scatter *s, uint64_t x)
{
	do
		x = tiermm__sim_scatter_word(s, x);
	while (x >= s->n);
	return x;
}

#endif
