/* SPDX-License-Identifier: MIT */
/* Decisions about blocks of the account: what is looked at, what is told. */
#include "zone/internal.h"

#include "base/options.h"

/* Block by block, as far as the first one in a kernel zone. */
void tiermm__zone_look_at_unit(const struct tiermm_zones *z,
			       struct tiermm__zone_view *view)
{
	uint64_t start, end;

	if (!tiermm__zone_has_units(view))
		return;
	start = view->start - view->start % view->group->pages;
	end = start + view->group->pages;
	for (; start < end; start += view->pages) {
		const struct tiermm__zone_entry *entry =
			tiermm__zone_find(z, start / view->pages);

		if (!entry || entry->zone == TIERMM_ZONE_NONE)
			continue;
		if (entry->zone != TIERMM_ZONE_MOVABLE) {
			view->unit_has_kernel = 1;
			view->unit_kernel = start;
			return;
		}
		view->unit_online += view->pages;
	}
}

void tiermm__zone_look(const struct tiermm_zones *z,
		       const struct tiermm__zone_entry *entry,
		       struct tiermm__zone_view *view)
{
	*view = (struct tiermm__zone_view){
		.parameters = &z->parameters,
		.whole = &z->whole,
		.node = &z->nodes[entry->node],
		.group = tiermm__zone_group_of(z, entry->group),
		.node_id = entry->node,
		.start = entry->block * z->room.block_pages,
		.pages = z->room.block_pages,
	};
	tiermm__zone_look_at_unit(z, view);
}

static int decide(const struct tiermm_zones *z, uint64_t block, uint32_t how,
		  uint32_t *zone, struct tiermm_zone_decision *why)
{
	const struct tiermm__zone_entry *entry = tiermm__zone_find(z, block);
	struct tiermm__zone_view view;

	if (!entry)
		return -TIERMM_ENOENT;
	if (entry->zone != TIERMM_ZONE_NONE)
		return -TIERMM_EEXIST;
	why->how = how;
	why->policy = z->parameters.policy;
	why->ratio = z->parameters.ratio;
	why->block = block;
	why->node = entry->node;
	why->group = entry->group;
	tiermm__zone_look(z, entry, &view);
	*zone = tiermm__zone_judge(&view, how, why);
	return 0;
}

int tiermm_zones_decide(struct tiermm_zones *z, uint64_t block, uint32_t how,
			uint32_t *zone, struct tiermm_zone_decision *why)
{
	struct tiermm_zone_decision known = { .size = sizeof(known) };
	int err;

	if (!zone || how > TIERMM_ONLINE_MOVABLE ||
	    (why && why->size < sizeof(*why)))
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = decide(z, block, how, zone, &known);
	tiermm__zones_leave(z);
	if (!err && why)
		tiermm__give_out(why, &known, sizeof(known));
	return err;
}
