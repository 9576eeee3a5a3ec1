/* SPDX-License-Identifier: MIT */
/*
 * A decision at 10, 1 000 and 100 000 groups; the same against a walk over the
 * groups; and a replay of a million events.
 * Goals: 100 000 groups cost at most 1.3 times what 10 cost; at 1 000 groups
 * the walk costs at least 100 times as much; under 100 ns an event.
 *
 * The walk is what Linux's test comes down to: for the whole machine and again
 * for the node, each dynamic group is fetched, the ratio is read (a parameter
 * that may change at any time, in a function that is called for each group),
 * and a division is made. It is a lower bound of that: no tree of groups is
 * descended, no mark or node is looked at, no zone is added up, no lock taken.
 * Groups are fetched in an order that is not that of memory, since each is
 * allocated by itself. A second walk shows what is left if even that is given
 * up: all numbers in a row, the ratio in a register. It has no goal.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/random.h>
#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>

#define PAGES UINT64_C(32768)
#define ASKED 256
#define EVENTS 1000000
#define DEVICE_BLOCKS 4096

/* Groups of one movable block each, and the numbers that a walk needs. */
struct scene {
	struct tiermm_zones *zones;
	uint32_t n_groups;
	uint64_t early;
	struct tiermm_zone_group *groups;
	uint64_t *movable; /* the groups' numbers, in a row */
	uint64_t *kernel;
	uint32_t *order; /* groups are found one by one, not in a row */
	uint64_t asked;  /* the block that is decided again and again */
	int32_t own;
};

static void shuffle(struct scene *s)
{
	struct tiermm_random random;

	tiermm_random_seed(&random, 1);
	for (uint32_t i = 0; i < s->n_groups; i++) {
		uint32_t k = (uint32_t)tiermm_random_below(&random, i + 1);

		s->order[i] = s->order[k];
		s->order[k] = i;
	}
}

static struct scene make(uint32_t n_groups)
{
	struct scene s = { .n_groups = n_groups,
			   .early = (uint64_t)n_groups * 2 * PAGES };
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = 301,
		.flags = TIERMM_ZONE_NODE_AWARE,
	};
	struct tiermm_zones_options o = { .size = sizeof(o),
					  .max_nodes = 1,
					  .max_groups = n_groups + 1,
					  .max_blocks = n_groups + 2 };
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_NORMAL,
					 .spanned = s.early,
					 .present = s.early };
	int32_t group;
	int err;

	err = tiermm_zones_create(&s.zones, &o, &p, NULL);
	if (!err)
		err = tiermm_zones_add_boot(s.zones, &boot);
	s.groups = calloc(n_groups, sizeof(*s.groups));
	s.order = calloc(n_groups, sizeof(*s.order));
	s.movable = calloc(n_groups, sizeof(*s.movable));
	s.kernel = calloc(n_groups, sizeof(*s.kernel));
	if (!s.groups || !s.order || !s.movable || !s.kernel)
		figure_die("no memory");
	s.asked = UINT64_C(1) << 30;
	for (uint32_t i = 0; !err && i < n_groups; i++) {
		uint64_t block = s.asked + 1 + i;

		err = tiermm_zones_add_group(s.zones, TIERMM_ZONE_GROUP_DYNAMIC,
					     0, PAGES, &group);
		if (!err)
			err = tiermm_zones_plug(s.zones, block, 0, group);
		if (!err)
			err = tiermm_zones_online(s.zones, block,
						  TIERMM_ZONE_MOVABLE);
		if (!err)
			err = tiermm_zones_group(s.zones, group, &s.groups[i]);
		s.movable[i] = s.groups[i].movable_pages;
		s.kernel[i] = s.groups[i].kernel_pages;
	}
	if (!err)
		err = tiermm_zones_add_group(s.zones, TIERMM_ZONE_GROUP_DYNAMIC,
					     0, PAGES, &s.own);
	if (!err)
		err = tiermm_zones_plug(s.zones, s.asked, 0, s.own);
	if (err)
		figure_die("no scene");
	shuffle(&s);
	return s;
}

static void drop(struct scene *s)
{
	tiermm_zones_destroy(s->zones);
	free(s->groups);
	free(s->order);
	free(s->movable);
	free(s->kernel);
}

static uint64_t decide(void *argument)
{
	struct scene *s = argument;
	uint64_t movable = 0;
	uint32_t zone = 0;

	for (uint32_t i = 0; i < ASKED; i++) {
		if (tiermm_zones_decide(s->zones, s->asked,
					TIERMM_ONLINE_BY_POLICY, &zone, NULL))
			return 0;
		movable += zone == TIERMM_ZONE_MOVABLE;
	}
	return movable;
}

static volatile int ratio_now = 301;

/* One test: each group is fetched, and its share divided out. */
static int can(const struct scene *s)
{
	uint64_t reserved = 0, movable = (uint64_t)s->n_groups * PAGES;
	uint64_t kernel = s->early;

	for (uint32_t g = 0; g < s->n_groups; g++) {
		const struct tiermm_zone_group *group = &s->groups[s->order[g]];
		int ratio = ratio_now;
		uint64_t need = group->movable_pages * 100 / (uint64_t)ratio;

		if (need > group->kernel_pages)
			reserved += need - group->kernel_pages;
		movable -= group->movable_pages;
	}
	return kernel > reserved &&
	       movable + PAGES <=
		       (uint64_t)ratio_now * (kernel - reserved) / 100;
}

