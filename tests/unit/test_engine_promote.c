/* SPDX-License-Identifier: MIT */
/* Promotion as one call: samples in, moves, rooms, exchange (P1, P3, P7). */
#include "engine_fixture.h"

#include <tiermm/promotion_explain.h>

#define PAGES 64
#define MS UINT64_C(1000000)

/* Keys are 0x1000 * (index + 1), as KEY() has it. */
static void promote_begin(struct engine_fixture *x,
			  struct tiermm_promotion_map *map)
{
	struct tiermm_promotion_options p = {
		.size = sizeof(p),
		.flags = TIERMM_PROMOTION_NO_GUARD,
		.pages = PAGES,
		.policy = TIERMM_PROMOTION_KERNEL,
	};
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .key_base = 0x1000,
					   .key_shift = 12,
					   .map = map,
					   .promotion = &p };

	engine_begin(x, &o, NULL);
}

static void tell_rooms(struct engine_fixture *x, uint64_t fast, uint64_t slow)
{
	struct tiermm_engine_room rooms[] = {
		{ .node = 0,
		  .managed_pages = 1000,
		  .min_pages = 4,
		  .free_pages = fast },
		{ .node = 2,
		  .managed_pages = 1000,
		  .min_pages = 4,
		  .free_pages = slow },
	};

	assert_int_equal(tiermm_engine_set_rooms(x->e, rooms, 2), 0);
}

/* Pages first to first + n stand on node 2. */
static void place(struct engine_fixture *x, uint32_t first, uint32_t n)
{
	engine_put(x, first, n, 2);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    x->e),
						    first, n, 2),
			 0);
}

/* Marked at one time, faulted on by node 0 one millisecond later: hot. */
static void heat(struct engine_fixture *x, uint64_t first, uint64_t n,
		 uint64_t ms)
{
	struct tiermm_sample sample[2 * PAGES];

	for (uint64_t i = 0; i < n; i++) {
		sample[i] = (struct tiermm_sample){
			.page = first + i,
			.time_ns = ms * MS,
			.accessor = 0,
			.kind = TIERMM_SAMPLE_MARK,
		};
		sample[n + i] = sample[i];
		sample[n + i].time_ns += MS;
		sample[n + i].kind = TIERMM_SAMPLE_HINT_FAULT;
	}
	assert_int_equal(tiermm_engine_samples(x->e, sample, 2 * n), 0);
}

static int promote(struct engine_fixture *x, uint64_t budget, uint64_t ms)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .budget_pages = budget,
					    .now_ns = ms * MS };

	return tiermm_engine_promote(x->e, &q, NULL, &x->step);
}

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

/* An engine whose promotion knows one page of node 2, by a map. */
static struct tiermm_promotion_map *map_begin(struct engine_fixture *x,
					      uint64_t key, uint64_t *index)
{
	struct tiermm_promotion_map *map;
	uint64_t n;

	assert_int_equal(tiermm_promotion_map_create(&map, PAGES, 1, NULL), 0);
	assert_int_equal(tiermm_promotion_map_add(map, &key, 1, index, &n), 0);
	promote_begin(x, map);
	tell_rooms(x, 500, 500);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    x->e),
						    *index, 1, 2),
			 0);
	return map;
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
		cmocka_unit_test(hot_pages_go_up),
		cmocka_unit_test(a_budget_bounds_a_step),
		cmocka_unit_test(a_map_stands_between_keys_and_indices),
		cmocka_unit_test(an_exchange_makes_its_own_room),
		cmocka_unit_test(a_full_top_wakes_demotion),
		cmocka_unit_test(demotions_are_told_to_promotion),
		cmocka_unit_test(every_slot_may_fail_at_every_call),
		cmocka_unit_test(without_promotion_nothing_goes_up),
		cmocka_unit_test(what_goes_up_may_be_parked),
		cmocka_unit_test(a_key_that_left_is_absent),
		cmocka_unit_test(nothing_goes_up_to_a_node_that_is_going),
		cmocka_unit_test(every_outcome_is_taken),
		cmocka_unit_test(a_run_beyond_promotion_is_left_out),
		cmocka_unit_test(a_budget_is_shared_by_the_batches),
		cmocka_unit_test(with_cold_pages_one_batch_is_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
