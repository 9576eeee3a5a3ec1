/* SPDX-License-Identifier: MIT */
/* Header and chunks of a trace: read, checked, and complained about. */
#include "trace_read.h"

#include <inttypes.h>
#include <string.h>

/* All n bytes; what they belong to is named where the file ends in them. */
static int take(struct trace_reader *r, void *out, uint64_t n, const char *what,
		struct tiermm_sim_error *error)
{
	uint64_t at = r->bytes.offset, taken;
	int err = tiermm__sim_bytes_take(&r->bytes, out, n, &taken, error);

	if (err || taken == n)
		return err;
	return tiermm__sim_report(error, -TIERMM_EPROTO, r->seen.records,
				  at + taken,
				  "%s: cut short at byte %" PRIu64
				  ": %s has %" PRIu64
				  " bytes, expected %" PRIu64,
				  r->bytes.name, at + taken, what, taken, n);
}

static int fail_header(const struct trace_reader *r,
		       struct tiermm_sim_error *error, const char *what,
		       uint64_t is, const char *expected)
{
	return tiermm__sim_report(error, -TIERMM_EPROTO, 0, 0,
				  "%s: header: %s is %" PRIu64 ", expected %s",
				  r->bytes.name, what, is, expected);
}

int tiermm__sim_trace_header(struct trace_reader *r,
			     struct tiermm_sim_error *error)
{
	unsigned char head[TRACE_HEADER];
	uint32_t version, bytes;
	int err = take(r, head, sizeof(head), "the header", error);

	if (err)
		return err;
	if (memcmp(head, TRACE_MAGIC, 8) != 0)
		return tiermm__sim_report(error, -TIERMM_EPROTO, 0, 0,
					  "%s: does not begin with " TRACE_MAGIC
					  ": no trace of this library",
					  r->bytes.name);
	version = tiermm__sim_get32(head + 8);
	if (version != TRACE_VERSION)
		return fail_header(r, error, "the version", version, "1");
	if (tiermm__sim_get32(head + 12) != TRACE_HEADER)
		return fail_header(r, error, "its length",
				   tiermm__sim_get32(head + 12), "128");
	if (tiermm__sim_crc_of(&r->crc, head, 124) !=
	    tiermm__sim_get32(head + 124))
		return fail_header(r, error, "the checksum",
				   tiermm__sim_get32(head + 124),
				   "that of its bytes: it is damaged");
	bytes = tiermm__sim_get32(head + 16);
	if (bytes < 512 || bytes > 1u << 30 || (bytes & (bytes - 1)))
		return fail_header(r, error, "the page size", bytes,
				   "a power of two from 512 to 2^30");
	if (tiermm__sim_get32(head + 20))
		return fail_header(r, error, "the word of flags",
				   tiermm__sim_get32(head + 20), "0");
	r->page_bytes = bytes;
	memcpy(r->name, head + 24, TRACE_NAME);
	r->name[TRACE_NAME - 1] = '\0';
	return 0;
}

/* The head of the next chunk. */
static int take_head(struct trace_reader *r, struct trace_chunk *c,
		     struct tiermm_sim_error *error)
{
	unsigned char head[TRACE_CHUNK];
	int err;

	r->chunk++;
	r->chunk_at = r->bytes.offset;
	err = take(r, head, sizeof(head), "the head of a chunk", error);
	if (err)
		return err;
	if (tiermm__sim_get32(head) != TRACE_MARK)
		return tiermm__sim_trace_fail(r, error,
					      "does not begin with TMCH");
	if (tiermm__sim_crc_of(&r->crc, head, 28) !=
	    tiermm__sim_get32(head + 28))
		return tiermm__sim_trace_fail(
			r, error, "the checksum of its head does not fit");
	c->kind = tiermm__sim_get32(head + 4);
	c->bytes = tiermm__sim_get32(head + 8);
	c->records = tiermm__sim_get32(head + 12);
	c->before = tiermm__sim_get64(head + 16);
	c->crc = tiermm__sim_get32(head + 24);
	return 0;
}

static int check_head(const struct trace_reader *r, const struct trace_chunk *c,
		      struct tiermm_sim_error *error)
{
	if (c->before != r->seen.records)
		return tiermm__sim_trace_fail(
			r, error,
			"comes behind %" PRIu64 " records, expected %" PRIu64
			": a chunk is missing or twice there",
			c->before, r->seen.records);
	switch (c->kind) {
	case TRACE_ACCESSES:
		if (c->bytes <= TRACE_MOST_PAYLOAD && c->records &&
		    c->records <= c->bytes)
			return 0;
		break;
	case TRACE_REGIONS:
		if (c->bytes <= TRACE_MOST_PAYLOAD &&
		    c->bytes == (uint64_t)c->records * 16)
			return 0;
		break;
	case TRACE_END:
		if (c->bytes == TRACE_END_BYTES && !c->records)
			return 0;
		break;
	default:
		return tiermm__sim_trace_fail(r, error,
					      "kind %" PRIu32
					      ", expected 1, 2 or 3",
					      c->kind);
	}
	return tiermm__sim_trace_fail(r, error,
				      "%" PRIu32 " bytes for %" PRIu32
				      " records of kind %" PRIu32,
				      c->bytes, c->records, c->kind);
}

