/* SPDX-License-Identifier: MIT */
/* The check mode finds what comes back, or is used, too early (F11, I21). */
#include "flush_fixture.h"

struct breaches {
	int n;
	struct tiermm_flush_breach last;
};

static void breach(void *self, const struct tiermm_flush_breach *found)
{
	struct breaches *b = self;

	b->n++;
	b->last = *found;
}

static struct tiermm_flush_check check_into(struct breaches *b)
{
	return (struct tiermm_flush_check){
		.size = sizeof(struct tiermm_flush_check),
		.self = b,
		.breach = breach,
	};
}

static void drain(struct flush_fixture *x)
{
	assert_int_equal(tiermm_flush_drain_plan(x->f, NULL, &x->drain), 0);
}

/* I21: a report without the flush that it reports. */
static void i21_a_report_without_a_flush_is_found(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o), .check = &check };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 2);
	drain(&x);
	tiermm_flush_pass(x.agent[0]);
	tiermm_flush_exit(x.agent[1]);
	tiermm_flush_pass(x.agent[3]);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	assert_int_equal(b.n, 2); /* agent 2, two pages */
	assert_int_equal(b.last.agent, 2);
	assert_int_equal(b.last.generation, 2);
	assert_int_equal(b.last.reached, 1);
	assert_true(b.last.page == x.link[0] || b.last.page == x.link[1]);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_BREACHES), 2);
	flush_fixture_end(&x);
}

static void i21_nothing_is_found_where_everybody_flushed(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o), .check = &check };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 2);
	drain(&x);
	all_pass(&x);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	park_and_queue(&x, 0, 0, 0, 2);
	all_pass(&x);
	assert_int_equal(tiermm_flush_reap(x.f, NULL, 0, 0, &x.freed), 0);
	assert_int_equal(x.freed.n_pages, 2);
	assert_int_equal(b.n, 0);
	flush_fixture_end(&x);
}

/* I21: a page used again while it is parked, wherever its request is. */
static void i21_reuse_while_parked_is_found(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o), .check = &check };
	struct tiermm_flush_request *r;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), 0);
	r = park(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), 1);
	assert_int_equal(b.last.generation, 0);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	tiermm_flush_pass(x.agent[0]);
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), 1);
	assert_int_equal(b.last.agent, 1);
	assert_ptr_equal(b.last.page, &x.page[0]);
	all_pass(&x);
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), 0);
	assert_int_equal(b.n, 2);
	assert_int_equal(tiermm_flush_verify(x.f, NULL), -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

static void i21_external_generations_are_proved_by_done(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_EXTERNAL,
					  .check = &check };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), 1);
	drain(&x);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	assert_int_equal(b.n, 2);
	park_and_queue(&x, 0, 0, 0, 1);
	drain(&x);
	assert_int_equal(tiermm_flush_done(x.f, x.drain.generation), 0);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	assert_int_equal(b.n, 2);
	flush_fixture_end(&x);
}

static void without_check_mode_there_is_nothing_to_verify(void **state)
{
	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), -TIERMM_ENOTSUP);
	flush_fixture_end(&x);
}

/* An agent that goes in again with a generation that it had loaded before. */
static void enter_late(struct tiermm_flush_agent *agent, uint64_t generation)
{
	atomic_store_explicit(&agent->stamp, generation, memory_order_relaxed);
}

/*
 * F11: agent 0 went outside, and so has passed; its next enter had loaded the
 * generation before the request was stamped. It is in no one's way.
 */
static void who_went_out_and_in_again_is_no_false_alarm(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o), .check = &check };
	uint64_t before;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	before = tiermm_flush_generation(x.f);
	park_and_queue(&x, 0, 0, 0, 1);
	tiermm_flush_exit(x.agent[0]);
	drain(&x);
	assert_int_equal(x.bits[0], 14);
	enter_late(x.agent[0], before);
	for (int i = 1; i < AGENTS; i++)
		tiermm_flush_pass(x.agent[i]);
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), 0);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	assert_int_equal(x.freed.n_pages, 1);
	assert_int_equal(b.n, 0);
	/* The same, seen by a poll of the retired alone. */
	before = tiermm_flush_generation(x.f);
	park_and_queue(&x, 0, 0, 0, 1);
	tiermm_flush_exit(x.agent[0]);
	for (int i = 1; i < AGENTS; i++)
		tiermm_flush_pass(x.agent[i]);
	assert_int_equal(tiermm_flush_poll(x.f, before + 1), 1);
	enter_late(x.agent[0], before);
	assert_int_equal(tiermm_flush_reap(x.f, NULL, 0, 0, &x.freed), 0);
	assert_int_equal(x.freed.n_pages, 1);
	assert_int_equal(b.n, 0);
	flush_fixture_end(&x);
}

/* The other way round: nobody has seen it outside, so it is told. */
static void who_was_never_seen_outside_is_told(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o), .check = &check };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	park_and_queue(&x, 0, 0, 0, 1);
	drain(&x);
	for (int i = 1; i < AGENTS; i++)
		tiermm_flush_pass(x.agent[i]);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.last.agent, 0);
	flush_fixture_end(&x);
}

static int fails(void *self)
{
	return *(int *)self;
}

/* Who cannot look notes everybody, and asks again at the end. */
static void a_barrier_that_fails_notes_everybody(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	int error = -TIERMM_EPERM;
	struct tiermm_barrier barrier = { sizeof(barrier), 0, &error, fails };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier,
					  .check = &check };

	FLUSH_FIXTURE(x, &o);
	(void)state;
	for (int i = 1; i < AGENTS; i++)
		tiermm_flush_exit(x.agent[i]);
	park_and_queue(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_verify(x.f, &x.page[0]), -TIERMM_EPERM);
	assert_int_equal(b.n, 0);
	error = 0;
	drain(&x);
	assert_int_equal(x.bits[0], 1);
	assert_int_equal(tiermm_flush_drain_report(x.f, &x.drain, &x.freed), 0);
	assert_int_equal(b.n, 1); /* agent 0 alone had not passed */
	assert_int_equal(b.last.agent, 0);
	flush_fixture_end(&x);
}

/* F11: the agents that had not passed stand in the request, too. */
static void a_checked_request_has_room_for_a_second_set(void **state)
{
	struct breaches b = { .n = 0 };
	struct tiermm_flush_check check = check_into(&b);
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_agents = 4096 };
	struct tiermm_flush *plain, *checked;

	(void)state;
	assert_int_equal(tiermm_flush_create(&plain, &o, NULL), 0);
	o.check = &check;
	assert_int_equal(tiermm_flush_create(&checked, &o, NULL), 0);
	assert_int_equal(tiermm_flush_request_bytes(checked) -
				 tiermm_flush_request_bytes(plain),
			 4096 / 8);
	tiermm_flush_destroy(plain);
	tiermm_flush_destroy(checked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_checked_request_has_room_for_a_second_set),
		cmocka_unit_test(i21_a_report_without_a_flush_is_found),
		cmocka_unit_test(i21_nothing_is_found_where_everybody_flushed),
		cmocka_unit_test(i21_reuse_while_parked_is_found),
		cmocka_unit_test(i21_external_generations_are_proved_by_done),
		cmocka_unit_test(who_went_out_and_in_again_is_no_false_alarm),
		cmocka_unit_test(who_was_never_seen_outside_is_told),
		cmocka_unit_test(without_check_mode_there_is_nothing_to_verify),
		cmocka_unit_test(a_barrier_that_fails_notes_everybody),
	};

	return cmocka_run_group_tests_name("flush/check", tests, NULL, NULL);
}
