/* SPDX-License-Identifier: MIT */
/*
 * Candidates become moves (P3, P7). Only counters change, and the nodes'
 * scratch sums, which are zero between plans.
 */
#include "base/memory.h"
#include "base/options.h"
#include "promotion/exchange.h"

struct planner {
	struct tiermm_promotion *p;
	struct tiermm_promotion_query query;
	struct tiermm__exchange exchange;
	uint64_t now_ms;
	struct tiermm_move *out;
	uint64_t cap;
	uint64_t n;    /* moves so far */
	uint64_t used; /* base pages in them */
	uint64_t seen; /* candidates so far */
	struct tiermm_promotion_summary sum;
};

static int check_cold(const struct tiermm_promotion *p,
		      const struct tiermm_promotion_query *q)
{
	if (!q->cold && q->n_cold)
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < q->n_cold; i++)
		if (q->cold[i].order > TIERMM_FOLIO_MAX_ORDER ||
		    !tiermm__has_node(p, q->cold[i].node))
			return -TIERMM_EINVAL;
	return 0;
}

static int is_full(const struct planner *l)
{
	return l->n >= l->cap;
}

/* Past the room of the caller, moves are only counted. */
static void emit(struct planner *l, uint64_t page, uint64_t pages, int32_t from,
		 int32_t to)
{
	if (!is_full(l))
		l->out[l->n] = (struct tiermm_move){ .page = page,
						     .pages = pages,
						     .from = from,
						     .to = to };
	l->n++;
	l->used += pages;
}

static void note(struct planner *l, uint32_t reason, uint64_t n)
{
	struct tiermm_promotion_summary *s = &l->sum;

	if (reason == TIERMM_PROMOTION_STALE)
		s->stale += n;
	else if (reason == TIERMM_PROMOTION_NOT_ALLOWED)
		s->not_allowed += n;
	else if (reason == TIERMM_PROMOTION_OVERLOADED)
		s->overloaded += n;
	else if (reason == TIERMM_PROMOTION_BUDGET)
		s->no_budget += n;
	else
		s->no_room += n;
	/* Stale ones are counted once, where they are dropped. */
	if (reason != TIERMM_PROMOTION_STALE)
		tiermm__count_reason(l->p, reason, n);
}

/* 1 where so many base pages more are beyond the budget. */
static int is_beyond_budget(const struct planner *l, uint64_t pages)
{
	uint64_t budget = l->query.budget_pages;

	return budget && (pages > budget || l->used > budget - pages);
}

/* Up and down are of one size, so that no room changes. */
static int plan_exchange(struct planner *l, const struct tiermm__candidate *c,
			 const struct tiermm_folio *cold)
{
	int32_t from = tiermm__word_node(l->p->words[c->page]);
	uint64_t pages = UINT64_C(1) << c->order;

	if (is_beyond_budget(l, 2 * pages) || l->n + 1 == l->cap)
		return 0;
	tiermm__exchange_take(&l->exchange, cold);
	if (!is_full(l)) {
		l->sum.up_pages += pages;
		l->sum.down_pages += pages;
		tiermm__count(l->p, TIERMM_PROMOTION_EXCHANGED, pages);
	}
	emit(l, cold->page, pages, cold->node, from);
	emit(l, c->page, pages, from, cold->node);
	return 1;
}

static void note_nodes(struct planner *l, const struct tiermm__target *t)
{
	if (t->full != TIERMM_NO_NODE)
		tiermm__nodeset_add(&l->sum.due, t->full);
	if (t->busy != TIERMM_NO_NODE)
		tiermm__nodeset_add(&l->sum.shed, t->busy);
}

/* 0: the plan ends before this one. */
static int plan_one(struct planner *l, const struct tiermm__candidate *c)
{
	uint64_t pages = UINT64_C(1) << c->order;
	const struct tiermm_folio *cold = NULL;
	struct tiermm__target t;

	if (tiermm__is_stale(l->p, c->page, l->now_ms)) {
		note(l, TIERMM_PROMOTION_STALE, 1);
		return 1;
	}
	if (is_beyond_budget(l, pages)) {
		/* What can never fit does not keep others from it. */
		if (pages <= l->query.budget_pages)
			return 0;
		note(l, TIERMM_PROMOTION_BUDGET, 1);
		return 1;
	}
	tiermm__target_find(l->p, c, l->query.allowed, &t);
	note_nodes(l, &t);
	if (t.reason == TIERMM_PROMOTION_QUEUED) {
		l->p->nodes[t.node].planned_in += pages;
		l->sum.up_pages += is_full(l) ? 0 : pages;
		emit(l, c->page, pages, tiermm__word_node(l->p->words[c->page]),
		     t.node);
		return 1;
	}
	if (t.reason == TIERMM_PROMOTION_NO_ROOM)
		cold = tiermm__exchange_find(&l->exchange, c, l->now_ms);
	if (cold)
		return plan_exchange(l, c, cold);
	note(l, t.reason, 1);
	return 1;
}

static void plan_all(struct planner *l)
{
	const struct tiermm__queue *q = &l->p->queue;
	uint32_t entry = tiermm__queue_first(q);
	uint64_t cut = UINT64_MAX;

	for (; entry != TIERMM__NO_CANDIDATE; l->seen++) {
		if (l->seen >= l->query.cursor &&
		    !plan_one(l, &q->entries[entry]))
			break;
		/* To go on from the first that was counted, not written. */
		if (cut == UINT64_MAX && l->n > l->cap)
			cut = l->seen;
		entry = tiermm__queue_after(q, entry);
	}
	if (entry != TIERMM__NO_CANDIDATE)
		note(l, TIERMM_PROMOTION_BUDGET, q->n - l->seen);
	l->sum.candidates = q->n;
	l->sum.cursor = cut < l->seen ? cut : l->seen;
}

static void clear_scratch(struct tiermm_promotion *p)
{
	for (uint32_t id = 0; id < p->options.max_nodes; id++)
		p->nodes[id].planned_in = 0;
}

static int prepare(struct planner *l)
{
	int err = check_cold(l->p, &l->query);

	if (err)
		return err;
	l->now_ms = tiermm__clock_peek(l->p, l->query.now_ns);
	tiermm__exchange_start(&l->exchange, l->p, &l->query);
	tiermm__latency_shed(l->p, l->query.allowed, &l->sum.shed);
	clear_scratch(l->p);
	return 0;
}

int tiermm_promotion_plan(struct tiermm_promotion *p,
			  const struct tiermm_promotion_query *query,
			  struct tiermm_move *out, uint64_t cap,
			  uint64_t *n_out,
			  struct tiermm_promotion_summary *summary)
{
	struct planner l = { .p = p, .out = out, .cap = cap };
	int err;

	if (!n_out || (!out && cap) ||
	    (summary && summary->size < sizeof(*summary)))
		return -TIERMM_EINVAL;
	err = tiermm__options_copy(&l.query, sizeof(l.query), query,
				   sizeof(l.query), 0);
	if (!err)
		err = tiermm__promotion_enter(p);
	if (err)
		return err;
	err = prepare(&l);
	if (!err)
		plan_all(&l);
	clear_scratch(p);
	tiermm__promotion_leave(p);
	if (err)
		return err;
	*n_out = l.n;
	l.sum.size = sizeof(l.sum);
	if (summary) {
		l.sum.size = summary->size;
		*summary = l.sum;
	}
	return 0;
}
