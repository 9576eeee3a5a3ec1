/* SPDX-License-Identifier: MIT */
/* What stands in headers of lib/base: carving, bits, sums, one owner. */
#include "support/cmocka.h"

#include "base/bits.h"
#include "base/carve.h"
#include "base/owner.h"

static void measuring_and_laying_out_agree(void **state)
{
	_Alignas(TIERMM_ALIGN) char memory[512];
	struct tiermm__carver measure = { .base = NULL };
	struct tiermm__carver lay = { .base = memory };
	char *end = memory, *piece;

	(void)state;
	for (uint64_t n = 0; n < 8; n++) {
		assert_null(tiermm__carve(&measure, n, 7));
		piece = tiermm__carve(&lay, n, 7);
		assert_true(piece >= end);
		assert_int_equal((uintptr_t)piece % TIERMM__CARVE_ALIGN, 0);
		end = piece + n * 7;
	}
	assert_int_equal(tiermm__carved(&measure), tiermm__carved(&lay));
	assert_int_equal(tiermm__carved(&lay) % TIERMM_ALIGN, 0);
	assert_true(end <= memory + tiermm__carved(&lay));
	assert_true(tiermm__carved(&lay) <= sizeof(memory));
}

static void a_sum_that_does_not_fit_stays_too_much(void **state)
{
	static const uint64_t much[][2] = { { UINT64_MAX, 2 },
					    { UINT64_MAX, 1 },
					    { UINT64_MAX - 64, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(much) / sizeof(much[0]); i++) {
		struct tiermm__carver c = { .base = NULL };

		tiermm__carve(&c, 1, 16);
		assert_null(tiermm__carve(&c, much[i][0], much[i][1]));
		tiermm__carve(&c, 1, 16);
		assert_int_equal(tiermm__carved(&c), UINT64_MAX);
	}
}

static void sums_and_products_say_when_they_do_not_fit(void **state)
{
	uint64_t out;

	(void)state;
	assert_false(tiermm__add_overflow(UINT64_MAX - 1, 1, &out));
	assert_int_equal(out, UINT64_MAX);
	assert_true(tiermm__add_overflow(UINT64_MAX, 1, &out));
	assert_false(tiermm__mul_overflow(UINT32_MAX, UINT32_MAX, &out));
	assert_int_equal(out, 0xfffffffe00000001u);
	assert_true(tiermm__mul_overflow(1ull << 32, 1ull << 32, &out));
}

static void bits_agree_with_counting_one_by_one(void **state)
{
	uint64_t word = 1;
	uint32_t count, lowest;

	(void)state;
	for (int step = 0; step < 1000; step++) {
		word = word * 6364136223846793005u + 1442695040888963407u;
		uint64_t sample = word >> step % 64 << step % 61;

		if (!sample)
			continue;
		count = 0;
		lowest = 64;
		for (uint32_t bit = 64; bit--;) {
			count += (uint32_t)(sample >> bit & 1);
			if (sample >> bit & 1)
				lowest = bit;
		}
		assert_int_equal(tiermm__popcount(sample), count);
		assert_int_equal(tiermm__lowest_bit(sample), lowest);
	}
	assert_int_equal(tiermm__popcount(0), 0);
	assert_int_equal(tiermm__popcount(UINT64_MAX), 64);
}

static void a_second_owner_is_told_busy(void **state)
{
	struct tiermm__owner owner;

	(void)state;
	tiermm__owner_init(&owner);
	assert_int_equal(tiermm__owner_enter(&owner), 0);
	assert_int_equal(tiermm__owner_enter(&owner), -TIERMM_EBUSY);
	assert_int_equal(tiermm__owner_enter(&owner), -TIERMM_EBUSY);
	tiermm__owner_leave(&owner);
	assert_int_equal(tiermm__owner_enter(&owner), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measuring_and_laying_out_agree),
		cmocka_unit_test(a_sum_that_does_not_fit_stays_too_much),
		cmocka_unit_test(sums_and_products_say_when_they_do_not_fit),
		cmocka_unit_test(bits_agree_with_counting_one_by_one),
		cmocka_unit_test(a_second_owner_is_told_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
