/* SPDX-License-Identifier: MIT */
/* Retire tables: whole or refused, and no part that is not known is taken. */
#include "support/cmocka.h"

#include "base/retire.h"

#include <tiermm/error.h>

static void ignore(void *self, struct tiermm_retired *retired)
{
	(void)self;
	(void)retired;
}

static uint64_t none_held(void *self)
{
	(void)self;
	return 0;
}

static void no_table_has_no_functions(void **state)
{
	struct tiermm_retire dst = { .retire = ignore };

	(void)state;
	assert_int_equal(tiermm__retire_adopt(&dst, NULL), 0);
	assert_int_equal(dst.size, sizeof(dst));
	assert_null(dst.retire);
	assert_null(dst.poll);
}

static void a_newer_table_is_cut_to_what_is_known(void **state)
{
	struct {
		struct tiermm_retire known;
		void (*later)(void);
	} newer = { .known = { .size = sizeof(newer),
			       .self = &newer,
			       .retire = ignore,
			       .poll = none_held } };
	struct tiermm_retire dst;

	(void)state;
	assert_int_equal(tiermm__retire_adopt(&dst, &newer.known), 0);
	assert_int_equal(dst.size, sizeof(dst));
	assert_ptr_equal(dst.self, &newer);
	assert_true(dst.retire == ignore && dst.poll == none_held);
}

static void what_is_not_whole_is_refused(void **state)
{
	const struct tiermm_retire whole = { .size = sizeof(whole),
					     .retire = ignore,
					     .poll = none_held };
	struct tiermm_retire src = whole, dst;

	(void)state;
	src.size = sizeof(src) - sizeof(void *);
	assert_int_equal(tiermm__retire_adopt(&dst, &src), -TIERMM_EINVAL);
	src.size = sizeof(src) + 1;
	assert_int_equal(tiermm__retire_adopt(&dst, &src), -TIERMM_EINVAL);
	src = whole;
	src.flags = 1;
	assert_int_equal(tiermm__retire_adopt(&dst, &src), -TIERMM_E2BIG);
	src = whole;
	src.retire = NULL;
	assert_int_equal(tiermm__retire_adopt(&dst, &src), -TIERMM_EINVAL);
	src = whole;
	src.poll = NULL;
	assert_int_equal(tiermm__retire_adopt(&dst, &src), -TIERMM_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_table_has_no_functions),
		cmocka_unit_test(a_newer_table_is_cut_to_what_is_known),
		cmocka_unit_test(what_is_not_whole_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
