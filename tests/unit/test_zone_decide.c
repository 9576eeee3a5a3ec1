/* SPDX-License-Identifier: MIT */
/* Which zone a block gets, and why: test by test, in Linux's order (Z1). */
#include "zone_fixture.h"

#include "zone/internal.h"

static struct tiermm_zone_decision why(struct tiermm_zones *z, uint64_t block,
				       uint32_t how)
{
	struct tiermm_zone_decision d = { .size = sizeof(d) };
	uint32_t zone;

	assert_int_equal(tiermm_zones_decide(z, block, how, &zone, &d), 0);
	assert_int_equal(zone, d.zone);
	return d;
}

static uint32_t reason(struct tiermm_zones *z, uint64_t block)
{
	return why(z, block, TIERMM_ONLINE_BY_POLICY).reason;
}

static void offer(struct tiermm_zones *z, uint64_t block, int32_t node,
		  int32_t group)
{
	assert_int_equal(tiermm_zones_plug(z, block, node, group), 0);
}

static void explicit_requests_are_not_tested(void **state)
{
	struct tiermm_zones *z = machine_of(0, 0, 1);
	struct tiermm_zone_decision d;

	(void)state;
	offer(z, 40, 0, -1);
	d = why(z, 40, TIERMM_ONLINE_MOVABLE);
	assert_int_equal(d.zone, TIERMM_ZONE_MOVABLE);
	assert_int_equal(d.reason, TIERMM_ZONE_ASKED_MOVABLE);
	assert_int_equal(d.checks, 0);
	d = why(z, 40, TIERMM_ONLINE_KERNEL);
	assert_int_equal(d.zone, TIERMM_ZONE_NORMAL);
	assert_int_equal(d.reason, TIERMM_ZONE_ASKED_KERNEL);
	done_with(z);
}

static void questions_without_an_answer_are_refused(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 1);
	struct tiermm_zone_decision d = { .size = 8 };
	uint32_t zone = 77;

	(void)state;
	put_in(z, 40, 0, -1, TIERMM_ZONE_NORMAL);
	assert_int_equal(tiermm_zones_decide(z, 40, 0, &zone, NULL),
			 -TIERMM_EEXIST);
	assert_int_equal(tiermm_zones_decide(z, 41, 0, &zone, NULL),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_zones_decide(z, 40, 3, &zone, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_decide(z, 40, 0, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_decide(z, 40, 0, &zone, &d),
			 -TIERMM_EINVAL);
	assert_int_equal(zone, 77);
	done_with(z);
}

static void policies_that_always_say_the_same(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 1);
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = TIERMM_ZONE_POLICY_MOVABLE
	};

	(void)state;
	offer(z, 40, 0, -1);
	tiermm_zones_set_parameters(z, &p);
	assert_int_equal(why(z, 40, 0).zone, TIERMM_ZONE_MOVABLE);
	p.policy = TIERMM_ZONE_POLICY_KERNEL;
	tiermm_zones_set_parameters(z, &p);
	assert_int_equal(why(z, 40, 0).zone, TIERMM_ZONE_NORMAL);
	assert_int_equal(reason(z, 40), TIERMM_ZONE_POLICY_SAID);
	done_with(z);
}

/* One row of the truth table: does each zone touch block 10? */
static uint32_t contig(int kernel, int movable, uint32_t flags)
{
	struct tiermm_zones *z = machine_of(301, flags, 1);
	struct tiermm_zone_parameters p = { .size = sizeof(p), .flags = flags };
	uint32_t zone;

	tiermm_zones_set_parameters(z, &p);
	if (kernel) {
		put_in(z, 9, 0, -1, TIERMM_ZONE_NORMAL);
		put_in(z, 11, 0, -1, TIERMM_ZONE_NORMAL);
	}
	if (movable) {
		put_in(z, 8, 0, -1, TIERMM_ZONE_MOVABLE);
		put_in(z, 12, 0, -1, TIERMM_ZONE_MOVABLE);
	}
	offer(z, 10, 0, -1);
	zone = why(z, 10, 0).zone;
	done_with(z);
	return zone;
}

