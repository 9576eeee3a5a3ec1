/* SPDX-License-Identifier: MIT */
/*
 * The parts of an engine, given out (44); one of them in use by another thread
 * makes the engine say so, and nothing half done.
 */
#include "engine_fixture.h"

#include "promotion/internal.h"
#include "reclaim/internal.h"

static void parts_begin(struct engine_fixture *x)
{
	struct tiermm_promotion_options p = { .size = sizeof(p), .pages = 16 };
	struct tiermm_engine_options o = { .size = sizeof(o), .promotion = &p };
	struct tiermm_engine_room rooms[] = {
		{ .node = 0, .managed_pages = 1000, .free_pages = 500 },
		{ .node = 2, .managed_pages = 1000, .free_pages = 500 },
	};

	engine_begin(x, &o, NULL);
	assert_int_equal(tiermm_engine_set_rooms(x->e, rooms, 2), 0);
}

static uint64_t managed(const struct engine_fixture *x, int32_t node)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };

	assert_int_equal(tiermm_reclaim_get_room(tiermm_engine_reclaim(x->e),
						 node, &room),
			 0);
	return room.managed;
}

static void what_an_engine_lacks_is_null(void **state)
{
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_non_null(tiermm_engine_demotion(x.e));
	assert_non_null(tiermm_engine_reclaim(x.e));
	assert_non_null(tiermm_engine_memops(x.e));
	assert_null(tiermm_engine_promotion(x.e));
	assert_null(tiermm_engine_flush(x.e));
	tiermm_engine_destroy(x.e);
	assert_int_equal(tiermm_engine_create(&x.e, x.topology, NULL, NULL, 0,
					      NULL, NULL),
			 0);
	assert_null(tiermm_engine_memops(x.e));
	engine_end(&x);
}

static void no_engine_has_no_parts(void **state)
{
	struct tiermm_nodeset due;

	(void)state;
	assert_null(tiermm_engine_demotion(NULL));
	assert_null(tiermm_engine_reclaim(NULL));
	assert_null(tiermm_engine_promotion(NULL));
	assert_null(tiermm_engine_flush(NULL));
	assert_null(tiermm_engine_memops(NULL));
	assert_int_equal(tiermm_engine_due(NULL, &due), -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_samples(NULL, NULL, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_promote(NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_engine_destroy(NULL);
}

/* However small the array: as many as fit, and nothing behind it. */
static void counters_fill_the_room_they_get(void **state)
{
	uint64_t all[TIERMM_ENGINE_COUNTERS + 1];
	struct engine_fixture x;
	uint64_t n;

	(void)state;
	parts_begin(&x);
	for (uint64_t cap = 0; cap <= TIERMM_ENGINE_COUNTERS; cap += 32) {
		memset(all, 0xa5, sizeof(all));
		assert_int_equal(tiermm_engine_counters(x.e, cap ? all : NULL,
							cap, &n),
				 0);
		assert_int_equal(n, TIERMM_ENGINE_COUNTERS);
		assert_int_equal(all[cap], UINT64_C(0xa5a5a5a5a5a5a5a5));
		if (cap)
			assert_int_equal(all[cap - 1], 0);
	}
	assert_int_equal(tiermm_engine_counters(x.e, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_counters(x.e, all, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_counters(NULL, all, 1, &n),
			 -TIERMM_EINVAL);
	engine_end(&x);
}

static void a_wrong_room_among_others_takes_none(void **state)
{
	struct tiermm_engine_room rooms[] = {
		{ .node = 0, .managed_pages = 77 },
		{ .node = TIERMM_MAX_NODES, .managed_pages = 77 },
	};
	struct engine_fixture x;

	(void)state;
	parts_begin(&x);
	assert_int_equal(tiermm_engine_set_rooms(x.e, rooms, 2),
			 -TIERMM_ENODEV);
	assert_int_equal(managed(&x, 0), 1000);
	rooms[1] = (struct tiermm_engine_room){ .node = 2, .reserved = 1 };
	assert_int_equal(tiermm_engine_set_rooms(x.e, rooms, 2),
			 -TIERMM_EINVAL);
	assert_int_equal(managed(&x, 0), 1000);
	assert_int_equal(tiermm_engine_set_rooms(x.e, NULL, 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_set_rooms(x.e, NULL, 0), 0);
	engine_end(&x);
}

static void reclaim_in_use_elsewhere_is_busy_here(void **state)
{
	struct tiermm_engine_room room = { .node = 0, .managed_pages = 77 };
	struct tiermm_event event = { .kind = TIERMM_EVENT_MEMORY_ADD,
				      .node = 0,
				      .pages = 50 };
	struct tiermm_reclaim *r;
	struct tiermm_nodeset due;
	struct engine_fixture x;

	(void)state;
	parts_begin(&x);
	r = tiermm_engine_reclaim(x.e);
	assert_int_equal(tiermm__reclaim_enter(r), 0);
	assert_int_equal(tiermm_engine_due(x.e, &due), -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_set_rooms(x.e, &room, 1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_promote(x.e, NULL, NULL, &x.step),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_balance(x.e, 0, &x.context, NULL, NULL,
					       0, NULL, &x.step),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_event(x.e, &event, NULL), -TIERMM_EBUSY);
	tiermm__reclaim_leave(r);
	/* The engine itself was left each time. */
	assert_int_equal(tiermm_engine_due(x.e, &due), 0);
	assert_int_equal(managed(&x, 0), 1000);
	assert_int_equal(tiermm_engine_promote(x.e, NULL, NULL, &x.step), 0);
	engine_end(&x);
}

static void promotion_in_use_elsewhere_is_busy_here(void **state)
{
	struct tiermm_sample sample = { .page = 0 };
	struct tiermm_promotion *p;
	struct engine_fixture x;

	(void)state;
	parts_begin(&x);
	p = tiermm_engine_promotion(x.e);
	assert_int_equal(tiermm__promotion_enter(p), 0);
	assert_int_equal(tiermm_engine_samples(x.e, &sample, 1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_promote(x.e, NULL, NULL, &x.step),
			 -TIERMM_EBUSY);
	tiermm__promotion_leave(p);
	assert_int_equal(tiermm_engine_samples(x.e, &sample, 1), 0);
	engine_end(&x);
}

/* More than can be counted stays at the most. */
static void a_size_does_not_wrap(void **state)
{
	struct tiermm_event event = { .kind = TIERMM_EVENT_MEMORY_ADD,
				      .node = 0,
				      .pages = UINT64_MAX };
	struct engine_fixture x;

	(void)state;
	parts_begin(&x);
	assert_int_equal(tiermm_engine_event(x.e, &event, NULL), 0);
	assert_int_equal(managed(&x, 0), UINT64_MAX);
	/* A node that nobody told of has no size to follow. */
	event.node = 3;
	assert_int_equal(tiermm_engine_event(x.e, &event, NULL), 0);
	assert_int_equal(managed(&x, 3), 0);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_engine_lacks_is_null),
		cmocka_unit_test(no_engine_has_no_parts),
		cmocka_unit_test(counters_fill_the_room_they_get),
		cmocka_unit_test(a_wrong_room_among_others_takes_none),
		cmocka_unit_test(reclaim_in_use_elsewhere_is_busy_here),
		cmocka_unit_test(promotion_in_use_elsewhere_is_busy_here),
		cmocka_unit_test(a_size_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
