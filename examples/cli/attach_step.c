/* SPDX-License-Identifier: MIT */
/*
 * Moves of one interval: fast nodes that are short of room give cold pages
 * away, then hot ones come up, in exchange for cold ones where there is no
 * room.
 */
#include "attach.h"

enum {
	MOST_COLD = 4096,
	MOST_SEARCHES = 4 /* for cold pages: each goes through all of them */
};

/* Cold pages of a node, and how many of them were tried. */
struct cold {
	struct tiermm_folio folios[MOST_COLD];
	struct tiermm_decision decisions[MOST_COLD];
	uint64_t n;
	uint64_t at;
};

static uint64_t interval_ns(const struct tiering *t)
{
	return t->options->interval_ms * 1000000;
}

/* What is known not to have been used at the last two looks. */
static uint64_t cold_pages(struct tiering *t, int32_t node,
			   struct tiermm_folio *out, uint64_t cap)
{
	uint64_t n = 0, kept = 0;

	if (tiermm_promotion_cold(t->promotion, t->now_ns, node, t->known.cap,
				  out, cap, &n))
		return 0;
	while (kept < n && out[kept].age_ns > interval_ns(t) * 3 / 2)
		kept++;
	return kept;
}

/* Promotion has indices, reclaim keys; what is gone since is left out. */
static uint64_t name_by_key(struct tiering *t, struct tiermm_folio *folios,
			    uint64_t n)
{
	uint64_t kept = 0, key;

	for (uint64_t i = 0; i < n; i++) {
		if (tiermm_promotion_map_key(t->known.map, folios[i].page,
					     &key))
			continue;
		folios[kept] = folios[i];
		folios[kept].page = key;
		/* Whatever it is backed by: it is to move, or to stay. */
		folios[kept++].flags = TIERMM_FOLIO_ANON | TIERMM_FOLIO_MAPPED |
				       TIERMM_FOLIO_WRITABLE;
	}
	return kept;
}

static void spend(uint64_t *budget, uint64_t pages)
{
	*budget -= pages < *budget ? pages : *budget;
}

static struct tiermm_reclaim_context context_of(struct tiering *t,
						uint64_t pages)
{
	return (struct tiermm_reclaim_context){
		.size = sizeof(struct tiermm_reclaim_context),
		.flags = TIERMM_RECLAIM_NO_SWAP | TIERMM_RECLAIM_NO_WRITE,
		.reclaimer = TIERMM_RECLAIMER_PROACTIVE,
		.allowed = &t->allowed,
		.now_ns = t->now_ns,
		.budget_pages = pages,
	};
}

/* On record at once: an interval has more steps than a ring has room for. */
static int end_step(struct tiering *t, const struct tiermm_step *step, int err)
{
	if (!err)
		err = step->error;
	return err ? err : decisions_take(&t->log, t->engine);
}

/* Some of the cold pages: all of what is above the limit, or a balance. */
static int demote(struct tiering *t, int32_t node, struct cold *cold,
		  uint64_t *budget, uint64_t *moved)
{
	uint64_t above = rooms_excess(t, node);
	struct tiermm_reclaim_context context =
		context_of(t, above && above < *budget ? above : *budget);
	struct tiermm_step step = { .size = sizeof(step) };
	struct tiermm_folio *folios = &cold->folios[cold->at];
	uint64_t n = cold->n - cold->at;
	int err;

	if (above)
		err = tiermm_engine_demote(t->engine, &context, NULL, folios, n,
					   cold->decisions, &step);
	else
		err = tiermm_engine_balance(t->engine, node, &context, NULL,
					    folios, n, cold->decisions, &step);
	cold->at += step.taken;
	*moved = step.demoted;
	t->now.demoted += step.demoted;
	spend(budget, step.demoted);
	return end_step(t, &step, err);
}

static int is_due(struct tiering *t, int32_t node, int *due)
{
	struct tiermm_nodeset nodes;
	int err = rooms_tell(t);

	if (!err)
		err = tiermm_engine_due(t->engine, &nodes);
	*due = !err && tiermm_nodeset_has(&nodes, node);
	return err;
}

