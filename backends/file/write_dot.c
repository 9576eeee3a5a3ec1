/* SPDX-License-Identifier: MIT */
/*
 * A demotion graph for Graphviz: tiers are ranks, the fastest at the top;
 * preferred targets are solid edges with their distance, the other targets
 * of the fallback set are dashed and light.
 */
#include "names.h"
#include "write.h"

#include <inttypes.h>
#include <stddef.h>

static void put_node(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t, int32_t id)
{
	struct tiermm_node node;

	if (tiermm_topology_node(t, id, &node))
		return;
	tiermm__file_put(b, "    n%" PRId32 " [label=\"node %" PRId32 "\\n", id,
			 id);
	if (node.type != TIERMM_MEMORY_UNKNOWN)
		tiermm__file_put(b, "%s ", tiermm__file_type_name(node.type));
	tiermm__file_put_amount(b, t, &node);
	if (node.cpus) {
		tiermm__file_put(b, "\\nCPUs ");
		tiermm__file_put_cpus(b, t, &node);
	}
	tiermm__file_put(b, "\"%s];\n",
			 node.cpus ? ", fillcolor=\"#dbe9f6\"" : "");
}

static void put_tier(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t, uint32_t rank)
{
	struct tiermm_nodeset nodes;
	struct tiermm_tier tier;
	int32_t id;

	tiermm_topology_tier_at(t, rank, &tier, &nodes);
	tiermm__file_put(b, "  {\n    rank=same;\n");
	tiermm__file_put(b,
			 "    t%" PRId32 " [label=\"tier %" PRId32
			 "\", shape=plaintext, fillcolor=none];\n",
			 tier.id, tier.id);
	for (id = tiermm_nodeset_next(&nodes, TIERMM_NO_NODE);
	     id != TIERMM_NO_NODE; id = tiermm_nodeset_next(&nodes, id))
		put_node(b, t, id);
	tiermm__file_put(b, "  }\n");
}

/* An invisible spine keeps the ranks in order, also without any target. */
static void put_spine(struct tiermm__file_buffer *b,
		      const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_tier_count(t);
	struct tiermm_tier upper, lower;

	for (uint32_t i = 1; i < n; i++) {
		tiermm_topology_tier_at(t, i - 1, &upper, NULL);
		tiermm_topology_tier_at(t, i, &lower, NULL);
		tiermm__file_put(b,
				 "  t%" PRId32 " -> t%" PRId32
				 " [style=invis];\n",
				 upper.id, lower.id);
	}
}

static void put_edge(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t, int32_t from, int32_t to,
		     int preferred)
{
	tiermm__file_put(b, "  n%" PRId32 " -> n%" PRId32, from, to);
	if (preferred)
		tiermm__file_put(b, " [label=\"%" PRIu32 "\"];\n",
				 tiermm_topology_distance(t, from, to));
	else
		tiermm__file_put(b, " [style=dashed, color=gray70, "
				    "constraint=false];\n");
}

static void put_edges(struct tiermm__file_buffer *b,
		      const struct tiermm_demotion_graph *g,
		      const struct tiermm_topology *t, int32_t from)
{
	struct tiermm_nodeset preferred, fallback;
	int32_t to;

	tiermm_demotion_graph_targets(g, from, &preferred, &fallback);
	for (to = tiermm_nodeset_next(&fallback, TIERMM_NO_NODE);
	     to != TIERMM_NO_NODE; to = tiermm_nodeset_next(&fallback, to))
		put_edge(b, t, from, to, tiermm_nodeset_has(&preferred, to));
}

void tiermm__file_dot_graph(struct tiermm__file_buffer *b,
			    const struct tiermm_demotion_graph *g)
{
	const struct tiermm_topology *t = tiermm_demotion_graph_topology(g);
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node node;

	tiermm__file_put(b, "digraph demotion {\n"
			    "  rankdir=TB;\n"
			    "  fontname=\"sans-serif\";\n"
			    "  fontsize=11;\n"
			    "  node [shape=box, style=\"rounded,filled\", "
			    "fillcolor=white, fontname=\"sans-serif\"];\n"
			    "  edge [fontname=\"sans-serif\", fontsize=10];\n");
	/* Said in the picture: it is seen where this manual is not. */
	tiermm__file_put(b,
			 "  label=\"strategy %s\\nsolid: preferred, with its "
			 "distance; dashed: fallback\";\n",
			 tiermm_strategy_name(
				 tiermm_demotion_graph_strategy(g)));
	for (uint32_t i = 0; i < tiermm_topology_tier_count(t); i++)
		put_tier(b, t, i);
	put_spine(b, t);
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		if (tiermm__file_has_memory(&node))
			put_edges(b, g, t, node.id);
	}
	tiermm__file_put(b, "}\n");
}
