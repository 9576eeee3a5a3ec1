/* SPDX-License-Identifier: MIT */
/* Old copies: parked by steps, freed by drains and reaps (F3, F5 to F10). */
#include "engine_fixture.h"

#include <setjmp.h>

#define AGENTS 4
#define REQUESTS 4

struct drain_fixture {
	struct engine_fixture x;
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent[AGENTS];
	struct tiermm_flush_page page[FOLIOS];
	struct tiermm_flush_page *link[FOLIOS];
	struct tiermm_parking parking;
	uint64_t bits;
	struct tiermm_flush_drain drain;
	struct tiermm_flush_freed freed;
	uint64_t flushes;         /* calls of the flusher */
	int flush_error;          /* what it returns */
	uint32_t stop_it;         /* deferral is stopped while pages move */
	jmp_buf *leave;           /* out of the flusher */
	struct tiermm_memops ops; /* the mock's, with the above */
};

static int flush(void *self, const uint64_t *agents, uint64_t n_words,
		 uint64_t n_agents)
{
	struct drain_fixture *d = self;

	(void)n_words;
	(void)n_agents;
	d->flushes++;
	if (d->leave)
		longjmp(*d->leave, 1);
	if (d->flush_error)
		return d->flush_error;
	for (uint32_t i = 0; i < AGENTS; i++)
		if (agents[0] >> i & 1)
			tiermm_flush_pass(d->agent[i]);
	return 0;
}

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	struct drain_fixture *d = self;
	const struct tiermm_memops *mock = tiermm_mock_memops(d->x.mock);

	if (d->stop_it)
		assert_int_equal(tiermm_flush_stop(d->f, NULL), 0);
	return mock->move(mock->self, moves, n, results);
}

static void drain_begin(struct drain_fixture *d, uint32_t requests,
			int has_flusher)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .max_agents = AGENTS,
					  .max_nodes = 4,
					  .request_pages = 8 };
	struct tiermm_flusher flusher = { .size = sizeof(flusher),
					  .self = d,
					  .flush = flush };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = requests,
					   .flush_options = &f };

	memset(d, 0, sizeof(*d));
	d->ops = (struct tiermm_memops){ .size = sizeof(d->ops),
					 .name = "stopper",
					 .self = d,
					 .move = move };
	if (has_flusher)
		o.flusher = &flusher;
	engine_begin(&d->x, &o, &d->ops);
	d->f = tiermm_engine_flush(d->x.e);
	for (uint32_t i = 0; i < AGENTS; i++) {
		assert_int_equal(tiermm_flush_join(d->f, i, &d->agent[i]), 0);
		tiermm_flush_enter(d->agent[i]);
	}
	for (uint32_t i = 0; i < FOLIOS; i++)
		d->link[i] = &d->page[i];
	d->parking = (struct tiermm_parking){ .size = sizeof(d->parking),
					      .links = d->link };
	d->drain = (struct tiermm_flush_drain){ .size = sizeof(d->drain),
						.agents = &d->bits,
						.n_words = 1 };
	d->freed = (struct tiermm_flush_freed){ .size = sizeof(d->freed) };
}

static void drain_end(struct drain_fixture *d)
{
	engine_end(&d->x);
}

static int demote_parked(struct drain_fixture *d, uint32_t first, uint32_t n)
{
	struct engine_fixture *x = &d->x;

	engine_put(x, first, n, 0);
	for (uint32_t i = first; i < first + n; i++)
		x->folio[i].flags |= TIERMM_FOLIO_MAPPED;
	d->parking.links = &d->link[first];
	return tiermm_engine_demote(x->e, &x->context, &d->parking,
				    &x->folio[first], n, &x->decision[first],
				    &x->step);
}

static uint64_t pending(const struct drain_fixture *d, int32_t node)
{
	uint64_t pages = 99;

	assert_int_equal(tiermm_flush_pending(d->f, node, &pages), 0);
	return pages;
}

/* Links that were handed back, each of them once; requests go back. */
static uint32_t take_freed(struct drain_fixture *d)
{
	uint32_t found = 0;

	for (struct tiermm_flush_request *r = d->freed.requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++) {
			assert_in_range(pages[i] - d->page, 0, FOLIOS - 1);
			assert_true(pages[i]->parked == 0);
			found++;
		}
	}
	assert_int_equal(found, d->freed.n_pages);
	assert_int_equal(tiermm_engine_take_back(d->x.e, &d->freed), 0);
	assert_null(d->freed.requests);
	assert_int_equal(d->freed.n_requests, 0);
	return found;
}

