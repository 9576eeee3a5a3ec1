/* SPDX-License-Identifier: MIT */
/*
 * Which node a frame belongs to, against GLib's balanced tree of ranges and a
 * branch-free search in a sorted array: random frames and sequential ones, 10,
 * 1 000 and 1 000 000 ranges; and the same while commits go on.
 * Goals: at random 6, 8 and 12 times faster than the tree, in sequence 15
 * times; undisturbed by commits (1.1); 24 bytes a range.
 */
#include "figure.h"

#include <glib.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>
#include <tiermm/layout_inline.h>
#include <tiermm/layout_move.h>
#include <tiermm/random.h>

#define LAST ((UINT64_C(1) << 28) - 1) /* 1 TiB of 4 KiB frames */
#define ASKED 32768
#define NODES 8

struct scene {
	uint64_t n;
	struct tiermm_layout_range *ranges;
	uint64_t *first; /* of each range */
	GTree *tree;
	struct tiermm_layout *layout;
	struct tiermm_relayout *relayout;
	uint64_t frames[ASKED];
	uint64_t next; /* sequential frames go on from here */
	struct tiermm_layout_cursor cursor;
};

static gint compare(gconstpointer a, gconstpointer b)
{
	const struct tiermm_layout_range *range = a, *key = b;

	if (key->first < range->first)
		return 1;
	return key->first > range->last ? -1 : 0;
}

/* The same the other way round: GTree hands the key of the node first. */
static gint find(gconstpointer range, gconstpointer key)
{
	return -compare(range, key);
}

static int ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Ranges that begin at random frames. */
static void make_ranges(struct scene *s, uint64_t seed)
{
	struct tiermm_random random;

	tiermm_random_seed(&random, seed);
	for (uint64_t i = 0; i < s->n; i++)
		s->first[i] = tiermm_random_below(&random, LAST + 1);
	s->first[0] = 0;
	qsort(s->first, s->n, sizeof(*s->first), ascending);
	for (uint64_t i = 1; i < s->n; i++)
		if (s->first[i] <= s->first[i - 1])
			s->first[i] = s->first[i - 1] + 1;
	for (uint64_t i = 0; i < s->n; i++)
		s->ranges[i] = (struct tiermm_layout_range){
			.first = s->first[i],
			.last = i + 1 < s->n ? s->first[i + 1] - 1 : LAST,
			.node = (int32_t)tiermm_random_below(&random, NODES),
		};
	for (uint32_t i = 0; i < ASKED; i++)
		s->frames[i] = tiermm_random_below(&random, LAST + 1);
}

static void make(struct scene *s, uint64_t n)
{
	s->n = n;
	s->ranges = calloc(n, sizeof(*s->ranges));
	s->first = calloc(n, sizeof(*s->first));
	s->tree = g_tree_new((GCompareFunc)compare);
	if (!s->ranges || !s->first)
		figure_die("no memory");
	make_ranges(s, n);
	for (uint64_t i = 0; i < n; i++)
		g_tree_insert(s->tree, &s->ranges[i], &s->ranges[i]);
	if (tiermm_layout_create(&s->layout, s->ranges, n, NULL, NULL, NULL) ||
	    tiermm_relayout_create(&s->relayout, s->layout, NULL, NULL, NULL))
		figure_die("no layout");
}

static void drop(struct scene *s)
{
	g_tree_destroy(s->tree);
	tiermm_relayout_destroy(s->relayout);
	tiermm_layout_unref(s->layout);
	free(s->ranges);
	free(s->first);
}

static int32_t in_tree(const struct scene *s, uint64_t frame)
{
	struct tiermm_layout_range key = { .first = frame };
	const struct tiermm_layout_range *range =
		g_tree_search(s->tree, find, &key);

	return range->node;
}

static int32_t in_array(const struct scene *s, uint64_t frame)
{
	const uint64_t *at = s->first;

	for (uint64_t n = s->n; n > 1;) {
		uint64_t half = n / 2;

		at += at[half] <= frame ? half : 0;
		n -= half;
	}
	return s->ranges[at - s->first].node;
}

static uint64_t random_tree(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		sum += (uint64_t)in_tree(s, s->frames[i]);
	return sum;
}

static uint64_t random_array(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		sum += (uint64_t)in_array(s, s->frames[i]);
	return sum;
}

static uint64_t random_layout(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		sum += (uint64_t)tiermm_relayout_node(s->relayout,
						      s->frames[i]);
	return sum;
}

static uint64_t sequential_tree(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		sum += (uint64_t)in_tree(s, s->next + i);
	return sum;
}

