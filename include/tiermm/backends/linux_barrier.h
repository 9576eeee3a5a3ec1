/* SPDX-License-Identifier: MIT */
/**
 * @file linux_barrier.h
 * A memory barrier in every thread of this process, by membarrier(2).
 *
 *     struct tiermm_barrier barrier = { .size = sizeof(barrier) };
 *     int err = tiermm_linux_barrier(&barrier);
 *     struct tiermm_flush_options o = { .size = sizeof(o),
 *                                       .flavour = TIERMM_FLUSH_PAIRED,
 *                                       .barrier = &barrier };
 *
 * Registering is one system call, membarrier with
 * `MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED` and zero flags; each run is one,
 * with `MEMBARRIER_CMD_PRIVATE_EXPEDITED`. A run costs some 16 microseconds
 * where another thread is running, and next to nothing where none is.
 *
 * Registration holds for the process and survives fork. Under a filter that
 * allows no membarrier, use the fenced flavour.
 */
#ifndef TIERMM_BACKENDS_LINUX_BARRIER_H
#define TIERMM_BACKENDS_LINUX_BARRIER_H

#include <tiermm/flush.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Register this process, and fill in the barrier.
 *
 * @param out the barrier; @c size has to be set; untouched on error
 * @retval 0               registered
 * @retval -TIERMM_EINVAL  @p out is NULL or too small
 * @retval -TIERMM_ENOTSUP this kernel has none, or does not let us
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_linux_barrier(struct tiermm_barrier *out);

#ifdef __cplusplus
}
#endif
#endif
