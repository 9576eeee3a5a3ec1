/* SPDX-License-Identifier: MIT */
/* Parameters of policies as words: each goes where it belongs (S5). */
#include "../../examples/cli/policy_options.h"

/* First: cmocka has a macro that is called like the command's fail(). */
#include "../../examples/cli/cli.h"

#include "support/cmocka.h"

#include <string.h>

#define DAY_MS 86400000u

static int take(struct policy_options *o, const char *text)
{
	return policy_option_take(o, "--option", text, strlen(text));
}

static struct policy_set set_of(const char *const *texts)
{
	struct policy_options o = { .given = 0 };
	struct policy_set set;

	for (; *texts; texts++)
		assert_int_equal(take(&o, *texts), STATUS_DONE);
	policy_options_apply(&o, &set);
	return set;
}

static void what_nobody_gave_is_the_librarys_default(void **state)
{
	struct policy_set set = set_of((const char *const[]){ NULL });
	const struct tiermm_promotion_options promotion = {
		.size = sizeof(promotion)
	};
	const struct tiermm_reclaim_options reclaim = { .size = sizeof(
								reclaim) };
	const struct tiermm_demotion_options demotion = { .size = sizeof(
								  demotion) };

	(void)state;
	assert_memory_equal(&set.promotion, &promotion, sizeof(promotion));
	assert_memory_equal(&set.reclaim, &reclaim, sizeof(reclaim));
	assert_memory_equal(&set.demotion, &demotion, sizeof(demotion));
}

static void each_goes_into_its_field(void **state)
{
	static const char *const texts[] = { "hot-threshold=17",
					     "adjust-period=1000",
					     "rate-limit=3",
					     "guard=4",
					     "guard-delay=5",
					     "cool=6",
					     "stale=7",
					     "candidates=8",
					     "balance=1",
					     "strategy=linux-5.18",
					     "penalty=9",
					     "headroom=10",
					     "watermark-scale=11",
					     "demotion-limit=12",
					     "backoff=1",
					     NULL };
	struct policy_set set = set_of(texts);

	(void)state;
	assert_int_equal(sizeof(texts) / sizeof(texts[0]), POLICY_OPTIONS + 1);
	assert_int_equal(set.promotion.hot_threshold_ms, 17);
	assert_int_equal(set.promotion.adjust_period_ms, 1000);
	assert_int_equal(set.promotion.rate_limit_mibps, 3);
	assert_int_equal(set.promotion.guard_ms, 4);
	assert_int_equal(set.promotion.guard_delay_ms, 5);
	assert_int_equal(set.promotion.cool_ms, 6);
	assert_int_equal(set.promotion.stale_ms, 7);
	assert_int_equal(set.promotion.max_candidates, 8);
	assert_int_equal(set.promotion.flags, TIERMM_PROMOTION_BALANCE);
	assert_int_equal(set.demotion.strategy, TIERMM_STRATEGY_LINUX_5_18);
	assert_int_equal(set.demotion.cpu_penalty, 9);
	assert_int_equal(set.reclaim.headroom_bp, 10);
	assert_int_equal(set.reclaim.scale_bp, 11);
	assert_int_equal(set.reclaim.rate_limit_bytes, 12 << 20);
	assert_int_equal(set.reclaim.flags, 0);
}

static void zero_stands_for_none_where_there_is_such(void **state)
{
	struct policy_set set = set_of((const char *const[]){
		"hot-threshold=0", "adjust-period=0", "rate-limit=0", "guard=0",
		"cool=0", "stale=0", "balance=0", "strategy=nearest",
		"penalty=0", "headroom=0", "demotion-limit=0", "backoff=0",
		NULL });
	struct policy_options o = { .given = 0 };

	(void)state;
	assert_int_equal(set.promotion.hot_threshold_ms, DAY_MS);
	assert_int_equal(set.promotion.adjust_period_ms, DAY_MS);
	assert_int_equal(set.promotion.rate_limit_mibps, UINT32_MAX);
	assert_int_equal(set.promotion.cool_ms, DAY_MS);
	assert_int_equal(set.promotion.stale_ms, DAY_MS);
	assert_int_equal(set.promotion.flags, TIERMM_PROMOTION_NO_GUARD);
	assert_int_equal(set.demotion.strategy, TIERMM_STRATEGY_NEAREST);
	assert_true(set.demotion.cpu_penalty == TIERMM_CPU_PENALTY_NONE);
	assert_true(set.reclaim.headroom_bp == TIERMM_WATERMARK_HEADROOM_NONE);
	assert_int_equal(set.reclaim.rate_limit_bytes, 0);
	assert_int_equal(set.reclaim.flags, TIERMM_RECLAIM_BACKOFF_OFF);
	assert_int_equal(take(&o, "guard-delay=0"), STATUS_USAGE);
	assert_int_equal(take(&o, "candidates=0"), STATUS_USAGE);
	assert_int_equal(take(&o, "watermark-scale=0"), STATUS_USAGE);
	assert_int_equal(o.given, 0);
}

static void what_is_out_of_range_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"=",
		"hot-threshold",
		"hot-threshold=",
		"hot-threshold=7",
		"hot-threshold=86400001",
		"rate-limit=4194305",
		"rate-limit=x",
		"rate-limit=1 ",
		"rate-limit=99999999999999999999",
		"balance=2",
		"strategy=manual",
		"strategy=0",
		"headroom=10001",
		"watermark-scale=3001",
		"penalty=65536",
		"heat=1",
	};
	struct policy_options o = { .given = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(take(&o, wrong[i]), STATUS_USAGE);
	assert_int_equal(policy_option_set(&o, "headroom", 10001),
			 STATUS_UNREADABLE);
	assert_int_equal(policy_option_set(&o, "strategy", 1),
			 STATUS_UNREADABLE);
	assert_int_equal(policy_option_set(&o, "headroom", 100), STATUS_DONE);
	assert_true(policy_option_is_known("headroom"));
	assert_false(policy_option_is_known("head"));
}

static void those_of_a_policy_go_before_those_of_all(void **state)
{
	struct policy_options all = { .given = 0 }, own = { .given = 0 };
	char text[POLICY_TEXT];

	(void)state;
	assert_int_equal(take(&all, "rate-limit=1"), STATUS_DONE);
	assert_int_equal(take(&all, "cool=2"), STATUS_DONE);
	assert_int_equal(take(&all, "strategy=linux-6.12"), STATUS_DONE);
	assert_int_equal(take(&own, "rate-limit=0"), STATUS_DONE);
	assert_string_equal(policy_options_foreign(&all, POLICY_KERNEL),
			    "cool");
	policy_options_keep(&all, POLICY_KERNEL);
	assert_null(policy_options_foreign(&all, POLICY_KERNEL));
	policy_options_merge(&all, &own);
	policy_options_text(&all, text, sizeof(text));
	assert_string_equal(text, "rate-limit=0 strategy=linux-6.12");
	policy_options_text(&all, text, 8);
	assert_string_equal(text, "rate-li");
	policy_options_keep(&all, POLICY_DOWN);
	policy_options_text(&all, text, sizeof(text));
	assert_string_equal(text, "strategy=linux-6.12");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_gave_is_the_librarys_default),
		cmocka_unit_test(each_goes_into_its_field),
		cmocka_unit_test(zero_stands_for_none_where_there_is_such),
		cmocka_unit_test(what_is_out_of_range_is_refused),
		cmocka_unit_test(those_of_a_policy_go_before_those_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
