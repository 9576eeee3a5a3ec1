/* SPDX-License-Identifier: MIT */
/* Snapshots: where they come from, and when they go. */
#include "support/cmocka.h"
#include "support/failing.h"
#include "support/machine.h"

#include <pthread.h>

static void an_empty_machine_is_refused(void **state)
{
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t = (void *)&p;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&b, NULL, NULL), 0);
	assert_int_equal(tiermm_topology_create(&t, b, &p, NULL),
			 -TIERMM_EINVAL);
	assert_null(t);
	assert_int_equal(p.error, -TIERMM_EINVAL);
	assert_int_equal(p.what, TIERMM_PROBLEM_EMPTY);
	assert_int_equal(p.node, TIERMM_NO_NODE);
	tiermm_topology_builder_destroy(b);
}

static void create_survives_every_lack_of_memory(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_topology *t = (void *)&f;
		int err = tiermm_topology_create(&t, b, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !t));
		assert_int_equal(f.live, done);
		tiermm_topology_unref(t);
		assert_true(failing_is_clean(&f));
	}
	tiermm_topology_builder_destroy(b);
}

static void a_problem_is_untouched_where_there_is_none(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);
	struct tiermm_problem p, before;
	struct tiermm_topology *t;

	(void)state;
	memset(&p, 0x5a, sizeof(p));
	p.size = sizeof(p);
	before = p;
	assert_int_equal(tiermm_topology_create(&t, b, &p, NULL), 0);
	assert_memory_equal(&p, &before, sizeof(p));
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
}

static void missing_pointers_are_refused(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);
	struct tiermm_alloc bad = { .size = sizeof(bad) };
	struct tiermm_topology *t = (void *)&bad;
	uint64_t bytes;

	(void)state;
	assert_int_equal(tiermm_topology_create(NULL, b, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_create(&t, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_null(t);
	assert_int_equal(tiermm_topology_create(&t, b, NULL, &bad),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_footprint(NULL, &bytes),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_footprint(b, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_init(NULL, &bad, 1, b, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_init(&t, NULL, 1, b, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_init(&t, &bad, 1, NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_topology_builder_destroy(b);
	tiermm_topology_unref(NULL);
	assert_null(tiermm_topology_ref(NULL));
}

static void a_snapshot_lives_in_memory_of_the_caller(void **state)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t, *twin;
	struct tiermm_random random;
	uint64_t bytes;
	char *memory;

	(void)state;
	tiermm_random_seed(&random, 21);
	for (int round = 0; round < 20; round++) {
		b = machine_random(&random, MACHINE_IDS);
		twin = machine_snapshot(b);
		assert_int_equal(tiermm_topology_footprint(b, &bytes), 0);
		memory = aligned_alloc(TIERMM_ALIGN, bytes);
		assert_non_null(memory);
		memset(memory, 0xa5, bytes);
		assert_int_equal(tiermm_topology_init(&t, memory, bytes - 1, b,
						      NULL),
				 -TIERMM_ENOMEM);
		assert_null(t);
		assert_int_equal(tiermm_topology_init(&t, memory + 8, bytes, b,
						      NULL),
				 -TIERMM_EINVAL);
		assert_int_equal(tiermm_topology_init(&t, memory, bytes, b,
						      NULL),
				 0);
		assert_int_equal(tiermm_topology_equal(t, twin), 1);
		tiermm_topology_unref(t);
		free(memory); /* which is still ours */
		tiermm_topology_unref(twin);
		tiermm_topology_builder_destroy(b);
	}
}

static void the_greatest_machine_fits(void **state)
{
	static const struct tiermm_access dram = { 100, 100, 1000, 1000 };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;
	struct tiermm_node node;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&b, NULL, NULL), 0);
	for (int32_t id = 1023; id >= 0; id--) {
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, id, TIERMM_NODE_ONLINE, 1),
				 0);
		assert_int_equal(tiermm_topology_builder_set_cpu(b,
								 (uint32_t)id *
									 64,
								 id),
				 0);
		assert_int_equal(tiermm_topology_builder_set_access(b, id, id,
								    &dram),
				 0);
		/* Every node is a tier of its own. */
		assert_int_equal(tiermm_topology_builder_set_abstract_distance(
					 b, id, id * TIERMM_TIER_CHUNK,
					 TIERMM_SOURCE_CALLER),
				 0);
	}
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	assert_int_equal(tiermm_topology_is_valid(t), 1);
	assert_int_equal(tiermm_topology_node_count(t), 1024);
	assert_int_equal(tiermm_topology_tier_count(t), 1024);
	assert_int_equal(tiermm_topology_cpu_limit(t), 1023 * 64 + 1);
	assert_int_equal(tiermm_topology_node(t, 1023, &node), 0);
	assert_int_equal(node.index, 1023);
	assert_int_equal(tiermm_topology_distance(t, 1023, 0), 20);
	tiermm_topology_unref(t);
}

static void the_last_reference_frees(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_topology *t;

	(void)state;
	assert_int_equal(tiermm_topology_create(&t, b, NULL, &mem), 0);
	tiermm_topology_builder_destroy(b);
	assert_ptr_equal(tiermm_topology_ref(t), t);
	tiermm_topology_unref(t);
	assert_int_equal(f.live, 1);
	assert_int_equal(tiermm_topology_node_count(t), 3);
	tiermm_topology_unref(t);
	assert_true(failing_is_clean(&f));
}

#define THREADS 4
#define ROUNDS 20000

static void *take_and_give_back(void *argument)
{
	struct tiermm_topology *t = argument;
	uintptr_t wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		tiermm_topology_ref(t);
		wrong |= tiermm_topology_node_count(t) != 3;
		tiermm_topology_unref(t);
	}
	wrong |= tiermm_topology_distance(t, 0, 2) != 25;
	tiermm_topology_unref(t); /* the reference that came with the thread */
	return wrong ? argument : NULL;
}

static void references_are_counted_by_many_threads(void **state)
{
	struct tiermm_topology_builder *b = machine_builder(&machine_two_tiers);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_topology *t;
	pthread_t threads[THREADS];
	void *wrong;

	(void)state;
	assert_int_equal(tiermm_topology_create(&t, b, NULL, &mem), 0);
	tiermm_topology_builder_destroy(b);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
						take_and_give_back,
						tiermm_topology_ref(t)),
				 0);
	tiermm_topology_unref(t);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	assert_true(failing_is_clean(&f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_machine_is_refused),
		cmocka_unit_test(create_survives_every_lack_of_memory),
		cmocka_unit_test(a_problem_is_untouched_where_there_is_none),
		cmocka_unit_test(missing_pointers_are_refused),
		cmocka_unit_test(a_snapshot_lives_in_memory_of_the_caller),
		cmocka_unit_test(the_greatest_machine_fits),
		cmocka_unit_test(the_last_reference_frees),
		cmocka_unit_test(references_are_counted_by_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
