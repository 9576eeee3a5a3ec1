/* SPDX-License-Identifier: MIT */
/* The layout in force: made, checked, looked up (L2, I14). */
#include "layout_fixture.h"

#include "support/failing.h"

#include <tiermm/layout_inline.h>

static void create_survives_every_oom(void **state)
{
	struct tiermm_layout *l = halves(512);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_relayout *r = (void *)&f;
		int err = tiermm_relayout_create(&r, l, NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !r));
		tiermm_relayout_destroy(r);
		assert_true(failing_is_clean(&f));
	}
	tiermm_layout_unref(l);
}

static void one_fits_into_the_callers_memory(void **state)
{
	static _Alignas(TIERMM_ALIGN) char memory[1 << 20];
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = 4 };
	struct tiermm_layout *l = halves(512);
	struct tiermm_relayout *r;
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(tiermm_relayout_footprint(l, &o, &bytes), 0);
	assert_true(bytes <= sizeof(memory));
	assert_int_equal(tiermm_relayout_init(&r, memory, bytes - 1, l, &o,
					      NULL),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_relayout_init(&r, memory, bytes, l, &o, NULL),
			 0);
	tiermm_layout_unref(l);
	commit_to(r, all_on(3));
	assert_int_equal(tiermm_relayout_node(r, 0), 3);
	done_with(r);
}

static void room_and_memory_are_checked(void **state)
{
	struct tiermm_layout_memory m[2] = {
		{ .first = 0, .last = 99, .zone = 0 },
		{ .first = 99, .last = LAST, .zone = 1 },
	};
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .memory = m,
					     .n_memory = 2 };
	struct tiermm_layout_problem p = { .size = sizeof(p) };
	struct tiermm_nodeset nodes = { { 1 } };
	struct tiermm_layout *l = halves(512);
	struct tiermm_relayout *r;

	(void)state;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	m[1].first = 100;
	m[1].zone = TIERMM_LAYOUT_ZONES;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	m[1].zone = 1;
	m[1].last = LAST + 1;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	m[1].last = LAST;
	m[1].reserved = 1;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	m[1].reserved = 0;
	m[1].flags = 2;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	m[1].flags = 0;
	o.nodes = &nodes;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, &p, NULL),
			 -TIERMM_ENODEV);
	assert_int_equal(p.what, TIERMM_LAYOUT_PROBLEM_NODE);
	assert_int_equal(p.node, 1);
	o.nodes = NULL;
	o.max_nodes = 1;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_ENODEV);
	o.max_nodes = 2000;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_create(&r, NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_layout_unref(l);
}

static void hold(void *self, struct tiermm_retired *retired)
{
	(void)self;
	(void)retired;
}

static uint64_t none_held(void *self)
{
	(void)self;
	return 0;
}

static void a_retire_table_is_whole(void **state)
{
	struct tiermm_retire table = { sizeof(table), 0, NULL, hold,
				       none_held };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .retire = &table };
	struct tiermm_layout *l = halves(512);
	struct tiermm_relayout *r;

	(void)state;
	table.poll = NULL;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	table.poll = none_held;
	table.retire = NULL;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	table.retire = hold;
	table.size = sizeof(table) - sizeof(void *);
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	table.size = sizeof(table);
	table.flags = 1;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL),
			 -TIERMM_E2BIG);
	table.flags = 0;
	assert_int_equal(tiermm_relayout_create(&r, l, &o, NULL, NULL), 0);
	tiermm_layout_unref(l);
	done_with(r);
}

static void i14_a_cursor_never_answers_from_a_retired_layout(void **state)
{
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct tiermm_layout_cursor c = { 0 };

	(void)state;
	assert_int_equal(tiermm_relayout_generation(r), 1);
	for (uint64_t f = 0; f <= LAST; f++)
		assert_int_equal(tiermm_relayout_node_inline(r, &c, f),
				 f >= 512);
	assert_int_equal(c.misses, 2); /* L10: one a range */
	assert_int_equal(tiermm_relayout_node_cursor(r, &c, LAST), 1);
	assert_int_equal(c.misses, 2);
	commit_to(r, halves(256));
	assert_int_equal(tiermm_relayout_generation(r), 2);
	assert_int_equal(tiermm_relayout_node_inline(r, &c, 300), 1);
	assert_int_equal(tiermm_relayout_node_inline(r, &c, 255), 0);
	assert_int_equal(tiermm_relayout_node_inline(r, &c, LAST + 1),
			 TIERMM_NO_NODE);
	assert_int_equal(tiermm_relayout_node_cursor(r, &c, UINT64_MAX),
			 TIERMM_NO_NODE);
	done_with(r);
}

static void a_snapshot_outlives_its_layout(void **state)
{
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct tiermm_layout *l;

	(void)state;
	assert_int_equal(tiermm_relayout_snapshot(r, &l), 0);
	commit_to(r, all_on(5));
	tiermm_relayout_destroy(r);
	assert_int_equal(tiermm_layout_node(l, 600), 1);
	tiermm_layout_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(one_fits_into_the_callers_memory),
		cmocka_unit_test(room_and_memory_are_checked),
		cmocka_unit_test(a_retire_table_is_whole),
		cmocka_unit_test(
			i14_a_cursor_never_answers_from_a_retired_layout),
		cmocka_unit_test(a_snapshot_outlives_its_layout),
	};

	return cmocka_run_group_tests_name("layout/relayout", tests, NULL,
					   NULL);
}
