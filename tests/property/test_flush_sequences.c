/* SPDX-License-Identifier: MIT */
/*
 * Random sequences of all operations against a reference that is as simple as
 * can be: true counts, a bit an agent and page that says who can still see it.
 * Requests are of all agents or some, of pages with copies or without, and of
 * any order. The check mode is on, and has nothing to tell (F11).
 *
 * After each step: no page was handed back, and no settle said 0, while an
 * agent could see it (I21, I25); nobody but those who have to is named (I27);
 * each page comes back once and counters agree (I22); nothing is parked while
 * stopped (I26). Generations begin just before the wrap (I24).
 */
#include "support/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>
#include <tiermm/flush_settle.h>
#include <tiermm/random.h>

#define AGENTS 5
#define PAGES 24
#define REQUESTS 6
#define DRAINS 2
#define NODES 2
#define PLACES 5
#define SEQUENCES 60
#define STEPS 40000

/* What the reference knows of a page. */
struct page {
	struct tiermm_flush_page link; /* first: a link is its page */
	int parked;
	uint32_t sees; /* agents that may still reach the old copy */
	int stamped;
	uint32_t order;
	struct page *copy; /* parked with it */
};

struct request {
	struct tiermm_flush_request *r; /* NULL: not open */
	void *memory;
	int stamped;
	int32_t node;
	uint32_t pages; /* a bit a page, copies are none */
	uint32_t places;
	uint32_t agents; /* a bit an agent */
	int queued;
};

struct world {
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent[AGENTS];
	int inside[AGENTS];
	uint64_t begun[AGENTS];   /* generation of an open bracket */
	uint32_t flushed[AGENTS]; /* pages stamped before that bracket */
	struct page page[PAGES];
	struct request request[REQUESTS];
	struct tiermm_flush_drain drain[DRAINS];
	uint64_t bits[DRAINS][1];
	int draining[DRAINS];
	uint64_t pending[NODES];
	int stops;
	uint64_t handed_back;
	uint64_t settled;
	struct tiermm_random random;
};

static uint32_t below(struct world *w, uint32_t n)
{
	return (uint32_t)tiermm_random_below(&w->random, n);
}

/* An agent that is inside may come to hold whatever is not unmapped. */
static uint32_t all_inside(const struct world *w)
{
	uint32_t set = 0;

	for (int a = 0; a < AGENTS; a++)
		set |= (uint32_t)(w->inside[a] != 0) << a;
	return set;
}

static void forget(struct world *w, int a, uint32_t pages)
{
	for (int p = 0; p < PAGES; p++)
		if (pages & 1u << p)
			w->page[p].sees &= ~(1u << a);
}

static void come_back(struct page *page)
{
	CHECK(page->parked && !page->sees && !page->link.parked);
	page->parked = 0;
	page->stamped = 0;
	if (page->copy)
		come_back(page->copy);
	page->copy = NULL;
}

static uint64_t base_pages(const struct world *w, const struct request *q)
{
	uint64_t pages = 0;

	for (int p = 0; p < PAGES; p++)
		if (q->pages & 1u << p)
			pages += UINT64_C(1) << w->page[p].order;
	return pages;
}

/* Exactly the pages of the reference, each once. */
static void come_back_all(struct world *w, struct request *q)
{
	uint64_t n;
	struct tiermm_flush_page *const *pages =
		tiermm_flush_request_pages(q->r, &n);

	for (uint64_t i = 0; i < n; i++) {
		struct page *page = (struct page *)pages[i];
		uint32_t bit = 1u << (page - w->page);

		CHECK(q->pages & bit);
		q->pages &= ~bit;
		come_back(page);
		w->handed_back += q->queued != 0;
	}
	CHECK(!q->pages);
	*q = (struct request){ .memory = q->memory };
}

