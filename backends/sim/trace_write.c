/* SPDX-License-Identifier: MIT */
/* The writer of traces: chunks are filled, sealed with a checksum, written. */
#define _POSIX_C_SOURCE 200809L
#include "source.h"
#include "trace_code.h"

#include <tiermm/backends/sim_trace.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define REGION_BYTES 16
#define MOST_REGIONS 256

struct tiermm_sim_writer {
	struct tiermm_alloc mem;
	struct tiermm_sim_output output;
	int file;   /* descriptor; -1: the caller's function */
	int opened; /* it is ours to close */
	int failed; /* nothing is written after that */
	int ended;
	struct trace_crc crc;
	struct trace_state state;
	struct trace_totals totals;
	uint64_t written; /* records in the chunks that are out */
	uint64_t used;    /* bytes of the chunk that is being filled */
	uint32_t records; /* in it */
	uint32_t n_regions;
	_Atomic int inside; /* an owner is at work */
	unsigned char regions[MOST_REGIONS * REGION_BYTES];
	unsigned char payload[TRACE_PAYLOAD];
};

static int write_file(int file, const unsigned char *data, uint64_t bytes)
{
	while (bytes) {
		ssize_t n = write(file, data, (size_t)bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -TIERMM_EIO;
		data += n;
		bytes -= (uint64_t)n;
	}
	return 0;
}

static int put(struct tiermm_sim_writer *w, const void *data, uint64_t bytes)
{
	int err;

	if (w->failed)
		return w->failed;
	if (w->file >= 0)
		err = write_file(w->file, data, bytes);
	else
		err = w->output.write(w->output.self, data, bytes);
	w->failed = err;
	return err;
}

static int put_chunk(struct tiermm_sim_writer *w, uint32_t kind,
		     uint32_t records, const unsigned char *payload,
		     uint64_t bytes)
{
	unsigned char head[TRACE_CHUNK];
	int err;

	tiermm__sim_put32(head, TRACE_MARK);
	tiermm__sim_put32(head + 4, kind);
	tiermm__sim_put32(head + 8, (uint32_t)bytes);
	tiermm__sim_put32(head + 12, records);
	tiermm__sim_put64(head + 16, w->written);
	tiermm__sim_put32(head + 24,
			  tiermm__sim_crc_of(&w->crc, payload, bytes));
	tiermm__sim_put32(head + 28, tiermm__sim_crc_of(&w->crc, head, 28));
	err = put(w, head, sizeof(head));
	return err ? err : put(w, payload, bytes);
}

static int flush_regions(struct tiermm_sim_writer *w)
{
	uint32_t n = w->n_regions;

	w->n_regions = 0;
	if (!n)
		return w->failed;
	return put_chunk(w, TRACE_REGIONS, n, w->regions,
			 (uint64_t)n * REGION_BYTES);
}

static int flush(struct tiermm_sim_writer *w)
{
	int err = flush_regions(w);

	if (!err && w->records)
		err = put_chunk(w, TRACE_ACCESSES, w->records, w->payload,
				w->used);
	w->written += w->records;
	w->records = 0;
	w->used = 0;
	memset(&w->state, 0, sizeof(w->state));
	return err;
}

static int is_sound(const struct tiermm_sim_access *a)
{
	return a->page < TIERMM_SIM_PAGE_LIMIT &&
	       a->gap_ns < TIERMM_SIM_GAP_LIMIT &&
	       a->thread < TIERMM_SIM_THREAD_LIMIT &&
	       a->process < TIERMM_SIM_THREAD_LIMIT && a->count &&
	       !(a->flags & ~7u);
}

static int add(struct tiermm_sim_writer *w, const struct tiermm_sim_access *a)
{
	if (!is_sound(a))
		return -TIERMM_EINVAL;
	if (w->used + TRACE_MOST_RECORD > sizeof(w->payload)) {
		int err = flush(w);

		if (err)
			return err;
	}
	w->used += tiermm__sim_encode(&w->state, w->payload + w->used, a);
	w->records++;
	tiermm__sim_total(&w->totals, a);
	return 0;
}

int tiermm_sim_writer_add(struct tiermm_sim_writer *w,
			  const struct tiermm_sim_access *batch, uint64_t n)
{
	int err;

	if (!w || (n && !batch))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&w->inside);
	if (err)
		return err;
	err = w->ended ? -TIERMM_EINVAL : w->failed;
	for (uint64_t i = 0; i < n && !err; i++)
		err = add(w, &batch[i]);
	tiermm__sim_leave(&w->inside);
	return err;
}

