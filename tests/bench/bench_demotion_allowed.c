/* SPDX-License-Identifier: MIT */
/*
 * A look-up among allowed nodes against copying the set that it is handed, 128
 * bytes, both behind a call into a shared library. Goal: at most three times.
 *
 *   hit       a preferred node is allowed, which is what mostly happens
 *   dense     no preferred node is, of the others every second one
 *   single    one allowed node of a lower tier, not a preferred one
 */
#include "baseline.h"
#include "demotion_machine.h"
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>

#include <tiermm/demotion.h>

#define LOOK_UPS 16384
#define QUESTIONS 64

struct scene {
	struct tiermm_demotion *d;
	struct tiermm_nodeset allowed[QUESTIONS];
	struct tiermm_nodeset copy;
	int32_t from[QUESTIONS];
};

static uint64_t look_up(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++) {
		int32_t out;

		if (tiermm_demotion_next_allowed(s->d, s->from[i % QUESTIONS],
						 &s->allowed[i % QUESTIONS],
						 &out))
			return 0;
		sum += (uint64_t)out;
	}
	return sum;
}

static uint64_t copy(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++) {
		baseline_copy(&s->copy, &s->allowed[i % QUESTIONS]);
		sum += s->copy.word[0];
	}
	return sum;
}

/* Only what is asked for: preferred nodes, others, or one of the others. */
static void ask(struct scene *s, const struct tiermm_demotion_graph *g,
		struct tiermm_random *random, int32_t nodes, int kind, int i)
{
	struct tiermm_nodeset preferred, fallback;

	do {
		s->from[i] = (int32_t)tiermm_random_below(random,
							  (uint64_t)nodes / 4);
		(void)tiermm_demotion_graph_targets(g, s->from[i], &preferred,
						    &fallback);
		s->allowed[i] = (struct tiermm_nodeset){ { 0 } };
		for (int32_t n = 0; n < nodes; n++) {
			int lower = tiermm_nodeset_has(&fallback, n) &&
				    !tiermm_nodeset_has(&preferred, n);

			if (kind == 0 || (kind == 1 && lower && n % 2))
				(void)tiermm_nodeset_add(&s->allowed[i], n);
			if (kind == 2 && lower &&
			    !tiermm_nodeset_count(&s->allowed[i]) &&
			    tiermm_random_below(random, 8) == 0)
				(void)tiermm_nodeset_add(&s->allowed[i], n);
		}
	} while (!tiermm_nodeset_count(&s->allowed[i]));
}

static uint64_t answers(struct scene *s, const struct tiermm_demotion_graph *g)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++) {
		struct tiermm_demotion_query q = {
			.size = sizeof(q),
			.allowed = &s->allowed[i % QUESTIONS]
		};
		int32_t out = -1;

		(void)tiermm_demotion_graph_choose(g, s->from[i % QUESTIONS],
						   &q, &out);
		if (!tiermm_nodeset_has(q.allowed, out))
			figure_die("an answer that is not allowed");
		sum += (uint64_t)out;
	}
	return sum;
}

static void measure(int32_t nodes)
{
	static const char *const names[] = { "hit", "dense", "single" };
	static struct scene s;
	struct tiermm_topology *t = bench_machine(nodes, 1);
	struct tiermm_demotion_graph *g;
	struct tiermm_random random;

	(void)tiermm_random_seed(&random, 5);
	if (tiermm_demotion_create(&s.d, t, NULL, NULL, NULL, NULL) ||
	    tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL))
		figure_die("no graph");
	printf("%" PRId32 " nodes\n", nodes);
	for (int kind = 0; kind < 3; kind++) {
		struct figure_loop ours = { names[kind], look_up, &s, 0 };
		struct figure_loop bare = { "copy_of_the_set", copy, &s, 0 };

		for (int i = 0; i < QUESTIONS; i++)
			ask(&s, g, &random, nodes, kind, i);
		ours.expected = answers(&s, g);
		bare.expected = copy(&s);
		(void)figure_compare(&ours, &bare, LOOK_UPS, 3.0);
	}
	tiermm_demotion_graph_unref(g);
	tiermm_demotion_destroy(s.d);
	tiermm_topology_unref(t);
}

int main(void)
{
	measure(64);
	measure(1024);
	return 0;
}
