/* SPDX-License-Identifier: MIT */
/* The size-prefix rule: callers older and newer than the library. */
#include "support/cmocka.h"

#include "base/options.h"

#include <tiermm/error.h>

/* What the library knows ... */
struct known {
	uint32_t size;
	uint32_t flags;
	uint32_t first;
	uint32_t second;
};

/* ... and what callers of another time know. */
struct older {
	uint32_t size;
	uint32_t flags;
	uint32_t first;
};

struct newer {
	struct known known;
	uint32_t third;
	uint32_t fourth;
};

static int copy(struct known *dst, const void *src)
{
	return tiermm__options_copy(dst, sizeof(*dst), src,
				    sizeof(struct older), 3);
}

static void null_means_all_defaults(void **state)
{
	struct known got;

	(void)state;
	memset(&got, 0xff, sizeof(got));
	assert_int_equal(copy(&got, NULL), 0);
	assert_int_equal(got.size, sizeof(got));
	assert_int_equal(got.flags, 0);
	assert_int_equal(got.first, 0);
	assert_int_equal(got.second, 0);
}

static void a_caller_of_the_same_age_is_copied(void **state)
{
	struct known got, given = { sizeof(given), 3, 5, 6 };

	(void)state;
	assert_int_equal(copy(&got, &given), 0);
	assert_memory_equal(&got, &given, sizeof(got));
}

static void what_an_older_caller_lacks_is_zero(void **state)
{
	struct older given = { sizeof(given), 1, 5 };
	struct known got;

	(void)state;
	memset(&got, 0xff, sizeof(got));
	assert_int_equal(copy(&got, &given), 0);
	assert_int_equal(got.size, sizeof(got));
	assert_int_equal(got.flags, 1);
	assert_int_equal(got.first, 5);
	assert_int_equal(got.second, 0);
}

static void a_newer_caller_is_taken_while_its_tail_is_zero(void **state)
{
	struct newer given = { { sizeof(given), 0, 5, 6 }, 0, 0 };
	struct known got;

	(void)state;
	assert_int_equal(copy(&got, &given), 0);
	assert_int_equal(got.size, sizeof(got));
	assert_int_equal(got.second, 6);
}

static void a_newer_callers_unknown_field_is_refused(void **state)
{
	struct newer given = { { sizeof(given), 0, 5, 6 }, 0, 1u << 31 };
	struct known got;

	(void)state;
	assert_int_equal(copy(&got, &given), -TIERMM_E2BIG);
	given.known.size -= 4; /* the field is not part of it */
	assert_int_equal(copy(&got, &given), 0);
}

static void an_unknown_flag_is_refused(void **state)
{
	struct known got, given = { sizeof(given), 4, 0, 0 };

	(void)state;
	assert_int_equal(copy(&got, &given), -TIERMM_E2BIG);
}

static void a_size_below_the_first_release_is_refused(void **state)
{
	struct known got, given = { sizeof(struct older) - 1, 0, 0, 0 };

	(void)state;
	assert_int_equal(copy(&got, &given), -TIERMM_EINVAL);
	given.size = 0;
	assert_int_equal(copy(&got, &given), -TIERMM_EINVAL);
}

static void a_size_that_was_never_set_is_refused_unread(void **state)
{
	struct known got, given = { 0xdeadbeef, 0, 0, 0 };

	(void)state;
	assert_int_equal(copy(&got, &given), -TIERMM_E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_means_all_defaults),
		cmocka_unit_test(a_caller_of_the_same_age_is_copied),
		cmocka_unit_test(what_an_older_caller_lacks_is_zero),
		cmocka_unit_test(
			a_newer_caller_is_taken_while_its_tail_is_zero),
		cmocka_unit_test(a_newer_callers_unknown_field_is_refused),
		cmocka_unit_test(an_unknown_flag_is_refused),
		cmocka_unit_test(a_size_below_the_first_release_is_refused),
		cmocka_unit_test(a_size_that_was_never_set_is_refused_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
