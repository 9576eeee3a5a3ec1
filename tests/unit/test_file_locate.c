/* SPDX-License-Identifier: MIT */
/* Where a value stands in a text: line and column by the path to it. */
#include "support/cmocka.h"

#include "../../backends/file/locate.h"

#include <stdio.h>

#define KEY(k)       \
	{            \
		k, 0 \
	}
#define AT(i)           \
	{               \
		NULL, i \
	}

static const char document[] = "{\n"
			       "  \"a\\\"b\": [1, {\"nodes\": [9]}],\n"
			       "  \"nodes\": [\n"
			       "    {\"id\": 0, \"name\": \"x,]}\"},\n"
			       "    {\"id\": 1 , \"cpus\":[]}\n"
			       "  ],\n"
			       "  \"last\" : -1.5e3\n"
			       "}\n";

static void expect(const struct tiermm__file_place *path, uint32_t depth,
		   uint32_t line, uint32_t column)
{
	struct tiermm__file_position p =
		tiermm__file_locate(document, sizeof(document) - 1, path,
				    depth);

	assert_int_equal(p.line, line);
	assert_int_equal(p.column, column);
}

static void the_empty_path_is_the_document(void **state)
{
	(void)state;
	expect(NULL, 0, 1, 1);
}

static void a_key_is_found_behind_values_that_hold_its_name(void **state)
{
	const struct tiermm__file_place path[] = { KEY("nodes") };

	(void)state;
	expect(path, 1, 3, 12);
}

static void an_item_is_found_behind_brackets_inside_strings(void **state)
{
	const struct tiermm__file_place path[] = { KEY("nodes"), AT(1),
						   KEY("cpus") };

	(void)state;
	expect(path, 3, 5, 23);
}

static void the_last_member_is_found_without_a_comma_behind_it(void **state)
{
	const struct tiermm__file_place path[] = { KEY("last") };

	(void)state;
	expect(path, 1, 7, 12);
}

static void a_missing_member_is_where_its_object_begins(void **state)
{
	const struct tiermm__file_place path[] = { KEY("nodes"), AT(0),
						   KEY("mem_mb") };

	(void)state;
	expect(path, 3, 4, 5);
}

static void a_missing_item_is_where_its_list_begins(void **state)
{
	const struct tiermm__file_place path[] = { KEY("nodes"), AT(2) };

	(void)state;
	expect(path, 2, 3, 12);
}

static void an_escaped_quote_does_not_end_a_key(void **state)
{
	const struct tiermm__file_place path[] = { KEY("a") };

	(void)state;
	expect(path, 1, 1, 1);
}

static void a_cut_text_does_not_lead_outside(void **state)
{
	const struct tiermm__file_place path[] = { KEY("nodes"), AT(1),
						   KEY("cpus"), AT(3) };

	(void)state;
	for (uint64_t n = 0; n < sizeof(document); n++) {
		char *text = malloc((size_t)n + 1);
		struct tiermm__file_position p;

		assert_non_null(text);
		memcpy(text, document, (size_t)n);
		p = tiermm__file_locate(text, n, path, 4);
		assert_true(p.line >= 1 && p.line <= 9);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_empty_path_is_the_document),
		cmocka_unit_test(
			a_key_is_found_behind_values_that_hold_its_name),
		cmocka_unit_test(
			an_item_is_found_behind_brackets_inside_strings),
		cmocka_unit_test(
			the_last_member_is_found_without_a_comma_behind_it),
		cmocka_unit_test(a_missing_member_is_where_its_object_begins),
		cmocka_unit_test(a_missing_item_is_where_its_list_begins),
		cmocka_unit_test(an_escaped_quote_does_not_end_a_key),
		cmocka_unit_test(a_cut_text_does_not_lead_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
