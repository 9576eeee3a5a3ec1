/* SPDX-License-Identifier: MIT */
/* What outcomes say, in one place for tables, documents and plots. */
#include "sim.h"

#include <stddef.h>

/* Runs this near are called equal: 1/1000. */
#define NEAR 1000

static const struct {
	const char *name;
	size_t place;
} sums[] = {
#define SUM(field)                                                \
	{                                                         \
#field, offsetof(struct tiermm_sim_result, field) \
	}
	SUM(time_ns),     SUM(accesses),        SUM(access_ns),
	SUM(mean_ps),     SUM(p50_ns),          SUM(p99_ns),
	SUM(pages),       SUM(faults),          SUM(swapped_in),
	SUM(swapped_out), SUM(discarded),       SUM(demoted),
	SUM(promoted),    SUM(moved_bytes),     SUM(move_failures),
	SUM(hint_faults), SUM(tlb_misses),      SUM(shootdowns),
	SUM(interrupts),  SUM(flushes_own),     SUM(deferred),
	SUM(settled),     SUM(flushes_avoided), SUM(direct),
	SUM(direct_ns),   SUM(background_ns),   SUM(bytes),
#undef SUM
};

uint64_t sim_sum_count(void)
{
	return sizeof(sums) / sizeof(sums[0]);
}

const char *sim_sum_name(uint64_t index)
{
	return sums[index].name;
}

uint64_t sim_sum_value(const struct tiermm_sim_result *r, uint64_t index)
{
	const char *bytes = (const char *)r + sums[index].place;

	return *(const uint64_t *)(const void *)bytes;
}

/* Share of the accesses that the fastest tier served; ideal has no other. */
uint64_t sim_top_bp(const struct sim_job *job)
{
	const struct sim_outcome *o = job->outcome;
	int32_t tier = INT32_MAX;
	uint64_t all = 0;
	uint64_t top = 0;

	for (uint32_t i = 0; i < o->n_nodes; i++)
		if (o->nodes[i].tier < tier)
			tier = o->nodes[i].tier;
	for (uint32_t i = 0; i < o->n_nodes; i++) {
		all += o->nodes[i].accesses;
		if (o->nodes[i].tier == tier ||
		    job->variant->policy == TIERMM_SIM_IDEAL)
			top += o->nodes[i].accesses;
	}
	return all ? top * 10000 / all : 0;
}

const struct sim_job *sim_find(const struct sim_job *jobs, uint64_t n,
			       uint32_t policy, uint32_t defer)
{
	for (uint64_t i = 0; i < n; i++)
		if (jobs[i].variant->policy == policy &&
		    jobs[i].variant->defer == defer)
			return &jobs[i];
	return NULL;
}

int sim_is_near(const struct sim_job *job, const struct sim_job *to)
{
	uint64_t a = job->outcome->sum.mean_ps;
	uint64_t b = to->outcome->sum.mean_ps;

	return (a < b ? b - a : a - b) <= b / NEAR;
}

/* `ideal` cannot be had, so it is no answer. */
int sim_is_equal(const struct sim_job *job, const struct sim_job *best)
{
	return job->variant->policy != TIERMM_SIM_IDEAL &&
	       sim_is_near(job, best);
}

static uint64_t traffic(const struct sim_job *job)
{
	const struct tiermm_sim_result *r = &job->outcome->sum;

	return r->demoted + r->promoted + r->swapped_in + r->swapped_out;
}

static const struct sim_job *quickest(const struct sim_job *jobs, uint64_t n)
{
	const struct sim_job *best = NULL;

	for (uint64_t i = 0; i < n; i++)
		if (jobs[i].variant->policy != TIERMM_SIM_IDEAL &&
		    (!best ||
		     jobs[i].outcome->sum.mean_ps < best->outcome->sum.mean_ps))
			best = &jobs[i];
	return best;
}

/* Whether it is the better answer; static is, since it needs nothing. */
static int moves_less(const struct sim_job *job, const struct sim_job *than)
{
	if (traffic(job) != traffic(than))
		return traffic(job) < traffic(than);
	return job->variant->policy == TIERMM_SIM_STATIC;
}

/* Of those equal to the quickest, the one that moves least. */
const struct sim_job *sim_best(const struct sim_job *jobs, uint64_t n)
{
	const struct sim_job *first = quickest(jobs, n);
	const struct sim_job *best = NULL;

	for (uint64_t i = 0; first && i < n; i++)
		if (sim_is_equal(&jobs[i], first) &&
		    (!best || moves_less(&jobs[i], best)))
			best = &jobs[i];
	return best;
}

/* How many times as long an access takes. */
double sim_ratio(const struct sim_job *job, const struct sim_job *to)
{
	if (!to->outcome->sum.mean_ps)
		return 1.0;
	return (double)job->outcome->sum.mean_ps /
	       (double)to->outcome->sum.mean_ps;
}
