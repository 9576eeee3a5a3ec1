/* SPDX-License-Identifier: MIT */
/* A page that is freed goes where it belongs, once (L4, L5, L7, L13). */
#include "layout_fixture.h"

static void i15_a_page_in_use_keeps_its_node_until_it_is_freed(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);

	(void)state;
	commit_to(r, halves(512));
	assert_int_equal(tiermm_relayout_node(r, 600), 1);
	assert_int_equal(account(r, 0).present, LAST + 1);
	for (uint64_t f = 0; f <= LAST; f++)
		assert_int_equal(free_block(r, f, 0, 0), f >= 512);
	assert_int_equal(account(r, 0).present, 512);
	assert_int_equal(account(r, 1).present, 512);
	assert_int_equal(counter(r, TIERMM_LAYOUT_MOVED_ON_FREE), 512);
	assert_int_equal(counter(r, TIERMM_LAYOUT_SPLIT), 0);
	done_with(r);
}

static void i16_a_mark_is_used_up_once(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_page page = { 7, 0, 0 };

	(void)state;
	commit_to(r, all_on(1));
	assert_int_equal(free_block(r, 7, 0, 0), 1);
	page.node = 1;
	assert_int_equal(tiermm_relayout_on_alloc(r, &page), 0);
	/* Unmarked: it stays wherever it is said to be. */
	assert_int_equal(free_block(r, 7, 0, 1), 1);
	assert_int_equal(counter(r, TIERMM_LAYOUT_MOVED_ON_FREE), 1);
	assert_int_equal(counter(r, TIERMM_LAYOUT_STAYED), 0);
	done_with(r);
}

static void the_answer_may_stand_where_the_question_stood(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_page page = { 8, 3, 0 };
	uint64_t n = 0;

	(void)state;
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_on_free(r, &page, &page, 1, &n), 0);
	assert_int_equal(page.node, 1);
	assert_int_equal(account(r, 0).present, LAST + 1 - 8);
	assert_int_equal(account(r, 1).free, 8);
	done_with(r);
}

