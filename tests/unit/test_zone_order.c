/* SPDX-License-Identifier: MIT */
/* Which blocks to fill and to empty first: the order of virtio-mem (Z8). */
#include "zone_fixture.h"

/* Every kind of block, and two of each: ids up, units of 64. */
static const struct tiermm_zone_part parts[] = {
	{ 10, 64, 64, TIERMM_ZONE_PART_KERNEL, 0 },
	{ 11, 64, 64, TIERMM_ZONE_PART_MOVABLE, 0 },
	{ 12, 8, 64, TIERMM_ZONE_PART_OFFLINE, 0 },
	{ 13, 8, 64, TIERMM_ZONE_PART_MOVABLE, 0 },
	{ 14, 8, 64, TIERMM_ZONE_PART_KERNEL, 0 },
	{ 15, 64, 64, TIERMM_ZONE_PART_OFFLINE, 0 },
	{ 16, 0, 64, TIERMM_ZONE_PART_UNUSED, 0 },
	{ 20, 64, 64, TIERMM_ZONE_PART_KERNEL, 0 },
	{ 21, 64, 64, TIERMM_ZONE_PART_MOVABLE, 0 },
	{ 22, 8, 64, TIERMM_ZONE_PART_OFFLINE, 0 },
	{ 23, 8, 64, TIERMM_ZONE_PART_MOVABLE, 0 },
	{ 24, 8, 64, TIERMM_ZONE_PART_KERNEL, 0 },
	{ 25, 64, 64, TIERMM_ZONE_PART_OFFLINE, 0 },
	{ 26, 0, 64, TIERMM_ZONE_PART_UNUSED, 0 },
};
enum {
	PARTS = sizeof(parts) / sizeof(parts[0])
};

static void same_ids(const struct tiermm_zone_move *moves, uint64_t n,
		     const uint64_t *ids, uint64_t n_ids)
{
	assert_int_equal(n, n_ids);
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(moves[i].block, ids[i]);
}

#define IDS(...)                           \
	(const uint64_t[]){ __VA_ARGS__ }, \
		sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t)

static void z8_unplugging_everything_goes_in_this_order(void **state)
{
	struct tiermm_zone_move out[PARTS];
	uint64_t n, left;

	(void)state;
	assert_int_equal(tiermm_zone_unplug_order(parts, PARTS, 0, 1000, out,
						  PARTS, &n, &left),
			 0);
	same_ids(out, n, IDS(22, 12, 25, 15, 23, 13, 24, 14, 21, 11, 20, 10));
	assert_int_equal(left, 1000 - 6 * 64 - 6 * 8);
}

static void z8_a_short_request_ends_in_part_of_a_block(void **state)
{
	struct tiermm_zone_move out[2];
	uint64_t n, left;

	(void)state;
	assert_int_equal(tiermm_zone_unplug_order(parts, PARTS, 0, 30, out, 2,
						  &n, &left),
			 0);
	assert_int_equal(n, 3);
	assert_int_equal(left, 0);
	assert_int_equal(out[0].units, 8);
	assert_int_equal(out[1].block, 12);
	assert_int_equal(tiermm_zone_unplug_order(parts, PARTS, 0, 0, NULL, 0,
						  &n, NULL),
			 0);
	assert_int_equal(n, 0);
}

static void z8_online_blocks_may_be_left_alone(void **state)
{
	struct tiermm_zone_move out[PARTS];
	uint64_t n, left;

	(void)state;
	assert_int_equal(tiermm_zone_unplug_order(parts, PARTS,
						  TIERMM_ZONE_ORDER_OFFLINE_ONLY,
						  1000, out, PARTS, &n, &left),
			 0);
	same_ids(out, n, IDS(22, 12, 25, 15));
	assert_int_equal(left, 1000 - 144);
}

static void z8_holes_are_plugged_before_new_blocks(void **state)
{
	struct tiermm_zone_move out[PARTS];
	uint64_t n, left;

	(void)state;
	assert_int_equal(tiermm_zone_plug_order(parts, PARTS, 0, 1000, out,
						PARTS, &n, &left),
			 0);
	same_ids(out, n, IDS(14, 24, 13, 23, 12, 22, 16, 26));
	assert_int_equal(out[0].units, 56);
	assert_int_equal(out[7].units, 64);
	assert_int_equal(left, 1000 - 6 * 56 - 2 * 64);
}