int tiermm_sim_writer_region(struct tiermm_sim_writer *w, uint64_t region,
			     uint64_t address)
{
	int err;

	if (!w || region >= TIERMM_SIM_PAGE_LIMIT / TIERMM__SIM_REGION_PAGES)
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&w->inside);
	if (err)
		return err;
	err = w->ended ? -TIERMM_EINVAL : w->failed;
	if (!err && w->n_regions == MOST_REGIONS)
		err = flush(w);
	if (!err) {
		unsigned char *at = w->regions + w->n_regions * REGION_BYTES;

		tiermm__sim_put64(at, region);
		tiermm__sim_put64(at + 8, address);
		w->n_regions++;
	}
	tiermm__sim_leave(&w->inside);
	return err;
}

static int put_end(struct tiermm_sim_writer *w)
{
	const struct trace_totals *t = &w->totals;
	const uint64_t numbers[TRACE_END_BYTES / 8] = {
		t->records,   t->accesses, t->pages,  t->threads,
		t->processes, t->gap_ns,   t->writes, 0
	};
	unsigned char payload[TRACE_END_BYTES];

	for (int i = 0; i < TRACE_END_BYTES / 8; i++)
		tiermm__sim_put64(payload + 8 * i, numbers[i]);
	return put_chunk(w, TRACE_END, 0, payload, sizeof(payload));
}

static int close_file(struct tiermm_sim_writer *w)
{
	int opened = w->opened;

	w->opened = 0;
	return opened && close(w->file) ? -TIERMM_EIO : 0;
}

int tiermm_sim_writer_finish(struct tiermm_sim_writer *w)
{
	int err, closed;

	if (!w)
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&w->inside);
	if (err)
		return err;
	err = w->ended ? -TIERMM_EINVAL : flush(w);
	if (!err)
		err = put_end(w);
	w->ended = 1;
	closed = close_file(w);
	tiermm__sim_leave(&w->inside);
	return err ? err : closed;
}

void tiermm_sim_writer_destroy(struct tiermm_sim_writer *w)
{
	struct tiermm_alloc mem;

	if (!w)
		return;
	(void)close_file(w);
	mem = w->mem;
	tiermm__sim_free(&mem, w, sizeof(*w));
}

static int open_file(struct tiermm_sim_writer *w,
		     struct tiermm_sim_error *error)
{
	const char *path = w->output.path;
	int number;

	w->file = STDOUT_FILENO;
	if (strcmp(path, "-") == 0)
		return 0;
	do
		w->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			       0666);
	while (w->file < 0 && errno == EINTR);
	if (w->file >= 0) {
		w->opened = 1;
		return 0;
	}
	number = errno;
	return tiermm__sim_report(error,
				  number == ENOENT   ? -TIERMM_ENOENT
				  : number == EACCES ? -TIERMM_EACCES
						     : -TIERMM_EIO,
				  0, 0, "%s: %s", path, strerror(number));
}

static int put_header(struct tiermm_sim_writer *w, uint32_t page_bytes,
		      const char *name)
{
	unsigned char head[TRACE_HEADER] = { 0 };
	char text[TRACE_NAME] = { 0 };

	tiermm__sim_name(text, sizeof(text), name);
	memcpy(head, TRACE_MAGIC, 8);
	tiermm__sim_put32(head + 8, TRACE_VERSION);
	tiermm__sim_put32(head + 12, TRACE_HEADER);
	tiermm__sim_put32(head + 16, page_bytes);
	memcpy(head + 24, text, sizeof(text));
	tiermm__sim_put32(head + 124, tiermm__sim_crc_of(&w->crc, head, 124));
	return put(w, head, sizeof(head));
}

static int is_page_size(uint32_t bytes)
{
	return bytes >= 512 && bytes <= 1u << 30 && !(bytes & (bytes - 1));
}

int tiermm_sim_writer_create(struct tiermm_sim_writer **out,
			     const struct tiermm_sim_output *output,
			     uint32_t page_bytes, const char *name,
			     struct tiermm_sim_error *error,
			     const struct tiermm_alloc *mem)
{
	struct tiermm_sim_output to;
	struct tiermm_alloc source;
	struct tiermm_sim_writer *w;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__sim_report_none(error);
	err = tiermm__sim_copy(&to, sizeof(to), output, 0);
	if (!err)
		err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	page_bytes = page_bytes ? page_bytes : 4096;
	if (!is_page_size(page_bytes) || (!to.path && !to.write))
		return -TIERMM_EINVAL;
	w = tiermm__sim_alloc(&source, sizeof(*w));
	if (!w)
		return -TIERMM_ENOMEM;
	w->mem = source;
	w->output = to;
	w->file = -1;
	atomic_init(&w->inside, 0);
	tiermm__sim_crc_init(&w->crc);
	err = to.path ? open_file(w, error) : 0;
	if (!err)
		err = put_header(w, page_bytes, name);
	if (err)
		tiermm_sim_writer_destroy(w);
	else
		*out = w;
	return err;
}
