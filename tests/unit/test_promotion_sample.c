/* SPDX-License-Identifier: MIT */
/* Accesses come in: each ends in one reason (P1). */
#include "promotion_fixture.h"

#include <tiermm/folio.h>

static uint64_t sum_of_reasons(const struct tiermm_promotion *p)
{
	uint64_t sum = reason(p, TIERMM_PROMOTION_REFUSED);

	for (uint32_t i = 0; i <= TIERMM_PROMOTION_RATE_LIMIT; i++)
		sum += reason(p, i);
	return sum;
}

static void p1_every_source_says_the_same(void **state)
{
	(void)state;
	for (uint16_t kind = 0; kind < TIERMM_SAMPLE_MARK; kind++) {
		struct tiermm_promotion *p = PROMOTION(0);

		for (uint64_t ms = 0; ms < 40; ms += 20)
			sample_as(p, (struct tiermm_sample){ .page = 5,
							     .time_ns = ms * MS,
							     .kind = kind });
		assert_int_equal(reason(p, TIERMM_PROMOTION_FIRST_SEEN), 1);
		assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
		assert_int_equal(page_at(p, 20, 5).queued, 1);
		done_with(p);
	}
}

static void each_sample_has_one_reason(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 1, 1, TIERMM_NO_NODE),
			 0);
	assert_int_equal(tiermm_promotion_set_pages(p, 2, 1, 0), 0);
	access_at(p, 10, PAGES);      /* no page */
	access_at(p, 10, UINT64_MAX); /* no page */
	access_at(p, 10, 1);          /* no place */
	access_at(p, 10, 2);          /* on top */
	mark_at(p, 10, 3);
	access_at(p, 20, 3);   /* hot */
	access_at(p, 30, 3);   /* queued */
	access_at(p, 30, 4);   /* first seen */
	access_at(p, 5000, 4); /* cold */
	assert_int_equal(reason(p, TIERMM_PROMOTION_NO_PAGE), 2);
	assert_int_equal(reason(p, TIERMM_PROMOTION_NO_PLACE), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_TOP_TIER), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_MARKED), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_QUEUED), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_FIRST_SEEN), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 1);
	assert_int_equal(counter(p, TIERMM_PROMOTION_SAMPLES), 9);
	assert_int_equal(sum_of_reasons(p), 9);
	done_with(p);
}

static int take(struct tiermm_promotion *p, struct tiermm_sample s)
{
	struct tiermm_sample both[2] = { { .page = 7 }, s };

	return tiermm_promotion_samples(p, both, 2);
}

static void a_malformed_sample_takes_none_in(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	assert_int_equal(take(p, (struct tiermm_sample){ .kind = 5 }),
			 -TIERMM_EINVAL);
	assert_int_equal(take(p, (struct tiermm_sample){ .order = 31 }),
			 -TIERMM_EINVAL);
	assert_int_equal(take(p, (struct tiermm_sample){ .reserved = 1 }),
			 -TIERMM_EINVAL);
	assert_int_equal(take(p, (struct tiermm_sample){ .accessor = 5 }),
			 -TIERMM_EINVAL);
	assert_int_equal(take(p, (struct tiermm_sample){ .accessor = -2 }),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_samples(p, NULL, 1), -TIERMM_EINVAL);
	assert_int_equal(counter(p, TIERMM_PROMOTION_SAMPLES), 0);
	assert_int_equal(take(p, (struct tiermm_sample){ .accessor = -1 }), 0);
	done_with(p);
}

/* Without the wrap: 12 bits of ms would make 99 ms of this (P2). */
static void p2_a_latency_does_not_wrap(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	const uint64_t days_49 = (UINT64_C(1) << 32) + 100;

	(void)state;
	mark_at(p, 0, 1);
	mark_at(p, 0, 2);
	access_at(p, 4096 + 99, 1);
	access_at(p, days_49, 2);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 2);
	done_with(p);
}

static void time_counts_from_the_first_one_told(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	const uint64_t start = UINT64_MAX / MS - 1000;

	(void)state;
	heat(p, start, 3, 0);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
	assert_int_equal(page_at(p, start + 510, 3).age_ms, 500);
	done_with(p);
}

static void a_clock_that_goes_back_counts_as_no_time(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	mark_at(p, 10000, 1);
	/* A little disorder: taken for now. */
	access_at(p, 9990, 1);
	assert_int_equal(counter(p, TIERMM_PROMOTION_CLOCK_BACK), 1);
	assert_int_equal(page_at(p, 10000, 1).age_ms, 0);
	/* Set back for good: from here on time passes again. */
	mark_at(p, 3000, 2);
	assert_int_equal(counter(p, TIERMM_PROMOTION_CLOCK_BACK), 2);
	assert_int_equal(page_at(p, 3000, 2).age_ms, 0);
	access_at(p, 5000, 2);
	assert_int_equal(counter(p, TIERMM_PROMOTION_CLOCK_BACK), 2);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 1);
	done_with(p);
}

