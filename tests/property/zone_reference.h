/* SPDX-License-Identifier: MIT */
/*
 * A machine with zones, kept as a list of blocks and nothing else: what the
 * account knows by its sums is found here by walking over all of them, as
 * Linux walks zones and groups.
 */
#ifndef TESTS_PROPERTY_ZONE_REFERENCE_H
#define TESTS_PROPERTY_ZONE_REFERENCE_H

#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>

enum {
	NODES = 3,
	GROUPS = 10,
	BLOCKS = 400, /* ids; the first ones are boot memory */
	BOOT = 12,    /* blocks a node */
	PAGES = 1024, /* a block */
	/* Boot memory that has no name, somewhere among these blocks. */
	LOW_NODE = 1,
	LOW_FIRST = 61,
	LOW_END = 69,
	LOW_PAGES = 5 * PAGES + 100,
	LOW_HOLES = 2 /* blocks that find room among it */
};

struct block {
	int known;
	int early;
	int node;
	int group;
	uint32_t zone; /* TIERMM_ZONE_NONE: offline */
};

struct group {
	int node;
	uint32_t kind;
	uint64_t pages;
};

struct machine {
	struct block blocks[BLOCKS];
	struct group groups[GROUPS];
	uint64_t cma[NODES]; /* contiguous areas, in zone Normal */
	struct tiermm_zone_parameters parameters;
};

/* Where an offline block has to go; *why: the checks that have to be named. */
uint32_t reference_decide(const struct machine *m, int id, uint32_t how,
			  struct tiermm_zone_decision *why);

/* What plugging a block in has to return. */
int reference_plug(const struct machine *m, int id, int node, int group);

/* What taking an online block offline has to return. */
int reference_offline(const struct machine *m, int id);

#endif
