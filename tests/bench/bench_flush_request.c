/* SPDX-License-Identifier: MIT */
/*
 * What it costs a mover to park a page, 512 of them in a request: open, add,
 * stamp and queue, against one section of Concurrency Kit's epochs around 512
 * calls of ck_epoch_call(). Both then hand all of it back, outside the clock.
 *
 * Twice: with what each needs for a page side by side (8 bytes here, 16 there),
 * and inside objects of a cache line, where either has to touch all 512 lines.
 */
#include "figure.h"

#include <stdio.h>
#include <stdlib.h>

#include <ck_epoch.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>

#define PAGES 512
#define ROUNDS 401
#define GOAL 0.7
#define LINE 64

/* Objects of either kind, a stride apart. */
struct scene {
	struct tiermm_flush *f;
	void *request;
	struct tiermm_flush_page *link[PAGES];
	ck_epoch_t epoch;
	ck_epoch_record_t record;
	ck_epoch_entry_t *entry[PAGES];
};

static _Alignas(LINE) char ours[PAGES * LINE], theirs[PAGES * LINE];
static uint64_t given_back;

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double park(struct scene *s)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_request *r;
	double start = figure_now_ns(), spent;
	uint64_t n = 0;
	int err = tiermm_flush_open(s->f, s->request, 0, NULL, 0, &r);

	if (!err)
		err = tiermm_flush_add(r, s->link, NULL, PAGES, 0, &n);
	if (!err)
		err = tiermm_flush_stamp(r);
	if (!err)
		err = tiermm_flush_queue(r, 0, NULL);
	spent = figure_now_ns() - start;
	if (err || n != PAGES)
		figure_die("not parked");
	if (tiermm_flush_reap(s->f, NULL, 0, 0, &freed) ||
	    freed.n_pages != PAGES || s->link[PAGES - 1]->parked)
		figure_die("not handed back");
	return spent / PAGES;
}

static void count_one(ck_epoch_entry_t *entry)
{
	(void)entry;
	given_back++;
}

static double call(struct scene *s)
{
	ck_epoch_section_t section;
	double start = figure_now_ns(), spent;

	ck_epoch_begin(&s->record, &section);
	for (int i = 0; i < PAGES; i++)
		ck_epoch_call(&s->record, s->entry[i], count_one);
	ck_epoch_end(&s->record, &section);
	spent = figure_now_ns() - start;
	given_back = 0;
	ck_epoch_barrier(&s->record);
	if (given_back != PAGES)
		figure_die("ck lost some");
	return spent / PAGES;
}

static void compare(struct scene *s, const char *name, size_t our_stride,
		    size_t their_stride)
{
	static double a[ROUNDS], b[ROUNDS];
	double ratio;

	for (size_t i = 0; i < PAGES; i++) {
		s->link[i] = (void *)(ours + i * our_stride);
		s->link[i]->parked = 0;
		s->entry[i] = (void *)(theirs + i * their_stride);
	}
	for (int i = -FIGURE_WARM_UP; i < ROUNDS; i++) {
		double x = park(s), y = call(s);

		if (i >= 0) {
			a[i] = x;
			b[i] = y;
		}
	}
	qsort(a, ROUNDS, sizeof(*a), by_value);
	qsort(b, ROUNDS, sizeof(*b), by_value);
	ratio = a[ROUNDS / 2] / b[ROUNDS / 2];
	printf("{\"bench\":\"%s\",\"against\":\"ck_epoch_call\","
	       "\"samples\":%d,\"median_ns\":%.2f,\"against_ns\":%.2f,"
	       "\"ratio\":%.2f,\"goal\":%.2f,\"met\":%s}\n",
	       name, ROUNDS, a[ROUNDS / 2], b[ROUNDS / 2], ratio, GOAL,
	       ratio <= GOAL ? "true" : "false");
}

int main(void)
{
	static struct scene s;
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .request_pages = PAGES };

	if (tiermm_flush_create(&s.f, &o, NULL))
		figure_die("no tracker");
	s.request =
		aligned_alloc(TIERMM_ALIGN, tiermm_flush_request_bytes(s.f));
	if (!s.request)
		figure_die("no memory");
	ck_epoch_init(&s.epoch);
	ck_epoch_register(&s.epoch, &s.record, NULL);
	compare(&s, "flush_park_page", sizeof(struct tiermm_flush_page),
		sizeof(ck_epoch_entry_t));
	compare(&s, "flush_park_page_in_line", LINE, LINE);
	free(s.request);
	tiermm_flush_destroy(s.f);
	return 0;
}
