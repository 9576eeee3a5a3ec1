/* SPDX-License-Identifier: MIT */
/*
 * Which zone a block gets: the tests of Linux 6.12, in its order (Z1).
 *
 * Where a unit with several blocks falls to a kernel zone, Linux looks for
 * the lowest kernel zone that touches not the block, but the place where its
 * walk over the unit stopped: the first kernel block, or else what follows the
 * unit, as many pages as the unit still needed. (The frame number that the
 * walk counts up is the one that is asked for then.) It matters only next to
 * the end of zone DMA32; it is kept.
 */
#include "zone/internal.h"

/* What an answer goes by: where a kernel zone is looked for, and why. */
struct answer {
	uint64_t start;
	uint64_t pages;
	uint32_t reason;
};

/* The lowest kernel zone that touches the place, else Normal. */
static uint32_t kernel_zone(const struct tiermm__zone_view *view,
			    const struct answer *a)
{
	for (uint32_t i = 0; i < TIERMM_ZONE_NORMAL; i++)
		if (tiermm__zone_touches(&view->node->zones[i], a->start,
					 a->pages))
			return i;
	return TIERMM_ZONE_NORMAL;
}

static uint32_t contig_zones(const struct tiermm__zone_view *view,
			     struct answer *a)
{
	uint32_t kernel = kernel_zone(view, a);
	int in_kernel = tiermm__zone_touches(&view->node->zones[kernel],
					     a->start, a->pages);
	int in_movable =
		tiermm__zone_touches(&view->node->zones[TIERMM_ZONE_MOVABLE],
				     a->start, a->pages);

	if (in_kernel != in_movable) {
		a->reason = in_kernel ? TIERMM_ZONE_ONLY_KERNEL_TOUCHES
				      : TIERMM_ZONE_ONLY_MOVABLE_TOUCHES;
		return in_kernel ? kernel : TIERMM_ZONE_MOVABLE;
	}
	a->reason = in_kernel ? TIERMM_ZONE_BOTH_TOUCH
			      : TIERMM_ZONE_NEITHER_TOUCHES;
	if (view->parameters->flags & TIERMM_ZONE_MOVABLE_NODE)
		return TIERMM_ZONE_MOVABLE;
	return kernel;
}

int tiermm__zone_has_units(const struct tiermm__zone_view *view)
{
	return view->group && view->group->kind == TIERMM_ZONE_GROUP_DYNAMIC &&
	       view->group->pages != view->pages;
}

uint64_t tiermm__zone_wish(const struct tiermm__zone_view *view)
{
	const struct tiermm_zone_group *group = view->group;

	if (group && group->kind == TIERMM_ZONE_GROUP_STATIC)
		return group->kernel_pages
			       ? 0
			       : group->pages - group->movable_pages;
	if (view->unit_has_kernel)
		return 0;
	return group ? group->pages - view->unit_online : view->pages;
}

/* Where Linux looks for a kernel zone, once it has looked at the unit. */
static void leave_unit(const struct tiermm__zone_view *view, struct answer *a,
		       uint64_t need)
{
	const struct tiermm_zone_group *group = view->group;

	if (group && group->kind == TIERMM_ZONE_GROUP_STATIC) {
		a->reason = TIERMM_ZONE_GROUP_HAS_KERNEL;
		a->pages = need ? need : a->pages;
		return;
	}
	if (!tiermm__zone_has_units(view))
		return;
	a->reason = TIERMM_ZONE_UNIT_HAS_KERNEL;
	if (!need) {
		a->start = view->unit_kernel;
		return;
	}
	a->start = view->start - view->start % group->pages + group->pages;
	a->pages = need;
}

static int is_bare(const struct tiermm__zone_view *view)
{
	return (view->parameters->flags & TIERMM_ZONE_BARE_NODES) &&
	       !view->node->totals.kernel;
}

static uint32_t unless_held(const struct tiermm_zone_check *check,
			    uint32_t reserved)
{
	if (check->holds)
		return TIERMM_ZONE_FITS;
	if (check->kernel_pages - check->kept_pages <= check->reserved_pages)
		return reserved;
	return reserved + 1; /* ..._LIMIT stands behind ..._RESERVED */
}

static uint32_t test(const struct tiermm__zone_view *view, uint64_t need,
		     struct tiermm_zone_decision *why)
{
	uint32_t reason;

	tiermm__zone_work_out(view->parameters, view->whole, TIERMM_NO_NODE,
			      view->group, need, &why->whole);
	why->checks = 1;
	reason = unless_held(&why->whole, TIERMM_ZONE_WHOLE_RESERVED);
	if (reason != TIERMM_ZONE_FITS ||
	    !(view->parameters->flags & TIERMM_ZONE_NODE_AWARE) ||
	    is_bare(view))
		return reason;
	tiermm__zone_work_out(view->parameters, &view->node->totals,
			      view->node_id, view->group, need, &why->local);
	why->checks = 2;
	return unless_held(&why->local, TIERMM_ZONE_NODE_RESERVED);
}

static uint32_t auto_movable(const struct tiermm__zone_view *view,
			     struct answer *a, struct tiermm_zone_decision *why)
{
	uint64_t need;

	a->reason = TIERMM_ZONE_RATIO_ZERO;
	if (!view->parameters->ratio)
		return kernel_zone(view, a);
	need = tiermm__zone_wish(view);
	leave_unit(view, a, need);
	if (!need)
		return kernel_zone(view, a);
	a->reason = test(view, need, why);
	return a->reason == TIERMM_ZONE_FITS ? TIERMM_ZONE_MOVABLE
					     : kernel_zone(view, a);
}

static uint32_t by_policy(const struct tiermm__zone_view *view,
			  struct answer *a, struct tiermm_zone_decision *why)
{
	a->reason = TIERMM_ZONE_POLICY_SAID;
	switch (view->parameters->policy) {
	case TIERMM_ZONE_POLICY_AUTO_MOVABLE:
		return auto_movable(view, a, why);
	case TIERMM_ZONE_POLICY_CONTIG_ZONES:
		return contig_zones(view, a);
	case TIERMM_ZONE_POLICY_MOVABLE:
		return TIERMM_ZONE_MOVABLE;
	default:
		return kernel_zone(view, a);
	}
}

uint32_t tiermm__zone_judge(const struct tiermm__zone_view *view, uint32_t how,
			    struct tiermm_zone_decision *why)
{
	struct answer a = { .start = view->start, .pages = view->pages };
	struct tiermm_zone_decision unread;
	uint32_t zone;

	if (!why)
		why = &unread;
	switch (how) {
	case TIERMM_ONLINE_KERNEL:
		a.reason = TIERMM_ZONE_ASKED_KERNEL;
		zone = kernel_zone(view, &a);
		break;
	case TIERMM_ONLINE_MOVABLE:
		a.reason = TIERMM_ZONE_ASKED_MOVABLE;
		zone = TIERMM_ZONE_MOVABLE;
		break;
	default:
		zone = by_policy(view, &a, why);
	}
	why->zone = zone;
	why->reason = a.reason;
	return zone;
}
