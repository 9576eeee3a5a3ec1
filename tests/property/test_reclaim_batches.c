/* SPDX-License-Identifier: MIT */
/*
 * A report of many items is that of each by itself (R4, R7, R8, R9): two
 * reclaims over one machine, of which one hears of a batch at once and the
 * other item by item. Items come in rows that are alike, as in a real batch;
 * rows are cut by what is not. Decisions, every counter, rooms, marks, pauses
 * and what the rate limit lets in stay equal, while nodes are told anew and
 * go. The seed is printed; arguments are the number of batches, and the seed.
 */
#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/demotion_change.h>
#include <tiermm/reclaim_explain.h>
#include <tiermm/reclaim_node.h>
#include <tiermm/reclaim_report.h>

#define BATCHES 20000
#define BATCH 48
#define SEED 20260201
#define IDS 6
#define MS UINT64_C(1000000)

/* One that hears all at once, and one that hears of each. */
#define BOTH 2

struct world {
	struct tiermm_random random;
	struct tiermm_demotion *d;
	struct tiermm_reclaim *r[BOTH];
	struct tiermm_reclaim_context c;
	struct tiermm_folio folios[BATCH];
	struct tiermm_decision decisions[BOTH][BATCH];
	struct tiermm_result results[BATCH];
	uint64_t n;
	uint64_t done;
	int wraps; /* counters may have come round */
};

static uint32_t below(struct world *w, uint32_t bound)
{
	return (uint32_t)tiermm_random_below(&w->random, bound);
}

static void draw_batch(struct world *w)
{
	struct tiermm_folio folio = { .node = 0 };

	w->n = 1 + below(w, BATCH);
	w->c.now_ns += below(w, 3) ? below(w, 40) * MS : 0;
	w->c.reclaimer = below(w, TIERMM_RECLAIMERS);
	w->c.budget_pages = below(w, 3) ? 0 : 1 + below(w, 200);
	for (uint64_t i = 0; i < w->n; i++) {
		if (below(w, 12) == 0)
			folio.node = (int32_t)below(w, IDS);
		if (below(w, 12) == 0)
			folio.order = below(w, 4);
		if (below(w, 9) == 0)
			folio.flags = below(w, TIERMM_FOLIO_ALL + 1) &
				      (TIERMM_FOLIO_PIECE | TIERMM_FOLIO_ANON |
				       TIERMM_FOLIO_DIRTY);
		folio.page = i;
		w->folios[i] = folio;
		if (below(w, 9) == 0)
			w->folios[i].flags |= TIERMM_FOLIO_ACTIVE;
	}
}

static void draw_results(struct world *w)
{
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_DONE };

	for (uint64_t i = 0; i < w->n; i++) {
		if (below(w, 10) == 0)
			result.pages = below(w, 3) ? 0 : 1 + below(w, 9);
		if (below(w, 4000) == 0) { /* a granule that is none */
			result.pages = UINT64_C(1) << (30 + below(w, 33));
			w->wraps = 1;
		}
		if (below(w, 10) == 0)
			result.outcome = below(w, 2)
						 ? TIERMM_OUTCOME_DONE
						 : below(w, TIERMM_OUTCOMES);
		w->results[i] = result;
		w->done += result.outcome == TIERMM_OUTCOME_DONE;
	}
}

/* Figures near the marks, and a machine that changes. */
static void change(struct world *w)
{
	struct tiermm_event e = { .kind = TIERMM_EVENT_MEMORY_ADD + below(w, 4),
				  .node = (int32_t)below(w, IDS) };
	struct tiermm_reclaim_node node = { .node = (int32_t)below(w, IDS),
					    .managed = 4000,
					    .min = 20,
					    .free_pages = below(w, 200) };
	uint32_t effect;

	if (below(w, 4) == 0)
		(void)tiermm_demotion_event(w->d, &e, &effect);
	if (below(w, 3) == 0)
		return;
	for (int i = 0; i < BOTH; i++)
		CHECK(!tiermm_reclaim_set_nodes(w->r[i], &node, 1));
}

