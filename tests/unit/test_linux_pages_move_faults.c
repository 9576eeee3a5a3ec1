/* SPDX-License-Identifier: MIT */
/*
 * Moving pages while each call fails in each way (R10): what is said of a page
 * is so all the same, and none is lost.
 */
#include "linux_pages_fixture.h"

#define MIXED 40

/* Items of every kind over several batches, targets taking turns. */
static void mix(struct tiermm_move moves[MIXED])
{
	for (uint64_t i = 0; i < MIXED; i++) {
		moves[i] = to_node(i * 13 % 64, i % 5 == 4 ? 3 : 1 + i % 2);
		kernel.flags[i] = i % 11 == 3 ? FAKE_SHARED : 0;
		kernel.node[i] = i % 9 == 5 ? FAKE_ABSENT : 0;
	}
	for (int i = 1024; i < 1536; i++)
		kernel.flags[i] = FAKE_IS_HUGE;
	moves[7] = to_node(1030, 2);
	moves[9] = to_node(1024, 2);
	moves[9].pages = 3;
	moves[20] = to_node(100, 1);
	moves[20].pages = 21;
}

/* What is said of an item is so; returns the pages said to have moved. */
static uint64_t check_claim(const struct tiermm_move *move,
			    const struct tiermm_result *r)
{
	uint64_t there = 0, gone = 0;

	for (uint64_t i = 0; i < move->pages; i++) {
		int node = fake_node_of(&kernel, move->page + i * FAKE_PAGE);

		there += node == move->to;
		gone += node < 0;
	}
	switch (r->outcome) {
	case TIERMM_OUTCOME_DONE:
		assert_true(r->pages > 0);
		/* Of a process that ended midway no more can be said. */
		assert_true(there + gone == move->pages ||
			    kernel.fail_with == -ESRCH);
		break;
	case TIERMM_OUTCOME_ALREADY:
		assert_int_equal(there + gone, move->pages);
		assert_int_equal(r->pages, 0);
		break;
	case TIERMM_OUTCOME_ABSENT:
		/* The process is gone, or so it was said. */
		assert_true(gone == move->pages || r->error == -ESRCH);
		break;
	case TIERMM_OUTCOME_UNKNOWN:
		assert_true(r->error < 0);
		break;
	default:
		if (move->pages == 1 && r->error != kernel.fail_with)
			assert_true(there == 0);
	}
	return r->pages;
}

static uint64_t calls_without_failure(void)
{
	struct tiermm_linux_pages *p = make_with(0, 8);
	struct tiermm_move moves[MIXED];
	struct tiermm_result r[MIXED];

	mix(moves);
	assert_int_equal(move(p, moves, MIXED, r), 0);
	tiermm_linux_pages_destroy(p);
	return kernel.calls;
}

/* One failure at one call: claims hold, and none is lost. */
static void fail_once(uint64_t at, int error, int how)
{
	struct tiermm_linux_pages *p = make_with(0, 8);
	uint64_t said = 0, unsure = 0;
	struct tiermm_move moves[MIXED];
	struct tiermm_result r[MIXED];

	mix(moves);
	kernel.fail_at = at;
	kernel.fail_with = error;
	kernel.fail_how = how;
	memset(r, 0xff, sizeof(r));
	assert_true(move(p, moves, MIXED, r) <= 0);
	for (int i = 0; i < MIXED; i++) {
		assert_in_range(r[i].outcome, 0, TIERMM_OUTCOMES - 1);
		said += check_claim(&moves[i], &r[i]);
		unsure += r[i].outcome == TIERMM_OUTCOME_UNKNOWN;
	}
	assert_int_equal(said, counter(p, TIERMM_LINUX_PAGES_MOVED));
	/* Less is said than moved only where nobody could be asked. */
	assert_true(said <= kernel.moved);
	if (!unsure && error != -ESRCH && kernel.failed != FAKE_SCAN &&
	    kernel.failed != FAKE_OPEN)
		assert_int_equal(said, kernel.moved);
	tiermm_linux_pages_destroy(p);
	assert_int_equal(kernel.open_files, 0);
}

static void every_error_at_every_call_leaves_true_claims(void **state)
{
	static const int errors[] = { -EPERM,  -ENOENT, -ESRCH,  -EINTR,
				      -EIO,    -E2BIG,  -EAGAIN, -ENOMEM,
				      -EACCES, -EFAULT, -EBUSY,  -ENODEV,
				      -EINVAL, -ENOTTY, -ENOSYS };
	uint64_t calls = calls_without_failure();

	(void)state;
	assert_true(calls > 30);
	for (uint64_t at = 1; at <= calls + 1; at++)
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
			for (int how = FAKE_BEFORE; how <= FAKE_HALFWAY; how++)
				fail_once(at, errors[i], how);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_at_every_call_leaves_true_claims),
	};

	return cmocka_run_group_tests_name("linux/pages_move_faults", tests,
					   NULL, NULL);
}
