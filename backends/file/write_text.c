/* SPDX-License-Identifier: MIT */
/* Tables for people: a machine, and its demotion graph. */
#include "names.h"
#include "write.h"

#include <inttypes.h>

/* Begin at a column: spaces to `width`, and two between columns at least. */
static void column(struct tiermm__file_buffer *b, uint64_t line, uint64_t width)
{
	tiermm__file_put(b, "  ");
	tiermm__file_pad(b, line, width);
}

static void put_node(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t,
		     const struct tiermm_node *node)
{
	uint64_t line = b->length;

	tiermm__file_put(b, "%4" PRId32 "  %-10s  %-7s  ", node->id,
			 tiermm__file_state_name(node->state),
			 node->type == TIERMM_MEMORY_UNKNOWN
				 ? "-"
				 : tiermm__file_type_name(node->type));
	if (node->tier_id == TIERMM_NO_TIER)
		tiermm__file_put(b, "   -  ");
	else
		tiermm__file_put(b, "%4" PRId32 "  ", node->tier_id);
	tiermm__file_put_amount(b, t, node);
	column(b, line, 46);
	tiermm__file_put_cpus(b, t, node);
	if (!node->cpus)
		tiermm__file_put(b, "-");
	column(b, line, 58);
	if (node->abstract_distance < 0)
		tiermm__file_put(b, "-\n");
	else
		tiermm__file_put(b, "%" PRId32 " (%s)\n",
				 node->abstract_distance,
				 tiermm__file_source_name(
					 node->abstract_distance_source));
}

static void put_nodes(struct tiermm__file_buffer *b,
		      const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node node;

	tiermm__file_put(b, "node  state       type     tier  memory       "
			    "CPUs        abstract distance\n");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		put_node(b, t, &node);
	}
}

/* What stands for a guess is marked. */
static void put_distance(struct tiermm__file_buffer *b,
			 const struct tiermm_topology *t, int32_t from,
			 int32_t to)
{
	uint32_t source = tiermm_topology_distance_source(t, from, to);

	tiermm__file_put(b, "  %s%3" PRIu32,
			 source == TIERMM_SOURCE_ASSUMED ? "?" : " ",
			 tiermm_topology_distance(t, from, to));
}

static void put_distances(struct tiermm__file_buffer *b,
			  const struct tiermm_topology *t)
{
	struct tiermm__file_provenance p = tiermm__file_provenance(t);
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node from, to;

	tiermm__file_put(b, "\ndistance (%s%s)\n    ",
			 tiermm__file_source_name(p.distance),
			 p.assumed ? "; ?: not known, assumed" : "");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &to);
		tiermm__file_put(b, "%6" PRId32, to.id);
	}
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &from);
		tiermm__file_put(b, "\n%4" PRId32, from.id);
		for (uint32_t j = 0; j < n; j++) {
			tiermm_topology_node_at(t, j, &to);
			put_distance(b, t, from.id, to.id);
		}
	}
	tiermm__file_put(b, "\n");
}

static void put_speed(struct tiermm__file_buffer *b,
		      const struct tiermm_node *node)
{
	const struct tiermm_access *a = &node->access;

	if (node->initiator == TIERMM_NO_NODE)
		return;
	tiermm__file_put(b, "%4" PRId32 "  ", node->id);
	tiermm__file_put(b, "%9" PRId32 "  ", node->initiator);
	tiermm__file_put(b, "%7" PRIu32 " %7" PRIu32 "  ", a->read_latency_ns,
			 a->write_latency_ns);
	tiermm__file_put(b, "%9" PRIu32 " %9" PRIu32 "\n",
			 a->read_bandwidth_mbps, a->write_bandwidth_mbps);
}

static void put_speeds(struct tiermm__file_buffer *b,
		       const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	uint64_t start = b->length, head;
	struct tiermm_node node;

	tiermm__file_put(b, "\nnode  initiator  read ns   write  "
			    "read MB/s     write\n");
	head = b->length;
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		put_speed(b, &node);
	}
	if (b->length == head)
		tiermm__file_cut(b, start);
}

static void put_reference(struct tiermm__file_buffer *b,
			  const struct tiermm_topology *t)
{
	struct tiermm_reference r = { .size = sizeof(r) };

	if (tiermm_topology_reference(t, &r))
		return;
	if (r.state == TIERMM_REFERENCE_SET)
		tiermm__file_put(b, "\nreference: node %" PRId32 "\n", r.node);
	else if (r.state == TIERMM_REFERENCE_BROKEN)
		tiermm__file_put(b,
				 "\nreference: none, since node %" PRId32
				 " lacks numbers or differs by more than 10 "
				 "%%: tiers do not follow from speeds\n",
				 r.bad_node);
}

void tiermm__file_text_topology(struct tiermm__file_buffer *b,
				const struct tiermm_topology *t)
{
	put_nodes(b, t);
	put_distances(b, t);
	put_speeds(b, t);
	put_reference(b, t);
}

static void put_head(struct tiermm__file_buffer *b,
		     const struct tiermm_demotion_graph *g)
{
	int32_t top = tiermm__file_top_tier(g);

	tiermm__file_put(b, "strategy %s",
			 tiermm_strategy_name(
				 tiermm_demotion_graph_strategy(g)));
	if (top == TIERMM_NO_TIER)
		tiermm__file_put(b, ", no tier has CPUs");
	else
		tiermm__file_put(b, ", promotion ends at tier %" PRId32, top);
	if (tiermm__file_provenance(tiermm_demotion_graph_topology(g)).assumed)
		tiermm__file_put(b, ", some distances are assumed");
	tiermm__file_put(b, "\n\n");
}

static void put_tiers(struct tiermm__file_buffer *b,
		      const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_tier_count(t);
	struct tiermm_nodeset nodes;
	struct tiermm_tier tier;

	tiermm__file_put(b, "tier  nodes\n");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_tier_at(t, i, &tier, &nodes);
		tiermm__file_put(b, "%4" PRId32 "  ", tier.id);
		tiermm__file_put_set(b, &nodes);
		tiermm__file_put(b, "\n");
	}
}

static void put_targets(struct tiermm__file_buffer *b,
			const struct tiermm_demotion_graph *g,
			const struct tiermm_node *node)
{
	struct tiermm_nodeset preferred, fallback;
	uint64_t line = b->length;

	tiermm_demotion_graph_targets(g, node->id, &preferred, &fallback);
	tiermm__file_put(b, "%4" PRId32 "  %4" PRId32 "  ", node->id,
			 node->tier_id);
	tiermm__file_put_set(b, &preferred);
	column(b, line, 25);
	tiermm__file_put_set(b, &fallback);
	tiermm__file_put(b, "\n");
}

void tiermm__file_text_graph(struct tiermm__file_buffer *b,
			     const struct tiermm_demotion_graph *g)
{
	const struct tiermm_topology *t = tiermm_demotion_graph_topology(g);
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node node;

	put_head(b, g);
	put_tiers(b, t);
	tiermm__file_put(b, "\nnode  tier  preferred    fallback\n");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		if (tiermm__file_has_memory(&node))
			put_targets(b, g, &node);
	}
}
