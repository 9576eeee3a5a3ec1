/* SPDX-License-Identifier: MIT */
/*
 * A whole run on record, and decided again (S10): by the same policy, which
 * decides the same, and by one that moves nothing down.
 */
#include "sim_machines.h"

#include <tiermm/engine.h>
#include <tiermm/engine_parts.h>

#include <stdlib.h>

#define RECORDS (1 << 17)
#define BATCH 512

struct run {
	struct tiermm_record *records;
	uint64_t n;
	struct tiermm_sim_result sum;
};

static struct run record_a_run(struct tiermm_topology *t)
{
	struct tiermm_log log = { .size = sizeof(log),
				  .capacity = RECORDS,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_sim_options o = options_of(TIERMM_SIM_KERNEL, 0, 900);
	struct run run = { .records = NULL };
	struct tiermm_sim *s;
	uint64_t lost;

	run.records = calloc(RECORDS, sizeof(*run.records));
	log.records = calloc(RECORDS, sizeof(*log.records));
	assert_true(run.records && log.records);
	o.log = &log;
	o.repeat = 100;
	o.scan_ns = UINT64_C(20000000);
	assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
	scan(s, 900, 2, TIERMM_SIM_WRITE);
	hammer(s, 700, 100, 20000);
	run.sum = result_of(s);
	assert_true(run.sum.demoted > 100 && run.sum.promoted > 0);
	assert_int_equal(tiermm_engine_log_take(tiermm_sim_engine(s),
						run.records, RECORDS, &run.n,
						&lost),
			 0);
	assert_int_equal(lost, 0);
	tiermm_sim_destroy(s);
	free(log.records);
	return run;
}

/* What is decided about a step's folios this time. */
static uint64_t decide(const struct tiermm_engine *e, const struct run *run,
		       const struct tiermm_logged_step *step,
		       struct tiermm_decision *decisions)
{
	struct tiermm_reclaim_context context = {
		.size = sizeof(context),
		.flags = step->context,
		.reclaimer = step->reclaimer,
		.now_ns = step->time_ns,
		.budget_pages = step->budget,
	};
	struct tiermm_folio folios[BATCH];
	uint64_t n;

	assert_int_equal(tiermm_log_folios(run->records, step, folios, BATCH,
					   &n),
			 0);
	assert_int_equal(n, step->n_items);
	assert_int_equal(tiermm_reclaim_plan(tiermm_engine_reclaim(e), &context,
					     folios, n, decisions),
			 0);
	return n;
}

static uint64_t demoted_then(const struct run *run,
			     const struct tiermm_logged_step *step)
{
	uint64_t n = 0;

	for (uint64_t i = step->begin; i < step->end; i++)
		n += run->records[i].kind == TIERMM_RECORD_FINAL &&
		     run->records[i].verdict == TIERMM_VERDICT_DEMOTE;
	return n;
}

/* Rooms are told again as they were told between two steps. */
static void tell_rooms(struct tiermm_engine *e, const struct run *run,
		       uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++) {
		struct tiermm_engine_room room;

		if (run->records[i].kind != TIERMM_RECORD_ROOM)
			continue;
		assert_int_equal(tiermm_record_room(&run->records[i], &room),
				 0);
		assert_int_equal(tiermm_engine_set_rooms(e, &room, 1), 0);
	}
}

/* Folios to be demoted, of those demoted then and of all. */
static uint64_t replay(const struct run *run, struct tiermm_topology *t,
		       uint32_t flags, uint64_t *then)
{
	struct tiermm_reclaim_options reclaim = { .size = sizeof(reclaim),
						  .flags = flags };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .reclaim = &reclaim };
	struct tiermm_logged_step step = { .size = sizeof(step) };
	struct tiermm_decision decisions[BATCH];
	struct tiermm_engine *e;
	uint64_t from = 0, now = 0;

	*then = 0;
	assert_int_equal(tiermm_engine_create(&e, t, &o, NULL, 0, NULL, NULL),
			 0);
	while (!tiermm_log_step(run->records, run->n, from, &step)) {
		tell_rooms(e, run, from, step.begin);
		from = step.end;
		if (step.step != TIERMM_STEP_DEMOTE &&
		    step.step != TIERMM_STEP_BALANCE)
			continue;
		*then += demoted_then(run, &step);
		for (uint64_t n = decide(e, run, &step, decisions); n > 0; n--)
			now += decisions[n - 1].verdict ==
			       TIERMM_VERDICT_DEMOTE;
	}
	tiermm_engine_destroy(e);
	return now;
}

static void a_run_is_decided_again(void **state)
{
	struct tiermm_topology *t = two_tiers(300, 1200);
	struct run run = record_a_run(t);
	uint64_t then, again;

	(void)state;
	again = replay(&run, t, 0, &then);
	assert_int_equal(then, run.sum.demoted);
	/* A budget ended some steps before their last folio. */
	assert_int_equal(again, then);
	assert_int_equal(replay(&run, t, TIERMM_RECLAIM_DEMOTION_OFF, &then),
			 0);
	assert_int_equal(then, run.sum.demoted);
	free(run.records);
	tiermm_topology_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_decided_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
