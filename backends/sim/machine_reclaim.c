/* SPDX-License-Identifier: MIT */
/*
 * Making room: the oldest inactive pages of a node are shown to the engine,
 * and go where its verdicts say. In the background while a node is below its
 * marks; by the allocating CPU when there is nothing left at all.
 */
#include "machine.h"

#include <tiermm/engine_parts.h>
#include <tiermm/engine_step.h>

/* What it takes to look at a page: its list, who maps it, whether in use. */
#define LOOK_NS 200
/* Candidates of a direct step. */
#define DIRECT_BATCH 32

static void tick_off(struct tiermm_sim *s, uint32_t cpu, uint64_t now)
{
	struct sim_cpu *c = &s->cpu[cpu];

	if (!c->ran || now < c->flushed_ns + s->costs.flush_period_ns)
		return;
	c->flushed_ns = now;
	s->sum.flushes_own++;
	tiermm__sim_tlb_flush(s, cpu);
}

static int pop_valid(struct tiermm_sim *s, uint32_t node, uint32_t active,
		     uint64_t *page)
{
	struct sim_list *list = &s->node[node].list[active];
	uint32_t entry;

	while (tiermm__sim_list_pop(&s->pool, list, &entry)) {
		if (!tiermm__sim_entry_valid(s, node, active, entry))
			continue;
		*page = entry & SIM_ENTRY_PAGE;
		tiermm__sim_unlink_page(s, *page);
		return 1;
	}
	return 0;
}

/* How many active pages there may be to one inactive: the kernel's root. */
static uint64_t active_ratio(const struct tiermm_sim *s,
			     const struct sim_node *node)
{
	uint64_t gib = (node->n[0] + node->n[1]) * s->options.page_bytes >> 30;
	uint64_t root = 1;

	while ((root + 1) * (root + 1) <= gib * 10)
		root++;
	return root;
}

/* Active pages grow old when there are too many of them. */
static void age(struct tiermm_sim *s, uint32_t node)
{
	struct sim_node *n = &s->node[node];
	uint64_t ratio = active_ratio(s, n);
	uint64_t page;

	for (uint32_t i = 0; i < SIM_BATCH; i++) {
		if (n->n[0] * ratio >= n->n[1] || !pop_valid(s, node, 1, &page))
			return;
		sim_clear_flags(s, page,
				PAGE_ACTIVE | PAGE_REFERENCED | PAGE_ONCE);
		tiermm__sim_link_page(s, page);
	}
}

/* The reference check: found used once it stays, found so again it goes up. */
static uint32_t look_at(struct tiermm_sim *s, uint64_t page)
{
	uint32_t word = sim_word(s, page);
	uint32_t flags = TIERMM_FOLIO_MAPPED;

	if (word & PAGE_REFERENCED) {
		flags |= word & PAGE_ONCE ? TIERMM_FOLIO_ACTIVE
					  : TIERMM_FOLIO_REFERENCED;
		word |= PAGE_ONCE;
	} else {
		word &= ~PAGE_ONCE;
	}
	sim_set_word(s, page, word & ~PAGE_REFERENCED);
	if (word & PAGE_ANON)
		flags |= TIERMM_FOLIO_ANON;
	if (word & PAGE_DIRTY)
		flags |= TIERMM_FOLIO_DIRTY | TIERMM_FOLIO_WRITABLE;
	return flags;
}

static uint64_t gather(struct tiermm_sim *s, uint32_t node, uint64_t cap)
{
	uint64_t n = 0;
	uint64_t page;

	age(s, node);
	while (n < cap && pop_valid(s, node, 0, &page)) {
		uint32_t flags = look_at(s, page);

		s->folios[n] = (struct tiermm_folio){
			.page = page,
			.node = s->node[node].id,
			.flags = flags,
		};
		n++;
	}
	return n;
}

