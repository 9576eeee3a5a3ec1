/* SPDX-License-Identifier: MIT */
/*
 * Why, under the pass strategies. The passes are read back from the preferred
 * sets: nodes with CPUs first, then what the pass before found.
 */
#include "demotion/explain.h"
#include "demotion/score.h"

/* What all nodes of a set prefer. */
static struct tiermm_nodeset taken_by(const struct tiermm_demotion_graph *g,
				      const struct tiermm_nodeset *sources)
{
	struct tiermm_nodeset taken = { { 0 } };

	for (int32_t id = tiermm_nodeset_next(sources, TIERMM_NO_NODE);
	     id != TIERMM_NO_NODE; id = tiermm_nodeset_next(sources, id))
		tiermm__set_or(taken.word,
			       tiermm__set(g, g->preferred, tiermm__row(g, id)),
			       g->view.words);
	return taken;
}

static struct tiermm_nodeset below(const struct tiermm_nodeset *set,
				   int32_t limit)
{
	struct tiermm_nodeset low = *set;

	for (int32_t id = tiermm_nodeset_next(set, limit - 1);
	     id != TIERMM_NO_NODE; id = tiermm_nodeset_next(set, id))
		tiermm__nodeset_remove(&low, id);
	return low;
}

void tiermm__explain_passes_start(struct tiermm__explanation *e)
{
	const struct tiermm_demotion_graph *g = e->g;
	struct tiermm__pass_history *p = &e->pass;
	struct tiermm_nodeset now = g->cpus, taken;
	int32_t id = tiermm__id(g, e->from);

	while (!tiermm__nodeset_is_empty(&now)) {
		tiermm__nodeset_or(&p->sources, &now);
		if (tiermm__nodeset_has(&now, id))
			break;
		now = taken_by(g, &now);
	}
	if (tiermm__nodeset_is_empty(&now))
		return;
	p->reached = 1;
	p->peers = below(&now, id);
	taken = taken_by(g, &p->peers);
	p->used = p->sources;
	tiermm__nodeset_or(&p->used, &taken);
	tiermm__search_pass(g, e->from, &p->used, &p->search);
}

/* Who took the candidate earlier in this pass, or none. */
static int32_t claimer(const struct tiermm__explanation *e, int32_t to)
{
	const struct tiermm_demotion_graph *g = e->g;
	int32_t id = tiermm_nodeset_next(&e->pass.peers, TIERMM_NO_NODE);

	while (id != TIERMM_NO_NODE &&
	       !tiermm__set_has(tiermm__set(g, g->preferred,
					    tiermm__row(g, id)),
				to))
		id = tiermm_nodeset_next(&e->pass.peers, id);
	return id;
}

/*
 * The candidate was free, and the search found others. It may have been taken
 * by somebody else later, which is not what the source saw.
 */
static void explain_passed_over(const struct tiermm__explanation *e,
				struct tiermm_candidate *c)
{
	const struct tiermm__pass_search *s = &e->pass.search;
	uint32_t best = s->target[0];
	uint32_t reach = tiermm__distance(e->g, e->from, best);

	tiermm__explain_rival(e, c, best);
	if (c->distance > reach) {
		c->reason = TIERMM_REASON_FARTHER;
		return;
	}
	if (s->end == TIERMM__NONE) {
		c->reason = TIERMM_REASON_OUTSCORED;
		return;
	}
	if (tiermm__distance(e->g, e->from, s->end) > reach) {
		c->reason = TIERMM_REASON_CUT;
		tiermm__explain_rival(e, c, s->end);
		return;
	}
	c->reason = TIERMM_REASON_LIMIT;
}

static void explain_taken(const struct tiermm__explanation *e, uint32_t to,
			  struct tiermm_candidate *c)
{
	uint32_t best = e->pass.search.target[0];

	c->reason = TIERMM_REASON_BEST_SCORE;
	if (to == best)
		return;
	c->reason = TIERMM_REASON_EQUAL;
	tiermm__explain_rival(e, c, best);
}

void tiermm__explain_passes(const struct tiermm__explanation *e, uint32_t to,
			    struct tiermm_candidate *c)
{
	const struct tiermm__pass_history *p = &e->pass;
	int32_t peer = claimer(e, c->to);

	if (!p->reached) {
		c->reason = TIERMM_REASON_NOT_REACHED;
	} else if (c->fate == TIERMM_FATE_PREFERRED) {
		explain_taken(e, to, c);
	} else if (c->fate == TIERMM_FATE_FALLBACK) {
		c->reason = TIERMM_REASON_CHAIN;
	} else if (tiermm__nodeset_has(&e->g->cpus, c->to)) {
		c->reason = TIERMM_REASON_HAS_CPUS;
	} else if (tiermm__nodeset_has(&p->sources, c->to)) {
		c->reason = TIERMM_REASON_SEEN;
	} else if (peer != TIERMM_NO_NODE) {
		c->reason = TIERMM_REASON_CLAIMED;
		c->rival = peer;
		c->rival_distance =
			tiermm__distance(e->g, tiermm__row(e->g, peer), to);
	} else {
		explain_passed_over(e, c);
	}
}
