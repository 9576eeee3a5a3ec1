/* SPDX-License-Identifier: MIT */
/*
 * An engine with a tracker of its own: steps park the old copies of mapped
 * folios, agents are inside until they pass, a flusher passes for them.
 */
#ifndef TESTS_UNIT_ENGINE_DRAIN_FIXTURE_H
#define TESTS_UNIT_ENGINE_DRAIN_FIXTURE_H

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

static inline int drain_flush(void *self, const uint64_t *agents,
			      uint64_t n_words, uint64_t n_agents)
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

static inline int drain_move(void *self, const struct tiermm_move *moves,
			     uint64_t n, struct tiermm_result *results)
{
	struct drain_fixture *d = self;
	const struct tiermm_memops *mock = tiermm_mock_memops(d->x.mock);

	if (d->stop_it)
		assert_int_equal(tiermm_flush_stop(d->f, NULL), 0);
	return mock->move(mock->self, moves, n, results);
}

static inline void drain_begin(struct drain_fixture *d, uint32_t requests,
			       int has_flusher)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .max_agents = AGENTS,
					  .max_nodes = 4,
					  .request_pages = 8 };
	struct tiermm_flusher flusher = { .size = sizeof(flusher),
					  .self = d,
					  .flush = drain_flush };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = requests,
					   .flush_options = &f };

	memset(d, 0, sizeof(*d));
	d->ops = (struct tiermm_memops){ .size = sizeof(d->ops),
					 .name = "stopper",
					 .self = d,
					 .move = drain_move };
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

static inline void drain_end(struct drain_fixture *d)
{
	engine_end(&d->x);
}

static inline int demote_parked(struct drain_fixture *d, uint32_t first,
				uint32_t n)
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

static inline uint64_t pending(const struct drain_fixture *d, int32_t node)
{
	uint64_t pages = 99;

	assert_int_equal(tiermm_flush_pending(d->f, node, &pages), 0);
	return pages;
}

/* Links that were handed back, each of them once; requests go back. */
static inline uint32_t take_freed(struct drain_fixture *d)
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

#endif
