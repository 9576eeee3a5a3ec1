/* SPDX-License-Identifier: MIT */
/*
 * Reclaim against the rules written down once more, item by item (R2 to R7,
 * I8, I9, I11): random machines, batches, outcomes and contexts, while allowed
 * nodes, flags and the machine change between two reports.
 *
 * Whatever happens, each folio ends in exactly one verdict, base pages in are
 * base pages out, a destination is allowed and lower, no node is tried twice,
 * and normal reclaim comes at most once. The seed is printed; arguments are
 * the number of batches, and the seed.
 */
#include "naive_reclaim.h"
#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <tiermm/demotion_change.h>
#include <tiermm/reclaim_explain.h>
#include <tiermm/reclaim_report.h>

#define BATCHES 90000
#define BATCH 24
#define SEED 20260101
#define NONE TIERMM_NO_NODE

struct world {
	struct tiermm_random random;
	struct tiermm_demotion *d;
	struct tiermm_reclaim *r;
	struct naive_reclaim rules;
	struct tiermm_folio folios[BATCH];
	struct tiermm_decision decisions[BATCH];
	struct tiermm_result results[BATCH];
	struct naive_item items[BATCH];
	uint64_t n;
	/* The ledger. */
	uint64_t in, out[TIERMM_VERDICTS];
	uint64_t demoted[TIERMM_RECLAIMERS], stolen[TIERMM_RECLAIMERS];
	uint64_t scanned[TIERMM_RECLAIMERS], fallen, attempts;
};

static uint32_t below(struct world *w, uint32_t bound)
{
	return (uint32_t)tiermm_random_below(&w->random, bound);
}

static uint64_t pages_of(const struct tiermm_folio *folio)
{
	return UINT64_C(1) << folio->order;
}

/* An outcome is in the ledger before it is reported. */
static void note(struct world *w, const struct naive_item *it,
		 const struct tiermm_folio *folio,
		 const struct tiermm_result *result)
{
	uint32_t who = w->rules.c.reclaimer;
	uint64_t moved = result->pages ? result->pages : pages_of(folio);

	w->attempts++;
	if (it->verdict == TIERMM_VERDICT_SPLIT ||
	    !(result->outcome == TIERMM_OUTCOME_DONE ||
	      (result->outcome == TIERMM_OUTCOME_ALREADY && it->unsure)))
		return;
	w->stolen[who] += moved;
	if (it->verdict == TIERMM_VERDICT_DEMOTE)
		w->demoted[who] += moved;
}

static void compare(const struct world *w)
{
	for (uint64_t i = 0; i < w->n; i++) {
		const struct tiermm_decision *d = &w->decisions[i];
		const struct naive_item *it = &w->items[i];

		CHECK(d->verdict == it->verdict && d->final == it->final);
		if (d->verdict != TIERMM_VERDICT_DEMOTE) {
			CHECK(d->to == NONE);
			continue;
		}
		CHECK(d->to == it->to);
		if (!d->final) /* I9, for every folio of every batch */
			CHECK(!w->rules.c.allowed ||
			      tiermm_nodeset_has(&w->rules.allowed, d->to) ||
			      it->unsure);
	}
}

static void draw_flags(struct world *w, struct tiermm_folio *folio)
{
	uint32_t piece = folio->flags & TIERMM_FOLIO_PIECE;

	folio->flags = 0;
	for (uint32_t bit = 1; bit < TIERMM_FOLIO_PIECE; bit <<= 1)
		if (below(w, bit <= TIERMM_FOLIO_HUGETLB ? 24 : 3) == 0)
			folio->flags |= bit;
	folio->flags |= piece;
}

