/* SPDX-License-Identifier: MIT */
/* Counting accesses by what they cost; loads that make nodes slower. */
#include "machine.h"

/* A node that is asked for more than this share is as slow as at it. */
#define LOAD_MOST 972 /* of 1024: 95 % */

/* Sixteen buckets in each power of two; below 16 each number has its own. */
static uint32_t bucket_of(uint64_t ns)
{
	uint32_t log = 0;

	if (ns < 16)
		return (uint32_t)ns;
	for (uint64_t rest = ns; rest >= 32; rest >>= 1)
		log++;
	return (log + 1) * 16 + (uint32_t)(ns >> log) - 16;
}

/* The greatest number of a bucket. */
static uint64_t bucket_end(uint32_t bucket)
{
	uint32_t log = bucket / 16;

	if (log == 0)
		return bucket;
	return ((uint64_t)(bucket % 16 + 17) << (log - 1)) - 1;
}

void tiermm__sim_times_add(struct sim_times *t, uint64_t ns, uint64_t n)
{
	uint32_t bucket = bucket_of(ns);

	if (bucket >= SIM_BUCKETS)
		bucket = SIM_BUCKETS - 1;
	t->histogram[bucket] += n;
	t->accesses += n;
	t->ns += ns * n;
}

uint64_t tiermm__sim_times_quantile(const struct sim_times *t,
				    uint32_t share_bp)
{
	uint64_t want = t->accesses / 10000 * share_bp +
			t->accesses % 10000 * share_bp / 10000;
	uint64_t seen = 0;

	for (uint32_t i = 0; i < SIM_BUCKETS; i++) {
		seen += t->histogram[i];
		if (seen > want)
			return bucket_end(i);
	}
	return 0;
}

/* Move what was counted into the sums; the nodes learn what they served. */
void tiermm__sim_times_close(struct tiermm_sim *s)
{
	struct sim_times *t = &s->times;

	for (uint32_t i = 0; i < t->groups * t->classes; i++) {
		struct sim_node *node = &s->node[i % t->classes / 4];

		if (!t->count[i])
			continue;
		tiermm__sim_times_add(t, t->cost[i], t->count[i]);
		node->accesses += t->count[i];
		node->window_bytes += t->count[i] * SIM_LINE;
		if (i & 1)
			s->sum.tlb_misses += t->count[i];
		t->count[i] = 0;
	}
}

/*
 * Waiting as in a queue with one server: latency * (1 + u^2 / (2 * (1 - u)))
 * for a node of which the share u of its bandwidth is asked for.
 */
static uint32_t loaded(uint32_t base, uint64_t load)
{
	uint64_t wait = load * load / (2 * (1024 - load));

	return (uint32_t)(base * (1024 + wait) / 1024);
}

/* The latency that an event left of what the machine was made with. */
static uint32_t slowed(const struct tiermm_sim *s, uint32_t node, uint32_t ns)
{
	return (uint32_t)((uint64_t)ns * s->node[node].slow_bp / 10000);
}

static uint64_t load_of(const struct sim_node *node, uint64_t elapsed_ns)
{
	uint64_t can = sim_bandwidth(node) * elapsed_ns / 1000;
	uint64_t load;

	if (!can)
		return 0;
	load = node->window_bytes >= can ? LOAD_MOST
					 : node->window_bytes * 1024 / can;
	return load < LOAD_MOST ? load : LOAD_MOST;
}

/* A new interval begins: what did the last one do to the latencies? */
void tiermm__sim_times_load(struct tiermm_sim *s, uint64_t elapsed_ns)
{
	struct sim_times *t = &s->times;

	tiermm__sim_times_close(s);
	for (uint32_t n = 0; n < s->n_nodes; n++) {
		uint64_t load = load_of(&s->node[n], elapsed_ns);

		for (uint32_t g = 0; g < t->groups; g++) {
			const uint32_t *base =
				t->base + (g * s->n_nodes + n) * 2;
			uint32_t *cost = t->cost + g * t->classes;

			for (uint32_t w = 0; w < 2; w++) {
				uint32_t ns =
					loaded(slowed(s, n, base[w]), load);

				cost[sim_class(n, w, 0)] = ns;
				cost[sim_class(n, w, 1)] =
					ns + s->costs.tlb_miss_ns;
			}
			if (g == 0 ||
			    cost[sim_class(n, 0, 0)] < s->node[n].loaded)
				s->node[n].loaded = cost[sim_class(n, 0, 0)];
		}
		s->node[n].window_bytes = 0;
	}
}
