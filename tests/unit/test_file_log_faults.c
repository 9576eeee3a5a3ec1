/* SPDX-License-Identifier: MIT */
/* Decision logs (S10) cut short, damaged, without memory, without room. */
#include "file_log_fixture.h"
#include "support/failing.h"
#include "support/machine.h"

#include <stdio.h>

/* 100 records in two chunks. */
static struct sink two_chunks(struct tiermm_topology *machine)
{
	struct tiermm_file_log_about about = {
		.size = sizeof(about),
		.topology = machine,
		.policy = "demotion",
	};
	struct sink s = { .data = NULL };
	struct tiermm_file_log_writer *w = writer_of(&s, &about);

	for (uint64_t i = 0; i < 100; i++) {
		struct tiermm_record r = record_of(i);

		assert_int_equal(tiermm_file_log_writer_add(w, &r, 1), 0);
		if (i == 59)
			assert_int_equal(tiermm_file_log_writer_flush(w), 0);
	}
	assert_int_equal(tiermm_file_log_writer_finish(w), 0);
	tiermm_file_log_writer_destroy(w);
	return s;
}

static void cut_short_anywhere_what_stands_before_is_read(void **state)
{
	struct sink s = two_chunks(NULL);
	uint64_t whole = s.n, records, most = 0;

	(void)state;
	for (s.n = 0; s.n < whole; s.n++) {
		assert_int_equal(read_all(&s, &records), -TIERMM_EPROTO);
		assert_true(records == 0 || records == 60 || records == 100);
		assert_true(records >= most);
		most = records;
	}
	assert_int_equal(most, 100);
	assert_int_equal(read_all(&s, &records), 0);
	free(s.data);
}

static void damage_of_any_byte_is_noticed(void **state)
{
	struct sink s = two_chunks(NULL);
	uint64_t records;

	(void)state;
	for (uint64_t i = 0; i < s.n; i++) {
		s.data[i] ^= (unsigned char)(1u << i % 8);
		assert_int_equal(read_all(&s, &records), -TIERMM_EPROTO);
		s.data[i] ^= (unsigned char)(1u << i % 8);
	}
	assert_int_equal(keep(&s, "x", 1), 0);
	assert_int_equal(read_all(&s, &records), -TIERMM_EPROTO);
	assert_int_equal(records, 100);
	free(s.data);
}

static void a_damaged_place_is_told(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct sink s = log_of(10, NULL);
	struct tiermm_file_log_input input;
	struct tiermm_record r[20];
	struct tiermm_file_log *log;
	char text[128];
	uint64_t n;

	(void)state;
	s.n -= 45;
	input = input_of(&s);
	assert_int_equal(tiermm_file_log_open(&log, &input, NULL, NULL), 0);
	assert_int_equal(tiermm_file_log_next(log, r, 20, &n, &error),
			 -TIERMM_EPROTO);
	assert_int_equal(n, 0);
	snprintf(text, sizeof(text), "memory: cut short at byte %u: a chunk",
		 (unsigned int)s.n);
	assert_memory_equal(error.text, text, strlen(text));
	assert_non_null(strstr(error.text, "; 0 records stand before it"));
	tiermm_file_log_destroy(log);
	free(s.data);
}

static void a_writer_survives_every_oom(void **state)
{
	struct sink s = { .data = NULL };
	struct tiermm_file_log_output o = { .size = sizeof(o),
					    .write = keep,
					    .self = &s };

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_log_writer *w = (void *)&s;
		int err =
			tiermm_file_log_writer_create(&w, &o, NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !w));
		tiermm_file_log_writer_destroy(w);
		assert_true(failing_is_clean(&f));
	}
	free(s.data);
}

static void a_reader_survives_every_oom(void **state)
{
	struct tiermm_topology *machine =
		machine_topology(&machine_three_tiers);
	struct sink s = two_chunks(machine);
	struct tiermm_file_log_input input = input_of(&s);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_log *log = (void *)&s;
		int err = tiermm_file_log_open(&log, &input, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !log));
		tiermm_file_log_destroy(log);
		assert_true(failing_is_clean(&f));
	}
	tiermm_topology_unref(machine);
	free(s.data);
}

static void what_cannot_be_written_is_told_and_stays_so(void **state)
{
	struct sink s = { .refuse_at = 300 };
	struct tiermm_file_log_writer *w = writer_of(&s, NULL);
	struct tiermm_record r[20];

	(void)state;
	for (uint64_t i = 0; i < 20; i++)
		r[i] = record_of(i);
	assert_int_equal(tiermm_file_log_writer_add(w, r, 20), 0);
	assert_int_equal(tiermm_file_log_writer_flush(w), -TIERMM_EIO);
	s.refuse_at = 0;
	assert_int_equal(tiermm_file_log_writer_add(w, r, 20), -TIERMM_EIO);
	assert_int_equal(tiermm_file_log_writer_finish(w), -TIERMM_EIO);
	assert_int_equal(tiermm_file_log_writer_finish(w), -TIERMM_EINVAL);
	tiermm_file_log_writer_destroy(w);
	free(s.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_short_anywhere_what_stands_before_is_read),
		cmocka_unit_test(damage_of_any_byte_is_noticed),
		cmocka_unit_test(a_damaged_place_is_told),
		cmocka_unit_test(a_writer_survives_every_oom),
		cmocka_unit_test(a_reader_survives_every_oom),
		cmocka_unit_test(what_cannot_be_written_is_told_and_stays_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
