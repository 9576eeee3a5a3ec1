/* SPDX-License-Identifier: MIT */
/*
 * The first decision about each folio of a batch (R1 to R6, R9).
 *
 * Most folios of a batch come from one node and go to one node. So the last
 * answer stands ready as a finished decision, and a folio that needs no second
 * look takes it as it is; everything else goes the long way.
 */
#include "reclaim/state.h"

#include <tiermm/error.h>

/* Source nodes that a plan remembers; more are looked up again. */
#define SOURCES 8

/* What is known about a source node in this call. */
struct source {
	int32_t node;                       /* TIERMM_NO_NODE: free */
	int32_t first;                      /* its first target */
	struct tiermm__reclaim_place later; /* taken while first pauses */
	uint32_t why;                       /* without a target; or COLD */
	uint32_t probe;               /* the target has paused: few pages */
	struct tiermm_decision ready; /* for a cold folio; or verdict 0 */
};

/* A cold folio of this node gets this decision, and no other test. */
struct quick {
	int32_t node;
	uint32_t order;     /* greatest */
	uint32_t not_flags; /* that it may not have */
	struct tiermm_decision decision;
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

	struct quick quick;
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
	own->ready.verdict = TIERMM_VERDICT_NONE;
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
static uint64_t left(const struct planner *p)
{
	uint64_t budget = p->budget > p->used ? p->budget - p->used : 0;
	uint64_t rate =
		p->rate_left > p->demoted ? p->rate_left - p->demoted : 0;

	return budget < rate ? budget : rate;
}

/* From now on, the quick way knows folios of this node. */
static void be_quick(struct planner *p, struct source *from,
		     const struct tiermm_decision *d)
{
	if (from->probe || p->call.context.choice != TIERMM_CHOICE_FIRST)
		return;
	from->ready = *d;
	p->quick.node = from->node;
	p->quick.decision = *d;
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
	be_quick(p, from, d);
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
	*d = (struct tiermm_decision){ .to = TIERMM_NO_NODE,
				       .reserved = TIERMM__STATE_PLANNED };
	return tiermm__reclaim_stop(&p->call, d, folio);
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

static int begin(struct planner *p, const struct tiermm_reclaim *r,
		 const struct tiermm_reclaim_context *context)
{
	int err;

	memset(p, 0, sizeof(*p));
	err = tiermm__reclaim_begin(r, context, &p->call);
	if (err)
		return err;
	p->r = r;
	p->budget = context->budget_pages ? context->budget_pages : UINT64_MAX;
	p->rate_left = tiermm__reclaim_rate_left(r, p->call.now);
	for (uint32_t i = 0; i < SOURCES; i++)
		p->sources[i].node = TIERMM_NO_NODE;
	p->quick.node = TIERMM_NO_NODE;
	p->quick.order = TIERMM_FOLIO_MAX_ORDER;
	if (p->call.context.flags & TIERMM_RECLAIM_NO_LARGE)
		p->quick.order = 0;
	p->quick.not_flags = ~(uint32_t)TIERMM_FOLIO_ALL | TIERMM__FOLIO_STOPS;
	if (p->call.context.flags & TIERMM_RECLAIM_NO_UNMAP)
		p->quick.not_flags |= TIERMM_FOLIO_MAPPED;
	return 0;
}

/* Another node whose decision is ready already: go on quickly there. */
static int switch_to(struct planner *p, int32_t node)
{
	const struct source *own = &p->sources[(uint32_t)node % SOURCES];

	if (node == p->quick.node || own->node != node ||
	    own->ready.verdict == TIERMM_VERDICT_NONE)
		return 0;
	p->quick.node = node;
	p->quick.decision = own->ready;
	return 1;
}

/*
 * The folios at the front that need no second look. Returns how many. No call
 * in it, and what it compares with is in locals: to a compiler the decisions
 * might be anything. The decision is copied whole; taken as a local, GCC 12
 * stores it field by field.
 */
static uint64_t run_quickly(struct planner *p,
			    const struct tiermm_folio *folios, uint64_t n,
			    struct tiermm_decision *decisions)
{
	const struct tiermm_decision *ready = &p->quick.decision;
	const uint32_t not_flags = p->quick.not_flags;
	const uint32_t order = p->quick.order;
	const int32_t node = p->quick.node;
	const uint64_t room = left(p);
	uint64_t i, pages = 0;

	if (ready->verdict == TIERMM_VERDICT_NONE)
		return 0; /* not ready: its node is none, as a folio's may be */
	for (i = 0; i < n; i++) {
		const struct tiermm_folio *folio = &folios[i];

		if (folio->node != node || folio->order > order ||
		    ((folio->flags & not_flags) | folio->reserved) ||
		    pages >= room)
			break;
		memcpy(&decisions[i], ready, sizeof(*ready));
		pages += UINT64_C(1) << folio->order;
	}
	p->used += pages;
	p->demoted += pages;
	return i;
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
		if (i == n || switch_to(&p, folios[i].node))
			continue;
		if (!is_stopped(&p, &decisions[i], &folios[i]))
			decide(&p, &decisions[i], &folios[i]);
		i++;
	}
	return 0;
}
