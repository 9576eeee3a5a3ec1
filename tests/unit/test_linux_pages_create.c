/* SPDX-License-Identifier: MIT */
/* The object: made, asked for room and places, counted, given up. */
#include <support/cmocka.h>
#include <support/failing.h>

#include "../../backends/linux/pages.h"
#include "fake_kernel.h"

#include <errno.h>
#include <string.h>

static struct fake_kernel kernel;

static int create(struct tiermm_linux_pages **p,
		  const struct tiermm_linux_pages_options *o,
		  const struct tiermm_alloc *mem)
{
	return tiermm__linux_pages_create(p, o, &fake_kernel_calls, &kernel,
					  mem);
}

static void create_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_linux_pages *p = (void *)&f;
		int err;

		fake_kernel_init(&kernel);
		err = create(&p, NULL, &mem);
		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !p));
		tiermm_linux_pages_destroy(p);
		assert_true(failing_is_clean(&f));
		assert_int_equal(kernel.open_files, 0);
	}
}

static void no_verb_allocates(void **state)
{
	struct failing f = { .fail_at = 1 };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_move one = { fake_page(0), 1, TIERMM_NO_NODE, 2, 0 };
	uint64_t page = fake_page(1), room;
	struct tiermm_linux_pages *p;
	struct tiermm_memops ops;
	struct tiermm_result r;
	int32_t node = 2;

	(void)state;
	fake_kernel_init(&kernel);
	assert_int_equal(create(&p, NULL, &mem), 0);
	tiermm_linux_pages_memops(p, &ops);
	assert_int_equal(ops.move(ops.self, &one, 1, &r), 0);
	assert_int_equal(ops.page_out(ops.self, &page, 1, &r), 0);
	assert_int_equal(ops.headroom(ops.self, &node, 1, &room), 0);
	assert_int_equal(ops.locate(ops.self, &page, 1, &node), 0);
	assert_int_equal(f.calls, 1);
	tiermm_linux_pages_destroy(p);
	assert_true(failing_is_clean(&f));
}

static void options_out_of_range_are_refused(void **state)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o) };
	struct tiermm_linux_pages *p = (void *)&o;
	char root[600];

	(void)state;
	fake_kernel_init(&kernel);
	o.pid = -1;
	assert_int_equal(create(&p, &o, NULL), -TIERMM_EINVAL);
	assert_null(p);
	o.pid = 0;
	o.batch = 4097;
	assert_int_equal(create(&p, &o, NULL), -TIERMM_EINVAL);
	o.batch = 0;
	o.flags = 1u << 31;
	assert_int_equal(create(&p, &o, NULL), -TIERMM_E2BIG);
	o.flags = 0;
	memset(root, 'x', sizeof(root) - 1);
	root[sizeof(root) - 1] = 0;
	o.root = root;
	assert_int_equal(create(&p, &o, NULL), -TIERMM_EINVAL);
	o.root = NULL;
	o.size = 8;
	assert_int_equal(create(&p, &o, NULL), -TIERMM_EINVAL);
	assert_int_equal(create(NULL, NULL, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_pages_memops(NULL, NULL), -TIERMM_EINVAL);
	tiermm_linux_pages_destroy(NULL);
}

static void the_table_can_be_adopted(void **state)
{
	struct tiermm_linux_pages *p;
	struct tiermm_memops table, ops;

	(void)state;
	fake_kernel_init(&kernel);
	assert_int_equal(create(&p, NULL, NULL), 0);
	assert_int_equal(tiermm_linux_pages_memops(p, &table), 0);
	assert_int_equal(tiermm_memops_adopt(&ops, &table, TIERMM_CAN_ALL,
					     NULL),
			 0);
	assert_int_equal(tiermm_memops_capabilities(&ops), TIERMM_CAN_ALL);
	tiermm_linux_pages_destroy(p);
}

static void room_is_what_is_free_beyond_the_reserve(void **state)
{
	const int32_t nodes[4] = { 1, 2, 77, -1 };
	struct tiermm_linux_pages *p;
	struct tiermm_memops ops;
	uint64_t room[4];

	(void)state;
	fake_kernel_init(&kernel);
	kernel.total[1] = 6400;
	kernel.free[1] = 1000;
	kernel.total[2] = 1 << 24;
	kernel.free[2] = 100;
	assert_int_equal(create(&p, NULL, NULL), 0);
	tiermm_linux_pages_memops(p, &ops);
	assert_int_equal(ops.headroom(ops.self, nodes, 4, room), 0);
	assert_int_equal(room[0], 900);
	assert_int_equal(room[1], 0);
	assert_int_equal(room[2], 0);
	assert_int_equal(room[3], 0);
	/* At most 64 MiB are kept, whatever the node's size. */
	kernel.free[2] = 16384 + 5;
	assert_int_equal(ops.headroom(ops.self, nodes, 2, room), 0);
	assert_int_equal(room[1], 5);
	/* The files stay open, and a node that went and came back is read. */
	assert_int_equal(kernel.count[FAKE_OPEN], 5);
	kernel.total[2] = 0;
	assert_int_equal(ops.headroom(ops.self, &nodes[1], 1, room), 0);
	assert_int_equal(room[0], 0);
	kernel.total[2] = 6400;
	kernel.free[2] = 101;
	assert_int_equal(ops.headroom(ops.self, &nodes[1], 1, room), 0);
	assert_int_equal(room[0], 1);
	tiermm_linux_pages_destroy(p);
	assert_int_equal(kernel.open_files, 0);
}

