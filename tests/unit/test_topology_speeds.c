/* SPDX-License-Identifier: MIT */
/* Whose view of a node's speeds counts ("Seen" 4 of D3). */
#include "support/cmocka.h"
#include "support/machine.h"

/* 0, 1 and 4 have CPUs; 2 and 3 have none. */
static const struct machine machine = {
	.n = 5,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .cpus = 1 },
		   { .id = 2 },
		   { .id = 3 },
		   { .id = 4, .cpus = 1 } },
};

static struct tiermm_topology_builder *b;

static int set_up(void **state)
{
	(void)state;
	b = machine_builder(&machine);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_builder_destroy(b);
	return 0;
}

static void speed(int32_t initiator, int32_t target, uint32_t ns, uint32_t mbps)
{
	const struct tiermm_access a = { ns, ns, mbps, mbps };

	assert_int_equal(tiermm_topology_builder_set_access(b, initiator,
							    target, &a),
			 0);
}

static void declare(int32_t target, int32_t initiator)
{
	assert_int_equal(tiermm_topology_builder_set_initiator(b, target,
							       initiator),
			 0);
}

static void expect(int32_t target, int32_t initiator, uint32_t ns)
{
	struct tiermm_topology *t = machine_snapshot(b);
	struct tiermm_node node;

	assert_int_equal(tiermm_topology_node(t, target, &node), 0);
	assert_int_equal(node.initiator, initiator);
	assert_int_equal(node.access.read_latency_ns, ns);
	tiermm_topology_unref(t);
}

static void a_node_with_cpus_is_its_own_initiator(void **state)
{
	(void)state;
	speed(0, 1, 50, 100);
	speed(1, 1, 90, 100);
	expect(1, 1, 90);
}

static void a_node_with_cpus_and_no_view_of_itself_is_unknown(void **state)
{
	(void)state;
	speed(0, 1, 50, 100);
	speed(4, 1, 60, 100);
	expect(1, TIERMM_NO_NODE, 0);
}

static void the_only_view_counts_whoever_has_it(void **state)
{
	(void)state;
	speed(0, 1, 50, 100);
	expect(1, 0, 50);
	speed(3, 2, 70, 100);
	expect(2, 3, 70);
}

static void the_best_initiator_has_cpus(void **state)
{
	(void)state;
	speed(3, 2, 10, 900);
	speed(1, 2, 80, 100);
	speed(4, 2, 70, 100);
	expect(2, 4, 70);
}

static void without_a_view_from_cpus_a_node_is_unknown(void **state)
{
	(void)state;
	speed(2, 2, 10, 900);
	speed(3, 2, 80, 100);
	expect(2, TIERMM_NO_NODE, 0);
}

static void bandwidth_breaks_a_tie_and_then_the_id(void **state)
{
	(void)state;
	speed(0, 2, 80, 100);
	speed(1, 2, 80, 200);
	speed(4, 2, 80, 200);
	expect(2, 1, 80);
}

static void an_unknown_latency_is_the_worst(void **state)
{
	(void)state;
	speed(0, 2, 0, 900);
	speed(1, 2, 5000, 1);
	expect(2, 1, 5000);
}

static void the_declared_initiator_counts_not_the_best(void **state)
{
	(void)state;
	speed(0, 2, 50, 100);
	speed(1, 2, 90, 100);
	declare(2, 1);
	expect(2, 1, 90);
	declare(2, 4);
	expect(2, TIERMM_NO_NODE, 0);
	declare(2, TIERMM_NO_NODE);
	expect(2, 0, 50);
}

static void the_best_stands_in_for_a_declared_one_without_cpus(void **state)
{
	(void)state;
	speed(3, 2, 10, 100);
	speed(0, 2, 60, 100);
	speed(1, 2, 50, 100);
	declare(2, 3);
	expect(2, 1, 50);
}

static void a_node_without_speeds_is_unknown(void **state)
{
	(void)state;
	speed(0, 0, 60, 100);
	expect(2, TIERMM_NO_NODE, 0);
	declare(2, 0);
	expect(2, TIERMM_NO_NODE, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_with_cpus_is_its_own_initiator),
		TEST(a_node_with_cpus_and_no_view_of_itself_is_unknown),
		TEST(the_only_view_counts_whoever_has_it),
		TEST(the_best_initiator_has_cpus),
		TEST(without_a_view_from_cpus_a_node_is_unknown),
		TEST(bandwidth_breaks_a_tie_and_then_the_id),
		TEST(an_unknown_latency_is_the_worst),
		TEST(the_declared_initiator_counts_not_the_best),
		TEST(the_best_stands_in_for_a_declared_one_without_cpus),
		TEST(a_node_without_speeds_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
