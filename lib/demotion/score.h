/* SPDX-License-Identifier: MIT */
/*
 * The kernel's score of a candidate (facts 0.1): lower is better, and equal
 * scores go to the lower id.
 */
#ifndef TIERMM_LIB_DEMOTION_SCORE_H
#define TIERMM_LIB_DEMOTION_SCORE_H

#include "base/nodeset.h"
#include "demotion/graph.h"

/* MAX_NUMNODES: what keeps the load below a unit of distance. */
#define TIERMM__SCORE_UNIT 1024u

static inline uint64_t tiermm__score(const struct tiermm_demotion_graph *g,
				     uint32_t from, uint32_t to,
				     uint32_t cpu_penalty)
{
	uint64_t units = tiermm__distance(g, from, to);

	if (to < from)
		units++;
	if (tiermm__nodeset_has(&g->cpus, tiermm__id(g, to)))
		units += cpu_penalty;
	return units * TIERMM__SCORE_UNIT + g->load[to];
}

/*
 * Score and row in one number, so that one comparison settles ties: scores
 * stay below 2^33, a row takes 10 bits.
 */
static inline uint64_t tiermm__key(const struct tiermm_demotion_graph *g,
				   uint32_t from, uint32_t to)
{
	return tiermm__score(g, from, to, g->view.cpu_penalty) << 10 | to;
}

static inline uint32_t tiermm__key_row(uint64_t key)
{
	return (uint32_t)(key & 1023);
}

#endif
