/* SPDX-License-Identifier: MIT */
/*
 * Draining and reaping: what a request costs among 1, 1 000 and 100 000 of
 * them; and what a plan costs with 16, 256 and 65 536 agents, with and without
 * reading their stamps.
 *
 * 100 000 requests do not fit into a cache, 1 000 do. So that the number alone
 * is compared, both are put out of it before each walk; what 1 000 cost that
 * were queued just now is told too, and what a bare list of as many lines costs
 * to walk, a word read and a word written in each.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>

#define MOST 100000
#define ROUNDS 15
#define FLAT_GOAL 1.2
#define EVICTOR (UINT64_C(96) << 20) /* bytes, more than any cache here */

struct scene {
	struct tiermm_flush *f;
	uint32_t agents;
	struct tiermm_flush_agent **agent;
	struct tiermm_flush_page *pages;
	char *requests;
	uint64_t stride;
	uint64_t *bits;
	uint64_t words;
	char *evictor;
	int is_cold; /* requests are out of the cache when they are walked */
};

static void *get(uint64_t bytes)
{
	void *memory = aligned_alloc(TIERMM_ALIGN,
				     (bytes / TIERMM_ALIGN + 1) * TIERMM_ALIGN);

	if (!memory)
		figure_die("no memory");
	return memory;
}

static void set_up(struct scene *s, uint32_t agents, uint32_t nodes,
		   uint64_t requests)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_agents = agents,
					  .max_nodes = nodes,
					  .request_pages = 1 };

	s->agents = agents;
	s->words = (agents + 63) / 64;
	if (tiermm_flush_create(&s->f, &o, NULL))
		figure_die("no tracker");
	s->agent = get(agents * sizeof(*s->agent));
	s->bits = get(s->words * sizeof(*s->bits));
	s->stride = tiermm_flush_request_bytes(s->f);
	s->requests = get(requests * s->stride);
	s->pages = get(requests * sizeof(*s->pages));
	s->evictor = get(EVICTOR);
	s->is_cold = 0;
	memset(s->evictor, 0, EVICTOR);
	for (uint32_t i = 0; i < agents; i++) {
		if (tiermm_flush_join(s->f, i, &s->agent[i]))
			figure_die("not joined");
		(void)tiermm_flush_enter(s->agent[i]);
	}
	for (uint64_t i = 0; i < requests; i++)
		s->pages[i].parked = 0;
}

static void tear_down(struct scene *s)
{
	tiermm_flush_destroy(s->f);
	free(s->agent);
	free(s->bits);
	free(s->requests);
	free(s->pages);
	free(s->evictor);
}

static void cool(struct scene *s)
{
	if (!s->is_cold)
		return;
	for (uint64_t i = 0; i < EVICTOR; i += TIERMM_ALIGN)
		s->evictor[i]++;
}

static void park(struct scene *s, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_flush_page *page = &s->pages[i];
		struct tiermm_flush_request *r;
		uint64_t done;

		if (tiermm_flush_open(s->f, s->requests + i * s->stride, 0,
				      NULL, 0, &r) ||
		    tiermm_flush_add(r, &page, NULL, 1, 0, &done) ||
		    tiermm_flush_stamp(r) || tiermm_flush_queue(r, 0, NULL))
			figure_die("not parked");
	}
}

static void pass(struct scene *s)
{
	for (uint32_t i = 0; i < s->agents; i++)
		(void)tiermm_flush_pass(s->agent[i]);
}

static double reap(struct scene *s, uint64_t n)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	double start;

	park(s, n);
	pass(s);
	cool(s);
	start = figure_now_ns();
	if (tiermm_flush_reap(s->f, NULL, 0, 0, &freed) || freed.n_pages != n)
		figure_die("not reaped");
	return (figure_now_ns() - start) / (double)n;
}

static double plan(struct scene *s, uint32_t flags,
		   struct tiermm_flush_drain *d)
{
	double start;

	*d = (struct tiermm_flush_drain){ .size = sizeof(*d),
					  .flags = flags,
					  .agents = s->bits,
					  .n_words = s->words };
	start = figure_now_ns();
	if (tiermm_flush_drain_plan(s->f, NULL, d))
		figure_die("not planned");
	return figure_now_ns() - start;
}

/* Half of the agents have to flush. */
static double drain(struct scene *s, uint64_t n)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_drain d;
	double planned, start;

	park(s, n);
	for (uint32_t i = 0; i < s->agents; i += 2)
		(void)tiermm_flush_pass(s->agent[i]);
	cool(s);
	planned = plan(s, 0, &d);
	if (d.n_requests != n || d.n_agents != s->agents / 2)
		figure_die("a wrong plan");
	pass(s);
	cool(s);
	start = figure_now_ns();
	if (tiermm_flush_drain_report(s->f, &d, &freed) || freed.n_pages != n)
		figure_die("not handed back");
	return (planned + figure_now_ns() - start) / (double)n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(struct scene *s, double (*one)(struct scene *, uint64_t),
		     uint64_t n, int rounds)
{
	static double ns[ROUNDS * 40];

	for (int i = -2; i < rounds; i++) {
		double x = one(s, n);

		if (i >= 0)
			ns[i] = x;
	}
	qsort(ns, (size_t)rounds, sizeof(*ns), by_value);
	return ns[rounds / 2];
}

