/* SPDX-License-Identifier: MIT */
/*
 * Random steps of an engine over a mock with random faults, against a model
 * that believes what the engine says (I8, I9, I22):
 *
 * - each folio taken leaves in one verdict, and stands where that says;
 * - pages in are pages out, in the summary and in the counters;
 * - targets are allowed and slower, for every folio of a batch;
 * - what is parked is handed back once, and nothing is left in the end.
 *
 *     test_engine_random              a share of the work
 *     test_engine_random --seconds N  a soak: new seeds for that long
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tiermm/backends/mock.h>

#include "support/machine.h"
#include "support/share.h"

#define PAGES 48
#define NODES 4
#define AGENTS 3
#define STEPS 600
#define SEEDS 600
/* Pages stand this far apart, so that large ones have room. */
#define SPACING 8
#define MAX_ORDER 2
#define SHIFT 12

static const struct machine three_tiers = {
	.n = NODES,
	.nodes = { { .id = 0, .cpus = 2 },
		   { .id = 1, .cpus = 2 },
		   { .id = 2, .tier = 37 },
		   { .id = 3, .tier = 60 } },
	.distance = { 10, 21, 25, 40, 21, 10, 27, 40, 25, 27, 10, 30, 40, 40,
		      30, 10 },
};
static const int32_t depth[NODES] = { 0, 0, 1, 2 };

struct model {
	struct tiermm_mock *mock;
	struct tiermm_engine *e;
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent[AGENTS];
	struct tiermm_random random;
	uint64_t now_ns;
	int32_t where[PAGES];
	uint32_t order[PAGES];
	struct tiermm_flush_page link[PAGES];
	uint32_t parked[PAGES]; /* 1: handed to the tracker, not back yet */
	uint32_t stops;
	uint64_t seen[TIERMM_VERDICTS];
	uint64_t drained, promoted, stranded;
};

#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#condition);                               \
			abort();                                           \
		}                                                          \
	} while (0)

static uint64_t below(struct model *m, uint64_t bound)
{
	return tiermm_random_below(&m->random, bound);
}

static uint64_t key_of(uint64_t page)
{
	return page * SPACING << SHIFT;
}

static int flush(void *self, const uint64_t *agents, uint64_t n_words,
		 uint64_t n_agents)
{
	struct model *m = self;

	(void)n_words;
	(void)n_agents;
	if (!below(m, 8))
		return -TIERMM_EIO;
	for (uint32_t i = 0; i < AGENTS; i++)
		if (agents[0] >> i & 1)
			tiermm_flush_pass(m->agent[i]);
	return 0;
}

/* Believed where the engine says so, looked up where nobody could know. */
static void believe(struct model *m, uint64_t page,
		    const struct tiermm_decision *d)
{
	int32_t now = tiermm_mock_where(m->mock, key_of(page));
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
	CHECK(d->to >= 0 && d->to < NODES);
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
	uint32_t sum = below(m, 2) ? TIERMM_FOLIO_ANON : 0;

	if (below(m, 4))
		sum |= TIERMM_FOLIO_MAPPED;
	if (!below(m, 4))
		sum |= flags[below(m, sizeof(flags) / sizeof(flags[0]))];
	return sum;
}

/* Some pages that are in memory, each once. */
static uint64_t gather(struct model *m, struct tiermm_folio *folios,
		       uint64_t *pages, int32_t node)
{
	uint64_t n = 0, odds = 1 + below(m, 3);

	for (uint64_t i = 0; i < PAGES; i++) {
		if (m->where[i] == TIERMM_NO_NODE || below(m, odds) ||
		    (node != TIERMM_NO_NODE && m->where[i] != node))
			continue;
		folios[n] = (struct tiermm_folio){ .page = key_of(i),
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

	c.reclaimer = (uint32_t)below(m, TIERMM_RECLAIMERS);
	if (!below(m, 3))
		c.flags = flags[below(m, sizeof(flags) / sizeof(flags[0]))];
	if (below(m, 2))
		c.budget_pages = 1 + below(m, 20);
	if (!below(m, 3)) {
		/* May be empty, or name what is no node. */
		allowed->word[0] = below(m, 32);
		c.allowed = allowed;
	}
	return c;
}

/* After a step: which links were parked by it. */
static void note_parked(struct model *m, const uint64_t *pages, uint64_t n,
			const uint32_t *before)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = pages[i];

		if (m->link[page].parked && !before[page])
			m->parked[page] = 1;
		CHECK(!m->link[page].parked == !m->parked[page]);
	}
}

static void reclaim_some(struct model *m, int32_t node)
{
	struct tiermm_nodeset allowed = { { 0 } };
	struct tiermm_reclaim_context context = random_context(m, &allowed);
	struct tiermm_folio folios[PAGES];
	struct tiermm_decision decisions[PAGES];
	struct tiermm_flush_page *links[PAGES];
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = links };
	struct tiermm_step step = { .size = sizeof(step) };
	uint64_t pages[PAGES], n = gather(m, folios, pages, node), sum = 0;
	uint32_t before[PAGES];
	int err;

	memcpy(before, m->parked, sizeof(before));
	for (uint64_t i = 0; i < n; i++)
		links[i] = below(m, 3) ? &m->link[pages[i]] : NULL;
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
	note_parked(m, pages, n, before);
}

