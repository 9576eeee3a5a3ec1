/* SPDX-License-Identifier: MIT */
/*
 * Machine files that are wrong, one fault each: the code, the line, and a
 * message that says where, what is there, and what was expected.
 */
#include "file_fixture.h"

#include <stdio.h>

struct fault {
	const char *text;
	int err;
	const char *message;
};

#define NODE0 "{\"id\": 0, \"cpus\": [0], \"mem_mb\": 64}"
#define TWO "{\"nodes\": [" NODE0 ",\n{\"id\": 1, \"mem_mb\": 64}]"
#define STEPS "{\"topology\": " TWO "},\n\"steps\": [\n"

static const struct fault faults[] = {
	{ "", -TIERMM_EPROTO,
	  "m:1: '[' or '{' expected near end of file, expected JSON" },
	{ "{\"nodes\": [\n" NODE0, -TIERMM_EPROTO,
	  "m:2: ']' expected near end of file, expected JSON" },
	{ TWO "} trailing", -TIERMM_EPROTO,
	  "m:2: end of file expected near 'trailing', expected JSON" },
	{ "{\"nodes\": 1, \"nodes\": 2}", -TIERMM_EPROTO,
	  "m:1: duplicate object key near '\"nodes\"', expected JSON" },
	{ "{\"nodes\": [NaN]}", -TIERMM_EPROTO,
	  "m:1: invalid token near 'NaN', expected JSON" },
	{ "{\"nodes\": [{\"id\": 99999999999999999999}]}", -TIERMM_EPROTO,
	  "m:1: too big integer near '99999999999999999999', expected JSON" },
	{ "[]", -TIERMM_EPROTO,
	  "m:1: the document is a list of 0, expected an object" },
	{ "{\"topology\": 3}", -TIERMM_EPROTO,
	  "m:1: topology is 3, expected an object" },
	{ "{}", -TIERMM_EPROTO,
	  "m:1: nodes is missing, expected a list of 1 to 1024 nodes" },
	{ "{\"nodes\":\n[]}", -TIERMM_EPROTO,
	  "m:2: nodes is a list of 0, expected a list of 1 to 1024 nodes" },
	{ "{\"nodes\": {}}", -TIERMM_EPROTO,
	  "m:1: nodes is an object, expected a list of at most 1024" },
	{ "{\"nodes\": [\n7]}", -TIERMM_EPROTO,
	  "m:2: nodes[0] is 7, expected an object" },
	{ "{\"nodes\": [\n{\"mem_mb\": 1}]}", -TIERMM_EPROTO,
	  "m:2: nodes[0].id is missing, expected a whole number from 0 to "
	  "1023" },
	{ "{\"nodes\": [{\"id\": \n1024}]}", -TIERMM_EPROTO,
	  "m:2: nodes[0].id is 1024, expected a whole number from 0 to 1023" },
	{ "{\"nodes\": [{\"id\": -1}]}", -TIERMM_EPROTO,
	  "m:1: nodes[0].id is -1, expected a whole number from 0 to 1023" },
	{ "{\"nodes\": [{\"id\": 1.5}]}", -TIERMM_EPROTO,
	  "m:1: nodes[0].id is 1.5, expected a whole number from 0 to 1023" },
	{ "{\"nodes\": [" NODE0 ",\n" NODE0 "]}", -TIERMM_EINVAL,
	  "m:2: nodes[1].id is 0, which nodes[0] has already, expected a new "
	  "one" },
	{ "{\"nodes\": [{\"id\": 0}]}", -TIERMM_EPROTO,
	  "m:1: nodes[0].mem_mb is missing, expected 0 to 17592186044415 MiB, "
	  "in pages of 4096 bytes" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": -1}]}", -TIERMM_EPROTO,
	  "m:1: nodes[0].mem_mb is -1, expected 0 to 17592186044415 MiB, in "
	  "pages of 4096 bytes" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 0.001}]}", -TIERMM_EPROTO,
	  "m:1: nodes[0].mem_mb is 0.001, expected 0 to 17592186044415 MiB, "
	  "in pages of 4096 bytes" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 17592186044416}]}",
	  -TIERMM_EPROTO,
	  "m:1: nodes[0].mem_mb is 17592186044416, expected 0 to "
	  "17592186044415 MiB, in pages of 4096 bytes" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"online\": 1}]}",
	  -TIERMM_EPROTO, "m:1: nodes[0].online is 1, expected true or false" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"cpus\": 3}]}",
	  -TIERMM_EPROTO,
	  "m:1: nodes[0].cpus is 3, expected a list of CPU numbers, or a text "
	  "like \"0-3,8\"" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"cpus\": [65536]}]}",
	  -TIERMM_EPROTO,
	  "m:1: nodes[0].cpus[0] is 65536, expected a whole number from 0 to "
	  "65535" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"cpus\": \"3-1\"}]}",
	  -TIERMM_EPROTO,
	  "m:1: nodes[0].cpus is \"3-1\", expected CPU numbers and ranges like "
	  "\"0-3,8\", up to 65535" },
	{ "{\"nodes\": [" NODE0
	  ",\n{\"id\": 1, \"mem_mb\": 1, \"cpus\": [5,\n0]}]}",
	  -TIERMM_EINVAL,
	  "m:3: nodes[1].cpus[1] puts CPU 0 on node 1, which is on node 0 "
	  "already, expected it once" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"type\": \"tape\"}]}",
	  -TIERMM_EPROTO,
	  "m:1: nodes[0].type is \"tape\", expected \"dram\", \"hbm\", "
	  "\"cxl\", \"pmem\", \"remote\" or \"dax\"" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"tier\": 16777216}]}",
	  -TIERMM_EPROTO,
	  "m:1: nodes[0].tier is 16777216, expected a whole number from 0 to "
	  "16777215" },
	{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"initiator\": 1}]}",
	  -TIERMM_EINVAL,
	  "m:1: nodes[0].initiator is 1, expected the id of a listed node" },
	{ "{\"page_bytes\": 5000}", -TIERMM_EPROTO,
	  "m:1: page_bytes is 5000, expected a power of two" },
	{ TWO ", \"distance\": 10}", -TIERMM_EPROTO,
	  "m:2: distance is 10, expected a list of 2, one for each node" },
	{ TWO ", \"distance\": [[10, 20]]}", -TIERMM_EINVAL,
	  "m:2: distance is a list of 1, expected a list of 2, one for each "
	  "node" },
	{ TWO ",\n\"distance\": [[10, 20],\n[20]]}", -TIERMM_EINVAL,
	  "m:4: distance[1] is a list of 1, expected a list of 2, one for "
	  "each node" },
	{ TWO ",\n\"distance\": [[10, -20],\n[20, 10]]}", -TIERMM_EPROTO,
	  "m:3: distance[0][1] is -20, expected a whole number from 0 to "
	  "4294967295" },
	{ TWO ",\n\"distance\": [[10, 20],\n[20, 11]]}", -TIERMM_EINVAL,
	  "m:4: distance[1][1] is wrong: distance from node 1 to itself is "
	  "11, expected 10" },
	{ TWO ",\n\"distance\": [[10, 20],\n[256, 10]]}", -TIERMM_EINVAL,
	  "m:4: distance[1][0] is wrong: distance from node 1 to node 0 is "
	  "256, expected 11 to 255" },
	{ TWO ", \"hmat\": {}}", -TIERMM_EPROTO,
	  "m:2: hmat is an object, expected a list of at most 1048576" },
	{ TWO ",\n\"hmat\": [{\"initiator\": 0, \"target\": 5}]}",
	  -TIERMM_EINVAL,
	  "m:3: hmat[0].target is 5, expected the id of a listed node" },
	{ TWO ",\n\"hmat\": [{\"initiator\": 0, \"target\": 1,\n"
	      "\"read_latency\": 4294967296}]}",
	  -TIERMM_EPROTO,
	  "m:4: hmat[0].read_latency is 4294967296, expected a whole number "
	  "from 0 to 4294967295" },
	{ TWO ",\n\"hmat\": [{\"initiator\": 0, \"target\": 1},\n"
	      "{\"initiator\": 0, \"target\": 1}]}",
	  -TIERMM_EINVAL,
	  "m:4: hmat[1] is a second row from node 0 to node 1, expected one" },
	{ "{\"topology\": " TWO "}, \"steps\": 1}", -TIERMM_EPROTO,
	  "m:2: steps is 1, expected a list of at most 65536" },
	{ STEPS "5]}", -TIERMM_EPROTO,
	  "m:4: steps[0] is 5, expected an object" },
	{ STEPS "{}]}", -TIERMM_EPROTO,
	  "m:4: steps[0].action is missing, expected an object" },
	{ STEPS "{\"action\": {\"op\": \"fire\"}}]}", -TIERMM_EPROTO,
	  "m:4: steps[0].action.op is \"fire\", expected \"cpu_off\", "
	  "\"cpu_on\", \"dimm_add\", \"dimm_del\", \"kmem\" or "
	  "\"node_off\"" },
	{ STEPS "{\"action\": {\"op\": \"dimm_add\", \"mb\": 1}}]}",
	  -TIERMM_EPROTO,
	  "m:4: steps[0].action.name is missing, expected a name" },
	{ STEPS "{\"action\": {\"op\": \"dimm_add\", \"name\": \"a\", "
		"\"mb\": 0, \"node\": 0}}]}",
	  -TIERMM_EPROTO,
	  "m:4: steps[0].action.mb is 0, expected more than nothing" },
	{ STEPS "{\"action\": {\"op\": \"dimm_del\", \"name\": \"a\"}}]}",
	  -TIERMM_EINVAL,
	  "m:4: steps[0].action.name is \"a\", which is not plugged in, "
	  "expected the name of an earlier dimm_add" },
	{ STEPS "{\"action\": {\"op\": \"cpu_off\", \"cpu\": 7}}]}",
	  -TIERMM_EINVAL,
	  "m:4: steps[0].action.cpu is 7, which is on no node, expected a CPU "
	  "of this machine" },
	{ STEPS "{\"action\": {\"op\": \"cpu_on\", \"cpu\": 0}}]}",
	  -TIERMM_EINVAL,
	  "m:4: steps[0].action.cpu is on already, expected a CPU that is "
	  "off" },
	{ STEPS "{\"action\": {\"op\": \"node_off\", \"node\": 1}},\n"
		"{\"action\": {\"op\": \"node_off\", \"node\": 1}}]}",
	  -TIERMM_EINVAL,
	  "m:5: steps[1].action.node is 1, which has no memory, expected a "
	  "node with memory" },
};

