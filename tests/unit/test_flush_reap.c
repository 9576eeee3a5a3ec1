/* SPDX-License-Identifier: MIT */
/* Reaps: no flush, bounded work, bounds on age (F6, F9). */
#include "flush_fixture.h"

static uint64_t reap(struct flush_fixture *x, uint64_t now_ns, uint64_t budget)
{
	assert_int_equal(tiermm_flush_reap(x->f, NULL, now_ns, budget,
					   &x->freed),
			 0);
	return x->freed.n_requests;
}

static void only_what_all_have_passed_is_reaped(void **state)
{
	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	park_and_queue(&x, 1, 1, 1, 1);
	assert_int_equal(reap(&x, 0, 0), 0);
	all_pass(&x);
	park_and_queue(&x, 2, 0, 2, 1);
	assert_int_equal(reap(&x, 0, 0), 2);
	assert_int_equal(x.freed.n_pages, 2);
	assert_int_equal(flush_pending(&x, 0), 1);
	assert_int_equal(reap(&x, 0, 0), 0);
	all_pass(&x);
	assert_int_equal(reap(&x, 0, 0), 1);
	assert_int_equal(pages_back(&x), 4);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_REAPED_PAGES), 3);
	flush_fixture_end(&x);
}

static void requests_of_few_agents_do_not_wait_for_the_others(void **state)
{
	uint64_t agents[1] = { 2 };

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_for(&x, 0, agents);
	assert_int_equal(reap(&x, 0, 0), 0);
	tiermm_flush_pass(x.agent[1]);
	assert_int_equal(reap(&x, 0, 0), 1);
	flush_fixture_end(&x);
}

/* As many looks as the budget has, and the next call goes on behind them. */
static void a_budget_is_kept_and_nothing_is_passed_over(void **state)
{
	uint64_t left = REQUESTS;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	for (uint32_t i = 0; i < REQUESTS; i++)
		park_and_queue(&x, i, (int32_t)(i & 1), i, 1);
	assert_int_equal(reap(&x, 0, 1), 0);
	assert_int_equal(reap(&x, 0, 1), 0);
	all_pass(&x);
	for (int call = 0; call < REQUESTS; call++)
		left -= reap(&x, 0, 1);
	assert_int_equal(left, 0);
	flush_fixture_end(&x);
}

static void those_looked_at_come_last_the_next_time(void **state)
{
	uint64_t agents[1] = { 1 };
	uint64_t freed = 0;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	/* Request 1 waits for agent 0 only; the others for all. */
	for (uint32_t i = 0; i < 3; i++)
		park_for(&x, i, i == 1 ? agents : NULL);
	tiermm_flush_pass(x.agent[0]);
	for (int call = 0; call < 3; call++)
		freed += reap(&x, 0, 1);
	assert_int_equal(freed, 1);
	assert_int_equal(flush_pending(&x, 0), 2);
	flush_fixture_end(&x);
}

static void what_is_parked_for_too_long_is_told(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_age_ns = 1000 };
	struct tiermm_flush_request *r;
	uint32_t due;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	r = park(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 5000, NULL), 0);
	(void)reap(&x, 6000, 0);
	assert_int_equal(x.freed.n_overdue, 0);
	(void)reap(&x, 6001, 0);
	assert_int_equal(x.freed.n_overdue, 1);
	assert_int_equal(x.freed.due, TIERMM_DUE_OLD);
	(void)reap(&x, 4000, 0);
	assert_int_equal(x.freed.n_overdue, 0);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_CLOCK_BACK), 1);
	r = park(&x, 1, 0, 1, 1);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 6002, &due), 0);
	assert_int_equal(due, TIERMM_DUE_OLD);
	all_pass(&x);
	assert_int_equal(reap(&x, 6002, 0), 2);
	r = park(&x, 2, 0, 2, 1);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 9000, &due), 0);
	assert_int_equal(due, 0); /* the old ones are gone */
	flush_fixture_end(&x);
}

/* Two requests, half a bound apart; then so many looks at one of them. */
static uint32_t due_after_looks(uint32_t looks)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_age_ns = 1000 };
	struct tiermm_flush_request *r;
	uint32_t due;

	FLUSH_FIXTURE(x, &o);
	for (uint32_t i = 0; i < 2; i++) {
		r = park(&x, i, 0, i, 1);
		assert_int_equal(tiermm_flush_stamp(r), 0);
		assert_int_equal(tiermm_flush_queue(r, 5000 + 500 * i, &due),
				 0);
		assert_int_equal(due, 0);
	}
	while (looks--)
		(void)reap(&x, 5600, 1);
	r = park(&x, 2, 0, 2, 1);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 6001, &due), 0);
	flush_fixture_end(&x);
	return due;
}

