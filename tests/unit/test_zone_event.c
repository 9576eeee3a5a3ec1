/* SPDX-License-Identifier: MIT */
/* Blocks and groups come and go (Z2, Z4): identities, and what is refused. */
#include "zone_fixture.h"

#include "zone/internal.h"

/* A copy of all that an event could change. */
struct picture {
	struct tiermm__zone_totals whole;
	struct tiermm__zone_node node;
	struct tiermm_zone_group group;
	uint64_t n_blocks;
};

static struct picture picture_of(const struct tiermm_zones *z)
{
	return (struct picture){ .whole = z->whole,
				 .node = z->nodes[0],
				 .group = z->groups[0],
				 .n_blocks = z->n_blocks };
}

static void same(const struct picture *a, const struct tiermm_zones *z)
{
	struct picture b = picture_of(z);

	assert_memory_equal(&a->whole, &b.whole, sizeof(b.whole));
	assert_memory_equal(&a->node, &b.node, sizeof(b.node));
	assert_memory_equal(&a->group, &b.group, sizeof(b.group));
	assert_int_equal(a->n_blocks, b.n_blocks);
}

static void z4_impossible_events_are_refused_and_change_nothing(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 8);
	int32_t one = group_of(z, TIERMM_ZONE_GROUP_STATIC, 0, 1);
	struct picture before;

	(void)state;
	put_in(z, 32, 0, one, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_plug(z, 33, 0, -1), 0);
	before = picture_of(z);
	assert_int_equal(tiermm_zones_plug(z, 32, 0, -1), -TIERMM_EEXIST);
	assert_int_equal(tiermm_zones_plug(z, 40, 4, -1), -TIERMM_ENODEV);
	assert_int_equal(tiermm_zones_plug(z, 40, -1, -1), -TIERMM_ENODEV);
	assert_int_equal(tiermm_zones_plug(z, 40, 0, 7), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plug(z, 40, 0, -2), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plug(z, 40, 1, one), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plug(z, 40, 0, one), -TIERMM_ENOSPC);
	assert_int_equal(tiermm_zones_plug(z, UINT64_MAX, 0, -1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plug(z, TIERMM_ZONE_PAGES_MAX / BLOCK, 0,
					   -1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_unplug(z, 32), -TIERMM_EBUSY);
	assert_int_equal(tiermm_zones_unplug(z, 34), -TIERMM_ENOENT);
	assert_int_equal(tiermm_zones_unplug(z, UINT64_MAX), -TIERMM_ENOENT);
	assert_int_equal(tiermm_zones_online(z, 32, 3), -TIERMM_EEXIST);
	assert_int_equal(tiermm_zones_online(z, 33, TIERMM_ZONE_NONE),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_online(z, 34, 3), -TIERMM_ENOENT);
	assert_int_equal(tiermm_zones_offline(z, 33), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_offline(z, 34), -TIERMM_ENOENT);
	assert_int_equal(tiermm_zones_remove_group(z, one), -TIERMM_EBUSY);
	same(&before, z);
	done_with(z);
}

static void z4_each_event_has_its_own_result(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 1);
	struct tiermm_zone_event e[] = {
		{ .kind = TIERMM_ZONE_PLUG, .block = 40, .group = -1 },
		{ .kind = TIERMM_ZONE_PLUG, .block = 40, .group = -1 },
		{ .kind = TIERMM_ZONE_DECIDE, .block = 40 },
		{ .kind = TIERMM_ZONE_DECIDE, .block = 40 },
		{ .kind = TIERMM_ZONE_DECIDE, .block = 40, .how = 3 },
		{ .kind = 0, .block = 40 },
		{ .kind = 6, .block = 40 },
		{ .kind = TIERMM_ZONE_OFFLINE, .block = 40 },
		{ .kind = TIERMM_ZONE_UNPLUG, .block = 40 },
	};
	const int expected[] = { 0,
				 -TIERMM_EEXIST,
				 0,
				 -TIERMM_EEXIST,
				 -TIERMM_EINVAL,
				 -TIERMM_EINVAL,
				 -TIERMM_EINVAL,
				 0,
				 0 };
	uint64_t failed;

	(void)state;
	assert_int_equal(tiermm_zones_apply(z, NULL, 1, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_apply(z, e, 9, &failed), 0);
	assert_int_equal(failed, 5);
	for (uint32_t i = 0; i < 9; i++)
		assert_int_equal(e[i].result, expected[i]);
	assert_int_equal(e[2].zone, TIERMM_ZONE_MOVABLE);
	done_with(z);
}

static void i31_all_is_zero_after_a_full_unplug(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	struct tiermm_zone_group now;
	struct picture before = picture_of(z);

	(void)state;
	for (uint64_t i = 0; i < 64; i++)
		plug_in(z, 100 + i, 0, group);
	assert_int_equal(tiermm_zones_group(z, group, &now), 0);
	assert_int_equal(now.members, 64);
	assert_int_equal(now.movable_pages + now.kernel_pages, 64 * BLOCK);
	assert_int_equal(present(z, 0, TIERMM_ZONE_MOVABLE), now.movable_pages);
	assert_int_equal(present(z, TIERMM_NO_NODE, TIERMM_ZONE_NORMAL),
			 4 * BLOCK + now.kernel_pages);
	for (uint64_t i = 64; i; i--)
		take_out(z, 99 + i);
	same(&before, z);
	assert_int_equal(tiermm_zones_remove_group(z, group), 0);
	assert_int_equal(tiermm_zones_remove_group(z, group), -TIERMM_EINVAL);
	done_with(z);
}

static void i31_early_pages_go_and_come_with_their_own_blocks(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	struct tiermm_zone_state zone;
	struct tiermm_zone_block block;

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(tiermm_zones_add_boot_block(z, i, 0,
							     TIERMM_ZONE_NORMAL),
				 0);
	put_in(z, 4, 0, -1, TIERMM_ZONE_NORMAL);
	tiermm_zones_zone(z, 0, TIERMM_ZONE_NORMAL, &zone);
	assert_int_equal(zone.present, 5 * BLOCK);
	assert_int_equal(zone.early, 4 * BLOCK);
	assert_int_equal(tiermm_zones_offline(z, 3), 0);
	tiermm_zones_zone(z, 0, TIERMM_ZONE_NORMAL, &zone);
	assert_int_equal(zone.early, 3 * BLOCK);
	/* Back as movable it is early there, and carries nothing. */
	assert_int_equal(tiermm_zones_online(z, 3, TIERMM_ZONE_MOVABLE), 0);
	tiermm_zones_zone(z, 0, TIERMM_ZONE_MOVABLE, &zone);
	assert_int_equal(zone.early, BLOCK);
	/* Unplugged and plugged in again it is boot memory no longer. */
	take_out(z, 3);
	put_in(z, 3, 0, -1, TIERMM_ZONE_NORMAL);
	assert_int_equal(tiermm_zones_block(z, 3, &block), 0);
	assert_int_equal(block.early, 0);
	tiermm_zones_zone(z, 0, TIERMM_ZONE_NORMAL, &zone);
	assert_int_equal(zone.early, 3 * BLOCK);
	assert_int_equal(zone.present, 5 * BLOCK);
	done_with(z);
}

static void boot_blocks_of_several_zones_and_with_areas_stay(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 0);
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_DMA32,
					 .start = 4096,
					 .spanned = 3 * BLOCK - 4096,
					 .present = 3 * BLOCK - 4096 - 32,
					 .cma = 2 * BLOCK - 4100 };

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	assert_int_equal(tiermm_zones_add_boot(z, &boot), -TIERMM_EEXIST);
	assert_int_equal(tiermm_zones_add_boot_block(z, 0, 0,
						     TIERMM_ZONE_SEVERAL),
			 0);
	assert_int_equal(tiermm_zones_add_boot_block(z, 1, 0,
						     TIERMM_ZONE_DMA32),
			 0);
	assert_int_equal(tiermm_zones_add_boot_block(z, 1, 0,
						     TIERMM_ZONE_DMA32),
			 -TIERMM_EEXIST);
	assert_int_equal(tiermm_zones_add_boot_block(z, 3, 0,
						     TIERMM_ZONE_DMA32),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_boot_block(z, 2, 0, 6),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_offline(z, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_offline(z, 1), -TIERMM_EBUSY);
	done_with(z);
}