static void i34_contig_zones_truth_table(void **state)
{
	const uint32_t normal = TIERMM_ZONE_NORMAL;
	const uint32_t movable = TIERMM_ZONE_MOVABLE;
	const uint32_t node = TIERMM_ZONE_MOVABLE_NODE;

	(void)state;
	assert_int_equal(contig(0, 0, 0), normal);
	assert_int_equal(contig(0, 1, 0), movable);
	assert_int_equal(contig(1, 0, 0), normal);
	assert_int_equal(contig(1, 1, 0), normal);
	assert_int_equal(contig(0, 0, node), movable);
	assert_int_equal(contig(0, 1, node), movable);
	assert_int_equal(contig(1, 0, node), normal);
	assert_int_equal(contig(1, 1, node), movable);
}

static void the_lowest_kernel_zone_that_touches_is_taken(void **state)
{
	struct tiermm_zones *z = machine_of(0, 0, 0);
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_DMA32,
					 .start = 4096,
					 .spanned = 20 * BLOCK,
					 .present = 4 * BLOCK };

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	offer(z, 10, 0, -1);
	offer(z, 20, 0, -1);
	offer(z, 21, 0, -1);
	offer(z, 11, 1, -1);
	assert_int_equal(why(z, 10, 0).zone, TIERMM_ZONE_DMA32);
	assert_int_equal(why(z, 20, 0).zone, TIERMM_ZONE_DMA32);
	assert_int_equal(why(z, 21, 0).zone, TIERMM_ZONE_NORMAL);
	assert_int_equal(why(z, 11, 0).zone, TIERMM_ZONE_NORMAL);
	assert_int_equal(reason(z, 10), TIERMM_ZONE_RATIO_ZERO);
	done_with(z);
}

static void i30_a_dimm_is_all_or_nothing(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 8);
	int32_t dimm = group_of(z, TIERMM_ZONE_GROUP_STATIC, 0, 8);
	int32_t large = group_of(z, TIERMM_ZONE_GROUP_STATIC, 0, 9);
	struct tiermm_zone_decision d;

	(void)state;
	offer(z, 40, 0, large);
	assert_int_equal(reason(z, 40), TIERMM_ZONE_WHOLE_LIMIT);
	for (uint64_t i = 0; i < 8; i++) {
		offer(z, 50 + i, 0, dimm);
		d = why(z, 50 + i, 0);
		assert_int_equal(d.reason, TIERMM_ZONE_FITS);
		assert_int_equal(d.whole.need_pages, (8 - i) * BLOCK);
		tiermm_zones_online(z, 50 + i, d.zone);
	}
	/* One block of it in a kernel zone sends the rest there. */
	assert_int_equal(tiermm_zones_offline(z, 53), 0);
	assert_int_equal(tiermm_zones_offline(z, 54), 0);
	tiermm_zones_online(z, 53, TIERMM_ZONE_NORMAL);
	assert_int_equal(reason(z, 54), TIERMM_ZONE_GROUP_HAS_KERNEL);
	done_with(z);
}

static void i30_a_unit_of_a_device_never_mixes_zones(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 3);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 2);

	(void)state;
	assert_int_equal(plug_in(z, 40, 0, group), TIERMM_ZONE_MOVABLE);
	assert_int_equal(plug_in(z, 41, 0, group), TIERMM_ZONE_MOVABLE);
	/* One block would fit, a unit does not. */
	offer(z, 42, 0, group);
	assert_int_equal(reason(z, 42), TIERMM_ZONE_WHOLE_LIMIT);
	tiermm_zones_online(z, 42, TIERMM_ZONE_NORMAL);
	offer(z, 43, 0, group);
	assert_int_equal(reason(z, 43), TIERMM_ZONE_UNIT_HAS_KERNEL);
	tiermm_zones_online(z, 43, TIERMM_ZONE_NORMAL);
	/* Now the group's own kernel memory carries another unit. */
	assert_int_equal(plug_in(z, 44, 0, group), TIERMM_ZONE_MOVABLE);
	assert_int_equal(plug_in(z, 45, 0, group), TIERMM_ZONE_MOVABLE);
	done_with(z);
}

