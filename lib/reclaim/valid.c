/* SPDX-License-Identifier: MIT */
/* Reclaim's own promises: each table adds up with the others (R7, I8). */
#include "reclaim/internal.h"

/* Relaxed: the owner wrote them, and asks. */
static uint64_t sum(const _Atomic uint64_t *counters, uint32_t n)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < n; i++)
		total += atomic_load_explicit(&counters[i],
					      memory_order_relaxed);
	return total;
}

static int counters_are_valid(const struct tiermm_reclaim *r)
{
	const _Atomic uint64_t *c = r->counter;
	uint64_t in = sum(&c[TIERMM_RECLAIM_PAGES_IN], 1);
	uint64_t out = sum(&c[TIERMM_RECLAIM_PAGES_OUT], TIERMM_VERDICTS);

	return in == out + r->open_pages &&
	       out == sum(r->reason, TIERMM_RECLAIM_REASONS) &&
	       sum(&c[TIERMM_RECLAIM_PGSCAN], TIERMM_RECLAIMERS) <= in &&
	       sum(&c[TIERMM_RECLAIM_PGDEMOTE], TIERMM_RECLAIMERS) <=
		       sum(&c[TIERMM_RECLAIM_PGSTEAL], TIERMM_RECLAIMERS) &&
	       sum(r->not_demoted, TIERMM_RECLAIM_REASONS) <= in &&
	       sum(&c[TIERMM_RECLAIM_FALLBACKS], 1) <= in &&
	       sum(&c[TIERMM_RECLAIM_ATTEMPTS], 1) ==
		       sum(r->outcome, TIERMM_OUTCOMES);
}

static int node_is_valid(const struct tiermm_reclaim *r, uint32_t node)
{
	const struct tiermm__reclaim_node *own = &r->nodes[node];
	const struct tiermm_watermarks *m = &own->marks;

	if (!tiermm__nodeset_has(&r->known, (int32_t)node) && own->balancing)
		return 0;
	return m->min <= m->low && m->low <= m->high && m->high <= m->promo &&
	       m->low <= m->start && m->high <= m->stop && m->start <= m->stop;
}

int tiermm_reclaim_is_valid(const struct tiermm_reclaim *r)
{
	if (!r || !counters_are_valid(r))
		return 0;
	for (uint32_t i = 0; i < r->max_nodes; i++)
		if (!node_is_valid(r, i))
			return 0;
	return 1;
}
