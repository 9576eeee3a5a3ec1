/* SPDX-License-Identifier: MIT */
/* What the tests of the simulator's sources share. */
#ifndef TESTS_UNIT_SIM_FIXTURE_H
#define TESTS_UNIT_SIM_FIXTURE_H

#include "support/cmocka.h"

#include <tiermm/backends/sim_trace.h>
#include <tiermm/backends/sim_workload.h>

#define SIM_ERROR                                       \
	{                                               \
		.size = sizeof(struct tiermm_sim_error) \
	}

/* The source of a line that has to be right. */
static inline struct tiermm_sim_source *workload(const char *line)
{
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_source *s;

	if (tiermm_sim_workload_create(&s, line, &error, NULL))
		fail_msg("%s: %s", line, error.text);
	return s;
}

static inline struct tiermm_sim_source_info info_of(struct tiermm_sim_source *s)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };

	assert_int_equal(tiermm_sim_source_get_info(s, &info), 0);
	return info;
}

/* The next batch, which has to be there; how many accesses. */
static inline uint64_t next_of(struct tiermm_sim_source *s,
			       struct tiermm_sim_access *out, uint64_t cap)
{
	struct tiermm_sim_error error = SIM_ERROR;
	uint64_t n;

	if (tiermm_sim_source_next(s, out, cap, &n, &error))
		fail_msg("%s", error.text);
	return n;
}

/* Everything that a source has, up to cap accesses. */
static inline uint64_t all_of(struct tiermm_sim_source *s,
			      struct tiermm_sim_access *out, uint64_t cap)
{
	uint64_t n = 0, more = 1;

	while (n < cap && more) {
		/* Odd sizes, so that batches end anywhere. */
		uint64_t part = cap - n < 777 ? cap - n : 777;

		more = next_of(s, out + n, part);
		n += more;
	}
	return n;
}

/* What a caller's function writes to, for traces in memory. */
struct bytes {
	unsigned char *data;
	uint64_t n;
	uint64_t room;
};

static inline int bytes_write(void *self, const void *data, uint64_t n)
{
	struct bytes *b = self;

	if (b->n + n > b->room) {
		b->room = 2 * (b->n + n);
		b->data = realloc(b->data, b->room);
		assert_non_null(b->data);
	}
	memcpy(b->data + b->n, data, n);
	b->n += n;
	return 0;
}

/* Accesses as a trace in memory. */
static inline struct bytes trace_of(const struct tiermm_sim_access *a,
				    uint64_t n)
{
	struct bytes b = { 0 };
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .write = bytes_write,
					    .self = &b };
	struct tiermm_sim_writer *w;

	assert_int_equal(tiermm_sim_writer_create(&w, &output, 0, "test", NULL,
						  NULL),
			 0);
	assert_int_equal(tiermm_sim_writer_add(w, a, n), 0);
	assert_int_equal(tiermm_sim_writer_finish(w), 0);
	tiermm_sim_writer_destroy(w);
	return b;
}

static inline struct tiermm_sim_input input_of(const void *data, uint64_t n)
{
	return (struct tiermm_sim_input){
		.size = sizeof(struct tiermm_sim_input),
		.name = "t",
		.data = data,
		.bytes = n,
	};
}

/* A trace in memory, which has to be right. */
static inline struct tiermm_sim_source *opened_trace(const struct bytes *b)
{
	struct tiermm_sim_input input = input_of(b->data, b->n);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_source *s;

	if (tiermm_sim_trace_open(&s, &input, &error, NULL))
		fail_msg("%s", error.text);
	return s;
}

#endif
