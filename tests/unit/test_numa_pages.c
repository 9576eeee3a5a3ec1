/* SPDX-License-Identifier: MIT */
/* Pages moved through libnuma (B2): the outcomes of the linux backend. */
#include <support/cmocka.h>
#include <support/failing.h>

#include "../../backends/numa/pages.h"
#include "fake_kernel.h"

#include <errno.h>
#include <string.h>

static struct fake_kernel kernel;

static long fake_move_pages(void *self, int32_t pid, uint64_t n, void **pages,
			    const int *nodes, int *status, int flags)
{
	return fake_kernel_calls.move_pages(self, pid, n, pages, nodes, status,
					    flags);
}

static long long fake_free_bytes(void *self, int32_t node)
{
	struct fake_kernel *k = self;

	if (node >= FAKE_NODES || !k->total[node] || k->no_meminfo)
		return -ENOENT;
	return k->free[node] * FAKE_PAGE;
}

static const struct numa_calls calls = { fake_move_pages, fake_free_bytes };

static int create(struct tiermm_numa_pages **p, uint32_t flags, uint32_t batch,
		  const struct tiermm_alloc *mem)
{
	struct tiermm_numa_pages_options o = { .size = sizeof(o),
					       .flags = flags,
					       .batch = batch };

	return tiermm__numa_pages_create(p, &o, &calls, &kernel, mem);
}

static struct tiermm_memops make(uint32_t flags, uint32_t batch)
{
	struct tiermm_numa_pages *p;
	struct tiermm_memops ops;

	fake_kernel_init(&kernel);
	assert_int_equal(create(&p, flags, batch, NULL), 0);
	assert_int_equal(tiermm_numa_pages_memops(p, &ops), 0);
	return ops;
}

static struct tiermm_move to_node(uint64_t page, int32_t to)
{
	return (struct tiermm_move){ fake_page(page), 1, TIERMM_NO_NODE, to,
				     0 };
}

static void must_be(const struct tiermm_result *r, uint32_t outcome, int error,
		    uint64_t pages)
{
	assert_int_equal(r->outcome, outcome);
	assert_int_equal(r->error, error);
	assert_int_equal(r->pages, pages);
}

