/* SPDX-License-Identifier: MIT */
/*
 * A million random events, at least half of them decisions, against a reference
 * that keeps no sum: it walks all blocks for each question, as Linux walks
 * zones and groups. Every decision has to agree in its zone and in the numbers
 * that it names (I29), units and DIMMs have to stay whole while nobody
 * interferes (I30), and pages have to add up (I31, I32).
 *
 * The seed is printed; arguments are the number of events, and the seed.
 */
#include "zone_reference.h"

#include <tiermm/random.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EVENTS = 1000000,
	SEED = 20240
};

static struct machine m = { .parameters = { .size = sizeof(m.parameters) } };
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

/* --- the events ----------------------------------------------------------- */

static int plug(int id)
{
	int group = (int)below(GROUPS + 3) - 3;
	int node = group < 0 ? (int)below(NODES) : m.groups[group].node;
	int expected;

	group = group < 0 ? TIERMM_ZONE_NO_GROUP : group;
	expected = reference_plug(&m, id, node, group);
	if (tiermm_zones_plug(zones, (uint64_t)id, node, group) != expected)
		return 0;
	if (!expected)
		m.blocks[id] = (struct block){ .known = 1,
					       .node = node,
					       .group = group,
					       .zone = TIERMM_ZONE_NONE };
	return 1;
}

static int unplug(int id)
{
	struct block *b = &m.blocks[id];
	int err = tiermm_zones_unplug(zones, (uint64_t)id);

	if (!b->known)
		return err == -TIERMM_ENOENT;
	if (b->zone != TIERMM_ZONE_NONE)
		return err == -TIERMM_EBUSY;
	b->known = 0;
	return err == 0;
}

static uint32_t some_request(void)
{
	return below(8) ? TIERMM_ONLINE_BY_POLICY : (uint32_t)below(3);
}

static int online(int id)
{
	struct block *b = &m.blocks[id];
	struct tiermm_zone_event e = { .kind = TIERMM_ZONE_DECIDE,
				       .block = (uint64_t)id,
				       .how = some_request() };
	struct tiermm_zone_decision why;
	uint32_t expected;

	if (tiermm_zones_apply(zones, &e, 1, NULL))
		return 0;
	if (!b->known)
		return e.result == -TIERMM_ENOENT;
	if (b->zone != TIERMM_ZONE_NONE)
		return e.result == -TIERMM_EEXIST;
	expected = reference_decide(&m, id, e.how, &why);
	b->zone = e.zone;
	decided++;
	movable += expected == TIERMM_ZONE_MOVABLE;
	return !e.result && e.zone == expected;
}

/* Ask, and change nothing: the answer and each number behind it. */
static int ask(int id)
{
	struct tiermm_zone_decision expected, why = { .size = sizeof(why) };
	uint32_t how = some_request(), zone = 99, said;

	while (!m.blocks[id].known || m.blocks[id].zone != TIERMM_ZONE_NONE) {
		id = (id + 1) % BLOCKS;
		if (!below(BLOCKS))
			return 1; /* there may be none */
	}
	if (tiermm_zones_decide(zones, (uint64_t)id, how, &zone, &why))
		return 0;
	said = reference_decide(&m, id, how, &expected);
	decided++;
	movable += said == TIERMM_ZONE_MOVABLE;
	return zone == said && why.zone == said &&
	       why.checks == expected.checks &&
	       !memcmp(&why.whole, &expected.whole, sizeof(why.whole)) &&
	       !memcmp(&why.local, &expected.local, sizeof(why.local));
}

static int offline(int id)
{
	struct block *b = &m.blocks[id];
	int err = tiermm_zones_offline(zones, (uint64_t)id);

	if (!b->known)
		return err == -TIERMM_ENOENT;
	if (b->zone == TIERMM_ZONE_NONE)
		return err == -TIERMM_EINVAL;
	if (err != reference_offline(&m, id))
		return 0;
	if (!err)
		b->zone = TIERMM_ZONE_NONE;
	return 1;
}

static int change_parameters(void)
{
	static const uint32_t ratios[] = { 0, 1, 50, 99, 100, 301, 400, 1000 };

	m.parameters.ratio = ratios[below(8)];
	m.parameters.flags = below(2) ? TIERMM_ZONE_NODE_AWARE : 0;
	return tiermm_zones_set_parameters(zones, &m.parameters) == 0;
}

