/* SPDX-License-Identifier: MIT */
/*
 * Accesses: the loop that everything else is called from. The usual one, to a
 * page that is there, looks at one word and at one TLB entry, and counts one
 * number.
 */
#include "machine.h"

#include <tiermm/flush_agent.h>

/* Records between two looks at the clock. */
#define STRETCH 256
/* Records between asking for a page's word and needing it. */
#define AHEAD 12
/* Records read from a source at once. */
#define READ_BATCH 1024

void tiermm__sim_pay(struct tiermm_sim *s, uint32_t cpu, uint64_t ns)
{
	if (cpu == SIM_NOBODY) {
		s->sum.background_ns += ns;
		return;
	}
	s->cpu[cpu].clock_ns += ns;
	s->total_ns += ns;
	if (cpu == s->accessor)
		s->stall_ns += ns;
	else
		s->times.ns += ns;
}

/* A CPU takes part from now on, at the time that the others have. */
static void start_cpu(struct tiermm_sim *s, struct sim_cpu *cpu)
{
	cpu->ran = 1;
	cpu->clock_ns = sim_now(s);
	cpu->flushed_ns = cpu->clock_ns;
	s->total_ns += cpu->clock_ns;
	s->ran++;
	if (cpu->agent)
		tiermm_flush_enter(cpu->agent);
}

static int hint_fault(struct tiermm_sim *s, uint32_t cpu, uint64_t page)
{
	struct tiermm_sample sample = {
		.page = page,
		.time_ns = sim_now(s),
		.accessor = s->cpu[cpu].node,
		.kind = TIERMM_SAMPLE_HINT_FAULT,
	};

	sim_clear_flags(s, page, PAGE_MARKED);
	s->sum.hint_faults++;
	tiermm__sim_pay(s, cpu, s->costs.hint_ns);
	return tiermm__sim_sample(s, &sample);
}

/* What an access needs before it can be served. */
static int prepare(struct tiermm_sim *s, uint32_t cpu, uint64_t page,
		   uint32_t write)
{
	int err = 0;

	s->accessor = cpu;
	s->payer = cpu;
	if (!(s->page[page] & PAGE_RESIDENT))
		err = tiermm__sim_fault(s, cpu, page, write);
	if (!err && s->page[page] & PAGE_MARKED)
		err = hint_fault(s, cpu, page);
	if (!err && write && s->page[page] & PAGE_PARKED)
		tiermm__sim_park_settle(s, page);
	s->payer = SIM_NOBODY;
	s->accessor = SIM_NOBODY;
	return err;
}

static int count_samples(struct tiermm_sim *s, uint32_t cpu, uint64_t page,
			 uint64_t now)
{
	uint64_t behind = (uint64_t)-s->until_sample;
	uint64_t n = 1 + behind / s->options.sample_period;
	struct tiermm_sample sample = {
		.page = page,
		.time_ns = now,
		.accessor = s->cpu[cpu].node,
		.weight = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX,
		.kind = TIERMM_SAMPLE_COUNTER,
	};

	s->until_sample += (int64_t)(n * s->options.sample_period);
	return tiermm__sim_sample(s, &sample);
}

/* Whether this policy learns from counters. */
static int counts(const struct tiermm_sim *s)
{
	return s->options.policy == TIERMM_SIM_HISTOGRAM ||
	       s->options.policy == TIERMM_SIM_LATENCY ||
	       s->options.policy == TIERMM_SIM_OWN;
}

