/* SPDX-License-Identifier: MIT */
/*
 * Paging out, marking as cold, discarding (requirement 23): proven by looking,
 * since the kernel returns success for what it did not do (E20).
 */
#include <support/cmocka.h>

#include "../../backends/linux/pages.h"
#include "fake_kernel.h"

#include <errno.h>
#include <string.h>

#define N 24
#define PID 7

static struct fake_kernel kernel;

static struct tiermm_linux_pages *make(int32_t pid, uint32_t batch)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.pid = pid,
						.batch = batch };
	struct tiermm_linux_pages *p;

	fake_kernel_init(&kernel);
	kernel.is_other = pid != 0;
	assert_int_equal(tiermm__linux_pages_create(&p, &o, &fake_kernel_calls,
						    &kernel, NULL),
			 0);
	return p;
}

static struct tiermm_memops table(struct tiermm_linux_pages *p)
{
	struct tiermm_memops ops;

	assert_int_equal(tiermm_linux_pages_memops(p, &ops), 0);
	return ops;
}

/* Pages 0 to N - 1: 3 absent, 6 shared, 9 locked. */
static void fill(uint64_t pages[N])
{
	for (uint64_t i = 0; i < N; i++)
		pages[i] = fake_page(i);
	kernel.node[3] = FAKE_ABSENT;
	kernel.flags[6] = FAKE_SHARED;
	kernel.flags[9] = FAKE_LOCKED;
}

static void must_be(const struct tiermm_result *r, uint32_t outcome)
{
	assert_int_equal(r->outcome, outcome);
	assert_int_equal(r->pages, outcome == TIERMM_OUTCOME_DONE);
}

static void paged_out_is_what_is_there_no_more(void **state)
{
	for (int32_t pid = 0; pid <= PID; pid += PID) {
		struct tiermm_linux_pages *p = make(pid, 8);
		struct tiermm_memops ops = table(p);
		struct tiermm_result r[N];
		uint64_t pages[N];

		(void)state;
		fill(pages);
		assert_int_equal(ops.page_out(ops.self, pages, N, r), 0);
		for (int i = 0; i < N; i++) {
			/* A run fails at its locked page, and is parted. */
			if (i == 3)
				must_be(&r[i], TIERMM_OUTCOME_ABSENT);
			else if (i == 6)
				must_be(&r[i], TIERMM_OUTCOME_BUSY);
			else if (i == 9)
				must_be(&r[i], TIERMM_OUTCOME_UNSUPPORTED);
			else
				must_be(&r[i], TIERMM_OUTCOME_DONE);
		}
		assert_int_equal(kernel.last_advice, PAGES_MADV_PAGEOUT);
		tiermm_linux_pages_destroy(p);
		assert_int_equal(kernel.open_files, 0);
	}
}

static void without_swap_nothing_is_paged_out_and_that_is_told(void **state)
{
	struct tiermm_linux_pages *p = make(0, 8);
	struct tiermm_memops ops = table(p);
	struct tiermm_result r[N];
	uint64_t pages[N];

	(void)state;
	fill(pages);
	kernel.has_swap = 0;
	assert_int_equal(ops.page_out(ops.self, pages, N, r), 0);
	for (int i = 0; i < N; i++)
		must_be(&r[i], i == 3 ? TIERMM_OUTCOME_ABSENT
				      : TIERMM_OUTCOME_UNSUPPORTED);
	tiermm_linux_pages_destroy(p);
}

static void cold_pages_stay_where_they_are(void **state)
{
	struct tiermm_linux_pages *p = make(PID, 0);
	struct tiermm_result r[N];
	uint64_t pages[N];

	(void)state;
	fill(pages);
	kernel.flags[9] = 0;
	assert_int_equal(tiermm_linux_pages_cold(p, pages, N, r), 0);
	for (int i = 0; i < N; i++) {
		must_be(&r[i],
			i == 3 ? TIERMM_OUTCOME_ABSENT : TIERMM_OUTCOME_DONE);
		assert_int_equal(kernel.node[i], i == 3 ? FAKE_ABSENT : 0);
	}
	assert_int_equal(kernel.last_advice, PAGES_MADV_COLD);
	assert_int_equal(kernel.count[FAKE_ADVISE], 1);
	assert_int_equal(kernel.advised, N - 1);
	tiermm_linux_pages_destroy(p);
}

static void what_is_discarded_is_gone(void **state)
{
	struct tiermm_linux_pages *p = make(0, 0);
	struct tiermm_memops ops = table(p);
	uint64_t page = fake_page(1) + 77;
	struct tiermm_result r;

	(void)state;
	assert_int_equal(ops.discard(ops.self, &page, 1, &r), 0);
	must_be(&r, TIERMM_OUTCOME_DONE);
	assert_int_equal(kernel.node[1], FAKE_ABSENT);
	assert_int_equal(kernel.node[2], 0);
	tiermm_linux_pages_destroy(p);
	p = make(PID, 0);
	assert_null(table(p).discard);
	tiermm_linux_pages_destroy(p);
}

