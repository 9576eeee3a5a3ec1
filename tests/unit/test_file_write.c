/* SPDX-License-Identifier: MIT */
/* What is printed of machines and graphs, to the letter. */
#include "file_fixture.h"

#include "support/machine.h"

#include <jansson.h>

static char text[1 << 16];

static struct tiermm_demotion_graph *graph_of(struct tiermm_topology *t,
					      uint32_t strategy)
{
	const struct tiermm_demotion_options options = { .size = sizeof(
								 options),
							 .strategy = strategy };
	struct tiermm_demotion_graph *g;

	assert_int_equal(tiermm_demotion_graph_create(&g, t, &options, NULL,
						      NULL),
			 0);
	return g;
}

static void expect_graph(const char *line, uint32_t format,
			 const char *expected)
{
	struct tiermm_file_machine *m = synthetic(line);
	struct tiermm_demotion_graph *g =
		graph_of(tiermm_file_machine_topology(m),
			 TIERMM_STRATEGY_NEAREST);
	uint64_t n = 0;

	assert_int_equal(tiermm_file_graph_write(g, format, text, sizeof(text),
						 &n),
			 0);
	assert_string_equal(text, expected);
	assert_int_equal(n, strlen(expected));
	tiermm_demotion_graph_unref(g);
	tiermm_file_machine_destroy(m);
}

static void expect_topology(const struct tiermm_file_machine *m,
			    uint32_t format, const char *expected)
{
	struct tiermm_file_error error = { .size = sizeof(error) };

	if (tiermm_file_topology_write(tiermm_file_machine_topology(m), format,
				       text, sizeof(text), NULL, &error))
		fail_msg("%s", error.text);
	assert_string_equal(text, expected);
}

static void a_graph_is_a_json_document(void **state)
{
	(void)state;
	expect_graph(
		"dram:2x1G cxl:1x2G pmem:1x4G+0c", TIERMM_FILE_JSON,
		"{\n"
		"  \"strategy\":\"nearest\",\n"
		"  \"tiers\":[\n"
		"    {\"tier_id\":4,\"nodelist\":[0,1]},\n"
		"    {\"tier_id\":37,\"nodelist\":[2]},\n"
		"    {\"tier_id\":67,\"nodelist\":[3]}\n"
		"  ],\n"
		"  \"demotion\":{\n"
		"    \"0\":{\"preferred\":[2],\"fallback\":[2,3]},\n"
		"    \"1\":{\"preferred\":[2],\"fallback\":[2,3]},\n"
		"    \"2\":{\"preferred\":[3],\"fallback\":[3]},\n"
		"    \"3\":{\"preferred\":[],\"fallback\":[]}\n"
		"  },\n"
		"  \"top_tier\":4,\n"
		"  \"provenance\":{\"distance\":\"slit\",\"assumed\":false}\n"
		"}\n");
}

static void a_machine_without_memory_has_an_empty_graph(void **state)
{
	(void)state;
	expect_graph(
		"dram:1x0", TIERMM_FILE_JSON,
		"{\n"
		"  \"strategy\":\"nearest\",\n"
		"  \"tiers\":[],\n"
		"  \"demotion\":{},\n"
		"  \"top_tier\":null,\n"
		"  \"provenance\":{\"distance\":\"slit\",\"assumed\":false}\n"
		"}\n");
}

static void a_graph_is_a_table(void **state)
{
	(void)state;
	expect_graph("dram:2x1G cxl:1x2G pmem:1x4G", TIERMM_FILE_TEXT,
		     "strategy nearest, promotion ends at tier 4\n"
		     "\n"
		     "tier  nodes\n"
		     "   4  0-1\n"
		     "  37  2\n"
		     "  67  3\n"
		     "\n"
		     "node  tier  preferred    fallback\n"
		     "   0     4  2            2-3\n"
		     "   1     4  2            2-3\n"
		     "   2    37  3            3\n"
		     "   3    67  -            -\n");
}

