/* SPDX-License-Identifier: MIT */
/* Blocks come and go (Z4). Each event checks all first, then changes all. */
#include "zone/internal.h"

static int group_takes(const struct tiermm_zones *z, int32_t node,
		       const struct tiermm_zone_group *group)
{
	if (!group || group->node != node)
		return -TIERMM_EINVAL;
	if (group->kind != TIERMM_ZONE_GROUP_STATIC)
		return 0;
	/* A block more than it has may be partly beyond its pages. */
	return group->members < group->pages / z->room.block_pages +
					!!(group->pages % z->room.block_pages)
		       ? 0
		       : -TIERMM_ENOSPC;
}

static int plug(struct tiermm_zones *z, uint64_t block, int32_t node,
		int32_t group)
{
	struct tiermm_zone_group *slot = tiermm__zone_group_of(z, group);
	struct tiermm__zone_entry *entry;
	int err = 0;

	if (!tiermm__zones_has_node(z, node))
		return -TIERMM_ENODEV;
	if (!tiermm__zone_id_fits(z, block))
		return -TIERMM_EINVAL;
	if (tiermm__zone_find(z, block))
		return -TIERMM_EEXIST;
	if (group != TIERMM_ZONE_NO_GROUP)
		err = group_takes(z, node, slot);
	if (!err && z->n_blocks == z->room.max_blocks)
		err = -TIERMM_ENOSPC;
	if (!err &&
	    !tiermm__zone_boot_makes_room(z, block, node, TIERMM_ZONE_NONE))
		err = -TIERMM_EINVAL;
	if (err)
		return err;
	entry = tiermm__zone_insert(z, block);
	entry->node = (int16_t)node;
	entry->group = group;
	tiermm__zone_boot_take(z, block, node, TIERMM_ZONE_NONE);
	if (slot)
		slot->members++;
	return 0;
}

static int unplug(struct tiermm_zones *z, struct tiermm__zone_entry *entry)
{
	struct tiermm_zone_group *slot = tiermm__zone_group_of(z, entry->group);

	if (entry->zone != TIERMM_ZONE_NONE)
		return -TIERMM_EBUSY;
	if (slot)
		slot->members--;
	tiermm__zone_boot_give(z, entry);
	tiermm__zone_erase(z, entry);
	return 0;
}

int tiermm__zone_online(struct tiermm_zones *z,
			struct tiermm__zone_entry *entry, uint32_t zone)
{
	struct tiermm_zone_group *slot = tiermm__zone_group_of(z, entry->group);
	struct tiermm__zone *own = &z->nodes[entry->node].zones[zone];
	uint64_t pages = z->room.block_pages;

	if (entry->zone != TIERMM_ZONE_NONE)
		return -TIERMM_EEXIST;
	own->present += pages;
	if (entry->early)
		own->early += pages;
	tiermm__zone_grow(own, entry->block * pages, pages);
	entry->zone = (uint8_t)zone;
	tiermm__zone_refresh_node(z, entry->node);
	if (slot)
		tiermm__zone_count_group(z, slot, zone, (int64_t)pages);
	return 0;
}

static int may_go(const struct tiermm__zone *zone, uint64_t pages,
		  uint32_t early)
{
	if (early == TIERMM__ZONE_BOOT && zone->boot_left < pages)
		return -TIERMM_EINVAL;
	/* Areas of the contiguous allocator do not go offline. */
	if (early && zone->early - pages < zone->cma)
		return -TIERMM_EBUSY;
	return 0;
}

int tiermm__zone_offline(struct tiermm_zones *z,
			 struct tiermm__zone_entry *entry)
{
	struct tiermm_zone_group *slot = tiermm__zone_group_of(z, entry->group);
	uint64_t pages = z->room.block_pages;
	uint32_t zone = entry->zone;
	struct tiermm__zone *own;
	int err;

