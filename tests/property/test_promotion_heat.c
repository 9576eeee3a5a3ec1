/* SPDX-License-Identifier: MIT */
/*
 * Batches of accesses under a histogram, with moves and rooms in between,
 * against a reference that keeps nothing but each page's heat and time: the
 * threshold is found by counting all pages anew (P6), and the guard by its
 * rules (P4). Each access has to end in the same reason, each page in the same
 * heat.
 *
 * The seed is printed; an argument is the number of batches.
 */
#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#include <inttypes.h>
#include <string.h>

#include <tiermm/demotion_graph.h>
#include <tiermm/promotion.h>
#include <tiermm/promotion_explain.h>
#include <tiermm/promotion_sample.h>

enum {
	PAGES = 200,
	BATCHES = 120000,
	BATCH = 48,
	COOL = 150,
	GUARD = 300,
	DELAY = 100,
	STALE = 400,
	TICK = 1000,
	UNKNOWN = 8 /* the threshold where nobody said what fits */
};

/* 0 is on top, 1 in the middle, 2 below. */
static const struct machine machine = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1, .tier = 4 },
		   { .id = 1, .tier = 37 },
		   { .id = 2, .tier = 60 } },
	.distance = { 10, 20, 30, 20, 10, 20, 30, 20, 10 },
};

struct page {
	int32_t node;
	uint32_t heat;
	uint32_t level;
	int stamped;
	int queued;
	int64_t ms; /* -1: unset */
};

static struct tiermm_promotion *promotion;
static struct tiermm_random rng;
static struct page pages[PAGES];
static uint64_t now, ticked_ms, period, capacity, told_capacity;
static uint32_t threshold;
static int ticked;
static uint64_t expected[TIERMM_PROMOTION_REASONS];
static uint64_t seen[TIERMM_PROMOTION_REASONS];

static uint64_t below(uint64_t bound)
{
	return tiermm_random_below(&rng, bound);
}

/* --- the reference -------------------------------------------------------- */

static uint32_t heat_now(const struct page *p)
{
	uint64_t halvings = now / COOL - (uint64_t)p->ms / COOL;

	return p->ms < 0 || halvings > 31 ? 0 : p->heat >> halvings;
}

/* The least heat of which, with all that is hotter, everything fits. */
static uint32_t fitting(void)
{
	if (!capacity)
		return UNKNOWN;
	for (uint32_t heat = 1; heat < 255; heat++) {
		uint64_t n = 0;

		for (int i = 0; i < PAGES; i++)
			n += heat_now(&pages[i]) >= heat;
		if (n <= capacity)
			return heat;
	}
	return 255;
}

static void cool(void)
{
	if (now / COOL == period)
		return;
	period = now / COOL;
	threshold = fitting();
}

static void tick(void)
{
	if (ticked && now - ticked_ms < TICK)
		return;
	ticked = 1;
	ticked_ms = now;
	capacity = told_capacity;
	period = now / COOL;
	threshold = fitting();
	for (int i = 0; i < PAGES; i++)
		if (pages[i].ms < 0 || now - (uint64_t)pages[i].ms > STALE)
			pages[i].queued = 0;
}

/* How long it is held back, or kept an eye on, yet. */
static uint64_t held(const struct page *p)
{
	uint64_t delay = GUARD, age = now - (uint64_t)p->ms;

	if (!p->stamped)
		return 0;
	if (p->node)
		delay = (uint64_t)DELAY << (p->level ? p->level - 1 : 0);
	return age < delay ? delay - age : 0;
}

static void let_go(struct page *p)
{
	if (!p->stamped || held(p))
		return;
	p->stamped = 0;
	if (p->node)
		p->ms = -1;
	else if (p->level)
		p->level--;
}

static uint32_t access(struct page *p, const struct tiermm_sample *s)
{
	int mark = s->kind == TIERMM_SAMPLE_MARK;

	let_go(p);
	if (mark && !p->heat) {
		if (!p->stamped)
			p->ms = (int64_t)now;
		return TIERMM_PROMOTION_MARKED;
	}
	if (p->stamped)
		return p->node ? TIERMM_PROMOTION_HELD_BACK
			       : TIERMM_PROMOTION_TOP_TIER;
	cool();
	p->heat = heat_now(p);
	if (!mark)
		p->heat += s->weight ? s->weight : 1;
	if (p->heat > 255)
		p->heat = 255;
	p->ms = (int64_t)now;
	if (mark)
		return TIERMM_PROMOTION_MARKED;
	if (!p->node)
		return TIERMM_PROMOTION_TOP_TIER;
	if (p->heat < threshold)
		return TIERMM_PROMOTION_COLD;
	if (p->queued)
		return TIERMM_PROMOTION_QUEUED;
	p->queued = 1;
	return TIERMM_PROMOTION_HOT;
}

static void go_to(struct page *p, int32_t node)
{
	int is_held = held(p) != 0;

	if (p->node == node)
		return;
	p->queued = 0;
	cool();
	if (!node) {
		p->heat = heat_now(p);
		p->stamped = 1;
		p->ms = (int64_t)now;
	} else if (is_held && !p->node) {
		p->level += p->level < 7;
		p->ms = (int64_t)now;
	} else if (!is_held) {
		p->stamped = 0;
		p->ms = -1;
	}
	if (node)
		p->heat = 0;
	p->node = node;
}

