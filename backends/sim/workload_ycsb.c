/* SPDX-License-Identifier: MIT */
/*
 * The core mixes of the Yahoo! cloud serving benchmark (Cooper et al., 2010)
 * over records that lie one behind the other.
 *
 * A read touches each cache line of a record, an update one tenth of it (one
 * field of ten). Inserts of D and E go into a ring of twice the records.
 */
#include "workload.h"

#define PAGE UINT64_C(4096)
#define LINE UINT64_C(64)
#define LONGEST_SCAN 100

static int inserts(const struct tiermm__sim_generator *g)
{
	return g->spec.workload->operate == tiermm__sim_operate_ycsb_d ||
	       g->spec.workload->operate == tiermm__sim_operate_ycsb_e;
}

/* Places for records. */
static uint64_t capacity(const struct tiermm__sim_generator *g)
{
	return g->spec.number[SPEC_RECORDS] * (inserts(g) ? 2 : 1);
}

int tiermm__sim_ycsb_begin(struct tiermm__sim_generator *g)
{
	uint64_t records = g->spec.number[SPEC_RECORDS];
	struct tiermm__sim_spec spec = g->spec;
	int err;

	/* Keys are drawn as pages of zipf are. */
	g->spec.number[SPEC_PAGES] = records;
	err = tiermm__sim_zipf_begin(g);
	g->spec = spec;
	g->newest = records;
	g->pages = (capacity(g) * spec.number[SPEC_RECORD] + PAGE - 1) / PAGE;
	return err;
}

/* Touch some bytes of a record, from its beginning. */
static void touch(struct tiermm__sim_generator *g, uint64_t key, uint64_t bytes,
		  uint32_t flags)
{
	uint64_t at = key % capacity(g) * g->spec.number[SPEC_RECORD];
	uint64_t end = at + bytes;

	while (at < end) {
		uint64_t stop = at / PAGE * PAGE + PAGE;
		uint64_t part = (stop < end ? stop : end) - at;

		tiermm__sim_add(g, at / PAGE, flags,
				(uint32_t)((part + LINE - 1) / LINE));
		at += part;
	}
}

static void read_record(struct tiermm__sim_generator *g, uint64_t key)
{
	touch(g, key, g->spec.number[SPEC_RECORD], 0);
}

static void update(struct tiermm__sim_generator *g, uint64_t key)
{
	touch(g, key, (g->spec.number[SPEC_RECORD] + 9) / 10, TIERMM_SIM_WRITE);
}

static void insert(struct tiermm__sim_generator *g)
{
	touch(g, g->newest++, g->spec.number[SPEC_RECORD], TIERMM_SIM_WRITE);
}

static int percent(struct tiermm__sim_generator *g, uint64_t n)
{
	return tiermm_random_below(&g->random, 100) < n;
}

static void read_or_update(struct tiermm__sim_generator *g, uint64_t reads)
{
	uint64_t key = tiermm__sim_draw_zipf(g);

	if (percent(g, reads))
		read_record(g, key);
	else
		update(g, key);
}

void tiermm__sim_operate_ycsb_a(struct tiermm__sim_generator *g)
{
	read_or_update(g, 50);
}

void tiermm__sim_operate_ycsb_b(struct tiermm__sim_generator *g)
{
	read_or_update(g, 95);
}

void tiermm__sim_operate_ycsb_c(struct tiermm__sim_generator *g)
{
	read_record(g, tiermm__sim_draw_zipf(g));
}

/* The latest record is the most frequent. */
void tiermm__sim_operate_ycsb_d(struct tiermm__sim_generator *g)
{
	if (percent(g, 95))
		read_record(g,
			    g->newest - 1 -
				    tiermm__sim_zipf_draw(g->zipf, &g->random));
	else
		insert(g);
}

void tiermm__sim_operate_ycsb_e(struct tiermm__sim_generator *g)
{
	uint64_t key, n;

	if (!percent(g, 95)) {
		insert(g);
		return;
	}
	key = tiermm__sim_draw_zipf(g);
	n = 1 + tiermm_random_below(&g->random, LONGEST_SCAN);
	while (n--)
		read_record(g, key++);
}

void tiermm__sim_operate_ycsb_f(struct tiermm__sim_generator *g)
{
	uint64_t key = tiermm__sim_draw_zipf(g);

	read_record(g, key);
	if (!percent(g, 50))
		update(g, key);
}
