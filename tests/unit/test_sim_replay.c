/* SPDX-License-Identifier: MIT */
/*
 * Whole runs on record, and decided again (S10): by the same policy, which
 * decides the same, move by move, and by others, which do not.
 */
#include "sim_machines.h"

#include <tiermm/engine_replay.h>

#include <stdlib.h>

#define RECORDS (1 << 18)

struct run {
	struct tiermm_record *records;
	uint64_t n;
	struct tiermm_sim_result sum;
};

static struct run record_a_run(struct tiermm_topology *t, uint32_t policy,
			       uint32_t flags)
{
	struct tiermm_log log = { .size = sizeof(log),
				  .capacity = RECORDS,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_sim_options o = options_of(policy, flags, 900);
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
	hammer(s, 100, 150, 20000);
	hammer(s, 400, 250, 20000);
	run.sum = result_of(s);
	assert_int_equal(tiermm_engine_log_take(tiermm_sim_engine(s),
						run.records, RECORDS, &run.n,
						&lost),
			 0);
	assert_int_equal(lost, 0);
	tiermm_sim_destroy(s);
	free(log.records);
	return run;
}

static struct tiermm_replay_sums
decide_again(const struct run *run, struct tiermm_topology *t,
	     const struct tiermm_reclaim_options *reclaim,
	     const struct tiermm_promotion_options *promotion)
{
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .batch = TIERMM_ENGINE_BATCH_MAX,
					   .reclaim = reclaim,
					   .promotion = promotion };
	struct tiermm_replay_sums sums = { .size = sizeof(sums) };
	uint64_t at = 0, used, n;
	struct tiermm_engine *e;
	struct tiermm_replay *r;
	int err;

	assert_int_equal(tiermm_engine_create(&e, t, &o, NULL, 0, NULL, NULL),
			 0);
	assert_int_equal(tiermm_replay_create(&r, e, NULL, NULL), 0);
	do {
		err = tiermm_replay_step(r, &run->records[at], run->n - at,
					 NULL, 0, &n, &used);
		at += used;
	} while (!err);
	assert_int_equal(err, -TIERMM_ENOENT);
	assert_int_equal(at, run->n);
	assert_int_equal(tiermm_replay_get_sums(r, &sums), 0);
	assert_int_equal(sums.cut + sums.lost + sums.gaps + sums.refused, 0);
	tiermm_replay_destroy(r);
	tiermm_engine_destroy(e);
	return sums;
}

/* Base pages with this action then, or with this one now. */
static uint64_t pages_then(const struct tiermm_replay_sums *s, uint32_t action)
{
	uint64_t pages = 0;

	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++)
		pages += s->pages[action][i];
	return pages;
}

static uint64_t pages_now(const struct tiermm_replay_sums *s, uint32_t action)
{
	uint64_t pages = 0;

	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++)
		pages += s->pages[i][action];
	return pages;
}

static void check_same(uint32_t policy, uint32_t flags,
		       const struct tiermm_promotion_options *promotion)
{
	struct tiermm_topology *t = two_tiers(300, 1200);
	struct run run = record_a_run(t, policy, flags);
	struct tiermm_replay_sums sums = decide_again(&run, t, NULL, promotion);

	assert_true(run.sum.demoted > 10);
	assert_int_equal(sums.other, 0);
	assert_int_equal(sums.elsewhere, 0);
	assert_int_equal(sums.same, sums.decisions);
	assert_int_equal(pages_now(&sums, TIERMM_VERDICT_DEMOTE),
			 run.sum.demoted);
	assert_int_equal(pages_now(&sums, TIERMM_REPLAY_PROMOTE),
			 run.sum.promoted);
	if (promotion)
		assert_true(run.sum.promoted > 10);
	free(run.records);
	tiermm_topology_unref(t);
}

static struct tiermm_promotion_options promotion_of(uint32_t policy)
{
	return (struct tiermm_promotion_options){
		.size = sizeof(struct tiermm_promotion_options),
		.pages = 900,
		.policy = policy,
	};
}