/* --- steps ---------------------------------------------------------------- */

static void read_reasons(uint64_t *out)
{
	uint64_t all[TIERMM_PROMOTION_COUNTERS], n;

	CHECK(!tiermm_promotion_counters(promotion, all,
					 TIERMM_PROMOTION_COUNTERS, &n));
	memcpy(out, &all[TIERMM_PROMOTION_BY_REASON],
	       TIERMM_PROMOTION_REASONS * sizeof(*out));
}

/* Time goes on within a batch, too. */
static void step_samples(void)
{
	struct tiermm_sample samples[BATCH];
	uint64_t n = 1 + below(BATCH), got[TIERMM_PROMOTION_REASONS];

	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_sample *s = &samples[i];

		now += below(32) == 0 ? below(20) : 0;
		*s = (struct tiermm_sample){
			.page = below(below(4) ? PAGES / 8 : PAGES),
			.time_ns = now * 1000000 + 999999,
			.weight = (uint32_t)below(below(16) ? 4 : 300),
			.kind = (uint16_t)below(TIERMM_SAMPLES),
		};
		if (i == 0)
			tick();
		expected[access(&pages[s->page], s)]++;
	}
	CHECK(!tiermm_promotion_samples(promotion, samples, n));
	read_reasons(got);
	for (uint32_t i = 0; i <= TIERMM_PROMOTION_RATE_LIMIT; i++)
		CHECK(got[i] == expected[i]);
}

static void step_moved(void)
{
	/* A few go up and down often. */
	uint64_t page = below(below(4) ? PAGES / 16 : PAGES);
	int32_t node = (int32_t)below(3);

	CHECK(!tiermm_promotion_pages_moved(promotion, now * 1000000, page, 1,
					    node));
	go_to(&pages[page], node);
}

static void step_room(void)
{
	struct tiermm_promotion_room room = { .high_pages = 100 };

	told_capacity = below(PAGES);
	room.present_pages = told_capacity ? 100 + told_capacity : below(101);
	CHECK(!tiermm_promotion_set_rooms(promotion, &room, 1));
}

static void look_at(uint64_t page)
{
	const struct page *p = &pages[page];
	struct tiermm_promotion_page is;

	CHECK(!tiermm_promotion_get_page(promotion, now * 1000000, page, &is));
	CHECK(is.node == p->node && is.heat == p->heat);
	CHECK(is.level == p->level && is.held_ms == held(p));
	CHECK((int)is.queued == p->queued);
	CHECK(is.age_ms ==
	      (p->ms < 0 ? TIERMM_PROMOTION_UNSET : now - (uint64_t)p->ms));
}

static void make(void)
{
	struct tiermm_topology *t = machine_topology(&machine);
	struct tiermm_promotion_options o = {
		.size = sizeof(o),
		.pages = PAGES,
		.policy = TIERMM_PROMOTION_HISTOGRAM,
		.guard_ms = GUARD,
		.guard_delay_ms = DELAY,
		.cool_ms = COOL,
		.stale_ms = STALE,
	};
	struct tiermm_demotion_graph *g;

	CHECK(!tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL));
	CHECK(!tiermm_promotion_create(&promotion, g, &o, NULL));
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	CHECK(!tiermm_promotion_set_pages(promotion, 0, PAGES, 2));
	for (int i = 0; i < PAGES; i++)
		pages[i] = (struct page){ .node = 2, .ms = -1 };
	threshold = UNKNOWN;
	/* Time counts from the first one told. */
	CHECK(!tiermm_promotion_pages_moved(promotion, 0, 0, 0, 2));
}

static void step(void)
{
	now += below(32) ? 0 : below(700);
	switch (below(32)) {
	case 0:
		step_room();
		break;
	case 1:
	case 2:
	case 3:
	case 4:
		step_moved();
		break;
	default:
		step_samples();
	}
	look_at(below(PAGES));
}

int main(int argc, char **argv)
{
	uint64_t batches = share_of(BATCHES);

	if (argc > 1)
		batches = strtoull(argv[1], NULL, 0);
	tiermm_random_seed(&rng, 1);
	make();
	for (uint64_t i = 0; i < batches; i++) {
		step();
		if (i % 256 == 0)
			CHECK(tiermm_promotion_is_valid(promotion));
	}
	printf("seed 1, %" PRIu64 " batches\n", batches);
	read_reasons(seen);
	for (uint32_t i = 0; i <= TIERMM_PROMOTION_RATE_LIMIT; i++)
		if (seen[i])
			printf("%s: %" PRIu64 "\n",
			       tiermm_promotion_reason_name(i), seen[i]);
	/* A run that never got there would say nothing. */
	CHECK(seen[TIERMM_PROMOTION_HOT] && seen[TIERMM_PROMOTION_QUEUED] &&
	      seen[TIERMM_PROMOTION_COLD] && seen[TIERMM_PROMOTION_HELD_BACK] &&
	      seen[TIERMM_PROMOTION_TOP_TIER]);
	tiermm_promotion_destroy(promotion);
	return 0;
}
