/* SPDX-License-Identifier: MIT */
/*
 * An engine whose steps ask a slot for the links of pages that are about to
 * move; each link knows whether it is at home.
 */
#ifndef TESTS_UNIT_ENGINE_PARK_FIXTURE_H
#define TESTS_UNIT_ENGINE_PARK_FIXTURE_H

#include "engine_fixture.h"

#include <setjmp.h>
#include <stddef.h>

#define AGENTS 2
#define REQUESTS 8
#define PAGES 64
#define MS UINT64_C(1000000)

enum state {
	AT_HOME,
	OUT
};

/* A link of a page, and what became of it. */
struct holder {
	struct tiermm_flush_page link; /* first: the library names it */
	enum state state;
};

struct park_fixture {
	struct engine_fixture x;
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent[AGENTS];
	struct holder holder[PAGES];
	struct tiermm_flush_page copy[PAGES];
	struct tiermm_parking parking;
	uint32_t asked;     /* calls of link */
	uint32_t out;       /* links handed out */
	uint32_t back;      /* through unused */
	uint32_t none_at;   /* call of link that has none; 0: each has one */
	uint32_t leave_at;  /* call of link that does not return; 0: none */
	uint32_t forget_at; /* call of unused that does not return; 0: none */
	uint32_t has_copies;
	uint32_t reenters;
	uint32_t drains;
	uint32_t drained; /* pages that came back to drains of slots */
	jmp_buf *leave;
};

static inline int flush(void *self, const uint64_t *agents, uint64_t n_words,
			uint64_t n_agents)
{
	struct park_fixture *p = self;

	(void)n_words;
	(void)n_agents;
	for (uint32_t i = 0; i < AGENTS; i++)
		if (agents[0] >> i & 1)
			tiermm_flush_pass(p->agent[i]);
	return 0;
}

/* Links that drains hand back are at home again, each of them once. */
static inline uint32_t take_freed(struct park_fixture *p,
				  struct tiermm_flush_freed *freed)
{
	uint32_t found = 0;

	for (struct tiermm_flush_request *r = freed->requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++, found++) {
			struct holder *h = (void *)pages[i];

			assert_in_range(h - p->holder, 0, PAGES - 1);
			assert_int_equal(h->state, OUT);
			assert_true(h->link.parked == 0);
			h->state = AT_HOME;
		}
	}
	assert_int_equal(tiermm_engine_take_back(p->x.e, freed), 0);
	return found;
}

static inline uint32_t drain(struct park_fixture *p)
{
	uint64_t bits;
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = &bits,
					    .n_words = 1 };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };

	assert_int_equal(tiermm_engine_drain(p->x.e, NULL, &drain, &freed), 0);
	return take_freed(p, &freed);
}

static inline void look_around(struct park_fixture *p)
{
	struct tiermm_nodeset due;

	if (p->reenters)
		assert_int_equal(tiermm_engine_due(p->x.e, &due),
				 -TIERMM_EBUSY);
	if (p->drains)
		p->drained += drain(p);
}

static inline struct tiermm_flush_page *
hand_out(void *self, const struct tiermm_move *move,
	 struct tiermm_flush_page **copy)
{
	struct park_fixture *p = self;
	uint64_t i = move->page / 0x1000 - 1;
	struct holder *h = &p->holder[i];

	assert_in_range(i, 0, PAGES - 1);
	assert_int_equal(tiermm_mock_where(p->x.mock, move->page), move->from);
	assert_int_not_equal(move->from, move->to);
	assert_null(*copy);
	look_around(p);
	p->asked++;
	if (p->leave && p->asked == p->leave_at)
		longjmp(*p->leave, 1);
	if (p->asked == p->none_at || h->state == OUT)
		return NULL;
	h->state = OUT;
	p->out++;
	if (p->has_copies)
		*copy = &p->copy[i];
	return &h->link;
}

static inline void take_in(void *self, const struct tiermm_move *move,
			   struct tiermm_flush_page *link)
{
	struct park_fixture *p = self;
	struct holder *h = (void *)link;

