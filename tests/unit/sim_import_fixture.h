/* SPDX-License-Identifier: MIT */
/* What the tests of other tools' records share. */
#ifndef TESTS_UNIT_SIM_IMPORT_FIXTURE_H
#define TESTS_UNIT_SIM_IMPORT_FIXTURE_H

#include "sim_fixture.h"

#include <tiermm/backends/sim_import.h>

static inline struct tiermm_sim_import_options options_of(uint32_t format)
{
	return (struct tiermm_sim_import_options){
		.size = sizeof(struct tiermm_sim_import_options),
		.format = format,
	};
}

static inline int open_bytes(struct tiermm_sim_source **out, uint32_t format,
			     const void *data, uint64_t n,
			     struct tiermm_sim_error *error)
{
	struct tiermm_sim_import_options o = options_of(format);
	struct tiermm_sim_input input = input_of(data, n);

	return tiermm_sim_import_open(out, &input, &o, error, NULL);
}

static inline void put(unsigned char *out, uint64_t value, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		out[i] = (unsigned char)(value >> 8 * i);
}

static inline void oracle_record(unsigned char *out, uint32_t time, uint64_t id,
				 uint32_t bytes, int64_t next)
{
	put(out, time, 4);
	put(out + 4, id, 8);
	put(out + 12, bytes, 4);
	put(out + 16, (uint64_t)next, 8);
}

/* Reads to the end, or to a complaint. */
static inline int read_through(uint32_t format, const void *data, uint64_t n,
			       struct tiermm_sim_error *error)
{
	struct tiermm_sim_access a[16];
	struct tiermm_sim_source *s;
	uint64_t got = 0;
	int err = open_bytes(&s, format, data, n, error);

	if (err)
		return err;
	do
		err = tiermm_sim_source_next(s, a, 16, &got, error);
	while (!err && got);
	tiermm_sim_source_destroy(s);
	return err;
}

#endif
