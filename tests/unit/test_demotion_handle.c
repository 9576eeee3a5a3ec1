/* SPDX-License-Identifier: MIT */
/* The life of a published graph: create, init, destroy. */
#include "demotion_fixture.h"

#define FOUR_EDGES                             \
	{ 0, 2, 0 }, { 1, 2, 0 }, { 2, 4, 0 }, \
	{                                      \
		3, 4, 0                        \
	}

static void create_survives_every_oom(void **state)
{
	static const struct tiermm_demotion_edge edges[] = { FOUR_EDGES };
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_MANUAL,
		.edges = edges,
		.n_edges = 4,
	};
	struct tiermm_topology *t = machine_topology(&five_nodes);
	uint64_t calls = 0;

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_demotion *d = (void *)&o;
		int err = tiermm_demotion_create(&d, t, &o, NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !d));
		if (done)
			assert_int_equal(tiermm_demotion_next(d, 1), 2);
		tiermm_demotion_destroy(d);
		assert_true(failing_is_clean(&f));
		calls = k;
	}
	assert_true(calls >= 3);
	tiermm_topology_unref(t);
}

static void init_takes_the_footprint_and_no_byte_more(void **state)
{
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_demotion *d = (void *)t;
	uint64_t bytes = 0;
	unsigned char *memory;

	(void)state;
	assert_int_equal(tiermm_demotion_footprint(t, NULL, &bytes), 0);
	assert_int_equal(bytes % TIERMM_ALIGN, 0);
	memory = aligned_alloc(TIERMM_ALIGN, (size_t)bytes + TIERMM_ALIGN);
	assert_non_null(memory);
	memset(memory, 0xa5, (size_t)bytes + TIERMM_ALIGN);
	assert_int_equal(tiermm_demotion_init(&d, memory, bytes - 1, t, NULL,
					      NULL, NULL, NULL),
			 -TIERMM_ENOMEM);
	assert_null(d);
	assert_int_equal(tiermm_demotion_init(&d, memory + 8, bytes, t, NULL,
					      NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_init(&d, NULL, bytes, t, NULL, NULL,
					      NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_init(&d, memory, bytes, t, NULL, NULL,
					      NULL, NULL),
			 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	for (int i = 0; i < TIERMM_ALIGN; i++)
		assert_int_equal(memory[bytes + (uint64_t)i], 0xa5);
	tiermm_demotion_destroy(d);
	free(memory);
	tiermm_topology_unref(t);
}

static void without_an_allocator_nodes_are_blocked_and_no_more(void **state)
{
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_demotion *d;
	uint64_t bytes = 0;
	void *memory;

	(void)state;
	assert_int_equal(tiermm_demotion_footprint(t, NULL, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, (size_t)bytes);
	assert_int_equal(tiermm_demotion_init(&d, memory, bytes, t, NULL, NULL,
					      NULL, NULL),
			 0);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL),
			 -TIERMM_ENOTSUP);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_demotion_next(d, 0), 3);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_ADD, 2, 0),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_demotion_destroy(d);
	free(memory);
	tiermm_topology_unref(t);
}

