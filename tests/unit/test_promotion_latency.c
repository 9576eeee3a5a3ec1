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

static struct tiermm_nodeset shed_of(struct tiermm_promotion *p,
				     const struct tiermm_nodeset *allowed)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .allowed = allowed };
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	uint64_t n;

	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, &s), 0);
	return s.shed;
}

/* No candidate is there that could be turned away. */
static void p5_a_jammed_node_sheds_though_nothing_is_hot(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.flags = TIERMM_PROMOTION_BALANCE);
	struct tiermm_nodeset only_1 = { .word = { BIT(1) } };

	(void)state;
	set_latency(p, 0, 300);
	assert_int_equal(shed_of(p, NULL).word[0], 0); /* nobody is slower */
	set_latency(p, 2, 300);
	set_latency(p, 3, 500); /* slower, as it is expected to be */
	assert_int_equal(shed_of(p, NULL).word[0], 0); /* as slow: stays */
	set_latency(p, 1, 301);
	assert_int_equal(shed_of(p, NULL).word[0], BIT(1));
	set_latency(p, 3, 200); /* the slowest tier is idle */
	assert_int_equal(shed_of(p, NULL).word[0], BIT(0) | BIT(1) | BIT(2));
	assert_int_equal(shed_of(p, &only_1).word[0], BIT(1));
	set_latency(p, 4, 250); /* faster than all that is below it but one */
	assert_int_equal(shed_of(p, NULL).word[0],
			 BIT(0) | BIT(1) | BIT(2) | BIT(4));
	done_with(p);
	p = PROMOTION(0);
	set_latency(p, 0, 900);
	set_latency(p, 2, 300);
	assert_int_equal(shed_of(p, NULL).word[0], 0);
	done_with(p);
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

static void set_full(struct tiermm_promotion *p, int32_t node, uint32_t ns)
{
	struct tiermm_promotion_room room = room_of(node, 100);

	room.loaded_latency_ns = ns;
	assert_int_equal(tiermm_promotion_set_rooms(p, &room, 1), 0);
}

/* Nor does a hot page take a cold one's place there. */
static void p5_nothing_is_exchanged_for_the_slower_node(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.flags = TIERMM_PROMOTION_BALANCE);
	struct tiermm_folio cold = { .page = 100, .node = 1 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .cold = &cold,
					    .n_cold = 1 };
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 100, 1, 1), 0);
	set_full(p, 0, 100);
	set_full(p, 2, 300);
	heat(p, 1000, 1, 0);
	set_full(p, 1, 400);
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 0);
	set_full(p, 1, 300);
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 2);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p5_the_latency_policy_stops_and_sheds),
		cmocka_unit_test(p5_balance_goes_with_any_policy),
		cmocka_unit_test(p5_a_jammed_node_sheds_though_nothing_is_hot),
		cmocka_unit_test(p5_nothing_is_exchanged_for_the_slower_node),
		cmocka_unit_test(p5_without_it_latencies_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
