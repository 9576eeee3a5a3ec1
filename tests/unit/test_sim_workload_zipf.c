/* SPDX-License-Identifier: MIT */
/*
 * Zipf and uniform draws against closed forms (S3), and the fixed-point
 * logarithm and power that they are made of against the C library's (S2).
 */
#include "sim_fixture.h"

#include "../../backends/sim/workload_fixed.h"
#include "../../backends/sim/workload_zipf.h"

#include <math.h>

#define DRAWS 1000000

static const struct tiermm_alloc *memory(void)
{
	static struct tiermm_alloc mem;

	assert_int_equal(tiermm__sim_memory(&mem, NULL), 0);
	return &mem;
}

static void logarithms_are_those_of_libm(void **state)
{
	(void)state;
	for (uint64_t x = 1; x < UINT64_C(1) << 60; x += x / 3 + 1) {
		double log = ldexp((double)tiermm__sim_log2(x), -58);

		assert_true(fabs(log - log2((double)x)) < 1e-13);
	}
	assert_int_equal(tiermm__sim_log2(1), 0);
	assert_int_equal(tiermm__sim_log2(8), UINT64_C(3) << 58);
}

static void powers_are_those_of_libm(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 4000; i++) {
		uint64_t e = i << 47;
		double power = ldexp((double)tiermm__sim_exp2_minus(e), -62);
		double right = exp2(-ldexp((double)e, -54));

		assert_true(fabs(power - right) < 1e-15 + right * 1e-15);
	}
	assert_int_equal(tiermm__sim_exp2_minus(0), UINT64_C(1) << 62);
	assert_int_equal(tiermm__sim_exp2_minus(UINT64_C(500) << 54), 0);
}

static void fractions_are_rounded_down(void **state)
{
	(void)state;
	assert_int_equal(tiermm__sim_fraction(1, 2), UINT32_C(1) << 31);
	assert_int_equal(tiermm__sim_fraction(0, 7), 0);
	assert_int_equal(tiermm__sim_fraction(6, 7), UINT32_MAX / 7 * 6 + 3);
}

/* The sum of r^-theta for r from 1 to n. */
static double harmonic(uint64_t n, double theta)
{
	double sum = 0;

	for (uint64_t r = n; r > 0; r--)
		sum += pow((double)r, -theta);
	return sum;
}

/* The share of the first k ranks, for each k, within five deviations. */
static void check_shares(uint64_t n, double theta)
{
	struct tiermm_random random = { { 0 } };
	struct tiermm__sim_zipf *z = NULL;
	uint64_t *seen = calloc(n, sizeof(*seen)), sum = 0;
	double total = harmonic(n, theta), right = 0;

	assert_non_null(seen);
	tiermm_random_seed(&random, 7);
	assert_int_equal(tiermm__sim_zipf_create(&z, n,
						 (uint64_t)(theta * 1073741824)
							 << 30,
						 memory()),
			 0);
	for (uint64_t i = 0; i < DRAWS; i++)
		seen[tiermm__sim_zipf_draw(z, &random)]++;
	for (uint64_t r = 0; r < n; r++) {
		double deviation, share;

		right += pow((double)(r + 1), -theta) / total;
		sum += seen[r];
		if (r > 9 && r + 1 < n && (r & (r + 1)))
			continue;
		share = (double)sum / DRAWS;
		deviation = sqrt(right * (1 - right) / DRAWS);
		if (fabs(share - right) > 5 * deviation + 2e-5)
			fail_msg("n %d, theta %g: the first %d have %g, not %g",
				 (int)n, theta, (int)r + 1, share, right);
	}
	tiermm__sim_zipf_destroy(z);
	free(seen);
}

static void first_ranks_have_the_share_of_the_closed_form(void **state)
{
	(void)state;
	check_shares(1, 0.99);
	check_shares(10, 0.99);
	check_shares(1000, 0);
	check_shares(2049, 1);
	check_shares(100000, 0.5);
	check_shares(1000000, 0.99);
	check_shares(300001, 1.5);
}

