/* SPDX-License-Identifier: MIT */
/*
 * Random numbers: xoroshiro128++ 1.0 by Blackman and Vigna ("Scrambled linear
 * pseudorandom number generators", 2019), seeded through SplitMix64; bounds
 * by Lemire's multiplication ("Fast random integer generation in an
 * interval", 2019).
 */
#include <tiermm/error.h>
#include <tiermm/random.h>

static uint64_t rotate_left(uint64_t word, unsigned int by)
{
	return word << by | word >> (64 - by);
}

static uint64_t split_mix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

int tiermm_random_seed(struct tiermm_random *random, uint64_t seed)
{
	if (!random)
		return -TIERMM_EINVAL;
	/* Two outputs in a row differ, so they are never both zero. */
	random->state[0] = split_mix(&seed);
	random->state[1] = split_mix(&seed);
	return 0;
}

uint64_t tiermm_random_next(struct tiermm_random *random)
{
	uint64_t a, b, result;

	/* Never seeded: it would give zeros for ever, and below() never end. */
	if (!(random->state[0] | random->state[1]))
		(void)tiermm_random_seed(random, 0);
	a = random->state[0];
	b = random->state[1];
	result = rotate_left(a + b, 17) + a;

	b ^= a;
	random->state[0] = rotate_left(a, 49) ^ b ^ b << 21;
	random->state[1] = rotate_left(b, 28);
	return result;
}

/* Upper half of a 128-bit product, without a 128-bit type. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	uint64_t a_low = (uint32_t)a, a_high = a >> 32;
	uint64_t b_low = (uint32_t)b, b_high = b >> 32;
	uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
	uint64_t other = a_low * b_high + (uint32_t)middle;

	return a_high * b_high + (middle >> 32) + (other >> 32);
}

uint64_t tiermm_random_below(struct tiermm_random *random, uint64_t bound)
{
	uint64_t word, refused;

	if (!bound)
		return 0;
	word = tiermm_random_next(random);
	if (word * bound < bound) {
		/* Words that would favour some answers: 2^64 mod bound. */
		refused = (0 - bound) % bound;
		while (word * bound < refused)
			word = tiermm_random_next(random);
	}
	return multiply_high(word, bound);
}
