/* SPDX-License-Identifier: MIT */
/* Balancing: from below low to above high, in steps (R8). */
#include "engine_fixture.h"

static void tell_room(struct engine_fixture *x, int32_t node, uint64_t free)
{
	struct tiermm_engine_room room = { .node = node,
					   .managed_pages = 1000,
					   .min_pages = 40,
					   .free_pages = free };

	assert_int_equal(tiermm_engine_set_rooms(x->e, &room, 1), 0);
}

/* Marks of 1000 pages, 40 of them min: 40, 50, 60; headroom is switched off. */
static void balance_begin(struct engine_fixture *x)
{
	struct tiermm_reclaim_options r = {
		.size = sizeof(r),
		.headroom_bp = TIERMM_WATERMARK_HEADROOM_NONE
	};
	struct tiermm_engine_options o = { .size = sizeof(o), .reclaim = &r };

	engine_begin(x, &o, NULL);
	engine_put(x, 0, FOLIOS, 0);
}

static int balance(struct engine_fixture *x, int32_t node, uint32_t first)
{
	return tiermm_engine_balance(x->e, node, &x->context, NULL,
				     &x->folio[first], FOLIOS - first,
				     &x->decision[first], &x->step);
}

static int is_due(struct engine_fixture *x, int32_t node)
{
	struct tiermm_nodeset due;

	assert_int_equal(tiermm_engine_due(x->e, &due), 0);
	return tiermm_nodeset_has(&due, node);
}

static void a_node_above_its_marks_takes_nothing(void **state)
{
	struct engine_fixture x;

	(void)state;
	balance_begin(&x);
	tell_room(&x, 0, 55);
	assert_int_equal(balance(&x, 0, 0), 0);
	assert_int_equal(x.step.taken, 0);
	assert_int_equal(is_due(&x, 0), 0);
	engine_end(&x);
}

/* Begun below low, it goes on above it, and ends above high. */
static void balancing_stops_above_the_stop_mark(void **state)
{
	struct engine_fixture x;
	uint32_t first = 0, steps = 0;

	(void)state;
	balance_begin(&x);
	tell_room(&x, 0, 45);
	x.context.budget_pages = 5;
	while (is_due(&x, 0)) {
		assert_int_equal(balance(&x, 0, first), 0);
		assert_in_range(x.step.demoted, 1, 5);
		first += (uint32_t)x.step.taken;
		assert_true(++steps < 20);
	}
	assert_int_equal(steps, 4);
	assert_int_equal(first, 16);
	assert_int_equal(balance(&x, 0, first), 0);
	assert_int_equal(x.step.taken, 0);
	engine_end(&x);
}

static void a_slower_node_becomes_due_in_turn(void **state)
{
	struct engine_fixture x;

	(void)state;
	balance_begin(&x);
	tell_room(&x, 0, 40);
	tell_room(&x, 2, 55);
	assert_int_equal(balance(&x, 0, 0), 0);
	assert_int_equal(x.step.demoted, 21);
	assert_true(tiermm_nodeset_has(&x.step.due, 2));
	assert_false(tiermm_nodeset_has(&x.step.due, 0));
	engine_end(&x);
}

/* F8: an allocation failed, whatever the figures say. */
static void a_pressed_node_is_relieved_once(void **state)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct engine_fixture x;

	(void)state;
	balance_begin(&x);
	tell_room(&x, 0, 500);
	assert_int_equal(tiermm_engine_alloc_failed(x.e, 0, NULL, &freed),
			 -TIERMM_ENOMEM);
	assert_true(is_due(&x, 0));
	assert_int_equal(balance(&x, 0, 0), 0);
	assert_int_equal(x.step.demoted, 32);
	assert_false(is_due(&x, 0));
	engine_end(&x);
}

static void nodes_that_are_none_are_refused(void **state)
{
	struct tiermm_engine_room room = { .node = 2000 };
	struct engine_fixture x;

	(void)state;
	balance_begin(&x);
	assert_int_equal(balance(&x, -1, 0), -TIERMM_ENODEV);
	assert_int_equal(balance(&x, 2000, 0), -TIERMM_ENODEV);
	assert_int_equal(tiermm_engine_set_rooms(x.e, &room, 1),
			 -TIERMM_ENODEV);
	room = (struct tiermm_engine_room){ .node = 0, .reserved = 1 };
	assert_int_equal(tiermm_engine_set_rooms(x.e, &room, 1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_due(x.e, NULL), -TIERMM_EINVAL);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_above_its_marks_takes_nothing),
		cmocka_unit_test(balancing_stops_above_the_stop_mark),
		cmocka_unit_test(a_slower_node_becomes_due_in_turn),
		cmocka_unit_test(a_pressed_node_is_relieved_once),
		cmocka_unit_test(nodes_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
