/* SPDX-License-Identifier: MIT */
/*
 * Reading JSON values one by one, so that each complaint can say where:
 * "machine.json:12: nodes[3].mem_mb is -1, expected 0 to ...".
 */
#ifndef TIERMM_FILE_READER_H
#define TIERMM_FILE_READER_H

#include "locate.h"
#include "report.h"

#include <jansson.h>

/* No format of ours is deeper. */
#define TIERMM__FILE_DEPTH 8

/* A document, and the value in it that is being read. */
struct tiermm__file_reader {
	const char *name; /* of the document, for messages */
	const char *text;
	uint64_t bytes;
	struct tiermm_file_error *error; /* or NULL */
	uint32_t depth;
	struct tiermm__file_place place[TIERMM__FILE_DEPTH];
};

/* The document as JSON; NULL, *err and a complaint where it is none. */
json_t *tiermm__file_load(const struct tiermm__file_reader *r, int *err);

/* Go down to a member or a place in a list, and up again. */
void tiermm__file_enter(struct tiermm__file_reader *r, const char *key);
void tiermm__file_enter_at(struct tiermm__file_reader *r, uint64_t index);
void tiermm__file_leave(struct tiermm__file_reader *r);

/* "NAME:LINE: PATH " and what is wrong there; returns err. */
TIERMM__FILE_FORMAT(3)
int tiermm__file_fail(const struct tiermm__file_reader *r, int err,
		      const char *format, ...);

/* "... is VALUE, expected EXPECTED"; a value of NULL is "missing". */
int tiermm__file_unexpected(const struct tiermm__file_reader *r,
			    const json_t *value, const char *expected);

/* The whole number that is being read. */
int tiermm__file_number(const struct tiermm__file_reader *r,
			const json_t *value, int64_t low, int64_t high,
			int64_t *out);

/* A member; out is untouched where it is absent or null. */
int tiermm__file_optional(struct tiermm__file_reader *r, const json_t *object,
			  const char *key, int64_t low, int64_t high,
			  int64_t *out);
int tiermm__file_optional_flag(struct tiermm__file_reader *r,
			       const json_t *object, const char *key, int *out);

/* A member that has to be there. */
int tiermm__file_required(struct tiermm__file_reader *r, const json_t *object,
			  const char *key, int64_t low, int64_t high,
			  int64_t *out);

/* A member that is an amount in MiB, a whole number of pages. */
int tiermm__file_mebibytes(struct tiermm__file_reader *r, const json_t *object,
			   const char *key, uint64_t page_bytes,
			   uint64_t *pages);

/* A list; *out is NULL where it is absent or null. */
int tiermm__file_list(struct tiermm__file_reader *r, const json_t *object,
		      const char *key, uint64_t most, json_t **out);

/* Complain about what is no object. */
int tiermm__file_object(const struct tiermm__file_reader *r,
			const json_t *value);

/* Whether the list has an item at this place, and enter it. */
int tiermm__file_next(struct tiermm__file_reader *r, const json_t *list,
		      uint64_t index, json_t **item);

#endif
