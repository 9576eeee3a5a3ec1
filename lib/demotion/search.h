/* SPDX-License-Identifier: MIT */
/*
 * The searches for the targets of one node. Building runs each once a node;
 * explaining runs it again for the node that is asked about.
 */
#ifndef TIERMM_LIB_DEMOTION_SEARCH_H
#define TIERMM_LIB_DEMOTION_SEARCH_H

#include "demotion/graph.h"

/* Equal targets that a pass takes: DEFAULT_DEMOTION_TARGET_NODES. */
#define TIERMM__PASS_TARGETS 15u

/* strategy nearest: the tier below that has a node within reach */
struct tiermm__nearest_search {
	uint32_t rank;     /* TIERMM__NONE: none has */
	uint32_t distance; /* of its nearest nodes */
	uint32_t row;      /* the first of them */
};

struct tiermm__nearest_search
tiermm__search_nearest(const struct tiermm_demotion_graph *g, uint32_t from);

/* strategy linux-6.12, of a node that is not in the slowest tier */
struct tiermm__linux_search {
	uint64_t best;     /* key of the best candidate */
	uint64_t cut;      /* key of the best at another distance */
	uint32_t distance; /* of the best candidate */
};

struct tiermm__linux_search
tiermm__search_linux(const struct tiermm_demotion_graph *g, uint32_t from);

/* strategies linux-5.15 and linux-5.18 */
struct tiermm__pass_search {
	uint32_t targets;                      /* how many were found */
	uint32_t target[TIERMM__PASS_TARGETS]; /* their rows, in order */
	uint32_t end; /* row that ended the search, or none */
};

/* used: nodes that were sources or targets before; unchanged */
void tiermm__search_pass(const struct tiermm_demotion_graph *g, uint32_t from,
			 const struct tiermm_nodeset *used,
			 struct tiermm__pass_search *out);

#endif
