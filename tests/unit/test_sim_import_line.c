/* SPDX-License-Identifier: MIT */
/* Lines and records that are none: each is named, with what was expected. */
#include "sim_import_fixture.h"

#include <stdio.h>

struct wrong {
	const char *text;
	const char *message;
};

static void expect_refusals(uint32_t format, const struct wrong *wrong,
			    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct tiermm_sim_error error = SIM_ERROR;

		assert_int_equal(read_through(format, wrong[i].text,
					      strlen(wrong[i].text), &error),
				 -TIERMM_EPROTO);
		assert_string_equal(error.text, wrong[i].message);
	}
}

#define EXPECT(format, rows) \
	expect_refusals(format, rows, sizeof(rows) / sizeof((rows)[0]))

static void wrong_lines_of_lackey_are_named(void **state)
{
	static const struct wrong wrong[] = {
		{ "I  1000,3\n X 2000,4\n",
		  "t:2: \" X 2000,4\", expected \"I  ADDRESS,SIZE\", or L, S "
		  "or M behind a space" },
		{ " L 2000\n",
		  "t:1: \" L 2000\", expected \"I  ADDRESS,SIZE\", or L, S or "
		  "M behind a space" },
		{ " L ffffffffffffffff,2\n",
		  "t:1: \" L ffffffffffffffff,2\", expected addresses below "
		  "2^64" },
		{ " L 10000000000000000,2\n",
		  "t:1: \" L 10000000000000000,2\", expected \"I  "
		  "ADDRESS,SIZE\", or L, S or M behind a space" },
		{ " L 1000,65536\n L 1000,65537\n",
		  "t:2: \" L 1000,65537\", expected \"I  ADDRESS,SIZE\", or "
		  "L, S or M behind a space" },
	};

	(void)state;
	EXPECT(TIERMM_SIM_LACKEY, wrong);
}

static void wrong_lines_of_perf_are_named(void **state)
{
	static const struct wrong wrong[] = {
		{ "foo bar\n",
		  "t:1: \"foo bar\", expected a sample with its event and "
		  "address: perf script -F pid,tid,time,event,addr" },
		{ "1 2.5: x: 10\n1 2.4: x: 10\n",
		  "t:2: \"1 2.4: x: 10\", expected a time that is not before "
		  "its thread's last" },
		{ "ls 1 2.5: page-faults: ffff10 elf_load+0x28a ([kernel])\n",
		  "t:1: \"ls 1 2.5: page-faults: ffff10 elf_load+0x28a "
		  "([kernel])\", expected a sample with its event and address: "
		  "perf script -F pid,tid,time,event,addr" },
		{ "1 2.5: x: 10 [unknown] (/bin/ls)\n",
		  "t:1: \"1 2.5: x: 10 [unknown] (/bin/ls)\", expected a "
		  "sample with its event and address: perf script -F "
		  "pid,tid,time,event,addr" },
	};

	(void)state;
	EXPECT(TIERMM_SIM_PERF, wrong);
}

static void wrong_lines_of_damon_are_named(void **state)
{
	static const struct wrong wrong[] = {
		{ "1000-2000 (x)    3x\n",
		  "t:1: \"1000-2000 (x)    3x\", expected a line of damo "
		  "report raw, or a damon_aggregated event" },
		{ "3000-1000(x): 3\n",
		  "t:1: \"3000-1000(x): 3\", expected a region of 1 byte to "
		  "1 TiB" },
		{ "0-ffffffffffff(x): 3\n",
		  "t:1: \"0-ffffffffffff(x): 3\", expected a region of 1 byte "
		  "to 1 TiB" },
		{ "monitoring_start: 5 weeks\n",
		  "t:1: \"monitoring_start: 5 weeks\", expected a time like "
		  "104.599 ms" },
		{ "monitoring_start: 5124096 h\n",
		  "t:1: \"monitoring_start: 5124096 h\", expected a time like "
		  "104.599 ms" },
		{ "0-1000(x): 4294967296\n",
		  "t:1: \"0-1000(x): 4294967296\", expected a count below "
		  "2^32" },
		{ "hello\n",
		  "t:1: \"hello\", expected a line of damo report raw, or a "
		  "damon_aggregated event" },
	};

	(void)state;
	EXPECT(TIERMM_SIM_DAMON, wrong);
}

