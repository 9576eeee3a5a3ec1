/* SPDX-License-Identifier: MIT */
/* The trace format (S3): what is written is read, what is damaged is not. */
#define _POSIX_C_SOURCE 200809L
#include "sim_fixture.h"

#include "support/failing.h"

#include <tiermm/random.h>

#include <stdio.h>
#include <unistd.h>

#define MANY 40000

/* Accesses of every shape, near and far, small and at their limits. */
static struct tiermm_sim_access random_access(struct tiermm_random *random)
{
	static const uint64_t spans[] = { 1, 3, 100, 1 << 20,
					  TIERMM_SIM_PAGE_LIMIT };
	struct tiermm_sim_access a = {
		.page = tiermm_random_below(
			random, spans[tiermm_random_below(random, 5)]),
		.flags = (uint32_t)tiermm_random_below(random, 8),
		.count = 1,
	};

	if (!tiermm_random_below(random, 4))
		a.gap_ns = tiermm_random_below(random, TIERMM_SIM_GAP_LIMIT);
	if (!tiermm_random_below(random, 4))
		a.count = 1 + (uint32_t)tiermm_random_below(random, UINT32_MAX);
	if (!tiermm_random_below(random, 3))
		a.thread =
			(uint32_t)tiermm_random_below(random,
						      TIERMM_SIM_THREAD_LIMIT);
	if (!tiermm_random_below(random, 5))
		a.process =
			(uint32_t)tiermm_random_below(random,
						      TIERMM_SIM_THREAD_LIMIT);
	return a;
}

static struct tiermm_sim_access *random_accesses(uint64_t n)
{
	struct tiermm_sim_access *a = calloc(n, sizeof(*a));
	struct tiermm_random random;

	assert_non_null(a);
	tiermm_random_seed(&random, n);
	for (uint64_t i = 0; i < n; i++)
		a[i] = random_access(&random);
	return a;
}

static void what_is_written_is_read(void **state)
{
	struct tiermm_sim_access *a = random_accesses(MANY);
	struct tiermm_sim_access *back = calloc(MANY + 1, sizeof(*back));
	struct bytes b = trace_of(a, MANY);
	struct tiermm_sim_source *s = opened_trace(&b);

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(all_of(s, back, MANY + 1), MANY);
		assert_memory_equal(a, back, MANY * sizeof(*a));
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
	free(b.data);
	free(back);
	free(a);
}

static void totals_are_known_at_once(void **state)
{
	const struct tiermm_sim_access a[] = {
		{ .page = 9, .count = 3, .thread = 4, .process = 1 },
		{ .page = 2, .count = 1 },
	};
	struct bytes b = trace_of(a, 2);
	struct tiermm_sim_source *s = opened_trace(&b);
	struct tiermm_sim_source_info info = info_of(s);

	(void)state;
	assert_int_equal(info.pages, 10);
	assert_int_equal(info.records, 2);
	assert_int_equal(info.accesses, 4);
	assert_int_equal(info.threads, 5);
	assert_int_equal(info.processes, 2);
	assert_int_equal(info.page_bytes, 4096);
	assert_string_equal(info.name, "test");
	tiermm_sim_source_destroy(s);
	free(b.data);
}

static void records_of_a_kind_take_few_bytes(void **state)
{
	struct tiermm_sim_access *a = calloc(MANY, sizeof(*a));
	struct bytes b;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++)
		a[i] = (struct tiermm_sim_access){ .page = i / 2, .count = 1 };
	b = trace_of(a, MANY);
	/* A byte a record, header, end, and the head of a chunk. */
	assert_true(b.n <= 128 + MANY + 2 * 32 + 32 + 64);
	free(b.data);
	free(a);
}

/* 0 where the bytes are read to their end without a complaint. */
static int read_through(const void *data, uint64_t n)
{
	struct tiermm_sim_input input = input_of(data, n);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_access batch[64];
	struct tiermm_sim_source *s;
	uint64_t got = 0;
	int err = tiermm_sim_trace_open(&s, &input, &error, NULL);

	if (!err) {
		do
			err = tiermm_sim_source_next(s, batch, 64, &got,
						     &error);
		while (!err && got);
		tiermm_sim_source_destroy(s);
	}
	if (err) {
		assert_int_equal(err, -TIERMM_EPROTO);
		assert_int_equal(strncmp(error.text, "t: ", 3), 0);
		assert_int_equal(strlen(error.text) > 10, 1);
	}
	return err;
}

static struct bytes small_trace(void)
{
	struct tiermm_sim_access *a = random_accesses(100);
	struct bytes b = trace_of(a, 100);

	free(a);
	return b;
}

