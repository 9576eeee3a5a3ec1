/* SPDX-License-Identifier: MIT */
/*
 * Readers of other tools' records.
 *
 *     bytes ──> line ──format──> span (addresses) ──> accesses (dense pages)
 *
 * A format turns a line, or a record, into a span of pages that wait until
 * they are given out, so that a region of DAMON with millions of pages takes
 * no memory.
 */
#ifndef TIERMM_SIM_IMPORT_IMPL_H
#define TIERMM_SIM_IMPORT_IMPL_H

#include "input.h"
#include "pages.h"
#include "source.h"

#include <tiermm/backends/sim_import.h>

#define IMPORT_LINE 4096
#define IMPORT_COLUMNS 32

/* Pages one behind the other that are accessed in one way. */
struct import_span {
	uint64_t page; /* before pages are made dense */
	uint64_t pages;
	uint64_t gap_ns; /* before the first of them */
	uint32_t thread;
	uint32_t process;
	uint32_t flags;
	uint32_t count;
};

/* One thing that a line tells, before threads are numbered. */
struct import_access {
	uint64_t address;
	uint64_t bytes; /* 0: 1 */
	uint64_t thread;
	uint64_t process;
	uint64_t time_ns; /* if has_time: else gap_ns counts */
	uint64_t gap_ns;
	uint32_t flags;
	uint32_t count;
	uint32_t has_time;
};

struct import_reader;

struct import_format {
	const char *name;
	/* Read what stands before the first record; NULL: nothing does. */
	int (*begin)(struct import_reader *r, struct tiermm_sim_error *error);
	/* A line; NULL: */
	int (*line)(struct import_reader *r, struct tiermm_sim_error *error);
	/* records of so many bytes, of which this one is in `text`. */
	uint32_t record_bytes;
	int (*record)(struct import_reader *r, struct tiermm_sim_error *error);
	/* Pages that stay neighbours; 1: keys, which have none. */
	uint32_t region_pages;
};

struct import_reader {
	struct tiermm_alloc mem;
	struct tiermm__sim_bytes bytes;
	struct tiermm_sim_import_options o;
	const struct import_format *format;
	unsigned int page_shift;
	uint64_t line;   /* number of the current line, or record, from 1 */
	uint64_t length; /* of text */
	uint64_t pages;  /* one more than the greatest page so far */
	int ended;
	struct tiermm__sim_dense region;
	struct tiermm__sim_dense thread;
	struct tiermm__sim_dense process;
	uint64_t *last_ns; /* a thread's last time, plus 1; 0: none yet */
	uint64_t last_room;
	uint64_t picoseconds; /* lackey: not given out as a gap yet */
	uint64_t time_ns;     /* damon: of the snapshot */
	uint64_t target;      /* damon: whose regions follow */
	uint64_t next_page;   /* oracle: one more than those in use */
	struct tiermm__sim_dense object;
	uint64_t *object_page; /* oracle: its first page, and how many */
	uint64_t object_room;
	uint32_t columns;
	uint32_t column[IMPORT_COLUMNS]; /* csv: what each is */
	struct import_span span; /* what the last line told; 0 pages: nothing */
	char text[IMPORT_LINE + 1];
};

extern const struct import_format tiermm__sim_lackey;
extern const struct import_format tiermm__sim_perf;
extern const struct import_format tiermm__sim_damon;
extern const struct import_format tiermm__sim_csv;
extern const struct import_format tiermm__sim_oracle;

/* --- import_line.c ------------------------------------------------------- */

/* The next line into text, without its end; *more is 0 at the end. */
int tiermm__sim_import_line(struct import_reader *r, int *more,
			    struct tiermm_sim_error *error);
/* The next record into text. */
int tiermm__sim_import_record(struct import_reader *r, int *more,
			      struct tiermm_sim_error *error);
/* "NAME:LINE: "TEXT", expected EXPECTED"; -TIERMM_EPROTO. */
int tiermm__sim_import_fail(const struct import_reader *r,
			    struct tiermm_sim_error *error,
			    const char *expected);

/* --- import_span.c ------------------------------------------------------- */

/* Queue what a line told. */
int tiermm__sim_import_add(struct import_reader *r,
			   const struct import_access *a,
			   struct tiermm_sim_error *error);
/* Queue pages that the format has numbered itself. */
int tiermm__sim_import_pages(struct import_reader *r, uint64_t page,
			     uint64_t pages, const struct import_access *a,
			     struct tiermm_sim_error *error);
/* The next page of the span that waits. */
int tiermm__sim_import_take(struct import_reader *r,
			    struct tiermm_sim_access *out);

/* --- import_text.c ------------------------------------------------------- */

/* Each moves *text behind what it read, and returns 0 where that is not
 * there. */
int tiermm__sim_read_hex(const char **text, uint64_t *out);
int tiermm__sim_read_decimal(const char **text, uint64_t *out);
/* Seconds with up to nine decimals, in ns. */
int tiermm__sim_read_seconds(const char **text, uint64_t *out);
int tiermm__sim_read_word(const char **text, const char *word);
void tiermm__sim_skip_blanks(const char **text);

#endif
