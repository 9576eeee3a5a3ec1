/* SPDX-License-Identifier: MIT */
/* Where candidates go, within which limits (P3, P7). */
#include "promotion_fixture.h"

static int32_t first_target(struct tiermm_promotion *p)
{
	struct tiermm_move moves[64];

	return plan_all(p, 10, moves) ? moves[0].to : TIERMM_NO_NODE;
}

static void p3_to_the_accessors_node(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	heat(p, 0, 1, 0);
	heat(p, 0, 2, 1);
	sample_as(p, (struct tiermm_sample){ .page = 2,
					     .accessor = -1,
					     .time_ns = 20 * MS });
	assert_int_equal(plan_all(p, 20, moves), 2);
	assert_int_equal(moves[0].page, 1);
	assert_int_equal(moves[0].from, 2);
	assert_int_equal(moves[0].to, 0);
	assert_int_equal(moves[0].pages, 1);
	assert_int_equal(moves[0].reserved, 0);
	assert_int_equal(moves[1].to, 1);
	done_with(p);
}

/* Full: its tier first (1), then the best tier (4), then the next (2). */
static void p3_else_its_tier_else_the_best_with_room(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 1, 1, 3), 0);
	set_room(p, 2, SOME_ROOM);
	set_room(p, 4, SOME_ROOM);
	heat(p, 0, 1, 0);
	assert_int_equal(first_target(p), 0);
	set_room(p, 0, 100); /* at its high watermark */
	assert_int_equal(first_target(p), 1);
	set_room(p, 1, 100);
	assert_int_equal(first_target(p), 4);
	set_room(p, 4, 100);
	assert_int_equal(first_target(p), 2);
	set_room(p, 2, 100);
	assert_int_equal(first_target(p), TIERMM_NO_NODE);
	set_room(p, 3, SOME_ROOM); /* where it is */
	assert_int_equal(first_target(p), TIERMM_NO_NODE);
	done_with(p);
}

static void p3_unknown_accessors_mean_the_nearest_top_node(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);

	(void)state;
	set_room(p, 4, SOME_ROOM);
	heat(p, 0, 1, TIERMM_NO_NODE);
	assert_int_equal(first_target(p), 0);
	done_with(p);
}

static void p3_a_node_that_is_full_is_due(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_move moves[2];
	uint64_t n;

	(void)state;
	heat(p, 0, 1, 0);
	assert_int_equal(tiermm_promotion_plan(p, NULL, moves, 2, &n, &s), 0);
	assert_int_equal(n, 1);
	assert_true(s.due.word[0] == 0);
	set_room(p, 0, 100);
	assert_int_equal(tiermm_promotion_plan(p, NULL, moves, 2, &n, &s), 0);
	assert_int_equal(n, 1); /* to node 1 */
	assert_true(s.due.word[0] == BIT(0));
	set_room(p, 1, 100);
	assert_int_equal(tiermm_promotion_plan(p, NULL, moves, 2, &n, &s), 0);
	assert_int_equal(n, 0);
	assert_int_equal(s.no_room, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_NO_ROOM), 1);
	done_with(p);
}

/* Room above the high watermark, to the page, plan's own moves reckoned in. */
static void a_plan_leaves_the_high_watermark_alone(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];
	uint64_t to_0 = 0;

	(void)state;
	set_room(p, 0, 103);
	set_room(p, 1, 107);
	for (uint64_t page = 0; page < 20; page++)
		heat(p, 0, page, 0);
	assert_int_equal(plan_all(p, 10, moves), 10);
	for (int i = 0; i < 10; i++)
		to_0 += moves[i].to == 0;
	assert_int_equal(to_0, 3);
	done_with(p);
}

static void a_plan_changes_nothing(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move a[64], b[64];

	(void)state;
	for (uint64_t page = 0; page < 30; page++)
		heat(p, page * 7 % 30, page, (int32_t)(page % 2));
	assert_int_equal(plan_all(p, 50, a), 30);
	assert_int_equal(plan_all(p, 50, b), 30);
	assert_memory_equal(a, b, 30 * sizeof(a[0]));
	done_with(p);
}

static void the_hottest_goes_first(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_move moves[64];

	(void)state;
	for (uint64_t page = 0; page < 10; page++)
		mark_at(p, 0, page);
	for (uint64_t i = 0; i < 10; i++)
		access_at(p, i * 90 + 1, i * 3 % 10);
	assert_int_equal(plan_all(p, 811, moves), 10);
	for (int i = 0; i < 10; i++)
		assert_int_equal(moves[i].page, i * 3 % 10);
	done_with(p);
}

