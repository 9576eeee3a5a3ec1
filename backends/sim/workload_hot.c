/* SPDX-License-Identifier: MIT */
/* Workloads with hot pages that change: a window that drifts, and phases. */
#include "workload.h"

/* `hot` of the pages, at least one. */
static uint64_t hot_pages(const struct tiermm__sim_generator *g)
{
	uint64_t hot = g->spec.number[SPEC_HOT];
	uint64_t n = g->pages / 10000 * hot + g->pages % 10000 * hot / 10000;

	return n ? n : 1;
}

/* A page in the window from `base` on, or with 1 - share any page. */
static uint64_t draw_from(struct tiermm__sim_generator *g, uint64_t base)
{
	uint64_t page;

	if (tiermm_random_below(&g->random, 10000) >=
	    g->spec.number[SPEC_SHARE])
		return tiermm_random_below(&g->random, g->pages);
	page = base + tiermm_random_below(&g->random, hot_pages(g));
	return page < g->pages ? page : page - g->pages;
}

uint64_t tiermm__sim_draw_hotset(struct tiermm__sim_generator *g)
{
	uint64_t page = draw_from(g, g->base);
	uint64_t drift = g->spec.number[SPEC_DRIFT];

	if (drift && ++g->until == drift) {
		g->until = 0;
		g->base = g->base + 1 == g->pages ? 0 : g->base + 1;
	}
	return page;
}

uint64_t tiermm__sim_draw_phase(struct tiermm__sim_generator *g)
{
	uint64_t phases = g->spec.number[SPEC_PHASES];
	/* pages < 2^48 and phases <= 2^16: no overflow. */
	uint64_t page = draw_from(g, g->base * g->pages / phases);

	if (++g->until == g->spec.number[SPEC_LENGTH]) {
		g->until = 0;
		g->base = g->base + 1 == phases ? 0 : g->base + 1;
	}
	return page;
}
