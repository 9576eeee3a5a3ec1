/* SPDX-License-Identifier: MIT */
/* Counters and their names, and what is_valid makes of them (R7, I8). */
#include "reclaim_fixture.h"

#include "reclaim/internal.h"

static void r7_kernel_names_stand_at_fixed_indices(void **state)
{
	(void)state;
	assert_string_equal(tiermm_reclaim_counter_name(
				    TIERMM_RECLAIM_PGDEMOTE +
				    TIERMM_RECLAIMER_KSWAPD),
			    "pgdemote_kswapd");
	assert_string_equal(tiermm_reclaim_counter_name(
				    TIERMM_RECLAIM_PGDEMOTE +
				    TIERMM_RECLAIMER_PROACTIVE),
			    "pgdemote_proactive");
	assert_string_equal(tiermm_reclaim_counter_name(
				    TIERMM_RECLAIM_PGSCAN +
				    TIERMM_RECLAIMER_DIRECT),
			    "pgscan_direct");
	assert_string_equal(tiermm_reclaim_counter_name(
				    TIERMM_RECLAIM_PGSTEAL +
				    TIERMM_RECLAIMER_KHUGEPAGED),
			    "pgsteal_khugepaged");
	assert_string_equal(tiermm_reclaim_counter_name(
				    TIERMM_RECLAIM_PAGES_OUT +
				    TIERMM_VERDICT_FAILED),
			    "pages_out_failed");
	assert_int_equal(TIERMM_RECLAIM_PAGES_OUT + TIERMM_VERDICTS,
			 TIERMM_RECLAIM_ATTEMPTS);
}

static void names_are_there_and_differ(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TIERMM_RECLAIM_COUNTERS; i++)
		for (uint32_t j = 0; j < i; j++)
			assert_string_not_equal(tiermm_reclaim_counter_name(i),
						tiermm_reclaim_counter_name(j));
	for (uint32_t i = 0; i < TIERMM_RECLAIM_REASONS; i++)
		for (uint32_t j = 0; j < i; j++)
			assert_string_not_equal(tiermm_reclaim_reason_name(i),
						tiermm_reclaim_reason_name(j));
	for (uint32_t i = 0; i < TIERMM_VERDICTS; i++)
		for (uint32_t j = 0; j < i; j++)
			assert_string_not_equal(tiermm_verdict_name(i),
						tiermm_verdict_name(j));
	assert_null(tiermm_reclaim_counter_name(TIERMM_RECLAIM_COUNTERS));
	assert_null(tiermm_reclaim_reason_name(TIERMM_RECLAIM_REASONS));
	assert_null(tiermm_verdict_name(TIERMM_VERDICTS));
	assert_int_equal(TIERMM_RECLAIM_CANCELLED + 1, TIERMM_RECLAIM_REASONS);
}

static void r7_a_short_array_gets_the_first_and_the_number(void **state)
{
	static const uint64_t lengths[TIERMM_RECLAIM_TABLES] = {
		TIERMM_RECLAIM_COUNTERS, TIERMM_RECLAIM_REASONS,
		TIERMM_RECLAIM_REASONS, TIERMM_OUTCOMES
	};
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	uint64_t c[3] = { 77, 77, 77 }, n;

	(void)state;
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	for (uint32_t table = 0; table < TIERMM_RECLAIM_TABLES; table++) {
		assert_int_equal(tiermm_reclaim_counters(s.r, table, c, 2, &n),
				 0);
		assert_int_equal(n, lengths[table]);
		assert_int_equal(c[2], 77);
		assert_int_equal(tiermm_reclaim_counters(s.r, table, NULL, 0,
							 &n),
				 0);
	}
	assert_int_equal(tiermm_reclaim_counters(s.r, 4, c, 2, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_counters(s.r, 0, NULL, 2, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_counters(s.r, 0, c, 2, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_counters(NULL, 0, c, 2, &n),
			 -TIERMM_EINVAL);
	leave(&s);
}

/* Each counter off by one is found, but those that nothing else knows. */
static void i8_is_valid_sees_what_does_not_add_up(void **state)
{
	static const uint32_t known[] = { TIERMM_RECLAIM_PGDEMOTE,
					  TIERMM_RECLAIM_PGSCAN,
					  TIERMM_RECLAIM_PAGES_IN,
					  TIERMM_RECLAIM_PAGES_OUT +
						  TIERMM_VERDICT_DEMOTE,
					  TIERMM_RECLAIM_ATTEMPTS };
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	assert_true(tiermm_reclaim_is_valid(s.r));
	for (uint32_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		tiermm__reclaim_count(&s.r->counter[known[i]], 1);
		assert_false(tiermm_reclaim_is_valid(s.r));
		tiermm__reclaim_count(&s.r->counter[known[i]], UINT64_MAX);
	}
	tiermm__reclaim_count(&s.r->reason[TIERMM_RECLAIM_FULL], 1);
	assert_false(tiermm_reclaim_is_valid(s.r));
	tiermm__reclaim_count(&s.r->reason[TIERMM_RECLAIM_FULL], UINT64_MAX);
	s.r->nodes[3].balancing = 1;
	assert_false(tiermm_reclaim_is_valid(s.r));
	s.r->nodes[3].balancing = 0;
	s.r->nodes[3].marks.low = 1;
	assert_false(tiermm_reclaim_is_valid(s.r));
	s.r->nodes[3].marks.low = 0;
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r7_kernel_names_stand_at_fixed_indices),
		cmocka_unit_test(names_are_there_and_differ),
		cmocka_unit_test(
			r7_a_short_array_gets_the_first_and_the_number),
		cmocka_unit_test(i8_is_valid_sees_what_does_not_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
