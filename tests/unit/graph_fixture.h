/* SPDX-License-Identifier: MIT */
/* Small machines and their graphs, for the tests of lib/demotion. */
#ifndef TIERMM_TESTS_UNIT_GRAPH_FIXTURE_H
#define TIERMM_TESTS_UNIT_GRAPH_FIXTURE_H

#include "support/cmocka.h"
#include "support/machine.h"

#include <tiermm/demotion_graph.h>

/* A node by its bit, for sets of nodes below 64. */
#define BIT(node) ((uint64_t)1 << (node))

/* The graph of a machine; the topology lives as long as the graph. */
static inline struct tiermm_demotion_graph *
graph_of(const struct machine *m, const struct tiermm_demotion_options *o)
{
	struct tiermm_topology *t = machine_topology(m);
	struct tiermm_demotion_graph *g;

	assert_int_equal(tiermm_demotion_graph_create(&g, t, o, NULL, NULL), 0);
	tiermm_topology_unref(t);
	assert_int_equal(tiermm_demotion_graph_is_valid(g), 1);
	return g;
}

static inline struct tiermm_demotion_graph *graph_by(const struct machine *m,
						     uint32_t strategy)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = strategy };

	return graph_of(m, &o);
}

/* Sets of a node whose targets are all below 64. */
static inline uint64_t preferred_of(const struct tiermm_demotion_graph *g,
				    int32_t node)
{
	struct tiermm_nodeset set;

	assert_int_equal(tiermm_demotion_graph_targets(g, node, &set, NULL), 0);
	return set.word[0];
}

static inline uint64_t fallback_of(const struct tiermm_demotion_graph *g,
				   int32_t node)
{
	struct tiermm_nodeset set;

	assert_int_equal(tiermm_demotion_graph_targets(g, node, NULL, &set), 0);
	return set.word[0];
}

#endif
