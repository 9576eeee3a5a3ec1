/* SPDX-License-Identifier: MIT */
/* Counting accesses by what they cost. */
#include "machine.h"

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
		if (node->top)
			s->top_accesses += t->count[i];
		sim_asks(node, t->count[i], t->cost[i & ~1u]);
		if (i & 1)
			s->sum.tlb_misses += t->count[i];
		t->count[i] = 0;
	}
}
