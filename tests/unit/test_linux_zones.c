/* SPDX-License-Identifier: MIT */
/* Zones and blocks from trees like /sys and /proc (Z10). */
#include "linux_tree.h"
#include "support/cmocka.h"
#include "support/failing.h"

#include <tiermm/backends/linux_zones.h>

#include <stdio.h>

#define MEMORY "sys/devices/system/memory/memory"
#define PARAMETERS "sys/module/memory_hotplug/parameters/"

static const char zoneinfo[] = "Node 0, zone      DMA\n"
			       "        spanned  4095\n"
			       "        present  3998\n"
			       "        cma      0\n"
			       "  start_pfn:           1\n"
			       "Node 0, zone    DMA32\n"
			       "        spanned  126976\n"
			       "        present  126976\n"
			       "        cma      0\n"
			       "  start_pfn:           4096\n"
			       "Node 0, zone  Movable\n"
			       "        spanned  32768\n"
			       "        present  32768\n"
			       "        cma      0\n"
			       "  start_pfn:           1048576\n";
static const char iomem[] = "00001000-1fffffff : System RAM\n"
			    "100000000-1ffffffff : virtio0\n"
			    "  100000000-10fffffff : System RAM (virtio_mem)\n";

static void write_block(const char *root, int block, const char *state,
			const char *zones)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/devices/system/node/node0/memory%d/x",
		 block);
	linux_tree_write(root, path, "");
	snprintf(path, sizeof(path), MEMORY "%d/state", block);
	linux_tree_write(root, path, state);
	snprintf(path, sizeof(path), MEMORY "%d/valid_zones", block);
	linux_tree_write(root, path, zones);
}

/* 512 MiB at boot, and a virtio-mem device of two blocks, one offline. */
static void write_tree(const char *root)
{
	linux_tree_write(root, "sys/devices/system/memory/block_size_bytes",
			 "8000000\n");
	write_block(root, 0, "online\n", "none\n");
	for (int i = 1; i < 4; i++)
		write_block(root, i, "online\n", "DMA32\n");
	write_block(root, 32, "online\n", "Movable\n");
	write_block(root, 33, "offline\n", "Movable Normal\n");
	linux_tree_write(root, PARAMETERS "online_policy", "auto-movable\n");
	linux_tree_write(root, PARAMETERS "auto_movable_ratio", "200\n");
	linux_tree_write(root, PARAMETERS "auto_movable_numa_aware", "N\n");
	linux_tree_write(root, "proc/zoneinfo", zoneinfo);
	linux_tree_write(root, "proc/iomem", iomem);
}

struct scene {
	char root[LINUX_TREE_PATH];
	char sys[LINUX_TREE_PATH + 8];
	struct tiermm_linux_zones_options options;
	struct tiermm_linux_error error;
};

static void set_up(struct scene *s)
{
	linux_tree_make(s->root);
	write_tree(s->root);
	snprintf(s->sys, sizeof(s->sys), "%s/sys", s->root);
	s->options =
		(struct tiermm_linux_zones_options){ .size = sizeof(s->options),
						     .root = s->sys };
	s->error.size = sizeof(s->error);
}

static void a_tree_is_read_into_an_account(void **state)
{
	struct tiermm_zone_parameters p = { .size = sizeof(p) };
	struct tiermm_zone_group group;
	struct tiermm_zone_block block;
	struct tiermm_zone_check check;
	struct tiermm_zones *z;
	struct scene s;
	uint32_t zone;

	(void)state;
	set_up(&s);
	if (tiermm_linux_zones(&z, &s.options, &s.error, NULL))
		fail_msg("%s", s.error.text);
	assert_int_equal(tiermm_zones_get_parameters(z, &p), 0);
	assert_int_equal(p.policy, TIERMM_ZONE_POLICY_AUTO_MOVABLE);
	assert_int_equal(p.ratio, 200);
	assert_int_equal(p.flags, 0);
	assert_int_equal(tiermm_zones_check(z, -1, -1, 0, &check), 0);
	assert_int_equal(check.kernel_pages, 3998 + 126976);
	assert_int_equal(check.group_pages, 32768);
	assert_int_equal(tiermm_zones_block(z, 33, &block), 0);
	assert_int_equal(tiermm_zones_group(z, block.group, &group), 0);
	assert_int_equal(group.kind, TIERMM_ZONE_GROUP_DYNAMIC);
	assert_int_equal(group.members, 2);
	assert_int_equal(tiermm_zones_block(z, 2, &block), 0);
	assert_int_equal(block.early, 1);
	assert_int_equal(tiermm_zones_decide(z, 33, 0, &zone, NULL), 0);
	assert_int_equal(zone, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_is_valid(z), 1);
	tiermm_zones_destroy(z);
	linux_tree_remove(s.root);
}

