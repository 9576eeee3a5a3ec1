/* SPDX-License-Identifier: MIT */
/**
 * @file event.h
 * What can happen to a machine while it runs.
 *
 *     ABSENT or MEMORYLESS ──MEMORY_ADD──> ONLINE ──MEMORY_REMOVE (last)──┐
 *            ^                               │ ^                          │
 *            │                 MEMORY_GOING  v │ MEMORY_CANCEL            │
 *            └───────MEMORY_REMOVE (last)── GOING            MEMORYLESS <─┘
 *
 * Memory that comes to a node that has some, or goes from a node that keeps
 * some, changes amounts only. CPUs come and go without a change of tiers.
 */
#ifndef TIERMM_EVENT_H
#define TIERMM_EVENT_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	TIERMM_EVENT_MEMORY_ADD = 1, /**< @c pages came online on @c node */
	TIERMM_EVENT_MEMORY_REMOVE,  /**< @c pages are gone; 0: all of it */
	TIERMM_EVENT_MEMORY_GOING,   /**< the node's last memory may go */
	TIERMM_EVENT_MEMORY_CANCEL,  /**< and stays after all */
	TIERMM_EVENT_CPU_ON,         /**< @c cpu came online on @c node */
	TIERMM_EVENT_CPU_OFF         /**< @c cpu went offline */
};

/** One event. Stands in arrays; never changes size. */
struct tiermm_event {
	uint32_t kind;     /**< TIERMM_EVENT_... */
	int32_t node;      /**< where; ignored by CPU_OFF */
	uint32_t cpu;      /**< which CPU, for CPU_ON and CPU_OFF */
	uint32_t type;     /**< TIERMM_MEMORY_...: what MEMORY_ADD brings */
	uint64_t pages;    /**< base pages; 0: unknown (ADD) or all (REMOVE) */
	uint64_t reserved; /**< zero */
};

#ifdef __cplusplus
}
#endif
#endif