static void groups_are_checked_when_they_are_registered(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 4);
	int32_t g = -5;

	(void)state;
	assert_int_equal(tiermm_zones_add_group(z, 0, 0, BLOCK, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_group(z, 3, 0, BLOCK, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_group(z, 1, 0, 0, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_group(z, 2, 0, BLOCK / 2, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_group(z, 2, 0, 3 * BLOCK, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_group(z, 2, 0, UINT64_C(1) << 57, &g),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_group(z, 2, 4, BLOCK, &g),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_zones_add_group(z, 2, 0, BLOCK, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(g, -5);
	for (int32_t i = 0; i < 8; i++)
		assert_int_equal(group_of(z, 1 + (uint32_t)i % 2, 0, 2), i);
	assert_int_equal(tiermm_zones_add_group(z, 2, 0, BLOCK, &g),
			 -TIERMM_ENOSPC);
	assert_int_equal(tiermm_zones_remove_group(z, 3), 0);
	assert_int_equal(group_of(z, 1, 2, 1), 3);
	assert_int_equal(tiermm_zones_remove_group(z, 8), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_remove_group(z, -1), -TIERMM_EINVAL);
	/* A device that ends within a block has that block too. */
	assert_int_equal(tiermm_zones_remove_group(z, 0), 0);
	assert_int_equal(tiermm_zones_add_group(z, 1, 0, BLOCK + 1, &g), 0);
	assert_int_equal(tiermm_zones_plug(z, 60, 0, g), 0);
	assert_int_equal(tiermm_zones_plug(z, 61, 0, g), 0);
	assert_int_equal(tiermm_zones_plug(z, 62, 0, g), -TIERMM_ENOSPC);
	done_with(z);
}

static void boot_memory_that_cannot_be_is_refused(void **state)
{
	const uint64_t most = TIERMM_ZONE_PAGES_MAX;
	const struct tiermm_zone_boot bad[] = {
		{ .zone = 4, .spanned = 1, .present = 1 },
		{ .zone = 2, .spanned = 1, .present = 2 },
		{ .zone = 2, .spanned = 2, .present = 1, .cma = 2 },
		{ .zone = 2, .start = most, .spanned = 1 },
		{ .zone = 2, .start = most + 1 },
		{ .zone = 2, .spanned = 1, .reserved = { 0, 0, 1 } },
		{ .zone = 2, .spanned = most, .present = most },
	};
	struct tiermm_zones *z = machine_of(301, 0, 4);

	(void)state;
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tiermm_zone_boot boot = bad[i];

		boot.node = 1;
		assert_int_equal(tiermm_zones_add_boot(z, &boot),
				 -TIERMM_EINVAL);
	}
	assert_int_equal(tiermm_zones_add_boot(z, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_add_boot(z,
					       &(struct tiermm_zone_boot){
						       .node = 4 }),
			 -TIERMM_ENODEV);
	assert_int_equal(present(z, 1, 2), 0);
	/* Nothing of a zone is there, but where it reaches is known: once. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			tiermm_zones_add_boot(z,
					      &(struct tiermm_zone_boot){
						      .node = 1,
						      .zone = 2,
						      .spanned = BLOCK }),
			i ? -TIERMM_EEXIST : 0);
	done_with(z);
}

static void damage_is_found(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	uint64_t *numbers[] = { &z->whole.kernel,
				&z->whole.movable,
				&z->whole.reserved,
				&z->nodes[0].totals.grouped,
				&z->nodes[0].zones[3].present,
				&z->nodes[0].zones[2].early,
				&z->nodes[0].zones[2].boot_left,
				&z->nodes[0].zones[2].boot_taken,
				&z->nodes[0].zones[2].boot_named,
				&z->groups[group].members,
				&z->groups[group].movable_pages,
				&z->groups[group].kernel_pages,
				&z->groups[group].reserved_pages,
				&z->n_blocks };

	(void)state;
	for (uint64_t i = 0; i < 8; i++)
		plug_in(z, 50 + i, 0, group);
	for (uint32_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		++*numbers[i];
		assert_int_equal(tiermm_zones_is_valid(z), 0);
		--*numbers[i];
	}
	assert_int_equal(tiermm_zones_is_valid(NULL), 0);
	done_with(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			z4_impossible_events_are_refused_and_change_nothing),
		cmocka_unit_test(z4_each_event_has_its_own_result),
		cmocka_unit_test(i31_all_is_zero_after_a_full_unplug),
		cmocka_unit_test(
			i31_early_pages_go_and_come_with_their_own_blocks),
		cmocka_unit_test(
			boot_blocks_of_several_zones_and_with_areas_stay),
		cmocka_unit_test(groups_are_checked_when_they_are_registered),
		cmocka_unit_test(boot_memory_that_cannot_be_is_refused),
		cmocka_unit_test(damage_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
