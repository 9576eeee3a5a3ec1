/* SPDX-License-Identifier: MIT */
/* Logarithms and powers of two in fixed point. */
#include "workload_fixed.h"

#define LOG_BITS 58
#define EXP_BITS 54
/* ln 2, in units of 2^-64. */
#define LN2 UINT64_C(0xb17217f7d1cf79ab)
/* Terms of the exponential series until 0.7^n / n! is below 2^-62. */
#define TERMS 20

uint64_t tiermm__sim_multiply_high(uint64_t a, uint64_t b)
{
	uint64_t a_low = (uint32_t)a, a_high = a >> 32;
	uint64_t b_low = (uint32_t)b, b_high = b >> 32;
	uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
	uint64_t other = a_low * b_high + (uint32_t)middle;

	return a_high * b_high + (middle >> 32) + (other >> 32);
}

/* Squaring the mantissa doubles its logarithm: a bit of it each time. */
uint64_t tiermm__sim_log2(uint64_t x)
{
	uint64_t whole = 63, bits = 0;

	while (!(x >> 63)) {
		x <<= 1;
		whole--;
	}
	for (int i = 0; i < LOG_BITS; i++) {
		x = tiermm__sim_multiply_high(x, x);
		bits <<= 1;
		if (x >> 63)
			bits |= 1;
		else
			x <<= 1;
	}
	return whole << LOG_BITS | bits;
}

/* e^y in units of 2^-62, y below 0.7 in units of 2^-64. */
static uint64_t exponential(uint64_t y)
{
	uint64_t term = UINT64_C(1) << 62, sum = term;

	for (uint64_t i = 1; i <= TERMS; i++) {
		term = tiermm__sim_multiply_high(term, y) / i;
		sum += term;
	}
	return sum;
}

uint64_t tiermm__sim_exp2_minus(uint64_t e)
{
	const uint64_t one = UINT64_C(1) << EXP_BITS;
	/* 2^-e = 2^-whole * 2^up, with up below 1. */
	uint64_t whole = (e + one - 1) >> EXP_BITS;
	uint64_t up = (whole << EXP_BITS) - e;
	uint64_t y = tiermm__sim_multiply_high(up << (64 - EXP_BITS), LN2);

	return whole > 63 ? 0 : exponential(y) >> whole;
}

uint32_t tiermm__sim_fraction(uint64_t a, uint64_t b)
{
	uint32_t bits = 0;

	for (int i = 0; i < 32; i++) {
		a <<= 1;
		bits <<= 1;
		if (a >= b) {
			a -= b;
			bits |= 1;
		}
	}
	return bits;
}
