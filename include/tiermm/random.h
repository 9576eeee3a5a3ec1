/* SPDX-License-Identifier: MIT */
/**
 * @file random.h
 * Random numbers from a state that the caller owns.
 *
 * The library draws nothing by itself: whoever wants a random choice hands in
 * one of these, one a thread. Equal seeds give equal numbers on every machine
 * and in every release of a soname. The generator is xoroshiro128++ (Blackman
 * and Vigna, 2019), seeded through SplitMix64; it is not for secrets.
 */
#ifndef TIERMM_RANDOM_H
#define TIERMM_RANDOM_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** State of one generator. Stands in arrays; never changes size. */
struct tiermm_random {
	uint64_t state[2]; /**< both zero: seed 0 */
};

/**
 * Start a generator; every seed is good, 0 too.
 *
 * @param random state to set
 * @param seed   where to start
 * @retval 0              ready
 * @retval -TIERMM_EINVAL @p random is NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_random_seed(struct tiermm_random *random, uint64_t seed);

/**
 * The next 64 random bits.
 *
 * @param random a seeded state
 * @return any value
 * @threads owner
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_random_next(struct tiermm_random *random);

/**
 * A number below a bound, each equally likely (no modulo bias).
 *
 * @param random a seeded state
 * @param bound  one more than the greatest answer; 0 answers 0
 * @return 0 to @p bound - 1
 * @threads owner
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_random_below(struct tiermm_random *random,
					uint64_t bound);

#ifdef __cplusplus
}
#endif
#endif
