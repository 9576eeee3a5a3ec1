/* SPDX-License-Identifier: MIT */
/*
 * A tracker with a few agents, and requests of a few pages, for unit tests.
 */
#ifndef TESTS_UNIT_FLUSH_FIXTURE_H
#define TESTS_UNIT_FLUSH_FIXTURE_H

#include "support/cmocka.h"

#include "flush/queue.h"

#define AGENTS 4
#define PAGES 8
#define REQUESTS 4

struct flush_fixture {
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent[AGENTS];
	struct tiermm_flush_page page[PAGES];
	struct tiermm_flush_page *link[PAGES];
	void *memory[REQUESTS];
	struct tiermm_flush_request *request[REQUESTS];
	uint64_t bits[1];
	struct tiermm_flush_drain drain;
	struct tiermm_flush_freed freed;
};

/* Four agents, all inside unless the flavour is external. */
static inline struct flush_fixture
flush_fixture(const struct tiermm_flush_options *options)
{
	struct tiermm_flush_options o = { .size = sizeof(o) };
	struct flush_fixture x = { .f = NULL };

	if (options)
		o = *options;
	o.max_agents = AGENTS;
	o.max_nodes = 4;
	assert_int_equal(tiermm_flush_create(&x.f, &o, NULL), 0);
	for (uint32_t i = 0; o.flavour != TIERMM_FLUSH_EXTERNAL && i < AGENTS;
	     i++) {
		assert_int_equal(tiermm_flush_join(x.f, i, &x.agent[i]), 0);
		tiermm_flush_enter(x.agent[i]);
	}
	for (uint32_t i = 0; i < REQUESTS; i++)
		x.memory[i] = aligned_alloc(TIERMM_ALIGN,
					    tiermm_flush_request_bytes(x.f));
	x.drain = (struct tiermm_flush_drain){ .size = sizeof(x.drain) };
	x.freed = (struct tiermm_flush_freed){ .size = sizeof(x.freed) };
	return x;
}

/* Pointers into the fixture, set where it stands for good. */
static inline void flush_fixture_settle_down(struct flush_fixture *x)
{
	for (uint32_t i = 0; i < PAGES; i++)
		x->link[i] = &x->page[i];
	x->drain.agents = x->bits;
	x->drain.n_words = 1;
}

#define FLUSH_FIXTURE(x, options)                        \
	struct flush_fixture x = flush_fixture(options); \
	flush_fixture_settle_down(&x)

static inline void flush_fixture_end(struct flush_fixture *x)
{
	for (uint32_t i = 0; i < REQUESTS; i++)
		free(x->memory[i]);
	tiermm_flush_destroy(x->f);
}

/* Open request @i on a node and park @n pages from page @first on. */
static inline struct tiermm_flush_request *park(struct flush_fixture *x,
						uint32_t i, int32_t node,
						uint32_t first, uint32_t n)
{
	uint64_t done = 0;

	assert_int_equal(tiermm_flush_open(x->f, x->memory[i], node, NULL, 0,
					   &x->request[i]),
			 0);
	assert_int_equal(tiermm_flush_add(x->request[i], &x->link[first], NULL,
					  n, 0, &done),
			 0);
	assert_int_equal(done, n);
	return x->request[i];
}

/* Open request @i for agents of a set, with page @i, stamp and queue it. */
static inline void park_for(struct flush_fixture *x, uint32_t i,
			    const uint64_t *agents)
{
	uint64_t done;

	assert_int_equal(tiermm_flush_open(x->f, x->memory[i], 0, agents, 1,
					   &x->request[i]),
			 0);
	assert_int_equal(tiermm_flush_add(x->request[i], x->link + i, NULL, 1,
					  0, &done),
			 0);
	assert_int_equal(tiermm_flush_stamp(x->request[i]), 0);
	assert_int_equal(tiermm_flush_queue(x->request[i], 0, NULL), 0);
}

/* A bit for each page in what was handed back; each only once. */
static inline uint32_t pages_back(const struct flush_fixture *x)
{
	const struct tiermm_flush_request *r = x->freed.requests;
	uint32_t seen = 0;

	for (; r; r = tiermm_flush_request_next(r)) {
		uint64_t n;
		struct tiermm_flush_page *const *pages =
			tiermm_flush_request_pages(r, &n);

		for (uint64_t i = 0; i < n; i++) {
			uint32_t bit = 1u << (pages[i] - x->page);

			assert_false(seen & bit);
			assert_int_equal(pages[i]->parked, 0);
			seen |= bit;
		}
	}
	return seen;
}

static inline void park_and_queue(struct flush_fixture *x, uint32_t i,
				  int32_t node, uint32_t first, uint32_t n)
{
	struct tiermm_flush_request *r = park(x, i, node, first, n);

	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
}

static inline void all_pass(struct flush_fixture *x)
{
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(x->agent[i]);
}

static inline uint64_t flush_count(const struct flush_fixture *x,
				   uint32_t index)
{
	uint64_t counter[TIERMM_FLUSH_COUNTERS], n;

	assert_int_equal(tiermm_flush_counters(x->f, counter,
					       TIERMM_FLUSH_COUNTERS, &n),
			 0);
	assert_int_equal(n, TIERMM_FLUSH_COUNTERS);
	return counter[index];
}

static inline uint64_t flush_pending(const struct flush_fixture *x,
				     int32_t node)
{
	uint64_t pages = 1234;

	assert_int_equal(tiermm_flush_pending(x->f, node, &pages), 0);
	return pages;
}

#endif
