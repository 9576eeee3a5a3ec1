/* SPDX-License-Identifier: MIT */
/* Machines for the demotion benchmarks. */
#include "demotion_machine.h"

#include "figure.h"

#include <stddef.h>

static void must(int err)
{
	if (err)
		figure_die(tiermm_strerror(err));
}

static void add(struct tiermm_topology_builder *b, int32_t node, int32_t nodes)
{
	int32_t tier = node < nodes / 4 ? 4 : node < nodes / 2 ? 22 : 37;

	must(tiermm_topology_builder_add_node(b, node, TIERMM_NODE_ONLINE,
					      1 << 20));
	must(tiermm_topology_builder_set_abstract_distance(
		b, node, tier * TIERMM_TIER_CHUNK, TIERMM_SOURCE_CALLER));
	if (tier == 4)
		must(tiermm_topology_builder_set_cpu(b, (uint32_t)node, node));
}

struct tiermm_topology *bench_machine(int32_t nodes, uint64_t seed)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;
	struct tiermm_random random;

	must(tiermm_random_seed(&random, seed));
	must(tiermm_topology_builder_create(&b, NULL, NULL));
	for (int32_t i = 0; i < nodes; i++)
		add(b, i, nodes);
	for (int32_t i = 0; i < nodes; i++)
		for (int32_t k = 0; k < nodes; k++)
			must(tiermm_topology_builder_set_distance(
				b, i, k,
				i == k ? 10
				       : 20 + (uint32_t)tiermm_random_below(
						      &random, 5) *
							 5,
				TIERMM_SOURCE_SLIT));
	must(tiermm_topology_create(&t, b, NULL, NULL));
	tiermm_topology_builder_destroy(b);
	return t;
}
