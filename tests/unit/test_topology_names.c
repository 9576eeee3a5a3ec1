/* SPDX-License-Identifier: MIT */
/* States, types of memory and sources by name: one for each number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <tiermm/topology.h>
#include <tiermm/topology_names.h>

static void each_of(const char *(*name)(uint32_t), uint32_t n)
{
	for (uint32_t a = 0; a < n; a++) {
		assert_non_null(name(a));
		for (uint32_t b = 0; b < a; b++)
			assert_string_not_equal(name(a), name(b));
	}
	assert_null(name(n));
	assert_null(name(UINT32_MAX));
}

static void each_number_has_a_name_of_its_own(void **state)
{
	(void)state;
	each_of(tiermm_node_state_name, TIERMM_NODE_GOING + 1);
	each_of(tiermm_memory_type_name, TIERMM_MEMORY_TYPES);
	each_of(tiermm_source_name, TIERMM_SOURCE_CALLER + 1);
}

static void the_names_are_those_of_the_enumerators(void **state)
{
	(void)state;
	assert_string_equal(tiermm_node_state_name(TIERMM_NODE_ABSENT),
			    "absent");
	assert_string_equal(tiermm_node_state_name(TIERMM_NODE_MEMORYLESS),
			    "memoryless");
	assert_string_equal(tiermm_node_state_name(TIERMM_NODE_ONLINE),
			    "online");
	assert_string_equal(tiermm_memory_type_name(TIERMM_MEMORY_HBM), "hbm");
	assert_string_equal(tiermm_memory_type_name(TIERMM_MEMORY_DAX), "dax");
	assert_string_equal(tiermm_source_name(TIERMM_SOURCE_DEFAULT),
			    "default");
	assert_string_equal(tiermm_source_name(TIERMM_SOURCE_KERNEL), "kernel");
	assert_string_equal(tiermm_source_name(TIERMM_SOURCE_CALLER), "caller");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_number_has_a_name_of_its_own),
		cmocka_unit_test(the_names_are_those_of_the_enumerators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
