/* SPDX-License-Identifier: MIT */
/*
 * One thread at a time, checked and not locked: who comes second is told
 * -TIERMM_EBUSY and has changed nothing. It also catches an allocator or a
 * table that calls back into the object it is serving.
 */
#ifndef TIERMM_BASE_OWNER_H
#define TIERMM_BASE_OWNER_H

#include <stdatomic.h>
#include <stdint.h>

#include <tiermm/error.h>

struct tiermm__owner {
	_Atomic uint32_t inside;
};

static inline void tiermm__owner_init(struct tiermm__owner *owner)
{
	atomic_init(&owner->inside, 0);
}

static inline int tiermm__owner_enter(struct tiermm__owner *owner)
{
	/*
	 * Acquire: what the owner before did is seen. Partner: the release in
	 * tiermm__owner_leave().
	 */
	if (atomic_exchange_explicit(&owner->inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	return 0;
}

static inline void tiermm__owner_leave(struct tiermm__owner *owner)
{
	/* Release: partner is the acquire in tiermm__owner_enter(). */
	atomic_store_explicit(&owner->inside, 0, memory_order_release);
}

#endif