#define FAULTS (sizeof(faults) / sizeof(faults[0]))

static int complains(const struct fault *fault)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m = (void *)&error;
	int err =
		tiermm_file_machine_parse(&m, "m", fault->text,
					  strlen(fault->text), 0, &error, NULL);
	int right =
		err == fault->err && !m && !strcmp(error.text, fault->message);

	if (!right)
		print_message("%s\n  gives    %d %s\n  expected %d %s\n",
			      fault->text, err, error.text, fault->err,
			      fault->message);
	tiermm_file_machine_destroy(err ? NULL : m);
	return right;
}

static void every_fault_is_named_with_its_place(void **state)
{
	size_t right = 0;

	(void)state;
	for (size_t i = 0; i < FAULTS; i++)
		right += (size_t)complains(&faults[i]);
	assert_int_equal(right, FAULTS);
}

static void the_position_is_that_of_the_value(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	const char text[] = "{\"nodes\": [\n  {\"id\": 0, \"mem_mb\": \"x\"}]}";
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", text,
						   sizeof(text) - 1, 0, &error,
						   NULL),
			 -TIERMM_EPROTO);
	assert_int_equal(error.line, 2);
	assert_int_equal(error.column, 23);
}

static void a_message_is_one_line_whatever_the_text_holds(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	const char text[] = "{\"nodes\": [{\"id\": \"a\\nb\\u001b[2J\"}]}";
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", text,
						   sizeof(text) - 1, 0, &error,
						   NULL),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text,
			    "m:1: nodes[0].id is \"a?b?[2J\", expected a whole "
			    "number from 0 to 1023");
}

