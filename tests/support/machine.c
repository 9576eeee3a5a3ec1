/* SPDX-License-Identifier: MIT */
/* Small machines for tests. */
#include "support/machine.h"

#include <stdio.h>
#include <stdlib.h>

/* Random machines keep to these CPUs. */
#define RANDOM_CPUS 32

const struct machine machine_two_tiers = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 2 },
		   { .id = 1, .cpus = 2 },
		   { .id = 2, .type = TIERMM_MEMORY_CXL, .tier = 37 } },
	.distance = { 10, 21, 25, 21, 10, 25, 25, 25, 10 },
};

const struct machine machine_three_tiers = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 2 },
		   { .id = 1, .cpus = 2 },
		   { .id = 2, .tier = 37 },
		   { .id = 3, .tier = 60 } },
	.distance = { 10, 21, 25, 40, 21, 10, 27, 40, 25, 27, 10, 30, 40, 40,
		      30, 10 },
};

static void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", what, tiermm_strerror(err));
	abort();
}

static struct tiermm_topology_builder *new_builder(void)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = MACHINE_IDS,
						     .max_cpus = 4096 };
	struct tiermm_topology_builder *b;

	must(tiermm_topology_builder_create(&b, &o, NULL), "builder_create");
	return b;
}

static void add_node(struct tiermm_topology_builder *b,
		     const struct machine_node *node, uint32_t *cpu)
{
	uint32_t state = node->state ? node->state % 16 : TIERMM_NODE_ONLINE;

	must(tiermm_topology_builder_add_node(b, node->id, state, node->pages),
	     "add_node");
	must(tiermm_topology_builder_set_type(b, node->id, node->type),
	     "set_type");
	if (node->tier)
		must(tiermm_topology_builder_set_abstract_distance(
			     b, node->id, node->tier * TIERMM_TIER_CHUNK,
			     TIERMM_SOURCE_CALLER),
		     "set_abstract_distance");
	for (uint32_t i = 0; i < node->cpus; i++)
		must(tiermm_topology_builder_set_cpu(b, (*cpu)++, node->id),
		     "set_cpu");
}

struct tiermm_topology_builder *machine_builder(const struct machine *m)
{
	struct tiermm_topology_builder *b = new_builder();
	uint32_t cpu = 0;

	for (uint32_t i = 0; i < m->n; i++)
		add_node(b, &m->nodes[i], &cpu);
	for (uint32_t i = 0; i < m->n * m->n; i++)
		if (m->distance[i])
			must(tiermm_topology_builder_set_distance(
				     b, m->nodes[i / m->n].id,
				     m->nodes[i % m->n].id, m->distance[i],
				     TIERMM_SOURCE_SLIT),
			     "set_distance");
	return b;
}

struct tiermm_topology *machine_snapshot(struct tiermm_topology_builder *b)
{
	struct tiermm_topology *t;

	must(tiermm_topology_create(&t, b, NULL, NULL), "topology_create");
	return t;
}

struct tiermm_topology *machine_topology(const struct machine *m)
{
	struct tiermm_topology_builder *b = machine_builder(m);
	struct tiermm_topology *t = machine_snapshot(b);

	tiermm_topology_builder_destroy(b);
	return t;
}

static uint32_t below(struct tiermm_random *random, uint32_t bound)
{
	return (uint32_t)tiermm_random_below(random, bound);
}

/* Most speeds are near each other, some are unknown. */
static uint32_t random_speed(struct tiermm_random *random)
{
	return below(random, 8) ? 90 + below(random, 20)
				: below(random, 4) * 100;
}

static void edit_node(struct tiermm_topology_builder *b,
		      struct tiermm_random *random, int32_t node)
{
	uint32_t state = below(random, 4);
	uint64_t pages = state >= TIERMM_NODE_ONLINE ? below(random, 5) : 0;

	switch (below(random, 6)) {
	case 0:
		tiermm_topology_builder_add_node(b, node, state, pages);
		break;
	case 1:
		tiermm_topology_builder_set_state(b, node, state, pages,
						  TIERMM_SOURCE_CALLER);
		break;
	case 2:
		tiermm_topology_builder_set_type(b, node,
						 below(random,
						       TIERMM_MEMORY_TYPES));
		break;
	case 3:
		tiermm_topology_builder_set_cpu(b, below(random, RANDOM_CPUS),
						node);
		break;
	case 4:
		tiermm_topology_builder_set_abstract_distance(
			b, node, (int32_t)below(random, 1024) - 1,
			below(random, 2) ? TIERMM_SOURCE_CALLER
					 : TIERMM_SOURCE_KERNEL);
		break;
	default:
		tiermm_topology_builder_set_cpu(b, below(random, RANDOM_CPUS),
						TIERMM_NO_NODE);
	}
}

static void edit_pair(struct tiermm_topology_builder *b,
		      struct tiermm_random *random, int32_t from, int32_t to)
{
	struct tiermm_access a;

	if (below(random, 2)) {
		tiermm_topology_builder_set_distance(
			b, from, to, from == to ? 10 : 11 + below(random, 245),
			TIERMM_SOURCE_SLIT);
		return;
	}
	a.read_latency_ns = random_speed(random);
	a.write_latency_ns = random_speed(random);
	a.read_bandwidth_mbps = random_speed(random);
	a.write_bandwidth_mbps = random_speed(random);
	tiermm_topology_builder_set_access(b, from, to, &a);
}

void machine_random_edit(struct tiermm_topology_builder *b,
			 struct tiermm_random *random, uint32_t ids)
{
	int32_t node = (int32_t)below(random, ids);

	/* What the builder refuses is no change. */
	if (below(random, 3))
		edit_pair(b, random, node, (int32_t)below(random, ids));
	else
		edit_node(b, random, node);
}

struct tiermm_topology_builder *machine_random(struct tiermm_random *random,
					       uint32_t ids)
{
	struct tiermm_topology_builder *b = new_builder();
	uint32_t n = 1 + below(random, ids), state;

	for (uint32_t i = 0; i < n; i++) {
		state = below(random, 6);
		if (state > TIERMM_NODE_GOING)
			state = TIERMM_NODE_ONLINE;
		/* The same id twice is refused: one node fewer then. */
		tiermm_topology_builder_add_node(b, (int32_t)below(random, ids),
						 state, 0);
	}
	for (uint32_t i = below(random, 4 * n * n); i; i--)
		machine_random_edit(b, random, ids);
	return b;
}
