/* SPDX-License-Identifier: MIT */
/**
 * @file sim_trace.h
 * Traces: accesses in a file, compact, checksummed, read as a stream.
 *
 *     source ──> writer ──> file: header | chunk | chunk | ... | end
 *                                        └── each with its checksum
 *     file ────> source ──> machine, or profile
 *
 * A chunk is read, checked and decoded at a time, so that a trace may be
 * larger than memory and may come through a pipe. A file that was cut short
 * has no end chunk, and is refused when its end is reached. docs/traces.md
 * describes every byte.
 */
#ifndef TIERMM_BACKENDS_SIM_TRACE_H
#define TIERMM_BACKENDS_SIM_TRACE_H

#include <tiermm/backends/sim_source.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where bytes come from: a file, or memory. */
struct tiermm_sim_input {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	const char *path; /**< file; "-": standard input; NULL: @c data */
	const char *name; /**< for messages; NULL: @c path, or "memory" */
	const void *data; /**< lives as long as the source */
	uint64_t bytes;   /**< of @c data */
};

/** Where bytes go: a file, or a function. */
struct tiermm_sim_output {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	const char *path; /**< file; "-": standard output; NULL: @c write */
	/** Take all of the bytes: 0, or a negative error that is passed on. */
	int (*write)(void *self, const void *data, uint64_t bytes);
	void *self; /**< first argument of @c write */
};

/**
 * Open a trace. Where the input can be sought in, its totals are known at
 * once; through a pipe they are known at the end.
 *
 * @param out   the source; NULL on error
 * @param input where it is
 * @param error what is wrong, where; may be NULL
 * @param mem   allocator, or NULL
 * @retval 0              open
 * @retval -TIERMM_EPROTO no trace, damaged, or of a newer version
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO it cannot be read
 * @retval -TIERMM_EINVAL a pointer is NULL or a size too small
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_sim_trace_open(struct tiermm_sim_source **out,
				     const struct tiermm_sim_input *input,
				     struct tiermm_sim_error *error,
				     const struct tiermm_alloc *mem);

/**
 * The address that a page of a trace or of an import had where it was
 * recorded, as far as the stream was read.
 *
 * @param s       source, straight from tiermm_sim_trace_open() or
 *                tiermm_sim_import_open()
 * @param page    page number of the stream
 * @param address its first byte there
 * @retval 0               found
 * @retval -TIERMM_ENOENT  not recorded, or not read yet
 * @retval -TIERMM_ENOTSUP a source of another kind
 * @retval -TIERMM_EINVAL  a pointer is NULL
 * @retval -TIERMM_EBUSY   another thread is inside this source
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_trace_address(struct tiermm_sim_source *s,
					uint64_t page, uint64_t *address);

/** A trace that is being written. */
struct tiermm_sim_writer;

/**
 * Begin a trace.
 *
 * @param out        the writer; NULL on error
 * @param output     where it goes
 * @param page_bytes bytes a page, a power of two from 512 to 2^30; 0: 4096
 * @param name       what it is, cut at 63 bytes; NULL: nothing
 * @param error      what is wrong; may be NULL
 * @param mem        allocator, or NULL
 * @retval 0              begun
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO it cannot be written
 * @retval -TIERMM_EINVAL a pointer is NULL, a size is too small, or
 *                        @p page_bytes is no such number
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_sim_writer_create(struct tiermm_sim_writer **out,
					const struct tiermm_sim_output *output,
					uint32_t page_bytes, const char *name,
					struct tiermm_sim_error *error,
					const struct tiermm_alloc *mem);

/**
 * Add accesses.
 *
 * @param w     writer
 * @param batch accesses
 * @param n     how many
 * @retval 0              added
 * @retval -TIERMM_EINVAL an access is beyond a limit of sim_source.h, those
 *                        before it were added; or a pointer is NULL
 * @retval -TIERMM_EIO    it cannot be written; nothing further will be
 * @retval -TIERMM_EBUSY  another thread is inside this writer
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_writer_add(struct tiermm_sim_writer *w,
				     const struct tiermm_sim_access *batch,
				     uint64_t n);

/**
 * Say which address a region of 512 pages had.
 *
 * @param w       writer
 * @param region  number of its first page, divided by 512
 * @param address its first byte where it was recorded
 * @retval 0              noted
 * @retval -TIERMM_EINVAL @p region is too great, or @p w is NULL
 * @retval -TIERMM_EIO    it cannot be written
 * @retval -TIERMM_EBUSY  another thread is inside this writer
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_writer_region(struct tiermm_sim_writer *w,
					uint64_t region, uint64_t address);

/**
 * End the trace: without it a file counts as cut short.
 *
 * @param w writer; nothing can be added after this
 * @retval 0              all of it was written
 * @retval -TIERMM_EIO    it was not
 * @retval -TIERMM_EINVAL @p w is NULL, or was ended before
 * @retval -TIERMM_EBUSY  another thread is inside this writer
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_writer_finish(struct tiermm_sim_writer *w);

/**
 * Give a writer back.
 *
 * @param w writer, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_sim_writer_destroy(struct tiermm_sim_writer *w);

#ifdef __cplusplus
}
#endif
#endif
