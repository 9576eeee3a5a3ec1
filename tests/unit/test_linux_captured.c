/* SPDX-License-Identifier: MIT */
/*
 * Captured trees of 49 machines against what their kernels decided (B1, D1,
 * D2): tiers and demotion targets, with the kernel's own tiers and without.
 *
 * sysfs shows online nodes only, and the load table that breaks ties needs the
 * distances of all possible ones. So the answer may differ from the kernel's
 * where a distance is marked as assumed, and nowhere else.
 */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "linux_tree.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

#define CASES 49

struct machine_case {
	char name[64];
	char root[LINUX_TREE_PATH]; /* where it is unpacked */
};

struct fixture {
	uint32_t n;
	char directory[LINUX_TREE_PATH];
	struct machine_case cases[CASES];
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct machine_case *)a)->name,
		      ((const struct machine_case *)b)->name);
}

/* What is read of a tree; the whole has ten times as many files. */
#define MEMBERS                                                           \
	"--exclude=hugepages --exclude=memory_failure --exclude=access0 " \
	"sys/devices/system/node sys/devices/system/cpu/possible "        \
	"sys/devices/virtual"

static void unpack(struct fixture *f, const char *archive)
{
	struct machine_case *c = &f->cases[f->n];
	char command[2048];
	char home[LINUX_TREE_PATH], name[64];

	assert_true(f->n < CASES);
	snprintf(name, sizeof(name), "%.*s",
		 (int)(strlen(archive) - strlen(".tar.gz")), archive);
	memcpy(c->name, name, sizeof(name));
	memcpy(home, f->directory, sizeof(home));
	snprintf(c->root, sizeof(c->root), "%.200s/%s/sys", home, name);
	snprintf(command, sizeof(command),
		 "mkdir %s/%s && tar -xzf %s/sysfs/%s -C %s/%s " MEMBERS, home,
		 name, TIERMM_TEST_DATA, archive, home, name);
	assert_int_equal(system(command), 0);
	f->n++;
}

static int unpack_all(void **state)
{
	static struct fixture f;
	DIR *directory = opendir(TIERMM_TEST_DATA "/sysfs");
	struct dirent *entry;

	assert_non_null(directory);
	linux_tree_make(f.directory);
	while ((entry = readdir(directory)))
		if (strstr(entry->d_name, ".tar.gz"))
			unpack(&f, entry->d_name);
	closedir(directory);
	qsort(f.cases, f.n, sizeof(f.cases[0]), by_name);
	*state = &f;
	return 0;
}

static int remove_all(void **state)
{
	struct fixture *f = *state;

	linux_tree_remove(f->directory);
	return 0;
}

static json_t *recorded(const char *name)
{
	char path[1024];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/demotion/%s.json", TIERMM_TEST_DATA,
		 name);
	root = json_load_file(path, 0, &error);
	if (!root)
		fail_msg("%s: %s", path, error.text);
	return root;
}

static struct tiermm_nodeset set_of(const json_t *array)
{
	struct tiermm_nodeset set = { { 0 } };
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item)
		tiermm_nodeset_add(&set, (int32_t)json_integer_value(item));
	return set;
}

/* Compare two sets; a difference is told. */
static int same_set(const char *name, const char *what, int32_t node,
		    const struct tiermm_nodeset *ours, const json_t *theirs)
{
	struct tiermm_nodeset expected = set_of(theirs);
	char have[128], want[128];

	if (tiermm_nodeset_equal(ours, &expected))
		return 1;
	tiermm_nodeset_text(ours, have, sizeof(have), NULL);
	tiermm_nodeset_text(&expected, want, sizeof(want), NULL);
	print_message("%s: node %d: %s {%s}, the kernel {%s}\n", name, node,
		      what, have, want);
	return 0;
}

static int same_tiers(const char *name, const struct tiermm_topology *t,
		      const json_t *tiers)
{
	int same = tiermm_topology_tier_count(t) == json_array_size(tiers);
	const json_t *tier;
	size_t i;

	json_array_foreach(tiers, i, tier)
	{
		struct tiermm_nodeset nodes = { { 0 } };
		struct tiermm_tier ours = { .id = -1 };

		tiermm_topology_tier_at(t, (uint32_t)i, &ours, &nodes);
		same &= ours.id ==
			json_integer_value(json_object_get(tier, "tier_id"));
		same &= same_set(name, "tier", ours.id, &nodes,
				 json_object_get(tier, "nodelist"));
	}
	return same;
}

static int same_targets(const char *name, const struct tiermm_demotion_graph *g,
			json_t *demotion)
{
	const char *key;
	json_t *node;
	int same = 1;

	json_object_foreach(demotion, key, node)
	{
		struct tiermm_nodeset preferred, fallback;
		int32_t id = atoi(key);

		assert_int_equal(tiermm_demotion_graph_targets(g, id,
							       &preferred,
							       &fallback),
				 0);
		same &= same_set(name, "preferred", id, &preferred,
				 json_object_get(node, "preferred"));
		same &= same_set(name, "fallback", id, &fallback,
				 json_object_get(node, "fallback"));
	}
	return same;
}

static struct tiermm_topology *read_case(const struct machine_case *c,
					 uint32_t flags)
{
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t;
	int err = linux_tree_read(c->root, flags, &t, &error);

	if (err)
		fail_msg("%s: %d, %s", c->name, err, error.text);
	assert_true(tiermm_topology_is_valid(t));
	return t;
}

