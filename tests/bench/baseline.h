/* SPDX-License-Identifier: MIT */
/*
 * What nothing can beat: an exported function of a shared library that loads
 * one entry of an array and returns it, and one that copies a node set.
 */
#ifndef TESTS_BENCH_BASELINE_H
#define TESTS_BENCH_BASELINE_H

#include <tiermm/nodeset.h>

#define BASELINE_API __attribute__((visibility("default")))

BASELINE_API int32_t baseline_load(const uint64_t *table, int32_t node);

BASELINE_API void baseline_copy(struct tiermm_nodeset *to,
				const struct tiermm_nodeset *from);

/* Copy n bytes, as the C library likes it best. */
BASELINE_API void baseline_copy_bytes(void *to, const void *from, uint64_t n);

/* Sum of n bytes, one at a time, and as the compiler likes it best. */
BASELINE_API uint64_t baseline_pass(const uint8_t *bytes, uint64_t n);
BASELINE_API uint64_t baseline_pass_fast(const uint8_t *bytes, uint64_t n);

#endif
