/* SPDX-License-Identifier: MIT */
/* Drains and stops (F5, F8, F10). */
#include "flush_fixture.h"

static void plan(struct flush_fixture *x)
{
	assert_int_equal(tiermm_flush_drain_plan(x->f, NULL, &x->drain), 0);
}

static void report(struct flush_fixture *x)
{
	assert_int_equal(tiermm_flush_drain_report(x->f, &x->drain, &x->freed),
			 0);
}

/* I22: once, in base pages, and nothing is left. */
static void i22_each_page_is_handed_back_once(void **state)
{
	struct tiermm_flush_request *r;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 2);
	assert_int_equal(tiermm_flush_add(r, x.link + 2, NULL, 1, 9, &n), 0);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	park_and_queue(&x, 1, 2, 3, 2);
	assert_int_equal(flush_pending(&x, 0), 514);
	assert_int_equal(flush_pending(&x, 2), 2);
	plan(&x);
	assert_int_equal(x.drain.n_requests, 2);
	assert_int_equal(x.drain.n_pages, 516);
	assert_int_equal(x.drain.generation, 3);
	assert_int_equal(x.drain.n_agents, AGENTS);
	assert_int_equal(x.bits[0], 15);
	assert_int_equal(flush_pending(&x, 0), 514);
	all_pass(&x);
	report(&x);
	assert_int_equal(x.freed.n_pages, 516);
	assert_int_equal(x.freed.n_requests, 2);
	assert_int_equal(pages_back(&x), 31);
	for (r = x.freed.requests; r; r = tiermm_flush_request_next(r))
		assert_true(r == x.memory[0] || r == x.memory[1]);
	report(&x);
	assert_null(x.freed.requests);
	for (int32_t node = 0; node < 4; node++) {
		assert_int_equal(flush_pending(&x, node), 0);
		assert_int_equal(x.f->lanes[node].reserved, 0);
	}
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_DRAINED_PAGES), 516);
	flush_fixture_end(&x);
}

static uint32_t queue_one(struct flush_fixture *x, uint32_t i, uint64_t now_ns)
{
	uint32_t due = 77;
	struct tiermm_flush_request *r = park(x, i, 0, i, 1);

	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, now_ns, &due), 0);
	return due;
}

/* F9: at most so long, to the nanosecond; and a drain begins anew. */
static void what_was_drained_makes_nothing_old(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_age_ns = 1000 };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	assert_int_equal(queue_one(&x, 0, 5000), 0);
	assert_int_equal(queue_one(&x, 1, 6000), 0);
	assert_int_equal(queue_one(&x, 2, 6001), TIERMM_DUE_OLD);
	plan(&x);
	all_pass(&x);
	report(&x);
	assert_int_equal(queue_one(&x, 3, 9000), 0);
	flush_fixture_end(&x);
}

/* I27: leaving out who has passed leaves out nobody else. */
static void i27_only_agents_that_passed_are_left_out(void **state)
{
	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	tiermm_flush_pass(x.agent[1]); /* passed the first */
	park_and_queue(&x, 1, 0, 1, 1);
	tiermm_flush_pass(x.agent[2]); /* passed both */
	tiermm_flush_exit(x.agent[3]);
	plan(&x);
	assert_int_equal(x.bits[0], 1 | 2);
	assert_int_equal(x.drain.n_agents, 2);
	assert_int_equal(x.drain.n_waiting, 2);
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 0);
	tiermm_flush_pass(x.agent[0]);
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 0);
	assert_int_equal(x.bits[0], 2);
	assert_int_equal(x.drain.n_waiting, 1);
	tiermm_flush_pass(x.agent[1]);
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 1);
	assert_int_equal(x.drain.n_agents, 0);
	report(&x);
	assert_int_equal(x.freed.n_requests, 2);
	flush_fixture_end(&x);
}

static void reading_stamps_can_be_switched_off(void **state)
{
	uint64_t agents[1] = { 1 | 4 };

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_for(&x, 0, agents);
	all_pass(&x);
	x.drain.flags = TIERMM_DRAIN_ALL;
	plan(&x);
	assert_int_equal(x.bits[0], 1 | 4);
	assert_int_equal(x.drain.n_agents, 2);
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 1);
	flush_fixture_end(&x);
}