/* A node is relieved until it is above its marks. */
static int relieve(struct tiering *t, int32_t node, uint64_t *budget)
{
	static struct cold cold;
	uint64_t moved = 1;
	int due, err = is_due(t, node, &due);

	cold.n = cold.at = 0;
	for (int searches = 0; due && !err && *budget && moved;) {
		if (cold.at == cold.n) {
			cold.n = cold_pages(t, node, cold.folios, MOST_COLD);
			cold.n = name_by_key(t, cold.folios, cold.n);
			cold.at = 0;
			if (!cold.n || searches++ == MOST_SEARCHES)
				return 0;
		}
		err = demote(t, node, &cold, budget, &moved);
		if (!err)
			err = is_due(t, node, &due);
	}
	return err;
}

static int balance(struct tiering *t, uint64_t *budget)
{
	int32_t node = TIERMM_NO_NODE;
	int err = 0;

	while (!err &&
	       (node = tiermm_nodeset_next(&t->memory, node)) != TIERMM_NO_NODE)
		err = relieve(t, node, budget);
	return err;
}

/* Of each fast node as many. */
static uint64_t gather_cold(struct tiering *t, struct tiermm_folio *out)
{
	uint64_t each = MOST_COLD / (tiermm_nodeset_count(&t->top) + 1), n = 0;
	int32_t node = TIERMM_NO_NODE;

	while ((node = tiermm_nodeset_next(&t->top, node)) != TIERMM_NO_NODE)
		n += cold_pages(t, node, &out[n], each);
	return n;
}

/* Those that went down are cold pages no more. */
static uint64_t drop_moved(const struct tiering *t, struct tiermm_folio *cold,
			   uint64_t n)
{
	uint64_t kept = 0;

	for (uint64_t i = 0; i < n; i++)
		if (t->known.node[cold[i].page] == cold[i].node)
			cold[kept++] = cold[i];
	return kept;
}

static int promote(struct tiering *t, uint64_t *budget,
		   struct tiermm_folio *cold, uint64_t n_cold, uint64_t *moved)
{
	struct tiermm_promotion_query query = { .size = sizeof(query),
						.now_ns = t->now_ns,
						.budget_pages = *budget,
						.allowed = &t->allowed,
						.cold = cold,
						.n_cold = n_cold };
	struct tiermm_step step = { .size = sizeof(step) };
	int err = tiermm_engine_promote(t->engine, &query, NULL, &step);

	*moved = step.promoted;
	t->now.promoted += step.promoted;
	t->now.demoted += step.demoted;
	spend(budget, step.promoted + step.demoted);
	return end_step(t, &step, err);
}

/* Into free room first, then in exchange for what is cold. */
static int promote_all(struct tiering *t, uint64_t *budget)
{
	static struct tiermm_folio cold[MOST_COLD];
	uint64_t moved = 1, n = 0;
	int err = promote(t, budget, NULL, 0, &moved);

	if (t->intervals >= WARM_INTERVALS)
		n = gather_cold(t, cold);
	for (moved = 1; !err && moved && n && *budget;) {
		err = promote(t, budget, cold, n, &moved);
		n = drop_moved(t, cold, n);
	}
	return err;
}

/* Items that the engine spared, since it knew of no room. */
static void count_spared(struct tiering *t, uint64_t before)
{
	uint64_t counters[TIERMM_ENGINE_COUNTERS] = { 0 }, n;

	tiermm_engine_counters(t->engine, counters, TIERMM_ENGINE_COUNTERS, &n);
	t->now.refused[TIERMM_OUTCOME_TARGET_FULL] +=
		counters[TIERMM_ENGINE_NOT_TRIED] - before;
}

int step_move(struct tiering *t)
{
	uint64_t counters[TIERMM_ENGINE_COUNTERS] = { 0 }, n;
	uint64_t budget = (t->options->rate_bytes >> PAGE_SHIFT) *
			  t->options->interval_ms / 1000;
	int err = rooms_tell(t);

	tiermm_engine_counters(t->engine, counters, TIERMM_ENGINE_COUNTERS, &n);
	if (!err && t->intervals >= WARM_INTERVALS)
		err = balance(t, &budget);
	if (!err && budget)
		err = promote_all(t, &budget);
	count_spared(t, counters[TIERMM_ENGINE_NOT_TRIED]);
	return err;
}
