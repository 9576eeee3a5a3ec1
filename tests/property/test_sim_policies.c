/* SPDX-License-Identifier: MIT */
/*
 * Every policy on every bundled workload, on one machine:
 *
 * - ablation: in mean access time ideal <= each policy <= none, but for the
 *   exceptions of a fixed list, each with its reason;
 * - equal input, equal bytes: what comes out is what stands in
 *   tests/data/sim/policies.csv, whatever the compiler and its options (S2).
 *
 * test_sim_policies --print writes that file anew to its standard output.
 */
#include "sim_runs.h"

#include "support/share.h"

#include <inttypes.h>
#include <string.h>

#define TRACE "trace:" TIERMM_TEST_DATA "/traces/"
#define RECORDED TIERMM_TEST_DATA "/sim/policies.csv"
/*
 * A visit to a page is so many accesses: of 50, slow memory costs 7.5 us more,
 * and swap 80.
 */
#define REPEAT 50

static const struct {
	const char *name;
	const char *line;
	uint64_t repeat;
} workloads[] = {
	{ "zipf", "zipf:pages=6000,count=60000,write=20%", REPEAT },
	{ "sqlite", TRACE "sqlite.tmt", 2 },
	{ "redis", TRACE "redis.tmt", 2 },
	{ "compiler", TRACE "compiler.tmt", 2 },
	{ "sort", TRACE "sort.tmt", 2 },
	{ "uniform", "uniform:pages=6000,count=60000,write=20%", REPEAT },
	{ "scan", "scan:pages=6000,count=60000,write=20%", REPEAT },
	{ "hotset", "hotset:pages=6000,count=60000,drift=20,write=20%",
	  REPEAT },
	{ "phase", "phase:pages=6000,count=60000,length=15000,write=20%",
	  REPEAT },
	{ "chase", "chase:pages=6000,count=60000", REPEAT },
	{ "gups", "gups:pages=6000,count=60000", REPEAT },
	{ "ycsb-a", "ycsb-a:records=24000,count=60000", 4 },
	{ "ycsb-b", "ycsb-b:records=24000,count=60000", 4 },
	{ "ycsb-c", "ycsb-c:records=24000,count=60000", 4 },
	{ "ycsb-d", "ycsb-d:records=24000,count=60000", 4 },
	{ "ycsb-e", "ycsb-e:records=24000,count=60000", 4 },
	{ "ycsb-f", "ycsb-f:records=24000,count=60000", 4 },
	{ "pmbench", "pmbench:pages=6000,count=60000", REPEAT },
	{ "xsbench", "xsbench:pages=6000,count=60000", REPEAT },
};
#define WORKLOADS (sizeof(workloads) / sizeof(workloads[0]))

static const char stays[] = "what was touched first stays fast for ever, and "
			    "none frees fast memory for what is used now";
static const char waits[] = "on so small a machine old copies that wait are "
			    "much of the fast memory, and too few for a drain";

/* Where a policy is slower than none, and why. */
static const struct {
	const char *workload;
	uint32_t policy;
	uint32_t flags;
	const char *why;
} exceptions[] = {
	{ "sqlite", TIERMM_SIM_STATIC, 0, stays },
	{ "sqlite", TIERMM_SIM_DEMOTION, TIERMM_SIM_DEFER, waits },
	{ "redis", TIERMM_SIM_STATIC, 0, stays },
	{ "redis", TIERMM_SIM_DEMOTION, TIERMM_SIM_DEFER, waits },
	{ "compiler", TIERMM_SIM_STATIC, 0, stays },
	{ "sort", TIERMM_SIM_STATIC, 0, stays },
	{ "hotset", TIERMM_SIM_STATIC, 0, stays },
};

static const struct {
	uint32_t policy;
	uint32_t flags;
} variants[] = {
	{ TIERMM_SIM_NONE, 0 },
	{ TIERMM_SIM_IDEAL, 0 },
	{ TIERMM_SIM_STATIC, 0 },
	{ TIERMM_SIM_DEMOTION, 0 },
	{ TIERMM_SIM_DEMOTION, TIERMM_SIM_DEFER },
	{ TIERMM_SIM_KERNEL, 0 },
	{ TIERMM_SIM_KERNEL, TIERMM_SIM_DEFER },
	{ TIERMM_SIM_HISTOGRAM, 0 },
	{ TIERMM_SIM_HISTOGRAM, TIERMM_SIM_DEFER },
	{ TIERMM_SIM_LATENCY, 0 },
	{ TIERMM_SIM_LATENCY, TIERMM_SIM_DEFER },
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

/* The reason that the list gives, or NULL. */
static const char *excepted(size_t w, size_t v)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (!strcmp(exceptions[i].workload, workloads[w].name) &&
		    exceptions[i].policy == variants[v].policy &&
		    exceptions[i].flags == variants[v].flags)
			return exceptions[i].why;
	return NULL;
}

