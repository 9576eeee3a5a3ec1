/* SPDX-License-Identifier: MIT */
/* Why a folio is decided so, and what a node is to it (R11). */
#include "reclaim/state.h"

#include <tiermm/error.h>

/* What plan would say; what it draws from is a copy. */
static int decide(const struct tiermm_reclaim *r,
		  const struct tiermm__reclaim_call *call,
		  const struct tiermm_folio *folio, struct tiermm_decision *d)
{
	struct tiermm_reclaim_context context = call->context;
	struct tiermm_random random;
	uint64_t cursor;

	if (context.random) {
		random = *context.random;
		context.random = &random;
	}
	if (context.cursor) {
		cursor = *context.cursor;
		context.cursor = &cursor;
	}
	return tiermm_reclaim_plan(r, &context, folio, 1, d);
}

/* Where an open decision stands in the order of its first target. */
static struct tiermm__reclaim_place place_of(const struct tiermm_decision *d)
{
	return tiermm__state_last(d->reserved);
}

/* The nodes that stand behind, if it comes to that. */
static int list_lower(const struct tiermm_reclaim *r,
		      const struct tiermm__reclaim_call *call,
		      const struct tiermm_folio *folio,
		      const struct tiermm_decision *d,
		      struct tiermm_nodeset *out)
{
	struct tiermm__reclaim_place place = place_of(d);
	int err = 0;

	if (d->final || d->verdict != TIERMM_VERDICT_DEMOTE)
		return 0;
	for (;;) {
		err = tiermm__reclaim_next(r->demotion, folio->node,
					   tiermm__state_first(d->reserved),
					   call->context.allowed, &place,
					   &place);
		if (err || place.node == TIERMM_NO_NODE)
			return err;
		tiermm__nodeset_add(out, place.node);
	}
}

/* Whether a lower node that could be used had its turn already. */
static uint32_t turn_of(const struct tiermm_decision *d, int32_t node,
			uint32_t distance)
{
	struct tiermm__reclaim_place last = place_of(d);

	if (last.node == TIERMM_NO_NODE || distance > last.distance ||
	    (distance == last.distance && node > last.node))
		return TIERMM_RECLAIM_NODE_NEXT;
	return TIERMM_RECLAIM_NODE_TRIED;
}

static uint32_t role_of(const struct tiermm__reclaim_call *call,
			const struct tiermm_decision *d, int32_t node,
			const struct tiermm__reclaim_seen *seen)
{
	const struct tiermm_nodeset *allowed = call->context.allowed;

	if (d->verdict == TIERMM_VERDICT_DEMOTE && node == d->to)
		return TIERMM_RECLAIM_NODE_TARGET;
	if (node == tiermm__state_first(d->reserved))
		return TIERMM_RECLAIM_NODE_TRIED;
	if (!seen->exists)
		return TIERMM_RECLAIM_NODE_UNKNOWN;
	if (!seen->lower)
		return TIERMM_RECLAIM_NODE_NOT_LOWER;
	if (seen->blocked)
		return TIERMM_RECLAIM_NODE_BLOCKED;
	if (allowed && !tiermm__nodeset_has(allowed, node))
		return TIERMM_RECLAIM_NODE_NOT_ALLOWED;
	return turn_of(d, node, seen->distance);
}

static int explain_node(const struct tiermm_reclaim *r,
			const struct tiermm__reclaim_call *call,
			const struct tiermm_folio *folio,
			const struct tiermm_decision *d,
			struct tiermm_reclaim_explanation *out)
{
	struct tiermm__reclaim_seen seen = { 0 };
	int err = 0;

	if (out->node == TIERMM_NO_NODE)
		return 0;
	if (tiermm__node_in_range(out->node) &&
	    tiermm__node_in_range(folio->node))
		err = tiermm__reclaim_see(r->demotion, folio->node, out->target,
					  out->node, &seen);
	if (err)
		return err;
	out->distance = seen.distance;
	out->role = role_of(call, d, out->node, &seen);
	return 0;
}

static void tell_throttle(const struct tiermm_reclaim *r,
			  struct tiermm_reclaim_explanation *out)
{
	/* Relaxed: each true by itself. Partners: throttle.c. */
	uint64_t paid =
		atomic_load_explicit(&r->paid_until, memory_order_relaxed);
	uint64_t burst =
		atomic_load_explicit(&r->burst_ns, memory_order_relaxed);

	if (paid > burst)
		out->rate_free_ns = tiermm__reclaim_told(r, paid - burst);
	if (out->target != TIERMM_NO_NODE &&
	    (uint32_t)out->target < r->max_nodes)
		out->pause_until_ns = tiermm__reclaim_told(
			r,
			atomic_load_explicit(&r->nodes[out->target].pause_until,
					     memory_order_relaxed));
}

int tiermm_reclaim_explain(const struct tiermm_reclaim *r,
			   const struct tiermm_reclaim_context *context,
			   const struct tiermm_folio *folio,
			   const struct tiermm_decision *decision, int32_t node,
			   struct tiermm_reclaim_explanation *out)
{
	struct tiermm_reclaim_explanation e;
	struct tiermm__reclaim_call call;
	struct tiermm_decision d;
	int err;

	if (!folio || !out || out->size < sizeof(*out) ||
	    (decision && !tiermm__decision_is_ours(decision)))
		return -TIERMM_EINVAL;
	err = tiermm__reclaim_begin(r, context, &call);
	if (err)
		return err;
	if (decision)
		d = *decision;
	else
		err = decide(r, &call, folio, &d);
	if (err)
		return err;
	e = (struct tiermm_reclaim_explanation){
		.size = out->size,
		.page = folio->page,
		.pages = tiermm__folio_pages(folio),
		.folio_flags = folio->flags,
		.verdict = d.verdict,
		.reason = d.reason,
		.final = d.final,
		.fallback = (d.reserved & TIERMM__STATE_FALLEN) != 0,
		.attempt = d.attempt,
		.from = folio->node,
		.to = d.to,
		.target = tiermm__state_first(d.reserved),
		.node = node,
	};
	tell_throttle(r, &e);
	err = list_lower(r, &call, folio, &d, &e.lower);
	if (!err)
		err = explain_node(r, &call, folio, &d, &e);
	if (!err)
		*out = e;
	return err;
}
