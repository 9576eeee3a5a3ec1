/* SPDX-License-Identifier: MIT */
/* Random machines for the graph's property tests. */
#include "random_graph.h"

#include <stdio.h>
#include <stdlib.h>

uint32_t random_below(struct tiermm_random *random, uint32_t bound)
{
	return (uint32_t)tiermm_random_below(random, bound);
}

/* Ties matter most, so most styles have few different distances. */
static int draw_distance(struct tiermm_random *random, uint32_t style)
{
	static const int few[] = { 20, 21, 22, 30 };
	static const int walls[] = { 20, 21, 255, 254 };

	switch (style) {
	case 0:
		return few[random_below(random, 4)];
	case 1:
		return walls[random_below(random, 4)];
	case 2:
		return 20;
	case 3:
		return 11 + (int)random_below(random, 245);
	default:
		return 20 + (int)random_below(random, 3);
	}
}

static void draw_nodes(struct tiermm_random *random, struct naive_machine *m)
{
	int room = NAIVE_NODES - m->n;
	int gap = random_below(random, 2) ? 0 : 1 + room / (2 * m->n + 2);
	uint32_t with_cpus = random_below(random, 5);
	uint32_t tiers = 1 + random_below(random, 5);
	int id = 0;

	for (int i = 0; i < m->n; i++) {
		uint32_t state = random_below(random, 12);

		if (gap)
			id += (int)random_below(random, (uint32_t)gap);
		m->id[i] = id++;
		m->memory[i] = state > 1;
		m->going[i] = state == 2;
		m->cpus[i] = random_below(random, 4) < with_cpus;
		m->tier[i] = 1 + (int)random_below(random, tiers);
	}
}

static void draw_distances(struct tiermm_random *random,
			   struct naive_machine *m)
{
	uint32_t style = random_below(random, 5);
	int symmetric = random_below(random, 2) == 0;

	for (int a = 0; a < m->n; a++) {
		for (int b = 0; b < m->n; b++) {
			m->distance[a][b] = draw_distance(random, style);
			if (symmetric && b < a)
				m->distance[a][b] = m->distance[b][a];
		}
		m->distance[a][a] = 10;
	}
}

/* Edges go one way along a random order; now and then one goes back. */
static void draw_named(struct tiermm_random *random, struct naive_machine *m)
{
	uint32_t edges = random_below(random, 2 * (uint32_t)m->n + 1);

	for (int a = 0; a < m->n; a++)
		for (int b = 0; b < m->n; b++)
			m->named[a][b] = 0;
	while (edges--) {
		int a = (int)random_below(random, (uint32_t)m->n);
		int b = (int)random_below(random, (uint32_t)m->n);

		if (a * 7 % m->n < b * 7 % m->n ||
		    random_below(random, 200) == 0)
			m->named[a][b] = a != b && m->distance[a][b] != 255;
	}
}

void random_machine(struct tiermm_random *random, struct naive_machine *m,
		    int n)
{
	m->n = n;
	draw_nodes(random, m);
	draw_distances(random, m);
	draw_named(random, m);
}

static void must(int err)
{
	if (!err)
		return;
	fprintf(stderr, "a random machine: %s\n", tiermm_strerror(err));
	abort();
}

static uint32_t state_of(const struct naive_machine *m, int i)
{
	if (m->memory[i])
		return m->going[i] ? TIERMM_NODE_GOING : TIERMM_NODE_ONLINE;
	return m->cpus[i] || i % 2 ? TIERMM_NODE_MEMORYLESS
				   : TIERMM_NODE_ABSENT;
}

static void describe(const struct naive_machine *m,
		     struct tiermm_topology_builder *b)
{
	for (int i = 0; i < m->n; i++) {
		must(tiermm_topology_builder_add_node(b, m->id[i],
						      state_of(m, i), 0));
		must(tiermm_topology_builder_set_abstract_distance(
			b, m->id[i], m->tier[i] * 128 + i % 128,
			TIERMM_SOURCE_CALLER));
		if (m->cpus[i])
			must(tiermm_topology_builder_set_cpu(b, (uint32_t)i,
							     m->id[i]));
	}
	for (int from = 0; from < m->n; from++)
		for (int to = 0; to < m->n; to++)
			must(tiermm_topology_builder_set_distance(
				b, m->id[from], m->id[to],
				(uint32_t)m->distance[from][to],
				TIERMM_SOURCE_SLIT));
}

struct tiermm_topology *random_topology(const struct naive_machine *m)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes =
							     (uint32_t)m->n,
						     .max_cpus = (uint32_t)m->n,
						     .max_access = 1 };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	must(tiermm_topology_builder_create(&b, &o, NULL));
	describe(m, b);
	must(tiermm_topology_create(&t, b, NULL, NULL));
	tiermm_topology_builder_destroy(b);
	return t;
}
