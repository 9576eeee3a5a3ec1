/* SPDX-License-Identifier: MIT */
/*
 * What a tree says of a machine, and what it leaves out (B1, requirements 28
 * and 29).
 */
#define _GNU_SOURCE
#include <support/cmocka.h>
#include <support/failing.h>

#include "linux_tree.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NODES "devices/system/node/"
#define TIERS "devices/virtual/memory_tiering/"

static void reads_a_whole_machine(void **state)
{
	struct tiermm_topology *t = linux_tree_must_read(*state, 0);
	struct tiermm_node node = linux_tree_node(t, 1);

	assert_int_equal(tiermm_topology_node_count(t), 2);
	assert_int_equal(tiermm_topology_cpu_node(t, 1), 0);
	assert_int_equal(tiermm_topology_distance(t, 0, 1), 25);
	assert_int_equal(tiermm_topology_distance(t, 1, 0), 26);
	assert_int_equal(tiermm_topology_distance_source(t, 1, 0),
			 TIERMM_SOURCE_SLIT);
	assert_int_equal(node.present_pages, 2097152 / 4);
	assert_int_equal(node.initiator, 0);
	assert_int_equal(node.access.read_latency_ns, 250);
	assert_int_equal(node.access.write_bandwidth_mbps, 30000);
	assert_int_equal(node.tier_id, 22);
	assert_int_equal(node.abstract_distance_source, TIERMM_SOURCE_KERNEL);
	tiermm_topology_unref(t);
}

static void reckons_tiers_where_the_kernels_are_ignored(void **state)
{
	struct tiermm_topology *t =
		linux_tree_must_read(*state, TIERMM_LINUX_IGNORE_KERNEL_TIERS);

	assert_int_equal(linux_tree_node(t, 1).tier_id, 37);
	assert_int_equal(linux_tree_node(t, 1).abstract_distance_source,
			 TIERMM_SOURCE_HMAT);
	tiermm_topology_unref(t);
}

/* A missing attribute is "unknown": each file in turn. */
static void takes_missing_files_as_unknown(void **state)
{
	static const char *const files[] = {
		"devices/system/cpu/possible",
		NODES "has_memory",
		NODES "possible",
		NODES "online",
		NODES "node0/cpulist",
		NODES "node1/cpulist",
		NODES "node1/distance",
		NODES "node1/meminfo",
		NODES "node1/access1/initiators/read_latency",
		NODES "node0/access1/initiators/node0",
		TIERS "memory_tier4/nodelist",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char root[LINUX_TREE_PATH];

		(void)state;
		linux_tree_make(root);
		linux_tree_write_machine(root);
		linux_tree_delete(root, files[i]);
		tiermm_topology_unref(linux_tree_must_read(root, 0));
		linux_tree_remove(root);
	}
}

static void says_nothing_of_what_is_missing(void **state)
{
	struct tiermm_topology *t;

	linux_tree_delete(*state, NODES "node1/meminfo");
	linux_tree_delete(*state, NODES "node1/distance");
	linux_tree_delete(*state,
			  NODES "node1/access1/initiators/read_latency");
	linux_tree_delete(*state, TIERS "memory_tier22/nodelist");
	t = linux_tree_must_read(*state, 0);
	/* has_memory says so, though its size is unknown. */
	assert_int_equal(linux_tree_node(t, 1).state, TIERMM_NODE_ONLINE);
	assert_int_equal(linux_tree_node(t, 1).present_pages, 0);
	assert_int_equal(linux_tree_node(t, 1).access.read_latency_ns, 0);
	assert_int_equal(linux_tree_node(t, 1).access.write_latency_ns, 250);
	assert_int_equal(linux_tree_node(t, 1).abstract_distance_source,
			 TIERMM_SOURCE_HMAT);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 1),
			 TIERMM_SOURCE_SLIT);
	assert_int_equal(tiermm_topology_distance_source(t, 1, 0),
			 TIERMM_SOURCE_ASSUMED);
	tiermm_topology_unref(t);
}

/* As old kernels wrote it. */
static void takes_an_empty_line_before_the_size(void **state)
{
	struct tiermm_topology *t;

	linux_tree_write(*state, NODES "node1/meminfo",
			 "\nNode 1 MemTotal:     4096 kB\n");
	t = linux_tree_must_read(*state, 0);
	assert_int_equal(linux_tree_node(t, 1).present_pages, 1024);
	tiermm_topology_unref(t);
}

static void takes_memory_from_sizes_without_has_memory(void **state)
{
	struct tiermm_topology *t;

	linux_tree_delete(*state, NODES "has_memory");
	linux_tree_write(*state, NODES "node1/meminfo",
			 "Node 1 MemTotal:        0 kB\n");
	t = linux_tree_must_read(*state, 0);
	assert_int_equal(linux_tree_node(t, 0).state, TIERMM_NODE_ONLINE);
	assert_int_equal(linux_tree_node(t, 1).state, TIERMM_NODE_MEMORYLESS);
	tiermm_topology_unref(t);
}