static void a_graph_is_drawn_with_tiers_as_ranks(void **state)
{
	(void)state;
	expect_graph(
		"dram:1x1G+2c cxl:1x1536M pmem:1x4G", TIERMM_FILE_DOT,
		"digraph demotion {\n"
		"  rankdir=TB;\n"
		"  fontname=\"sans-serif\";\n"
		"  fontsize=11;\n"
		"  node [shape=box, style=\"rounded,filled\", "
		"fillcolor=white, fontname=\"sans-serif\"];\n"
		"  edge [fontname=\"sans-serif\", fontsize=10];\n"
		"  label=\"strategy nearest\\nsolid: preferred, with its "
		"distance; dashed: fallback\";\n"
		"  {\n"
		"    rank=same;\n"
		"    t4 [label=\"tier 4\", shape=plaintext, fillcolor=none];\n"
		"    n0 [label=\"node 0\\ndram 1 GiB\\nCPUs 0-1\", "
		"fillcolor=\"#dbe9f6\"];\n"
		"  }\n"
		"  {\n"
		"    rank=same;\n"
		"    t37 [label=\"tier 37\", shape=plaintext, "
		"fillcolor=none];\n"
		"    n1 [label=\"node 1\\ncxl 1.5 GiB\"];\n"
		"  }\n"
		"  {\n"
		"    rank=same;\n"
		"    t67 [label=\"tier 67\", shape=plaintext, "
		"fillcolor=none];\n"
		"    n2 [label=\"node 2\\npmem 4 GiB\"];\n"
		"  }\n"
		"  t4 -> t37 [style=invis];\n"
		"  t37 -> t67 [style=invis];\n"
		"  n0 -> n1 [label=\"25\"];\n"
		"  n0 -> n2 [style=dashed, color=gray70, constraint=false];\n"
		"  n1 -> n2 [label=\"30\"];\n"
		"}\n");
}

#define MIXED                                                               \
	"{\"nodes\": ["                                                     \
	"{\"id\": 0, \"cpus\": [0, 1, 2, 5], \"mem_mb\": 256},"             \
	"{\"id\": 2, \"mem_mb\": null, \"type\": \"dax\"},"                 \
	"{\"id\": 7, \"cpus\": [], \"online\": false}],"                    \
	"\"distance\": [[10, 17, null], [17, 10, null], [null, null, 10]]," \
	"\"hmat\": [{\"initiator\": 0, \"target\": 0, \"read_latency\": 90}]}"

static void a_machine_is_a_table(void **state)
{
	struct tiermm_file_machine *m = parsed(MIXED);

	(void)state;
	expect_topology(
		m, TIERMM_FILE_TEXT,
		"node  state       type     tier  memory       CPUs        "
		"abstract distance\n"
		"   0  online      -           4  256 MiB      0-2,5       "
		"576 (default)\n"
		"   2  online      dax        22  ?            -           "
		"2880 (driver)\n"
		"   7  absent      -           -  -            -           "
		"-\n"
		"\n"
		"distance (slit; ?: not known, assumed)\n"
		"         0     2     7\n"
		"   0    10    17  ? 20\n"
		"   2    17    10  ? 20\n"
		"   7  ? 20  ? 20    10\n"
		"\n"
		"node  initiator  read ns   write  read MB/s     write\n"
		"   0          0       90       0          0         0\n"
		"\n"
		"reference: none, since node 0 lacks numbers or differs by "
		"more than 10 %: tiers do not follow from speeds\n");
	tiermm_file_machine_destroy(m);
}

