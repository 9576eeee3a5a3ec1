/* SPDX-License-Identifier: MIT */
/* Free pages move in bounded steps, and are reported back (L6). */
#include "layout_fixture.h"

static void steps_are_bounded_and_resumed(void **state)
{
	struct tiermm_layout_step s = { .size = sizeof(s),
					.max_frames = 300,
					.max_pages = 64 };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_move m[8], again[8];
	uint64_t n = 0, next = 0;

	(void)state;
	commit_to(r, halves(100));
	assert_int_equal(tiermm_relayout_plan(r, &s, m, 8, &n), 0);
	assert_int_equal(n, 4); /* 100-127, 128-191, 192-255, 256-299 */
	assert_int_equal(m[0].page, 100);
	assert_int_equal(m[0].pages, 28);
	assert_int_equal(m[0].from, 0);
	assert_int_equal(m[0].to, 1);
	assert_int_equal(m[3].page, 256);
	assert_int_equal(m[3].pages, 44);
	assert_int_equal(s.frames, 300);
	assert_int_equal(tiermm_relayout_plan(r, &s, again, 8, &n), 0);
	assert_memory_equal(m, again, 4 * sizeof(m[0])); /* it only decides */
	for (int i = 0; i < 100; i++) {
		assert_int_equal(tiermm_relayout_plan(r, &s, m, 2, &n), 0);
		assert_int_equal(s.first, next);
		next += s.frames;
		if (!s.frames)
			break;
		assert_true(n <= 2);
		assert_int_equal(tiermm_relayout_report(r, &s, NULL, NULL, 0),
				 0);
	}
	assert_int_equal(next, LAST + 1);
	assert_int_equal(counter(r, TIERMM_LAYOUT_EXAMINED), LAST + 1);
	done_with(r);
}

/* One range of the layout before, one of the layout of now, one zone. */
static void an_item_is_of_one_kind(void **state)
{
	const struct tiermm_layout_memory memory[] = {
		{ .first = 0, .last = 99 },
		{ .first = 100, .last = LAST, .zone = 1 },
	};
	static const struct tiermm_move expected[] = {
		{ 0, 100, 0, 2, 0 },
		{ 100, 412, 0, 2, 0 },
		{ 512, 188, 1, 2, 0 },
		{ 700, LAST + 1 - 700, 1, 3, 0 },
	};
	const struct tiermm_layout_range to[] = {
		{ .first = 0, .last = 699, .node = 2 },
		{ .first = 700, .last = LAST, .node = 3 },
	};
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .memory = memory,
					     .n_memory = 2 };
	struct tiermm_layout_step s = { .size = sizeof(s) };
	struct tiermm_relayout *r = force(halves(512), &o);
	struct tiermm_move m[5];
	uint64_t n = 0;

	(void)state;
	commit_to(r, layout_of(to, 2));
	assert_int_equal(tiermm_relayout_plan(r, &s, m, 5, &n), 0);
	assert_int_equal(n, 4);
	assert_memory_equal(m, expected, sizeof(expected));
	done_with(r);
}

static uint64_t swept(struct tiermm_relayout *r)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };

	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	return p.swept;
}

static void a_step_counts_once_and_as_it_was_planned(void **state)
{
	struct tiermm_layout_step s = { .size = sizeof(s), .max_frames = 100 };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_move m;
	uint64_t n = 0;

	(void)state;
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	s.frames = LAST + 2;
	assert_int_equal(tiermm_relayout_report(r, &s, NULL, NULL, 0), 0);
	assert_int_equal(swept(r), 0);
	s.frames = 100;
	assert_int_equal(tiermm_relayout_report(r, &s, NULL, NULL, 0), 0);
	assert_int_equal(tiermm_relayout_report(r, &s, NULL, NULL, 0), 0);
	assert_int_equal(swept(r), 100);
	done_with(r);
}

