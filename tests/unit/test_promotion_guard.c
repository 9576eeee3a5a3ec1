/* SPDX-License-Identifier: MIT */
/* Up and down again too soon: held back, longer each time (P4). */
#include "promotion_fixture.h"

/* Up by a plan of ours, at this time. */
static void promote(struct tiermm_promotion *p, uint64_t ms, uint64_t page)
{
	struct tiermm_move moves[64];

	heat(p, ms, page, 0);
	assert_int_equal(plan_all(p, ms + 10, moves), 1);
	report_one(p, ms + 10, moves[0], TIERMM_OUTCOME_DONE);
	assert_int_equal(node_of(p, page), 0);
}

static void p4_ping_pong_is_held_back_with_growing_delay(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.guard_ms = 1000, .guard_delay_ms = 100);
	uint64_t ms = 0;

	(void)state;
	for (uint32_t round = 1; round <= 9; round++) {
		uint32_t level = round < 7 ? round : 7;
		uint64_t delay = UINT64_C(100) << (level - 1);

		promote(p, ms, 5);
		move_page(p, ms + 500, 5, 2);
		ms += 500;
		assert_int_equal(counter(p, TIERMM_PROMOTION_PING_PONG), round);
		assert_int_equal(page_at(p, ms, 5).level, level);
		assert_int_equal(page_at(p, ms, 5).held_ms, delay);
		access_at(p, ms + 1, 5);
		access_at(p, ms + delay - 1, 5);
		assert_int_equal(reason(p, TIERMM_PROMOTION_HELD_BACK),
				 2 * round);
		assert_int_equal(page_at(p, ms + delay, 5).held_ms, 0);
		ms += delay;
	}
	done_with(p);
}

static void who_stays_long_enough_is_forgiven(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.guard_ms = 1000, .guard_delay_ms = 100);

	(void)state;
	promote(p, 0, 5);
	move_page(p, 500, 5, 2);
	promote(p, 1000, 5);
	assert_int_equal(page_at(p, 1010, 5).level, 1);
	access_at(p, 1500, 5); /* within: says nothing */
	assert_int_equal(page_at(p, 1500, 5).level, 1);
	access_at(p, 2010, 5); /* 1000 ms after it went up */
	assert_int_equal(page_at(p, 2010, 5).level, 0);
	move_page(p, 2011, 5, 2);
	assert_int_equal(counter(p, TIERMM_PROMOTION_PING_PONG), 1);
	assert_int_equal(page_at(p, 2011, 5).held_ms, 0);
	done_with(p);
}

static void down_after_the_guard_is_no_ping_pong(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.guard_ms = 1000);

	(void)state;
	promote(p, 0, 5);
	move_page(p, 1010, 5, 2);
	assert_int_equal(counter(p, TIERMM_PROMOTION_PING_PONG), 0);
	assert_true(page_at(p, 1010, 5).age_ms == TIERMM_PROMOTION_UNSET);
	access_at(p, 1020, 5);
	assert_int_equal(reason(p, TIERMM_PROMOTION_FIRST_SEEN), 1);
	done_with(p);
}

static void a_held_page_stays_held_between_slow_tiers(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.guard_ms = 1000, .guard_delay_ms = 400);

	(void)state;
	promote(p, 0, 5);
	move_page(p, 500, 5, 2);
	move_page(p, 600, 5, 3);
	assert_int_equal(page_at(p, 600, 5).held_ms, 300);
	assert_int_equal(counter(p, TIERMM_PROMOTION_PING_PONG), 1);
	done_with(p);
}

static void the_guard_can_be_off(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.flags = TIERMM_PROMOTION_NO_GUARD);

	(void)state;
	promote(p, 0, 5);
	move_page(p, 20, 5, 2);
	assert_int_equal(page_at(p, 20, 5).held_ms, 0);
	assert_int_equal(counter(p, TIERMM_PROMOTION_PING_PONG), 0);
	promote(p, 30, 5);
	done_with(p);
}

static void what_has_just_come_up_is_not_cold(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.guard_ms = 1000);
	struct tiermm_folio cold[4];
	uint64_t n;

	(void)state;
	promote(p, 0, 5);
	assert_int_equal(tiermm_promotion_cold(p, 900 * MS, 0, PAGES, cold, 4,
					       &n),
			 0);
	assert_int_equal(n, 0);
	assert_int_equal(tiermm_promotion_cold(p, 1010 * MS, 0, PAGES, cold, 4,
					       &n),
			 0);
	assert_int_equal(n, 1);
	done_with(p);
}

/* When it went down is no use: the next access has nothing to compare with. */
static void who_is_let_go_has_no_time(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.guard_ms = 1000, .guard_delay_ms = 100);

	(void)state;
	promote(p, 0, 5);
	move_page(p, 500, 5, 2);
	access_at(p, 599, 5);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HELD_BACK), 1);
	access_at(p, 600, 5);
	assert_int_equal(reason(p, TIERMM_PROMOTION_FIRST_SEEN), 1);
	access_at(p, 700, 5);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 2);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p4_ping_pong_is_held_back_with_growing_delay),
		cmocka_unit_test(who_stays_long_enough_is_forgiven),
		cmocka_unit_test(down_after_the_guard_is_no_ping_pong),
		cmocka_unit_test(a_held_page_stays_held_between_slow_tiers),
		cmocka_unit_test(the_guard_can_be_off),
		cmocka_unit_test(what_has_just_come_up_is_not_cold),
		cmocka_unit_test(who_is_let_go_has_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
