/* SPDX-License-Identifier: MIT */
/*
 * What a snapshot and its builder look like inside.
 */
#ifndef TIERMM_TOPOLOGY_INTERNAL_H
#define TIERMM_TOPOLOGY_INTERNAL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/owner.h"

#include <tiermm/topology_create.h>

/* An abstract distance that nobody has set. */
#define TIERMM__UNSET (-1)
/* How many sets tiermm_topology_nodes() knows. */
#define TIERMM__NODE_SETS (TIERMM_NODES_GOING + 1)

/* What is said of a node besides its state: snapshot and builder keep it. */
struct tiermm__settings {
	int32_t initiator;       /* as declared, or TIERMM_NO_NODE */
	int32_t caller_distance; /* abstract distances, or TIERMM__UNSET */
	int32_t kernel_distance;
	int32_t kept_distance; /* since it first had memory */
	uint32_t kept_source;  /* TIERMM_SOURCE_... of kept_distance */
	uint32_t had_cpus;     /* 1: now, or in a snapshot that came before */
};

/* Speeds from one initiator; stands in a row that belongs to a target. */
struct tiermm__speed {
	uint32_t initiator; /* dense index */
	struct tiermm_access access;
};

struct tiermm_topology {
	_Atomic uint64_t references;
	struct tiermm_alloc mem;
	uint64_t bytes; /* of the whole, as the allocator wants to know */
	uint64_t page_bytes;
	uint32_t n_nodes;
	uint32_t n_tiers;
	uint32_t n_access;
	uint32_t cpu_limit;
	uint32_t n_assumed; /* remote distances that a table left out */
	int32_t type_distance[TIERMM_MEMORY_TYPES];
	struct tiermm_reference reference;
	struct tiermm_nodeset set[TIERMM__NODE_SETS];
	int16_t index[TIERMM_MAX_NODES]; /* by id; -1: not listed */
	/* The arrays, by dense index, behind this in the same memory. */
	struct tiermm_node *nodes;
	struct tiermm__settings *settings;
	struct tiermm_tier *tiers;    /* n_tiers, room for n_nodes */
	int32_t *ids;                 /* the same as in nodes */
	uint32_t *first_speed;        /* n_nodes + 1 places in speeds */
	struct tiermm__speed *speeds; /* n_access, by target, initiator */
	int16_t *cpu_node;            /* cpu_limit ids, or TIERMM_NO_NODE */
	uint16_t *rank;               /* of the node's tier, or none */
	uint8_t *distance;            /* n_nodes * n_nodes, row: from */
	uint8_t *distance_source;     /* the same, TIERMM_SOURCE_... */
};

/* A node of a builder. Slots are in the order in which nodes were added. */
struct tiermm__slot {
	struct tiermm__settings settings;
	int32_t id;
	uint32_t state;
	uint32_t state_source;
	uint32_t type;
	uint32_t had_memory; /* its type is fixed for events */
	uint32_t first_link; /* speeds to this node, or 0 */
	uint64_t pages;
};

/* Speeds to a node: a list in ascending order of initiators. */
struct tiermm__link {
	uint32_t next; /* place in links, or 0 */
	int32_t initiator;
	struct tiermm_access access;
};

struct tiermm_topology_builder {
	struct tiermm__owner owner;
	struct tiermm_alloc mem;
	uint64_t bytes;
	struct tiermm_topology_builder_options room; /* no zeros left */
	uint64_t page_bytes;
	uint32_t n_nodes;
	uint32_t n_access;
	uint32_t has_reference; /* came with a snapshot: it stays */
	int32_t type_distance[TIERMM_MEMORY_TYPES];
	struct tiermm_reference reference;
	struct tiermm_nodeset listed;
	int16_t slot_of[TIERMM_MAX_NODES]; /* by id; valid where listed */
	/* The arrays, behind this in the same memory. */
	struct tiermm__slot *slots; /* room.max_nodes */
	struct tiermm__link *links; /* room.max_access + 1; 0 is unused */
	int16_t *cpu_node;          /* room.max_cpus ids, or TIERMM_NO_NODE */
	/* room.max_nodes squared, by slot, row: from. */
	uint32_t *distance;
	uint8_t *distance_source; /* 0 (DEFAULT): nobody set it */
};

/* builder.c */
int tiermm__builder_enter(struct tiermm_topology_builder *b);
void tiermm__builder_leave(struct tiermm_topology_builder *b);
void tiermm__builder_clear(struct tiermm_topology_builder *b);
struct tiermm__slot *
tiermm__builder_slot(const struct tiermm_topology_builder *b, int32_t node);
/* Place of a pair of slots in distance and distance_source. */
uint64_t tiermm__builder_pair(const struct tiermm_topology_builder *b,
			      uint32_t from, uint32_t to);
/* The highest CPU number in use plus one. */
uint32_t tiermm__builder_cpu_limit(const struct tiermm_topology_builder *b);

/* builder_node.c: a slot without anything said of it; there must be room. */
struct tiermm__slot *tiermm__builder_append(struct tiermm_topology_builder *b,
					    int32_t node);
int tiermm__state_has_memory(uint32_t state);

/* distances.c: slots in ascending order of ids. */
void tiermm__builder_order(const struct tiermm_topology_builder *b,
			   uint32_t *slots);
/*
 * Judge the distances; order is as made by tiermm__builder_order(). *replaced
 * becomes 1 where the whole table is to be replaced.
 */
int tiermm__distances_judge(const struct tiermm_topology_builder *b,
			    const uint32_t *order, int *replaced,
			    struct tiermm_problem *problem);
void tiermm__distances_fill(struct tiermm_topology *t,
			    const struct tiermm_topology_builder *b,
			    const uint32_t *order, int replaced);

/* speeds.c */
const struct tiermm__speed *tiermm__speed_find(const struct tiermm_topology *t,
					       uint32_t initiator,
					       uint32_t target);
void tiermm__speeds_fill(struct tiermm_topology *t,
			 const struct tiermm_topology_builder *b,
			 const uint32_t *order);
void tiermm__speeds_choose(struct tiermm_topology *t);
/*
 * The speeds that a tier is reckoned from. Whose view counts is settled as a
 * machine boots: a CPU that goes off later changes no tier (D10), not of memory
 * that is still to come either.
 */
struct tiermm_access tiermm__speeds_reckoned(const struct tiermm_topology *t,
					     uint32_t target);

/* tiers.c */
void tiermm__reference_fill(struct tiermm_topology *t);
void tiermm__tiers_fill(struct tiermm_topology *t);

#endif
