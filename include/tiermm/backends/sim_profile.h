/* SPDX-License-Identifier: MIT */
/**
 * @file sim_profile.h
 * What a stream of accesses is like: counts, footprint, reuse, hot pages.
 *
 *     batches ──add──> profile ──> sums, a curve of reuse, the top pages
 *
 * The reuse distance of an access is the number of other pages that were
 * accessed since its page was last: a memory of C pages that throws out the
 * one not used for longest has exactly the pages nearer than C. Distances are
 * exact; they are counted in classes that double, so that the hits of each
 * memory of 2^k pages are exact as well.
 */
#ifndef TIERMM_BACKENDS_SIM_PROFILE_H
#define TIERMM_BACKENDS_SIM_PROFILE_H

#include <tiermm/backends/sim_source.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Classes of distances: 0, 1, 2-3, 4-7, ... */
#define TIERMM_SIM_DISTANCES 64

/** Sums over a stream. Filled by the library. */
struct tiermm_sim_sums {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint64_t records;    /**< struct tiermm_sim_access */
	uint64_t accesses;   /**< their counts */
	uint64_t writes;     /**< of these, those that write */
	uint64_t fetches;    /**< of these, instruction fetches */
	uint64_t dependent;  /**< of these, dependent ones */
	uint64_t gap_ns;     /**< sum of the gaps, over all threads */
	uint64_t pages;      /**< pages that were touched */
	uint64_t read_only;  /**< of these, never written */
	uint64_t page_bound; /**< one more than the greatest page number */
	uint64_t threads;    /**< one more than the greatest thread number */
	uint64_t processes;  /**< one more than the greatest process number */
	/** Accesses by reuse distance; first ones of a page are in none. */
	uint64_t distance[TIERMM_SIM_DISTANCES];
};

/** A page and what was done to it. Stands in arrays; never changes. */
struct tiermm_sim_top {
	uint64_t page;     /**< its number */
	uint64_t accesses; /**< of it, counts included */
	uint64_t writes;   /**< of these */
	uint64_t reserved; /**< zero */
};

/** A profile that is being taken. */
struct tiermm_sim_profile;

/**
 * Begin a profile.
 *
 * @param out the profile; NULL on error
 * @param mem allocator, or NULL
 * @retval 0              begun
 * @retval -TIERMM_EINVAL @p out is NULL, or @p mem is not usable
 * @retval -TIERMM_E2BIG  a field of @p mem that is not known is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_sim_profile_create(struct tiermm_sim_profile **out,
					 const struct tiermm_alloc *mem);

/**
 * Give a profile back.
 *
 * @param p profile, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_sim_profile_destroy(struct tiermm_sim_profile *p);

/**
 * Take accesses into account. Memory grows with the pages touched, about 60
 * bytes each.
 *
 * @param p     profile
 * @param batch accesses
 * @param n     how many
 * @retval 0              counted
 * @retval -TIERMM_ENOMEM no memory; those before it were counted
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside this profile
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_profile_add(struct tiermm_sim_profile *p,
				      const struct tiermm_sim_access *batch,
				      uint64_t n);

/**
 * The sums so far.
 *
 * @param p   profile
 * @param out set `size`; the rest is filled; untouched on error
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside this profile
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_profile_sums(struct tiermm_sim_profile *p,
				       struct tiermm_sim_sums *out);

/**
 * The pages with the most accesses, most first; equal ones by number.
 *
 * @param p     profile
 * @param out   room for @p cap pages
 * @param cap   pages in @p out
 * @param n_out pages that were touched; the first @p cap of them are written
 * @retval 0              written
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside this profile
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_profile_top(struct tiermm_sim_profile *p,
				      struct tiermm_sim_top *out, uint64_t cap,
				      uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
