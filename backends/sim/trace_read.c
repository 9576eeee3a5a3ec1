/* SPDX-License-Identifier: MIT */
/* Traces as a source: a chunk at a time, each access within its bounds. */
#include "trace_read.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int tiermm__sim_trace_fail(const struct trace_reader *r,
			   struct tiermm_sim_error *error, const char *format,
			   ...)
{
	char what[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	return tiermm__sim_report(error, -TIERMM_EPROTO, r->seen.records,
				  r->chunk_at,
				  "%s: chunk %" PRIu64 " at byte %" PRIu64
				  ": %s",
				  r->bytes.name, r->chunk, r->chunk_at, what);
}

/* What the end chunk promised is what a machine has made room for. */
static int is_promised(const struct trace_reader *r,
		       const struct tiermm_sim_access *a)
{
	return !r->knows_end || (a->page < r->promised.pages &&
				 a->thread < r->promised.threads &&
				 a->process < r->promised.processes);
}

static int decode(struct trace_reader *r, struct tiermm_sim_access *out,
		  uint64_t n, struct tiermm_sim_error *error)
{
	for (uint64_t i = 0; i < n; i++) {
		const char *why;
		uint64_t used = tiermm__sim_decode(&r->state, r->at, r->end,
						   &out[i], &why);

		if (used && !is_promised(r, &out[i]))
			why = "a page or thread beyond what the end promises";
		if (!used || why)
			return tiermm__sim_trace_fail(r, error,
						      "record %" PRIu64
						      " is %s",
						      r->seen.records + 1, why);
		r->at += used;
		r->left--;
		tiermm__sim_total(&r->seen, &out[i]);
	}
	if (!r->left && r->at < r->end)
		return tiermm__sim_trace_fail(r, error,
					      "%" PRIu64
					      " bytes follow its last record",
					      (uint64_t)(r->end - r->at));
	return 0;
}

static int trace_next(void *self, struct tiermm_sim_access *out, uint64_t cap,
		      uint64_t *n_out, struct tiermm_sim_error *error)
{
	struct trace_reader *r = self;
	int err = tiermm__sim_trace_chunk(r, error);

	if (err)
		return err;
	*n_out = r->left < cap ? r->left : cap;
	return decode(r, out, *n_out, error);
}

static int trace_rewind(void *self)
{
	struct trace_reader *r = self;
	int err = tiermm__sim_bytes_seek(&r->bytes, TRACE_HEADER);

	if (err)
		return err;
	memset(&r->seen, 0, sizeof(r->seen));
	r->ended = 0;
	r->left = 0;
	r->chunk = 0;
	return 0;
}

static void trace_destroy(void *self)
{
	struct trace_reader *r = self;
	struct tiermm_alloc mem = r->mem;

	tiermm__sim_bytes_close(&r->bytes);
	tiermm__sim_dense_drop(&r->region);
	tiermm__sim_free(&mem, r->address, r->room * sizeof(*r->address));
	tiermm__sim_free(&mem, r->payload, r->payload_room);
	tiermm__sim_free(&mem, r, sizeof(*r));
}

static void trace_learn(void *self, struct tiermm_sim_source_info *info)
{
	struct trace_reader *r = self;
	const struct trace_totals *t = r->knows_end ? &r->promised : &r->seen;

	if (!r->knows_end && !r->ended)
		return;
	/* A trace of nothing is of one page that nobody touches. */
	info->pages = t->pages ? t->pages : 1;
	info->records = t->records;
	info->accesses = t->accesses;
	info->threads = t->threads ? (uint32_t)t->threads : 1;
	info->processes = t->processes ? (uint32_t)t->processes : 1;
}

static const struct tiermm__sim_kind trace_kind = {
	.next = trace_next,
	.rewind = trace_rewind,
	.destroy = trace_destroy,
	.learn = trace_learn,
	.address = tiermm__sim_trace_address_of,
};

static int begin(struct tiermm_sim_source **out, struct trace_reader *r,
		 const struct tiermm_sim_input *input,
		 struct tiermm_sim_error *error)
{
	struct tiermm_sim_source_info info = { .pages = TIERMM_SIM_UNKNOWN,
					       .records = TIERMM_SIM_UNKNOWN,
					       .accesses = TIERMM_SIM_UNKNOWN };
	int err = tiermm__sim_bytes_open(&r->bytes, input, error, &r->mem);

	if (err)
		return err;
	tiermm__sim_crc_init(&r->crc);
	err = tiermm__sim_trace_header(r, error);
	if (!err)
		err = tiermm__sim_trace_look_ahead(r, error);
	if (!err) {
		info.page_bytes = r->page_bytes;
		tiermm__sim_name(info.name, sizeof(info.name),
				 r->name[0] ? r->name : r->bytes.name);
		trace_learn(r, &info);
		err = tiermm__sim_source_make(out, &trace_kind, r, &info,
					      &r->mem);
	}
	if (err)
		tiermm__sim_bytes_close(&r->bytes);
	return err;
}

int tiermm_sim_trace_open(struct tiermm_sim_source **out,
			  const struct tiermm_sim_input *input,
			  struct tiermm_sim_error *error,
			  const struct tiermm_alloc *mem)
{
	struct tiermm_alloc source;
	struct trace_reader *r;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__sim_report_none(error);
	err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	r = tiermm__sim_alloc(&source, sizeof(*r));
	if (!r)
		return -TIERMM_ENOMEM;
	r->mem = source;
	r->region.mem = source;
	err = begin(out, r, input, error);
	if (err)
		tiermm__sim_free(&source, r, sizeof(*r));
	return err;
}

int tiermm_sim_trace_address(struct tiermm_sim_source *s, uint64_t page,
			     uint64_t *address)
{
	int err;

	if (!s || !address)
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	err = s->kind.address ? s->kind.address(s->self, page, address)
			      : -TIERMM_ENOTSUP;
	tiermm__sim_leave(&s->inside);
	return err;
}
