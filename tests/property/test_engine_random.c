/* SPDX-License-Identifier: MIT */
/*
 * Random steps of an engine over a mock with random faults, against a model
 * that believes what the engine says (I8, I9, I22):
 *
 * - each folio taken leaves in one verdict, and stands where that says;
 * - pages in are pages out, in the summary and in the counters;
 * - targets are allowed and slower, for every folio of a batch;
 * - what is parked is handed back once, and nothing is left in the end; a
 *   link that a slot handed out is parked, or comes back in the same step.
 *
 *     test_engine_random              a share of the work
 *     test_engine_random --seconds N  a soak: new seeds for that long
 */
#include "engine_model.h"
#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEPS 600
#define SEEDS 600
/* In fewer runs than this some things may never happen. */
#define FEWEST 100

static const int32_t depth[MODEL_NODES] = { 0, 0, 1, 2 };

/* Believed where the engine says so, looked up where nobody could know. */
static void believe(struct model *m, uint64_t page,
		    const struct tiermm_decision *d)
{
	int32_t now = tiermm_mock_where(m->mock, model_key(page));
	int unsure = d->reason == TIERMM_RECLAIM_UNKNOWN ||
		     d->reason == TIERMM_RECLAIM_ABSENT;

	CHECK(d->final && d->verdict != TIERMM_VERDICT_NONE);
	m->seen[d->verdict]++;
	if (unsure)
		m->where[page] = now;
	else if (d->verdict == TIERMM_VERDICT_DEMOTE)
		m->where[page] = d->to;
	else if (d->verdict == TIERMM_VERDICT_PAGE_OUT ||
		 d->verdict == TIERMM_VERDICT_DISCARD)
		m->where[page] = TIERMM_NO_NODE;
	CHECK(m->where[page] == now);
}

static void check_target(const struct tiermm_reclaim_context *context,
			 const struct tiermm_folio *folio,
			 const struct tiermm_decision *d)
{
	if (d->verdict != TIERMM_VERDICT_DEMOTE)
		return;
	CHECK(!(context->flags & TIERMM_RECLAIM_NO_DEMOTION));
	CHECK(d->to >= 0 && d->to < MODEL_NODES);
	CHECK(depth[d->to] > depth[folio->node]);
	CHECK(!context->allowed || tiermm_nodeset_has(context->allowed, d->to));
}

static void check_sums(const struct model *m, const struct tiermm_step *s,
		       uint64_t pages)
{
	uint64_t counter[TIERMM_ENGINE_COUNTERS], n, out = 0;
	const uint64_t *reclaim = &counter[TIERMM_ENGINE_OF_RECLAIM];

	CHECK(s->pages == pages);
	CHECK(s->demoted + s->already + s->paged_out + s->discarded + s->split +
		      s->kept + s->later + s->activated + s->failed ==
	      pages);
	CHECK(!tiermm_engine_counters(m->e, counter, TIERMM_ENGINE_COUNTERS,
				      &n));
	for (uint32_t i = 0; i < TIERMM_VERDICTS; i++)
		out += reclaim[TIERMM_RECLAIM_PAGES_OUT + i];
	CHECK(out == reclaim[TIERMM_RECLAIM_PAGES_IN]);
}

static uint32_t random_flags(struct model *m)
{
	static const uint32_t flags[] = {
		TIERMM_FOLIO_ACTIVE,    TIERMM_FOLIO_REFERENCED,
		TIERMM_FOLIO_WRITEBACK, TIERMM_FOLIO_LOCKED,
		TIERMM_FOLIO_DIRTY,     TIERMM_FOLIO_WRITABLE
	};
	uint32_t sum = model_below(m, 2) ? TIERMM_FOLIO_ANON : 0;

	if (model_below(m, 4))
		sum |= TIERMM_FOLIO_MAPPED;
	if (!model_below(m, 4))
		sum |= flags[model_below(m, sizeof(flags) / sizeof(flags[0]))];
	return sum;
}

/* Some pages that are in memory, each once. */
static uint64_t gather(struct model *m, struct tiermm_folio *folios,
		       uint64_t *pages, int32_t node)
{
	uint64_t n = 0, odds = 1 + model_below(m, 3);

	for (uint64_t i = 0; i < MODEL_PAGES; i++) {
		if (m->where[i] == TIERMM_NO_NODE || model_below(m, odds) ||
		    (node != TIERMM_NO_NODE && m->where[i] != node))
			continue;
		folios[n] = (struct tiermm_folio){ .page = model_key(i),
						   .node = m->where[i],
						   .order = m->order[i],
						   .flags = random_flags(m) };
		pages[n++] = i;
	}
	return n;
}

