/* SPDX-License-Identifier: MIT */
/* Back-off, rate limit and time (R9). */
#include "reclaim_fixture.h"

#define MS UINT64_C(1000000)

static struct tiermm_decision plan_at(struct scene *s, uint64_t now_ns)
{
	struct tiermm_folio folio = cold_on(0);

	s->context.now_ns = now_ns;
	return plan_one(s, &folio);
}

/* One folio of node 0, at a time; its every target is full, or none is. */
static void try_at(struct scene *s, uint64_t now_ns, uint32_t outcome)
{
	struct tiermm_folio folio = cold_on(0);

	s->context.now_ns = now_ns;
	(void)run_one(s, &folio, outcome);
}

static uint64_t pause_until(struct scene *s, int32_t node)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };

	assert_int_equal(tiermm_reclaim_get_room(s->r, node, &room), 0);
	return room.pause_until_ns;
}

static void r9_when_all_that_is_lower_is_full_demotion_pauses(void **state)
{
	struct scene s = scene_of();

	(void)state;
	try_at(&s, 100 * MS, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 4);
	assert_open(plan_at(&s, 109 * MS), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_BACKOFF);
	assert_int_equal(pause_until(&s, 2), 110 * MS);
	assert_open(plan_at(&s, 110 * MS), TIERMM_VERDICT_DEMOTE,
		    TIERMM_RECLAIM_COLD);
	/* Proactive reclaim has no reason to discard instead. */
	s.context.reclaimer = TIERMM_RECLAIMER_PROACTIVE;
	assert_final(plan_at(&s, 109 * MS), TIERMM_VERDICT_KEEP,
		     TIERMM_RECLAIM_BACKOFF);
	leave(&s);
}

static void r9_pauses_double_up_to_the_longest(void **state)
{
	static const uint64_t lengths[] = { 10,  20,  40,   80,   160,
					    320, 640, 1000, 1000, 1000 };
	struct scene s = scene_of();
	uint64_t now = 1;

	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		try_at(&s, now, TIERMM_OUTCOME_TARGET_FULL);
		assert_int_equal(pause_until(&s, 5), now + lengths[i] * MS);
		now += lengths[i] * MS;
	}
	leave(&s);
}

/* The rest of a batch that found out already says nothing new. */
static void r9_a_batch_makes_one_pause(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		d[i] = plan_at(&s, 100 * MS);
	for (int i = 0; i < 3; i++)
		report_one(&s, &folio, &d[i], TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 1);
	assert_int_equal(pause_until(&s, 2), 110 * MS);
	leave(&s);
}

static void r9_the_first_page_that_moves_ends_the_pause(void **state)
{
	struct scene s = scene_of();
	struct tiermm_reclaim_room room = { .size = sizeof(room) };

	(void)state;
	try_at(&s, 100 * MS, TIERMM_OUTCOME_TARGET_FULL);
	try_at(&s, 110 * MS, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_reclaim_get_room(s.r, 2, &room), 0);
	assert_int_equal(room.pauses, 0);
	assert_int_equal(room.pause_until_ns, 0);
	assert_int_equal(plan_at(&s, 111 * MS).to, 2);
	leave(&s);
}

static void r9_folios_go_around_a_target_that_pauses(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_at(&s, 100 * MS);

	(void)state;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	d = plan_at(&s, 101 * MS);
	assert_open(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_BACKOFF);
	assert_int_equal(d.to, 4);
	assert_int_equal(d.attempt, 1);
	/* 4 is full now; 3 comes behind it, and 2 is not tried. */
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(d.to, 3);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(d.to, 5);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_SECOND), 4);
	leave(&s);
}

/* No storm: what a plan of many folios tries after a pause. */
static void r9_after_a_pause_a_plan_tries_a_few_pages(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[100];
	struct tiermm_decision d[100];
	uint32_t tried = 0;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		folios[i] = cold_on(0);
	try_at(&s, 100 * MS, TIERMM_OUTCOME_TARGET_FULL);
	s.context.now_ns = 200 * MS;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 100, d),
			 0);
	for (uint32_t i = 0; i < 100; i++)
		tried += d[i].verdict == TIERMM_VERDICT_DEMOTE;
	assert_int_equal(tried, 32);
	for (uint32_t i = 32; i < 100; i++)
		assert_open(d[i], TIERMM_VERDICT_DISCARD,
			    TIERMM_RECLAIM_BACKOFF);
	leave(&s);
}

