/* SPDX-License-Identifier: MIT */
/* What a batch comes to (R7, R9). */
#include "reclaim_fixture.h"

static struct tiermm_reclaim_summary sum_of(const struct tiermm_folio *folios,
					    const struct tiermm_decision *d,
					    uint64_t n)
{
	struct tiermm_reclaim_summary sum = { .size = sizeof(sum) };

	assert_int_equal(tiermm_reclaim_summarize(folios, d, n, &sum), 0);
	assert_int_equal(sum.pages, sum.demoted + sum.already + sum.paged_out +
					    sum.discarded + sum.split +
					    sum.kept + sum.later +
					    sum.activated + sum.failed +
					    sum.open);
	assert_int_equal(sum.reclaimed,
			 sum.demoted + sum.paged_out + sum.discarded);
	return sum;
}

static void r7_every_page_stands_in_one_place(void **state)
{
	static const struct {
		uint32_t verdict, reason, final;
	} rows[] = {
		{ TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD, 1 },
		{ TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_ALREADY, 1 },
		{ TIERMM_VERDICT_PAGE_OUT, TIERMM_RECLAIM_FULL, 1 },
		{ TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_BUSY, 1 },
		{ TIERMM_VERDICT_SPLIT, TIERMM_RECLAIM_FULL, 1 },
		{ TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_REFERENCED, 1 },
		{ TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_BUDGET, 1 },
		{ TIERMM_VERDICT_ACTIVATE, TIERMM_RECLAIM_ACTIVE, 1 },
		{ TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_ABSENT, 1 },
		{ TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD, 0 },
	};
	struct tiermm_reclaim_summary sum;
	struct tiermm_folio folios[10];
	struct tiermm_decision d[10];

	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		folios[i] = cold_on(0);
		folios[i].order = i; /* 2^i: each place has its own number */
		d[i] = (struct tiermm_decision){
			.verdict = rows[i].verdict,
			.reason = rows[i].reason,
			.final = (uint16_t)rows[i].final
		};
	}
	sum = sum_of(folios, d, 10);
	assert_int_equal(sum.pages, 1023);
	assert_int_equal(sum.demoted, 1);
	assert_int_equal(sum.already, 2);
	assert_int_equal(sum.paged_out, 4);
	assert_int_equal(sum.discarded, 8);
	assert_int_equal(sum.split, 16);
	assert_int_equal(sum.kept, 32);
	assert_int_equal(sum.later, 64);
	assert_int_equal(sum.activated, 128);
	assert_int_equal(sum.failed, 256);
	assert_int_equal(sum.open, 512);
	assert_int_equal(sum.reclaimed, 13);
	assert_int_equal(sum.exhausted, 0);
}

static uint64_t exhausted(uint32_t verdict, uint32_t reason, uint16_t final)
{
	struct tiermm_folio folios[2] = { cold_on(0), cold_on(0) };
	struct tiermm_decision d[2] = {
		{ .verdict = TIERMM_VERDICT_ACTIVATE,
		  .reason = TIERMM_RECLAIM_ACTIVE,
		  .final = 1 },
		{ .verdict = verdict, .reason = reason, .final = final }
	};

	return sum_of(folios, d, 2).exhausted;
}

static void r9_nothing_more_can_be_reclaimed_is_a_result(void **state)
{
	static const uint32_t passing[] = {
		TIERMM_RECLAIM_LOCKED,   TIERMM_RECLAIM_WRITEBACK,
		TIERMM_RECLAIM_BACKOFF,  TIERMM_RECLAIM_RATE,
		TIERMM_RECLAIM_BUSY,     TIERMM_RECLAIM_UNKNOWN,
		TIERMM_RECLAIM_BUDGET,   TIERMM_RECLAIM_CHANGING,
		TIERMM_RECLAIM_CANCELLED
	};

	(void)state;
	assert_int_equal(exhausted(TIERMM_VERDICT_KEEP,
				   TIERMM_RECLAIM_WITHOUT_SWAP, 1),
			 1);
	assert_int_equal(exhausted(TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_DENIED,
				   1),
			 1);
	assert_int_equal(exhausted(TIERMM_VERDICT_DEMOTE,
				   TIERMM_RECLAIM_ALREADY, 1),
			 1);
	assert_int_equal(exhausted(TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD,
				   1),
			 0);
	assert_int_equal(exhausted(TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_FULL,
				   1),
			 0);
	assert_int_equal(exhausted(TIERMM_VERDICT_SPLIT, TIERMM_RECLAIM_FULL,
				   1),
			 0);
	assert_int_equal(exhausted(TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD,
				   0),
			 0);
	for (uint32_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		assert_int_equal(exhausted(TIERMM_VERDICT_KEEP, passing[i], 1),
				 0);
	assert_int_equal(sum_of(NULL, NULL, 0).exhausted, 0);
}

/*
 * R9: lower tiers are full, and there is no swap: demotion must not make it
 * look as if there were something to hope for.
 */
static void r9_demotion_does_not_hide_that_memory_is_out(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d;

	(void)state;
	folio.flags = TIERMM_FOLIO_ANON;
	s.context.flags = TIERMM_RECLAIM_NO_SWAP;
	s.context.now_ns = 1;
	d = run_one(&s, &folio, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(sum_of(&folio, &d, 1).exhausted, 1);
	/* Nor while it backs off. */
	d = plan_one(&s, &folio);
	assert_final(d, TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_WITHOUT_SWAP);
	assert_int_equal(sum_of(&folio, &d, 1).exhausted, 1);
	leave(&s);
}

static void bad_input_is_refused(void **state)
{
	struct tiermm_reclaim_summary sum = { .size = sizeof(sum), .pages = 7 };
	struct tiermm_decision d = { .verdict = TIERMM_VERDICTS };
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	assert_int_equal(tiermm_reclaim_summarize(&folio, &d, 1, &sum),
			 -TIERMM_EINVAL);
	d.verdict = TIERMM_VERDICT_KEEP;
	assert_int_equal(tiermm_reclaim_summarize(NULL, &d, 1, &sum),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_summarize(&folio, NULL, 1, &sum),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_summarize(&folio, &d, 1, NULL),
			 -TIERMM_EINVAL);
	sum.size = 16;
	assert_int_equal(tiermm_reclaim_summarize(&folio, &d, 1, &sum),
			 -TIERMM_EINVAL);
	assert_int_equal(sum.pages, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r7_every_page_stands_in_one_place),
		cmocka_unit_test(r9_nothing_more_can_be_reclaimed_is_a_result),
		cmocka_unit_test(r9_demotion_does_not_hide_that_memory_is_out),
		cmocka_unit_test(bad_input_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
