/* SPDX-License-Identifier: MIT */
/*
 * Other tools' records: any bytes are refused with a line and a message, or
 * are accesses within their bounds, the same ones when they are read again.
 * The first byte says which tool.
 */
#include "fuzz.h"

#include <tiermm/backends/sim_import.h>

#define BATCH 100
/* A region of DAMON's may have millions of pages. */
#define MOST_RECORDS 100000

static void fold(uint64_t *sum, const struct tiermm_sim_access *a)
{
	*sum = (*sum ^ a->page ^ a->gap_ns << 20 ^ a->count) * 0x100000001b3u;
	fuzz_expect(a->page < TIERMM_SIM_PAGE_LIMIT && a->count &&
			    a->thread < TIERMM_SIM_THREAD_LIMIT &&
			    a->process < TIERMM_SIM_THREAD_LIMIT &&
			    a->gap_ns < TIERMM_SIM_GAP_LIMIT,
		    "accesses keep to their bounds");
}

static uint64_t read_all(struct tiermm_sim_source *s)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_access batch[BATCH];
	uint64_t n = 1, sum = 0, records = 0;
	int err = 0;

	while (!err && n && records < MOST_RECORDS) {
		err = tiermm_sim_source_next(s, batch, BATCH, &n, &error);
		for (uint64_t i = 0; !err && i < n; i++)
			fold(&sum, &batch[i]);
		records += n;
	}
	fuzz_expect(!err || err == -TIERMM_EPROTO, "a line is right or wrong");
	fuzz_expect(!err || (error.text[0] && error.line),
		    "a refusal has a message and a line");
	return sum ^ (uint64_t)err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_sim_import_options o = { .size = sizeof(o) };
	struct tiermm_sim_input input = { .size = sizeof(input),
					  .data = data + 1,
					  .bytes = size - 1 };
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_source *s;
	uint64_t sum;
	int err;

	if (!size)
		return 0;
	o.format = data[0] % TIERMM_SIM_IMPORTS;
	o.flags = data[0] & 64 ? TIERMM_SIM_NO_FETCHES : 0;
	err = tiermm_sim_import_open(&s, &input, &o, &error, NULL);
	if (err) {
		fuzz_expect(err == -TIERMM_EPROTO && error.text[0],
			    "a refusal has a message");
		return 0;
	}
	sum = read_all(s);
	fuzz_expect(!tiermm_sim_source_rewind(s), "it can begin again");
	fuzz_expect(read_all(s) == sum, "it is the same again");
	tiermm_sim_source_destroy(s);
	return 0;
}