static void a_unit_looks_for_its_kernel_zone_behind_itself(void **state)
{
	struct tiermm_zones *z = machine_of(1, 0, 0);
	/* DMA32 ends at 4 GiB, and has a hole before. */
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_DMA32,
					 .spanned = 32 * BLOCK,
					 .present = BLOCK };
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 2);
	int32_t blocks = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	/* Units of a block make no walk: the last one of DMA32 is in it. */
	offer(z, 29, 0, blocks);
	tiermm_zones_online(z, 29, TIERMM_ZONE_DMA32);
	offer(z, 31, 0, blocks);
	assert_int_equal(why(z, 31, 0).zone, TIERMM_ZONE_DMA32);
	take_out(z, 29);
	assert_int_equal(tiermm_zones_unplug(z, 31), 0);
	/* Linux's walk ends behind the unit, where DMA32 still is. */
	offer(z, 28, 0, group);
	assert_int_equal(why(z, 28, 0).zone, TIERMM_ZONE_DMA32);
	/* Behind the last unit of DMA32 it is no more, although both blocks */
	offer(z, 30, 0, group);
	assert_int_equal(why(z, 30, 0).zone, TIERMM_ZONE_NORMAL);
	/* are inside: a request for kernel memory looks at the block. */
	assert_int_equal(why(z, 30, TIERMM_ONLINE_KERNEL).zone,
			 TIERMM_ZONE_DMA32);
	/* Or the walk ends at the first kernel block of the unit. */
	tiermm_zones_online(z, 30, TIERMM_ZONE_DMA32);
	offer(z, 31, 0, group);
	assert_int_equal(why(z, 31, 0).zone, TIERMM_ZONE_DMA32);
	done_with(z);
}

static void a_dimm_looks_for_its_kernel_zone_as_far_as_it_reaches(void **state)
{
	struct tiermm_zones *z = machine_of(1, 0, 0);
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_DMA32,
					 .start = 20 * BLOCK,
					 .spanned = 12 * BLOCK,
					 .present = BLOCK };
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_STATIC, 0, 4);

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	/* Four blocks from 17 on end within DMA32, block 17 alone does not. */
	offer(z, 17, 0, group);
	assert_int_equal(why(z, 17, 0).zone, TIERMM_ZONE_DMA32);
	offer(z, 18, 0, -1);
	assert_int_equal(why(z, 18, 0).zone, TIERMM_ZONE_NORMAL);
	/* Once the DIMM has kernel memory, each block is looked at alone. */
	tiermm_zones_online(z, 17, TIERMM_ZONE_NORMAL);
	offer(z, 19, 0, group);
	assert_int_equal(why(z, 19, 0).zone, TIERMM_ZONE_NORMAL);
	done_with(z);
}

static void node_awareness_tests_the_node_too(void **state)
{
	const uint32_t aware = TIERMM_ZONE_NODE_AWARE;
	struct tiermm_zones *z = machine_of(100, aware, 8);
	struct tiermm_zone_boot boot = { .node = 1,
					 .zone = TIERMM_ZONE_NORMAL,
					 .start = 1024 * BLOCK,
					 .spanned = BLOCK,
					 .present = BLOCK };

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	assert_int_equal(plug_in(z, 40, 1, -1), TIERMM_ZONE_MOVABLE);
	offer(z, 41, 1, -1);
	assert_int_equal(reason(z, 41), TIERMM_ZONE_NODE_LIMIT);
	assert_int_equal(why(z, 41, 0).checks, 2);
	offer(z, 42, 2, -1);
	assert_int_equal(reason(z, 42), TIERMM_ZONE_NODE_RESERVED);
	done_with(z);
}

static void z9_bare_nodes_may_be_judged_by_the_whole(void **state)
{
	const uint32_t flags = TIERMM_ZONE_NODE_AWARE | TIERMM_ZONE_BARE_NODES;
	struct tiermm_zones *z = machine_of(100, flags, 2);

	(void)state;
	assert_int_equal(plug_in(z, 40, 2, -1), TIERMM_ZONE_MOVABLE);
	assert_int_equal(plug_in(z, 41, 0, -1), TIERMM_ZONE_MOVABLE);
	assert_int_equal(plug_in(z, 42, 2, -1), TIERMM_ZONE_NORMAL);
	assert_int_equal(imbalances(z), 0);
	done_with(z);
}