static void promote_some(struct model *m)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = m->now_ns };
	struct tiermm_step step = { .size = sizeof(step) };

	if (below(m, 2))
		q.budget_pages = 1 + below(m, 8);
	CHECK(!tiermm_engine_promote(m->e, &q, NULL, &step));
	CHECK(step.pages ==
	      step.promoted + step.demoted + step.already + step.later);
	m->promoted += step.promoted;
	for (uint64_t i = 0; i < PAGES; i++) {
		int32_t now = tiermm_mock_where(m->mock, key_of(i));

		CHECK(now == m->where[i] || (now != TIERMM_NO_NODE &&
					     depth[now] < depth[m->where[i]]));
		m->where[i] = now;
	}
}

static void sample_some(struct model *m)
{
	struct tiermm_sample samples[8];
	uint64_t n = below(m, 9);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = below(m, PAGES);

		samples[i] = (struct tiermm_sample){
			.page = page * SPACING,
			.time_ns = m->now_ns,
			.accessor = (int32_t)below(m, 2),
			.kind = (uint16_t)below(m, TIERMM_SAMPLES),
			.order = (uint16_t)m->order[page],
		};
	}
	CHECK(!tiermm_engine_samples(m->e, samples, n));
}

/* Every link that comes back was parked, and is not any more. */
static void take_freed(struct model *m, struct tiermm_flush_freed *freed)
{
	for (struct tiermm_flush_request *r = freed->requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++) {
			uint64_t page = (uint64_t)(pages[i] - m->link);

			CHECK(page < PAGES && m->parked[page]);
			CHECK(!m->link[page].parked);
			m->parked[page] = 0;
			m->drained++;
		}
	}
	CHECK(!tiermm_engine_take_back(m->e, freed));
	CHECK(!freed->requests && !freed->n_requests);
}

static void free_some(struct model *m)
{
	uint64_t bits;
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = &bits,
					    .n_words = 1 };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_nodeset nodes = { { below(m, 16) } };
	int err;

	if (below(m, 2)) {
		err = tiermm_engine_reap(m->e, below(m, 2) ? &nodes : NULL,
					 m->now_ns, below(m, 3), &freed);
		CHECK(!err);
	} else if (below(m, 2)) {
		err = tiermm_engine_drain(m->e, below(m, 2) ? &nodes : NULL,
					  &drain, &freed);
		CHECK(!err || err == -TIERMM_EIO);
	} else {
		err = tiermm_engine_alloc_failed(m->e, (int32_t)below(m, NODES),
						 &drain, &freed);
		CHECK(!err || err == -TIERMM_EIO || err == -TIERMM_ENOMEM ||
		      err == -TIERMM_EAGAIN);
	}
	take_freed(m, &freed);
}

static void stop_or_resume(struct model *m)
{
	if (m->stops && below(m, 2)) {
		CHECK(!tiermm_flush_resume(m->f));
		m->stops--;
	} else {
		CHECK(!tiermm_flush_stop(m->f, NULL));
		m->stops++;
	}
}

static void disturb(struct model *m)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_MOVE,
					  TIERMM_MOCK_PAGE_OUT,
					  TIERMM_MOCK_DISCARD };
	uint32_t verb = verbs[below(m, 3)];
	uint32_t outcome = (uint32_t)below(m, TIERMM_OUTCOMES);

	/* Outcomes are believed: what was not done is not said to be. */
	if (outcome == TIERMM_OUTCOME_ALREADY)
		outcome = TIERMM_OUTCOME_BUSY;
	if (below(m, 2))
		tiermm_mock_script(m->mock, verb, outcome);
	else
		tiermm_mock_fail(m->mock, below(m, 2) ? verb : TIERMM_MOCK_ANY,
				 1 + below(m, 5), -TIERMM_EIO);
}

static void tell_room(struct model *m)
{
	struct tiermm_engine_room room = { .min_pages = 2,
					   .managed_pages = 64 };
	int32_t node = (int32_t)below(m, NODES);

	room.node = node;
	room.free_pages = below(m, 65);
	room.loaded_latency_ns = (uint32_t)below(m, 300);
	CHECK(!tiermm_engine_set_rooms(m->e, &room, 1));
	CHECK(!tiermm_mock_set_node(m->mock, node,
				    below(m, 4) ? 40 + below(m, 100)
						: below(m, 10),
				    0));
}

static void come_back(struct model *m)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(m->e);

	for (uint64_t i = 0; i < PAGES; i++) {
		int32_t node = (int32_t)below(m, NODES);
		uint32_t order = (uint32_t)below(m, MAX_ORDER + 1);

		if (m->where[i] != TIERMM_NO_NODE || below(m, 3))
			continue;
		if (tiermm_mock_put_run(m->mock, key_of(i),
					(uint64_t)1 << order, node))
			continue;
		m->where[i] = node;
		m->order[i] = order;
		CHECK(!tiermm_promotion_set_pages(p, i * SPACING,
						  (uint64_t)1 << order, node));
	}
}

