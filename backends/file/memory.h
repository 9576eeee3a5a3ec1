/* SPDX-License-Identifier: MIT */
/* Memory for what this backend makes: the caller's allocator, or malloc. */
#ifndef TIERMM_FILE_MEMORY_H
#define TIERMM_FILE_MEMORY_H

#include <tiermm/alloc.h>

/*
 * Copy an allocator, as every create does it.
 * 0; -TIERMM_EINVAL: too small or without functions; -TIERMM_E2BIG: newer
 * than this library, and in use.
 */
int tiermm__file_memory(struct tiermm_alloc *dst,
			const struct tiermm_alloc *src);

/*
 * Copy a structure that begins with uint32_t size and flags, which has no flag
 * yet. 0; -TIERMM_EINVAL: NULL or too small; -TIERMM_E2BIG: it sets what this
 * library does not know.
 */
int tiermm__file_copy(void *dst, uint32_t known, const void *src);

/* Zeroed; NULL where there is no memory. */
void *tiermm__file_alloc(const struct tiermm_alloc *mem, uint64_t bytes);

/* NULL is accepted. */
void tiermm__file_free(const struct tiermm_alloc *mem, void *memory,
		       uint64_t bytes);

#endif
