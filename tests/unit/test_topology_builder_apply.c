/* SPDX-License-Identifier: MIT */
/* Events: which can happen, and which change what graphs heed (I7). */
#include "support/cmocka.h"
#include "support/machine.h"

static struct tiermm_topology_builder *b;
static struct tiermm_topology *t;

/* 0: DRAM with CPUs, 100 pages. 3: absent. 5: an unknown amount. */
static const struct machine machine = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 2, .pages = 100 },
		   { .id = 3, .state = MACHINE_ABSENT },
		   { .id = 5 } },
};

static int set_up(void **state)
{
	(void)state;
	b = machine_builder(&machine);
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

/* An event that must be possible; answers whether it changed something. */
static uint32_t happens(uint32_t kind, int32_t id, uint64_t pages)
{
	const struct tiermm_event event = { .kind = kind,
					    .node = id,
					    .pages = pages };
	uint32_t changed = 9;

	assert_int_equal(tiermm_topology_builder_apply(b, &event, &changed), 0);
	return changed;
}

/* An event that must be refused, and change nothing. */
static void refused(struct tiermm_event event, int expected)
{
	struct tiermm_topology *before = machine_snapshot(b), *after;
	uint32_t changed = 9;

	assert_int_equal(tiermm_topology_builder_apply(b, &event, &changed),
			 expected);
	assert_int_equal(changed, 9);
	after = machine_snapshot(b);
	assert_int_equal(tiermm_topology_equal(before, after), 1);
	tiermm_topology_unref(before);
	tiermm_topology_unref(after);
}

#define EVENT(...) ((struct tiermm_event){ __VA_ARGS__ })

static void the_first_memory_brings_a_node_online(void **state)
{
	(void)state;
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_ADD, 3, 40), 1);
	assert_int_equal(node(3).state, TIERMM_NODE_ONLINE);
	assert_int_equal(node(3).present_pages, 40);
}

static void more_memory_changes_amounts_only(void **state)
{
	(void)state;
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_ADD, 0, 40), 0);
	assert_int_equal(node(0).present_pages, 140);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 0, 30), 0);
	assert_int_equal(node(0).present_pages, 110);
	assert_int_equal(node(0).state, TIERMM_NODE_ONLINE);
}

static void the_last_memory_leaves_the_node_there(void **state)
{
	(void)state;
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 0, 100), 1);
	assert_int_equal(node(0).state, TIERMM_NODE_MEMORYLESS);
	assert_int_equal(node(0).present_pages, 0);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_ADD, 0, 7), 1);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 0, 0), 1);
	assert_int_equal(node(0).state, TIERMM_NODE_MEMORYLESS);
}

static void an_unknown_amount_stays_unknown(void **state)
{
	(void)state;
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_ADD, 5, 40), 0);
	assert_int_equal(node(5).present_pages, 0);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 5, 40), 0);
	assert_int_equal(node(5).state, TIERMM_NODE_ONLINE);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_ADD, 0, 0), 0);
	assert_int_equal(node(0).present_pages, 0);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 5, 0), 1);
}

static void memory_that_is_not_there_cannot_go(void **state)
{
	(void)state;
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_REMOVE, .node = 0,
		      .pages = 101),
		-TIERMM_EINVAL);
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_REMOVE, .node = 3),
		-TIERMM_EINVAL);
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_GOING, .node = 3),
		-TIERMM_EINVAL);
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_CANCEL, .node = 3),
		-TIERMM_EINVAL);
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_ADD, .node = 0,
		      .pages = UINT64_MAX),
		-TIERMM_EINVAL);
}

static void going_begins_and_ends_once(void **state)
{
	(void)state;
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_CANCEL, 0, 0), 0);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_GOING, 0, 0), 1);
	assert_int_equal(node(0).state, TIERMM_NODE_GOING);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_GOING, 0, 0), 0);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_CANCEL, 0, 0), 1);
	assert_int_equal(node(0).state, TIERMM_NODE_ONLINE);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_GOING, 0, 0), 1);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 0, 40), 0);
	assert_int_equal(node(0).state, TIERMM_NODE_GOING);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 0, 60), 1);
	assert_int_equal(node(0).state, TIERMM_NODE_MEMORYLESS);
}

