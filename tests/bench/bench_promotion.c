/* SPDX-License-Identifier: MIT */
/*
 * One sample against an increment of a counter in an array of that size, in
 * random order; a plan and its report against a copy of the moves; a look-up
 * in the map; bytes a page.
 * Goals: a sample costs at most 3 increments; 8 bytes a page, 16 a key more.
 */
#include "demotion_machine.h"
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/promotion.h>
#include <tiermm/promotion_explain.h>
#include <tiermm/promotion_map.h>
#include <tiermm/promotion_plan.h>
#include <tiermm/promotion_sample.h>

/* 128 MiB of counters, and as many of words: far beyond most caches. */
#define PAGES (UINT64_C(1) << 24)
#define SAMPLES (UINT64_C(1) << 20)
/* Of them in a run: short, so that a busy machine disturbs both loops alike. */
#define SLICE (UINT64_C(1) << 15)
#define BATCH 512
#define MOVES 512
#define KEYS (UINT64_C(1) << 20)
#define SLOW_NODE 3
/*
 * All samples stand for two seconds: what comes once in them is cold by time.
 * By how often it is hot, since all of them fit on top: each one asks for a
 * place among the candidates, which is the dearest answer.
 */
#define SAMPLE_NS (UINT64_C(2000000000) / SAMPLES)

struct scene {
	struct tiermm_promotion *p;
	uint64_t *counters;
	uint64_t *pages; /* of each sample */
	struct tiermm_sample *samples;
	uint64_t now_ns;
	uint64_t next[2]; /* slice of each loop */
	struct tiermm_move moves[MOVES], copy[MOVES];
	struct tiermm_result results[MOVES];
	struct tiermm_promotion_map *map;
	uint64_t *keys;
};

static void *take(uint64_t n, uint64_t each)
{
	void *memory = calloc(n, each);

	if (!memory)
		figure_die("no memory");
	return memory;
}

static void set_rooms(struct scene *s)
{
	struct tiermm_promotion_room rooms[4] = { { .node = 0 } };

	for (int32_t i = 0; i < 4; i++) {
		rooms[i].node = i;
		rooms[i].free_pages = 100000;
		rooms[i].present_pages = PAGES / 4;
	}
	if (tiermm_promotion_set_rooms(s->p, rooms, 4))
		figure_die("no rooms");
}

static void make_promotion(struct scene *s, uint32_t policy, uint64_t pages)
{
	struct tiermm_topology *t = bench_machine(4, 1);
	struct tiermm_promotion_options o = { .size = sizeof(o),
					      .pages = pages,
					      .policy = policy };
	struct tiermm_demotion_graph *g;

	if (tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL) ||
	    tiermm_promotion_create(&s->p, g, &o, NULL) ||
	    tiermm_promotion_set_pages(s->p, 0, pages, SLOW_NODE))
		figure_die("no promotion");
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	set_rooms(s);
}

/* One sample of 16 hits a small set, which gets hot; others are anywhere. */
static void draw(struct scene *s)
{
	struct tiermm_random random;

	s->counters = take(PAGES, sizeof(*s->counters));
	s->pages = take(SAMPLES, sizeof(*s->pages));
	s->samples = take(SAMPLES, sizeof(*s->samples));
	tiermm_random_seed(&random, 2);
	/* Both are written to before they are measured. */
	memset(s->counters, 1, PAGES * sizeof(*s->counters));
	for (uint64_t i = 0; i < SAMPLES; i++) {
		uint64_t page = tiermm_random_below(&random, PAGES);

		if (i % 16 == 0)
			page = page % 4096 * 4096;
		s->pages[i] = page;
		s->samples[i].page = page;
	}
}

static void stamp(struct scene *s, uint64_t first)
{
	for (uint64_t i = first; i < first + BATCH; i++)
		s->samples[i].time_ns = s->now_ns;
	s->now_ns += BATCH * SAMPLE_NS;
}

static uint64_t next_slice(uint64_t *next)
{
	uint64_t first = *next;

	*next = (first + SLICE) % SAMPLES;
	return first;
}

static uint64_t counted(const struct scene *s)
{
	uint64_t all[TIERMM_PROMOTION_COUNTERS], n;

	if (tiermm_promotion_counters(s->p, all, TIERMM_PROMOTION_COUNTERS, &n))
		figure_die("no counters");
	return all[TIERMM_PROMOTION_SAMPLES];
}

/* Writing the time of each sample is part of it: some source has to. */
static uint64_t run_samples(void *argument)
{
	struct scene *s = argument;
	uint64_t before = counted(s), first = next_slice(&s->next[0]);

	for (uint64_t i = first; i < first + SLICE; i += BATCH) {
		stamp(s, i);
		if (tiermm_promotion_samples(s->p, &s->samples[i], BATCH))
			return 0;
	}
	return counted(s) - before;
}

static uint64_t run_increments(void *argument)
{
	struct scene *s = argument;
	uint64_t first = next_slice(&s->next[1]);

	for (uint64_t i = first; i < first + SLICE; i++)
		s->counters[s->pages[i]]++;
	return SLICE;
}

static void compare_samples(const char *name, uint32_t policy)
{
	static struct scene s;
	struct figure_loop sample = { name, run_samples, &s, SLICE };
	struct figure_loop bare = { "increment", run_increments, &s, SLICE };

	make_promotion(&s, policy, PAGES);
	draw(&s);
	(void)figure_compare(&sample, &bare, SLICE, 3.0);
	if (!tiermm_promotion_is_valid(s.p))
		figure_die("damaged by samples");
	tiermm_promotion_destroy(s.p);
	free(s.counters);
	free(s.pages);
	free(s.samples);
	memset(&s, 0, sizeof(s));
}

