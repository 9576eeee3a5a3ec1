/* SPDX-License-Identifier: MIT */
/*
 * Where promotion by the engine ends: keys that left, nodes that go, runs
 * beyond its pages, and batches that share a budget.
 */
#include "promote_fixture.h"

/* An index whose key has left the map has nothing to move. */
static void a_key_that_left_is_absent(void **state)
{
	struct tiermm_promotion_map *map;
	struct engine_fixture x;
	uint64_t key = 0xabcdef, index;

	(void)state;
	map = map_begin(&x, key, &index);
	heat(&x, index, 1, 10);
	assert_int_equal(tiermm_promotion_map_remove(map, key, &index), 0);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 0);
	assert_int_equal(x.step.later, 1);
	assert_int_equal(x.step.calls, 0);
	/* Nor does a demotion of a stranger disturb anybody. */
	engine_put(&x, 0, 1, 0);
	assert_int_equal(engine_demote(&x, 1), 0);
	assert_int_equal(x.step.demoted, 1);
	engine_end(&x);
	tiermm_promotion_map_destroy(map);
}

/* A node that is about to go takes nothing up. */
static void nothing_goes_up_to_a_node_that_is_going(void **state)
{
	struct tiermm_event event = { .kind = TIERMM_EVENT_MEMORY_GOING };
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	tell_rooms(&x, 500, 500);
	place(&x, 0, 2);
	heat(&x, 0, 2, 10);
	assert_int_equal(tiermm_engine_event(x.e, &event, NULL), 0);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 0);
	event.kind = TIERMM_EVENT_MEMORY_CANCEL;
	assert_int_equal(tiermm_engine_event(x.e, &event, NULL), 0);
	assert_int_equal(promote(&x, 0, 13), 0);
	assert_int_equal(x.step.promoted, 2);
	engine_end(&x);
}

/* Whatever outcome comes, the sums hold and no page is lost. */
static void every_outcome_is_taken(void **state)
{
	struct engine_fixture x;

	(void)state;
	for (uint32_t outcome = 0; outcome < TIERMM_OUTCOMES; outcome++) {
		promote_begin(&x, NULL);
		tell_rooms(&x, 500, 500);
		place(&x, 0, 2);
		heat(&x, 0, 2, 10);
		assert_int_equal(tiermm_mock_script(x.mock, TIERMM_MOCK_MOVE,
						    outcome),
				 0);
		assert_int_equal(promote(&x, 0, 12), 0);
		assert_int_equal(x.step.pages, x.step.promoted +
						       x.step.already +
						       x.step.later);
		assert_int_equal(x.step.pages, 2);
		engine_end(&x);
	}
}

/* Where promotion takes a page to be. */
static int32_t believed(const struct engine_fixture *x, uint64_t page)
{
	struct tiermm_promotion_page is;

	assert_int_equal(tiermm_promotion_get_page(tiermm_engine_promotion(x->e),
						   0, page, &is),
			 0);
	return is.node;
}

/* What reaches beyond promotion's pages keeps nothing else from being told. */
static void a_run_beyond_promotion_is_left_out(void **state)
{
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	place(&x, 0, 1);
	x.folio[1] = (struct tiermm_folio){ .page = KEY(PAGES - 1),
					    .node = 2,
					    .order = 1,
					    .flags = TIERMM_FOLIO_ANON };
	assert_int_equal(tiermm_mock_put_run(x.mock, KEY(PAGES - 1), 2, 2), 0);
	assert_int_equal(engine_demote(&x, 2), 0);
	assert_int_equal(x.step.demoted, 3);
	assert_int_equal(believed(&x, 0), 3);
	assert_int_equal(believed(&x, PAGES - 1), TIERMM_NO_NODE);
	engine_end(&x);
}

/* Two pages a call. */
static void begin_in_pairs(struct engine_fixture *x)
{
	struct tiermm_promotion_options p = { .size = sizeof(p),
					      .pages = PAGES };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .batch = 2,
					   .key_base = 0x1000,
					   .key_shift = 12,
					   .promotion = &p };

	engine_begin(x, &o, NULL);
	tell_rooms(x, 500, 500);
	place(x, 0, 8);
	heat(x, 0, 8, 10);
}

/* A budget is of the whole step, over as many calls as it takes. */
static void a_budget_is_shared_by_the_batches(void **state)
{
	struct engine_fixture x;

	(void)state;
	begin_in_pairs(&x);
	assert_int_equal(promote(&x, 5, 12), 0);
	assert_int_equal(x.step.promoted, 5);
	assert_int_equal(x.step.more, 1);
	engine_end(&x);
}

/* The caller's cold pages are for one batch. */
static void with_cold_pages_one_batch_is_moved(void **state)
{
	struct tiermm_folio cold = { .page = 20 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12 * MS,
					    .cold = &cold,
					    .n_cold = 1 };
	struct engine_fixture x;

	(void)state;
	begin_in_pairs(&x);
	assert_int_equal(tiermm_engine_promote(x.e, &q, NULL, &x.step), 0);
	assert_int_equal(x.step.promoted, 2);
	assert_int_equal(x.step.more, 1);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 6);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_left_is_absent),
		cmocka_unit_test(nothing_goes_up_to_a_node_that_is_going),
		cmocka_unit_test(every_outcome_is_taken),
		cmocka_unit_test(a_run_beyond_promotion_is_left_out),
		cmocka_unit_test(a_budget_is_shared_by_the_batches),
		cmocka_unit_test(with_cold_pages_one_batch_is_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