static void every_changed_bit_is_found(void **state)
{
	struct bytes b = small_trace();

	(void)state;
	assert_int_equal(read_through(b.data, b.n), 0);
	for (uint64_t i = 0; i < 8 * b.n; i++) {
		b.data[i / 8] ^= (unsigned char)(1 << i % 8);
		if (!read_through(b.data, b.n))
			fail_msg("bit %d of byte %d", (int)(i % 8),
				 (int)(i / 8));
		b.data[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(b.data);
}

static void every_cut_is_found(void **state)
{
	struct bytes b = small_trace();

	(void)state;
	for (uint64_t n = 0; n < b.n; n++)
		assert_int_equal(read_through(b.data, n), -TIERMM_EPROTO);
	free(b.data);
}

static void more_behind_the_end_is_found(void **state)
{
	struct bytes b = small_trace();

	(void)state;
	bytes_write(&b, "x", 1);
	assert_int_equal(read_through(b.data, b.n), -TIERMM_EPROTO);
	free(b.data);
}

/* The pieces between header and end: their places in b. */
static uint64_t chunks_of(const struct bytes *b, uint64_t *at)
{
	uint64_t n = 0;

	for (uint64_t i = 128; i < b->n;) {
		at[n++] = i;
		i += 32 + (b->data[i + 8] | (uint64_t)b->data[i + 9] << 8 |
			   (uint64_t)b->data[i + 10] << 16);
	}
	return n;
}

static void a_missing_and_a_doubled_chunk_are_found(void **state)
{
	struct tiermm_sim_access *a = random_accesses(MANY);
	struct bytes b = trace_of(a, MANY), cut = { 0 }, twice = { 0 };
	uint64_t at[64], n = chunks_of(&b, at);

	(void)state;
	assert_true(n > 3);
	bytes_write(&cut, b.data, at[1]);
	bytes_write(&cut, b.data + at[2], b.n - at[2]);
	assert_int_equal(read_through(cut.data, cut.n), -TIERMM_EPROTO);
	bytes_write(&twice, b.data, at[2]);
	bytes_write(&twice, b.data + at[1], b.n - at[1]);
	assert_int_equal(read_through(twice.data, twice.n), -TIERMM_EPROTO);
	free(cut.data);
	free(twice.data);
	free(b.data);
	free(a);
}

static void messages_say_what_and_where(void **state)
{
	struct bytes b = small_trace();
	struct tiermm_sim_input input = input_of("%PDF-1.7 and more of it that "
						 "is as long as a header has "
						 "to be, so that what is "
						 "missing is not the length "
						 "of it, but its beginning",
						 134);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_source *s;

	(void)state;
	assert_int_equal(tiermm_sim_trace_open(&s, &input, &error, NULL),
			 -TIERMM_EPROTO);
	assert_null(s);
	assert_string_equal(error.text, "t: does not begin with TIERMMTR: no "
					"trace of this library");
	input = input_of(b.data, b.n - 10);
	assert_int_equal(tiermm_sim_trace_open(&s, &input, &error, NULL),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "t: no end chunk in its last 96 bytes: "
					"cut short or damaged");
	b.data[8] = 2;
	input = input_of(b.data, b.n);
	assert_int_equal(tiermm_sim_trace_open(&s, &input, &error, NULL),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text,
			    "t: header: the version is 2, expected 1");
	input.path = "/no/such/trace";
	assert_int_equal(tiermm_sim_trace_open(&s, &input, &error, NULL),
			 -TIERMM_ENOENT);
	free(b.data);
}

/* Through a pipe nothing is known before the end, and nothing is lost. */
static void a_pipe_is_read_as_it_comes(void **state)
{
	struct tiermm_sim_access *a = random_accesses(1000);
	struct tiermm_sim_access *back = calloc(1001, sizeof(*back));
	struct bytes b = trace_of(a, 1000);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_input input = { .size = sizeof(input) };
	struct tiermm_sim_source *s;
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], b.data, b.n), b.n);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	input.path = path;
	assert_int_equal(tiermm_sim_trace_open(&s, &input, &error, NULL), 0);
	assert_true(info_of(s).pages == TIERMM_SIM_UNKNOWN);
	assert_int_equal(all_of(s, back, 1001), 1000);
	assert_memory_equal(a, back, 1000 * sizeof(*a));
	assert_int_equal(info_of(s).records, 1000);
	assert_int_equal(tiermm_sim_source_rewind(s), -TIERMM_ENOTSUP);
	tiermm_sim_source_destroy(s);
	close(ends[0]);
	free(b.data);
	free(back);
	free(a);
}

/* Begun again in the middle of a chunk, a trace is whole. */
static void a_chunk_may_be_left_in_the_middle(void **state)
{
	struct tiermm_sim_access *a = random_accesses(10), back[11];
	struct bytes b = trace_of(a, 10);
	struct tiermm_sim_source *s = opened_trace(&b);

	(void)state;
	assert_int_equal(next_of(s, back, 3), 3);
	assert_int_equal(tiermm_sim_source_rewind(s), 0);
	assert_int_equal(all_of(s, back, 11), 10);
	assert_memory_equal(a, back, 10 * sizeof(*a));
	tiermm_sim_source_destroy(s);
	free(b.data);
	free(a);
}

