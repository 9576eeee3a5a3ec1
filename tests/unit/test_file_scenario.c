/* SPDX-License-Identifier: MIT */
/* Scenario files: read, and refused by line (S11). */
#include "file_fixture.h"
#include "support/failing.h"

#include <tiermm/backends/file_scenario.h>

#define HEAD "{\"name\":\"n\",\n\"workload\":\"w\",\n"
#define LINE HEAD "\"machine\":\"dram:1x1G\",\n"

static const char whole[] = LINE
	"\"source\":\"s\",\"differs\":\"d\","
	"\"policies\":[\"none\",\"kernel\"],"
	"\"options\":{\"repeat\":7,\"cost.move\":500},"
	"\"events\":[{\"ms\":2000,\"what\":\"slow\",\"node\":1,"
	"\"percent\":300},{\"ms\":0,\"what\":\"layout\",\"file\":\"f\"},"
	"{\"what\":\"pause\",\"ms\":7}],"
	"\"published\":[{\"what\":\"a\",\"measure\":\"rate\",\"policy\":\"p\","
	"\"against\":\"q\",\"percent\":-84.9},"
	"{\"what\":\"b\",\"measure\":\"time\",\"policy\":\"p\","
	"\"against\":\"q\",\"percent\":22}]}";

static int parse(struct tiermm_file_scenario **s, const char *text,
		 struct tiermm_file_error *error,
		 const struct tiermm_alloc *mem)
{
	int err = tiermm_file_scenario_parse(s, "t", text, strlen(text), error,
					     mem);

	assert_true(err ? !*s : *s != NULL);
	return err;
}

static void a_scenario_says_what_stands_in_it(void **state)
{
	struct tiermm_file_published p = { .size = sizeof(p) };
	struct tiermm_file_scenario *s;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(parse(&s, whole, NULL, NULL), 0);
	assert_string_equal(tiermm_file_scenario_text(s,
						      TIERMM_FILE_SCENARIO_NAME),
			    "n");
	assert_string_equal(
		tiermm_file_scenario_text(s, TIERMM_FILE_SCENARIO_DIFFERS),
		"d");
	assert_null(tiermm_file_scenario_text(s, 99));
	assert_string_equal(tiermm_file_scenario_policy(s, 1), "kernel");
	assert_null(tiermm_file_scenario_policy(s, 2));
	assert_string_equal(tiermm_file_scenario_option(s, 1, &value),
			    "cost.move");
	assert_int_equal(value, 500);
	assert_null(tiermm_file_scenario_option(s, 2, &value));
	assert_int_equal(tiermm_file_scenario_published(s, 0, &p), 0);
	assert_int_equal(p.change_bp, -8490);
	assert_string_equal(p.against, "q");
	assert_int_equal(tiermm_file_scenario_published(s, 1, &p), 0);
	assert_int_equal(p.change_bp, 2200);
	assert_int_equal(tiermm_file_scenario_published(s, 2, &p),
			 -TIERMM_ENOENT);
	p.size = 8;
	assert_int_equal(tiermm_file_scenario_published(s, 0, &p),
			 -TIERMM_EINVAL);
	tiermm_file_scenario_destroy(s);
}

