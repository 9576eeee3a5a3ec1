/* SPDX-License-Identifier: MIT */
/*
 * Traces: any bytes are refused with a message, or are accesses within their
 * bounds that are written and read again.
 *
 * An input of odd length is given right checksums first, since no mutation
 * would hit them; they are reckoned bit by bit here, and by tables there.
 */
#include "fuzz.h"

#include <tiermm/backends/sim_trace.h>

#include <stdlib.h>
#include <string.h>

#define HEADER 128
#define CHUNK 32
#define MOST_BYTES 65536
#define BATCH 100

static uint32_t get32(const uint8_t *in)
{
	return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 |
	       (uint32_t)in[3] << 24;
}

static void seal(uint8_t *out, const uint8_t *data, size_t bytes)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < bytes; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
	}
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(~crc >> 8 * i);
}

/* Right checksums for as many chunks as there are in one piece. */
static void seal_all(uint8_t *data, size_t size)
{
	size_t at = HEADER;

	if (size < HEADER)
		return;
	seal(data + 124, data, 124);
	while (size - at >= CHUNK) {
		size_t bytes = get32(data + at + 8);

		if (bytes > size - at - CHUNK)
			bytes = size - at - CHUNK;
		seal(data + at + 24, data + at + CHUNK, bytes);
		seal(data + at + 28, data + at, 28);
		at += CHUNK + bytes;
	}
}

/* Read a trace to its end and write it to w; the number of its records. */
static int copy(const uint8_t *data, size_t size, struct tiermm_sim_writer *w,
		uint64_t *records)
{
	struct tiermm_sim_input input = { .size = sizeof(input),
					  .data = data,
					  .bytes = size };
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_access batch[BATCH];
	struct tiermm_sim_source *s;
	uint64_t n = 0;
	int err = tiermm_sim_trace_open(&s, &input, &error, NULL);

	if (!err) {
		fuzz_expect(!tiermm_sim_source_get_info(s, &info),
			    "it has info");
		do {
			err = tiermm_sim_source_next(s, batch, BATCH, &n,
						     &error);
			for (uint64_t i = 0; !err && i < n; i++)
				fuzz_expect(batch[i].page < info.pages &&
						    batch[i].thread <
							    info.threads &&
						    batch[i].count,
					    "accesses keep to their bounds");
			if (!err)
				fuzz_expect(!tiermm_sim_writer_add(w, batch, n),
					    "what is read can be written");
			*records += err ? 0 : n;
		} while (!err && n);
		tiermm_sim_source_destroy(s);
	}
	fuzz_expect(!err || err == -TIERMM_EPROTO, "a trace is right or wrong");
	fuzz_expect(!err || error.text[0], "a refusal has a message");
	return err;
}

static struct fuzz_text rewritten(const uint8_t *data, size_t size, int *err,
				  uint64_t *records)
{
	struct fuzz_text t = { 0 };
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .write = fuzz_keep,
					    .self = &t };
	struct tiermm_sim_writer *w;

	fuzz_expect(!tiermm_sim_writer_create(&w, &output, 0, NULL, NULL, NULL),
		    "a trace can be begun");
	*err = copy(data, size, w, records);
	fuzz_expect(!tiermm_sim_writer_finish(w), "a trace can be ended");
	tiermm_sim_writer_destroy(w);
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t records = 0, again = 0;
	struct fuzz_text first, second;
	uint8_t *sealed;
	int err;

	if (size > MOST_BYTES)
		return 0;
	sealed = malloc(size + 1);
	fuzz_expect(sealed != NULL, "there is memory");
	if (size)
		memcpy(sealed, data, size);
	if (size & 1)
		seal_all(sealed, size - 1);
	first = rewritten(sealed, size & 1 ? size - 1 : size, &err, &records);
	free(sealed);
	if (!err) {
		second = rewritten(first.data, first.n, &err, &again);
		fuzz_expect(!err && records == again && first.n == second.n &&
				    !memcmp(first.data, second.data, first.n),
			    "what is written reads back the same");
		free(second.data);
	}
	free(first.data);
	return 0;
}
