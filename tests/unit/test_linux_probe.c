/* SPDX-License-Identifier: MIT */
/*
 * The probe (B5): each finding has a reason, each trouble a remedy, and none
 * contradicts what the machine says elsewhere.
 */
#include <support/cmocka.h>

#include "linux_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

static void probe(const char *root, struct tiermm_linux_finding *out)
{
	struct tiermm_linux_options options = { .size = sizeof(options),
						.root = root };
	uint64_t n = 0;

	assert_int_equal(tiermm_linux_probe(&options, out,
					    TIERMM_LINUX_FINDINGS, &n),
			 0);
	assert_int_equal(n, TIERMM_LINUX_FINDINGS);
}

static int is_ended(const char *text, size_t size)
{
	return memchr(text, 0, size) != NULL;
}

static void must_be_whole(const struct tiermm_linux_finding *f, uint32_t what)
{
	int trouble = f->state == TIERMM_FINDING_MISSING ||
		      f->state == TIERMM_FINDING_CONFLICT;

	assert_int_equal(f->what, what);
	assert_in_range(f->state, TIERMM_FINDING_UNKNOWN,
			TIERMM_FINDING_CONFLICT);
	assert_true(is_ended(f->name, sizeof(f->name)));
	assert_true(is_ended(f->reason, sizeof(f->reason)));
	assert_true(is_ended(f->remedy, sizeof(f->remedy)));
	assert_true(f->name[0] && f->reason[0]);
	if (trouble && !f->remedy[0])
		fail_msg("%s: no remedy for: %s", f->name, f->reason);
	if (f->state == TIERMM_FINDING_WORKS)
		assert_int_equal(f->remedy[0], 0);
}

static void every_finding_has_a_reason_and_every_trouble_a_remedy(void **state)
{
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];

	(void)state;
	probe(NULL, found);
	for (uint32_t i = 0; i < TIERMM_LINUX_FINDINGS; i++) {
		print_message("%s: %u, %s\n", found[i].name, found[i].state,
			      found[i].reason);
		must_be_whole(&found[i], i);
	}
}

static void findings_agree_with_the_topology(void **state)
{
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];
	struct tiermm_nodeset memory;
	struct tiermm_topology *t;

	(void)state;
	probe(NULL, found);
	if (tiermm_linux_topology(&t, NULL, NULL, NULL)) {
		assert_int_equal(found[TIERMM_LINUX_NODES].state,
				 TIERMM_FINDING_UNKNOWN);
		return;
	}
	tiermm_topology_nodes(t, TIERMM_NODES_MEMORY, &memory);
	assert_int_equal(found[TIERMM_LINUX_NODES].state,
			 tiermm_nodeset_count(&memory) > 1
				 ? TIERMM_FINDING_WORKS
				 : TIERMM_FINDING_MISSING);
	assert_int_equal(found[TIERMM_LINUX_TIERS].state,
			 tiermm_topology_tier_count(t) > 1
				 ? TIERMM_FINDING_WORKS
				 : TIERMM_FINDING_MISSING);
	tiermm_topology_unref(t);
}

/* A setting's file, read by hand; "" where there is none. */
static void read_setting(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, out, size - 1);

	out[n > 0 ? n : 0] = 0;
	if (fd >= 0)
		close(fd);
}

static void findings_agree_with_the_settings(void **state)
{
	static const struct {
		uint32_t what;
		const char *path, *quiet;
	} settings[] = {
		{ TIERMM_LINUX_NUMA_BALANCING,
		  "/proc/sys/kernel/numa_balancing", "0\n" },
		{ TIERMM_LINUX_DEMOTION, "/sys/kernel/mm/numa/demotion_enabled",
		  "false\n" },
		{ TIERMM_LINUX_AUTO_ONLINE,
		  "/sys/devices/system/memory/auto_online_blocks",
		  "offline\n" },
	};
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];

	(void)state;
	probe(NULL, found);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		char text[64];

		read_setting(settings[i].path, text, sizeof(text));
		assert_int_equal(found[settings[i].what].state,
				 !text[0] || !strcmp(text, settings[i].quiet)
					 ? TIERMM_FINDING_WORKS
					 : TIERMM_FINDING_CONFLICT);
	}
}

/* What a probe may not change: settings, policy, what is in swap. */
static void changes_nothing(void **state)
{
	static const char *const files[] = {
		"/proc/sys/kernel/numa_balancing",
		"/sys/kernel/mm/numa/demotion_enabled",
		"/sys/devices/system/memory/auto_online_blocks",
		"/proc/swaps",
		"/proc/self/cgroup",
	};
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];
	char before[5][512], after[512];
	int lowest = open("/dev/null", O_RDONLY);

	(void)state;
	for (int i = 0; i < 5; i++)
		read_setting(files[i], before[i], sizeof(before[i]));
	probe(NULL, found);
	for (int i = 0; i < 5; i++) {
		read_setting(files[i], after, sizeof(after));
		assert_string_equal(before[i], after);
	}
	/* No descriptor is left open. */
	close(lowest);
	assert_int_equal(open("/dev/null", O_RDONLY), lowest);
	close(lowest);
}