static void tells_absent_from_memoryless(void **state)
{
	struct tiermm_topology *t;

	linux_tree_write(*state, NODES "possible", "0-1,7\n");
	linux_tree_write(*state, NODES "has_memory", "0\n");
	t = linux_tree_must_read(*state, TIERMM_LINUX_IGNORE_KERNEL_TIERS);
	assert_int_equal(linux_tree_node(t, 1).state, TIERMM_NODE_MEMORYLESS);
	assert_int_equal(linux_tree_node(t, 1).present_pages, 0);
	assert_int_equal(linux_tree_node(t, 7).state, TIERMM_NODE_ABSENT);
	assert_int_equal(tiermm_topology_index(t, 7), 2);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 7),
			 TIERMM_SOURCE_ASSUMED);
	assert_int_equal(tiermm_topology_distance_source(t, 7, 1),
			 TIERMM_SOURCE_ASSUMED);
	tiermm_topology_unref(t);
}

static void takes_ids_up_to_1023(void **state)
{
	struct tiermm_topology *t;

	linux_tree_write(*state, NODES "possible", "0-1,1023\n");
	linux_tree_write(*state, NODES "online", "0-1,1023\n");
	linux_tree_write(*state, NODES "node0/distance", "10 25 40\n");
	linux_tree_write(*state, NODES "node1/distance", "26 10 41\n");
	linux_tree_write(*state, NODES "node1023/distance", "50 51 10\n");
	t = linux_tree_must_read(*state, 0);
	assert_int_equal(tiermm_topology_distance(t, 1, 1023), 41);
	assert_int_equal(tiermm_topology_distance(t, 1023, 0), 50);
	assert_int_equal(linux_tree_node(t, 1023).state,
			 TIERMM_NODE_MEMORYLESS);
	tiermm_topology_unref(t);
}

static void reads_a_thousand_nodes(void **state)
{
	struct tiermm_topology *t;
	char path[128], row[8192];

	linux_tree_write(*state, NODES "possible", "0-1023\n");
	linux_tree_write(*state, NODES "online", "0-1023\n");
	linux_tree_write(*state, NODES "has_memory", "0-1023\n");
	for (int from = 0; from < 1024; from++) {
		int n = 0;

		for (int to = 0; to < 1024; to++)
			n += snprintf(row + n, sizeof(row) - (size_t)n, "%d%c",
				      from == to ? 10
						 : 11 + (from * 7 + to) % 245,
				      to < 1023 ? ' ' : '\n');
		snprintf(path, sizeof(path), NODES "node%d/distance", from);
		linux_tree_write(*state, path, row);
	}
	t = linux_tree_must_read(*state, 0);
	assert_int_equal(tiermm_topology_node_count(t), 1024);
	assert_int_equal(tiermm_topology_distance(t, 1000, 999),
			 11 + (7000 + 999) % 245);
	tiermm_topology_unref(t);
}

static void topology_survives_every_oom(void **state)
{
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_linux_options options = { .size = sizeof(options),
							.root = *state };
		struct tiermm_topology *t = (void *)&f;
		int err = tiermm_linux_topology(&t, &options, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !t));
		tiermm_topology_unref(t);
		assert_true(failing_is_clean(&f));
	}
}

static void reads_this_machine(void **state)
{
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t;
	int err = tiermm_linux_topology(&t, NULL, &error, NULL);

	(void)state;
	if (err == -TIERMM_ENOENT) {
		print_message("SKIP: this kernel has no node directory\n");
		skip();
	}
	if (err)
		fail_msg("%d: %s", err, error.text);
	assert_true(tiermm_topology_is_valid(t));
	assert_true(tiermm_topology_tier_count(t) > 0);
	assert_int_equal(tiermm_topology_page_bytes(t),
			 (uint64_t)sysconf(_SC_PAGESIZE));
	tiermm_topology_unref(t);
}

#define WITH_TREE(test)                                         \
	cmocka_unit_test_setup_teardown(test, linux_tree_setup, \
					linux_tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(reads_a_whole_machine),
		WITH_TREE(reckons_tiers_where_the_kernels_are_ignored),
		cmocka_unit_test(takes_missing_files_as_unknown),
		WITH_TREE(says_nothing_of_what_is_missing),
		WITH_TREE(takes_an_empty_line_before_the_size),
		WITH_TREE(takes_memory_from_sizes_without_has_memory),
		WITH_TREE(tells_absent_from_memoryless),
		WITH_TREE(takes_ids_up_to_1023),
		WITH_TREE(reads_a_thousand_nodes),
		WITH_TREE(topology_survives_every_oom),
		cmocka_unit_test(reads_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
