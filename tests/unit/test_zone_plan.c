/* SPDX-License-Identifier: MIT */
/* Looking ahead: sums, what-ifs, costs, and what is refused (Z7, Z9). */
#include "zone_fixture.h"

static struct tiermm_zone_device device_of(uint32_t kind, uint64_t blocks)
{
	return (struct tiermm_zone_device){ .size = sizeof(
						    struct tiermm_zone_device),
					    .kind = kind,
					    .group = TIERMM_ZONE_NO_GROUP,
					    .pages = blocks * BLOCK };
}

static struct tiermm_zone_plan plan_of(struct tiermm_zones *z,
				       const struct tiermm_zone_device *d)
{
	struct tiermm_zone_plan plan = { .size = sizeof(plan) };

	assert_int_equal(tiermm_zones_plan(z, d, &plan, NULL, 0, NULL), 0);
	return plan;
}

static void z7_a_plan_sums_up_what_will_happen(void **state)
{
	struct tiermm_zones *z = machine_of(300, TIERMM_ZONE_NODE_AWARE, 4);
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_DYNAMIC, 20);
	struct tiermm_zone_plan plan = plan_of(z, &d);

	(void)state;
	assert_int_equal(plan.movable_pages, 18 * BLOCK);
	assert_int_equal(plan.kernel_pages, 2 * BLOCK);
	assert_int_equal(plan.stays_pages, 6 * BLOCK);
	assert_int_equal(plan.all_movable_pages, 12 * BLOCK);
	assert_int_equal(plan.ratio_needed, 500);
	/* Nothing happened. */
	assert_int_equal(present(z, 0, TIERMM_ZONE_MOVABLE), 0);
	done_with(z);
}

static void z7_eight_gibibytes_carry_twenty_four(void **state)
{
	struct tiermm_zones *z = machine_of(301, TIERMM_ZONE_NODE_AWARE, 64);
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_DYNAMIC, 192);

	(void)state;
	assert_int_equal(plan_of(z, &d).kernel_pages, 0);
	assert_int_equal(plan_of(z, &d).stays_pages, 64 * BLOCK);
	assert_int_equal(plan_of(z, &d).all_movable_pages, 192 * BLOCK);
	done_with(z);
}

static void z7_a_group_that_grows_is_planned_from_where_it_is(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_DYNAMIC, 4);
	struct tiermm_zone_plan plan;

	(void)state;
	d.group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	for (uint64_t i = 0; i < 3; i++)
		plug_in(z, 40 + i, 0, d.group);
	plan = plan_of(z, &d);
	assert_int_equal(plan.movable_pages, 2 * BLOCK);
	assert_int_equal(plan.all_movable_pages, BLOCK);
	assert_int_equal(plan.stays_pages, 6 * BLOCK);
	assert_int_equal(plan.ratio_needed, 175);
	done_with(z);
}

static void z7_a_dimm_is_planned_as_a_whole(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_STATIC, 5);
	struct tiermm_zone_run runs[2];
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_zones_plan(z, &d, NULL, runs, 2, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(runs[0].movable, 0);
	assert_int_equal(runs[0].blocks, 5);
	d.pages = 4 * BLOCK;
	assert_int_equal(tiermm_zones_plan(z, &d, NULL, runs, 2, &n), 0);
	assert_int_equal(runs[0].movable, 1);
	/* Without a group the same memory is taken block by block. */
	d = device_of(TIERMM_ZONE_GROUP_NONE, 5);
	assert_int_equal(tiermm_zones_plan(z, &d, NULL, runs, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(runs[0].blocks, 4);
	done_with(z);
}

static void z7_units_of_several_blocks_stay_together(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 5);
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_DYNAMIC, 12);
	struct tiermm_zone_run runs[8];
	char line[64];
	uint64_t n;

	(void)state;
	d.unit_pages = 2 * BLOCK;
	assert_int_equal(tiermm_zones_plan(z, &d, NULL, runs, 8, &n), 0);
	tiermm_zone_runs_text(runs, n, line, sizeof(line), NULL);
	assert_string_equal(line, "MMMM NN MM NN MM");
	done_with(z);
}

