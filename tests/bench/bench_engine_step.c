/* SPDX-License-Identifier: MIT */
/*
 * A step of the engine against the bare callback of its table, on the same
 * batches of 512 pages: what deciding, checking and reporting cost on top.
 *
 * Three tables: one that does nothing, one that asks the kernel where each
 * page is (move_pages(2) without targets, the cheapest call that walks page
 * tables), and one that copies 4 KiB a page, without page tables or a flush.
 * What is demoted is cold, so the pages copied are not in the cache.
 *
 * The goal of 1.03 is against moves of a kernel, which a guest test measures;
 * here stands from what a move has to cost on it is met.
 */
#define _GNU_SOURCE
#include "figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <tiermm/tiermm.h>

#define PAGES 512
#define PAGE_BYTES 4096
/* Batches, one after another: more than caches hold. */
#define BATCHES 64
#define BYTES ((size_t)BATCHES * PAGES * PAGE_BYTES)

struct scene {
	struct tiermm_engine *engine;
	struct tiermm_memops ops;
	struct tiermm_folio folios[BATCHES][PAGES];
	struct tiermm_decision decisions[PAGES];
	struct tiermm_move moves[BATCHES][PAGES];
	uint32_t turn;
	struct tiermm_result results[PAGES];
	char *from, *to;
};

static int done(const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	for (uint64_t i = 0; i < n; i++) {
		results[i].outcome = TIERMM_OUTCOME_DONE;
		results[i].pages = moves[i].pages;
	}
	return 0;
}

static int move_nothing(void *self, const struct tiermm_move *moves, uint64_t n,
			struct tiermm_result *results)
{
	(void)self;
	return done(moves, n, results);
}

static int move_copy(void *self, const struct tiermm_move *moves, uint64_t n,
		     struct tiermm_result *results)
{
	struct scene *s = self;

	for (uint64_t i = 0; i < n; i++)
		memcpy(s->to + (moves[i].page - (uintptr_t)s->from),
		       (const void *)(uintptr_t)moves[i].page, PAGE_BYTES);
	return done(moves, n, results);
}

static int move_ask(void *self, const struct tiermm_move *moves, uint64_t n,
		    struct tiermm_result *results)
{
	static void *pages[PAGES];
	static int status[PAGES];

	(void)self;
	for (uint64_t i = 0; i < n; i++)
		pages[i] = (void *)(uintptr_t)moves[i].page;
	if (syscall(SYS_move_pages, 0, n, pages, NULL, status, 0))
		return -TIERMM_EPERM;
	return done(moves, n, results);
}

static uint64_t bare(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	memset(s->results, 0, sizeof(s->results));
	if (s->ops.move(s, s->moves[s->turn++ % BATCHES], PAGES, s->results))
		return 0;
	for (uint32_t i = 0; i < PAGES; i++)
		sum += s->results[i].pages;
	return sum;
}

static uint64_t step(void *argument)
{
	struct scene *s = argument;
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_step sum = { .size = sizeof(sum) };

	if (tiermm_engine_demote(s->engine, &context, NULL,
				 s->folios[s->turn++ % BATCHES], PAGES,
				 s->decisions, &sum))
		return 0;
	return sum.demoted;
}

static struct tiermm_topology *machine(void)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t = NULL;
	int err = tiermm_topology_builder_create(&b, NULL, NULL);

	for (int32_t node = 0; node < 2 && !err; node++)
		err = tiermm_topology_builder_add_node(b, node,
						       TIERMM_NODE_ONLINE, 0);
	if (!err)
		err = tiermm_topology_builder_set_cpu(b, 0, 0);
	if (!err)
		err = tiermm_topology_builder_set_abstract_distance(
			b, 1, 5000, TIERMM_SOURCE_CALLER);
	if (err || tiermm_topology_create(&t, b, NULL, NULL))
		figure_die("no machine");
	tiermm_topology_builder_destroy(b);
	return t;
}

static void make(struct scene *s, const char *name,
		 int (*move)(void *self, const struct tiermm_move *moves,
			     uint64_t n, struct tiermm_result *results))
{
	struct tiermm_topology *t = machine();

	memset(s, 0, sizeof(*s));
	s->from = aligned_alloc(PAGE_BYTES, BYTES);
	s->to = aligned_alloc(PAGE_BYTES, BYTES);
	if (!s->from || !s->to)
		figure_die("no memory");
	memset(s->from, 1, BYTES);
	memset(s->to, 2, BYTES);
	for (uint64_t i = 0; i < BATCHES * PAGES; i++) {
		uint64_t page = (uintptr_t)s->from + i * PAGE_BYTES;

		s->folios[i / PAGES][i % PAGES] =
			(struct tiermm_folio){ .page = page,
					       .flags = TIERMM_FOLIO_ANON };
		s->moves[i / PAGES][i % PAGES] =
			(struct tiermm_move){ .page = page,
					      .pages = 1,
					      .to = 1 };
	}
	s->ops = (struct tiermm_memops){ .size = sizeof(s->ops),
					 .name = name,
					 .self = s,
					 .move = move };
	if (tiermm_engine_create(&s->engine, t, NULL, &s->ops, TIERMM_CAN_MOVE,
				 NULL, NULL))
		figure_die("no engine");
	tiermm_topology_unref(t);
}

static void drop(struct scene *s)
{
	tiermm_engine_destroy(s->engine);
	free(s->from);
	free(s->to);
}

/* What the step costs on top of the bare call, in ns a page. */
static double compare(const char *name,
		      int (*move)(void *self, const struct tiermm_move *moves,
				  uint64_t n, struct tiermm_result *results))
{
	static struct scene s;
	struct figure_loop with = { "step", step, &s, PAGES };
	struct figure_loop without = { "bare call", bare, &s, PAGES };
	struct figure a = { .median_ns = 0 }, b = a;

	make(&s, name, move);
	if (bare(&s)) {
		figure_measure(&with, &without, PAGES, &a, &b);
		printf("{\"bench\":\"step\",\"table\":\"%s\",\"batch\":%d,"
		       "\"ns\":%.1f,\"bare_ns\":%.1f,\"ratio\":%.2f}\n",
		       name, PAGES, a.median_ns, b.median_ns,
		       a.median_ns / b.median_ns);
	} else {
		printf("%s: not allowed here, left out\n", name);
	}
	drop(&s);
	return a.median_ns - b.median_ns;
}

int main(void)
{
	double nothing = compare("nothing", move_nothing);

	compare("ask_the_kernel", move_ask);
	compare("copy_4_kib", move_copy);
	printf("%.1f ns a page on top: at most 1.03 where a move costs %.0f "
	       "ns or more\n",
	       nothing, nothing / 0.03);
	return 0;
}
