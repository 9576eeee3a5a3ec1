/* SPDX-License-Identifier: MIT */
/* The life of reclaim: create, init, options, one owner at a time. */
#include "reclaim_fixture.h"

#include "reclaim/internal.h"

static void create_survives_every_oom(void **state)
{
	struct scene s = scene_of();
	uint64_t calls = 0;

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_reclaim *r = (void *)&s;
		int err = tiermm_reclaim_create(&r, s.d, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !r));
		tiermm_reclaim_destroy(r);
		assert_true(failing_is_clean(&f));
		calls = k;
	}
	assert_int_equal(calls, 1);
	leave(&s);
}

static void init_takes_the_footprint_and_no_byte_more(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o), .max_nodes = 6 };
	struct scene s = scene_of();
	struct tiermm_reclaim *r = (void *)&s;
	unsigned char *memory;
	uint64_t bytes, all;

	(void)state;
	assert_int_equal(tiermm_reclaim_footprint(&o, &bytes), 0);
	assert_int_equal(tiermm_reclaim_footprint(NULL, &all), 0);
	assert_true(bytes < all);
	memory = aligned_alloc(TIERMM_ALIGN, (size_t)bytes + TIERMM_ALIGN);
	assert_non_null(memory);
	memset(memory, 0xa5, (size_t)bytes + TIERMM_ALIGN);
	assert_int_equal(tiermm_reclaim_init(&r, memory, bytes - 1, s.d, &o),
			 -TIERMM_ENOMEM);
	assert_null(r);
	assert_int_equal(tiermm_reclaim_init(&r, memory + 8, bytes, s.d, &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_init(&r, memory, bytes, NULL, &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_init(&r, memory, bytes, s.d, &o), 0);
	for (uint32_t i = 0; i < TIERMM_ALIGN; i++)
		assert_int_equal(memory[bytes + i], 0xa5);
	assert_true(tiermm_reclaim_is_valid(r));
	tiermm_reclaim_destroy(r);
	free(memory);
	leave(&s);
}

static void options_come_back_with_defaults_filled_in(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o) };
	struct scene s = scene_of();

	(void)state;
	assert_int_equal(tiermm_reclaim_get_options(s.r, &o), 0);
	assert_int_equal(o.headroom_bp, 200);
	assert_int_equal(o.scale_bp, 10);
	assert_int_equal(o.rate_limit_bytes, 0);
	assert_int_equal(o.burst_ns, 100000000);
	assert_int_equal(o.backoff_first_ns, 10000000);
	assert_int_equal(o.backoff_max_ns, 1000000000);
	assert_int_equal(o.probe_pages, 32);
	assert_int_equal(o.page_bytes, 4096);
	assert_int_equal(o.max_nodes, 1024);
	o.flags = TIERMM_RECLAIM_DEMOTION_OFF;
	o.headroom_bp = TIERMM_WATERMARK_HEADROOM_NONE;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	o.flags = 0;
	assert_int_equal(tiermm_reclaim_get_options(s.r, &o), 0);
	assert_int_equal(o.flags, TIERMM_RECLAIM_DEMOTION_OFF);
	assert_int_equal(o.headroom_bp, TIERMM_WATERMARK_HEADROOM_NONE);
	leave(&s);
}

static void refuses(const struct tiermm_reclaim_options *o, int error)
{
	struct scene s = scene_of();
	struct tiermm_reclaim *r = (void *)&s;
	uint64_t bytes = 7;

	assert_int_equal(tiermm_reclaim_create(&r, s.d, o, NULL), error);
	assert_null(r);
	assert_int_equal(tiermm_reclaim_footprint(o, &bytes), error);
	assert_int_equal(bytes, 7);
	assert_int_equal(tiermm_reclaim_set_options(s.r, o), error);
	leave(&s);
}