static void z7_a_unit_that_has_begun_is_completed(void **state)
{
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_DYNAMIC, 3);
	struct tiermm_zone_plan plan = { .size = sizeof(plan) };
	struct tiermm_zones *z = machine_of(100, 0, 5);
	struct tiermm_zone_run runs[8];
	char line[64];
	uint64_t n;

	(void)state;
	d.group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 2);
	d.first_block = 41;
	put_in(z, 40, 0, d.group, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_plan(z, &d, &plan, runs, 8, &n), 0);
	tiermm_zone_runs_text(runs, n, line, sizeof(line), NULL);
	assert_string_equal(line, "MMM");
	/* Five blocks may be movable: two units, of which one is there. */
	assert_int_equal(plan.all_movable_pages, 3 * BLOCK);
	assert_int_equal(plan.ratio_needed, 80);
	/* Kernel memory in the unit draws the rest of it along. */
	take_out(z, 40);
	put_in(z, 40, 0, d.group, TIERMM_ZONE_NORMAL);
	assert_int_equal(tiermm_zones_plan(z, &d, &plan, runs, 8, &n), 0);
	tiermm_zone_runs_text(runs, n, line, sizeof(line), NULL);
	assert_string_equal(line, "N MM");
	assert_int_equal(plan.all_movable_pages, 0);
	assert_int_equal(plan.ratio_needed, 0);
	done_with(z);
}

static void z9_a_part_of_a_unit_asks_for_all_of_it(void **state)
{
	struct tiermm_zone_device d = device_of(TIERMM_ZONE_GROUP_DYNAMIC, 3);
	struct tiermm_zone_plan plan = { .size = sizeof(plan) };
	struct tiermm_zones *z = machine_of(75, 0, 4);

	(void)state;
	/* Three blocks of two units: four blocks have to fit. */
	d.unit_pages = 2 * BLOCK;
	assert_int_equal(tiermm_zones_plan(z, &d, &plan, NULL, 0, NULL), 0);
	assert_int_equal(plan.movable_pages, 2 * BLOCK);
	assert_int_equal(plan.ratio_needed, 100);
	done_with(z);
}

static void z9_a_wish_names_the_ratio_that_it_needs(void **state)
{
	struct tiermm_zones *z = machine_of(100, TIERMM_ZONE_NODE_AWARE, 4);
	uint32_t aware = 5, unaware = 5;

	(void)state;
	assert_int_equal(tiermm_zones_plug(z, 40, 0, -1), 0);
	assert_int_equal(tiermm_zones_plug(z, 41, 1, -1), 0);
	assert_int_equal(tiermm_zones_ratio_needed(z, 40, 1, &aware), 0);
	assert_int_equal(aware, 25);
	assert_int_equal(tiermm_zones_ratio_needed(z, 41, 1, &aware), 0);
	assert_int_equal(tiermm_zones_ratio_needed(z, 41, 0, &unaware), 0);
	assert_int_equal(aware, 0);
	assert_int_equal(unaware, 25);
	assert_int_equal(tiermm_zones_ratio_needed(z, 42, 0, &unaware),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_zones_ratio_needed(z, 40, 0, NULL),
			 -TIERMM_EINVAL);
	tiermm_zones_online(z, 40, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_ratio_needed(z, 40, 0, &unaware),
			 -TIERMM_EEXIST);
	assert_int_equal(unaware, 25);
	done_with(z);
}

/* Two nodes with four early blocks each; node 1 has a group of three. */
static void z9_groups_of_other_nodes_are_no_part_of_a_node(void **state)
{
	struct tiermm_zone_boot boot = { .node = 1,
					 .zone = TIERMM_ZONE_NORMAL,
					 .start = 16 * BLOCK,
					 .spanned = 4 * BLOCK,
					 .present = 4 * BLOCK };
	struct tiermm_zones *z = machine_of(100, TIERMM_ZONE_NODE_AWARE, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 1, 1);
	uint32_t ratio = 0;

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	for (uint64_t i = 0; i < 3; i++)
		put_in(z, 40 + i, 1, group, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_plug(z, 50, 0, -1), 0);
	assert_int_equal(tiermm_zones_ratio_needed(z, 50, 1, &ratio), 0);
	/* (8 - 300 / r) * r / 100 = 1, on the whole machine. */
	assert_int_equal(ratio, 50);
	done_with(z);
}

