/* SPDX-License-Identifier: MIT */
/* Who lists frames now, and why (L9). */
#include "layout_fixture.h"

static void l9_what_was_not_reached_is_asked_for_where_it_was(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_where w[2];
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tiermm_relayout_allocate_on(r, 0, LAST, w, 2, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(w[0].node, 0);
	commit_to(r, halves(512));
	assert_int_equal(tiermm_relayout_allocate_on(r, 0, LAST, w, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(w[0].pending, 0);
	assert_int_equal(w[1].first, 512);
	assert_int_equal(w[1].node, 0); /* asked for on node 0 */
	assert_int_equal(w[1].goal, 1);
	assert_int_equal(w[1].pending, 512);
	assert_int_equal(w[1].several, 0);
	free_span(r, 0, 511);
	for (uint64_t f = 512; f <= LAST; f++)
		(void)free_block(r, f, 0, 0);
	assert_int_equal(tiermm_relayout_allocate_on(r, 600, 700, w, 2, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(w[0].node, 1);
	assert_int_equal(w[0].pending, 0);
	assert_int_equal(tiermm_relayout_allocate_on(r, 1, 0, w, 2, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_allocate_on(r, 0, LAST + 1, w, 2, &n),
			 -TIERMM_EINVAL);
	done_with(r);
}

static void several_commits_are_said(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_where w;
	uint64_t n = 0;

	(void)state;
	commit_to(r, all_on(1));
	commit_to(r, all_on(2));
	assert_int_equal(tiermm_relayout_allocate_on(r, 0, 0, &w, 1, &n), 0);
	assert_int_equal(w.node, 0);
	assert_int_equal(w.goal, 2);
	assert_int_equal(w.several, 1);
	done_with(r);
}

static void each_reason_has_its_line(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_why why = { .size = sizeof(why) };
	char line[160];

	(void)state;
	commit_to(r, halves(512));
	assert_int_equal(tiermm_relayout_explain(r, 0x2ff, &why), 0);
	assert_int_equal(why.reason, TIERMM_LAYOUT_WHY_MOVES);
	tiermm_layout_why_text(&why, line, sizeof(line), NULL);
	assert_string_equal(line, "frame 0x2ff -> node 1: range 0x200-0x3ff of "
				  "layout 2; marked, it comes from node 0 when "
				  "it is free");
	assert_int_equal(tiermm_relayout_explain(r, 0, &why), 0);
	assert_int_equal(why.reason, TIERMM_LAYOUT_WHY_SAME);
	tiermm_layout_why_text(&why, line, sizeof(line), NULL);
	assert_string_equal(line, "frame 0x0 -> node 0: range 0x0-0x1ff of "
				  "layout 2; not marked, it is there");
	assert_int_equal(tiermm_relayout_explain(r, LAST, &why), 0);
	assert_int_equal(why.node, 1);
	assert_int_equal(tiermm_relayout_explain(r, LAST + 1, &why), 0);
	assert_int_equal(why.reason, TIERMM_LAYOUT_WHY_BEYOND);
	tiermm_layout_why_text(&why, line, sizeof(line), NULL);
	assert_string_equal(line, "frame 0x400 is past the last frame");
	commit_to(r, all_on(0));
	assert_int_equal(tiermm_relayout_explain(r, 0x2ff, &why), 0);
	assert_int_equal(why.reason, TIERMM_LAYOUT_WHY_BACK);
	tiermm_layout_why_text(&why, line, sizeof(line), NULL);
	assert_non_null(strstr(line, "was there before"));
	why.size = 4;
	assert_int_equal(tiermm_relayout_explain(r, 0, &why), -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_why_text(&why, line, 1, NULL),
			 -TIERMM_EINVAL);
	done_with(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			l9_what_was_not_reached_is_asked_for_where_it_was),
		cmocka_unit_test(several_commits_are_said),
		cmocka_unit_test(each_reason_has_its_line),
	};

	return cmocka_run_group_tests_name("layout/where", tests, NULL, NULL);
}
