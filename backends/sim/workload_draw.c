/* SPDX-License-Identifier: MIT */
/* Workloads that draw each page by itself. */
#include "workload.h"

#include "workload_fixed.h"

/* theta in 1/10^9 as units of 2^-60: 2^60 / 10^9, cut into two factors. */
static uint64_t theta_of(const struct tiermm__sim_generator *g)
{
	uint64_t billionths = g->spec.number[SPEC_THETA];
	uint64_t whole = billionths / 1000000000;
	uint64_t rest = billionths % 1000000000;

	/* rest < 2^30: the quotient by 10^9 of rest * 2^34 is exact in 64. */
	rest = (rest << 34) / 1000000000 << 26;
	return (whole << 60) + rest;
}

int tiermm__sim_zipf_begin(struct tiermm__sim_generator *g)
{
	g->pages = g->spec.number[SPEC_PAGES];
	tiermm__sim_scatter_init(&g->scatter, g->pages,
				 g->spec.number[SPEC_SEED]);
	return tiermm__sim_zipf_create(&g->zipf, g->pages, theta_of(g),
				       &g->mem);
}

uint64_t tiermm__sim_draw_uniform(struct tiermm__sim_generator *g)
{
	return tiermm_random_below(&g->random, g->pages);
}

uint64_t tiermm__sim_draw_zipf(struct tiermm__sim_generator *g)
{
	uint64_t rank = tiermm__sim_zipf_draw(g->zipf, &g->random);

	return tiermm__sim_scatter_of(&g->scatter, rank);
}

/*
 * Irwin-Hall: the sum of twelve even draws has a bell shape, with a deviation
 * of a twelfth of the whole range. Each word brings four draws of 16 bits; a
 * fourth word fills the places behind the point.
 */
uint64_t tiermm__sim_draw_normal(struct tiermm__sim_generator *g)
{
	/* The sum fills three quarters of its 20 bits. */
	uint64_t range = g->pages / 3 * 4 + g->pages % 3 * 4 / 3;
	uint64_t sum = 0, page;

	for (int i = 0; i < 3; i++) {
		uint64_t word = tiermm_random_next(&g->random);

		sum += (word & 0xffff) + (word >> 16 & 0xffff) +
		       (word >> 32 & 0xffff) + (word >> 48);
	}
	page = tiermm__sim_multiply_high(sum << 44 | tiermm_random_next(
							     &g->random) >>
							     20,
					 range);
	return page < g->pages ? page : g->pages - 1;
}
