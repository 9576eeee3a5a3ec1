/* SPDX-License-Identifier: MIT */
/* The bare operations, behind a call into a shared library. */
#include "baseline.h"

#include <string.h>

int32_t baseline_load(const uint64_t *table, int32_t node)
{
	return (int32_t)__atomic_load_n(table + node, __ATOMIC_RELAXED);
}

void baseline_copy(struct tiermm_nodeset *to, const struct tiermm_nodeset *from)
{
	*to = *from;
}

void baseline_copy_bytes(void *to, const void *from, uint64_t n)
{
	memcpy(to, from, n);
}

#if defined(__clang__)
#define SCALAR
#define SCALAR_LOOP _Pragma("clang loop vectorize(disable) unroll(disable)")
#else
#define SCALAR __attribute__((optimize("no-tree-vectorize")))
#define SCALAR_LOOP
#endif

SCALAR uint64_t baseline_pass(const uint8_t *bytes, uint64_t n)
{
	uint64_t sum = 0;

	SCALAR_LOOP
	for (uint64_t i = 0; i < n; i++)
		sum += bytes[i];
	return sum;
}

#if !defined(__clang__)
__attribute__((optimize("O3")))
#endif
uint64_t
baseline_pass_fast(const uint8_t *bytes, uint64_t n)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < n; i++)
		sum += bytes[i];
	return sum;
}