static void a_machine_is_a_json_document(void **state)
{
	struct tiermm_file_machine *m = parsed(MIXED);
	const char *pages = NULL;
	json_t *root, *node;
	json_error_t at;

	(void)state;
	assert_int_equal(tiermm_file_topology_write(tiermm_file_machine_topology(
							    m),
						    TIERMM_FILE_JSON, text,
						    sizeof(text), NULL, NULL),
			 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		fail_msg("%d: %s", at.line, at.text);
	node = json_array_get(json_object_get(root, "nodes"), 1);
	assert_int_equal(json_integer_value(json_object_get(node, "id")), 2);
	assert_true(json_is_null(json_object_get(node, "pages")));
	assert_int_equal(json_integer_value(json_object_get(node, "tier_id")),
			 22);
	node = json_array_get(json_object_get(root, "nodes"), 0);
	assert_int_equal(json_array_size(json_object_get(node, "cpus")), 4);
	assert_int_equal(json_integer_value(json_object_get(node, "pages")),
			 65536);
	node = json_object_get(root, "provenance");
	pages = json_string_value(json_object_get(node, "distance"));
	assert_string_equal(pages, "slit");
	assert_true(json_is_true(json_object_get(node, "assumed")));
	assert_int_equal(json_array_size(json_object_get(root, "hmat")), 1);
	json_decref(root);
	tiermm_file_machine_destroy(m);
}

static void a_machine_file_says_no_more_than_it_has_to(void **state)
{
	struct tiermm_file_machine *m = parsed(MIXED);

	(void)state;
	expect_topology(m, TIERMM_FILE_MACHINE,
			"{\n"
			"  \"nodes\": [\n"
			"    {\"id\": 0, \"cpus\": \"0-2,5\", \"mem_mb\": 256, "
			"\"online\": true},\n"
			"    {\"id\": 2, \"cpus\": \"\", \"mem_mb\": null, "
			"\"online\": true, \"type\": \"dax\"},\n"
			"    {\"id\": 7, \"cpus\": \"\", \"online\": false}\n"
			"  ],\n"
			"  \"distance\": [\n"
			"    [10, 17, null],\n"
			"    [17, 10, null],\n"
			"    [null, null, 10]\n"
			"  ],\n"
			"  \"hmat\": [\n"
			"    {\"initiator\": 0, \"target\": 0, "
			"\"read_latency\": 90}\n"
			"  ]\n"
			"}\n");
	tiermm_file_machine_destroy(m);
}

static void fractions_of_a_mebibyte_are_written_exactly(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"nodes\": [{\"id\": 0, \"mem_mb\": 1.00390625},"
		       "{\"id\": 1, \"mem_mb\": 17592186044415.5}]}");

	(void)state;
	expect_topology(m, TIERMM_FILE_MACHINE,
			"{\n"
			"  \"nodes\": [\n"
			"    {\"id\": 0, \"cpus\": \"\", \"mem_mb\": "
			"1.00390625, \"online\": true},\n"
			"    {\"id\": 1, \"cpus\": \"\", \"mem_mb\": "
			"17592186044415.5, \"online\": true}\n"
			"  ]\n"
			"}\n");
	tiermm_file_machine_destroy(m);
}

/* Initiators and tiers that do not follow from the rest have to be said. */
static void what_does_not_follow_is_said(void **state)
{
	struct tiermm_file_machine *m = parsed(
		"{\"nodes\": [{\"id\": 0, \"cpus\": [0], \"mem_mb\": 1},"
		"{\"id\": 1, \"cpus\": [1], \"mem_mb\": 1, \"tier\": 9},"
		"{\"id\": 2, \"mem_mb\": 1, \"initiator\": 1},"
		"{\"id\": 3, \"mem_mb\": 1, \"initiator\": 1}], \"hmat\": ["
		"{\"initiator\": 0, \"target\": 2, \"read_latency\": 5},"
		"{\"initiator\": 1, \"target\": 2, \"read_latency\": 6},"
		"{\"initiator\": 0, \"target\": 3, \"read_latency\": 7}]}");
	const char *node2, *node3;

	(void)state;
	assert_int_equal(tiermm_file_topology_write(tiermm_file_machine_topology(
							    m),
						    TIERMM_FILE_MACHINE, text,
						    sizeof(text), NULL, NULL),
			 0);
	assert_non_null(strstr(text, "\"tier\": 9}"));
	node2 = strstr(text, "\"id\": 2");
	assert_non_null(node2);
	assert_non_null(strstr(node2, "true, \"initiator\": 1},"));
	node3 = strstr(text, "\"id\": 3");
	assert_non_null(node3);
	assert_non_null(strstr(node3, "true, \"initiator\": 1}\n"));
	tiermm_file_machine_destroy(m);
}

