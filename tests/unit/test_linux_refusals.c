/* SPDX-License-Identifier: MIT */
/* Trees that are garbled or hostile, and options that are (B1). */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "linux_tree.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NODES "devices/system/node/"
#define TIERS "devices/virtual/memory_tiering/"

/* A garbled one is an error that names the file and what was expected. */
static void names_the_garbled_file_and_what_was_expected(void **state)
{
	static const struct {
		const char *path, *text, *words;
	} cases[] = {
		{ NODES "possible", "0-x\n",
		  "'0-x', expected a list of nodes" },
		{ NODES "possible", "0,1024\n", "0..1023" },
		{ NODES "possible", "-1\n", "'-1', expected" },
		{ NODES "possible", "3-1\n", "'3-1', expected" },
		{ NODES "possible", "0-1,\n", "expected a list" },
		{ NODES "possible", "\n", "at least one node" },
		{ NODES "online", "0 1\n", "'0 1', expected" },
		{ NODES "online", "0-2\n", "expected possible nodes" },
		{ NODES "has_memory", "99999999999999999999\n", "expected" },
		{ NODES "node0/cpulist", "0-65536\n", "a list of CPUs" },
		{ NODES "node0/cpulist", "0-4\n", "possible CPUs" },
		{ NODES "node1/cpulist", "1\n", "of no other node" },
		{ NODES "node0/distance", "10 x\n",
		  "'10 x', expected a number" },
		{ NODES "node0/distance", "10\n", "expected a number" },
		{ NODES "node0/distance", "10 25 30\n", "expected a number" },
		{ NODES "node0/distance", "", "'', expected a number" },
		{ NODES "node1/meminfo", "Node 0 MemTotal: 5 kB\n",
		  "MemTotal" },
		{ NODES "node1/meminfo", "Node 1 MemTotal: -5 kB\n",
		  "MemTotal" },
		{ NODES "node1/meminfo", "", "MemTotal" },
		{ NODES "node1/access1/initiators/read_latency", "fast\n",
		  "'fast', expected a number, at most 4294967295" },
		{ NODES "node1/access1/initiators/read_latency", "4294967296\n",
		  "at most 4294967295" },
		{ NODES "node1/access1/initiators/write_bandwidth", "\n",
		  "'', expected a number" },
		{ NODES "node1/access1/initiators/node5", "",
		  "possible nodes" },
		{ TIERS "memory_tier4/nodelist", "0,9\n", "possible nodes" },
		{ TIERS "memory_tier4/nodelist", "\x1b[2J\n", "'.[2J'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *file = cases[i].path;
		char root[LINUX_TREE_PATH];

		linux_tree_make(root);
		linux_tree_write_machine(root);
		linux_tree_write(root, file, cases[i].text);
		if (strstr(file, "node5"))
			file = "node1/access1/initiators";
		linux_tree_must_refuse(root, -TIERMM_EPROTO, file,
				       cases[i].words);
		linux_tree_remove(root);
	}
}

static void refuses_a_distance_table_that_breaks_the_rules(void **state)
{
	linux_tree_write(*state, NODES "node0/distance", "10 9\n");
	linux_tree_must_refuse(*state, -TIERMM_EINVAL, "distance", "9");
}

/* What `numa=fake=2` looks like (D4). */
static void replaces_a_bad_distance_table_on_request(void **state)
{
	struct tiermm_topology *t;

	linux_tree_write(*state, NODES "node0/distance", "10 10\n");
	linux_tree_write(*state, NODES "node1/distance", "10 10\n");
	linux_tree_must_refuse(*state, -TIERMM_EINVAL, "distance", "10");
	t = linux_tree_must_read(*state, TIERMM_LINUX_REPLACE_DISTANCES);
	assert_int_equal(tiermm_topology_distance(t, 0, 1), 20);
	assert_int_equal(tiermm_topology_distance(t, 1, 1), 10);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 1),
			 TIERMM_SOURCE_REPLACED);
	tiermm_topology_unref(t);
}

static void refuses_endless_lines(void **state)
{
	static char text[100000];

	memset(text, '1', sizeof(text));
	linux_tree_write_bytes(*state, NODES "node0/distance", text,
			       sizeof(text));
	linux_tree_must_refuse(*state, -TIERMM_EPROTO, "node0/distance",
			       "longer than 65535 bytes");
}

