/* SPDX-License-Identifier: MIT */
/*
 * Trees that are missing something, garbled, hostile or changing (B1,
 * requirements 28 and 29).
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

static int make_tree(void **state)
{
	char *root = malloc(LINUX_TREE_PATH);

	assert_non_null(root);
	linux_tree_make(root);
	linux_tree_write_machine(root);
	*state = root;
	return 0;
}

static int remove_tree(void **state)
{
	linux_tree_remove(*state);
	free(*state);
	return 0;
}

static void delete (const char *root, const char *path)
{
	char whole[2 * LINUX_TREE_PATH];

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	assert_int_equal(remove(whole), 0);
}

static struct tiermm_topology *must_read(const char *root, uint32_t flags)
{
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t;
	int err = linux_tree_read(root, flags, &t, &error);

	if (err)
		fail_msg("%d: %s", err, error.text);
	assert_true(tiermm_topology_is_valid(t));
	return t;
}

static struct tiermm_node node_of(const struct tiermm_topology *t, int32_t id)
{
	struct tiermm_node node;

	assert_int_equal(tiermm_topology_node(t, id, &node), 0);
	return node;
}

/* The tree is refused with this code, and the text has these words. */
static void must_refuse(const char *root, int code, const char *file,
			const char *words)
{
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t = (void *)&error;
	int err = linux_tree_read(root, 0, &t, &error);

	if (err != code || !strstr(error.text, file) ||
	    !strstr(error.text, words))
		fail_msg("%d '%s', expected %d, '%s' and '%s'", err,
			 err ? error.text : "", code, file, words);
	assert_null(t);
}

static void reads_a_whole_machine(void **state)
{
	struct tiermm_topology *t = must_read(*state, 0);
	struct tiermm_node node = node_of(t, 1);

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
		must_read(*state, TIERMM_LINUX_IGNORE_KERNEL_TIERS);

	assert_int_equal(node_of(t, 1).tier_id, 37);
	assert_int_equal(node_of(t, 1).abstract_distance_source,
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
		delete (root, files[i]);
		tiermm_topology_unref(must_read(root, 0));
		linux_tree_remove(root);
	}
}

static void says_nothing_of_what_is_missing(void **state)
{
	struct tiermm_topology *t;

	delete (*state, NODES "node1/meminfo");
	delete (*state, NODES "node1/distance");
	delete (*state, NODES "node1/access1/initiators/read_latency");
	delete (*state, TIERS "memory_tier22/nodelist");
	t = must_read(*state, 0);
	/* has_memory says so, though its size is unknown. */
	assert_int_equal(node_of(t, 1).state, TIERMM_NODE_ONLINE);
	assert_int_equal(node_of(t, 1).present_pages, 0);
	assert_int_equal(node_of(t, 1).access.read_latency_ns, 0);
	assert_int_equal(node_of(t, 1).access.write_latency_ns, 250);
	assert_int_equal(node_of(t, 1).abstract_distance_source,
			 TIERMM_SOURCE_HMAT);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 1),
			 TIERMM_SOURCE_SLIT);
	assert_int_equal(tiermm_topology_distance_source(t, 1, 0),
			 TIERMM_SOURCE_ASSUMED);
	tiermm_topology_unref(t);
}

static void takes_memory_from_sizes_without_has_memory(void **state)
{
	struct tiermm_topology *t;

	delete (*state, NODES "has_memory");
	linux_tree_write(*state, NODES "node1/meminfo",
			 "Node 1 MemTotal:        0 kB\n");
	t = must_read(*state, 0);
	assert_int_equal(node_of(t, 0).state, TIERMM_NODE_ONLINE);
	assert_int_equal(node_of(t, 1).state, TIERMM_NODE_MEMORYLESS);
	tiermm_topology_unref(t);
}

static void tells_absent_from_memoryless(void **state)
{
	struct tiermm_topology *t;

	linux_tree_write(*state, NODES "possible", "0-1,7\n");
	linux_tree_write(*state, NODES "has_memory", "0\n");
	t = must_read(*state, TIERMM_LINUX_IGNORE_KERNEL_TIERS);
	assert_int_equal(node_of(t, 1).state, TIERMM_NODE_MEMORYLESS);
	assert_int_equal(node_of(t, 1).present_pages, 0);
	assert_int_equal(node_of(t, 7).state, TIERMM_NODE_ABSENT);
	assert_int_equal(tiermm_topology_index(t, 7), 2);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 7),
			 TIERMM_SOURCE_ASSUMED);
	assert_int_equal(tiermm_topology_distance_source(t, 7, 1),
			 TIERMM_SOURCE_ASSUMED);
	tiermm_topology_unref(t);
}

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
		must_refuse(root, -TIERMM_EPROTO, file, cases[i].words);
		linux_tree_remove(root);
	}
}

