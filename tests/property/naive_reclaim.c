/* SPDX-License-Identifier: MIT */
/* The rules of reclaim, item by item, from the specification. */
#include "naive_reclaim.h"

#include <stddef.h>

static int usable(const struct naive_reclaim *w, int32_t node)
{
	return !tiermm_nodeset_has(&w->blocked, node) &&
	       (!w->c.allowed || tiermm_nodeset_has(&w->allowed, node));
}

static uint32_t distance(const struct naive_reclaim *w, int32_t from,
			 int32_t to)
{
	return tiermm_topology_distance(tiermm_demotion_graph_topology(w->g),
					from, to);
}

static int32_t first_target(const struct naive_reclaim *w, int32_t node)
{
	struct tiermm_nodeset preferred, lower;
	int32_t best = TIERMM_NO_NODE;

	if (tiermm_demotion_graph_targets(w->g, node, &preferred, &lower))
		return TIERMM_NO_NODE;
	for (int32_t id = 0; id < NAIVE_IDS; id++)
		if (tiermm_nodeset_has(&preferred, id) && usable(w, id))
			return id;
	for (int32_t id = 0; id < NAIVE_IDS; id++)
		if (tiermm_nodeset_has(&lower, id) && usable(w, id) &&
		    (best == TIERMM_NO_NODE ||
		     distance(w, node, id) < distance(w, node, best)))
			best = id;
	return best;
}

/* The least (distance from the first target, id) above the last one. */
static int32_t next_target(const struct naive_reclaim *w,
			   const struct naive_item *it, int32_t node,
			   uint32_t *at)
{
	struct tiermm_node there;
	struct tiermm_nodeset lower;
	int32_t best = TIERMM_NO_NODE, from = it->first;

	if (tiermm_demotion_graph_targets(w->g, node, NULL, &lower))
		return TIERMM_NO_NODE;
	if (tiermm_topology_node(tiermm_demotion_graph_topology(w->g), from,
				 &there))
		from = node; /* it left; its distances went with it */
	for (int32_t id = 0; id < NAIVE_IDS; id++) {
		uint32_t far;

		if (id == it->first || !usable(w, id) ||
		    !tiermm_nodeset_has(&lower, id))
			continue;
		far = distance(w, from, id);
		if (it->last != TIERMM_NO_NODE &&
		    (far < it->distance ||
		     (far == it->distance && id <= it->last)))
			continue;
		if (best == TIERMM_NO_NODE || far < *at) {
			best = id;
			*at = far;
		}
	}
	return best;
}

static void end(struct naive_item *it, uint32_t verdict)
{
	it->verdict = verdict;
	it->final = 1;
}

/* What is in use, or cannot go. */
static int stops(const struct naive_reclaim *w, struct naive_item *it,
		 uint32_t flags)
{
	if (flags & (TIERMM_FOLIO_HUGETLB | TIERMM_FOLIO_LOCKED))
		end(it, TIERMM_VERDICT_KEEP);
	else if (flags & TIERMM_FOLIO_UNEVICTABLE)
		end(it, TIERMM_VERDICT_ACTIVATE);
	else if ((flags & TIERMM_FOLIO_MAPPED) &&
		 (w->c.flags & TIERMM_RECLAIM_NO_UNMAP))
		end(it, TIERMM_VERDICT_KEEP);
	else if (flags & (TIERMM_FOLIO_WRITEBACK | TIERMM_FOLIO_ACTIVE))
		end(it, TIERMM_VERDICT_ACTIVATE);
	else if (flags & TIERMM_FOLIO_REFERENCED)
		end(it, TIERMM_VERDICT_KEEP);
	return it->final;
}

static void normal(const struct naive_reclaim *w, struct naive_item *it,
		   uint32_t flags)
{
	int writes = (flags & (TIERMM_FOLIO_ANON | TIERMM_FOLIO_DIRTY)) != 0;

	if (stops(w, it, flags))
		return;
	it->fallen = 1;
	it->verdict = writes ? TIERMM_VERDICT_PAGE_OUT : TIERMM_VERDICT_DISCARD;
	if ((flags & TIERMM_FOLIO_ANON) &&
	    (w->c.flags & TIERMM_RECLAIM_NO_SWAP))
		end(it, TIERMM_VERDICT_KEEP);
	else if (writes && (w->c.flags & TIERMM_RECLAIM_NO_WRITE))
		end(it, TIERMM_VERDICT_KEEP);
}

