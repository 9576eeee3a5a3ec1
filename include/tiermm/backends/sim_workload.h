/* SPDX-License-Identifier: MIT */
/**
 * @file sim_workload.h
 * Workloads that are generated, and every source in one line of text.
 *
 *     zipf:pages=1M,theta=0.99,count=10M,write=20%,threads=4,seed=1
 *     trace:tests/data/traces/sqlite.tmt,threads=8
 *     ycsb-a:records=4M + scan:pages=200K         two processes
 *
 * | kind | what it does |
 * |---|---|
 * | `uniform`, `zipf` | independent draws over all pages |
 * | `scan` | one page after the other, or every `stride`-th, round and round |
 * | `hotset` | `share` of the accesses go to a window that drifts |
 * | `phase` | as `hotset`, with another hot set every `length` accesses |
 * | `chase` | one cycle through all pages in random order, each dependent |
 * | `gups` | random pages read, then written |
 * | `ycsb-a` to `ycsb-f` | the mixes of the cloud serving benchmark |
 * | `pmbench` | independent draws, normal (Irwin-Hall), 80 : 20 read : write |
 * | `xsbench` | binary search in a grid, then look-ups in read-only tables |
 * | `trace` | a recorded trace, dealt to `threads` |
 *
 * `init=1` has a generated workload write each page once, in order, before it
 * begins, as programs do that fill their memory first.
 *
 * docs/traces.md has each key with its default and the shapes drawn. Numbers
 * take K, M, G (1000) and Ki, Mi, Gi (1024); shares are `20%`. Everything is
 * reckoned in integers: equal lines give equal accesses on every machine.
 */
#ifndef TIERMM_BACKENDS_SIM_WORKLOAD_H
#define TIERMM_BACKENDS_SIM_WORKLOAD_H

#include <tiermm/backends/sim_source.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Make the source that a line describes.
 *
 * @param out   the source; NULL on error
 * @param line  the line, zero-terminated
 * @param error what is wrong, at which column; may be NULL
 * @param mem   allocator, or NULL
 * @retval 0              made
 * @retval -TIERMM_EPROTO the line is not of the form, or a file that it
 *                        names is not: see @p error
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO a file that it names
 *                        cannot be read
 * @retval -TIERMM_EINVAL @p out or @p line is NULL
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_sim_workload_create(struct tiermm_sim_source **out,
					  const char *line,
					  struct tiermm_sim_error *error,
					  const struct tiermm_alloc *mem);

/**
 * The kinds that a line can begin with, one after the other, for help texts.
 *
 * @param index from 0 on
 * @return static text, "zipf"; NULL behind the last
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_sim_workload_kind(uint32_t index);

/**
 * What a kind does and the keys that it takes, with their defaults.
 *
 * @param index from 0 on
 * @return static text of one line; NULL behind the last
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_sim_workload_help(uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