/* Moved pages stand on their new list already; others go back to one. */
static int settle_down(struct tiermm_sim *s, uint64_t n)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(s->engine);
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i++) {
		uint64_t page = s->folios[i].page;
		uint32_t word = sim_word(s, page);

		if (p && !(word & PAGE_RESIDENT))
			err = tiermm_promotion_set_pages(p, page, 1,
							 TIERMM_NO_NODE);
		if (!(word & PAGE_RESIDENT) || !(word & PAGE_ISOLATED))
			continue;
		if (s->decisions[i].verdict == TIERMM_VERDICT_ACTIVATE)
			sim_set_word(s, page,
				     (word | PAGE_ACTIVE) & ~PAGE_ONCE);
		tiermm__sim_link_page(s, page);
	}
	return err;
}

static struct tiermm_reclaim_context question(struct tiermm_sim *s,
					      uint32_t reclaimer)
{
	return (struct tiermm_reclaim_context){
		.size = sizeof(struct tiermm_reclaim_context),
		.reclaimer = reclaimer,
		.choice = TIERMM_CHOICE_RANDOM,
		.random = &s->random,
		.now_ns = sim_now(s),
	};
}

/* One step on one node; *looked says how many pages were shown to it. */
static int step_on(struct tiermm_sim *s, uint32_t node, uint32_t reclaimer,
		   uint64_t cap, struct tiermm_step *step, uint64_t *looked)
{
	struct tiermm_reclaim_context context = question(s, reclaimer);
	struct tiermm_parking parking = tiermm__sim_park(s);
	uint64_t n = gather(s, node, cap);
	int settled, err;

	*looked = n;
	*step = (struct tiermm_step){ .size = sizeof(*step) };
	if (n == 0)
		return 0;
	if (reclaimer == TIERMM_RECLAIMER_DIRECT)
		err = tiermm_engine_demote(s->engine, &context, &parking,
					   s->folios, n, s->decisions, step);
	else
		err = tiermm_engine_balance(s->engine, s->node[node].id,
					    &context, &parking, s->folios, n,
					    s->decisions, step);
	settled = settle_down(s, n);
	err = err ? err : settled;
	if (!err && step->flush_due)
		err = tiermm__sim_drain(s, s->node[node].id);
	return err ? err : step->error;
}

/* One more page of a node, active ones first; 0: there is none. */
static int pop_any(struct tiermm_sim *s, uint32_t node, uint64_t *page)
{
	return pop_valid(s, node, 1, page) || pop_valid(s, node, 0, page);
}

/* What the engine left where it is goes out of memory. */
static int drop_some(struct tiermm_sim *s, uint32_t node)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(s->engine);
	struct tiermm_result results[DIRECT_BATCH] = { 0 };
	uint64_t pages[DIRECT_BATCH];
	uint64_t n = 0;
	int err;

	while (n < DIRECT_BATCH && pop_any(s, node, &pages[n]))
		n++;
	err = tiermm__sim_memops.page_out(s, pages, n, results);
	for (uint64_t i = 0; p && !err && i < n; i++)
		err = tiermm_promotion_set_pages(p, pages[i], 1,
						 TIERMM_NO_NODE);
	return err;
}

/* Make all of a node's pages look as if nobody used them. */
static void make_cold(struct tiermm_sim *s, uint32_t node)
{
	uint64_t n = s->node[node].n[0] + s->node[node].n[1];
	uint64_t page;

	for (; n > 0 && pop_any(s, node, &page); n--) {
		sim_clear_flags(s, page,
				PAGE_ACTIVE | PAGE_REFERENCED | PAGE_ONCE);
		tiermm__sim_link_page(s, page);
	}
}

/* One drain frees whatever waits, or nothing ever will. */
static int drain_all(struct tiermm_sim *s, const struct sim_node *node)
{
	int err = tiermm__sim_drain(s, node->id);

	if (err || !node->parked)
		return err;
	return tiermm__sim_breach(s, "a drain left old copies behind", 0, 0);
}

/*
 * Until no more than these frames are taken: the engine is asked where pages
 * should go as long as that gets anywhere, then they are dropped.
 */
