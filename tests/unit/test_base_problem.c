/* SPDX-License-Identifier: MIT */
/* Problems: one readable sentence for each kind. */
#include "support/cmocka.h"

#include "base/problem.h"

/* All fields different, so that a mixed-up one shows. */
#define PROBLEM(kind)                                                       \
	{                                                                   \
		.size = sizeof(struct tiermm_problem), .what = (kind),      \
		.node = 3, .other = 5, .value = 300, .low = 11, .high = 255 \
	}

static const struct {
	struct tiermm_problem problem;
	const char *text;
} cases[] = {
	{ PROBLEM(TIERMM_PROBLEM_NONE), "no problem" },
	{ PROBLEM(TIERMM_PROBLEM_NODE_RANGE),
	  "node id is 3, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_NODE_TWICE),
	  "node 3 is there twice, expected once" },
	{ PROBLEM(TIERMM_PROBLEM_NODE_UNKNOWN),
	  "node 3 is not part of the machine, expected one that is" },
	{ PROBLEM(TIERMM_PROBLEM_EMPTY),
	  "the machine has no node, expected at least one" },
	{ PROBLEM(TIERMM_PROBLEM_LOCAL_DISTANCE),
	  "distance from node 3 to itself is 300, expected 11" },
	{ PROBLEM(TIERMM_PROBLEM_REMOTE_DISTANCE),
	  "distance from node 3 to node 5 is 300, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_CPU_RANGE),
	  "CPU number on node 3 is 300, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_CPU_TWICE),
	  "CPU 300 is on node 3 and on node 5, expected on one" },
	{ PROBLEM(TIERMM_PROBLEM_ABSTRACT_DISTANCE),
	  "abstract distance of node 3 is 300, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_MEMORY_TYPE),
	  "memory type of node 3 is 300, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_NODE_STATE),
	  "state 300 of node 3 is unknown or unfit, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_CYCLE),
	  "the targets form the cycle , expected none" },
	{ PROBLEM(TIERMM_PROBLEM_EDGE_TWICE),
	  "the target of node 3, node 5, is named twice, expected once" },
	{ PROBLEM(TIERMM_PROBLEM_EDGE_SELF),
	  "node 3 is its own target, expected another node" },
	{ PROBLEM(TIERMM_PROBLEM_ROOM),
	  "the machine has node 3, expected no node above 255" },
	{ PROBLEM(TIERMM_PROBLEM_OPTION),
	  "an option is 300, expected 11 to 255" },
	{ PROBLEM(TIERMM_PROBLEM_OPTION + 1),
	  "a problem that this library does not know" },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static char text[512];

static void each_kind_says_what_where_and_expected_what(void **state)
{
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		assert_int_equal(cases[i].problem.what, i);
		assert_int_equal(tiermm_problem_text(&cases[i].problem, text,
						     sizeof(text), &n),
				 0);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(n, strlen(text));
	}
}

static void a_negative_value_keeps_its_sign(void **state)
{
	struct tiermm_problem p = PROBLEM(TIERMM_PROBLEM_ABSTRACT_DISTANCE);

	(void)state;
	p.value = (uint64_t)(int64_t)-7;
	tiermm_problem_text(&p, text, sizeof(text), NULL);
	assert_string_equal(
		text, "abstract distance of node 3 is -7, expected 11 to 255");
}

static void a_cycle_is_named_from_end_to_end(void **state)
{
	struct tiermm_problem p = PROBLEM(TIERMM_PROBLEM_CYCLE);

	(void)state;
	p.path_length = 3;
	p.path[0] = 2;
	p.path[1] = 5;
	p.path[2] = 4;
	tiermm_problem_text(&p, text, sizeof(text), NULL);
	assert_string_equal(text,
			    "the targets form the cycle 2 -> 5 -> 4 -> 2, "
			    "expected none");
}

static void a_long_cycle_is_cut_in_its_middle(void **state)
{
	struct tiermm_problem p = PROBLEM(TIERMM_PROBLEM_CYCLE);

	(void)state;
	p.path_length = TIERMM_PROBLEM_PATH + 1;
	for (int32_t i = 0; i < TIERMM_PROBLEM_PATH; i++)
		p.path[i] = 100 + i;
	tiermm_problem_text(&p, text, sizeof(text), NULL);
	assert_non_null(strstr(text, "100 -> 101 -> "));
	assert_non_null(strstr(text, "115 -> ... -> 100, "));
}

static void a_problem_too_small_has_no_text(void **state)
{
	struct tiermm_problem p = PROBLEM(TIERMM_PROBLEM_EMPTY);

	(void)state;
	p.size--;
	assert_int_equal(tiermm_problem_text(&p, text, sizeof(text), NULL),
			 -TIERMM_EINVAL);
	p.size++;
	assert_int_equal(tiermm_problem_text(&p, NULL, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_problem_text(NULL, text, 1, NULL),
			 -TIERMM_EINVAL);
}

static void a_report_keeps_the_callers_size(void **state)
{
	struct tiermm_problem found = PROBLEM(TIERMM_PROBLEM_EMPTY);
	struct tiermm_problem got[2] = { { .size = sizeof(got), .flags = 9 } };

	(void)state;
	found.error = -TIERMM_EINVAL;
	assert_int_equal(tiermm__problem_report(got, &found), -TIERMM_EINVAL);
	assert_int_equal(got[0].size, sizeof(got));
	assert_int_equal(got[0].flags, 9);
	assert_int_equal(got[0].what, TIERMM_PROBLEM_EMPTY);
	assert_int_equal(got[0].value, 300);
	assert_int_equal(got[1].what, 0);
}

static void a_report_without_room_still_tells_the_error(void **state)
{
	struct tiermm_problem found = PROBLEM(TIERMM_PROBLEM_EMPTY);
	struct tiermm_problem got = { .size = sizeof(got) - 1 };

	(void)state;
	found.error = -TIERMM_ENODEV;
	assert_int_equal(tiermm__problem_report(&got, &found), -TIERMM_ENODEV);
	assert_int_equal(got.what, 0);
	assert_int_equal(tiermm__problem_report(NULL, &found), -TIERMM_ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_says_what_where_and_expected_what),
		cmocka_unit_test(a_negative_value_keeps_its_sign),
		cmocka_unit_test(a_cycle_is_named_from_end_to_end),
		cmocka_unit_test(a_long_cycle_is_cut_in_its_middle),
		cmocka_unit_test(a_problem_too_small_has_no_text),
		cmocka_unit_test(a_report_keeps_the_callers_size),
		cmocka_unit_test(a_report_without_room_still_tells_the_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
