/* SPDX-License-Identifier: MIT */
/* Reads of a snapshot: it never changes, so there is nothing to order. */
#include "topology/internal.h"

#include "base/assert.h"
#include "base/nodeset.h"

#include "topology/view.h"

uint32_t tiermm_topology_node_count(const struct tiermm_topology *t)
{
	return t->n_nodes;
}

int tiermm_topology_node_at(const struct tiermm_topology *t, uint32_t index,
			    struct tiermm_node *out)
{
	if (index >= t->n_nodes)
		return -TIERMM_ENODEV;
	*out = t->nodes[index];
	return 0;
}

int32_t tiermm_topology_index(const struct tiermm_topology *t, int32_t node)
{
	return tiermm__node_in_range(node) ? t->index[node] : -1;
}

int tiermm_topology_node(const struct tiermm_topology *t, int32_t node,
			 struct tiermm_node *out)
{
	int32_t index = tiermm_topology_index(t, node);

	if (index < 0)
		return -TIERMM_ENODEV;
	*out = t->nodes[index];
	return 0;
}

int32_t tiermm_topology_cpu_node(const struct tiermm_topology *t, uint32_t cpu)
{
	return cpu < t->cpu_limit ? t->cpu_node[cpu] : TIERMM_NO_NODE;
}

uint32_t tiermm_topology_cpu_limit(const struct tiermm_topology *t)
{
	return t->cpu_limit;
}

int tiermm_topology_nodes(const struct tiermm_topology *t, uint32_t which,
			  struct tiermm_nodeset *out)
{
	if (which >= TIERMM__NODE_SETS)
		return -TIERMM_EINVAL;
	*out = t->set[which];
	return 0;
}

/* Place of a pair in the tables, or -1 where a node is unknown. */
static int64_t find_pair(const struct tiermm_topology *t, int32_t from,
			 int32_t to)
{
	int32_t row = tiermm_topology_index(t, from);
	int32_t column = tiermm_topology_index(t, to);

	if (row < 0 || column < 0)
		return -1;
	return (int64_t)row * t->n_nodes + column;
}

uint32_t tiermm_topology_distance(const struct tiermm_topology *t, int32_t from,
				  int32_t to)
{
	int64_t pair = find_pair(t, from, to);

	return pair < 0 ? 0 : t->distance[pair];
}

uint32_t tiermm_topology_distance_source(const struct tiermm_topology *t,
					 int32_t from, int32_t to)
{
	int64_t pair = find_pair(t, from, to);

	return pair < 0 ? TIERMM_SOURCE_DEFAULT : t->distance_source[pair];
}

int tiermm_topology_access(const struct tiermm_topology *t, int32_t initiator,
			   int32_t target, struct tiermm_access *out)
{
	int32_t from = tiermm_topology_index(t, initiator);
	int32_t to = tiermm_topology_index(t, target);
	const struct tiermm__speed *speed;

	if (from < 0 || to < 0)
		return -TIERMM_ENOENT;
	speed = tiermm__speed_find(t, (uint32_t)from, (uint32_t)to);
	if (!speed)
		return -TIERMM_ENOENT;
	*out = speed->access;
	return 0;
}

int tiermm_topology_reference(const struct tiermm_topology *t,
			      struct tiermm_reference *out)
{
	if (!out || out->size != sizeof(*out))
		return -TIERMM_EINVAL;
	*out = t->reference;
	return 0;
}

uint32_t tiermm_topology_tier_count(const struct tiermm_topology *t)
{
	return t->n_tiers;
}

int tiermm_topology_tier_at(const struct tiermm_topology *t, uint32_t rank,
			    struct tiermm_tier *out,
			    struct tiermm_nodeset *nodes)
{
	if (rank >= t->n_tiers)
		return -TIERMM_ENODEV;
	if (out)
		*out = t->tiers[rank];
	if (!nodes)
		return 0;
	*nodes = (struct tiermm_nodeset){ { 0 } };
	for (uint32_t i = 0; i < t->n_nodes; i++)
		if (t->rank[i] == rank)
			tiermm__nodeset_add(nodes, t->ids[i]);
	return 0;
}

uint64_t tiermm_topology_page_bytes(const struct tiermm_topology *t)
{
	return t->page_bytes;
}

const uint8_t *tiermm__topology_distances(const struct tiermm_topology *t)
{
	return t->distance;
}

uint32_t tiermm__topology_assumed(const struct tiermm_topology *t)
{
	return t->n_assumed;
}

const struct tiermm_node *
tiermm__topology_node_table(const struct tiermm_topology *t)
{
	return t->nodes;
}

const int32_t *tiermm__topology_ids(const struct tiermm_topology *t)
{
	return t->ids;
}

const int16_t *tiermm__topology_indexes(const struct tiermm_topology *t)
{
	return t->index;
}

const uint16_t *tiermm__topology_ranks(const struct tiermm_topology *t)
{
	return t->rank;
}

const struct tiermm_tier *
tiermm__topology_tiers(const struct tiermm_topology *t)
{
	return t->tiers;
}

const struct tiermm_nodeset *
tiermm__topology_set(const struct tiermm_topology *t, uint32_t which)
{
	TIERMM_ASSERT(which < TIERMM__NODE_SETS);
	return &t->set[which];
}