static uint64_t sequential_layout(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < ASKED; i++)
		sum += (uint64_t)tiermm_relayout_node_inline(s->relayout,
							     &s->cursor,
							     s->next + i);
	return sum;
}

static void compare_random(struct scene *s, double goal)
{
	uint64_t sum = random_tree(s);
	struct figure_loop tree = { "glib_tree", random_tree, s, sum };
	struct figure_loop array = { "sorted_array", random_array, s, sum };
	struct figure_loop layout = { "layout", random_layout, s, sum };

	printf("%" PRIu64 " ranges, random frames\n", s->n);
	(void)figure_compare(&array, &tree, ASKED, 0);
	(void)figure_compare(&layout, &tree, ASKED, 1 / goal);
}

static void compare_sequential(struct scene *s)
{
	struct figure_loop tree = { "glib_tree", sequential_tree, s, 0 };
	struct figure_loop layout = { "layout", sequential_layout, s, 0 };

	s->next = LAST / 3;
	tree.expected = sequential_tree(s);
	layout.expected = tree.expected;
	printf("%" PRIu64 " ranges, sequential frames\n", s->n);
	(void)figure_compare(&layout, &tree, ASKED, 1.0 / 15);
}

static void print_memory(const struct scene *s)
{
	double ratio =
		(double)tiermm_layout_bytes(s->layout) / (16.0 * (double)s->n);

	printf("%" PRIu64 " ranges: %.2f times 16 bytes a range "
	       "(goal: at most 1.5) %s\n",
	       s->n, ratio, ratio <= 1.5 ? "met" : "NOT MET");
}

static _Atomic int stop;
static _Atomic uint64_t commits;
static struct tiermm_flush *flush;
static struct tiermm_flush_agent *reader;

/* A read section around the look-ups of one sample. */
static uint64_t guarded_layout(void *argument)
{
	uint64_t sum;

	(void)tiermm_flush_enter(reader);
	sum = random_layout(argument);
	(void)tiermm_flush_exit(reader);
	return sum;
}

static void *keep_committing(void *argument)
{
	struct scene *s = argument;
	int err;

	while (!atomic_load(&stop)) {
		err = tiermm_relayout_prepare(s->relayout, s->layout, NULL, 0,
					      NULL);
		if (!err)
			err = tiermm_relayout_commit(s->relayout);
		if (err && err != -TIERMM_EAGAIN)
			figure_die("no commit");
		if (tiermm_relayout_poll(s->relayout, NULL))
			figure_die("no poll");
		atomic_fetch_add(&commits, !err);
		g_usleep(100);
	}
	return NULL;
}

static void make_guarded(struct scene *s)
{
	struct tiermm_relayout_options o = { .size = sizeof(o) };
	struct tiermm_retire table;

	tiermm_relayout_destroy(s->relayout);
	if (tiermm_flush_create(&flush, NULL, NULL) ||
	    tiermm_flush_join(flush, 0, &reader) ||
	    tiermm_flush_retire(flush, &table))
		figure_die("no tracker");
	o.retire = &table;
	if (tiermm_relayout_create(&s->relayout, s->layout, &o, NULL, NULL))
		figure_die("no layout");
}

static void compare_disturbed(struct scene *s)
{
	struct figure_loop loop = { "layout", guarded_layout, s, 0 };
	struct figure alone, again, meanwhile, too;
	pthread_t thread;
	double ratio;

	make_guarded(s);
	loop.expected = guarded_layout(s);
	figure_measure(&loop, &loop, ASKED, &alone, &again);
	if (pthread_create(&thread, NULL, keep_committing, s))
		figure_die("no thread");
	figure_measure(&loop, &loop, ASKED, &meanwhile, &too);
	atomic_store(&stop, 1);
	pthread_join(thread, NULL);
	ratio = meanwhile.median_ns / alone.median_ns;
	printf("while %" PRIu64 " commits go on: %.2f ns, undisturbed %.2f ns: "
	       "%.2f (goal: at most 1.1) %s\n",
	       atomic_load(&commits), meanwhile.median_ns, alone.median_ns,
	       ratio, ratio <= 1.1 ? "met" : "NOT MET");
}

int main(void)
{
	static struct scene few, some, many;

	make(&few, 10);
	make(&some, 1000);
	make(&many, 1000000);
	compare_random(&few, 6);
	compare_random(&some, 8);
	compare_random(&many, 12);
	compare_sequential(&few);
	compare_sequential(&some);
	compare_sequential(&many);
	print_memory(&some);
	print_memory(&many);
	compare_disturbed(&some);
	drop(&few);
	drop(&some);
	drop(&many);
	tiermm_flush_destroy(flush);
	return 0;
}
