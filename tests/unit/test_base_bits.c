/* SPDX-License-Identifier: MIT */
/* Bits of words, against a count one by one. */
#include "base/bits.h"
#include "support/cmocka.h"

#include <tiermm/random.h>

static void bits_are_counted_and_found(void **state)
{
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 1), 0);
	assert_int_equal(tiermm__popcount(0), 0);
	for (int i = 0; i < 1000; i++) {
		uint64_t word =
			tiermm_random_next(&random) | (uint64_t)1 << (i % 64);
		uint32_t count = 0, lowest = 64;

		word &= tiermm_random_next(&random) | (uint64_t)1 << (i % 64);
		for (uint32_t bit = 64; bit-- > 0;) {
			if (!(word >> bit & 1))
				continue;
			count++;
			lowest = bit;
		}
		assert_int_equal(tiermm__popcount(word), count);
		assert_int_equal(tiermm__lowest_bit(word), lowest);
	}
}

/* Any bit of any word fills it, alone and together with others. */
static void filled_words_are_the_same_both_ways(void **state)
{
	uint64_t words[17] = { 0 };
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm__filled_words(words), 0);
	for (uint32_t bit = 0; bit < 1024; bit++) {
		words[bit / 64] = (uint64_t)1 << (bit % 64);
		assert_int_equal(tiermm__filled_words(words), 1 << (bit / 64));
		assert_int_equal(tiermm__filled_words_plain(words),
				 1 << (bit / 64));
		words[bit / 64] = 0;
	}
	assert_int_equal(tiermm_random_seed(&random, 2), 0);
	for (uint32_t i = 0; i < 2000; i++) {
		/* Behind the first word too: sets are aligned to 8 bytes. */
		uint64_t *from = words + i % 2;

		for (uint32_t k = 0; k < 16; k++) {
			uint64_t shift = tiermm_random_below(&random, 64);

			from[k] = tiermm_random_below(&random, 2)
					  ? tiermm_random_next(&random) >> shift
					  : 0;
		}
		assert_int_equal(tiermm__filled_words(from),
				 tiermm__filled_words_plain(from));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_are_counted_and_found),
		cmocka_unit_test(filled_words_are_the_same_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
