/* SPDX-License-Identifier: MIT */
/* Memory for what this backend makes: the caller's allocator, or malloc. */
#ifndef TIERMM_SIM_MEMORY_H
#define TIERMM_SIM_MEMORY_H

#include <tiermm/alloc.h>

/* Structures of callers that grow at the end: all begin like this. */
struct tiermm__sim_prefix {
	uint32_t size;
	uint32_t flags;
};

/*
 * Copy a structure of a caller under the size-prefix rule: 0;
 * -TIERMM_EINVAL: too small; -TIERMM_E2BIG: newer than this library, and in
 * use, or a flag beyond known_flags.
 */
int tiermm__sim_copy(void *dst, uint32_t known, const void *src,
		     uint32_t known_flags);

/* Copy an allocator, as every create does it; NULL stands for malloc. */
int tiermm__sim_memory(struct tiermm_alloc *dst,
		       const struct tiermm_alloc *src);

/* Zeroed; NULL where there is no memory. */
void *tiermm__sim_alloc(const struct tiermm_alloc *mem, uint64_t bytes);

/* NULL is accepted. */
void tiermm__sim_free(const struct tiermm_alloc *mem, void *memory,
		      uint64_t bytes);

#endif
