/* SPDX-License-Identifier: MIT */
/*
 * A plan of 512 folios against copying their descriptors, 32 bytes each, both
 * behind a call into a shared library. Goal: at most five times.
 *
 *   one_source   cold folios of one node, which is what reclaim scans
 *   mixed        one in eight is hot
 *   sources      four nodes, folio by folio in turn
 *   anyhow       four nodes, drawn; one in four is a huge page: no goal
 *   limited      one_source with a rate limit, a budget and a clock
 *   fold         plan, and report of a batch that all moved: no goal
 */
#include "baseline.h"
#include "demotion_machine.h"
#include "figure.h"

#include <stdio.h>
#include <string.h>

#include <tiermm/reclaim_report.h>

#define BATCH 512
#define ROUNDS 32

enum {
	ONE_SOURCE,
	MIXED,
	SOURCES,
	ANYHOW,
	LIMITED,
	KINDS
};

static const struct {
	const char *name;
	double goal;
} kinds[KINDS] = {
	[ONE_SOURCE] = { "one_source", 5.0 }, [MIXED] = { "mixed", 5.0 },
	[SOURCES] = { "sources", 5.0 },       [ANYHOW] = { "anyhow", 0 },
	[LIMITED] = { "limited", 5.0 },
};

struct scene {
	struct tiermm_reclaim *r;
	struct tiermm_reclaim_context context;
	struct tiermm_folio folios[BATCH];
	struct tiermm_folio copies[BATCH];
	struct tiermm_decision decisions[BATCH];
	struct tiermm_result results[BATCH];
};

static uint64_t sum_of(const struct scene *s)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < BATCH; i++)
		sum += s->decisions[i].verdict * 64 +
		       (uint64_t)(s->decisions[i].to + 1);
	return sum;
}

static uint64_t plan(void *argument)
{
	struct scene *s = argument;

	for (uint32_t i = 0; i < ROUNDS; i++)
		if (tiermm_reclaim_plan(s->r, &s->context, s->folios, BATCH,
					s->decisions))
			return 0;
	return s->decisions[BATCH - 1].verdict;
}

static uint64_t copy(void *argument)
{
	struct scene *s = argument;

	for (uint32_t i = 0; i < ROUNDS; i++)
		baseline_copy_bytes(s->copies, s->folios, sizeof(s->folios));
	return s->copies[BATCH - 1].page;
}

static uint64_t fold(void *argument)
{
	struct scene *s = argument;
	uint64_t open = 1;

	for (uint32_t i = 0; i < ROUNDS; i++)
		if (tiermm_reclaim_plan(s->r, &s->context, s->folios, BATCH,
					s->decisions) ||
		    tiermm_reclaim_report(s->r, &s->context, s->folios,
					  s->decisions, s->results, BATCH,
					  &open) ||
		    open)
			return 0;
	return s->decisions[BATCH - 1].verdict;
}

static void fill(struct scene *s, uint32_t kind)
{
	struct tiermm_random random;

	tiermm_random_seed(&random, 1);
	for (uint32_t i = 0; i < BATCH; i++) {
		struct tiermm_folio *folio = &s->folios[i];

		*folio = (struct tiermm_folio){ .page = i };
		if (kind == MIXED && i % 8 == 3)
			folio->flags = TIERMM_FOLIO_ACTIVE;
		if (kind == MIXED && i % 8 == 5)
			folio->flags = TIERMM_FOLIO_ANON | TIERMM_FOLIO_DIRTY;
		if (kind == SOURCES)
			folio->node = (int32_t)(i % 4);
		if (kind == ANYHOW) {
			folio->node = (int32_t)tiermm_random_below(&random, 4);
			folio->order = tiermm_random_below(&random, 4) ? 0 : 9;
		}
		s->results[i].outcome = TIERMM_OUTCOME_DONE;
	}
	s->context =
		(struct tiermm_reclaim_context){ .size = sizeof(s->context) };
	if (kind == LIMITED) {
		s->context.now_ns = 1;
		s->context.budget_pages = BATCH;
	}
}

/* What the plan has to say, from each folio by itself. */
static void check(struct scene *s)
{
	uint64_t whole, sum = 0;

	(void)plan(s);
	whole = sum_of(s);
	for (uint32_t i = 0; i < BATCH; i++) {
		struct tiermm_decision one;

		if (tiermm_reclaim_plan(s->r, &s->context, &s->folios[i], 1,
					&one) ||
		    (one.verdict != TIERMM_VERDICT_DEMOTE &&
		     one.verdict != TIERMM_VERDICT_ACTIVATE))
			figure_die("a folio by itself");
		sum += one.verdict * 64 + (uint64_t)(one.to + 1);
	}
	if (sum != whole)
		figure_die("a batch and its folios differ");
}

int main(void)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = 1 << 30 };
	struct tiermm_topology *t = bench_machine(16, 1);
	struct tiermm_demotion *d;
	static struct scene s;
	struct figure_loop bare = { "copy_of_folios", copy, &s, BATCH - 1 };

	if (tiermm_demotion_create(&d, t, NULL, NULL, NULL, NULL) ||
	    tiermm_reclaim_create(&s.r, d, &o, NULL))
		figure_die("no reclaim");
	for (uint32_t kind = 0; kind < KINDS; kind++) {
		struct figure_loop ours = { kinds[kind].name, plan, &s, 0 };

		fill(&s, kind);
		check(&s);
		ours.expected = plan(&s);
		(void)figure_compare(&ours, &bare, ROUNDS * BATCH,
				     kinds[kind].goal);
	}
	fill(&s, ONE_SOURCE);
	(void)figure_compare(&(struct figure_loop){ "fold", fold, &s,
						    TIERMM_VERDICT_DEMOTE },
			     &bare, ROUNDS * BATCH, 0);
	tiermm_reclaim_destroy(s.r);
	tiermm_demotion_destroy(d);
	tiermm_topology_unref(t);
	return 0;
}
