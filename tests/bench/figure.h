/* SPDX-License-Identifier: MIT */
/*
 * What the benchmarks of hot paths share: samples of two loops taken in turn,
 * their medians, and the ratio with its goal.
 */
#ifndef TESTS_BENCH_FIGURE_H
#define TESTS_BENCH_FIGURE_H

#include <stdint.h>

/* Samples of each loop, after as many as FIGURE_WARM_UP that do not count. */
#define FIGURE_SAMPLES 201
#define FIGURE_WARM_UP 20

/* One loop: does @c operations, and returns a sum that is checked. */
struct figure_loop {
	const char *name;
	uint64_t (*run)(void *argument);
	void *argument;
	uint64_t expected; /* what run has to return */
};

struct figure {
	double median_ns; /* of one operation */
	double p99_ns;
};

/* Print why, and end: a fast wrong answer is no result. */
void figure_die(const char *what);

double figure_now_ns(void);

/* Take samples of both loops in turn; a loop has @operations of them. */
void figure_measure(const struct figure_loop *a, const struct figure_loop *b,
		    uint64_t operations, struct figure *of_a,
		    struct figure *of_b);

/* The same, and one line: a / b, at most goal where it is met; 0: no goal. */
double figure_compare(const struct figure_loop *a, const struct figure_loop *b,
		      uint64_t operations, double goal);

#endif
