/* SPDX-License-Identifier: MIT */
/* From a snapshot back to a builder: all of it, and what kernels keep. */
#include "support/cmocka.h"
#include "support/machine.h"

static const struct tiermm_access dram = { 100, 100, 100000, 100000 };
static const struct tiermm_access fast = { 50, 50, 200000, 200000 };
static const struct tiermm_access slow = { 250, 250, 30000, 30000 };

/* Take a snapshot, and load it into the builder that it came from. */
static struct tiermm_topology *step(struct tiermm_topology_builder *b)
{
	struct tiermm_topology *t = machine_snapshot(b);

	assert_int_equal(tiermm_topology_builder_load(b, t), 0);
	return t;
}

static struct tiermm_node node(struct tiermm_topology_builder *b, int32_t id)
{
	struct tiermm_topology *t = step(b);
	struct tiermm_node found;

	assert_int_equal(tiermm_topology_node(t, id, &found), 0);
	tiermm_topology_unref(t);
	return found;
}

static void happens(struct tiermm_topology_builder *b, uint32_t kind,
		    int32_t id)
{
	const struct tiermm_event event = { .kind = kind, .node = id };

	assert_int_equal(tiermm_topology_builder_apply(b, &event, NULL), 0);
}

/* 0: DRAM with CPUs; 2: no memory yet; speeds of both are known. */
static struct tiermm_topology_builder *dram_and_a_gap(void)
{
	static const struct machine machine = {
		.n = 2,
		.nodes = { { .id = 0, .cpus = 2 },
			   { .id = 2, .state = MACHINE_ABSENT } },
	};
	struct tiermm_topology_builder *b = machine_builder(&machine);

	tiermm_topology_builder_set_access(b, 0, 0, &dram);
	tiermm_topology_builder_set_access(b, 0, 2, &slow);
	return b;
}

static void a_loaded_builder_describes_the_same_machine(void **state)
{
	struct tiermm_topology_builder *b, *other;
	struct tiermm_topology *t, *again;
	struct tiermm_random random;

	(void)state;
	tiermm_random_seed(&random, 11);
	other = machine_random(&random, MACHINE_IDS);
	for (int round = 0; round < 100; round++) {
		b = machine_random(&random, 16);
		t = machine_snapshot(b);
		assert_int_equal(tiermm_topology_builder_load(other, t), 0);
		again = machine_snapshot(other);
		assert_int_equal(tiermm_topology_equal(t, again), 1);
		for (int32_t i = 0; i < 256; i++)
			assert_int_equal(
				tiermm_topology_distance_source(t, i / 16,
								i % 16),
				tiermm_topology_distance_source(again, i / 16,
								i % 16));
		tiermm_topology_unref(again);
		tiermm_topology_unref(t);
		tiermm_topology_builder_destroy(b);
	}
	tiermm_topology_builder_destroy(other);
}

static void set_type_distance(struct tiermm_topology_builder *b,
			      int32_t distance)
{
	uint32_t type = TIERMM_MEMORY_UNKNOWN;
	int err = tiermm_topology_builder_set_type_abstract_distance(b, type,
								     distance);

	assert_int_equal(err, 0);
}

static void settings_of_the_caller_come_along(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);

	(void)state;
	set_type_distance(b, 130);
	tiermm_topology_builder_set_abstract_distance(b, 1, 260,
						      TIERMM_SOURCE_KERNEL);
	tiermm_topology_unref(step(b));
	assert_int_equal(node(b, 0).abstract_distance, 130);
	set_type_distance(b, -1);
	assert_int_equal(node(b, 2).tier_id, 37);
	assert_int_equal(node(b, 2).abstract_distance_source,
			 TIERMM_SOURCE_CALLER);
	assert_int_equal(node(b, 1).abstract_distance, 260);
	assert_int_equal(node(b, 0).abstract_distance, 576);
	tiermm_topology_builder_destroy(b);
}

static void a_node_keeps_its_first_abstract_distance(void **state)
{
	struct tiermm_topology_builder *b = dram_and_a_gap();

	(void)state;
	tiermm_topology_unref(step(b));
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	assert_int_equal(node(b, 2).abstract_distance, 4800);
	tiermm_topology_builder_set_access(b, 0, 2, &fast);
	assert_int_equal(node(b, 2).abstract_distance, 4800);
	assert_int_equal(node(b, 2).abstract_distance_source,
			 TIERMM_SOURCE_HMAT);
	happens(b, TIERMM_EVENT_MEMORY_REMOVE, 2);
	assert_int_equal(node(b, 2).abstract_distance, -1);
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	assert_int_equal(node(b, 2).abstract_distance, 4800);
	tiermm_topology_builder_destroy(b);
}

static void a_node_without_memory_reckons_later(void **state)
{
	struct tiermm_topology_builder *b = dram_and_a_gap();

	(void)state;
	tiermm_topology_unref(step(b));
	tiermm_topology_builder_set_access(b, 0, 2, &fast);
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	assert_int_equal(node(b, 2).abstract_distance, 144);
	tiermm_topology_builder_destroy(b);
}

