/* SPDX-License-Identifier: MIT */
/* Walks down the chain (D6). */
#include "demotion_fixture.h"

static uint64_t walk(struct tiermm_demotion *d, int32_t node, int32_t *out,
		     uint64_t cap)
{
	uint64_t n = 99;

	assert_int_equal(tiermm_demotion_walk(d, node, out, cap, &n), 0);
	return n;
}

static void a_walk_names_each_node_on_the_way(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	int32_t out[4] = { 0 };

	(void)state;
	assert_int_equal(walk(d, 0, out, 4), 2);
	assert_int_equal(out[0], 2);
	assert_int_equal(out[1], 4);
	assert_int_equal(walk(d, 1, out, 4), 2);
	assert_int_equal(out[0], 3);
	assert_int_equal(walk(d, 4, out, 4), 0);
	assert_int_equal(walk(d, 9, out, 4), 0);
	tiermm_demotion_destroy(d);
}

static void a_short_array_is_filled_and_the_length_told(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	int32_t out[2] = { -7, -7 };

	(void)state;
	assert_int_equal(walk(d, 0, NULL, 0), 2);
	assert_int_equal(walk(d, 0, out, 1), 2);
	assert_int_equal(out[0], 2);
	assert_int_equal(out[1], -7);
	tiermm_demotion_destroy(d);
}

static void a_walk_goes_round_blocked_nodes(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	int32_t out[4] = { 0 };

	(void)state;
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 2, 0),
			 TIERMM_EFFECT_BLOCKED);
	assert_int_equal(walk(d, 0, out, 4), 2);
	assert_int_equal(out[0], 3);
	assert_int_equal(out[1], 4);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 4, 0),
			 TIERMM_EFFECT_BLOCKED);
	assert_int_equal(walk(d, 0, out, 4), 1);
	assert_int_equal(walk(d, 2, out, 4), 0);
	tiermm_demotion_destroy(d);
}

static void nothing_is_walked_while_demotion_is_off(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_int_equal(tiermm_demotion_enable(d, 0), 0);
	assert_int_equal(walk(d, 0, NULL, 0), 0);
	assert_int_equal(tiermm_demotion_enable(d, 1), 0);
	assert_int_equal(walk(d, 0, NULL, 0), 2);
	tiermm_demotion_destroy(d);
}

static void bad_walks_are_refused(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	int32_t out = -7;
	uint64_t n = 99;

	(void)state;
	assert_int_equal(tiermm_demotion_walk(NULL, 0, &out, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_walk(d, 0, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_walk(d, 0, &out, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_walk(d, 5, &out, 1, &n),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_walk(d, -1, &out, 1, &n),
			 -TIERMM_ENODEV);
	assert_int_equal(n, 99);
	assert_int_equal(out, -7);
	tiermm_demotion_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_walk_names_each_node_on_the_way),
		cmocka_unit_test(a_short_array_is_filled_and_the_length_told),
		cmocka_unit_test(a_walk_goes_round_blocked_nodes),
		cmocka_unit_test(nothing_is_walked_while_demotion_is_off),
		cmocka_unit_test(bad_walks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
