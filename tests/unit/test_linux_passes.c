/* SPDX-License-Identifier: MIT */
/* Machines that change while they are read (B1, requirement 28). */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "linux_tree.h"

#include <stdio.h>
#include <stdlib.h>

#define NODES "devices/system/node/"

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
	assert_int_equal(linux_tree_node(t, 1).present_pages,
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
	struct tiermm_topology *a = linux_tree_must_read(*state, 0), *b;

	linux_tree_write(*state, NODES "node0/meminfo",
			 "Node 0 MemTotal:  1048576 kB\n"
			 "Node 0 MemFree:         1 kB\n");
	b = linux_tree_must_read(*state, 0);
	assert_true(tiermm_topology_equal(a, b));
	tiermm_topology_unref(a);
	tiermm_topology_unref(b);
}

#define WITH_TREE(test)                                         \
	cmocka_unit_test_setup_teardown(test, linux_tree_setup, \
					linux_tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(waits_for_two_passes_that_agree),
		WITH_TREE(gives_up_on_a_machine_that_keeps_changing),
		WITH_TREE(believes_garbage_only_when_it_stays),
		WITH_TREE(free_memory_may_change_all_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
