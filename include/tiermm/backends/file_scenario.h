/* SPDX-License-Identifier: MIT */
/**
 * @file file_scenario.h
 * Scenario files: what is simulated, and what was published about it (S11).
 *
 *     {"name": "tpp-1-4",
 *      "source": "TPP, ASPLOS 2023",
 *      "machine": "dram:1x64M cxl:1x256M",
 *      "workload": "zipf:pages=64K",
 *      "policies": ["none", "kernel", "limited=kernel:rate-limit=100"],
 *      "options": {"repeat": 10, "seed": 1},
 *      "events": [{"ms": 2000, "what": "slow", "node": 1, "percent": 300}],
 *      "published": [{"what": "throughput", "measure": "rate",
 *                     "policy": "kernel", "against": "none",
 *                     "percent": 18}],
 *      "differs": "why the simulator gives another number"}
 *
 * Instead of `machine` (one line) a file may have the key `topology`, which
 * holds a machine file. docs/simulator.md describes each key. What workloads,
 * policies, options, events and measures there are is known to who runs them.
 *
 * Threads: a scenario is immutable once read: reads are `read`.
 */
#ifndef TIERMM_BACKENDS_FILE_SCENARIO_H
#define TIERMM_BACKENDS_FILE_SCENARIO_H

#include <tiermm/backends/file.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A scenario that was read. */
struct tiermm_file_scenario;

/** Texts of a scenario. */
enum {
	TIERMM_FILE_SCENARIO_NAME = 0, /**< what it is called */
	TIERMM_FILE_SCENARIO_SOURCE,   /**< who published what it is about */
	TIERMM_FILE_SCENARIO_MACHINE,  /**< in one line */
	TIERMM_FILE_SCENARIO_WORKLOAD, /**< in one line */
	TIERMM_FILE_SCENARIO_DIFFERS   /**< why numbers differ */
};

/** A number that was published: how a policy did against another one. */
struct tiermm_file_published {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	const char *what;    /**< in words */
	const char *measure; /**< what is compared, as "rate" */
	const char *policy;  /**< of this policy */
	const char *against; /**< with this one as 100 % */
	int64_t change_bp;   /**< -8490: 84.9 % less */
};

/** Something that happens in the middle of a run. */
struct tiermm_file_event {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	uint64_t ms;      /**< when, in milliseconds from the beginning */
	const char *what; /**< "slow" */
	/** The member that says how much, "percent"; NULL: there is none. */
	const char *unit;
	const char *text;  /**< its value where that is a text, else NULL */
	uint64_t value;    /**< its value where that is a number, else 0 */
	int32_t node;      /**< the node; #TIERMM_NO_NODE: none was named */
	uint32_t reserved; /**< zero */
};

/**
 * Read a scenario from memory.
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
TIERMM_API int tiermm_file_scenario_parse(struct tiermm_file_scenario **out,
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
 * @retval others         as tiermm_file_scenario_parse()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_scenario_read(struct tiermm_file_scenario **out,
					 const char *path,
					 struct tiermm_file_error *error,
					 const struct tiermm_alloc *mem);

/**
 * Give a scenario back, with all texts that it handed out.
 *
 * @param s scenario, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_file_scenario_destroy(struct tiermm_file_scenario *s);

/**
 * One of its texts.
 *
 * @param s     scenario
 * @param which TIERMM_FILE_SCENARIO_NAME, ...
 * @return the text, which lives as long as @p s; NULL where it has none
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *
tiermm_file_scenario_text(const struct tiermm_file_scenario *s, uint32_t which);

/**
 * Its machine; take a reference to keep it.
 *
 * @param s scenario
 * @return the topology; NULL for NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_topology *
tiermm_file_scenario_topology(const struct tiermm_file_scenario *s);

/**
 * A policy that it compares.
 *
 * @param s     scenario
 * @param index from 0 on
 * @return its name; NULL behind the last one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *
tiermm_file_scenario_policy(const struct tiermm_file_scenario *s,
			    uint64_t index);

/**
 * An option of its runs.
 *
 * @param s     scenario
 * @param index from 0 on
 * @param value its value
 * @return its name; NULL behind the last one, and @p value is untouched
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *
tiermm_file_scenario_option(const struct tiermm_file_scenario *s,
			    uint64_t index, uint64_t *value);

/**
 * Something that happens in its runs.
 *
 * @param s     scenario
 * @param index from 0 on
 * @param out   set `size`; the rest is filled, and its texts live as long as
 *              @p s; untouched on error
 * @retval 0              filled
 * @retval -TIERMM_ENOENT behind the last one
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_file_scenario_event(const struct tiermm_file_scenario *s,
					  uint64_t index,
					  struct tiermm_file_event *out);

/**
 * A number that was published.
 *
 * @param s     scenario
 * @param index from 0 on
 * @param out   set `size`; the rest is filled; untouched on error
 * @retval 0              filled
 * @retval -TIERMM_ENOENT behind the last one
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_file_scenario_published(const struct tiermm_file_scenario *s,
			       uint64_t index,
			       struct tiermm_file_published *out);

#ifdef __cplusplus
}
#endif
#endif
