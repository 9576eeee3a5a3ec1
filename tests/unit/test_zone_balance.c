/* SPDX-License-Identifier: MIT */
/* How past decisions stand (Z3), and imbalances by force (Z8, I33). */
#include "zone_fixture.h"

static void set_ratio(struct tiermm_zones *z, uint32_t ratio)
{
	struct tiermm_zone_parameters p = { .size = sizeof(p) };

	assert_int_equal(tiermm_zones_get_parameters(z, &p), 0);
	p.ratio = ratio;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), 0);
}

static void z3_another_ratio_says_how_past_decisions_stand(void **state)
{
	struct tiermm_zones *z = machine_of(300, 0, 4);
	struct tiermm_zone_imbalance found;
	uint64_t n;

	(void)state;
	for (uint64_t i = 0; i < 12; i++)
		assert_int_equal(plug_in(z, 40 + i, 0, -1),
				 TIERMM_ZONE_MOVABLE);
	assert_int_equal(imbalances(z), 0);
	set_ratio(z, 299);
	assert_int_equal(tiermm_zones_imbalances(z, &found, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(found.node, TIERMM_NO_NODE);
	assert_int_equal(found.group, TIERMM_ZONE_NO_GROUP);
	assert_int_equal(found.movable_pages, 12 * BLOCK);
	assert_int_equal(found.limit_pages, 4 * BLOCK * 299 / 100);
	assert_int_equal(found.there_pages, 4 * BLOCK);
	assert_int_equal(found.needed_pages, (12 * BLOCK * 100 + 298) / 299);
	set_ratio(z, 0);
	assert_int_equal(imbalances(z), 1);
	set_ratio(z, 300);
	assert_int_equal(imbalances(z), 0);
	done_with(z);
}

static void z3_a_ratio_counts_for_the_next_decision_only(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	struct tiermm_zone_group now;

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		plug_in(z, 40 + i, 0, group);
	set_ratio(z, 400);
	tiermm_zones_group(z, group, &now);
	assert_int_equal(now.movable_pages, 4 * BLOCK);
	assert_int_equal(now.reserved_pages, BLOCK);
	assert_int_equal(plug_in(z, 44, 0, group), TIERMM_ZONE_MOVABLE);
	set_ratio(z, 0);
	tiermm_zones_group(z, group, &now);
	assert_int_equal(now.reserved_pages, 0);
	assert_int_equal(plug_in(z, 45, 0, group), TIERMM_ZONE_NORMAL);
	assert_int_equal(imbalances(z), 1);
	done_with(z);
}

static void forced_movable_memory_is_named_on_its_node_too(void **state)
{
	struct tiermm_zones *z = machine_of(100, TIERMM_ZONE_NODE_AWARE, 4);
	struct tiermm_zone_imbalance found[4];
	uint64_t n;

	(void)state;
	put_in(z, 40, 2, -1, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_imbalances(z, found, 4, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(found[0].node, 2);
	assert_int_equal(found[0].there_pages, 0);
	for (uint64_t i = 0; i < 4; i++)
		put_in(z, 50 + i, 2, -1, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_imbalances(z, found, 1, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(found[0].node, TIERMM_NO_NODE);
	assert_int_equal(tiermm_zones_imbalances(z, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_imbalances(z, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	done_with(z);
}

static void a_group_that_asks_for_too_much_is_named(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t fair = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	int32_t greedy = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	struct tiermm_zone_imbalance found[4];
	uint64_t n;

	(void)state;
	put_in(z, 40, 0, fair, TIERMM_ZONE_MOVABLE);
	put_in(z, 41, 0, fair, TIERMM_ZONE_NORMAL);
	for (uint64_t i = 0; i < 6; i++)
		put_in(z, 50 + i, 0, greedy, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_imbalances(z, found, 4, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(found[0].group, greedy);
	assert_int_equal(found[0].needed_pages, 6 * BLOCK);
	assert_int_equal(found[0].there_pages, 4 * BLOCK);
	done_with(z);
}

static void a_group_that_takes_all_there_is_is_in_balance(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		put_in(z, 40 + i, 0, group, TIERMM_ZONE_MOVABLE);
	assert_int_equal(imbalances(z), 0);
	put_in(z, 44, 0, group, TIERMM_ZONE_MOVABLE);
	assert_int_equal(imbalances(z), 1);
	done_with(z);
}

static void z9_memory_kept_now_carries_nothing_of_the_past(void **state)
{
	struct tiermm_zone_parameters p = { .size = sizeof(p) };
	struct tiermm_zones *z = machine_of(100, 0, 4);
	struct tiermm_zone_imbalance found;
	uint64_t n;

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		put_in(z, 40 + i, 0, -1, TIERMM_ZONE_MOVABLE);
	assert_int_equal(imbalances(z), 0);
	assert_int_equal(tiermm_zones_get_parameters(z, &p), 0);
	p.kept_pages = BLOCK;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), 0);
	assert_int_equal(tiermm_zones_imbalances(z, &found, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(found.there_pages, 3 * BLOCK);
	p.kept_pages = UINT64_MAX;
	assert_int_equal(tiermm_zones_set_parameters(z, &p), 0);
	assert_int_equal(tiermm_zones_imbalances(z, &found, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(found.there_pages, 0);
	done_with(z);
}

/* A device as its driver sees it, from the account. */
static uint64_t parts_of(struct tiermm_zones *z, uint64_t first, uint64_t n,
			 struct tiermm_zone_part *parts)
{
	uint64_t found = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_zone_block block;

		if (tiermm_zones_block(z, first + i, &block))
			continue;
		parts[found++] = (struct tiermm_zone_part){
			.block = first + i,
			.plugged = 1,
			.whole = 1,
			.state = block.zone == TIERMM_ZONE_MOVABLE
					 ? TIERMM_ZONE_PART_MOVABLE
					 : TIERMM_ZONE_PART_KERNEL,
		};
	}
	return found;
}

static void i33_shrinking_in_order_never_unbalances(void **state)
{
	struct tiermm_zones *z = machine_of(200, TIERMM_ZONE_NODE_AWARE, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	struct tiermm_zone_part parts[64];
	struct tiermm_zone_move move;
	uint64_t n, left, kernel_seen = 0;

	(void)state;
	for (uint64_t i = 0; i < 64; i++)
		plug_in(z, 100 + i, 0, group);
	assert_int_equal(imbalances(z), 0);
	for (uint64_t i = 0; i < 64; i++) {
		uint64_t have = parts_of(z, 100, 64, parts);
		struct tiermm_zone_block block;

		assert_int_equal(tiermm_zone_unplug_order(parts, have, 0, 1,
							  &move, 1, &n, &left),
				 0);
		assert_int_equal(n, 1);
		tiermm_zones_block(z, move.block, &block);
		kernel_seen += block.zone != TIERMM_ZONE_MOVABLE;
		/* Kernel blocks go last. */
		assert_true(!kernel_seen || block.zone != TIERMM_ZONE_MOVABLE);
		take_out(z, move.block);
		assert_int_equal(imbalances(z), 0);
	}
	assert_true(kernel_seen);
	done_with(z);
}

static void i33_an_imbalance_by_force_is_reported(void **state)
{
	struct tiermm_zones *z = machine_of(200, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	struct tiermm_zone_block block;

	(void)state;
	for (uint64_t i = 0; i < 64; i++)
		plug_in(z, 100 + i, 0, group);
	/* The other way round: a kernel block first. */
	for (uint64_t i = 0; i < 64; i++) {
		tiermm_zones_block(z, 100 + i, &block);
		if (block.zone != TIERMM_ZONE_MOVABLE) {
			take_out(z, 100 + i);
			break;
		}
	}
	assert_true(imbalances(z) > 0);
	done_with(z);
}

static void early_memory_that_goes_unbalances(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);

	(void)state;
	tiermm_zones_add_boot_block(z, 3, 0, TIERMM_ZONE_NORMAL);
	for (uint64_t i = 0; i < 4; i++)
		plug_in(z, 40 + i, 0, -1);
	assert_int_equal(imbalances(z), 0);
	assert_int_equal(tiermm_zones_offline(z, 3), 0);
	assert_int_equal(imbalances(z), 1);
	assert_int_equal(tiermm_zones_online(z, 3, TIERMM_ZONE_NORMAL), 0);
	assert_int_equal(imbalances(z), 0);
	done_with(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			z3_another_ratio_says_how_past_decisions_stand),
		cmocka_unit_test(z3_a_ratio_counts_for_the_next_decision_only),
		cmocka_unit_test(
			forced_movable_memory_is_named_on_its_node_too),
		cmocka_unit_test(a_group_that_asks_for_too_much_is_named),
		cmocka_unit_test(a_group_that_takes_all_there_is_is_in_balance),
		cmocka_unit_test(
			z9_memory_kept_now_carries_nothing_of_the_past),
		cmocka_unit_test(i33_shrinking_in_order_never_unbalances),
		cmocka_unit_test(i33_an_imbalance_by_force_is_reported),
		cmocka_unit_test(early_memory_that_goes_unbalances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
