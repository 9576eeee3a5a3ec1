/* SPDX-License-Identifier: MIT */
/*
 * The oracle bites (S6, I8, I21): what a broken tracker, policy or mover would
 * do is done by hand, inside the machine, and each is caught by the next
 * access or the next look at everything, in a sentence with the last events.
 */
#include "sim_machines.h"

#include "../../backends/sim/machine.h"

#include <tiermm/flush_agent.h>

#define PAGES 3000

/* Nothing flushes by itself, and no translation pushes another one out. */
static struct tiermm_sim *quiet_machine(void)
{
	struct tiermm_sim_costs costs = { .size = sizeof(costs),
					  .tlb_entries = 4096,
					  .flush_period_ns = UINT64_MAX / 4 };
	struct tiermm_sim_options o =
		options_of(TIERMM_SIM_DEMOTION,
			   TIERMM_SIM_DEFER | TIERMM_SIM_CHECK, PAGES);

	o.costs = &costs;
	return sim_made(1000, 4000, &o);
}

/* A page of which the old copy waits, and is still known to CPU 0. */
static uint64_t deferred_page(struct tiermm_sim *s)
{
	for (uint64_t i = 0; i < PAGES; i++) {
		struct tiermm_sim_access a = { .page = i, .count = 1 };

		feed_all(s, &a, 1);
		for (uint64_t p = 0; p < i; p++)
			if (s->page[p] & PAGE_PARKED &&
			    s->cpu[0].tlb[p & 4095] == p + 1)
				return p;
	}
	fail_msg("no page was deferred");
	return 0;
}

static void expect_breach(struct tiermm_sim *s, uint64_t page, uint32_t flags,
			  const char *words)
{
	struct tiermm_sim_access a = { .page = page,
				       .count = 1,
				       .flags = flags };
	struct tiermm_sim_error error = SIM_ERROR;

	assert_int_equal(tiermm_sim_feed(s, &a, 1, &error), -TIERMM_EPROTO);
	if (!strstr(error.text, words) || !strstr(error.text, "; last: "))
		fail_msg("'%s', expected '%s'", error.text, words);
}

static void a_copy_that_waits_may_be_read(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	struct tiermm_sim_access a = { .page = deferred_page(s), .count = 1 };

	(void)state;
	feed_all(s, &a, 1);
	assert_true(s->page[a.page] & PAGE_PARKED);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static void a_write_settles_first(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	struct tiermm_sim_access a = { .page = deferred_page(s),
				       .flags = TIERMM_SIM_WRITE,
				       .count = 1 };

	(void)state;
	feed_all(s, &a, 1);
	assert_int_equal(result_of(s).settled, 1);
	assert_false(s->page[a.page] & PAGE_PARKED);
	tiermm_sim_destroy(s);
}

/* A CPU that says that it flushed, and did not (I21). */
static void freed_before_its_flush_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	uint64_t page = deferred_page(s);

	(void)state;
	tiermm_flush_end(s->cpu[0].agent, tiermm_flush_begin(s->cpu[0].agent));
	assert_int_equal(tiermm__sim_reap(s), 0);
	expect_breach(s, page, 0, "used an old copy that is free");
	tiermm_sim_destroy(s);
}

static void a_move_without_a_shootdown_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	struct tiermm_sim_access a = { .page = 7, .count = 1 };

	(void)state;
	feed_all(s, &a, 1);
	tiermm__sim_moved(s, 7);
	expect_breach(s, 7, 0, "used an old copy that is free");
	tiermm_sim_destroy(s);
}

/* Nobody settled it, and it may have changed since. */
static void a_write_to_an_old_copy_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	uint64_t page = deferred_page(s);

	(void)state;
	sim_clear_flags(s, page, PAGE_PARKED);
	expect_breach(s, page, TIERMM_SIM_WRITE, "wrote to an old copy");
	tiermm_sim_destroy(s);
}

static void reading_what_has_changed_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	uint64_t page = deferred_page(s);

	(void)state;
	sim_clear_flags(s, page, PAGE_PARKED);
	expect_breach(s, page, 0, "read an old copy of a page that has");
	tiermm_sim_destroy(s);
}

/* Moved again, and the first translation is still there. */
static void two_moves_behind_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();
	uint64_t page = deferred_page(s);

	(void)state;
	tiermm__sim_moved(s, page);
	expect_breach(s, page, 0, "long gone");
	tiermm_sim_destroy(s);
}

/* Time and accesses enough for a look at everything. */
static void expect_audit(struct tiermm_sim *s)
{
	struct tiermm_sim_access a = { .page = PAGES - 1,
				       .count = 1,
				       .gap_ns = 10000000 };
	struct tiermm_sim_error error = SIM_ERROR;

	assert_false(tiermm_sim_is_valid(s));
	a.count = PAGES;
	assert_int_equal(tiermm_sim_feed(s, &a, 1, &error), -TIERMM_EPROTO);
	if (!strstr(error.text, "do not add up"))
		fail_msg("'%s'", error.text);
}

static void a_lost_page_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();

	(void)state;
	scan(s, 500, 1, 0);
	assert_true(tiermm_sim_is_valid(s));
	tiermm__sim_unlink_page(s, 42);
	expect_audit(s);
	tiermm_sim_destroy(s);
}

/* It is on two nodes by the nodes' own count. */
static void a_doubled_page_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();

	(void)state;
	scan(s, 500, 1, 0);
	tiermm__sim_unlink_page(s, 42);
	tiermm__sim_place(s, 42, 1);
	expect_audit(s);
	tiermm_sim_destroy(s);
}

static void a_node_over_capacity_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();

	(void)state;
	for (uint64_t p = 0; p <= 1000; p++)
		tiermm__sim_place(s, p, 0);
	expect_audit(s);
	tiermm_sim_destroy(s);
}

/* An old copy that is given back without being taken off its node. */
static void a_leaked_old_copy_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();

	(void)state;
	deferred_page(s);
	assert_true(tiermm_sim_is_valid(s));
	s->node[0].parked++;
	expect_audit(s);
	tiermm_sim_destroy(s);
}

/* Freed, and the page still says that it waits. */
static void a_mark_that_outlives_its_copy_is_caught(void **state)
{
	struct tiermm_sim *s = quiet_machine();

	(void)state;
	deferred_page(s);
	assert_int_equal(tiermm__sim_drain(s, 0), 0);
	assert_true(tiermm_sim_is_valid(s));
	sim_set_flags(s, 42, PAGE_PARKED);
	expect_audit(s);
	tiermm_sim_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_that_waits_may_be_read),
		cmocka_unit_test(a_write_settles_first),
		cmocka_unit_test(freed_before_its_flush_is_caught),
		cmocka_unit_test(a_move_without_a_shootdown_is_caught),
		cmocka_unit_test(a_write_to_an_old_copy_is_caught),
		cmocka_unit_test(reading_what_has_changed_is_caught),
		cmocka_unit_test(two_moves_behind_is_caught),
		cmocka_unit_test(a_lost_page_is_caught),
		cmocka_unit_test(a_doubled_page_is_caught),
		cmocka_unit_test(a_node_over_capacity_is_caught),
		cmocka_unit_test(a_leaked_old_copy_is_caught),
		cmocka_unit_test(a_mark_that_outlives_its_copy_is_caught),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