static int event(void)
{
	int id = (int)below(BLOCKS);

	if (!below(500))
		return change_parameters();
	switch (below(10)) {
	case 0:
		return plug(id);
	case 1:
		return unplug(id);
	case 2:
		return offline(id);
	case 3:
	case 4:
		return online(id);
	default:
		return ask(id);
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
		.cma = m.cma[node],
	};

	if (tiermm_zones_add_boot(zones, &boot))
		die("boot memory is refused", 0);
	for (int i = 0; i < BOOT; i++) {
		int id = node * BOOT + i;

		m.blocks[id] = (struct block){ .known = 1,
					       .early = 1,
					       .node = node,
					       .group = TIERMM_ZONE_NO_GROUP,
					       .zone = TIERMM_ZONE_NORMAL };
		if (tiermm_zones_add_boot_block(zones, (uint64_t)id, node,
						TIERMM_ZONE_NORMAL))
			die("a boot block is refused", 0);
	}
}

static void add_low(void)
{
	struct tiermm_zone_boot low = {
		.node = LOW_NODE,
		.zone = TIERMM_ZONE_DMA32,
		.start = (uint64_t)LOW_FIRST * PAGES,
		.spanned = (uint64_t)(LOW_END - LOW_FIRST) * PAGES,
		.present = LOW_PAGES,
	};

	if (tiermm_zones_add_boot(zones, &low))
		die("boot memory without a name is refused", 0);
}

static void make_machine(void)
{
	struct tiermm_zones_options o = { .size = sizeof(o),
					  .max_nodes = NODES,
					  .max_groups = GROUPS,
					  .max_blocks = BLOCKS,
					  .block_pages = PAGES };

	m.parameters.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE;
	m.parameters.ratio = 301;
	if (tiermm_zones_create(&zones, &o, &m.parameters, NULL))
		die("no account", 0);
	m.cma[1] = 3 * PAGES / 2;
	/* Node 2 has no boot memory. */
	add_node(0);
	add_node(1);
	add_low();
	for (int g = 0; g < GROUPS; g++) {
		int32_t id;

		m.groups[g] = (struct group){
			.node = g % NODES,
			.kind = g < 3 ? TIERMM_ZONE_GROUP_STATIC
				      : TIERMM_ZONE_GROUP_DYNAMIC,
			.pages = g < 3 ? 7 * PAGES : (uint64_t)PAGES << g % 3,
		};
		if (tiermm_zones_add_group(zones, m.groups[g].kind,
					   m.groups[g].node, m.groups[g].pages,
					   &id) ||
		    id != g)
			die("a group is refused", 0);
	}
}

static int adds_up(void)
{
	struct tiermm_zone_state state;
	uint64_t pages[NODES][TIERMM_ZONES] = { { 0 } };

	pages[LOW_NODE][TIERMM_ZONE_DMA32] = LOW_PAGES;
	for (int i = 0; i < BLOCKS; i++)
		if (m.blocks[i].known && m.blocks[i].zone < TIERMM_ZONES)
			pages[m.blocks[i].node][m.blocks[i].zone] += PAGES;
	for (int n = 0; n < NODES; n++) {
		for (uint32_t z = 0; z < TIERMM_ZONES; z++) {
			if (tiermm_zones_zone(zones, n, z, &state) ||
			    state.present != pages[n][z])
				return 0;
		}
	}
	return tiermm_zones_is_valid(zones);
}

static void take_all_out(void)
{
	for (int i = 0; i < BLOCKS; i++)
		if (m.blocks[i].known && m.blocks[i].zone != TIERMM_ZONE_NONE)
			offline(i);
}

int main(int argc, char **argv)
{
	uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : EVENTS;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SEED;

	tiermm_random_seed(&rng, seed);
	make_machine();
	for (uint64_t i = 0; i < events; i++) {
		if (!event())
			die("the account and the reference differ", i);
		if (i % 4096 == 0 && !adds_up())
			die("pages do not add up", i);
	}
	take_all_out(); /* I31 */
	if (!adds_up())
		die("pages do not add up", events);
	tiermm_zones_destroy(zones);
	printf("seed %" PRIu64 ": %" PRIu64 " events, %" PRIu64
	       " decisions agree, %" PRIu64 " of them movable\n",
	       seed, events, decided, movable);
	if (decided < events / 2 || !movable || movable == decided)
		die("the events are not what they should be", events);
	return 0;
}
