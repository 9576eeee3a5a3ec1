/* SPDX-License-Identifier: MIT */
/* The check behind each decision: could so many pages more be movable? */
#include "zone/internal.h"

#include "base/arithmetic.h"

/*
 * floor(ratio * pages / 100) without a product that could wrap: with
 * pages = 100 q + r it is ratio * q + floor(ratio * r / 100).
 */
uint64_t tiermm__zone_limit(uint64_t pages, uint32_t ratio)
{
	uint64_t rest = pages % 100 * ratio / 100, limit;

	if (tiermm__mul_overflow(pages / 100, ratio, &limit) ||
	    tiermm__add_overflow(limit, rest, &limit))
		return UINT64_MAX;
	return limit;
}

static uint64_t at_most(uint64_t value, uint64_t most)
{
	return value < most ? value : most;
}

/* The numbers; own is the group that the pages would belong to. */
static void collect(const struct tiermm_zone_parameters *parameters,
		    const struct tiermm__zone_totals *totals, int32_t node,
		    const struct tiermm_zone_group *own,
		    struct tiermm_zone_check *out)
{
	int is_whole = node == TIERMM_NO_NODE;

	out->node = node;
	out->kernel_pages = totals->kernel;
	out->kept_pages =
		is_whole ? at_most(parameters->kept_pages, totals->kernel) : 0;
	out->reserved_pages = totals->reserved;
	out->group_pages = totals->grouped;
	out->own_pages = 0;
	if (own && own->kind == TIERMM_ZONE_GROUP_DYNAMIC) {
		out->own_pages = own->kernel_pages;
		if (is_whole || own->node == node) {
			out->reserved_pages -= own->reserved_pages;
			out->group_pages -= own->movable_pages;
		}
	}
	out->movable_pages = totals->movable - out->group_pages;
}

void tiermm__zone_work_out(const struct tiermm_zone_parameters *parameters,
			   const struct tiermm__zone_totals *totals,
			   int32_t node, const struct tiermm_zone_group *group,
			   uint64_t need, struct tiermm_zone_check *out)
{
	uint64_t early, wanted;

	collect(parameters, totals, node, group, out);
	out->need_pages = need;
	out->limit_pages = 0;
	early = out->kernel_pages - out->kept_pages;
	wanted = out->movable_pages + need;
	/* Strictly more, before the group's own pages are added: as Linux. */
	if (early > out->reserved_pages)
		out->limit_pages =
			tiermm__zone_limit(early - out->reserved_pages +
						   out->own_pages,
					   parameters->ratio);
	out->holds = early > out->reserved_pages && wanted <= out->limit_pages;
	out->excess_pages =
		wanted > out->limit_pages ? wanted - out->limit_pages : 0;
}

static int check(struct tiermm_zones *z, int32_t node, int32_t group,
		 uint64_t need, struct tiermm_zone_check *out)
{
	const struct tiermm_zone_group *own = tiermm__zone_group_of(z, group);
	const struct tiermm__zone_totals *totals = &z->whole;

	if (group != TIERMM_ZONE_NO_GROUP && !own)
		return -TIERMM_EINVAL;
	if (node != TIERMM_NO_NODE) {
		if (!tiermm__zones_has_node(z, node))
			return -TIERMM_ENODEV;
		totals = &z->nodes[node].totals;
	}
	tiermm__zone_work_out(&z->parameters, totals, node, own, need, out);
	return 0;
}

int tiermm_zones_check(struct tiermm_zones *z, int32_t node, int32_t group,
		       uint64_t need, struct tiermm_zone_check *out)
{
	int err;

	if (!out || need > TIERMM_ZONE_PAGES_MAX)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = check(z, node, group, need, out);
	tiermm__zones_leave(z);
	return err;
}
