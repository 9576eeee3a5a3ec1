/* SPDX-License-Identifier: MIT */
/* Steps of a machine file: which event each one is. */
#include "file_fixture.h"

#include <stdio.h>

#define MACHINE                                           \
	"{\"topology\": {\"nodes\": ["                    \
	"{\"id\": 0, \"cpus\": [0, 1], \"mem_mb\": 256}," \
	"{\"id\": 1, \"mem_mb\": 0, \"online\": false}]}, \"steps\": ["
/* The machine is the whole document. */
#define BARE "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1}], \"steps\": ["
#define ADD(name, node)                                                        \
	"{\"action\": {\"op\": \"dimm_add\", \"name\": \"" name "\", \"mb\": " \
	"128, \"node\": " node "}}"
#define DEL(name) "{\"action\": {\"op\": \"dimm_del\", \"name\": \"" name "\"}}"
#define ON_NODE(op, node) \
	"{\"action\": {\"op\": \"" op "\", \"node\": " node "}}"
#define OF_CPU(op, cpu) "{\"action\": {\"op\": \"" op "\", \"cpu\": " cpu "}}"
#define REFUSED_ADD                                                 \
	"{\"completed\": false, \"action\": {\"op\": \"dimm_add\"," \
	"\"name\": \"a\", \"mb\": 128, \"node\": 1}}"
#define END "]}"

static struct tiermm_file_step step_of(const struct tiermm_file_machine *m,
				       uint64_t index)
{
	struct tiermm_file_step step = { .size = sizeof(step) };

	assert_int_equal(tiermm_file_machine_step(m, index, &step), 0);
	return step;
}

static void expect(const struct tiermm_file_machine *m, uint64_t index,
		   uint32_t kind, int32_t node, uint64_t pages,
		   const char *text)
{
	struct tiermm_file_step step = step_of(m, index);

	assert_string_equal(step.text, text);
	assert_int_equal(step.event.kind, kind);
	assert_int_equal(step.event.node, node);
	assert_int_equal(step.event.pages, pages);
}

static void steps_stand_beside_the_nodes_too(void **state)
{
	struct tiermm_file_machine *m =
		parsed(BARE ON_NODE("node_off", "0") END);

	(void)state;
	assert_int_equal(tiermm_file_machine_step_count(m), 1);
	expect(m, 0, TIERMM_EVENT_MEMORY_REMOVE, 0, 0,
	       "node_off: all memory of node 0");
	tiermm_file_machine_destroy(m);
}

static void a_dimm_comes_and_the_last_one_takes_all_with_it(void **state)
{
	struct tiermm_file_machine *m =
		parsed(MACHINE ADD("a", "1") "," ADD("b", "1") "," DEL(
			"a") "," DEL("b") END);

	(void)state;
	assert_int_equal(tiermm_file_machine_step_count(m), 4);
	expect(m, 0, TIERMM_EVENT_MEMORY_ADD, 1, 32768,
	       "dimm_add a: 128 MiB on node 1");
	expect(m, 2, TIERMM_EVENT_MEMORY_REMOVE, 1, 32768,
	       "dimm_del a: 128 MiB from node 1");
	expect(m, 3, TIERMM_EVENT_MEMORY_REMOVE, 1, 0,
	       "dimm_del b: 128 MiB from node 1");
	tiermm_file_machine_destroy(m);
}

static void a_name_may_be_used_again(void **state)
{
	struct tiermm_file_machine *m = parsed(
		MACHINE ADD("a", "1") "," DEL("a") "," ADD("a", "0") END);

	(void)state;
	expect(m, 2, TIERMM_EVENT_MEMORY_ADD, 0, 32768,
	       "dimm_add a: 128 MiB on node 0");
	tiermm_file_machine_destroy(m);
}

static void memory_of_the_dax_driver_has_no_known_size(void **state)
{
	struct tiermm_file_machine *m =
		parsed(MACHINE ON_NODE("kmem", "1") END);

	(void)state;
	expect(m, 0, TIERMM_EVENT_MEMORY_ADD, 1, 0,
	       "kmem: memory of the dax driver on node 1");
	assert_int_equal(step_of(m, 0).event.type, TIERMM_MEMORY_DAX);
	tiermm_file_machine_destroy(m);
}

