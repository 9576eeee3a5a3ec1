/* SPDX-License-Identifier: MIT */
/*
 * Latency balancing (P5): a fast node under load can be the slower one. Then
 * what is hot stays where it is, and the busy node should shed. Colloid (2024)
 * is the published relative.
 */
#include "promotion/internal.h"

int tiermm__latency_gate(void *self, const struct tiermm_promotion_room *from,
			 const struct tiermm_promotion_room *to)
{
	(void)self;
	if (!from->loaded_latency_ns || !to->loaded_latency_ns)
		return 1;
	return to->loaded_latency_ns <= from->loaded_latency_ns;
}

/* Whether a node is busier than the least busy one of a slower tier. */
static int is_slower(const struct tiermm_promotion *p, int32_t node,
		     uint32_t rank, uint32_t least)
{
	return p->nodes[node].rank == rank &&
	       p->nodes[node].room.loaded_latency_ns > least;
}

void tiermm__latency_shed(const struct tiermm_promotion *p,
			  const struct tiermm_nodeset *allowed,
			  struct tiermm_nodeset *shed)
{
	uint32_t least = UINT32_MAX, below = UINT32_MAX;

	if (p->policy.gate != tiermm__latency_gate &&
	    !(p->flags & TIERMM_PROMOTION_BALANCE))
		return;
	for (uint32_t rank = p->graph->ranks; rank-- > 0; least = below)
		for (uint32_t row = 0; row < p->graph->view.n; row++) {
			int32_t node = tiermm__id(p->graph, row);
			uint32_t ns = p->nodes[node].room.loaded_latency_ns;

			if (is_slower(p, node, rank, least) &&
			    (!allowed || tiermm__nodeset_has(allowed, node)))
				tiermm__nodeset_add(shed, node);
			if (p->nodes[node].rank == rank && ns && ns < below)
				below = ns;
		}
}

void tiermm__latency_table(struct tiermm_promotion_policy *out,
			   struct tiermm__histogram *state)
{
	tiermm__histogram_table(out, state);
	out->name = "latency";
	out->gate = tiermm__latency_gate;
}
