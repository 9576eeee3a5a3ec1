/* SPDX-License-Identifier: MIT */
/*
 * Marking 1 TiB of 4 KiB frames for a change of half of them, against one
 * plain pass over a bitmap of that size; and the sweep over it.
 * Goal: at most twice the plain pass.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/layout_account.h>
#include <tiermm/layout_move.h>
#include <tiermm/layout_pattern.h>

#define FRAMES (UINT64_C(1) << 28)
#define STRIPE (UINT64_C(1) << 15) /* 128 MiB, a memory block */
#define ROUNDS 41

static struct tiermm_relayout *relayout;
static uint64_t *plain;

/* One half of the stripes changes its node each time. */
static struct tiermm_layout *stripes(int32_t odd)
{
	static struct tiermm_layout_range r[FRAMES / STRIPE];
	struct tiermm_layout *l;

	for (uint64_t i = 0; i < FRAMES / STRIPE; i++)
		r[i] = (struct tiermm_layout_range){
			.first = i * STRIPE,
			.last = (i + 1) * STRIPE - 1,
			.node = i % 2 ? odd : 0,
		};
	if (tiermm_layout_create(&l, r, FRAMES / STRIPE, NULL, NULL, NULL))
		figure_die("no layout");
	return l;
}

/* Setting each word is the least that any marking does. */
static double pass(uint64_t value)
{
	double start = figure_now_ns();
	volatile uint64_t *word = plain;

	for (uint64_t i = 0; i < FRAMES / 64; i++)
		word[i] = value;
	return figure_now_ns() - start;
}

static double commit(struct tiermm_layout *l)
{
	double start;

	if (tiermm_relayout_prepare(relayout, l, NULL, 0, NULL))
		figure_die("not prepared");
	start = figure_now_ns();
	if (tiermm_relayout_commit(relayout))
		figure_die("no commit");
	return figure_now_ns() - start;
}

/* A sweep that finds all pages in use. */
static double sweep(uint64_t *items)
{
	static struct tiermm_move moves[512];
	struct tiermm_layout_step step = { .size = sizeof(step) };
	double start = figure_now_ns();
	uint64_t n = 0;

	do {
		if (tiermm_relayout_plan(relayout, &step, moves, 512, &n) ||
		    tiermm_relayout_report(relayout, &step, NULL, NULL, 0))
			figure_die("no step");
		*items += n;
	} while (step.frames);
	return figure_now_ns() - start;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *ns)
{
	qsort(ns, ROUNDS, sizeof(*ns), by_value);
	return ns[ROUNDS / 2];
}

/* Half of the frames are marked, and no other. */
static void check(uint64_t items)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };

	if (tiermm_relayout_progress(relayout, &p) || p.differ != FRAMES / 2 ||
	    p.pending != FRAMES / 2 || items != ROUNDS * FRAMES / 2 / 1024)
		figure_die("marked wrongly");
}

int main(void)
{
	struct tiermm_layout *l[2] = { stripes(1), stripes(2) };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = 4 };
	double marked[ROUNDS], passed[ROUNDS], swept[ROUNDS], ratio;
	uint64_t items = 0;

	plain = malloc(FRAMES / 8);
	if (!plain || tiermm_relayout_create(&relayout, l[1], &o, NULL, NULL))
		figure_die("no memory");
	memset(plain, 1, FRAMES / 8);
	for (int i = 0; i < ROUNDS; i++) {
		passed[i] = pass((uint64_t)i);
		marked[i] = commit(l[i & 1]);
		swept[i] = sweep(&items);
	}
	check(items);
	ratio = median(marked) / median(passed);
	printf("marking half of 1 TiB: %.2f ms; a plain pass: %.2f ms; "
	       "%.2f (goal: at most 2) %s\n",
	       median(marked) / 1e6, median(passed) / 1e6, ratio,
	       ratio <= 2 ? "met" : "NOT MET");
	printf("a sweep over it, all pages in use: %.2f ms\n",
	       median(swept) / 1e6);
	tiermm_relayout_destroy(relayout);
	tiermm_layout_unref(l[0]);
	tiermm_layout_unref(l[1]);
	free(plain);
	return 0;
}
