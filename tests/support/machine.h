/* SPDX-License-Identifier: MIT */
/*
 * Small machines for tests, written down in one piece.
 *
 *     static const struct machine two_tiers = {
 *             .n = 3,
 *             .nodes = { { .id = 0, .cpus = 2 }, { .id = 1, .cpus = 2 },
 *                        { .id = 2, .tier = 37 } },
 *             .distance = { 10, 21, 25, 21, 10, 25, 25, 25, 10 },
 *     };
 *     struct tiermm_topology *t = machine_topology(&two_tiers);
 *
 * Whatever goes wrong here is a mistake of the test: it is printed, and the
 * test program aborts.
 */
#ifndef TESTS_SUPPORT_MACHINE_H
#define TESTS_SUPPORT_MACHINE_H

#include <tiermm/random.h>
#include <tiermm/topology_create.h>

/* Nodes that a machine written down can have. */
#define MACHINE_NODES 16
/* Node ids that these builders have room for. */
#define MACHINE_IDS 64
/* State of a node without memory; 0 means TIERMM_NODE_ONLINE. */
#define MACHINE_MEMORYLESS (TIERMM_NODE_MEMORYLESS + 16)
#define MACHINE_ABSENT (TIERMM_NODE_ABSENT + 16)

struct machine_node {
	int32_t id;
	uint32_t state; /* 0: online; or MACHINE_..., or TIERMM_NODE_GOING */
	uint32_t cpus;  /* numbered from 0 up over the whole machine */
	uint32_t type;  /* TIERMM_MEMORY_... */
	int32_t tier;   /* set by the caller; 0: not set */
	uint64_t pages; /* 0: unknown */
};

struct machine {
	uint32_t n;
	struct machine_node nodes[MACHINE_NODES];
	/* n * n, row: from; all zero: no table. */
	uint32_t distance[MACHINE_NODES * MACHINE_NODES];
};

/* 0 and 1: DRAM with two CPUs each, 21 apart; 2: tier 37, 25 from both. */
extern const struct machine machine_two_tiers;
/* 0 and 1: as there, on top; 2: tier 37, in the middle; 3: tier 60. */
extern const struct machine machine_three_tiers;

struct tiermm_topology_builder *machine_builder(const struct machine *m);
struct tiermm_topology *machine_topology(const struct machine *m);

/* The snapshot of a builder, whose description must be sound. */
struct tiermm_topology *machine_snapshot(struct tiermm_topology_builder *b);

/*
 * A builder of a machine drawn from random: nodes of any state with ids below
 * ids (1 to MACHINE_IDS), with gaps, asymmetric distances, speeds, CPUs and
 * settings.
 */
struct tiermm_topology_builder *machine_random(struct tiermm_random *random,
					       uint32_t ids);

/* One random change of such a builder; it may change nothing. */
void machine_random_edit(struct tiermm_topology_builder *b,
			 struct tiermm_random *random, uint32_t ids);

#endif
