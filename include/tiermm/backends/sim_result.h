/* SPDX-License-Identifier: MIT */
/**
 * @file sim_result.h
 * What a run came to: times, hits a node, traffic, and how it went (S7).
 *
 *     mean access  = access_ns / accesses    (the CPUs' own work left out)
 *     p50, p99       of single accesses, faults and waits included
 *
 * All numbers are integers, and equal for equal input.
 */
#ifndef TIERMM_BACKENDS_SIM_RESULT_H
#define TIERMM_BACKENDS_SIM_RESULT_H

#include <tiermm/backends/sim.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Sums of a run. Filled by the library. */
struct tiermm_sim_result {
	uint32_t size;          /**< sizeof of this struct where you compile */
	uint32_t n_nodes;       /**< nodes with memory */
	uint64_t time_ns;       /**< mean of the CPUs' clocks */
	uint64_t accesses;      /**< counts and repeats included */
	uint64_t access_ns;     /**< what they cost, faults and waits too */
	uint64_t mean_ps;       /**< of one, in 1/1000 ns */
	uint64_t p50_ns;        /**< half of them were quicker */
	uint64_t p99_ns;        /**< 1 in 100 was slower */
	uint64_t pages;         /**< touched at least once */
	uint64_t faults;        /**< first touches */
	uint64_t swapped_in;    /**< pages that came back from swap */
	uint64_t swapped_out;   /**< pages that went there */
	uint64_t discarded;     /**< clean pages with backing, dropped */
	uint64_t demoted;       /**< pages to a slower node */
	uint64_t promoted;      /**< pages to a faster node */
	uint64_t moved_bytes;   /**< copied between nodes */
	uint64_t move_failures; /**< asked for, and refused for lack of room */
	uint64_t hint_faults;   /**< of accesses to marked pages */
	uint64_t tlb_misses;    /**< walks */
	uint64_t shootdowns;    /**< times that other CPUs were interrupted */
	uint64_t interrupts;    /**< CPUs interrupted, in all */
	uint64_t flushes_own;   /**< flushes for the CPUs' own reasons */
	uint64_t deferred;      /**< pages moved whose old copy waited */
	uint64_t flushes_avoided; /**< shoot-downs that batches did not need */
	uint64_t settled;         /**< writes that had to flush first */
	uint64_t direct;        /**< times that an allocation had to reclaim */
	uint64_t direct_ns;     /**< and how long that took */
	uint64_t background_ns; /**< work beside the program */
	uint64_t bytes;         /**< memory that the simulation takes */
};

/** One node. Stands in arrays; never changes size. */
struct tiermm_sim_node {
	int32_t node;            /**< its id */
	int32_t tier;            /**< its tier, or none */
	uint64_t capacity_pages; /**< frames */
	uint64_t used_pages;     /**< holding a page now */
	uint64_t parked_pages;   /**< old copies that wait */
	uint64_t accesses;       /**< that it served */
	uint64_t moved_in;       /**< pages that came from other nodes */
	uint64_t moved_out;      /**< pages that went to other nodes */
	uint64_t swapped_out;    /**< pages that went to swap */
	uint32_t latency_ns;     /**< of a read, unloaded, seen from its CPUs */
	uint32_t loaded_ns;      /**< under the load of the last interval */
};

/** A moment of a run. Stands in arrays; never changes size. */
struct tiermm_sim_point {
	uint64_t time_ns;    /**< end of the stretch that it sums up */
	uint64_t accesses;   /**< in it */
	uint64_t access_ns;  /**< what they cost */
	uint64_t top;        /**< of them, served by a top-tier node */
	uint64_t demoted;    /**< pages */
	uint64_t promoted;   /**< pages */
	uint64_t swapped;    /**< pages, out and in */
	uint64_t interrupts; /**< CPUs interrupted */
};

/**
 * Sums so far.
 *
 * @param s   simulation
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_get_result(struct tiermm_sim *s,
				     struct tiermm_sim_result *out);

/**
 * Nodes, ascending by id.
 *
 * @param s     simulation
 * @param out   room for @p cap nodes
 * @param cap   entries in @p out
 * @param n_out nodes there are; the first @p cap of them are written
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_nodes(struct tiermm_sim *s,
				struct tiermm_sim_node *out, uint64_t cap,
				uint64_t *n_out);

/**
 * The series, from the start on. When it is full, two neighbours become one
 * point, and so on for all of them: a long run has a coarser series. The last
 * point is of the stretch under way, so that points add up to the sums: there
 * may be one more than `max_points`.
 *
 * @param s     simulation
 * @param out   room for @p cap points
 * @param cap   entries in @p out
 * @param n_out points there are; the first @p cap of them are written
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_series(struct tiermm_sim *s,
				 struct tiermm_sim_point *out, uint64_t cap,
				 uint64_t *n_out);

/**
 * Check that nothing is lost or doubled: pages, frames, lists, counters (S6).
 *
 * @param s simulation
 * @retval 1 it adds up
 * @retval 0 it does not, or @p s is NULL, or another thread is inside
 * @threads owner
 * @cost a look at each page and each list entry
 * @since 0.1
 */
TIERMM_API int tiermm_sim_is_valid(struct tiermm_sim *s);

#ifdef __cplusplus
}
#endif
#endif
