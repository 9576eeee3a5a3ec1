/* SPDX-License-Identifier: MIT */
/* Why: before it happens, in numbers and in a line of text (P7). */
#include "promotion_fixture.h"

static void assert_line(const struct tiermm_promotion_why *why,
			const char *expected)
{
	char line[200], cut[8];
	uint64_t n;

	assert_int_equal(tiermm_promotion_why_text(why, line, sizeof(line), &n),
			 0);
	assert_string_equal(line, expected);
	assert_int_equal(n, strlen(expected));
	assert_int_equal(tiermm_promotion_why_text(why, cut, sizeof(cut), &n),
			 0);
	assert_memory_equal(cut, expected, 7);
	assert_int_equal(cut[7], 0);
}

/* What explain says an access would end in is what it ends in. */
static void an_explanation_comes_true(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.rate_limit_mibps = 1, .guard_ms = 500);
	struct tiermm_random random;
	uint64_t seen[TIERMM_PROMOTION_REASONS] = { 0 };

	(void)state;
	tiermm_random_seed(&random, 5);
	access_at(p, 0, 1000);
	for (uint64_t i = 0, ms = 0; i < 20000; i++) {
		uint64_t page = tiermm_random_below(&random, i % 4 ? 50 : 1000);
		struct tiermm_promotion_why why;

		ms += tiermm_random_below(&random, 5) == 0;
		if (i % 50 == 0)
			move_page(p, ms, page,
				  (int32_t)tiermm_random_below(&random, 4));
		if (i % 200 == 0)
			set_room(p, 0, i % 400 ? 1000000 : SOME_ROOM);
		why = why_at(p, ms, page);
		if (why.reason == TIERMM_PROMOTION_STALE)
			continue;
		if (page_at(p, ms, page).queued) {
			assert_int_equal(why.reason, TIERMM_PROMOTION_QUEUED);
			assert_int_equal(tiermm_promotion_set_pages(p, page, 1,
								    2),
					 0);
			continue;
		}
		seen[why.reason]++;
		{
			uint64_t before = reason(p, why.reason);

			access_at(p, ms, page);
			assert_int_equal(reason(p, why.reason), before + 1);
		}
	}
	assert_true(seen[TIERMM_PROMOTION_HOT] > 0);
	assert_true(seen[TIERMM_PROMOTION_COLD] > 0);
	assert_true(seen[TIERMM_PROMOTION_FREE_SPACE] > 0);
	assert_true(seen[TIERMM_PROMOTION_RATE_LIMIT] > 0);
	assert_true(seen[TIERMM_PROMOTION_TOP_TIER] > 0);
	assert_true(seen[TIERMM_PROMOTION_HELD_BACK] > 0);
	assert_true(seen[TIERMM_PROMOTION_FIRST_SEEN] > 0);
	done_with(p);
}

static void reasons_have_their_numbers(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_why why;

	(void)state;
	mark_at(p, 0, 1);
	why = why_at(p, 1800, 1);
	assert_line(&why, "page 1 on node 2, target 0: not hot enough: 1800 "
			  "against 1000");
	why = why_at(p, 18, 1);
	assert_int_equal(why.score, 63 - 18 * 64 / 1000);
	assert_line(&why, "page 1 on node 2, target 0: hot: 18 against 1000");
	why = why_at(p, 0, PAGES);
	assert_line(&why, "page 1024: no such page");
	why = why_at(p, 0, 2);
	assert_line(&why, "page 2 on node 2, target 0: no earlier time to "
			  "compare with");
	access_at(p, 18, 1);
	why = why_at(p, 18, 1);
	assert_line(&why, "page 1 on node 2, target 0: a candidate, and it "
			  "fits");
	set_room(p, 0, 100);
	set_room(p, 1, 90);
	why = why_at(p, 18, 1);
	assert_line(&why, "page 1 on node 2: a candidate, but nothing has "
			  "room: free pages 100 < 101");
	why = why_at(p, 20000, 1);
	assert_line(&why, "page 1 on node 2: a candidate, but not used for "
			  "long: ms 19982 > 10000");
	set_room(p, 0, 300000);
	why = why_at(p, 18, 5);
	assert_line(&why, "page 5 on node 2, target 0: much room on the "
			  "target: free pages 300000 > 262344");
	done_with(p);
}

static void a_page_held_back_says_for_how_long(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.guard_ms = 1000, .guard_delay_ms = 400);
	struct tiermm_promotion_why why;

	(void)state;
	access_at(p, 0, 9);
	move_page(p, 0, 3, 0);
	move_page(p, 10, 3, 2);
	why = why_at(p, 110, 3);
	assert_line(&why, "page 3 on node 2: went up and down too soon: ms "
			  "since then 100 < 400");
	assert_int_equal(page_at(p, 110, 3).held_ms, 300);
	done_with(p);
}

static void each_reason_has_a_line(void **state)
{
	struct tiermm_promotion_why why = { .size = sizeof(why),
					    .target = -1,
					    .node = -1 };
	uint64_t n;

	(void)state;
	for (; why.reason < TIERMM_PROMOTION_REASONS; why.reason++) {
		char line[200];

		assert_int_equal(tiermm_promotion_why_text(&why, line,
							   sizeof(line), &n),
				 0);
		assert_in_range(n, 12, sizeof(line) - 1);
	}
	assert_int_equal(tiermm_promotion_why_text(&why, NULL, 0, &n),
			 -TIERMM_EINVAL);
	why.reason = 0;
	assert_int_equal(tiermm_promotion_why_text(&why, NULL, 0, &n), 0);
	assert_int_equal(tiermm_promotion_why_text(&why, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_why_text(NULL, NULL, 0, &n),
			 -TIERMM_EINVAL);
	why.size = 8;
	assert_int_equal(tiermm_promotion_why_text(&why, NULL, 0, &n),
			 -TIERMM_EINVAL);
}

static void wrong_questions_are_refused(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_promotion_why why = { .size = 8 };
	struct tiermm_promotion_page page;

	(void)state;
	assert_int_equal(tiermm_promotion_explain(p, 0, 0, 0, &why),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_explain(p, 0, 0, 0, NULL),
			 -TIERMM_EINVAL);
	why.size = sizeof(why);
	assert_int_equal(tiermm_promotion_explain(p, 0, 0, 5, &why),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_explain(NULL, 0, 0, 0, &why),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_get_page(p, 0, PAGES, &page),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_get_page(p, 0, 0, NULL),
			 -TIERMM_EINVAL);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_explanation_comes_true),
		cmocka_unit_test(reasons_have_their_numbers),
		cmocka_unit_test(a_page_held_back_says_for_how_long),
		cmocka_unit_test(each_reason_has_a_line),
		cmocka_unit_test(wrong_questions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
