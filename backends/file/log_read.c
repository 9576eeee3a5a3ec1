/* SPDX-License-Identifier: MIT */
/* The reader of logs: a chunk is read, checked, and given out. */
#include "log.h"

#include "contents.h"
#include "memory.h"
#include "owner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A head is read in pieces, since its length is only claimed. */
#define PIECE 65536

struct tiermm_file_log {
	struct tiermm_alloc mem;
	struct tiermm_file_log_input input;
	FILE *file; /* NULL: memory */
	const char *name;
	_Atomic int inside; /* an owner is at work */
	int failed;         /* what was wrong stays so */
	int ended;
	uint64_t offset;
	uint64_t chunk; /* number of the one being read, from 1 */
	uint64_t seen;  /* records in it and before it */
	uint32_t left;  /* records of it that are not given out */
	uint64_t at;    /* byte of it */
	uint64_t bytes; /* bytes in it */
	struct tiermm_record last;
	struct tiermm__log_head head;
	unsigned char payload[LOG_MOST_PAYLOAD];
};

/* Up to n bytes; fewer at the end. */
static uint64_t take_some(struct tiermm_file_log *log, void *out, uint64_t n)
{
	uint64_t left = log->input.bytes - log->offset;

	if (log->file)
		n = fread(out, 1, (size_t)n, log->file);
	else if (n > left)
		n = left;
	if (!log->file && n)
		memcpy(out, (const char *)log->input.data + log->offset,
		       (size_t)n);
	log->offset += n;
	return n;
}

/* All n bytes; what they belong to is named where the log ends in them. */
static int take(struct tiermm_file_log *log, void *out, uint64_t n,
		const char *what, struct tiermm_file_error *error)
{
	uint64_t taken = take_some(log, out, n);

	if (taken == n)
		return 0;
	if (log->file && ferror(log->file))
		return tiermm__file_report(error, -TIERMM_EIO, 0, 0,
					   "%.96s: byte %" PRIu64 ": %s",
					   log->name, log->offset,
					   strerror(errno));
	return tiermm__file_report(error, -TIERMM_EPROTO, 0, 0,
				   "%.96s: cut short at byte %" PRIu64
				   ": %s has %" PRIu64
				   " bytes, expected %" PRIu64 "; %" PRIu64
				   " records stand before it",
				   log->name, log->offset, what, taken, n,
				   log->seen);
}

static int wrong(const struct tiermm_file_log *log, const char *what,
		 struct tiermm_file_error *error)
{
	return tiermm__file_report(error, -TIERMM_EPROTO, 0, 0, "%.96s: %s",
				   log->name, what);
}

/* --- header and head ------------------------------------------------------*/

static int is_zero(const unsigned char *bytes, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		if (bytes[i])
			return 0;
	return 1;
}

static int check_header(const struct tiermm_file_log *log,
			const unsigned char *h, struct tiermm_file_error *error)
{
	uint64_t version = tiermm__log_get(h + 8, 4);

	if (memcmp(h, LOG_MAGIC, 8) != 0)
		return wrong(log,
			     "does not begin with " LOG_MAGIC
			     ": no log of this library",
			     error);
	if (version != LOG_VERSION)
		return tiermm__file_report(error, -TIERMM_EPROTO, 0, 0,
					   "%.96s: version %" PRIu64
					   ", expected 1",
					   log->name, version);
	if (tiermm__log_checksum(h, 56) != tiermm__log_get(h + 56, 8))
		return wrong(log, "the header is damaged", error);
	if (tiermm__log_get(h + 12, 4) != LOG_HEADER || !is_zero(h + 20, 4) ||
	    !is_zero(h + 32, 24) || tiermm__log_get(h + 16, 4) > LOG_MOST_HEAD)
		return wrong(log, "the header is none of version 1", error);
	return 0;
}

