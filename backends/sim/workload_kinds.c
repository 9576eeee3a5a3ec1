/* SPDX-License-Identifier: MIT */
/* The kinds of workload, with their keys and defaults. */
#include "workload.h"

#include <tiermm/backends/sim_workload.h>

#include <stddef.h>

#define BIT(key) (UINT32_C(1) << SPEC_##key)
#define EACH (BIT(COUNT) | BIT(SEED) | BIT(THREADS) | BIT(GAP) | BIT(INIT))
#define DRAWN (EACH | BIT(PAGES) | BIT(WRITE))
#define YCSB (EACH | BIT(RECORDS) | BIT(RECORD) | BIT(THETA))

static const struct tiermm__sim_workload kinds[] = {
	{ .name = "uniform",
	  .help = "each page equally often: pages=65536 write=0%",
	  .keys = DRAWN,
	  .draw = tiermm__sim_draw_uniform },
	{ .name = "zipf",
	  .help = "rank r as r^-theta, ranks scattered: pages=65536 "
		  "theta=0.99 write=0%",
	  .keys = DRAWN | BIT(THETA),
	  .begin = tiermm__sim_zipf_begin,
	  .draw = tiermm__sim_draw_zipf },
	{ .name = "scan",
	  .help = "one page after the other, round and round: pages=65536 "
		  "stride=1 write=0%",
	  .keys = DRAWN | BIT(STRIDE),
	  .begin = tiermm__sim_walk_begin,
	  .draw = tiermm__sim_draw_scan },
	{ .name = "hotset",
	  .help = "a window of hot pages that drifts: pages=65536 hot=10% "
		  "share=90% drift=0 write=0%",
	  .keys = DRAWN | BIT(HOT) | BIT(SHARE) | BIT(DRIFT),
	  .draw = tiermm__sim_draw_hotset },
	{ .name = "phase",
	  .help = "another hot set every length records: pages=65536 hot=10% "
		  "share=90% phases=4 length=100000 write=0%",
	  .keys = DRAWN | BIT(HOT) | BIT(SHARE) | BIT(PHASES) | BIT(LENGTH),
	  .draw = tiermm__sim_draw_phase },
	{ .name = "chase",
	  .help = "a chain of pointers through every page: pages=65536",
	  .keys = EACH | BIT(PAGES),
	  .begin = tiermm__sim_walk_begin,
	  .operate = tiermm__sim_operate_chase },
	{ .name = "gups",
	  .help = "random pages, each read and written: pages=65536",
	  .keys = EACH | BIT(PAGES),
	  .operate = tiermm__sim_operate_gups },
	{ .name = "ycsb-a",
	  .help = "50% reads, 50% updates: records=1000000 record=1000 "
		  "theta=0.99",
	  .keys = YCSB,
	  .begin = tiermm__sim_ycsb_begin,
	  .operate = tiermm__sim_operate_ycsb_a },
	{ .name = "ycsb-b",
	  .help = "95% reads, 5% updates; keys as ycsb-a",
	  .keys = YCSB,
	  .begin = tiermm__sim_ycsb_begin,
	  .operate = tiermm__sim_operate_ycsb_b },
	{ .name = "ycsb-c",
	  .help = "reads only; keys as ycsb-a",
	  .keys = YCSB,
	  .begin = tiermm__sim_ycsb_begin,
	  .operate = tiermm__sim_operate_ycsb_c },
	{ .name = "ycsb-d",
	  .help = "95% reads of the latest, 5% inserts; keys as ycsb-a",
	  .keys = YCSB,
	  .begin = tiermm__sim_ycsb_begin,
	  .operate = tiermm__sim_operate_ycsb_d },
	{ .name = "ycsb-e",
	  .help = "95% short scans, 5% inserts; keys as ycsb-a",
	  .keys = YCSB,
	  .begin = tiermm__sim_ycsb_begin,
	  .operate = tiermm__sim_operate_ycsb_e },
	{ .name = "ycsb-f",
	  .help = "50% reads, 50% reads with an update behind; keys as ycsb-a",
	  .keys = YCSB,
	  .begin = tiermm__sim_ycsb_begin,
	  .operate = tiermm__sim_operate_ycsb_f },
	{ .name = "pmbench",
	  .help = "a bell around the middle page: pages=65536 write=20%",
	  .keys = DRAWN,
	  .defaults = { { SPEC_WRITE, 2000 } },
	  .draw = tiermm__sim_draw_normal },
	{ .name = "xsbench",
	  .help = "searches in a grid and look-ups in tables, read only: "
		  "pages=65536 grid=5% threads=8",
	  .keys = EACH | BIT(PAGES) | BIT(GRID),
	  .defaults = { { SPEC_THREADS, 8 } },
	  .begin = tiermm__sim_xsbench_begin,
	  .operate = tiermm__sim_operate_xsbench },
	{ .name = "trace",
	  .help = "a recorded trace, trace:FILE: threads=1 deals it to so "
		  "many, skip=0 limit=0",
	  .keys = BIT(THREADS) | BIT(SKIP) | BIT(LIMIT) },
};

const struct tiermm__sim_workload *tiermm__sim_workload_at(uint32_t index)
{
	return index < sizeof(kinds) / sizeof(kinds[0]) ? &kinds[index] : NULL;
}

const char *tiermm_sim_workload_kind(uint32_t index)
{
	const struct tiermm__sim_workload *w = tiermm__sim_workload_at(index);

	return w ? w->name : NULL;
}

const char *tiermm_sim_workload_help(uint32_t index)
{
	const struct tiermm__sim_workload *w = tiermm__sim_workload_at(index);

	return w ? w->help : NULL;
}