static void a_dimm_behind_boot_memory_is_a_group(void **state)
{
	struct tiermm_zone_group group;
	struct tiermm_zone_block block;
	struct tiermm_zone_check check;
	struct tiermm_zones *z;
	struct scene s;

	(void)state;
	set_up(&s);
	linux_tree_write(s.root, "proc/iomem",
			 "00001000-1fffffff : System RAM\n"
			 "100000000-117ffffff : System RAM\n");
	write_block(s.root, 3, "offline\n", "DMA32\n");
	linux_tree_write(s.root, "proc/zoneinfo",
			 "Node 0, zone    DMA32\n"
			 "        spanned  94208\n"
			 "        present  94208\n"
			 "  start_pfn:           4096\n"
			 "Node 0, zone  Movable\n"
			 "        spanned  32768\n"
			 "        present  32768\n"
			 "  start_pfn:           1048576\n");
	s.options.boot_end_bytes = UINT64_C(1) << 32;
	assert_int_equal(tiermm_linux_zones(&z, &s.options, NULL, NULL), 0);
	assert_int_equal(tiermm_zones_block(z, 33, &block), 0);
	assert_int_equal(tiermm_zones_group(z, block.group, &group), 0);
	assert_int_equal(group.kind, TIERMM_ZONE_GROUP_STATIC);
	assert_int_equal(group.pages, 3 * 32768);
	assert_int_equal(group.members, 2);
	/* Boot memory that is offline comes back as boot memory. */
	assert_int_equal(tiermm_zones_block(z, 3, &block), 0);
	assert_int_equal(block.early, 1);
	assert_int_equal(tiermm_zones_check(z, -1, -1, 0, &check), 0);
	assert_int_equal(check.kernel_pages, 94208);
	assert_int_equal(tiermm_zones_online(z, 3, TIERMM_ZONE_DMA32), 0);
	assert_int_equal(tiermm_zones_check(z, -1, -1, 0, &check), 0);
	assert_int_equal(check.kernel_pages, 94208 + 32768);
	assert_int_equal(tiermm_zones_is_valid(z), 1);
	tiermm_zones_destroy(z);
	linux_tree_remove(s.root);
}

/* Each node has a link to it; which is read first is the directory's whim. */
static void a_block_of_two_nodes_is_one_of_the_lower(void **state)
{
	struct tiermm_zone_block block;
	struct tiermm_zones *z;
	struct scene s;

	(void)state;
	set_up(&s);
	for (int node = 1; node < 6; node++) {
		char path[96];

		snprintf(path, sizeof(path),
			 "sys/devices/system/node/node%d/memory0/x", node);
		linux_tree_write(s.root, path, "");
	}
	assert_int_equal(tiermm_linux_zones(&z, &s.options, NULL, NULL), 0);
	assert_int_equal(tiermm_zones_block(z, 0, &block), 0);
	assert_int_equal(block.node, 0);
	tiermm_zones_destroy(z);
	linux_tree_remove(s.root);
}

static void movable_node_is_a_word_of_the_command_line(void **state)
{
	static const struct {
		const char *line;
		uint32_t flag;
	} rows[] = {
		{ "quiet movable_node=x nomovable_node\n", 0 },
		{ "quiet movable_node\n", TIERMM_ZONE_MOVABLE_NODE },
		{ "movable_node quiet\n", TIERMM_ZONE_MOVABLE_NODE },
	};
	struct scene s;

	(void)state;
	set_up(&s);
	for (uint32_t i = 0; i < 3; i++) {
		struct tiermm_zone_parameters p = { .size = sizeof(p) };
		struct tiermm_zones *z;

		linux_tree_write(s.root, "proc/cmdline", rows[i].line);
		assert_int_equal(tiermm_linux_zones(&z, &s.options, NULL, NULL),
				 0);
		assert_int_equal(tiermm_zones_get_parameters(z, &p), 0);
		assert_int_equal(p.flags, rows[i].flag);
		tiermm_zones_destroy(z);
	}
	linux_tree_remove(s.root);
}

static void where_boot_memory_ends_may_be_said(void **state)
{
	struct tiermm_zone_block block;
	struct tiermm_zones *z;
	struct scene s;

	(void)state;
	set_up(&s);
	/* A DIMM: nothing but its place tells it from boot memory. */
	linux_tree_write(s.root, "proc/iomem", "");
	assert_int_equal(tiermm_linux_zones(&z, &s.options, NULL, NULL), 0);
	assert_int_equal(tiermm_zones_block(z, 32, &block), 0);
	assert_int_equal(block.early, 1);
	tiermm_zones_destroy(z);
	s.options.boot_end_bytes = UINT64_C(1) << 32;
	assert_int_equal(tiermm_linux_zones(&z, &s.options, NULL, NULL), 0);
	assert_int_equal(tiermm_zones_block(z, 32, &block), 0);
	assert_int_equal(block.early, 0);
	tiermm_zones_destroy(z);
	linux_tree_remove(s.root);
}

