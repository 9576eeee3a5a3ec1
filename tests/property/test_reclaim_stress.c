/* SPDX-License-Identifier: MIT */
/*
 * Planners against an owner that never rests (R1, R4, R6; @threads read).
 *
 * Two threads plan, explain and read counters all the time, while one reports
 * outcomes, hands in figures, changes options, and the machine changes under
 * them. Each plan has to be one that the rules allow: lower nodes only, those
 * allowed only, hot folios never. The thread sanitizer looks on.
 */
#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#include <pthread.h>
#include <stdatomic.h>

#include <tiermm/demotion_change.h>
#include <tiermm/reclaim_explain.h>
#include <tiermm/reclaim_node.h>
#include <tiermm/reclaim_report.h>

#define ROUNDS 20000
#define BATCH 64
#define NODES 4

/* 0 > 1 > 2 > 3, a tier each. */
static const struct machine chain = {
	.n = NODES,
	.nodes = { { .id = 0, .cpus = 1, .pages = 9 },
		   { .id = 1, .tier = 20, .pages = 9 },
		   { .id = 2, .tier = 30, .pages = 9 },
		   { .id = 3, .tier = 40, .pages = 9 } },
	.distance = { 10, 20, 30, 40, 20, 10, 20, 30, 30, 20, 10, 20, 40, 30,
		      20, 10 },
};

struct stage {
	struct tiermm_demotion *d;
	struct tiermm_reclaim *r;
	_Atomic int stop;
};

struct batch {
	struct tiermm_random random;
	struct tiermm_nodeset allowed;
	struct tiermm_reclaim_context context;
	struct tiermm_folio folios[BATCH];
	struct tiermm_decision decisions[BATCH];
	struct tiermm_result results[BATCH];
};

static void draw(struct batch *b, uint64_t now)
{
	b->context = (struct tiermm_reclaim_context){
		.size = sizeof(b->context),
		.reclaimer = (uint32_t)tiermm_random_below(&b->random, 4),
		.allowed = &b->allowed,
		.now_ns = now,
	};
	b->allowed.word[0] = tiermm_random_next(&b->random);
	for (uint32_t i = 0; i < BATCH; i++)
		b->folios[i] = (struct tiermm_folio){
			.page = i,
			.node = (int32_t)tiermm_random_below(&b->random, NODES),
			.flags = tiermm_random_below(&b->random, 4)
					 ? 0
					 : TIERMM_FOLIO_ACTIVE,
		};
}

static void check(const struct batch *b)
{
	for (uint32_t i = 0; i < BATCH; i++) {
		const struct tiermm_decision *d = &b->decisions[i];

		if (d->final || d->verdict != TIERMM_VERDICT_DEMOTE)
			continue;
		CHECK(!(b->folios[i].flags & TIERMM_FOLIO_ACTIVE));
		CHECK(d->to > b->folios[i].node && d->to < NODES);
		CHECK(tiermm_nodeset_has(&b->allowed, d->to));
	}
}

static uint64_t sum_out(const struct tiermm_reclaim *r)
{
	uint64_t c[TIERMM_RECLAIM_COUNTERS], n, sum = 0;

	CHECK(!tiermm_reclaim_counters(r, TIERMM_RECLAIM_TABLE_COUNTERS, c,
				       TIERMM_RECLAIM_COUNTERS, &n));
	for (uint32_t v = 0; v < TIERMM_VERDICTS; v++)
		sum += c[TIERMM_RECLAIM_PAGES_OUT + v];
	return sum;
}

static void *planner(void *argument)
{
	struct stage *s = argument;
	struct batch b = { .context = { 0 } };
	uint64_t before = 0, now = 0;

	(void)tiermm_random_seed(&b.random, (uintptr_t)&b);
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		struct tiermm_reclaim_explanation e = { .size = sizeof(e) };
		uint64_t out;
		int err;

		draw(&b, now += 1000);
		CHECK(!tiermm_reclaim_plan(s->r, &b.context, b.folios, BATCH,
					   b.decisions));
		check(&b);
		err = tiermm_reclaim_explain(s->r, &b.context, b.folios,
					     b.decisions, 2, &e);
		CHECK(!err || err == -TIERMM_EAGAIN);
		out = sum_out(s->r);
		CHECK(out >= before);
		before = out;
	}
	return NULL;
}

static void shake(struct stage *s, struct batch *b)
{
	struct tiermm_reclaim_options o = {
		.size = sizeof(o),
		.rate_limit_bytes = tiermm_random_next(&b->random) % (1 << 30),
		.flags = (uint32_t)tiermm_random_below(&b->random, 8),
	};
	struct tiermm_reclaim_node figures = {
		.node = (int32_t)tiermm_random_below(&b->random, NODES),
		.managed = 1000,
		.free_pages = tiermm_random_below(&b->random, 40),
	};
	struct tiermm_event e = {
		.kind = tiermm_random_below(&b->random, 2)
				? TIERMM_EVENT_MEMORY_GOING
				: TIERMM_EVENT_MEMORY_CANCEL,
		.node = 1 + (int32_t)tiermm_random_below(&b->random, 3),
	};
	uint32_t effect;

	CHECK(!tiermm_reclaim_set_options(s->r, &o));
	CHECK(!tiermm_reclaim_set_nodes(s->r, &figures, 1));
	(void)tiermm_demotion_event(s->d, &e, &effect);
}

static void own(struct stage *s, struct batch *b, uint64_t now)
{
	uint64_t open = 1;

	draw(b, now);
	CHECK(!tiermm_reclaim_plan(s->r, &b->context, b->folios, BATCH,
				   b->decisions));
	while (open) {
		check(b);
		for (uint32_t i = 0; i < BATCH; i++)
			b->results[i].outcome =
				(uint32_t)tiermm_random_below(&b->random,
							      TIERMM_OUTCOMES);
		CHECK(!tiermm_reclaim_report(s->r, &b->context, b->folios,
					     b->decisions, b->results, BATCH,
					     &open));
	}
}

int main(void)
{
	struct tiermm_topology *t = machine_topology(&chain);
	static struct stage s;
	static struct batch b;
	pthread_t threads[2];

	CHECK(!tiermm_demotion_create(&s.d, t, NULL, NULL, NULL, NULL));
	CHECK(!tiermm_reclaim_create(&s.r, s.d, NULL, NULL));
	(void)tiermm_random_seed(&b.random, 4);
	for (uint32_t i = 0; i < 2; i++)
		CHECK(!pthread_create(&threads[i], NULL, planner, &s));
	for (uint64_t i = 0; i < share_of(ROUNDS); i++) {
		own(&s, &b, 1 + i * 500000);
		if (i % 4 == 0)
			shake(&s, &b);
	}
	atomic_store_explicit(&s.stop, 1, memory_order_relaxed);
	for (uint32_t i = 0; i < 2; i++)
		CHECK(!pthread_join(threads[i], NULL));
	CHECK(tiermm_reclaim_is_valid(s.r));
	tiermm_reclaim_destroy(s.r);
	tiermm_demotion_destroy(s.d);
	tiermm_topology_unref(t);
	return 0;
}