static void events_say_when_what_and_how_much(void **state)
{
	struct tiermm_file_event e = { .size = sizeof(e), .reserved = 9 };
	struct tiermm_file_scenario *s;

	(void)state;
	assert_int_equal(parse(&s, whole, NULL, NULL), 0);
	assert_int_equal(tiermm_file_scenario_event(s, 0, &e), 0);
	assert_int_equal(e.ms, 2000);
	assert_string_equal(e.what, "slow");
	assert_int_equal(e.node, 1);
	assert_string_equal(e.unit, "percent");
	assert_int_equal(e.value, 300);
	assert_null(e.text);
	assert_int_equal(e.reserved, 0);
	assert_int_equal(tiermm_file_scenario_event(s, 1, &e), 0);
	assert_int_equal(e.node, TIERMM_NO_NODE);
	assert_string_equal(e.unit, "file");
	assert_string_equal(e.text, "f");
	assert_int_equal(tiermm_file_scenario_event(s, 2, &e), 0);
	assert_int_equal(e.ms, 7);
	assert_null(e.unit);
	assert_int_equal(tiermm_file_scenario_event(s, 3, &e), -TIERMM_ENOENT);
	assert_string_equal(e.what, "pause");
	assert_int_equal(tiermm_file_scenario_event(s, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_scenario_event(NULL, 0, &e),
			 -TIERMM_EINVAL);
	e.size = 8;
	assert_int_equal(tiermm_file_scenario_event(s, 0, &e), -TIERMM_EINVAL);
	tiermm_file_scenario_destroy(s);
}

static void a_machine_file_may_be_inside(void **state)
{
	static const char text[] =
		HEAD "\"topology\":{\"nodes\":[{\"id\":5,\"cpus\":[0],"
		     "\"mem_mb\":64,\"online\":true}]}}";
	struct tiermm_file_scenario *s;
	struct tiermm_node node;

	(void)state;
	assert_int_equal(parse(&s, text, NULL, NULL), 0);
	assert_null(tiermm_file_scenario_text(s, TIERMM_FILE_SCENARIO_MACHINE));
	assert_int_equal(tiermm_topology_node(tiermm_file_scenario_topology(s),
					      5, &node),
			 0);
	tiermm_file_scenario_destroy(s);
}

static void what_is_wrong_is_refused_with_its_line(void **state)
{
	static const char *const wrong[][2] = {
		{ "[]", "t:1: the document is a list of 0, expected an "
			"object" },
		{ "{\"name\":7}", "t:1: name is 7, expected a text" },
		{ "{\"name\":\"n\"}",
		  "t:1: workload is missing, expected a text" },
		{ HEAD "\"x\":1}", "t:1: the document has no machine, expected "
				   "\"machine\" (one line) or \"topology\"" },
		{ LINE "\"topology\":{}}",
		  "t:1: the document has two machines, expected \"machine\" "
		  "(one line) or \"topology\"" },
		{ LINE "\"policies\":\n[1]}",
		  "t:5: policies[0] is 1, expected a policy's name" },
		{ LINE "\"options\":{\n\"repeat\":\"x\"}}",
		  "t:5: options.repeat is \"x\", expected a whole number from "
		  "0 to 1000000000000" },
		{ LINE "\"events\":{}}",
		  "t:4: events is an object, expected a list of at most 64" },
		{ LINE "\"events\":[7]}",
		  "t:4: events[0] is 7, expected an object" },
		{ LINE "\"events\":[{\"what\":\"slow\"}]}",
		  "t:4: events[0].ms is missing, expected a whole number from "
		  "0 to 1000000000" },
		{ LINE "\"events\":[{\"ms\":1}]}",
		  "t:4: events[0].what is missing, expected a text" },
		{ LINE "\"events\":[{\"ms\":1,\"what\":\"slow\",\n"
		       "\"node\":1024}]}",
		  "t:5: events[0].node is 1024, expected a whole number from "
		  "0 to 1023" },
		{ LINE "\"events\":[{\"ms\":1,\"what\":\"slow\",\n"
		       "\"percent\":-1}]}",
		  "t:5: events[0].percent is -1, expected a whole number from "
		  "0 to 1000000000000" },
		{ LINE "\"events\":[{\"ms\":1,\"what\":\"a\",\"x\":\"\"}]}",
		  "t:4: events[0].x is \"\", expected a text" },
		{ LINE "\"events\":[{\"ms\":1,\"what\":\"a\",\"x\":1,"
		       "\"y\":2}]}",
		  "t:4: events[0] has x and y, expected one of them" },
		{ LINE "\"published\":[{}]}",
		  "t:4: published[0].what is missing, expected a text" },
		{ LINE "\"published\":[{\"what\":\"a\",\"measure\":\"m\","
		       "\"policy\":\"p\",\"against\":\"q\",\n"
		       "\"percent\":\"x\"}]}",
		  "t:5: published[0].percent is \"x\", expected a number of "
		  "percent" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct tiermm_file_error error = { .size = sizeof(error) };
		struct tiermm_file_scenario *s;

		assert_int_equal(parse(&s, wrong[i][0], &error, NULL),
				 -TIERMM_EPROTO);
		assert_string_equal(error.text, wrong[i][1]);
	}
}

static void a_wrong_machine_is_told_with_its_line(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_scenario *s;

	(void)state;
	assert_int_not_equal(parse(&s, HEAD "\"machine\":\"dram\"}", &error,
				   NULL),
			     0);
	assert_ptr_equal(strstr(error.text, "t:3: machine is no machine: "),
			 error.text);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_scenario *s;

	(void)state;
	assert_int_equal(tiermm_file_scenario_read(&s, "/no/such", &error,
						   NULL),
			 -TIERMM_ENOENT);
	assert_null(s);
	assert_non_null(strstr(error.text, "/no/such"));
}

static void parse_survives_every_failed_allocation(void **state)
{
	int done = 0;

	(void)state;
	for (uint64_t k = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_scenario *s;
		int err = parse(&s, whole, NULL, &mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		tiermm_file_scenario_destroy(s);
		assert_true(failing_is_clean(&f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_says_what_stands_in_it),
		cmocka_unit_test(events_say_when_what_and_how_much),
		cmocka_unit_test(a_machine_file_may_be_inside),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(a_wrong_machine_is_told_with_its_line),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
		cmocka_unit_test(parse_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
