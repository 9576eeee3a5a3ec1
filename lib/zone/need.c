/* SPDX-License-Identifier: MIT */
/*
 * Which ratio a wish needs (Z9). A greater ratio raises the limit and lowers
 * what other groups need, so once a wish fits it fits at every greater one,
 * and halving finds the first.
 */
#include "zone/internal.h"

/* The account with every group's share worked out at another ratio. */
struct what_if {
	struct tiermm_zone_parameters parameters;
	struct tiermm__zone_totals whole;
	struct tiermm__zone_totals local;
	struct tiermm_zone_group group;
};

static void work_out(const struct tiermm_zones *z, int32_t node, uint32_t ratio,
		     struct what_if *w)
{
	w->parameters.ratio = ratio;
	w->whole.reserved = 0;
	w->local.reserved = 0;
	w->group.reserved_pages = tiermm__zone_reserved(&w->group, ratio);
	for (uint32_t i = 0; i < z->room.max_groups; i++) {
		uint64_t pages = tiermm__zone_reserved(&z->groups[i], ratio);

		w->whole.reserved += pages;
		if (z->groups[i].node == node)
			w->local.reserved += pages;
	}
}

static int fits(const struct what_if *w, int32_t node, uint64_t need,
		int node_aware)
{
	const struct tiermm_zone_group *group = &w->group;
	struct tiermm_zone_check check;
	int is_bare = (w->parameters.flags & TIERMM_ZONE_BARE_NODES) &&
		      !w->local.kernel;

	tiermm__zone_work_out(&w->parameters, &w->whole, TIERMM_NO_NODE, group,
			      need, &check);
	if (!check.holds || !node_aware || is_bare)
		return (int)check.holds;
	tiermm__zone_work_out(&w->parameters, &w->local, node, group, need,
			      &check);
	return (int)check.holds;
}

uint32_t tiermm__zone_lowest_ratio(const struct tiermm_zones *z, int32_t node,
				   const struct tiermm_zone_group *group,
				   uint64_t need, int node_aware)
{
	struct what_if w = { .parameters = z->parameters,
			     .whole = z->whole,
			     .local = z->nodes[node].totals };
	uint32_t low = 0, high = TIERMM_ZONE_RATIO_SOUGHT;

	if (group)
		w.group = *group;
	work_out(z, node, high, &w);
	if (!fits(&w, node, need, node_aware))
		return 0;
	/* It fits at high, and at low it does not. */
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		work_out(z, node, middle, &w);
		if (fits(&w, node, need, node_aware))
			high = middle;
		else
			low = middle;
	}
	return high;
}

static int ratio_needed(const struct tiermm_zones *z, uint64_t block,
			uint32_t node_aware, uint32_t *ratio)
{
	const struct tiermm__zone_entry *entry = tiermm__zone_find(z, block);
	struct tiermm__zone_view view;
	uint64_t need;

	if (!entry)
		return -TIERMM_ENOENT;
	if (entry->zone != TIERMM_ZONE_NONE)
		return -TIERMM_EEXIST;
	tiermm__zone_look(z, entry, &view);
	need = tiermm__zone_wish(&view);
	*ratio = need ? tiermm__zone_lowest_ratio(z, entry->node, view.group,
						  need, node_aware != 0)
		      : 0;
	return 0;
}

int tiermm_zones_ratio_needed(struct tiermm_zones *z, uint64_t block,
			      uint32_t node_aware, uint32_t *ratio)
{
	int err;

	if (!ratio)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = ratio_needed(z, block, node_aware, ratio);
	tiermm__zones_leave(z);
	return err;
}
