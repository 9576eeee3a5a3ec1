/* SPDX-License-Identifier: MIT */
/*
 * What it costs a mover to park a page, 512 of them in a request: open, add,
 * stamp and queue, against one section of Concurrency Kit's epochs around 512
 * calls of ck_epoch_call(). Both then hand all of it back, outside the clock.
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

/* What a mover has for a page: as large for the one as for the other. */
struct ours {
	struct tiermm_flush_page link;
	uint64_t other[2];
};

struct theirs {
	ck_epoch_entry_t entry;
	uint64_t other[6];
};

static struct ours ours[PAGES];
static struct tiermm_flush_page *links[PAGES];
static struct theirs theirs[PAGES];
static uint64_t given_back;

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double park(struct tiermm_flush *f, void *memory)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_request *r;
	double start = figure_now_ns(), spent;
	uint64_t n = 0;
	int err = tiermm_flush_open(f, memory, 0, NULL, 0, &r);

	if (!err)
		err = tiermm_flush_add(r, links, PAGES, &n);
	if (!err)
		err = tiermm_flush_stamp(r);
	if (!err)
		err = tiermm_flush_queue(r, 0, NULL);
	spent = figure_now_ns() - start;
	if (err || n != PAGES)
		figure_die("not parked");
	if (tiermm_flush_reap(f, NULL, 0, 0, &freed) || freed.n_pages != PAGES)
		figure_die("not handed back");
	return spent / PAGES;
}

static void count_one(ck_epoch_entry_t *entry)
{
	(void)entry;
	given_back++;
}

static double call(ck_epoch_t *epoch, ck_epoch_record_t *record)
{
	ck_epoch_section_t section;
	double start = figure_now_ns(), spent;

	ck_epoch_begin(record, &section);
	for (int i = 0; i < PAGES; i++)
		ck_epoch_call(record, &theirs[i].entry, count_one);
	ck_epoch_end(record, &section);
	spent = figure_now_ns() - start;
	given_back = 0;
	ck_epoch_barrier(record);
	(void)epoch;
	if (given_back != PAGES)
		figure_die("ck lost some");
	return spent / PAGES;
}

int main(void)
{
	static double a[ROUNDS], b[ROUNDS];
	static ck_epoch_record_t record;
	static ck_epoch_t epoch;
	struct tiermm_flush *f;
	void *memory;

	if (tiermm_flush_create(&f, NULL, NULL))
		figure_die("no tracker");
	memory = aligned_alloc(TIERMM_ALIGN, tiermm_flush_request_bytes(f));
	if (!memory)
		figure_die("no memory");
	for (uint32_t i = 0; i < PAGES; i++) {
		ours[i].link.pages = 1;
		links[i] = &ours[i].link;
	}
	ck_epoch_init(&epoch);
	ck_epoch_register(&epoch, &record, NULL);
	for (int i = -FIGURE_WARM_UP; i < ROUNDS; i++) {
		double x = park(f, memory), y = call(&epoch, &record);

		if (i >= 0) {
			a[i] = x;
			b[i] = y;
		}
	}
	qsort(a, ROUNDS, sizeof(*a), by_value);
	qsort(b, ROUNDS, sizeof(*b), by_value);
	printf("{\"bench\":\"flush_park_page\",\"against\":\"ck_epoch_call\","
	       "\"samples\":%d,\"median_ns\":%.2f,\"against_ns\":%.2f,"
	       "\"ratio\":%.2f,\"goal\":%.2f,\"met\":%s}\n",
	       ROUNDS, a[ROUNDS / 2], b[ROUNDS / 2],
	       a[ROUNDS / 2] / b[ROUNDS / 2], GOAL,
	       a[ROUNDS / 2] / b[ROUNDS / 2] <= GOAL ? "true" : "false");
	free(memory);
	tiermm_flush_destroy(f);
	return 0;
}