static void without_a_pidfd_only_moves_are_offered(void **state)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o), .pid = PID };
	uint64_t page = fake_page(1);
	struct tiermm_linux_pages *p;
	struct tiermm_result r;

	(void)state;
	fake_kernel_init(&kernel);
	kernel.is_other = 1;
	kernel.fail_at = 1;
	kernel.fail_with = -EPERM;
	assert_int_equal(tiermm__linux_pages_create(&p, &o, &fake_kernel_calls,
						    &kernel, NULL),
			 0);
	assert_null(table(p).page_out);
	assert_null(table(p).discard);
	assert_non_null(table(p).move);
	assert_int_equal(tiermm_linux_pages_cold(p, &page, 1, &r),
			 -TIERMM_ENOTSUP);
	tiermm_linux_pages_destroy(p);
}

/* Errors of a run: what is said, and what it says of the whole call. */
static const struct refusal {
	int error;
	uint32_t outcome;
	int returned;
} refusals[] = {
	{ -EPERM, TIERMM_OUTCOME_DENIED, 0 },
	{ -EACCES, TIERMM_OUTCOME_DENIED, 0 },
	{ -ENOSYS, TIERMM_OUTCOME_UNSUPPORTED, 0 },
	{ -EINVAL, TIERMM_OUTCOME_UNSUPPORTED, 0 },
	{ -ENOMEM, TIERMM_OUTCOME_ABSENT, 0 },
	{ -EAGAIN, TIERMM_OUTCOME_BUSY, 0 },
	{ -ESRCH, TIERMM_OUTCOME_ABSENT, -TIERMM_ENOENT },
};

static void refusals_have_their_outcomes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct tiermm_linux_pages *p = make(PID, 4);
		struct tiermm_memops ops = table(p);
		struct tiermm_result r;
		uint64_t page = fake_page(0);

		/* From here: has it ended, where are they, then the advice. */
		kernel.fail_at = kernel.calls + 3;
		kernel.fail_with = refusals[i].error;
		assert_int_equal(ops.page_out(ops.self, &page, 1, &r),
				 refusals[i].returned);
		assert_int_equal(kernel.failed, FAKE_ADVISE);
		must_be(&r, refusals[i].outcome);
		assert_int_equal(r.error, refusals[i].error);
		tiermm_linux_pages_destroy(p);
	}
}

/* What is said after one failure anywhere is so. */
static void fail_once(int32_t pid, uint64_t at, int error)
{
	struct tiermm_linux_pages *p = make(pid, 8);
	struct tiermm_memops ops = table(p);
	struct tiermm_result r[N];
	uint64_t pages[N];

	fill(pages);
	kernel.fail_at = kernel.calls + at;
	kernel.fail_with = error;
	memset(r, 0xff, sizeof(r));
	assert_true(ops.page_out(ops.self, pages, N, r) <= 0);
	for (int i = 0; i < N; i++) {
		assert_in_range(r[i].outcome, 0, TIERMM_OUTCOMES - 1);
		if (r[i].outcome == TIERMM_OUTCOME_DONE)
			assert_int_equal(kernel.node[i], FAKE_ABSENT);
		if (r[i].outcome == TIERMM_OUTCOME_UNKNOWN)
			assert_true(r[i].error < 0);
	}
	tiermm_linux_pages_destroy(p);
	assert_int_equal(kernel.open_files, 0);
}

static void every_error_at_every_call_leaves_true_claims(void **state)
{
	static const int errors[] = { -EPERM,  -ESRCH,  -EINTR,  -EIO,
				      -EAGAIN, -ENOMEM, -EACCES, -EFAULT,
				      -EBUSY,  -EINVAL, -ENOSYS, -EMFILE };

	(void)state;
	for (uint64_t at = 1; at < 24; at++)
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]);
		     i++) {
			fail_once(0, at, errors[i]);
			fail_once(PID, at, errors[i]);
		}
}

static void null_arrays_are_refused(void **state)
{
	struct tiermm_linux_pages *p = make(0, 0);
	struct tiermm_memops ops = table(p);
	uint64_t page = fake_page(0);
	struct tiermm_result r;

	(void)state;
	assert_int_equal(ops.page_out(ops.self, NULL, 1, &r), -TIERMM_EINVAL);
	assert_int_equal(ops.discard(ops.self, &page, 1, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_pages_cold(NULL, &page, 1, &r),
			 -TIERMM_EINVAL);
	assert_int_equal(ops.page_out(ops.self, NULL, 0, NULL), 0);
	assert_int_equal(tiermm__linux_pages_enter(p), 0);
	assert_int_equal(ops.page_out(ops.self, &page, 1, &r), -TIERMM_EBUSY);
	tiermm__linux_pages_leave(p);
	tiermm_linux_pages_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paged_out_is_what_is_there_no_more),
		cmocka_unit_test(
			without_swap_nothing_is_paged_out_and_that_is_told),
		cmocka_unit_test(cold_pages_stay_where_they_are),
		cmocka_unit_test(what_is_discarded_is_gone),
		cmocka_unit_test(without_a_pidfd_only_moves_are_offered),
		cmocka_unit_test(refusals_have_their_outcomes),
		cmocka_unit_test(every_error_at_every_call_leaves_true_claims),
		cmocka_unit_test(null_arrays_are_refused),
	};

	return cmocka_run_group_tests_name("linux/pages_advise", tests, NULL,
					   NULL);
}
