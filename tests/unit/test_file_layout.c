/* SPDX-License-Identifier: MIT */
/* Layouts as text and JSON: read, refused by line, written (L1, I19). */
#define _POSIX_C_SOURCE 200809L

#include "support/cmocka.h"
#include "support/failing.h"

#include <tiermm/backends/file_layout.h>

#include <stdlib.h>
#include <unistd.h>

static int parse(struct tiermm_layout **l, const char *text, char *message)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	int err = tiermm_file_layout_parse(l, "test", text, strlen(text), NULL,
					   &error, NULL);

	if (message)
		strcpy(message, error.text);
	assert_true(err ? !*l : *l != NULL);
	return err;
}

static void both_forms_say_the_same(void **state)
{
	static const char *const texts[] = {
		"0x0-0xfff 0\n0x1000-0x3fff 1\n",
		"# two nodes\n\n  4096-16383\t1  # the second\r\n0-4095 0",
		"last 0x3fff\n0-4095 0\n4096-4096 1\n",
		"{\"ranges\":[{\"first\":0,\"last\":4095,\"node\":0},"
		"{\"first\":\"0x1000\",\"last\":\"0x3fff\",\"node\":1}]}",
		" {\"last_frame\":16383,\"ranges\":[{\"first\":0,"
		"\"last\":1,\"node\":0},"
		"{\"first\":4096,\"last\":4096,\"node\":1}]}",
	};
	struct tiermm_layout *l;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse(&l, texts[i], NULL), 0);
		assert_int_equal(tiermm_layout_last_frame(l), 0x3fff);
		assert_int_equal(tiermm_layout_node(l, 0xfff), 0);
		assert_int_equal(tiermm_layout_node(l, 0x1000), 1);
		assert_int_equal(tiermm_layout_count(l), 2);
		tiermm_layout_unref(l);
	}
}

static void i19_what_is_wrong_is_refused_with_its_line(void **state)
{
	static const char *const wrong[][2] = {
		{ "0-1 0\n2=3 1\n",
		  "test:2: \"=3 1\" is here, expected - and a frame number" },
		{ "0-x 0", "test:1: \"x 0\" is here, expected a frame number" },
		{ "0-1 1024\n",
		  "test:1: \"1024\" is here, expected a node, 0 to 1023" },
		{ "0-1 0 0\n", "test:1: \"0\" is here, expected a line end" },
		{ "0-9007199254740992 0\n",
		  "test:1: \"9007199254740992 0\" is here, expected a frame "
		  "number" },
		{ "last\n", "test:1: \"last\" is here, expected a frame "
			    "number" },
		{ "# nothing\n",
		  "test: the layout has no range, expected at least one" },
		{ "0-5 0\n3-9 1\n",
		  "test: range 0x0-0x5 of node 0 overlaps range 0x3-0x9 of "
		  "node 1, expected each frame once" },
		{ "{\"ranges\":[{\"first\":0,\"last\":1}]}",
		  "test:1: ranges[0].node is missing, expected a whole number "
		  "from 0 to 1023" },
		{ "{\"ranges\":[{\"first\":\"0xg\",\"last\":1,\"node\":0}]}",
		  "test:1: ranges[0].first is \"0xg\", expected a whole number "
		  "from 0 to 9007199254740991" },
		{ "{\"ranges\":7}",
		  "test:1: ranges is 7, expected a list of at most "
		  "1073741824" },
	};
	struct tiermm_layout *l;
	char message[512];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(parse(&l, wrong[i][0], message), 0);
		assert_string_equal(message, wrong[i][1]);
	}
	assert_int_equal(parse(&l, "{\"ranges\":[", NULL), -TIERMM_EPROTO);
}