static void every_status_has_its_outcome(void **state)
{
	struct tiermm_memops ops = make(0, 0);
	struct tiermm_move moves[7];
	struct tiermm_result r[7];

	(void)state;
	for (uint64_t i = 0; i < 7; i++)
		moves[i] = to_node(i, i == 6 ? 3 : 2);
	kernel.flags[1] = FAKE_SHARED;
	kernel.flags[2] = FAKE_BUSY;
	kernel.node[3] = FAKE_ABSENT;
	kernel.node[4] = FAKE_UNMAPPED;
	kernel.node[5] = 2;
	kernel.total[3] = 0;
	assert_int_equal(ops.move(ops.self, moves, 7, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 1);
	must_be(&r[1], TIERMM_OUTCOME_SHARED, -EACCES, 0);
	must_be(&r[2], TIERMM_OUTCOME_BUSY, 0, 0);
	must_be(&r[3], TIERMM_OUTCOME_ABSENT, -ENOENT, 0);
	must_be(&r[4], TIERMM_OUTCOME_ABSENT, -EFAULT, 0);
	must_be(&r[5], TIERMM_OUTCOME_ALREADY, 0, 0);
	must_be(&r[6], TIERMM_OUTCOME_TARGET_GONE, -ENODEV, 0);
	tiermm_numa_pages_destroy(ops.self);
}

static void a_huge_page_is_one_run(void **state)
{
	struct tiermm_memops ops = make(TIERMM_NUMA_PAGES_MOVE_SHARED, 0);
	struct tiermm_move moves[2] = { to_node(0, 2), to_node(512, 2) };
	struct tiermm_result r[2];

	(void)state;
	for (int i = 512; i < 1024; i++)
		kernel.flags[i] = FAKE_IS_HUGE;
	moves[1].pages = 512;
	assert_int_equal(ops.move(ops.self, moves, 2, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_DONE, 0, 1);
	/* Cut in two, its end would have been there already. */
	must_be(&r[1], TIERMM_OUTCOME_DONE, 0, 512);
	assert_int_equal(kernel.moved, 513);
	assert_int_equal(kernel.count[FAKE_MOVE], 2);
	assert_int_equal(kernel.last_flags, PAGES_MPOL_MF_MOVE_ALL);
	tiermm_numa_pages_destroy(ops.self);
}

static void a_long_run_takes_many_calls(void **state)
{
	struct tiermm_memops ops = make(0, 100);
	struct tiermm_move move = to_node(512, 2);
	struct tiermm_result r;

	(void)state;
	move.pages = 450;
	kernel.flags[800] = FAKE_SHARED;
	assert_int_equal(ops.move(ops.self, &move, 1, &r), 0);
	must_be(&r, TIERMM_OUTCOME_SHARED, -EACCES, 449);
	assert_int_equal(kernel.moved, 449);
	assert_int_equal(kernel.most, 100);
	assert_int_equal(kernel.count[FAKE_MOVE], 5);
	tiermm_numa_pages_destroy(ops.self);
}

static void full_nodes_are_full_by_what_is_free_or_by_the_kernel(void **state)
{
	(void)state;
	for (int blind = 0; blind < 2; blind++) {
		struct tiermm_memops ops = make(0, 8);
		struct tiermm_move moves[20];
		struct tiermm_result r[20];

		kernel.free[2] = 3;
		kernel.no_meminfo = blind;
		for (uint64_t i = 0; i < 20; i++)
			moves[i] = to_node(i, i == 19 ? 1 : 2);
		assert_int_equal(ops.move(ops.self, moves, 20, r), 0);
		for (int i = 0; i < 19; i++)
			assert_int_equal(r[i].outcome,
					 i < 3 ? TIERMM_OUTCOME_DONE
					       : TIERMM_OUTCOME_TARGET_FULL);
		must_be(&r[19], TIERMM_OUTCOME_DONE, 0, 1);
		assert_int_equal(kernel.moved, 4);
		assert_int_equal(kernel.count[FAKE_MOVE], 2);
		tiermm_numa_pages_destroy(ops.self);
	}
}

static void places_and_room_are_told(void **state)
{
	struct tiermm_memops ops = make(0, 2);
	uint64_t pages[3] = { fake_page(0), fake_page(1), fake_page(2) };
	int32_t nodes[3] = { 1, 77, -1 };
	uint64_t room[3];

	(void)state;
	kernel.free[1] = 42;
	assert_int_equal(ops.headroom(ops.self, nodes, 3, room), 0);
	assert_int_equal(room[0], 42);
	assert_int_equal(room[1] + room[2], 0);
	kernel.node[1] = 3;
	kernel.node[2] = FAKE_ABSENT;
	assert_int_equal(ops.locate(ops.self, pages, 3, nodes), 0);
	assert_int_equal(nodes[0], 0);
	assert_int_equal(nodes[1], 3);
	assert_int_equal(nodes[2], TIERMM_NO_NODE);
	kernel.has_ended = 1;
	assert_int_equal(ops.locate(ops.self, pages, 3, nodes), -TIERMM_ENOENT);
	assert_int_equal(ops.locate(ops.self, NULL, 3, nodes), -TIERMM_EINVAL);
	assert_int_equal(ops.headroom(ops.self, NULL, 3, room), -TIERMM_EINVAL);
	tiermm_numa_pages_destroy(ops.self);
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct tiermm_numa_pages_options o = { .size = sizeof(o), .pid = -1 };
	struct tiermm_memops ops = make(0, 0);
	struct tiermm_move move = to_node(0, -1);
	struct tiermm_numa_pages *p = (void *)&o;
	struct tiermm_result r;

	(void)state;
	assert_int_equal(ops.move(ops.self, &move, 1, &r), -TIERMM_EINVAL);
	move = to_node(0, 1);
	move.pages = 0;
	assert_int_equal(ops.move(ops.self, &move, 1, &r), -TIERMM_EINVAL);
	assert_int_equal(tiermm__numa_pages_create(&p, &o, &calls, &kernel,
						   NULL),
			 -TIERMM_EINVAL);
	assert_null(p);
	o.pid = 0;
	o.flags = 1u << 20;
	assert_int_equal(tiermm__numa_pages_create(&p, &o, &calls, &kernel,
						   NULL),
			 -TIERMM_E2BIG);
	assert_int_equal(tiermm_numa_pages_create(NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm__numa_pages_enter(ops.self), 0);
	assert_int_equal(ops.move(ops.self, &move, 0, &r), -TIERMM_EBUSY);
	assert_int_equal(tiermm__numa_pages_leave(ops.self), 0);
	tiermm_numa_pages_destroy(ops.self);
	tiermm_numa_pages_destroy(NULL);
}

#define MIXED 40

/* One failure at one call: what is said of each page is so. */
static void fail_once(uint64_t at, int error, int how)
{
	struct tiermm_memops ops = make(0, 8);
	struct tiermm_move moves[MIXED];
	struct tiermm_result r[MIXED];
	uint64_t said = 0, unknown = 0;

	for (uint64_t i = 0; i < MIXED; i++) {
		moves[i] = to_node(i, 1 + (int32_t)(i % 3));
		kernel.flags[i] = i % 11 == 3 ? FAKE_SHARED : 0;
		kernel.node[i] = i % 9 == 5 ? FAKE_ABSENT : 0;
	}
	kernel.fail_at = at;
	kernel.fail_with = error;
	kernel.fail_how = how;
	memset(r, 0xff, sizeof(r));
	assert_true(ops.move(ops.self, moves, MIXED, r) <= 0);
	for (int i = 0; i < MIXED; i++) {
		int is_there = kernel.node[i] == moves[i].to;

		assert_in_range(r[i].outcome, 0, TIERMM_OUTCOMES - 1);
		if (r[i].outcome == TIERMM_OUTCOME_DONE)
			assert_true(is_there && r[i].pages == 1);
		else
			assert_int_equal(r[i].pages, 0);
		said += r[i].pages;
		unknown += r[i].outcome == TIERMM_OUTCOME_UNKNOWN;
	}
	if (!unknown && error != -ESRCH)
		assert_int_equal(said, kernel.moved);
	tiermm_numa_pages_destroy(ops.self);
}

static void every_error_at_every_call_leaves_true_claims(void **state)
{
	static const int errors[] = { -EPERM,  -ENOENT, -ESRCH,  -EINTR,
				      -EIO,    -E2BIG,  -EAGAIN, -ENOMEM,
				      -EACCES, -EFAULT, -EBUSY,  -ENODEV,
				      -EINVAL, -ENOSYS };

	(void)state;
	for (uint64_t at = 1; at < 40; at++)
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
			for (int how = FAKE_BEFORE; how <= FAKE_HALFWAY; how++)
				fail_once(at, errors[i], how);
}

static void create_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_numa_pages *p = (void *)&f;
		int err = create(&p, 0, 0, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !p));
		tiermm_numa_pages_destroy(p);
		assert_true(failing_is_clean(&f));
	}
}

