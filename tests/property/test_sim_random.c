/* SPDX-License-Identifier: MIT */
/*
 * Random machines, workloads, policies, flags and events: pages are conserved
 * (I8), old copies are never used too late (I21: the oracle looks on), counters
 * add up, equal input gives equal output, and the oracle changes nothing but
 * the memory it takes (S2, S6).
 */
#include "sim_runs.h"

#include "support/share.h"

#include <tiermm/random.h>

#include <inttypes.h>
#include <string.h>

#define RUNS 400
#define EVENTS 3

static uint64_t below(struct tiermm_random *r, uint64_t bound)
{
	return tiermm_random_below(r, bound);
}

static struct sim_machine draw_machine(struct tiermm_random *r, uint64_t pages)
{
	struct sim_machine m = { .nodes = 1 + (uint32_t)below(r, 4) };
	uint32_t latency = 60 + (uint32_t)below(r, 60);
	uint64_t fits = below(r, 2);

	m.cpus = 1 + (uint32_t)below(r, 4);
	m.cpu_nodes = 1 + (uint32_t)below(r, m.nodes > 2 ? 2 : 1);
	if (m.cpus < m.cpu_nodes)
		m.cpus = m.cpu_nodes;
	for (uint32_t i = 0; i < m.nodes; i++) {
		/* Half of them: little that is fast, enough in all. */
		m.pages[i] = 100 + (fits ? pages / (i ? 1 : 4)
					 : below(r, 1 + pages * 3 / 2));
		m.latency_ns[i] = latency;
		m.bandwidth_mbps[i] = 1000 + (uint32_t)below(r, 100000);
		if (i + 1 >= m.cpu_nodes)
			latency += (uint32_t)below(r, 300);
	}
	return m;
}

/* Of every generated kind. */
static void draw_line(struct tiermm_random *r, uint64_t pages, char *line,
		      size_t cap)
{
	static const char *const kinds[] = { "uniform", "zipf", "hotset",
					     "phase",   "scan", "pmbench" };
	/* With few writes, old copies wait and are settled. */
	static const uint32_t writes[] = { 0, 1, 5, 20 };
	uint64_t seed = below(r, 1000), threads = 1 + below(r, 6);
	uint64_t kind = below(r, 9);

	if (kind < 6)
		snprintf(line, cap,
			 "%s:pages=%" PRIu64 ",write=%u"
			 "%%,count=8000,threads=%" PRIu64 ",seed=%" PRIu64,
			 kinds[kind], pages, writes[below(r, 4)], threads,
			 seed);
	else if (kind < 8)
		snprintf(line, cap, "%s:pages=%" PRIu64 ",count=8000,threads=1",
			 kind == 6 ? "gups" : "chase", pages);
	else
		snprintf(line, cap,
			 "ycsb-%c:records=%" PRIu64
			 ",count=8000,threads=%" PRIu64 ",seed=%" PRIu64,
			 (int)('a' + below(r, 6)), pages, threads, seed);
}

/* The first node keeps its memory: something has to. */
static struct tiermm_sim_event draw_event(struct tiermm_random *r,
					  const struct sim_machine *m)
{
	struct tiermm_sim_event e = {
		.time_ns = below(r, 20000000),
		.kind = 1 + (uint32_t)below(r, TIERMM_SIM_EVENT_ADD),
		.node = (int32_t)below(r, m->nodes),
	};

	if (e.node == 0 && e.kind == TIERMM_SIM_EVENT_REMOVE)
		e.kind = TIERMM_SIM_EVENT_SLOW;
	if (e.kind == TIERMM_SIM_EVENT_SLOW)
		e.value = 10000 + below(r, 90000);
	else if (e.kind == TIERMM_SIM_EVENT_CPU_LOAD)
		e.value = below(r, 9000);
	else
		e.value = 1 + below(r, m->pages[e.node]);
	if (e.kind == TIERMM_SIM_EVENT_REMOVE && below(r, 3) == 0)
		e.value = 0;
	return e;
}

