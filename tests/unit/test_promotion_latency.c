/* SPDX-License-Identifier: MIT */
/* A fast node under load can be the slower one (P5). */
#include "promotion_fixture.h"

static void set_latency(struct tiermm_promotion *p, int32_t node, uint32_t ns)
{
	struct tiermm_promotion_room room = room_of(node, SOME_ROOM);

	room.loaded_latency_ns = ns;
	assert_int_equal(tiermm_promotion_set_rooms(p, &room, 1), 0);
}

static void check_balance(struct tiermm_promotion *p)
{
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_move move;
	uint64_t n;

	sample_as(p, (struct tiermm_sample){ .page = 1, .weight = 50 });
	sample_as(p, (struct tiermm_sample){ .page = 1, .weight = 50 });
	assert_int_equal(page_at(p, 0, 1).queued, 1);
	set_latency(p, 0, 300);
	set_latency(p, 1, 300);
	set_latency(p, 2, 300); /* as slow: goes */
	assert_int_equal(tiermm_promotion_plan(p, NULL, &move, 1, &n, &s), 0);
	assert_int_equal(n, 1);
	assert_int_equal(move.to, 0);
	set_latency(p, 0, 301);
	assert_int_equal(tiermm_promotion_plan(p, NULL, &move, 1, &n, &s), 0);
	assert_int_equal(n, 1);
	assert_int_equal(move.to, 1); /* the other one is not overloaded */
	assert_true(s.shed.word[0] == BIT(0));
	set_latency(p, 1, 400);
	assert_int_equal(tiermm_promotion_plan(p, NULL, &move, 1, &n, &s), 0);
	assert_int_equal(n, 0);
	assert_int_equal(s.overloaded, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_OVERLOADED), 1);
	assert_int_equal(why_at(p, 0, 1).reason, TIERMM_PROMOTION_OVERLOADED);
	assert_int_equal(why_at(p, 0, 1).value, 301);
	assert_int_equal(why_at(p, 0, 1).limit, 300);
	set_latency(p, 0, 0); /* nobody knows: goes */
	assert_int_equal(tiermm_promotion_plan(p, NULL, &move, 1, &n, &s), 0);
	assert_int_equal(n, 1);
	assert_int_equal(move.to, 0);
	done_with(p);
}

static void p5_the_latency_policy_stops_and_sheds(void **state)
{
	(void)state;
	check_balance(PROMOTION(.policy = TIERMM_PROMOTION_LATENCY));
}

static void p5_balance_goes_with_any_policy(void **state)
{
	(void)state;
	check_balance(PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM,
				.flags = TIERMM_PROMOTION_BALANCE));
	check_balance(PROMOTION(.flags = TIERMM_PROMOTION_BALANCE));
}

static void p5_without_it_latencies_do_not_count(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	set_latency(p, 0, 900);
	set_latency(p, 2, 300);
	heat(p, 0, 1, 0);
	assert_int_equal(plan_all(p, 10, moves), 1);
	assert_int_equal(moves[0].to, 0);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p5_the_latency_policy_stops_and_sheds),
		cmocka_unit_test(p5_balance_goes_with_any_policy),
		cmocka_unit_test(p5_without_it_latencies_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
