/* SPDX-License-Identifier: MIT */
/*
 * Bits of a word. Compiler builtins for these may become calls into libgcc,
 * which the list of undefined symbols does not allow; so they are used only
 * on processors that have the instruction in their base set.
 */
#ifndef TIERMM_BASE_BITS_H
#define TIERMM_BASE_BITS_H

#include <stdint.h>

/* How many bits are set: pairs, nibbles, bytes, then one sum of all bytes. */
static inline uint32_t tiermm__popcount(uint64_t word)
{
	word -= (word >> 1) & 0x5555555555555555u;
	word = (word & 0x3333333333333333u) +
	       ((word >> 2) & 0x3333333333333333u);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (uint32_t)((word * 0x0101010101010101u) >> 56);
}

/* Number of the lowest bit that is set; the word must not be 0. */
static inline uint32_t tiermm__lowest_bit(uint64_t word)
{
#if defined(__x86_64__) || defined(__aarch64__)
	return (uint32_t)__builtin_ctzll(word);
#else
	return tiermm__popcount((word & (0 - word)) - 1);
#endif
}

#endif