static void go_and_stay(struct model *m)
{
	struct tiermm_event event = { .node = 2 + (int32_t)below(m, 2),
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
	m->now_ns += below(m, 20000000);
	switch (below(m, 14)) {
	case 0:
	case 1:
		disturb(m);
		break;
	case 2:
		tell_room(m);
		break;
	case 3:
		come_back(m);
		break;
	case 4:
	case 5:
		free_some(m);
		break;
	case 6:
		sample_some(m);
		break;
	case 7:
		promote_some(m);
		break;
	case 8:
		reclaim_some(m, (int32_t)below(m, NODES));
		break;
	case 9:
		stop_or_resume(m);
		break;
	case 10:
		go_and_stay(m);
		break;
	default:
		reclaim_some(m, TIERMM_NO_NODE);
	}
}

static void make_engine(struct model *m, struct tiermm_topology *topology)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .max_agents = AGENTS,
					  .max_nodes = NODES,
					  .request_pages = 1 + below(m, 9) };
	struct tiermm_flusher flusher = { .size = sizeof(flusher),
					  .self = m,
					  .flush = flush };
	struct tiermm_promotion_options p = {
		.size = sizeof(p),
		.pages = PAGES * SPACING,
		.policy = (uint32_t)below(m, TIERMM_PROMOTION_OWN),
		.max_candidates = 16,
	};
	struct tiermm_engine_options o = {
		.size = sizeof(o),
		.batch = 1 + (uint32_t)below(m, 16),
		.max_requests = (uint32_t)below(m, 5),
		.reserve_pages = below(m, 4),
		.key_shift = SHIFT,
		.promotion = &p,
		.flush_options = &f,
		.flusher = &flusher,
	};

	CHECK(!tiermm_engine_create(&m->e, topology, &o,
				    tiermm_mock_memops(m->mock), TIERMM_CAN_ALL,
				    NULL, NULL));
	m->f = tiermm_engine_flush(m->e);
	for (uint32_t i = 0; i < AGENTS; i++) {
		CHECK(!tiermm_flush_join(m->f, i, &m->agent[i]));
		tiermm_flush_enter(m->agent[i]);
	}
}

static void begin(struct model *m, uint64_t seed,
		  struct tiermm_topology *topology)
{
	struct tiermm_mock_options o = { .size = sizeof(o),
					 .max_pages = PAGES,
					 .max_calls = 16,
					 .max_script = 8,
					 .node_pages = 100 };

	memset(m, 0, sizeof(*m));
	CHECK(!tiermm_random_seed(&m->random, seed));
	CHECK(!tiermm_mock_create(&m->mock, &o, NULL));
	make_engine(m, topology);
	for (uint32_t i = 0; i < PAGES; i++)
		m->where[i] = TIERMM_NO_NODE;
	come_back(m);
}

/* I22: all that was parked comes back, and nothing is left. */
static void end(struct model *m)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	uint64_t pages;

	for (; m->stops; m->stops--)
		CHECK(!tiermm_flush_resume(m->f));
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(m->agent[i]);
	for (int twice = 0; twice < 2; twice++) {
		CHECK(!tiermm_engine_reap(m->e, NULL, m->now_ns, 0, &freed));
		take_freed(m, &freed);
	}
	for (uint32_t i = 0; i < PAGES; i++)
		CHECK(!m->parked[i] && !m->link[i].parked);
	for (int32_t node = 0; node < NODES; node++) {
		CHECK(!tiermm_flush_pending(m->f, node, &pages));
		CHECK(!pages);
	}
	tiermm_engine_destroy(m->e);
	tiermm_mock_destroy(m->mock);
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
	struct tiermm_topology *topology = machine_topology(&three_tiers);
	uint64_t seconds = seconds_from(argc, argv), seeds = share_of(SEEDS);
	uint64_t seen[TIERMM_VERDICTS] = { 0 }, drained = 0, promoted = 0;
	time_t start = time(NULL);
	uint64_t seed = 0;
	struct model m;

	for (;
	     seconds ? (uint64_t)(time(NULL) - start) < seconds : seed < seeds;
	     seed++) {
		begin(&m, seed, topology);
		for (uint32_t i = 0; i < STEPS; i++)
			step(&m);
		end(&m);
		for (uint32_t v = 0; v < TIERMM_VERDICTS; v++)
			seen[v] += m.seen[v];
		drained += m.drained;
		promoted += m.promoted;
	}
	/* What never happened has shown nothing. */
	for (uint32_t v = 1; v < TIERMM_VERDICTS; v++)
		CHECK(seen[v]);
	CHECK(drained && promoted);
	printf("%" PRIu64 " runs of %d steps: %" PRIu64 " demoted, %" PRIu64
	       " paged out, %" PRIu64 " failed; %" PRIu64 " pages up, %" PRIu64
	       " parked and back\n",
	       seed, STEPS, seen[TIERMM_VERDICT_DEMOTE],
	       seen[TIERMM_VERDICT_PAGE_OUT], seen[TIERMM_VERDICT_FAILED],
	       promoted, drained);
	tiermm_topology_unref(topology);
	return 0;
}
