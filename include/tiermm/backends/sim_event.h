/* SPDX-License-Identifier: MIT */
/**
 * @file sim_event.h
 * What happens to a simulated machine in the middle of a run (S9).
 *
 *     0 s        2 s                    5 s
 *     ├──────────┼──────────────────────┼────────>
 *                SLOW node 1, 30000     REMOVE node 1, all of it
 *                (a third as fast)      (its pages move, or go to swap)
 *
 * Events are handed in before or during a run, in any order, and come true
 * when the machine's time has reached them, between two accesses: after each
 * call, and once in 256 records of one, the clock is looked at. Those that
 * concern memory are told to the engine as an embedder would tell them
 * (tiermm_engine_event()).
 */
#ifndef TIERMM_BACKENDS_SIM_EVENT_H
#define TIERMM_BACKENDS_SIM_EVENT_H

#include <tiermm/backends/sim.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Events that may wait at a time. */
#define TIERMM_SIM_EVENTS 64

/** What happens. */
enum {
	/** The node is slower by value / 10 000, from the next interval on. */
	TIERMM_SIM_EVENT_SLOW = 1,
	/** Others take value / 10 000 of the time of the node's CPUs. */
	TIERMM_SIM_EVENT_CPU_LOAD,
	/** Value pages of the node go; 0: all. What stood there moves first. */
	TIERMM_SIM_EVENT_REMOVE,
	/** Value pages come to the node. */
	TIERMM_SIM_EVENT_ADD
};

/** One event. Never changes size. */
struct tiermm_sim_event {
	uint64_t time_ns;  /**< when */
	uint64_t value;    /**< see the kind */
	int32_t node;      /**< one that had memory at the beginning */
	uint32_t kind;     /**< TIERMM_SIM_EVENT_... */
	uint64_t reserved; /**< zero */
};

/**
 * Have something happen.
 *
 * @param s     simulation
 * @param event what, and when; a time that has passed means at once, which is
 *              behind the next accesses. Of equal times the first told is first
 * @param error what is wrong; may be NULL
 * @retval 0              it will
 * @retval -TIERMM_EINVAL a pointer is NULL, or a field is out of range: a
 *                        slow-down of less than 10 000 or more than 10 000 000,
 *                        a CPU load of more than 9000, 0 pages to be added,
 *                        more than #TIERMM_SIM_PAGES of them
 * @retval -TIERMM_ENODEV the node has no memory
 * @retval -TIERMM_ENOTSUP memory that stands in a layout neither comes nor goes
 * @retval -TIERMM_ENOSPC #TIERMM_SIM_EVENTS events wait already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_schedule(struct tiermm_sim *s,
				   const struct tiermm_sim_event *event,
				   struct tiermm_sim_error *error);

#ifdef __cplusplus
}
#endif
#endif
