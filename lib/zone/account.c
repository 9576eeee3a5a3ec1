/* SPDX-License-Identifier: MIT */
/*
 * The sums (Z4, Z5). A node's totals are worked out from its four zones, and
 * the machine's move by the difference; a group's share in R likewise.
 */
#include "zone/internal.h"

uint64_t tiermm__zone_reserved(const struct tiermm_zone_group *group,
			       uint32_t ratio)
{
	uint64_t early;

	if (group->kind != TIERMM_ZONE_GROUP_DYNAMIC || !ratio)
		return 0;
	/* Fits: no count is greater than TIERMM_ZONE_PAGES_MAX (I32). */
	early = group->movable_pages * 100 / ratio;
	return early > group->kernel_pages ? early - group->kernel_pages : 0;
}

void tiermm__zone_sum(const struct tiermm__zone_node *node,
		      struct tiermm__zone_totals *out)
{
	out->kernel = 0;
	out->movable = 0;
	for (uint32_t i = 0; i < TIERMM_ZONES; i++) {
		const struct tiermm__zone *zone = &node->zones[i];

		/* As in Linux: a zone without pages has no areas either. */
		if (!zone->present)
			continue;
		if (i == TIERMM_ZONE_MOVABLE) {
			out->movable += zone->present;
		} else {
			out->kernel += zone->early - zone->cma;
			out->movable += zone->cma;
		}
	}
}

void tiermm__zone_refresh_node(struct tiermm_zones *z, int32_t node)
{
	struct tiermm__zone_totals *kept = &z->nodes[node].totals;
	struct tiermm__zone_totals now;

	tiermm__zone_sum(&z->nodes[node], &now);
	z->whole.kernel += now.kernel - kept->kernel;
	z->whole.movable += now.movable - kept->movable;
	kept->kernel = now.kernel;
	kept->movable = now.movable;
}

static void reserve(struct tiermm_zones *z, struct tiermm_zone_group *group)
{
	uint64_t now = tiermm__zone_reserved(group, z->parameters.ratio);
	uint64_t more = now - group->reserved_pages;

	z->nodes[group->node].totals.reserved += more;
	z->whole.reserved += more;
	group->reserved_pages = now;
}

void tiermm__zone_count_group(struct tiermm_zones *z,
			      struct tiermm_zone_group *group, uint32_t zone,
			      int64_t pages)
{
	/* Added as unsigned: a negative count wraps back to the difference. */
	uint64_t more = (uint64_t)pages;

	if (zone == TIERMM_ZONE_MOVABLE)
		group->movable_pages += more;
	else
		group->kernel_pages += more;
	if (group->kind != TIERMM_ZONE_GROUP_DYNAMIC)
		return;
	if (zone == TIERMM_ZONE_MOVABLE) {
		z->nodes[group->node].totals.grouped += more;
		z->whole.grouped += more;
	}
	reserve(z, group);
}

void tiermm__zone_refresh_ratio(struct tiermm_zones *z)
{
	for (uint32_t i = 0; i < z->room.max_groups; i++)
		if (z->groups[i].kind == TIERMM_ZONE_GROUP_DYNAMIC)
			reserve(z, &z->groups[i]);
}
