/* SPDX-License-Identifier: MIT */
/*
 * DAMON as a source of heat (E16): taken only when it is asked for by name and
 * nobody has it (requirement 25), empty again in the end whatever fails, and
 * its regions told as runs. The guest test has the real one.
 */
#define _GNU_SOURCE
#include <support/cmocka.h>
#include <support/failing.h>

#include "../../backends/linux/heat.h"
#include "call_filter.h"
#include "fake_damon.h"
#include "linux_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE UINT64_C(4096)
#define BASE UINT64_C(0x7f0000000000)
#define CONTEXT "0/contexts/0/"
#define ATTRIBUTES CONTEXT "monitoring_attrs/"

static struct fake_damon damon;

static int create_with(struct tiermm_linux_heat **h,
		       const struct tiermm_linux_heat_options *options,
		       const struct tiermm_alloc *mem)
{
	struct tiermm_linux_heat_options o = *options;

	o.size = sizeof(o);
	o.sys = "/fake";
	return tiermm__linux_heat_create(h, &o, &fake_damon_calls, &damon, mem);
}

/* Twenty looks an aggregation. */
static int create(struct tiermm_linux_heat **h)
{
	const struct tiermm_linux_heat_options o = {
		.source = TIERMM_LINUX_HEAT_DAMON,
		.pid = FAKE_DAMON_PID,
	};

	return create_with(h, &o, NULL);
}

static void must_be_empty(void)
{
	assert_string_equal(fake_damon_value(&damon, "nr_kdamonds"), "0");
	assert_int_equal(damon.is_on, 0);
	assert_int_equal(damon.open_files, 0);
}

static void must_hold(const char *name, const char *text)
{
	assert_string_equal(fake_damon_value(&damon, name), text);
}

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

/* Two ranges; regions before, across, between, within, cold and behind. */
static const struct tiermm_linux_range ranges[] = {
	{ .start = BASE, .end = BASE + 100 * PAGE },
	{ .start = BASE + 120 * PAGE, .end = BASE + 200 * PAGE },
};
static const struct fake_region regions[] = {
	{ BASE - 50 * PAGE, BASE, 20, 1 },
	{ BASE, BASE + 10 * PAGE, 1, 2 },
	{ BASE + 10 * PAGE, BASE + 90 * PAGE, 0, 9 },
	{ BASE + 90 * PAGE, BASE + 130 * PAGE, 20, 3 },
	{ BASE + 130 * PAGE, BASE + 133 * PAGE, 15, 4 },
	{ BASE + 133 * PAGE, BASE + 134 * PAGE, 21, UINT64_C(1) << 33 },
	{ BASE + 190 * PAGE, BASE + 300 * PAGE, 10, 5 },
};
static const struct tiermm_linux_heat_run expected[] = {
	{ BASE, 10, 1, 1, 2 },
	{ BASE + 90 * PAGE, 10, 10, 20, 3 },
	{ BASE + 120 * PAGE, 10, 10, 20, 3 },
	{ BASE + 130 * PAGE, 3, 3, 15, 4 },
	{ BASE + 133 * PAGE, 1, 1, 20, UINT32_MAX },
	{ BASE + 190 * PAGE, 10, 5, 10, 5 },
};
#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

static struct tiermm_linux_heat *watch(void)
{
	struct tiermm_linux_heat *h;
	uint64_t n = 0;

	fake_damon_reset(&damon);
	assert_int_equal(create(&h), 0);
	/* The runs that are expected speak of pages of this size. */
	h->page_bytes = PAGE;
	damon.regions = regions;
	damon.n_regions = sizeof(regions) / sizeof(regions[0]);
	assert_int_equal(tiermm_linux_heat_watch(h, ranges, 2, &n), 0);
	assert_int_equal(n, 2);
	return h;
}

