/* SPDX-License-Identifier: MIT */
/* Boot memory and the blocks beside it: what is there keeps its place. */
#include "zone_fixture.h"

#define NORMAL TIERMM_ZONE_NORMAL

static void boot(struct tiermm_zones *z, uint32_t zone, uint64_t start,
		 uint64_t blocks, uint64_t present)
{
	struct tiermm_zone_boot memory = { .zone = zone,
					   .start = start * BLOCK,
					   .spanned = blocks * BLOCK,
					   .present = present };

	assert_int_equal(tiermm_zones_add_boot(z, &memory), 0);
}

static int name(struct tiermm_zones *z, uint64_t block, uint32_t zone)
{
	return tiermm_zones_add_boot_block(z, block, 0, zone);
}

static int plug(struct tiermm_zones *z, uint64_t block)
{
	return tiermm_zones_plug(z, block, 0, TIERMM_ZONE_NO_GROUP);
}

static void i31_nothing_is_plugged_in_where_boot_memory_must_be(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);

	(void)state;
	assert_int_equal(plug(z, 2), -TIERMM_EINVAL);
	assert_int_equal(name(z, 2, TIERMM_ZONE_NONE), -TIERMM_EINVAL);
	assert_int_equal(name(z, 2, NORMAL), 0);
	assert_int_equal(plug(z, 3), -TIERMM_EINVAL);
	/* Gone for good, its place is free; on another node it always was. */
	take_out(z, 2);
	assert_int_equal(plug(z, 3), 0);
	assert_int_equal(plug(z, 2), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plug(z, 2, 1, TIERMM_ZONE_NO_GROUP), 0);
	assert_int_equal(present(z, 0, NORMAL), 3 * BLOCK);
	done_with(z);
}

static void i31_a_hole_of_boot_memory_takes_what_fits_into_it(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 0);

	(void)state;
	/* Two blocks and some pages are there, somewhere among five. */
	boot(z, NORMAL, 10, 5, 2 * BLOCK + 7);
	put_in(z, 12, 0, -1, NORMAL);
	put_in(z, 14, 0, -1, TIERMM_ZONE_MOVABLE);
	assert_int_equal(plug(z, 10), -TIERMM_EINVAL);
	/* A named block holds a block of them; the rest needs one more. */
	assert_int_equal(name(z, 10, NORMAL), 0);
	assert_int_equal(plug(z, 11), -TIERMM_EINVAL);
	assert_int_equal(name(z, 11, NORMAL), 0);
	assert_int_equal(name(z, 13, NORMAL), 0);
	/* Offline, a block still takes its place. */
	assert_int_equal(tiermm_zones_offline(z, 11), 0);
	assert_int_equal(plug(z, 11), -TIERMM_EEXIST);
	assert_int_equal(tiermm_zones_is_valid(z), 1);
	assert_int_equal(tiermm_zones_offline(z, 10), 0);
	/* Seven pages are left, whichever block they are in. */
	assert_int_equal(tiermm_zones_offline(z, 13), -TIERMM_EINVAL);
	done_with(z);
}

static void i31_boot_memory_without_a_name_outlives_what_has_one(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	struct tiermm_zone_state s;

	(void)state;
	for (uint64_t i = 0; i < 2; i++) {
		assert_int_equal(name(z, i, NORMAL), 0);
		take_out(z, i);
	}
	put_in(z, 9, 0, -1, NORMAL);
	take_out(z, 9);
	assert_int_equal(tiermm_zones_zone(z, 0, NORMAL, &s), 0);
	assert_int_equal(s.present, 2 * BLOCK);
	assert_int_equal(s.spanned, 4 * BLOCK);
	done_with(z);
}

static void blocks_that_came_before_boot_memory_keep_their_place(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 0);
	struct tiermm_zone_boot full = { .zone = NORMAL,
					 .spanned = 4 * BLOCK,
					 .present = 4 * BLOCK };

	(void)state;
	assert_int_equal(name(z, 0, TIERMM_ZONE_SEVERAL), 0);
	assert_int_equal(plug(z, 1), 0);
	assert_int_equal(tiermm_zones_add_boot(z, &full), -TIERMM_EINVAL);
	full.present = 3 * BLOCK;
	assert_int_equal(tiermm_zones_add_boot(z, &full), 0);
	assert_int_equal(plug(z, 2), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_unplug(z, 1), 0);
	assert_int_equal(plug(z, 2), 0);
	done_with(z);
}

static void early_memory_from_elsewhere_is_no_boot_memory_here(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 2);

	(void)state;
	boot(z, TIERMM_ZONE_MOVABLE, 4, 1, BLOCK / 2);
	assert_int_equal(name(z, 0, NORMAL), 0);
	assert_int_equal(name(z, 4, TIERMM_ZONE_MOVABLE), 0);
	assert_int_equal(tiermm_zones_offline(z, 0), 0);
	assert_int_equal(tiermm_zones_online(z, 0, TIERMM_ZONE_MOVABLE), 0);
	/* There are early pages enough, but half of block 4 is a hole. */
	assert_int_equal(tiermm_zones_offline(z, 4), -TIERMM_EINVAL);
	take_out(z, 0);
	assert_int_equal(present(z, 0, TIERMM_ZONE_MOVABLE), BLOCK / 2);
	done_with(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			i31_nothing_is_plugged_in_where_boot_memory_must_be),
		cmocka_unit_test(
			i31_a_hole_of_boot_memory_takes_what_fits_into_it),
		cmocka_unit_test(
			i31_boot_memory_without_a_name_outlives_what_has_one),
		cmocka_unit_test(
			blocks_that_came_before_boot_memory_keep_their_place),
		cmocka_unit_test(
			early_memory_from_elsewhere_is_no_boot_memory_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
