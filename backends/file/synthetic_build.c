/* SPDX-License-Identifier: MIT */
/*
 * From groups to a machine.
 *
 * A node's speeds are seen from itself if it has CPUs, else from the first
 * node that has. Distances follow from latency, the same in both directions:
 * ten times the slower of the two over the ordinary latency (that of the first
 * DRAM group, or of the first group), rounded, 11 to 254; between two nodes
 * with CPUs, which are sockets, not less than 21.
 */
#include "memory.h"
#include "synthetic.h"

#include <string.h>

#define DISTANCE_LOW 11
#define DISTANCE_HIGH 254
#define DISTANCE_SOCKETS 21

struct layout {
	const struct tiermm__file_groups *groups;
	struct tiermm_topology_builder *b;
	uint32_t ordinary_ns;
	int32_t first_cpu_node;
	const struct tiermm__file_group *of[TIERMM_MAX_NODES];
};

static void survey(struct layout *l)
{
	const struct tiermm__file_group *group;
	uint32_t node = 0;

	l->first_cpu_node = TIERMM_NO_NODE;
	for (uint32_t i = 0; i < l->groups->n; i++) {
		group = &l->groups->group[i];
		if (group->cpus && l->first_cpu_node == TIERMM_NO_NODE)
			l->first_cpu_node = (int32_t)node;
		for (uint32_t j = 0; j < group->count; j++)
			l->of[node++] = group;
	}
	l->ordinary_ns = l->groups->group[0].latency_ns;
	for (uint32_t i = l->groups->n; i > 0; i--) {
		group = &l->groups->group[i - 1];
		if (group->type == TIERMM_MEMORY_DRAM)
			l->ordinary_ns = group->latency_ns;
	}
}

static uint32_t distance_between(const struct layout *l,
				 const struct tiermm__file_group *a,
				 const struct tiermm__file_group *b)
{
	uint64_t low = a->cpus && b->cpus ? DISTANCE_SOCKETS : DISTANCE_LOW;
	uint64_t slower =
		a->latency_ns > b->latency_ns ? a->latency_ns : b->latency_ns;
	uint64_t distance =
		(20 * slower + l->ordinary_ns) / (2 * (uint64_t)l->ordinary_ns);

	if (distance < low)
		return (uint32_t)low;
	return distance > DISTANCE_HIGH ? DISTANCE_HIGH : (uint32_t)distance;
}

static int add_node(struct layout *l, int32_t node, uint32_t *cpu)
{
	const struct tiermm__file_group *group = l->of[node];
	uint32_t state =
		group->pages ? TIERMM_NODE_ONLINE : TIERMM_NODE_MEMORYLESS;
	int err;

	err = tiermm_topology_builder_add_node(l->b, node, state, group->pages);
	if (!err)
		err = tiermm_topology_builder_set_type(l->b, node, group->type);
	for (uint32_t i = 0; !err && i < group->cpus; i++)
		err = tiermm_topology_builder_set_cpu(l->b, (*cpu)++, node);
	return err;
}

static int set_distances(struct layout *l, int32_t from)
{
	int32_t n = (int32_t)l->groups->n_nodes;
	int err = 0;

	for (int32_t to = 0; !err && to < n; to++) {
		uint32_t distance =
			from == to
				? 10
				: distance_between(l, l->of[from], l->of[to]);

		err = tiermm_topology_builder_set_distance(l->b, from, to,
							   distance,
							   TIERMM_SOURCE_SLIT);
	}
	return err;
}

static int set_speeds(struct layout *l, int32_t node)
{
	const struct tiermm__file_group *group = l->of[node];
	const struct tiermm_access access = {
		.read_latency_ns = group->latency_ns,
		.write_latency_ns = group->latency_ns,
		.read_bandwidth_mbps = group->bandwidth_mbps,
		.write_bandwidth_mbps = group->bandwidth_mbps,
	};
	int32_t initiator = node;

	if (!group->pages)
		return 0;
	if (!group->cpus && l->first_cpu_node != TIERMM_NO_NODE)
		initiator = l->first_cpu_node;
	return tiermm_topology_builder_set_access(l->b, initiator, node,
						  &access);
}

static int describe(struct layout *l)
{
	int32_t n = (int32_t)l->groups->n_nodes;
	uint32_t cpu = 0;
	int err = 0;

	for (int32_t node = 0; !err && node < n; node++)
		err = add_node(l, node, &cpu);
	for (int32_t node = 0; !err && node < n; node++) {
		err = set_distances(l, node);
		if (!err)
			err = set_speeds(l, node);
	}
	return err;
}

static int build(struct layout *l, struct tiermm_topology **out,
		 const struct tiermm_alloc *mem)
{
	const struct tiermm_topology_builder_options options = {
		.size = sizeof(options),
		.max_nodes = l->groups->n_nodes,
		.max_cpus = l->groups->n_cpus,
		.max_access = l->groups->n_nodes,
	};
	int err;

	err = tiermm_topology_builder_create(&l->b, &options, mem);
	if (err)
		return err;
	err = describe(l);
	if (!err)
		err = tiermm_topology_create(out, l->b, NULL, mem);
	tiermm_topology_builder_destroy(l->b);
	return err;
}

int tiermm__file_groups_build(const struct tiermm__file_groups *groups,
			      struct tiermm_topology **out,
			      const struct tiermm_alloc *mem)
{
	struct layout *l = tiermm__file_alloc(mem, sizeof(*l));
	int err;

	if (!l)
		return -TIERMM_ENOMEM;
	l->groups = groups;
	survey(l);
	err = build(l, out, mem);
	tiermm__file_free(mem, l, sizeof(*l));
	return err;
}