/* One pass with room for cap runs; told counts them. */
static int take(struct tiermm_linux_heat *h, uint64_t cap, uint64_t *told)
{
	struct tiermm_linux_heat_run runs[EXPECTED + 1];
	uint32_t more = 1;
	uint64_t n = 0;

	for (*told = 0; more; *told += n) {
		int err = tiermm_linux_heat_read(h, runs, cap, &n, &more);

		if (err)
			return err;
		assert_true(n <= cap && *told + n <= EXPECTED);
		assert_memory_equal(runs, &expected[*told],
				    n * sizeof(runs[0]));
	}
	return 0;
}

static void regions_that_were_used_become_runs(void **state)
{
	(void)state;
	for (uint64_t cap = 1; cap <= EXPECTED + 1; cap++) {
		struct tiermm_linux_heat *h = watch();
		uint64_t told;

		for (uint32_t pass = 1; pass < 4; pass++) {
			assert_int_equal(take(h, cap, &told), 0);
			assert_int_equal(told, EXPECTED);
			/* The kernel gathers once a pass. */
			assert_int_equal(damon.gathered, pass);
		}
		tiermm_linux_heat_destroy(h);
		must_be_empty();
	}
}

static void without_ranges_there_are_no_runs(void **state)
{
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	assert_int_equal(tiermm_linux_heat_watch(h, NULL, 0, NULL), 0);
	assert_int_equal(take(h, 2, &told), 0);
	assert_int_equal(told, 0);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

static void a_read_that_fails_is_begun_anew(void **state)
{
	static const struct {
		int error;
		int code;
	} errors[] = { { -EIO, -TIERMM_EIO },
		       { -EBUSY, -TIERMM_EBUSY },
		       { -EINVAL, -TIERMM_EIO } };
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		for (uint64_t at = 2, done = 0; !done; at++) {
			struct tiermm_linux_heat *h = watch();
			uint64_t told;
			int err;

			damon.fail_at = damon.calls + at;
			damon.fail_times = 1;
			damon.fail_with = errors[i].error;
			err = take(h, 2, &told);
			done = damon.calls < damon.fail_at;
			damon.fail_at = 0;
			assert_int_equal(err, done ? 0 : errors[i].code);
			assert_int_equal(take(h, 2, &told), 0);
			assert_int_equal(told, EXPECTED);
			tiermm_linux_heat_destroy(h);
			must_be_empty();
		}
}

static void garbled_regions_are_no_runs(void **state)
{
	static const struct fake_region empty = { BASE, BASE, 3, 1 };
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	damon.regions = &empty;
	damon.n_regions = 1;
	assert_int_equal(take(h, 2, &told), -TIERMM_EIO);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

static void it_ends_with_its_process(void **state)
{
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	damon.has_ended = 1;
	assert_int_equal(take(h, 2, &told), -TIERMM_ENOENT);
	damon.is_on = 0;
	assert_int_equal(take(h, 2, &told), -TIERMM_ENOENT);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
}

/* Somebody switched it off; the process is there. */
static void switched_off_by_somebody_is_an_error(void **state)
{
	struct tiermm_linux_heat *h = watch();
	uint64_t told;

	(void)state;
	damon.is_on = 0;
	assert_int_equal(take(h, 2, &told), -TIERMM_EIO);
	tiermm_linux_heat_destroy(h);
	must_be_empty();
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

#define KDAMONDS "kernel/mm/damon/admin/kdamonds/"

/* Files that stand still: what is written stays in them. */
static void write_tree(const char *root)
{
	static const char *const empty[] = {
		"0/state",
		"0/contexts/nr_contexts",
		CONTEXT "operations",
		ATTRIBUTES "intervals/sample_us",
		ATTRIBUTES "intervals/aggr_us",
		ATTRIBUTES "intervals/update_us",
		ATTRIBUTES "nr_regions/min",
		ATTRIBUTES "nr_regions/max",
		CONTEXT "targets/nr_targets",
		CONTEXT "targets/0/pid_target",
		CONTEXT "schemes/nr_schemes",
		CONTEXT "schemes/0/action",
		CONTEXT "schemes/0/access_pattern/sz/max",
		CONTEXT "schemes/0/access_pattern/nr_accesses/max",
		CONTEXT "schemes/0/access_pattern/age/max",
	};
	static const char *const region[4][2] = { { "start", "4096\n" },
						  { "end", "40960\n" },
						  { "nr_accesses", "10\n" },
						  { "age", "3\n" } };
	char path[LINUX_TREE_PATH];

	linux_tree_write(root, KDAMONDS "nr_kdamonds", "0\n");
	linux_tree_write(root, KDAMONDS CONTEXT "avail_operations", "vaddr\n");
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		snprintf(path, sizeof(path), KDAMONDS "%s", empty[i]);
		linux_tree_write(root, path, "");
	}
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path),
			 KDAMONDS CONTEXT "schemes/0/tried_regions/0/%s",
			 region[i][0]);
		linux_tree_write(root, path, region[i][1]);
	}
}