static void r9_a_batch_that_finds_it_full_is_one_pause(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[50];
	struct tiermm_decision d[50];
	struct tiermm_result results[50];

	(void)state;
	for (uint32_t i = 0; i < 50; i++) {
		folios[i] = cold_on(2);
		results[i] = (struct tiermm_result){
			.outcome = TIERMM_OUTCOME_TARGET_FULL
		};
	}
	s.context.now_ns = 100 * MS;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 50, d),
			 0);
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, folios, d,
					       results, 50, NULL),
			 0);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 1);
	assert_int_equal(pause_until(&s, 4), 110 * MS);
	assert_int_equal(tiermm_reclaim_cancel(s.r, &s.context, folios, d, 50),
			 0);
	leave(&s);
}

static void r9_large_folios_that_can_be_split_do_not_pause(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d;

	(void)state;
	folio.order = 9;
	s.context.now_ns = 100 * MS;
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 0);
	s.context.flags = TIERMM_RECLAIM_NO_SPLIT;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 1);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	leave(&s);
}

static void r9_back_off_can_be_turned_off_and_needs_a_clock(void **state)
{
	struct tiermm_reclaim_options o = {
		.size = sizeof(o),
		.flags = TIERMM_RECLAIM_BACKOFF_OFF
	};
	struct scene s = scene_of();

	(void)state;
	try_at(&s, 0, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 0);
	try_at(&s, 1, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 4);
	assert_int_equal(plan_at(&s, 0).to, 2);
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	assert_int_equal(plan_at(&s, 2).to, 2);
	leave(&s);
}

/* 4 KiB pages at 4 MiB/s with a burst of 100 ms: 1024 pages a second. */
static struct scene limited(void)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = 4 << 20 };

	return scene_on(&three_tiers, &o);
}

/* Offer many folios at a time; how many were moved. */
static uint64_t push(struct scene *s, uint64_t now_ns, uint32_t n)
{
	static struct tiermm_folio folios[4096];
	static struct tiermm_decision d[4096];
	static struct tiermm_result results[4096];
	uint64_t before = counter(s, TIERMM_RECLAIM_PGDEMOTE);

	for (uint32_t i = 0; i < n; i++) {
		folios[i] = cold_on(0);
		results[i].outcome = TIERMM_OUTCOME_DONE;
	}
	s->context.now_ns = now_ns;
	assert_int_equal(tiermm_reclaim_plan(s->r, &s->context, folios, n, d),
			 0);
	for (uint32_t i = 0; i < n; i++)
		if (d[i].verdict != TIERMM_VERDICT_DEMOTE)
			assert_open(d[i], TIERMM_VERDICT_DISCARD,
				    TIERMM_RECLAIM_RATE);
	assert_int_equal(tiermm_reclaim_report(s->r, &s->context, folios, d,
					       results, n, NULL),
			 0);
	return counter(s, TIERMM_RECLAIM_PGDEMOTE) - before;
}

static void r9_a_rate_limit_holds_in_the_long_run(void **state)
{
	struct scene s = limited();
	uint64_t moved = 0;

	(void)state;
	assert_int_equal(push(&s, MS, 4096), 103); /* the burst, and one */
	assert_int_equal(push(&s, 2 * MS, 4096), 1);
	for (uint64_t ms = 1001; ms <= 11000; ms++)
		moved += push(&s, ms * MS, 8);
	assert_in_range(moved, 10240 - 2, 10240 + 104);
	assert_true(not_demoted(&s, TIERMM_RECLAIM_RATE) > 0);
	leave(&s);
}

static void r9_a_fast_rate_limit_is_not_rounded_to_nothing(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = UINT64_MAX,
					    .page_bytes = 1 << 20,
					    .burst_ns = 1 };
	struct scene s = scene_on(&three_tiers, &o);

	(void)state;
	/* The least that a page can cost, against a burst of 1 ns. */
	assert_int_equal(push(&s, MS, 4096), 1025);
	/* 100 GB/s: 40.96 ns a page, and not 40. */
	o.rate_limit_bytes = UINT64_C(100000000000);
	o.page_bytes = 4096;
	o.burst_ns = 40960;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	assert_in_range(push(&s, 2 * MS, 4096), 1000, 1002);
	leave(&s);
}

