/* SPDX-License-Identifier: MIT */
/*
 * A million random events against a reference that keeps no sum: it walks all
 * blocks and all groups for each question, as Linux walks zones and groups.
 * Every decision has to agree (I29), units and DIMMs have to stay whole while
 * nobody interferes (I30), and pages have to add up (I31, I32).
 *
 * The seed is printed; an argument is the number of events.
 */
#include <tiermm/random.h>
#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	NODES = 3,
	GROUPS = 10,
	BLOCKS = 400, /* ids; the first ones are boot memory */
	BOOT = 12,    /* blocks a node */
	PAGES = 1024, /* a block */
	EVENTS = 1000000,
	SEED = 20240
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

static struct block blocks[BLOCKS];
static struct group groups[GROUPS];
static uint64_t cma[NODES];
static struct tiermm_zone_parameters now = { .size = sizeof(now) };
static struct tiermm_zones *zones;
static struct tiermm_random rng;
static uint64_t decided, movable;

static void die(const char *what, uint64_t event)
{
	fprintf(stderr, "event %" PRIu64 ": %s\n", event, what);
	exit(1);
}

static uint64_t below(uint64_t bound)
{
	return tiermm_random_below(&rng, bound);
}

/* --- the reference -------------------------------------------------------- */

static uint64_t in_group(int group, int is_movable)
{
	uint64_t pages = 0;

	for (int i = 0; i < BLOCKS; i++)
		if (blocks[i].known && blocks[i].group == group &&
		    blocks[i].zone != TIERMM_ZONE_NONE &&
		    (blocks[i].zone == TIERMM_ZONE_MOVABLE) == is_movable)
			pages += PAGES;
	return pages;
}

static int counts(int node, int of)
{
	return node == TIERMM_NO_NODE || node == of;
}

static int64_t early_kernel(int node)
{
	int64_t pages = 0;

	for (int i = 0; i < BLOCKS; i++)
		if (blocks[i].known && blocks[i].early &&
		    counts(node, blocks[i].node) &&
		    blocks[i].zone < TIERMM_ZONE_MOVABLE)
			pages += PAGES;
	for (int n = 0; n < NODES; n++)
		pages -= counts(node, n) ? (int64_t)cma[n] : 0;
	return pages;
}

static int64_t all_movable(int node)
{
	int64_t pages = 0;

	for (int i = 0; i < BLOCKS; i++)
		if (blocks[i].known && counts(node, blocks[i].node) &&
		    blocks[i].zone == TIERMM_ZONE_MOVABLE)
			pages += PAGES;
	for (int n = 0; n < NODES; n++)
		pages += counts(node, n) ? (int64_t)cma[n] : 0;
	return pages;
}

static int can(int node, int own, uint64_t need)
{
	int64_t kernel = early_kernel(node), moves = all_movable(node);
	int64_t reserved = 0;

	for (int g = 0; g < GROUPS; g++) {
		int64_t part;

		if (groups[g].kind != TIERMM_ZONE_GROUP_DYNAMIC || g == own ||
		    !counts(node, groups[g].node))
			continue;
		part = (int64_t)(in_group(g, 1) * 100 / now.ratio) -
		       (int64_t)in_group(g, 0);
		reserved += part > 0 ? part : 0;
		moves -= (int64_t)in_group(g, 1);
	}
	if (kernel <= reserved)
		return 0;
	kernel -= reserved;
	if (own >= 0 && groups[own].kind == TIERMM_ZONE_GROUP_DYNAMIC)
		kernel += (int64_t)in_group(own, 0);
	return moves + (int64_t)need <= (int64_t)now.ratio * kernel / 100;
}

/* Pages wanted at once; 0: kernel memory stands in the way. */
static uint64_t wanted(int id)
{
	const struct block *b = &blocks[id];
	const struct group *g = b->group < 0 ? NULL : &groups[b->group];
	uint64_t online = 0, unit;

	if (!g)
		return PAGES;
	if (g->kind == TIERMM_ZONE_GROUP_STATIC)
		return in_group(b->group, 0) ? 0
					     : g->pages - in_group(b->group, 1);
	unit = g->pages / PAGES;
	for (uint64_t i = (uint64_t)id / unit * unit;
	     i < ((uint64_t)id / unit + 1) * unit && i < BLOCKS; i++) {
		if (!blocks[i].known || blocks[i].zone == TIERMM_ZONE_NONE)
			continue;
		if (blocks[i].zone != TIERMM_ZONE_MOVABLE)
			return 0;
		online += PAGES;
	}
	return g->pages - online;
}