static void refuses_a_distance_table_that_breaks_the_rules(void **state)
{
	linux_tree_write(*state, NODES "node0/distance", "10 9\n");
	must_refuse(*state, -TIERMM_EINVAL, "distance", "9");
}

static void refuses_endless_lines(void **state)
{
	static char text[100000];

	memset(text, '1', sizeof(text));
	linux_tree_write_bytes(*state, NODES "node0/distance", text,
			       sizeof(text));
	must_refuse(*state, -TIERMM_EPROTO, "node0/distance",
		    "longer than 65535 bytes");
}

/* Its zero bytes and letters show as dots and no more than 40 of them. */
static void shows_garbage_in_small_safe_pieces(void **state)
{
	char text[300];

	memset(text, 0, sizeof(text));
	linux_tree_write_bytes(*state, NODES "node0/cpulist", text,
			       sizeof(text));
	must_refuse(*state, -TIERMM_EPROTO, "node0/cpulist",
		    "'...........................................', expected");
}

static void refuses_a_directory_in_place_of_a_file(void **state)
{
	delete (*state, NODES "node0/distance");
	linux_tree_write(*state, NODES "node0/distance/file", "x");
	must_refuse(*state, -TIERMM_EPROTO, "node0/distance", "a directory");
}

static void refuses_a_file_in_place_of_a_directory(void **state)
{
	delete (*state, TIERS "memory_tier4/nodelist");
	delete (*state, TIERS "memory_tier4");
	linux_tree_write(*state, TIERS "memory_tier4", "x");
	must_refuse(*state, -TIERMM_EPROTO, "memory_tier4", "a file where");
}

static void never_waits_for_a_pipe(void **state)
{
	char path[2 * LINUX_TREE_PATH];

	delete (*state, NODES "node0/distance");
	snprintf(path, sizeof(path), "%s/" NODES "node0/distance",
		 (char *)*state);
	assert_int_equal(mkfifo(path, 0644), 0);
	must_refuse(*state, -TIERMM_EPROTO, "node0/distance", "''");
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
	must_refuse(*state, -TIERMM_EACCES, "node0/meminfo", "access denied");
	assert_int_equal(seteuid(self), 0);
}

static void takes_ids_up_to_1023(void **state)
{
	struct tiermm_topology *t;

	linux_tree_write(*state, NODES "possible", "0-1,1023\n");
	linux_tree_write(*state, NODES "online", "0-1,1023\n");
	linux_tree_write(*state, NODES "node0/distance", "10 25 40\n");
	linux_tree_write(*state, NODES "node1/distance", "26 10 41\n");
	linux_tree_write(*state, NODES "node1023/distance", "50 51 10\n");
	t = must_read(*state, 0);
	assert_int_equal(tiermm_topology_distance(t, 1, 1023), 41);
	assert_int_equal(tiermm_topology_distance(t, 1023, 0), 50);
	assert_int_equal(node_of(t, 1023).state, TIERMM_NODE_MEMORYLESS);
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
	t = must_read(*state, 0);
	assert_int_equal(tiermm_topology_node_count(t), 1024);
	assert_int_equal(tiermm_topology_distance(t, 1000, 999),
			 11 + (7000 + 999) % 245);
	tiermm_topology_unref(t);
}

static void says_where_there_is_no_machine(void **state)
{
	char root[LINUX_TREE_PATH];

	(void)state;
	linux_tree_make(root);
	must_refuse(root, -TIERMM_ENOENT, "devices/system/node", "neither");
	linux_tree_remove(root);
	must_refuse(root, -TIERMM_ENOENT, root, "cannot be opened");
}

/*
 * A machine that changes: the backend makes a builder for each pass, through
 * the allocator, so an allocator can change the tree just then.
 */
struct changing {
	const char *root;
	uint32_t changes;  /* how many passes see a new size */
	uint32_t builders; /* blocks that were asked for */
	uint32_t garbled;  /* the pass that sees garbage, from 1 */
};

