/* SPDX-License-Identifier: MIT */
/* Allocators: what is accepted, and what comes out of them. */
#include "support/cmocka.h"
#include "support/failing.h"

#include "base/alloc.h"

#include <tiermm/error.h>

static void null_stands_for_malloc(void **state)
{
	struct tiermm_alloc mem;
	char *p;

	(void)state;
	assert_int_equal(tiermm__alloc_resolve(&mem, NULL), 0);
	for (uint64_t bytes = 1; bytes < 500; bytes += 7) {
		p = tiermm__alloc(&mem, bytes);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % TIERMM_ALIGN, 0);
		memset(p, 1, bytes);
		tiermm__free(&mem, p, bytes);
	}
}

static void an_impossible_size_gives_null(void **state)
{
	struct tiermm_alloc mem;

	(void)state;
	assert_int_equal(tiermm__alloc_resolve(&mem, NULL), 0);
	assert_null(tiermm__alloc(&mem, UINT64_MAX));
	assert_null(tiermm__alloc(&mem, UINT64_MAX / 4));
	assert_null(tiermm__alloc_zeroed(&mem, UINT64_MAX / 4));
}

static void a_callers_allocator_is_copied(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem, given = failing_alloc(&f);
	char *p;

	(void)state;
	assert_int_equal(tiermm__alloc_resolve(&mem, &given), 0);
	given.alloc = NULL;
	p = tiermm__alloc_zeroed(&mem, 100);
	assert_non_null(p);
	for (int i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	assert_int_equal(f.live_bytes, 100);
	tiermm__free(&mem, p, 100);
	assert_true(failing_is_clean(&f));
}

static void a_failing_allocator_gives_null(void **state)
{
	struct failing f = { .fail_at = 0 };
	struct tiermm_alloc mem = failing_alloc(&f);

	(void)state;
	assert_null(tiermm__alloc_zeroed(&mem, 100));
	tiermm__free(&mem, NULL, 100);
	assert_true(failing_is_clean(&f));
}

static void incomplete_allocators_are_refused(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem, good = failing_alloc(&f), bad;

	(void)state;
	bad = good;
	bad.alloc = NULL;
	assert_int_equal(tiermm__alloc_resolve(&mem, &bad), -TIERMM_EINVAL);
	bad = good;
	bad.free = NULL;
	assert_int_equal(tiermm__alloc_resolve(&mem, &bad), -TIERMM_EINVAL);
	bad = good;
	bad.size = sizeof(bad) - 1;
	assert_int_equal(tiermm__alloc_resolve(&mem, &bad), -TIERMM_EINVAL);
	bad = good;
	bad.flags = 1;
	assert_int_equal(tiermm__alloc_resolve(&mem, &bad), -TIERMM_E2BIG);
}

static void memory_of_the_caller_is_never_given_back(void **state)
{
	_Alignas(TIERMM_ALIGN) char memory[TIERMM_ALIGN] = { 0 };
	struct tiermm_alloc nowhere;

	(void)state;
	tiermm__alloc_none(&nowhere);
	tiermm__free(&nowhere, memory, sizeof(memory));
	memory[0] = 1; /* it is still there */
	assert_int_equal(memory[0], 1);
}

static void memory_of_the_caller_is_checked(void **state)
{
	_Alignas(TIERMM_ALIGN) char memory[2 * TIERMM_ALIGN] = { 0 };

	(void)state;
	assert_int_equal(tiermm__memory_check(memory, 64, 64), 0);
	assert_int_equal(tiermm__memory_check(memory, 63, 64), -TIERMM_ENOMEM);
	assert_int_equal(tiermm__memory_check(memory + 8, 64, 64),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm__memory_check(NULL, 64, 64), -TIERMM_EINVAL);
}

static void an_object_stands_in_one_or_the_other(void **state)
{
	struct failing f = { .fail_at = 1 };
	struct tiermm_alloc source, given = failing_alloc(&f);
	_Alignas(TIERMM_ALIGN) char own[256];
	void *memory = NULL;

	(void)state;
	assert_int_equal(tiermm__place_alloc(&source, &given, 64, &memory), 0);
	assert_non_null(memory);
	tiermm__free(&source, memory, 64);
	assert_true(failing_is_clean(&f));
	assert_int_equal(tiermm__place_alloc(&source, &given, 64, &memory),
			 -TIERMM_ENOMEM);
	given.free = NULL;
	assert_int_equal(tiermm__place_alloc(&source, &given, 64, &memory),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm__place_given(&source, own, 256, 256), 0);
	tiermm__free(&source, own, 256); /* nothing: it is the caller's */
	assert_int_equal(tiermm__place_given(&source, own, 255, 256),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm__place_given(&source, own + 1, 255, 64),
			 -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_stands_for_malloc),
		cmocka_unit_test(an_impossible_size_gives_null),
		cmocka_unit_test(a_callers_allocator_is_copied),
		cmocka_unit_test(a_failing_allocator_gives_null),
		cmocka_unit_test(incomplete_allocators_are_refused),
		cmocka_unit_test(memory_of_the_caller_is_never_given_back),
		cmocka_unit_test(memory_of_the_caller_is_checked),
		cmocka_unit_test(an_object_stands_in_one_or_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
