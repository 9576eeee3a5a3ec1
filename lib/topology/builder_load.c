/* SPDX-License-Identifier: MIT */
/*
 * From a snapshot back to a description, with what a running kernel keeps:
 * the reference, and each node's first abstract distance.
 */
#include "topology/internal.h"

#include "base/memory.h"

static void load_node(struct tiermm_topology_builder *b,
		      const struct tiermm_node *node,
		      const struct tiermm__settings *settings)
{
	struct tiermm__slot *slot = tiermm__builder_append(b, node->id);

	slot->settings = *settings;
	slot->state = node->state;
	slot->state_source = node->present_source;
	slot->type = node->type;
	slot->pages = node->present_pages;
	slot->had_memory = settings->kept_distance != TIERMM__UNSET;
}

/* Slots are in the snapshot's order, so rows stay rows. */
static void load_distances(struct tiermm_topology_builder *b,
			   const struct tiermm_topology *t, uint32_t from)
{
	uint64_t pair = tiermm__builder_pair(b, from, 0);
	uint64_t place = (uint64_t)from * t->n_nodes;
	uint8_t source;

	for (uint32_t to = 0; to < t->n_nodes; to++, pair++, place++) {
		source = t->distance_source[place];
		if (source == TIERMM_SOURCE_ASSUMED)
			source = TIERMM_SOURCE_DEFAULT; /* said by nobody */
		b->distance_source[pair] = source;
		b->distance[pair] = t->distance[place];
	}
}

static void load_speeds(struct tiermm_topology_builder *b,
			const struct tiermm_topology *t, uint32_t target)
{
	uint32_t *place = &b->slots[target].first_link;
	const struct tiermm__speed *speed;
	struct tiermm__link *link;

	for (uint32_t i = t->first_speed[target];
	     i < t->first_speed[target + 1]; i++) {
		speed = &t->speeds[i];
		*place = ++b->n_access;
		link = &b->links[*place];
		link->initiator = t->ids[speed->initiator];
		link->access = speed->access;
		link->next = 0;
		place = &link->next;
	}
}

static int load(struct tiermm_topology_builder *b,
		const struct tiermm_topology *t)
{
	if (t->n_nodes > b->room.max_nodes ||
	    t->n_access > b->room.max_access || t->cpu_limit > b->room.max_cpus)
		return -TIERMM_ENOSPC;
	tiermm__builder_clear(b);
	for (uint32_t i = 0; i < t->n_nodes; i++)
		load_node(b, &t->nodes[i], &t->settings[i]);
	for (uint32_t i = 0; i < t->n_nodes; i++) {
		load_distances(b, t, i);
		load_speeds(b, t, i);
	}
	memcpy(b->cpu_node, t->cpu_node, t->cpu_limit * sizeof(*t->cpu_node));
	memcpy(b->type_distance, t->type_distance, sizeof(t->type_distance));
	b->page_bytes = t->page_bytes;
	b->reference = t->reference;
	b->has_reference = 1;
	return 0;
}

int tiermm_topology_builder_load(struct tiermm_topology_builder *b,
				 const struct tiermm_topology *t)
{
	int err;

	if (!t)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	err = load(b, t);
	tiermm__builder_leave(b);
	return err;
}
