/* SPDX-License-Identifier: MIT */
/*
 * oracleGeneral, libCacheSim's binary format: records of 24 bytes, little
 * endian and without padding:
 *
 *     0 time, s, 32 bits    4 object id, 64    12 size, 32
 *    16 number of the request that asks for it next, 64; -1 or 2^63-1: none
 *
 * An object gets as many pages in a row as its size takes, 1024 at most, when
 * it is first asked for; a request reads them all.
 */
#include "import.h"

#include <inttypes.h>
#include <string.h>

#define BYTES 24
#define MOST_PAGES 1024

static uint64_t get(const struct import_reader *r, uint32_t at, uint32_t bytes)
{
	uint64_t value = 0;

	for (uint32_t i = bytes; i-- > 0;)
		value = value << 8 | (unsigned char)r->text[at + i];
	return value;
}

/* First page and number of pages of as many objects as there are. */
static int reserve(struct import_reader *r)
{
	uint64_t room = 2 * r->object.room;
	uint64_t *page;

	if (room == r->object_room)
		return 0;
	page = tiermm__sim_alloc(&r->mem, room * sizeof(*page));
	if (!page)
		return -TIERMM_ENOMEM;
	if (r->object_room)
		memcpy(page, r->object_page,
		       (size_t)(r->object_room * sizeof(*page)));
	tiermm__sim_free(&r->mem, r->object_page,
			 r->object_room * sizeof(*page));
	r->object_page = page;
	r->object_room = room;
	return 0;
}

static uint64_t pages_for(const struct import_reader *r, uint64_t bytes)
{
	uint64_t pages = bytes ? ((bytes - 1) >> r->page_shift) + 1 : 1;

	return pages < MOST_PAGES ? pages : MOST_PAGES;
}

static int find_object(struct import_reader *r, uint64_t id, uint64_t bytes,
		       const uint64_t **object)
{
	uint64_t index, before = r->object.n;
	int err = tiermm__sim_dense_of(&r->object, id, &index);

	if (!err)
		err = reserve(r);
	if (err)
		return err;
	if (index == before || !r->object_page[2 * index + 1]) {
		r->object_page[2 * index] = r->next_page;
		r->object_page[2 * index + 1] = pages_for(r, bytes);
		r->next_page += pages_for(r, bytes);
	}
	*object = &r->object_page[2 * index];
	return 0;
}

static int oracle_record(struct import_reader *r,
			 struct tiermm_sim_error *error)
{
	struct import_access a = { .time_ns = get(r, 0, 4) * 1000000000,
				   .has_time = 1,
				   .count = 1 };
	uint64_t next = get(r, 16, 8);
	const uint64_t *object;
	int err;

	if (next != UINT64_MAX && next < r->line)
		return tiermm__sim_report(error, -TIERMM_EPROTO, r->line,
					  r->bytes.offset - BYTES,
					  "%s: record %" PRIu64
					  " at byte %" PRIu64
					  ": asked for next at request %" PRIu64
					  ", expected a later one or -1",
					  r->bytes.name, r->line,
					  r->bytes.offset - BYTES, next);
	if (r->last_room && r->last_ns[0] && a.time_ns < r->last_ns[0] - 1)
		return tiermm__sim_report(error, -TIERMM_EPROTO, r->line,
					  r->bytes.offset - BYTES,
					  "%s: record %" PRIu64
					  " at byte %" PRIu64
					  ": time goes back to %" PRIu64 " s",
					  r->bytes.name, r->line,
					  r->bytes.offset - BYTES,
					  get(r, 0, 4));
	err = find_object(r, get(r, 4, 8), get(r, 12, 4), &object);
	if (err)
		return err;
	return tiermm__sim_import_pages(r, object[0], object[1], &a, error);
}

const struct import_format tiermm__sim_oracle = {
	.name = "oracle",
	.record_bytes = BYTES,
	.record = oracle_record,
	.region_pages = 1,
};
