/* SPDX-License-Identifier: MIT */
/**
 * @file sim_import.h
 * Other tools' records, read as a source.
 *
 *     valgrind --tool=lackey --trace-mem=yes ──┐
 *     perf script (perf mem record) ───────────┤
 *     damo report raw ─────────────────────────┼──> source
 *     CSV with a head line ────────────────────┤
 *     libCacheSim oracleGeneral ───────────────┘
 *
 * Addresses become dense page numbers: regions of 512 pages are numbered in
 * the order of their first use. What is wrong in a file is reported with its
 * line, or its record; docs/traces.md describes what each reader takes.
 */
#ifndef TIERMM_BACKENDS_SIM_IMPORT_H
#define TIERMM_BACKENDS_SIM_IMPORT_H

#include <tiermm/backends/sim_trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What wrote a record. */
enum {
	TIERMM_SIM_LACKEY = 0, /**< lines " L 1ffeffe7e0,8" */
	TIERMM_SIM_PERF,       /**< lines of perf script with addresses */
	TIERMM_SIM_DAMON,      /**< damo report raw, or its trace event */
	TIERMM_SIM_CSV,        /**< columns that the first line names */
	TIERMM_SIM_ORACLE,     /**< records of 24 bytes, little endian */
	TIERMM_SIM_IMPORTS
};

/** How records are read. */
struct tiermm_sim_import_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_SIM_NO_FETCHES or zero */
	uint32_t format;     /**< TIERMM_SIM_LACKEY and the like */
	uint32_t page_bytes; /**< a power of two, 512 to 2^30; 0: 4096 */
	/** Lackey: picoseconds that an instruction takes; 0: 250. */
	uint64_t instruction_ps;
};

/** Leave out instruction fetches. */
#define TIERMM_SIM_NO_FETCHES 1

/**
 * Open a record of another tool.
 *
 * @param out     the source; NULL on error
 * @param input   where it is
 * @param options what it is
 * @param error   what is wrong, where; may be NULL
 * @param mem     allocator, or NULL
 * @retval 0              open
 * @retval -TIERMM_EPROTO its first lines show that it is something else
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO it cannot be read
 * @retval -TIERMM_EINVAL a pointer is NULL, a size is too small, or an option
 *                        is unknown or out of range
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_sim_import_open(
	struct tiermm_sim_source **out, const struct tiermm_sim_input *input,
	const struct tiermm_sim_import_options *options,
	struct tiermm_sim_error *error, const struct tiermm_alloc *mem);

/**
 * The name of a format, as the command takes it.
 *
 * @param format TIERMM_SIM_LACKEY and the like
 * @return static text, "lackey"; NULL for anything else
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_sim_import_name(uint32_t format);

#ifdef __cplusplus
}
#endif
#endif
