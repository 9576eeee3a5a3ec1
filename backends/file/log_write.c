/* SPDX-License-Identifier: MIT */
/* The writer of logs: chunks are filled, sealed with checksums, written. */
#include "log.h"

#include "memory.h"
#include "owner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records that are taken out of a ring at a time. */
#define TAKEN 64

struct tiermm_file_log_writer {
	struct tiermm_alloc mem;
	struct tiermm_file_log_output output;
	FILE *file; /* NULL: the caller's function */
	int failed; /* nothing is written after that */
	int ended;
	_Atomic int inside;        /* an owner is at work */
	uint64_t written;          /* records in the chunks that are out */
	uint64_t used;             /* bytes of the chunk that is being filled */
	uint32_t records;          /* in it */
	struct tiermm_record last; /* in it */
	unsigned char payload[LOG_MOST_PAYLOAD];
};

static int put(struct tiermm_file_log_writer *w, const void *data,
	       uint64_t bytes)
{
	if (w->failed || !bytes)
		return w->failed;
	if (!w->file)
		w->failed = w->output.write(w->output.self, data, bytes);
	else if (fwrite(data, 1, (size_t)bytes, w->file) != bytes)
		w->failed = -TIERMM_EIO;
	return w->failed;
}

static int put_chunk(struct tiermm_file_log_writer *w, uint32_t kind)
{
	unsigned char head[LOG_CHUNK];
	int err;

	tiermm__log_put(head, LOG_MARK, 4);
	tiermm__log_put(head + 4, kind, 4);
	tiermm__log_put(head + 8, w->used, 4);
	tiermm__log_put(head + 12, w->records, 4);
	tiermm__log_put(head + 16, w->written, 8);
	tiermm__log_put(head + 24, tiermm__log_checksum(w->payload, w->used),
			8);
	tiermm__log_put(head + 32, tiermm__log_checksum(head, 32), 8);
	err = put(w, head, sizeof(head));
	if (!err)
		err = put(w, w->payload, w->used);
	w->written += w->records;
	w->records = 0;
	w->used = 0;
	w->last = tiermm__log_origin();
	return err;
}

static int put_header(struct tiermm_file_log_writer *w,
		      const struct tiermm_file_log_about *about,
		      struct tiermm_file_error *error)
{
	unsigned char header[LOG_HEADER] = LOG_MAGIC;
	uint64_t bytes;
	char *text;
	int err = tiermm__log_head_write(about, &text, &bytes, error);

	if (err)
		return err;
	tiermm__log_put(header + 8, LOG_VERSION, 4);
	tiermm__log_put(header + 12, LOG_HEADER, 4);
	tiermm__log_put(header + 16, bytes, 4);
	tiermm__log_put(header + 24, tiermm__log_checksum(text, bytes), 8);
	tiermm__log_put(header + 56, tiermm__log_checksum(header, 56), 8);
	err = put(w, header, sizeof(header));
	if (!err)
		err = put(w, text, bytes);
	free(text);
	return err;
}

static int open_file(struct tiermm_file_log_writer *w,
		     struct tiermm_file_error *error)
{
	const char *path = w->output.path;
	int err;

	if (!path)
		return 0;
	w->file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wbe");
	if (w->file)
		return 0;
	err = errno == ENOENT || errno == ENOTDIR ? -TIERMM_ENOENT
	      : errno == EACCES || errno == EPERM ? -TIERMM_EACCES
						  : -TIERMM_EIO;
	return tiermm__file_report(error, err, 0, 0,
				   "%.96s: %s, expected a file to write", path,
				   strerror(errno));
}

static int begin(struct tiermm_file_log_writer *w,
		 const struct tiermm_file_log_about *about,
		 struct tiermm_file_error *error)
{
	int err = open_file(w, error);

	if (!err)
		err = put_header(w, about, error);
	/* It is there for a reader at once, and shows that there is room. */
	if (!err && w->file && fflush(w->file))
		err = tiermm__file_report(error, -TIERMM_EIO, 0, 0, "%.96s: %s",
					  w->output.path, strerror(errno));
	return err;
}

