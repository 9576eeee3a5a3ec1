/* SPDX-License-Identifier: MIT */
/* May a page be deferred, and why not (F4, F9, I25). */
#include "flush_fixture.h"

static struct tiermm_flush_facts good_facts(struct flush_fixture *x)
{
	return (struct tiermm_flush_facts){
		.size = sizeof(struct tiermm_flush_facts),
		.flags = TIERMM_FACT_READABLE,
		.reason = TIERMM_MOVED_FOR_DEMOTION,
		.page = &x->page[0],
	};
}

static uint32_t why(struct flush_fixture *x,
		    const struct tiermm_flush_facts *facts)
{
	uint32_t answer = 77;
	int yes = tiermm_flush_may_defer(x->f, facts, &answer);

	assert_int_equal(yes, answer == TIERMM_DEFER_YES);
	return answer;
}

static void i25_what_may_change_is_not_deferred(void **state)
{
	struct tiermm_flush_facts facts;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	facts = good_facts(&x);
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	facts.flags |= TIERMM_FACT_DIRTY;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_DIRTY);
	facts.flags |= TIERMM_FACT_WRITABLE;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_WRITABLE);
	facts.flags = 0;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_UNMAPPED);
	flush_fixture_end(&x);
}

static void reasons_are_those_that_were_allowed(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o) };
	struct tiermm_flush_facts facts;

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		o.reasons = wide ? TIERMM_MOVED_FOR_PROMOTION : 0;
		FLUSH_FIXTURE(x, &o);
		facts = good_facts(&x);
		assert_int_equal(why(&x, &facts),
				 wide ? TIERMM_DEFER_NOT_ALLOWED
				      : TIERMM_DEFER_YES);
		facts.reason = TIERMM_MOVED_FOR_PROMOTION;
		assert_int_equal(why(&x, &facts),
				 wide ? TIERMM_DEFER_YES
				      : TIERMM_DEFER_NOT_ALLOWED);
		facts.reason = 0;
		assert_int_equal(why(&x, &facts), TIERMM_DEFER_NOT_ALLOWED);
		flush_fixture_end(&x);
	}
}

static void parked_and_stopped_are_told_apart(void **state)
{
	struct tiermm_flush_facts facts;
	struct tiermm_flush_page *copy;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	facts = good_facts(&x);
	copy = &x.page[2];
	facts.copy = copy;
	(void)park(&x, 0, 0, 0, 0);
	assert_int_equal(tiermm_flush_add(x.request[0], x.link + 1, &copy, 1, 0,
					  &n),
			 0);
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_PARKED);
	facts.copy = NULL;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	facts.page = &x.page[2];
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_PARKED);
	assert_int_equal(tiermm_flush_stop(x.f, NULL), 0);
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_STOPPED);
	assert_int_equal(tiermm_flush_resume(x.f), 0);
	facts.page = &x.page[3];
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	flush_fixture_end(&x);
}

static void full_and_old_nodes_take_no_more(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_pages = 4,
					  .max_age_ns = 1000 };
	struct tiermm_flush_facts facts;
	struct tiermm_flush_request *r;
	uint32_t due;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	facts = good_facts(&x);
	facts.page = &x.page[7];
	r = park(&x, 0, 0, 0, 3);
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	facts.order = 1;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_FULL);
	facts.order = 0;
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 5000, &due), 0);
	assert_int_equal(due, TIERMM_DUE_FULL);
	facts.now_ns = 6000;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	facts.now_ns = 6001;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_OLD);
	/* A clock that went back: no time passed, and it is counted. */
	facts.now_ns = 4999;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_CLOCK_BACK), 1);
	facts.now_ns = 6001;
	facts.node = 1;
	assert_int_equal(why(&x, &facts), TIERMM_DEFER_YES);
	flush_fixture_end(&x);
}

static void wrong_questions_are_refused(void **state)
{
	struct tiermm_flush_facts facts;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	facts = good_facts(&x);
	assert_int_equal(tiermm_flush_may_defer(NULL, &facts, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_may_defer(x.f, NULL, NULL),
			 -TIERMM_EINVAL);
	facts.flags = 8;
	assert_int_equal(tiermm_flush_may_defer(x.f, &facts, NULL),
			 -TIERMM_E2BIG);
	facts = good_facts(&x);
	facts.node = 4;
	assert_int_equal(tiermm_flush_may_defer(x.f, &facts, NULL),
			 -TIERMM_ENODEV);
	facts = good_facts(&x);
	facts.reserved = 1;
	assert_int_equal(tiermm_flush_may_defer(x.f, &facts, NULL),
			 -TIERMM_E2BIG);
	facts = good_facts(&x);
	facts.order = TIERMM_FLUSH_MAX_ORDER + 1;
	assert_int_equal(tiermm_flush_may_defer(x.f, &facts, NULL),
			 -TIERMM_EINVAL);
	facts = good_facts(&x);
	facts.page = NULL;
	assert_int_equal(tiermm_flush_may_defer(x.f, &facts, NULL),
			 -TIERMM_EINVAL);
	facts = good_facts(&x);
	assert_int_equal(tiermm_flush_may_defer(x.f, &facts, NULL), 1);
	flush_fixture_end(&x);
}

static void each_reason_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= TIERMM_DEFER_OLD; i++)
		for (uint32_t k = 0; k <= TIERMM_DEFER_OLD; k++)
			assert_true((strcmp(tiermm_flush_defer_name(i),
					    tiermm_flush_defer_name(k)) == 0) ==
				    (i == k));
	assert_string_equal(tiermm_flush_defer_name(TIERMM_DEFER_OLD + 1),
			    "unknown reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(i25_what_may_change_is_not_deferred),
		cmocka_unit_test(reasons_are_those_that_were_allowed),
		cmocka_unit_test(parked_and_stopped_are_told_apart),
		cmocka_unit_test(full_and_old_nodes_take_no_more),
		cmocka_unit_test(wrong_questions_are_refused),
		cmocka_unit_test(each_reason_has_a_text_of_its_own),
	};

	return cmocka_run_group_tests_name("flush/defer", tests, NULL, NULL);
}
