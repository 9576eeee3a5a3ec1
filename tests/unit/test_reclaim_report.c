/* SPDX-License-Identifier: MIT */
/* What each outcome comes to (R3, R5, R7, R10, I8). */
#include "reclaim_fixture.h"

static void r10_every_outcome_of_a_demotion_is_handled(void **state)
{
	static const struct {
		uint32_t outcome, verdict, reason;
	} rows[] = {
		{ TIERMM_OUTCOME_DONE, TIERMM_VERDICT_DEMOTE,
		  TIERMM_RECLAIM_COLD },
		{ TIERMM_OUTCOME_ALREADY, TIERMM_VERDICT_DEMOTE,
		  TIERMM_RECLAIM_ALREADY },
		{ TIERMM_OUTCOME_BUSY, TIERMM_VERDICT_DISCARD,
		  TIERMM_RECLAIM_BUSY },
		{ TIERMM_OUTCOME_SHARED, TIERMM_VERDICT_DISCARD,
		  TIERMM_RECLAIM_SHARED },
		{ TIERMM_OUTCOME_ABSENT, TIERMM_VERDICT_FAILED,
		  TIERMM_RECLAIM_ABSENT },
		{ TIERMM_OUTCOME_TARGET_FULL, TIERMM_VERDICT_DEMOTE,
		  TIERMM_RECLAIM_FULL },
		{ TIERMM_OUTCOME_TARGET_GONE, TIERMM_VERDICT_DEMOTE,
		  TIERMM_RECLAIM_GONE },
		{ TIERMM_OUTCOME_DENIED, TIERMM_VERDICT_DISCARD,
		  TIERMM_RECLAIM_DENIED },
		{ TIERMM_OUTCOME_UNSUPPORTED, TIERMM_VERDICT_DISCARD,
		  TIERMM_RECLAIM_UNSUPPORTED },
		{ TIERMM_OUTCOME_UNKNOWN, TIERMM_VERDICT_DEMOTE,
		  TIERMM_RECLAIM_COLD },
		{ TIERMM_OUTCOMES, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD },
		{ 4711, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scene s = scene_of();
		struct tiermm_folio folio = cold_on(0);
		struct tiermm_decision d = plan_one(&s, &folio);

		report_one(&s, &folio, &d, rows[i].outcome);
		assert_int_equal(d.verdict, rows[i].verdict);
		assert_int_equal(d.reason, rows[i].reason);
		assert_int_equal(counted(&s, TIERMM_RECLAIM_TABLE_OUTCOMES,
					 rows[i].outcome < TIERMM_OUTCOMES
						 ? rows[i].outcome
						 : TIERMM_OUTCOME_UNKNOWN),
				 1);
		leave(&s);
	}
}

static void r10_every_outcome_of_normal_reclaim_is_final(void **state)
{
	(void)state;
	for (uint32_t outcome = 1; outcome < TIERMM_OUTCOMES; outcome++) {
		struct scene s = scene_of();
		struct tiermm_folio folio = cold_on(0);
		struct tiermm_decision d = plan_one(&s, &folio);

		report_one(&s, &folio, &d, TIERMM_OUTCOME_BUSY);
		assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_BUSY);
		report_one(&s, &folio, &d, outcome);
		assert_int_equal(d.final, 1);
		if (outcome > TIERMM_OUTCOME_ALREADY)
			assert_int_equal(d.verdict, TIERMM_VERDICT_FAILED);
		else
			assert_int_equal(d.verdict, TIERMM_VERDICT_DISCARD);
		leave(&s);
	}
}

static void an_unknown_outcome_is_asked_for_once_more(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNKNOWN);
	assert_open(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD);
	assert_int_equal(d.to, 2);
	assert_int_equal(d.attempt, 2);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNKNOWN);
	assert_final(d, TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_UNKNOWN);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_UNKNOWN), 1);
	/* It was there: the first attempt did it, after all. */
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNKNOWN);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_ALREADY);
	assert_final(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGDEMOTE), 1);
	leave(&s);
}

/* I9: a second look at what became hot or forbidden meanwhile. */
static void
i9_an_unknown_outcome_is_not_repeated_where_it_may_not_be(void **state)
{
	struct tiermm_nodeset allowed = nodes_of(0x3f);
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	s.context.allowed = &allowed;
	allowed = nodes_of(0x3b);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNKNOWN);
	assert_final(d, TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_UNKNOWN);
	allowed = nodes_of(0x3f);
	d = plan_one(&s, &folio);
	folio.flags = TIERMM_FOLIO_ACTIVE;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNKNOWN);
	assert_final(d, TIERMM_VERDICT_ACTIVATE, TIERMM_RECLAIM_ACTIVE);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_UNKNOWN), 2);
	leave(&s);
}