static void a_larger_folio_counts_its_pages(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_sample s = { .page = 512, .time_ns = MS, .order = 9 };
	struct tiermm_move move;
	uint64_t n;

	(void)state;
	sample_as(p, s);
	s.time_ns = 2 * MS;
	sample_as(p, s);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), 512);
	assert_int_equal(tiermm_promotion_plan(p, NULL, &move, 1, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(move.page, 512);
	assert_int_equal(move.pages, 512);
	s.page = 513; /* reaches beyond the end */
	sample_as(p, s);
	assert_int_equal(reason(p, TIERMM_PROMOTION_NO_PAGE), 1);
	done_with(p);
}

static void a_page_placed_anew_is_unknown(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	heat(p, 0, 9, 0);
	assert_int_equal(page_at(p, 0, 9).queued, 1);
	assert_int_equal(tiermm_promotion_set_pages(p, 0, 100, 3), 0);
	assert_int_equal(page_at(p, 0, 9).queued, 0);
	assert_int_equal(page_at(p, 0, 9).node, 3);
	assert_true(page_at(p, 0, 9).age_ms == TIERMM_PROMOTION_UNSET);
	assert_int_equal(counter(p, TIERMM_PROMOTION_WITHDRAWN), 1);
	assert_int_equal(tiermm_promotion_set_pages(p, 1, PAGES, 3),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_set_pages(p, UINT64_MAX, 2, 3),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_set_pages(p, 0, 1, 5),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_promotion_pages_moved(p, 0, 0, 1, -1),
			 -TIERMM_ENODEV);
	done_with(p);
}

static void the_coldest_candidate_gives_way(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.max_candidates = 2);

	(void)state;
	for (uint64_t page = 0; page < 4; page++)
		mark_at(p, 0, page);
	access_at(p, 500, 0); /* score 31 */
	access_at(p, 600, 1); /* score 24: the coldest of the two */
	access_at(p, 900, 2); /* colder still: does not come in */
	assert_int_equal(page_at(p, 0, 2).queued, 0);
	mark_at(p, 900, 3);
	access_at(p, 901, 3);
	assert_int_equal(page_at(p, 0, 0).queued, 1);
	assert_int_equal(page_at(p, 0, 1).queued, 0);
	assert_int_equal(page_at(p, 0, 3).queued, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 4);
	assert_int_equal(reason(p, TIERMM_PROMOTION_DISPLACED), 2);
	done_with(p);
}

static void a_candidate_used_again_is_planned_earlier(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	mark_at(p, 0, 1);
	mark_at(p, 0, 2);
	access_at(p, 900, 1);
	access_at(p, 901, 2);
	assert_int_equal(plan_all(p, 901, moves), 2);
	assert_int_equal(moves[0].page, 1);
	access_at(p, 902, 2); /* 1 ms after: hotter */
	assert_int_equal(plan_all(p, 902, moves), 2);
	assert_int_equal(moves[0].page, 2);
	done_with(p);
}

static void a_candidate_not_used_for_long_is_none(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.stale_ms = 5000);
	struct tiermm_move moves[64];

	(void)state;
	heat(p, 0, 1, 0);
	assert_int_equal(plan_all(p, 5010, moves), 1);
	assert_int_equal(plan_all(p, 5011, moves), 0);
	assert_int_equal(page_at(p, 0, 1).queued, 1);
	mark_at(p, 6000, 2);
	assert_int_equal(page_at(p, 0, 1).queued, 0);
	assert_int_equal(reason(p, TIERMM_PROMOTION_STALE), 1);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p1_every_source_says_the_same),
		cmocka_unit_test(each_sample_has_one_reason),
		cmocka_unit_test(a_malformed_sample_takes_none_in),
		cmocka_unit_test(p2_a_latency_does_not_wrap),
		cmocka_unit_test(time_counts_from_the_first_one_told),
		cmocka_unit_test(a_clock_that_goes_back_counts_as_no_time),
		cmocka_unit_test(a_larger_folio_counts_its_pages),
		cmocka_unit_test(a_page_placed_anew_is_unknown),
		cmocka_unit_test(the_coldest_candidate_gives_way),
		cmocka_unit_test(a_candidate_used_again_is_planned_earlier),
		cmocka_unit_test(a_candidate_not_used_for_long_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