static void take_back(struct world *w, const struct tiermm_flush_freed *freed)
{
	struct tiermm_flush_request *r = freed->requests;
	uint64_t pages = 0, n = 0;

	for (; r; r = tiermm_flush_request_next(r))
		for (int i = 0; i < REQUESTS; i++) {
			struct request *q = &w->request[i];

			if (q->r != r)
				continue;
			CHECK(q->queued);
			pages += base_pages(w, q);
			w->pending[q->node] -= base_pages(w, q);
			come_back_all(w, q);
			n++;
			break;
		}
	CHECK(pages == freed->n_pages && n == freed->n_requests);
}

static void open_one(struct world *w)
{
	struct request *q = &w->request[below(w, REQUESTS)];
	uint64_t agents[1] = { below(w, 1 << AGENTS) };
	int err;

	if (q->r)
		return;
	q->node = (int32_t)below(w, NODES);
	q->agents = agents[0] ? (uint32_t)agents[0] : (1u << AGENTS) - 1;
	err = tiermm_flush_open(w->f, q->memory, q->node,
				agents[0] ? agents : NULL, 1, &q->r);
	CHECK(err == (w->stops ? -TIERMM_EBUSY : 0));
}

static void add_one(struct world *w)
{
	struct request *q = &w->request[below(w, REQUESTS)];
	uint32_t p = below(w, PAGES), order = below(w, 10);
	struct page *page = &w->page[p];
	struct page *copy = below(w, 3) ? NULL : &w->page[below(w, PAGES)];
	struct tiermm_flush_page *link = &page->link;
	struct tiermm_flush_page *to = copy ? &copy->link : NULL;
	uint32_t places = copy ? 2 : 1;
	uint64_t n = 9;
	int err, fits;

	if (!q->r || q->queued || q->stamped)
		return;
	err = tiermm_flush_add(q->r, &link, copy || below(w, 2) ? &to : NULL, 1,
			       order, &n);
	if (w->stops) {
		CHECK(err == -TIERMM_EBUSY);
		return;
	}
	fits = q->places + places <= PLACES && !page->parked; /* I28 */
	fits = fits && (!copy || (copy != page && !copy->parked));
	CHECK(!err && n == (uint64_t)fits);
	if (!n)
		return;
	page->parked = 1;
	page->order = order;
	page->copy = copy;
	q->pages |= 1u << p;
	q->places += places;
	/* Unmapped from here on: who is inside may see the old copy. */
	page->sees = all_inside(w) & q->agents;
	if (!copy)
		return;
	copy->parked = 1;
	copy->sees = page->sees;
	copy->stamped = 0;
}

/* Undone: nobody is asked to flush for it (F10). */
static void remove_one(struct world *w)
{
	struct request *q = &w->request[below(w, REQUESTS)];
	uint32_t p = below(w, PAGES);
	struct page *page = &w->page[p];
	int err;

	if (!q->r)
		return;
	err = tiermm_flush_remove(q->r, &page->link);
	if (q->queued) {
		CHECK(err == -TIERMM_EINVAL);
		return;
	}
	CHECK(err == (q->pages & 1u << p ? 0 : -TIERMM_ENOENT));
	if (err)
		return;
	q->pages &= ~(1u << p);
	q->places -= page->copy ? 2 : 1;
	page->sees = 0;
	if (page->copy)
		page->copy->sees = 0;
	come_back(page);
}

/* A page and its copy are behind the request's generation. */
static void stamp_pages(struct world *w, const struct request *q)
{
	for (int p = 0; p < PAGES; p++) {
		if (!(q->pages & 1u << p))
			continue;
		w->page[p].stamped = 1;
		if (w->page[p].copy)
			w->page[p].copy->stamped = 1;
	}
}

static void stamp_one(struct world *w)
{
	struct request *q = &w->request[below(w, REQUESTS)];

	if (!q->r || q->queued || q->stamped)
		return;
	CHECK(!tiermm_flush_stamp(q->r));
	q->stamped = 1;
	stamp_pages(w, q);
}

