/* SPDX-License-Identifier: MIT */
/*
 * How much of a long random test to do.
 */
#ifndef TESTS_SUPPORT_SHARE_H
#define TESTS_SUPPORT_SHARE_H

#include <stdint.h>

/*
 * The environment's TIERMM_TEST_DIVISOR; where it names none, 20 under a
 * sanitizer, which takes about that much longer, and else 1.
 */
uint64_t share_divisor(void);

/* That part of rounds, at least one. */
uint64_t share_of(uint64_t rounds);

#endif
