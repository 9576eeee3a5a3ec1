/* SPDX-License-Identifier: MIT */
/* Logs in memory: written by a sink, read back, compared record by record. */
#ifndef TESTS_UNIT_FILE_LOG_FIXTURE_H
#define TESTS_UNIT_FILE_LOG_FIXTURE_H

#include "support/cmocka.h"

#include <tiermm/backends/file_log.h>

#include <stdlib.h>
#include <string.h>

#define MANY 10000

/* What a log was written to. */
struct sink {
	unsigned char *data;
	uint64_t n;
	uint64_t room;
	uint64_t refuse_at; /* bytes after which nothing is taken; 0: none */
};

static inline int keep(void *self, const void *data, uint64_t n)
{
	struct sink *s = self;

	if (s->refuse_at && s->n + n > s->refuse_at)
		return -TIERMM_EIO;
	if (s->n + n > s->room) {
		s->room = 2 * (s->n + n);
		s->data = realloc(s->data, s->room);
		assert_non_null(s->data);
	}
	memcpy(s->data + s->n, data, n);
	s->n += n;
	return 0;
}

static inline struct tiermm_file_log_writer *
writer_of(struct sink *s, const struct tiermm_file_log_about *about)
{
	struct tiermm_file_log_output o = { .size = sizeof(o),
					    .write = keep,
					    .self = s };
	struct tiermm_file_log_writer *w;

	assert_int_equal(tiermm_file_log_writer_create(&w, &o, about, NULL,
						       NULL),
			 0);
	return w;
}

static inline struct tiermm_file_log_input input_of(const struct sink *s)
{
	return (struct tiermm_file_log_input){
		.size = sizeof(struct tiermm_file_log_input),
		.data = s->data,
		.bytes = s->n,
	};
}

/* A record in which every field says something; runs repeat some. */
static inline struct tiermm_record record_of(uint64_t i)
{
	return (struct tiermm_record){
		.number = i,
		.time_ns = i / 7 * UINT64_C(0x100000001),
		.page = UINT64_C(0xfedcba9876543210) + i * 4096,
		.value = { i % 3, (uint64_t) - (int64_t)(i % 5) },
		.kind = (uint32_t)(i % TIERMM_RECORDS),
		.flags = (uint32_t)(i % 2) << 31,
		.from = (int32_t)(i % 4) - 1,
		.to = -(int32_t)(i % 2),
		.reason = (uint32_t)(i % 11),
		.verdict = (uint16_t)(i % 8),
		.detail = (uint16_t)(0xffff - i % 3),
	};
}

static inline struct sink log_of(uint64_t n,
				 const struct tiermm_file_log_about *about)
{
	struct sink s = { .data = NULL };
	struct tiermm_file_log_writer *w = writer_of(&s, about);

	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_record r = record_of(i);

		assert_int_equal(tiermm_file_log_writer_add(w, &r, 1), 0);
	}
	assert_int_equal(tiermm_file_log_writer_finish(w), 0);
	tiermm_file_log_writer_destroy(w);
	return s;
}

/*
 * Read a log to its end, or to what is wrong with it, which has a message; all
 * records before are as they were written. Returns the error.
 */
static inline int read_all(const struct sink *s, uint64_t *records)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_log_input input = input_of(s);
	struct tiermm_record batch[100];
	struct tiermm_file_log *log;
	uint64_t n;
	int err = tiermm_file_log_open(&log, &input, &error, NULL);

	*records = 0;
	if (err) {
		assert_null(log);
		assert_true(error.text[0]);
		return err;
	}
	do {
		err = tiermm_file_log_next(log, batch, 100, &n, &error);
		for (uint64_t i = 0; i < n; i++) {
			struct tiermm_record r = record_of(*records + i);

			assert_memory_equal(&batch[i], &r, sizeof(r));
		}
		*records += n;
	} while (!err && n);
	assert_true(!err || error.text[0]);
	if (err)
		assert_int_equal(tiermm_file_log_next(log, batch, 100, &n,
						      &error),
				 -TIERMM_EPROTO);
	tiermm_file_log_destroy(log);
	return err;
}

#endif
