/* SPDX-License-Identifier: MIT */
/* One thread at a time, checked and not locked: who comes second is told. */
#ifndef TIERMM_FILE_OWNER_H
#define TIERMM_FILE_OWNER_H

#include <stdatomic.h>

#include <tiermm/error.h>

static inline int tiermm__file_enter_owner(_Atomic int *inside)
{
	/*
	 * Acquire: what the owner before did is seen. Partner: the release in
	 * tiermm__file_leave_owner().
	 */
	return atomic_exchange_explicit(inside, 1, memory_order_acquire)
		       ? -TIERMM_EBUSY
		       : 0;
}

static inline void tiermm__file_leave_owner(_Atomic int *inside)
{
	/* Release: partner is the acquire in tiermm__file_enter_owner(). */
	atomic_store_explicit(inside, 0, memory_order_release);
}

#endif
