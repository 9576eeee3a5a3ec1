/* SPDX-License-Identifier: MIT */
/*
 * Moving pages (R10, requirements 19 to 22): what is reported is what happened,
 * whatever the kernel answers.
 */
#include "linux_pages_fixture.h"

static void every_status_has_its_outcome(void **state)
{
	struct tiermm_linux_pages *p = make_with(0, 0);
	struct tiermm_move moves[8];
	struct tiermm_result r[8] = { { 0 } };

	(void)state;
	for (uint64_t i = 0; i < 7; i++)
		moves[i] = to_node(i, 2);
	moves[7] = to_node(FAKE_PAGES + 7, 2);
	kernel.flags[1] = FAKE_SHARED;
	kernel.flags[2] = FAKE_BUSY;
	kernel.node[3] = FAKE_ABSENT;
	kernel.node[4] = FAKE_UNMAPPED;
	kernel.node[5] = 2;
	assert_int_equal(move(p, moves, 8, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 1);
	must_be(&r[1], TIERMM_OUTCOME_SHARED, -EACCES, 0);
	must_be(&r[2], TIERMM_OUTCOME_BUSY, -EBUSY, 0);
	must_be(&r[3], TIERMM_OUTCOME_ABSENT, -ENOENT, 0);
	must_be(&r[4], TIERMM_OUTCOME_ABSENT, -EFAULT, 0);
	must_be(&r[5], TIERMM_OUTCOME_ALREADY, 0, 0);
	must_be(&r[6], TIERMM_OUTCOME_DONE, 0, 1);
	must_be(&r[7], TIERMM_OUTCOME_ABSENT, -EFAULT, 0);
	assert_int_equal(counter(p, TIERMM_OUTCOME_DONE), 2);
	assert_int_equal(counter(p, TIERMM_OUTCOME_ABSENT), 3);
	assert_int_equal(counter(p, TIERMM_LINUX_PAGES_MOVED), kernel.moved);
	tiermm_linux_pages_destroy(p);
	assert_int_equal(kernel.open_files, 0);
}

static void a_target_that_is_gone_takes_no_other_with_it(void **state)
{
	struct tiermm_linux_pages *p = make_with(0, 0);
	struct tiermm_move moves[5];
	struct tiermm_result r[5] = { { 0 } };

	(void)state;
	for (uint64_t i = 0; i < 5; i++)
		moves[i] = to_node(i, i % 2 ? 3 : 2);
	kernel.total[3] = 0;
	assert_int_equal(move(p, moves, 5, r), 0);
	for (int i = 0; i < 5; i++)
		must_be(&r[i],
			i % 2 ? TIERMM_OUTCOME_TARGET_GONE
			      : TIERMM_OUTCOME_DONE,
			i % 2 ? -ENODEV : 0, i % 2 ? 0 : 1);
	moves[0].to = 900;
	assert_int_equal(move(p, moves, 1, r), 0);
	assert_int_equal(r[0].outcome, TIERMM_OUTCOME_TARGET_GONE);
	tiermm_linux_pages_destroy(p);
}

static void outside_the_allowed_nodes_nothing_is_tried(void **state)
{
	struct tiermm_nodeset allowed = { { 1 << 2 } };
	struct tiermm_linux_pages *p = make_with(0, 0);
	struct tiermm_move moves[2] = { to_node(0, 1), to_node(1, 2) };
	struct tiermm_result r[2];

	(void)state;
	assert_int_equal(tiermm_linux_pages_set_allowed(p, &allowed), 0);
	assert_int_equal(move(p, moves, 2, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DENIED, 0, 0);
	must_be(&r[1], TIERMM_OUTCOME_DONE, 0, 1);
	assert_int_equal(kernel.count[FAKE_MOVE], 1);
	kernel.outside_cpuset = 2;
	assert_int_equal(tiermm_linux_pages_set_allowed(p, NULL), 0);
	assert_int_equal(move(p, moves, 1, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DENIED, -EACCES, 0);
	tiermm_linux_pages_destroy(p);
}

static void a_full_target_is_not_tried_beyond_its_reserve(void **state)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.batch = 4,
						.reserve_pages = 10 };
	struct tiermm_linux_pages *p;
	struct tiermm_move moves[20];
	struct tiermm_result r[20];

	(void)state;
	fake_kernel_init(&kernel);
	kernel.free[2] = 16;
	p = make(&o);
	for (uint64_t i = 0; i < 20; i++)
		moves[i] = to_node(i, i == 19 ? 1 : 2);
	assert_int_equal(move(p, moves, 20, r), 0);
	for (int i = 0; i < 19; i++)
		must_be(&r[i],
			i < 6 ? TIERMM_OUTCOME_DONE
			      : TIERMM_OUTCOME_TARGET_FULL,
			0, i < 6);
	must_be(&r[19], TIERMM_OUTCOME_DONE, 0, 1);
	assert_int_equal(kernel.free[2], 10);
	/* After the first that was full the target is not called any more. */
	assert_int_equal(kernel.count[FAKE_MOVE], 3);
	assert_int_equal(counter(p, TIERMM_LINUX_PAGES_HELD_BACK), 2);
	tiermm_linux_pages_destroy(p);
}

static void a_node_that_fills_up_leaves_each_page_told_apart(void **state)
{
	struct tiermm_linux_pages *p =
		make_with(TIERMM_LINUX_PAGES_NO_RESERVE, 8);
	struct tiermm_move moves[16];
	struct tiermm_result r[16];

	(void)state;
	kernel.no_meminfo = EACCES;
	kernel.free[2] = 3;
	for (uint64_t i = 0; i < 16; i++)
		moves[i] = to_node(i, 2);
	assert_int_equal(move(p, moves, 16, r), 0);
	for (int i = 0; i < 16; i++)
		must_be(&r[i],
			i < 3 ? TIERMM_OUTCOME_DONE
			      : TIERMM_OUTCOME_TARGET_FULL,
			i < 3 ? 0 : -ENOMEM, i < 3);
	assert_int_equal(kernel.moved, 3);
	assert_int_equal(kernel.count[FAKE_MOVE], 1);
	assert_int_equal(counter(p, TIERMM_LINUX_PAGES_CUT), 1);
	assert_int_equal(counter(p, TIERMM_LINUX_PAGES_ASKED_AGAIN), 8);
	tiermm_linux_pages_destroy(p);
}

static void one_entry_moves_a_huge_page_and_says_so(void **state)
{
	struct tiermm_linux_pages *p = make_with(0, 0);
	struct tiermm_move moves[3] = { to_node(517, 2), to_node(3, 2),
					to_node(600, 2) };
	struct tiermm_result r[3];

	(void)state;
	for (int i = 512; i < 1024; i++)
		kernel.flags[i] = FAKE_IS_HUGE;
	assert_int_equal(move(p, moves, 3, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 512);
	must_be(&r[1], TIERMM_OUTCOME_DONE, 0, 1);
	must_be(&r[2], TIERMM_OUTCOME_ALREADY, 0, 0);
	assert_int_equal(kernel.moved, 513);
	assert_int_equal(counter(p, TIERMM_LINUX_PAGES_HUGE), 1);
	tiermm_linux_pages_destroy(p);
}

/* Where `from` is believed, a huge page cut in two would count twice. */
static void a_huge_page_is_never_cut_between_calls(void **state)
{
	struct tiermm_linux_pages *p =
		make_with(TIERMM_LINUX_PAGES_TRUST_FROM, 0);
	struct tiermm_move moves[2] = { to_node(0, 2), to_node(512, 2) };
	struct tiermm_result r[2];

	(void)state;
	for (int i = 512; i < 1024; i++)
		kernel.flags[i] = FAKE_IS_HUGE;
	moves[1].pages = 512;
	assert_int_equal(move(p, moves, 2, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 1);
	must_be(&r[1], TIERMM_OUTCOME_DONE, 0, 512);
	assert_int_equal(kernel.moved, 513);
	tiermm_linux_pages_destroy(p);
}

static void a_huge_page_needs_room_for_all_of_it(void **state)
{
	struct tiermm_linux_pages *p =
		make_with(TIERMM_LINUX_PAGES_NO_RESERVE, 0);
	struct tiermm_move moves[2] = { to_node(512, 2), to_node(513, 2) };
	struct tiermm_result r[2];

	(void)state;
	for (int i = 512; i < 1024; i++)
		kernel.flags[i] = FAKE_IS_HUGE;
	kernel.free[2] = 511;
	assert_int_equal(move(p, moves, 2, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_TARGET_FULL, 0, 0);
	must_be(&r[1], TIERMM_OUTCOME_TARGET_FULL, 0, 0);
	assert_int_equal(kernel.count[FAKE_MOVE], 0);
	tiermm_linux_pages_destroy(p);
}

static void a_run_is_one_item_over_many_calls(void **state)
{
	struct tiermm_linux_pages *p = make_with(0, 16);
	struct tiermm_move moves[2] = { to_node(0, 2), to_node(1600, 1) };
	struct tiermm_result r[2];

	(void)state;
	moves[0].pages = 1500;
	moves[1].pages = 40;
	kernel.node[7] = FAKE_ABSENT;
	kernel.node[8] = 2;
	kernel.flags[1639] = FAKE_SHARED;
	assert_int_equal(move(p, moves, 2, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 1498);
	must_be(&r[1], TIERMM_OUTCOME_SHARED, -EACCES, 39);
	assert_int_equal(kernel.moved, 1498 + 39);
	assert_int_equal(kernel.most, 16);
	tiermm_linux_pages_destroy(p);
}

static void who_trusts_saves_the_first_look(void **state)
{
	struct tiermm_linux_pages *p =
		make_with(TIERMM_LINUX_PAGES_TRUST_FROM, 0);
	struct tiermm_move moves[3] = { to_node(0, 2), to_node(1, 2),
					to_node(2, 2) };
	struct tiermm_result r[3];

	(void)state;
	assert_int_equal(move(p, moves, 3, r), 0);
	assert_int_equal(kernel.count[FAKE_QUERY], 0);
	moves[0].from = TIERMM_NO_NODE;
	moves[1].from = 2;
	moves[2].from = 2;
	assert_int_equal(move(p, moves, 2, r), 0);
	assert_int_equal(kernel.count[FAKE_QUERY], 1);
	must_be(&r[0], TIERMM_OUTCOME_ALREADY, 0, 0);
	must_be(&r[1], TIERMM_OUTCOME_ALREADY, 0, 0);
	tiermm_linux_pages_destroy(p);
}

static void shared_pages_are_asked_for_by_name(void **state)
{
	struct tiermm_linux_pages *p =
		make_with(TIERMM_LINUX_PAGES_MOVE_SHARED, 0);
	struct tiermm_move one = to_node(0, 2);
	struct tiermm_result r;

	(void)state;
	assert_int_equal(move(p, &one, 1, &r), 0);
	assert_int_equal(kernel.last_flags, PAGES_MPOL_MF_MOVE_ALL);
	tiermm_linux_pages_destroy(p);
	p = make_with(0, 0);
	assert_int_equal(move(p, &one, 1, &r), 0);
	assert_int_equal(kernel.last_flags, PAGES_MPOL_MF_MOVE);
	tiermm_linux_pages_destroy(p);
}

static void a_process_that_ended_has_no_pages(void **state)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o), .pid = 7 };
	struct tiermm_move moves[2] = { to_node(0, 2), to_node(1, 2) };
	struct tiermm_linux_pages *p;
	struct tiermm_result r[2];

	(void)state;
	fake_kernel_init(&kernel);
	kernel.is_other = 1;
	p = make(&o);
	assert_int_equal(move(p, moves, 1, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 1);
	kernel.has_ended = 1;
	assert_int_equal(move(p, moves, 2, r), -TIERMM_ENOENT);
	must_be(&r[0], TIERMM_OUTCOME_ABSENT, -ESRCH, 0);
	must_be(&r[1], TIERMM_OUTCOME_ABSENT, -ESRCH, 0);
	tiermm_linux_pages_destroy(p);
	assert_int_equal(kernel.open_files, 0);
	assert_int_equal(tiermm__linux_pages_create(&p, &o, &fake_kernel_calls,
						    &kernel, NULL),
			 -TIERMM_ENOENT);
	assert_null(p);
}

static void what_makes_no_sense_is_refused_as_a_whole(void **state)
{
	struct tiermm_linux_pages *p = make_with(0, 0);
	struct tiermm_move moves[2] = { to_node(0, 2), to_node(1, 2) };
	struct tiermm_result r[2] = { { 0 } };

	(void)state;
	moves[1].pages = 0;
	assert_int_equal(move(p, moves, 2, r), -TIERMM_EINVAL);
	moves[1].pages = UINT64_MAX / 4096;
	assert_int_equal(move(p, moves, 2, r), -TIERMM_EINVAL);
	moves[1].pages = UINT64_MAX / 4096 + 1; /* in bytes: 0, but for that */
	assert_int_equal(move(p, moves, 2, r), -TIERMM_EINVAL);
	moves[1] = to_node(1, TIERMM_MAX_NODES);
	assert_int_equal(move(p, moves, 2, r), -TIERMM_EINVAL);
	moves[1] = to_node(1, -1);
	assert_int_equal(move(p, moves, 2, r), -TIERMM_EINVAL);
	assert_int_equal(move(p, moves, 1, NULL), -TIERMM_EINVAL);
	assert_int_equal(kernel.moved, 0);
	assert_int_equal(r[0].outcome, TIERMM_OUTCOME_UNKNOWN);
	assert_int_equal(move(p, NULL, 0, NULL), 0);
	tiermm_linux_pages_destroy(p);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct tiermm_linux_pages *p = make_with(0, 0);
	struct tiermm_move one = to_node(0, 2);
	struct tiermm_result r;

	(void)state;
	assert_int_equal(tiermm__linux_pages_enter(p), 0);
	assert_int_equal(move(p, &one, 1, &r), -TIERMM_EBUSY);
	assert_int_equal(tiermm_linux_pages_set_allowed(p, NULL),
			 -TIERMM_EBUSY);
	assert_int_equal(kernel.calls, kernel.count[FAKE_OPEN]);
	tiermm__linux_pages_leave(p);
	assert_int_equal(move(p, &one, 1, &r), 0);
	tiermm_linux_pages_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_its_outcome),
		cmocka_unit_test(a_target_that_is_gone_takes_no_other_with_it),
		cmocka_unit_test(outside_the_allowed_nodes_nothing_is_tried),
		cmocka_unit_test(a_full_target_is_not_tried_beyond_its_reserve),
		cmocka_unit_test(
			a_node_that_fills_up_leaves_each_page_told_apart),
		cmocka_unit_test(one_entry_moves_a_huge_page_and_says_so),
		cmocka_unit_test(a_huge_page_is_never_cut_between_calls),
		cmocka_unit_test(a_huge_page_needs_room_for_all_of_it),
		cmocka_unit_test(a_run_is_one_item_over_many_calls),
		cmocka_unit_test(who_trusts_saves_the_first_look),
		cmocka_unit_test(shared_pages_are_asked_for_by_name),
		cmocka_unit_test(a_process_that_ended_has_no_pages),
		cmocka_unit_test(what_makes_no_sense_is_refused_as_a_whole),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
	};

	return cmocka_run_group_tests_name("linux/pages_move", tests, NULL,
					   NULL);
}
