/* SPDX-License-Identifier: MIT */
/* Builders: options, room, life, and one owner at a time. */
#include "support/cmocka.h"
#include "support/failing.h"

#include <tiermm/topology_create.h>

static int create(struct tiermm_topology_builder_options o)
{
	struct tiermm_topology_builder *b = (void *)&o;
	uint64_t bytes = 0;
	int err;

	o.size = sizeof(o);
	err = tiermm_topology_builder_create(&b, &o, NULL);
	assert_true(err ? !b : !!b);
	tiermm_topology_builder_destroy(b);
	assert_int_equal(tiermm_topology_builder_footprint(&o, &bytes), err);
	assert_true(err ? !bytes : !!bytes);
	return err;
}

#define OPTIONS(...) ((struct tiermm_topology_builder_options){ __VA_ARGS__ })

static void options_reach_to_their_limits(void **state)
{
	(void)state;
	assert_int_equal(create(OPTIONS(.max_nodes = 1)), 0);
	assert_int_equal(create(OPTIONS(.max_nodes = 1024)), 0);
	assert_int_equal(create(OPTIONS(.max_cpus = 65536)), 0);
	assert_int_equal(create(OPTIONS(.max_access = 1024 * 1024)), 0);
	assert_int_equal(create(OPTIONS(.page_bytes = 65536)), 0);
	assert_int_equal(create(OPTIONS(.flags = 1)), 0);
}

static void options_beyond_their_limits_are_refused(void **state)
{
	(void)state;
	assert_int_equal(create(OPTIONS(.max_nodes = 1025)), -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.max_cpus = 65537)), -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.max_access = 1024 * 1024 + 1)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.page_bytes = 4097)), -TIERMM_EINVAL);
}

static void unknown_options_are_refused(void **state)
{
	(void)state;
	assert_int_equal(create(OPTIONS(.flags = 2)), -TIERMM_E2BIG);
	assert_int_equal(create(OPTIONS(.reserved = 1)), -TIERMM_E2BIG);
}

static void options_follow_the_size_rule(void **state)
{
	struct {
		struct tiermm_topology_builder_options known;
		uint64_t later;
	} newer = { .known.size = sizeof(newer), .later = 0 };
	struct tiermm_topology_builder *b;

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(&b, &newer.known, NULL),
			 0);
	tiermm_topology_builder_destroy(b);
	newer.later = 1;
	assert_int_equal(tiermm_topology_builder_create(&b, &newer.known, NULL),
			 -TIERMM_E2BIG);
	assert_null(b);
	newer.known.size = sizeof(newer.known) - 1;
	assert_int_equal(tiermm_topology_builder_create(&b, &newer.known, NULL),
			 -TIERMM_EINVAL);
	assert_null(b);
}

static void missing_pointers_are_refused(void **state)
{
	struct tiermm_alloc bad = { .size = sizeof(bad) };
	struct tiermm_topology_builder *b = (void *)&bad;
	_Alignas(TIERMM_ALIGN) char memory[64] = { 0 };

	(void)state;
	assert_int_equal(tiermm_topology_builder_create(NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_create(&b, NULL, &bad),
			 -TIERMM_EINVAL);
	assert_null(b);
	assert_int_equal(tiermm_topology_builder_footprint(NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_topology_builder_init(NULL, memory, 64, NULL),
			 -TIERMM_EINVAL);
	tiermm_topology_builder_destroy(NULL);
}

static void create_survives_every_lack_of_memory(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_topology_builder *b = (void *)&f;
		int err = tiermm_topology_builder_create(&b, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !b));
		tiermm_topology_builder_destroy(b);
		assert_true(failing_is_clean(&f));
	}
}

