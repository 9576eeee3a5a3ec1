/* SPDX-License-Identifier: MIT */
/* Agents: join, leave, inside, outside, offline; conservative stamps (F2). */
#include "flush_fixture.h"

#include <pthread.h>

#include <tiermm/flush_inline.h>

static uint64_t open_one(struct flush_fixture *x)
{
	uint64_t g;

	assert_int_equal(tiermm_flush_open_generation(x->f, &g), 0);
	return g;
}

/* All but agent 0 go outside. */
static void only_agent_0(struct flush_fixture *x)
{
	for (int i = 1; i < AGENTS; i++)
		tiermm_flush_exit(x->agent[i]);
}

/* I23: every place where a request can be stamped around a bracket. */
static void i23_only_what_came_before_begin_is_flushed_by_end(void **state)
{
	uint64_t before, between, begun;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	only_agent_0(&x);
	before = open_one(&x);
	begun = tiermm_flush_begin(x.agent[0]);
	between = open_one(&x);
	assert_int_equal(tiermm_flush_poll(x.f, before), 0);
	tiermm_flush_end(x.agent[0], begun);
	assert_int_equal(tiermm_flush_poll(x.f, before), 1);
	assert_int_equal(tiermm_flush_poll(x.f, between), 0);
	tiermm_flush_end(x.agent[0], tiermm_flush_begin(x.agent[0]));
	assert_int_equal(tiermm_flush_poll(x.f, between), 1);
	flush_fixture_end(&x);
}

static void an_outer_end_does_not_take_an_inner_one_back(void **state)
{
	uint64_t g, outer, inner;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	only_agent_0(&x);
	outer = tiermm_flush_begin(x.agent[0]);
	g = open_one(&x);
	inner = tiermm_flush_begin(x.agent[0]);
	tiermm_flush_end(x.agent[0], inner);
	tiermm_flush_end(x.agent[0], outer);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	flush_fixture_end(&x);
}

static void an_agent_outside_holds_nothing_up(void **state)
{
	uint64_t g;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	only_agent_0(&x);
	g = open_one(&x);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	tiermm_flush_exit(x.agent[0]);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	g = open_one(&x);
	/* A flush outside does not bring it inside. */
	tiermm_flush_end(x.agent[0], g);
	tiermm_flush_pass(x.agent[0]);
	assert_int_equal(tiermm_flush_agent_state(x.f, 0),
			 TIERMM_AGENT_OUTSIDE);
	/* Entering after the generation is no older than it. */
	assert_int_equal(tiermm_flush_enter(x.agent[0]), g);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	flush_fixture_end(&x);
}

static void agents_join_leave_and_go_offline(void **state)
{
	struct tiermm_flush_agent *agent;
	uint64_t g;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_join(x.f, 0, &agent), -TIERMM_EEXIST);
	assert_int_equal(tiermm_flush_join(x.f, AGENTS, &agent),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_join(NULL, 0, &agent), -TIERMM_EINVAL);
	only_agent_0(&x);
	g = open_one(&x);
	assert_int_equal(tiermm_flush_agent_state(x.f, 0), TIERMM_AGENT_INSIDE);
	assert_int_equal(tiermm_flush_offline(x.agent[0]), 0);
	assert_int_equal(tiermm_flush_agent_state(x.f, 0),
			 TIERMM_AGENT_OFFLINE);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	assert_int_equal(tiermm_flush_online(x.agent[0]), 0);
	assert_int_equal(tiermm_flush_online(x.agent[0]), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_leave(x.f, x.agent[0]), 0);
	assert_int_equal(tiermm_flush_leave(x.f, x.agent[0]), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_offline(x.agent[0]), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_agent_state(x.f, 0), TIERMM_AGENT_ABSENT);
	assert_int_equal(tiermm_flush_agent_state(x.f, 9), TIERMM_AGENT_ABSENT);
	assert_int_equal(tiermm_flush_join(x.f, 0, &agent), 0);
	assert_ptr_equal(agent, x.agent[0]);
	flush_fixture_end(&x);
}

static void an_external_tracker_has_no_agents(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_EXTERNAL };
	struct tiermm_flush_agent *agent;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	assert_int_equal(tiermm_flush_join(x.f, 0, &agent), -TIERMM_ENOTSUP);
	flush_fixture_end(&x);
}

static void inline_calls_do_the_same(void **state)
{
	uint64_t g;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	only_agent_0(&x);
	g = open_one(&x);
	assert_int_equal(tiermm_flush_begin_inline(x.agent[0]), g);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	tiermm_flush_pass_inline(x.agent[0]);
	tiermm_flush_pass_inline(x.agent[0]);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	tiermm_flush_exit_inline(x.agent[0]);
	assert_int_equal(tiermm_flush_agent_state(x.f, 0),
			 TIERMM_AGENT_OUTSIDE);
	tiermm_flush_enter_fenced(x.agent[0]);
	g = open_one(&x);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	tiermm_flush_exit_inline(x.agent[0]);
	tiermm_flush_enter_paired(x.agent[0]);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	assert_int_equal(tiermm_flush_agent_state(x.f, 0), TIERMM_AGENT_INSIDE);
	flush_fixture_end(&x);
}

static void *pass_and_go_out(void *agent)
{
	(void)tiermm_flush_enter(agent);
	(void)tiermm_flush_pass(agent);
	(void)tiermm_flush_exit(agent);
	return NULL;
}

/* What is told of a thread stands in its agent, and nowhere else (9). */
static void an_agent_outside_may_go_to_another_thread(void **state)
{
	pthread_t thread;
	uint64_t g;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	only_agent_0(&x);
	(void)tiermm_flush_exit(x.agent[0]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&thread, NULL, pass_and_go_out,
						x.agent[0]),
				 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
	}
	(void)tiermm_flush_enter(x.agent[0]); /* and back */
	g = open_one(&x);
	assert_int_equal(tiermm_flush_poll(x.f, g), 0);
	(void)tiermm_flush_pass(x.agent[0]);
	assert_int_equal(tiermm_flush_poll(x.f, g), 1);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			i23_only_what_came_before_begin_is_flushed_by_end),
		cmocka_unit_test(an_outer_end_does_not_take_an_inner_one_back),
		cmocka_unit_test(an_agent_outside_holds_nothing_up),
		cmocka_unit_test(agents_join_leave_and_go_offline),
		cmocka_unit_test(an_agent_outside_may_go_to_another_thread),
		cmocka_unit_test(an_external_tracker_has_no_agents),
		cmocka_unit_test(inline_calls_do_the_same),
	};

	return cmocka_run_group_tests_name("flush/agent", tests, NULL, NULL);
}
