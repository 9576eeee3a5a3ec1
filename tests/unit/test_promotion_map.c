/* SPDX-License-Identifier: MIT */
/* Dense indices for keys: bounded, and found again (P1). */
#include "support/cmocka.h"
#include "support/failing.h"

#include <tiermm/error.h>
#include <tiermm/promotion_map.h>
#include <tiermm/random.h>

static struct tiermm_promotion_map *map_of(uint64_t keys, uint64_t seed)
{
	struct tiermm_promotion_map *m;

	assert_int_equal(tiermm_promotion_map_create(&m, keys, seed, NULL), 0);
	return m;
}

static void done_with(struct tiermm_promotion_map *m)
{
	assert_int_equal(tiermm_promotion_map_is_valid(m), 1);
	tiermm_promotion_map_destroy(m);
}

static uint64_t find(struct tiermm_promotion_map *m, uint64_t key)
{
	uint64_t index;

	assert_int_equal(tiermm_promotion_map_find(m, &key, 1, &index), 0);
	return index;
}

static int add(struct tiermm_promotion_map *m, uint64_t key, uint64_t *index)
{
	return tiermm_promotion_map_add(m, &key, 1, index, NULL);
}

/* P1: 16 bytes a key, whatever their number, and a constant. */
static void p1_sixteen_bytes_a_key(void **state)
{
	uint64_t one, many;

	(void)state;
	assert_int_equal(tiermm_promotion_map_footprint(1, &one), 0);
	assert_int_equal(tiermm_promotion_map_footprint(1000001, &many), 0);
	assert_in_range(many - one, 0, UINT64_C(16) * 1000000 + 64);
	assert_int_equal(tiermm_promotion_map_footprint(0, &one),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_footprint(
				 TIERMM_PROMOTION_MAP_MAX + 1, &one),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_footprint(1, NULL),
			 -TIERMM_EINVAL);
}

static void any_number_is_a_key(void **state)
{
	const uint64_t keys[] = { 0, UINT64_MAX, 1, UINT64_C(1) << 63, 0 };
	struct tiermm_promotion_map *m = map_of(4, 0);
	uint64_t indices[5], n, key;

	(void)state;
	assert_int_equal(find(m, 0), TIERMM_PROMOTION_NO_INDEX);
	assert_int_equal(tiermm_promotion_map_add(m, keys, 5, indices, &n), 0);
	assert_int_equal(n, 5);
	for (uint64_t i = 0; i < 4; i++) {
		assert_int_equal(indices[i], i);
		assert_int_equal(tiermm_promotion_map_key(m, i, &key), 0);
		assert_true(key == keys[i]);
	}
	assert_int_equal(indices[4], 0);
	assert_int_equal(tiermm_promotion_map_key(m, 4, &key), -TIERMM_ENOENT);
	done_with(m);
}