static void no_agent_has_to_flush_if_all_have_passed(void **state)
{
	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	all_pass(&x);
	plan(&x);
	assert_int_equal(x.drain.n_agents, 0);
	assert_int_equal(x.drain.n_waiting, 0);
	report(&x);
	assert_int_equal(x.freed.n_pages, 1);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_DRAINS), 1);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_DRAINS_FREE), 1);
	flush_fixture_end(&x);
}

static void only_the_nodes_named_are_drained(void **state)
{
	struct tiermm_nodeset nodes = { { 1u << 2 } };

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	park_and_queue(&x, 1, 2, 1, 1);
	assert_int_equal(tiermm_flush_drain_plan(x.f, &nodes, &x.drain), 0);
	assert_int_equal(x.drain.n_requests, 1);
	report(&x);
	assert_int_equal(flush_pending(&x, 0), 1);
	assert_int_equal(flush_pending(&x, 2), 0);
	flush_fixture_end(&x);
}

static void a_drain_that_failed_is_queued_again(void **state)
{
	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 2);
	park_and_queue(&x, 1, 0, 2, 2);
	park_and_queue(&x, 2, 1, 4, 1);
	plan(&x);
	assert_int_equal(tiermm_flush_drain_abandon(x.f, &x.drain), 0);
	assert_int_equal(x.drain.n_requests, 0);
	report(&x);
	assert_null(x.freed.requests);
	plan(&x);
	assert_int_equal(x.drain.n_requests, 3);
	report(&x);
	assert_int_equal(x.freed.n_pages, 5);
	flush_fixture_end(&x);
}

static void two_drains_share_nothing(void **state)
{
	struct tiermm_flush_drain other;
	uint64_t bits[1];

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	other = x.drain;
	other.agents = bits;
	park_and_queue(&x, 0, 0, 0, 1);
	plan(&x);
	park_and_queue(&x, 1, 0, 1, 1);
	assert_int_equal(tiermm_flush_drain_plan(x.f, NULL, &other), 0);
	assert_int_equal(x.drain.n_requests, 1);
	assert_int_equal(other.n_requests, 1);
	assert_int_equal(tiermm_flush_drain_report(x.f, &other, &x.freed), 0);
	assert_int_equal(pages_back(&x), 2);
	report(&x);
	assert_int_equal(pages_back(&x), 1);
	flush_fixture_end(&x);
}

/* I26: nothing new, everything back after one flush, and stops nest. */
static void i26_after_stop_one_flush_frees_all(void **state)
{
	struct tiermm_flush_request *r, *late;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 2);
	park_and_queue(&x, 1, 3, 2, 1);
	late = park(&x, 2, 0, 3, 1);
	assert_int_equal(tiermm_flush_stamp(late), 0);
	assert_int_equal(tiermm_flush_stop(x.f, &x.drain), 0);
	assert_int_equal(x.drain.n_requests, 2);
	assert_int_equal(x.bits[0], 15);
	assert_int_equal(tiermm_flush_queue(late, 0, NULL), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_open(x.f, x.memory[3], 0, NULL, 0, &r),
			 -TIERMM_EBUSY);
	all_pass(&x);
	report(&x);
	assert_int_equal(x.freed.n_pages, 3);
	assert_int_equal(tiermm_flush_close(late), 0);
	for (int32_t node = 0; node < 4; node++)
		assert_int_equal(x.f->lanes[node].reserved, 0);
	assert_int_equal(tiermm_flush_stop(x.f, NULL), 0);
	assert_int_equal(tiermm_flush_resume(x.f), 0);
	assert_int_equal(tiermm_flush_open(x.f, x.memory[3], 0, NULL, 0, &r),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_resume(x.f), 0);
	assert_int_equal(tiermm_flush_resume(x.f), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_open(x.f, x.memory[3], 0, NULL, 0, &r),
			 0);
	assert_int_equal(tiermm_flush_stop(x.f, NULL), 0);
	assert_int_equal(tiermm_flush_add(r, x.link, NULL, 1, 0, &n),
			 -TIERMM_EBUSY);
	flush_fixture_end(&x);
}

