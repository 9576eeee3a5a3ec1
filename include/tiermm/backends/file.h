/* SPDX-License-Identifier: MIT */
/**
 * @file file.h
 * Machines as text: JSON machine files, the one-line form, and what tools
 * print: text, JSON and Graphviz DOT.
 *
 *     "dram:2x64G cxl:1x256G@250ns,30GB/s"  ──┐
 *     machine.json ──────────────────────────┤──> machine ──> topology
 *                                             └──> (steps) ──> events
 *
 * What is wrong in a text is reported with its line and what was expected;
 * nothing is guessed, and nothing is half read. The formats are described in
 * docs/machine-files.md.
 *
 * Writers fill a buffer of the caller and say how long the whole text is, so
 * that a second call with enough room gets all of it.
 *
 * Threads: a machine is immutable once read: reads are `read`.
 */
#ifndef TIERMM_BACKENDS_FILE_H
#define TIERMM_BACKENDS_FILE_H

#include <tiermm/tiermm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A machine that was read, with the events that follow. */
struct tiermm_file_machine;

/** What was wrong with a text. Filled by the library. */
struct tiermm_file_error {
	uint32_t size;   /**< sizeof of this struct where you compile */
	uint32_t flags;  /**< zero */
	uint32_t line;   /**< from 1; 0 where no line is to blame */
	uint32_t column; /**< from 1; 0 where unknown */
	/** "machine.json:12: nodes[3].mem_mb is -1, expected 0 to ..." */
	char text[496];
};

/** One step of a machine file: what happened after boot. */
struct tiermm_file_step {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t completed; /**< 0: the machine refused; compare no further */
	/** What happens to the topology; a kind of 0: nothing that it shows. */
	struct tiermm_event event;
	char text[64]; /**< "dimm_add d0: 128 MiB on node 1" */
};

/**
 * Read a machine file from memory: a machine, or an object whose `topology`
 * key holds one.
 *
 * @param out   the machine; NULL on error
 * @param name  what to call the text in messages, a file name
 * @param text  JSON, @p bytes long, no zero byte needed
 * @param bytes length of @p text
 * @param flags TIERMM_BUILDER_... flags for the topology
 * @param error what is wrong, where; may be NULL
 * @param mem   allocator, or NULL (what jansson needs is malloc's)
 * @retval 0              read
 * @retval -TIERMM_EPROTO not the format: see @p error
 * @retval -TIERMM_EINVAL the format is right, the machine is not one
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_machine_parse(struct tiermm_file_machine **out,
					 const char *name, const char *text,
					 uint64_t bytes, uint32_t flags,
					 struct tiermm_file_error *error,
					 const struct tiermm_alloc *mem);

/**
 * Read a machine file; "-" is standard input.
 *
 * @param out   the machine; NULL on error
 * @param path  file name
 * @param flags TIERMM_BUILDER_... flags for the topology
 * @param error what is wrong, where; may be NULL
 * @param mem   allocator, or NULL
 * @retval 0              read
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO the file cannot be read
 * @retval others         as tiermm_file_machine_parse()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_machine_read(struct tiermm_file_machine **out,
					const char *path, uint32_t flags,
					struct tiermm_file_error *error,
					const struct tiermm_alloc *mem);

/**
 * Read the one-line form: `dram:2x64G cxl:1x256G@250ns,30GB/s`.
 *
 * @param out   the machine; NULL on error
 * @param text  the line, zero-terminated
 * @param error what is wrong, at which column; may be NULL
 * @param mem   allocator, or NULL
 * @retval 0              read
 * @retval -TIERMM_EPROTO not the format: see @p error
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_machine_synthetic(struct tiermm_file_machine **out,
					     const char *text,
					     struct tiermm_file_error *error,
					     const struct tiermm_alloc *mem);

/**
 * Give a machine back. Its topology lives on with whoever holds a reference.
 *
 * @param m machine, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_file_machine_destroy(struct tiermm_file_machine *m);

/**
 * The machine as it is at boot.
 *
 * @param m machine
 * @return its topology, held by @p m; take a reference to keep it longer
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_topology *
tiermm_file_machine_topology(const struct tiermm_file_machine *m);

/**
 * How many steps follow.
 *
 * @param m machine
 * @return steps, 0 without any
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t
tiermm_file_machine_step_count(const struct tiermm_file_machine *m);

/**
 * One step.
 *
 * @param m     machine
 * @param index 0 to count - 1
 * @param out   set `size`; the rest is filled; untouched on error
 * @retval 0              found
 * @retval -TIERMM_ENOENT no such step
 * @retval -TIERMM_EINVAL @p out is NULL or its size is not this structure's
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_file_machine_step(const struct tiermm_file_machine *m,
					uint64_t index,
					struct tiermm_file_step *out);

/** How a topology or a graph is written. */
enum {
	TIERMM_FILE_TEXT = 0, /**< a table for people */
	TIERMM_FILE_JSON,     /**< one document for programs */
	TIERMM_FILE_DOT,      /**< Graphviz, tiers as ranks (graphs only) */
	TIERMM_FILE_MACHINE,  /**< a machine file (topologies only) */
	TIERMM_FILE_SYNTHETIC /**< the one-line form (topologies only) */
};

/**
 * Write a topology.
 *
 * @param t      topology
 * @param format TIERMM_FILE_...
 * @param out    room for @p cap characters, the last of which is a zero byte
 * @param cap    characters in @p out; may be 0
 * @param n_out  length of the whole text without its zero byte; may be NULL
 * @param error  what does not fit the one-line form; may be NULL
 * @retval 0               written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_ENOTSUP the format cannot express this machine: @p error
 *                         names what does not fit
 * @retval -TIERMM_EINVAL  unknown format, or a pointer is NULL
 * @retval -TIERMM_ENOMEM  no memory
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_file_topology_write(const struct tiermm_topology *t,
					  uint32_t format, char *out,
					  uint64_t cap, uint64_t *n_out,
					  struct tiermm_file_error *error);

/**
 * Write a graph. JSON is
 * `{"strategy":…,"tiers":[{"tier_id":4,"nodelist":[0,1]}…],
 *   "demotion":{"0":{"preferred":[2],"fallback":[2,3]}…}}`.
 *
 * @param g      graph
 * @param format TIERMM_FILE_TEXT, _JSON or _DOT
 * @param out    room for @p cap characters, the last of which is a zero byte
 * @param cap    characters in @p out; may be 0
 * @param n_out  length of the whole text without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL another format, or a pointer is NULL
 * @retval -TIERMM_ENOMEM no memory
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_file_graph_write(const struct tiermm_demotion_graph *g,
				       uint32_t format, char *out, uint64_t cap,
				       uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
