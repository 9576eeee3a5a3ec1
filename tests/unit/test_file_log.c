/* SPDX-License-Identifier: MIT */
/* Decision logs in files (S10): what is written is what is read. */
#include "engine_fixture.h"
#include "file_log_fixture.h"

#include <stdio.h>

static void records_read_back_as_they_were_written(void **state)
{
	struct sink s = log_of(MANY, NULL);
	uint64_t records;

	(void)state;
	assert_int_equal(read_all(&s, &records), 0);
	assert_int_equal(records, MANY);
	/* Words that are as expected take no room. */
	assert_true(s.n < MANY * sizeof(struct tiermm_record) * 3 / 4);
	free(s.data);
}

static void an_empty_log_is_a_log(void **state)
{
	struct sink s = log_of(0, NULL);
	uint64_t records;

	(void)state;
	assert_int_equal(read_all(&s, &records), 0);
	assert_int_equal(records, 0);
	free(s.data);
}

/* Whatever the processor, these are the bytes (version 1). */
static void bytes_are_those_of_the_document(void **state)
{
	static const char head[] = "{\"page_bytes\":4096,"
				   "\"pages\":0,\"settings\":{}}\n";
	static const unsigned char chunk[] = {
		'T', 'M', 'L', 'C', 1, 0, 0, 0, 20, 0, 0, 0,
		2,   0,   0,   0,   0, 0, 0, 0, 0,  0, 0, 0,
	};
	static const unsigned char payload[] = {
		/* Number 0; page 0x0102030405060708, kind 8, detail 9. */
		0x30,
		0x84,
		8,
		7,
		6,
		5,
		4,
		3,
		2,
		1,
		8,
		0,
		0,
		0,
		0,
		0,
		9,
		0,
		/* The same again, number 1. */
		0,
		0,
	};
	struct tiermm_record r = { .page = UINT64_C(0x0102030405060708),
				   .kind = 8,
				   .detail = 9 };
	struct sink s = { .data = NULL };
	struct tiermm_file_log_writer *w = writer_of(&s, NULL);
	const unsigned char *at;

	(void)state;
	assert_int_equal(tiermm_file_log_writer_add(w, &r, 1), 0);
	r.number = 1;
	assert_int_equal(tiermm_file_log_writer_add(w, &r, 1), 0);
	assert_int_equal(tiermm_file_log_writer_finish(w), 0);
	assert_int_equal(s.n, 64 + strlen(head) + 40 + sizeof(payload) + 40);
	assert_memory_equal(s.data, "TIERMMLG\1\0\0\0\100\0\0", 15);
	assert_int_equal(s.data[16], strlen(head));
	assert_memory_equal(s.data + 64, head, strlen(head));
	at = s.data + 64 + strlen(head);
	assert_memory_equal(at, chunk, sizeof(chunk));
	assert_memory_equal(at + 40, payload, sizeof(payload));
	/* FNV-1a of the payload and of the head, from another program. */
	assert_memory_equal(at + 24, "\110\312\047\230\142\166\274\204", 8);
	assert_memory_equal(at + 32, "\011\105\122\303\321\235\315\233", 8);
	tiermm_file_log_writer_destroy(w);
	free(s.data);
}

static void what_it_is_about_comes_back(void **state)
{
	static const struct tiermm_file_setting settings[] = {
		{ "headroom_bp", 300 },
		{ "promotion.rate-limit", INT64_MAX }
	};
	struct tiermm_file_log_about about = {
		.size = sizeof(about),
		.page_bytes = 65536,
		.pages = 1 << 20,
		.topology = machine_topology(&machine_three_tiers),
		.policy = "kernel",
		.settings = settings,
		.n_settings = 2,
	};
	struct tiermm_file_log_about back = { .size = sizeof(back) };
	struct sink s = log_of(3, &about);
	struct tiermm_file_log_input input = input_of(&s);
	static char one[65536], two[65536];
	struct tiermm_file_log *log;

	(void)state;
	assert_int_equal(tiermm_file_log_open(&log, &input, NULL, NULL), 0);
	assert_int_equal(tiermm_file_log_get_about(log, &back), 0);
	assert_int_equal(back.page_bytes, 65536);
	assert_int_equal(back.pages, 1 << 20);
	assert_string_equal(back.policy, "kernel");
	assert_int_equal(back.n_settings, 2);
	assert_string_equal(back.settings[0].name, "headroom_bp");
	assert_int_equal(back.settings[1].value, INT64_MAX);
	assert_int_equal(tiermm_file_topology_write(about.topology,
						    TIERMM_FILE_MACHINE, one,
						    sizeof(one), NULL, NULL),
			 0);
	assert_int_equal(tiermm_file_topology_write(back.topology,
						    TIERMM_FILE_MACHINE, two,
						    sizeof(two), NULL, NULL),
			 0);
	assert_string_equal(one, two);
	tiermm_file_log_destroy(log);
	tiermm_topology_unref(about.topology);
	free(s.data);
}

