/* SPDX-License-Identifier: MIT */
/*
 * Simulated accesses a second, against a plain array-based LRU replay of the
 * same trace: Zipf 0.99 over 1 000 000 pages, two tiers, demotion and
 * promotion on, oracles off, one core. Both are warm, and take turns. Beside
 * it the bytes a simulated page, and how long a machine of 1 TiB takes to make.
 * Goals: 0.4 of the replay's speed; 16 bytes; 5 s and 5 GiB.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <tiermm/backends/sim_result.h>
#include <tiermm/backends/sim_workload.h>
#include <tiermm/engine_parts.h>

#define PAGES UINT64_C(1000000)
#define ACCESSES UINT64_C(4000000)
#define FAST_FRAMES UINT64_C(262144)
#define TURNS 9
#define NONE UINT32_MAX
#define LIBCACHESIM 20.0 /* million accesses a second, as published */

/* The least that an LRU replay can be: two links and a flag a page. */
struct lru {
	uint32_t before[PAGES];
	uint32_t after[PAGES];
	uint8_t there[PAGES];
	uint32_t head, tail;
	uint64_t n;
};

static void unlink_page(struct lru *l, uint32_t page)
{
	if (l->before[page] != NONE)
		l->after[l->before[page]] = l->after[page];
	else
		l->head = l->after[page];
	if (l->after[page] != NONE)
		l->before[l->after[page]] = l->before[page];
	else
		l->tail = l->before[page];
}

static void push_front(struct lru *l, uint32_t page)
{
	l->before[page] = NONE;
	l->after[page] = l->head;
	if (l->head != NONE)
		l->before[l->head] = page;
	else
		l->tail = page;
	l->head = page;
}

static uint64_t lru_replay(struct lru *l, const struct tiermm_sim_access *a)
{
	uint64_t hits = 0;

	for (uint64_t i = 0; i < ACCESSES; i++) {
		uint32_t page = (uint32_t)a[i].page;

		if (l->there[page]) {
			hits++;
			if (l->head == page)
				continue;
			unlink_page(l, page);
		} else {
			if (l->n == FAST_FRAMES) {
				uint32_t last = l->tail;

				unlink_page(l, last);
				l->there[last] = 0;
				l->n--;
			}
			l->there[page] = 1;
			l->n++;
		}
		push_front(l, page);
	}
	return hits;
}

static struct tiermm_topology *two_tiers(uint64_t fast, uint64_t slow)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 2,
						     .max_cpus = 1 };
	struct tiermm_access near = { 100, 100, 100000, 100000 };
	struct tiermm_access far = { 250, 250, 30000, 30000 };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t = NULL;

	if (tiermm_topology_builder_create(&b, &o, NULL) ||
	    tiermm_topology_builder_add_node(b, 0, TIERMM_NODE_ONLINE, fast) ||
	    tiermm_topology_builder_add_node(b, 1, TIERMM_NODE_ONLINE, slow) ||
	    tiermm_topology_builder_set_cpu(b, 0, 0) ||
	    tiermm_topology_builder_set_access(b, 0, 0, &near) ||
	    tiermm_topology_builder_set_access(b, 0, 1, &far) ||
	    tiermm_topology_create(&t, b, NULL, NULL))
		figure_die("no machine");
	tiermm_topology_builder_destroy(b);
	return t;
}

static struct tiermm_sim_access *draw(void)
{
	struct tiermm_sim_access *a = calloc(ACCESSES, sizeof(*a));
	struct tiermm_sim_source *source;
	uint64_t done = 0;
	uint64_t n = 1;

	if (!a || tiermm_sim_workload_create(
			  &source, "zipf:pages=1M,theta=0.99,count=4M,seed=1",
			  NULL, NULL))
		figure_die("no workload");
	while (done < ACCESSES && n > 0) {
		if (tiermm_sim_source_next(source, a + done, ACCESSES - done,
					   &n, NULL))
			figure_die("workload");
		done += n;
	}
	tiermm_sim_source_destroy(source);
	if (done != ACCESSES)
		figure_die("short workload");
	return a;
}