	assert_int_equal(h - p->holder, move->page / 0x1000 - 1);
	assert_int_equal(h->state, OUT);
	assert_true(h->link.parked == 0);
	look_around(p);
	h->state = AT_HOME;
	p->back++;
	if (p->leave && p->back == p->forget_at)
		longjmp(*p->leave, 1);
}

static inline void park_begin(struct park_fixture *p, uint32_t requests)
{
	struct tiermm_flush_options f = {
		.size = sizeof(f),
		.max_agents = AGENTS,
		.max_nodes = 4,
		.request_pages = 4,
		.reasons =
			TIERMM_MOVED_FOR_DEMOTION | TIERMM_MOVED_FOR_PROMOTION,
	};
	struct tiermm_flusher flusher = { .size = sizeof(flusher),
					  .self = p,
					  .flush = flush };
	struct tiermm_promotion_options promotion = {
		.size = sizeof(promotion),
		.flags = TIERMM_PROMOTION_NO_GUARD,
		.pages = PAGES,
		.policy = TIERMM_PROMOTION_KERNEL,
	};
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = requests,
					   .key_base = 0x1000,
					   .key_shift = 12,
					   .promotion = &promotion,
					   .flush_options = &f,
					   .flusher = &flusher };

	memset(p, 0, sizeof(*p));
	engine_begin(&p->x, &o, NULL);
	p->f = tiermm_engine_flush(p->x.e);
	for (uint32_t i = 0; i < AGENTS; i++) {
		assert_int_equal(tiermm_flush_join(p->f, i, &p->agent[i]), 0);
		tiermm_flush_enter(p->agent[i]);
	}
	p->parking = (struct tiermm_parking){ .size = sizeof(p->parking),
					      .self = p,
					      .link = hand_out,
					      .unused = take_in };
}

static inline void park_end(struct park_fixture *p)
{
	engine_end(&p->x);
}

/* Folios 0 to n on node 0, only read. */
static inline void put(struct park_fixture *p, uint32_t n)
{
	engine_put(&p->x, 0, n, 0);
	for (uint32_t i = 0; i < n; i++)
		p->x.folio[i].flags |= TIERMM_FOLIO_MAPPED;
}

static inline int demote(struct park_fixture *p, uint32_t n)
{
	return tiermm_engine_demote(p->x.e, &p->x.context, &p->parking,
				    p->x.folio, n, p->x.decision, &p->x.step);
}

/* The first n pages stand on node 2, and are hot. */
static inline void put_hot(struct park_fixture *p, uint32_t n)
{
	struct tiermm_engine_room rooms[] = {
		{ .node = 0,
		  .managed_pages = 1000,
		  .min_pages = 4,
		  .free_pages = 500 },
		{ .node = 2,
		  .managed_pages = 1000,
		  .min_pages = 4,
		  .free_pages = 500 },
	};
	struct tiermm_sample s = { .time_ns = 10 * MS };

	assert_int_equal(tiermm_engine_set_rooms(p->x.e, rooms, 2), 0);
	engine_put(&p->x, 0, n, 2);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    p->x.e),
						    0, n, 2),
			 0);
	for (uint32_t i = 0; i < 2 * n; i++) {
		s.page = i % n;
		s.time_ns = (i < n ? 10 : 11) * MS;
		s.kind = i < n ? TIERMM_SAMPLE_MARK : TIERMM_SAMPLE_HINT_FAULT;
		assert_int_equal(tiermm_engine_samples(p->x.e, &s, 1), 0);
	}
}

static inline int promote(struct park_fixture *p)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12 * MS };

	return tiermm_engine_promote(p->x.e, &q, &p->parking, &p->x.step);
}

static inline uint32_t count_parked(const struct park_fixture *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < PAGES; i++)
		n += p->holder[i].link.parked != 0;
	return n;
}

/* Each link that is out is parked, and no other one. */
static inline void check_links(const struct park_fixture *p)
{
	for (uint32_t i = 0; i < PAGES; i++)
		assert_int_equal(p->holder[i].state == OUT,
				 p->holder[i].link.parked != 0);
	assert_int_equal(count_parked(p), p->out - p->back);
	assert_int_equal(p->x.step.parked, p->out - p->back);
}

#endif
