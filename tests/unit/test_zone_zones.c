/* SPDX-License-Identifier: MIT */
/* Accounts of zones: options, parameters, life, one owner at a time. */
#include "support/failing.h"
#include "zone_fixture.h"

#include <stdatomic.h>

static int create(struct tiermm_zones_options o)
{
	struct tiermm_zones *z = (void *)&o;
	uint64_t bytes = 0;
	int err;

	o.size = sizeof(o);
	err = tiermm_zones_create(&z, &o, NULL, NULL);
	assert_true(err ? !z : !!z);
	assert_int_equal(tiermm_zones_footprint(&o, &bytes), err);
	assert_true(err ? !bytes : !!bytes);
	tiermm_zones_destroy(z);
	return err;
}

#define OPTIONS(...) ((struct tiermm_zones_options){ __VA_ARGS__ })

static void options_reach_to_their_limits(void **state)
{
	(void)state;
	assert_int_equal(create(OPTIONS(.max_nodes = 1)), 0);
	assert_int_equal(create(OPTIONS(.max_nodes = 1024)), 0);
	assert_int_equal(create(OPTIONS(.max_nodes = 1025)), -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.max_groups = 0x80000000u)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.max_blocks = UINT64_MAX)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.block_pages = 1)), 0);
	assert_int_equal(create(OPTIONS(.block_pages = 3)), -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.block_pages = UINT64_C(1) << 58)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.flags = 1)), -TIERMM_E2BIG);
	assert_int_equal(tiermm_zones_footprint(NULL, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_create(NULL, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
}

static void defaults_are_those_of_linux(void **state)
{
	struct tiermm_zone_parameters p = { .size = sizeof(p) };
	struct tiermm_zones *z;

	(void)state;
	assert_int_equal(tiermm_zones_create(&z, NULL, NULL, NULL), 0);
	assert_int_equal(tiermm_zones_get_parameters(z, &p), 0);
	assert_int_equal(p.policy, TIERMM_ZONE_POLICY_CONTIG_ZONES);
	assert_int_equal(p.ratio, 301);
	assert_int_equal(p.flags, TIERMM_ZONE_NODE_AWARE);
	assert_int_equal(p.kept_pages, 0);
	done_with(z);
}

static void parameters_out_of_range_change_nothing(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 4);
	struct tiermm_zone_parameters p = { .size = sizeof(p) }, now = p;

	(void)state;
	assert_int_equal(tiermm_zones_set_parameters(z, NULL), -TIERMM_EINVAL);
	p.policy = TIERMM_ZONE_POLICIES;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), -TIERMM_EINVAL);
	p.policy = 0;
	p.ratio = TIERMM_ZONE_RATIO_MAX + 1;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), -TIERMM_EINVAL);
	p.ratio = 1;
	p.flags = 8;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), -TIERMM_E2BIG);
	p.flags = 0;
	p.size = 8;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_get_parameters(z, &p), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_get_parameters(z, &now), 0);
	assert_int_equal(now.ratio, 301);
	assert_int_equal(now.policy, TIERMM_ZONE_POLICY_AUTO_MOVABLE);
	done_with(z);
}

static void create_survives_every_lack_of_memory(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_zones *z = (void *)&f;
		int err = tiermm_zones_create(&z, NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !z));
		tiermm_zones_destroy(z);
		assert_true(failing_is_clean(&f));
	}
}

static void an_account_lives_in_memory_of_the_caller(void **state)
{
	struct tiermm_zones_options o = { .size = sizeof(o),
					  .max_nodes = 2,
					  .max_groups = 2,
					  .max_blocks = 8 };
	static _Alignas(TIERMM_ALIGN) unsigned char memory[16384];
	struct tiermm_zones *z;
	uint64_t bytes;

	(void)state;
	assert_int_equal(tiermm_zones_footprint(&o, &bytes), 0);
	assert_true(bytes <= sizeof(memory));
	assert_int_equal(tiermm_zones_init(&z, memory, bytes - 1, &o, NULL),
			 -TIERMM_ENOMEM);
	assert_null(z);
	assert_int_equal(tiermm_zones_init(&z, memory + 1, bytes, &o, NULL),
			 -TIERMM_EINVAL);
	memory[bytes] = 77;
	assert_int_equal(tiermm_zones_init(&z, memory, bytes, &o, NULL), 0);
	for (uint64_t i = 0; i < 8; i++)
		assert_int_equal(tiermm_zones_plug(z, i, 1, -1), 0);
	assert_int_equal(tiermm_zones_plug(z, 8, 1, -1), -TIERMM_ENOSPC);
	assert_int_equal(memory[bytes], 77);
	done_with(z);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 4);
	struct tiermm_zone_parameters p = { .size = sizeof(p) };
	struct tiermm_zone_state zone;
	struct tiermm_zone_check check;
	int32_t group = 5;
	uint64_t n;
	uint32_t word;

	(void)state;
	/* The flag is the first field: as if another thread were inside. */
	atomic_store_explicit((_Atomic uint32_t *)z, 1, memory_order_relaxed);
	assert_int_equal(tiermm_zones_plug(z, 9, 0, -1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_unplug(z, 9), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_add_boot_block(z, 1, 0, 2),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_add_group(z, 1, 0, 9, &group),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_remove_group(z, 0), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_get_parameters(z, &p), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_set_parameters(z, &p), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_zone(z, 0, 0, &zone), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_check(z, 0, -1, 0, &check),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_imbalances(z, NULL, 0, &n),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_ratio_needed(z, 9, 1, &word),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_decide(z, 9, 0, &word, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(group, 5);
	atomic_store_explicit((_Atomic uint32_t *)z, 0, memory_order_relaxed);
	assert_int_equal(tiermm_zones_plug(z, 9, 0, -1), 0);
	done_with(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_reach_to_their_limits),
		cmocka_unit_test(defaults_are_those_of_linux),
		cmocka_unit_test(parameters_out_of_range_change_nothing),
		cmocka_unit_test(create_survives_every_lack_of_memory),
		cmocka_unit_test(an_account_lives_in_memory_of_the_caller),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
