/* SPDX-License-Identifier: MIT */
/*
 * Random accesses, moves, rooms and outcomes against a reference that was
 * written from the facts of Linux's rule alone (P2): each access has to end in
 * the same reason. I12 and I13 are checked on the way, and that each candidate
 * ends in one place (P7). With the other policies and the guard on, what holds
 * for all of them is checked without a reference.
 *
 * The seed is printed; an argument is the number of steps a run.
 */
#include "support/machine.h"
#include "support/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/demotion_graph.h>
#include <tiermm/promotion.h>
#include <tiermm/promotion_explain.h>
#include <tiermm/promotion_plan.h>
#include <tiermm/promotion_sample.h>

enum {
	PAGES = 300,
	NODES = 4,
	STEPS = 600000,
	RUNS = 4, /* of each policy */
	ORDER_MAX = 3,
	PERIOD = 700, /* ms between adjustments */
	DEFAULT = 203 /* ms: the hot threshold; no multiple of a step */
};

/* 0, 1: top; 2, 3: slow tiers. */
static const struct machine machine = {
	.n = NODES,
	.nodes = { { .id = 0, .cpus = 1, .tier = 4 },
		   { .id = 1, .cpus = 1, .tier = 4 },
		   { .id = 2, .tier = 37 },
		   { .id = 3, .tier = 60 } },
	.distance = { 10, 21, 25, 30, 21, 10, 25, 30, 25, 25, 10, 20, 30, 30,
		      20, 10 },
};

/* What Linux keeps of a node. */
struct target {
	uint64_t candidates, threshold, adjusted_ms, adjusted_at;
	uint64_t window_ms, window_base, in_window;
	int windows;
};

struct page {
	int32_t node;
	int64_t ms; /* of its last mark or access; -1: unset */
	int queued;
};

static struct tiermm_promotion *promotion;
static struct tiermm_random rng;
static struct target targets[2];
static struct page pages[PAGES];
static struct tiermm_promotion_room rooms[NODES];
static uint64_t now, before[TIERMM_PROMOTION_COUNTERS], limit;
static uint64_t seen[TIERMM_PROMOTION_REASONS];
static int kernel;