/* Create, watch, read and destroy below a root: 0 or what went wrong. */
static int work(void *with)
{
	struct tiermm_linux_heat_options o = {
		.size = sizeof(o),
		.source = TIERMM_LINUX_HEAT_DAMON,
		.sys = with,
	};
	struct tiermm_linux_range range = { .start = 0, .end = 1 << 20 };
	struct tiermm_linux_heat_run run[2];
	struct tiermm_linux_heat *h;
	uint32_t more;
	uint64_t n = 0;
	int err = tiermm_linux_heat_create(&h, &o, &call_filter_mem);

	if (!err)
		err = tiermm_linux_heat_watch(h, &range, 1, NULL);
	if (!err)
		err = tiermm_linux_heat_read(h, run, 2, &n, &more);
	if (!err && (n != 1 || more || run[0].page != 4096 ||
		     run[0].accesses != 10 || run[0].age != 3))
		err = -TIERMM_EPROTO;
	tiermm_linux_heat_destroy(h);
	return -err;
}

static void must_be_in_file(const char *root, const char *name,
			    const char *beginning)
{
	char path[2 * LINUX_TREE_PATH], text[64] = { 0 };
	int fd;

	snprintf(path, sizeof(path), "%s/" KDAMONDS "%s", root, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	assert_memory_equal(text, beginning, strlen(beginning));
}

/* Real files, and the system calls that linux_heat.h names. */
static void these_system_calls_and_files_suffice(void **state)
{
	const long calls[CALLS] = { SYS_openat, SYS_read,   SYS_write,
				    SYS_close,  SYS_getpid, NO_CALL };
	const long fewer[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    SYS_getpid, NO_CALL,  NO_CALL };
	char root[LINUX_TREE_PATH];

	(void)state;
	call_filter_skip();
	linux_tree_make(root);
	write_tree(root);
	call_filter_allow(calls, work, root);
	must_be_in_file(root, "nr_kdamonds", "0");
	must_be_in_file(root, "0/state", "off");
	must_be_in_file(root, CONTEXT "operations", "vaddr");
	must_be_in_file(root, CONTEXT "schemes/0/action", "stat");
	assert_int_equal(call_filter_run(fewer, work, root), -1);
	linux_tree_remove(root);
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
		cmocka_unit_test(regions_that_were_used_become_runs),
		cmocka_unit_test(without_ranges_there_are_no_runs),
		cmocka_unit_test(a_read_that_fails_is_begun_anew),
		cmocka_unit_test(garbled_regions_are_no_runs),
		cmocka_unit_test(it_ends_with_its_process),
		cmocka_unit_test(switched_off_by_somebody_is_an_error),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(these_system_calls_and_files_suffice),
	};

	return cmocka_run_group_tests_name("linux/heat_damon", tests, NULL,
					   NULL);
}