/* The running machine: a page of ours is where it is, and node 900 is none. */
static void libnuma_answers(void **state)
{
	static unsigned char page[2 * 4096];
	struct tiermm_numa_pages *p;
	struct tiermm_memops table, ops;
	struct tiermm_move moves[2];
	struct tiermm_result r[2];
	uint64_t key = (uintptr_t)page + 4096;
	int32_t node = TIERMM_NO_NODE;

	(void)state;
	if (tiermm_numa_pages_create(&p, NULL, NULL)) {
		print_message("SKIP: libnuma says that there is no NUMA\n");
		skip();
	}
	page[4096] = 1;
	tiermm_numa_pages_memops(p, &table);
	assert_int_equal(tiermm_memops_adopt(&ops, &table, TIERMM_CAN_ALL,
					     NULL),
			 0);
	assert_int_equal(ops.locate(ops.self, &key, 1, &node), 0);
	if (node == TIERMM_NO_NODE) {
		tiermm_numa_pages_destroy(p);
		print_message("SKIP: no move_pages(2) here\n");
		skip();
	}
	moves[0] = (struct tiermm_move){ key, 1, TIERMM_NO_NODE, node, 0 };
	moves[1] = (struct tiermm_move){ key, 1, TIERMM_NO_NODE, 900, 0 };
	assert_int_equal(ops.move(ops.self, moves, 2, r), 0);
	must_be(&r[0], TIERMM_OUTCOME_ALREADY, 0, 0);
	must_be(&r[1], TIERMM_OUTCOME_TARGET_GONE, -ENODEV, 0);
	tiermm_numa_pages_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_its_outcome),
		cmocka_unit_test(a_huge_page_is_one_run),
		cmocka_unit_test(a_long_run_takes_many_calls),
		cmocka_unit_test(
			full_nodes_are_full_by_what_is_free_or_by_the_kernel),
		cmocka_unit_test(places_and_room_are_told),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(every_error_at_every_call_leaves_true_claims),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(libnuma_answers),
	};

	return cmocka_run_group_tests_name("numa/pages", tests, NULL, NULL);
}