/* An access that may need anything at all. */
static int access_any(struct tiermm_sim *s, const struct tiermm_sim_access *a,
		      uint32_t index)
{
	uint32_t write = a->flags & TIERMM_SIM_WRITE;
	uint64_t n = a->count * s->options.repeat;
	struct sim_cpu *cpu = &s->cpu[index];
	uint32_t *entry = &cpu->tlb[a->page & (s->costs.tlb_entries - 1)];
	uint32_t miss, base, node;
	uint64_t stall;
	int err;

	if (!cpu->ran)
		start_cpu(s, cpu);
	err = prepare(s, index, a->page, write);
	if (err)
		return err;
	sim_set_flags(s, a->page,
		      PAGE_REFERENCED | (write ? PAGE_DIRTY | PAGE_ANON : 0));
	miss = *entry != (uint32_t)a->page + 1;
	*entry = (uint32_t)a->page + 1;
	if (s->version)
		err = tiermm__sim_check_access(s, index, a->page, !miss, write);
	node = s->page[a->page] & PAGE_NODE;
	if (s->layout)
		node = tiermm__sim_serve(s, a->page, n);
	base = cpu->group * s->times.classes + sim_class(node, write, 0);
	stall = s->stall_ns + s->times.cost[base + miss];
	s->stall_ns = 0;
	tiermm__sim_times_add(&s->times, stall, 1);
	s->node[node].accesses++;
	s->top_accesses += s->node[node].top != 0;
	sim_asks(&s->node[node], 1, s->times.cost[base]);
	s->sum.tlb_misses += miss;
	s->times.count[base] += n - 1;
	stall = s->times.cost[base + miss] + (n - 1) * s->times.cost[base] +
		a->gap_ns;
	cpu->clock_ns += stall;
	s->total_ns += stall;
	return err;
}

/* What the usual access needs, so that it stands in registers. */
struct quick {
	uint16_t *page;
	uint64_t *count;
	const uint32_t *cost;
	uint64_t repeat;
	uint64_t total_ns;
	int64_t until_sample;
	uint32_t mask;
	uint32_t miss_ns;
	uint32_t classes;
	uint32_t every; /* each access is an unusual one */
};

/* To a page that is there, unmarked. 0: it is no such access. */
static inline int access_usual(struct quick *q, struct sim_cpu *cpu,
			       const struct tiermm_sim_access *a)
{
	uint32_t write = a->flags & TIERMM_SIM_WRITE;
	uint32_t word = q->page[a->page];
	uint32_t used =
		word | PAGE_REFERENCED | (write ? PAGE_DIRTY | PAGE_ANON : 0);
	uint32_t slow = PAGE_MARKED | (write ? PAGE_PARKED : 0);
	uint32_t *entry = &cpu->tlb[a->page & q->mask];
	uint64_t n = a->count * q->repeat;
	uint32_t miss = *entry != (uint32_t)a->page + 1;
	uint32_t base =
		cpu->group * q->classes + sim_class(word & PAGE_NODE, write, 0);
	uint64_t cost;

	if ((word & (PAGE_RESIDENT | slow)) != PAGE_RESIDENT)
		return 0;
	if (used != word)
		q->page[a->page] = (uint16_t)used;
	*entry = (uint32_t)a->page + 1;
	cost = n * q->cost[base] + (miss ? q->miss_ns : 0) + a->gap_ns;
	q->count[base] += n - miss;
	q->count[base + 1] += miss;
	cpu->clock_ns += cost;
	q->total_ns += cost;
	return 1;
}

static int work(struct tiermm_sim *s, uint64_t now)
{
	uint64_t elapsed = now - s->next_ns + s->options.interval_ns;
	int err;

	tiermm__sim_others(s, elapsed);
	tiermm__sim_times_load(s, elapsed);
	err = tiermm__sim_layout_work(s);
	if (!err)
		err = tiermm__sim_scan(s, elapsed);
	if (!err)
		err = tiermm__sim_promote(s);
	if (!err)
		err = tiermm__sim_background(s);
	tiermm__sim_point(s, now);
	s->next_ns = now + s->options.interval_ns;
	return err ? err : tiermm__sim_audit(s);
}

static int refuse(struct tiermm_sim *s, const struct tiermm_sim_access *a)
{
	if (a->page < s->options.pages)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "count is 0, expected at least 1");
	return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
				  "page %llu, expected less than %llu",
				  (unsigned long long)a->page,
				  (unsigned long long)s->options.pages);
}

