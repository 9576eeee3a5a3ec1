/* SPDX-License-Identifier: MIT */
/* What could be movable of a device, and which ratio all of it needs (Z9). */
#include "zone/internal.h"

#include "base/arithmetic.h"

/* Pages more that could be movable in a scope. */
static uint64_t headroom(const struct tiermm_zones *z,
			 const struct tiermm__zone_totals *totals, int32_t node,
			 const struct tiermm_zone_group *group)
{
	struct tiermm_zone_check c;

	tiermm__zone_work_out(&z->parameters, totals, node, group, 0, &c);
	return c.limit_pages > c.movable_pages ? c.limit_pages - c.movable_pages
					       : 0;
}

static int tests_node(const struct tiermm_zones *z, int32_t node)
{
	uint32_t flags = z->parameters.flags;

	return (flags & TIERMM_ZONE_NODE_AWARE) &&
	       !((flags & TIERMM_ZONE_BARE_NODES) &&
		 !z->nodes[node].totals.kernel);
}

/* The part of a unit in front of where the device begins. */
static uint64_t offset_of(const struct tiermm__zone_view *view)
{
	return tiermm__zone_has_units(view) ? view->start % view->group->pages
					    : 0;
}

/* Devices of so many pages more and fewer may end a unit or a block. */
static uint64_t unit_of(const struct tiermm__zone_view *view)
{
	return tiermm__zone_has_units(view) ? view->group->pages : view->pages;
}

static uint64_t all_movable(const struct tiermm_zones *z,
			    const struct tiermm__zone_view *view)
{
	const struct tiermm_zone_group *group = view->group;
	uint64_t most, local;

	if (z->parameters.policy == TIERMM_ZONE_POLICY_MOVABLE)
		return TIERMM_ZONE_PAGES_MAX;
	if (z->parameters.policy != TIERMM_ZONE_POLICY_AUTO_MOVABLE ||
	    view->unit_has_kernel)
		return 0;
	most = headroom(z, view->whole, TIERMM_NO_NODE, group);
	if (tests_node(z, view->node_id)) {
		local = headroom(z, &view->node->totals, view->node_id, group);
		most = local < most ? local : most;
	}
	/* Whole units, and what is left of the first one. */
	most += view->unit_online;
	most -= most % unit_of(view);
	return most > offset_of(view) ? most - offset_of(view) : 0;
}

static uint32_t ratio_needed(const struct tiermm_zones *z,
			     const struct tiermm_zone_device *d,
			     const struct tiermm__zone_view *view)
{
	int aware = (z->parameters.flags & TIERMM_ZONE_NODE_AWARE) != 0;
	uint64_t need =
		tiermm__round_up(offset_of(view) + d->pages, unit_of(view)) -
		view->unit_online;

	if (view->unit_has_kernel)
		return 0;
	return tiermm__zone_lowest_ratio(z, d->node, view->group, need, aware);
}

uint64_t tiermm__zone_present(const struct tiermm_zones *z)
{
	uint64_t pages = 0;

	for (uint32_t n = 0; n < z->room.max_nodes; n++)
		for (uint32_t i = 0; i < TIERMM_ZONES; i++)
			pages += z->nodes[n].zones[i].present;
	return pages;
}

void tiermm__zone_plan_limits(const struct tiermm_zones *z,
			      const struct tiermm_zone_device *d,
			      const struct tiermm__zone_view *view,
			      struct tiermm_zone_plan *plan)
{
	plan->all_movable_pages = all_movable(z, view);
	plan->ratio_needed = ratio_needed(z, d, view);
	plan->stays_pages = tiermm__zone_present(z);
	if (view->group)
		plan->stays_pages -= view->group->movable_pages;
}
