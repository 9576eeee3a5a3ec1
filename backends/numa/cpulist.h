/* SPDX-License-Identifier: MIT */
/* The CPUs of a node on this machine, without libnuma (see topology.c). */
#ifndef TIERMM_NUMA_CPULIST_H
#define TIERMM_NUMA_CPULIST_H

#include <stdint.h>

/*
 * Call put for each CPU of a node, ascending, until it returns an error, which
 * is returned. A list that cannot be read has no CPUs; -TIERMM_EINVAL where it
 * is garbled.
 */
int tiermm__numa_cpulist(int32_t node,
			 int (*put)(void *self, uint32_t cpu, int32_t node),
			 void *self);

#endif
