/* SPDX-License-Identifier: MIT */
/* Making mocks: options, allocators, no memory, one thread at a time. */
#include "mock_fixture.h"

#include "../../backends/mock/internal.h"
#include "support/failing.h"

static int create_with(const struct tiermm_mock_options *o,
		       const struct tiermm_alloc *mem)
{
	struct tiermm_mock *m = (void *)&m;
	int err = tiermm_mock_create(&m, o, mem);

	assert_true(err ? m == NULL : m != NULL);
	tiermm_mock_destroy(m);
	return err;
}

static void create_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = create_with(NULL, &mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_int_equal(f.calls, k + !done);
		assert_true(failing_is_clean(&f));
	}
}

/* Requirement 35: all memory is taken at create. */
static void nothing_is_allocated_after_create(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_mock *m;
	uint64_t calls;

	(void)state;
	assert_int_equal(tiermm_mock_create(&m, NULL, &mem), 0);
	calls = f.calls;
	for (uint64_t page = 0; page < 4096; page++)
		put(m, page, 0);
	assert_int_equal(tiermm_mock_put(m, 4096, 0), -TIERMM_ENOSPC);
	for (uint32_t i = 0; i < 256; i++)
		assert_int_equal(tiermm_mock_script(m, 0, 0), 0);
	for (uint64_t page = 0; page < 5000; page++)
		move_one(m, page, 1);
	assert_int_equal(f.calls, calls);
	tiermm_mock_destroy(m);
	assert_true(failing_is_clean(&f));
}

static void defaults_are_what_the_header_says(void **state)
{
	struct tiermm_mock_options o = { .size = sizeof(o) };
	struct tiermm_mock *m;
	uint64_t lost;

	(void)state;
	assert_int_equal(tiermm_mock_create(&m, &o, NULL), 0);
	for (uint64_t page = 0; page < 4096; page++)
		put(m, page, 0);
	assert_int_equal(tiermm_mock_put(m, 4096, 0), -TIERMM_ENOSPC);
	for (uint32_t i = 0; i < 4097; i++)
		move_one(m, 0, 0);
	assert_int_equal(tiermm_mock_call_count(m, &lost), 4096);
	assert_int_equal(lost, 1);
	for (uint32_t i = 0; i < 256; i++)
		assert_int_equal(tiermm_mock_script(m, 0, 0), 0);
	assert_int_equal(tiermm_mock_script(m, 0, 0), -TIERMM_ENOSPC);
	tiermm_mock_destroy(m);
}

static void nothing_is_made_without_a_place_for_it(void **state)
{
	(void)state;
	assert_int_equal(tiermm_mock_create(NULL, NULL, NULL), -TIERMM_EINVAL);
	tiermm_mock_destroy(NULL);
}

static void options_of_an_older_size_are_refused(void **state)
{
	struct tiermm_mock_options o = { .size = sizeof(o) - 1 };

	(void)state;
	assert_int_equal(create_with(&o, NULL), -TIERMM_EINVAL);
	o.size = 0;
	assert_int_equal(create_with(&o, NULL), -TIERMM_EINVAL);
}

static void newer_options_are_taken_if_what_is_new_is_zero(void **state)
{
	struct {
		struct tiermm_mock_options o;
		uint64_t later;
	} newer = { { .size = sizeof(newer) }, 0 };

	(void)state;
	assert_int_equal(create_with(&newer.o, NULL), 0);
	newer.later = 1;
	assert_int_equal(create_with(&newer.o, NULL), -TIERMM_E2BIG);
	newer.o.size = UINT32_MAX;
	assert_int_equal(create_with(&newer.o, NULL), -TIERMM_E2BIG);
}

static void an_unknown_flag_is_refused(void **state)
{
	struct tiermm_mock_options o = { .size = sizeof(o), .flags = 2 };

	(void)state;
	assert_int_equal(create_with(&o, NULL), -TIERMM_E2BIG);
	o.flags = TIERMM_MOCK_STRICT;
	assert_int_equal(create_with(&o, NULL), 0);
}

