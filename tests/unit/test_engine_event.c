/* SPDX-License-Identifier: MIT */
/* What happens to the machine, told to every part (31, L3, L11). */
#include "engine_fixture.h"

static void tell_room(struct engine_fixture *x, int32_t node, uint64_t managed,
		      uint64_t free)
{
	struct tiermm_engine_room room = { .node = node,
					   .managed_pages = managed,
					   .min_pages = 10,
					   .free_pages = free };

	assert_int_equal(tiermm_engine_set_rooms(x->e, &room, 1), 0);
}

static struct tiermm_reclaim_room room_of(struct engine_fixture *x,
					  int32_t node)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };

	assert_int_equal(tiermm_reclaim_get_room(tiermm_engine_reclaim(x->e),
						 node, &room),
			 0);
	return room;
}

static int happens(struct engine_fixture *x, uint32_t kind, int32_t node,
		   uint64_t pages, uint32_t *effect)
{
	struct tiermm_event event = { .kind = kind,
				      .node = node,
				      .pages = pages };

	return tiermm_engine_event(x->e, &event, effect);
}

static void a_node_that_went_is_no_target(void **state)
{
	struct engine_fixture x;
	uint32_t effect = 0;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 4, 0);
	tell_room(&x, 2, 1000, 500);
	assert_int_equal(happens(&x, TIERMM_EVENT_MEMORY_REMOVE, 2, 0, &effect),
			 0);
	assert_true(effect & TIERMM_EFFECT_REBUILT);
	assert_int_equal(room_of(&x, 2).managed, 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(x.decision[0].to, 3);
	engine_end(&x);
}

/* It goes while pages are planned for it: they come back as target gone. */
static void a_target_that_goes_meanwhile_never_dangles(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 4, 0);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(tiermm_mock_script(x.mock, TIERMM_MOCK_MOVE,
						    TIERMM_OUTCOME_TARGET_GONE),
				 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	assert_int_equal(x.step.demoted, 4);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 3);
	engine_check_conservation(&x, 4);
	engine_end(&x);
}

static void what_cannot_happen_changes_nothing(void **state)
{
	struct engine_fixture x;
	uint32_t effect = 77;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_int_equal(happens(&x, TIERMM_EVENT_MEMORY_GOING, 9, 0, &effect),
			 -TIERMM_ENODEV);
	assert_int_equal(effect, 77);
	assert_int_equal(tiermm_engine_event(NULL, NULL, NULL), -TIERMM_EINVAL);
	engine_end(&x);
}

/* L11: marks follow the node's size. */
static void marks_follow_what_comes_and_goes(void **state)
{
	struct engine_fixture x;
	uint64_t start;

	(void)state;
	engine_begin(&x, NULL, NULL);
	tell_room(&x, 0, 10000, 5000);
	start = room_of(&x, 0).marks.start;
	assert_int_equal(happens(&x, TIERMM_EVENT_MEMORY_ADD, 0, 10000, NULL),
			 0);
	assert_int_equal(room_of(&x, 0).managed, 20000);
	assert_int_equal(room_of(&x, 0).free_pages, 15000);
	assert_true(room_of(&x, 0).marks.start > start);
	assert_int_equal(happens(&x, TIERMM_EVENT_MEMORY_REMOVE, 0, 10000,
				 NULL),
			 0);
	assert_int_equal(room_of(&x, 0).managed, 10000);
	assert_int_equal(room_of(&x, 0).marks.start, start);
	engine_end(&x);
}

/* A rebuild without memory: gone all the same, and said so. */
static void without_memory_a_node_that_is_gone_is_gone(void **state)
{
	struct tiermm_topology *t = machine_topology(&machine_three_tiers);
	struct tiermm_event event = { .kind = TIERMM_EVENT_MEMORY_REMOVE,
				      .node = 2 };
	struct tiermm_engine *e;
	uint64_t bytes;
	void *memory;

	(void)state;
	assert_int_equal(tiermm_engine_footprint(t, NULL, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes);
	assert_int_equal(tiermm_engine_init(&e, memory, bytes, t, NULL, NULL, 0,
					    NULL, NULL),
			 0);
	assert_int_equal(tiermm_engine_event(e, &event, NULL), -TIERMM_ENOTSUP);
	assert_int_not_equal(tiermm_demotion_next(tiermm_engine_demotion(e), 0),
			     2);
	tiermm_engine_destroy(e);
	free(memory);
	tiermm_topology_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_went_is_no_target),
		cmocka_unit_test(a_target_that_goes_meanwhile_never_dangles),
		cmocka_unit_test(what_cannot_happen_changes_nothing),
		cmocka_unit_test(marks_follow_what_comes_and_goes),
		cmocka_unit_test(without_memory_a_node_that_is_gone_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
