/* SPDX-License-Identifier: MIT */
/* What promotion learns from: marks that make hint faults, and counters. */
#include "machine.h"

#include <tiermm/engine_parts.h>
#include <tiermm/engine_step.h>

/* Pages that one round of promotion may move. */
#define PROMOTE_BUDGET 4096
/* Pages looked at for cold ones, to exchange; and how many are wanted. */
#define COLD_LOOK 4096

static int flush_samples(struct tiermm_sim *s)
{
	uint32_t n = s->n_samples;

	s->n_samples = 0;
	return n ? tiermm_engine_samples(s->engine, s->samples, n) : 0;
}

int tiermm__sim_sample(struct tiermm_sim *s, const struct tiermm_sample *one)
{
	s->samples[s->n_samples++] = *one;
	return s->n_samples == SIM_SAMPLES ? flush_samples(s) : 0;
}

static int mark(struct tiermm_sim *s, uint64_t page, uint64_t now)
{
	struct tiermm_sample sample = {
		.page = page,
		.time_ns = now,
		.accessor = TIERMM_NO_NODE,
		.kind = TIERMM_SAMPLE_MARK,
	};
	uint32_t word = sim_word(s, page);

	if (!(word & PAGE_RESIDENT) || word & (PAGE_MARKED | PAGE_ISOLATED) ||
	    s->node[word & PAGE_NODE].top)
		return 0;
	sim_set_word(s, page, word | PAGE_MARKED);
	return tiermm__sim_sample(s, &sample);
}

/* The part of all pages that is due after this time; a rest is kept. */
static uint64_t due_pages(struct tiermm_sim *s, uint64_t elapsed_ns)
{
	uint64_t pages = s->options.pages;
	uint64_t round = s->options.scan_ns;

	if (elapsed_ns >= round)
		return pages;
	if (elapsed_ns && pages > (UINT64_MAX - round) / elapsed_ns)
		return pages / (round / elapsed_ns);
	s->scan_rest += pages * elapsed_ns;
	pages = s->scan_rest / round;
	s->scan_rest %= round;
	return pages;
}

int tiermm__sim_scan(struct tiermm_sim *s, uint64_t elapsed_ns)
{
	uint64_t pages = s->options.pages;
	uint64_t n;
	int err = 0;

	if (s->options.policy != TIERMM_SIM_KERNEL)
		return 0;
	n = due_pages(s, elapsed_ns);
	for (uint64_t i = 0; i < n && !err; i++) {
		err = mark(s, s->scan_page, sim_now(s));
		s->scan_page = s->scan_page + 1 < pages ? s->scan_page + 1 : 0;
	}
	return err;
}

/* The coldest pages of nodes on top, for hot ones to change places with. */
static int gather_cold(struct tiermm_sim *s, uint64_t *n_out)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(s->engine);
	uint64_t n = 0;

	for (uint32_t i = 0; i < s->n_nodes && n < SIM_BATCH; i++) {
		uint64_t some = 0;
		int err;

		if (!s->node[i].top)
			continue;
		err = tiermm_promotion_cold(p, sim_now(s), s->node[i].id,
					    COLD_LOOK, s->folios + n,
					    SIM_BATCH - n, &some);
		if (err)
			return err;
		n += some;
	}
	*n_out = n;
	return 0;
}

/* As the kernel does it, whose fault it was pays; others have a thread. */
static uint32_t promotion_payer(struct tiermm_sim *s)
{
	if (s->options.policy != TIERMM_SIM_KERNEL)
		return SIM_NOBODY;
	for (uint32_t i = 0; i < s->n_cpus; i++) {
		s->turn = s->turn + 1 < s->n_cpus ? s->turn + 1 : 0;
		if (s->cpu[s->turn].ran)
			return s->turn;
	}
	return SIM_NOBODY;
}

/*
 * Once with the room that there is. Where nodes on top are full, once more
 * with cold pages to change places with; the kernel does not do that, so that
 * whoever does has a thread of its own, and no CPU pays for it.
 */
int tiermm__sim_promote(struct tiermm_sim *s)
{
	struct tiermm_promotion_query query = {
		.size = sizeof(query),
		.now_ns = sim_now(s),
		.budget_pages = PROMOTE_BUDGET,
		.cold = s->folios,
	};
	struct tiermm_parking parking = tiermm__sim_park(s);
	struct tiermm_step step = { .size = sizeof(step) };
	int err = 0;

	if (!tiermm_engine_promotion(s->engine))
		return 0;
	err = flush_samples(s);
	if (!err)
		err = tiermm__sim_rooms(s);
	if (err)
		return err;
	s->payer = promotion_payer(s);
	err = tiermm_engine_promote(s->engine, &query, &parking, &step);
	s->payer = SIM_NOBODY;
	if (!err && !step.error && tiermm_nodeset_count(&step.shed))
		return tiermm__sim_shed(s, &step.shed);
	if (err || step.error || s->options.policy == TIERMM_SIM_KERNEL ||
	    tiermm_nodeset_count(&step.due) == 0)
		return err ? err : step.error;
	err = gather_cold(s, &query.n_cold);
	if (err || query.n_cold == 0)
		return err;
	err = tiermm_engine_promote(s->engine, &query, &parking, &step);
	return err ? err : step.error;
}