static void z9_kept_memory_carries_nothing(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	struct tiermm_zone_parameters p = { .size = sizeof(p) };

	(void)state;
	tiermm_zones_get_parameters(z, &p);
	p.kept_pages = 2 * BLOCK + 1;
	tiermm_zones_set_parameters(z, &p);
	assert_int_equal(plug_in(z, 40, 0, -1), TIERMM_ZONE_MOVABLE);
	offer(z, 41, 0, -1);
	assert_int_equal(reason(z, 41), TIERMM_ZONE_WHOLE_LIMIT);
	p.kept_pages = UINT64_MAX;
	tiermm_zones_set_parameters(z, &p);
	assert_int_equal(reason(z, 41), TIERMM_ZONE_WHOLE_RESERVED);
	done_with(z);
}

static void i32_a_contiguous_area_counts_as_movable(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 0);
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_DMA,
					 .spanned = 4 * BLOCK,
					 .present = 4 * BLOCK,
					 .cma = BLOCK };
	struct tiermm_zone_check c;

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	assert_int_equal(tiermm_zones_check(z, 0, -1, 2 * BLOCK, &c), 0);
	assert_int_equal(c.kernel_pages, 3 * BLOCK);
	assert_int_equal(c.movable_pages, BLOCK);
	assert_int_equal(c.holds, 1);
	assert_int_equal(tiermm_zones_check(z, 0, -1, 2 * BLOCK + 1, &c), 0);
	assert_int_equal(c.holds, 0);
	assert_int_equal(c.excess_pages, 1);
	/* In the movable zone the pages are movable already. */
	boot.node = 1;
	boot.zone = TIERMM_ZONE_MOVABLE;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	assert_int_equal(tiermm_zones_check(z, 1, -1, 0, &c), 0);
	assert_int_equal(c.movable_pages, 4 * BLOCK);
	assert_int_equal(c.kernel_pages, 0);
	done_with(z);
}

static void i32_groups_that_need_all_early_memory_leave_none(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);

	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(plug_in(z, 40 + i, 0, group),
				 TIERMM_ZONE_MOVABLE);
	/* R = K: the answer is no before a single page is counted. */
	offer(z, 50, 0, -1);
	assert_int_equal(reason(z, 50), TIERMM_ZONE_WHOLE_RESERVED);
	/* The group itself is not in its own way. */
	assert_int_equal(plug_in(z, 44, 0, group), TIERMM_ZONE_NORMAL);
	assert_int_equal(plug_in(z, 45, 0, group), TIERMM_ZONE_MOVABLE);
	done_with(z);
}

static void i32_absurd_sizes_do_not_wrap(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 0);
	struct tiermm_zone_boot boot = {
		.zone = TIERMM_ZONE_NORMAL,
		.spanned = TIERMM_ZONE_PAGES_MAX,
		.present = TIERMM_ZONE_PAGES_MAX,
	};
	struct tiermm_zone_check c;

	(void)state;
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	assert_int_equal(tiermm_zones_check(z, 0, -1, TIERMM_ZONE_PAGES_MAX,
					    &c),
			 0);
	/* 301 * 2^57 is beyond 64 bits, its hundredth part is not. */
	assert_true(c.limit_pages == UINT64_C(433786716108326174));
	assert_int_equal(c.holds, 1);
	assert_int_equal(tiermm_zones_check(z, 0, -1, TIERMM_ZONE_PAGES_MAX + 1,
					    &c),
			 -TIERMM_EINVAL);
	assert_true(tiermm__zone_limit(TIERMM_ZONE_PAGES_MAX,
				       TIERMM_ZONE_RATIO_MAX) == UINT64_MAX);
	assert_int_equal(tiermm__zone_limit(131072, 99), 129761);
	assert_int_equal(tiermm__zone_limit(131072, 0), 0);
	done_with(z);
}

