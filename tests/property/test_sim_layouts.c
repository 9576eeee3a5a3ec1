/* SPDX-License-Identifier: MIT */
/*
 * Random layouts at random times of random runs, under every policy, with and
 * without deferred flush, in steps of any size, one upon the other (S9): the
 * oracle looks on at each (S6, L5 to L8), frames are conserved, each node has
 * what the account says, equal input gives equal output, and the oracle
 * changes nothing (S2). What the first runs come to stands in
 * tests/data/sim/layouts.csv; --print writes that file anew to standard output.
 */
#include "sim_runs.h"

#include "support/share.h"

#include <tiermm/backends/sim_layout.h>
#include <tiermm/backends/sim_workload.h>
#include <tiermm/layout_account.h>
#include <tiermm/layout_pattern.h>
#include <tiermm/random.h>

#include <inttypes.h>
#include <string.h>

#define RUNS 300
#define CHANGES 4
#define RANGES 12
#define RECORDED TIERMM_TEST_DATA "/sim/layouts.csv"
#define ROWS 60

struct drawn {
	struct sim_machine machine;
	struct tiermm_sim_options options;
	struct tiermm_sim_layout_change change[CHANGES];
	uint32_t n_changes;
	struct tiermm_sim_event slow;
	char line[160];
};

struct run {
	struct tiermm_sim_result sum;
	struct tiermm_sim_node node[SIM_RUN_NODES];
	struct tiermm_layout_account account[SIM_RUN_NODES];
	struct tiermm_sim_layout_state state;
	uint64_t counter[TIERMM_LAYOUT_COUNTERS];
};

/* Never twice in one expression: compilers differ in what they call first. */
static uint64_t below(struct tiermm_random *r, uint64_t bound)
{
	return tiermm_random_below(r, bound);
}

/* From fast to slow; all but the first may be there without memory. */
static struct sim_machine draw_machine(struct tiermm_random *r)
{
	struct sim_machine m = { .cpu_nodes = 1 };

	m.nodes = 2 + (uint32_t)below(r, 3);
	m.cpus = 1 + (uint32_t)below(r, 4);
	for (uint32_t i = 0; i < m.nodes; i++) {
		m.pages[i] = i && !below(r, 4) ? 0 : 300 + below(r, 1500);
		m.latency_ns[i] = 80 + 120 * i;
		m.bandwidth_mbps[i] = 2000 + (uint32_t)below(r, 100000);
	}
	return m;
}

static uint64_t frames_of(const struct sim_machine *m)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < m->nodes; i++)
		frames += m->pages[i];
	return frames;
}

static struct tiermm_layout *draw_stripes(struct tiermm_random *r,
					  const struct sim_machine *m)
{
	struct tiermm_layout_pattern p = {
		.size = sizeof(p),
		.kind = TIERMM_LAYOUT_STRIPE,
		.last_node = (int32_t)m->nodes - 1,
		.last_frame = frames_of(m) - 1,
	};
	struct tiermm_layout *l;

	p.shift = (uint32_t)below(r, m->nodes);
	p.stripe = 1 + below(r, 200);
	CHECK(!tiermm_layout_pattern_create(&l, &p, NULL));
	return l;
}

/* Any number of borders; nodes may go without, or have all. */
static struct tiermm_layout *draw_layout(struct tiermm_random *r,
					 const struct sim_machine *m)
{
	struct tiermm_layout_options o = { .size = sizeof(o),
					   .last_frame = frames_of(m) - 1 };
	struct tiermm_layout_range ranges[RANGES];
	uint64_t n = 1 + below(r, RANGES);
	struct tiermm_layout *l;

	if (below(r, 3) == 0)
		return draw_stripes(r, m);
	memset(ranges, 0, sizeof(ranges));
	for (uint64_t i = 0; i < n; i++) {
		/* Holes go to the range before. */
		ranges[i].first = frames_of(m) / n * i + below(r, 20);
		ranges[i].last = frames_of(m) / n * i + 20;
		ranges[i].node = (int32_t)below(r, m->nodes);
	}
	CHECK(!tiermm_layout_create(&l, ranges, n, &o, NULL, NULL));
	return l;
}

static void draw_options(struct tiermm_random *r, struct drawn *d)
{
	struct tiermm_sim_options *o = &d->options;

	o->size = sizeof(*o);
	o->flags = TIERMM_SIM_LAYOUT;
	o->flags |= (uint32_t)below(r, 2) * TIERMM_SIM_DEFER;
	o->policy = (uint32_t)below(r, TIERMM_SIM_OWN);
	o->repeat = 1 + below(r, 200);
	o->seed = below(r, 1000);
	o->min_pages = below(r, 10);
	o->sample_period = 1 + (uint32_t)below(r, 2000);
	o->scan_ns = 1000000 + below(r, 100000000);
	o->interval_ns = 50000 + below(r, 2000000);
	o->pages = sim_line_pages(d->line);
}