/* I8 */
static void r5_i8_normal_reclaim_comes_exactly_once(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = run_one(&s, &folio, TIERMM_OUTCOME_BUSY);

	(void)state;
	assert_final(d, TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_BUSY);
	assert_int_equal(d.attempt, 2); /* one move, one discard */
	assert_int_equal(counter(&s, TIERMM_RECLAIM_FALLBACKS), 1);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_BUSY), 1);
	d = run_one(&s, &folio, TIERMM_OUTCOME_TARGET_FULL);
	assert_final(d, TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_FULL);
	assert_int_equal(d.attempt, 5); /* four nodes, one discard */
	assert_int_equal(counter(&s, TIERMM_RECLAIM_FALLBACKS), 2);
	leave(&s);
}

static void r5_references_are_checked_again_before_normal_reclaim(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	folio.flags = TIERMM_FOLIO_REFERENCED;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_BUSY);
	assert_final(d, TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_REFERENCED);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_FALLBACKS), 0);
	/* And before a second target: hot pages do not go down (I9). */
	folio.flags = 0;
	d = plan_one(&s, &folio);
	folio.flags = TIERMM_FOLIO_ACTIVE;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_final(d, TIERMM_VERDICT_ACTIVATE, TIERMM_RECLAIM_ACTIVE);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_BUSY), 1);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_FULL), 1);
	leave(&s);
}

/* I8: never, under proactive reclaim. */
static void
r5_i8_proactive_reclaim_keeps_what_could_not_be_demoted(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	s.context.reclaimer = TIERMM_RECLAIMER_PROACTIVE;
	assert_final(run_one(&s, &folio, TIERMM_OUTCOME_BUSY),
		     TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_BUSY);
	assert_final(run_one(&s, &folio, TIERMM_OUTCOME_TARGET_FULL),
		     TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_FULL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_FALLBACKS), 0);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGSCAN +
					     TIERMM_RECLAIMER_PROACTIVE),
			 2);
	leave(&s);
}

static void r3_a_large_folio_is_moved_whole_first_then_split(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d;

	(void)state;
	folio.order = 9;
	d = plan_one(&s, &folio);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(d.verdict, TIERMM_VERDICT_DEMOTE);
		report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	}
	assert_open(d, TIERMM_VERDICT_SPLIT, TIERMM_RECLAIM_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_final(d, TIERMM_VERDICT_SPLIT, TIERMM_RECLAIM_FULL);
	assert_int_equal(d.pages, 512);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGSTEAL), 0);
	/* Pieces are tried by themselves, are not split, and fall alone. */
	folio.order = 2;
	folio.flags = TIERMM_FOLIO_PIECE;
	d = plan_one(&s, &folio);
	assert_int_equal(d.to, 2);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNSUPPORTED);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_UNSUPPORTED);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGSCAN), 512);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_IN), 516);
	leave(&s);
}

static void r3_what_cannot_move_large_is_split_at_once(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d;

	(void)state;
	folio.order = 9;
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNSUPPORTED);
	assert_open(d, TIERMM_VERDICT_SPLIT, TIERMM_RECLAIM_UNSUPPORTED);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_BUSY); /* fails to split */
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_BUSY);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	s.context.flags = TIERMM_RECLAIM_NO_LARGE;
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_SPLIT,
		    TIERMM_RECLAIM_LARGE);
	folio.order = 0;
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_DEMOTE,
		    TIERMM_RECLAIM_COLD);
	leave(&s);
}

static void r3_splitting_can_be_turned_off(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .flags = TIERMM_RECLAIM_SPLIT_OFF };
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d;

	(void)state;
	folio.order = 9;
	s.context.flags = TIERMM_RECLAIM_NO_SPLIT;
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNSUPPORTED);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_UNSUPPORTED);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	s.context.flags = 0;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_UNSUPPORTED);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_UNSUPPORTED);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	leave(&s);
}

static void r7_demoted_pages_count_as_reclaimed_by_who_asked(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	folio.order = 1;
	for (uint32_t who = 0; who < TIERMM_RECLAIMERS; who++) {
		s.context.reclaimer = who;
		(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
		assert_int_equal(counter(&s, TIERMM_RECLAIM_PGDEMOTE + who), 2);
		assert_int_equal(counter(&s, TIERMM_RECLAIM_PGSTEAL + who), 2);
		assert_int_equal(counter(&s, TIERMM_RECLAIM_PGSCAN + who), 2);
	}
	folio.node = 4; /* discarded: reclaimed, not demoted */
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGDEMOTE +
					     TIERMM_RECLAIMER_PROACTIVE),
			 2);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGSTEAL +
					     TIERMM_RECLAIMER_PROACTIVE),
			 4);
	leave(&s);
}

/* Embedders' requirement 22: one request may move 512 pages. */
static void r10_the_granule_is_reported_not_assumed(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[2] = { cold_on(0), cold_on(0) };
	struct tiermm_result results[2] = {
		{ .outcome = TIERMM_OUTCOME_DONE, .pages = 512 },
		{ .outcome = TIERMM_OUTCOME_DONE, .pages = 3 },
	};
	struct tiermm_decision d[2];

	(void)state;
	folios[1].order = 2;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 2, d), 0);
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, folios, d,
					       results, 2, NULL),
			 0);
	assert_int_equal(d[0].pages, 1);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PGDEMOTE), 515);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_GRANULE), 511);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_SHORT), 1);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_OUT +
					     TIERMM_VERDICT_DEMOTE),
			 5);
	leave(&s);
}