static void the_reference_is_that_of_the_start(void **state)
{
	struct tiermm_reference r = { .size = sizeof(r) };
	struct tiermm_topology_builder *b = dram_and_a_gap();
	struct tiermm_topology *t;

	(void)state;
	tiermm_topology_unref(step(b));
	/* Another DRAM node, far off: too late to break anything. */
	tiermm_topology_builder_add_node(b, 5, TIERMM_NODE_ONLINE, 0);
	tiermm_topology_builder_set_cpu(b, 5, 5);
	tiermm_topology_builder_set_access(b, 5, 5, &slow);
	tiermm_topology_builder_set_access(b, 0, 0, &slow);
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	t = step(b);
	assert_int_equal(tiermm_topology_reference(t, &r), 0);
	assert_int_equal(r.state, TIERMM_REFERENCE_SET);
	assert_int_equal(r.node, 0);
	assert_memory_equal(&r.access, &dram, sizeof(dram));
	tiermm_topology_unref(t);
	assert_int_equal(node(b, 2).abstract_distance, 4800);
	assert_int_equal(node(b, 5).abstract_distance, 4800);
	assert_int_equal(node(b, 0).abstract_distance, 576);
	tiermm_topology_builder_destroy(b);
}

static void a_broken_reference_stays_broken(void **state)
{
	struct tiermm_topology_builder *b = dram_and_a_gap();

	(void)state;
	tiermm_topology_builder_add_node(b, 5, TIERMM_NODE_ONLINE, 0);
	tiermm_topology_builder_set_cpu(b, 5, 5);
	tiermm_topology_builder_set_access(b, 5, 5, &slow);
	assert_int_equal(node(b, 5).abstract_distance, 576);
	tiermm_topology_builder_set_access(b, 5, 5, &dram);
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	assert_int_equal(node(b, 2).abstract_distance, 576);
	assert_int_equal(node(b, 2).abstract_distance_source,
			 TIERMM_SOURCE_DEFAULT);
	tiermm_topology_builder_destroy(b);
}

/* D10: a CPU that goes moves no tier, not of memory that comes later either. */
static void tiers_heed_the_view_of_a_cpu_that_is_off(void **state)
{
	const struct tiermm_event off = { .kind = TIERMM_EVENT_CPU_OFF,
					  .node = 5,
					  .cpu = 5 };
	struct tiermm_topology_builder *b = dram_and_a_gap();

	(void)state;
	tiermm_topology_builder_add_node(b, 5, TIERMM_NODE_MEMORYLESS, 0);
	tiermm_topology_builder_set_cpu(b, 5, 5);
	tiermm_topology_builder_set_access(b, 5, 2, &fast);
	tiermm_topology_unref(step(b));
	assert_int_equal(tiermm_topology_builder_apply(b, &off, NULL), 0);
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	assert_int_equal(node(b, 2).initiator, 0);
	assert_int_equal(node(b, 2).abstract_distance, 144);
	assert_int_equal(node(b, 5).cpus, 0);
	tiermm_topology_builder_destroy(b);
}

static void the_type_of_memory_that_was_there_is_kept(void **state)
{
	const struct tiermm_event dax = { .kind = TIERMM_EVENT_MEMORY_ADD,
					  .node = 0,
					  .type = TIERMM_MEMORY_DAX };
	struct tiermm_topology_builder *b = dram_and_a_gap();

	(void)state;
	happens(b, TIERMM_EVENT_MEMORY_ADD, 2);
	tiermm_topology_unref(step(b));
	happens(b, TIERMM_EVENT_MEMORY_REMOVE, 0);
	tiermm_topology_unref(step(b));
	assert_int_equal(tiermm_topology_builder_apply(b, &dax, NULL), 0);
	assert_int_equal(node(b, 0).type, TIERMM_MEMORY_UNKNOWN);
	assert_int_equal(node(b, 0).abstract_distance, 576);
	tiermm_topology_builder_destroy(b);
}

static void a_snapshot_beyond_the_room_changes_nothing(void **state)
{
	static const struct {
		uint32_t nodes, cpus, access;
	} room[] = { { 1, 2, 2 }, { 2, 1, 2 }, { 2, 2, 1 }, { 2, 2, 2 } };
	struct tiermm_topology_builder *b = dram_and_a_gap(), *small;
	struct tiermm_topology *t = machine_snapshot(b), *got;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct tiermm_topology_builder_options o = {
			.size = sizeof(o),
			.max_nodes = room[i].nodes,
			.max_cpus = room[i].cpus,
			.max_access = room[i].access
		};
		int fits = i == 3;

		assert_int_equal(tiermm_topology_builder_create(&small, &o,
								NULL),
				 0);
		tiermm_topology_builder_add_node(small, 9, TIERMM_NODE_ONLINE,
						 0);
		assert_int_equal(tiermm_topology_builder_load(small, t),
				 fits ? 0 : -TIERMM_ENOSPC);
		got = machine_snapshot(small);
		assert_int_equal(tiermm_topology_index(got, 9), fits ? -1 : 0);
		assert_int_equal(tiermm_topology_equal(got, t), fits);
		tiermm_topology_unref(got);
		tiermm_topology_builder_destroy(small);
	}
	assert_int_equal(tiermm_topology_builder_load(b, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_load(NULL, t), -TIERMM_EINVAL);
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loaded_builder_describes_the_same_machine),
		cmocka_unit_test(settings_of_the_caller_come_along),
		cmocka_unit_test(a_node_keeps_its_first_abstract_distance),
		cmocka_unit_test(a_node_without_memory_reckons_later),
		cmocka_unit_test(the_reference_is_that_of_the_start),
		cmocka_unit_test(a_broken_reference_stays_broken),
		cmocka_unit_test(tiers_heed_the_view_of_a_cpu_that_is_off),
		cmocka_unit_test(the_type_of_memory_that_was_there_is_kept),
		cmocka_unit_test(a_snapshot_beyond_the_room_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
