/* SPDX-License-Identifier: MIT */
/* Sets of nodes. */
#include "support/cmocka.h"

#include "base/nodeset.h"

#include <tiermm/error.h>
#include <tiermm/random.h>

static void ids_out_of_range_are_refused(void **state)
{
	static const int32_t bad[] = { -1, 1024, INT32_MIN, INT32_MAX };
	struct tiermm_nodeset set = { { 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(tiermm_nodeset_add(&set, bad[i]),
				 -TIERMM_EINVAL);
		assert_int_equal(tiermm_nodeset_remove(&set, bad[i]),
				 -TIERMM_EINVAL);
		assert_int_equal(tiermm_nodeset_has(&set, bad[i]), 0);
	}
	assert_int_equal(tiermm_nodeset_count(&set), 0);
	assert_int_equal(tiermm_nodeset_add(NULL, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_nodeset_remove(NULL, 0), -TIERMM_EINVAL);
}

static void a_set_agrees_with_an_array_of_flags(void **state)
{
	struct tiermm_nodeset set = { { 0 } };
	struct tiermm_random random;
	unsigned char member[TIERMM_MAX_NODES] = { 0 };
	uint32_t count = 0;
	int32_t node, next;

	(void)state;
	tiermm_random_seed(&random, 1);
	for (int step = 0; step < 3000; step++) {
		node = (int32_t)tiermm_random_below(&random, 1024);
		member[node] = (unsigned char)tiermm_random_below(&random, 2);
		if (member[node])
			assert_int_equal(tiermm_nodeset_add(&set, node), 0);
		else
			assert_int_equal(tiermm_nodeset_remove(&set, node), 0);
	}
	next = tiermm_nodeset_next(&set, TIERMM_NO_NODE);
	for (node = 0; node < TIERMM_MAX_NODES; node++) {
		assert_int_equal(tiermm_nodeset_has(&set, node), member[node]);
		count += member[node];
		if (!member[node])
			continue;
		assert_int_equal(next, node);
		next = tiermm_nodeset_next(&set, node);
	}
	assert_int_equal(next, TIERMM_NO_NODE);
	assert_int_equal(tiermm_nodeset_count(&set), count);
}

static void next_behind_the_last_id_is_none(void **state)
{
	struct tiermm_nodeset set;

	(void)state;
	memset(&set, 0xff, sizeof(set));
	assert_int_equal(tiermm_nodeset_next(&set, 1022), 1023);
	assert_int_equal(tiermm_nodeset_next(&set, 1023), TIERMM_NO_NODE);
	assert_int_equal(tiermm_nodeset_next(&set, INT32_MAX), TIERMM_NO_NODE);
	assert_int_equal(tiermm_nodeset_next(&set, INT32_MIN), 0);
	assert_int_equal(tiermm_nodeset_count(&set), TIERMM_MAX_NODES);
}

static void equal_compares_every_word(void **state)
{
	struct tiermm_nodeset a = { { 0 } }, b = { { 0 } };

	(void)state;
	assert_int_equal(tiermm_nodeset_equal(&a, &b), 1);
	for (int32_t node = 0; node < TIERMM_MAX_NODES; node += 61) {
		tiermm_nodeset_add(&a, node);
		assert_int_equal(tiermm_nodeset_equal(&a, &b), 0);
		tiermm_nodeset_add(&b, node);
		assert_int_equal(tiermm_nodeset_equal(&a, &b), 1);
	}
}

static void text_is_a_kernel_list(void **state)
{
	struct tiermm_nodeset set = { { 0x27 } };
	char text[16];
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_nodeset_text(&set, text, sizeof(text), &n), 0);
	assert_string_equal(text, "0-2,5");
	assert_int_equal(n, 5);
	assert_int_equal(tiermm_nodeset_text(&set, text, 4, &n), 0);
	assert_string_equal(text, "0-2");
	assert_int_equal(n, 5);
	assert_int_equal(tiermm_nodeset_text(&set, NULL, 0, NULL), 0);
	assert_int_equal(tiermm_nodeset_text(&set, NULL, 4, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_nodeset_text(NULL, text, 4, &n),
			 -TIERMM_EINVAL);
}

static void word_operations_are_those_of_sets(void **state)
{
	struct tiermm_nodeset a = { { [0] = 0x0f, [15] = 3 } };
	const struct tiermm_nodeset b = { { [0] = 0x3c, [15] = 6 } };
	struct tiermm_nodeset set;

	(void)state;
	set = a;
	tiermm__nodeset_and(&set, &b);
	assert_int_equal(set.word[0], 0x0c);
	assert_int_equal(set.word[15], 2);
	set = a;
	tiermm__nodeset_or(&set, &b);
	assert_int_equal(set.word[0], 0x3f);
	assert_int_equal(set.word[15], 7);
	set = a;
	tiermm__nodeset_and_not(&set, &b);
	assert_int_equal(set.word[0], 0x03);
	assert_int_equal(set.word[15], 1);
	assert_false(tiermm__nodeset_is_empty(&set));
	tiermm__nodeset_and(&set, &b);
	assert_true(tiermm__nodeset_is_empty(&set));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_out_of_range_are_refused),
		cmocka_unit_test(a_set_agrees_with_an_array_of_flags),
		cmocka_unit_test(next_behind_the_last_id_is_none),
		cmocka_unit_test(equal_compares_every_word),
		cmocka_unit_test(text_is_a_kernel_list),
		cmocka_unit_test(word_operations_are_those_of_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