static struct tiermm_reclaim_context
random_context(struct model *m, struct tiermm_nodeset *allowed)
{
	static const uint32_t flags[] = {
		TIERMM_RECLAIM_NO_DEMOTION, TIERMM_RECLAIM_NO_SPLIT,
		TIERMM_RECLAIM_NO_SWAP,     TIERMM_RECLAIM_NO_WRITE,
		TIERMM_RECLAIM_NO_LARGE,    TIERMM_RECLAIM_NO_UNMAP
	};
	struct tiermm_reclaim_context c = { .size = sizeof(c),
					    .now_ns = m->now_ns };

	c.reclaimer = (uint32_t)model_below(m, TIERMM_RECLAIMERS);
	if (!model_below(m, 3))
		c.flags =
			flags[model_below(m, sizeof(flags) / sizeof(flags[0]))];
	if (model_below(m, 2))
		c.budget_pages = 1 + model_below(m, 20);
	if (!model_below(m, 3)) {
		/* May be empty, or name what is no node. */
		allowed->word[0] = model_below(m, 32);
		c.allowed = allowed;
	}
	return c;
}

static struct tiermm_flush_page *hand_out(void *self,
					  const struct tiermm_move *move,
					  struct tiermm_flush_page **copy)
{
	struct model *m = self;
	uint64_t page = move->page / model_key(1);

	CHECK(page < MODEL_PAGES && !m->out[page] && !*copy);
	if (!model_below(m, 4))
		return NULL;
	m->out[page] = 1;
	return &m->link[page];
}

static void take_in(void *self, const struct tiermm_move *move,
		    struct tiermm_flush_page *link)
{
	struct model *m = self;
	uint64_t page = move->page / model_key(1);

	CHECK(page < MODEL_PAGES && m->out[page] && link == &m->link[page]);
	/* If it is parked, it was so before. */
	CHECK(!link->parked == !m->parked[page]);
	m->out[page] = 0;
}

static struct tiermm_parking slots(struct model *m)
{
	return (struct tiermm_parking){ .size = sizeof(struct tiermm_parking),
					.self = m,
					.link = hand_out,
					.unused = take_in };
}

/* After a step: which links were parked by it; how many. */
static uint64_t note_parked(struct model *m, int has_slots)
{
	uint64_t n = 0;

	for (uint64_t page = 0; page < MODEL_PAGES; page++) {
		uint32_t fresh = m->link[page].parked && !m->parked[page];

		CHECK(!has_slots || m->out[page] == fresh);
		m->out[page] = 0;
		m->parked[page] |= fresh;
		n += (uint64_t)fresh << m->order[page];
		CHECK(!m->link[page].parked == !m->parked[page]);
	}
	return n;
}

static void reclaim_some(struct model *m, int32_t node)
{
	struct tiermm_nodeset allowed = { { 0 } };
	struct tiermm_reclaim_context context = random_context(m, &allowed);
	struct tiermm_folio folios[MODEL_PAGES];
	struct tiermm_decision decisions[MODEL_PAGES];
	struct tiermm_flush_page *links[MODEL_PAGES];
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = links };
	struct tiermm_step step = { .size = sizeof(step) };
	uint64_t pages[MODEL_PAGES], n = gather(m, folios, pages, node),
				     sum = 0;
	int has_slots = model_below(m, 2) != 0, err;

	if (has_slots)
		parking = slots(m);
	parking.flags = (uint32_t)model_below(m, 2) * TIERMM_PARKING_WHOLE;
	for (uint64_t i = 0; i < n; i++)
		links[i] = model_below(m, 3) ? &m->link[pages[i]] : NULL;
	if (node == TIERMM_NO_NODE)
		err = tiermm_engine_demote(m->e, &context, &parking, folios, n,
					   decisions, &step);
	else
		err = tiermm_engine_balance(m->e, node, &context, &parking,
					    folios, n, decisions, &step);
	CHECK(!err);
	CHECK(step.taken <= n);
	for (uint64_t i = 0; i < n; i++) {
		if (i >= step.taken) {
			CHECK(decisions[i].verdict == TIERMM_VERDICT_NONE);
			continue;
		}
		sum += (uint64_t)1 << folios[i].order;
		check_target(&context, &folios[i], &decisions[i]);
		believe(m, pages[i], &decisions[i]);
	}
	check_sums(m, &step, sum);
	CHECK(note_parked(m, has_slots) == step.parked);
}

