/* SPDX-License-Identifier: MIT */
/**
 * @file alloc.h
 * Where objects get their memory from.
 *
 * Each object is made in one of two ways: by `tiermm_X_create(&x, ..., mem)`
 * through an allocator (NULL: malloc and free, where the library was built
 * with a C library), or by `tiermm_X_footprint` and `tiermm_X_init` in memory
 * that the caller owns. After that no look-up and no decision allocates.
 *
 * An allocator is copied where it is handed in; only what `self` points to
 * has to live as long as the objects. Its functions run inside the call that
 * the caller made, on the caller's thread, never under a lock; they must not
 * call back into the same object.
 */
#ifndef TIERMM_ALLOC_H
#define TIERMM_ALLOC_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Alignment, in bytes, of memory that `tiermm_X_init` is given. */
#define TIERMM_ALIGN 64

/** Memory source. */
struct tiermm_alloc {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	/**
	 * Get @p bytes (never 0) aligned to @p align (a power of two, at most
	 * #TIERMM_ALIGN), or NULL. The contents do not matter.
	 */
	void *(*alloc)(void *self, uint64_t bytes, uint64_t align);
	/** Give back what @c alloc gave; @p bytes is what was asked for. */
	void (*free)(void *self, void *memory, uint64_t bytes);
	void *self; /**< first argument of both */
};

#ifdef __cplusplus
}
#endif
#endif