static void p7_budgets_and_cursors_bind(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_query q = { .size = sizeof(q) };
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_move moves[20];
	uint64_t n, seen = 0;

	(void)state;
	for (uint64_t page = 0; page < 20; page++)
		heat(p, 0, page, 0);
	q.budget_pages = 8;
	while (q.cursor < 20) {
		assert_int_equal(tiermm_promotion_plan(p, &q, moves, 20, &n,
						       &s),
				 0);
		assert_int_equal(s.candidates, 20);
		assert_int_equal(s.up_pages, n);
		assert_in_range(n, 1, 8);
		assert_int_equal(moves[0].page, seen);
		seen += n;
		assert_int_equal(s.cursor, seen);
		assert_int_equal(s.no_budget, 20 - seen);
		q.cursor = s.cursor;
	}
	q.budget_pages = 0;
	q.cursor = 5;
	assert_int_equal(tiermm_promotion_plan(p, &q, moves, 4, &n, &s), 0);
	assert_int_equal(n, 15); /* there would be */
	assert_int_equal(s.up_pages, 4);
	assert_int_equal(s.cursor, 9);
	assert_int_equal(moves[3].page, 8);
	done_with(p);
}

static void what_can_never_fit_the_budget_holds_nobody_up(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .budget_pages = 4 };
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_sample large = { .page = 512, .order = 9 };
	struct tiermm_move moves[4];
	uint64_t n;

	(void)state;
	sample_as(p, large);
	sample_as(p, large);
	heat(p, 0, 1, 0);
	assert_int_equal(tiermm_promotion_plan(p, &q, moves, 4, &n, &s), 0);
	assert_int_equal(n, 1);
	assert_int_equal(moves[0].page, 1);
	assert_int_equal(s.no_budget, 1);
	done_with(p);
}

static void only_allowed_nodes_are_used(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_nodeset allowed = { .word = { BIT(1) | BIT(2) } };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .allowed = &allowed };
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_move move;
	uint64_t n;

	(void)state;
	heat(p, 0, 1, 0);
	assert_int_equal(tiermm_promotion_plan(p, &q, &move, 1, &n, &s), 0);
	assert_int_equal(move.to, 1);
	/* Node 0 is not due: nobody is kept from it by its being full. */
	assert_true(s.due.word[0] == 0);
	allowed.word[0] = BIT(2) | BIT(40);
	assert_int_equal(tiermm_promotion_plan(p, &q, &move, 1, &n, &s), 0);
	assert_int_equal(n, 0);
	assert_int_equal(s.not_allowed, 1);
	allowed.word[0] = 0;
	assert_int_equal(tiermm_promotion_plan(p, &q, &move, 1, &n, &s), 0);
	assert_int_equal(n, 0);
	done_with(p);
}

/* Node 0 has pages 100 to 104, used at 1, 2, ... ms; 0 and 1 are full. */
static struct tiermm_promotion *both_full(void)
{
	struct tiermm_promotion *p = PROMOTION(.guard_ms = 1);

	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(tiermm_promotion_set_pages(p, 100 + i, 1, 0),
				 0);
		access_at(p, 1 + i, 100 + i);
	}
	set_room(p, 0, 100);
	set_room(p, 1, 100);
	return p;
}

static void p3_exchange_one_hot_for_one_cold(void **state)
{
	struct tiermm_promotion *p = both_full();
	struct tiermm_promotion_query q = { .size = sizeof(q) };
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_folio cold[8];
	struct tiermm_move moves[8];
	uint64_t n;

	(void)state;
	heat(p, 1000, 1, 0);
	heat(p, 1000, 2, 0);
	assert_int_equal(tiermm_promotion_cold(p, 1010 * MS, 0, PAGES, cold, 8,
					       &q.n_cold),
			 0);
	assert_int_equal(q.n_cold, 5);
	q.cold = cold;
	assert_int_equal(tiermm_promotion_plan(p, &q, moves, 8, &n, &s), 0);
	assert_int_equal(n, 4);
	for (uint64_t i = 0; i < 4; i += 2) {
		assert_int_equal(moves[i].page, 100 + i / 2);
		assert_int_equal(moves[i].from, 0);
		assert_int_equal(moves[i].to, 2);
		assert_int_equal(moves[i + 1].page, 1 + i / 2);
		assert_int_equal(moves[i + 1].from, 2);
		assert_int_equal(moves[i + 1].to, 0);
	}
	assert_int_equal(s.up_pages, 2);
	assert_int_equal(s.down_pages, 2);
	assert_int_equal(counter(p, TIERMM_PROMOTION_EXCHANGED), 2);
	for (uint64_t i = 0; i < n; i++)
		report_one(p, 1010, moves[i], TIERMM_OUTCOME_DONE);
	assert_int_equal(node_of(p, 100), 2);
	assert_int_equal(node_of(p, 1), 0);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_SUCCESS), 2);
	assert_int_equal(counter(p, TIERMM_PROMOTION_LOWERED), 2);
	done_with(p);
}