int tiermm_file_log_writer_create(struct tiermm_file_log_writer **out,
				  const struct tiermm_file_log_output *output,
				  const struct tiermm_file_log_about *about,
				  struct tiermm_file_error *error,
				  const struct tiermm_alloc *mem)
{
	struct tiermm_file_log_about of = { .size = sizeof(of) };
	struct tiermm_file_log_output to;
	struct tiermm_file_log_writer *w;
	struct tiermm_alloc source;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__file_report_none(error);
	err = tiermm__file_copy(&to, sizeof(to), output);
	if (!err && about)
		err = tiermm__file_copy(&of, sizeof(of), about);
	if (!err && !to.path && !to.write)
		err = -TIERMM_EINVAL;
	if (!err)
		err = tiermm__file_memory(&source, mem);
	if (err)
		return err;
	w = tiermm__file_alloc(&source, sizeof(*w));
	if (!w)
		return -TIERMM_ENOMEM;
	w->mem = source;
	w->output = to;
	w->last = tiermm__log_origin();
	err = begin(w, &of, error);
	if (err)
		tiermm_file_log_writer_destroy(w);
	else
		*out = w;
	return err;
}

static int enter(struct tiermm_file_log_writer *w)
{
	if (!w)
		return -TIERMM_EINVAL;
	if (tiermm__file_enter_owner(&w->inside))
		return -TIERMM_EBUSY;
	if (!w->ended)
		return 0;
	tiermm__file_leave_owner(&w->inside);
	return -TIERMM_EINVAL;
}

static int leave(struct tiermm_file_log_writer *w, int err)
{
	tiermm__file_leave_owner(&w->inside);
	return err;
}

static int add(struct tiermm_file_log_writer *w,
	       const struct tiermm_record *records, uint64_t n)
{
	for (uint64_t i = 0; i < n && !w->failed; i++) {
		if (w->used + LOG_MOST_RECORD > LOG_MOST_PAYLOAD)
			put_chunk(w, LOG_RECORDS);
		w->used += tiermm__log_encode(&records[i], &w->last,
					      w->payload + w->used);
		w->records++;
	}
	return w->failed;
}

int tiermm_file_log_writer_add(struct tiermm_file_log_writer *w,
			       const struct tiermm_record *records, uint64_t n)
{
	int err = records || !n ? enter(w) : -TIERMM_EINVAL;

	return err ? err : leave(w, add(w, records, n));
}

int tiermm_file_log_writer_take(struct tiermm_file_log_writer *w,
				struct tiermm_engine *e, uint64_t *lost)
{
	struct tiermm_record records[TAKEN];
	uint64_t n = 0, more, sum = 0;
	int err = enter(w);

	if (err)
		return err;
	do {
		err = tiermm_engine_log_take(e, records, TAKEN, &n, &more);
		if (err)
			break;
		sum += more;
		err = add(w, records, n);
	} while (!err && n);
	if (!err && lost)
		*lost = sum;
	return leave(w, err);
}

static int flush(struct tiermm_file_log_writer *w)
{
	if (w->records)
		put_chunk(w, LOG_RECORDS);
	if (!w->failed && w->file && fflush(w->file))
		w->failed = -TIERMM_EIO;
	return w->failed;
}

int tiermm_file_log_writer_flush(struct tiermm_file_log_writer *w)
{
	int err = enter(w);

	return err ? err : leave(w, flush(w));
}

int tiermm_file_log_writer_finish(struct tiermm_file_log_writer *w)
{
	int err = enter(w);

	if (err)
		return err;
	err = flush(w);
	if (!err)
		put_chunk(w, LOG_END);
	err = flush(w);
	w->ended = 1;
	return leave(w, err);
}

void tiermm_file_log_writer_destroy(struct tiermm_file_log_writer *w)
{
	struct tiermm_alloc mem;

	if (!w)
		return;
	mem = w->mem;
	if (w->file && w->file != stdout)
		fclose(w->file);
	tiermm__file_free(&mem, w, sizeof(*w));
}
