/* SPDX-License-Identifier: MIT */
/*
 * Small machines of any shape, most of which no firmware would make: zones
 * that overlap, with holes, in the middle of blocks; blocks that are named in
 * any zone and in any order. Whatever of it is accepted adds up after each
 * event (I31), and what is refused has changed nothing.
 *
 * The seed is printed; arguments are the number of machines, and the seed.
 */
#include <tiermm/random.h>
#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MACHINES = 20000,
	EVENTS = 60, /* a machine */
	SEED = 4711,
	NODES = 2,
	IDS = 10,
	PAGES = 4, /* a block */
	GROUPS = 2
};

/* All that can be read of an account. */
struct picture {
	struct tiermm_zone_state zones[NODES][TIERMM_ZONES];
	struct tiermm_zone_block blocks[IDS];
	int known[IDS];
	struct tiermm_zone_group groups[GROUPS];
	struct tiermm_zone_check whole;
};

static struct tiermm_random rng;
static uint64_t taken, refused;

static uint64_t below(uint64_t bound)
{
	return tiermm_random_below(&rng, bound);
}

static void die(const char *what, uint64_t machine)
{
	fprintf(stderr, "machine %" PRIu64 ": %s\n", machine, what);
	exit(1);
}

static struct picture look(struct tiermm_zones *z)
{
	struct picture p;

	memset(&p, 0, sizeof(p));
	for (int n = 0; n < NODES; n++)
		for (uint32_t i = 0; i < TIERMM_ZONES; i++)
			tiermm_zones_zone(z, n, i, &p.zones[n][i]);
	for (uint64_t b = 0; b < IDS; b++)
		p.known[b] = !tiermm_zones_block(z, b, &p.blocks[b]);
	for (int32_t g = 0; g < GROUPS; g++)
		tiermm_zones_group(z, g, &p.groups[g]);
	tiermm_zones_check(z, TIERMM_NO_NODE, TIERMM_ZONE_NO_GROUP, 1,
			   &p.whole);
	return p;
}

static int describe(struct tiermm_zones *z)
{
	struct tiermm_zone_boot boot = {
		.node = (int32_t)below(NODES),
		.zone = (uint32_t)below(TIERMM_ZONES),
		.start = below(IDS * PAGES),
		.spanned = below(IDS * PAGES),
	};

	boot.present = below(3) ? below(boot.spanned + 1) : boot.spanned;
	boot.cma = below(4) ? 0 : below(boot.present + 1);
	return tiermm_zones_add_boot(z, &boot);
}

static int one_event(struct tiermm_zones *z)
{
	struct tiermm_zone_event e = {
		.kind = 1 + (uint32_t)below(5),
		.zone = (uint32_t)below(TIERMM_ZONES),
		.block = below(IDS),
		.node = (int32_t)below(NODES),
		.group = (int32_t)below(GROUPS + 2) - 2,
		.how = (uint32_t)below(3),
	};

	if (e.group < 0)
		e.group = TIERMM_ZONE_NO_GROUP;
	if (!below(6))
		return tiermm_zones_add_boot_block(z, e.block, e.node,
						   (uint32_t)below(6));
	if (!below(12))
		return describe(z);
	tiermm_zones_apply(z, &e, 1, NULL);
	return e.result;
}

static struct tiermm_zones *make(void)
{
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = (uint32_t)below(TIERMM_ZONE_POLICIES),
		.ratio = (uint32_t)below(400),
		.flags = (uint32_t)below(8),
		.kept_pages = below(8),
	};
	struct tiermm_zones_options o = { .size = sizeof(o),
					  .max_nodes = NODES,
					  .max_groups = GROUPS,
					  .max_blocks = IDS - 1,
					  .block_pages = PAGES };
	struct tiermm_zones *z;
	int32_t group;

	if (tiermm_zones_create(&z, &o, &p, NULL) ||
	    tiermm_zones_add_group(z, TIERMM_ZONE_GROUP_STATIC, 0, 3 * PAGES,
				   &group) ||
	    tiermm_zones_add_group(z, TIERMM_ZONE_GROUP_DYNAMIC, 1, 2 * PAGES,
				   &group))
		die("no account", 0);
	return z;
}

static void live(uint64_t machine)
{
	struct tiermm_zones *z = make();

	for (uint64_t i = below(5); i; i--)
		describe(z);
	for (uint32_t i = 0; i < EVENTS; i++) {
		struct picture before = look(z), after;
		int err = one_event(z);

		if (!tiermm_zones_is_valid(z))
			die("it does not add up", machine);
		taken += !err;
		refused += err != 0;
		if (!err)
			continue;
		after = look(z);
		if (memcmp(&before, &after, sizeof(before)) != 0)
			die("what was refused has changed something", machine);
	}
	tiermm_zones_destroy(z);
}

int main(int argc, char **argv)
{
	uint64_t machines = argc > 1 ? strtoull(argv[1], NULL, 10) : MACHINES;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SEED;

	tiermm_random_seed(&rng, seed);
	for (uint64_t i = 0; i < machines; i++)
		live(i);
	printf("seed %" PRIu64 ": %" PRIu64 " machines, %" PRIu64
	       " events taken, %" PRIu64 " refused\n",
	       seed, machines, taken, refused);
	return taken && refused ? 0 : 1;
}
