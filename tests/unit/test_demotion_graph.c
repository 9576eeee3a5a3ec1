/* SPDX-License-Identifier: MIT */
/* The graph as an object: memory, references, lifetimes. */
#include "graph_fixture.h"
#include "support/failing.h"

#include "demotion/graph.h"

static void create_survives_every_oom(void **state)
{
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_demotion_graph *g = (void *)&f;
		int err = tiermm_demotion_graph_create(&g, t, NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !g));
		tiermm_demotion_graph_unref(g);
		assert_true(failing_is_clean(&f));
	}
	tiermm_topology_unref(t);
}

static void a_refused_graph_gives_its_memory_back(void **state)
{
	static const struct tiermm_demotion_edge edge = { .from = 0, .to = 0 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = TIERMM_STRATEGY_MANUAL,
					     .edges = &edge,
					     .n_edges = 1 };
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_demotion_graph *g = (void *)&f;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(&g, t, &o, NULL, &mem),
			 -TIERMM_EINVAL);
	assert_null(g);
	assert_int_equal(f.calls, 1);
	assert_true(failing_is_clean(&f));
	tiermm_topology_unref(t);
}

static void init_needs_exactly_the_footprint(void **state)
{
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	struct tiermm_demotion_graph *g;
	uint64_t bytes;
	char *memory;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_footprint(t, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes + TIERMM_ALIGN);
	assert_non_null(memory);
	memset(memory, 0xa5, bytes + TIERMM_ALIGN);
	assert_int_equal(tiermm_demotion_graph_init(&g, memory, bytes - 1, t,
						    NULL, NULL),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_demotion_graph_init(&g, memory + 8, bytes, t,
						    NULL, NULL),
			 -TIERMM_EINVAL);
	assert_null(g);
	assert_int_equal(tiermm_demotion_graph_init(&g, memory, bytes, t, NULL,
						    NULL),
			 0);
	assert_int_equal(tiermm_demotion_graph_is_valid(g), 1);
	assert_int_equal(preferred_of(g, 0), BIT(2));
	for (uint64_t i = 0; i < TIERMM_ALIGN; i++)
		assert_int_equal((unsigned char)memory[bytes + i], 0xa5);
	tiermm_demotion_graph_unref(g);
	free(memory);
	tiermm_topology_unref(t);
}

static void a_graph_outlives_its_makers_topology(void **state)
{
	struct tiermm_demotion_graph *g =
		graph_by(&machine_two_tiers, TIERMM_STRATEGY_NEAREST);
	struct tiermm_topology *t = tiermm_demotion_graph_topology(g);

	(void)state;
	assert_int_equal(tiermm_topology_node_count(t), 3);
	tiermm_topology_ref(t);
	tiermm_demotion_graph_unref(g);
	assert_int_equal(tiermm_topology_node_count(t), 3);
	tiermm_topology_unref(t);
}

static void the_last_reference_frees(void **state)
{
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(&g, t, NULL, NULL, &mem),
			 0);
	assert_ptr_equal(tiermm_demotion_graph_ref(g), g);
	tiermm_demotion_graph_unref(g);
	assert_int_equal(f.live, 1);
	assert_int_equal(preferred_of(g, 1), BIT(2));
	tiermm_demotion_graph_unref(g);
	assert_true(failing_is_clean(&f));
	assert_null(tiermm_demotion_graph_ref(NULL));
	tiermm_demotion_graph_unref(NULL);
	tiermm_topology_unref(t);
}

static void missing_arguments_are_refused(void **state)
{
	struct tiermm_alloc broken = { .size = sizeof(broken) };
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	struct tiermm_demotion_graph *g = (void *)t;
	uint64_t bytes;

	(void)state;
	assert_int_equal(tiermm_demotion_graph_create(NULL, t, NULL, NULL,
						      NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_create(&g, NULL, NULL, NULL,
						      NULL),
			 -TIERMM_EINVAL);
	assert_null(g);
	assert_int_equal(tiermm_demotion_graph_create(&g, t, NULL, NULL,
						      &broken),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_footprint(NULL, &bytes),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_footprint(t, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_init(NULL, NULL, 0, t, NULL,
						    NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_init(&g, NULL, 0, NULL, NULL,
						    NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_graph_init(&g, NULL, 0, t, NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_topology_unref(t);
}

static void a_graph_tells_its_strategy(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		struct tiermm_demotion_graph *g =
			graph_by(&machine_two_tiers, s);

		assert_int_equal(tiermm_demotion_graph_strategy(g), s);
		assert_int_equal(tiermm__demotion_graph_view(g).strategy, s);
		tiermm_demotion_graph_unref(g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(a_refused_graph_gives_its_memory_back),
		cmocka_unit_test(init_needs_exactly_the_footprint),
		cmocka_unit_test(a_graph_outlives_its_makers_topology),
		cmocka_unit_test(the_last_reference_frees),
		cmocka_unit_test(missing_arguments_are_refused),
		cmocka_unit_test(a_graph_tells_its_strategy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