/* 512 candidates, planned again and again. */
static uint64_t run_plan(void *argument)
{
	struct scene *s = argument;
	uint64_t n = 0;

	if (tiermm_promotion_plan(s->p, NULL, s->moves, MOVES, &n, NULL))
		return 0;
	return n;
}

/* A copy that the compiler cannot leave out. */
static uint64_t run_copy(void *argument)
{
	struct scene *s = argument;
	volatile struct tiermm_move *to = s->copy;

	for (uint64_t i = 0; i < MOVES; i++) {
		to[i].page = s->moves[i].page;
		to[i].pages = s->moves[i].pages;
		to[i].from = s->moves[i].from;
		to[i].to = s->moves[i].to;
		to[i].reserved = 0;
	}
	return MOVES;
}

/* A success and the way down again, so that each run finds the same. */
static uint64_t run_report(void *argument)
{
	struct scene *s = argument;

	for (uint64_t i = 0; i < MOVES; i++)
		s->results[i].outcome = TIERMM_OUTCOME_DONE;
	for (int way = 0; way < 2; way++) {
		if (tiermm_promotion_report(s->p, 0, s->moves, s->results,
					    MOVES))
			return 0;
		for (uint64_t i = 0; i < MOVES; i++) {
			int32_t from = s->moves[i].from;

			s->moves[i].from = s->moves[i].to;
			s->moves[i].to = from;
		}
	}
	return MOVES;
}

static void compare_plans(void)
{
	static struct scene s;
	struct figure_loop plan = { "plan", run_plan, &s, MOVES };
	struct figure_loop copy = { "copy", run_copy, &s, MOVES };
	struct figure_loop report = { "report_twice", run_report, &s, MOVES };
	struct tiermm_sample sample = { .page = 0 };

	make_promotion(&s, TIERMM_PROMOTION_KERNEL, 1 << 20);
	for (uint64_t i = 0; i < 2 * MOVES; i++) {
		sample.page = i / 2 * 1024;
		if (tiermm_promotion_samples(s.p, &sample, 1))
			figure_die("no sample");
	}
	(void)figure_compare(&plan, &copy, MOVES, 0);
	(void)figure_compare(&report, &copy, MOVES, 0);
	tiermm_promotion_destroy(s.p);
}

static uint64_t run_find(void *argument)
{
	struct scene *s = argument;
	uint64_t indices[BATCH], found = 0;

	for (uint64_t i = 0; i < KEYS; i += BATCH) {
		if (tiermm_promotion_map_find(s->map, &s->keys[i], BATCH,
					      indices))
			return 0;
		for (uint64_t k = 0; k < BATCH; k++)
			found += indices[k] != TIERMM_PROMOTION_NO_INDEX;
	}
	return found;
}

static uint64_t run_keys(void *argument)
{
	struct scene *s = argument;

	for (uint64_t i = 0; i < KEYS; i++)
		s->counters[s->keys[i] >> 12]++;
	return KEYS;
}

static void compare_map(void)
{
	static struct scene s;
	struct figure_loop find = { "map_find", run_find, &s, KEYS };
	struct figure_loop bare = { "increment", run_keys, &s, KEYS };
	struct tiermm_random random;
	uint64_t index;

	s.counters = take(KEYS, sizeof(*s.counters));
	s.keys = take(KEYS, sizeof(*s.keys));
	if (tiermm_promotion_map_create(&s.map, KEYS, 0, NULL))
		figure_die("no map");
	tiermm_random_seed(&random, 3);
	for (uint64_t i = 0; i < KEYS; i++) {
		s.keys[i] = tiermm_random_below(&random, KEYS) << 12;
		if (tiermm_promotion_map_add(s.map, &s.keys[i], 1, &index,
					     NULL))
			figure_die("no key");
	}
	(void)figure_compare(&find, &bare, KEYS, 0);
	tiermm_promotion_map_destroy(s.map);
	free(s.counters);
	free(s.keys);
}

static void print_bytes(void)
{
	struct tiermm_topology *t = bench_machine(4, 1);
	struct tiermm_promotion_options o = { .size = sizeof(o),
					      .pages = PAGES };
	struct tiermm_demotion_graph *g;
	uint64_t few, many, map;

	if (tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL) ||
	    tiermm_promotion_footprint(g, &o, &few))
		figure_die("no footprint");
	o.pages *= 2;
	if (tiermm_promotion_footprint(g, &o, &many) ||
	    tiermm_promotion_map_footprint(KEYS, &map))
		figure_die("no footprint");
	printf("bytes a page: %.3f (goal: 8) %s; with all else, at 2^24 "
	       "pages: %.3f; a key of the map: %.3f\n",
	       (double)(many - few) / (double)PAGES,
	       many - few <= 8 * PAGES ? "met" : "NOT MET",
	       (double)few / (double)PAGES, (double)map / (double)KEYS);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
}

int main(void)
{
	compare_samples("sample_kernel", TIERMM_PROMOTION_KERNEL);
	compare_samples("sample_histogram", TIERMM_PROMOTION_HISTOGRAM);
	compare_plans();
	compare_map();
	print_bytes();
	return 0;
}