static void wrong_lines_of_csv_are_named(void **state)
{
	static const struct wrong wrong[] = {
		{ "foo,bar\n1,2\n",
		  "t:1: \"foo,bar\", expected a first line that names a "
		  "column address, or page" },
		{ "", "t:1: \"\", expected a first line that names a column "
		      "address, or page" },
		{ "address,op\n1,r\n2,q\n",
		  "t:3: \"2,q\", expected op to be r, w or f, or read, write "
		  "or fetch" },
		{ "address,op\n1\n",
		  "t:2: \"1\", expected as many values as the first line has "
		  "columns" },
		{ "address,op\n1,r,3\n",
		  "t:2: \"1,r,3\", expected as many values as the first line "
		  "has columns" },
		{ "page\n0x10000000000000\n",
		  "t:2: \"0x10000000000000\", expected a page below 2^64 "
		  "bytes" },
		{ "page,count\n1,0\n",
		  "t:2: \"1,0\", expected a count from 1 to 2^32-1" },
		{ "page,count\n1,4294967295\n1,4294967296\n",
		  "t:3: \"1,4294967296\", expected a count from 1 to "
		  "2^32-1" },
		{ "page,time_ns\n1,18446744073709551615\n",
		  "t:2: \"1,18446744073709551615\", expected a time below "
		  "2^64 - 1" },
		{ "page,op,op\n",
		  "t:1: \"page,op,op\", expected each column once" },
		{ "page,time_ns,gap_ns\n",
		  "t:1: \"page,time_ns,gap_ns\", expected time_ns or gap_ns, "
		  "not both" },
		{ "page,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n",
		  "t:1: \"page,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\", expected at "
		  "most 32 columns" },
	};

	(void)state;
	EXPECT(TIERMM_SIM_CSV, wrong);
}

static void wrong_records_are_named(void **state)
{
	struct tiermm_sim_error error = SIM_ERROR;
	unsigned char data[48];

	(void)state;
	oracle_record(data, 10, 1, 100, -1);
	oracle_record(data + 24, 9, 2, 100, -1);
	assert_int_equal(read_through(TIERMM_SIM_ORACLE, data, 48, &error),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "t: record 2 at byte 24: time goes "
					"back to 9 s");
	oracle_record(data + 24, 10, 2, 100, 1);
	assert_int_equal(read_through(TIERMM_SIM_ORACLE, data, 48, &error),
			 -TIERMM_EPROTO);
	assert_int_equal(error.line, 2);
	assert_int_equal(read_through(TIERMM_SIM_ORACLE, data, 30, &error),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "t: record 2 at byte 24 has 6 bytes, "
					"expected 24");
}

static void a_thread_too_many_is_refused(void **state)
{
	static char text[65538 * 8];
	struct tiermm_sim_error error = SIM_ERROR;
	size_t n = (size_t)sprintf(text, "page,thread\n");

	(void)state;
	for (int i = 0; i < 65536; i++)
		n += (size_t)sprintf(text + n, "1,%d\n", i);
	assert_int_equal(read_through(TIERMM_SIM_CSV, text, n, &error), 0);
	n += (size_t)sprintf(text + n, "1,65536\n");
	assert_int_equal(read_through(TIERMM_SIM_CSV, text, n, &error),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "t:65538: \"1,65536\", expected at "
					"most 65536 threads and processes");
}

static void long_and_binary_lines_are_refused(void **state)
{
	static char text[6000];
	struct tiermm_sim_error error = SIM_ERROR;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(read_through(TIERMM_SIM_PERF, text, sizeof(text),
				      &error),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "t:1: more than 4096 characters, "
					"expected a line");
	assert_int_equal(read_through(TIERMM_SIM_CSV, "page\n1\0002\n", 9,
				      &error),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text,
			    "t:2: \"1\", expected a line without zero bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_lines_of_lackey_are_named),
		cmocka_unit_test(wrong_lines_of_perf_are_named),
		cmocka_unit_test(wrong_lines_of_damon_are_named),
		cmocka_unit_test(wrong_lines_of_csv_are_named),
		cmocka_unit_test(wrong_records_are_named),
		cmocka_unit_test(a_thread_too_many_is_refused),
		cmocka_unit_test(long_and_binary_lines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