static void draw_batch(struct world *w)
{
	w->n = below(w, BATCH + 1);
	w->rules.c.reclaimer = below(w, TIERMM_RECLAIMERS);
	w->rules.c.flags = below(w, 2) ? 0 : below(w, 64);
	w->rules.c.allowed = below(w, 3) ? &w->rules.allowed : NULL;
	w->rules.allowed.word[0] =
		tiermm_random_next(&w->random) | tiermm_random_next(&w->random);
	for (uint64_t i = 0; i < w->n; i++) {
		struct tiermm_folio *folio = &w->folios[i];

		*folio = (struct tiermm_folio){
			.page = i,
			.node = (int32_t)below(w, NAIVE_IDS),
			.order = below(w, 3) ? 0 : below(w, 10),
			.flags = below(w, 4) ? 0 : TIERMM_FOLIO_PIECE,
		};
		draw_flags(w, folio);
		w->in += pages_of(folio);
		if (!(folio->flags & TIERMM_FOLIO_PIECE))
			w->scanned[w->rules.c.reclaimer] += pages_of(folio);
	}
}

static void look_again(struct world *w)
{
	tiermm_demotion_graph_unref(w->rules.g);
	CHECK(!tiermm_demotion_snapshot(w->d, &w->rules.g));
	CHECK(!tiermm_demotion_blocked(w->d, &w->rules.blocked));
}

/* The world goes on between two reports. */
static void change(struct world *w)
{
	struct tiermm_event e = {
		.kind = TIERMM_EVENT_MEMORY_ADD + below(w, 4),
		.node = (int32_t)below(w, NAIVE_IDS),
	};
	uint32_t effect;

	if (below(w, 6) == 0)
		w->rules.allowed.word[0] = tiermm_random_next(&w->random);
	if (below(w, 20) == 0)
		w->rules.allowed.word[0] = 0;
	if (below(w, 12) == 0)
		(void)tiermm_demotion_event(w->d, &e, &effect);
	if (below(w, 40) == 0)
		w->rules.c.flags ^= TIERMM_RECLAIM_NO_DEMOTION;
	for (uint64_t i = 0; i < w->n; i++)
		if (below(w, 16) == 0)
			draw_flags(w, &w->folios[i]);
	look_again(w);
}

static void draw_result(struct world *w, uint64_t i)
{
	static const uint32_t often[] = { TIERMM_OUTCOME_TARGET_FULL,
					  TIERMM_OUTCOME_TARGET_FULL,
					  TIERMM_OUTCOME_TARGET_GONE };
	uint32_t draw = below(w, TIERMM_OUTCOMES + 3);

	w->results[i] = (struct tiermm_result){
		.outcome = draw < TIERMM_OUTCOMES
				   ? draw
				   : often[draw - TIERMM_OUTCOMES],
		.pages = below(w, 4) ? 0 : 1 + below(w, 600),
	};
}

/* Report a part of the batch, as an embedder that works in steps does. */
static void report(struct world *w, uint64_t from, uint64_t to)
{
	uint64_t open = 99, left = 0;

	for (uint64_t i = from; i < to; i++) {
		draw_result(w, i);
		if (w->items[i].final)
			continue;
		note(w, &w->items[i], &w->folios[i], &w->results[i]);
		naive_report(&w->rules, &w->items[i], &w->folios[i],
			     w->results[i].outcome);
		left += !w->items[i].final;
	}
	CHECK(!tiermm_reclaim_report(w->r, &w->rules.c, &w->folios[from],
				     &w->decisions[from], &w->results[from],
				     to - from, &open));
	CHECK(open == left);
}

static uint64_t counter(const struct world *w, uint32_t index)
{
	uint64_t c[TIERMM_RECLAIM_COUNTERS], n;

	CHECK(!tiermm_reclaim_counters(w->r, TIERMM_RECLAIM_TABLE_COUNTERS, c,
				       TIERMM_RECLAIM_COUNTERS, &n));
	return c[index];
}

static uint64_t table_sum(const struct world *w, uint32_t table)
{
	uint64_t c[64], n, sum = 0;

	CHECK(!tiermm_reclaim_counters(w->r, table, c, 64, &n));
	for (uint64_t i = 0; i < n; i++)
		sum += c[i];
	return sum;
}

