/* SPDX-License-Identifier: MIT */
/* Why, under the tier strategies and manual. */
#include "demotion/explain.h"
#include "demotion/score.h"

void tiermm__explain_nearest_start(struct tiermm__explanation *e)
{
	e->nearest = tiermm__search_nearest(e->g, e->from);
}

/* Only lower tiers get here. */
void tiermm__explain_nearest(const struct tiermm__explanation *e, uint32_t to,
			     struct tiermm_candidate *c)
{
	const struct tiermm__nearest_search *s = &e->nearest;

	if (c->distance == TIERMM__UNREACHABLE) {
		c->reason = TIERMM_REASON_UNREACHABLE;
		return;
	}
	if (e->g->rank_of[to] == s->rank && c->distance == s->distance) {
		c->reason = TIERMM_REASON_NEAREST;
		return;
	}
	c->reason = e->g->rank_of[to] == s->rank ? TIERMM_REASON_FARTHER
						 : TIERMM_REASON_NOT_NEXT_TIER;
	tiermm__explain_rival(e, c, s->row);
}

void tiermm__explain_linux_start(struct tiermm__explanation *e)
{
	if (e->g->rank_of[e->from] + 1u < e->g->ranks)
		e->linux_search = tiermm__search_linux(e->g, e->from);
}

/* Only lower tiers get here, so that there was a search. */
void tiermm__explain_linux(const struct tiermm__explanation *e, uint32_t to,
			   struct tiermm_candidate *c)
{
	const struct tiermm__linux_search *s = &e->linux_search;
	uint64_t key = tiermm__key(e->g, e->from, to);
	uint32_t rival = tiermm__key_row(s->best);

	if (key == s->best) {
		c->reason = TIERMM_REASON_BEST_SCORE;
		return;
	}
	if (e->g->rank_of[to] != e->g->rank_of[e->from] + 1u) {
		c->reason = TIERMM_REASON_NOT_NEXT_TIER;
	} else if (c->distance > s->distance) {
		c->reason = TIERMM_REASON_FARTHER;
	} else if (c->distance < s->distance) {
		c->reason = TIERMM_REASON_OUTSCORED;
	} else if (key < s->cut) {
		c->reason = TIERMM_REASON_EQUAL;
	} else {
		c->reason = TIERMM_REASON_CUT;
		rival = tiermm__key_row(s->cut);
	}
	tiermm__explain_rival(e, c, rival);
}

void tiermm__explain_manual(const struct tiermm__explanation *e, uint32_t to,
			    struct tiermm_candidate *c)
{
	const struct tiermm_demotion_graph *g = e->g;

	(void)to;
	if (tiermm__set_has(tiermm__set(g, g->named, e->from), c->to))
		c->reason = TIERMM_REASON_NAMED;
	else if (c->fate != TIERMM_FATE_NONE)
		c->reason = TIERMM_REASON_CHAIN;
	else if (c->distance == TIERMM__UNREACHABLE)
		c->reason = TIERMM_REASON_UNREACHABLE;
	else
		c->reason = TIERMM_REASON_NOT_NAMED;
}