static void deep_nesting_is_refused(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	static char text[1 << 20];
	struct tiermm_file_machine *m;

	(void)state;
	memset(text, '[', sizeof(text));
	assert_int_equal(tiermm_file_machine_parse(&m, "m", text, sizeof(text),
						   0, &error, NULL),
			 -TIERMM_EPROTO);
	assert_non_null(strstr(error.text, "depth"));
}

static void more_than_1024_nodes_are_refused(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	static char text[1 << 16] = "{\"nodes\": [0";
	struct tiermm_file_machine *m;
	size_t n = strlen(text);

	(void)state;
	for (int i = 0; i < 1024; i++, n += 2)
		memcpy(text + n, ",0", 3);
	memcpy(text + n, "]}", 3);
	assert_int_equal(tiermm_file_machine_parse(&m, "m", text, n + 2, 0,
						   &error, NULL),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "m:1: nodes is a list of 1025, "
					"expected a list of at most 1024");
}

static void a_text_beyond_the_limit_is_not_looked_at(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", NULL,
						   (UINT64_C(64) << 20) + 1, 0,
						   &error, NULL),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "m: longer than 64 MiB, expected a "
					"machine file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_is_named_with_its_place),
		cmocka_unit_test(the_position_is_that_of_the_value),
		cmocka_unit_test(a_message_is_one_line_whatever_the_text_holds),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(more_than_1024_nodes_are_refused),
		cmocka_unit_test(a_text_beyond_the_limit_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
