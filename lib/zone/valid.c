/* SPDX-License-Identifier: MIT */
/*
 * The account's own promises (I31): each kept sum against the walk that it
 * spares. Walks over blocks are one for each zone, and need no memory.
 */
#include "zone/internal.h"

/* What the table says of one zone. */
struct count {
	uint64_t online; /* blocks in it that are counted one by one */
	uint64_t early;  /* of them, boot memory that had gone before */
	uint64_t taken;  /* frames of boot memory in blocks */
	uint64_t named;  /* of them, in blocks that boot put there */
};

static void count_zone(const struct tiermm_zones *z, int32_t node,
		       uint32_t zone, struct count *count)
{
	*count = (struct count){ 0 };
	for (uint64_t i = 0; i <= z->table_mask; i++) {
		const struct tiermm__zone_entry *entry = &z->table[i];
		uint32_t boot = tiermm__zone_boot_of(entry);
		uint64_t frames;

		if (entry->block == TIERMM__ZONE_EMPTY || entry->node != node)
			continue;
		frames = tiermm__zone_boot_frames(z, entry->block, node, zone);
		count->taken += frames;
		if (boot == zone || boot == TIERMM_ZONE_SEVERAL)
			count->named += frames;
		if (entry->zone != zone || boot != TIERMM_ZONE_NONE)
			continue;
		count->online++;
		count->early += entry->early != TIERMM__ZONE_PLUGGED;
	}
}

static int zone_is_valid(const struct tiermm_zones *z, int32_t node,
			 uint32_t zone)
{
	const struct tiermm__zone *own = &z->nodes[node].zones[zone];
	uint64_t pages = z->room.block_pages;
	struct count count;

	count_zone(z, node, zone, &count);
	return own->present == own->boot_left + count.online * pages &&
	       own->early == own->boot_left + count.early * pages &&
	       own->boot_taken == count.taken &&
	       own->boot_named == count.named && own->early <= own->present &&
	       own->cma <= own->early && own->present <= own->spanned;
}

static int node_is_used(const struct tiermm__zone_node *node)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < TIERMM_ZONES; i++)
		any |= node->zones[i].present | node->zones[i].boot_taken;
	return any != 0;
}

static int zones_are_valid(const struct tiermm_zones *z)
{
	for (uint32_t n = 0; n < z->room.max_nodes; n++)
		for (uint32_t i = 0;
		     i < TIERMM_ZONES && node_is_used(&z->nodes[n]); i++)
			if (!zone_is_valid(z, (int32_t)n, i))
				return 0;
	return 1;
}

static int group_is_valid(const struct tiermm_zones *z, uint32_t index)
{
	const struct tiermm_zone_group *group = &z->groups[index];
	uint64_t movable = 0, kernel = 0, members = 0;

	for (uint64_t i = 0; i <= z->table_mask; i++) {
		const struct tiermm__zone_entry *entry = &z->table[i];

		if (entry->block == TIERMM__ZONE_EMPTY ||
		    entry->group != (int32_t)index)
			continue;
		members++;
		movable += entry->zone == TIERMM_ZONE_MOVABLE;
		kernel += entry->zone < TIERMM_ZONE_MOVABLE;
	}
	return group->members == members &&
	       group->movable_pages == movable * z->room.block_pages &&
	       group->kernel_pages == kernel * z->room.block_pages &&
	       group->reserved_pages ==
		       tiermm__zone_reserved(group, z->parameters.ratio);
}

/* The sums over groups, for one node or for all. */
static void sum_groups(const struct tiermm_zones *z, int32_t node,
		       struct tiermm__zone_totals *out)
{
	for (uint32_t i = 0; i < z->room.max_groups; i++) {
		const struct tiermm_zone_group *group = &z->groups[i];

		if (group->kind != TIERMM_ZONE_GROUP_DYNAMIC ||
		    (node != TIERMM_NO_NODE && group->node != node))
			continue;
		out->reserved += group->reserved_pages;
		out->grouped += group->movable_pages;
	}
}

static int totals_are(const struct tiermm__zone_totals *a,
		      const struct tiermm__zone_totals *b)
{
	return a->kernel == b->kernel && a->movable == b->movable &&
	       a->reserved == b->reserved && a->grouped == b->grouped;
}

static int totals_are_valid(const struct tiermm_zones *z)
{
	struct tiermm__zone_totals whole = { 0 };

	for (uint32_t n = 0; n < z->room.max_nodes; n++) {
		struct tiermm__zone_totals sum = { 0 };

		tiermm__zone_sum(&z->nodes[n], &sum);
		whole.kernel += sum.kernel;
		whole.movable += sum.movable;
		if (sum.kernel | sum.movable | z->nodes[n].totals.reserved |
		    z->nodes[n].totals.grouped)
			sum_groups(z, (int32_t)n, &sum);
		if (!totals_are(&sum, &z->nodes[n].totals))
			return 0;
	}
	sum_groups(z, TIERMM_NO_NODE, &whole);
	return totals_are(&whole, &z->whole);
}

static int table_is_valid(const struct tiermm_zones *z)
{
	uint64_t blocks = 0;

	for (uint64_t i = 0; i <= z->table_mask; i++) {
		if (z->table[i].block == TIERMM__ZONE_EMPTY)
			continue;
		if (tiermm__zone_find(z, z->table[i].block) != &z->table[i])
			return 0;
		blocks++;
	}
	return blocks == z->n_blocks && blocks <= z->room.max_blocks;
}

int tiermm_zones_is_valid(const struct tiermm_zones *z)
{
	if (!z || !table_is_valid(z) || !zones_are_valid(z))
		return 0;
	for (uint32_t i = 0; i < z->room.max_groups; i++)
		if (z->groups[i].kind != TIERMM_ZONE_GROUP_NONE &&
		    !group_is_valid(z, i))
			return 0;
	return totals_are_valid(z);
}
