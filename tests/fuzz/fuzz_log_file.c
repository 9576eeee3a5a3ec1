/* SPDX-License-Identifier: MIT */
/*
 * Log files: any bytes are refused with a message, or are records that are
 * written and read again; and whatever they say, deciding them again comes to
 * its end and leaves every part of the engine whole.
 *
 * An input of odd length is given right checksums first, since no mutation
 * would hit them.
 */
#include "fuzz.h"

#include <tiermm/backends/file_log.h>
#include <tiermm/promotion_explain.h>
#include <tiermm/reclaim_explain.h>

#include <stdlib.h>
#include <string.h>

#define HEADER 64
#define CHUNK 40
#define MOST_BYTES 65536
#define MOST_RECORDS 4096
#define PAGES 64

static uint64_t get(const uint8_t *in, int bytes)
{
	uint64_t value = 0;

	for (int i = bytes; i-- > 0;)
		value = value << 8 | in[i];
	return value;
}

static void seal(uint8_t *out, const uint8_t *data, uint64_t bytes)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (uint64_t i = 0; i < bytes; i++)
		sum = (sum ^ data[i]) * UINT64_C(0x100000001b3);
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(sum >> 8 * i);
}

static uint64_t at_most(uint64_t bytes, uint64_t most)
{
	return bytes < most ? bytes : most;
}

/* Right checksums for as many chunks as there are in one piece. */
static void seal_all(uint8_t *data, uint64_t size)
{
	uint64_t at = HEADER, bytes;

	if (size < HEADER)
		return;
	bytes = at_most(get(data + 16, 4), size - at);
	seal(data + 24, data + at, bytes);
	seal(data + 56, data, 56);
	for (at += bytes; size - at >= CHUNK; at += CHUNK + bytes) {
		bytes = at_most(get(data + at + 8, 4), size - at - CHUNK);
		seal(data + at + 24, data + at + CHUNK, bytes);
		seal(data + at + 32, data + at, 32);
	}
}

struct log {
	struct tiermm_record records[MOST_RECORDS];
	uint64_t n;
	struct fuzz_text again;
};

/* Read a log to its end, or as far as it goes, and write it again. */
static int copy(struct tiermm_file_log *file, struct log *log,
		struct tiermm_file_error *error)
{
	struct tiermm_file_log_output output = { .size = sizeof(output),
						 .write = fuzz_keep,
						 .self = &log->again };
	struct tiermm_file_log_about about = { .size = sizeof(about) };
	struct tiermm_file_log_writer *w;
	uint64_t n;
	int err;

	fuzz_expect(!tiermm_file_log_get_about(file, &about),
		    "it is about something");
	err = tiermm_file_log_writer_create(&w, &output, &about, NULL, NULL);
	fuzz_expect(!err, "what it is about can be written");
	do {
		err = tiermm_file_log_next(file, &log->records[log->n],
					   MOST_RECORDS - log->n, &n, error);
		fuzz_expect(!tiermm_file_log_writer_add(w,
							&log->records[log->n],
							n),
			    "what is read can be written");
		log->n += n;
	} while (!err && n && log->n < MOST_RECORDS);
	fuzz_expect(!tiermm_file_log_writer_finish(w), "it can be ended");
	tiermm_file_log_writer_destroy(w);
	return err;
}

static int read_log(const uint8_t *data, uint64_t size, struct log *log)
{
	struct tiermm_file_log_input input = { .size = sizeof(input),
					       .data = data,
					       .bytes = size };
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_log *file;
	int err = tiermm_file_log_open(&file, &input, &error, NULL);

	if (!err) {
		err = copy(file, log, &error);
		tiermm_file_log_destroy(file);
	}
	fuzz_expect(!err || err == -TIERMM_EPROTO || err == -TIERMM_EINVAL,
		    "a log is right or wrong");
	fuzz_expect(!err || error.text[0], "a refusal has a message");
	return err;
}

static struct tiermm_engine *make_engine(void)
{
	struct tiermm_promotion_options p = { .size = sizeof(p),
					      .pages = PAGES };
	struct tiermm_engine_options o = { .size = sizeof(o), .promotion = &p };
	struct tiermm_file_machine *m;
	struct tiermm_engine *e;

	fuzz_expect(!tiermm_file_machine_synthetic(&m, "dram:2x64M cxl:1x64M",
						   NULL, NULL),
		    "there is a machine");
	fuzz_expect(!tiermm_engine_create(&e, tiermm_file_machine_topology(m),
					  &o, NULL, 0, NULL, NULL),
		    "there is an engine");
	tiermm_file_machine_destroy(m);
	return e;
}

static void check(struct tiermm_replay *r, struct tiermm_engine *e)
{
	struct tiermm_replay_sums sums = { .size = sizeof(sums) };

	fuzz_expect(!tiermm_replay_get_sums(r, &sums), "there are sums");
	fuzz_expect(sums.same + sums.elsewhere + sums.other == sums.decisions,
		    "sums add up");
	fuzz_expect(tiermm_reclaim_is_valid(tiermm_engine_reclaim(e)),
		    "reclaim is whole");
	fuzz_expect(tiermm_promotion_is_valid(tiermm_engine_promotion(e)),
		    "promotion is whole");
}

static void decide_again(const struct log *log)
{
	struct tiermm_engine *e = make_engine();
	struct tiermm_replayed out[64];
	uint64_t at = 0, used, n;
	struct tiermm_replay *r;
	char line[256];
	int err;

	fuzz_expect(!tiermm_replay_create(&r, e, NULL, NULL),
		    "there is a replay");
	do {
		err = tiermm_replay_step(r, &log->records[at], log->n - at, out,
					 64, &n, &used);
		fuzz_expect(!err || err == -TIERMM_ENOENT, "steps go on");
		for (uint64_t i = 0; i < n && i < 64; i++)
			fuzz_expect(!tiermm_replayed_text(&out[i], line,
							  sizeof(line), NULL),
				    "each decision has a line");
		at += used;
	} while (!err);
	fuzz_expect(at == log->n, "all records are used");
	check(r, e);
	tiermm_replay_destroy(r);
	tiermm_engine_destroy(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log *first, *second;
	uint8_t *sealed;

	if (size > MOST_BYTES)
		return 0;
	sealed = malloc(size + 1);
	first = calloc(1, sizeof(*first));
	second = calloc(1, sizeof(*second));
	fuzz_expect(sealed && first && second, "there is memory");
	if (size)
		memcpy(sealed, data, size);
	if (size & 1)
		seal_all(sealed, size - 1);
	read_log(sealed, size & 1 ? size - 1 : size, first);
	if (first->again.n) {
		fuzz_expect(!read_log(first->again.data, first->again.n,
				      second) &&
				    second->n == first->n &&
				    !memcmp(first->records, second->records,
					    first->n *
						    sizeof(first->records[0])),
			    "what is written reads back the same");
		decide_again(first);
	}
	free(sealed);
	free(first->again.data);
	free(second->again.data);
	free(first);
	free(second);
	return 0;
}
