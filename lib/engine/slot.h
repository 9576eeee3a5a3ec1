/* SPDX-License-Identifier: MIT */
/*
 * Memory of requests, and where it is.
 *
 *     spare ──open──> in a step ──queue──> the tracker's ──┐
 *       ^                 │ stopped meanwhile      ^       │ drained, reaped
 *       │                 v                        │       v
 *       │             stranded ── queued again ────┘   the caller's:
 *       │                 └────── closed ────────────> frees the pages
 *       └──────────────────────── take back ──────────────┘
 *
 * Two stacks, each emptied as a whole and never popped, so that there is no
 * ABA: *spare* is filled by any thread and taken by the owner of the engine;
 * *stranded* is filled and taken by any thread. Whoever has taken a slot is
 * the one owner of its request. Both are lock-free: a push is tried again when
 * another one came first, a take is one exchange. Model: tests/model/
 * engine_slots.pml. Stress: tests/property/test_engine_threads.c.
 */
#ifndef TIERMM_ENGINE_SLOT_H
#define TIERMM_ENGINE_SLOT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <tiermm/flush_drain.h>

/* In front of a request's memory, a cache line of its own. */
struct tiermm__slot {
	_Alignas(TIERMM_ALIGN) struct tiermm__slot *next;
	struct tiermm_flush_request *request; /* open or stranded, or NULL */
	uint64_t generation;                  /* at least that of its stamp */
	uint64_t now_ns; /* of the step that it belongs to */
	uint64_t links;  /* parked in it, while it is open */
	int32_t node;
};

static inline void tiermm__slot_push(_Atomic(struct tiermm__slot *) *stack,
				     struct tiermm__slot *slot)
{
	/* Relaxed: only the address is used, and the exchange checks it. */
	struct tiermm__slot *top =
		atomic_load_explicit(stack, memory_order_relaxed);

	do {
		slot->next = top;
		/*
		 * Release: who takes the slot sees what is in it. Partner: the
		 * acquire in tiermm__slot_take().
		 */
	} while (!atomic_compare_exchange_weak_explicit(stack, &top, slot,
							memory_order_release,
							memory_order_relaxed));
}

static inline struct tiermm__slot *
tiermm__slot_take(_Atomic(struct tiermm__slot *) *stack)
{
	/* Acquire: partner is the release in tiermm__slot_push(). */
	return atomic_exchange_explicit(stack, NULL, memory_order_acquire);
}

#endif
