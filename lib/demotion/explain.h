/* SPDX-License-Identifier: MIT */
/*
 * Explaining one source: its search is done again, and each candidate is
 * looked up in what the search found.
 */
#ifndef TIERMM_LIB_DEMOTION_EXPLAIN_H
#define TIERMM_LIB_DEMOTION_EXPLAIN_H

#include "demotion/search.h"

#include <tiermm/demotion_explain.h>

/* The search of a pass, and what had happened before it. */
struct tiermm__pass_history {
	uint32_t reached;              /* 0: no pass asked for the source */
	struct tiermm_nodeset sources; /* asked for in this pass or before */
	struct tiermm_nodeset peers;   /* asked for earlier in this pass */
	struct tiermm_nodeset used;    /* sources, and what the peers took */
	struct tiermm__pass_search search;
};

struct tiermm__explanation {
	const struct tiermm_demotion_graph *g;
	uint32_t from; /* row of the source */
	int32_t from_tier;
	struct tiermm__nearest_search nearest;
	struct tiermm__linux_search linux_search;
	struct tiermm__pass_history pass;
};

/*
 * Search again for e->from, before the first candidate. The source has memory
 * under the tier strategies.
 */
void tiermm__explain_nearest_start(struct tiermm__explanation *e);
void tiermm__explain_linux_start(struct tiermm__explanation *e);
void tiermm__explain_passes_start(struct tiermm__explanation *e);

/*
 * Reason and rival of the candidate in row to, which has memory and is not the
 * source; c holds its fate and its numbers.
 */
void tiermm__explain_nearest(const struct tiermm__explanation *e, uint32_t to,
			     struct tiermm_candidate *c);
void tiermm__explain_linux(const struct tiermm__explanation *e, uint32_t to,
			   struct tiermm_candidate *c);
void tiermm__explain_passes(const struct tiermm__explanation *e, uint32_t to,
			    struct tiermm_candidate *c);
void tiermm__explain_manual(const struct tiermm__explanation *e, uint32_t to,
			    struct tiermm_candidate *c);

static inline void tiermm__explain_rival(const struct tiermm__explanation *e,
					 struct tiermm_candidate *c,
					 uint32_t rival)
{
	c->rival = tiermm__id(e->g, rival);
	c->rival_distance = tiermm__distance(e->g, e->from, rival);
}

#endif
