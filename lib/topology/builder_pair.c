/* SPDX-License-Identifier: MIT */
/* What is said of a pair of nodes: distances and speeds. */
#include "topology/internal.h"

static int set_distance(struct tiermm_topology_builder *b, int32_t from,
			int32_t to, uint32_t distance, uint32_t source)
{
	uint64_t pair;

	if (!tiermm__builder_slot(b, from) || !tiermm__builder_slot(b, to))
		return -TIERMM_ENODEV;
	pair = tiermm__builder_pair(b, (uint32_t)b->slot_of[from],
				    (uint32_t)b->slot_of[to]);
	/* Whichever comes first, what the caller says wins. */
	if (source != TIERMM_SOURCE_CALLER &&
	    b->distance_source[pair] == TIERMM_SOURCE_CALLER)
		return 0;
	b->distance[pair] = distance;
	b->distance_source[pair] = (uint8_t)source;
	return 0;
}

int tiermm_topology_builder_set_distance(struct tiermm_topology_builder *b,
					 int32_t from, int32_t to,
					 uint32_t distance, uint32_t source)
{
	int err;

	if (source != TIERMM_SOURCE_SLIT && source != TIERMM_SOURCE_CALLER)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	err = set_distance(b, from, to, distance, source);
	tiermm__builder_leave(b);
	return err;
}

static int set_access(struct tiermm_topology_builder *b, int32_t initiator,
		      int32_t target, const struct tiermm_access *access)
{
	struct tiermm__slot *slot = tiermm__builder_slot(b, target);
	struct tiermm__link *link;
	uint32_t *place;

	if (!slot || !tiermm__builder_slot(b, initiator))
		return -TIERMM_ENODEV;
	place = &slot->first_link;
	while (*place && b->links[*place].initiator < initiator)
		place = &b->links[*place].next;
	link = &b->links[*place];
	if (!*place || link->initiator != initiator) {
		if (b->n_access == b->room.max_access)
			return -TIERMM_ENOSPC;
		link = &b->links[++b->n_access];
		link->next = *place;
		link->initiator = initiator;
		*place = b->n_access;
	}
	link->access = *access;
	return 0;
}

int tiermm_topology_builder_set_access(struct tiermm_topology_builder *b,
				       int32_t initiator, int32_t target,
				       const struct tiermm_access *access)
{
	int err;

	if (!access)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	err = set_access(b, initiator, target, access);
	tiermm__builder_leave(b);
	return err;
}
