/* SPDX-License-Identifier: MIT */
/* Options of promotion: checked, with defaults put in. */
#include "base/options.h"
#include "promotion/internal.h"

#define DEFAULT_CANDIDATES 4096
/* Linux's own. */
#define DEFAULT_THRESHOLD_MS 1000
#define DEFAULT_PERIOD_MS 60000
#define DEFAULT_LIMIT_MIBPS 65536
#define DEFAULT_GUARD_MS 10000
#define DEFAULT_COOL_MS 10000
#define DEFAULT_STALE_MS 10000
/* A day; with it, every product of two options fits 64 bits. */
#define MAX_MS 86400000u

#define KNOWN_FLAGS (TIERMM_PROMOTION_NO_GUARD | TIERMM_PROMOTION_BALANCE)

static void put_defaults(struct tiermm_promotion_options *o, uint32_t ids)
{
	tiermm__default_u32(&o->max_candidates, DEFAULT_CANDIDATES);
	tiermm__default_u32(&o->max_nodes, ids);
	tiermm__default_u32(&o->hot_threshold_ms, DEFAULT_THRESHOLD_MS);
	tiermm__default_u32(&o->adjust_period_ms, DEFAULT_PERIOD_MS);
	tiermm__default_u32(&o->rate_limit_mibps, DEFAULT_LIMIT_MIBPS);
	tiermm__default_u32(&o->guard_ms, DEFAULT_GUARD_MS);
	tiermm__default_u32(&o->guard_delay_ms, DEFAULT_GUARD_MS);
	tiermm__default_u32(&o->cool_ms, DEFAULT_COOL_MS);
	tiermm__default_u32(&o->stale_ms, DEFAULT_STALE_MS);
}

static int check_times(const struct tiermm_promotion_options *o)
{
	/* A threshold moves by an eighth of the default: not by nothing. */
	if (o->hot_threshold_ms < 8 || o->hot_threshold_ms > MAX_MS)
		return -TIERMM_EINVAL;
	if (o->adjust_period_ms > MAX_MS || o->guard_ms > MAX_MS ||
	    o->guard_delay_ms > MAX_MS || o->cool_ms > MAX_MS ||
	    o->stale_ms > MAX_MS)
		return -TIERMM_EINVAL;
	return 0;
}

static int check_room(const struct tiermm_promotion_options *o, uint32_t ids)
{
	if (!o->pages || o->pages > TIERMM_PROMOTION_PAGES_MAX ||
	    o->max_candidates > TIERMM_PROMOTION_CANDIDATES_MAX ||
	    o->max_nodes > TIERMM_MAX_NODES)
		return -TIERMM_EINVAL;
	if (o->policy >= TIERMM_PROMOTION_POLICIES ||
	    (o->policy == TIERMM_PROMOTION_OWN) != !!o->own)
		return -TIERMM_EINVAL;
	return o->max_nodes < ids ? -TIERMM_ENOSPC : 0;
}

int tiermm__promotion_options(struct tiermm_promotion_options *dst,
			      const struct tiermm_promotion_options *src,
			      const struct tiermm_demotion_graph *graph)
{
	uint32_t ids;
	int err;

	if (!src)
		return -TIERMM_EINVAL;
	err = tiermm__options_copy(dst, sizeof(*dst), src, sizeof(*dst),
				   KNOWN_FLAGS);
	if (err)
		return err;
	/* Only a footprint is asked for without a graph. */
	ids = graph ? tiermm__promotion_ids(graph) : dst->max_nodes;
	if (!ids)
		return -TIERMM_EINVAL;
	put_defaults(dst, ids);
	err = check_times(dst);
	return err ? err : check_room(dst, ids);
}