static void promote_some(struct model *m)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = m->now_ns };
	struct tiermm_step step = { .size = sizeof(step) };
	struct tiermm_parking parking = slots(m);
	int has_slots = model_below(m, 4) != 0;

	parking.flags = (uint32_t)model_below(m, 2) * TIERMM_PARKING_WHOLE;
	if (model_below(m, 2))
		q.budget_pages = 1 + model_below(m, 8);
	CHECK(!tiermm_engine_promote(m->e, &q, has_slots ? &parking : NULL,
				     &step));
	CHECK(note_parked(m, has_slots) == step.parked);
	m->parked_up += step.parked;
	CHECK(step.pages ==
	      step.promoted + step.demoted + step.already + step.later);
	m->promoted += step.promoted;
	for (uint64_t i = 0; i < MODEL_PAGES; i++) {
		int32_t now = tiermm_mock_where(m->mock, model_key(i));

		CHECK(now == m->where[i] || (now != TIERMM_NO_NODE &&
					     depth[now] < depth[m->where[i]]));
		m->where[i] = now;
	}
}

static void sample_some(struct model *m)
{
	struct tiermm_sample samples[8];
	uint64_t n = model_below(m, 9);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = model_below(m, MODEL_PAGES);

		samples[i] = (struct tiermm_sample){
			.page = page * MODEL_SPACING,
			.time_ns = m->now_ns,
			.accessor = (int32_t)model_below(m, 2),
			.kind = (uint16_t)model_below(m, TIERMM_SAMPLES),
			.order = (uint16_t)m->order[page],
		};
	}
	CHECK(!tiermm_engine_samples(m->e, samples, n));
}

static void go_and_stay(struct model *m)
{
	struct tiermm_event event = { .node = 2 + (int32_t)model_below(m, 2),
				      .kind = TIERMM_EVENT_MEMORY_GOING };
	struct tiermm_nodeset due;

	CHECK(!tiermm_engine_event(m->e, &event, NULL));
	reclaim_some(m, TIERMM_NO_NODE);
	event.kind = TIERMM_EVENT_MEMORY_CANCEL;
	CHECK(!tiermm_engine_event(m->e, &event, NULL));
	CHECK(!tiermm_engine_due(m->e, &due));
}

static void step(struct model *m)
{
	m->now_ns += model_below(m, 20000000);
	switch (model_below(m, 14)) {
	case 0:
	case 1:
		model_disturb(m);
		break;
	case 2:
		model_tell_room(m);
		break;
	case 3:
		model_come_back(m);
		break;
	case 4:
	case 5:
		model_free_some(m);
		break;
	case 6:
		sample_some(m);
		break;
	case 7:
		promote_some(m);
		break;
	case 8:
		reclaim_some(m, (int32_t)model_below(m, MODEL_NODES));
		break;
	case 9:
		model_stop_or_resume(m);
		break;
	case 10:
		go_and_stay(m);
		break;
	default:
		reclaim_some(m, TIERMM_NO_NODE);
	}
}

static uint64_t seconds_from(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--seconds"))
		return strtoull(argv[2], NULL, 10);
	CHECK(argc == 1);
	return 0;
}

int main(int argc, char **argv)
{
	struct tiermm_topology *topology =
		machine_topology(&machine_three_tiers);
	uint64_t seconds = seconds_from(argc, argv), seeds = share_of(SEEDS);
	uint64_t seen[TIERMM_VERDICTS] = { 0 }, drained = 0, promoted = 0,
		 parked_up = 0;
	time_t start = time(NULL);
	uint64_t seed = 0;
	struct model m;

	if (seeds < FEWEST)
		seeds = FEWEST;
	for (;
	     seconds ? (uint64_t)(time(NULL) - start) < seconds : seed < seeds;
	     seed++) {
		model_begin(&m, seed, topology);
		for (uint32_t i = 0; i < STEPS; i++)
			step(&m);
		model_end(&m);
		for (uint32_t v = 0; v < TIERMM_VERDICTS; v++)
			seen[v] += m.seen[v];
		drained += m.drained;
		promoted += m.promoted;
		parked_up += m.parked_up;
	}
	/* What never happened has shown nothing. */
	for (uint32_t v = 1; v < TIERMM_VERDICTS; v++)
		CHECK(seen[v]);
	CHECK(drained && promoted && parked_up);
	printf("%" PRIu64 " runs of %d steps: %" PRIu64 " demoted, %" PRIu64
	       " paged out, %" PRIu64 " failed; %" PRIu64 " pages up, %" PRIu64
	       " parked and back\n",
	       seed, STEPS, seen[TIERMM_VERDICT_DEMOTE],
	       seen[TIERMM_VERDICT_PAGE_OUT], seen[TIERMM_VERDICT_FAILED],
	       promoted, drained);
	tiermm_topology_unref(topology);
	return 0;
}