static void an_engine_s_ring_is_emptied_into_it(void **state)
{
	static struct tiermm_record ring[256], back[256];
	struct tiermm_log log = { .size = sizeof(log),
				  .records = ring,
				  .capacity = 20,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_engine_options o = { .size = sizeof(o), .log = &log };
	struct sink s = { .data = NULL };
	struct tiermm_file_log_writer *w = writer_of(&s, NULL);
	struct tiermm_file_log_input input;
	struct tiermm_file_log *file;
	struct engine_fixture x;
	uint64_t n, lost = 7;

	(void)state;
	engine_begin(&x, &o, NULL);
	for (uint32_t i = 0; i < 4; i++) {
		engine_put(&x, 0, 5, 0);
		assert_int_equal(engine_demote(&x, 5), 0);
		assert_int_equal(tiermm_file_log_writer_take(w, x.e, &lost), 0);
		assert_int_equal(lost, 0);
	}
	engine_put(&x, 0, 10, 0);
	assert_int_equal(engine_demote(&x, 10), 0);
	assert_int_equal(tiermm_file_log_writer_take(w, x.e, &lost), 0);
	assert_int_equal(lost, 11);
	assert_int_equal(tiermm_file_log_writer_finish(w), 0);
	assert_int_equal(tiermm_file_log_writer_take(w, x.e, NULL),
			 -TIERMM_EINVAL);
	input = input_of(&s);
	assert_int_equal(tiermm_file_log_open(&file, &input, NULL, NULL), 0);
	assert_int_equal(tiermm_file_log_next(file, back, 256, &n, NULL), 0);
	assert_int_equal(n, 4 * 16 + 20);
	assert_int_equal(back[63].number, 63);
	assert_int_equal(back[64].number, 64 + 11);
	tiermm_file_log_destroy(file);
	tiermm_file_log_writer_destroy(w);
	engine_end(&x);
	free(s.data);
}

static void a_log_goes_through_a_file(void **state)
{
	static const char path[] = "test_file_log.written";
	struct tiermm_file_log_output o = { .size = sizeof(o) };
	struct tiermm_file_log_input in = { .size = sizeof(in) };
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_record r = record_of(0), back;
	struct tiermm_file_log_writer *w;
	struct tiermm_file_log *log;
	uint64_t n;

	(void)state;
	o.path = in.path = path;
	assert_int_equal(tiermm_file_log_writer_create(&w, &o, NULL, &error,
						       NULL),
			 0);
	assert_int_equal(tiermm_file_log_writer_add(w, &r, 1), 0);
	assert_int_equal(tiermm_file_log_writer_finish(w), 0);
	tiermm_file_log_writer_destroy(w);
	assert_int_equal(tiermm_file_log_open(&log, &in, &error, NULL), 0);
	assert_int_equal(tiermm_file_log_next(log, &back, 1, &n, &error), 0);
	assert_int_equal(n, 1);
	assert_memory_equal(&r, &back, sizeof(r));
	assert_int_equal(tiermm_file_log_next(log, &back, 1, &n, &error), 0);
	assert_int_equal(n, 0);
	tiermm_file_log_destroy(log);
	remove(path);
	assert_int_equal(tiermm_file_log_open(&log, &in, &error, NULL),
			 -TIERMM_ENOENT);
	assert_non_null(strstr(error.text, path));
	o.path = "no/such/directory";
	assert_int_equal(tiermm_file_log_writer_create(&w, &o, NULL, &error,
						       NULL),
			 -TIERMM_ENOENT);
	assert_non_null(strstr(error.text, "no/such/directory"));
}

static void wrong_arguments_are_refused(void **state)
{
	struct tiermm_file_setting bad = { "Upper", 1 };
	struct tiermm_file_log_about about = { .size = sizeof(about),
					       .policy = "a b" };
	struct sink s = log_of(1, NULL);
	struct tiermm_file_log_output o = { .size = sizeof(o),
					    .write = keep,
					    .self = &s };
	struct tiermm_file_log_input input = input_of(&s);
	struct tiermm_file_log_writer *w;
	struct tiermm_file_log *log;
	struct tiermm_record r;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_file_log_writer_create(NULL, &o, NULL, NULL,
						       NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_writer_create(&w, NULL, NULL, NULL,
						       NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_writer_create(&w, &o, &about, NULL,
						       NULL),
			 -TIERMM_EINVAL);
	about.policy = NULL;
	about.settings = &bad;
	about.n_settings = 1;
	assert_int_equal(tiermm_file_log_writer_create(&w, &o, &about, NULL,
						       NULL),
			 -TIERMM_EINVAL);
	o.flags = 1;
	assert_int_equal(tiermm_file_log_writer_create(&w, &o, NULL, NULL,
						       NULL),
			 -TIERMM_E2BIG);
	o.flags = 0;
	o.write = NULL;
	assert_int_equal(tiermm_file_log_writer_create(&w, &o, NULL, NULL,
						       NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_writer_add(NULL, &r, 1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_open(NULL, &input, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_open(&log, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_open(&log, &input, NULL, NULL), 0);
	assert_int_equal(tiermm_file_log_next(log, &r, 0, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_next(log, NULL, 1, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_log_get_about(log, NULL), -TIERMM_EINVAL);
	tiermm_file_log_destroy(log);
	tiermm_file_log_destroy(NULL);
	tiermm_file_log_writer_destroy(NULL);
	free(s.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_read_back_as_they_were_written),
		cmocka_unit_test(an_empty_log_is_a_log),
		cmocka_unit_test(bytes_are_those_of_the_document),
		cmocka_unit_test(what_it_is_about_comes_back),
		cmocka_unit_test(an_engine_s_ring_is_emptied_into_it),
		cmocka_unit_test(a_log_goes_through_a_file),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
