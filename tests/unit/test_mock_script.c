/* SPDX-License-Identifier: MIT */
/* Scripted outcomes, faults at each call, and strict mocks. */
#include "mock_fixture.h"

static int call_verb(struct tiermm_mock *m, uint32_t verb, uint64_t page,
		     struct tiermm_result *result)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(m);
	struct tiermm_move move = { .page = page, .pages = 1, .to = 2 };
	uint64_t pages;
	int32_t node = 0;

	switch (verb) {
	case TIERMM_MOCK_MOVE:
		return ops->move(m, &move, 1, result);
	case TIERMM_MOCK_LOCATE:
		return ops->locate(m, &page, 1, &node);
	case TIERMM_MOCK_HEADROOM:
		return ops->headroom(m, &node, 1, &pages);
	case TIERMM_MOCK_PAGE_OUT:
		return ops->page_out(m, &page, 1, result);
	default:
		return ops->discard(m, &page, 1, result);
	}
}

static void script(struct tiermm_mock *m, uint32_t verb, uint32_t outcome)
{
	assert_int_equal(tiermm_mock_script(m, verb, outcome), 0);
}

static void set_fault(struct tiermm_mock *m, uint32_t verb, uint64_t nth,
		      int32_t error)
{
	assert_int_equal(tiermm_mock_fail(m, verb, nth, error), 0);
}

static void every_outcome_can_be_scripted_for_every_verb_that_acts(void **state)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_MOVE,
					  TIERMM_MOCK_PAGE_OUT,
					  TIERMM_MOCK_DISCARD };

	put(*state, 1, 0);
	for (size_t v = 0; v < 3; v++) {
		for (uint32_t o = 0; o < TIERMM_OUTCOMES; o++) {
			struct tiermm_result result = { .pages = 77 };

			if (o == TIERMM_OUTCOME_DONE)
				continue;
			script(*state, verbs[v], o);
			assert_int_equal(call_verb(*state, verbs[v], 1,
						   &result),
					 0);
			assert_int_equal(result.outcome, o);
			assert_int_equal(result.pages, 0);
			assert_int_equal(tiermm_mock_where(*state, 1), 0);
		}
	}
}

static void scripted_outcomes_are_used_up_in_order(void **state)
{
	put(*state, 1, 0);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_BUSY);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_SHARED);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_BUSY);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_DENIED);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_SHARED);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_DENIED);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_DONE);
}

static void scripts_of_verbs_do_not_mix(void **state)
{
	struct tiermm_result result;

	put(*state, 1, 0);
	script(*state, TIERMM_MOCK_DISCARD, TIERMM_OUTCOME_BUSY);
	script(*state, TIERMM_MOCK_PAGE_OUT, TIERMM_OUTCOME_DENIED);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_DONE);
	call_verb(*state, TIERMM_MOCK_PAGE_OUT, 1, &result);
	assert_int_equal(result.outcome, TIERMM_OUTCOME_DENIED);
	call_verb(*state, TIERMM_MOCK_DISCARD, 1, &result);
	assert_int_equal(result.outcome, TIERMM_OUTCOME_BUSY);
}

static void a_scripted_done_lets_the_mock_answer(void **state)
{
	put(*state, 1, 0);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_DONE);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_DONE);
	assert_int_equal(move_one(*state, 1, 2).pages, 1);
	assert_int_equal(move_one(*state, 9, 2).outcome, TIERMM_OUTCOME_ABSENT);
}

static void items_of_one_call_use_up_the_script_one_by_one(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t pages[] = { 1, 2, 3 };
	struct tiermm_result results[3];

	for (size_t i = 0; i < 3; i++)
		put(*state, pages[i], 0);
	script(*state, TIERMM_MOCK_DISCARD, TIERMM_OUTCOME_BUSY);
	script(*state, TIERMM_MOCK_DISCARD, TIERMM_OUTCOME_DONE);
	assert_int_equal(ops->discard(ops->self, pages, 3, results), 0);
	assert_int_equal(results[0].outcome, TIERMM_OUTCOME_BUSY);
	assert_int_equal(results[1].outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(results[2].outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
}

static void what_cannot_be_scripted_is_refused(void **state)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_LOCATE,
					  TIERMM_MOCK_HEADROOM, TIERMM_MOCK_ANY,
					  UINT32_MAX };

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(tiermm_mock_script(*state, verbs[i],
						    TIERMM_OUTCOME_BUSY),
				 -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_script(*state, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOMES),
			 -TIERMM_EINVAL);
}