/* Progress is of the last commit alone; where nothing moved, nothing counts. */
static void a_commit_begins_to_count_anew(void **state)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };
	struct tiermm_result full = { TIERMM_OUTCOME_TARGET_FULL, 0, 0 };
	struct tiermm_result done = { TIERMM_OUTCOME_DONE, 0, 1 };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_move m = { 0, 1, 0, 1, 0 };

	(void)state;
	free_span(r, 0, LAST);
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &full, 1), 0);
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1), 0);
	m.page = 1;
	m.to = 0;
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1), 0);
	assert_int_equal(counter(r, TIERMM_LAYOUT_MOVED_REPORTED), 1);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.moved, 1);
	assert_int_equal(p.retry, 1);
	commit_to(r, all_on(2));
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.moved, 0);
	assert_int_equal(p.retry, 0);
	done_with(r);
}

/* When all are at home, the next change knows again where they come from. */
static void where_pages_come_from_is_known_again(void **state)
{
	struct tiermm_layout_step s = { .size = sizeof(s) };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_move m;
	uint64_t n = 0;

	(void)state;
	free_span(r, 0, LAST);
	commit_to(r, all_on(1));
	assert_int_equal(sweep_from(r, 0), LAST + 1);
	commit_to(r, all_on(2));
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	assert_int_equal(m.from, 1);
	done_with(r);
}

static void every_outcome_is_recorded(void **state)
{
	static const uint32_t index[TIERMM_OUTCOMES] = {
		[TIERMM_OUTCOME_UNKNOWN] = TIERMM_LAYOUT_SKIPPED_OTHER,
		[TIERMM_OUTCOME_DONE] = TIERMM_LAYOUT_MOVED_REPORTED,
		[TIERMM_OUTCOME_ALREADY] = TIERMM_LAYOUT_SKIPPED_ALREADY,
		[TIERMM_OUTCOME_BUSY] = TIERMM_LAYOUT_SKIPPED_IN_USE,
		[TIERMM_OUTCOME_SHARED] = TIERMM_LAYOUT_SKIPPED_OTHER,
		[TIERMM_OUTCOME_ABSENT] = TIERMM_LAYOUT_SKIPPED_IN_USE,
		[TIERMM_OUTCOME_TARGET_FULL] = TIERMM_LAYOUT_SKIPPED_FULL,
		[TIERMM_OUTCOME_TARGET_GONE] = TIERMM_LAYOUT_SKIPPED_GONE,
		[TIERMM_OUTCOME_DENIED] = TIERMM_LAYOUT_SKIPPED_OTHER,
		[TIERMM_OUTCOME_UNSUPPORTED] = TIERMM_LAYOUT_SKIPPED_OTHER,
	};
	struct tiermm_layout_progress p = { .size = sizeof(p) };

	(void)state;
	for (uint32_t o = 0; o < TIERMM_OUTCOMES; o++) {
		struct tiermm_relayout *r = force(all_on(0), NULL);
		struct tiermm_layout_step s = { .size = sizeof(s) };
		struct tiermm_result res = { o, 0, o == TIERMM_OUTCOME_DONE };
		struct tiermm_move m;
		uint64_t n;

		free_span(r, 0, LAST);
		commit_to(r, all_on(1));
		s.max_pages = 1;
		assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
		assert_int_equal(tiermm_relayout_report(r, &s, &m, &res, 1), 0);
		assert_int_equal(counter(r, index[o]), 1);
		assert_int_equal(tiermm_relayout_progress(r, &p), 0);
		assert_int_equal(p.retry,
				 index[o] >= TIERMM_LAYOUT_SKIPPED_FULL);
		assert_int_equal(p.pending,
				 LAST + 1 -
					 (o == TIERMM_OUTCOME_DONE ||
					  o == TIERMM_OUTCOME_ALREADY));
		assert_int_equal(p.moved, o == TIERMM_OUTCOME_DONE);
		done_with(r);
	}
}