static struct quick begin_quick(const struct tiermm_sim *s)
{
	return (struct quick){
		.page = s->page,
		.count = s->times.count,
		.cost = s->times.cost,
		.repeat = s->options.repeat,
		.total_ns = s->total_ns,
		.until_sample = s->until_sample,
		.mask = s->costs.tlb_entries - 1,
		.miss_ns = s->costs.tlb_miss_ns,
		.classes = s->times.classes,
		.every = s->version || (s->layout && tiermm__sim_has_strays(s)),
	};
}

/* The machine knows again what was kept in registers. */
static int slow_access(struct tiermm_sim *s, struct quick *q,
		       const struct tiermm_sim_access *a, uint32_t cpu)
{
	int err;

	s->total_ns = q->total_ns;
	err = access_any(s, a, cpu);
	q->total_ns = s->total_ns;
	if (s->layout && tiermm__sim_has_strays(s))
		q->every = 1;
	return err;
}

static int sampled(struct tiermm_sim *s, struct quick *q,
		   const struct tiermm_sim_access *a, uint32_t cpu,
		   uint64_t now)
{
	int err;

	s->until_sample = q->until_sample;
	err = count_samples(s, cpu, a->page, now);
	q->until_sample = s->until_sample;
	return err;
}

static int stretch(struct tiermm_sim *s, const struct tiermm_sim_access *a,
		   uint64_t n)
{
	uint64_t now = sim_now(s);
	struct quick q = begin_quick(s);
	int counting = counts(s);
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i++) {
		uint32_t cpu = a[i].thread;

		if (i + AHEAD < n && a[i + AHEAD].page < s->options.pages)
			__builtin_prefetch(&q.page[a[i + AHEAD].page], 1);
		if (a[i].page >= s->options.pages || !a[i].count) {
			err = refuse(s, &a[i]);
			break;
		}
		if (cpu >= s->n_cpus)
			cpu %= s->n_cpus;
		if (q.every || !s->cpu[cpu].ran ||
		    !access_usual(&q, &s->cpu[cpu], &a[i]))
			err = slow_access(s, &q, &a[i], cpu);
		if (!counting || err)
			continue;
		q.until_sample -= (int64_t)(a[i].count * q.repeat);
		if (q.until_sample <= 0)
			err = sampled(s, &q, &a[i], cpu, now);
	}
	s->total_ns = q.total_ns;
	s->until_sample = q.until_sample;
	return err;
}

static int feed(struct tiermm_sim *s, const struct tiermm_sim_access *accesses,
		uint64_t n)
{
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i += STRETCH) {
		uint64_t some = n - i < STRETCH ? n - i : STRETCH;

		err = stretch(s, accesses + i, some);
		if (!err && s->n_events)
			err = tiermm__sim_happen(s, sim_now(s));
		if (!err && s->kicked) {
			s->kicked = 0;
			err = tiermm__sim_background(s);
		}
		if (!err && sim_now(s) >= s->next_ns)
			err = work(s, sim_now(s));
		s->since_ns = sim_now(s);
	}
	return err;
}

int tiermm_sim_feed(struct tiermm_sim *s,
		    const struct tiermm_sim_access *accesses, uint64_t n,
		    struct tiermm_sim_error *error)
{
	int err;

	if (!s || (n && !accesses))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	tiermm__sim_report_none(error);
	s->error = error;
	err = feed(s, accesses, n);
	s->error = NULL;
	tiermm__sim_leave(&s->inside);
	return err;
}

int tiermm_sim_run(struct tiermm_sim *s, struct tiermm_sim_source *source,
		   int (*progress)(void *self, uint64_t done, uint64_t total),
		   void *self, struct tiermm_sim_error *error)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_access batch[READ_BATCH];
	uint64_t done = 0;
	uint64_t n = 0;
	int err = tiermm_sim_source_get_info(source, &info);

	while (!err) {
		err = tiermm_sim_source_next(source, batch, READ_BATCH, &n,
					     error);
		if (err || n == 0)
			break;
		err = tiermm_sim_feed(s, batch, n, error);
		done += n;
		if (!err && progress)
			err = progress(self, done, info.records);
	}
	return err;
}