static void an_external_drain_waits_to_be_told(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_EXTERNAL };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	plan(&x);
	assert_int_equal(x.drain.n_agents, 0);
	assert_int_equal(x.drain.n_waiting, 1);
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 0);
	assert_int_equal(tiermm_flush_done(x.f, x.drain.generation), 0);
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 1);
	report(&x);
	assert_int_equal(x.freed.n_pages, 1);
	flush_fixture_end(&x);
}

static void wrong_calls_are_refused(void **state)
{
	FLUSH_FIXTURE(x, NULL);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_drain_plan(NULL, NULL, &x.drain),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_drain_plan(x.f, NULL, NULL),
			 -TIERMM_EINVAL);
	x.drain.n_words = 0;
	assert_int_equal(tiermm_flush_drain_plan(x.f, NULL, &x.drain),
			 -TIERMM_EINVAL);
	x.drain.n_words = 1;
	x.drain.flags = 2;
	assert_int_equal(tiermm_flush_drain_plan(x.f, NULL, &x.drain),
			 -TIERMM_E2BIG);
	x.drain.flags = 0;
	assert_int_equal(tiermm_flush_stop(NULL, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_resume(NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_drain_poll(x.f, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_drain_abandon(x.f, NULL), -TIERMM_EINVAL);
	plan(&x);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, NULL),
			 -TIERMM_EINVAL);
	x.freed.flags = 1;
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed),
			 -TIERMM_E2BIG);
	assert_int_equal(x.drain.n_requests, 1);
	assert_null(tiermm_flush_request_next(NULL));
	flush_fixture_end(&x);
}

static int fails(void *self)
{
	return *(int *)self;
}

/* In each call that looks at agents: plan, poll, and the plan of a stop. */
static void a_barrier_that_fails_drains_nothing(void **state)
{
	int error = 0;
	struct tiermm_barrier barrier = { sizeof(barrier), 0, &error, fails };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	park_and_queue(&x, 1, 3, 1, 1);
	error = -TIERMM_EPERM;
	assert_int_equal(tiermm_flush_drain_plan(x.f, NULL, &x.drain),
			 -TIERMM_EPERM);
	assert_int_equal(x.drain.n_requests, 0);
	assert_int_equal(x.bits[0], 0); /* nobody can be told from another */
	assert_null(x.drain.taken);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_DRAINS), 0);
	assert_int_equal(tiermm_flush_stop(x.f, &x.drain), -TIERMM_EPERM);
	assert_int_equal(tiermm_flush_resume(x.f),
			 0); /* stopped all the same */
	error = 0;
	plan(&x);
	assert_int_equal(x.drain.n_requests, 2);
	all_pass(&x);
	error = -TIERMM_EPERM;
	park_and_queue(&x, 2, 0, 2, 1); /* a generation to run one for */
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), -TIERMM_EPERM);
	assert_int_equal(x.drain.n_requests, 2);
	error = 0;
	assert_int_equal(tiermm_flush_drain_poll(x.f, &x.drain), 1);
	report(&x);
	assert_int_equal(pages_back(&x), 3);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(i22_each_page_is_handed_back_once),
		cmocka_unit_test(what_was_drained_makes_nothing_old),
		cmocka_unit_test(i27_only_agents_that_passed_are_left_out),
		cmocka_unit_test(reading_stamps_can_be_switched_off),
		cmocka_unit_test(no_agent_has_to_flush_if_all_have_passed),
		cmocka_unit_test(only_the_nodes_named_are_drained),
		cmocka_unit_test(a_drain_that_failed_is_queued_again),
		cmocka_unit_test(two_drains_share_nothing),
		cmocka_unit_test(i26_after_stop_one_flush_frees_all),
		cmocka_unit_test(an_external_drain_waits_to_be_told),
		cmocka_unit_test(wrong_calls_are_refused),
		cmocka_unit_test(a_barrier_that_fails_drains_nothing),
	};

	return cmocka_run_group_tests_name("flush/drain", tests, NULL, NULL);
}
