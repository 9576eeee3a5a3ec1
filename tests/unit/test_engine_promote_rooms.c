/* SPDX-License-Identifier: MIT */
/*
 * Reclaim's rooms follow what promotion moves (R8): moves from one node to
 * another that come in a row are told at once, and come to the same.
 */
#include "engine_fixture.h"

#define PAGES 48
#define ROW 3
#define FREE 500
/* Node 0 is full in the middle of a row. */
#define FREE_ON_0 20
#define MS UINT64_C(1000000)

static void begin(struct engine_fixture *x, const struct tiermm_memops *ops)
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
					   .promotion = &p };

	engine_begin(x, &o, ops);
	for (int32_t node = 0; node < 4; node++) {
		struct tiermm_engine_room room = {
			.node = node,
			.managed_pages = 1000,
			.min_pages = 4,
			.free_pages = node ? FREE : FREE_ON_0
		};

		assert_int_equal(tiermm_engine_set_rooms(x->e, &room, 1), 0);
	}
}

static uint64_t free_on(const struct engine_fixture *x, int32_t node)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };

	assert_int_equal(tiermm_reclaim_get_room(tiermm_engine_reclaim(x->e),
						 node, &room),
			 0);
	return room.free_pages;
}

/* A hot page on a slow node, wanted by a fast one. */
static void put_hot(struct engine_fixture *x, uint32_t page, int32_t node,
		    int32_t accessor)
{
	struct tiermm_sample sample[2] = {
		{ .page = page,
		  .time_ns = 10 * MS,
		  .accessor = accessor,
		  .kind = TIERMM_SAMPLE_MARK },
		{ .page = page,
		  .time_ns = 11 * MS,
		  .accessor = accessor,
		  .kind = TIERMM_SAMPLE_HINT_FAULT },
	};

	engine_put(x, page, 1, node);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    x->e),
						    page, 1, node),
			 0);
	assert_int_equal(tiermm_engine_samples(x->e, sample, 2), 0);
}

static void promote(struct engine_fixture *x)
{
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12 * MS };

	assert_int_equal(tiermm_engine_promote(x->e, &q, NULL, &x->step), 0);
}

static void r8_rooms_follow_rows_of_moves(void **state)
{
	uint64_t is_free[4] = { FREE_ON_0, FREE, FREE, FREE };
	struct engine_fixture x;

	(void)state;
	begin(&x, NULL);
	for (uint32_t i = 0; i < PAGES; i++) {
		int32_t node = 2 + (int32_t)(i / ROW % 2);

		put_hot(&x, i, node, 0);
		is_free[node]++;
	}
	promote(&x);
	assert_int_equal(x.step.promoted, PAGES);
	for (uint32_t i = 0; i < PAGES; i++)
		is_free[tiermm_mock_where(x.mock, KEY(i))]--;
	for (int32_t node = 0; node < 4; node++)
		assert_int_equal(free_on(&x, node), is_free[node]);
	assert_true(is_free[0] < FREE_ON_0 && is_free[1] < FREE);
	engine_end(&x);
}

static int move_far_too_much(void *self, const struct tiermm_move *moves,
			     uint64_t n, struct tiermm_result *results)
{
	(void)self;
	(void)moves;
	for (uint64_t i = 0; i < n; i++)
		results[i] = (struct tiermm_result){
			.outcome = TIERMM_OUTCOME_DONE,
			.pages = UINT64_C(1) << 61,
		};
	return 0;
}

/* What a table says that cannot be ends at the greatest number. */
static void r8_rooms_do_not_come_round(void **state)
{
	struct tiermm_memops ops = { .size = sizeof(ops),
				     .name = "far_too_much",
				     .move = move_far_too_much };
	struct engine_fixture x;

	(void)state;
	begin(&x, &ops);
	for (uint32_t i = 0; i < 9; i++)
		put_hot(&x, i, 2, 0);
	promote(&x);
	assert_int_equal(free_on(&x, 2), UINT64_MAX);
	assert_int_equal(free_on(&x, 0), 0);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r8_rooms_follow_rows_of_moves),
		cmocka_unit_test(r8_rooms_do_not_come_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