static void a_tree_tells_settings_and_no_calls(void **state)
{
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];
	char root[LINUX_TREE_PATH];

	(void)state;
	linux_tree_make(root);
	linux_tree_write_machine(root);
	linux_tree_write(root, "kernel/mm/numa/demotion_enabled", "true\n");
	linux_tree_write(root, "devices/system/memory/auto_online_blocks",
			 "online_movable\n");
	linux_tree_write(root, "kernel/mm/damon/admin/kdamonds/0/state",
			 "on\n");
	linux_tree_write(root, "kernel/mm/damon/admin/kdamonds/1/state",
			 "off\n");
	probe(root, found);
	for (uint32_t i = 0; i < TIERMM_LINUX_FINDINGS; i++) {
		must_be_whole(&found[i], i);
		if (i >= TIERMM_LINUX_MOVE_PAGES && i <= TIERMM_LINUX_UEVENTS)
			assert_int_equal(found[i].state,
					 TIERMM_FINDING_UNKNOWN);
	}
	assert_int_equal(found[TIERMM_LINUX_NODES].state, TIERMM_FINDING_WORKS);
	assert_int_equal(found[TIERMM_LINUX_TIERS].state, TIERMM_FINDING_WORKS);
	assert_int_equal(found[TIERMM_LINUX_SPEEDS].state,
			 TIERMM_FINDING_WORKS);
	assert_int_equal(found[TIERMM_LINUX_DEMOTION].state,
			 TIERMM_FINDING_CONFLICT);
	assert_int_equal(found[TIERMM_LINUX_DAMON].state,
			 TIERMM_FINDING_CONFLICT);
	assert_non_null(strstr(found[TIERMM_LINUX_DAMON].reason, "1 DAMON"));
	assert_int_equal(found[TIERMM_LINUX_AUTO_ONLINE].state,
			 TIERMM_FINDING_CONFLICT);
	assert_non_null(strstr(found[TIERMM_LINUX_AUTO_ONLINE].reason,
			       "online_movable"));
	linux_tree_remove(root);
}

static void an_empty_tree_tells_nothing(void **state)
{
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];
	char root[LINUX_TREE_PATH];

	(void)state;
	linux_tree_make(root);
	probe(root, found);
	linux_tree_remove(root);
	for (uint32_t i = 0; i < TIERMM_LINUX_FINDINGS; i++) {
		must_be_whole(&found[i], i);
		if (i != TIERMM_LINUX_BLOCKS)
			assert_int_equal(found[i].state,
					 TIERMM_FINDING_UNKNOWN);
	}
}

/* E16: one for the whole machine, so in use means missing. */
static void damon_is_free_or_in_use(void **state)
{
	const char *count = "kernel/mm/damon/admin/kdamonds/nr_kdamonds";
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];
	const struct tiermm_linux_finding *f = &found[TIERMM_LINUX_DAMON_FREE];
	char root[LINUX_TREE_PATH];

	(void)state;
	linux_tree_make(root);
	linux_tree_write(root, count, "0\n");
	probe(root, found);
	must_be_whole(f, TIERMM_LINUX_DAMON_FREE);
	assert_string_equal(f->name, "damon_free");
	assert_int_equal(f->state, TIERMM_FINDING_WORKS);
	linux_tree_write(root, count, "2\n");
	probe(root, found);
	must_be_whole(f, TIERMM_LINUX_DAMON_FREE);
	assert_int_equal(f->state, TIERMM_FINDING_MISSING);
	assert_non_null(strstr(f->reason, "2 threads"));
	assert_non_null(strstr(f->remedy, "echo 0"));
	linux_tree_write(root, count, "many\n");
	probe(root, found);
	must_be_whole(f, TIERMM_LINUX_DAMON_FREE);
	assert_int_equal(f->state, TIERMM_FINDING_UNKNOWN);
	linux_tree_remove(root);
}

static void says_how_many_there_are_when_room_is_short(void **state)
{
	struct tiermm_linux_finding found[2];
	uint64_t n = 0;

	(void)state;
	memset(found, 7, sizeof(found));
	assert_int_equal(tiermm_linux_probe(NULL, found, 1, &n), 0);
	assert_int_equal(n, TIERMM_LINUX_FINDINGS);
	assert_int_equal(found[0].what, TIERMM_LINUX_NODES);
	assert_int_equal(found[1].what, 0x07070707);
	assert_int_equal(tiermm_linux_probe(NULL, NULL, 0, &n), 0);
	assert_int_equal(tiermm_linux_probe(NULL, NULL, 1, &n), -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_probe(NULL, found, 1, NULL),
			 -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_finding_has_a_reason_and_every_trouble_a_remedy),
		cmocka_unit_test(findings_agree_with_the_topology),
		cmocka_unit_test(findings_agree_with_the_settings),
		cmocka_unit_test(changes_nothing),
		cmocka_unit_test(a_tree_tells_settings_and_no_calls),
		cmocka_unit_test(an_empty_tree_tells_nothing),
		cmocka_unit_test(damon_is_free_or_in_use),
		cmocka_unit_test(says_how_many_there_are_when_room_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