/* What a request is to a walk, without what it means. */
struct bare {
	struct bare *below;
	uint64_t word;
};

/* A list through the memory of the requests, newest first. */
static double bare_walk(struct scene *s, uint64_t n)
{
	struct bare *top = NULL;
	uint64_t sum = 0;
	double start;

	for (uint64_t i = 0; i < n; i++) {
		struct bare *r = (void *)(s->requests + i * s->stride);

		*r = (struct bare){ top, i };
		top = r;
	}
	cool(s);
	start = figure_now_ns();
	for (struct bare *r = top; r; r = r->below) {
		sum += r->word;
		r->word = sum;
	}
	start = figure_now_ns() - start;
	if (sum != n * (n - 1) / 2)
		figure_die("a wrong sum");
	return start / (double)n;
}

static void flat(struct scene *s, const char *name,
		 double (*one)(struct scene *, uint64_t))
{
	double single = median(s, one, 1, ROUNDS * 40);
	double warm = median(s, one, 1000, ROUNDS * 4);
	double few, many, ratio;

	s->is_cold = 1;
	few = median(s, one, 1000, ROUNDS);
	many = median(s, one, MOST, ROUNDS);
	s->is_cold = 0;
	ratio = many / few;
	if (one == bare_walk) {
		printf("{\"bench\":\"%s\",\"warm_of_1000_ns\":%.1f,"
		       "\"of_1000_ns\":%.1f,\"of_100000_ns\":%.1f,"
		       "\"ratio\":%.2f}\n",
		       name, warm, few, many, ratio);
		return;
	}
	printf("{\"bench\":\"flush_%s\",\"agents\":%" PRIu32
	       ",\"of_1_ns\":%.1f,\"warm_of_1000_ns\":%.1f,"
	       "\"of_1000_ns\":%.1f,\"of_100000_ns\":%.1f,\"ratio\":%.2f,"
	       "\"goal\":%.2f,\"met\":%s}\n",
	       name, s->agents, single, warm, few, many, ratio, FLAT_GOAL,
	       ratio <= FLAT_GOAL ? "true" : "false");
}

static double plan_and_finish(struct scene *s, uint32_t flags, int passed)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_drain d;
	double planned;

	park(s, 1);
	for (uint32_t i = 0; passed && i < s->agents; i++)
		(void)tiermm_flush_pass(s->agent[i]);
	planned = plan(s, flags, &d);
	if (d.n_agents != (passed && !flags ? 0 : s->agents))
		figure_die("a wrong plan");
	pass(s);
	if (tiermm_flush_drain_report(s->f, &d, &freed))
		figure_die("not handed back");
	return planned;
}

static void plans(uint32_t agents)
{
	static double with[101], without[101], spared[101];
	struct scene s;

	set_up(&s, agents, 4, 1);
	for (int i = -5; i < 101; i++) {
		double x = plan_and_finish(&s, 0, 0);
		double y = plan_and_finish(&s, TIERMM_DRAIN_ALL, 0);
		double z = plan_and_finish(&s, 0, 1);

		if (i < 0)
			continue;
		with[i] = x;
		without[i] = y;
		spared[i] = z;
	}
	qsort(with, 101, sizeof(*with), by_value);
	qsort(without, 101, sizeof(*without), by_value);
	qsort(spared, 101, sizeof(*spared), by_value);
	printf("{\"bench\":\"flush_plan\",\"agents\":%" PRIu32
	       ",\"reading_stamps_ns\":%.0f,\"not_reading_ns\":%.0f,"
	       "\"all_spared_ns\":%.0f}\n",
	       agents, with[50], without[50], spared[50]);
	tear_down(&s);
}

/* One request on one node: what the other nodes cost. */
static void empty_nodes(void)
{
	struct scene few, many;
	double a, b;

	set_up(&few, 16, 4, 1);
	set_up(&many, 16, TIERMM_MAX_NODES, 1);
	a = median(&few, reap, 1, ROUNDS * 40);
	b = median(&many, reap, 1, ROUNDS * 40);
	printf("{\"bench\":\"flush_reap_nodes\",\"of_4_ns\":%.0f,"
	       "\"of_%d_ns\":%.0f,\"ratio\":%.2f}\n",
	       a, TIERMM_MAX_NODES, b, b / a);
	tear_down(&few);
	tear_down(&many);
}

int main(void)
{
	struct scene s;

	set_up(&s, 256, 4, MOST);
	flat(&s, "reap", reap);
	flat(&s, "drain", drain);
	flat(&s, "bare_walk", bare_walk);
	tear_down(&s);
	empty_nodes();
	plans(16);
	plans(256);
	plans(65536);
	return 0;
}
