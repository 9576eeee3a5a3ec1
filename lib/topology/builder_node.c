/* SPDX-License-Identifier: MIT */
/* What is said of a single node. */
#include "topology/internal.h"

#include "base/memory.h"
#include "base/nodeset.h"

int tiermm__state_has_memory(uint32_t state)
{
	return state == TIERMM_NODE_ONLINE || state == TIERMM_NODE_GOING;
}

static int state_fits(uint32_t state, uint64_t pages)
{
	return state <= TIERMM_NODE_GOING &&
	       (!pages || tiermm__state_has_memory(state));
}

static void set_state(struct tiermm__slot *slot, uint32_t state, uint64_t pages,
		      uint32_t source)
{
	slot->state = state;
	slot->pages = pages;
	slot->state_source = source;
	if (tiermm__state_has_memory(state))
		slot->had_memory = 1;
}

/* Pairs with a node that was not there before are unset. */
static void clear_pairs(struct tiermm_topology_builder *b, uint32_t slot)
{
	for (uint32_t i = 0; i <= slot; i++) {
		b->distance_source[tiermm__builder_pair(b, i, slot)] = 0;
		b->distance_source[tiermm__builder_pair(b, slot, i)] = 0;
	}
}

struct tiermm__slot *tiermm__builder_append(struct tiermm_topology_builder *b,
					    int32_t node)
{
	struct tiermm__slot *slot = &b->slots[b->n_nodes];

	memset(slot, 0, sizeof(*slot));
	slot->id = node;
	slot->settings = (struct tiermm__settings){
		.initiator = TIERMM_NO_NODE,
		.caller_distance = TIERMM__UNSET,
		.kernel_distance = TIERMM__UNSET,
		.kept_distance = TIERMM__UNSET,
	};
	clear_pairs(b, b->n_nodes);
	b->slot_of[node] = (int16_t)b->n_nodes++;
	tiermm__nodeset_add(&b->listed, node);
	return slot;
}

static int add_node(struct tiermm_topology_builder *b, int32_t node,
		    uint32_t state, uint64_t pages)
{
	if (tiermm__builder_slot(b, node))
		return -TIERMM_EEXIST;
	if (b->n_nodes == b->room.max_nodes)
		return -TIERMM_ENOSPC;
	set_state(tiermm__builder_append(b, node), state, pages,
		  TIERMM_SOURCE_DEFAULT);
	return 0;
}

int tiermm_topology_builder_add_node(struct tiermm_topology_builder *b,
				     int32_t node, uint32_t state,
				     uint64_t pages)
{
	int err;

	if (!tiermm__node_in_range(node) || !state_fits(state, pages))
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	err = add_node(b, node, state, pages);
	tiermm__builder_leave(b);
	return err;
}

/* Come in and find a node; 0 where both went well, and then leave again. */
static int enter_slot(struct tiermm_topology_builder *b, int32_t node,
		      struct tiermm__slot **slot)
{
	int err = tiermm__builder_enter(b);

	if (err)
		return err;
	*slot = tiermm__builder_slot(b, node);
	if (*slot)
		return 0;
	tiermm__builder_leave(b);
	return -TIERMM_ENODEV;
}

int tiermm_topology_builder_set_state(struct tiermm_topology_builder *b,
				      int32_t node, uint32_t state,
				      uint64_t pages, uint32_t source)
{
	struct tiermm__slot *slot;
	int err;

	if (!state_fits(state, pages) ||
	    (source != TIERMM_SOURCE_CALLER && source != TIERMM_SOURCE_DEFAULT))
		return -TIERMM_EINVAL;
	err = enter_slot(b, node, &slot);
	if (err)
		return err;
	set_state(slot, state, pages, source);
	tiermm__builder_leave(b);
	return 0;
}

int tiermm_topology_builder_set_type(struct tiermm_topology_builder *b,
				     int32_t node, uint32_t type)
{
	struct tiermm__slot *slot;
	int err;

	if (type >= TIERMM_MEMORY_TYPES)
		return -TIERMM_EINVAL;
	err = enter_slot(b, node, &slot);
	if (err)
		return err;
	slot->type = type;
	tiermm__builder_leave(b);
	return 0;
}

static int set_cpu(struct tiermm_topology_builder *b, uint32_t cpu,
		   int32_t node)
{
	if (cpu >= b->room.max_cpus)
		return -TIERMM_EINVAL;
	if (node != TIERMM_NO_NODE && !tiermm__builder_slot(b, node))
		return -TIERMM_ENODEV;
	b->cpu_node[cpu] = (int16_t)node;
	return 0;
}

int tiermm_topology_builder_set_cpu(struct tiermm_topology_builder *b,
				    uint32_t cpu, int32_t node)
{
	int err = tiermm__builder_enter(b);

	if (err)
		return err;
	err = set_cpu(b, cpu, node);
	tiermm__builder_leave(b);
	return err;
}

int tiermm_topology_builder_set_initiator(struct tiermm_topology_builder *b,
					  int32_t node, int32_t initiator)
{
	struct tiermm__slot *slot;
	int err = enter_slot(b, node, &slot);

	if (err)
		return err;
	if (initiator == TIERMM_NO_NODE || tiermm__builder_slot(b, initiator))
		slot->settings.initiator = initiator;
	else
		err = -TIERMM_ENODEV;
	tiermm__builder_leave(b);
	return err;
}

int tiermm_topology_builder_set_abstract_distance(
	struct tiermm_topology_builder *b, int32_t node, int32_t distance,
	uint32_t source)
{
	struct tiermm__slot *slot;
	int err;

	if (distance < TIERMM__UNSET ||
	    (source != TIERMM_SOURCE_CALLER && source != TIERMM_SOURCE_KERNEL))
		return -TIERMM_EINVAL;
	err = enter_slot(b, node, &slot);
	if (err)
		return err;
	if (source == TIERMM_SOURCE_CALLER)
		slot->settings.caller_distance = distance;
	else
		slot->settings.kernel_distance = distance;
	tiermm__builder_leave(b);
	return 0;
}

int tiermm_topology_builder_set_type_abstract_distance(
	struct tiermm_topology_builder *b, uint32_t type, int32_t distance)
{
	int err;

	if (type >= TIERMM_MEMORY_TYPES || distance < TIERMM__UNSET)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	b->type_distance[type] = distance;
	tiermm__builder_leave(b);
	return 0;
}
