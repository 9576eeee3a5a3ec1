/* SPDX-License-Identifier: MIT */
/* The line formatter: numbers, lists, and buffers that are too short. */
#include "support/cmocka.h"

#include "base/line.h"

#include <tiermm/error.h>

static char text[128];

static void begin(struct tiermm__line *line)
{
	memset(text, 'x', sizeof(text));
	assert_int_equal(tiermm__line_start(line, text, sizeof(text)), 0);
}

static void expect(struct tiermm__line *line, const char *expected)
{
	uint64_t n;

	assert_int_equal(tiermm__line_finish(line, &n), 0);
	assert_string_equal(text, expected);
	assert_int_equal(n, strlen(expected));
}

static void unsigned_numbers_are_decimal(void **state)
{
	struct tiermm__line line;

	(void)state;
	begin(&line);
	tiermm__line_u64(&line, 0);
	tiermm__line_char(&line, ' ');
	tiermm__line_u64(&line, 1009);
	tiermm__line_char(&line, ' ');
	tiermm__line_u64(&line, UINT64_MAX);
	expect(&line, "0 1009 18446744073709551615");
}

static void signed_numbers_reach_both_ends(void **state)
{
	struct tiermm__line line;

	(void)state;
	begin(&line);
	tiermm__line_i64(&line, INT64_MIN);
	tiermm__line_char(&line, ' ');
	tiermm__line_i64(&line, -1);
	tiermm__line_char(&line, ' ');
	tiermm__line_i64(&line, INT64_MAX);
	expect(&line, "-9223372036854775808 -1 9223372036854775807");
}

static void hexadecimal_has_its_mark(void **state)
{
	struct tiermm__line line;

	(void)state;
	begin(&line);
	tiermm__line_hex(&line, 0);
	tiermm__line_text(&line, ", ");
	tiermm__line_hex(&line, 0xdeadbeef01234567u);
	expect(&line, "0x0, 0xdeadbeef01234567");
}

static void a_node_list_joins_neighbours(void **state)
{
	static const int32_t members[] = { 0, 1, 2, 5, 63, 64, 1022, 1023 };
	struct tiermm_nodeset set = { { 0 } };
	struct tiermm__line line;

	(void)state;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		tiermm_nodeset_add(&set, members[i]);
	begin(&line);
	tiermm__line_nodes(&line, &set);
	expect(&line, "0-2,5,63-64,1022-1023");
}

static void the_empty_list_is_empty(void **state)
{
	struct tiermm_nodeset set = { { 0 } };
	struct tiermm__line line;

	(void)state;
	begin(&line);
	tiermm__line_nodes(&line, &set);
	expect(&line, "");
}

static void a_short_buffer_is_cut_and_the_length_told(void **state)
{
	struct tiermm__line line;
	uint64_t n;

	(void)state;
	for (uint64_t cap = 0; cap < 12; cap++) {
		memset(text, 'x', sizeof(text));
		assert_int_equal(tiermm__line_start(&line, text, cap), 0);
		tiermm__line_text(&line, "node ");
		tiermm__line_u64(&line, 1023);
		assert_int_equal(tiermm__line_finish(&line, &n), 0);
		assert_int_equal(n, 9);
		assert_int_equal(text[cap], 'x');
		if (!cap)
			continue;
		assert_int_equal(strlen(text), cap - 1 < 9 ? cap - 1 : 9);
		assert_memory_equal(text, "node 1023", strlen(text));
	}
}

static void no_buffer_counts_only(void **state)
{
	struct tiermm__line line;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm__line_start(&line, NULL, 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm__line_start(&line, NULL, 0), 0);
	tiermm__line_text(&line, "seven c");
	assert_int_equal(tiermm__line_finish(&line, &n), 0);
	assert_int_equal(n, 7);
	assert_int_equal(tiermm__line_finish(&line, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_numbers_are_decimal),
		cmocka_unit_test(signed_numbers_reach_both_ends),
		cmocka_unit_test(hexadecimal_has_its_mark),
		cmocka_unit_test(a_node_list_joins_neighbours),
		cmocka_unit_test(the_empty_list_is_empty),
		cmocka_unit_test(a_short_buffer_is_cut_and_the_length_told),
		cmocka_unit_test(no_buffer_counts_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