static void queue_one(struct world *w)
{
	struct request *q = &w->request[below(w, REQUESTS)];
	uint32_t due = 0;
	int err;

	if (!q->r || q->queued)
		return;
	err = tiermm_flush_queue(q->r, 0, &due);
	if (!q->stamped || !q->pages) {
		CHECK(err == -TIERMM_EINVAL);
		return;
	}
	CHECK(err == (w->stops ? -TIERMM_EBUSY : 0) && !due);
	if (err)
		return;
	q->queued = 1;
	w->pending[q->node] += base_pages(w, q);
}

/* Given up: the caller has flushed for it. */
static void close_one(struct world *w)
{
	struct request *q = &w->request[below(w, REQUESTS)];

	if (!q->r || below(w, 4))
		return;
	if (q->queued) {
		CHECK(tiermm_flush_close(q->r) == -TIERMM_EINVAL);
		return;
	}
	for (int p = 0; p < PAGES; p++) {
		if (!(q->pages & 1u << p))
			continue;
		w->page[p].sees = 0;
		if (w->page[p].copy)
			w->page[p].copy->sees = 0;
	}
	CHECK(!tiermm_flush_close(q->r));
	come_back_all(w, q);
}

/* One step of an agent: enter, exit, begin, end. */
static void agent_step(struct world *w)
{
	int a = (int)below(w, AGENTS);

	if (!w->inside[a]) {
		(void)tiermm_flush_enter(w->agent[a]);
		w->inside[a] = 1;
	} else if (w->begun[a]) {
		CHECK(!tiermm_flush_end(w->agent[a], w->begun[a]));
		forget(w, a, w->flushed[a]);
		w->begun[a] = 0;
	} else if (below(w, 3)) {
		w->begun[a] = tiermm_flush_begin(w->agent[a]);
		w->flushed[a] = 0;
		for (int p = 0; p < PAGES; p++)
			w->flushed[a] |= (uint32_t)w->page[p].stamped << p;
	} else {
		CHECK(!tiermm_flush_exit(w->agent[a]));
		w->inside[a] = 0;
		forget(w, a, (1u << PAGES) - 1);
	}
}

static void reap_some(struct world *w)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };

	CHECK(!tiermm_flush_reap(w->f, NULL, 0, below(w, 4), &freed));
	take_back(w, &freed);
}

/* Exactly those who may see a page that was taken, and no other (I27). */
static void check_named(struct world *w, int i)
{
	const struct tiermm_flush_request *r = w->drain[i].taken;
	uint32_t sees = 0, sets = 0;

	for (; r; r = tiermm_flush_request_next(r))
		for (int k = 0; k < REQUESTS; k++) {
			if (w->request[k].r != r)
				continue;
			sets |= w->request[k].agents;
			for (int p = 0; p < PAGES; p++)
				if (w->request[k].pages & 1u << p)
					sees |= w->page[p].sees;
		}
	CHECK((w->bits[i][0] & sees) == sees);
	CHECK((w->bits[i][0] & ~(uint64_t)(all_inside(w) & sets)) == 0);
}

static void drain_step(struct world *w)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	int i = (int)below(w, DRAINS);

	if (!w->draining[i]) {
		CHECK(!tiermm_flush_drain_plan(w->f, NULL, &w->drain[i]));
		w->draining[i] = 1;
		check_named(w, i);
	} else if (!below(w, 5)) {
		CHECK(!tiermm_flush_drain_abandon(w->f, &w->drain[i]));
		w->draining[i] = 0;
	} else if (tiermm_flush_drain_poll(w->f, &w->drain[i])) {
		CHECK(!tiermm_flush_drain_report(w->f, &w->drain[i], &freed));
		take_back(w, &freed);
		w->draining[i] = 0;
	} else {
		check_named(w, i);
	}
}