static void a_full_map_says_so_and_keeps_what_it_has(void **state)
{
	const uint64_t keys[] = { 10, 20, 30, 40 };
	struct tiermm_promotion_map *m = map_of(2, 7);
	uint64_t indices[4], n, index;

	(void)state;
	assert_int_equal(tiermm_promotion_map_add(m, keys, 4, indices, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(n, 2);
	assert_int_equal(find(m, 20), 1);
	assert_int_equal(find(m, 30), TIERMM_PROMOTION_NO_INDEX);
	assert_int_equal(add(m, 20, &index), 0);
	assert_int_equal(tiermm_promotion_map_remove(m, 10, &index), 0);
	assert_int_equal(index, 0);
	assert_int_equal(tiermm_promotion_map_remove(m, 10, NULL),
			 -TIERMM_ENOENT);
	assert_int_equal(add(m, 30, &index), 0);
	assert_int_equal(index, 0); /* given again */
	assert_int_equal(tiermm_promotion_map_count(m, &n), 0);
	assert_int_equal(n, 2);
	done_with(m);
}

static void an_index_given_back_has_no_key(void **state)
{
	struct tiermm_promotion_map *m = map_of(4, 0);
	uint64_t index, key;

	(void)state;
	/* Free places hold the next free one: keys like that mislead nobody. */
	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(add(m, i, &index), 0);
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(tiermm_promotion_map_remove(m, i, NULL), 0);
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(tiermm_promotion_map_key(m, i, &key),
				 -TIERMM_ENOENT);
	assert_int_equal(tiermm_promotion_map_key(m, 3, &key), 0);
	done_with(m);
}

/* Against an array: keys in use have an index of their own, all the time. */
static void it_agrees_with_a_plain_array(void **state)
{
	enum {
		KEYS = 400,
		ROOM = 150
	};
	struct tiermm_promotion_map *m = map_of(ROOM, 99);
	uint64_t index_of[KEYS], n = 0;
	struct tiermm_random random;

	(void)state;
	tiermm_random_seed(&random, 11);
	memset(index_of, 0xff, sizeof(index_of));
	for (int i = 0; i < 100000; i++) {
		uint64_t k = tiermm_random_below(&random, KEYS), got;
		uint64_t key = k << 12, was = index_of[k];

		if (tiermm_random_below(&random, 2)) {
			int err = add(m, key, &got);

			assert_int_equal(err, was == UINT64_MAX && n == ROOM
						      ? -TIERMM_ENOSPC
						      : 0);
			if (!err && was == UINT64_MAX)
				index_of[k] = got, n++;
			else if (!err)
				assert_int_equal(got, was);
		} else if (!tiermm_promotion_map_remove(m, key, &got)) {
			assert_int_equal(got, was);
			index_of[k] = UINT64_MAX;
			n--;
		} else {
			assert_true(was == UINT64_MAX);
		}
		if (i % 1000 == 0)
			assert_int_equal(tiermm_promotion_map_is_valid(m), 1);
	}
	for (uint64_t k = 0; k < KEYS; k++)
		assert_true(find(m, k << 12) == index_of[k]);
	done_with(m);
}

static void create_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_promotion_map *m = (void *)&f;
		int err = tiermm_promotion_map_create(&m, 100, 0, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !m));
		tiermm_promotion_map_destroy(m);
		assert_true(failing_is_clean(&f));
	}
}

static void memory_of_the_caller_will_do(void **state)
{
	struct tiermm_promotion_map *m;
	uint64_t bytes, index;
	char *memory;

	(void)state;
	assert_int_equal(tiermm_promotion_map_footprint(50, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes + TIERMM_ALIGN);
	assert_non_null(memory);
	assert_int_equal(tiermm_promotion_map_init(&m, memory, bytes - 1, 50,
						   0),
			 -TIERMM_ENOMEM);
	assert_null(m);
	assert_int_equal(tiermm_promotion_map_init(&m, memory + 1, bytes, 50,
						   0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_init(NULL, memory, bytes, 50, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_init(&m, memory, bytes, 50, 0),
			 0);
	for (uint64_t i = 0; i < 50; i++)
		assert_int_equal(add(m, i * i, &index), 0);
	done_with(m);
	free(memory);
}

static void null_is_refused(void **state)
{
	struct tiermm_promotion_map *m = map_of(1, 0);
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_promotion_map_create(NULL, 1, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_add(NULL, &n, 1, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_add(m, NULL, 1, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_find(m, &n, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_key(m, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_remove(NULL, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_count(m, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_map_is_valid(NULL), 0);
	tiermm_promotion_map_destroy(NULL);
	done_with(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p1_sixteen_bytes_a_key),
		cmocka_unit_test(any_number_is_a_key),
		cmocka_unit_test(a_full_map_says_so_and_keeps_what_it_has),
		cmocka_unit_test(an_index_given_back_has_no_key),
		cmocka_unit_test(it_agrees_with_a_plain_array),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(memory_of_the_caller_will_do),
		cmocka_unit_test(null_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