/* Two tests a decision: the whole machine, and the node. */
static uint64_t walk(void *argument)
{
	const struct scene *s = argument;
	uint64_t movable = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		movable += can(s) && can(s);
	return movable;
}

/* The same over numbers in a row. */
static int can_in_a_row(const struct scene *s)
{
	uint64_t reserved = 0, movable = (uint64_t)s->n_groups * PAGES;
	const uint64_t ratio = (uint64_t)ratio_now;

	for (uint32_t g = 0; g < s->n_groups; g++) {
		uint64_t need = s->movable[g] * 100 / ratio;

		if (need > s->kernel[g])
			reserved += need - s->kernel[g];
		movable -= s->movable[g];
	}
	return s->early > reserved &&
	       movable + PAGES <= ratio * (s->early - reserved) / 100;
}

static uint64_t walk_in_a_row(void *argument)
{
	const struct scene *s = argument;
	uint64_t movable = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		movable += can_in_a_row(s) && can_in_a_row(s);
	return movable;
}

static void say_how_much(const char *what, double ratio, const char *goal)
{
	printf("%s over 1000 groups costs %.0f times a decision (goal: %s)\n",
	       what, 1 / ratio, goal);
}

static void compare_decisions(void)
{
	struct scene few = make(10), some = make(1000), many = make(100000);
	struct figure_loop at_10 = { "decide_10", decide, &few, ASKED };
	struct figure_loop at_1000 = { "decide_1000", decide, &some, ASKED };
	struct figure_loop at_100000 = { "decide_100000", decide, &many,
					 ASKED };
	struct figure_loop walked = { "walk_1000", walk, &some, ASKED };
	struct figure_loop in_a_row = { "walk_1000_in_a_row", walk_in_a_row,
					&some, ASKED };
	double ratio;

	(void)figure_compare(&at_1000, &at_10, ASKED, 1.3);
	(void)figure_compare(&at_100000, &at_10, ASKED, 1.3);
	ratio = figure_compare(&at_1000, &walked, ASKED, 0.01);
	say_how_much("the walk", ratio, "at least 100");
	ratio = figure_compare(&at_1000, &in_a_row, ASKED, 0);
	say_how_much("the same with all numbers in a row", ratio, "none");
	drop(&few);
	drop(&some);
	drop(&many);
}

/* Plugs, decisions, offlines and unplugs of one device, at random. */
static void make_events(struct tiermm_zone_event *events, int32_t group)
{
	static uint8_t state[DEVICE_BLOCKS];
	struct tiermm_random random;

	tiermm_random_seed(&random, 3);
	memset(state, 0, sizeof(state));
	for (uint32_t i = 0; i < EVENTS; i++) {
		uint64_t b = tiermm_random_below(&random, DEVICE_BLOCKS);
		static const uint32_t kinds[] = { TIERMM_ZONE_PLUG,
						  TIERMM_ZONE_DECIDE,
						  TIERMM_ZONE_OFFLINE,
						  TIERMM_ZONE_UNPLUG };

		events[i] = (struct tiermm_zone_event){
			.kind = kinds[state[b] & 3],
			.block = 1024 + b,
			.group = group,
		};
		state[b]++;
	}
}

static struct tiermm_zones *one_device(int32_t *group)
{
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = 301,
		.flags = TIERMM_ZONE_NODE_AWARE,
	};
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_NORMAL,
					 .spanned = 512 * PAGES,
					 .present = 512 * PAGES };
	struct tiermm_zones *z;

	if (tiermm_zones_create(&z, NULL, &p, NULL) ||
	    tiermm_zones_add_boot(z, &boot) ||
	    tiermm_zones_add_group(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, PAGES,
				   group))
		figure_die("no account");
	return z;
}

/* The account is checked afterwards: a fast wrong one is no result. */
static double replay_once(struct tiermm_zone_event *events)
{
	int32_t group;
	struct tiermm_zones *z = one_device(&group);
	uint64_t failed = 1;
	double begin, took;

	make_events(events, group);
	begin = figure_now_ns();
	if (tiermm_zones_apply(z, events, EVENTS, &failed))
		figure_die("no replay");
	took = (figure_now_ns() - begin) / EVENTS;
	if (failed || !tiermm_zones_is_valid(z))
		figure_die("a replay went wrong");
	tiermm_zones_destroy(z);
	return took;
}

static void replay(void)
{
	struct tiermm_zone_event *events = calloc(EVENTS, sizeof(*events));
	double best = 1e18;

	if (!events)
		figure_die("no memory");
	for (int round = 0; round < 5; round++) {
		double took = replay_once(events);

		best = took < best ? took : best;
	}
	printf("replay of %d events: %.1f ns an event (goal: under 100) %s\n",
	       EVENTS, best, best < 100 ? "met" : "NOT MET");
	free(events);
}

int main(void)
{
	compare_decisions();
	replay();
	return 0;
}
