/* SPDX-License-Identifier: MIT */
/*
 * Where objects of the core get their memory: an allocator that was handed
 * in, malloc, or nowhere (memory of the caller, which is never given back).
 */
#ifndef TIERMM_BASE_ALLOC_H
#define TIERMM_BASE_ALLOC_H

#include <tiermm/alloc.h>

/*
 * Copy and check an allocator; NULL stands for malloc. Returns 0,
 * -TIERMM_EINVAL (a function is missing, too small, or NULL in a build without
 * a C library) or -TIERMM_E2BIG (something that we do not know is set).
 */
int tiermm__alloc_resolve(struct tiermm_alloc *dst,
			  const struct tiermm_alloc *src);

/* The allocator of an object that stands in memory of the caller. */
void tiermm__alloc_none(struct tiermm_alloc *dst);

/* Memory aligned to TIERMM_ALIGN, or NULL. */
void *tiermm__alloc(const struct tiermm_alloc *mem, uint64_t bytes);

/* The same, filled with zeros. */
void *tiermm__alloc_zeroed(const struct tiermm_alloc *mem, uint64_t bytes);

/* Give it back; NULL is nothing, and so is memory of the caller. */
void tiermm__free(const struct tiermm_alloc *mem, void *memory, uint64_t bytes);

/*
 * Check memory that a caller hands in for an object: 0, -TIERMM_EINVAL (NULL
 * or misaligned) or -TIERMM_ENOMEM (fewer bytes than needed).
 */
int tiermm__memory_check(const void *memory, uint64_t bytes, uint64_t needed);

/*
 * Where a new object stands: memory that it takes from an allocator (NULL:
 * malloc), or memory of the caller. *source is what gives it back. Returns 0,
 * -TIERMM_ENOMEM, or what tiermm__alloc_resolve() or tiermm__memory_check()
 * said.
 */
int tiermm__place_alloc(struct tiermm_alloc *source,
			const struct tiermm_alloc *mem, uint64_t bytes,
			void **memory);
int tiermm__place_given(struct tiermm_alloc *source, const void *memory,
			uint64_t bytes, uint64_t needed);

/* malloc and free; not part of a freestanding build. */
void *tiermm__libc_alloc(void *self, uint64_t bytes, uint64_t align);
void tiermm__libc_free(void *self, void *memory, uint64_t bytes);

#endif