static void an_exchange_is_never_cut_in_two(void **state)
{
	struct tiermm_promotion *p = both_full();
	struct tiermm_promotion_query q = { .size = sizeof(q) };
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	struct tiermm_folio cold[8];
	struct tiermm_move moves[8];
	uint64_t n;

	(void)state;
	for (uint64_t page = 1; page < 4; page++)
		heat(p, 1000, page, 0);
	assert_int_equal(tiermm_promotion_cold(p, 1010 * MS, 0, PAGES, cold, 8,
					       &q.n_cold),
			 0);
	q.cold = cold;
	for (uint64_t cap = 1; cap < 6; cap += 2) {
		assert_int_equal(tiermm_promotion_plan(p, &q, moves, cap, &n,
						       &s),
				 0);
		assert_int_equal(n, cap - 1);
		assert_int_equal(s.cursor, cap / 2);
	}
	q.budget_pages = 3; /* one exchange is 2 */
	assert_int_equal(tiermm_promotion_plan(p, &q, moves, 8, &n, &s), 0);
	assert_int_equal(n, 2);
	q.budget_pages = 0;
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, &s), 0);
	assert_int_equal(n, 6);
	assert_int_equal(s.up_pages, 0);
	done_with(p);
}

/* Moved meanwhile, of another size, hotter, not allowed: not exchanged. */
static void what_is_not_cold_is_not_exchanged(void **state)
{
	struct tiermm_promotion *p = both_full();
	struct tiermm_nodeset allowed = { .word = { BIT(0) } };
	struct tiermm_promotion_query q = { .size = sizeof(q) };
	struct tiermm_folio cold[3] = {
		{ .page = 100, .node = 1 }, /* it is on 0 */
		{ .page = 100, .node = 0, .order = 1 },
		{ .page = 101, .node = 0 }, /* used after the hot one */
	};
	uint64_t n;

	(void)state;
	heat(p, 1000, 1, 0);
	access_at(p, 1020, 101);
	q.cold = cold;
	q.n_cold = 3;
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 0);
	cold[2].page = 102;
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 2);
	q.allowed = &allowed; /* not node 2, where the cold one would go */
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 0);
	cold[0].order = 31;
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL),
			 -TIERMM_EINVAL);
	done_with(p);
}

static void wrong_queries_are_refused(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_query q = { .size = sizeof(q), .flags = 1 };
	struct tiermm_promotion_summary s = { .size = 8 };
	uint64_t n = 77;

	(void)state;
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL),
			 -TIERMM_E2BIG);
	q = (struct tiermm_promotion_query){ .size = 8 };
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_plan(p, NULL, NULL, 0, &n, &s),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_plan(p, NULL, NULL, 1, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_plan(p, NULL, NULL, 0, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_plan(NULL, NULL, NULL, 0, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(n, 77);
	done_with(p);
}

/* Used at the same time: neither is the colder one. */
static void what_is_as_hot_is_not_exchanged(void **state)
{
	struct tiermm_promotion *p = both_full();
	struct tiermm_folio cold = { .page = 100, .node = 0 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .cold = &cold,
					    .n_cold = 1 };
	uint64_t n;

	(void)state;
	heat(p, 1000, 1, 0);
	access_at(p, 1010, 100); /* when page 1 was used, too */
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 0);
	access_at(p, 1011, 1);
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 2);
	done_with(p);
}

/* A page of the middle that wants to go up itself is nobody's cold one. */
static void a_candidate_is_not_exchanged_for_another(void **state)
{
	struct tiermm_promotion *p = both_full();
	struct tiermm_folio cold = { .page = 2, .node = 2 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .cold = &cold,
					    .n_cold = 1 };
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 1, 1, 3), 0);
	heat(p, 1000, 2, 0);
	heat(p, 1100, 1, 0);
	assert_int_equal(page_at(p, 1110, 2).queued, 1);
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 0);
	cold.page = 3; /* there, and nothing is known of it */
	assert_int_equal(tiermm_promotion_plan(p, &q, NULL, 0, &n, NULL), 0);
	assert_int_equal(n, 2);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p3_to_the_accessors_node),
		cmocka_unit_test(p3_else_its_tier_else_the_best_with_room),
		cmocka_unit_test(
			p3_unknown_accessors_mean_the_nearest_top_node),
		cmocka_unit_test(p3_a_node_that_is_full_is_due),
		cmocka_unit_test(a_plan_leaves_the_high_watermark_alone),
		cmocka_unit_test(a_plan_changes_nothing),
		cmocka_unit_test(the_hottest_goes_first),
		cmocka_unit_test(p7_budgets_and_cursors_bind),
		cmocka_unit_test(what_can_never_fit_the_budget_holds_nobody_up),
		cmocka_unit_test(only_allowed_nodes_are_used),
		cmocka_unit_test(p3_exchange_one_hot_for_one_cold),
		cmocka_unit_test(an_exchange_is_never_cut_in_two),
		cmocka_unit_test(what_is_not_cold_is_not_exchanged),
		cmocka_unit_test(wrong_queries_are_refused),
		cmocka_unit_test(what_is_as_hot_is_not_exchanged),
		cmocka_unit_test(a_candidate_is_not_exchanged_for_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
