/* SPDX-License-Identifier: MIT */
/* The machine changes under promotion's feet: new graphs, new rooms. */
#include "promotion_fixture.h"

/* Node 1 is gone; node 4 has come to the place of node 3's tier. */
static const struct machine without_node_1 = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 2, .tier = 4 },
		   { .id = 2, .tier = 37 },
		   { .id = 4, .tier = 60 } },
	.distance = { 10, 25, 30, 25, 10, 20, 30, 20, 10 },
};

static const struct machine too_large = {
	.n = 2,
	.nodes = { { .id = 0, .cpus = 1, .tier = 4 }, { .id = 9, .tier = 37 } },
	.distance = { 10, 20, 20, 10 },
};

static void change(struct tiermm_promotion *p, const struct machine *m,
		   int expected)
{
	struct tiermm_demotion_graph *g = graph_by(m, TIERMM_STRATEGY_NEAREST);

	assert_int_equal(tiermm_promotion_set_graph(p, g), expected);
	tiermm_demotion_graph_unref(g);
}

static void a_new_graph_moves_candidates_home(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	heat(p, 0, 1, 1);
	assert_int_equal(plan_all(p, 10, moves), 1);
	assert_int_equal(moves[0].to, 1);
	change(p, &without_node_1, 0);
	/* Nobody is at home there now: it goes nowhere, for want of one. */
	assert_int_equal(plan_all(p, 10, moves), 0);
	assert_int_equal(why_at(p, 10, 1).reason, TIERMM_PROMOTION_NO_TARGET);
	heat(p, 20, 2, 1);
	assert_int_equal(plan_all(p, 30, moves), 1);
	assert_int_equal(moves[0].page, 2);
	assert_int_equal(moves[0].to, 0);
	done_with(p);
}

static void pages_on_a_node_that_went_stay_put(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 5, 1, 3), 0);
	change(p, &without_node_1, 0);
	access_at(p, 10, 5);
	assert_int_equal(node_of(p, 5), 3);
	assert_int_equal(reason(p, TIERMM_PROMOTION_TOP_TIER), 1);
	move_page(p, 20, 5, 2);
	assert_int_equal(node_of(p, 5), 2);
	done_with(p);
}

static void tiers_are_the_new_graphs(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 5, 1, 4), 0);
	access_at(p, 10, 5); /* HBM, on top */
	assert_int_equal(reason(p, TIERMM_PROMOTION_TOP_TIER), 1);
	change(p, &without_node_1, 0);
	access_at(p, 20, 5); /* tier 60 */
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
	done_with(p);
}

static void a_graph_beyond_the_room_changes_nothing(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	change(p, &too_large, -TIERMM_ENOSPC);
	assert_int_equal(tiermm_promotion_set_graph(p, NULL), -TIERMM_EINVAL);
	heat(p, 0, 1, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 1);
	done_with(p);
	p = PROMOTION(.max_nodes = 10);
	change(p, &too_large, 0);
	done_with(p);
}

static void rooms_are_taken_all_or_none(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_room rooms[2] = { room_of(0, 0),
						  room_of(5, 0) };
	struct tiermm_move moves[64];

	(void)state;
	assert_int_equal(tiermm_promotion_set_rooms(p, rooms, 2),
			 -TIERMM_ENODEV);
	rooms[1].node = 1;
	rooms[1].reserved = 1;
	assert_int_equal(tiermm_promotion_set_rooms(p, rooms, 2),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_set_rooms(p, NULL, 1),
			 -TIERMM_EINVAL);
	heat(p, 0, 1, 0);
	assert_int_equal(plan_all(p, 10, moves), 1);
	assert_int_equal(moves[0].to, 0);
	rooms[1].reserved = 0;
	assert_int_equal(tiermm_promotion_set_rooms(p, rooms, 2), 0);
	assert_int_equal(plan_all(p, 10, moves), 0);
	done_with(p);
}

/* Between two nodes on top nothing starts anew. */
static void moves_on_top_keep_the_time(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 5, 1, 4), 0);
	access_at(p, 10, 5);
	move_page(p, 20, 5, 0);
	assert_int_equal(page_at(p, 30, 5).age_ms, 20);
	assert_int_equal(page_at(p, 30, 5).held_ms, 0);
	done_with(p);
}

/* Node 1 lost its CPUs and is a slow one now. */
static const struct machine node_1_is_slow = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 2, .tier = 4 },
		   { .id = 1, .tier = 30 },
		   { .id = 2, .tier = 37 },
		   { .id = 3, .tier = 60 },
		   { .id = 4, .tier = 1 } },
	.distance = { 10, 21, 25, 30, 12, 21, 10, 25, 30, 22, 25, 25, 10,
		      20, 26, 30, 30, 20, 10, 31, 12, 22, 26, 31, 10 },
};

/*
 * A page that had just gone up there keeps its heat, and the time to which the
 * heat belongs, also when nobody holds it back any more.
 */
static void heat_outlives_that_its_node_was_on_top(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM,
			  .guard_delay_ms = 1000);
	struct tiermm_move move = { .page = 5, .pages = 1, .from = 2, .to = 1 };

	(void)state;
	sample_as(p, (struct tiermm_sample){ .page = 5, .weight = 40 });
	report_one(p, 10, move, TIERMM_OUTCOME_DONE);
	assert_true(page_at(p, 10, 5).held_ms > 0);
	change(p, &node_1_is_slow, 0);
	assert_int_equal(tiermm_promotion_is_valid(p), 1);
	access_at(p, 500, 5); /* held back, as if it had gone down */
	assert_int_equal(reason(p, TIERMM_PROMOTION_HELD_BACK), 1);
	assert_int_equal(why_at(p, 2000, 5).reason, TIERMM_PROMOTION_HOT);
	assert_int_equal(why_at(p, 2000, 5).value, 41);
	access_at(p, 2000, 5);
	assert_int_equal(reason(p, TIERMM_PROMOTION_HOT), 2);
	assert_int_equal(page_at(p, 2000, 5).heat, 41);
	done_with(p);
}

/* The same where the sample changes nothing but the end of the guard. */
static void a_guard_may_end_where_nobody_is_on_top(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM,
			  .guard_delay_ms = 1000);
	struct tiermm_move move = { .page = 5, .pages = 1, .from = 2, .to = 1 };

	(void)state;
	sample_as(p, (struct tiermm_sample){ .page = 5, .weight = 40 });
	report_one(p, 10, move, TIERMM_OUTCOME_DONE);
	change(p, &node_1_is_slow, 0);
	mark_at(p, 2000, 5);
	assert_int_equal(page_at(p, 2000, 5).heat, 40);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_graph_moves_candidates_home),
		cmocka_unit_test(pages_on_a_node_that_went_stay_put),
		cmocka_unit_test(tiers_are_the_new_graphs),
		cmocka_unit_test(a_graph_beyond_the_room_changes_nothing),
		cmocka_unit_test(rooms_are_taken_all_or_none),
		cmocka_unit_test(moves_on_top_keep_the_time),
		cmocka_unit_test(heat_outlives_that_its_node_was_on_top),
		cmocka_unit_test(a_guard_may_end_where_nobody_is_on_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
