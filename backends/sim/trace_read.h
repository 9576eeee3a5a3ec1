/* SPDX-License-Identifier: MIT */
/* The reader of traces: its state, and the steps that make it up. */
#ifndef TIERMM_SIM_TRACE_READ_H
#define TIERMM_SIM_TRACE_READ_H

#include "input.h"
#include "pages.h"
#include "source.h"
#include "trace_code.h"

/* The head of a chunk, as it was read. */
struct trace_chunk {
	uint32_t kind;
	uint32_t bytes;
	uint32_t records;
	uint32_t crc;
	uint64_t before;
};

struct trace_reader {
	struct tiermm_alloc mem;
	struct tiermm__sim_bytes bytes;
	struct trace_crc crc;
	struct trace_state state;
	struct trace_totals seen;     /* of the records so far */
	struct trace_totals promised; /* of the end chunk */
	int knows_end;                /* promised was read ahead */
	int ended;
	uint64_t chunk;    /* number of the current one, from 1 */
	uint64_t chunk_at; /* where it begins */
	uint64_t left;     /* records of it that are not decoded yet */
	const unsigned char *at;
	const unsigned char *end;
	struct tiermm__sim_dense region; /* those whose address is known */
	uint64_t *address;               /* of region.key's, in its order */
	uint64_t room;                   /* of address */
	unsigned char *payload;
	uint64_t payload_room;
	uint32_t page_bytes;
	char name[TRACE_NAME];
};

/* --- trace_read.c -------------------------------------------------------- */

/* Complain about the current chunk; returns -TIERMM_EPROTO. */
TIERMM__SIM_FORMAT(3)
int tiermm__sim_trace_fail(const struct trace_reader *r,
			   struct tiermm_sim_error *error, const char *format,
			   ...);

/* --- trace_chunk.c ------------------------------------------------------- */

int tiermm__sim_trace_header(struct trace_reader *r,
			     struct tiermm_sim_error *error);

/* The next chunk with accesses, or the end: sets left, or ended. */
int tiermm__sim_trace_chunk(struct trace_reader *r,
			    struct tiermm_sim_error *error);

/* Look at the end chunk of a seekable trace, and go back. */
int tiermm__sim_trace_look_ahead(struct trace_reader *r,
				 struct tiermm_sim_error *error);

/* --- trace_regions.c ----------------------------------------------------- */

int tiermm__sim_trace_regions(struct trace_reader *r, uint32_t n,
			      struct tiermm_sim_error *error);
int tiermm__sim_trace_address_of(void *self, uint64_t page, uint64_t *address);

#endif