/* What every run has to come to, whatever the policy. */
static void add_up(const struct sim_machine *m,
		   const struct tiermm_sim_options *o,
		   const struct sim_outcome *out)
{
	const struct tiermm_sim_result *r = &out->sum;
	uint64_t accesses = 0, in = 0, went = 0, gone = 0, used = 0, old = 0;

	for (uint32_t i = 0; i < m->nodes; i++) {
		const struct tiermm_sim_node *n = &out->node[i];

		CHECK(n->used_pages + n->parked_pages <= n->capacity_pages);
		accesses += n->accesses;
		in += n->moved_in;
		went += n->moved_out;
		gone += n->swapped_out;
		used += n->used_pages;
		old += n->parked_pages;
	}
	CHECK(accesses == r->accesses);
	CHECK(in == went && in == r->demoted + r->promoted);
	CHECK(r->moved_bytes == in * 4096);
	CHECK(gone == r->swapped_out + r->discarded);
	CHECK(r->faults == r->pages);
	CHECK(used == r->pages + r->swapped_in - gone);
	CHECK(old <= r->deferred && r->deferred <= r->demoted + r->promoted);
	CHECK(r->tlb_misses <= r->accesses && r->tlb_misses > 0);
	CHECK(r->p50_ns <= r->p99_ns);
	if (!(o->flags & TIERMM_SIM_DEFER))
		CHECK(!r->deferred && !r->flushes_avoided && !r->settled);
	if (o->policy == TIERMM_SIM_NONE || o->policy == TIERMM_SIM_STATIC ||
	    o->policy == TIERMM_SIM_IDEAL)
		CHECK(!r->demoted && !r->promoted);
	if (o->policy == TIERMM_SIM_DEMOTION)
		CHECK(!r->promoted);
}

static struct tiermm_sim_options draw_options(struct tiermm_random *r)
{
	struct tiermm_sim_options o = { .size = sizeof(o) };

	o.flags = (uint32_t)below(r, 2) * TIERMM_SIM_DEFER;
	o.policy = (uint32_t)below(r, TIERMM_SIM_OWN);
	if (o.policy < TIERMM_SIM_DEMOTION && below(r, 2))
		o.policy += TIERMM_SIM_DEMOTION;
	o.repeat = 1 + below(r, 200);
	o.seed = below(r, 1000);
	o.min_pages = below(r, 50);
	o.sample_period = 1 + (uint32_t)below(r, 2000);
	o.scan_ns = 1000000 + below(r, 100000000);
	o.interval_ns = 50000 + below(r, 5000000);
	return o;
}

/* The same, but for what the oracle itself takes. */
static void expect_equal(struct sim_outcome *a, const struct sim_outcome *b)
{
	a->sum.bytes = b->sum.bytes;
	CHECK(memcmp(a, b, sizeof(*a)) == 0);
}

int main(void)
{
	uint64_t runs = share_of(RUNS), demoted = 0, promoted = 0, deferred = 0;
	uint64_t swapped = 0, settled = 0;
	struct tiermm_random r;

	CHECK(!tiermm_random_seed(&r, 7));
	for (uint64_t i = 0; i < runs; i++) {
		struct tiermm_sim_options o = draw_options(&r);
		uint64_t pages = 100 + below(&r, 3000);
		struct sim_machine m = draw_machine(&r, pages);
		struct tiermm_sim_costs costs = {
			.size = sizeof(costs),
			.tlb_entries = 1u << below(&r, 13),
			.flush_period_ns = UINT64_C(1000) << below(&r, 20),
		};
		struct tiermm_sim_event events[EVENTS];
		uint32_t n_events = (uint32_t)below(&r, EVENTS + 1);
		struct sim_outcome checked, plain, again;
		char line[160];

		draw_line(&r, pages, line, sizeof(line));
		o.pages = sim_line_pages(line);
		o.costs = &costs;
		for (uint32_t k = 0; k < n_events; k++)
			events[k] = draw_event(&r, &m);
		sim_run(&m, &o, events, n_events, line, &plain);
		sim_run(&m, &o, events, n_events, line, &again);
		expect_equal(&again, &plain);
		add_up(&m, &o, &plain);
		o.flags |= TIERMM_SIM_CHECK;
		sim_run(&m, &o, events, n_events, line, &checked);
		expect_equal(&checked, &plain);
		demoted += plain.sum.demoted;
		promoted += plain.sum.promoted;
		deferred += plain.sum.deferred;
		swapped += plain.sum.swapped_in;
		settled += plain.sum.settled;
	}
	/* What never happened has shown nothing. */
	if (runs == RUNS)
		CHECK(demoted && promoted && deferred && swapped && settled);
	printf("%" PRIu64 " runs: %" PRIu64 " demoted, %" PRIu64
	       " promoted, %" PRIu64 " deferred, %" PRIu64 " settled, %" PRIu64
	       " came back from swap\n",
	       runs, demoted, promoted, deferred, settled, swapped);
	return 0;
}
