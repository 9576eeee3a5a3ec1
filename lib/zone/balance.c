/* SPDX-License-Identifier: MIT */
/*
 * Whether past decisions stand (Z3, Z8). Two conditions a scope: the early
 * kernel pages that dynamic groups need are there (R <= K), and what is left
 * of them carries the movable memory outside of those groups. Each decision
 * keeps both, so only force breaks them: a request that skips the test, early
 * memory that goes, kernel blocks of a group that go first, another ratio.
 */
#include "zone/internal.h"

#include "base/arithmetic.h"

struct list {
	struct tiermm_zone_imbalance *out;
	uint64_t cap;
	uint64_t n;
};

static void name(struct list *list, const struct tiermm_zone_imbalance *found)
{
	if (list->n < list->cap)
		list->out[list->n] = *found;
	list->n++;
}

/* Early kernel pages that so many movable ones need, rounded up. */
static uint64_t needed(uint64_t movable, uint32_t ratio)
{
	uint64_t rest, pages;

	if (!ratio)
		return 0;
	rest = (movable % ratio * 100 + ratio - 1) / ratio;
	if (tiermm__mul_overflow(movable / ratio, 100, &pages) ||
	    tiermm__add_overflow(pages, rest, &pages))
		return UINT64_MAX;
	return pages;
}

static void look_at_rest(const struct tiermm_zones *z, int32_t node,
			 const struct tiermm__zone_totals *totals,
			 uint64_t early, struct list *list)
{
	uint32_t ratio = z->parameters.ratio;
	struct tiermm_zone_imbalance found = {
		.node = node,
		.group = TIERMM_ZONE_NO_GROUP,
		.movable_pages = totals->movable - totals->grouped,
	};

	if (early > totals->reserved)
		found.there_pages = early - totals->reserved;
	found.limit_pages = tiermm__zone_limit(found.there_pages, ratio);
	found.needed_pages = needed(found.movable_pages, ratio);
	if (found.movable_pages > found.limit_pages)
		name(list, &found);
}

/* The groups that ask for more than there is, each with what it asks for. */
static void look_at_groups(const struct tiermm_zones *z, int32_t node,
			   uint64_t early, struct list *list)
{
	uint32_t ratio = z->parameters.ratio;

	for (uint32_t i = 0; i < z->room.max_groups; i++) {
		const struct tiermm_zone_group *group = &z->groups[i];
		struct tiermm_zone_imbalance found = {
			.node = node,
			.group = (int32_t)i,
			.movable_pages = group->movable_pages,
			.limit_pages =
				tiermm__zone_limit(group->kernel_pages, ratio),
			.needed_pages = group->reserved_pages,
			.there_pages = early,
		};

		if (group->kind == TIERMM_ZONE_GROUP_DYNAMIC &&
		    (node == TIERMM_NO_NODE || group->node == node) &&
		    found.movable_pages > found.limit_pages)
			name(list, &found);
	}
}

static void look_at_scope(const struct tiermm_zones *z, int32_t node,
			  const struct tiermm__zone_totals *totals,
			  uint64_t kept, struct list *list)
{
	uint64_t early = totals->kernel > kept ? totals->kernel - kept : 0;

	if (!totals->movable)
		return;
	look_at_rest(z, node, totals, early, list);
	if (totals->reserved > early ||
	    (!z->parameters.ratio && totals->grouped))
		look_at_groups(z, node, early, list);
}

static void look(const struct tiermm_zones *z, struct list *list)
{
	uint32_t flags = z->parameters.flags;

	look_at_scope(z, TIERMM_NO_NODE, &z->whole, z->parameters.kept_pages,
		      list);
	if (!(flags & TIERMM_ZONE_NODE_AWARE))
		return;
	for (uint32_t i = 0; i < z->room.max_nodes; i++) {
		const struct tiermm__zone_totals *totals = &z->nodes[i].totals;

		if (totals->kernel || !(flags & TIERMM_ZONE_BARE_NODES))
			look_at_scope(z, (int32_t)i, totals, 0, list);
	}
}

int tiermm_zones_imbalances(struct tiermm_zones *z,
			    struct tiermm_zone_imbalance *out, uint64_t cap,
			    uint64_t *n_out)
{
	struct list list = { .out = out, .cap = cap };
	int err;

	if (!n_out || (!out && cap))
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	look(z, &list);
	tiermm__zones_leave(z);
	*n_out = list.n;
	return 0;
}