static void the_first_type_is_kept(void **state)
{
	struct tiermm_event add = { .kind = TIERMM_EVENT_MEMORY_ADD,
				    .node = 3,
				    .type = TIERMM_MEMORY_DAX };

	(void)state;
	assert_int_equal(tiermm_topology_builder_apply(b, &add, NULL), 0);
	assert_int_equal(node(3).type, TIERMM_MEMORY_DAX);
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 3, 0), 1);
	add.type = TIERMM_MEMORY_DRAM;
	assert_int_equal(tiermm_topology_builder_apply(b, &add, NULL), 0);
	assert_int_equal(node(3).type, TIERMM_MEMORY_DAX);
	/* Node 0 had memory of a type that nobody named: it stays so. */
	assert_int_equal(happens(TIERMM_EVENT_MEMORY_REMOVE, 0, 0), 1);
	add.node = 0;
	assert_int_equal(tiermm_topology_builder_apply(b, &add, NULL), 0);
	assert_int_equal(node(0).type, TIERMM_MEMORY_UNKNOWN);
	add.type = TIERMM_MEMORY_TYPES;
	refused(add, -TIERMM_EINVAL);
}

static void cpus_come_and_go_without_a_change(void **state)
{
	const struct tiermm_event off = { .kind = TIERMM_EVENT_CPU_OFF,
					  .node = 77,
					  .cpu = 1 };
	const struct tiermm_event on = { .kind = TIERMM_EVENT_CPU_ON,
					 .node = 3,
					 .cpu = 1 };
	uint32_t changed = 9;

	(void)state;
	refused(on, -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_apply(b, &off, &changed), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(node(0).cpus, 1);
	refused(off, -TIERMM_EINVAL);
	changed = 9;
	assert_int_equal(tiermm_topology_builder_apply(b, &on, &changed), 0);
	assert_int_equal(changed, 0);
	assert_int_equal(node(3).cpus, 1);
	assert_int_equal(node(3).state, TIERMM_NODE_MEMORYLESS);
	refused(EVENT(.kind = TIERMM_EVENT_CPU_ON, .node = 0, .cpu = 1),
		-TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_apply(
				 b,
				 &EVENT(.kind = TIERMM_EVENT_CPU_ON, .node = 0,
					.cpu = 9),
				 NULL),
			 0);
	assert_int_equal(node(0).state, TIERMM_NODE_ONLINE);
}

static void strange_events_are_refused(void **state)
{
	(void)state;
	refused(EVENT(.kind = 0, .node = 0), -TIERMM_EINVAL);
	refused(EVENT(.kind = 7, .node = 0), -TIERMM_EINVAL);
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_ADD, .node = 9),
		-TIERMM_ENODEV);
	refused(EVENT(.kind = TIERMM_EVENT_CPU_ON, .node = 9, .cpu = 5),
		-TIERMM_ENODEV);
	refused(EVENT(.kind = TIERMM_EVENT_CPU_ON, .node = 0, .cpu = 4096),
		-TIERMM_ENODEV);
	refused(EVENT(.kind = TIERMM_EVENT_CPU_OFF, .cpu = 4096),
		-TIERMM_ENODEV);
	refused(EVENT(.kind = TIERMM_EVENT_MEMORY_GOING, .node = 0,
		      .reserved = 1),
		-TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_apply(b, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_apply(NULL, &EVENT(.kind = 1),
						       NULL),
			 -TIERMM_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_memory_brings_a_node_online),
		TEST(more_memory_changes_amounts_only),
		TEST(the_last_memory_leaves_the_node_there),
		TEST(an_unknown_amount_stays_unknown),
		TEST(memory_that_is_not_there_cannot_go),
		TEST(going_begins_and_ends_once),
		TEST(the_first_type_is_kept),
		TEST(cpus_come_and_go_without_a_change),
		TEST(strange_events_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
