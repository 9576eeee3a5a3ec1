/* SPDX-License-Identifier: MIT */
/*
 * Old copies that wait, for whoever has millions of pages and no room for a
 * link in each: a small pool hands one out for a page that moves, down or up.
 *
 *     demote ──> hand_out(move) ──> parked ──> the reader passes ──> reap
 *                   └ pool empty: this page is flushed for at once     │
 *     pool <───────────────────────────────────────────────────────────┘
 *
 * cc -o 14_links_on_demand 14_links_on_demand.c \
 *     $(pkg-config --cflags --libs tiermm-mock)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/mock.h>

#include "worked_machine.h"

#define PAGES 8
#define LINKS 3

static struct tiermm_flush_page link_of[LINKS];
static struct tiermm_flush_page *pool[] = { link_of, link_of + 1, link_of + 2 };
static int left = LINKS;

static struct tiermm_flush_page *hand_out(void *self,
					  const struct tiermm_move *move,
					  struct tiermm_flush_page **copy)
{
	(void)self, (void)move, (void)copy;
	return left ? pool[--left] : NULL;
}

static void take_in(void *self, const struct tiermm_move *move,
		    struct tiermm_flush_page *link)
{
	(void)self, (void)move;
	pool[left++] = link;
}

/* Old copies that nobody sees any more: their links are for others now. */
static int reap(struct tiermm_engine *engine)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	int err = tiermm_engine_reap(engine, NULL, 0, 0, &freed);

	for (struct tiermm_flush_request *r = freed.requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++)
			pool[left++] = pages[i];
	}
	return err ? err : tiermm_engine_take_back(engine, &freed);
}

static int demote(struct tiermm_engine *engine, struct tiermm_mock *mock)
{
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .link = hand_out,
					  .unused = take_in };
	struct tiermm_step step = { .size = sizeof(step) };
	struct tiermm_decision decisions[PAGES];
	struct tiermm_folio folios[PAGES] = { 0 };
	int err = 0;

	for (uint64_t i = 0; i < PAGES && !err; i++) {
		folios[i].page = i;
		folios[i].flags = TIERMM_FOLIO_MAPPED;
		err = tiermm_mock_put(mock, i, 0);
	}
	if (!err)
		err = tiermm_engine_demote(engine, &context, &parking, folios,
					   PAGES, decisions, &step);
	printf("%" PRIu64 " pages moved, %" PRIu64 " old copies wait\n",
	       step.demoted, step.parked);
	return err || step.demoted != PAGES || step.parked != LINKS;
}

static int run(struct tiermm_engine *engine, struct tiermm_mock *mock)
{
	struct tiermm_flush_agent *reader;
	int err = tiermm_flush_join(tiermm_engine_flush(engine), 0, &reader);

	if (err)
		return err;
	tiermm_flush_enter(reader);
	err = demote(engine, mock) || reap(engine) || left != 0;
	tiermm_flush_pass(reader);
	err = err || reap(engine);
	printf("links in the pool after the reader passed: %d\n", left);
	return err || left != LINKS;
}

int main(void)
{
	struct tiermm_flush_options f = { .size = sizeof(f), .max_agents = 1 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 4,
					   .flush_options = &f };
	struct tiermm_engine *engine = NULL;
	struct tiermm_mock *mock = NULL;
	struct tiermm_topology *machine;
	int err = worked_machine(&machine, 1);

	err = err || tiermm_mock_create(&mock, NULL, NULL);
	if (!err)
		err = tiermm_engine_create(&engine, machine, &o,
					   tiermm_mock_memops(mock),
					   TIERMM_CAN_ALL, NULL, NULL);
	err = err || run(engine, mock);
	tiermm_engine_destroy(engine);
	tiermm_mock_destroy(mock);
	tiermm_topology_unref(machine);
	return err;
}