/* Whether any distance between possible nodes had to be assumed. */
static int has_assumed(const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node from, to;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < n; j++) {
			tiermm_topology_node_at(t, i, &from);
			tiermm_topology_node_at(t, j, &to);
			if (tiermm_topology_distance_source(t, from.id,
							    to.id) ==
			    TIERMM_SOURCE_ASSUMED)
				return 1;
		}
	return 0;
}

/* Whether a machine's graph is the kernel's. */
static int agrees(const struct machine_case *c, uint32_t flags)
{
	struct tiermm_demotion_options options = {
		.size = sizeof(options),
		.strategy = TIERMM_STRATEGY_LINUX_6_12
	};
	json_t *root = recorded(c->name);
	json_t *kernel = json_object_get(root, "kernel");
	struct tiermm_topology *t = read_case(c, flags);
	struct tiermm_demotion_graph *g;
	int same;

	assert_int_equal(tiermm_demotion_graph_create(&g, t, &options, NULL,
						      NULL),
			 0);
	same = same_tiers(c->name, t, json_object_get(kernel, "tiers"));
	same &= same_targets(c->name, g, json_object_get(kernel, "demotion"));
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	json_decref(root);
	return same;
}

static void all_agree(const struct fixture *f, uint32_t flags)
{
	uint32_t wrong = 0;

	assert_int_equal(f->n, CASES);
	for (uint32_t i = 0; i < f->n; i++)
		if (!agrees(&f->cases[i], flags)) {
			print_message("%s differs\n", f->cases[i].name);
			wrong++;
		}
	assert_int_equal(wrong, 0);
}

/* None of the 49 turns on a distance that is assumed: all must agree. */
static void graphs_are_the_kernels_with_its_tiers(void **state)
{
	all_agree(*state, 0);
}

static void graphs_are_the_kernels_with_tiers_from_speeds(void **state)
{
	all_agree(*state, TIERMM_LINUX_IGNORE_KERNEL_TIERS);
}

static void distances_are_assumed_where_a_node_is_absent_only(void **state)
{
	const struct fixture *f = *state;
	uint32_t with_absent = 0;

	for (uint32_t i = 0; i < f->n; i++) {
		struct tiermm_topology *t = read_case(&f->cases[i], 0);
		struct tiermm_nodeset present;

		tiermm_topology_nodes(t, TIERMM_NODES_PRESENT, &present);
		if (tiermm_nodeset_count(&present) <
		    tiermm_topology_node_count(t)) {
			with_absent++;
			assert_true(has_assumed(t));
		} else {
			assert_false(has_assumed(t));
		}
		tiermm_topology_unref(t);
	}
	/* The machines into which the recorded steps plug memory later. */
	assert_int_equal(with_absent, 7);
}

static void tiers_say_that_they_are_the_kernels(void **state)
{
	const struct fixture *f = *state;

	for (uint32_t i = 0; i < f->n; i++) {
		struct tiermm_topology *with = read_case(&f->cases[i], 0);
		struct tiermm_topology *without =
			read_case(&f->cases[i],
				  TIERMM_LINUX_IGNORE_KERNEL_TIERS);
		struct tiermm_node node;

		for (uint32_t j = 0; !tiermm_topology_node_at(with, j, &node);
		     j++) {
			if (node.state != TIERMM_NODE_ONLINE)
				continue;
			assert_int_equal(node.abstract_distance_source,
					 TIERMM_SOURCE_KERNEL);
			tiermm_topology_node_at(without, j, &node);
			assert_int_not_equal(node.abstract_distance_source,
					     TIERMM_SOURCE_KERNEL);
		}
		tiermm_topology_unref(with);
		tiermm_topology_unref(without);
	}
}

static void sizes_and_cpus_are_those_recorded(void **state)
{
	const struct fixture *f = *state;

	for (uint32_t i = 0; i < f->n; i++) {
		json_t *root = recorded(f->cases[i].name);
		struct tiermm_topology *t = read_case(&f->cases[i], 0);
		const json_t *item;
		size_t j;

		json_array_foreach(json_object_get(json_object_get(root,
								   "topology"),
						   "nodes"),
				   j, item)
		{
			const json_t *cpus = json_object_get(item, "cpus");
			struct tiermm_node node;
			json_int_t kib = json_integer_value(
				json_object_get(item, "memtotal_kb"));

			assert_int_equal(tiermm_topology_node(
						 t,
						 (int32_t)json_integer_value(
							 json_object_get(item,
									 "id")),
						 &node),
					 0);
			assert_int_equal(node.present_pages, kib / 4);
			assert_int_equal(node.cpus, json_array_size(cpus));
			for (size_t k = 0; k < json_array_size(cpus); k++)
				assert_int_equal(
					tiermm_topology_cpu_node(
						t, (uint32_t)json_integer_value(
							   json_array_get(cpus,
									  k))),
					node.id);
		}
		tiermm_topology_unref(t);
		json_decref(root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graphs_are_the_kernels_with_its_tiers),
		cmocka_unit_test(graphs_are_the_kernels_with_tiers_from_speeds),
		cmocka_unit_test(
			distances_are_assumed_where_a_node_is_absent_only),
		cmocka_unit_test(tiers_say_that_they_are_the_kernels),
		cmocka_unit_test(sizes_and_cpus_are_those_recorded),
	};

	return cmocka_run_group_tests(tests, unpack_all, remove_all);
}