static void
i8_final_decisions_are_counted_once_however_often_reported(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d;

	(void)state;
	folio.flags = TIERMM_FOLIO_ACTIVE;
	d = plan_one(&s, &folio);
	for (uint32_t i = 0; i < 3; i++)
		report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_IN), 1);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_OUT +
					     TIERMM_VERDICT_ACTIVATE),
			 1);
	assert_int_equal(pages_by_reason(&s, TIERMM_RECLAIM_ACTIVE), 1);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_ATTEMPTS), 0);
	leave(&s);
}

static void what_is_given_up_is_kept_and_counted(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[3] = { cold_on(0), cold_on(4), cold_on(0) };
	struct tiermm_decision d[3];

	(void)state;
	folios[2].flags = TIERMM_FOLIO_LOCKED;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 3, d), 0);
	assert_int_equal(tiermm_reclaim_cancel(s.r, &s.context, folios, d, 3),
			 0);
	assert_final(d[0], TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_CANCELLED);
	assert_final(d[1], TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_CANCELLED);
	assert_final(d[2], TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_LOCKED);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_OUT +
					     TIERMM_VERDICT_KEEP),
			 3);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_CANCELLED), 1);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_NO_TARGET), 1);
	leave(&s);
}

static void refuse(const struct scene *s, const struct tiermm_folio *folio,
		   struct tiermm_decision d)
{
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_DONE };
	struct tiermm_decision before = d;

	assert_int_equal(tiermm_reclaim_report(s->r, &s->context, folio, &d,
					       &result, 1, NULL),
			 -TIERMM_EINVAL);
	assert_memory_equal(&d, &before, sizeof(d));
}

static void decisions_that_are_not_ours_are_refused(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	const struct tiermm_decision good = plan_one(&s, &folio);
	struct tiermm_decision d = { 0 };

	(void)state;
	refuse(&s, &folio, d);
	for (uint32_t i = 0; i < 11; i++) {
		d = good;
		d.verdict = i == 0 ? TIERMM_VERDICT_NONE : d.verdict;
		d.verdict = i == 1 ? TIERMM_VERDICTS : d.verdict;
		d.verdict = i == 2 ? TIERMM_VERDICT_KEEP : d.verdict;
		d.to = i == 2 ? TIERMM_NO_NODE : d.to; /* final only */
		d.reason = i == 3 ? TIERMM_RECLAIM_REASONS : d.reason;
		d.final = i == 4 ? 2 : d.final;
		d.to = i == 5 ? TIERMM_MAX_NODES : d.to;
		d.reserved |= i == 6 ? UINT64_C(1) << 41 : 0;
		d.reserved |= i == 7 ? 2047 : 0;
		d.reserved |= i == 8 ? UINT64_C(63) << 30 : 0;
		/* One beyond the last node, and the last reason. */
		if (i == 9)
			d.reserved = (d.reserved & ~UINT64_C(2047)) |
				     (TIERMM_MAX_NODES + 1);
		if (i == 10)
			d.reserved |= (uint64_t)TIERMM_RECLAIM_REASONS << 30;
		refuse(&s, &folio, d);
	}
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_IN), 0);
	leave(&s);
}

static void a_context_may_forbid_demotion_in_the_middle(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	s.context.flags = TIERMM_RECLAIM_NO_DEMOTION;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r10_every_outcome_of_a_demotion_is_handled),
		cmocka_unit_test(r10_every_outcome_of_normal_reclaim_is_final),
		cmocka_unit_test(an_unknown_outcome_is_asked_for_once_more),
		cmocka_unit_test(
			i9_an_unknown_outcome_is_not_repeated_where_it_may_not_be),
		cmocka_unit_test(r5_i8_normal_reclaim_comes_exactly_once),
		cmocka_unit_test(
			r5_references_are_checked_again_before_normal_reclaim),
		cmocka_unit_test(
			r5_i8_proactive_reclaim_keeps_what_could_not_be_demoted),
		cmocka_unit_test(
			r3_a_large_folio_is_moved_whole_first_then_split),
		cmocka_unit_test(r3_what_cannot_move_large_is_split_at_once),
		cmocka_unit_test(r3_splitting_can_be_turned_off),
		cmocka_unit_test(
			r7_demoted_pages_count_as_reclaimed_by_who_asked),
		cmocka_unit_test(r10_the_granule_is_reported_not_assumed),
		cmocka_unit_test(
			i8_final_decisions_are_counted_once_however_often_reported),
		cmocka_unit_test(what_is_given_up_is_kept_and_counted),
		cmocka_unit_test(decisions_that_are_not_ours_are_refused),
		cmocka_unit_test(a_context_may_forbid_demotion_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
