/* SPDX-License-Identifier: MIT */
/* Random numbers: the published sequence, and even draws. */
#include "support/cmocka.h"

#include <tiermm/error.h>
#include <tiermm/random.h>

static void the_sequence_is_that_of_the_reference(void **state)
{
	/* First outputs of xoroshiro128++ 1.0 from the state { 1, 2 }. */
	static const uint64_t expected[] = {
		393217,
		669327710093319,
		1732421326133921491,
		11394790081659126983u,
		9555452776773192676u,
		3586421180005889563,
		1691397964866707553,
		10735626796753111697u,
	};
	struct tiermm_random random = { { 1, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_int_equal(tiermm_random_next(&random), expected[i]);
}

static void a_seed_is_spread_by_split_mix(void **state)
{
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 1234567), 0);
	assert_int_equal(random.state[0], 6457827717110365317);
	assert_int_equal(random.state[1], 3203168211198807973);
}

static void seed_zero_is_a_seed(void **state)
{
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 0), 0);
	assert_true(random.state[0] || random.state[1]);
	assert_int_not_equal(tiermm_random_next(&random),
			     tiermm_random_next(&random));
	assert_int_equal(tiermm_random_seed(NULL, 0), -TIERMM_EINVAL);
}

static void a_state_never_seeded_is_that_of_seed_zero(void **state)
{
	struct tiermm_random none = { { 0, 0 } };
	struct tiermm_random zero;

	(void)state;
	assert_int_equal(tiermm_random_seed(&zero, 0), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(tiermm_random_below(&none, 3),
				 tiermm_random_below(&zero, 3));
}

static void below_stays_below(void **state)
{
	static const uint64_t bounds[] = {
		1, 2, 3, 1000, 1u << 31, (1ull << 63) + 1, UINT64_MAX
	};
	struct tiermm_random random;

	(void)state;
	tiermm_random_seed(&random, 7);
	assert_int_equal(tiermm_random_below(&random, 0), 0);
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		for (int draw = 0; draw < 2000; draw++)
			assert_true(tiermm_random_below(&random, bounds[i]) <
				    bounds[i]);
}

static void the_product_is_the_upper_half(void **state)
{
	struct tiermm_random a = { { 1, 2 } }, b = a;

	(void)state;
	/* A power of two takes the upper bits as they are. */
	for (int draw = 0; draw < 1000; draw++)
		assert_int_equal(tiermm_random_below(&a, 1ull << 40),
				 tiermm_random_next(&b) >> 24);
}

static void draws_below_a_bound_are_even(void **state)
{
	uint32_t hits[6] = { 0 };
	struct tiermm_random random;

	(void)state;
	tiermm_random_seed(&random, 3);
	for (int draw = 0; draw < 60000; draw++)
		hits[tiermm_random_below(&random, 6)]++;
	/* Six standard deviations are about 550. */
	for (int i = 0; i < 6; i++)
		assert_in_range(hits[i], 9450, 10550);
}

static void words_that_would_favour_an_answer_are_drawn_again(void **state)
{
	/*
	 * With a bound just above 2^63 nearly every second word is refused,
	 * so the generator runs ahead of the draws by about as many words.
	 */
	struct tiermm_random random, twin;
	uint64_t last;
	int draws = 1000, words = 0;

	(void)state;
	tiermm_random_seed(&random, 5);
	twin = random;
	for (int draw = 0; draw < draws; draw++)
		tiermm_random_below(&random, (1ull << 63) + 1);
	last = tiermm_random_next(&random);
	while (tiermm_random_next(&twin) != last)
		words++;
	assert_in_range(words, 1800, 2200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sequence_is_that_of_the_reference),
		cmocka_unit_test(a_seed_is_spread_by_split_mix),
		cmocka_unit_test(seed_zero_is_a_seed),
		cmocka_unit_test(a_state_never_seeded_is_that_of_seed_zero),
		cmocka_unit_test(below_stays_below),
		cmocka_unit_test(the_product_is_the_upper_half),
		cmocka_unit_test(draws_below_a_bound_are_even),
		cmocka_unit_test(
			words_that_would_favour_an_answer_are_drawn_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
