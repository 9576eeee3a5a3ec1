/* SPDX-License-Identifier: MIT */
/**
 * @file numa.h
 * The machine as libnuma sees it: nodes, CPUs, sizes, distances.
 *
 * For programs that link libnuma anyway and want one view of node numbers.
 * libnuma knows neither speeds nor tiers, so every node with memory is DRAM
 * here unless the caller says otherwise; the `linux` backend sees more.
 * Functions of libnuma that print or exit are not called; its constructor,
 * which runs when it is loaded, is out of our hands. libnuma looks at the
 * machine then, so nodes that come later are not seen.
 */
#ifndef TIERMM_BACKENDS_NUMA_H
#define TIERMM_BACKENDS_NUMA_H

#include <tiermm/tiermm.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read this machine's topology through libnuma.
 *
 * @param out the topology; NULL on error
 * @param mem allocator, or NULL for malloc
 * @retval 0               read
 * @retval -TIERMM_ENOTSUP libnuma says that there is no NUMA here
 * @retval -TIERMM_EINVAL  what libnuma says is no machine, or @p out is NULL
 * @retval -TIERMM_ENOMEM  no memory
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_numa_topology(struct tiermm_topology **out,
				    const struct tiermm_alloc *mem);

#ifdef __cplusplus
}
#endif
#endif
