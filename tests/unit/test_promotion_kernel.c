/* SPDX-License-Identifier: MIT */
/* Linux's own policy, number for number (P2, I12, I13). */
#include "promotion_fixture.h"

static uint64_t threshold(struct tiermm_promotion *p, int32_t node)
{
	uint64_t ms = 0;

	assert_int_equal(tiermm_promotion_threshold(p, node, &ms), 0);
	return ms;
}

/* `th`: 1000 ms; hot below it, not at it. */
static void p2_the_threshold_itself_is_cold(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	mark_at(p, 0, 1);
	mark_at(p, 0, 2);
	access_at(p, 999, 1);
	access_at(p, 1000, 2);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 1);
	assert_int_equal(page_at(p, 1000, 1).queued, 1);
	done_with(p);
}

/* promo watermark 200 + max(1 GiB, present / 16): 262144 here. */
static void p2_much_free_space_promotes_and_resets(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	const uint64_t enough = 200 + 262144;

	(void)state;
	mark_at(p, 0, 1);
	mark_at(p, 60001, 9);
	access_at(p, 60001, 2); /* adjusts: up by a unit */
	assert_int_equal(threshold(p, 0), 1125);
	set_room(p, 0, enough);
	access_at(p, 60002, 1); /* at the mark, not above */
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 1);
	assert_int_equal(threshold(p, 0), 1125);
	set_room(p, 0, enough + 1);
	access_at(p, 70000, 3); /* never seen before, and goes all the same */
	assert_int_equal(reason(p, TIERMM_PROMOTION_FREE_SPACE), 1);
	assert_int_equal(threshold(p, 0), 1000);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), 0);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE_NRL), 1);
	done_with(p);
}

/* What was cold is asked again once room was made by a demotion. */
static void p2_room_that_a_report_makes_counts(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move down = { .page = 512, .pages = 512, .to = 2 };

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 512, 512, 0), 0);
	set_room(p, 0, 200 + 262144);
	mark_at(p, 0, 1);
	access_at(p, 5000, 1);
	access_at(p, 10000, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 2);
	report_one(p, 10000, down, TIERMM_OUTCOME_DONE);
	access_at(p, 15000, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_FREE_SPACE), 1);
	done_with(p);
}

static void p2_a_sixteenth_of_a_large_node_is_more(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_room room = room_of(0, 0);

	(void)state;
	room.present_pages = UINT64_C(16) << 20;
	room.free_pages = 200 + (1 << 20);
	assert_int_equal(tiermm_promotion_set_rooms(p, &room, 1), 0);
	access_at(p, 0, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_FREE_SPACE), 0);
	room.free_pages++;
	assert_int_equal(tiermm_promotion_set_rooms(p, &room, 1), 0);
	access_at(p, 0, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_FREE_SPACE), 1);
	done_with(p);
}

/* 1 MiB/s of 4 KiB pages: 256 candidates a second. */
static void i12_candidates_are_counted_before_and_when_denied(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.rate_limit_mibps = 1);

	(void)state;
	for (uint64_t page = 0; page < 300; page++)
		mark_at(p, 2000, page);
	for (uint64_t page = 0; page < 300; page++)
		access_at(p, 2010, page);
	/* The first one begins the window and is its base. */
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 256);
	assert_int_equal(reason(p, TIERMM_PROMOTION_RATE_LIMIT), 44);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), 300);
	/* 1000 ms later it is the same window still; 1001: a new one. */
	access_at(p, 3010, 299);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 1);
	mark_at(p, 3010, 298);
	access_at(p, 3010, 298);
	assert_int_equal(reason(p, TIERMM_PROMOTION_RATE_LIMIT), 45);
	access_at(p, 3011, 298);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 257);
	done_with(p);
}

static void i12_a_window_lets_one_folio_more_pass_at_most(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.rate_limit_mibps = 1, .pages = 4096);

	(void)state;
	for (uint64_t i = 0; i < 8; i++)
		for (uint64_t ms = 5000; ms < 5020; ms += 10)
			sample_as(p, (struct tiermm_sample){ .page = i * 512,
							     .time_ns = ms * MS,
							     .order = 9 });
	/* 512 >= 256 from the second one on. */
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_RATE_LIMIT), 7);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), 8 * 512);
	done_with(p);
}

static void each_target_has_a_window_of_its_own(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.rate_limit_mibps = 1);

	(void)state;
	for (uint64_t page = 0; page < 600; page++)
		heat(p, 2000, page, page < 300 ? 0 : 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_RATE_LIMIT), 2 * 44);
	done_with(p);
}

/* One access a period: fewer than 9/10 of the reference, and up it goes. */
static void i12_the_threshold_moves_a_unit_a_period_up_to_twice(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	uint64_t ms = 0, expected = 1000;

	(void)state;
	access_at(p, ms, 1);
	for (int period = 0; period < 20; period++) {
		access_at(p, ms + 60000, 1); /* not more than a period yet */
		assert_int_equal(threshold(p, 0), expected);
		ms += 60001;
		access_at(p, ms, 1);
		expected = expected < 2000 ? expected + 125 : 2000;
		assert_int_equal(threshold(p, 0), expected);
		access_at(p, ms + 1, 1);
		assert_int_equal(threshold(p, 0), expected);
	}
	assert_int_equal(expected, 2000);
	assert_int_equal(counter(p, TIERMM_PROMOTION_ADJUSTED), 8);
	assert_int_equal(threshold(p, 1), 1000);
	done_with(p);
}

