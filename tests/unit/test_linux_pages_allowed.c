/* SPDX-License-Identifier: MIT */
/* The nodes that a process may use (R6, R11), from made-up trees. */
#include <support/cmocka.h>
#include <support/failing.h>

#include "linux_tree.h"

#include <tiermm/backends/linux_pages.h>

#include <stdio.h>

static char root[LINUX_TREE_PATH];
static char proc[LINUX_TREE_PATH];

static int set_up(void **state)
{
	(void)state;
	linux_tree_make(root);
	linux_tree_make(proc);
	linux_tree_write(proc, "7/status",
			 "Name:\tx\nMems_allowed:\t0f\n"
			 "Mems_allowed_list:\t0-3\nlast:\t1\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	linux_tree_remove(root);
	linux_tree_remove(proc);
	return 0;
}

static int read_allowed(struct tiermm_nodeset *out, uint32_t *source)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.root = root,
						.proc = proc,
						.pid = 7 };

	return tiermm_linux_allowed(&o, out, source, NULL);
}

static void must_be(uint32_t expected_source, const char *expected)
{
	struct tiermm_nodeset nodes;
	uint32_t source = 0;
	char text[64];

	assert_int_equal(read_allowed(&nodes, &source), 0);
	assert_int_equal(tiermm_nodeset_text(&nodes, text, sizeof(text), NULL),
			 0);
	assert_string_equal(text, expected);
	assert_int_equal(source, expected_source);
}

static void a_group_of_version_2_tells(void **state)
{
	(void)state;
	linux_tree_write(proc, "7/cgroup", "0::/a/b\n");
	linux_tree_write(root, "fs/cgroup/a/b/cpuset.mems.effective", "1,3\n");
	must_be(TIERMM_LINUX_ALLOWED_CGROUP2, "1,3");
}

static void a_group_without_a_cpuset_obeys_the_one_above(void **state)
{
	(void)state;
	linux_tree_write(proc, "7/cgroup", "0::/a/b/c\n");
	linux_tree_write(root, "fs/cgroup/cpuset.mems.effective", "0-3\n");
	linux_tree_write(root, "fs/cgroup/a/cpuset.mems.effective", "2\n");
	must_be(TIERMM_LINUX_ALLOWED_CGROUP2, "2");
}

static void version_1_tells_beside_an_empty_version_2(void **state)
{
	(void)state;
	linux_tree_write(proc, "7/cgroup",
			 "5:memory:/x\n4:cpu,cpuset:/g\n1:name=s:/\n0::/u\n");
	linux_tree_write(root, "fs/cgroup/cpuset/g/cpuset.effective_mems",
			 "0,2\n");
	must_be(TIERMM_LINUX_ALLOWED_CGROUP1, "0,2");
}

static void version_1_of_old_has_another_file(void **state)
{
	(void)state;
	linux_tree_write(proc, "7/cgroup", "4:cpuset:/g\n");
	linux_tree_write(root, "fs/cgroup/cpuset/g/cpuset.mems", "1\n");
	must_be(TIERMM_LINUX_ALLOWED_CGROUP1, "1");
}

static void without_cgroups_the_status_tells(void **state)
{
	(void)state;
	must_be(TIERMM_LINUX_ALLOWED_STATUS, "0-3");
	/* A group that is out of sight of this one. */
	linux_tree_write(proc, "7/cgroup", "0::/../other\n");
	linux_tree_write(root, "fs/cgroup/cpuset.mems.effective", "0\n");
	must_be(TIERMM_LINUX_ALLOWED_STATUS, "0-3");
}

static void an_empty_set_is_a_set(void **state)
{
	(void)state;
	linux_tree_write(proc, "7/cgroup", "0::/\n");
	linux_tree_write(root, "fs/cgroup/cpuset.mems.effective", "\n");
	must_be(TIERMM_LINUX_ALLOWED_CGROUP2, "");
}

static void garbled_files_are_errors_and_missing_ones_too(void **state)
{
	struct tiermm_nodeset nodes = { { 42 } };
	uint32_t source;

	(void)state;
	linux_tree_write(proc, "7/status", "Mems_allowed_list:\t0-3\n");
	assert_int_equal(read_allowed(&nodes, &source), -TIERMM_ENOENT);
	linux_tree_write(proc, "7/status", "\nMems_allowed_list:\t0-x\n");
	assert_int_equal(read_allowed(&nodes, &source), -TIERMM_EPROTO);
	linux_tree_write(proc, "7/cgroup", "0::/\nnonsense\n::\n");
	linux_tree_write(root, "fs/cgroup/cpuset.mems.effective", "0-9999\n");
	assert_int_equal(read_allowed(&nodes, &source), -TIERMM_EPROTO);
	assert_int_equal(nodes.word[0], 42);
	assert_int_equal(tiermm_linux_allowed(NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
}

static void allowed_survives_every_oom(void **state)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.root = root,
						.proc = proc,
						.pid = 7 };
	struct tiermm_nodeset nodes;

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = tiermm_linux_allowed(&o, &nodes, NULL, &mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_true(failing_is_clean(&f));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_group_of_version_2_tells),
		TEST(a_group_without_a_cpuset_obeys_the_one_above),
		TEST(version_1_tells_beside_an_empty_version_2),
		TEST(version_1_of_old_has_another_file),
		TEST(without_cgroups_the_status_tells),
		TEST(an_empty_set_is_a_set),
		TEST(garbled_files_are_errors_and_missing_ones_too),
		TEST(allowed_survives_every_oom),
	};

	return cmocka_run_group_tests_name("linux/pages_allowed", tests, NULL,
					   NULL);
}
