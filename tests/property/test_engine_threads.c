/* SPDX-License-Identifier: MIT */
/*
 * One owner steps; others drain, reap, fail to allocate, and read, all at the
 * same time (37, F5, F8): each old copy is handed back once, nobody waits for
 * the owner, and nothing is left in the end; links that a slot handed out come
 * back either from a drain or as unused. Run it under a thread sanitizer.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include <tiermm/tiermm.h>

#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#define PAGES 256
#define AGENTS 3
#define FREERS 2
#define ROUNDS 20000

static struct tiermm_engine *engine;
static struct tiermm_flush *tracker;
static struct tiermm_flush_agent *agent[AGENTS];
static pthread_mutex_t flushing = PTHREAD_MUTEX_INITIALIZER;
static struct tiermm_flush_page link_of[PAGES];
/* 1: parked and not handed back yet. The freer clears what it was handed. */
static _Atomic uint32_t parked[PAGES];
static _Atomic uint64_t handed_back;
/* Links that the slot has handed out in this step, less what came back. */
static uint64_t out;
static _Atomic uint32_t stop;

/* One thread at a time for an agent. */
static int flush(void *self, const uint64_t *agents, uint64_t n_words,
		 uint64_t n_agents)
{
	(void)self;
	(void)n_words;
	(void)n_agents;
	pthread_mutex_lock(&flushing);
	for (uint32_t i = 0; i < AGENTS; i++)
		if (agents[0] >> i & 1)
			tiermm_flush_pass(agent[i]);
	pthread_mutex_unlock(&flushing);
	return 0;
}

/* Pages move at once, as they are told. */
static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	(void)self;
	for (uint64_t i = 0; i < n; i++) {
		if (link_of[moves[i].page].parked)
			atomic_store_explicit(&parked[moves[i].page], 1,
					      memory_order_release);
		results[i].outcome = TIERMM_OUTCOME_DONE;
		results[i].pages = moves[i].pages;
	}
	return 0;
}

static void take(struct tiermm_flush_freed *freed)
{
	for (struct tiermm_flush_request *r = freed->requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++)
			CHECK(atomic_exchange_explicit(
				      &parked[pages[i] - link_of], 0,
				      memory_order_acq_rel) == 1);
		atomic_fetch_add_explicit(&handed_back, n,
					  memory_order_relaxed);
	}
	CHECK(!tiermm_engine_take_back(engine, freed));
}

static void *free_all_the_time(void *self)
{
	uint64_t bits, turn = (uint64_t)(uintptr_t)self;
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = &bits,
					    .n_words = 1 };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	uint64_t counter[TIERMM_ENGINE_COUNTERS], n;

	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		int err = 0;

		if (turn % 3 == 0)
			err = tiermm_engine_reap(engine, NULL, 0, 0, &freed);
		else if (turn % 3 == 1)
			err = tiermm_engine_drain(engine, NULL, &drain, &freed);
		else if (tiermm_engine_alloc_failed(engine, 0, &drain, &freed))
			n = 0;
		CHECK(!err);
		take(&freed);
		CHECK(!tiermm_engine_counters(engine, counter,
					      TIERMM_ENGINE_COUNTERS, &n));
		CHECK(tiermm_demotion_next(tiermm_engine_demotion(engine), 0) ==
		      2);
		if (turn % 16 == 5) {
			CHECK(!tiermm_flush_stop(tracker, NULL));
			CHECK(!tiermm_flush_resume(tracker));
		}
		turn++;
	}
	return NULL;
}

static struct tiermm_flush_page *hand_out(void *self,
					  const struct tiermm_move *move,
					  struct tiermm_flush_page **copy)
{
	(void)self;
	(void)copy;
	out++;
	return &link_of[move->page];
}

/* What was parked never comes this way, drained meanwhile or not. */
static void take_in(void *self, const struct tiermm_move *move,
		    struct tiermm_flush_page *link)
{
	(void)self;
	CHECK(link == &link_of[move->page]);
	CHECK(!atomic_load_explicit(&parked[move->page], memory_order_relaxed));
	out--;
}

/* Demote pages whose old copies have been given back; how many were parked. */
static uint64_t demote_some(uint64_t round)
{
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_step step = { .size = sizeof(step) };
	struct tiermm_flush_page *links[64];
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = links };
	struct tiermm_folio folios[64];
	struct tiermm_decision decisions[64];
	uint64_t n = 0;

	if (round % 2)
		parking = (struct tiermm_parking){ .size = sizeof(parking),
						   .link = hand_out,
						   .unused = take_in };
	out = 0;
	for (uint64_t i = round * 7 % PAGES; i < PAGES && n < 64; i++) {
		if (atomic_load_explicit(&parked[i], memory_order_acquire))
			continue;
		links[n] = &link_of[i];
		folios[n++] =
			(struct tiermm_folio){ .page = i,
					       .flags = TIERMM_FOLIO_ANON |
							TIERMM_FOLIO_MAPPED };
	}
	CHECK(!tiermm_engine_demote(engine, &context, &parking, folios, n,
				    decisions, &step));
	CHECK(step.demoted == n && step.taken == n);
	CHECK(round % 2 == 0 || out == step.parked);
	return step.parked;
}

static void make_engine(struct tiermm_topology *topology)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .max_agents = AGENTS,
					  .max_nodes = 3,
					  .request_pages = 16 };
	struct tiermm_flusher flusher = { .size = sizeof(flusher),
					  .flush = flush };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 8,
					   .flush_options = &f,
					   .flusher = &flusher };
	struct tiermm_memops ops = { .size = sizeof(ops),
				     .name = "at_once",
				     .move = move };

	CHECK(!tiermm_engine_create(&engine, topology, &o, &ops,
				    TIERMM_CAN_MOVE, NULL, NULL));
	tracker = tiermm_engine_flush(engine);
	for (uint32_t i = 0; i < AGENTS; i++) {
		CHECK(!tiermm_flush_join(tracker, i, &agent[i]));
		tiermm_flush_enter(agent[i]);
	}
}

int main(void)
{
	struct tiermm_topology *topology = machine_topology(&machine_two_tiers);
	uint64_t rounds = share_of(ROUNDS), sum = 0, pages;
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	pthread_t thread[FREERS];

	make_engine(topology);
	for (uintptr_t i = 0; i < FREERS; i++)
		CHECK(!pthread_create(&thread[i], NULL, free_all_the_time,
				      (void *)i));
	for (uint64_t round = 0; round < rounds; round++)
		sum += demote_some(round);
	atomic_store_explicit(&stop, 1, memory_order_relaxed);
	for (uint32_t i = 0; i < FREERS; i++)
		CHECK(!pthread_join(thread[i], NULL));
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(agent[i]);
	for (int twice = 0; twice < 2; twice++) {
		CHECK(!tiermm_engine_reap(engine, NULL, 0, 0, &freed));
		take(&freed);
	}
	CHECK(sum && atomic_load(&handed_back) == sum);
	CHECK(!tiermm_flush_pending(tracker, 0, &pages) && !pages);
	printf("%" PRIu64 " steps, %" PRIu64 " pages parked and back\n", rounds,
	       sum);
	tiermm_engine_destroy(engine);
	tiermm_topology_unref(topology);
	return 0;
}
