/* SPDX-License-Identifier: MIT */
/* Settle: whoever has the request, the page is waited for (F7, I25). */
#include "flush_fixture.h"

static struct tiermm_flush_wait wait_with(uint64_t *agents)
{
	return (struct tiermm_flush_wait){
		.size = sizeof(struct tiermm_flush_wait),
		.agents = agents,
		.n_words = 1,
		.generation = 99,
		.n_agents = 99,
	};
}

/* I25: open, stamped, queued, taken by a drain: never 0 too early. */
static void i25_every_place_a_request_can_be_at_is_waited_for(void **state)
{
	uint64_t agents[1] = { 99 };
	struct tiermm_flush_wait wait = wait_with(agents);
	struct tiermm_flush_request *r;
	struct tiermm_flush_page *copy;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	copy = &x.page[1];
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait), 0);
	assert_int_equal(wait.generation, 99);
	r = park(&x, 0, 0, 0, 0);
	assert_int_equal(tiermm_flush_add(r, x.link, &copy, 1, 0, &n), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(wait.generation, 0);
	all_pass(&x); /* counts for nothing: it is not stamped yet */
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(wait.generation, 2);
	assert_int_equal(wait.n_agents, AGENTS);
	assert_int_equal(agents[0], 15);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[1], &wait),
			 -TIERMM_EAGAIN);
	/* Taken: the queue is empty, the flush is not done. */
	assert_int_equal(tiermm_flush_drain_plan(x.f, NULL, &x.drain), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[1], NULL),
			 -TIERMM_EAGAIN);
	tiermm_flush_pass(x.agent[0]);
	tiermm_flush_exit(x.agent[2]);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[1], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(agents[0], 10);
	assert_int_equal(wait.n_agents, 2);
	all_pass(&x);
	/* Everybody has flushed, though nobody has reported. */
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[1], &wait), 0);
	flush_fixture_end(&x);
}

static void only_agents_of_the_set_are_waited_for(void **state)
{
	uint64_t agents[1] = { 2 };
	struct tiermm_flush_wait wait = wait_with(agents);
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_open(x.f, x.memory[0], 0, agents, 1,
					   &x.request[0]),
			 0);
	agents[0] = 8;
	assert_int_equal(tiermm_flush_add_agents(x.request[0], agents, 1), 0);
	assert_int_equal(tiermm_flush_add(x.request[0], x.link, NULL, 1, 0, &n),
			 0);
	assert_int_equal(tiermm_flush_stamp(x.request[0]), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(agents[0], 2 | 8);
	tiermm_flush_pass(x.agent[1]);
	tiermm_flush_pass(x.agent[3]);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait), 0);
	flush_fixture_end(&x);
}

static void an_external_tracker_names_the_generation_alone(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_EXTERNAL };
	struct tiermm_flush_wait wait = wait_with(NULL);

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EAGAIN);
	assert_int_equal(wait.generation, 2);
	assert_int_equal(wait.n_agents, 0);
	assert_int_equal(tiermm_flush_done(x.f, 2), 0);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait), 0);
	flush_fixture_end(&x);
}

static int fails(void *self)
{
	(void)self;
	return -TIERMM_EPERM;
}

static void a_barrier_that_fails_settles_nothing(void **state)
{
	struct tiermm_barrier barrier = { sizeof(barrier), 0, NULL, fails };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	all_pass(&x);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], NULL),
			 -TIERMM_EPERM);
	flush_fixture_end(&x);
}

/* While the agents are looked at, the page goes to a later request. */
static int parks_anew(void *self)
{
	struct flush_fixture *x = self;

	if (x->request[1])
		return 0;
	assert_int_equal(tiermm_flush_remove(x->request[0], x->link[0]), 0);
	(void)park(x, 1, 0, 0, 1);
	return 0;
}

/* F7: an answer is about the request that the page is in, not was in. */
static void a_page_that_is_parked_anew_meanwhile_is_not_settled(void **state)
{
	struct tiermm_barrier barrier = { sizeof(barrier), 0, NULL,
					  parks_anew };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };
	struct flush_fixture x;

	(void)state;
	barrier.self = &x;
	x = flush_fixture(&o);
	flush_fixture_settle_down(&x);
	assert_int_equal(tiermm_flush_stamp(park(&x, 0, 0, 0, 1)), 0);
	all_pass(&x);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], NULL),
			 -TIERMM_EAGAIN);
	assert_non_null(x.request[1]); /* it was */
	assert_int_equal(tiermm_flush_stamp(x.request[1]), 0);
	all_pass(&x);
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], NULL), 0);
	flush_fixture_end(&x);
}

static void wrong_questions_are_refused(void **state)
{
	uint64_t agents[1];
	struct tiermm_flush_wait wait = wait_with(agents);

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_settle(NULL, &x.page[0], &wait),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_settle(x.f, NULL, &wait), -TIERMM_EINVAL);
	wait.n_words = 0;
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_EINVAL);
	wait.flags = 1;
	assert_int_equal(tiermm_flush_settle(x.f, &x.page[0], &wait),
			 -TIERMM_E2BIG);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			i25_every_place_a_request_can_be_at_is_waited_for),
		cmocka_unit_test(only_agents_of_the_set_are_waited_for),
		cmocka_unit_test(
			an_external_tracker_names_the_generation_alone),
		cmocka_unit_test(a_barrier_that_fails_settles_nothing),
		cmocka_unit_test(
			a_page_that_is_parked_anew_meanwhile_is_not_settled),
		cmocka_unit_test(wrong_questions_are_refused),
	};

	return cmocka_run_group_tests_name("flush/settle", tests, NULL, NULL);
}
