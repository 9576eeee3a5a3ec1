/* SPDX-License-Identifier: MIT */
/*
 * Boot memory: what the ratio counts on.
 *
 *     described   |···· ████████████████████ ····|   start to end, pages
 *     blocks      |  0  |  1  |  2  |            |   named or plugged
 *
 * Pages that no named block can hold (its frames are the most that it holds)
 * are where no block is. What comes must leave room for them: the pages of a
 * zone are then never more than the frames that it reaches over.
 */
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

static uint64_t frames_in(const struct tiermm_zones *z, uint64_t block,
			  const struct tiermm__zone *zone)
{
	uint64_t start = block * z->room.block_pages;
	uint64_t end = start + z->room.block_pages;

	if (start < zone->boot_start)
		start = zone->boot_start;
	if (end > zone->boot_end)
		end = zone->boot_end;
	return start < end ? end - start : 0;
}

uint64_t tiermm__zone_boot_frames(const struct tiermm_zones *z, uint64_t block,
				  int32_t node, uint32_t zone)
{
	return frames_in(z, block, &z->nodes[node].zones[zone]);
}

int tiermm__zone_boot_is_named(const struct tiermm__zone *zone)
{
	return zone->boot_named >= zone->boot_left;
}

uint32_t tiermm__zone_boot_of(const struct tiermm__zone_entry *entry)
{
	return entry->early == TIERMM__ZONE_BOOT ? entry->zone
						 : TIERMM_ZONE_NONE;
}

/* A block that zones share names memory of each. */
static int names(uint32_t zone, uint32_t of)
{
	return zone == of || zone == TIERMM_ZONE_SEVERAL;
}

/* Boot memory without a name, and a place for it. */
static int has_room(const struct tiermm__zone *zone)
{
	uint64_t frames = zone->boot_end - zone->boot_start;

	return tiermm__zone_boot_is_named(zone) ||
	       zone->boot_left - zone->boot_named <= frames - zone->boot_taken;
}

static void take(struct tiermm__zone *zone, uint64_t frames, int is_named)
{
	zone->boot_taken += frames;
	if (is_named)
		zone->boot_named += frames;
}

int tiermm__zone_boot_makes_room(const struct tiermm_zones *z, uint64_t block,
				 int32_t node, uint32_t zone)
{
	for (uint32_t i = 0; i < TIERMM_ZONES; i++) {
		uint64_t frames = tiermm__zone_boot_frames(z, block, node, i);
		struct tiermm__zone after;

		if (!frames)
			continue;
		after = z->nodes[node].zones[i];
		take(&after, frames, names(zone, i));
		if (!has_room(&after))
			return 0;
	}
	return 1;
}

void tiermm__zone_boot_take(struct tiermm_zones *z, uint64_t block,
			    int32_t node, uint32_t zone)
{
	for (uint32_t i = 0; i < TIERMM_ZONES; i++)
		take(&z->nodes[node].zones[i],
		     tiermm__zone_boot_frames(z, block, node, i),
		     names(zone, i));
}

/* Of blocks that went their name has gone before. */
void tiermm__zone_boot_give(struct tiermm_zones *z,
			    const struct tiermm__zone_entry *entry)
{
	for (uint32_t i = 0; i < TIERMM_ZONES; i++)
		z->nodes[entry->node].zones[i].boot_taken -=
			tiermm__zone_boot_frames(z, entry->block, entry->node,
						 i);
}

void tiermm__zone_boot_move(struct tiermm_zones *z,
			    struct tiermm__zone_entry *entry)
{
	struct tiermm__zone *zone = &z->nodes[entry->node].zones[entry->zone];

	zone->boot_left -= z->room.block_pages;
	zone->boot_named -= frames_in(z, entry->block, zone);
	entry->early = TIERMM__ZONE_MOVED;
}

/* Blocks that were known before. */
static void take_known(const struct tiermm_zones *z, int32_t node,
		       uint32_t zone, struct tiermm__zone *out)
{
	for (uint64_t i = 0; i <= z->table_mask; i++) {
		const struct tiermm__zone_entry *entry = &z->table[i];

		if (entry->block != TIERMM__ZONE_EMPTY && entry->node == node)
			take(out, frames_in(z, entry->block, out),
			     names(tiermm__zone_boot_of(entry), zone));
	}
}

static int add_boot(struct tiermm_zones *z, const struct tiermm_zone_boot *boot)
{
	struct tiermm__zone zone = { .start = boot->start,
				     .spanned = boot->spanned,
				     .present = boot->present,
				     .early = boot->present,
				     .cma = boot->cma,
				     .boot_left = boot->present,
				     .boot_start = boot->start,
				     .boot_end = boot->start + boot->spanned };
	struct tiermm__zone *own;

	if (!tiermm__zones_has_node(z, boot->node))
		return -TIERMM_ENODEV;
	own = &z->nodes[boot->node].zones[boot->zone];
	if (own->spanned || own->present)
		return -TIERMM_EEXIST;
	if (z->n_blocks)
		take_known(z, boot->node, boot->zone, &zone);
	if (!sum_fits(z, boot->present) || !has_room(&zone))
		return -TIERMM_EINVAL;
	*own = zone;
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

static int add_boot_block(struct tiermm_zones *z, uint64_t block, int32_t node,
			  uint32_t zone)
{
	struct tiermm__zone_entry *entry;

	if (!tiermm__zones_has_node(z, node))
		return -TIERMM_ENODEV;
	if (!tiermm__zone_id_fits(z, block) ||
	    (zone < TIERMM_ZONES &&
	     !tiermm__zone_boot_frames(z, block, node, zone)))
		return -TIERMM_EINVAL;
	if (tiermm__zone_find(z, block))
		return -TIERMM_EEXIST;
	if (z->n_blocks == z->room.max_blocks)
		return -TIERMM_ENOSPC;
	if (!tiermm__zone_boot_makes_room(z, block, node, zone))
		return -TIERMM_EINVAL;
	entry = tiermm__zone_insert(z, block);
	entry->node = (int16_t)node;
	entry->zone = (uint8_t)zone;
	entry->early = zone == TIERMM_ZONE_NONE ? TIERMM__ZONE_MOVED
						: TIERMM__ZONE_BOOT;
	tiermm__zone_boot_take(z, block, node, zone);
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