static void *change_and_alloc(void *self, uint64_t bytes, uint64_t align)
{
	struct changing *c = self;
	char text[64];

	c->builders++;
	if (c->builders <= c->changes + 1) {
		snprintf(text, sizeof(text), "Node 1 MemTotal: %u kB\n",
			 4096 * c->builders);
		linux_tree_write(c->root, NODES "node1/meminfo", text);
	}
	linux_tree_write(c->root, NODES "node0/distance",
			 c->garbled && c->builders == c->garbled ? "10 1x\n"
								 : "10 25\n");
	return aligned_alloc(align, (bytes + align - 1) / align * align);
}

static void plain_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	free(memory);
}

static int read_changing(struct changing *c, uint32_t max_passes,
			 struct tiermm_topology **t,
			 struct tiermm_linux_error *error)
{
	struct tiermm_alloc mem = { sizeof(mem), 0, change_and_alloc,
				    plain_free, c };
	struct tiermm_linux_options options = { .size = sizeof(options),
						.root = c->root,
						.max_passes = max_passes };

	return tiermm_linux_topology(t, &options, error, &mem);
}

static void waits_for_two_passes_that_agree(void **state)
{
	struct changing c = { .root = *state, .changes = 3 };
	struct tiermm_topology *t;

	assert_int_equal(read_changing(&c, 0, &t, NULL), 0);
	/* What it says is what the tree came to rest at: the last change. */
	assert_int_equal(node_of(t, 1).present_pages,
			 4096 * (c.changes + 1) / 4);
	tiermm_topology_unref(t);
}

static void gives_up_on_a_machine_that_keeps_changing(void **state)
{
	struct changing c = { .root = *state, .changes = 1000 };
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t = (void *)&c;

	assert_int_equal(read_changing(&c, 3, &t, &error), -TIERMM_EAGAIN);
	assert_null(t);
	assert_string_equal(error.text,
			    "no two passes out of 3 saw the same machine");
}

static void believes_garbage_only_when_it_stays(void **state)
{
	struct changing c = { .root = *state, .garbled = 3 };
	struct tiermm_topology *t;

	assert_int_equal(read_changing(&c, 0, &t, NULL), 0);
	assert_int_equal(tiermm_topology_distance(t, 0, 1), 25);
	/* The tree's own block, four passes, the snapshot. */
	assert_int_equal(c.builders, 6);
	tiermm_topology_unref(t);
}

static void free_memory_may_change_all_the_time(void **state)
{
	struct tiermm_topology *a = must_read(*state, 0), *b;

	linux_tree_write(*state, NODES "node0/meminfo",
			 "Node 0 MemTotal:  1048576 kB\n"
			 "Node 0 MemFree:         1 kB\n");
	b = must_read(*state, 0);
	assert_true(tiermm_topology_equal(a, b));
	tiermm_topology_unref(a);
	tiermm_topology_unref(b);
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
	options.known.flags = 2;
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

#define WITH_TREE(test) \
	cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(reads_a_whole_machine),
		WITH_TREE(reckons_tiers_where_the_kernels_are_ignored),
		cmocka_unit_test(takes_missing_files_as_unknown),
		WITH_TREE(says_nothing_of_what_is_missing),
		WITH_TREE(takes_memory_from_sizes_without_has_memory),
		WITH_TREE(tells_absent_from_memoryless),
		cmocka_unit_test(names_the_garbled_file_and_what_was_expected),
		WITH_TREE(refuses_a_distance_table_that_breaks_the_rules),
		WITH_TREE(refuses_endless_lines),
		WITH_TREE(shows_garbage_in_small_safe_pieces),
		WITH_TREE(refuses_a_directory_in_place_of_a_file),
		WITH_TREE(refuses_a_file_in_place_of_a_directory),
		WITH_TREE(never_waits_for_a_pipe),
		WITH_TREE(tells_a_file_that_may_not_be_read),
		WITH_TREE(takes_ids_up_to_1023),
		WITH_TREE(reads_a_thousand_nodes),
		cmocka_unit_test(says_where_there_is_no_machine),
		WITH_TREE(waits_for_two_passes_that_agree),
		WITH_TREE(gives_up_on_a_machine_that_keeps_changing),
		WITH_TREE(believes_garbage_only_when_it_stays),
		WITH_TREE(free_memory_may_change_all_the_time),
		WITH_TREE(topology_survives_every_oom),
		WITH_TREE(refuses_options_that_it_does_not_know),
		cmocka_unit_test(reads_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