static void room_that_cannot_be_read_is_an_error(void **state)
{
	struct tiermm_linux_pages *p;
	struct tiermm_memops ops;
	int32_t node = 1;
	uint64_t room;

	(void)state;
	fake_kernel_init(&kernel);
	assert_int_equal(create(&p, NULL, NULL), 0);
	tiermm_linux_pages_memops(p, &ops);
	kernel.no_meminfo = EACCES;
	assert_int_equal(ops.headroom(ops.self, &node, 1, &room),
			 -TIERMM_EACCES);
	kernel.no_meminfo = EMFILE;
	assert_int_equal(ops.headroom(ops.self, &node, 1, &room), -TIERMM_EIO);
	assert_int_equal(ops.headroom(ops.self, NULL, 1, &room),
			 -TIERMM_EINVAL);
	tiermm_linux_pages_destroy(p);
}

static void places_are_told_in_batches(void **state)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o), .batch = 3 };
	struct tiermm_linux_pages *p;
	struct tiermm_memops ops;
	uint64_t pages[8];
	int32_t nodes[8];

	(void)state;
	fake_kernel_init(&kernel);
	assert_int_equal(create(&p, &o, NULL), 0);
	tiermm_linux_pages_memops(p, &ops);
	for (uint64_t i = 0; i < 8; i++) {
		pages[i] = fake_page(i) + 9;
		kernel.node[i] = (int)(i % 3);
	}
	kernel.node[4] = FAKE_ABSENT;
	assert_int_equal(ops.locate(ops.self, pages, 8, nodes), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(nodes[i], i == 4 ? TIERMM_NO_NODE : i % 3);
	assert_int_equal(kernel.count[FAKE_QUERY], 3);
	/* One batch that fails is unknown, the others are not. */
	kernel.fail_at = kernel.calls + 2;
	kernel.fail_with = -EIO;
	assert_int_equal(ops.locate(ops.self, pages, 8, nodes), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(nodes[i],
				 i >= 3 && i < 6 ? TIERMM_NO_NODE : i % 3);
	kernel.fail_at = kernel.calls + 2;
	kernel.fail_with = -EPERM;
	assert_int_equal(ops.locate(ops.self, pages, 8, nodes), -TIERMM_EPERM);
	assert_int_equal(nodes[0], TIERMM_NO_NODE);
	kernel.fail_at = kernel.calls + 1;
	kernel.fail_with = -ENOSYS;
	assert_int_equal(ops.locate(ops.self, pages, 8, nodes),
			 -TIERMM_ENOTSUP);
	kernel.has_ended = 1;
	assert_int_equal(ops.locate(ops.self, pages, 8, nodes), -TIERMM_ENOENT);
	for (int i = 0; i < 8; i++)
		assert_int_equal(nodes[i], TIERMM_NO_NODE);
	tiermm_linux_pages_destroy(p);
}

static void counters_say_how_many_there_would_be(void **state)
{
	struct tiermm_linux_pages *p;
	uint64_t out[2] = { 7, 7 }, n = 0;

	(void)state;
	fake_kernel_init(&kernel);
	assert_int_equal(create(&p, NULL, NULL), 0);
	assert_int_equal(tiermm_linux_pages_counters(p, out, 1, &n), 0);
	assert_int_equal(n, TIERMM_LINUX_PAGES_COUNTERS);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[1], 7);
	assert_int_equal(tiermm_linux_pages_counters(p, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_pages_counters(NULL, NULL, 0, &n),
			 -TIERMM_EINVAL);
	tiermm_linux_pages_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(no_verb_allocates),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(the_table_can_be_adopted),
		cmocka_unit_test(room_is_what_is_free_beyond_the_reserve),
		cmocka_unit_test(room_that_cannot_be_read_is_an_error),
		cmocka_unit_test(places_are_told_in_batches),
		cmocka_unit_test(counters_say_how_many_there_would_be),
	};

	return cmocka_run_group_tests_name("linux/pages_create", tests, NULL,
					   NULL);
}
