/* SPDX-License-Identifier: MIT */
/* Lines and records of an input, counted for messages. */
#include "import.h"

#include <inttypes.h>
#include <string.h>

int tiermm__sim_import_fail(const struct import_reader *r,
			    struct tiermm_sim_error *error,
			    const char *expected)
{
	return tiermm__sim_report(error, -TIERMM_EPROTO, r->line,
				  r->bytes.offset,
				  "%s:%" PRIu64 ": \"%.60s\", expected %s",
				  r->bytes.name, r->line, r->text, expected);
}

static int too_long(const struct import_reader *r,
		    struct tiermm_sim_error *error)
{
	return tiermm__sim_report(error, -TIERMM_EPROTO, r->line,
				  r->bytes.offset,
				  "%s:%" PRIu64
				  ": more than 4096 characters, expected "
				  "a line",
				  r->bytes.name, r->line);
}

/* Move what is there of the line into text; 1 where its end was there too. */
static int take_part(struct import_reader *r)
{
	struct tiermm__sim_bytes *b = &r->bytes;
	const char *from = b->data + b->at;
	uint64_t n = b->have - b->at, room = IMPORT_LINE - r->length;
	const char *end = memchr(from, '\n', (size_t)n);
	uint64_t part = end ? (uint64_t)(end - from) : n;
	uint64_t kept = part < room ? part : room;

	memcpy(r->text + r->length, from, (size_t)kept);
	r->length += kept;
	/* One more byte than fits marks the line as too long. */
	if (kept < part)
		r->length = IMPORT_LINE + 1;
	part += end ? 1 : 0;
	b->at += part;
	b->offset += part;
	return end != NULL;
}

int tiermm__sim_import_line(struct import_reader *r, int *more,
			    struct tiermm_sim_error *error)
{
	int err, there, any = 0;

	r->length = 0;
	r->line++;
	for (;;) {
		err = tiermm__sim_bytes_fill(&r->bytes, &there, error);
		if (err)
			return err;
		if (!there)
			break;
		any = 1;
		if (take_part(r) || r->length > IMPORT_LINE)
			break;
	}
	*more = any;
	if (r->length > IMPORT_LINE)
		return too_long(r, error);
	if (r->length && r->text[r->length - 1] == '\r')
		r->length--;
	r->text[r->length] = '\0';
	if (strlen(r->text) < r->length)
		return tiermm__sim_import_fail(r, error,
					       "a line without zero bytes");
	return 0;
}

int tiermm__sim_import_record(struct import_reader *r, int *more,
			      struct tiermm_sim_error *error)
{
	uint64_t taken, bytes = r->format->record_bytes;
	int err;

	r->line++;
	err = tiermm__sim_bytes_take(&r->bytes, r->text, bytes, &taken, error);
	*more = taken > 0;
	if (err || !taken || taken == bytes)
		return err;
	return tiermm__sim_report(error, -TIERMM_EPROTO, r->line,
				  r->bytes.offset,
				  "%s: record %" PRIu64 " at byte %" PRIu64
				  " has %" PRIu64 " bytes, expected %" PRIu64,
				  r->bytes.name, r->line,
				  r->bytes.offset - taken, taken, bytes);
}
