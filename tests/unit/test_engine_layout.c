/* SPDX-License-Identifier: MIT */
/* The demotion graph changes with a layout, or not at all (L3). */
#include "engine_fixture.h"

/* Node 2 becomes the slower one, and 3 the middle. */
static const struct machine turned_over = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 2 },
		   { .id = 1, .cpus = 2 },
		   { .id = 2, .tier = 60 },
		   { .id = 3, .tier = 37 } },
	.distance = { 10, 21, 40, 25, 21, 10, 40, 27, 40, 40, 10, 30, 25, 27,
		      30, 10 },
};

struct layout_fixture {
	struct engine_fixture x;
	struct tiermm_topology *machine;
	struct tiermm_layout *before, *after;
	struct tiermm_relayout *r;
	struct tiermm_engine_relayout change;
	struct tiermm_layout_part part;
	const struct tiermm_layout_part *parts[1];
};

static struct tiermm_layout *make_layout(uint64_t border)
{
	struct tiermm_layout_range ranges[] = {
		{ .first = 0, .last = border - 1, .node = 0 },
		{ .first = border, .last = 99, .node = 2 },
	};
	struct tiermm_layout *layout;

	assert_int_equal(tiermm_layout_create(&layout, ranges, 2, NULL, NULL,
					      NULL),
			 0);
	return layout;
}

static void layout_begin(struct layout_fixture *l,
			 const struct tiermm_engine_options *options)
{
	memset(l, 0, sizeof(*l));
	engine_begin(&l->x, options, NULL);
	l->machine = machine_topology(&turned_over);
	l->before = make_layout(50);
	l->after = make_layout(25);
	assert_int_equal(tiermm_relayout_create(&l->r, l->before, NULL, NULL,
						NULL),
			 0);
	l->change = (struct tiermm_engine_relayout){
		.size = sizeof(l->change),
		.engine = l->x.e,
		.topology = l->machine,
	};
	assert_int_equal(tiermm_engine_layout_part(&l->change, &l->part), 0);
	l->parts[0] = &l->part;
}

static void layout_end(struct layout_fixture *l)
{
	tiermm_relayout_destroy(l->r);
	tiermm_layout_unref(l->before);
	tiermm_layout_unref(l->after);
	tiermm_topology_unref(l->machine);
	engine_end(&l->x);
}

static int32_t target(const struct layout_fixture *l)
{
	return tiermm_demotion_next(tiermm_engine_demotion(l->x.e), 0);
}

static void graph_and_layout_change_together(void **state)
{
	struct layout_fixture l;

	(void)state;
	layout_begin(&l, NULL);
	assert_int_equal(tiermm_relayout_prepare(l.r, l.after, l.parts, 1,
						 NULL),
			 0);
	assert_int_equal(target(&l), 2);
	assert_int_equal(tiermm_relayout_node(l.r, 30), 0);
	/* In use until it is decided. */
	engine_put(&l.x, 0, 1, 0);
	assert_int_equal(engine_demote(&l.x, 1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_relayout_commit(l.r), 0);
	assert_int_equal(target(&l), 3);
	assert_int_equal(tiermm_relayout_node(l.r, 30), 2);
	assert_int_equal(engine_demote(&l.x, 1), 0);
	assert_int_equal(tiermm_mock_where(l.x.mock, KEY(0)), 3);
	layout_end(&l);
}

static void an_aborted_change_leaves_nothing(void **state)
{
	struct layout_fixture l;

	(void)state;
	layout_begin(&l, NULL);
	assert_int_equal(tiermm_relayout_prepare(l.r, l.after, l.parts, 1,
						 NULL),
			 0);
	assert_int_equal(tiermm_relayout_abort(l.r), 0);
	assert_int_equal(target(&l), 2);
	engine_put(&l.x, 0, 1, 0);
	assert_int_equal(engine_demote(&l.x, 1), 0);
	assert_int_equal(tiermm_mock_where(l.x.mock, KEY(0)), 2);
	layout_end(&l);
}

/* A graph that cannot be built refuses the layout as well. */
static void a_machine_that_does_not_fit_refuses_the_layout(void **state)
{
	struct tiermm_promotion_options p = { .size = sizeof(p), .pages = 8 };
	struct tiermm_engine_options o = { .size = sizeof(o), .promotion = &p };
	struct machine larger = turned_over;
	struct layout_fixture l;

	(void)state;
	layout_begin(&l, &o);
	larger.nodes[3].id = 30;
	tiermm_topology_unref(l.machine);
	l.machine = machine_topology(&larger);
	l.change.topology = l.machine;
	assert_int_equal(tiermm_relayout_prepare(l.r, l.after, l.parts, 1,
						 NULL),
			 -TIERMM_ENOSPC);
	assert_int_equal(target(&l), 2);
	assert_int_equal(tiermm_relayout_node(l.r, 30), 0);
	engine_put(&l.x, 0, 1, 0);
	assert_int_equal(engine_demote(&l.x, 1), 0);
	layout_end(&l);
}

static void half_a_part_is_refused(void **state)
{
	struct tiermm_engine_relayout change = { .size = sizeof(change) };
	struct tiermm_layout_part part;

	(void)state;
	assert_int_equal(tiermm_engine_layout_part(&change, &part),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_layout_part(NULL, &part),
			 -TIERMM_EINVAL);
	change.flags = 1;
	assert_int_equal(tiermm_engine_layout_part(&change, &part),
			 -TIERMM_E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graph_and_layout_change_together),
		cmocka_unit_test(an_aborted_change_leaves_nothing),
		cmocka_unit_test(
			a_machine_that_does_not_fit_refuses_the_layout),
		cmocka_unit_test(half_a_part_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
