/* SPDX-License-Identifier: MIT */
/* Two loops, measured in turn. */
#define _POSIX_C_SOURCE 200809L

#include "figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void figure_die(const char *what)
{
	fprintf(stderr, "benchmark: %s\n", what);
	exit(1);
}

double figure_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double sample(const struct figure_loop *loop, uint64_t operations)
{
	double start = figure_now_ns();
	uint64_t sum = loop->run(loop->argument);
	double spent = figure_now_ns() - start;

	if (sum != loop->expected)
		figure_die(loop->name);
	return spent / (double)operations;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct figure summary(double *ns)
{
	qsort(ns, FIGURE_SAMPLES, sizeof(*ns), by_value);
	return (struct figure){ ns[FIGURE_SAMPLES / 2],
				ns[FIGURE_SAMPLES * 99 / 100] };
}

void figure_measure(const struct figure_loop *a, const struct figure_loop *b,
		    uint64_t operations, struct figure *of_a,
		    struct figure *of_b)
{
	static double first[FIGURE_SAMPLES], second[FIGURE_SAMPLES];

	for (int i = -FIGURE_WARM_UP; i < FIGURE_SAMPLES; i++) {
		double x = sample(a, operations), y = sample(b, operations);

		if (i < 0)
			continue;
		first[i] = x;
		second[i] = y;
	}
	*of_a = summary(first);
	*of_b = summary(second);
}

double figure_compare(const struct figure_loop *a, const struct figure_loop *b,
		      uint64_t operations, double goal)
{
	struct figure x, y;
	double ratio;

	figure_measure(a, b, operations, &x, &y);
	ratio = x.median_ns / y.median_ns;
	printf("{\"bench\":\"%s\",\"against\":\"%s\",\"samples\":%d,"
	       "\"median_ns\":%.2f,\"p99_ns\":%.2f,\"against_ns\":%.2f,"
	       "\"against_p99_ns\":%.2f,\"ratio\":%.2f",
	       a->name, b->name, FIGURE_SAMPLES, x.median_ns, x.p99_ns,
	       y.median_ns, y.p99_ns, ratio);
	if (goal > 0)
		printf(",\"goal\":%.2f,\"met\":%s", goal,
		       ratio <= goal ? "true" : "false");
	printf("}\n");
	return ratio;
}
