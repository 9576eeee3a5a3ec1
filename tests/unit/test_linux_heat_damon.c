/* SPDX-License-Identifier: MIT */
/*
 * DAMON as a source of heat (E16): taken only when it is asked for by name and
 * nobody has it (requirement 25), and empty again in the end whatever fails.
 * The guest test has the real one.
 */
#include "damon_fixture.h"

static void damon_is_set_up_as_asked_and_emptied_again(void **state)
{
	const struct tiermm_linux_heat_options o = {
		.source = TIERMM_LINUX_HEAT_DAMON,
		.pid = FAKE_DAMON_PID,
		.sample_us = 1000,
		.aggregate_us = 50000,
		.min_regions = 20,
		.max_regions = 200,
	};
	struct tiermm_linux_heat *h;

	(void)state;
	fake_damon_reset(&damon);
	assert_int_equal(create_with(&h, &o, NULL), 0);
	must_hold("nr_kdamonds", "1");
	must_hold("0/contexts/nr_contexts", "1");
	must_hold(CONTEXT "operations", "vaddr");
	must_hold(ATTRIBUTES "intervals/sample_us", "1000");
	must_hold(ATTRIBUTES "intervals/aggr_us", "50000");
	must_hold(ATTRIBUTES "intervals/update_us", "500000");
	must_hold(ATTRIBUTES "nr_regions/min", "20");
	must_hold(ATTRIBUTES "nr_regions/max", "200");
	must_hold(CONTEXT "targets/nr_targets", "1");
	must_hold(CONTEXT "targets/0/pid_target", "7");
	must_hold(CONTEXT "schemes/nr_schemes", "1");
	must_hold(CONTEXT "schemes/0/action", "stat");
	must_hold(CONTEXT "schemes/0/access_pattern/nr_accesses/max",
		  "4294967295");
	must_hold(CONTEXT "schemes/0/access_pattern/age/max", "4294967295");
	must_hold("0/state", "on");
	assert_int_equal(damon.is_on, 1);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

static void nobody_asks_and_it_is_not_touched(void **state)
{
	struct tiermm_linux_heat *h;

	(void)state;
	fake_damon_reset(&damon);
	assert_int_equal(
		create_with(&h,
			    &(struct tiermm_linux_heat_options){
				    .source = TIERMM_LINUX_HEAT_REFERENCED,
				    .pid = FAKE_DAMON_PID },
			    NULL),
		0);
	tiermm_linux_heat_destroy(h);
	assert_int_equal(damon.opened, 0);
	assert_int_equal(damon.open_files, 0);
}

static void who_has_it_keeps_it(void **state)
{
	struct tiermm_linux_heat *h = (void *)&damon;

	(void)state;
	fake_damon_reset(&damon);
	fake_damon_put(&damon, "nr_kdamonds", "2");
	fake_damon_put(&damon, "0/contexts/nr_contexts", "1");
	damon.writes = 0;
	assert_int_equal(create(&h), -TIERMM_EBUSY);
	assert_null(h);
	assert_int_equal(damon.writes, 0);
	must_hold("nr_kdamonds", "2");
}

/* The target ended, DAMON went off, and somebody else set it up. */
static void who_took_it_meanwhile_keeps_it(void **state)
{
	struct tiermm_linux_heat *h;

	(void)state;
	fake_damon_reset(&damon);
	assert_int_equal(create(&h), 0);
	damon.has_ended = 1;
	damon.is_on = 0;
	fake_damon_put(&damon, "nr_kdamonds", "1");
	fake_damon_put(&damon, "0/contexts/nr_contexts", "1");
	fake_damon_put(&damon, CONTEXT "targets/nr_targets", "1");
	fake_damon_put(&damon, CONTEXT "targets/0/pid_target", "99");
	damon.is_on = 1;
	damon.writes = 0;
	tiermm_linux_heat_destroy(h);
	assert_int_equal(damon.writes, 0);
	assert_int_equal(damon.is_on, 1);
	assert_int_equal(damon.open_files, 0);
}

/* Every call of create fails once, with each errno: it is as it was. */
static void a_create_that_fails_leaves_it_as_it_was(void **state)
{
	static const struct {
		int error;
		int code;
	} errors[] = {
		{ -EIO, -TIERMM_EIO },        { -EACCES, -TIERMM_EACCES },
		{ -EROFS, -TIERMM_EACCES },   { -EBUSY, -TIERMM_EBUSY },
		{ -EINVAL, -TIERMM_ENOTSUP }, { -ENOMEM, -TIERMM_EIO },
	};
	struct tiermm_linux_heat *h;

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		for (uint64_t at = 1, done = 0; !done; at++) {
			int err;

			fake_damon_reset(&damon);
			damon.fail_at = at;
			damon.fail_times = 1;
			damon.fail_with = errors[i].error;
			err = create(&h);
			done = damon.calls < at;
			damon.fail_at = 0;
			assert_int_equal(err, done ? 0 : errors[i].code);
			assert_true(!h == !done);
			tiermm_linux_heat_destroy(h);
			must_be_empty();
			/* Sixteen settings, each opened and written. */
			assert_true(!done || at > 32);
		}
}

/* Somebody reads DAMON's files when we end: that is no reason to leave it. */
static void a_lock_held_for_a_moment_does_not_leave_it_on(void **state)
{
	uint64_t last = 0;

	(void)state;
	for (uint64_t at = 1; !last || at <= last; at++) {
		struct tiermm_linux_heat *h;
		uint64_t calls;

		fake_damon_reset(&damon);
		assert_int_equal(create(&h), 0);
		calls = damon.calls;
		damon.fail_at = calls + at;
		damon.fail_times = 30;
		damon.fail_with = -EBUSY;
		tiermm_linux_heat_destroy(h);
		must_be_empty();
		if (damon.calls < damon.fail_at)
			last = at;
	}
	assert_true(last > 4);
}

static void what_is_missing_is_told(void **state)
{
	struct tiermm_linux_heat *h;

	(void)state;
	fake_damon_reset(&damon);
	damon.is_missing = 1;
	assert_int_equal(create(&h), -TIERMM_ENOTSUP);
	fake_damon_reset(&damon);
	damon.operations = "fvaddr\npaddr\n";
	assert_int_equal(create(&h), -TIERMM_ENOTSUP);
	must_be_empty();
	fake_damon_reset(&damon);
	damon.has_ended = 1;
	assert_int_equal(create(&h), -TIERMM_ENOENT);
	must_be_empty();
	/* The modules of DAMON run alone. */
	fake_damon_reset(&damon);
	damon.on_fails_with = -EBUSY;
	assert_int_equal(create(&h), -TIERMM_EBUSY);
	must_be_empty();
	/* Before Linux 6.0 there was no list of operations. */
	fake_damon_reset(&damon);
	damon.operations = NULL;
	assert_int_equal(create(&h), 0);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

static void options_out_of_range_are_refused(void **state)
{
	static const struct tiermm_linux_heat_options wrong[] = {
		{ .sample_us = 200000 },
		{ .sample_us = 10, .aggregate_us = 9 },
		{ .aggregate_us = UINT64_C(3600000001) },
		{ .min_regions = 2 },
		{ .min_regions = 11, .max_regions = 10 },
		{ .min_regions = 1001 },
	};
	struct tiermm_linux_heat *h;

	(void)state;
	fake_damon_reset(&damon);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct tiermm_linux_heat_options o = wrong[i];

		o.source = TIERMM_LINUX_HEAT_DAMON;
		o.pid = FAKE_DAMON_PID;
		assert_int_equal(create_with(&h, &o, NULL), -TIERMM_EINVAL);
	}
	assert_int_equal(damon.calls, 0);
}

static void create_survives_every_oom(void **state)
{
	const struct tiermm_linux_heat_options o = {
		.source = TIERMM_LINUX_HEAT_DAMON,
		.pid = FAKE_DAMON_PID,
	};

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_linux_heat *h = (void *)&f;
		int err;

		fake_damon_reset(&damon);
		err = create_with(&h, &o, &mem);
		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !h));
		assert_true(done || damon.writes == 0);
		tiermm_linux_heat_destroy(h);
		assert_true(failing_is_clean(&f));
		must_be_empty();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damon_is_set_up_as_asked_and_emptied_again),
		cmocka_unit_test(nobody_asks_and_it_is_not_touched),
		cmocka_unit_test(who_has_it_keeps_it),
		cmocka_unit_test(who_took_it_meanwhile_keeps_it),
		cmocka_unit_test(a_create_that_fails_leaves_it_as_it_was),
		cmocka_unit_test(a_lock_held_for_a_moment_does_not_leave_it_on),
		cmocka_unit_test(what_is_missing_is_told),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(create_survives_every_oom),
	};

	return cmocka_run_group_tests_name("linux/heat_damon", tests, NULL,
					   NULL);
}
