/* SPDX-License-Identifier: MIT */
/* Boot memory: what the ratio counts on. */
#include "zone/internal.h"

static int check_boot(const struct tiermm_zone_boot *boot)
{
	for (uint32_t i = 0; i < 3; i++)
		if (boot->reserved[i])
			return -TIERMM_EINVAL;
	if (boot->zone >= TIERMM_ZONES || boot->present > boot->spanned ||
	    boot->cma > boot->present)
		return -TIERMM_EINVAL;
	if (boot->start > TIERMM_ZONE_PAGES_MAX ||
	    boot->spanned > TIERMM_ZONE_PAGES_MAX - boot->start)
		return -TIERMM_EINVAL;
	return 0;
}

/* Sums stay below TIERMM_ZONE_PAGES_MAX, however many zones there are. */
static int sum_fits(const struct tiermm_zones *z, uint64_t pages)
{
	uint64_t sum = z->whole.kernel + z->whole.movable;

	return sum <= TIERMM_ZONE_PAGES_MAX &&
	       pages <= TIERMM_ZONE_PAGES_MAX - sum;
}

static int add_boot(struct tiermm_zones *z, const struct tiermm_zone_boot *boot)
{
	struct tiermm__zone *zone;

	if (!tiermm__zones_has_node(z, boot->node))
		return -TIERMM_ENODEV;
	zone = &z->nodes[boot->node].zones[boot->zone];
	if (zone->spanned || zone->present)
		return -TIERMM_EEXIST;
	if (!sum_fits(z, boot->present))
		return -TIERMM_EINVAL;
	*zone = (struct tiermm__zone){ .start = boot->start,
				       .spanned = boot->spanned,
				       .present = boot->present,
				       .early = boot->present,
				       .cma = boot->cma,
				       .boot_present = boot->present,
				       .boot_start = boot->start,
				       .boot_end =
					       boot->start + boot->spanned };
	tiermm__zone_refresh_node(z, boot->node);
	return 0;
}

int tiermm_zones_add_boot(struct tiermm_zones *z,
			  const struct tiermm_zone_boot *boot)
{
	int err = boot ? check_boot(boot) : -TIERMM_EINVAL;

	if (!err)
		err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = add_boot(z, boot);
	tiermm__zones_leave(z);
	return err;
}

/* Frames of a block where boot memory of a zone was described. */
static uint64_t boot_frames(const struct tiermm_zones *z, uint64_t block,
			    int32_t node, uint32_t zone)
{
	const struct tiermm__zone *own = &z->nodes[node].zones[zone];
	uint64_t start = block * z->room.block_pages;
	uint64_t end = start + z->room.block_pages;

	if (start < own->boot_start)
		start = own->boot_start;
	if (end > own->boot_end)
		end = own->boot_end;
	return start < end ? end - start : 0;
}

/* Boot blocks that share a zone's edge name its memory too. */
static void name_in(struct tiermm_zones *z, uint64_t block, int32_t node)
{
	for (uint32_t i = 0; i < TIERMM_ZONES; i++)
		z->nodes[node].zones[i].boot_named +=
			boot_frames(z, block, node, i);
}

static int add_boot_block(struct tiermm_zones *z, uint64_t block, int32_t node,
			  uint32_t zone)
{
	struct tiermm__zone_entry *entry;

	if (!tiermm__zones_has_node(z, node))
		return -TIERMM_ENODEV;
	if (!tiermm__zone_id_fits(z, block) ||
	    (zone < TIERMM_ZONES && !boot_frames(z, block, node, zone)))
		return -TIERMM_EINVAL;
	if (tiermm__zone_find(z, block))
		return -TIERMM_EEXIST;
	if (z->n_blocks == z->room.max_blocks)
		return -TIERMM_ENOSPC;
	entry = tiermm__zone_insert(z, block);
	entry->node = (int16_t)node;
	entry->zone = (uint8_t)zone;
	entry->early = (uint8_t)(1 + zone);
	if (zone == TIERMM_ZONE_NONE)
		entry->early |= TIERMM__ZONE_MOVED;
	else
		name_in(z, block, node);
	return 0;
}

int tiermm_zones_add_boot_block(struct tiermm_zones *z, uint64_t block,
				int32_t node, uint32_t zone)
{
	int err;

	if (zone > TIERMM_ZONE_SEVERAL)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = add_boot_block(z, block, node, zone);
	tiermm__zones_leave(z);
	return err;
}
