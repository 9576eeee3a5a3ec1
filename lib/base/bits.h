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

/* Which of 16 words are not 0, word 0 lowest: the plain way. */
static inline uint32_t tiermm__filled_words_plain(const uint64_t *words)
{
	uint32_t filled = 0;

	for (uint32_t i = 0; i < 16; i++)
		filled |= (uint32_t)(words[i] != 0) << i;
	return filled;
}

#if defined(__SSE2__)
/* A vector, spelled as compilers have it without a header of theirs. */
#define TIERMM__VECTOR(type) type __attribute__((vector_size(16)))

/* Four words in eight parts. Packing saturates: nothing but 0 becomes 0. */
static inline TIERMM__VECTOR(short) tiermm__pack_four(const uint64_t *words)
{
	TIERMM__VECTOR(int) low;
	TIERMM__VECTOR(int) high;

	__builtin_memcpy(&low, words, sizeof(low));
	__builtin_memcpy(&high, words + 2, sizeof(high));
	return __builtin_ia32_packssdw128(low, high);
}

/* Eight words: a short each, -1 where the word is 0. */
static inline TIERMM__VECTOR(short) tiermm__zero_eight(const uint64_t *words)
{
	TIERMM__VECTOR(short) low = tiermm__pack_four(words);
	TIERMM__VECTOR(short) high = tiermm__pack_four(words + 4);

	return (TIERMM__VECTOR(short))__builtin_ia32_packsswb128(low, high) ==
	       0;
}
#endif

/* The same, with what every x86-64 has. */
static inline uint32_t tiermm__filled_words(const uint64_t *words)
{
#if defined(__SSE2__)
	TIERMM__VECTOR(short) low = tiermm__zero_eight(words);
	TIERMM__VECTOR(short) high = tiermm__zero_eight(words + 8);

	return (uint32_t)__builtin_ia32_pmovmskb128(
		       __builtin_ia32_packsswb128(low, high)) ^
	       0xffff;
#else
	return tiermm__filled_words_plain(words);
#endif
}

#endif
