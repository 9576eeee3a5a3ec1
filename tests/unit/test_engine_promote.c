/* SPDX-License-Identifier: MIT */
/* Promotion as one call: samples in, moves, rooms, exchange (P1, P3, P7). */
#include "promote_fixture.h"

static void hot_pages_go_up(void **state)
{
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	tell_rooms(&x, 500, 500);
	place(&x, 0, 8);
	heat(&x, 2, 3, 10);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 3);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(tiermm_mock_where(x.mock, KEY(i)),
				 i >= 2 && i < 5 ? 0 : 2);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_OF_PROMOTION +
						    TIERMM_PGPROMOTE_SUCCESS),
			 3);
	assert_int_equal(promote(&x, 0, 13), 0);
	assert_int_equal(x.step.promoted, 0);
	engine_end(&x);
}

static void a_budget_bounds_a_step(void **state)
{
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	tell_rooms(&x, 500, 500);
	place(&x, 0, 8);
	heat(&x, 0, 8, 10);
	assert_int_equal(promote(&x, 3, 12), 0);
	assert_int_equal(x.step.promoted, 3);
	assert_int_equal(x.step.more, 1);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 5);
	engine_end(&x);
}

/* Keys of any kind, through a map. */
static void a_map_stands_between_keys_and_indices(void **state)
{
	struct tiermm_promotion_map *map;
	struct engine_fixture x;
	uint64_t key = 0xabcdef, index;

	(void)state;
	map = map_begin(&x, key, &index);
	assert_int_equal(tiermm_mock_put(x.mock, key, 2), 0);
	heat(&x, index, 1, 10);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 1);
	assert_int_equal(tiermm_mock_where(x.mock, key), 0);
	engine_end(&x);
	tiermm_promotion_map_destroy(map);
}

/* P3: full on top, so a cold page makes place for a hot one. */
static void an_exchange_makes_its_own_room(void **state)
{
	struct tiermm_folio cold = { .page = 20 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12 * MS,
					    .cold = &cold,
					    .n_cold = 1 };
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	tell_rooms(&x, 0, 500);
	place(&x, 0, 2);
	engine_put(&x, 20, 1, 0);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(x.e),
						    20, 1, 0),
			 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 0, 1, 0), 0);
	/* No room on the other fast node. */
	assert_int_equal(tiermm_mock_set_node(x.mock, 1, 0, 0), 0);
	heat(&x, 0, 1, 10);
	assert_int_equal(tiermm_engine_promote(x.e, &q, NULL, &x.step), 0);
	assert_int_equal(x.step.promoted, 1);
	assert_int_equal(x.step.demoted, 1);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 0);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(20)), 2);
	engine_end(&x);
}

static void a_full_top_wakes_demotion(void **state)
{
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	tell_rooms(&x, 0, 500);
	place(&x, 0, 2);
	heat(&x, 0, 2, 10);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 0);
	assert_true(tiermm_nodeset_has(&x.step.due, 0));
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 2);
	engine_end(&x);
}

/* What reclaim moved is where promotion believes it to be. */
static void demotions_are_told_to_promotion(void **state)
{
	struct engine_fixture x;

	(void)state;
	promote_begin(&x, NULL);
	tell_rooms(&x, 500, 500);
	engine_put(&x, 0, 4, 0);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(x.e),
						    0, 4, 0),
			 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(x.step.demoted, 4);
	assert_int_equal(engine_counter(&x, TIERMM_ENGINE_OF_PROMOTION +
						    TIERMM_PROMOTION_LOWERED),
			 4);
	heat(&x, 0, 4, 10);
	assert_int_equal(promote(&x, 0, 12), 0);
	assert_int_equal(x.step.promoted, 4);
	engine_end(&x);
}

