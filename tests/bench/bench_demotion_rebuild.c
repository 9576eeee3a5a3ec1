/* SPDX-License-Identifier: MIT */
/*
 * A rebuild, prepared and published, against one plain pass over the machine's
 * distances, one byte at a time. Goal: at most five times, under `nearest`,
 * with 64 nodes and with 1024.
 * For comparison: the same against a pass that the compiler vectorises, and
 * linux-6.12, whose load table needs more than one look at each pair.
 */
#include "baseline.h"
#include "demotion_machine.h"
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <tiermm/demotion_change.h>

struct scene {
	struct tiermm_demotion *d;
	struct tiermm_topology *machine[2];
	uint32_t turn;
	uint32_t nodes;
	uint8_t *distance;
};

static uint64_t rebuild(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	for (int i = 0; i < 2; i++) {
		if (tiermm_demotion_prepare(s->d, s->machine[s->turn++ & 1],
					    NULL, NULL) ||
		    tiermm_demotion_publish(s->d))
			return 0;
		sum += (uint64_t)tiermm_demotion_next(s->d, 0);
	}
	return sum;
}

static uint64_t pass(void *argument)
{
	const struct scene *s = argument;
	uint64_t n = (uint64_t)s->nodes * s->nodes;

	return baseline_pass(s->distance, n) + baseline_pass(s->distance, n);
}

static uint64_t pass_fast(void *argument)
{
	const struct scene *s = argument;
	uint64_t n = (uint64_t)s->nodes * s->nodes;

	return baseline_pass_fast(s->distance, n) +
	       baseline_pass_fast(s->distance, n);
}

static void compare(struct scene *s, const char *name, uint32_t strategy,
		    double goal)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = strategy };
	struct figure_loop ours = { name, rebuild, s, 0 };
	struct figure_loop scalar = { "scalar_pass", pass, s, 0 };
	struct figure_loop fast = { "vector_pass", pass_fast, s, 0 };

	if (tiermm_demotion_create(&s->d, s->machine[0], &o, NULL, NULL, NULL))
		figure_die("no graph");
	ours.expected = rebuild(s);
	scalar.expected = pass(s);
	fast.expected = scalar.expected;
	(void)figure_compare(&ours, &scalar, 2, goal);
	(void)figure_compare(&ours, &fast, 2, 0);
	tiermm_demotion_destroy(s->d);
}

static void measure(int32_t nodes)
{
	struct scene s = { .nodes = (uint32_t)nodes };

	s.machine[0] = bench_machine(nodes, 1);
	s.machine[1] = bench_machine(nodes, 2);
	s.distance = malloc((size_t)nodes * (size_t)nodes);
	if (!s.distance)
		figure_die("no memory");
	for (int32_t i = 0; i < nodes; i++)
		for (int32_t k = 0; k < nodes; k++)
			s.distance[i * nodes + k] =
				(uint8_t)tiermm_topology_distance(s.machine[0],
								  i, k);
	printf("%" PRId32 " nodes\n", nodes);
	compare(&s, "nearest", TIERMM_STRATEGY_NEAREST, nodes < 64 ? 0 : 5.0);
	if (nodes <= 64)
		compare(&s, "linux-6.12", TIERMM_STRATEGY_LINUX_6_12, 0);
	free(s.distance);
	tiermm_topology_unref(s.machine[0]);
	tiermm_topology_unref(s.machine[1]);
}

int main(void)
{
	measure(8);
	measure(64);
	measure(1024);
	return 0;
}
