/* SPDX-License-Identifier: MIT */
/* How far a zone reaches while blocks come and go, and the table below it. */
#include "zone_fixture.h"

#include "zone/internal.h"

#include <tiermm/random.h>

static void spans(struct tiermm_zones *z, uint32_t zone, uint64_t start,
		  uint64_t end)
{
	struct tiermm_zone_state s;

	assert_int_equal(tiermm_zones_zone(z, 0, zone, &s), 0);
	assert_int_equal(s.start, start);
	assert_int_equal(s.start + s.spanned, end);
}

static void a_zone_shrinks_at_its_edges_only(void **state)
{
	const uint32_t movable = TIERMM_ZONE_MOVABLE;
	struct tiermm_zones *z = machine_of(100, 0, 4);

	(void)state;
	for (uint64_t i = 0; i < 5; i++)
		put_in(z, 40 + i * 2, 0, -1, movable);
	put_in(z, 43, 0, -1, TIERMM_ZONE_NORMAL);
	spans(z, movable, 40 * BLOCK, 49 * BLOCK);
	take_out(z, 44);
	spans(z, movable, 40 * BLOCK, 49 * BLOCK);
	take_out(z, 48);
	spans(z, movable, 40 * BLOCK, 47 * BLOCK);
	/* The hole at 44 is passed over. */
	take_out(z, 46);
	spans(z, movable, 40 * BLOCK, 43 * BLOCK);
	take_out(z, 40);
	spans(z, movable, 42 * BLOCK, 43 * BLOCK);
	take_out(z, 42);
	spans(z, movable, 0, 0);
	done_with(z);
}

static void far_blocks_are_found_as_quickly(void **state)
{
	const uint32_t movable = TIERMM_ZONE_MOVABLE;
	const uint64_t far = TIERMM_ZONE_PAGES_MAX / BLOCK - 1;
	struct tiermm_zones *z = machine_of(100, 0, 4);

	(void)state;
	/* Block by block this would take years. */
	put_in(z, 100, 0, -1, movable);
	put_in(z, far, 0, -1, movable);
	put_in(z, far / 2, 0, -1, movable);
	spans(z, movable, 100 * BLOCK, (far + 1) * BLOCK);
	take_out(z, far);
	spans(z, movable, 100 * BLOCK, (far / 2 + 1) * BLOCK);
	put_in(z, far, 0, -1, movable);
	take_out(z, 100);
	spans(z, movable, far / 2 * BLOCK, (far + 1) * BLOCK);
	done_with(z);
}

static void boot_memory_that_has_no_name_stays(void **state)
{
	const uint32_t normal = TIERMM_ZONE_NORMAL;
	struct tiermm_zones *z = machine_of(100, 0, 4);

	(void)state;
	put_in(z, 9, 0, -1, normal);
	spans(z, normal, 0, 10 * BLOCK);
	take_out(z, 9);
	spans(z, normal, 0, 4 * BLOCK);
	done_with(z);
}

static void boot_blocks_with_names_go_like_others(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 0);
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_DMA32,
					 .start = 4096,
					 .spanned = 4 * BLOCK - 4096,
					 .present = 4 * BLOCK - 4096 };
	const uint32_t dma32 = TIERMM_ZONE_DMA32;

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	assert_int_equal(tiermm_zones_add_boot_block(z, 0, 0,
						     TIERMM_ZONE_SEVERAL),
			 0);
	for (uint64_t i = 1; i < 4; i++)
		assert_int_equal(tiermm_zones_add_boot_block(z, i, 0, dma32),
				 0);
	assert_int_equal(tiermm_zones_offline(z, 3), 0);
	spans(z, dma32, 4096, 3 * BLOCK);
	assert_int_equal(tiermm_zones_offline(z, 1), 0);
	spans(z, dma32, 4096, 3 * BLOCK);
	assert_int_equal(tiermm_zones_offline(z, 2), 0);
	/* What is left is the zone's part of the block that zones share. */
	spans(z, dma32, 4096, BLOCK);
	done_with(z);
}

static void the_table_holds_what_was_put_in(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 0);
	struct tiermm_random random;
	struct tiermm_zone_block b;
	static uint8_t known[8192];
	uint64_t n = 0;

	(void)state;
	memset(known, 0, sizeof(known));
	tiermm_random_seed(&random, 5);
	for (uint32_t i = 0; i < 60000; i++) {
		uint64_t id = tiermm_random_below(&random, 8192);
		int room = n < 4096;
		int expected = known[id] ? -TIERMM_EEXIST
			       : room    ? 0
					 : -TIERMM_ENOSPC;

		if (tiermm_random_below(&random, 2)) {
			assert_int_equal(tiermm_zones_plug(z, id, 0, -1),
					 expected);
			n += !expected;
			known[id] |= !expected;
		} else {
			assert_int_equal(tiermm_zones_unplug(z, id),
					 known[id] ? 0 : -TIERMM_ENOENT);
			n -= known[id];
			known[id] = 0;
		}
	}
	for (uint64_t id = 0; id < 8192; id++)
		assert_int_equal(tiermm_zones_block(z, id, &b),
				 known[id] ? 0 : -TIERMM_ENOENT);
	done_with(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_shrinks_at_its_edges_only),
		cmocka_unit_test(far_blocks_are_found_as_quickly),
		cmocka_unit_test(boot_memory_that_has_no_name_stays),
		cmocka_unit_test(boot_blocks_with_names_go_like_others),
		cmocka_unit_test(the_table_holds_what_was_put_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