static void an_initialised_handle_rebuilds_from_an_allocator(void **state)
{
	static const uint32_t load[] = { 1, 2, 3 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .load_mode = TIERMM_LOAD_GIVEN,
					     .load = load,
					     .n_load = 3 };
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_demotion *d;
	uint64_t bytes = 0;
	void *memory;

	(void)state;
	assert_int_equal(tiermm_demotion_footprint(t, &o, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, (size_t)bytes);
	assert_int_equal(tiermm_demotion_init(&d, memory, bytes, t, &o, NULL,
					      NULL, &mem),
			 0);
	assert_int_equal(f.calls, 0);
	assert_true(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0) > 0);
	assert_int_equal(tiermm_demotion_prepare(d, t, &o, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_demotion_destroy(d);
	assert_true(f.calls > 0);
	assert_true(failing_is_clean(&f));
	free(memory);
	tiermm_topology_unref(t);
}

static void nothing_stops_at_a_null_pointer(void **state)
{
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_demotion *d = (void *)t;
	uint64_t bytes = 7;

	(void)state;
	tiermm_demotion_destroy(NULL);
	assert_null(tiermm_demotion_peek(NULL));
	assert_int_equal(tiermm_demotion_create(NULL, t, NULL, NULL, NULL,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_create(&d, NULL, NULL, NULL, NULL,
						NULL),
			 -TIERMM_EINVAL);
	assert_null(d);
	assert_int_equal(tiermm_demotion_init(NULL, NULL, 0, t, NULL, NULL,
					      NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_init(&d, NULL, 0, NULL, NULL, NULL,
					      NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_footprint(t, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_footprint(NULL, NULL, &bytes),
			 -TIERMM_EINVAL);
	assert_int_equal(bytes, 7);
	tiermm_topology_unref(t);
}

static void more_nodes_than_reserved_are_refused_with_the_first(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .max_nodes = 5 };
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_demotion *d;
	uint64_t bytes;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, t, &o, NULL, &p, NULL),
			 -TIERMM_ENOSPC);
	assert_null(d);
	assert_int_equal(p.what, TIERMM_PROBLEM_ROOM);
	assert_int_equal(p.node, 9);
	assert_int_equal(p.high, 5);
	assert_int_equal(tiermm_demotion_footprint(t, &o, &bytes),
			 -TIERMM_ENOSPC);
	tiermm_topology_unref(t);
}

static void options_are_checked_first(void **state)
{
	static const struct tiermm_demotion_edge edge = { 0, 7, 0 };
	struct tiermm_demotion_options o = { .size = sizeof(o), .flags = 1 };
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_alloc broken = { .size = sizeof(broken) };
	struct tiermm_demotion *d;
	uint64_t bytes;
	void *memory;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, t, &o, NULL, NULL, NULL),
			 -TIERMM_E2BIG);
	o.flags = 0;
	o.strategy = TIERMM_STRATEGIES;
	assert_int_equal(tiermm_demotion_footprint(t, &o, &bytes),
			 -TIERMM_EINVAL);
	o.strategy = TIERMM_STRATEGY_MANUAL;
	o.edges = &edge;
	o.n_edges = (uint64_t)1 << 62;
	assert_int_equal(tiermm_demotion_create(&d, t, &o, NULL, &p, NULL),
			 -TIERMM_EINVAL);
	o.n_edges = 1;
	assert_int_equal(tiermm_demotion_create(&d, t, &o, NULL, &p, NULL),
			 -TIERMM_ENODEV);
	assert_int_equal(p.node, 7);
	assert_int_equal(tiermm_demotion_footprint(t, &o, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, (size_t)bytes);
	assert_int_equal(tiermm_demotion_init(&d, memory, bytes, t, &o, NULL,
					      &p, NULL),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_init(&d, memory, bytes, t, NULL, NULL,
					      NULL, &broken),
			 -TIERMM_EINVAL);
	assert_null(d);
	free(memory);
	tiermm_topology_unref(t);
}

static void ignore(void *self, struct tiermm_retired *retired)
{
	(void)self;
	(void)retired;
}

static uint64_t nothing_held(void *self)
{
	(void)self;
	return 0;
}

static void retire_tables_follow_the_size_rule(void **state)
{
	struct {
		struct tiermm_retire known;
		void (*later)(void *self);
	} newer = { .known = { .size = sizeof(newer),
			       .retire = ignore,
			       .poll = nothing_held } };
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_retire *r = &newer.known;
	struct tiermm_demotion *d;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, r, NULL, NULL), 0);
	assert_non_null(tiermm_demotion_peek(d));
	tiermm_demotion_destroy(d);
	r->size = sizeof(*r) - 8;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, r, NULL, NULL),
			 -TIERMM_EINVAL);
	r->size = sizeof(*r) + 1;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, r, NULL, NULL),
			 -TIERMM_EINVAL);
	r->size = sizeof(*r);
	r->flags = 1;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, r, NULL, NULL),
			 -TIERMM_E2BIG);
	r->flags = 0;
	r->poll = NULL;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, r, NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_topology_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(init_takes_the_footprint_and_no_byte_more),
		cmocka_unit_test(
			without_an_allocator_nodes_are_blocked_and_no_more),
		cmocka_unit_test(
			an_initialised_handle_rebuilds_from_an_allocator),
		cmocka_unit_test(nothing_stops_at_a_null_pointer),
		cmocka_unit_test(
			more_nodes_than_reserved_are_refused_with_the_first),
		cmocka_unit_test(options_are_checked_first),
		cmocka_unit_test(retire_tables_follow_the_size_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
