/* SPDX-License-Identifier: MIT */
/*
 * The machine as libnuma sees it, told to a builder.
 *
 * What is called: numa_available, numa_max_node, numa_bitmask_isbitset,
 * numa_node_size64, numa_distance. What is not: whatever allocates a bitmask,
 * since libnuma prints and exits where that fails, and numa_node_to_cpus is
 * among it. So each node's `cpulist` is read here.
 */
#define _GNU_SOURCE
#include "cpulist.h"

#include <tiermm/backends/numa.h>

#include <numa.h>
#include <unistd.h>

static int has_node(int32_t node)
{
	return numa_bitmask_isbitset(numa_nodes_ptr, (unsigned int)node);
}

static int make_builder(struct tiermm_topology_builder **b, int32_t nodes,
			const struct tiermm_alloc *mem)
{
	struct tiermm_topology_builder_options options = {
		.size = sizeof(options),
		.max_nodes = (uint32_t)nodes,
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
	};

	return tiermm_topology_builder_create(b, &options, mem);
}

static int put_cpu(void *builder, uint32_t cpu, int32_t node)
{
	return tiermm_topology_builder_set_cpu(builder, cpu, node);
}

static int add_node(struct tiermm_topology_builder *b, int32_t node)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	long long bytes = numa_node_size64(node, NULL);
	uint32_t state =
		bytes > 0 ? TIERMM_NODE_ONLINE : TIERMM_NODE_MEMORYLESS;
	int err = tiermm_topology_builder_add_node(b, node, state,
						   bytes > 0 ? (uint64_t)bytes /
								       page
							     : 0);

	if (!err && bytes > 0)
		err = tiermm_topology_builder_set_type(b, node,
						       TIERMM_MEMORY_DRAM);
	return err ? err : tiermm__numa_cpulist(node, put_cpu, b);
}

static int set_distances(struct tiermm_topology_builder *b, int32_t from,
			 int32_t nodes)
{
	for (int32_t to = 0; to < nodes; to++) {
		int distance = has_node(to) ? numa_distance(from, to) : 0;
		int err;

		/* 0: libnuma could not tell. */
		if (distance <= 0)
			continue;
		err = tiermm_topology_builder_set_distance(b, from, to,
							   (uint32_t)distance,
							   TIERMM_SOURCE_SLIT);
		if (err)
			return err;
	}
	return 0;
}

static int describe(struct tiermm_topology_builder *b, int32_t nodes)
{
	int err = 0;

	for (int32_t node = 0; !err && node < nodes; node++)
		if (has_node(node))
			err = add_node(b, node);
	for (int32_t node = 0; !err && node < nodes; node++)
		if (has_node(node))
			err = set_distances(b, node, nodes);
	return err;
}

int tiermm_numa_topology(struct tiermm_topology **out,
			 const struct tiermm_alloc *mem)
{
	struct tiermm_topology_builder *b;
	int32_t nodes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (numa_available() < 0)
		return -TIERMM_ENOTSUP;
	nodes = numa_max_node() + 1;
	if (nodes < 1 || nodes > TIERMM_MAX_NODES)
		return -TIERMM_EINVAL;
	err = make_builder(&b, nodes, mem);
	if (err)
		return err;
	err = describe(b, nodes);
	if (!err)
		err = tiermm_topology_create(out, b, NULL, mem);
	tiermm_topology_builder_destroy(b);
	return err;
}