/* A millisecond a page, and one of them ahead. */
static void r9_a_page_may_go_while_the_burst_is_not_exceeded(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = 4096000,
					    .burst_ns = MS };
	struct scene s = scene_on(&three_tiers, &o);

	(void)state;
	assert_int_equal(push(&s, MS, 9), 2);
	assert_int_equal(push(&s, 2 * MS, 9), 1); /* paid up to the end of it */
	assert_int_equal(push(&s, 2 * MS + 1, 9), 0);
	leave(&s);
}

static void r9_the_greatest_bursts_and_results_do_not_wrap(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = 4096000,
					    .burst_ns = UINT64_C(1) << 54 };
	struct scene s = scene_on(&three_tiers, &o);
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_DONE };
	struct tiermm_decision d;

	(void)state;
	assert_int_equal(push(&s, MS, 4096), 4096);
	o.burst_ns = MS;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	d = plan_at(&s, UINT64_C(1) << 50);
	/* As many pages as cost a few ns more than 64 bits hold. */
	result.pages = UINT64_MAX / (MS << 10) + 1;
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, &folio, &d,
					       &result, 1, NULL),
			 0);
	assert_open(plan_at(&s, (UINT64_C(1) << 50) + 1000 * MS),
		    TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_RATE);
	leave(&s);
}

static void r9_without_a_clock_there_is_no_rate(void **state)
{
	struct scene s = limited();

	(void)state;
	assert_int_equal(push(&s, 0, 4096), 4096);
	leave(&s);
}

static void a_clock_that_goes_back_counts_as_no_time_passed(void **state)
{
	struct scene s = scene_of();

	(void)state;
	try_at(&s, 5000 * MS, TIERMM_OUTCOME_TARGET_FULL);
	/* Restored from long ago: 10 ms of its own time end the pause. */
	assert_int_equal(plan_at(&s, 7 * MS).reason, TIERMM_RECLAIM_BACKOFF);
	try_at(&s, 7 * MS, TIERMM_OUTCOME_DONE);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_CLOCK_BACK), 1);
	assert_int_equal(pause_until(&s, 2), 17 * MS);
	assert_int_equal(plan_at(&s, 16 * MS).reason, TIERMM_RECLAIM_BACKOFF);
	assert_open(plan_at(&s, 17 * MS), TIERMM_VERDICT_DEMOTE,
		    TIERMM_RECLAIM_COLD);
	leave(&s);
}

/* Time passes by an empty report too; a plan from before it changes nothing. */
static void a_plan_of_the_past_is_one_of_now(void **state)
{
	struct scene s = scene_of();

	(void)state;
	try_at(&s, 100 * MS, TIERMM_OUTCOME_TARGET_FULL);
	s.context.now_ns = 120 * MS;
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, NULL, NULL,
					       NULL, 0, NULL),
			 0);
	assert_open(plan_at(&s, 105 * MS), TIERMM_VERDICT_DEMOTE,
		    TIERMM_RECLAIM_COLD);
	/* A restored machine without a pause: there is still none. */
	s.context.now_ns = 7 * MS;
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, NULL, NULL,
					       NULL, 0, NULL),
			 0);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_CLOCK_BACK), 1);
	assert_int_equal(pause_until(&s, 0), 0);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			r9_when_all_that_is_lower_is_full_demotion_pauses),
		cmocka_unit_test(r9_pauses_double_up_to_the_longest),
		cmocka_unit_test(r9_a_batch_makes_one_pause),
		cmocka_unit_test(r9_the_first_page_that_moves_ends_the_pause),
		cmocka_unit_test(r9_folios_go_around_a_target_that_pauses),
		cmocka_unit_test(r9_after_a_pause_a_plan_tries_a_few_pages),
		cmocka_unit_test(r9_a_batch_that_finds_it_full_is_one_pause),
		cmocka_unit_test(
			r9_large_folios_that_can_be_split_do_not_pause),
		cmocka_unit_test(
			r9_back_off_can_be_turned_off_and_needs_a_clock),
		cmocka_unit_test(r9_a_rate_limit_holds_in_the_long_run),
		cmocka_unit_test(
			r9_a_fast_rate_limit_is_not_rounded_to_nothing),
		cmocka_unit_test(
			r9_a_page_may_go_while_the_burst_is_not_exceeded),
		cmocka_unit_test(
			r9_the_greatest_bursts_and_results_do_not_wrap),
		cmocka_unit_test(r9_without_a_clock_there_is_no_rate),
		cmocka_unit_test(
			a_clock_that_goes_back_counts_as_no_time_passed),
		cmocka_unit_test(a_plan_of_the_past_is_one_of_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
