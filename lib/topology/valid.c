/* SPDX-License-Identifier: MIT */
/* A snapshot's own promises, checked one by one. */
#include "topology/internal.h"

#include "base/nodeset.h"

#include "topology/view.h"

static int node_is_valid(const struct tiermm_topology *t, uint32_t i)
{
	const struct tiermm_node *node = &t->nodes[i];
	int memory = tiermm__state_has_memory(node->state);

	if (!tiermm__node_in_range(node->id) || t->ids[i] != node->id ||
	    t->index[node->id] != (int32_t)i || node->index != (int32_t)i)
		return 0;
	if (i && t->ids[i - 1] >= node->id)
		return 0;
	if (node->state > TIERMM_NODE_GOING ||
	    node->type >= TIERMM_MEMORY_TYPES)
		return 0;
	if (!memory)
		return !node->present_pages &&
		       node->abstract_distance == TIERMM__UNSET &&
		       node->tier_id == TIERMM_NO_TIER &&
		       t->rank[i] == TIERMM__NO_RANK;
	return node->abstract_distance >= 0 &&
	       node->tier_id == node->abstract_distance / TIERMM_TIER_CHUNK &&
	       t->rank[i] < t->n_tiers &&
	       t->tiers[t->rank[i]].id == node->tier_id;
}

static int sets_are_valid(const struct tiermm_topology *t, uint32_t i)
{
	const struct tiermm_node *node = &t->nodes[i];
	const uint32_t state = node->state;
	const int expected[TIERMM__NODE_SETS] = {
		[TIERMM_NODES_POSSIBLE] = 1,
		[TIERMM_NODES_PRESENT] = state != TIERMM_NODE_ABSENT,
		[TIERMM_NODES_MEMORY] = tiermm__state_has_memory(state),
		[TIERMM_NODES_CPU] = node->cpus != 0,
		[TIERMM_NODES_GOING] = state == TIERMM_NODE_GOING,
	};

	for (uint32_t k = 0; k < TIERMM__NODE_SETS; k++)
		if (tiermm__nodeset_has(&t->set[k], node->id) != expected[k])
			return 0;
	return 1;
}

static int distances_are_valid(const struct tiermm_topology *t, uint32_t from)
{
	const uint8_t *row = t->distance + (uint64_t)from * t->n_nodes;

	for (uint32_t to = 0; to < t->n_nodes; to++)
		if (from == to ? row[to] != 10 : row[to] < 11)
			return 0;
	return 1;
}

static int tiers_are_valid(const struct tiermm_topology *t)
{
	uint32_t members = 0;

	for (uint32_t i = 0; i < t->n_tiers; i++) {
		if (!t->tiers[i].n_nodes ||
		    (i && t->tiers[i - 1].id >= t->tiers[i].id))
			return 0;
		members += t->tiers[i].n_nodes;
	}
	return members == tiermm_nodeset_count(&t->set[TIERMM_NODES_MEMORY]);
}

static int speeds_are_valid(const struct tiermm_topology *t, uint32_t target)
{
	uint32_t first = t->first_speed[target];
	uint32_t end = t->first_speed[target + 1];

	if (first > end || end > t->n_access)
		return 0;
	for (uint32_t i = first; i < end; i++)
		if (t->speeds[i].initiator >= t->n_nodes ||
		    (i > first &&
		     t->speeds[i - 1].initiator >= t->speeds[i].initiator))
			return 0;
	return 1;
}

static int cpus_are_valid(const struct tiermm_topology *t)
{
	uint64_t placed = 0, counted = 0;

	for (uint32_t cpu = 0; cpu < t->cpu_limit; cpu++) {
		if (t->cpu_node[cpu] == TIERMM_NO_NODE)
			continue;
		if (tiermm_topology_index(t, t->cpu_node[cpu]) < 0)
			return 0;
		placed++;
	}
	for (uint32_t i = 0; i < t->n_nodes; i++)
		counted += t->nodes[i].cpus;
	return placed == counted;
}

int tiermm_topology_is_valid(const struct tiermm_topology *t)
{
	if (!t || !t->n_nodes || t->n_nodes > TIERMM_MAX_NODES)
		return 0;
	for (uint32_t i = 0; i < t->n_nodes; i++)
		if (!node_is_valid(t, i) || !sets_are_valid(t, i) ||
		    !distances_are_valid(t, i) || !speeds_are_valid(t, i))
			return 0;
	return tiers_are_valid(t) && cpus_are_valid(t);
}
