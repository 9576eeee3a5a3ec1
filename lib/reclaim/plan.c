/* SPDX-License-Identifier: MIT */
/*
 * The first decision about each folio of a batch (R1 to R6, R9).
 *
 * Most folios of a batch are cold, of few nodes and orders. What the first of
 * each kind was told stands ready as a finished decision (ready.h), and one
 * that needs no second look takes it as it is; everything else goes the long
 * way.
 */
#include "reclaim/ready.h"
#include "reclaim/state.h"
#include "reclaim/stop.h"

#include <tiermm/error.h>

/* Source nodes that a plan remembers; more are looked up again. */
#define SOURCES 8

/* What is known about a source node in this call. */
struct source {
	int32_t node;                       /* TIERMM_NO_NODE: free */
	int32_t first;                      /* its first target */
	struct tiermm__reclaim_place later; /* taken while first pauses */
	uint32_t why;                       /* without a target; or COLD */
	uint32_t probe; /* the target has paused: few pages */
};

struct planner {
	const struct tiermm_reclaim *r;
	struct tiermm__reclaim_call call;
	uint64_t used;    /* pages in hand, of the budget */
	uint64_t demoted; /* of them, to be demoted */
	uint64_t budget;
	uint64_t rate_left;
	uint64_t probed; /* to targets that have paused */
	struct source sources[SOURCES];
	struct tiermm__ready_table ready;
};

/* Whether a target does not pause, or has room for a probe. */
static int is_open(const struct planner *p, int32_t target, uint32_t *probe)
{
	uint64_t pages = tiermm__reclaim_pause_left(p->r, target, p->call.now);

	*probe = pages != UINT64_MAX;
	return p->probed < pages;
}

/* The first target pauses: the next one behind it that does not. */
static void look_behind(struct planner *p, struct source *own)
{
	int err;

	do {
		err = tiermm__reclaim_next(p->r->demotion, own->node,
					   own->first, p->call.context.allowed,
					   &own->later, &own->later);
	} while (!err && own->later.node != TIERMM_NO_NODE &&
		 !is_open(p, own->later.node, &own->probe));
	own->why = err ? TIERMM_RECLAIM_CHANGING : TIERMM_RECLAIM_BACKOFF;
	if (own->later.node == TIERMM_NO_NODE)
		own->probe = 0; /* and none will have room in this call */
}

static struct source *look_up(struct planner *p, int32_t node)
{
	struct source *own = &p->sources[(uint32_t)node % SOURCES];

	/* A probe is a matter of pages, a draw one of each folio. */
	if (own->node == node && !own->probe &&
	    p->call.context.choice == TIERMM_CHOICE_FIRST)
		return own;
	own->node = node;
	own->probe = 0;
	own->later = (struct tiermm__reclaim_place){ .node = TIERMM_NO_NODE };
	own->first = tiermm__reclaim_first(p->r, &p->call, node, &own->why);
	if (own->first == TIERMM_NO_NODE)
		return own;
	own->why = TIERMM_RECLAIM_COLD;
	if (!is_open(p, own->first, &own->probe))
		look_behind(p, own);
	return own;
}

static int32_t target_of(const struct source *from)
{
	return from->later.node == TIERMM_NO_NODE &&
			       from->why == TIERMM_RECLAIM_COLD
		       ? from->first
		       : from->later.node;
}

/* Pages that the quick way may still hand out. */
static int64_t left(const struct planner *p)
{
	uint64_t budget = p->budget > p->used ? p->budget - p->used : 0;
	uint64_t rate =
		p->rate_left > p->demoted ? p->rate_left - p->demoted : 0;
	uint64_t least = budget < rate ? budget : rate;

	return least < INT64_MAX ? (int64_t)least : INT64_MAX;
}

static void demote(struct planner *p, struct source *from,
		   struct tiermm_decision *d, const struct tiermm_folio *folio)
{
	uint64_t pages = tiermm__folio_pages(folio);

	if (folio->order && (p->call.context.flags & TIERMM_RECLAIM_NO_LARGE)) {
		tiermm__reclaim_split_or_fall(&p->call, d, folio,
					      TIERMM_RECLAIM_LARGE);
		return;
	}
	if (p->demoted >= p->rate_left) {
		tiermm__reclaim_fall(&p->call, d, folio, TIERMM_RECLAIM_RATE);
		return;
	}
	p->demoted += pages;
	if (from->probe)
		p->probed += pages;
	d->reserved |= tiermm__state_of_first(from->first);
	d->reserved = tiermm__state_with_last(d->reserved, &from->later);
	d->to = target_of(from);
	tiermm__reclaim_act(d, TIERMM_VERDICT_DEMOTE, from->why);
	if (!from->probe && p->call.context.choice == TIERMM_CHOICE_FIRST)
		tiermm__ready_set(&p->ready, folio, d);
}