#define CHECK(condition)                                                  \
	do {                                                              \
		if (!(condition)) {                                       \
			fprintf(stderr, "%s:%d: at %" PRIu64 " ms: %s\n", \
				__FILE__, __LINE__, now, #condition);     \
			exit(1);                                          \
		}                                                         \
	} while (0)

static uint64_t below(uint64_t bound)
{
	return tiermm_random_below(&rng, bound);
}

static void read_counters(uint64_t *out)
{
	uint64_t n;

	CHECK(!tiermm_promotion_counters(promotion, out,
					 TIERMM_PROMOTION_COUNTERS, &n));
}

/* --- the reference -------------------------------------------------------- */

static uint64_t enough(const struct tiermm_promotion_room *room)
{
	uint64_t gib = (UINT64_C(1) << 30) / 4096,
		 part = room->present_pages >> 4;

	return room->promo_pages + (part > gib ? part : gib);
}

static void adjust(struct target *t)
{
	uint64_t ref = limit * PERIOD / 1000, unit = DEFAULT * 2 / 16;
	uint64_t came = t->candidates - t->adjusted_at;
	uint64_t th = t->threshold ? t->threshold : DEFAULT;

	if (now - t->adjusted_ms <= PERIOD)
		return;
	if (came > ref * 11 / 10)
		th = th - unit > unit && th > unit ? th - unit : unit;
	else if (came < ref * 9 / 10)
		th = th + unit < 2 * DEFAULT ? th + unit : 2 * DEFAULT;
	t->threshold = th;
	t->adjusted_at = t->candidates;
	t->adjusted_ms = now;
	/* I12 */
	CHECK(th >= unit && th <= 2 * DEFAULT);
}

static int denied(struct target *t, uint64_t n)
{
	t->candidates += n;
	if (!t->windows || now - t->window_ms > 1000) {
		t->windows = 1;
		t->window_ms = now;
		t->window_base = t->candidates;
		t->in_window = 0;
	}
	if (t->candidates - t->window_base >= limit)
		return 1;
	t->in_window += n;
	/* I12: the limit, and one folio. */
	CHECK(t->in_window <= limit + (1 << ORDER_MAX));
	return 0;
}

static uint32_t expected(const struct page *p, int32_t accessor, uint64_t n)
{
	struct target *t = &targets[accessor];
	uint64_t th;

	if (p->node < 2)
		return TIERMM_PROMOTION_TOP_TIER;
	if (rooms[accessor].free_pages > enough(&rooms[accessor])) {
		t->threshold = 0;
		return p->queued ? TIERMM_PROMOTION_QUEUED
				 : TIERMM_PROMOTION_FREE_SPACE;
	}
	adjust(t);
	th = t->threshold ? t->threshold : DEFAULT;
	if (p->ms < 0)
		return TIERMM_PROMOTION_FIRST_SEEN;
	if (now - (uint64_t)p->ms >= th)
		return TIERMM_PROMOTION_COLD;
	if (p->queued)
		return TIERMM_PROMOTION_QUEUED;
	return denied(t, n) ? TIERMM_PROMOTION_RATE_LIMIT
			    : TIERMM_PROMOTION_HOT;
}

/* --- steps ---------------------------------------------------------------- */

static void look_at(uint64_t page)
{
	struct tiermm_promotion_page is;

	CHECK(!tiermm_promotion_get_page(promotion, now * 1000000, page, &is));
	CHECK(is.node == pages[page].node);
	pages[page].queued = (int)is.queued;
}

static void go_to(uint64_t page, int32_t node)
{
	struct page *p = &pages[page];
	int both_on_top = p->node < 2 && node < 2;

	if (p->node != node && !both_on_top)
		p->ms = node < 2 ? (int64_t)now : -1;
	p->node = node;
}

static struct tiermm_sample draw(void)
{
	struct tiermm_sample s = { .page = below(PAGES),
				   .time_ns = now * 1000000 + below(1000000),
				   .accessor = (int32_t)below(2),
				   .weight = (uint32_t)below(3) };

	s.kind = (uint16_t)below(TIERMM_SAMPLES);
	if (below(16) == 0)
		s.order = (uint16_t)below(ORDER_MAX + 1);
	if (s.page + (UINT64_C(1) << s.order) > PAGES)
		s.order = 0;
	return s;
}

static void step_access(void)
{
	struct tiermm_sample s = draw();
	uint64_t after[TIERMM_PROMOTION_COUNTERS];
	struct page *p = &pages[s.page];
	uint32_t reason = TIERMM_PROMOTION_MARKED;
	uint32_t at;

	/* Time passes first: stale candidates go. */
	CHECK(!tiermm_promotion_report(promotion, s.time_ns, NULL, NULL, 0));
	look_at(s.page);
	read_counters(before);
	if (s.kind != TIERMM_SAMPLE_MARK)
		reason =
			kernel ? expected(p, s.accessor, UINT64_C(1) << s.order)
			       : TIERMM_PROMOTION_REASONS;
	CHECK(!tiermm_promotion_samples(promotion, &s, 1));
	p->ms = (int64_t)now;
	read_counters(after);
	CHECK(after[TIERMM_PROMOTION_SAMPLES] ==
	      before[TIERMM_PROMOTION_SAMPLES] + 1);
	if (!kernel)
		return;
	at = TIERMM_PROMOTION_BY_REASON + reason;
	if (after[at] != before[at] + 1)
		fprintf(stderr, "page %" PRIu64 ": %s was expected\n", s.page,
			tiermm_promotion_reason_name(reason));
	CHECK(after[at] == before[at] + 1);
	seen[reason]++;
}

static void step_room(void)
{
	int32_t node = (int32_t)below(NODES);
	struct tiermm_promotion_room *room = &rooms[node];

	room->free_pages = below(2) ? below(400) : 262144 + below(400);
	room->loaded_latency_ns = (uint32_t)below(3) * 100;
	CHECK(!tiermm_promotion_set_rooms(promotion, room, 1));
}

static void step_moved(void)
{
	uint64_t first = below(PAGES), n = 1 + below(4);
	int32_t node = (int32_t)below(NODES);

	n = first + n > PAGES ? 1 : n;
	CHECK(!tiermm_promotion_pages_moved(promotion, now * 1000000, first, n,
					    node));
	for (uint64_t i = 0; i < n; i++)
		go_to(first + i, node);
}

static void step_placed(void)
{
	uint64_t page = below(PAGES);
	int32_t node = (int32_t)below(NODES);

	CHECK(!tiermm_promotion_set_pages(promotion, page, 1, node));
	pages[page] = (struct page){ .node = node, .ms = -1 };
}

/* The object keeps its rooms by what it hears; ours follow. */
static void shift_room(int32_t from, int32_t to, uint64_t n)
{
	rooms[from].free_pages += n;
	rooms[to].free_pages -=
		n < rooms[to].free_pages ? n : rooms[to].free_pages;
}

static void answer(const struct tiermm_move *m, struct tiermm_result *r)
{
	*r = (struct tiermm_result){ .outcome = (uint32_t)below(14) };
	if (r->outcome >= TIERMM_OUTCOMES)
		r->outcome = TIERMM_OUTCOME_DONE;
	if (r->outcome == TIERMM_OUTCOME_DONE && pages[m->page].node != m->to)
		shift_room(pages[m->page].node, m->to, m->pages);
	if (r->outcome == TIERMM_OUTCOME_TARGET_FULL &&
	    rooms[m->to].free_pages > rooms[m->to].high_pages)
		rooms[m->to].free_pages = rooms[m->to].high_pages;
	if (r->outcome == TIERMM_OUTCOME_DONE ||
	    r->outcome == TIERMM_OUTCOME_ALREADY)
		for (uint64_t i = 0; i < m->pages; i++)
			go_to(m->page + i, m->to);
}

/* No move down but in an exchange, none beyond the high watermark. */
static void check_plan(const struct tiermm_move *moves, uint64_t n,
		       uint64_t budget)
{
	uint64_t sum = 0, into[NODES] = { 0 };

	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_move *m = &moves[i];

		sum += m->pages;
		CHECK(m->from == pages[m->page].node && m->to != m->from);
		if (m->to > m->from) { /* down: the other half follows */
			CHECK(i + 1 < n && moves[i + 1].to == m->from &&
			      moves[i + 1].from == m->to &&
			      moves[i + 1].pages == m->pages);
			i++;
			sum += m->pages;
			continue;
		}
		CHECK(m->from >= 2);
		into[m->to] += m->pages;
		CHECK(rooms[m->to].free_pages >=
		      rooms[m->to].high_pages + into[m->to]);
	}
	CHECK(!budget || sum <= budget);
}

