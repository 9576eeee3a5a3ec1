/* SPDX-License-Identifier: MIT */
/**
 * @file file_log.h
 * A decision log in a file: written as the ring is emptied, read in pieces.
 *
 *     engine ──ring──> writer ──> file: header | head | chunk | ... | end
 *                                               │        └── checksummed
 *                                machine, policy, settings
 *     file ──> reader ──> records ──> tiermm_replay_step()
 *
 * The head says what the records are about: the machine, the policy and its
 * settings, how many pages promotion knew. So a log alone can be decided again
 * (engine_replay.h). A chunk is checked before its records are given out: where
 * a file is damaged or cut short, that is told with its place, and everything
 * before it was readable. docs/log-files.md describes every byte.
 *
 *     tiermm_file_log_writer_create(&w, &output, &about, &error, NULL);
 *     for (each round) {
 *             tiermm_engine_demote(e, ...);
 *             tiermm_file_log_writer_take(w, e, &lost);
 *     }
 *     tiermm_file_log_writer_finish(w);
 *
 * Threads: a writer and a reader are `owner`.
 */
#ifndef TIERMM_BACKENDS_FILE_LOG_H
#define TIERMM_BACKENDS_FILE_LOG_H

#include <tiermm/backends/file.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A log that is being written. */
struct tiermm_file_log_writer;
/** A log that is being read. */
struct tiermm_file_log;

/** A setting of the policy, by name. Never changes size. */
struct tiermm_file_setting {
	const char *name; /**< [a-z0-9_.-]+, at most 63 bytes */
	uint64_t value;   /**< at most 2^63 - 1 */
};

/** The most settings of a log. */
#define TIERMM_FILE_SETTINGS_MAX 64

/** What a log is about. */
struct tiermm_file_log_about {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint32_t page_bytes; /**< of a base page; 0: 4096 */
	uint32_t reserved;   /**< zero */
	uint64_t pages;      /**< that promotion knew; 0: no promotion */
	/** The machine; none: it has to be told when the log is replayed. */
	struct tiermm_topology *topology;
	const char *policy; /**< [a-z0-9_+.-]+, at most 63 bytes; or NULL */
	const struct tiermm_file_setting *settings; /**< its settings */
	uint64_t n_settings; /**< entries in @c settings */
};

/** Where a log goes: a file, or a function. */
struct tiermm_file_log_output {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	const char *path; /**< file; "-": standard output; NULL: @c write */
	/** Take all of the bytes: 0, or a negative error that is passed on. */
	int (*write)(void *self, const void *data, uint64_t bytes);
	void *self; /**< first argument of @c write */
};

/** Where a log is: a file, or memory. */
struct tiermm_file_log_input {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	const char *path; /**< file; "-": standard input; NULL: @c data */
	const void *data; /**< lives as long as the reader */
	uint64_t bytes;   /**< of @c data */
};

/**
 * Begin a log.
 *
 * @param out    the writer; NULL on error
 * @param output where it goes
 * @param about  what it is about, or NULL for nothing
 * @param error  what is wrong; may be NULL
 * @param mem    allocator, or NULL (what jansson needs is malloc's)
 * @retval 0               begun
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO it cannot be written
 * @retval -TIERMM_ENOTSUP a machine file cannot express the machine
 * @retval -TIERMM_EINVAL  a pointer is NULL, a size is too small, or a name is
 *                         malformed
 * @retval -TIERMM_E2BIG   a field that this library does not know is set
 * @retval -TIERMM_ENOMEM  no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_file_log_writer_create(struct tiermm_file_log_writer **out,
			      const struct tiermm_file_log_output *output,
			      const struct tiermm_file_log_about *about,
			      struct tiermm_file_error *error,
			      const struct tiermm_alloc *mem);

/**
 * Add records.
 *
 * @param w       writer
 * @param records records, in order
 * @param n       how many
 * @retval 0              added
 * @retval -TIERMM_EINVAL a pointer is NULL, or the log was ended
 * @retval -TIERMM_EIO    it cannot be written; nothing further will be
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_writer_add(struct tiermm_file_log_writer *w,
					  const struct tiermm_record *records,
					  uint64_t n);

/**
 * Empty an engine's ring into the log.
 *
 * @param w    writer
 * @param e    engine with a log
 * @param lost records that gave way since the last time; may be NULL
 * @retval 0              the ring is empty
 * @retval others         as tiermm_engine_log_take() and as for add
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_writer_take(struct tiermm_file_log_writer *w,
					   struct tiermm_engine *e,
					   uint64_t *lost);

/**
 * Write out what was added so far: a reader gets it, whatever happens next.
 *
 * @param w writer
 * @retval 0              written
 * @retval -TIERMM_EINVAL @p w is NULL, or the log was ended
 * @retval -TIERMM_EIO    it cannot be written
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_writer_flush(struct tiermm_file_log_writer *w);

/**
 * End the log: without it a file counts as cut short.
 *
 * @param w writer; nothing can be added after this
 * @retval 0              all of it was written
 * @retval -TIERMM_EIO    it was not
 * @retval -TIERMM_EINVAL @p w is NULL, or was ended before
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_writer_finish(struct tiermm_file_log_writer *w);

/**
 * Give a writer back.
 *
 * @param w writer, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void
tiermm_file_log_writer_destroy(struct tiermm_file_log_writer *w);

/**
 * Open a log, and read its head.
 *
 * @param out   the log; NULL on error
 * @param input where it is
 * @param error what is wrong, where; may be NULL
 * @param mem   allocator, or NULL (what jansson needs is malloc's)
 * @retval 0              open
 * @retval -TIERMM_EPROTO no log, damaged, or of a newer version
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO it cannot be read
 * @retval -TIERMM_EINVAL a pointer is NULL, a size is too small, or the
 *                        machine in its head is none
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_open(struct tiermm_file_log **out,
				    const struct tiermm_file_log_input *input,
				    struct tiermm_file_error *error,
				    const struct tiermm_alloc *mem);

/**
 * What it is about. Texts and topology live as long as the log.
 *
 * @param log a log
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_get_about(const struct tiermm_file_log *log,
					 struct tiermm_file_log_about *out);

/**
 * Read on.
 *
 * @param log   a log
 * @param out   room for @p cap records
 * @param cap   entries in @p out, at least 1
 * @param n_out records written, also before what is wrong; 0 and no error: the
 *              end of the log
 * @param error what is wrong, where; may be NULL
 * @retval 0              read, perhaps less than there is room for
 * @retval -TIERMM_EPROTO damaged or cut short here; records before this place
 *                        were given out
 * @retval -TIERMM_EIO    it cannot be read
 * @retval -TIERMM_EINVAL a pointer is NULL, or @p cap is 0
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_file_log_next(struct tiermm_file_log *log,
				    struct tiermm_record *out, uint64_t cap,
				    uint64_t *n_out,
				    struct tiermm_file_error *error);

/**
 * Give a log back.
 *
 * @param log a log, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_file_log_destroy(struct tiermm_file_log *log);

#ifdef __cplusplus
}
#endif
#endif
