/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a trace, version 1; docs/traces.md says the same in prose.
 * All numbers are little endian.
 *
 *     header   128 bytes
 *       0  "TIERMMTR"      8  version (1)        12  bytes of the header
 *      16  bytes a page   20  flags (0)          24  name, 64 bytes, 0-filled
 *      88  zero, 36 bytes                       124  CRC-32C of 0 .. 123
 *     chunk    32 bytes, and its payload
 *       0  "TMCH"          4  kind                8  bytes of the payload
 *      12  records in it  16  records before it  24  CRC-32C of the payload
 *      28  CRC-32C of 0 .. 27
 *
 * Payload of TRACE_ACCESSES: a head byte a record, and behind it, in this
 * order, the numbers that its bits ask for: 7 bits a byte, low ones first,
 * the top bit set on all bytes but the last.
 *
 *     bits 0-2  the page: 0 that of the record before, 1 one more, 2 one
 *               less, 3 .. 6 that of 2 .. 5 records before, 7 a number:
 *               the difference, twice its size, less 1 where it is negative
 *     bit 3     TIERMM_SIM_WRITE
 *     bit 4     TIERMM_SIM_FETCH
 *     bit 5     two numbers: 2 * thread + 1 if TIERMM_SIM_DEPENDENT, and
 *               process; else all three as in the record before
 *     bit 6     a number: gap_ns; else as in the record before
 *     bit 7     a number: count - 2; else count is 1
 *
 * A chunk begins as if there had been zeros before it, so that it can be read
 * by itself.
 *
 * Payload of TRACE_REGIONS: pairs of 8 bytes each, the number of a region of
 * 512 pages and its address where it was recorded.
 *
 * Payload of TRACE_END: eight times 8 bytes: records, accesses, bound of the
 * page numbers, of the threads, of the processes, sum of the gaps, accesses
 * that write, and 0. Nothing follows it.
 */
#ifndef TIERMM_SIM_TRACE_FORMAT_H
#define TIERMM_SIM_TRACE_FORMAT_H

#include <tiermm/backends/sim_source.h>

#include <stdint.h>

#define TRACE_MAGIC "TIERMMTR"
#define TRACE_VERSION 1
#define TRACE_HEADER 128
#define TRACE_NAME 64
#define TRACE_MARK UINT32_C(0x48434d54) /* "TMCH" */
#define TRACE_CHUNK 32
/* The greatest payload that is read, and that which is written. */
#define TRACE_MOST_PAYLOAD 1048576
#define TRACE_PAYLOAD 65536
#define TRACE_END_BYTES 64
/* No record is longer: head, and numbers of 8, 3, 3, 7 and 5 bytes. */
#define TRACE_MOST_RECORD 27
/* Records whose pages can be named again. */
#define TRACE_HISTORY 5

/* Kinds of chunks. */
enum {
	TRACE_ACCESSES = 1,
	TRACE_REGIONS,
	TRACE_END
};

/* Bits of the head byte. */
enum {
	TRACE_SAME = 0,
	TRACE_PLUS,
	TRACE_MINUS,
	TRACE_AGAIN, /* .. 6 */
	TRACE_OTHER = 7,
	TRACE_PAGE = 7,
	TRACE_WRITE = 8,
	TRACE_FETCH = 16,
	TRACE_CONTEXT = 32,
	TRACE_GAP = 64,
	TRACE_COUNT = 128
};

/* What the record before was, and the pages of the last ones. */
struct trace_state {
	uint64_t page[TRACE_HISTORY]; /* [0] is the last */
	uint64_t gap_ns;
	uint32_t thread;
	uint32_t process;
	uint32_t dependent;
};

/* Totals of a trace: the contents of its end chunk. */
struct trace_totals {
	uint64_t records;
	uint64_t accesses;
	uint64_t pages;
	uint64_t threads;
	uint64_t processes;
	uint64_t gap_ns;
	uint64_t writes;
};

/* CRC-32C (Castagnoli), 8 bytes a step. */
struct trace_crc {
	uint32_t table[8][256];
};

void tiermm__sim_crc_init(struct trace_crc *crc);
uint32_t tiermm__sim_crc_of(const struct trace_crc *crc, const void *data,
			    uint64_t bytes);

static inline void tiermm__sim_put32(unsigned char *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(value >> 8 * i);
}

static inline void tiermm__sim_put64(unsigned char *out, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)(value >> 8 * i);
}

static inline uint32_t tiermm__sim_get32(const unsigned char *in)
{
	return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 |
	       (uint32_t)in[3] << 24;
}

static inline uint64_t tiermm__sim_get64(const unsigned char *in)
{
	return tiermm__sim_get32(in) | (uint64_t)tiermm__sim_get32(in + 4)
					       << 32;
}

/* Where the pages of one more record are noted. */
static inline void tiermm__sim_note_page(struct trace_state *state,
					 uint64_t page)
{
	for (int i = TRACE_HISTORY - 1; i > 0; i--)
		state->page[i] = state->page[i - 1];
	state->page[0] = page;
}

/* Count an access into the totals. */
static inline void tiermm__sim_total(struct trace_totals *t,
				     const struct tiermm_sim_access *a)
{
	t->records++;
	t->accesses += a->count;
	t->gap_ns += a->gap_ns;
	t->writes += a->flags & TIERMM_SIM_WRITE ? a->count : 0;
	if (a->page >= t->pages)
		t->pages = a->page + 1;
	if (a->thread >= t->threads)
		t->threads = a->thread + 1;
	if (a->process >= t->processes)
		t->processes = a->process + 1;
}

#endif