/* A DIMM that goes from a node where dax memory stays does not empty it. */
static void dax_memory_keeps_its_node_when_the_dimm_goes(void **state)
{
	struct tiermm_file_machine *m =
		parsed(MACHINE ADD("a", "1") "," ON_NODE("kmem",
							 "1") "," DEL("a") END);
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;
	struct tiermm_node node;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&b, NULL, NULL), 0);
	assert_int_equal(tiermm_topology_builder_load(
				 b, tiermm_file_machine_topology(m)),
			 0);
	for (uint64_t i = 0; i < 3; i++) {
		struct tiermm_file_step step = step_of(m, i);

		assert_int_equal(tiermm_topology_builder_apply(b, &step.event,
							       NULL),
				 0);
	}
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	assert_int_equal(tiermm_topology_node(t, 1, &node), 0);
	assert_int_equal(node.state, TIERMM_NODE_ONLINE);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
	tiermm_file_machine_destroy(m);
}

static void a_node_that_was_emptied_has_nothing_left_to_unplug(void **state)
{
	struct tiermm_file_machine *m = parsed(
		MACHINE ADD("a", "1") "," ON_NODE("node_off", "1") "," DEL(
			"a") "," ADD("b", "1") END);

	(void)state;
	expect(m, 1, TIERMM_EVENT_MEMORY_REMOVE, 1, 0,
	       "node_off: all memory of node 1");
	expect(m, 2, 0, 0, 0, "dimm_del a: 128 MiB from node 1");
	expect(m, 3, TIERMM_EVENT_MEMORY_ADD, 1, 32768,
	       "dimm_add b: 128 MiB on node 1");
	tiermm_file_machine_destroy(m);
}

static void a_cpu_goes_and_returns_to_its_own_node(void **state)
{
	struct tiermm_file_machine *m = parsed(
		MACHINE OF_CPU("cpu_off", "1") "," OF_CPU("cpu_on", "1") END);

	(void)state;
	expect(m, 0, TIERMM_EVENT_CPU_OFF, 0, 0, "cpu_off 1: node 0");
	expect(m, 1, TIERMM_EVENT_CPU_ON, 0, 0, "cpu_on 1: node 0");
	assert_int_equal(step_of(m, 1).event.cpu, 1);
	tiermm_file_machine_destroy(m);
}

static void behind_a_refused_step_nothing_is_judged(void **state)
{
	struct tiermm_file_machine *m =
		parsed(MACHINE OF_CPU("cpu_off", "1") "," REFUSED_ADD "," DEL(
			"a") "," OF_CPU("cpu_off", "1") END);

	(void)state;
	assert_int_equal(step_of(m, 0).completed, 1);
	assert_int_equal(step_of(m, 1).completed, 0);
	expect(m, 1, TIERMM_EVENT_MEMORY_ADD, 1, 32768,
	       "dimm_add a: 128 MiB on node 1");
	assert_int_equal(step_of(m, 2).completed, 1);
	expect(m, 2, 0, 0, 0, "dimm_del a");
	expect(m, 3, 0, 0, 0, "cpu_off 1: node 0");
	tiermm_file_machine_destroy(m);
}

static void a_long_name_is_cut_in_the_text_only(void **state)
{
	struct tiermm_file_machine *m = parsed(
		MACHINE ADD("a-name-that-is-longer-than-sixteen", "1") "," DEL(
			"a-name-that-is-longer-than-sixteen") END);

	(void)state;
	expect(m, 1, TIERMM_EVENT_MEMORY_REMOVE, 1, 0,
	       "dimm_del a-name-that-is-l: 128 MiB from node 1");
	tiermm_file_machine_destroy(m);
}

static void a_step_is_asked_for_by_number_and_size(void **state)
{
	struct tiermm_file_machine *m =
		parsed(MACHINE ON_NODE("kmem", "1") END);
	struct tiermm_file_step step = { .size = sizeof(step) };

	(void)state;
	assert_int_equal(tiermm_file_machine_step(m, 1, &step), -TIERMM_ENOENT);
	assert_int_equal(tiermm_file_machine_step(m, 0, NULL), -TIERMM_EINVAL);
	step.size = 8;
	assert_int_equal(tiermm_file_machine_step(m, 0, &step), -TIERMM_EINVAL);
	tiermm_file_machine_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_stand_beside_the_nodes_too),
		cmocka_unit_test(
			a_dimm_comes_and_the_last_one_takes_all_with_it),
		cmocka_unit_test(a_name_may_be_used_again),
		cmocka_unit_test(memory_of_the_dax_driver_has_no_known_size),
		cmocka_unit_test(dax_memory_keeps_its_node_when_the_dimm_goes),
		cmocka_unit_test(
			a_node_that_was_emptied_has_nothing_left_to_unplug),
		cmocka_unit_test(a_cpu_goes_and_returns_to_its_own_node),
		cmocka_unit_test(behind_a_refused_step_nothing_is_judged),
		cmocka_unit_test(a_long_name_is_cut_in_the_text_only),
		cmocka_unit_test(a_step_is_asked_for_by_number_and_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