static int is_movable(int id, uint32_t how)
{
	uint64_t need;

	if (how != TIERMM_ONLINE_BY_POLICY)
		return how == TIERMM_ONLINE_MOVABLE;
	need = now.ratio ? wanted(id) : 0;
	if (!need || !can(TIERMM_NO_NODE, blocks[id].group, need))
		return 0;
	return !(now.flags & TIERMM_ZONE_NODE_AWARE) ||
	       can(blocks[id].node, blocks[id].group, need);
}

/* --- the events ----------------------------------------------------------- */

static int plug(int id)
{
	struct block *b = &blocks[id];
	int group = (int)below(GROUPS + 3) - 3;
	int node = group < 0 ? (int)below(NODES) : groups[group].node;
	int err, full;
	uint64_t members = 0;

	group = group < 0 ? TIERMM_ZONE_NO_GROUP : group;
	for (int i = 0; i < BLOCKS; i++)
		members += blocks[i].known && blocks[i].group == group;
	full = group >= 0 && groups[group].kind == TIERMM_ZONE_GROUP_STATIC &&
	       members * PAGES >= groups[group].pages;
	err = tiermm_zones_plug(zones, (uint64_t)id, node, group);
	if (b->known)
		return err == -TIERMM_EEXIST;
	if (full)
		return err == -TIERMM_ENOSPC;
	*b = (struct block){ .known = 1,
			     .node = node,
			     .group = group,
			     .zone = TIERMM_ZONE_NONE };
	return err == 0;
}

static int unplug(int id)
{
	struct block *b = &blocks[id];
	int err = tiermm_zones_unplug(zones, (uint64_t)id);

	if (!b->known)
		return err == -TIERMM_ENOENT;
	if (b->zone != TIERMM_ZONE_NONE)
		return err == -TIERMM_EBUSY;
	b->known = 0;
	return err == 0;
}

static int online(int id)
{
	struct block *b = &blocks[id];
	struct tiermm_zone_event e = {
		.kind = TIERMM_ZONE_DECIDE,
		.block = (uint64_t)id,
		.how = below(8) ? TIERMM_ONLINE_BY_POLICY : (uint32_t)below(3),
	};
	int expected;

	if (tiermm_zones_apply(zones, &e, 1, NULL))
		return 0;
	if (!b->known)
		return e.result == -TIERMM_ENOENT;
	if (b->zone != TIERMM_ZONE_NONE)
		return e.result == -TIERMM_EEXIST;
	expected = is_movable(id, e.how);
	b->zone = e.zone;
	decided++;
	movable += (uint64_t)expected;
	return !e.result && (e.zone == TIERMM_ZONE_MOVABLE) == expected;
}

static int offline(int id)
{
	struct block *b = &blocks[id];
	int err = tiermm_zones_offline(zones, (uint64_t)id);
	uint64_t early = 0;

	if (!b->known)
		return err == -TIERMM_ENOENT;
	if (b->zone == TIERMM_ZONE_NONE)
		return err == -TIERMM_EINVAL;
	for (int i = 0; i < BLOCKS; i++)
		early += blocks[i].known && blocks[i].early &&
			 blocks[i].node == b->node && blocks[i].zone == b->zone;
	/* Contiguous areas stay: they are in the zone that boot filled. */
	if (b->early && b->zone == TIERMM_ZONE_NORMAL &&
	    (early - 1) * PAGES < cma[b->node])
		return err == -TIERMM_EBUSY;
	b->zone = TIERMM_ZONE_NONE;
	return err == 0;
}