/* Who has too little room asks again with the same question. */
static void a_question_that_was_not_answered_is_left_as_it_was(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_page page = { 8, 3, 0 }, out[8];
	uint64_t n = 0;

	(void)state;
	commit_to(r, halves(14));
	assert_int_equal(tiermm_relayout_on_free(r, &page, &page, 1, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(n, 3);
	assert_int_equal(page.frame, 8);
	assert_int_equal(page.order, 3);
	assert_int_equal(page.node, 0);
	assert_int_equal(tiermm_relayout_on_free(r, &page, out, 8, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(out[2].frame, 14);
	assert_int_equal(out[2].node, 1);
	assert_int_equal(account(r, 0).free, 6);
	assert_int_equal(account(r, 1).free, 2);
	done_with(r);
}

/* The published code sent every piece to the node of the first one. */
static void i17_each_piece_of_a_straddling_block_has_its_own_node(void **state)
{
	const struct tiermm_layout_range to[] = {
		{ .first = 0, .last = 2, .node = 1 },
		{ .first = 3, .last = 3, .node = 1 },
		{ .first = 4, .last = 4, .node = 2 },
		{ .first = 5, .last = 11, .node = 0 },
		{ .first = 12, .last = LAST, .node = 3 },
	};
	static const struct tiermm_layout_page expected[] = {
		{ 0, 2, 1 }, { 4, 0, 2 }, { 5, 0, 0 },
		{ 6, 1, 0 }, { 8, 2, 0 }, { 12, 2, 3 },
	};
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_page page = { 0, 4, 0 }, out[6];
	uint64_t n = 0;

	(void)state;
	commit_to(r, layout_of(to, 5));
	assert_int_equal(tiermm_relayout_on_free(r, &page, out, 5, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(n, 6);
	assert_int_equal(account(r, 0).free, 0); /* nothing has changed */
	assert_int_equal(tiermm_relayout_on_free(r, &page, out, 6, &n), 0);
	assert_int_equal(n, 6);
	assert_memory_equal(out, expected, sizeof(expected));
	assert_int_equal(counter(r, TIERMM_LAYOUT_SPLIT), 1);
	assert_int_equal(counter(r, TIERMM_LAYOUT_PIECES), 6);
	assert_int_equal(account(r, 0).free, 7);
	assert_int_equal(account(r, 3).free, 4);
	done_with(r);
}

static void l4_only_frames_whose_node_differs_are_marked(void **state)
{
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct tiermm_layout_why why = { .size = sizeof(why) };

	(void)state;
	commit_to(r, halves(500));
	for (uint64_t f = 0; f <= LAST; f++) {
		assert_int_equal(tiermm_relayout_explain(r, f, &why), 0);
		assert_int_equal(why.marked, f >= 500 && f < 512);
	}
	assert_int_equal(counter(r, TIERMM_LAYOUT_MARKED), 12);
	done_with(r);
}

static void a_commit_back_leaves_marks_that_do_no_harm(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);

	(void)state;
	commit_to(r, all_on(1));
	commit_to(r, all_on(0));
	assert_int_equal(free_block(r, 3, 0, 0), 0);
	assert_int_equal(counter(r, TIERMM_LAYOUT_STAYED), 1);
	assert_int_equal(account(r, 0).present, LAST + 1);
	done_with(r);
}

static void l6_a_second_commit_overtakes_the_first(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);

	(void)state;
	commit_to(r, all_on(1));
	assert_int_equal(free_block(r, 0, 0, 0), 1);
	commit_to(r, all_on(2));
	assert_int_equal(free_block(r, 1, 0, 0), 2); /* never went to 1 */
	assert_int_equal(account(r, 1).present, 1);
	/* The page on node 1 is free there, and is claimed by the mover. */
	{
		struct tiermm_layout_page page = { 0, 0, 1 }, out;
		uint64_t n;

		assert_int_equal(tiermm_relayout_claim(r, &page, &out, 1, &n),
				 0);
		assert_int_equal(out.node, 2);
	}
	assert_int_equal(account(r, 1).present, 0);
	assert_int_equal(account(r, 2).free, 2);
	done_with(r);
}

static void reserved_pages_stay_until_they_are_released(void **state)
{
	const struct tiermm_layout_memory m[] = {
		{ .first = 0, .last = 15, .flags = TIERMM_LAYOUT_RESERVED },
		{ .first = 16, .last = LAST },
	};
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .memory = m,
					     .n_memory = 2 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout_page page = { 0, 2, 0 }, out;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(account(r, 0).managed, LAST + 1 - 16);
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_on_release(r, &page, &out, 1, &n), 0);
	assert_int_equal(out.node, 1);
	assert_int_equal(account(r, 1).present, 4);
	assert_int_equal(account(r, 1).managed, 4);
	assert_int_equal(account(r, 1).free, 4);
	assert_int_equal(account(r, 0).managed, LAST + 1 - 16);
	assert_int_equal(account(r, 0).present, LAST + 1 - 4);
	done_with(r);
}

static void wrong_pages_are_refused(void **state)
{
	const struct tiermm_layout_memory m = { .first = 0, .last = 511 };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = 2,
					     .memory = &m,
					     .n_memory = 1 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	static const struct tiermm_layout_page wrong[] = {
		{ 1, 1, 0 },    /* misaligned */
		{ 1024, 0, 0 }, /* past the end */
		{ 0, 11, 0 },   /* goes past the end */
		{ 0, 31, 0 },   /* no such order */
		{ 512, 0, 0 },  /* no memory there */
		{ 0, 10, 0 },   /* half of it is no memory */
	};
	struct tiermm_layout_page page = { 0, 0, 2 }, out;
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(tiermm_relayout_on_free(r, &wrong[i], &out, 1,
							 &n),
				 -TIERMM_EINVAL);
		assert_int_equal(tiermm_relayout_on_alloc(r, &wrong[i]),
				 -TIERMM_EINVAL);
	}
	assert_int_equal(tiermm_relayout_on_free(r, &page, &out, 1, &n),
			 -TIERMM_ENODEV);
	page.node = 0;
	assert_int_equal(tiermm_relayout_on_free(r, &page, &out, 0, &n),
			 -TIERMM_EINVAL);
	done_with(r);
}

/*
 * Memory with a hole, and a border between two zones: no block lies across
 * either, and nothing is marked where nothing is.
 */
static void i18_runs_of_memory_are_kept_apart(void **state)
{
	const struct tiermm_layout_memory m[] = {
		{ .first = 0, .last = 255 },
		{ .first = 256, .last = 511, .zone = 1 },
		{ .first = 514, .last = LAST, .zone = 1 },
	};
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .memory = m,
					     .n_memory = 3 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	static const struct tiermm_layout_page wrong[] = {
		{ 0, 9, 0 },   /* across the zones */
		{ 512, 0, 0 }, /* in the hole */
		{ 512, 2, 0 }, /* begins in the hole */
	};
	struct tiermm_layout_page out;
	struct tiermm_layout_account a;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(account(r, 0).present, LAST + 1 - 2);
	assert_int_equal(tiermm_relayout_account(r, 0, 0, &a), 0);
	assert_int_equal(a.present, 256);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(tiermm_relayout_on_free(r, &wrong[i], &out, 1,
							 &n),
				 -TIERMM_EINVAL);
	commit_to(r, all_on(1));
	assert_int_equal(counter(r, TIERMM_LAYOUT_MARKED), LAST + 1 - 2);
	assert_int_equal(free_block(r, 514, 1, 0), 1);
	assert_int_equal(tiermm_relayout_account(r, 1, 1, &a), 0);
	assert_int_equal(a.free, 2);
	done_with(r);
}

static void l13_a_commit_is_complete_when_every_cache_was_drained(void **state)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_caches = 3 };
	struct tiermm_layout_progress p = { .size = sizeof(p) };
	struct tiermm_relayout *r = force(all_on(0), &o);
	uint64_t early = tiermm_relayout_drain_wanted(r);

	(void)state;
	assert_int_equal(tiermm_relayout_cache_join(r, 0), 0);
	assert_int_equal(tiermm_relayout_cache_join(r, 2), 0);
	assert_int_equal(tiermm_relayout_cache_join(r, 2), -TIERMM_EEXIST);
	assert_int_equal(tiermm_relayout_cache_join(r, 3), -TIERMM_EINVAL);
	free_span(r, 0, LAST);
	commit_to(r, all_on(1));
	(void)sweep_from(r, 0);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.caches, 2);
	assert_int_equal(p.complete, 0);
	assert_int_equal(tiermm_relayout_drained(r, 0, early), 0); /* too old */
	assert_int_equal(tiermm_relayout_drained(r, 0, 99), -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_drained(r, 1, 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.caches, 2);
	assert_int_equal(tiermm_relayout_drained(r, 0,
						 tiermm_relayout_drain_wanted(
							 r)),
			 0);
	/* What is said of an earlier drain takes nothing back. */
	assert_int_equal(tiermm_relayout_drained(r, 0, early), 0);
	assert_int_equal(tiermm_relayout_cache_leave(r, 2), 0);
	assert_int_equal(tiermm_relayout_cache_leave(r, 2), -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_cache_join(r, 1), 0); /* empty */
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.caches, 0);
	assert_int_equal(p.complete, 1);
	done_with(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			i15_a_page_in_use_keeps_its_node_until_it_is_freed),
		cmocka_unit_test(i16_a_mark_is_used_up_once),
		cmocka_unit_test(the_answer_may_stand_where_the_question_stood),
		cmocka_unit_test(
			a_question_that_was_not_answered_is_left_as_it_was),
		cmocka_unit_test(
			i17_each_piece_of_a_straddling_block_has_its_own_node),
		cmocka_unit_test(l4_only_frames_whose_node_differs_are_marked),
		cmocka_unit_test(a_commit_back_leaves_marks_that_do_no_harm),
		cmocka_unit_test(l6_a_second_commit_overtakes_the_first),
		cmocka_unit_test(reserved_pages_stay_until_they_are_released),
		cmocka_unit_test(wrong_pages_are_refused),
		cmocka_unit_test(i18_runs_of_memory_are_kept_apart),
		cmocka_unit_test(
			l13_a_commit_is_complete_when_every_cache_was_drained),
	};

	return cmocka_run_group_tests_name("layout/page", tests, NULL, NULL);
}