static void demotion_decides_as_it_did(void **state)
{
	(void)state;
	check_same(TIERMM_SIM_DEMOTION, 0, NULL);
}

static void each_promotion_policy_decides_as_it_did(void **state)
{
	static const uint32_t policies[][2] = {
		{ TIERMM_SIM_KERNEL, TIERMM_PROMOTION_KERNEL },
		{ TIERMM_SIM_HISTOGRAM, TIERMM_PROMOTION_HISTOGRAM },
		{ TIERMM_SIM_LATENCY, TIERMM_PROMOTION_LATENCY },
	};

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct tiermm_promotion_options p =
			promotion_of(policies[i][1]);

		check_same(policies[i][0], 0, &p);
		/* Old copies wait: parked pages are on record as free. */
		check_same(policies[i][0], TIERMM_SIM_DEFER, &p);
	}
}

static void switched_off_nothing_goes_down(void **state)
{
	struct tiermm_reclaim_options off = {
		.size = sizeof(off),
		.flags = TIERMM_RECLAIM_DEMOTION_OFF
	};
	struct tiermm_topology *t = two_tiers(300, 1200);
	struct run run = record_a_run(t, TIERMM_SIM_DEMOTION, 0);
	struct tiermm_replay_sums sums = decide_again(&run, t, &off, NULL);

	(void)state;
	assert_int_equal(pages_then(&sums, TIERMM_VERDICT_DEMOTE),
			 run.sum.demoted);
	assert_int_equal(pages_now(&sums, TIERMM_VERDICT_DEMOTE), 0);
	assert_int_equal(sums.pages[TIERMM_VERDICT_DEMOTE]
				   [TIERMM_VERDICT_PAGE_OUT],
			 run.sum.demoted);
	assert_int_equal(sums.other, run.sum.demoted);
	free(run.records);
	tiermm_topology_unref(t);
}

static void without_promotion_all_of_it_stays(void **state)
{
	struct tiermm_topology *t = two_tiers(300, 1200);
	struct run run = record_a_run(t, TIERMM_SIM_KERNEL, 0);
	struct tiermm_replay_sums sums = decide_again(&run, t, NULL, NULL);

	(void)state;
	assert_true(run.sum.promoted > 10);
	assert_int_equal(sums.pages[TIERMM_REPLAY_PROMOTE][TIERMM_REPLAY_STAY],
			 run.sum.promoted);
	assert_int_equal(pages_now(&sums, TIERMM_REPLAY_PROMOTE), 0);
	free(run.records);
	tiermm_topology_unref(t);
}

/* A policy that wants nothing but proof promotes less, and not nothing. */
static void another_promotion_promotes_otherwise(void **state)
{
	struct tiermm_promotion_options p =
		promotion_of(TIERMM_PROMOTION_KERNEL);
	struct tiermm_topology *t = two_tiers(300, 1200);
	struct run run = record_a_run(t, TIERMM_SIM_HISTOGRAM, 0);
	struct tiermm_replay_sums sums = decide_again(&run, t, NULL, &p);

	(void)state;
	assert_true(run.sum.promoted > 10);
	assert_int_equal(pages_then(&sums, TIERMM_REPLAY_PROMOTE),
			 run.sum.promoted);
	assert_true(pages_now(&sums, TIERMM_REPLAY_PROMOTE) > 0);
	assert_true(sums.other > 0);
	assert_int_equal(sums.same + sums.other + sums.elsewhere,
			 sums.decisions);
	free(run.records);
	tiermm_topology_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(demotion_decides_as_it_did),
		cmocka_unit_test(each_promotion_policy_decides_as_it_did),
		cmocka_unit_test(switched_off_nothing_goes_down),
		cmocka_unit_test(without_promotion_all_of_it_stays),
		cmocka_unit_test(another_promotion_promotes_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