static void step_plan(void)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = now * 1000000,
					    .budget_pages = below(2) * 40 };
	struct tiermm_move moves[32], again[32];
	struct tiermm_result results[32];
	struct tiermm_folio cold[16];
	uint64_t n, second, cap = below(33);

	if (below(2)) {
		CHECK(!tiermm_promotion_cold(promotion, now * 1000000,
					     (int32_t)below(2), 100, cold, 16,
					     &q.n_cold));
		q.cold = cold;
	}
	CHECK(!tiermm_promotion_plan(promotion, &q, moves, cap, &n, NULL));
	CHECK(!tiermm_promotion_plan(promotion, &q, again, cap, &second, NULL));
	n = n < cap ? n : cap;
	second = second < cap ? second : cap;
	CHECK(n == second && !memcmp(moves, again, n * sizeof(*moves)));
	check_plan(moves, n, q.budget_pages);
	for (uint64_t i = 0; i < n; i++)
		answer(&moves[i], &results[i]);
	CHECK(!tiermm_promotion_report(promotion, now * 1000000, moves, results,
				       n));
	/* A target that was gone has no room until it is told anew. */
	for (uint64_t i = 0; i < n; i++)
		if (results[i].outcome == TIERMM_OUTCOME_TARGET_GONE)
			CHECK(!tiermm_promotion_set_rooms(promotion,
							  &rooms[moves[i].to],
							  1));
}

static void check_whole(void)
{
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	uint64_t c[TIERMM_PROMOTION_COUNTERS], n, sum = 0;
	const uint64_t *by = c + TIERMM_PROMOTION_BY_REASON;

	CHECK(tiermm_promotion_is_valid(promotion));
	CHECK(!tiermm_promotion_plan(promotion, NULL, NULL, 0, &n, &s));
	read_counters(c);
	/* P7: each candidate is one still, or ended in one place. */
	CHECK(by[TIERMM_PROMOTION_HOT] + by[TIERMM_PROMOTION_FREE_SPACE] ==
	      s.candidates + c[TIERMM_PROMOTION_WENT_UP] +
		      c[TIERMM_PROMOTION_WITHDRAWN] +
		      by[TIERMM_PROMOTION_DISPLACED] +
		      by[TIERMM_PROMOTION_STALE] +
		      by[TIERMM_PROMOTION_GAVE_UP]);
	/* I13 */
	CHECK(c[TIERMM_PGPROMOTE_SUCCESS] <=
	      c[TIERMM_PGPROMOTE_CANDIDATE] +
		      c[TIERMM_PGPROMOTE_CANDIDATE_NRL]);
	for (uint32_t i = 0; i <= TIERMM_PROMOTION_RATE_LIMIT; i++)
		sum += by[i];
	CHECK(sum + by[TIERMM_PROMOTION_REFUSED] ==
	      c[TIERMM_PROMOTION_SAMPLES]);
	for (uint64_t page = 0; page < PAGES; page++)
		look_at(page);
}

