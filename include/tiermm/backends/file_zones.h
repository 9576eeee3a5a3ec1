/* SPDX-License-Identifier: MIT */
/**
 * @file file_zones.h
 * Recorded plugs and unplugs as events for an account of zones.
 *
 *     recorded.json ──> scenario ──(step by step)──> account of zones (zone.h)
 *                                        │
 *                                        └──> the decision for each block
 *
 * A scenario says what a machine was at the beginning (`config`, `initial`,
 * `virtio_mem`) and what happened (`steps`): which blocks came, went, and were
 * brought online, and how. Each step is decided by the library from what was
 * before it; then the account goes on from what was recorded, where that is
 * something else. docs/zones.md describes the format.
 *
 * Threads: all calls on one scenario are `owner` (not checked).
 */
#ifndef TIERMM_BACKENDS_FILE_ZONES_H
#define TIERMM_BACKENDS_FILE_ZONES_H

#include <tiermm/backends/file.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A scenario that was read, and its account. */
struct tiermm_file_zones;

/** A block that came online in a step. Stands in arrays. */
struct tiermm_file_zones_block {
	struct tiermm_zone_decision decision; /**< what was decided, and why */
	/** What was recorded: a zone, or TIERMM_ZONE_NONE where nothing is. */
	uint32_t recorded;
	uint32_t reserved;     /**< zero */
	uint64_t reserved_too; /**< zero */
};

/** Ratios at which an offline block would be movable. Stands in arrays. */
struct tiermm_file_zones_ratio {
	uint64_t block;   /**< its id */
	uint32_t aware;   /**< lowest, node-aware; 0: none */
	uint32_t unaware; /**< lowest, by the whole machine alone; 0: none */
};

/** What a step was, and what came of it. */
struct tiermm_file_zones_step {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t completed; /**< 0: the machine refused, or stopped short */
	uint64_t n_blocks;  /**< entries in @c blocks */
	uint64_t n_ratios;  /**< entries in @c ratios */
	/** In ascending order of ids; valid until the next call. */
	const struct tiermm_file_zones_block *blocks;
	/** The same, where the step asks for them (`thresholds`). */
	const struct tiermm_file_zones_ratio *ratios;
	char text[64]; /**< "dimm_add d0", "offline 32" */
};

/**
 * Read a scenario from memory, and make the account of its beginning.
 *
 * @param out   the scenario; NULL on error
 * @param name  what to call the text in messages, a file name
 * @param text  JSON, @p bytes long, no zero byte needed
 * @param bytes length of @p text
 * @param error what is wrong, where; may be NULL
 * @param mem   allocator, or NULL (what jansson needs is malloc's)
 * @retval 0              read
 * @retval -TIERMM_EPROTO not the format: see @p error
 * @retval -TIERMM_EINVAL the format is right, the machine is not one
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_zones_parse(struct tiermm_file_zones **out,
				       const char *name, const char *text,
				       uint64_t bytes,
				       struct tiermm_file_error *error,
				       const struct tiermm_alloc *mem);

/**
 * Read a scenario from a file; "-" is standard input.
 *
 * @param out   the scenario; NULL on error
 * @param path  file name
 * @param error what is wrong, where; may be NULL
 * @param mem   allocator, or NULL
 * @retval 0              read
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO the file cannot be read
 * @retval others         as tiermm_file_zones_parse()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_zones_read(struct tiermm_file_zones **out,
				      const char *path,
				      struct tiermm_file_error *error,
				      const struct tiermm_alloc *mem);

/**
 * Give a scenario and its account back.
 *
 * @param s scenario, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_file_zones_destroy(struct tiermm_file_zones *s);

/**
 * How many steps there are.
 *
 * @param s scenario
 * @return steps, 0 without any
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t
tiermm_file_zones_step_count(const struct tiermm_file_zones *s);

/**
 * The account as it is now: at the beginning, or after the steps so far.
 *
 * @param s scenario
 * @return its account, held by @p s
 * @threads owner
 * @since 0.1
 */
TIERMM_API struct tiermm_zones *
tiermm_file_zones_account(struct tiermm_file_zones *s);

/**
 * Let the next step happen to the account.
 *
 * @param s     scenario
 * @param out   set `size`; the rest is filled; untouched on error
 * @param error what cannot happen; may be NULL
 * @retval 0              it happened
 * @retval -TIERMM_ENOENT there is no further step
 * @retval -TIERMM_EINVAL the step cannot happen to this machine: see @p error;
 *                        or a pointer is NULL, or the size is too small
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_zones_next(struct tiermm_file_zones *s,
				      struct tiermm_file_zones_step *out,
				      struct tiermm_file_error *error);

/**
 * Write the account of a machine: zones of each node, what is movable, what
 * the ratio carries.
 *
 * @param z      account
 * @param format TIERMM_FILE_TEXT or _JSON
 * @param out    room for @p cap characters, the last of which is a zero byte
 * @param cap    characters in @p out; may be 0
 * @param n_out  length of the whole text without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL another format, or a pointer is NULL
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EBUSY  another thread is inside the account
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_zones_write(struct tiermm_zones *z, uint32_t format,
				       char *out, uint64_t cap,
				       uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