/* F9: who has looked at some of a node's requests does not know the oldest. */
static void a_look_at_some_does_not_hide_the_oldest(void **state)
{
	(void)state;
	for (uint32_t looks = 0; looks < 4; looks++)
		assert_int_equal(due_after_looks(looks), TIERMM_DUE_OLD);
}

static void only_the_nodes_named_are_reaped(void **state)
{
	struct tiermm_nodeset nodes = { { 1u << 1 } };

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	park_and_queue(&x, 1, 1, 1, 1);
	all_pass(&x);
	assert_int_equal(tiermm_flush_reap(x.f, &nodes, 0, 0, &x.freed), 0);
	assert_int_equal(x.freed.n_requests, 1);
	assert_int_equal(flush_pending(&x, 0), 1);
	assert_int_equal(tiermm_flush_reap(NULL, &nodes, 0, 0, &x.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_reap(x.f, &nodes, 0, 0, NULL),
			 -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

static int fails(void *self)
{
	(void)self;
	return -TIERMM_EPERM;
}

static void a_barrier_that_fails_reaps_nothing(void **state)
{
	struct tiermm_barrier barrier = { sizeof(barrier), 0, NULL, fails };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	all_pass(&x);
	assert_int_equal(tiermm_flush_reap(x.f, NULL, 0, 0, &x.freed),
			 -TIERMM_EPERM);
	assert_null(x.freed.requests);
	assert_int_equal(flush_pending(&x, 0), 1);
	flush_fixture_end(&x);
}

/* A mover that is as fast as can be: all of it while the barrier runs. */
static int queues(void *self)
{
	uint64_t agents[1] = { 1 };

	park_for(self, 1, agents);
	return 0;
}

/*
 * Who was outside when it was looked at may have come in since, and its stamp
 * may be on its way: what was stamped behind the look is not decided by it.
 */
static void what_is_stamped_behind_the_look_waits_for_the_next(void **state)
{
	struct flush_fixture x;
	struct tiermm_barrier barrier = { sizeof(barrier), 0, &x, queues };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };

	(void)state;
	x = flush_fixture(&o);
	flush_fixture_settle_down(&x);
	park_and_queue(&x, 0, 0, 0, 1);
	for (int i = 0; i < AGENTS; i++)
		tiermm_flush_exit(x.agent[i]);
	assert_int_equal(reap(&x, 0, 0), 1);
	assert_int_equal(pages_back(&x), 1);
	assert_int_equal(flush_pending(&x, 0), 1);
	flush_fixture_end(&x);
}

/* F8: the drain of a stop does not see what a reap has in its hands. */
static int stops(void *self)
{
	struct flush_fixture *x = self;

	return tiermm_flush_stop(x->f, NULL);
}

static void a_reap_that_meets_a_stop_is_told(void **state)
{
	struct flush_fixture x;
	struct tiermm_barrier barrier = { sizeof(barrier), 0, &x, stops };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };

	(void)state;
	x = flush_fixture(&o);
	flush_fixture_settle_down(&x);
	park_and_queue(&x, 0, 0, 0, 1);
	assert_int_equal(reap(&x, 0, 0), 0);
	assert_int_equal(x.freed.due, TIERMM_DUE_STOPPED);
	all_pass(&x);
	assert_int_equal(reap(&x, 0, 0), 1);
	assert_int_equal(x.freed.due, 0); /* nothing was put back */
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_all_have_passed_is_reaped),
		cmocka_unit_test(
			requests_of_few_agents_do_not_wait_for_the_others),
		cmocka_unit_test(a_budget_is_kept_and_nothing_is_passed_over),
		cmocka_unit_test(those_looked_at_come_last_the_next_time),
		cmocka_unit_test(what_is_parked_for_too_long_is_told),
		cmocka_unit_test(a_look_at_some_does_not_hide_the_oldest),
		cmocka_unit_test(only_the_nodes_named_are_reaped),
		cmocka_unit_test(a_barrier_that_fails_reaps_nothing),
		cmocka_unit_test(
			what_is_stamped_behind_the_look_waits_for_the_next),
		cmocka_unit_test(a_reap_that_meets_a_stop_is_told),
	};

	return cmocka_run_group_tests_name("flush/reap", tests, NULL, NULL);
}
