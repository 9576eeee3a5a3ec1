/* SPDX-License-Identifier: MIT */
/* Random machines for the graph's property tests, known to both sides. */
#ifndef TESTS_PROPERTY_RANDOM_GRAPH_H
#define TESTS_PROPERTY_RANDOM_GRAPH_H

#include "naive_graph.h"

#include <tiermm/topology_create.h>

/*
 * Draw a machine of exactly n nodes: ids with gaps or without, all states,
 * tiers 1 to 5, distances in one of several styles, named targets that
 * mostly, but not always, form no cycle.
 */
void random_machine(struct tiermm_random *random, struct naive_machine *m,
		    int n);

/* The same machine for the library. Aborts where that refuses it. */
struct tiermm_topology *random_topology(const struct naive_machine *m);

uint32_t random_below(struct tiermm_random *random, uint32_t bound);

#endif
