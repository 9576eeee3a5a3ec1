/* SPDX-License-Identifier: MIT */
/* Memory groups (Z2): free slots form a list, the last freed one first. */
#include "zone/internal.h"

void tiermm__zone_groups_clear(struct tiermm_zones *z)
{
	for (uint32_t i = 0; i < z->room.max_groups; i++)
		z->groups[i] =
			(struct tiermm_zone_group){ .pages = (uint64_t)i + 1 };
	z->free_group = 0;
}

struct tiermm_zone_group *tiermm__zone_group_of(const struct tiermm_zones *z,
						int32_t group)
{
	if (group < 0 || (uint32_t)group >= z->room.max_groups ||
	    z->groups[group].kind == TIERMM_ZONE_GROUP_NONE)
		return NULL;
	return &z->groups[group];
}

static int check_pages(const struct tiermm_zones *z, uint32_t kind,
		       uint64_t pages)
{
	if (!pages || pages > TIERMM_ZONE_PAGES_MAX)
		return -TIERMM_EINVAL;
	if (kind == TIERMM_ZONE_GROUP_STATIC)
		return 0;
	if (kind != TIERMM_ZONE_GROUP_DYNAMIC || (pages & (pages - 1)) ||
	    pages < z->room.block_pages ||
	    pages / z->room.block_pages > z->room.max_blocks)
		return -TIERMM_EINVAL;
	return 0;
}

static int add_group(struct tiermm_zones *z, uint32_t kind, int32_t node,
		     uint64_t pages, int32_t *group)
{
	struct tiermm_zone_group *slot;
	int err = check_pages(z, kind, pages);

	if (err)
		return err;
	if (!tiermm__zones_has_node(z, node))
		return -TIERMM_ENODEV;
	if (z->free_group == z->room.max_groups)
		return -TIERMM_ENOSPC;
	*group = (int32_t)z->free_group;
	slot = &z->groups[z->free_group];
	z->free_group = (uint32_t)slot->pages;
	*slot = (struct tiermm_zone_group){ .kind = kind,
					    .node = node,
					    .pages = pages };
	return 0;
}

int tiermm_zones_add_group(struct tiermm_zones *z, uint32_t kind, int32_t node,
			   uint64_t pages, int32_t *group)
{
	int err;

	if (!group)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = add_group(z, kind, node, pages, group);
	tiermm__zones_leave(z);
	return err;
}

static int remove_group(struct tiermm_zones *z, int32_t group)
{
	struct tiermm_zone_group *slot = tiermm__zone_group_of(z, group);

	if (!slot)
		return -TIERMM_EINVAL;
	if (slot->members)
		return -TIERMM_EBUSY;
	*slot = (struct tiermm_zone_group){ .pages = z->free_group };
	z->free_group = (uint32_t)group;
	return 0;
}

int tiermm_zones_remove_group(struct tiermm_zones *z, int32_t group)
{
	int err = tiermm__zones_enter(z);

	if (err)
		return err;
	err = remove_group(z, group);
	tiermm__zones_leave(z);
	return err;
}

int tiermm_zones_group(struct tiermm_zones *z, int32_t group,
		       struct tiermm_zone_group *out)
{
	const struct tiermm_zone_group *slot;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	slot = tiermm__zone_group_of(z, group);
	if (slot)
		*out = *slot;
	tiermm__zones_leave(z);
	return slot ? 0 : -TIERMM_EINVAL;
}
