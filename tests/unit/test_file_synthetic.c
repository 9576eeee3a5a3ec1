/* SPDX-License-Identifier: MIT */
/* The one-line form: what it means, what it refuses, what it can write. */
#include "file_fixture.h"

#include "support/failing.h"
#include "support/machine.h"

static struct tiermm_topology *topology_of(const struct tiermm_file_machine *m)
{
	return tiermm_file_machine_topology(m);
}

static void the_example_of_the_headers_is_their_drawing(void **state)
{
	struct tiermm_file_machine *m =
		synthetic("dram:2x64G cxl:1x256G@250ns,30GB/s");
	struct tiermm_topology *t = topology_of(m);

	(void)state;
	assert_int_equal(tiermm_topology_node_count(t), 3);
	assert_int_equal(tiermm_topology_distance(t, 0, 1), 21);
	assert_int_equal(tiermm_topology_distance(t, 0, 2), 25);
	assert_int_equal(tiermm_topology_distance(t, 2, 1), 25);
	assert_int_equal(node_of(m, 0).tier_id, 4);
	assert_int_equal(node_of(m, 2).tier_id, 37);
	assert_int_equal(node_of(m, 2).cpus, 0);
	assert_int_equal(node_of(m, 1).cpus, 1);
	assert_int_equal(node_of(m, 2).present_pages, 67108864);
	assert_int_equal(node_of(m, 2).type, TIERMM_MEMORY_CXL);
	tiermm_file_machine_destroy(m);
}

static void the_types_stand_in_five_tiers_in_their_order(void **state)
{
	struct tiermm_file_machine *m =
		synthetic("dram:1x1G hbm:1x1G cxl:1x1G pmem:1x1G remote:1x1G");
	static const int32_t tiers[] = { 4, 1, 37, 67, 720 };

	(void)state;
	for (int32_t node = 0; node < 5; node++)
		assert_int_equal(node_of(m, node).tier_id, tiers[node]);
	tiermm_file_machine_destroy(m);
}

static void sizes_are_powers_of_1024(void **state)
{
	struct tiermm_file_machine *m = synthetic(
		"dram:1x4K dram:1x3M dram:1x2G dram:1x1T dram:1x1P dram:1x0");
	static const uint64_t pages[] = { 1,         768,          524288,
					  268435456, 274877906944, 0 };

	(void)state;
	for (int32_t node = 0; node < 6; node++)
		assert_int_equal(node_of(m, node).present_pages, pages[node]);
	assert_int_equal(node_of(m, 5).state, TIERMM_NODE_MEMORYLESS);
	tiermm_file_machine_destroy(m);
}

static void bandwidth_is_in_units_of_ten_to_the_ninth(void **state)
{
	struct tiermm_file_machine *m =
		synthetic("dram:1x1G cxl:1x1G@300ns,12.5GB/s "
			  "cxl:1x1G@301ns,0.001GB/s");

	(void)state;
	assert_int_equal(node_of(m, 1).access.read_bandwidth_mbps, 12500);
	assert_int_equal(node_of(m, 1).access.write_latency_ns, 300);
	assert_int_equal(node_of(m, 2).access.write_bandwidth_mbps, 1);
	tiermm_file_machine_destroy(m);
}

static void cpus_are_numbered_through_the_machine(void **state)
{
	struct tiermm_file_machine *m =
		synthetic("dram:2x1G+4c dram:1x1G+0c hbm:1x1G+2c");
	struct tiermm_topology *t = topology_of(m);

	(void)state;
	assert_int_equal(tiermm_topology_cpu_node(t, 3), 0);
	assert_int_equal(tiermm_topology_cpu_node(t, 4), 1);
	assert_int_equal(node_of(m, 2).cpus, 0);
	assert_int_equal(tiermm_topology_cpu_node(t, 9), 3);
	assert_int_equal(tiermm_topology_cpu_limit(t), 10);
	tiermm_file_machine_destroy(m);
}

static void distances_stay_within_11_and_254(void **state)
{
	struct tiermm_file_machine *m =
		synthetic("dram:1x1G dram:1x1G+0c cxl:1x1G@4000000000ns");
	struct tiermm_topology *t = topology_of(m);

	(void)state;
	assert_int_equal(tiermm_topology_distance(t, 0, 1), 11);
	assert_int_equal(tiermm_topology_distance(t, 1, 2), 254);
	tiermm_file_machine_destroy(m);
}