static void settle_one(struct world *w)
{
	struct page *page = &w->page[below(w, PAGES)];
	int err = tiermm_flush_settle(w->f, &page->link, NULL);

	CHECK(!err || err == -TIERMM_EAGAIN);
	CHECK(err || !page->sees);
	CHECK(!err || page->parked);
	w->settled += !err;
}

static void stop_or_resume(struct world *w)
{
	if (below(w, 8))
		return;
	if (w->stops && below(w, 3)) {
		CHECK(!tiermm_flush_resume(w->f));
		w->stops--;
	} else if (w->stops < 2 && !below(w, 30)) {
		CHECK(!tiermm_flush_stop(w->f, NULL));
		w->stops++;
	}
}

static void check_counters(struct world *w)
{
	for (int32_t node = 0; node < NODES; node++) {
		uint64_t pages;

		CHECK(!tiermm_flush_pending(w->f, node, &pages));
		CHECK(pages == w->pending[node]);
	}
}

static void breach(void *self, const struct tiermm_flush_breach *found)
{
	(void)self;
	CHECK(!found);
}

static void set_up(struct world *w, uint64_t seed)
{
	struct tiermm_flush_check check = { .size = sizeof(check),
					    .breach = breach };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_agents = AGENTS,
					  .max_nodes = NODES,
					  .start = UINT64_MAX - seed,
					  .check = &check,
					  .request_pages = PLACES };

	CHECK(!tiermm_random_seed(&w->random, seed));
	CHECK(!tiermm_flush_create(&w->f, &o, NULL));
	for (uint32_t a = 0; a < AGENTS; a++)
		CHECK(!tiermm_flush_join(w->f, a, &w->agent[a]));
	for (int i = 0; i < REQUESTS; i++) {
		w->request[i].memory =
			aligned_alloc(TIERMM_ALIGN,
				      tiermm_flush_request_bytes(w->f));
		CHECK(w->request[i].memory);
	}
	for (int i = 0; i < DRAINS; i++)
		w->drain[i] = (struct tiermm_flush_drain){
			.size = sizeof(w->drain[i]),
			.agents = w->bits[i],
			.n_words = 1,
		};
}

/* Everybody leaves; what is parked comes back, and nothing is left. */
static void finish(struct world *w)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };

	for (int a = 0; a < AGENTS; a++) {
		CHECK(!tiermm_flush_exit(w->agent[a]));
		forget(w, a, (1u << PAGES) - 1);
	}
	for (int i = 0; i < DRAINS; i++) {
		CHECK(!tiermm_flush_drain_report(w->f, &w->drain[i], &freed));
		take_back(w, &freed);
	}
	CHECK(!tiermm_flush_reap(w->f, NULL, 0, 0, &freed));
	take_back(w, &freed);
	check_counters(w);
	for (int node = 0; node < NODES; node++)
		CHECK(!w->pending[node]);
	for (int i = 0; i < REQUESTS; i++)
		free(w->request[i].memory);
	tiermm_flush_destroy(w->f);
}

int main(void)
{
	static void (*const steps[])(struct world *) = {
		open_one,   add_one,    add_one,        stamp_one,  queue_one,
		close_one,  agent_step, agent_step,     agent_step, reap_some,
		drain_step, settle_one, stop_or_resume, remove_one,
	};
	uint64_t handed_back = 0, settled = 0;

	for (uint64_t seed = 1; seed <= SEQUENCES; seed++) {
		struct world *w = calloc(1, sizeof(*w));

		CHECK(w);
		set_up(w, seed);
		for (int i = 0; i < STEPS; i++) {
			steps[below(w, sizeof(steps) / sizeof(steps[0]))](w);
			check_counters(w);
		}
		finish(w);
		handed_back += w->handed_back;
		settled += w->settled;
		free(w);
	}
	printf("%d sequences, %" PRIu64 " pages handed back, %" PRIu64
	       " settled\n",
	       SEQUENCES, handed_back, settled);
	fflush(stdout);
	CHECK(handed_back > 10000 && settled > 10000);
	return 0;
}