/* I8: in is out, in the ledger and in every table. */
static void balance(struct world *w)
{
	uint64_t out = 0;

	for (uint32_t v = 0; v < TIERMM_VERDICTS; v++) {
		CHECK(counter(w, TIERMM_RECLAIM_PAGES_OUT + v) == w->out[v]);
		out += w->out[v];
	}
	CHECK(w->in == out && counter(w, TIERMM_RECLAIM_PAGES_IN) == w->in);
	CHECK(table_sum(w, TIERMM_RECLAIM_TABLE_REASONS) == w->in);
	CHECK(table_sum(w, TIERMM_RECLAIM_TABLE_OUTCOMES) == w->attempts);
	CHECK(counter(w, TIERMM_RECLAIM_FALLBACKS) == w->fallen);
	for (uint32_t who = 0; who < TIERMM_RECLAIMERS; who++) {
		CHECK(counter(w, TIERMM_RECLAIM_PGDEMOTE + who) ==
		      w->demoted[who]);
		CHECK(counter(w, TIERMM_RECLAIM_PGSTEAL + who) ==
		      w->stolen[who]);
		CHECK(counter(w, TIERMM_RECLAIM_PGSCAN + who) ==
		      w->scanned[who]);
	}
	CHECK(tiermm_reclaim_is_valid(w->r));
}

static void close_batch(struct world *w)
{
	struct tiermm_reclaim_summary sum = { .size = sizeof(sum) };
	uint64_t pages = 0;

	CHECK(!tiermm_reclaim_summarize(w->folios, w->decisions, w->n, &sum));
	for (uint64_t i = 0; i < w->n; i++) {
		uint64_t own = pages_of(&w->folios[i]);

		pages += own;
		CHECK(w->decisions[i].pages == own);
		w->out[w->items[i].verdict] += own;
		w->fallen += w->items[i].fallen ? own : 0;
	}
	CHECK(sum.pages == pages && sum.open == 0);
}

static int is_open(const struct world *w)
{
	for (uint64_t i = 0; i < w->n; i++)
		if (!w->items[i].final)
			return 1;
	return 0;
}

static void batch(struct world *w)
{
	uint32_t rounds = 0;

	draw_batch(w);
	look_again(w);
	CHECK(!tiermm_reclaim_plan(w->r, &w->rules.c, w->folios, w->n,
				   w->decisions));
	for (uint64_t i = 0; i < w->n; i++)
		naive_plan(&w->rules, &w->items[i], &w->folios[i]);
	compare(w);
	do {
		uint64_t cut = below(w, (uint32_t)w->n + 1);

		change(w);
		report(w, 0, cut);
		report(w, cut, w->n);
		compare(w);
		CHECK(++rounds < 2 * NAIVE_IDS + 8); /* every way ends */
	} while (is_open(w));
	close_batch(w);
	balance(w);
}

static void play(struct world *w, uint64_t batches)
{
	struct tiermm_topology_builder *b =
		machine_random(&w->random, NAIVE_IDS);
	struct tiermm_topology *t = machine_snapshot(b);
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .max_nodes = NAIVE_IDS };

	CHECK(!tiermm_demotion_create(&w->d, t, &o, NULL, NULL, NULL));
	CHECK(!tiermm_reclaim_create(&w->r, w->d, NULL, NULL));
	for (uint64_t i = 0; i < batches; i++)
		batch(w);
	tiermm_reclaim_destroy(w->r);
	tiermm_demotion_graph_unref(w->rules.g);
	tiermm_demotion_destroy(w->d);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
}

int main(int argc, char **argv)
{
	uint64_t batches =
		argc > 1 ? strtoull(argv[1], NULL, 10) : share_of(BATCHES);
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SEED;
	uint64_t pages = 0, demoted = 0;
	static struct world w;

	for (uint64_t i = 0; i < batches; i += 60) {
		w = (struct world){ .rules.c.size = sizeof(w.rules.c) };
		(void)tiermm_random_seed(&w.random, seed + i);
		play(&w, 60);
		pages += w.in;
		demoted += w.out[TIERMM_VERDICT_DEMOTE];
	}
	printf("seed %" PRIu64 ": %" PRIu64 " batches, %" PRIu64
	       " pages, %" PRIu64 " demoted\n",
	       seed, batches, pages, demoted);
	return demoted ? 0 : 1;
}