static void what_moved_is_parked_and_drained_once(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(d.x.step.demoted, 8);
	assert_int_equal(d.x.step.parked, 8);
	assert_int_equal(pending(&d, 0), 8);
	assert_true(d.page[0].parked != 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(d.flushes, 1);
	assert_int_equal(take_freed(&d), 8);
	assert_int_equal(pending(&d, 0), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 0);
	assert_int_equal(d.flushes, 1);
	drain_end(&d);
}

static void agents_that_have_passed_need_no_flush(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 4), 0);
	assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 1, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 0);
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(d.agent[i]);
	assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 1, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 4);
	assert_int_equal(d.flushes, 0);
	drain_end(&d);
}

/* F10: what did not move is not parked, whatever the outcome. */
static void a_failed_move_parks_nothing(void **state)
{
	struct drain_fixture d;

	(void)state;
	for (uint32_t outcome = 0; outcome < TIERMM_OUTCOMES; outcome++) {
		drain_begin(&d, REQUESTS, 1);
		for (uint32_t i = 0; i < 16; i++)
			assert_int_equal(tiermm_mock_script(d.x.mock,
							    TIERMM_MOCK_MOVE,
							    outcome),
					 0);
		assert_int_equal(demote_parked(&d, 0, 3), 0);
		assert_int_equal(pending(&d, 0), d.x.step.demoted);
		assert_int_equal(d.x.step.parked, d.x.step.demoted);
		for (uint32_t i = 0; i < 3; i++) {
			const struct tiermm_decision *of = &d.x.decision[i];
			int moved = of->verdict == TIERMM_VERDICT_DEMOTE &&
				    of->reason != TIERMM_RECLAIM_ALREADY;

			assert_int_equal(d.page[i].parked != 0, moved);
		}
		assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain,
						     &d.freed),
				 0);
		assert_int_equal(take_freed(&d), d.x.step.parked);
		drain_end(&d);
	}
}

static void some_of_a_batch_may_fail(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(tiermm_mock_script(d.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	d.x.context.flags = TIERMM_RECLAIM_NO_SWAP;
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(d.x.step.parked, 7);
	assert_true(d.page[0].parked == 0);
	assert_int_equal(pending(&d, 0), 7);
	drain_end(&d);
}

/* F3: out of requests means not deferred, and is no failure. */
static void out_of_requests_pages_move_all_the_same(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, 2, 1);
	assert_int_equal(demote_parked(&d, 0, 24), 0);
	assert_int_equal(d.x.step.demoted, 24);
	assert_int_equal(d.x.step.parked, 16);
	assert_int_equal(engine_counter(&d.x, TIERMM_ENGINE_NOT_PARKED), 8);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 16);
	assert_int_equal(demote_parked(&d, 24, 8), 0);
	assert_int_equal(d.x.step.parked, 8);
	drain_end(&d);
}

/* F4: writable, dirty or unmapped pages are not deferred. */
static void facts_of_the_folio_decide(void **state)
{
	static const uint32_t flags[] = {
		0, TIERMM_FOLIO_MAPPED | TIERMM_FOLIO_WRITABLE,
		TIERMM_FOLIO_MAPPED | TIERMM_FOLIO_DIRTY
	};
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	engine_put(&d.x, 0, 3, 0);
	for (uint32_t i = 0; i < 3; i++)
		d.x.folio[i].flags |= flags[i];
	assert_int_equal(tiermm_engine_demote(d.x.e, &d.x.context, &d.parking,
					      d.x.folio, 3, d.x.decision,
					      &d.x.step),
			 0);
	assert_int_equal(d.x.step.demoted, 3);
	assert_int_equal(d.x.step.parked, 0);
	drain_end(&d);
}

static void a_flusher_that_fails_frees_nothing(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	d.flush_error = -TIERMM_EIO;
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 -TIERMM_EIO);
	assert_int_equal(pending(&d, 0), 8);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 -TIERMM_EIO);
	d.flush_error = 0;
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 8);
	drain_end(&d);
}

static void a_flusher_may_never_return(void **state)
{
	static struct drain_fixture d;
	jmp_buf leave;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	d.leave = &leave;
	if (!setjmp(leave)) {
		(void)tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed);
		fail();
	}
	d.leave = NULL;
	assert_int_equal(tiermm_flush_drain_abandon(d.f, &d.drain), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 8);
	drain_end(&d);
}

/* Plan, a flush of one's own, report; then the requests go back. */
static void without_a_flusher_the_caller_flushes(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, 1, 0);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 -TIERMM_EAGAIN);
	assert_int_equal(pending(&d, 0), 8);
	assert_int_equal(tiermm_flush_drain_plan(d.f, NULL, &d.drain), 0);
	assert_int_equal(d.drain.n_agents, AGENTS);
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(d.agent[i]);
	assert_int_equal(tiermm_flush_drain_report(d.f, &d.drain, &d.freed), 0);
	assert_int_equal(take_freed(&d), 8);
	assert_int_equal(demote_parked(&d, 8, 8), 0);
	assert_int_equal(d.x.step.parked, 8);
	drain_end(&d);
}

