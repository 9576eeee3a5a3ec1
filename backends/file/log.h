/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a log, version 1; docs/log-files.md says the same in prose. All
 * numbers are little endian.
 *
 *     header   64 bytes
 *       0  "TIERMMLG"      8  version (1)        12  bytes of the header
 *      16  bytes of the head                     20  zero, 4 bytes
 *      24  checksum of the head                  32  zero, 24 bytes
 *      56  checksum of 0 .. 55
 *     head     JSON: what the log is about
 *     chunk    40 bytes, and its payload
 *       0  "TMLC"          4  kind                8  bytes of the payload
 *      12  records in it  16  records before it  24  checksum of the payload
 *      32  checksum of 0 .. 31
 *
 * Payload of LOG_RECORDS: each record as sixteen words of 4 bytes, of which
 * only those stand there that are not as expected: 2 bytes, bit i for word i,
 * and the words. Expected is the record before, with the next number; at the
 * beginning of a chunk zeros, so that it can be read by itself.
 *
 * LOG_END has no payload, and nothing follows it.
 *
 * The checksum is FNV-1a in 64 bits: each step maps different states to
 * different ones, so that a single byte that is damaged is always noticed, and
 * it takes three lines without a table. No foreign library is needed for it.
 */
#ifndef TIERMM_FILE_LOG_INTERNAL_H
#define TIERMM_FILE_LOG_INTERNAL_H

#include "report.h"

#include <tiermm/backends/file_log.h>

#include <jansson.h>

#define LOG_MAGIC "TIERMMLG"
#define LOG_VERSION 1
#define LOG_HEADER 64
#define LOG_MARK UINT32_C(0x434c4d54) /* "TMLC" */
#define LOG_CHUNK 40
/* The greatest payload and head. */
#define LOG_MOST_PAYLOAD 65536
#define LOG_MOST_HEAD (UINT32_C(64) << 20)
#define LOG_WORDS 16
/* No record is longer, none is shorter. */
#define LOG_MOST_RECORD 66
#define LOG_LEAST_RECORD 2

/* Kinds of chunks. */
enum {
	LOG_RECORDS = 1,
	LOG_END
};

/* log_code.c */

uint64_t tiermm__log_checksum(const void *data, uint64_t bytes);

static inline void tiermm__log_put(unsigned char *out, uint64_t value,
				   int bytes)
{
	for (int i = 0; i < bytes; i++)
		out[i] = (unsigned char)(value >> 8 * i);
}

static inline uint64_t tiermm__log_get(const unsigned char *in, int bytes)
{
	uint64_t value = 0;

	for (int i = bytes; i-- > 0;)
		value = value << 8 | in[i];
	return value;
}

/* Bytes written; *before becomes the record. */
uint64_t tiermm__log_encode(const struct tiermm_record *record,
			    struct tiermm_record *before, unsigned char *out);
/* Bytes read, 0 where they do not hold a record; *before becomes it. */
uint64_t tiermm__log_decode(const unsigned char *in, uint64_t bytes,
			    struct tiermm_record *before);
/* What stands before the first record of a chunk. */
struct tiermm_record tiermm__log_origin(void);

/* log_about.c */

/* What a log is about, as read. */
struct tiermm__log_head {
	json_t *root;
	struct tiermm_file_machine *machine;
	struct tiermm_file_log_about about;
	struct tiermm_file_setting settings[TIERMM_FILE_SETTINGS_MAX];
};

/* The head as text, in malloc's memory. */
int tiermm__log_head_write(const struct tiermm_file_log_about *about,
			   char **text, uint64_t *bytes,
			   struct tiermm_file_error *error);
int tiermm__log_head_read(struct tiermm__log_head *head, const char *name,
			  const char *text, uint64_t bytes,
			  struct tiermm_file_error *error,
			  const struct tiermm_alloc *mem);
void tiermm__log_head_drop(struct tiermm__log_head *head);

#endif