static void a_builder_lives_in_memory_of_the_caller(void **state)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 4,
						     .max_cpus = 8,
						     .max_access = 2 };
	struct tiermm_topology_builder *b;
	uint64_t bytes;
	char *memory;

	(void)state;
	assert_int_equal(tiermm_topology_builder_footprint(&o, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes);
	assert_non_null(memory);
	memset(memory, 0xa5, bytes);
	assert_int_equal(tiermm_topology_builder_init(&b, memory, bytes - 1,
						      &o),
			 -TIERMM_ENOMEM);
	assert_null(b);
	assert_int_equal(tiermm_topology_builder_init(&b, memory + 8, bytes,
						      &o),
			 -TIERMM_EINVAL);
	o.max_nodes = 2000;
	assert_int_equal(tiermm_topology_builder_init(&b, memory, bytes, &o),
			 -TIERMM_EINVAL);
	o.max_nodes = 4;
	assert_int_equal(tiermm_topology_builder_init(&b, memory, bytes, &o),
			 0);
	for (int32_t node = 0; node < 4; node++)
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, node, TIERMM_NODE_ONLINE, 0),
				 0);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 7, 3), 0);
	tiermm_topology_builder_destroy(b);
	free(memory); /* which is still ours */
}

/* An allocator that calls back into the builder that it serves. */
struct nosy {
	struct failing failing;
	struct tiermm_alloc inner;
	struct tiermm_topology_builder *b;
	uint32_t busy;
};

static void *nosy_alloc(void *self, uint64_t bytes, uint64_t align)
{
	static const struct tiermm_access access = { 1, 1, 1, 1 };
	struct tiermm_event event = { .kind = TIERMM_EVENT_CPU_OFF };
	struct nosy *nosy = self;
	struct tiermm_topology_builder *b = nosy->b;
	struct tiermm_topology *t;
	uint64_t n;
	const int errors[] = {
		tiermm_topology_builder_add_node(b, 9, 0, 0),
		tiermm_topology_builder_set_state(b, 0, 0, 0, 0),
		tiermm_topology_builder_set_type(b, 0, 0),
		tiermm_topology_builder_set_cpu(b, 0, 0),
		tiermm_topology_builder_set_distance(b, 0, 0, 10,
						     TIERMM_SOURCE_SLIT),
		tiermm_topology_builder_set_access(b, 0, 0, &access),
		tiermm_topology_builder_set_initiator(b, 0, 0),
		tiermm_topology_builder_set_abstract_distance(
			b, 0, 1, TIERMM_SOURCE_CALLER),
		tiermm_topology_builder_set_type_abstract_distance(b, 0, 1),
		tiermm_topology_builder_apply(b, &event, NULL),
		tiermm_topology_builder_load(b, (void *)&nosy->inner),
		tiermm_topology_create(&t, b, NULL, NULL),
		tiermm_topology_init(&t, nosy, 1, b, NULL),
		tiermm_topology_footprint(b, &n),
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_int_equal(errors[i], -TIERMM_EBUSY);
	nosy->busy++;
	return nosy->inner.alloc(nosy->inner.self, bytes, align);
}

static void nosy_free(void *self, void *memory, uint64_t bytes)
{
	struct nosy *nosy = self;

	nosy->inner.free(nosy->inner.self, memory, bytes);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct nosy nosy = { .failing.fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = { .size = sizeof(mem),
				    .alloc = nosy_alloc,
				    .free = nosy_free,
				    .self = &nosy };
	struct tiermm_topology *t;

	(void)state;
	nosy.inner = failing_alloc(&nosy.failing);
	assert_int_equal(tiermm_topology_builder_create(&nosy.b, NULL, NULL),
			 0);
	assert_int_equal(tiermm_topology_builder_add_node(nosy.b, 0,
							  TIERMM_NODE_ONLINE,
							  5),
			 0);
	assert_int_equal(tiermm_topology_create(&t, nosy.b, NULL, &mem), 0);
	assert_int_equal(nosy.busy, 1);
	assert_int_equal(tiermm_topology_node_count(t), 1);
	tiermm_topology_unref(t);
	assert_true(failing_is_clean(&nosy.failing));
	tiermm_topology_builder_destroy(nosy.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_reach_to_their_limits),
		cmocka_unit_test(options_beyond_their_limits_are_refused),
		cmocka_unit_test(unknown_options_are_refused),
		cmocka_unit_test(options_follow_the_size_rule),
		cmocka_unit_test(missing_pointers_are_refused),
		cmocka_unit_test(create_survives_every_lack_of_memory),
		cmocka_unit_test(a_builder_lives_in_memory_of_the_caller),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