static void others_requests_are_left_to_them(void **state)
{
	struct tiermm_flush_page page = { 0 }, *link = &page;
	struct tiermm_flush_request *r;
	struct drain_fixture d;
	uint64_t n;
	void *memory;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	memory = aligned_alloc(TIERMM_ALIGN, tiermm_flush_request_bytes(d.f));
	assert_int_equal(tiermm_flush_open(d.f, memory, 0, NULL, 0, &r), 0);
	assert_int_equal(tiermm_flush_add(r, &link, NULL, 1, 0, &n), 0);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	assert_int_equal(demote_parked(&d, 0, 12), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(d.freed.n_pages, 13);
	assert_int_equal(d.freed.n_requests, 3);
	assert_int_equal(tiermm_engine_take_back(d.x.e, &d.freed), 0);
	assert_int_equal(d.freed.n_requests, 1);
	assert_ptr_equal(d.freed.requests, r);
	assert_null(tiermm_flush_request_next(r));
	free(memory);
	drain_end(&d);
}

/* F8: deferral is stopped while the pages move; drains find them still. */
static void a_stop_in_the_middle_strands_nothing_for_good(void **state)
{
	struct drain_fixture d;

	(void)state;
	for (int resumed = 0; resumed < 2; resumed++) {
		drain_begin(&d, REQUESTS, 1);
		d.stop_it = 1;
		assert_int_equal(demote_parked(&d, 0, 8), 0);
		assert_int_equal(d.x.step.demoted, 8);
		assert_int_equal(d.x.step.flush_due, TIERMM_DUE_STOPPED);
		assert_int_equal(engine_counter(&d.x, TIERMM_ENGINE_STRANDED),
				 1);
		assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain,
						     &d.freed),
				 0);
		/* No agent was named for it, so it waits for them. */
		assert_int_equal(take_freed(&d), 0);
		if (resumed)
			assert_int_equal(tiermm_flush_resume(d.f), 0);
		for (uint32_t i = 0; i < AGENTS; i++)
			tiermm_flush_pass(d.agent[i]);
		assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 0, 0,
						    &d.freed),
				 0);
		assert_int_equal(take_freed(&d), 8);
		assert_int_equal(pending(&d, 0), 0);
		drain_end(&d);
	}
}

static void an_allocation_that_failed_drains_first(void **state)
{
	struct tiermm_nodeset due;
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 -TIERMM_ENOMEM);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 8);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 1, &d.drain,
						    &d.freed),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 5000, &d.drain,
						    &d.freed),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_engine_due(d.x.e, &due), 0);
	assert_true(tiermm_nodeset_has(&due, 0) && tiermm_nodeset_has(&due, 1));
	drain_end(&d);
}

static void without_a_tracker_nothing_is_parked(void **state)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct engine_fixture x;
	uint64_t bits;
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = &bits,
					    .n_words = 1 };

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_null(tiermm_engine_flush(x.e));
	assert_int_equal(tiermm_engine_drain(x.e, NULL, &drain, &freed),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_reap(x.e, NULL, 0, 0, &freed),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_take_back(x.e, &freed), -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_alloc_failed(x.e, 0, &drain, &freed),
			 -TIERMM_ENOMEM);
	engine_end(&x);
}

/* A step that never ended gives its requests and pages back. */
static int never_return(void *self, const struct tiermm_move *moves, uint64_t n,
			struct tiermm_result *results)
{
	(void)moves;
	(void)n;
	(void)results;
	longjmp(*((struct drain_fixture *)self)->leave, 1);
}

static void recovery_gives_back_what_was_parked(void **state)
{
	static struct drain_fixture d;
	struct tiermm_engine *e;
	jmp_buf leave;
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 1 };
	struct tiermm_memops ops = { .size = sizeof(ops),
				     .name = "gone",
				     .self = &d,
				     .move = never_return };

	(void)state;
	drain_begin(&d, 0, 0);
	o.flush = d.f;
	assert_int_equal(tiermm_engine_create(&e, d.x.topology, &o, &ops,
					      TIERMM_CAN_MOVE, NULL, NULL),
			 0);
	d.leave = &leave;
	for (int round = 0; round < 2; round++) {
		engine_put(&d.x, 0, 4, 0);
		for (uint32_t i = 0; i < 4; i++)
			d.x.folio[i].flags |= TIERMM_FOLIO_MAPPED;
		if (!setjmp(leave)) {
			(void)tiermm_engine_demote(e, &d.x.context, &d.parking,
						   d.x.folio, 4, d.x.decision,
						   NULL);
			fail();
		}
		assert_true(d.page[0].parked != 0);
		assert_int_equal(tiermm_engine_recover(e, &d.freed), 0);
		assert_int_equal(d.freed.n_pages, 4);
		assert_true(d.page[0].parked == 0);
		assert_int_equal(tiermm_engine_take_back(e, &d.freed), 0);
		assert_int_equal(pending(&d, 0), 0);
	}
	tiermm_engine_destroy(e);
	drain_end(&d);
}