/* A third of what is used is fast; all of it fits. */
static struct sim_machine machine_for(uint64_t pages)
{
	return (struct sim_machine){ .nodes = 2,
				     .cpus = 4,
				     .cpu_nodes = 1,
				     .pages = { pages / 3, pages },
				     .latency_ns = { 100, 250 },
				     .bandwidth_mbps = { 100000, 30000 } };
}

static void run_variant(size_t w, size_t v, uint64_t touched,
			struct sim_outcome *out)
{
	struct tiermm_sim_options o = {
		.size = sizeof(o),
		.policy = variants[v].policy,
		.flags = variants[v].flags,
		.repeat = workloads[w].repeat,
		.scan_ns = 20000000,
		.interval_ns = 1000000,
		.sample_period = 101,
	};
	struct sim_machine m;

	o.pages = sim_line_pages(workloads[w].line);
	m = machine_for(touched);
	sim_run(&m, &o, NULL, 0, workloads[w].line, out);
}

/* A row of the recorded file. */
static void row_of(size_t w, size_t v, const struct sim_outcome *out, char *row,
		   size_t cap)
{
	const struct tiermm_sim_result *r = &out->sum;

	snprintf(row, cap,
		 "%s,%s%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
		 workloads[w].name, tiermm_sim_policy_name(variants[v].policy),
		 variants[v].flags ? "+defer" : "", r->time_ns, r->accesses,
		 r->access_ns, r->p50_ns, r->p99_ns, r->swapped_in,
		 r->swapped_out + r->discarded, r->demoted, r->promoted,
		 r->hint_faults, r->tlb_misses, r->interrupts, r->deferred);
}

static const char head[] = "workload,policy,time_ns,accesses,access_ns,p50_ns,"
			   "p99_ns,swapped_in,gone,demoted,promoted,"
			   "hint_faults,tlb_misses,interrupts,deferred\n";

/* An exception that is none any more has to leave the list. */
static int judge(size_t w, size_t v, uint64_t mean, uint64_t none,
		 uint64_t ideal)
{
	const char *why = excepted(w, v);

	if (mean >= ideal && (mean > none) == (why != NULL))
		return 0;
	fprintf(stderr,
		"%s, %s%s: %" PRIu64 " ps, ideal %" PRIu64 ", none %" PRIu64
		"; exception: %s\n",
		workloads[w].name, tiermm_sim_policy_name(variants[v].policy),
		variants[v].flags ? "+defer" : "", mean, ideal, none,
		why ? why : "no");
	return 1;
}

static int run_workload(size_t w, FILE *recorded)
{
	uint64_t none = 0, ideal = 0;
	struct sim_outcome all;
	int wrong = 0;

	/* Where there is room for every number, how many are used? */
	run_variant(w, 0, 3 * sim_line_pages(workloads[w].line), &all);

	for (size_t v = 0; v < VARIANTS; v++) {
		struct sim_outcome out;
		char row[512];

		run_variant(w, v, all.sum.pages, &out);
		if (variants[v].policy == TIERMM_SIM_NONE)
			none = out.sum.mean_ps;
		if (variants[v].policy == TIERMM_SIM_IDEAL)
			ideal = out.sum.mean_ps;
		CHECK(v != 1 || ideal <= none);
		wrong += v > 1 && judge(w, v, out.sum.mean_ps, none, ideal);
		row_of(w, v, &out, row, sizeof(row));
		wrong += sim_expect_row(recorded, RECORDED, row);
	}
	return wrong;
}

int main(int argc, char **argv)
{
	int print = argc == 2 && !strcmp(argv[1], "--print");
	uint64_t share = share_of(WORKLOADS);
	FILE *recorded = NULL;
	int wrong = 0;

	CHECK(argc == 1 || print);
	if (!print) {
		recorded = fopen(RECORDED, "r");
		CHECK(recorded);
	}
	wrong += sim_expect_row(recorded, RECORDED, head);
	for (size_t w = 0; w < share; w++)
		wrong += run_workload(w, recorded);
	if (recorded)
		fclose(recorded);
	return wrong != 0;
}