	if (zone >= TIERMM_ZONES)
		return -TIERMM_EINVAL;
	own = &z->nodes[entry->node].zones[zone];
	err = may_go(own, pages, entry->early);
	if (err)
		return err;
	own->present -= pages;
	if (entry->early)
		own->early -= pages;
	if (entry->early == TIERMM__ZONE_BOOT)
		tiermm__zone_boot_move(z, entry);
	entry->zone = TIERMM_ZONE_NONE;
	tiermm__zone_shrink(z, entry->node, zone, entry->block);
	tiermm__zone_refresh_node(z, entry->node);
	if (slot)
		tiermm__zone_count_group(z, slot, zone, -(int64_t)pages);
	return 0;
}

static int decide(struct tiermm_zones *z, struct tiermm__zone_entry *entry,
		  struct tiermm_zone_event *event)
{
	struct tiermm__zone_view view;

	if (entry->zone != TIERMM_ZONE_NONE)
		return -TIERMM_EEXIST;
	tiermm__zone_look(z, entry, &view);
	event->zone = tiermm__zone_judge(&view, event->how, NULL);
	return tiermm__zone_online(z, entry, event->zone);
}

/* Whether it says something, whatever the account holds. */
static int is_event(const struct tiermm_zone_event *event)
{
	switch (event->kind) {
	case TIERMM_ZONE_ONLINE:
		return event->zone < TIERMM_ZONES;
	case TIERMM_ZONE_DECIDE:
		return event->how <= TIERMM_ONLINE_MOVABLE;
	default:
		return event->kind >= TIERMM_ZONE_PLUG &&
		       event->kind <= TIERMM_ZONE_OFFLINE;
	}
}

static int happen(struct tiermm_zones *z, struct tiermm_zone_event *event)
{
	struct tiermm__zone_entry *entry;

	if (!is_event(event))
		return -TIERMM_EINVAL;
	if (event->kind == TIERMM_ZONE_PLUG)
		return plug(z, event->block, event->node, event->group);
	entry = tiermm__zone_find(z, event->block);
	if (!entry)
		return -TIERMM_ENOENT;
	switch (event->kind) {
	case TIERMM_ZONE_UNPLUG:
		return unplug(z, entry);
	case TIERMM_ZONE_ONLINE:
		return tiermm__zone_online(z, entry, event->zone);
	case TIERMM_ZONE_DECIDE:
		return decide(z, entry, event);
	default:
		return tiermm__zone_offline(z, entry);
	}
}

int tiermm_zones_apply(struct tiermm_zones *z, struct tiermm_zone_event *events,
		       uint64_t n, uint64_t *n_failed)
{
	uint64_t failed = 0;
	int err;

	if (!events && n)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++) {
		events[i].result = happen(z, &events[i]);
		failed += events[i].result != 0;
	}
	tiermm__zones_leave(z);
	if (n_failed)
		*n_failed = failed;
	return 0;
}

static int one(struct tiermm_zones *z, struct tiermm_zone_event *event)
{
	int err = tiermm_zones_apply(z, event, 1, NULL);

	return err ? err : event->result;
}

int tiermm_zones_plug(struct tiermm_zones *z, uint64_t block, int32_t node,
		      int32_t group)
{
	return one(z, &(struct tiermm_zone_event){ .kind = TIERMM_ZONE_PLUG,
						   .block = block,
						   .node = node,
						   .group = group });
}

int tiermm_zones_unplug(struct tiermm_zones *z, uint64_t block)
{
	return one(z, &(struct tiermm_zone_event){ .kind = TIERMM_ZONE_UNPLUG,
						   .block = block });
}

int tiermm_zones_online(struct tiermm_zones *z, uint64_t block, uint32_t zone)
{
	return one(z, &(struct tiermm_zone_event){ .kind = TIERMM_ZONE_ONLINE,
						   .block = block,
						   .zone = zone });
}

int tiermm_zones_offline(struct tiermm_zones *z, uint64_t block)
{
	return one(z, &(struct tiermm_zone_event){ .kind = TIERMM_ZONE_OFFLINE,
						   .block = block });
}
