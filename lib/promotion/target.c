/* SPDX-License-Identifier: MIT */
/*
 * Where a candidate would go (P3): the accessor's node, then others of its
 * tier, then the best tier that has room; of one tier the nearest node, of
 * these the lowest id. Never sideways, never down.
 */
#include "base/arithmetic.h"
#include "promotion/internal.h"

uint64_t tiermm__room_left(const struct tiermm_promotion *p, int32_t node)
{
	const struct tiermm__promotion_node *to = &p->nodes[node];
	uint64_t taken;

	if (!to->known ||
	    tiermm__add_overflow(to->room.high_pages, to->planned_in, &taken))
		return 0;
	return to->room.free_pages > taken ? to->room.free_pages - taken : 0;
}

int tiermm__is_stale(const struct tiermm_promotion *p, uint64_t page,
		     uint64_t now_ms)
{
	return tiermm__word_age(p->words[page], now_ms) > p->options.stale_ms;
}

int tiermm__gate_is_open(const struct tiermm_promotion *p, int32_t from,
			 int32_t to)
{
	const struct tiermm_promotion_room *a = &p->nodes[from].room;
	const struct tiermm_promotion_room *b = &p->nodes[to].room;

	if ((p->flags & TIERMM_PROMOTION_BALANCE) &&
	    !tiermm__latency_gate(NULL, a, b))
		return 0;
	return !p->policy.gate || p->policy.gate(p->policy.self, a, b) > 0;
}

struct search {
	const struct tiermm_promotion *p;
	uint64_t pages;
	int32_t from;
	int32_t home;
	const struct tiermm_nodeset *allowed;
	uint64_t best; /* order of the best so far */
};

/* Smaller is better: tier, distance, id. */
static uint64_t order_of(const struct search *s, int32_t node)
{
	const struct tiermm_demotion_graph *g = s->p->graph;
	uint64_t tier = 0;

	if (s->p->nodes[node].rank != s->p->nodes[s->home].rank)
		tier = (uint64_t)s->p->nodes[node].rank + 1;
	return tier << 32 |
	       (uint64_t)tiermm__distance(g, tiermm__row(g, s->home),
					  tiermm__row(g, node))
		       << 16 |
	       (uint64_t)node;
}

static void note_shut(const struct search *s, int32_t node,
		      struct tiermm__target *out)
{
	if (out->reason == TIERMM_PROMOTION_NOT_ALLOWED)
		out->reason = TIERMM_PROMOTION_OVERLOADED;
	if (out->busy != TIERMM_NO_NODE && node != s->home)
		return;
	out->busy = node;
	if (out->reason == TIERMM_PROMOTION_OVERLOADED) {
		out->value = s->p->nodes[node].room.loaded_latency_ns;
		out->limit = s->p->nodes[s->from].room.loaded_latency_ns;
	}
}

/* What holds for home is the reason; of others, that there is no room. */
static void note_full(const struct search *s, int32_t node,
		      struct tiermm__target *out)
{
	if (node == s->home)
		out->full = node;
	else if (out->reason != TIERMM_PROMOTION_NOT_ALLOWED &&
		 (out->full == s->home || out->busy == s->home))
		return;
	if (out->reason == TIERMM_PROMOTION_QUEUED)
		return;
	out->reason = TIERMM_PROMOTION_NO_ROOM;
	out->value = s->p->nodes[node].room.free_pages;
	out->limit = s->p->nodes[node].room.high_pages + s->pages;
}

static void consider(struct search *s, int32_t node, struct tiermm__target *out)
{
	uint64_t order;

	if (!tiermm__is_faster(s->p, node, s->from) ||
	    (s->allowed && !tiermm__nodeset_has(s->allowed, node)))
		return;
	if (!tiermm__gate_is_open(s->p, s->from, node)) {
		note_shut(s, node, out);
		return;
	}
	if (tiermm__room_left(s->p, node) < s->pages) {
		note_full(s, node, out);
		return;
	}
	order = order_of(s, node);
	if (out->reason == TIERMM_PROMOTION_QUEUED && order > s->best)
		return;
	s->best = order;
	out->node = node;
	out->reason = TIERMM_PROMOTION_QUEUED;
}

void tiermm__target_find(const struct tiermm_promotion *p,
			 const struct tiermm__candidate *candidate,
			 const struct tiermm_nodeset *allowed,
			 struct tiermm__target *out)
{
	struct search s = {
		.p = p,
		.pages = UINT64_C(1) << candidate->order,
		.from = tiermm__word_node(p->words[candidate->page]),
		.home = p->nodes[candidate->home].home,
		.allowed = allowed,
	};

	*out = (struct tiermm__target){
		.reason = TIERMM_PROMOTION_NOT_ALLOWED,
		.node = TIERMM_NO_NODE,
		.full = TIERMM_NO_NODE,
		.busy = TIERMM_NO_NODE,
	};
	if (s.home == TIERMM_NO_NODE) {
		out->reason = TIERMM_PROMOTION_NO_TARGET;
		return;
	}
	consider(&s, s.home, out);
	if (out->reason == TIERMM_PROMOTION_QUEUED)
		return;
	for (uint32_t row = 0; row < p->graph->view.n; row++) {
		int32_t node = tiermm__id(p->graph, row);

		if (node != s.home)
			consider(&s, node, out);
	}
}
