/* SPDX-License-Identifier: MIT */
/*
 * Look-ups as in XSBench (Tramm et al., 2014), a kernel of Monte Carlo
 * neutron transport: an energy is searched for in a sorted grid, then the
 * tables of each nuclide of a material are read at that energy.
 *
 * The pages are cut into the grid (`grid` of them) and the tables of 68
 * nuclides. Materials are drawn with the benchmark's frequencies, and have as
 * many nuclides as in its small model.
 */
#include "workload.h"

#include "workload_fixed.h"

#define NUCLIDES 68
/* Points of the grid on a page: an energy and an index each. */
#define POINTS 256

struct material {
	uint32_t thousandths; /* how often it is hit, summed up */
	uint32_t nuclides;
};

static const struct material materials[] = {
	{ 140, 34 }, { 192, 5 },  { 467, 4 },  { 601, 4 },
	{ 755, 27 }, { 819, 21 }, { 885, 21 }, { 940, 21 },
	{ 948, 21 }, { 963, 21 }, { 988, 9 },  { 1000, 9 },
};

int tiermm__sim_xsbench_begin(struct tiermm__sim_generator *g)
{
	uint64_t pages = g->spec.number[SPEC_PAGES];
	uint64_t grid = g->spec.number[SPEC_GRID];

	g->pages = pages;
	g->grid = pages / 10000 * grid + pages % 10000 * grid / 10000;
	if (!g->grid)
		g->grid = 1;
	return 0;
}

static uint32_t draw_material(struct tiermm__sim_generator *g)
{
	uint64_t draw = tiermm_random_below(&g->random, 1000);
	uint32_t i = 0;

	while (materials[i].thousandths <= draw)
		i++;
	return i;
}

/* Halve the grid until the energy is found: the first steps are hot. */
static void search(struct tiermm__sim_generator *g, uint64_t point)
{
	uint64_t low = 0, high = g->grid * POINTS;

	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		tiermm__sim_add(g, middle / POINTS, TIERMM_SIM_DEPENDENT, 1);
		if (middle <= point)
			low = middle;
		else
			high = middle;
	}
}

void tiermm__sim_operate_xsbench(struct tiermm__sim_generator *g)
{
	/* A place in the grid and in each table, as a fraction of 2^64. */
	uint64_t energy = tiermm_random_next(&g->random);
	uint64_t tables = g->pages - g->grid;
	uint32_t material = draw_material(g);

	search(g, tiermm__sim_multiply_high(energy, g->grid * POINTS));
	for (uint32_t i = 0; i < materials[material].nuclides && tables; i++) {
		/* A material's nuclides are the same ones each time. */
		uint64_t nuclide = (material * 5 + i) % NUCLIDES;
		uint64_t first = nuclide * tables / NUCLIDES;
		uint64_t own = (nuclide + 1) * tables / NUCLIDES - first;

		/* Where the tables are too few, a page has several. */
		tiermm__sim_add(g,
				g->grid + first +
					tiermm__sim_multiply_high(energy, own),
				0, 2);
	}
}
