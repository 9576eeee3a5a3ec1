/* SPDX-License-Identifier: MIT */
/* Several sources beside each other, as processes that take turns. */
#include "source.h"

#include <string.h>

#define MOST_PARTS 64
#define BATCH 256

struct part {
	struct tiermm_sim_source *source;
	uint64_t first_page;
	uint32_t first_thread;
	uint32_t first_process;
	uint32_t have; /* records in the batch */
	uint32_t at;   /* the next of them */
	int ended;
	struct tiermm_sim_access batch[BATCH];
};

struct mix {
	struct tiermm_alloc mem;
	uint64_t bytes;
	uint64_t n;
	uint64_t turn;
	uint64_t live; /* parts that have not ended */
	struct part part[];
};

/* Make sure that a part has a record, or is known to have ended. */
static int refill(struct mix *m, struct part *p, struct tiermm_sim_error *error)
{
	uint64_t n;
	int err;

	if (p->ended || p->at < p->have)
		return 0;
	err = tiermm_sim_source_next(p->source, p->batch, BATCH, &n, error);
	if (err)
		return err;
	p->at = 0;
	p->have = (uint32_t)n;
	p->ended = !n;
	m->live -= !n;
	return 0;
}

static void take(struct part *p, struct tiermm_sim_access *out)
{
	*out = p->batch[p->at++];
	out->page += p->first_page;
	out->thread += p->first_thread;
	out->process += p->first_process;
}

static int mix_next(void *self, struct tiermm_sim_access *out, uint64_t cap,
		    uint64_t *n_out, struct tiermm_sim_error *error)
{
	struct mix *m = self;
	uint64_t n = 0;

	while (n < cap && m->live) {
		struct part *p = &m->part[m->turn];
		int err = refill(m, p, error);

		if (err)
			return err;
		if (!p->ended)
			take(p, &out[n++]);
		m->turn = m->turn + 1 == m->n ? 0 : m->turn + 1;
	}
	*n_out = n;
	return 0;
}

static int mix_rewind(void *self)
{
	struct mix *m = self;

	for (uint64_t i = 0; i < m->n; i++) {
		struct part *p = &m->part[i];
		int err = tiermm_sim_source_rewind(p->source);

		if (err)
			return err;
		p->at = 0;
		p->have = 0;
		p->ended = 0;
	}
	m->turn = 0;
	m->live = m->n;
	return 0;
}

static void mix_destroy(void *self)
{
	struct mix *m = self;
	struct tiermm_alloc mem = m->mem;

	for (uint64_t i = 0; i < m->n; i++)
		tiermm_sim_source_destroy(m->part[i].source);
	tiermm__sim_free(&mem, m, m->bytes);
}

static const struct tiermm__sim_kind mix_kind = { .next = mix_next,
						  .rewind = mix_rewind,
						  .destroy = mix_destroy };

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	if (a == TIERMM_SIM_UNKNOWN || b == TIERMM_SIM_UNKNOWN)
		return TIERMM_SIM_UNKNOWN;
	return a + b;
}

/* Whole regions, so that huge pages of two processes do not overlap. */
static uint64_t whole_regions(uint64_t pages)
{
	const uint64_t region = TIERMM__SIM_REGION_PAGES;

	return (pages + region - 1) / region * region;
}

/* Put one part behind those that are there already. */
static int append(struct tiermm_sim_source_info *all, struct part *p)
{
	struct tiermm_sim_source_info one = { .size = sizeof(one) };
	int err = tiermm_sim_source_get_info(p->source, &one);

	if (err)
		return err;
	if (one.pages == TIERMM_SIM_UNKNOWN || !one.threads || !one.processes ||
	    (all->page_bytes && all->page_bytes != one.page_bytes))
		return -TIERMM_EINVAL;
	p->first_page = whole_regions(all->pages);
	p->first_thread = all->threads;
	p->first_process = all->processes;
	if (one.pages > TIERMM_SIM_PAGE_LIMIT - p->first_page ||
	    one.threads > TIERMM_SIM_THREAD_LIMIT - all->threads ||
	    one.processes > TIERMM_SIM_THREAD_LIMIT - all->processes)
		return -TIERMM_ERANGE;
	all->pages = p->first_page + one.pages;
	all->threads += one.threads;
	all->processes += one.processes;
	all->records = sum_of(all->records, one.records);
	all->accesses = sum_of(all->accesses, one.accesses);
	all->page_bytes = one.page_bytes;
	return 0;
}

int tiermm_sim_mix_create(struct tiermm_sim_source **out,
			  struct tiermm_sim_source *const *parts, uint64_t n,
			  const struct tiermm_alloc *mem)
{
	struct tiermm_sim_source_info info = { .name = "mix" };
	struct tiermm_alloc source;
	struct mix *m;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	if (!parts || !n || n > MOST_PARTS)
		return -TIERMM_EINVAL;
	bytes = sizeof(*m) + n * sizeof(m->part[0]);
	m = tiermm__sim_alloc(&source, bytes);
	if (!m)
		return -TIERMM_ENOMEM;
	m->mem = source;
	m->bytes = bytes;
	m->n = n;
	m->live = n;
	for (uint64_t i = 0; i < n && !err; i++) {
		m->part[i].source = parts[i];
		err = parts[i] ? append(&info, &m->part[i]) : -TIERMM_EINVAL;
	}
	if (!err)
		err = tiermm__sim_source_make(out, &mix_kind, m, &info,
					      &source);
	if (err)
		tiermm__sim_free(&source, m, bytes);
	return err;
}