/* A target was tried, or out of reach: proactive reclaim ends here (R5). */
static void fall(const struct naive_reclaim *w, struct naive_item *it,
		 uint32_t flags)
{
	if (!stops(w, it, flags) &&
	    w->c.reclaimer == TIERMM_RECLAIMER_PROACTIVE)
		end(it, TIERMM_VERDICT_KEEP);
	else if (!it->final)
		normal(w, it, flags);
}

static void split_or_fall(const struct naive_reclaim *w, struct naive_item *it,
			  const struct tiermm_folio *folio)
{
	if (folio->order && !(folio->flags & TIERMM_FOLIO_PIECE) &&
	    !(w->c.flags & TIERMM_RECLAIM_NO_SPLIT))
		it->verdict = TIERMM_VERDICT_SPLIT;
	else
		fall(w, it, folio->flags);
}

void naive_plan(const struct naive_reclaim *w, struct naive_item *it,
		const struct tiermm_folio *folio)
{
	*it = (struct naive_item){ .to = TIERMM_NO_NODE,
				   .first = TIERMM_NO_NODE,
				   .last = TIERMM_NO_NODE };
	if (stops(w, it, folio->flags))
		return;
	if (!(w->c.flags & TIERMM_RECLAIM_NO_DEMOTION))
		it->first = first_target(w, folio->node);
	if (it->first == TIERMM_NO_NODE) {
		normal(w, it, folio->flags);
	} else if (folio->order && (w->c.flags & TIERMM_RECLAIM_NO_LARGE)) {
		it->first = TIERMM_NO_NODE;
		split_or_fall(w, it, folio);
	} else {
		it->verdict = TIERMM_VERDICT_DEMOTE;
		it->to = it->first;
	}
}

static void expect_next(const struct naive_reclaim *w, struct naive_item *it,
			const struct tiermm_folio *folio)
{
	int32_t to = TIERMM_NO_NODE;
	uint32_t at = 0;

	if (stops(w, it, folio->flags))
		return;
	if (!(w->c.flags & TIERMM_RECLAIM_NO_DEMOTION))
		to = next_target(w, it, folio->node, &at);
	if (to == TIERMM_NO_NODE) {
		split_or_fall(w, it, folio);
		return;
	}
	it->to = it->last = to;
	it->distance = at;
}

static void expect_again(const struct naive_reclaim *w, struct naive_item *it,
			 const struct tiermm_folio *folio)
{
	int barred =
		it->verdict == TIERMM_VERDICT_DEMOTE &&
		((w->c.flags & TIERMM_RECLAIM_NO_DEMOTION) ||
		 (w->c.allowed && !tiermm_nodeset_has(&w->allowed, it->to)));

	if (it->unsure || barred)
		end(it, TIERMM_VERDICT_FAILED);
	else if (!stops(w, it, folio->flags))
		it->unsure = 1;
}

void naive_report(const struct naive_reclaim *w, struct naive_item *it,
		  const struct tiermm_folio *folio, uint32_t outcome)
{
	switch (outcome) {
	case TIERMM_OUTCOME_DONE:
	case TIERMM_OUTCOME_ALREADY:
		it->final = 1;
		return;
	case TIERMM_OUTCOME_UNKNOWN:
		expect_again(w, it, folio);
		return;
	case TIERMM_OUTCOME_ABSENT:
		end(it, TIERMM_VERDICT_FAILED);
		return;
	default:
		break;
	}
	if (it->fallen)
		end(it, TIERMM_VERDICT_FAILED);
	else if (it->verdict == TIERMM_VERDICT_SPLIT)
		fall(w, it, folio->flags);
	else if (outcome == TIERMM_OUTCOME_TARGET_FULL ||
		 outcome == TIERMM_OUTCOME_TARGET_GONE)
		expect_next(w, it, folio);
	else if (outcome == TIERMM_OUTCOME_UNSUPPORTED)
		split_or_fall(w, it, folio);
	else
		fall(w, it, folio->flags);
}