/* Grow with what is really there: a length costs nothing to claim. */
static int take_text(struct tiermm_file_log *log, char **text, uint64_t bytes,
		     uint64_t *room, struct tiermm_file_error *error)
{
	uint64_t used = 0;
	int err = 0;

	while (!err && used < bytes) {
		uint64_t n = used ? used : PIECE;
		char *more = tiermm__file_alloc(&log->mem, used + n);

		if (!more)
			return -TIERMM_ENOMEM;
		if (used)
			memcpy(more, *text, (size_t)used);
		tiermm__file_free(&log->mem, *text, *room);
		*text = more;
		*room = used + n;
		if (n > bytes - used)
			n = bytes - used;
		err = take(log, more + used, n, "the head", error);
		used += n;
	}
	return err;
}

static int take_head(struct tiermm_file_log *log,
		     struct tiermm_file_error *error)
{
	unsigned char header[LOG_HEADER];
	uint64_t bytes, room = 0;
	char *text = NULL;
	int err = take(log, header, sizeof(header), "the header", error);

	if (!err)
		err = check_header(log, header, error);
	if (err)
		return err;
	bytes = tiermm__log_get(header + 16, 4);
	err = take_text(log, &text, bytes, &room, error);
	if (!err && tiermm__log_checksum(text, bytes) !=
			    tiermm__log_get(header + 24, 8))
		err = wrong(log, "the head is damaged", error);
	if (!err)
		err = tiermm__log_head_read(&log->head, log->name, text, bytes,
					    error, &log->mem);
	tiermm__file_free(&log->mem, text, room);
	return err;
}

/* --- chunks ---------------------------------------------------------------*/

static int damaged(const struct tiermm_file_log *log, const char *what,
		   struct tiermm_file_error *error)
{
	return tiermm__file_report(error, -TIERMM_EPROTO, 0, 0,
				   "%.96s: chunk %" PRIu64
				   ", before byte %" PRIu64 ": %s; %" PRIu64
				   " records stand before it",
				   log->name, log->chunk, log->offset, what,
				   log->seen - log->left);
}

static int check_chunk(const struct tiermm_file_log *log,
		       const unsigned char *head,
		       struct tiermm_file_error *error)
{
	uint64_t kind = tiermm__log_get(head + 4, 4);
	uint64_t bytes = tiermm__log_get(head + 8, 4);
	uint64_t records = tiermm__log_get(head + 12, 4);

	if (tiermm__log_get(head, 4) != LOG_MARK ||
	    tiermm__log_checksum(head, 32) != tiermm__log_get(head + 32, 8))
		return damaged(log, "its head is damaged", error);
	if (tiermm__log_get(head + 16, 8) != log->seen)
		return damaged(log, "a chunk before it is missing", error);
	if (kind == LOG_END && !bytes && !records)
		return 0;
	if (kind != LOG_RECORDS || bytes > LOG_MOST_PAYLOAD || !records ||
	    bytes < records * LOG_LEAST_RECORD)
		return damaged(log, "no kind or size of version 1", error);
	return 0;
}

static int take_end(struct tiermm_file_log *log,
		    struct tiermm_file_error *error)
{
	unsigned char more;

	log->ended = 1;
	if (take_some(log, &more, 1))
		return damaged(log, "it is the last, but more follows", error);
	return 0;
}

static int take_chunk(struct tiermm_file_log *log,
		      struct tiermm_file_error *error)
{
	unsigned char head[LOG_CHUNK];
	int err;

	log->chunk++;
	err = take(log, head, sizeof(head), "the head of a chunk", error);
	if (!err)
		err = check_chunk(log, head, error);
	if (err)
		return err;
	log->bytes = tiermm__log_get(head + 8, 4);
	err = take(log, log->payload, log->bytes, "a chunk", error);
	if (err)
		return err;
	if (tiermm__log_checksum(log->payload, log->bytes) !=
	    tiermm__log_get(head + 24, 8))
		return damaged(log, "its records are damaged", error);
	if (tiermm__log_get(head + 4, 4) == LOG_END)
		return take_end(log, error);
	log->left = (uint32_t)tiermm__log_get(head + 12, 4);
	log->seen += log->left;
	log->at = 0;
	log->last = tiermm__log_origin();
	return 0;
}

