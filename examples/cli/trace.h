/* SPDX-License-Identifier: MIT */
/* tiermm trace: its subcommands, and what they share. */
#ifndef TIERMM_CLI_TRACE_H
#define TIERMM_CLI_TRACE_H

#include "cli.h"

#include <tiermm/backends/sim_import.h>

extern const struct command trace_info_command;
extern const struct command trace_import_command;
extern const struct command trace_record_command;

/* What becomes of a stream on its way into a trace. */
struct copy {
	struct tiermm_sim_filter_options filter;
	const char *output;
	const char *name; /* in the trace's header; NULL: the source's */
	uint64_t instruction_ps;
	uint64_t page_bytes; /* 0: 4096 */
	uint32_t import_flags;
	int is_merged;     /* the merge window was named */
	int json;          /* what was written is told in one document */
	uint64_t records;  /* written so far */
	uint64_t accesses; /* that they stand for */
	uint64_t pages;    /* one more than the greatest of them */
};

/* Options of import and record alike. */
enum {
	OPTION_FORMAT = OPTION_OWN,
	OPTION_OUTPUT,
	OPTION_NAME,
	OPTION_SKIP,
	OPTION_LIMIT,
	OPTION_SAMPLE,
	OPTION_MERGE,
	OPTION_AT_MOST,
	OPTION_THREADS,
	OPTION_PAGE_SIZE,
	OPTION_NO_FETCHES,
	OPTION_INSTRUCTION,
	OPTION_COPY_JSON
};

/* Their lines; the first one, --format, is import's alone. */
enum {
	COPY_LINES = 13
};
extern const struct option_line copy_lines[COPY_LINES];

/* Take an option of copy_lines other than the first; returns a status. */
int copy_take(struct copy *copy, int code, const char *value);

/* Open a record of another tool, as the options say. */
int copy_open(const struct copy *copy, const char *path, const char *name,
	      uint32_t format, struct tiermm_sim_source **out);

/* Write a source as a trace. The source is given back in any case. */
int copy_source(struct copy *copy, struct tiermm_sim_source *source);

/* Whether the options go together; a status. */
int copy_check(const struct copy *copy);

/*
 * "t.tmt: 12 records of 345 accesses, 67 page numbers", on standard error; or
 * that as a line of JSON, on standard output.
 */
void copy_say(const struct copy *copy);

/* A source that could not be opened or read: say why. */
int fail_source(int err, const struct tiermm_sim_error *error);

#endif