static void checks_name_what_they_are_about(void **state)
{
	struct tiermm_zones *z = machine_of(301, 0, 4);
	struct tiermm_zone_check c = { .need_pages = 7 };

	(void)state;
	assert_int_equal(tiermm_zones_check(z, 4, -1, 0, &c), -TIERMM_ENODEV);
	assert_int_equal(tiermm_zones_check(z, 0, 0, 0, &c), -TIERMM_EINVAL);
	assert_int_equal(tiermm_zones_check(z, 0, -1, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(c.need_pages, 7);
	done_with(z);
}

/* Without early memory nothing holds, not even nothing; as Linux. */
static void a_check_is_of_one_scope(void **state)
{
	struct tiermm_zones *z = machine_of(100, 0, 4);
	int32_t group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1);
	struct tiermm_zone_check c;

	(void)state;
	put_in(z, 40, 0, group, TIERMM_ZONE_MOVABLE);
	assert_int_equal(tiermm_zones_check(z, 0, -1, 0, &c), 0);
	assert_int_equal(c.reserved_pages, BLOCK);
	assert_int_equal(c.group_pages, BLOCK);
	assert_int_equal(tiermm_zones_check(z, 0, group, 0, &c), 0);
	assert_int_equal(c.reserved_pages, 0);
	assert_int_equal(c.group_pages, 0);
	/* Of another node its own node's pages are no part. */
	assert_int_equal(tiermm_zones_check(z, 1, group, 0, &c), 0);
	assert_int_equal(c.reserved_pages, 0);
	assert_int_equal(c.group_pages, 0);
	assert_int_equal(c.movable_pages, 0);
	assert_int_equal(c.holds, 0);
	done_with(z);
}

static void a_decision_is_one_line(void **state)
{
	struct tiermm_zones *z = machine_of(301, TIERMM_ZONE_NODE_AWARE, 4);
	struct tiermm_zone_decision d;
	char line[256];
	uint64_t length;

	(void)state;
	offer(z, 40, 0, -1);
	d = why(z, 40, 0);
	assert_int_equal(tiermm_zone_decision_text(&d, line, 256, &length), 0);
	assert_string_equal(line,
			    "block 40 -> Movable: it fits; machine: 0 + 32768 "
			    "<= 394526 = 301 % of (131072 - 0 + 0); node 0: "
			    "0 + 32768 <= 394526 = 301 % of (131072 - 0 + 0)");
	assert_int_equal(length, strlen(line));
	assert_int_equal(tiermm_zone_decision_text(&d, line, 9, NULL), 0);
	assert_string_equal(line, "block 40");
	d.reason = 99;
	d.zone = 99;
	d.checks = 0;
	assert_int_equal(tiermm_zone_decision_text(&d, line, 256, NULL), 0);
	assert_non_null(strstr(line, "-> ?: a reason that"));
	d.size = 4;
	assert_int_equal(tiermm_zone_decision_text(&d, line, 256, NULL),
			 -TIERMM_EINVAL);
	done_with(z);
}

static void every_reason_has_its_sentence(void **state)
{
	struct tiermm_zone_decision d = { .size = sizeof(d) };
	char line[256], before[256] = "";

	(void)state;
	for (uint32_t i = TIERMM_ZONE_ASKED_KERNEL; i <= TIERMM_ZONE_FITS;
	     i++) {
		d.reason = i;
		tiermm_zone_decision_text(&d, line, 256, NULL);
		assert_null(strstr(line, "does not know"));
		assert_string_not_equal(line, before);
		strcpy(before, line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explicit_requests_are_not_tested),
		cmocka_unit_test(questions_without_an_answer_are_refused),
		cmocka_unit_test(policies_that_always_say_the_same),
		cmocka_unit_test(i34_contig_zones_truth_table),
		cmocka_unit_test(the_lowest_kernel_zone_that_touches_is_taken),
		cmocka_unit_test(i30_a_dimm_is_all_or_nothing),
		cmocka_unit_test(i30_a_unit_of_a_device_never_mixes_zones),
		cmocka_unit_test(
			a_unit_looks_for_its_kernel_zone_behind_itself),
		cmocka_unit_test(
			a_dimm_looks_for_its_kernel_zone_as_far_as_it_reaches),
		cmocka_unit_test(node_awareness_tests_the_node_too),
		cmocka_unit_test(z9_bare_nodes_may_be_judged_by_the_whole),
		cmocka_unit_test(z9_kept_memory_carries_nothing),
		cmocka_unit_test(i32_a_contiguous_area_counts_as_movable),
		cmocka_unit_test(
			i32_groups_that_need_all_early_memory_leave_none),
		cmocka_unit_test(i32_absurd_sizes_do_not_wrap),
		cmocka_unit_test(checks_name_what_they_are_about),
		cmocka_unit_test(a_check_is_of_one_scope),
		cmocka_unit_test(a_decision_is_one_line),
		cmocka_unit_test(every_reason_has_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