/* Without agents the embedder declares: a drain waits for that. */
static void an_external_tracker_is_waited_for(void **state)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .flavour = TIERMM_FLUSH_EXTERNAL,
					  .max_nodes = 4 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 1,
					   .flush_options = &f };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_page page = { 0 }, *link = &page;
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = &link };
	uint64_t bits[4];
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = bits,
					    .n_words = 4 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 1, 0);
	x.folio[0].flags |= TIERMM_FOLIO_MAPPED;
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, &parking,
					      x.folio, 1, x.decision, &x.step),
			 0);
	assert_int_equal(x.step.parked, 1);
	assert_int_equal(tiermm_engine_drain(x.e, NULL, &drain, &freed),
			 -TIERMM_EAGAIN);
	assert_true(page.parked != 0);
	assert_int_equal(tiermm_engine_alloc_failed(x.e, 0, &drain, &freed),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_flush_done(tiermm_engine_flush(x.e),
					   tiermm_flush_generation(
						   tiermm_engine_flush(x.e))),
			 0);
	assert_int_equal(tiermm_engine_drain(x.e, NULL, &drain, &freed), 0);
	assert_int_equal(freed.n_pages, 1);
	assert_int_equal(tiermm_engine_take_back(x.e, &freed), 0);
	engine_end(&x);
}

/* Each node's stranded requests are that node's. */
static void a_drain_of_another_node_leaves_the_stranded(void **state)
{
	struct tiermm_nodeset other = { { 2 } }, own = { { 1 } };
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	d.stop_it = 1;
	assert_int_equal(demote_parked(&d, 0, 4), 0);
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(d.agent[i]);
	assert_int_equal(tiermm_engine_reap(d.x.e, &other, 0, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 0);
	assert_int_equal(tiermm_engine_reap(d.x.e, &own, 0, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 4);
	drain_end(&d);
}

/* Taken by one, still being flushed for: another is told to try again. */
static void what_another_thread_frees_is_waited_for(void **state)
{
	struct tiermm_flush_drain first;
	uint64_t bits;
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 4), 0);
	first = d.drain;
	first.agents = &bits;
	assert_int_equal(tiermm_flush_drain_plan(d.f, NULL, &first), 0);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_flush_drain_abandon(d.f, &first), 0);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 4);
	drain_end(&d);
}

static void wrong_arguments_are_refused(void **state)
{
	struct tiermm_flush_drain none = { .size = sizeof(none) };
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(tiermm_engine_drain(NULL, NULL, &d.drain, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &none, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_reap(NULL, NULL, 0, 0, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 0, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_alloc_failed(NULL, 0, &d.drain,
						    &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, -1, &d.drain,
						    &d.freed),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_engine_take_back(NULL, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_take_back(d.x.e, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_recover(d.x.e, NULL), -TIERMM_EINVAL);
	drain_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_moved_is_parked_and_drained_once),
		cmocka_unit_test(agents_that_have_passed_need_no_flush),
		cmocka_unit_test(a_failed_move_parks_nothing),
		cmocka_unit_test(some_of_a_batch_may_fail),
		cmocka_unit_test(out_of_requests_pages_move_all_the_same),
		cmocka_unit_test(facts_of_the_folio_decide),
		cmocka_unit_test(a_flusher_that_fails_frees_nothing),
		cmocka_unit_test(a_flusher_may_never_return),
		cmocka_unit_test(without_a_flusher_the_caller_flushes),
		cmocka_unit_test(others_requests_are_left_to_them),
		cmocka_unit_test(a_stop_in_the_middle_strands_nothing_for_good),
		cmocka_unit_test(an_allocation_that_failed_drains_first),
		cmocka_unit_test(without_a_tracker_nothing_is_parked),
		cmocka_unit_test(recovery_gives_back_what_was_parked),
		cmocka_unit_test(an_external_tracker_is_waited_for),
		cmocka_unit_test(a_drain_of_another_node_leaves_the_stranded),
		cmocka_unit_test(what_another_thread_frees_is_waited_for),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
