/* SPDX-License-Identifier: MIT */
/*
 * The policy of docs/tutorial.md over the mock: what is hot to it, and that
 * pages really go up and stay where they are told to.
 */
#include "engine_fixture.h"

#include "../../examples/own_policy.h"

static struct own_policy ours = { .pause_ms = 1000, .in_a_row = 3 };

/* A use of a page, so long after the one before. */
static int use(struct tiermm_promotion_access *a, uint64_t latency_ms)
{
	a->latency_ms = latency_ms;
	return own_policy_sample(&ours, a);
}

static void the_third_use_in_a_row_is_hot(void **state)
{
	struct tiermm_promotion_access a = { .size = sizeof(a) };

	(void)state;
	assert_int_equal(use(&a, TIERMM_PROMOTION_UNSET),
			 TIERMM_PROMOTION_COLD);
	assert_int_equal(use(&a, 999), TIERMM_PROMOTION_COLD);
	assert_int_equal(use(&a, 999), TIERMM_PROMOTION_HOT);
	assert_int_equal(a.heat, 3);
}

static void a_pause_begins_anew(void **state)
{
	struct tiermm_promotion_access a = { .size = sizeof(a) };

	(void)state;
	use(&a, 1);
	use(&a, 1);
	assert_int_equal(use(&a, 1000), TIERMM_PROMOTION_COLD);
	assert_int_equal(a.heat, 1);
}

static void with_much_room_the_second_use_is_enough(void **state)
{
	struct tiermm_promotion_room room = { .present_pages = 100,
					      .free_pages = 26 };
	struct tiermm_promotion_access a = { .size = sizeof(a), .room = &room };

	(void)state;
	assert_int_equal(use(&a, 1), TIERMM_PROMOTION_COLD);
	assert_int_equal(use(&a, 1), TIERMM_PROMOTION_HOT);
	room.free_pages = 25;
	a.heat = 1;
	assert_int_equal(use(&a, 1), TIERMM_PROMOTION_COLD);
}

static void heat_and_score_stay_in_their_bounds(void **state)
{
	struct tiermm_promotion_access a = { .size = sizeof(a) };

	(void)state;
	for (uint32_t i = 0; i < 300; i++)
		use(&a, 1);
	assert_int_equal(a.heat, TIERMM_PROMOTION_HEAT_MAX);
	assert_int_equal(a.score, TIERMM_PROMOTION_SCORE_MAX);
}

static void judging_changes_no_heat(void **state)
{
	struct tiermm_promotion_access a = { .size = sizeof(a), .heat = 2 };

	(void)state;
	assert_int_equal(own_policy_judge(&ours, &a), TIERMM_PROMOTION_HOT);
	assert_int_equal(a.heat, 2);
}

static void begin(struct engine_fixture *x)
{
	static struct tiermm_promotion_policy table;
	struct tiermm_engine_room room = { .managed_pages = 1000,
					   .min_pages = 4,
					   .free_pages = 200 };
	struct tiermm_promotion_options p = { .size = sizeof(p),
					      .pages = 8,
					      .policy = TIERMM_PROMOTION_OWN,
					      .own = &table };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .key_base = 0x1000,
					   .key_shift = 12,
					   .promotion = &p };

	table = own_policy_table(&ours);
	engine_begin(x, &o, NULL);
	assert_int_equal(tiermm_engine_set_rooms(x->e, &room, 1), 0);
	engine_put(x, 0, 8, 2);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    x->e),
						    0, 8, 2),
			 0);
}

/* Page 1 three times, page 2 twice, page 3 three times with a pause. */
static void what_is_hot_goes_up_over_the_mock(void **state)
{
	static const uint64_t uses[][2] = { { 1, 1000 }, { 2, 1100 },
					    { 3, 1200 }, { 1, 1300 },
					    { 3, 1400 }, { 1, 1500 },
					    { 2, 1600 }, { 3, 2900 } };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 3000000000 };
	struct engine_fixture x;

	(void)state;
	begin(&x);
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct tiermm_sample s = { .page = uses[i][0],
					   .time_ns = uses[i][1] * 1000000,
					   .kind = TIERMM_SAMPLE_APPLICATION };

		assert_int_equal(tiermm_engine_samples(x.e, &s, 1), 0);
	}
	assert_int_equal(tiermm_engine_promote(x.e, &q, NULL, &x.step), 0);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(tiermm_mock_where(x.mock, KEY(i)),
				 i == 1 ? 0 : 2);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_third_use_in_a_row_is_hot),
		cmocka_unit_test(a_pause_begins_anew),
		cmocka_unit_test(with_much_room_the_second_use_is_enough),
		cmocka_unit_test(heat_and_score_stay_in_their_bounds),
		cmocka_unit_test(judging_changes_no_heat),
		cmocka_unit_test(what_is_hot_goes_up_over_the_mock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