/* Of half the frames that there are to half as much again. */
static void draw_line(struct tiermm_random *r, struct drawn *d)
{
	static const char *const kinds[] = { "uniform", "zipf", "hotset",
					     "phase", "scan" };
	uint64_t kind = below(r, 5);
	uint64_t percent = 50 + below(r, 100);
	uint64_t write = below(r, 4) * 20;
	uint64_t threads = 1 + below(r, 6);

	snprintf(d->line, sizeof(d->line),
		 "%s:pages=%" PRIu64 ",write=%" PRIu64
		 "%%,count=8000,threads=%" PRIu64 ",seed=%" PRIu64,
		 kinds[kind], frames_of(&d->machine) * percent / 100, write,
		 threads, below(r, 1000));
}

static void draw_change(struct tiermm_random *r, const struct sim_machine *m,
			struct tiermm_sim_layout_change *change)
{
	change->size = sizeof(*change);
	change->time_ns = below(r, 20000000);
	change->layout = draw_layout(r, m);
	if (below(r, 2))
		change->step_frames = 1 + below(r, 100);
}

static void draw(struct tiermm_random *r, struct drawn *d)
{
	memset(d, 0, sizeof(*d));
	d->machine = draw_machine(r);
	draw_line(r, d);
	draw_options(r, d);
	d->slow.kind = TIERMM_SIM_EVENT_SLOW;
	d->slow.time_ns = below(r, 20000000);
	d->slow.value = 10000 + below(r, 90000);
	d->n_changes = (uint32_t)below(r, CHANGES + 1);
	for (uint32_t i = 0; i < d->n_changes; i++)
		draw_change(r, &d->machine, &d->change[i]);
}

static void die(const struct drawn *d, const char *text)
{
	fprintf(stderr, "%s, policy %s, flags %u: %s\n", d->line,
		tiermm_sim_policy_name(d->options.policy), d->options.flags,
		text);
	exit(1);
}

static void tell(struct tiermm_sim *s, struct run *out)
{
	const struct tiermm_relayout *r = tiermm_sim_relayout(s);
	uint64_t n;

	memset(out, 0, sizeof(*out));
	out->sum.size = sizeof(out->sum);
	out->state.size = sizeof(out->state);
	CHECK(!tiermm_sim_get_result(s, &out->sum));
	CHECK(!tiermm_sim_get_layout(s, &out->state));
	CHECK(!tiermm_sim_nodes(s, out->node, SIM_RUN_NODES, &n));
	CHECK(!tiermm_relayout_accounts(r, TIERMM_LAYOUT_ALL_ZONES,
					out->account, SIM_RUN_NODES, &n));
	CHECK(!tiermm_relayout_counters(r, out->counter, TIERMM_LAYOUT_COUNTERS,
					&n));
}

static void run(const struct drawn *d, uint32_t more_flags, struct run *out)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_topology *t = sim_machine_topology(&d->machine);
	struct tiermm_sim_options o = d->options;
	struct tiermm_sim_source *source;
	struct tiermm_sim *s;

	o.flags |= more_flags;
	CHECK(!tiermm_sim_workload_create(&source, d->line, &error, NULL));
	if (tiermm_sim_create(&s, t, &o, &error, NULL))
		die(d, error.text);
	CHECK(!tiermm_sim_schedule(s, &d->slow, NULL));
	for (uint32_t i = 0; i < d->n_changes; i++)
		if (tiermm_sim_schedule_layout(s, &d->change[i], &error))
			die(d, error.text);
	if (tiermm_sim_run(s, source, NULL, NULL, &error))
		die(d, error.text);
	if (!tiermm_sim_is_valid(s))
		die(d, "it does not add up");
	tell(s, out);
	tiermm_sim_destroy(s);
	tiermm_sim_source_destroy(source);
	tiermm_topology_unref(t);
}

/* Frames are conserved, and nodes have what the account says (L8). */
static void add_up(const struct drawn *d, const struct run *out)
{
	uint64_t used = 0, capacity = 0;

	CHECK(out->sum.n_nodes == d->machine.nodes);
	for (uint32_t i = 0; i < d->machine.nodes; i++) {
		const struct tiermm_layout_account *a = &out->account[i];
		const struct tiermm_sim_node *n = &out->node[i];

		CHECK(n->used_pages + n->parked_pages <= n->capacity_pages);
		CHECK(a->present == n->capacity_pages);
		CHECK(a->free ==
		      n->capacity_pages - n->used_pages - n->parked_pages);
		CHECK(a->goal == a->present + a->pending_in - a->pending_out);
		used += n->used_pages;
		capacity += n->capacity_pages;
	}
	CHECK(capacity == frames_of(&d->machine));
	CHECK(used == out->sum.pages + out->sum.swapped_in -
			      out->sum.swapped_out - out->sum.discarded);
	CHECK(out->state.strays <= used);
	CHECK(out->counter[TIERMM_LAYOUT_COMMITS] <= d->n_changes);
	if (!out->counter[TIERMM_LAYOUT_COMMITS])
		CHECK(!out->state.stray_accesses);
}