/* Its zero bytes and letters show as dots and no more than 40 of them. */
static void shows_garbage_in_small_safe_pieces(void **state)
{
	char text[300];

	memset(text, 0, sizeof(text));
	linux_tree_write_bytes(*state, NODES "node0/cpulist", text,
			       sizeof(text));
	linux_tree_must_refuse(
		*state, -TIERMM_EPROTO, "node0/cpulist",
		"'...........................................', expected");
}

static void refuses_a_directory_in_place_of_a_file(void **state)
{
	linux_tree_delete(*state, NODES "node0/distance");
	linux_tree_write(*state, NODES "node0/distance/file", "x");
	linux_tree_must_refuse(*state, -TIERMM_EPROTO, "node0/distance",
			       "a directory");
}

static void refuses_a_file_in_place_of_a_directory(void **state)
{
	linux_tree_delete(*state, TIERS "memory_tier4/nodelist");
	linux_tree_delete(*state, TIERS "memory_tier4");
	linux_tree_write(*state, TIERS "memory_tier4", "x");
	linux_tree_must_refuse(*state, -TIERMM_EPROTO, "memory_tier4",
			       "a file where");
}

static void never_waits_for_a_pipe(void **state)
{
	char path[2 * LINUX_TREE_PATH];

	linux_tree_delete(*state, NODES "node0/distance");
	snprintf(path, sizeof(path), "%s/" NODES "node0/distance",
		 (char *)*state);
	assert_int_equal(mkfifo(path, 0644), 0);
	linux_tree_must_refuse(*state, -TIERMM_EPROTO, "node0/distance", "''");
}

static void tells_a_file_that_may_not_be_read(void **state)
{
	char path[2 * LINUX_TREE_PATH];
	uid_t self = geteuid();

	snprintf(path, sizeof(path), "%s/" NODES "node0/meminfo",
		 (char *)*state);
	assert_int_equal(chmod(path, 0), 0);
	/* Root reads everything; anybody else does not. */
	if (self == 0)
		assert_int_equal(seteuid(65534), 0);
	linux_tree_must_refuse(*state, -TIERMM_EACCES, "node0/meminfo",
			       "access denied");
	assert_int_equal(seteuid(self), 0);
}

static void says_where_there_is_no_machine(void **state)
{
	char root[LINUX_TREE_PATH];

	(void)state;
	linux_tree_make(root);
	linux_tree_must_refuse(root, -TIERMM_ENOENT, "devices/system/node",
			       "neither");
	linux_tree_remove(root);
	linux_tree_must_refuse(root, -TIERMM_ENOENT, root,
			       "cannot be opened: No such file");
}

static void refuses_options_that_it_does_not_know(void **state)
{
	struct {
		struct tiermm_linux_options known;
		uint64_t later;
	} options = { .known = { .size = sizeof(options), .root = *state } };
	struct tiermm_topology *t;

	assert_int_equal(tiermm_linux_topology(&t, &options.known, NULL, NULL),
			 0);
	tiermm_topology_unref(t);
	options.later = 1;
	assert_int_equal(tiermm_linux_topology(&t, &options.known, NULL, NULL),
			 -TIERMM_E2BIG);
	options.later = 0;
	options.known.flags = 4;
	assert_int_equal(tiermm_linux_topology(&t, &options.known, NULL, NULL),
			 -TIERMM_E2BIG);
	options.known.flags = 0;
	options.known.reserved = 1;
	assert_int_equal(tiermm_linux_topology(&t, &options.known, NULL, NULL),
			 -TIERMM_E2BIG);
	options.known.reserved = 0;
	options.known.max_passes = 1;
	assert_int_equal(tiermm_linux_topology(&t, &options.known, NULL, NULL),
			 -TIERMM_EINVAL);
	options.known.size = 8;
	assert_int_equal(tiermm_linux_topology(&t, &options.known, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_topology(NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
}

#define WITH_TREE(test)                                         \
	cmocka_unit_test_setup_teardown(test, linux_tree_setup, \
					linux_tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_garbled_file_and_what_was_expected),
		WITH_TREE(refuses_a_distance_table_that_breaks_the_rules),
		WITH_TREE(replaces_a_bad_distance_table_on_request),
		WITH_TREE(refuses_endless_lines),
		WITH_TREE(shows_garbage_in_small_safe_pieces),
		WITH_TREE(refuses_a_directory_in_place_of_a_file),
		WITH_TREE(refuses_a_file_in_place_of_a_directory),
		WITH_TREE(never_waits_for_a_pipe),
		WITH_TREE(tells_a_file_that_may_not_be_read),
		cmocka_unit_test(says_where_there_is_no_machine),
		WITH_TREE(refuses_options_that_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
