/* SPDX-License-Identifier: MIT */
/* Tables of policies: taken over, and their names. */
#include "promotion/policies.h"

#include "base/memory.h"

/* Up to the last slot that every table must have; frozen. */
#define REQUIRED_SIZE                                      \
	(offsetof(struct tiermm_promotion_policy, judge) + \
	 sizeof(((struct tiermm_promotion_policy *)0)->judge))

int tiermm__policy_adopt(struct tiermm_promotion_policy *dst,
			 const struct tiermm_promotion_policy *src)
{
	uint32_t known = sizeof(*dst);

	if (!src || src->size < REQUIRED_SIZE ||
	    src->size % sizeof(src->sample))
		return -TIERMM_EINVAL;
	memset(dst, 0, sizeof(*dst));
	/* Only what the caller has: an older table ends in the middle. */
	memcpy(dst, src, src->size < known ? src->size : known);
	dst->size = known;
	if (dst->flags & ~(uint32_t)TIERMM_PROMOTION_SEES_TOP)
		return -TIERMM_E2BIG;
	return dst->name && dst->sample && dst->judge ? 0 : -TIERMM_EINVAL;
}

static const char *const policies[TIERMM_PROMOTION_POLICIES] = {
	[TIERMM_PROMOTION_KERNEL] = "kernel",
	[TIERMM_PROMOTION_HISTOGRAM] = "histogram",
	[TIERMM_PROMOTION_LATENCY] = "latency",
	[TIERMM_PROMOTION_OWN] = "own",
};

static const char *const reasons[TIERMM_PROMOTION_REASONS] = {
	[TIERMM_PROMOTION_NONE] = "none",
	[TIERMM_PROMOTION_HOT] = "hot",
	[TIERMM_PROMOTION_FREE_SPACE] = "free_space",
	[TIERMM_PROMOTION_QUEUED] = "queued",
	[TIERMM_PROMOTION_MARKED] = "marked",
	[TIERMM_PROMOTION_TOP_TIER] = "top_tier",
	[TIERMM_PROMOTION_NO_PLACE] = "no_place",
	[TIERMM_PROMOTION_NO_PAGE] = "no_page",
	[TIERMM_PROMOTION_NO_TARGET] = "no_target",
	[TIERMM_PROMOTION_FIRST_SEEN] = "first_seen",
	[TIERMM_PROMOTION_COLD] = "cold",
	[TIERMM_PROMOTION_HELD_BACK] = "held_back",
	[TIERMM_PROMOTION_RATE_LIMIT] = "rate_limit",
	[TIERMM_PROMOTION_DISPLACED] = "displaced",
	[TIERMM_PROMOTION_REFUSED] = "refused",
	[TIERMM_PROMOTION_STALE] = "stale",
	[TIERMM_PROMOTION_NO_ROOM] = "no_room",
	[TIERMM_PROMOTION_NOT_ALLOWED] = "not_allowed",
	[TIERMM_PROMOTION_OVERLOADED] = "overloaded",
	[TIERMM_PROMOTION_BUDGET] = "budget",
	[TIERMM_PROMOTION_GAVE_UP] = "gave_up",
};

const char *tiermm_promotion_policy_name(uint32_t policy)
{
	return policy < TIERMM_PROMOTION_POLICIES ? policies[policy] : NULL;
}

const char *tiermm_promotion_reason_name(uint32_t reason)
{
	return reason < TIERMM_PROMOTION_REASONS ? reasons[reason] : NULL;
}
