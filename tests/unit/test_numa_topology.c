/* SPDX-License-Identifier: MIT */
/*
 * The machine as libnuma sees it is the one that sysfs shows (B2): the same
 * nodes, CPUs, sizes and distances.
 */
#include <support/cmocka.h>
#include <support/failing.h>

#include <tiermm/backends/linux.h>
#include <tiermm/backends/numa.h>

#include <numa.h>
#include <stdio.h>
#include <unistd.h>

static struct tiermm_topology *by_numa(void)
{
	struct tiermm_topology *t;
	int err = tiermm_numa_topology(&t, NULL);

	if (err == -TIERMM_ENOTSUP) {
		print_message("SKIP: libnuma says that there is no NUMA\n");
		skip();
	}
	assert_int_equal(err, 0);
	assert_true(tiermm_topology_is_valid(t));
	return t;
}

static struct tiermm_topology *by_linux(void)
{
	struct tiermm_linux_options options = {
		.size = sizeof(options),
		.flags = TIERMM_LINUX_IGNORE_KERNEL_TIERS
	};
	struct tiermm_topology *t;

	assert_int_equal(tiermm_linux_topology(&t, &options, NULL, NULL), 0);
	return t;
}

static void sees_the_nodes_that_sysfs_shows(void **state)
{
	struct tiermm_topology *a = by_numa(), *b = by_linux();
	struct tiermm_nodeset ours, theirs;

	(void)state;
	for (uint32_t which = TIERMM_NODES_PRESENT; which <= TIERMM_NODES_CPU;
	     which++) {
		tiermm_topology_nodes(a, which, &ours);
		tiermm_topology_nodes(b, which, &theirs);
		assert_true(tiermm_nodeset_equal(&ours, &theirs));
		assert_true(tiermm_nodeset_count(&ours) > 0);
	}
	tiermm_topology_unref(a);
	tiermm_topology_unref(b);
}

static void sees_the_cpus_that_sysfs_shows(void **state)
{
	struct tiermm_topology *a = by_numa(), *b = by_linux();

	(void)state;
	assert_int_equal(tiermm_topology_cpu_limit(a),
			 tiermm_topology_cpu_limit(b));
	for (uint32_t cpu = 0; cpu < tiermm_topology_cpu_limit(a); cpu++)
		assert_int_equal(tiermm_topology_cpu_node(a, cpu),
				 tiermm_topology_cpu_node(b, cpu));
	tiermm_topology_unref(a);
	tiermm_topology_unref(b);
}

static void sees_the_sizes_and_distances_that_sysfs_shows(void **state)
{
	struct tiermm_topology *a = by_numa(), *b = by_linux();
	struct tiermm_node node, same, other;

	(void)state;
	assert_int_equal(tiermm_topology_page_bytes(a),
			 tiermm_topology_page_bytes(b));
	for (uint32_t i = 0; !tiermm_topology_node_at(a, i, &node); i++) {
		assert_int_equal(tiermm_topology_node(b, node.id, &same), 0);
		assert_int_equal(node.state, same.state);
		assert_int_equal(node.present_pages, same.present_pages);
		for (uint32_t j = 0; !tiermm_topology_node_at(a, j, &other);
		     j++)
			assert_int_equal(tiermm_topology_distance(a, node.id,
								  other.id),
					 tiermm_topology_distance(b, node.id,
								  other.id));
	}
	tiermm_topology_unref(a);
	tiermm_topology_unref(b);
}

static void calls_every_node_with_memory_dram(void **state)
{
	struct tiermm_topology *t = by_numa();
	struct tiermm_node node;

	(void)state;
	for (uint32_t i = 0; !tiermm_topology_node_at(t, i, &node); i++) {
		if (node.state != TIERMM_NODE_ONLINE)
			continue;
		assert_int_equal(node.type, TIERMM_MEMORY_DRAM);
		assert_int_equal(node.tier_id, 4);
	}
	tiermm_topology_unref(t);
}

/* libnuma calls these before it prints or exits; ours count instead. */
static int complaints;

void numa_error(char *where)
{
	(void)where;
	complaints++;
}

void numa_warn(int number, char *where, ...)
{
	(void)number;
	(void)where;
	complaints++;
}

static void libnuma_has_no_reason_to_print(void **state)
{
	(void)state;
	tiermm_topology_unref(by_numa());
	assert_int_equal(complaints, 0);
	assert_int_equal(numa_exit_on_error, 0);
	assert_int_equal(numa_exit_on_warn, 0);
}

static void topology_survives_every_oom(void **state)
{
	(void)state;
	tiermm_topology_unref(by_numa());
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_topology *t = (void *)&f;
		int err = tiermm_numa_topology(&t, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !t));
		tiermm_topology_unref(t);
		assert_true(failing_is_clean(&f));
	}
	assert_int_equal(tiermm_numa_topology(NULL, NULL), -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_the_nodes_that_sysfs_shows),
		cmocka_unit_test(sees_the_cpus_that_sysfs_shows),
		cmocka_unit_test(sees_the_sizes_and_distances_that_sysfs_shows),
		cmocka_unit_test(calls_every_node_with_memory_dram),
		cmocka_unit_test(libnuma_has_no_reason_to_print),
		cmocka_unit_test(topology_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