static int change_parameters(void)
{
	static const uint32_t ratios[] = { 0, 1, 50, 99, 100, 301, 400, 1000 };

	now.ratio = ratios[below(8)];
	now.flags = below(2) ? TIERMM_ZONE_NODE_AWARE : 0;
	return tiermm_zones_set_parameters(zones, &now) == 0;
}

static int event(void)
{
	int id = (int)below(BLOCKS);

	if (!below(500))
		return change_parameters();
	switch (below(5)) {
	case 0:
		return plug(id);
	case 1:
		return unplug(id);
	case 2:
		return offline(id);
	default:
		return online(id);
	}
}

/* --- the machine ---------------------------------------------------------- */

static void add_node(int node)
{
	struct tiermm_zone_boot boot = {
		.node = node,
		.zone = TIERMM_ZONE_NORMAL,
		.start = (uint64_t)node * BOOT * PAGES,
		.spanned = BOOT * PAGES,
		.present = BOOT * PAGES,
		.cma = cma[node],
	};

	if (tiermm_zones_add_boot(zones, &boot))
		die("boot memory is refused", 0);
	for (int i = 0; i < BOOT; i++) {
		int id = node * BOOT + i;

		blocks[id] = (struct block){ .known = 1,
					     .early = 1,
					     .node = node,
					     .group = TIERMM_ZONE_NO_GROUP,
					     .zone = TIERMM_ZONE_NORMAL };
		if (tiermm_zones_add_boot_block(zones, (uint64_t)id, node,
						TIERMM_ZONE_NORMAL))
			die("a boot block is refused", 0);
	}
}

static void make_machine(void)
{
	struct tiermm_zones_options o = { .size = sizeof(o),
					  .max_nodes = NODES,
					  .max_groups = GROUPS,
					  .max_blocks = BLOCKS,
					  .block_pages = PAGES };

	now.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE;
	now.ratio = 301;
	if (tiermm_zones_create(&zones, &o, &now, NULL))
		die("no account", 0);
	cma[1] = 3 * PAGES / 2;
	/* Node 2 has no boot memory. */
	add_node(0);
	add_node(1);
	for (int g = 0; g < GROUPS; g++) {
		int32_t id;

		groups[g] = (struct group){
			.node = g % NODES,
			.kind = g < 3 ? TIERMM_ZONE_GROUP_STATIC
				      : TIERMM_ZONE_GROUP_DYNAMIC,
			.pages = g < 3 ? 7 * PAGES : (uint64_t)PAGES << g % 3,
		};
		if (tiermm_zones_add_group(zones, groups[g].kind,
					   groups[g].node, groups[g].pages,
					   &id) ||
		    id != g)
			die("a group is refused", 0);
	}
}

static int adds_up(void)
{
	struct tiermm_zone_state state;
	uint64_t pages[NODES][TIERMM_ZONES] = { { 0 } };

	for (int i = 0; i < BLOCKS; i++)
		if (blocks[i].known && blocks[i].zone < TIERMM_ZONES)
			pages[blocks[i].node][blocks[i].zone] += PAGES;
	for (int n = 0; n < NODES; n++) {
		for (uint32_t z = 0; z < TIERMM_ZONES; z++) {
			if (tiermm_zones_zone(zones, n, z, &state) ||
			    state.present != pages[n][z])
				return 0;
		}
	}
	return tiermm_zones_is_valid(zones);
}

int main(int argc, char **argv)
{
	uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : EVENTS;

	tiermm_random_seed(&rng, SEED);
	make_machine();
	for (uint64_t i = 0; i < events; i++) {
		if (!event())
			die("the account and the reference differ", i);
		if (i % 4096 == 0 && !adds_up())
			die("pages do not add up", i);
	}
	/* I31: everything out again. */
	for (int i = 0; i < BLOCKS; i++)
		if (blocks[i].known && blocks[i].zone != TIERMM_ZONE_NONE)
			offline(i);
	if (!adds_up())
		die("pages do not add up", events);
	tiermm_zones_destroy(zones);
	printf("seed %d: %" PRIu64 " events, %" PRIu64
	       " decisions agree, %" PRIu64 " of them movable\n",
	       SEED, events, decided, movable);
	return decided && movable && movable < decided ? 0 : 1;
}
