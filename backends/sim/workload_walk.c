/* SPDX-License-Identifier: MIT */
/* Workloads with a place of each thread: scans, chains; and random updates. */
#include "workload.h"

int tiermm__sim_walk_begin(struct tiermm__sim_generator *g)
{
	uint64_t threads = g->spec.number[SPEC_THREADS];

	g->pages = g->spec.number[SPEC_PAGES];
	tiermm__sim_scatter_init(&g->scatter, g->pages,
				 g->spec.number[SPEC_SEED]);
	g->position =
		tiermm__sim_alloc(&g->mem, threads * sizeof(*g->position));
	return g->position ? 0 : -TIERMM_ENOMEM;
}

uint64_t tiermm__sim_draw_scan(struct tiermm__sim_generator *g)
{
	uint64_t *position = &g->position[g->thread];
	uint64_t page = *position;

	*position = (page + g->spec.number[SPEC_STRIDE]) % g->pages;
	return page;
}

/*
 * A linear congruence with a full period visits each k-bit word once a round;
 * those beyond the pages are passed over, so that one cycle goes through all
 * pages, and the shuffle takes its regularity away.
 */
void tiermm__sim_operate_chase(struct tiermm__sim_generator *g)
{
	uint64_t *position = &g->position[g->thread];
	uint64_t page;

	do {
		*position = (*position * 6364136223846793005u + 1) &
			    g->scatter.mask;
		page = tiermm__sim_scatter_word(&g->scatter, *position);
	} while (page >= g->pages);
	tiermm__sim_add(g, page, TIERMM_SIM_DEPENDENT, 1);
}

void tiermm__sim_operate_gups(struct tiermm__sim_generator *g)
{
	uint64_t page = tiermm_random_below(&g->random, g->pages);

	tiermm__sim_add(g, page, 0, 1);
	tiermm__sim_add(g, page, TIERMM_SIM_WRITE | TIERMM_SIM_DEPENDENT, 1);
}
