/* SPDX-License-Identifier: MIT */
/*
 * Logarithms and powers of two in fixed point, so that workloads come out
 * equal on every machine. Errors are below 2^-50, absolute for the logarithm
 * and relative for the power.
 */
#ifndef TIERMM_SIM_FIXED_H
#define TIERMM_SIM_FIXED_H

#include <stdint.h>

/* Upper half of a 128-bit product. */
uint64_t tiermm__sim_multiply_high(uint64_t a, uint64_t b);

/* log2(x), x from 1 on, in units of 2^-58. */
uint64_t tiermm__sim_log2(uint64_t x);

/* 2^-e in units of 2^-62, e in units of 2^-54; 0 where it is too small. */
uint64_t tiermm__sim_exp2_minus(uint64_t e);

/* a * 2^32 / b, a below b, b below 2^63; rounded down. */
uint32_t tiermm__sim_fraction(uint64_t a, uint64_t b);

#endif