/* Every callback failed at every call: pages are where they are said to be. */
static uint64_t promote_with_fault(uint32_t verb, uint64_t nth)
{
	struct engine_fixture x;
	uint64_t failed;

	promote_begin(&x, NULL);
	tell_rooms(&x, 500, 500);
	place(&x, 0, 8);
	heat(&x, 0, 8, 10);
	assert_int_equal(tiermm_mock_fail(x.mock, verb, nth, -TIERMM_EIO), 0);
	for (uint64_t round = 0; round < 3; round++) {
		uint64_t up = 0;

		for (uint32_t i = 0; i < 8; i++)
			up += tiermm_mock_where(x.mock, KEY(i)) == 0;
		assert_int_equal(promote(&x, 0, 12 + round), 0);
		for (uint32_t i = 0; i < 8; i++)
			up -= tiermm_mock_where(x.mock, KEY(i)) == 0;
		assert_int_equal(x.step.promoted, 0 - up);
	}
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(tiermm_mock_where(x.mock, KEY(i)), 0);
	failed = engine_counter(&x, TIERMM_ENGINE_CALLS_FAILED);
	engine_end(&x);
	return failed;
}

static void every_slot_may_fail_at_every_call(void **state)
{
	uint64_t nth = 1;

	(void)state;
	while (promote_with_fault(TIERMM_MOCK_MOVE, nth))
		nth++;
	assert_true(nth > 1);
	for (nth = 1; nth < 6; nth++)
		promote_with_fault(TIERMM_MOCK_ANY, nth);
}

static void without_promotion_nothing_goes_up(void **state)
{
	struct tiermm_sample sample = { .page = 0 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_null(tiermm_engine_promotion(x.e));
	assert_int_equal(tiermm_engine_samples(x.e, &sample, 1),
			 -TIERMM_ENOTSUP);
	assert_int_equal(promote(&x, 0, 1), -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_samples(NULL, &sample, 1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_promote(NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	engine_end(&x);
}

/* Links stand by index; what moved up is parked, and comes back once. */
static void what_goes_up_may_be_parked(void **state)
{
	struct tiermm_flush_options f = {
		.size = sizeof(f),
		.max_agents = 1,
		.max_nodes = 4,
		.reasons = TIERMM_MOVED_FOR_PROMOTION,
	};
	struct tiermm_promotion_options p = { .size = sizeof(p),
					      .pages = PAGES };
	struct tiermm_record ring[64];
	struct tiermm_log log = { .size = sizeof(log),
				  .records = ring,
				  .capacity = 64 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 1,
					   .key_base = 0x1000,
					   .key_shift = 12,
					   .promotion = &p,
					   .flush_options = &f,
					   .log = &log };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12 * MS };
	struct tiermm_flush_page page = { 0 }, *links[PAGES] = { NULL };
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = links };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	tell_rooms(&x, 500, 500);
	place(&x, 0, 4);
	heat(&x, 0, 4, 10);
	links[2] = &page;
	assert_int_equal(tiermm_engine_promote(x.e, &q, &parking, &x.step), 0);
	assert_int_equal(x.step.promoted, 4);
	assert_int_equal(x.step.parked, 1);
	assert_true(page.parked != 0);
	assert_int_equal(tiermm_engine_reap(x.e, NULL, 0, 0, &freed), 0);
	assert_int_equal(freed.n_pages, 1);
	assert_true(page.parked == 0);
	assert_int_equal(tiermm_engine_take_back(x.e, &freed), 0);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hot_pages_go_up),
		cmocka_unit_test(a_budget_bounds_a_step),
		cmocka_unit_test(a_map_stands_between_keys_and_indices),
		cmocka_unit_test(an_exchange_makes_its_own_room),
		cmocka_unit_test(a_full_top_wakes_demotion),
		cmocka_unit_test(demotions_are_told_to_promotion),
		cmocka_unit_test(every_slot_may_fail_at_every_call),
		cmocka_unit_test(without_promotion_nothing_goes_up),
		cmocka_unit_test(what_goes_up_may_be_parked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
