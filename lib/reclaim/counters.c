/* SPDX-License-Identifier: MIT */
/* Numbers that the owner writes and anybody reads (R7). */
#include "reclaim/internal.h"

#include <tiermm/error.h>

struct table {
	const _Atomic uint64_t *counters;
	uint64_t n;
};

static struct table find(const struct tiermm_reclaim *r, uint32_t table)
{
	switch (table) {
	case TIERMM_RECLAIM_TABLE_COUNTERS:
		return (struct table){ r->counter, TIERMM_RECLAIM_COUNTERS };
	case TIERMM_RECLAIM_TABLE_REASONS:
		return (struct table){ r->reason, TIERMM_RECLAIM_REASONS };
	case TIERMM_RECLAIM_TABLE_NOT_DEMOTED:
		return (struct table){ r->not_demoted, TIERMM_RECLAIM_REASONS };
	default:
		return (struct table){ r->outcome, TIERMM_OUTCOMES };
	}
}

int tiermm_reclaim_counters(const struct tiermm_reclaim *r, uint32_t table,
			    uint64_t *out, uint64_t cap, uint64_t *n_out)
{
	struct table t;

	if (!r || (!out && cap) || !n_out || table >= TIERMM_RECLAIM_TABLES)
		return -TIERMM_EINVAL;
	t = find(r, table);
	/* Relaxed: each by itself. Partner: tiermm__reclaim_count(). */
	for (uint64_t i = 0; i < cap && i < t.n; i++)
		out[i] = atomic_load_explicit(&t.counters[i],
					      memory_order_relaxed);
	*n_out = t.n;
	return 0;
}
