/* SPDX-License-Identifier: MIT */
/* Whether a device could be (Z7): sizes, units, the group that grows. */
#include "zone/internal.h"

static int check_unit(const struct tiermm_zones *z,
		      struct tiermm_zone_device *d)
{
	if (d->kind != TIERMM_ZONE_GROUP_DYNAMIC || d->group >= 0)
		return d->unit_pages ? -TIERMM_EINVAL : 0;
	if (!d->unit_pages)
		d->unit_pages = z->room.block_pages;
	if ((d->unit_pages & (d->unit_pages - 1)) ||
	    d->unit_pages < z->room.block_pages ||
	    d->unit_pages / z->room.block_pages > z->room.max_blocks)
		return -TIERMM_EINVAL;
	return 0;
}

static int check_group(const struct tiermm_zones *z,
		       const struct tiermm_zone_device *d)
{
	const struct tiermm_zone_group *group =
		tiermm__zone_group_of(z, d->group);

	if (d->group == TIERMM_ZONE_NO_GROUP)
		return 0;
	if (!group || group->kind != TIERMM_ZONE_GROUP_DYNAMIC ||
	    d->kind != TIERMM_ZONE_GROUP_DYNAMIC || group->node != d->node)
		return -TIERMM_EINVAL;
	return 0;
}

int tiermm__zone_check_device(const struct tiermm_zones *z,
			      struct tiermm_zone_device *d)
{
	uint64_t blocks = d->pages / z->room.block_pages;
	int err;

	if (d->reserved)
		return -TIERMM_E2BIG;
	if (!tiermm__zones_has_node(z, d->node))
		return -TIERMM_ENODEV;
	if (!d->pages || d->pages % z->room.block_pages ||
	    d->pages > TIERMM_ZONE_PAGES_MAX - tiermm__zone_present(z) ||
	    d->kind > TIERMM_ZONE_GROUP_DYNAMIC)
		return -TIERMM_EINVAL;
	if (!tiermm__zone_id_fits(z, d->first_block) ||
	    !tiermm__zone_id_fits(z, d->first_block + blocks - 1))
		return -TIERMM_EINVAL;
	err = check_group(z, d);
	if (!err)
		err = check_unit(z, d);
	if (!err && blocks > z->room.max_blocks)
		err = -TIERMM_ENOSPC;
	return err;
}