static struct tiermm_sim *make_sim(struct tiermm_topology *t, uint32_t policy,
				   uint64_t pages)
{
	struct tiermm_sim_options o = { .size = sizeof(o),
					.policy = policy,
					.pages = pages,
					.repeat = 100 };
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim *s;

	if (tiermm_sim_create(&s, t, &o, &error, NULL))
		figure_die(error.text);
	return s;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *values)
{
	qsort(values, TURNS, sizeof(*values), ascending);
	return values[TURNS / 2];
}

/* Both warm, in turn: million accesses a second of each. */
static void compare(struct tiermm_topology *t,
		    const struct tiermm_sim_access *a, struct lru *lru,
		    uint32_t policy)
{
	struct tiermm_sim *s = make_sim(t, policy, PAGES);
	struct tiermm_sim_result r = { .size = sizeof(r) };
	double ours[TURNS], theirs[TURNS];
	double x, y;

	for (uint32_t i = 0; i <= TURNS; i++) {
		double t0 = figure_now_ns(), t1, t2;
		uint64_t hits = lru_replay(lru, a);

		t1 = figure_now_ns();
		if (tiermm_sim_feed(s, a, ACCESSES, NULL))
			figure_die("a run failed");
		t2 = figure_now_ns();
		if (hits == 0)
			figure_die("an LRU without hits");
		if (i > 0) {
			theirs[i - 1] = (double)ACCESSES * 1e3 / (t1 - t0);
			ours[i - 1] = (double)ACCESSES * 1e3 / (t2 - t1);
		}
	}
	tiermm_sim_get_result(s, &r);
	if (!tiermm_sim_is_valid(s) ||
	    r.accesses != ACCESSES * 100 * (TURNS + 1))
		figure_die("the machine does not add up");
	x = median(ours);
	y = median(theirs);
	printf("%-10s %6.1f M/s, LRU replay %6.1f M/s: ratio %.2f  "
	       "(goal 0.40: %s); published for libCacheSim: %.0f M/s (%s)\n",
	       tiermm_sim_policy_name(policy), x, y, x / y,
	       x / y >= 0.4 ? "met" : "MISSED", LIBCACHESIM,
	       x > LIBCACHESIM ? "above" : "BELOW");
	tiermm_sim_destroy(s);
}

static void print_bytes(struct tiermm_topology *t)
{
	struct tiermm_sim *s = make_sim(t, TIERMM_SIM_KERNEL, PAGES);
	struct tiermm_sim_result r = { .size = sizeof(r) };
	double each;

	if (tiermm_sim_get_result(s, &r))
		figure_die("no result");
	each = (double)r.bytes / (double)PAGES;
	printf("bytes a page, promotion included: %.2f  (goal 16: %s)\n", each,
	       each <= 16.0 ? "met" : "MISSED");
	tiermm_sim_destroy(s);
}

static void print_terabyte(void)
{
	uint64_t pages = (UINT64_C(1) << 40) / 4096;
	struct tiermm_topology *t = two_tiers(pages / 4, pages - pages / 4);
	struct tiermm_sim_result r = { .size = sizeof(r) };
	double t0 = figure_now_ns(), seconds, gib;
	struct tiermm_sim *s = make_sim(t, TIERMM_SIM_KERNEL, pages);

	seconds = (figure_now_ns() - t0) / 1e9;
	if (tiermm_sim_get_result(s, &r))
		figure_die("no result");
	gib = (double)r.bytes / (double)(1 << 30);
	printf("1 TiB in 4 KiB pages: %.2f s, %.2f GiB  (goals 5 s, 5 GiB: "
	       "%s)\n",
	       seconds, gib, seconds < 5.0 && gib < 5.0 ? "met" : "MISSED");
	tiermm_sim_destroy(s);
	tiermm_topology_unref(t);
}

int main(void)
{
	struct tiermm_topology *t = two_tiers(FAST_FRAMES, 4 * FAST_FRAMES);
	struct tiermm_sim_access *a = draw();
	struct lru *lru = calloc(1, sizeof(*lru));

	if (!lru)
		figure_die("no memory");
	lru->head = NONE;
	lru->tail = NONE;
	compare(t, a, lru, TIERMM_SIM_KERNEL);
	compare(t, a, lru, TIERMM_SIM_HISTOGRAM);
	print_bytes(t);
	print_terabyte();
	free(lru);
	free(a);
	tiermm_topology_unref(t);
	return 0;
}