static void a_tier_of_the_running_kernel_is_said(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);
	struct tiermm_topology *t, *again;
	struct tiermm_file_machine *m;
	uint64_t n;

	(void)state;
	tiermm_topology_builder_set_abstract_distance(b, 2, -1,
						      TIERMM_SOURCE_CALLER);
	tiermm_topology_builder_set_abstract_distance(b, 2, 600,
						      TIERMM_SOURCE_KERNEL);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_file_topology_write(t, TIERMM_FILE_MACHINE,
						    text, sizeof(text), &n,
						    NULL),
			 0);
	assert_non_null(strstr(text, "\"abstract_distance\": 600"));
	assert_int_equal(tiermm_file_machine_parse(&m, "m", text, n, 0, NULL,
						   NULL),
			 0);
	again = tiermm_file_machine_topology(m);
	assert_true(tiermm_topology_equal(t, again));
	tiermm_file_machine_destroy(m);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
}

static void expect_unfit(uint64_t page_bytes, uint64_t pages,
			 const char *message)
{
	struct tiermm_topology_builder_options options = {
		.size = sizeof(options),
		.page_bytes = page_bytes
	};
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, &options, NULL), 0);
	assert_int_equal(tiermm_topology_builder_add_node(b, 6,
							  TIERMM_NODE_ONLINE,
							  pages),
			 0);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_file_topology_write(t, TIERMM_FILE_MACHINE,
						    text, sizeof(text), NULL,
						    &error),
			 -TIERMM_ENOTSUP);
	assert_string_equal(error.text, message);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
}

static void what_does_not_fit_a_machine_file_is_named(void **state)
{
	(void)state;
	expect_unfit(512, 8, "a page of 512 bytes does not fit a machine file");
	expect_unfit(4096, UINT64_C(1) << 52,
		     "the memory of node 6, 4503599627370496 pages, does not "
		     "fit a machine file");
}

static void a_short_buffer_gets_the_beginning_and_the_length(void **state)
{
	struct tiermm_file_machine *m = synthetic("dram:1x1G cxl:1x2G");
	struct tiermm_topology *t = tiermm_file_machine_topology(m);
	char some[8] = "???????";
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tiermm_file_topology_write(t, TIERMM_FILE_SYNTHETIC,
						    some, 6, &n, NULL),
			 0);
	assert_string_equal(some, "dram:");
	assert_int_equal(n, strlen("dram:1x1G cxl:1x2G"));
	assert_int_equal(tiermm_file_topology_write(t, TIERMM_FILE_SYNTHETIC,
						    NULL, 0, &n, NULL),
			 0);
	assert_int_equal(n, strlen("dram:1x1G cxl:1x2G"));
	tiermm_file_machine_destroy(m);
}

static void unknown_formats_and_missing_things_are_refused(void **state)
{
	struct tiermm_file_machine *m = synthetic("dram:1x1G");
	struct tiermm_topology *t = tiermm_file_machine_topology(m);
	struct tiermm_demotion_graph *g = graph_of(t, TIERMM_STRATEGY_NEAREST);

	(void)state;
	assert_int_equal(tiermm_file_topology_write(t, TIERMM_FILE_DOT, text, 9,
						    NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_topology_write(t, 17, text, 9, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_topology_write(NULL, 0, text, 9, NULL,
						    NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_topology_write(t, 0, NULL, 9, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_graph_write(g, TIERMM_FILE_MACHINE, text,
						 9, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_graph_write(NULL, 0, text, 9, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_graph_write(g, 0, NULL, 9, NULL),
			 -TIERMM_EINVAL);
	tiermm_demotion_graph_unref(g);
	tiermm_file_machine_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_graph_is_a_json_document),
		cmocka_unit_test(a_machine_without_memory_has_an_empty_graph),
		cmocka_unit_test(a_graph_is_a_table),
		cmocka_unit_test(a_graph_is_drawn_with_tiers_as_ranks),
		cmocka_unit_test(a_machine_is_a_table),
		cmocka_unit_test(a_machine_is_a_json_document),
		cmocka_unit_test(a_machine_file_says_no_more_than_it_has_to),
		cmocka_unit_test(fractions_of_a_mebibyte_are_written_exactly),
		cmocka_unit_test(what_does_not_follow_is_said),
		cmocka_unit_test(a_tier_of_the_running_kernel_is_said),
		cmocka_unit_test(what_does_not_fit_a_machine_file_is_named),
		cmocka_unit_test(
			a_short_buffer_gets_the_beginning_and_the_length),
		cmocka_unit_test(
			unknown_formats_and_missing_things_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