static void the_nth_call_fails_and_no_other(void **state)
{
	put(*state, 1, 0);
	for (uint32_t verb = 0; verb < TIERMM_MOCK_VERBS; verb++) {
		for (uint64_t nth = 1; nth <= 4; nth++) {
			set_fault(*state, verb, nth, -TIERMM_EIO);
			for (uint64_t call = 1; call <= 5; call++) {
				struct tiermm_result result;
				int error = call == nth ? -TIERMM_EIO : 0;

				assert_int_equal(call_verb(*state, verb, 9,
							   &result),
						 error);
			}
		}
	}
}

static void a_call_that_fails_moves_nothing_and_says_unknown(void **state)
{
	struct tiermm_result result = { .outcome = 77, .error = 7, .pages = 7 };

	put(*state, 1, 0);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_BUSY);
	set_fault(*state, TIERMM_MOCK_MOVE, 1, -TIERMM_ENOMEM);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result),
			 -TIERMM_ENOMEM);
	assert_int_equal(result.outcome, TIERMM_OUTCOME_UNKNOWN);
	assert_int_equal(result.error, 0);
	assert_int_equal(result.pages, 0);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_BUSY);
}

static void a_read_that_fails_tells_nothing(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t page = 1, pages = 77;
	int32_t node = 0;

	put(*state, 1, 0);
	set_fault(*state, TIERMM_MOCK_ANY, 1, -TIERMM_EPERM);
	assert_int_equal(ops->headroom(ops->self, &node, 1, &pages),
			 -TIERMM_EPERM);
	assert_int_equal(pages, 0);
	set_fault(*state, TIERMM_MOCK_ANY, 1, -TIERMM_EPERM);
	assert_int_equal(ops->locate(ops->self, &page, 1, &node),
			 -TIERMM_EPERM);
	assert_int_equal(node, TIERMM_NO_NODE);
}

static void any_counts_calls_of_all_verbs(void **state)
{
	struct tiermm_result result;

	set_fault(*state, TIERMM_MOCK_ANY, 3, -TIERMM_EIO);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result), 0);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_LOCATE, 1, &result), 0);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_DISCARD, 1, &result),
			 -TIERMM_EIO);
}

static void a_verb_counts_only_its_own_calls(void **state)
{
	struct tiermm_result result;

	set_fault(*state, TIERMM_MOCK_MOVE, 1, -TIERMM_EIO);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_DISCARD, 1, &result), 0);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result),
			 -TIERMM_EIO);
}

static void of_two_faults_that_are_due_the_first_set_answers(void **state)
{
	struct tiermm_result result;

	set_fault(*state, TIERMM_MOCK_ANY, 2, -TIERMM_EIO);
	set_fault(*state, TIERMM_MOCK_MOVE, 2, -TIERMM_ENOMEM);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result), 0);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result),
			 -TIERMM_EIO);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result), 0);
}

static void faults_that_make_no_sense_are_refused(void **state)
{
	assert_int_equal(tiermm_mock_fail(*state, TIERMM_MOCK_ANY + 1, 1, -1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_fail(*state, TIERMM_MOCK_MOVE, 0, -1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_fail(*state, TIERMM_MOCK_MOVE, 1, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_mock_fail(*state, TIERMM_MOCK_MOVE, 1, 1),
			 -TIERMM_EINVAL);
}

static void a_full_script_takes_more_once_some_is_used_up(void **state)
{
	struct tiermm_mock *m =
		make_mock((struct tiermm_mock_options){ .max_script = 2 });
	struct tiermm_result result;

	(void)state;
	for (int round = 0; round < 3; round++) {
		script(m, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_BUSY);
		set_fault(m, TIERMM_MOCK_MOVE, 1, -TIERMM_EIO);
		assert_int_equal(tiermm_mock_script(m, TIERMM_MOCK_MOVE, 0),
				 -TIERMM_ENOSPC);
		assert_int_equal(tiermm_mock_fail(m, TIERMM_MOCK_MOVE, 1, -1),
				 -TIERMM_ENOSPC);
		call_verb(m, TIERMM_MOCK_MOVE, 1, &result);
		call_verb(m, TIERMM_MOCK_MOVE, 1, &result);
		assert_int_equal(result.outcome, TIERMM_OUTCOME_BUSY);
	}
	tiermm_mock_destroy(m);
}

static int setup_strict(void **state)
{
	*state = make_mock(
		(struct tiermm_mock_options){ .flags = TIERMM_MOCK_STRICT });
	return 0;
}

static void a_strict_mock_refuses_what_was_not_scripted(void **state)
{
	struct tiermm_result result;
	uint64_t unexpected;

	put(*state, 1, 0);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result),
			 -TIERMM_EPERM);
	assert_int_equal(result.outcome, TIERMM_OUTCOME_UNKNOWN);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_PAGE_OUT, 1, &result),
			 -TIERMM_EPERM);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_DISCARD, 1, &result),
			 -TIERMM_EPERM);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
	assert_int_equal(tiermm_mock_call_count(*state, &unexpected), 3);
	assert_int_equal(unexpected, 3);
}