/* A cold page that stays for a reason which passes at once. */
static void keep(struct tiermm_decision *d, const struct tiermm_folio *folio,
		 uint32_t reason)
{
	d->reserved = tiermm__state_with_why(d->reserved, reason);
	tiermm__reclaim_finish(d, folio, TIERMM_VERDICT_KEEP, reason);
}

/* Whether a folio is in use or cannot go; then that is its decision. */
static int is_stopped(const struct planner *p, struct tiermm_decision *d,
		      const struct tiermm_folio *folio)
{
	uint32_t verdict;
	uint32_t reason = tiermm__reclaim_stopper(&p->call, folio, &verdict);

	*d = (struct tiermm_decision){ .to = TIERMM_NO_NODE,
				       .reserved = TIERMM__STATE_PLANNED };
	if (reason != TIERMM_RECLAIM_REASON_NONE)
		tiermm__reclaim_finish(d, folio, verdict, reason);
	return reason != TIERMM_RECLAIM_REASON_NONE;
}

/* A cold folio, in whose decision nothing stands yet. */
static void decide(struct planner *p, struct tiermm_decision *d,
		   const struct tiermm_folio *folio)
{
	struct source *from;

	if (p->used >= p->budget) {
		keep(d, folio, TIERMM_RECLAIM_BUDGET);
		return;
	}
	from = look_up(p, folio->node);
	if (target_of(from) != TIERMM_NO_NODE)
		demote(p, from, d, folio);
	else if (from->why == TIERMM_RECLAIM_CHANGING)
		keep(d, folio, from->why);
	else
		tiermm__reclaim_fall(&p->call, d, folio, from->why);
	if (!d->final)
		p->used += tiermm__folio_pages(folio);
}

/* Flags of a cold folio that make another decision of it. */
static uint32_t second_look(const struct tiermm__reclaim_call *call)
{
	uint32_t flags = ~(uint32_t)TIERMM_FOLIO_ALL | TIERMM__FOLIO_STOPS;

	if (call->context.flags & TIERMM_RECLAIM_NO_UNMAP)
		flags |= TIERMM_FOLIO_MAPPED;
	return flags;
}

static int begin(struct planner *p, const struct tiermm_reclaim *r,
		 const struct tiermm_reclaim_context *context)
{
	int err = tiermm__reclaim_begin(r, context, &p->call);

	if (err)
		return err;
	p->r = r;
	p->used = 0;
	p->demoted = 0;
	p->budget = UINT64_MAX;
	if (p->call.context.budget_pages)
		p->budget = p->call.context.budget_pages;
	p->rate_left = tiermm__reclaim_rate_left(r, p->call.now);
	p->probed = 0;
	for (uint32_t i = 0; i < SOURCES; i++)
		p->sources[i].node = TIERMM_NO_NODE;
	tiermm__ready_start(&p->ready, second_look(&p->call));
	return 0;
}

/*
 * The folios at the front that need no second look. Returns how many. Not
 * inline, so that it has all registers to itself, and what it compares with is
 * in locals: to a compiler the decisions might be anything. The decision is
 * copied whole; taken as a local, GCC 12 stores it field by field. Twice a
 * turn: a loop this short costs a quarter more where it happens to stand badly
 * in memory.
 */
static __attribute__((noinline)) uint64_t
run_quickly(struct planner *p, const struct tiermm_folio *folios, uint64_t n,
	    struct tiermm_decision *d)
{
	const struct tiermm__ready *entries = p->ready.entries;
	const uint64_t not_flags = p->ready.not_flags;
	const struct tiermm_folio *folio = folios, *end = folios + n;
	const int64_t room = left(p);
	int64_t after = room;

#ifdef __OPTIMIZE__ /* else a warning: there is nothing to unroll */
#pragma GCC unroll 2
#endif
	for (; folio != end && after > 0; folio++, d++) {
		const struct tiermm__ready *own =
			tiermm__ready_find(entries, folio);

		if (!own)
			break;
		if (tiermm__ready_is_plain(folio, not_flags)) {
			memcpy(d, &own->decision, sizeof(*d));
			after -= own->pages;
		} else if (!is_stopped(p, d, folio)) {
			break;
		}
	}
	p->used += (uint64_t)(room - after);
	p->demoted += (uint64_t)(room - after);
	return (uint64_t)(folio - folios);
}

int tiermm_reclaim_plan(const struct tiermm_reclaim *r,
			const struct tiermm_reclaim_context *context,
			const struct tiermm_folio *folios, uint64_t n,
			struct tiermm_decision *decisions)
{
	struct planner p;
	uint64_t i = 0;
	int err;

	if (n && (!folios || !decisions))
		return -TIERMM_EINVAL;
	err = begin(&p, r, context);
	if (err)
		return err;
	while (i < n) {
		i += run_quickly(&p, &folios[i], n - i, &decisions[i]);
		if (i == n)
			break;
		if (!is_stopped(&p, &decisions[i], &folios[i]))
			decide(&p, &decisions[i], &folios[i]);
		i++;
	}
	return 0;
}