/* One rank alone, far into the wide buckets, where shares would hide it. */
static void ranks_in_one_bucket_are_near_their_own_weight(void **state)
{
	const uint64_t n = 5000;
	struct tiermm_random random = { { 0 } };
	struct tiermm__sim_zipf *z = NULL;
	uint64_t seen[5000] = { 0 };
	double total = harmonic(n, 0.99), square = 0;

	(void)state;
	tiermm_random_seed(&random, 3);
	assert_int_equal(tiermm__sim_zipf_create(&z, n,
						 (uint64_t)(0.99 * 1073741824)
							 << 30,
						 memory()),
			 0);
	for (uint64_t i = 0; i < 4 * DRAWS; i++)
		seen[tiermm__sim_zipf_draw(z, &random)]++;
	for (uint64_t r = 0; r < n; r++) {
		double right = 4 * DRAWS * pow((double)(r + 1), -0.99) / total;
		double off = (double)seen[r] - right;

		square += off * off / right;
	}
	/* Chi-square with n - 1 degrees: mean n, deviation sqrt(2 n). */
	assert_true(fabs(square - (double)n) < 5 * sqrt(2 * (double)n));
	tiermm__sim_zipf_destroy(z);
}

static double chi_square(const char *line, uint64_t pages, uint64_t draws)
{
	static struct tiermm_sim_access batch[1000];
	struct tiermm_sim_source *s = workload(line);
	uint64_t *seen = calloc(pages, sizeof(*seen)), n, sum = 0;
	double square = 0, right = (double)draws / (double)pages;

	assert_non_null(seen);
	while ((n = next_of(s, batch, 1000))) {
		for (uint64_t i = 0; i < n; i++)
			seen[batch[i].page]++;
		sum += n;
	}
	assert_int_equal(sum, draws);
	for (uint64_t i = 0; i < pages; i++)
		square += ((double)seen[i] - right) * ((double)seen[i] - right);
	tiermm_sim_source_destroy(s);
	free(seen);
	return square / right;
}

static void uniform_is_even(void **state)
{
	(void)state;
	assert_true(
		fabs(chi_square("uniform:pages=1000,count=1M", 1000, 1000000) -
		     1000) < 5 * sqrt(2000));
	assert_true(fabs(chi_square("zipf:pages=1000,theta=0,count=1M", 1000,
				    1000000) -
			 1000) < 5 * sqrt(2000));
	/* The test can see what is not even. */
	assert_true(chi_square("zipf:pages=1000,theta=0.1,count=1M", 1000,
			       1000000) > 5000);
}

/* Irwin-Hall of twelve: mean one half, deviation one twelfth of the range. */
static void pmbench_has_the_shape_of_a_bell(void **state)
{
	static struct tiermm_sim_access batch[1000];
	struct tiermm_sim_source *s =
		workload("pmbench:pages=120K,count=1M,seed=5");
	double mean = 0, square = 0, within = 0;
	uint64_t n, writes = 0;

	(void)state;
	while ((n = next_of(s, batch, 1000)))
		for (uint64_t i = 0; i < n; i++) {
			double x = ((double)batch[i].page + 0.5) / 10000 - 6;

			mean += x;
			square += x * x;
			within += fabs(x) < 1;
			writes += batch[i].flags & TIERMM_SIM_WRITE;
		}
	assert_true(fabs(mean / 1e6) < 0.005);
	assert_true(fabs(square / 1e6 - 1) < 0.008);
	/* A normal distribution has 0.6827 there, this one 0.6789 or so. */
	assert_true(fabs(within / 1e6 - 0.680) < 0.005);
	assert_true(writes > 198000 && writes < 202000);
	tiermm_sim_source_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logarithms_are_those_of_libm),
		cmocka_unit_test(powers_are_those_of_libm),
		cmocka_unit_test(fractions_are_rounded_down),
		cmocka_unit_test(first_ranks_have_the_share_of_the_closed_form),
		cmocka_unit_test(ranks_in_one_bucket_are_near_their_own_weight),
		cmocka_unit_test(uniform_is_even),
		cmocka_unit_test(pmbench_has_the_shape_of_a_bell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
