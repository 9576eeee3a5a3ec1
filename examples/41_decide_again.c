/* SPDX-License-Identifier: MIT */
/*
 * What would another policy have done? A run's decisions are on record; they
 * are decided again, by an engine that never demotes.
 *
 *     run ──ring──> records ──> replay ──> then and now
 *
 * Where the log is to outlive the program, file_log.h keeps it in a file, and
 * `tiermm replay` decides that again.
 *
 * cc -o 41_decide_again 41_decide_again.c \
 *     $(pkg-config --cflags --libs tiermm-sim tiermm-file)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/file.h>
#include <tiermm/backends/sim.h>
#include <tiermm/backends/sim_workload.h>

#define RECORDS 65536

static struct tiermm_record ring[RECORDS], records[RECORDS];

/* Some accesses; then all that was decided meanwhile is taken out. */
static int run(struct tiermm_sim *sim, uint64_t *n)
{
	struct tiermm_sim_source *work;
	int err = tiermm_sim_workload_create(&work, "zipf:pages=2000,count=20K",
					     NULL, NULL);

	if (err)
		return err;
	err = tiermm_sim_run(sim, work, NULL, NULL, NULL);
	tiermm_sim_source_destroy(work);
	return err ? err
		   : tiermm_engine_log_take(tiermm_sim_engine(sim), records,
					    RECORDS, n, NULL);
}

static int record_a_run(struct tiermm_topology *machine, uint64_t *n)
{
	struct tiermm_log log = { .size = sizeof(log),
				  .records = ring,
				  .capacity = RECORDS,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_sim_options options = { .size = sizeof(options),
					      .policy = TIERMM_SIM_DEMOTION,
					      .pages = 2000,
					      .log = &log };
	struct tiermm_sim *sim;
	int err = tiermm_sim_create(&sim, machine, &options, NULL, NULL);

	if (err)
		return err;
	err = run(sim, n);
	tiermm_sim_destroy(sim);
	return err;
}

/* Step by step; 0 where each page that went down then is thrown out now. */
static int decide_all(struct tiermm_replay *replay, uint64_t n)
{
	struct tiermm_replay_sums sums = { .size = sizeof(sums) };
	uint64_t at = 0, used, decisions, out;
	int err;

	do {
		err = tiermm_replay_step(replay, &records[at], n - at, NULL, 0,
					 &decisions, &used);
		at += used;
	} while (!err);
	if (err == -TIERMM_ENOENT)
		err = tiermm_replay_get_sums(replay, &sums);
	out = sums.pages[TIERMM_VERDICT_DEMOTE][TIERMM_VERDICT_PAGE_OUT] +
	      sums.pages[TIERMM_VERDICT_DEMOTE][TIERMM_VERDICT_DISCARD];
	printf("%" PRIu64 " decisions, %" PRIu64 " of them the same; %" PRIu64
	       " pages demoted then are thrown out now\n",
	       sums.decisions, sums.same, out);
	return err || !out || sums.other != out;
}

static int decide_again(struct tiermm_topology *machine, uint64_t n)
{
	struct tiermm_reclaim_options never = {
		.size = sizeof(never),
		.flags = TIERMM_RECLAIM_DEMOTION_OFF
	};
	struct tiermm_engine_options options = { .size = sizeof(options),
						 .reclaim = &never };
	struct tiermm_replay *replay = NULL;
	struct tiermm_engine *e = NULL;
	int err = tiermm_engine_create(&e, machine, &options, NULL, 0, NULL,
				       NULL);

	if (!err)
		err = tiermm_replay_create(&replay, e, NULL, NULL);
	if (!err)
		err = decide_all(replay, n);
	tiermm_replay_destroy(replay);
	tiermm_engine_destroy(e);
	return err;
}

int main(void)
{
	struct tiermm_file_machine *machine;
	uint64_t n;
	int err = tiermm_file_machine_synthetic(&machine, "dram:1x2M cxl:1x16M",
						NULL, NULL);

	if (err)
		return 1;
	err = record_a_run(tiermm_file_machine_topology(machine), &n);
	if (!err)
		err = decide_again(tiermm_file_machine_topology(machine), n);
	tiermm_file_machine_destroy(machine);
	return err != 0;
}
