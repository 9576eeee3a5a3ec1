/* SPDX-License-Identifier: MIT */
/* DAMON's files as they stand on a disk, and the calls that suffice. */
#define _GNU_SOURCE
#include "damon_fixture.h"

#include "call_filter.h"
#include "linux_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KDAMONDS "kernel/mm/damon/admin/kdamonds/"

/* Files that stand still: what is written stays in them. */
static void write_tree(const char *root)
{
	static const char *const empty[] = {
		"0/state",
		"0/contexts/nr_contexts",
		CONTEXT "operations",
		ATTRIBUTES "intervals/sample_us",
		ATTRIBUTES "intervals/aggr_us",
		ATTRIBUTES "intervals/update_us",
		ATTRIBUTES "nr_regions/min",
		ATTRIBUTES "nr_regions/max",
		CONTEXT "targets/nr_targets",
		CONTEXT "targets/0/pid_target",
		CONTEXT "schemes/nr_schemes",
		CONTEXT "schemes/0/action",
		CONTEXT "schemes/0/access_pattern/sz/max",
		CONTEXT "schemes/0/access_pattern/nr_accesses/max",
		CONTEXT "schemes/0/access_pattern/age/max",
	};
	static const char *const region[4][2] = { { "start", "4096\n" },
						  { "end", "40960\n" },
						  { "nr_accesses", "10\n" },
						  { "age", "3\n" } };
	char path[LINUX_TREE_PATH];

	linux_tree_write(root, KDAMONDS "nr_kdamonds", "0\n");
	linux_tree_write(root, KDAMONDS CONTEXT "avail_operations", "vaddr\n");
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		snprintf(path, sizeof(path), KDAMONDS "%s", empty[i]);
		linux_tree_write(root, path, "");
	}
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path),
			 KDAMONDS CONTEXT "schemes/0/tried_regions/0/%s",
			 region[i][0]);
		linux_tree_write(root, path, region[i][1]);
	}
}

/* Create, watch, read and destroy below a root: 0 or what went wrong. */
static int work(void *with)
{
	struct tiermm_linux_heat_options o = {
		.size = sizeof(o),
		.source = TIERMM_LINUX_HEAT_DAMON,
		.sys = with,
	};
	struct tiermm_linux_range range = { .start = 0, .end = 1 << 20 };
	struct tiermm_linux_heat_run run[2];
	struct tiermm_linux_heat *h;
	uint32_t more;
	uint64_t n = 0;
	int err = tiermm_linux_heat_create(&h, &o, &call_filter_mem);

	if (!err)
		err = tiermm_linux_heat_watch(h, &range, 1, NULL);
	if (!err)
		err = tiermm_linux_heat_read(h, run, 2, &n, &more);
	if (!err && (n != 1 || more || run[0].page != 4096 ||
		     run[0].accesses != 10 || run[0].age != 3))
		err = -TIERMM_EPROTO;
	tiermm_linux_heat_destroy(h);
	return -err;
}

static void must_be_in_file(const char *root, const char *name,
			    const char *beginning)
{
	char path[2 * LINUX_TREE_PATH], text[64] = { 0 };
	int fd;

	snprintf(path, sizeof(path), "%s/" KDAMONDS "%s", root, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	assert_memory_equal(text, beginning, strlen(beginning));
}

/* Real files, and the system calls that linux_heat.h names. */
static void these_system_calls_and_files_suffice(void **state)
{
	const long calls[CALLS] = { SYS_openat, SYS_read,   SYS_write,
				    SYS_close,  SYS_getpid, NO_CALL };
	const long fewer[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    SYS_getpid, NO_CALL,  NO_CALL };
	char root[LINUX_TREE_PATH];

	(void)state;
	call_filter_skip();
	linux_tree_make(root);
	write_tree(root);
	call_filter_allow(calls, work, root);
	must_be_in_file(root, "nr_kdamonds", "0");
	must_be_in_file(root, "0/state", "off");
	must_be_in_file(root, CONTEXT "operations", "vaddr");
	must_be_in_file(root, CONTEXT "schemes/0/action", "stat");
	assert_int_equal(call_filter_run(fewer, work, root), -1);
	linux_tree_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_system_calls_and_files_suffice),
	};

	return cmocka_run_group_tests_name("linux/heat_damon_files", tests,
					   NULL, NULL);
}