static void devices_that_cannot_be_are_refused(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	const struct tiermm_zone_device good = device_of(2, 4);
	struct tiermm_zone_plan plan = { .size = 4 };
	struct tiermm_zone_device d = good;
	int32_t dimm = group_of(z, TIERMM_ZONE_GROUP_STATIC, 0, 4);

	(void)state;
#define REFUSED(err, change)                                             \
	do {                                                             \
		d = good;                                                \
		change;                                                  \
		assert_int_equal(tiermm_zones_plan(z, &d, NULL, NULL, 0, \
						   NULL),                \
				 -(err));                                \
	} while (0)
	REFUSED(TIERMM_EINVAL, d.pages = 0);
	REFUSED(TIERMM_EINVAL, d.pages = BLOCK + 1);
	REFUSED(TIERMM_EINVAL, d.pages = TIERMM_ZONE_PAGES_MAX * 2);
	/* With what is there it would be beyond the greatest count. */
	REFUSED(TIERMM_EINVAL, d.pages = TIERMM_ZONE_PAGES_MAX - 3 * BLOCK);
	REFUSED(TIERMM_ENOSPC, d.pages = TIERMM_ZONE_PAGES_MAX - 4 * BLOCK);
	REFUSED(TIERMM_ENOSPC, d.pages = 4097 * BLOCK);
	REFUSED(TIERMM_EINVAL, d.kind = 3);
	REFUSED(TIERMM_ENODEV, d.node = 4);
	REFUSED(TIERMM_EINVAL, d.unit_pages = 3 * BLOCK);
	REFUSED(TIERMM_EINVAL, d.unit_pages = BLOCK / 2);
	REFUSED(TIERMM_EINVAL, d.group = dimm);
	REFUSED(TIERMM_EINVAL, d.group = 7);
	REFUSED(TIERMM_EINVAL, d.first_block = UINT64_MAX);
	REFUSED(TIERMM_E2BIG, d.reserved = 1);
	REFUSED(TIERMM_E2BIG, d.flags = 1);
	REFUSED(TIERMM_EINVAL, d.size = 8);
#undef REFUSED
	assert_int_equal(tiermm_zones_plan(z, &good, &plan, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plan(z, &good, NULL, NULL, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_plan(z, NULL, NULL, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	done_with(z);
}

static void a_plug_costs_its_map_and_its_tables(void **state)
{
	struct tiermm_zone_cost_options o = { .size = sizeof(o) };
	struct tiermm_zone_cost c = { .size = sizeof(c) };

	(void)state;
	assert_int_equal(tiermm_zone_plug_cost(NULL, 32768, &c), 0);
	assert_int_equal(c.memmap_bytes, 2 << 20);
	/* 64 entries of the direct map: one table; of the map: one entry. */
	assert_int_equal(c.table_bytes, 4096);
	assert_int_equal(c.before_bytes, c.memmap_bytes + 4096);
	assert_int_equal(c.fits, 1);
	assert_int_equal(c.step_pages, 32768);
	o.flags = TIERMM_ZONE_COST_MEMMAP_INSIDE;
	o.map_bytes = 4096;
	assert_int_equal(tiermm_zone_plug_cost(&o, 32768, &c), 0);
	assert_int_equal(c.before_bytes, c.table_bytes);
	/* By 4 KiB: 64 tables and one above; 512 entries for the map. */
	assert_int_equal(c.table_bytes, (65 + 1) * 4096);
	/* Two entries need a table, one stands in the table above. */
	assert_int_equal(tiermm_zone_plug_cost(NULL, 1024, &c), 0);
	assert_int_equal(c.table_bytes, 4096);
	assert_int_equal(tiermm_zone_plug_cost(NULL, 512, &c), 0);
	assert_int_equal(c.table_bytes, 0);
}

static void a_plug_beyond_free_memory_is_cut_into_steps(void **state)
{
	struct tiermm_zone_cost_options o = { .size = sizeof(o),
					      .free_bytes = 1 << 20 };
	struct tiermm_zone_cost c = { .size = sizeof(c) };
	uint64_t step;

	(void)state;
	assert_int_equal(tiermm_zone_plug_cost(&o, 32768, &c), 0);
	assert_int_equal(c.fits, 0);
	step = c.step_pages;
	assert_true(step > 0 && step < 32768);
	assert_int_equal(tiermm_zone_plug_cost(&o, step, &c), 0);
	assert_int_equal(c.fits, 1);
	assert_int_equal(tiermm_zone_plug_cost(&o, step + 1, &c), 0);
	assert_int_equal(c.fits, 0);
	/* What is free to the last byte is enough. */
	o.free_bytes = c.before_bytes;
	assert_int_equal(tiermm_zone_plug_cost(&o, step + 1, &c), 0);
	assert_int_equal(c.fits, 1);
}

static void costs_that_cannot_be_are_refused(void **state)
{
	struct tiermm_zone_cost_options o = { .size = sizeof(o),
					      .page_bytes = 3000 };
	struct tiermm_zone_cost c = { .size = sizeof(c), .step_pages = 9 };

	(void)state;
	assert_int_equal(tiermm_zone_plug_cost(&o, 1, &c), -TIERMM_EINVAL);
	o.page_bytes = UINT64_C(1) << 40;
	assert_int_equal(tiermm_zone_plug_cost(&o, 1, &c), -TIERMM_EINVAL);
	o.page_bytes = 0;
	o.entry_bytes = UINT64_C(1) << 20;
	assert_int_equal(tiermm_zone_plug_cost(&o, TIERMM_ZONE_PAGES_MAX, &c),
			 -TIERMM_ERANGE);
	assert_int_equal(tiermm_zone_plug_cost(NULL, TIERMM_ZONE_PAGES_MAX + 1,
					       &c),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zone_plug_cost(NULL, 1, NULL), -TIERMM_EINVAL);
	assert_int_equal(c.step_pages, 9);
}

static void a_sequence_is_one_line(void **state)
{
	const struct tiermm_zone_run runs[] = { { 24, 1, 0 },
						{ 1, 0, 0 },
						{ 4, 1, 0 },
						{ 5, 0, 0 } };
	char line[64];
	uint64_t length;

	(void)state;
	assert_int_equal(tiermm_zone_runs_text(runs, 4, line, 64, &length), 0);
	assert_string_equal(line, "M×24 N MMMM N×5");
	assert_int_equal(length, strlen(line));
	assert_int_equal(tiermm_zone_runs_text(runs, 4, line, 3, &length), 0);
	assert_int_equal(strlen(line), 2);
	assert_int_equal(tiermm_zone_runs_text(NULL, 0, line, 64, NULL), 0);
	assert_string_equal(line, "");
	assert_int_equal(tiermm_zone_runs_text(NULL, 1, line, 64, NULL),
			 -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(z7_a_plan_sums_up_what_will_happen),
		cmocka_unit_test(z7_eight_gibibytes_carry_twenty_four),
		cmocka_unit_test(
			z7_a_group_that_grows_is_planned_from_where_it_is),
		cmocka_unit_test(z7_a_dimm_is_planned_as_a_whole),
		cmocka_unit_test(z7_units_of_several_blocks_stay_together),
		cmocka_unit_test(z7_a_unit_that_has_begun_is_completed),
		cmocka_unit_test(z9_a_part_of_a_unit_asks_for_all_of_it),
		cmocka_unit_test(z9_a_wish_names_the_ratio_that_it_needs),
		cmocka_unit_test(
			z9_groups_of_other_nodes_are_no_part_of_a_node),
		cmocka_unit_test(devices_that_cannot_be_are_refused),
		cmocka_unit_test(a_plug_costs_its_map_and_its_tables),
		cmocka_unit_test(a_plug_beyond_free_memory_is_cut_into_steps),
		cmocka_unit_test(costs_that_cannot_be_are_refused),
		cmocka_unit_test(a_sequence_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