static void reports_that_cannot_be_change_nothing(void **state)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = 2 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_result done = { TIERMM_OUTCOME_DONE, 0, 1 };
	struct tiermm_result odd = { TIERMM_OUTCOMES, 0, 1 };
	struct tiermm_move m = { LAST, 2, 0, 1, 0 };
	struct tiermm_layout_step s = { .size = 8 };
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1),
			 -TIERMM_EINVAL);
	m.pages = 1;
	done.pages = 2; /* frames beyond the move would lose their way */
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1),
			 -TIERMM_EINVAL);
	done.pages = 1;
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &odd, 1),
			 -TIERMM_EINVAL);
	m.reserved = 1;
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1),
			 -TIERMM_EINVAL);
	m.reserved = 0;
	m.from = TIERMM_NO_NODE;
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1),
			 -TIERMM_EINVAL);
	m.from = 2;
	assert_int_equal(tiermm_relayout_report(r, NULL, &m, &done, 1),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n),
			 -TIERMM_EINVAL);
	s.size = sizeof(s);
	s.max_pages = 3;
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n),
			 -TIERMM_EINVAL);
	done_with(r);
}

/* What was planned for a layout that is in force no more does no harm. */
static void l6_a_stale_report_loses_no_mark(void **state)
{
	struct tiermm_layout_step s = { .size = sizeof(s), .max_pages = 1 };
	struct tiermm_result res = { TIERMM_OUTCOME_DONE, 0, 1 };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_page page = { 0, 0, 1 }, out;
	struct tiermm_move m;
	uint64_t n = 0;

	(void)state;
	free_span(r, 0, LAST);
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	commit_to(r, all_on(2));
	/* The page did go to node 1, where it is of no more use. */
	assert_int_equal(tiermm_relayout_report(r, &s, &m, &res, 1), 0);
	assert_int_equal(account(r, 1).free, 1);
	assert_int_equal(tiermm_relayout_claim(r, &page, &out, 1, &n), 0);
	assert_int_equal(out.node, 2);
	/* The step was another layout's: the sweep begins at the beginning. */
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	assert_int_equal(s.first, 0);
	assert_int_equal(m.page, 1);
	assert_int_equal(m.from, TIERMM_NO_NODE);
	done_with(r);
}

static void another_sweep_tries_what_did_not_work(void **state)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };
	struct tiermm_result full = { TIERMM_OUTCOME_TARGET_FULL, 0, 0 };
	struct tiermm_layout_step s = { .size = sizeof(s) };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_event e[8];
	uint64_t n = 0, place = 0;
	struct tiermm_move m;

	(void)state;
	free_span(r, 0, LAST);
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	assert_int_equal(tiermm_relayout_report(r, &s, &m, &full, 1), 0);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.swept, LAST + 1);
	assert_int_equal(p.complete, 0);
	assert_int_equal(tiermm_relayout_rewind(r), 0);
	assert_int_equal(sweep_from(r, 0), LAST + 1);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.complete, 1);
	assert_int_equal(p.pending, 0);
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0);
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0); /* told once */
	assert_int_equal(tiermm_relayout_events(r, &place, e, 8, &n), 0);
	assert_int_equal(n, 6);
	assert_int_equal(e[5].kind, TIERMM_LAYOUT_COMPLETE);
	done_with(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_bounded_and_resumed),
		cmocka_unit_test(an_item_is_of_one_kind),
		cmocka_unit_test(a_step_counts_once_and_as_it_was_planned),
		cmocka_unit_test(a_commit_begins_to_count_anew),
		cmocka_unit_test(where_pages_come_from_is_known_again),
		cmocka_unit_test(every_outcome_is_recorded),
		cmocka_unit_test(reports_that_cannot_be_change_nothing),
		cmocka_unit_test(l6_a_stale_report_loses_no_mark),
		cmocka_unit_test(another_sweep_tries_what_did_not_work),
	};

	return cmocka_run_group_tests_name("layout/sweep", tests, NULL, NULL);
}
