/* SPDX-License-Identifier: MIT */
/*
 * Nodes of which much is asked are slower.
 *
 * A node waits like a queue with one server: where the share u of its bandwidth
 * is asked for, its latency is that of an idle one * (1 + u^2 / (2 (1 - u))).
 *
 * Whoever waits longer asks for less. Of an interval it is known how long CPUs
 * were busy with each node, at the latency that it had; the next one takes s
 * times as long for the same accesses, where
 *
 *     s = (rest + sum of busy * slower(u / s)) / (rest + sum of busy)
 *
 * The right side falls as s grows, so that there is one s. Without that step
 * an idle interval would follow each busy one, and no node would ever have the
 * latency that its load gives it.
 */
#include "machine.h"

/* A node that is asked for more than this share is as slow as at it. */
#define LOAD_MOST 972 /* of 1024: 95 % */
/* s, in 1/1024: no wait is longer than 10 times the latency. */
#define UNCHANGED 1024
#define STRETCH_LEAST 64
#define STRETCH_MOST (16 * UNCHANGED)
/* Sums of times are kept below 2^40, so that products fit. */
#define TIME_BITS 40
/* No access takes longer, whatever an event did to a node: half of 2^32 ns. */
#define LATENCY_MOST (UINT32_MAX / 2)

/* In 1/1024 of the latency. */
static uint64_t wait_at(uint64_t load)
{
	return load * load / (2 * (1024 - load));
}

/* Bytes that a node can serve in so long; what is beyond 2^63 is no limit. */
static uint64_t serves(const struct sim_node *node, uint64_t elapsed_ns)
{
	uint64_t mbps = sim_bandwidth(node);
	uint64_t us = elapsed_ns / 1000;

	if (us && mbps > (UINT64_MAX >> 2) / us)
		return UINT64_MAX >> 1;
	return mbps * us + mbps * (elapsed_ns % 1000) / 1000;
}

/* By the bytes that CPUs ask for, which stretch, and those that are moved. */
static uint64_t load_at(const struct sim_node *node, uint64_t elapsed_ns,
			uint64_t stretch)
{
	uint64_t can = serves(node, elapsed_ns);
	uint64_t asked = node->line_bytes / stretch * UNCHANGED +
			 node->line_bytes % stretch * UNCHANGED / stretch +
			 node->window_bytes;
	uint64_t load;

	if (!can)
		return 0;
	if (asked >= can)
		return LOAD_MOST;
	for (; can >> 53; can >>= 1)
		asked >>= 1;
	load = asked * 1024 / can;
	return load < LOAD_MOST ? load : LOAD_MOST;
}

/* What CPUs did in an interval, in units of 2^shift ns. */
struct spent {
	uint64_t elapsed_ns;
	uint64_t rest;
	uint64_t all;
	uint32_t shift;
};

static struct spent spent_in(const struct tiermm_sim *s, uint64_t elapsed_ns)
{
	struct spent t = { .elapsed_ns = elapsed_ns };
	uint64_t busy = 0;

	t.all = elapsed_ns * s->ran;
	while (t.all >> t.shift >> TIME_BITS)
		t.shift++;
	t.all >>= t.shift;
	for (uint32_t n = 0; n < s->n_nodes; n++)
		busy += s->node[n].busy_cpu_ns >> t.shift;
	t.rest = t.all > busy ? t.all - busy : 0;
	t.all = t.rest + busy;
	return t;
}

/* What the same would take if it took s times as long. */
static uint64_t time_at(const struct tiermm_sim *s, const struct spent *t,
			uint64_t stretch)
{
	uint64_t sum = t->rest;

	for (uint32_t n = 0; n < s->n_nodes; n++) {
		const struct sim_node *node = &s->node[n];
		uint64_t wait = wait_at(load_at(node, t->elapsed_ns, stretch));

		sum += (node->busy_cpu_ns >> t->shift) * (1024 + wait) /
		       (1024 + node->wait);
	}
	return sum;
}

/* The least s that is enough. */
static uint64_t find_stretch(const struct tiermm_sim *s, uint64_t elapsed_ns)
{
	struct spent t = spent_in(s, elapsed_ns);
	uint64_t low = STRETCH_LEAST, high = STRETCH_MOST;

	if (time_at(s, &t, UNCHANGED) == t.all)
		return UNCHANGED;
	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (time_at(s, &t, middle) <= t.all * middle / UNCHANGED)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The latency that an event left of what the machine was made with. */
static uint64_t slowed(const struct sim_node *node, uint32_t ns)
{
	return (uint64_t)ns * node->slow_bp / 10000;
}

static void set_costs(struct tiermm_sim *s, uint32_t n)
{
	struct sim_times *t = &s->times;
	struct sim_node *node = &s->node[n];

	for (uint32_t g = 0; g < t->groups; g++) {
		const uint32_t *base = t->base + (g * s->n_nodes + n) * 2;
		uint32_t *cost = t->cost + g * t->classes;

		for (uint32_t w = 0; w < 2; w++) {
			uint64_t all = slowed(node, base[w]) *
				       (1024 + node->wait) / 1024;
			uint32_t ns = all < LATENCY_MOST ? (uint32_t)all
							 : LATENCY_MOST;

			cost[sim_class(n, w, 0)] = ns;
			cost[sim_class(n, w, 1)] = ns + s->costs.tlb_miss_ns;
		}
		if (g == 0 || cost[sim_class(n, 0, 0)] < node->loaded)
			node->loaded = cost[sim_class(n, 0, 0)];
	}
}

void tiermm__sim_times_load(struct tiermm_sim *s, uint64_t elapsed_ns)
{
	uint64_t stretch;

	tiermm__sim_times_close(s);
	stretch = find_stretch(s, elapsed_ns);
	for (uint32_t n = 0; n < s->n_nodes; n++) {
		struct sim_node *node = &s->node[n];

		node->wait = wait_at(load_at(node, elapsed_ns, stretch));
		node->window_bytes = 0;
		node->line_bytes = 0;
		node->busy_cpu_ns = 0;
		set_costs(s, n);
	}
}