static void compare_tables(const struct world *w, uint32_t table)
{
	uint64_t c[BOTH][64], n[BOTH];

	for (int i = 0; i < BOTH; i++)
		CHECK(!tiermm_reclaim_counters(w->r[i], table, c[i], 64,
					       &n[i]));
	CHECK(n[0] == n[1] && !memcmp(c[0], c[1], n[0] * sizeof(c[0][0])));
}

static void compare_rooms(const struct world *w, int32_t node)
{
	struct tiermm_reclaim_room room[BOTH];

	memset(room, 0, sizeof(room));
	for (int i = 0; i < BOTH; i++) {
		room[i].size = sizeof(room[i]);
		CHECK(!tiermm_reclaim_get_room(w->r[i], node, &room[i]));
		CHECK(w->wraps || tiermm_reclaim_is_valid(w->r[i]));
	}
	CHECK(!memcmp(&room[0], &room[1], sizeof(room[0])));
}

static void compare(const struct world *w)
{
	CHECK(!memcmp(w->decisions[0], w->decisions[1],
		      w->n * sizeof(w->decisions[0][0])));
	for (uint32_t table = 0; table < TIERMM_RECLAIM_TABLES; table++)
		compare_tables(w, table);
	for (int32_t node = 0; node < IDS; node++)
		compare_rooms(w, node);
}

static uint64_t report(struct world *w)
{
	uint64_t open = 0, left = 0;

	CHECK(!tiermm_reclaim_report(w->r[0], &w->c, w->folios, w->decisions[0],
				     w->results, w->n, &open));
	for (uint64_t i = 0; i < w->n; i++) {
		uint64_t one;

		CHECK(!tiermm_reclaim_report(w->r[1], &w->c, &w->folios[i],
					     &w->decisions[1][i],
					     &w->results[i], 1, &one));
		left += one;
	}
	CHECK(open == left);
	return open;
}

static void batch(struct world *w)
{
	uint64_t open;

	draw_batch(w);
	change(w);
	/* Equal plans: the rate limit and the pauses are the same so far. */
	for (int i = 0; i < BOTH; i++)
		CHECK(!tiermm_reclaim_plan(w->r[i], &w->c, w->folios, w->n,
					   w->decisions[i]));
	compare(w);
	do {
		draw_results(w);
		open = report(w);
		compare(w);
	} while (open);
}

static void play(struct world *w, uint64_t batches)
{
	struct tiermm_topology_builder *b = machine_random(&w->random, IDS);
	struct tiermm_topology *t = machine_snapshot(b);
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .max_nodes = IDS };
	/* A price of a page that is no whole number. */
	struct tiermm_reclaim_options limit = {
		.size = sizeof(limit),
		.rate_limit_bytes = below(w, 2) ? 0 : 5000000 + below(w, 9999)
	};

	CHECK(!tiermm_demotion_create(&w->d, t, &o, NULL, NULL, NULL));
	for (int i = 0; i < BOTH; i++)
		CHECK(!tiermm_reclaim_create(&w->r[i], w->d, &limit, NULL));
	for (uint64_t i = 0; i < batches; i++)
		batch(w);
	for (int i = 0; i < BOTH; i++)
		tiermm_reclaim_destroy(w->r[i]);
	tiermm_demotion_destroy(w->d);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
}

int main(int argc, char **argv)
{
	uint64_t batches =
		argc > 1 ? strtoull(argv[1], NULL, 10) : share_of(BATCHES);
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SEED;
	uint64_t done = 0;
	static struct world w;

	for (uint64_t i = 0; i < batches; i += 40) {
		w = (struct world){ .c = { .size = sizeof(w.c), .now_ns = 1 } };
		(void)tiermm_random_seed(&w.random, seed + i);
		play(&w, 40);
		done += w.done;
	}
	printf("seed %" PRIu64 ": %" PRIu64 " batches, %" PRIu64 " done\n",
	       seed, batches, done);
	return done ? 0 : 1;
}
