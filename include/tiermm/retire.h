/* SPDX-License-Identifier: MIT */
/**
 * @file retire.h
 * How published snapshots are given back when nobody can still read them.
 *
 *     publish new ──> retire(old) ──> ... every reader has passed ... ──> free
 *
 * A publisher (the demotion graph) swaps a pointer and has the old object
 * left over, which readers may still hold. It does not know when they are
 * done; whoever registers the readers does: an embedder's own RCU,
 * safepoints, or a tracker of flush generations. This table is what the two
 * agree on. Time is never a grace period, and nothing here waits.
 */
#ifndef TIERMM_RETIRE_H
#define TIERMM_RETIRE_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One object on its way out. The library fills it, the table keeps it. */
struct tiermm_retired {
	struct tiermm_retired *next; /**< for the table's own list */
	/** Give the object back; call once, after the last reader passed. */
	void (*release)(struct tiermm_retired *retired);
	uint64_t generation; /**< for the table's own use */
	uint64_t bytes;      /**< memory that the object holds */
};

/** Who knows when readers have passed. Copied where it is handed in. */
struct tiermm_retire {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	void *self;     /**< first argument of each function */
	/**
	 * Required. The object is no longer reachable for readers that begin
	 * from now on; call its @c release once those that began before have
	 * passed, at once or later, on the thread that calls @c retire or
	 * @c poll. Must not fail: @p retired brings its own memory.
	 */
	void (*retire)(void *self, struct tiermm_retired *retired);
	/**
	 * Required. Release what may be released by now, without waiting.
	 * Returns how many objects are still held.
	 */
	uint64_t (*poll)(void *self);
};

#ifdef __cplusplus
}
#endif
#endif
