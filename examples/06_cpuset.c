/* SPDX-License-Identifier: MIT */
/*
 * A program that may use some nodes only (a cpuset, a guest's nodes), and the
 * ways to choose among equal targets. All state is the caller's, one a thread.
 *
 *     dram:2x64G cxl:2x256G@250ns,30GB/s
 *
 *     cc -std=c11 06_cpuset.c $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/tiermm.h>

#include "worked_machine.h"

#define PAGES 8000

/* How many of so many pages of node 0 each node gets. */
static int spread(const struct tiermm_demotion_graph *g, const char *what,
		  const struct tiermm_demotion_query *q, uint32_t *pages)
{
	int32_t to;

	for (int i = 0; i < 5; i++)
		pages[i] = 0;
	for (int i = 0; i < PAGES; i++) {
		int err = tiermm_demotion_graph_choose(g, 0, q, &to);

		if (err)
			return err;
		pages[to == TIERMM_NO_NODE ? 4 : to]++;
	}
	printf("%-24s node 2: %4" PRIu32 ", node 3: %4" PRIu32
	       ", nowhere: %4" PRIu32 "\n",
	       what, pages[2], pages[3], pages[4]);
	return 0;
}

/* No preferred node is missed or preferred by more than the share allows. */
static int near(uint32_t pages, uint32_t expected)
{
	return pages + 200 > expected && pages < expected + 200;
}

static int choices(const struct tiermm_demotion_graph *g)
{
	static const uint64_t weights[] = { 0, 0, 1, 3 };
	uint64_t cursor = 0;
	struct tiermm_random random;
	struct tiermm_demotion_query q = { .size = sizeof(q) };
	uint32_t n[5];
	int wrong = tiermm_random_seed(&random, 1);

	wrong |= spread(g, "first", &q, n) || n[2] != PAGES;
	q.choice = TIERMM_CHOICE_ROUND_ROBIN;
	q.cursor = &cursor;
	wrong |= spread(g, "round robin", &q, n) || n[2] != PAGES / 2;
	q.choice = TIERMM_CHOICE_RANDOM;
	q.random = &random;
	wrong |= spread(g, "random", &q, n) || !near(n[2], PAGES / 2);
	q.choice = TIERMM_CHOICE_WEIGHTED;
	q.weights = weights;
	q.n_weights = 4;
	wrong |= spread(g, "weighted 1 to 3", &q, n) || !near(n[2], PAGES / 4);
	return wrong;
}

static int cpusets(const struct tiermm_demotion_graph *g)
{
	struct tiermm_nodeset allowed = { { 0 } };
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .allowed = &allowed };
	uint32_t n[5];
	int wrong = tiermm_nodeset_add(&allowed, 0);

	wrong |= spread(g, "only node 0 allowed", &q, n) || n[4] != PAGES;
	wrong |= tiermm_nodeset_add(&allowed, 3);
	wrong |= spread(g, "nodes 0 and 3 allowed", &q, n) || n[3] != PAGES;
	return wrong;
}

int main(void)
{
	struct tiermm_topology *t = NULL;
	struct tiermm_demotion_graph *g = NULL;
	int err = worked_machine(&t, 2);

	if (!err)
		err = tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL);
	if (err)
		fprintf(stderr, "%s\n", tiermm_strerror(err));
	else
		err = choices(g) || cpusets(g);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	return err ? 1 : 0;
}