/* Time runs fast and slow in turn: few accesses a second, and too many. */
static void step(uint64_t i)
{
	now += i / 20000 % 2 ? below(3) : below(12) == 0;
	switch (below(64)) {
	case 0:
		step_room();
		break;
	case 1:
	case 2:
		step_moved();
		break;
	case 3:
		step_placed();
		break;
	case 4:
	case 5:
		step_plan();
		break;
	default:
		step_access();
	}
}

static void make(uint32_t policy)
{
	struct tiermm_topology *t = machine_topology(&machine);
	struct tiermm_promotion_options o = {
		.size = sizeof(o),
		.flags = policy == TIERMM_PROMOTION_KERNEL
				 ? TIERMM_PROMOTION_NO_GUARD
				 : 0,
		.pages = PAGES,
		.policy = policy,
		.max_candidates = 40,
		.hot_threshold_ms = DEFAULT,
		.adjust_period_ms = PERIOD,
		.rate_limit_mibps = 1,
		.guard_ms = 300,
		.guard_delay_ms = 100,
		.cool_ms = 150,
		.stale_ms = 400,
	};
	struct tiermm_demotion_graph *g;

	CHECK(!tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL));
	CHECK(!tiermm_promotion_create(&promotion, g, &o, NULL));
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	limit = (UINT64_C(1) << 20) / 4096;
}

static void run(uint32_t policy, uint64_t seed, uint64_t steps)
{
	make(policy);
	kernel = policy == TIERMM_PROMOTION_KERNEL;
	now = 0;
	memset(targets, 0, sizeof(targets));
	tiermm_random_seed(&rng, seed);
	for (int32_t i = 0; i < NODES; i++) {
		rooms[i] =
			(struct tiermm_promotion_room){ .node = i,
							.free_pages = 1000,
							.high_pages = 100,
							.promo_pages = 120,
							.present_pages = 5000 };
		CHECK(!tiermm_promotion_set_rooms(promotion, &rooms[i], 1));
	}
	CHECK(!tiermm_promotion_set_pages(promotion, 0, PAGES, 2));
	for (uint64_t page = 0; page < PAGES; page++)
		pages[page] = (struct page){ .node = 2, .ms = -1 };
	/* Time counts from the first one told. */
	CHECK(!tiermm_promotion_pages_moved(promotion, 0, 0, 0, 2));
	for (uint64_t i = 0; i < steps; i++) {
		step(i);
		if (i % 512 == 0)
			check_whole();
	}
	check_whole();
	tiermm_promotion_destroy(promotion);
}

/* Each reason that an access can end in, on this machine, without a guard. */
static int has_to_come(uint32_t reason)
{
	return reason != TIERMM_PROMOTION_NO_PLACE &&
	       reason != TIERMM_PROMOTION_NO_PAGE &&
	       reason != TIERMM_PROMOTION_NO_TARGET &&
	       reason != TIERMM_PROMOTION_HELD_BACK;
}

int main(int argc, char **argv)
{
	uint64_t steps = share_of(STEPS);

	if (argc > 1)
		steps = strtoull(argv[1], NULL, 0);
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		printf("seed %" PRIu64 ", %" PRIu64 " steps\n", seed, steps);
		for (uint32_t policy = 0; policy < TIERMM_PROMOTION_OWN;
		     policy++)
			run(policy, seed, steps);
	}
	for (uint32_t i = TIERMM_PROMOTION_HOT;
	     i <= TIERMM_PROMOTION_RATE_LIMIT; i++) {
		printf("%s: %" PRIu64 "\n", tiermm_promotion_reason_name(i),
		       seen[i]);
		/* A run that never got there would say nothing. */
		if (steps >= 20000 && has_to_come(i) && !seen[i]) {
			fprintf(stderr, "this reason was never met\n");
			return 1;
		}
	}
	return 0;
}