/* --- the object -----------------------------------------------------------*/

static int open_input(struct tiermm_file_log *log,
		      struct tiermm_file_error *error)
{
	const char *path = log->input.path;
	int err;

	log->name = path ? path : "memory";
	if (!path)
		return 0;
	if (strcmp(path, "-") == 0)
		log->name = "standard input";
	log->file = tiermm__file_open(path, &err);
	if (log->file)
		return 0;
	return tiermm__file_report(error, err, 0, 0,
				   "%.96s: %s, expected a readable file", path,
				   strerror(errno));
}

int tiermm_file_log_open(struct tiermm_file_log **out,
			 const struct tiermm_file_log_input *input,
			 struct tiermm_file_error *error,
			 const struct tiermm_alloc *mem)
{
	struct tiermm_file_log_input from;
	struct tiermm_alloc source;
	struct tiermm_file_log *log;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__file_report_none(error);
	err = tiermm__file_copy(&from, sizeof(from), input);
	if (!err && !from.path && !from.data && from.bytes)
		err = -TIERMM_EINVAL;
	if (!err)
		err = tiermm__file_memory(&source, mem);
	if (err)
		return err;
	log = tiermm__file_alloc(&source, sizeof(*log));
	if (!log)
		return -TIERMM_ENOMEM;
	log->mem = source;
	log->input = from;
	err = open_input(log, error);
	if (!err)
		err = take_head(log, error);
	if (err)
		tiermm_file_log_destroy(log);
	else
		*out = log;
	return err;
}

int tiermm_file_log_get_about(const struct tiermm_file_log *log,
			      struct tiermm_file_log_about *out)
{
	uint32_t size;

	if (!log || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	size = out->size;
	*out = log->head.about;
	out->size = size;
	return 0;
}

static int give_out(struct tiermm_file_log *log, struct tiermm_record *out,
		    uint64_t cap, uint64_t *n, struct tiermm_file_error *error)
{
	while (*n < cap && log->left) {
		uint64_t used =
			tiermm__log_decode(log->payload + log->at,
					   log->bytes - log->at, &log->last);

		log->at += used;
		if (!used || (log->left == 1 && log->at != log->bytes))
			return damaged(log, "its records do not fit", error);
		log->left--;
		out[(*n)++] = log->last;
	}
	return 0;
}

static int next(struct tiermm_file_log *log, struct tiermm_record *out,
		uint64_t cap, uint64_t *n, struct tiermm_file_error *error)
{
	int err = 0;

	while (!err && !log->left && !log->ended)
		err = take_chunk(log, error);
	return err ? err : give_out(log, out, cap, n, error);
}

int tiermm_file_log_next(struct tiermm_file_log *log, struct tiermm_record *out,
			 uint64_t cap, uint64_t *n_out,
			 struct tiermm_file_error *error)
{
	uint64_t n = 0;
	int err;

	if (!log || !out || !cap || !n_out)
		return -TIERMM_EINVAL;
	if (tiermm__file_enter_owner(&log->inside))
		return -TIERMM_EBUSY;
	tiermm__file_report_none(error);
	err = log->failed ? wrong(log, "could not be read before", error)
			  : next(log, out, cap, &n, error);
	log->failed = err != 0;
	*n_out = n;
	tiermm__file_leave_owner(&log->inside);
	return err;
}

void tiermm_file_log_destroy(struct tiermm_file_log *log)
{
	struct tiermm_alloc mem;

	if (!log)
		return;
	mem = log->mem;
	if (log->file && log->file != stdin)
		fclose(log->file);
	tiermm__log_head_drop(&log->head);
	tiermm__file_free(&mem, log, sizeof(*log));
}
