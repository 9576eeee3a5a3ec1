/* SPDX-License-Identifier: MIT */
/* What is said of a single node, and what is refused. */
#include "support/cmocka.h"
#include "support/machine.h"

static struct tiermm_topology_builder *b;
static struct tiermm_topology *t;

static int set_up(void **state)
{
	(void)state;
	b = machine_builder(&machine_two_tiers);
	t = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
	return 0;
}

static struct tiermm_node node(int32_t id)
{
	struct tiermm_node found;

	tiermm_topology_unref(t);
	t = machine_snapshot(b);
	assert_int_equal(tiermm_topology_node(t, id, &found), 0);
	return found;
}

static void a_node_is_what_was_said_of_it(void **state)
{
	struct tiermm_node n;

	(void)state;
	assert_int_equal(tiermm_topology_builder_add_node(b, 900,
							  TIERMM_NODE_GOING,
							  77),
			 0);
	n = node(900);
	assert_int_equal(n.id, 900);
	assert_int_equal(n.index, 3);
	assert_int_equal(n.state, TIERMM_NODE_GOING);
	assert_int_equal(n.present_pages, 77);
	assert_int_equal(n.present_source, TIERMM_SOURCE_DEFAULT);
	assert_int_equal(n.type, TIERMM_MEMORY_UNKNOWN);
	assert_int_equal(n.cpus, 0);
	assert_int_equal(n.initiator, TIERMM_NO_NODE);
	assert_int_equal(n.tier_id, 4);
}

static void nodes_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_builder_add_node(b, -1, 0, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_add_node(b, 1024, 0, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_add_node(b, 5, 4, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_add_node(NULL, 5, 0, 0),
			 -TIERMM_EINVAL);
}

static void a_node_is_added_once(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_builder_add_node(b, 2, 0, 0),
			 -TIERMM_EEXIST);
	assert_int_equal(node(2).state, TIERMM_NODE_ONLINE);
}

static void a_full_builder_says_so(void **state)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 1 };
	struct tiermm_topology_builder *small;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&small, &o, NULL), 0);
	assert_int_equal(tiermm_topology_builder_add_node(small, 5, 0, 0), 0);
	assert_int_equal(tiermm_topology_builder_add_node(small, 6, 0, 0),
			 -TIERMM_ENOSPC);
	tiermm_topology_builder_destroy(small);
}

static int set_state(int32_t id, uint32_t to, uint64_t pages, uint32_t source)
{
	return tiermm_topology_builder_set_state(b, id, to, pages, source);
}

static void pages_need_memory(void **state)
{
	const uint32_t source = TIERMM_SOURCE_DEFAULT;

	(void)state;
	for (uint32_t bare = 0; bare <= TIERMM_NODE_MEMORYLESS; bare++) {
		assert_int_equal(tiermm_topology_builder_add_node(b, 5, bare,
								  1),
				 -TIERMM_EINVAL);
		assert_int_equal(set_state(2, bare, 1, source), -TIERMM_EINVAL);
	}
	assert_int_equal(set_state(2, TIERMM_NODE_GOING, 1, source), 0);
	assert_int_equal(node(2).present_pages, 1);
}

static void state_can_be_overridden(void **state)
{
	const uint32_t source = TIERMM_SOURCE_CALLER;

	(void)state;
	assert_int_equal(set_state(2, TIERMM_NODE_MEMORYLESS, 0, source), 0);
	assert_int_equal(node(2).state, TIERMM_NODE_MEMORYLESS);
	assert_int_equal(node(2).present_source, TIERMM_SOURCE_CALLER);
	assert_int_equal(node(2).tier_id, TIERMM_NO_TIER);
	assert_int_equal(node(2).abstract_distance, -1);
	assert_int_equal(set_state(2, TIERMM_NODE_ONLINE, 0,
				   TIERMM_SOURCE_SLIT),
			 -TIERMM_EINVAL);
	assert_int_equal(set_state(2, 4, 0, source), -TIERMM_EINVAL);
	assert_int_equal(set_state(3, TIERMM_NODE_ONLINE, 0, source),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_state(NULL, 2, 0, 0,
							   source),
			 -TIERMM_EINVAL);
}

static void a_type_is_kept_as_set(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_builder_set_type(b, 0,
							  TIERMM_MEMORY_DAX),
			 0);
	assert_int_equal(node(0).type, TIERMM_MEMORY_DAX);
	assert_int_equal(tiermm_topology_builder_set_type(b, 0,
							  TIERMM_MEMORY_TYPES),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_set_type(b, 9, 0),
			 -TIERMM_ENODEV);
}

static void a_cpu_is_on_one_node_at_most(void **state)
{
	(void)state;
	assert_int_equal(node(0).cpus, 2);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 1, 2), 0);
	assert_int_equal(node(0).cpus, 1);
	assert_int_equal(node(2).cpus, 1);
	assert_int_equal(tiermm_topology_cpu_node(t, 1), 2);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 1, TIERMM_NO_NODE),
			 0);
	assert_int_equal(node(2).cpus, 0);
	assert_int_equal(tiermm_topology_cpu_node(t, 1), TIERMM_NO_NODE);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 4096, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 1, 9),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_cpu(NULL, 1, 0),
			 -TIERMM_EINVAL);
}

static void an_initiator_is_a_node_of_the_machine(void **state)
{
	(void)state;
	assert_int_equal(tiermm_topology_builder_set_initiator(b, 2, 1), 0);
	assert_int_equal(tiermm_topology_builder_set_initiator(b, 2, 9),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_initiator(b, 9, 1),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_initiator(b, 2,
							       TIERMM_NO_NODE),
			 0);
}

static int set_distance(int32_t id, int32_t distance, uint32_t source)
{
	return tiermm_topology_builder_set_abstract_distance(b, id, distance,
							     source);
}

static void abstract_distances_have_a_range(void **state)
{
	(void)state;
	assert_int_equal(set_distance(0, 0, TIERMM_SOURCE_CALLER), 0);
	assert_int_equal(node(0).tier_id, 0);
	assert_int_equal(set_distance(0, TIERMM_ADISTANCE_MAX,
				      TIERMM_SOURCE_CALLER),
			 0);
	assert_int_equal(node(0).tier_id, TIERMM_ADISTANCE_MAX / 128);
	assert_int_equal(set_distance(0, -2, TIERMM_SOURCE_CALLER),
			 -TIERMM_EINVAL);
	assert_int_equal(set_distance(0, 1, TIERMM_SOURCE_HMAT),
			 -TIERMM_EINVAL);
	assert_int_equal(set_distance(9, 1, TIERMM_SOURCE_CALLER),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_topology_builder_set_type_abstract_distance(
				 b, TIERMM_MEMORY_TYPES, 1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_set_type_abstract_distance(
				 b, TIERMM_MEMORY_DRAM, -2),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_set_type_abstract_distance(
				 NULL, TIERMM_MEMORY_DRAM, 1),
			 -TIERMM_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_is_what_was_said_of_it),
		TEST(nodes_out_of_range_are_refused),
		TEST(a_node_is_added_once),
		TEST(a_full_builder_says_so),
		TEST(pages_need_memory),
		TEST(state_can_be_overridden),
		TEST(a_type_is_kept_as_set),
		TEST(a_cpu_is_on_one_node_at_most),
		TEST(an_initiator_is_a_node_of_the_machine),
		TEST(abstract_distances_have_a_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