static void sizes_beyond_the_limit_are_refused(void **state)
{
	uint64_t over = (UINT64_C(1) << 32) + 1;
	struct tiermm_mock_options o[] = {
		{ .size = sizeof(o[0]), .max_pages = over },
		{ .size = sizeof(o[0]), .max_calls = over },
		{ .size = sizeof(o[0]), .max_script = UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(create_with(&o[i], NULL), -TIERMM_EINVAL);
}

static void *refuse(void *self, uint64_t bytes, uint64_t align)
{
	*(uint64_t *)self = bytes;
	assert_int_equal(align, TIERMM_ALIGN);
	return NULL;
}

/* What 2^32 of everything needs fits in 64 bits, and is asked for once. */
static void sizes_at_the_limit_are_asked_for(void **state)
{
	uint64_t limit = UINT64_C(1) << 32, asked = 0;
	struct failing f = { .fail_at = 0 };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_mock_options o = { .size = sizeof(o),
					 .max_pages = limit,
					 .max_calls = limit,
					 .max_script = limit };

	(void)state;
	mem.alloc = refuse;
	mem.self = &asked;
	assert_int_equal(create_with(&o, &mem), -TIERMM_ENOMEM);
	assert_true(asked > limit * (2 * sizeof(struct mock_page) +
				     sizeof(struct tiermm_mock_call)));
}

static void an_allocator_must_be_whole(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc whole = failing_alloc(&f), mem = whole;

	(void)state;
	mem.alloc = NULL;
	assert_int_equal(create_with(NULL, &mem), -TIERMM_EINVAL);
	mem = whole;
	mem.free = NULL;
	assert_int_equal(create_with(NULL, &mem), -TIERMM_EINVAL);
	mem = whole;
	mem.size--;
	assert_int_equal(create_with(NULL, &mem), -TIERMM_EINVAL);
	mem = whole;
	mem.flags = 1;
	assert_int_equal(create_with(NULL, &mem), -TIERMM_E2BIG);
	assert_int_equal(f.calls, 0);
}

/* What a second thread meets while the first is inside. */
static void who_comes_in_second_is_told_busy_and_changes_nothing(void **state)
{
	struct tiermm_mock *m = *state;
	const struct tiermm_memops *ops = tiermm_mock_memops(m);
	struct tiermm_move move = { .page = 1, .pages = 1, .to = 2 };
	struct tiermm_result result;
	uint64_t page = 1;
	int32_t node = 0;

	put(m, 1, 0);
	assert_int_equal(tiermm__mock_enter(m), 0);
	assert_int_equal(tiermm_mock_put(m, 1, 3), -TIERMM_EBUSY);
	assert_int_equal(tiermm_mock_set_node(m, 2, 0, 1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_mock_script(m, 0, 0), -TIERMM_EBUSY);
	assert_int_equal(tiermm_mock_fail(m, 0, 1, -1), -TIERMM_EBUSY);
	assert_int_equal(tiermm_mock_delay(m, 0, 1), -TIERMM_EBUSY);
	assert_int_equal(ops->move(m, &move, 1, &result), -TIERMM_EBUSY);
	assert_int_equal(ops->locate(m, &page, 1, &node), -TIERMM_EBUSY);
	assert_int_equal(ops->headroom(m, &node, 1, &page), -TIERMM_EBUSY);
	assert_int_equal(ops->page_out(m, &page, 1, &result), -TIERMM_EBUSY);
	assert_int_equal(ops->discard(m, &page, 1, &result), -TIERMM_EBUSY);
	tiermm__mock_leave(m);
	assert_int_equal(tiermm_mock_call_count(m, NULL), 0);
	assert_int_equal(tiermm_mock_where(m, 1), 0);
	assert_int_equal(move_one(m, 1, 2).outcome, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_mock_now_ns(m), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(nothing_is_allocated_after_create),
		cmocka_unit_test(defaults_are_what_the_header_says),
		cmocka_unit_test(nothing_is_made_without_a_place_for_it),
		cmocka_unit_test(options_of_an_older_size_are_refused),
		cmocka_unit_test(
			newer_options_are_taken_if_what_is_new_is_zero),
		cmocka_unit_test(an_unknown_flag_is_refused),
		cmocka_unit_test(sizes_beyond_the_limit_are_refused),
		cmocka_unit_test(sizes_at_the_limit_are_asked_for),
		cmocka_unit_test(an_allocator_must_be_whole),
		cmocka_unit_test_setup_teardown(
			who_comes_in_second_is_told_busy_and_changes_nothing,
			setup_mock, teardown_mock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
