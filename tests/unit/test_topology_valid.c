/* SPDX-License-Identifier: MIT */
/* Damage to a snapshot is found, wherever it is. */
#include "support/cmocka.h"
#include "support/machine.h"

#include "topology/internal.h"

static struct tiermm_topology *t;

/* 0: CPUs and memory, tier 4; 1: going, tier 22; 2: no memory. */
static int set_up(void **state)
{
	static const struct machine machine = {
		.n = 3,
		.nodes = { { .id = 0, .cpus = 2 },
			   { .id = 1, .state = TIERMM_NODE_GOING, .tier = 22 },
			   { .id = 2, .state = MACHINE_MEMORYLESS } },
	};
	static const struct tiermm_access a = { 1, 1, 1, 1 };
	struct tiermm_topology_builder *b = machine_builder(&machine);

	(void)state;
	tiermm_topology_builder_set_access(b, 0, 1, &a);
	tiermm_topology_builder_set_access(b, 1, 1, &a);
	/* A number that no CPU has any more. */
	tiermm_topology_builder_set_cpu(b, 4, 0);
	t = machine_snapshot(b);
	tiermm_topology_builder_destroy(b);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_unref(t);
	return 0;
}

/* Put a value in a place, see that it is found, put the old one back. */
#define DAMAGE(place, value)                                      \
	do {                                                      \
		__typeof__(place) kept = (place);                 \
		(place) = (__typeof__(place))(value);             \
		assert_int_equal(tiermm_topology_is_valid(t), 0); \
		(place) = kept;                                   \
		assert_int_equal(tiermm_topology_is_valid(t), 1); \
	} while (0)

static void nothing_is_not_valid(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_is_valid(NULL), 0);
	assert_int_equal(tiermm_topology_is_valid(t), 1);
	DAMAGE(t->n_nodes, 0);
	DAMAGE(t->n_nodes, TIERMM_MAX_NODES + 1);
}

static void damaged_numbers_of_nodes_are_found(void **state)
{
	(void)state;
	DAMAGE(t->nodes[1].id, -1);
	DAMAGE(t->nodes[1].id, 2);
	DAMAGE(t->ids[1], 2);
	DAMAGE(t->index[1], 2);
	DAMAGE(t->nodes[1].index, 0);
	DAMAGE(t->nodes[1].state, 9);
	DAMAGE(t->nodes[1].type, TIERMM_MEMORY_TYPES);
	DAMAGE(t->nodes[1].abstract_distance, -1);
	DAMAGE(t->nodes[1].tier_id, 4);
	DAMAGE(t->nodes[1].abstract_distance, 600);
	DAMAGE(t->nodes[2].present_pages, 1);
	DAMAGE(t->nodes[2].abstract_distance, 600);
	DAMAGE(t->nodes[2].tier_id, 4);
	DAMAGE(t->rank[2], 0);
	DAMAGE(t->rank[1], 0);
	DAMAGE(t->rank[1], 2);
}

static void nodes_out_of_order_are_found(void **state)
{
	(void)state;
	/* 1 and 0 in the places of 0 and 1, and all tables agree with it. */
	t->nodes[0].id = t->ids[0] = 1;
	t->nodes[1].id = t->ids[1] = 0;
	t->index[0] = 1;
	t->index[1] = 0;
	t->set[TIERMM_NODES_GOING].word[0] = 1;
	t->set[TIERMM_NODES_CPU].word[0] = 2;
	assert_int_equal(tiermm_topology_is_valid(t), 0);
}

static void damaged_sets_are_found(void **state)
{
	(void)state;
	for (uint32_t which = 0; which < TIERMM__NODE_SETS; which++)
		for (uint32_t node = 0; node < 3; node++)
			DAMAGE(t->set[which].word[0],
			       t->set[which].word[0] ^ (uint64_t)1 << node);
}

static void damaged_distances_are_found(void **state)
{
	(void)state;
	DAMAGE(t->distance[0], 11);
	DAMAGE(t->distance[1], 10);
	DAMAGE(t->distance[8], 20);
}

static void damaged_tiers_are_found(void **state)
{
	(void)state;
	DAMAGE(t->tiers[0].n_nodes, 0);
	DAMAGE(t->tiers[0].n_nodes, 2);
	DAMAGE(t->tiers[1].id, 4);
	/* Two tiers in the wrong order, with ranks that agree. */
	struct tiermm_tier tier = t->tiers[0];

	t->tiers[0] = t->tiers[1];
	t->tiers[1] = tier;
	t->rank[0] = 1;
	t->rank[1] = 0;
	assert_int_equal(tiermm_topology_is_valid(t), 0);
}

static void damaged_speeds_are_found(void **state)
{
	(void)state;
	DAMAGE(t->first_speed[1], 3);
	DAMAGE(t->first_speed[2], 3);
	DAMAGE(t->speeds[1].initiator, 0);
	DAMAGE(t->speeds[1].initiator, 3);
}

static void damaged_cpus_are_found(void **state)
{
	(void)state;
	DAMAGE(t->cpu_node[0], TIERMM_NO_NODE);
	DAMAGE(t->cpu_node[0], 9);
	DAMAGE(t->nodes[0].cpus, 1);
	DAMAGE(t->cpu_limit, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_not_valid),
		TEST(damaged_numbers_of_nodes_are_found),
		TEST(nodes_out_of_order_are_found),
		TEST(damaged_sets_are_found),
		TEST(damaged_distances_are_found),
		TEST(damaged_tiers_are_found),
		TEST(damaged_speeds_are_found),
		TEST(damaged_cpus_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
