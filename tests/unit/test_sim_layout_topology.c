/* SPDX-License-Identifier: MIT */
/* The machine as a layout makes it: sizes, units and ids (S9, L3, L11). */
#include "sim_layouts.h"

#include <tiermm/engine_parts.h>
#include <tiermm/topology_create.h>

/* 128 base pages on node 0, with two CPUs, and on another one. */
static struct tiermm_topology *pair_of(int32_t other, uint32_t page_bytes)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 2,
						     .max_cpus = 2,
						     .page_bytes = page_bytes };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	for (int32_t i = 0; i < 2; i++) {
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, i ? other : 0, TIERMM_NODE_ONLINE,
					 128),
				 0);
		assert_int_equal(tiermm_topology_builder_set_cpu(b, (uint32_t)i,
								 0),
				 0);
	}
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	return t;
}

static struct tiermm_sim *sim_of_pair(int32_t other, uint32_t page_bytes)
{
	struct tiermm_sim_options o =
		options_of(TIERMM_SIM_STATIC, TIERMM_SIM_LAYOUT, 64);
	struct tiermm_topology *t = pair_of(other, 4096);
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim *s;

	o.page_bytes = page_bytes;
	if (tiermm_sim_create(&s, t, &o, &error, NULL))
		fail_msg("%s", error.text);
	tiermm_topology_unref(t);
	return s;
}

static void expect_graph_pages(struct tiermm_sim *s, int32_t id, uint64_t pages)
{
	struct tiermm_demotion_graph *graph;
	struct tiermm_node node;

	assert_int_equal(tiermm_demotion_snapshot(tiermm_engine_demotion(
							  tiermm_sim_engine(s)),
						  &graph),
			 0);
	assert_int_equal(tiermm_topology_node(tiermm_demotion_graph_topology(
						      graph),
					      id, &node),
			 0);
	tiermm_demotion_graph_unref(graph);
	assert_int_equal(node.present_pages, pages);
}

/* Frames are pages of the run; what the graph is told are base pages. */
static void the_graph_counts_in_base_pages(void **state)
{
	struct tiermm_sim *s = sim_of_pair(1, 8192);

	(void)state;
	assert_int_equal(state_of(s).frames, 128);
	commit_border(s, 24, 128);
	settle(s);
	expect_account(s, 0, 24, 23, 24, 0, 0);
	expect_graph_pages(s, 0, 48);
	expect_graph_pages(s, 1, 208);
	tiermm_sim_destroy(s);
}

/* Ids need not follow each other, and what is between is no node. */
static void nodes_are_told_by_their_ids(void **state)
{
	struct tiermm_sim *s = sim_of_pair(2, 4096);

	(void)state;
	expect_layout_refused(s, halves(128, 256, 1, 0), NULL, -TIERMM_ENODEV,
			      "node 1");
	expect_layout_refused(s, halves(128, 256, 2, 0), pair_of(1, 4096),
			      -TIERMM_ENODEV, "no node 2");
	expect_layout_refused(s, halves(128, 256, 2, 0), pair_of(2, 8192),
			      -TIERMM_EINVAL, "base pages of another size");
	commit_halves(s, 2, 0, 0);
	settle(s);
	/* Page 0 is in a frame of node 0, which stands on node 2 by now. */
	expect_account(s, 0, 129, 128, 128, 0, 1);
	assert_int_equal(state_of(s).strays, 1);
	tiermm_sim_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_graph_counts_in_base_pages),
		cmocka_unit_test(nodes_are_told_by_their_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