static void a_strict_mock_does_what_was_scripted(void **state)
{
	uint64_t unexpected;

	put(*state, 1, 0);
	script(*state, TIERMM_MOCK_MOVE, TIERMM_OUTCOME_DONE);
	assert_int_equal(move_one(*state, 1, 2).outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_mock_where(*state, 1), 2);
	tiermm_mock_call_count(*state, &unexpected);
	assert_int_equal(unexpected, 0);
}

static void a_strict_mock_refuses_a_call_longer_than_its_script(void **state)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(*state);
	uint64_t pages[] = { 1, 2 };
	struct tiermm_result results[2];

	put(*state, 1, 0);
	script(*state, TIERMM_MOCK_DISCARD, TIERMM_OUTCOME_DONE);
	assert_int_equal(ops->discard(ops->self, pages, 2, results),
			 -TIERMM_EPERM);
	assert_int_equal(tiermm_mock_where(*state, 1), 0);
	assert_int_equal(ops->discard(ops->self, pages, 1, results), 0);
	assert_int_equal(results[0].outcome, TIERMM_OUTCOME_DONE);
}

static void a_strict_mock_answers_questions(void **state)
{
	struct tiermm_result result;
	uint64_t unexpected;

	assert_int_equal(call_verb(*state, TIERMM_MOCK_LOCATE, 1, &result), 0);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_HEADROOM, 1, &result),
			 0);
	tiermm_mock_call_count(*state, &unexpected);
	assert_int_equal(unexpected, 0);
}

static void a_fault_is_an_expected_answer_of_a_strict_mock(void **state)
{
	struct tiermm_result result;
	uint64_t unexpected;

	set_fault(*state, TIERMM_MOCK_MOVE, 1, -TIERMM_EIO);
	assert_int_equal(call_verb(*state, TIERMM_MOCK_MOVE, 1, &result),
			 -TIERMM_EIO);
	tiermm_mock_call_count(*state, &unexpected);
	assert_int_equal(unexpected, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_mock, teardown_mock)
#define STRICT(f) \
	cmocka_unit_test_setup_teardown(f, setup_strict, teardown_mock)
		TEST(every_outcome_can_be_scripted_for_every_verb_that_acts),
		TEST(scripted_outcomes_are_used_up_in_order),
		TEST(scripts_of_verbs_do_not_mix),
		TEST(a_scripted_done_lets_the_mock_answer),
		TEST(items_of_one_call_use_up_the_script_one_by_one),
		TEST(what_cannot_be_scripted_is_refused),
		TEST(the_nth_call_fails_and_no_other),
		TEST(a_call_that_fails_moves_nothing_and_says_unknown),
		TEST(a_read_that_fails_tells_nothing),
		TEST(any_counts_calls_of_all_verbs),
		TEST(a_verb_counts_only_its_own_calls),
		TEST(of_two_faults_that_are_due_the_first_set_answers),
		TEST(faults_that_make_no_sense_are_refused),
		cmocka_unit_test(a_full_script_takes_more_once_some_is_used_up),
		STRICT(a_strict_mock_refuses_what_was_not_scripted),
		STRICT(a_strict_mock_does_what_was_scripted),
		STRICT(a_strict_mock_refuses_a_call_longer_than_its_script),
		STRICT(a_strict_mock_answers_questions),
		STRICT(a_fault_is_an_expected_answer_of_a_strict_mock),
#undef STRICT
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