/* The same, but for what the oracle itself takes. */
static void expect_equal(struct run *a, const struct run *b)
{
	a->sum.bytes = b->sum.bytes;
	CHECK(memcmp(a, b, sizeof(*a)) == 0);
}

static const char head[] = "run,policy,layouts,time_ns,access_ns,swapped_in,"
			   "demoted,promoted,moved_when_freed,moved_free,"
			   "strays,stray_accesses\n";

static void row_of(uint64_t i, const struct drawn *d, const struct run *out,
		   char *row, size_t cap)
{
	const struct tiermm_sim_result *r = &out->sum;

	snprintf(row, cap,
		 "%" PRIu64 ",%s%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		 ",%" PRIu64 "\n",
		 i, tiermm_sim_policy_name(d->options.policy),
		 d->options.flags & TIERMM_SIM_DEFER ? "+defer" : "",
		 out->counter[TIERMM_LAYOUT_COMMITS], r->time_ns, r->access_ns,
		 r->swapped_in, r->demoted, r->promoted,
		 out->counter[TIERMM_LAYOUT_MOVED_ON_FREE],
		 out->counter[TIERMM_LAYOUT_MOVED_CLAIMED], out->state.strays,
		 out->state.stray_accesses);
}

static void give_back(struct drawn *d)
{
	for (uint32_t i = 0; i < d->n_changes; i++)
		tiermm_layout_unref(d->change[i].layout);
}

/* What happened in all runs: what never did has shown nothing. */
struct seen {
	uint64_t commits;
	uint64_t freed;
	uint64_t claimed;
	uint64_t strayed;
	uint64_t cut; /* runs that ended in a sweep */
};

static void note(struct seen *seen, const struct run *out)
{
	seen->commits += out->counter[TIERMM_LAYOUT_COMMITS];
	seen->freed += out->counter[TIERMM_LAYOUT_MOVED_ON_FREE];
	seen->claimed += out->counter[TIERMM_LAYOUT_MOVED_CLAIMED];
	seen->strayed += out->state.stray_accesses;
	seen->cut += out->state.sweeping;
}

static int run_one(uint64_t i, struct tiermm_random *r, FILE *recorded,
		   struct seen *seen)
{
	struct run plain, again, checked;
	struct drawn d;
	char row[512];

	draw(r, &d);
	run(&d, 0, &plain);
	row_of(i, &d, &plain, row, sizeof(row));
	if (!recorded) {
		give_back(&d);
		return sim_expect_row(NULL, RECORDED, row);
	}
	run(&d, 0, &again);
	expect_equal(&again, &plain);
	add_up(&d, &plain);
	run(&d, TIERMM_SIM_CHECK, &checked);
	expect_equal(&checked, &plain);
	note(seen, &plain);
	give_back(&d);
	return i < ROWS ? sim_expect_row(recorded, RECORDED, row) : 0;
}

int main(int argc, char **argv)
{
	int print = argc == 2 && !strcmp(argv[1], "--print");
	uint64_t runs = print ? ROWS : share_of(RUNS);
	FILE *recorded = print ? NULL : fopen(RECORDED, "r");
	struct seen seen = { 0 };
	struct tiermm_random r;
	int wrong;

	CHECK((argc == 1 && recorded) || print);
	CHECK(!tiermm_random_seed(&r, 11));
	wrong = sim_expect_row(recorded, RECORDED, head);
	for (uint64_t i = 0; i < runs; i++)
		wrong += run_one(i, &r, recorded, &seen);
	if (print)
		return 0;
	fclose(recorded);
	if (runs == RUNS)
		CHECK(seen.commits && seen.freed && seen.claimed &&
		      seen.strayed && seen.cut);
	printf("%" PRIu64 " runs: %" PRIu64 " layouts, %" PRIu64
	       " frames moved when freed, %" PRIu64 " free ones, %" PRIu64
	       " accesses to strays, %" PRIu64 " sweeps cut short\n",
	       runs, seen.commits, seen.freed, seen.claimed, seen.strayed,
	       seen.cut);
	return wrong != 0;
}