static void options_out_of_range_are_refused(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o) };

	(void)state;
	o.headroom_bp = 10001;
	refuses(&o, -TIERMM_EINVAL);
	o.headroom_bp = 0;
	o.scale_bp = 3001;
	refuses(&o, -TIERMM_EINVAL);
	o.scale_bp = 0;
	o.page_bytes = (1u << 20) + 1;
	refuses(&o, -TIERMM_EINVAL);
	o.page_bytes = 0;
	o.max_nodes = 1025;
	refuses(&o, -TIERMM_EINVAL);
	o.max_nodes = 0;
	o.reserved = 1;
	refuses(&o, -TIERMM_EINVAL);
	o.reserved = 0;
	o.flags = 8;
	refuses(&o, -TIERMM_E2BIG);
	o.flags = 0;
	o.size = 8;
	refuses(&o, -TIERMM_EINVAL);
}

static void room_for_nodes_cannot_change(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o), .max_nodes = 6 };
	struct scene s = scene_on(&three_tiers, &o);

	(void)state;
	o.max_nodes = 7;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), -TIERMM_EINVAL);
	o.max_nodes = 0;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	assert_int_equal(tiermm_reclaim_get_options(s.r, &o), 0);
	assert_int_equal(o.max_nodes, 6);
	leave(&s);
}

/* Every call of the owner, while somebody else is inside. */
static void a_second_owner_is_told_and_changes_nothing(void **state)
{
	struct scene s = scene_of();
	struct tiermm_reclaim_options o = { .size = sizeof(o) };
	struct tiermm_reclaim_room room = { .size = sizeof(room) };
	struct tiermm_reclaim_node figures = { .node = 0, .managed = 9 };
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio), before = d;
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_DONE };
	struct tiermm_nodeset set;

	(void)state;
	assert_int_equal(tiermm__reclaim_enter(s.r), 0);
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, &folio, &d,
					       &result, 1, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_cancel(s.r, &s.context, &folio, &d, 1),
			 -TIERMM_EBUSY);
	assert_memory_equal(&d, &before, sizeof(d));
	assert_int_equal(tiermm_reclaim_set_nodes(s.r, &figures, 1),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, 1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_get_room(s.r, 0, &room), -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_due(s.r, 0, NULL), -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_due_nodes(s.r, &set), -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_get_options(s.r, &o), -TIERMM_EBUSY);
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), -TIERMM_EBUSY);
	/* Planning and reading are for everybody, all the time. */
	assert_int_equal(plan_one(&s, &folio).to, 2);
	tiermm__reclaim_leave(s.r);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_IN), 0);
	leave(&s);
}

static void nothing_stops_at_a_null_pointer(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);
	struct tiermm_reclaim_options o = { .size = sizeof(o) };
	struct tiermm_reclaim *r;

	(void)state;
	tiermm_reclaim_destroy(NULL);
	assert_int_equal(tiermm_reclaim_create(NULL, s.d, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_create(&r, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_init(NULL, NULL, 0, s.d, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_footprint(NULL, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_get_options(NULL, &o), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_get_options(s.r, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_set_options(NULL, &o), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_set_options(s.r, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_plan(NULL, &s.context, &folio, 1, &d),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_plan(s.r, NULL, &folio, 1, &d),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, NULL, 1, &d),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, NULL, 0, NULL),
			 0);
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, &folio, &d,
					       NULL, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_report(NULL, &s.context, NULL, NULL,
					       NULL, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, NULL, NULL,
					       NULL, 0, NULL),
			 0);
	assert_int_equal(tiermm_reclaim_cancel(s.r, NULL, &folio, &d, 1),
			 -TIERMM_EINVAL);
	assert_false(tiermm_reclaim_is_valid(NULL));
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(init_takes_the_footprint_and_no_byte_more),
		cmocka_unit_test(options_come_back_with_defaults_filled_in),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(room_for_nodes_cannot_change),
		cmocka_unit_test(a_second_owner_is_told_and_changes_nothing),
		cmocka_unit_test(nothing_stops_at_a_null_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