static void wrong_lines_name_the_column(void **state)
{
	static const struct {
		const char *text;
		uint32_t column;
		const char *message;
	} faults[] = {
		{ "", 1,
		  "column 1: the line ends, expected dram:, hbm:, cxl:, pmem: "
		  "or remote:" },
		{ "tape:1x1G", 1,
		  "column 1: \"tape:1x1G\", expected dram:, hbm:, cxl:, pmem: "
		  "or remote:" },
		{ "dax:1x1G", 1,
		  "column 1: \"dax:1x1G\", expected dram:, hbm:, cxl:, pmem: "
		  "or remote:" },
		{ "dram:x1G", 6,
		  "column 6: \"x1G\", expected how many nodes, 1 to 1024" },
		{ "dram:0x1G", 6,
		  "column 6: \"0x1G\", expected how many nodes, 1 to 1024" },
		{ "dram:1 x1G", 7,
		  "column 7: \" x1G\", expected x and a size" },
		{ "dram:1x64", 8,
		  "column 8: \"64\", expected a size below 16384P in pages of "
		  "4096 bytes, like 64G or 512M" },
		{ "dram:1x3K", 8,
		  "column 8: \"3K\", expected a size below 16384P in pages of "
		  "4096 bytes, like 64G or 512M" },
		{ "dram:1x16384P", 8,
		  "column 8: \"16384P\", expected a size below 16384P in pages "
		  "of 4096 bytes, like 64G or 512M" },
		{ "dram:1x1G@ns", 11,
		  "column 11: \"ns\", expected a latency like 250ns" },
		{ "dram:1x1G@0ns", 11,
		  "column 11: \"0ns\", expected a latency like 250ns" },
		{ "dram:1x1G@1ns,0GB/s", 15,
		  "column 15: \"0GB/s\", expected a bandwidth like 30GB/s or "
		  "12.5GB/s" },
		{ "dram:1x1G@1ns,1.GB/s", 15,
		  "column 15: \"1.GB/s\", expected a bandwidth like 30GB/s or "
		  "12.5GB/s" },
		{ "dram:1x1G@1ns,1.0001GB/s", 15,
		  "column 15: \"1.0001GB/s\", expected a bandwidth like 30GB/s "
		  "or 12.5GB/s" },
		{ "dram:1x0@90ns", 9,
		  "column 9: \"@90ns\", expected no speed, since there is no "
		  "memory" },
		{ "dram:1x1G+c", 10,
		  "column 10: \"+c\", expected CPUs of each node like +8c" },
		{ "dram:1x1Gjunk", 10,
		  "column 10: \"junk\", expected a space and the next group, "
		  "or the end" },
		{ "dram:1x1G dram:1024x1G", 11,
		  "column 11: \"dram:1024x1G\", expected at most 1024 nodes in "
		  "all" },
		{ "dram:1x1G+65536c dram:1x1G", 18,
		  "column 18: \"dram:1x1G\", expected at most 65536 CPUs in "
		  "all" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct tiermm_file_error error = { .size = sizeof(error) };
		struct tiermm_file_machine *m;

		assert_int_equal(tiermm_file_machine_synthetic(&m,
							       faults[i].text,
							       &error, NULL),
				 -TIERMM_EPROTO);
		assert_null(m);
		assert_string_equal(error.text, faults[i].message);
		assert_int_equal(error.column, faults[i].column);
		assert_int_equal(error.line, 1);
	}
}

static void a_line_is_written_in_its_shortest_spelling(void **state)
{
	static const char *const lines[][2] = {
		{ "dram:2x64G cxl:1x256G@250ns,30GB/s",
		  "dram:2x64G cxl:1x256G" },
		{ "  dram:1x1024M   dram:1x1G+1c ", "dram:2x1G" },
		{ "dram:1x1G@90ns hbm:1x16G+3c",
		  "dram:1x1G@90ns hbm:1x16G+3c" },
		{ "dram:1x0+2c pmem:3x1536G@310ns,12.25GB/s",
		  "dram:1x0+2c pmem:3x1536G@310ns,12.25GB/s" },
		{ "cxl:1x4K dram:1023x4K+0c", "cxl:1x4K dram:1023x4K+0c" },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct tiermm_file_machine *m = synthetic(lines[i][0]);

		assert_int_equal(tiermm_file_topology_write(
					 topology_of(m), TIERMM_FILE_SYNTHETIC,
					 text, sizeof(text), NULL, NULL),
				 0);
		assert_string_equal(text, lines[i][1]);
		tiermm_file_machine_destroy(m);
	}
}

#define SPEED                                                                 \
	"\"hmat\": [{\"initiator\": 0, \"target\": 0, \"read_latency\": 100," \
	"\"write_latency\": 100, \"read_bandwidth\": 100000,"                 \
	"\"write_bandwidth\": 100000}]}"
#define NODE(more)                                                         \
	"{\"nodes\": [{\"id\": 0, \"cpus\": [0], \"type\": \"dram\"," more \
	"}]," SPEED

static void what_does_not_fit_the_line_is_named(void **state)
{
	static const char *const cases[][2] = {
		{ "{\"nodes\": [{\"id\": 1, \"mem_mb\": 1}]}",
		  "node id 1 in place 0 does not fit the one-line form" },
		{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1}]}",
		  "type \"unknown\" of node 0 does not fit the one-line form" },
		{ "{\"nodes\": [{\"id\": 0, \"online\": false}]}",
		  "state \"absent\" of node 0 does not fit the one-line form" },
		{ NODE("\"mem_mb\": null"),
		  "the unknown amount of memory of node 0 does not fit the "
		  "one-line form" },
		{ "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1, \"type\": "
		  "\"dram\"}]}",
		  "node 0 without known speeds does not fit the one-line "
		  "form" },
		{ "{\"nodes\": [{\"id\": 0, \"cpus\": [0], \"mem_mb\": 1,"
		  "\"type\": \"dram\"}], \"hmat\": [{\"initiator\": 0,"
		  "\"target\": 0, \"read_latency\": 1, \"write_latency\": 2,"
		  "\"read_bandwidth\": 1, \"write_bandwidth\": 1}]}",
		  "node 0, which reads and writes at different speeds, does "
		  "not fit the one-line form" },
		{ NODE("\"mem_mb\": 1, \"tier\": 5"),
		  "tier 5 of node 0 does not fit the one-line form" },
		{ NODE("\"mem_mb\": 1, \"abstract_distance\": 600"),
		  "abstract distance 600 of node 0 does not fit the one-line "
		  "form" },
		{ "{\"nodes\": [{\"id\": 0, \"cpus\": [7], \"mem_mb\": 1,"
		  "\"type\": \"dram\"}]," SPEED,
		  "the place of CPU 0 does not fit the one-line form" },
		{ "{\"page_bytes\": 65536, \"nodes\": [{\"id\": 0,"
		  "\"mem_mb\": 1}]}",
		  "a page of 65536 bytes does not fit the one-line form" },
		{ "{\"nodes\": [{\"id\": 0, \"cpus\": [0], \"type\": \"dram\","
		  "\"mem_mb\": 1}, {\"id\": 1, \"type\": \"cxl\", "
		  "\"mem_mb\": 0}], \"distance\": [[10, 26], [25, 10]]," SPEED,
		  "distance 26 from node 0 to node 1 does not fit the "
		  "one-line form" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tiermm_file_error error = { .size = sizeof(error) };
		struct tiermm_file_machine *m = parsed(cases[i][0]);
		char text[64] = "untouched";

		assert_int_equal(tiermm_file_topology_write(
					 topology_of(m), TIERMM_FILE_SYNTHETIC,
					 text, sizeof(text), NULL, &error),
				 -TIERMM_ENOTSUP);
		assert_string_equal(error.text, cases[i][1]);
		assert_string_equal(text, "untouched");
		tiermm_file_machine_destroy(m);
	}
}

static void reading_survives_every_failed_allocation(void **state)
{
	int done = 0;

	(void)state;
	for (uint64_t k = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_machine *m = (void *)&f;
		int err =
			tiermm_file_machine_synthetic(&m, "dram:2x1G cxl:1x1G",
						      NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !m));
		tiermm_file_machine_destroy(m);
		assert_true(failing_is_clean(&f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_headers_is_their_drawing),
		cmocka_unit_test(the_types_stand_in_five_tiers_in_their_order),
		cmocka_unit_test(sizes_are_powers_of_1024),
		cmocka_unit_test(bandwidth_is_in_units_of_ten_to_the_ninth),
		cmocka_unit_test(cpus_are_numbered_through_the_machine),
		cmocka_unit_test(distances_stay_within_11_and_254),
		cmocka_unit_test(wrong_lines_name_the_column),
		cmocka_unit_test(a_line_is_written_in_its_shortest_spelling),
		cmocka_unit_test(what_does_not_fit_the_line_is_named),
		cmocka_unit_test(reading_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