/* 256 a second for 60 s: 15360. Candidates that come, denied or not. */
static uint64_t after_a_period_of(uint64_t candidates)
{
	struct tiermm_promotion *p =
		PROMOTION(.rate_limit_mibps = 1, .max_candidates = 1);
	uint64_t ms;

	mark_at(p, 0, 0);
	for (uint64_t i = 0; i < candidates; i++) {
		heat(p, 100, 1, 0);
		/* Placed anew, so that it is no candidate any more. */
		assert_int_equal(tiermm_promotion_set_pages(p, 1, 1, 2), 0);
	}
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), candidates);
	access_at(p, 60001, 0);
	ms = threshold(p, 0);
	done_with(p);
	return ms;
}

static void i12_eleven_and_nine_tenths_change_nothing(void **state)
{
	const uint64_t ref = 15360;

	(void)state;
	assert_int_equal(after_a_period_of(ref * 9 / 10 - 1), 1125);
	assert_int_equal(after_a_period_of(ref * 9 / 10), 1000);
	assert_int_equal(after_a_period_of(ref * 11 / 10), 1000);
	assert_int_equal(after_a_period_of(ref * 11 / 10 + 1), 875);
}

static void lower_it_to_the_unit(uint32_t from, uint64_t unit)
{
	struct tiermm_promotion *p =
		PROMOTION(.rate_limit_mibps = 1, .adjust_period_ms = 100,
			  .hot_threshold_ms = from, .max_candidates = 1);
	uint64_t expected = from;

	for (uint64_t ms = 1000; ms < 4000; ms += 200) {
		/* 25 are the reference of 100 ms. */
		for (int i = 0; i < 40; i++) {
			heat(p, ms, 1, 0);
			assert_int_equal(tiermm_promotion_set_pages(p, 1, 1, 2),
					 0);
		}
		access_at(p, ms + 150, 2);
		expected = expected > 2 * unit ? expected - unit : unit;
		if (ms > 1000)
			assert_in_range(threshold(p, 0), unit, from);
	}
	assert_int_equal(expected, unit);
	assert_int_equal(threshold(p, 0), unit);
	done_with(p);
}

/* Also where the default is no multiple of it. */
static void i12_the_threshold_stays_above_a_unit(void **state)
{
	(void)state;
	lower_it_to_the_unit(1000, 125);
	lower_it_to_the_unit(100, 12);
}

/* I13: what went up was a candidate, of one kind or the other. */
static void i13_successes_are_candidates(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];
	uint64_t n;

	(void)state;
	for (uint64_t page = 0; page < 20; page++)
		heat(p, 100, page, 0);
	set_room(p, 1, 1000000);
	for (uint64_t page = 20; page < 40; page++)
		heat(p, 100, page, 1);
	n = plan_all(p, 110, moves);
	assert_int_equal(n, 40);
	for (uint64_t i = 0; i < n; i++)
		report_one(p, 120, moves[i], TIERMM_OUTCOME_DONE);
	/* Reported once more, and moved by others: no success. */
	report_one(p, 120, moves[0], TIERMM_OUTCOME_DONE);
	move_page(p, 120, 100, 0);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_SUCCESS), 40);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), 20);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE_NRL), 20);
	assert_int_equal(counter(p, TIERMM_PROMOTION_RAISED), 1);
	done_with(p);
}

static void other_policies_have_no_threshold(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM);
	uint64_t ms;

	(void)state;
	assert_int_equal(tiermm_promotion_threshold(p, 0, &ms),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_promotion_threshold(p, 5, &ms), -TIERMM_ENODEV);
	assert_int_equal(tiermm_promotion_threshold(p, 0, NULL),
			 -TIERMM_EINVAL);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p2_the_threshold_itself_is_cold),
		cmocka_unit_test(p2_much_free_space_promotes_and_resets),
		cmocka_unit_test(p2_room_that_a_report_makes_counts),
		cmocka_unit_test(p2_a_sixteenth_of_a_large_node_is_more),
		cmocka_unit_test(
			i12_candidates_are_counted_before_and_when_denied),
		cmocka_unit_test(i12_a_window_lets_one_folio_more_pass_at_most),
		cmocka_unit_test(each_target_has_a_window_of_its_own),
		cmocka_unit_test(
			i12_the_threshold_moves_a_unit_a_period_up_to_twice),
		cmocka_unit_test(i12_eleven_and_nine_tenths_change_nothing),
		cmocka_unit_test(i12_the_threshold_stays_above_a_unit),
		cmocka_unit_test(i13_successes_are_candidates),
		cmocka_unit_test(other_policies_have_no_threshold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