static void z8_a_hole_of_one_unit_is_a_hole(void **state)
{
	const struct tiermm_zone_part part = { 7, 63, 64,
					       TIERMM_ZONE_PART_MOVABLE, 0 };
	struct tiermm_zone_move out;
	uint64_t n, left;

	(void)state;
	assert_int_equal(tiermm_zone_plug_order(&part, 1, 0, 5, &out, 1, &n,
						&left),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(out.units, 1);
	assert_int_equal(left, 4);
}

static void z8_a_big_block_that_fits_exactly_goes(void **state)
{
	const struct tiermm_zone_part part = { 7, 0, 64,
					       TIERMM_ZONE_PART_UNUSED, 0 };
	struct tiermm_zone_move out;
	uint64_t n, left;

	(void)state;
	for (uint64_t units = 63; units < 65; units++) {
		assert_int_equal(tiermm_zone_plug_order(
					 &part, 1, TIERMM_ZONE_ORDER_BIG_BLOCKS,
					 units, &out, 1, &n, &left),
				 0);
		assert_int_equal(n, units == 64);
		assert_int_equal(left, units % 64);
	}
}

static void a_block_twice_is_refused(void **state)
{
	const struct tiermm_zone_part twice[] = {
		{ 7, 8, 64, TIERMM_ZONE_PART_MOVABLE, 0 },
		{ 7, 8, 64, TIERMM_ZONE_PART_MOVABLE, 0 },
	};
	struct tiermm_zone_move out[2];
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_zone_plug_order(twice, 2, 0, 5, out, 2, &n,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_unplug_order(twice, 2, 0, 5, out, 2, &n,
						  NULL),
			 -TIERMM_EINVAL);
}

static void z8_big_blocks_go_whole(void **state)
{
	static const struct tiermm_zone_part big[] = {
		{ 1, 2, 2, TIERMM_ZONE_PART_MOVABLE, 0 },
		{ 2, 2, 2, TIERMM_ZONE_PART_KERNEL, 0 },
		{ 3, 2, 2, TIERMM_ZONE_PART_OFFLINE, 0 },
		{ 4, 2, 2, TIERMM_ZONE_PART_MOVABLE, 0 },
		{ 5, 0, 2, TIERMM_ZONE_PART_UNUSED, 0 },
	};
	struct tiermm_zone_move out[5];
	uint64_t n, left;

	(void)state;
	assert_int_equal(tiermm_zone_unplug_order(big, 5,
						  TIERMM_ZONE_ORDER_BIG_BLOCKS,
						  7, out, 5, &n, &left),
			 0);
	same_ids(out, n, IDS(3, 4, 1));
	assert_int_equal(left, 1);
	assert_int_equal(tiermm_zone_plug_order(big, 5,
						TIERMM_ZONE_ORDER_BIG_BLOCKS, 3,
						out, 5, &n, &left),
			 0);
	same_ids(out, n, IDS(5));
	assert_int_equal(left, 1);
}

static void impossible_blocks_are_refused(void **state)
{
	const struct tiermm_zone_part bad[] = {
		{ 1, 0, 0, TIERMM_ZONE_PART_UNUSED, 0 },
		{ 1, 3, 2, TIERMM_ZONE_PART_KERNEL, 0 },
		{ 1, 1, 2, TIERMM_ZONE_PART_UNUSED, 0 },
		{ 1, 0, 2, TIERMM_ZONE_PART_KERNEL, 0 },
		{ 1, 1, 2, 4, 0 },
		{ 1, 1, 2, TIERMM_ZONE_PART_KERNEL, 1 },
	};
	const struct tiermm_zone_part back[] = { parts[1], parts[0] };
	uint64_t n = 55;

	(void)state;
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tiermm_zone_unplug_order(&bad[i], 1, 0, 1,
							  NULL, 0, &n, NULL),
				 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_plug_order(back, 2, 0, 1, NULL, 0, &n,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_plug_order(parts, 1, 1, 1, NULL, 0, &n,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_plug_order(NULL, 1, 0, 1, NULL, 0, &n,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_plug_order(parts, 1, 0, 1, NULL, 1, &n,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_plug_order(parts, 1, 0, 1, NULL, 0, NULL,
						NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(n, 55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(z8_unplugging_everything_goes_in_this_order),
		cmocka_unit_test(z8_a_short_request_ends_in_part_of_a_block),
		cmocka_unit_test(z8_online_blocks_may_be_left_alone),
		cmocka_unit_test(z8_holes_are_plugged_before_new_blocks),
		cmocka_unit_test(z8_a_hole_of_one_unit_is_a_hole),
		cmocka_unit_test(z8_a_big_block_that_fits_exactly_goes),
		cmocka_unit_test(a_block_twice_is_refused),
		cmocka_unit_test(z8_big_blocks_go_whole),
		cmocka_unit_test(impossible_blocks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