/* Standard input may stand in the middle of a file: it begins there. */
static void a_trace_begins_where_its_file_stands(void **state)
{
	struct tiermm_sim_access *a = random_accesses(100), back[101];
	struct bytes b = trace_of(a, 100);
	struct tiermm_sim_input input = { .size = sizeof(input), .path = "-" };
	struct tiermm_sim_source *s;
	FILE *file = tmpfile();
	int before = dup(STDIN_FILENO);

	(void)state;
	assert_non_null(file);
	assert_int_equal(fwrite("before it ", 1, 10, file), 10);
	assert_int_equal(fwrite(b.data, 1, b.n, file), b.n);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(lseek(fileno(file), 10, SEEK_SET), 10);
	assert_int_equal(dup2(fileno(file), STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(tiermm_sim_trace_open(&s, &input, NULL, NULL), 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(info_of(s).records, 100);
		assert_int_equal(all_of(s, back, 101), 100);
		assert_memory_equal(a, back, 100 * sizeof(*a));
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
	if (before >= 0) {
		assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
		close(before);
	}
	fclose(file);
	free(b.data);
	free(a);
}

static void absurd_accesses_are_not_written(void **state)
{
	const struct tiermm_sim_access bad[] = {
		{ .page = TIERMM_SIM_PAGE_LIMIT, .count = 1 },
		{ .gap_ns = TIERMM_SIM_GAP_LIMIT, .count = 1 },
		{ .thread = TIERMM_SIM_THREAD_LIMIT, .count = 1 },
		{ .process = TIERMM_SIM_THREAD_LIMIT, .count = 1 },
		{ .count = 0 },
		{ .count = 1, .flags = 8 },
	};
	struct bytes b = { 0 };
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .write = bytes_write,
					    .self = &b };
	struct tiermm_sim_writer *w;

	(void)state;
	assert_int_equal(tiermm_sim_writer_create(&w, &output, 0, NULL, NULL,
						  NULL),
			 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tiermm_sim_writer_add(w, &bad[i], 1),
				 -TIERMM_EINVAL);
	assert_int_equal(tiermm_sim_writer_finish(w), 0);
	assert_int_equal(read_through(b.data, b.n), 0);
	tiermm_sim_writer_destroy(w);
	free(b.data);
}

static int refuse(void *self, const void *data, uint64_t n)
{
	uint64_t *left = self;

	(void)data;
	if (n > *left)
		return -TIERMM_EIO;
	*left -= n;
	return 0;
}

static void a_full_disk_is_told(void **state)
{
	const struct tiermm_sim_access a = { .page = 1, .count = 1 };
	uint64_t left = 150;
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .write = refuse,
					    .self = &left };
	struct tiermm_sim_writer *w;

	(void)state;
	assert_int_equal(tiermm_sim_writer_create(&w, &output, 0, NULL, NULL,
						  NULL),
			 0);
	assert_int_equal(tiermm_sim_writer_add(w, &a, 1), 0);
	assert_int_equal(tiermm_sim_writer_finish(w), -TIERMM_EIO);
	tiermm_sim_writer_destroy(w);
}

/* Opening and reading, with each allocation failing in its turn. */
static int read_with(const struct bytes *b, const struct tiermm_alloc *mem)
{
	struct tiermm_sim_input input = input_of(b->data, b->n);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_access batch[64];
	struct tiermm_sim_source *s = (void *)&input;
	uint64_t n = 1;
	int err = tiermm_sim_trace_open(&s, &input, &error, mem);

	if (err)
		assert_null(s);
	while (!err && n)
		err = tiermm_sim_source_next(s, batch, 64, &n, &error);
	tiermm_sim_source_destroy(s);
	return err;
}

static void reading_survives_every_oom(void **state)
{
	struct bytes b = small_trace();

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = read_with(&b, &mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_true(failing_is_clean(&f));
	}
	free(b.data);
}

static void writing_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct bytes b = { 0 };
		struct tiermm_sim_output output = { .size = sizeof(output),
						    .write = bytes_write,
						    .self = &b };
		struct tiermm_sim_writer *w = (void *)&b;
		int err = tiermm_sim_writer_create(&w, &output, 0, NULL, NULL,
						   &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !w));
		tiermm_sim_writer_destroy(w);
		assert_true(failing_is_clean(&f));
		free(b.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(totals_are_known_at_once),
		cmocka_unit_test(records_of_a_kind_take_few_bytes),
		cmocka_unit_test(every_changed_bit_is_found),
		cmocka_unit_test(every_cut_is_found),
		cmocka_unit_test(more_behind_the_end_is_found),
		cmocka_unit_test(a_missing_and_a_doubled_chunk_are_found),
		cmocka_unit_test(messages_say_what_and_where),
		cmocka_unit_test(a_pipe_is_read_as_it_comes),
		cmocka_unit_test(a_trace_begins_where_its_file_stands),
		cmocka_unit_test(a_chunk_may_be_left_in_the_middle),
		cmocka_unit_test(absurd_accesses_are_not_written),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(reading_survives_every_oom),
		cmocka_unit_test(writing_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