int tiermm__sim_evacuate(struct tiermm_sim *s, uint32_t index, uint64_t left)
{
	struct sim_node *node = &s->node[index];
	int helps = 1;
	int err = 0;

	if (node->used + node->parked > left)
		make_cold(s, index);
	while (!err && node->used + node->parked > left) {
		uint64_t before = node->used;
		struct tiermm_step step;
		uint64_t looked;

		if (node->parked) {
			err = drain_all(s, node);
			continue;
		}
		if (!helps) {
			err = drop_some(s, index);
			continue;
		}
		err = tiermm__sim_rooms(s);
		if (!err)
			err = step_on(s, index, TIERMM_RECLAIMER_DIRECT,
				      DIRECT_BATCH, &step, &looked);
		helps = node->used < before;
	}
	return err;
}

/* Who is short of room, by what all nodes have now. */
static int find_due(struct tiermm_sim *s, struct tiermm_nodeset *due)
{
	int err = tiermm__sim_rooms(s);

	return err ? err : tiermm_engine_due(s->engine, due);
}

/*
 * The node's thread works in the time that has passed since the last stretch,
 * as fast as looking, moving and the swap let it; what it does not come to is
 * for the next one. Every page is looked at twice before a node is left alone.
 */
static int balance(struct tiermm_sim *s, uint32_t node,
		   struct tiermm_nodeset *due)
{
	uint64_t *busy = &s->node[node].busy_ns;
	uint64_t now = sim_now(s);
	struct tiermm_step step;
	uint64_t looked = 0;

	if (*busy < s->since_ns)
		*busy = s->since_ns;
	while (looked <= 2 * s->node[node].used &&
	       tiermm_nodeset_has(due, s->node[node].id)) {
		uint64_t before = s->sum.background_ns;
		uint64_t n;
		int err;

		s->kicked |= *busy >= now;
		if (*busy >= now)
			return 0;
		err = step_on(s, node, TIERMM_RECLAIMER_KSWAPD, SIM_BATCH,
			      &step, &n);
		if (err || n == 0)
			return err;
		looked += n;
		s->sum.background_ns += n * LOOK_NS;
		*busy += s->sum.background_ns - before;
		err = find_due(s, due);
		if (err)
			return err;
	}
	return 0;
}

int tiermm__sim_background(struct tiermm_sim *s)
{
	uint64_t now = sim_now(s);
	struct tiermm_nodeset due;
	int err = 0;

	for (uint32_t i = 0; i < s->n_cpus; i++)
		tick_off(s, i, now);
	if (s->flush)
		err = tiermm__sim_reap(s);
	if (s->options.policy == TIERMM_SIM_STATIC ||
	    s->options.policy == TIERMM_SIM_IDEAL)
		return err;
	if (!err)
		err = find_due(s, &due);
	for (uint32_t n = 0; n < s->n_nodes && !err; n++)
		err = balance(s, n, &due);
	return err;
}

/*
 * The nearest nodes first, until there is room on one of them; *looked says how
 * many pages were shown to the engine: with none, there is none to be had.
 */
int tiermm__sim_direct(struct tiermm_sim *s, uint32_t cpu, uint64_t *looked)
{
	const uint8_t *list = s->zonelist + s->cpu[cpu].group * s->n_nodes;
	uint64_t before = s->stall_ns;
	int err = tiermm__sim_rooms(s);

	*looked = 0;
	s->sum.direct++;
	for (uint32_t i = 0; i < s->n_nodes && !err; i++) {
		struct sim_node *node = &s->node[list[i]];
		struct tiermm_step step;
		uint64_t n;

		if (node->parked) {
			err = tiermm__sim_drain(s, node->id);
			if (err || sim_free(node) > node->min)
				break;
			err = tiermm__sim_rooms(s);
		}
		if (!err)
			err = step_on(s, list[i], TIERMM_RECLAIMER_DIRECT,
				      DIRECT_BATCH, &step, &n);
		if (sim_free(node) > node->min)
			break;
		if (err || n == 0)
			continue;
		*looked += n;
		err = tiermm__sim_rooms(s);
	}
	s->sum.direct_ns += s->stall_ns - before;
	return err;
}