static int reserve(struct trace_reader *r, uint64_t bytes)
{
	uint64_t room = r->payload_room ? r->payload_room : TRACE_PAYLOAD;
	unsigned char *payload;

	while (room < bytes)
		room *= 2;
	if (room == r->payload_room)
		return 0;
	payload = tiermm__sim_alloc(&r->mem, room);
	if (!payload)
		return -TIERMM_ENOMEM;
	tiermm__sim_free(&r->mem, r->payload, r->payload_room);
	r->payload = payload;
	r->payload_room = room;
	return 0;
}

static int take_payload(struct trace_reader *r, const struct trace_chunk *c,
			struct tiermm_sim_error *error)
{
	uint32_t crc;
	int err = reserve(r, c->bytes);

	if (!err)
		err = take(r, r->payload, c->bytes, "the payload", error);
	if (err)
		return err;
	crc = tiermm__sim_crc_of(&r->crc, r->payload, c->bytes);
	if (crc == c->crc)
		return 0;
	return tiermm__sim_trace_fail(r, error,
				      "the checksum is %08" PRIx32
				      ", expected %08" PRIx32 ": it is damaged",
				      crc, c->crc);
}

static void take_totals(const unsigned char *in, struct trace_totals *t)
{
	t->records = tiermm__sim_get64(in);
	t->accesses = tiermm__sim_get64(in + 8);
	t->pages = tiermm__sim_get64(in + 16);
	t->threads = tiermm__sim_get64(in + 24);
	t->processes = tiermm__sim_get64(in + 32);
	t->gap_ns = tiermm__sim_get64(in + 40);
	t->writes = tiermm__sim_get64(in + 48);
}

static int is_equal(const struct trace_totals *a, const struct trace_totals *b)
{
	return a->records == b->records && a->accesses == b->accesses &&
	       a->pages == b->pages && a->threads == b->threads &&
	       a->processes == b->processes && a->gap_ns == b->gap_ns &&
	       a->writes == b->writes;
}

static int take_end(struct trace_reader *r, struct tiermm_sim_error *error)
{
	struct trace_totals t;
	int more, err;

	take_totals(r->payload, &t);
	if (!is_equal(&t, &r->seen))
		return tiermm__sim_trace_fail(
			r, error,
			"says %" PRIu64 " records and %" PRIu64
			" pages, expected %" PRIu64 " and %" PRIu64
			" or other sums: chunks are missing",
			t.records, t.pages, r->seen.records, r->seen.pages);
	err = tiermm__sim_bytes_fill(&r->bytes, &more, error);
	if (err)
		return err;
	if (more)
		return tiermm__sim_trace_fail(r, error,
					      "is the last, but more follows");
	r->ended = 1;
	return 0;
}

int tiermm__sim_trace_chunk(struct trace_reader *r,
			    struct tiermm_sim_error *error)
{
	while (!r->left && !r->ended) {
		struct trace_chunk c;
		int err = take_head(r, &c, error);

		if (!err)
			err = check_head(r, &c, error);
		if (!err)
			err = take_payload(r, &c, error);
		if (!err && c.kind == TRACE_REGIONS)
			err = tiermm__sim_trace_regions(r, c.records, error);
		if (!err && c.kind == TRACE_END)
			err = take_end(r, error);
		if (err)
			return err;
		if (c.kind != TRACE_ACCESSES)
			continue;
		r->left = c.records;
		r->at = r->payload;
		r->end = r->payload + c.bytes;
		memset(&r->state, 0, sizeof(r->state));
	}
	return 0;
}

static int check_totals(const struct trace_reader *r,
			const struct trace_totals *t,
			struct tiermm_sim_error *error)
{
	if (t->pages <= TIERMM_SIM_PAGE_LIMIT &&
	    t->threads <= TIERMM_SIM_THREAD_LIMIT &&
	    t->processes <= TIERMM_SIM_THREAD_LIMIT &&
	    t->records <= t->accesses && !t->pages == !t->records)
		return 0;
	return tiermm__sim_trace_fail(
		r, error,
		"says %" PRIu64 " pages and %" PRIu64
		" threads, expected at most 2^52 and 65536",
		t->pages, t->threads);
}

int tiermm__sim_trace_look_ahead(struct trace_reader *r,
				 struct tiermm_sim_error *error)
{
	const uint64_t end = TRACE_CHUNK + TRACE_END_BYTES;
	uint64_t back = r->bytes.offset;
	unsigned char payload[TRACE_END_BYTES];
	struct trace_chunk c = { 0 };
	int err = 0;

	if (!r->bytes.seekable)
		return 0;
	if (r->bytes.size >= back + end) {
		err = tiermm__sim_bytes_seek(&r->bytes, r->bytes.size - end);
		if (!err)
			err = take_head(r, &c, NULL);
		if (!err)
			err = take(r, payload, sizeof(payload), "the end",
				   NULL);
	}
	if (err == -TIERMM_EIO)
		return err;
	if (err || c.kind != TRACE_END || c.bytes != sizeof(payload) ||
	    tiermm__sim_crc_of(&r->crc, payload, sizeof(payload)) != c.crc)
		return tiermm__sim_report(error, -TIERMM_EPROTO, 0,
					  r->bytes.size,
					  "%s: no end chunk in its last "
					  "%" PRIu64
					  " bytes: cut short or damaged",
					  r->bytes.name, end);
	take_totals(payload, &r->promised);
	err = check_totals(r, &r->promised, error);
	if (err)
		return err;
	r->knows_end = 1;
	r->chunk = 0;
	return tiermm__sim_bytes_seek(&r->bytes, back);
}