static void what_is_garbled_is_named(void **state)
{
	static const struct {
		const char *path;
		const char *text;
		const char *said;
	} bad[] = {
		{ "sys/devices/system/memory/block_size_bytes", "12x\n",
		  "block_size_bytes" },
		{ MEMORY "1/state", "gone\n", "memory1/state" },
		{ MEMORY "1/valid_zones", "Odd\n", "memory1/valid_zones" },
		{ PARAMETERS "auto_movable_ratio", "x\n", "ratio" },
		{ "proc/zoneinfo", "Node x\n", "zoneinfo" },
	};
	struct tiermm_zones *z;
	struct scene s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		set_up(&s);
		linux_tree_write(s.root, bad[i].path, bad[i].text);
		assert_int_equal(tiermm_linux_zones(&z, &s.options, &s.error,
						    NULL),
				 -TIERMM_EPROTO);
		assert_null(z);
		if (!strstr(s.error.text, bad[i].said))
			fail_msg("\"%s\" without \"%s\"", s.error.text,
				 bad[i].said);
		linux_tree_remove(s.root);
	}
}

static void options_and_trees_that_are_none_are_refused(void **state)
{
	struct tiermm_linux_zones_options o = { .size = sizeof(o),
						.root = "/no/such/tree" };
	struct tiermm_zones *z;

	(void)state;
	assert_int_equal(tiermm_linux_zones(&z, &o, NULL, NULL),
			 -TIERMM_ENOENT);
	o.flags = 1;
	assert_int_equal(tiermm_linux_zones(&z, &o, NULL, NULL), -TIERMM_E2BIG);
	o.size = 4;
	assert_int_equal(tiermm_linux_zones(&z, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_zones(NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
}

static void reading_survives_every_lack_of_memory(void **state)
{
	struct scene s;

	(void)state;
	set_up(&s);
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_zones *z;
		int err = tiermm_linux_zones(&z, &s.options, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !z));
		tiermm_zones_destroy(z);
		assert_true(failing_is_clean(&f));
	}
	linux_tree_remove(s.root);
}

static int set(struct scene *s, uint64_t block, uint32_t what, uint32_t flags,
	       struct tiermm_linux_block *out)
{
	out->size = sizeof(*out);
	return tiermm_linux_block_set(&s->options, block, what, flags, out,
				      &s->error);
}

static void a_dry_run_changes_nothing(void **state)
{
	struct tiermm_linux_block now;
	struct scene s;

	(void)state;
	set_up(&s);
	assert_int_equal(set(&s, 33, TIERMM_LINUX_SET_MOVABLE,
			     TIERMM_LINUX_SET_DRY_RUN, &now),
			 0);
	assert_int_equal(now.was_online, 0);
	assert_int_equal(now.is_online, 0);
	assert_int_equal(set(&s, 32, TIERMM_LINUX_SET_OFFLINE,
			     TIERMM_LINUX_SET_DRY_RUN, &now),
			 0);
	assert_int_equal(now.is_online, 1);
	assert_int_equal(now.zone, TIERMM_ZONE_MOVABLE);
	linux_tree_remove(s.root);
}

static void a_block_is_set_and_read_again(void **state)
{
	struct tiermm_linux_block now;
	struct scene s;

	(void)state;
	set_up(&s);
	/* A file keeps the word: what was read again is told as it is. */
	assert_int_equal(set(&s, 32, TIERMM_LINUX_SET_OFFLINE, 0, &now), 0);
	assert_int_equal(now.was_online, 1);
	assert_int_equal(now.is_online, 0);
	assert_int_equal(now.zone, TIERMM_ZONE_NONE);
	assert_int_equal(set(&s, 32, TIERMM_LINUX_SET_OFFLINE, 0, &now),
			 -TIERMM_EEXIST);
	assert_int_equal(set(&s, 0, TIERMM_LINUX_SET_OFFLINE, 0, &now),
			 -TIERMM_EINVAL);
	assert_int_equal(set(&s, 77, TIERMM_LINUX_SET_OFFLINE, 0, &now),
			 -TIERMM_ENOENT);
	assert_int_equal(set(&s, 32, 4, 0, &now), -TIERMM_EINVAL);
	assert_int_equal(set(&s, 32, 0, 2, &now), -TIERMM_EINVAL);
	linux_tree_remove(s.root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_is_read_into_an_account),
		cmocka_unit_test(a_dimm_behind_boot_memory_is_a_group),
		cmocka_unit_test(a_block_of_two_nodes_is_one_of_the_lower),
		cmocka_unit_test(movable_node_is_a_word_of_the_command_line),
		cmocka_unit_test(where_boot_memory_ends_may_be_said),
		cmocka_unit_test(what_is_garbled_is_named),
		cmocka_unit_test(options_and_trees_that_are_none_are_refused),
		cmocka_unit_test(reading_survives_every_lack_of_memory),
		cmocka_unit_test(a_dry_run_changes_nothing),
		cmocka_unit_test(a_block_is_set_and_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