static void what_is_written_reads_back_equal(void **state)
{
	struct tiermm_layout_pattern p = { .size = sizeof(p),
					   .kind = TIERMM_LAYOUT_STRIPE,
					   .last_node = 6,
					   .stripe = 999,
					   .last_frame = 1000000 };
	struct tiermm_layout *l, *again;
	static char text[200000];
	uint64_t n = 0, length = 0;

	(void)state;
	assert_int_equal(tiermm_layout_pattern_create(&l, &p, NULL), 0);
	for (uint32_t f = TIERMM_FILE_TEXT; f <= TIERMM_FILE_JSON; f++) {
		assert_int_equal(tiermm_file_layout_write(l, f, text,
							  sizeof(text),
							  &length),
				 0);
		assert_true(length < sizeof(text));
		assert_int_equal(parse(&again, text, NULL), 0);
		assert_int_equal(tiermm_layout_diff(l, again, NULL, 0, &n), 0);
		assert_int_equal(n, 0);
		assert_int_equal(tiermm_layout_count(again),
				 tiermm_layout_count(l));
		tiermm_layout_unref(again);
	}
	assert_int_equal(tiermm_file_layout_write(l, TIERMM_FILE_DOT, text,
						  sizeof(text), &n),
			 -TIERMM_EINVAL);
	tiermm_layout_unref(l);
}

static void reading_survives_every_oom(void **state)
{
	static const char text[] = "0-1 0\n2-3 1\n";

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_layout *l = (void *)&f;
		int err =
			tiermm_file_layout_parse(&l, "test", text, strlen(text),
						 NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !l));
		tiermm_layout_unref(l);
		assert_true(failing_is_clean(&f));
	}
}

static void options_and_files_are_checked(void **state)
{
	struct tiermm_layout_options o = { .size = sizeof(o),
					   .flags = TIERMM_LAYOUT_REFUSE_HOLES,
					   .last_frame = 9 };
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_layout *l;

	(void)state;
	assert_int_equal(tiermm_file_layout_parse(&l, "test", "0-5 0", 5, &o,
						  &error, NULL),
			 -TIERMM_EINVAL);
	assert_string_equal(error.text, "test: no range holds frames 0x6 to "
					"0x9, expected no hole");
	o.size = 4;
	assert_int_equal(tiermm_file_layout_parse(&l, "test", "0-5 0", 5, &o,
						  &error, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_layout_read(&l, "/nonexistent/x", NULL,
						 &error, NULL),
			 -TIERMM_ENOENT);
	assert_null(l);
}

static void put_at(int fd, off_t at, const char *text)
{
	ssize_t n = (ssize_t)strlen(text);

	assert_int_equal(pwrite(fd, text, (size_t)n, at), n);
}

/* Beyond 64 MiB, where other documents end; what lies between is a hole. */
static void i19_a_long_layout_is_read_whole(void **state)
{
	char path[] = "/tmp/tiermm-layout-XXXXXX";
	struct tiermm_layout *l;
	int fd = mkstemp(path), err;

	(void)state;
	assert_true(fd >= 0);
	put_at(fd, 0, "0-4095 0\n#");
	put_at(fd, 65 << 20, "\n4096-8191 1\n");
	close(fd);
	err = tiermm_file_layout_read(&l, path, NULL, NULL, NULL);
	unlink(path);
	assert_int_equal(err, 0);
	assert_int_equal(tiermm_layout_count(l), 2);
	assert_int_equal(tiermm_layout_last_frame(l), 8191);
	tiermm_layout_unref(l);
}

static void i19_a_text_beyond_the_limit_is_not_looked_at(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_layout *l;

	(void)state;
	assert_int_equal(tiermm_file_layout_parse(&l, "l", NULL,
						  (UINT64_C(256) << 20) + 1,
						  NULL, &error, NULL),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "l: longer than 256 MiB, expected a "
					"layout");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_say_the_same),
		cmocka_unit_test(i19_what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(what_is_written_reads_back_equal),
		cmocka_unit_test(reading_survives_every_oom),
		cmocka_unit_test(options_and_files_are_checked),
		cmocka_unit_test(i19_a_long_layout_is_read_whole),
		cmocka_unit_test(i19_a_text_beyond_the_limit_is_not_looked_at),
	};

	return cmocka_run_group_tests_name("file/layout", tests, NULL, NULL);
}
