/* SPDX-License-Identifier: MIT */
/* Documents for programs: a machine, and its demotion graph. */
#include "names.h"
#include "write.h"

#include <inttypes.h>

/* What stands between two items of a list, one a line. */
static const char *between(uint32_t index)
{
	return index ? ",\n    " : "\n    ";
}

static void put_optional(struct tiermm__file_buffer *b, const char *key,
			 int32_t number)
{
	if (number < 0)
		tiermm__file_put(b, "\"%s\":null", key);
	else
		tiermm__file_put(b, "\"%s\":%" PRId32, key, number);
}

static void put_cpus(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t,
		     const struct tiermm_node *node)
{
	int32_t cpu = -1;

	tiermm__file_put(b, ",\"cpus\":[");
	for (uint32_t i = 0; i < node->cpus; i++) {
		cpu = tiermm__file_next_cpu(t, node->id, cpu);
		tiermm__file_put(b, i ? ",%" PRId32 : "%" PRId32, cpu);
	}
	tiermm__file_put(b, "]");
}

static void put_node(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t,
		     const struct tiermm_node *node)
{
	tiermm__file_put(b, "{\"id\":%" PRId32 ",\"state\":\"%s\"", node->id,
			 tiermm__file_state_name(node->state));
	tiermm__file_put(b, ",\"type\":\"%s\"",
			 tiermm__file_type_name(node->type));
	put_cpus(b, t, node);
	if (tiermm__file_has_memory(node) && !node->present_pages)
		tiermm__file_put(b, ",\"pages\":null");
	else
		tiermm__file_put(b, ",\"pages\":%" PRIu64, node->present_pages);
	tiermm__file_put(b, ",");
	put_optional(b, "tier_id", node->tier_id);
	tiermm__file_put(b, ",");
	put_optional(b, "abstract_distance", node->abstract_distance);
	tiermm__file_put(b, ",\"abstract_distance_source\":\"%s\",",
			 tiermm__file_source_name(
				 node->abstract_distance_source));
	put_optional(b, "initiator", node->initiator);
	tiermm__file_put(b, "}");
}

static void put_nodes(struct tiermm__file_buffer *b,
		      const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node node;

	tiermm__file_put(b, "  \"nodes\":[");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		tiermm__file_put(b, "%s", between(i));
		put_node(b, t, &node);
	}
	tiermm__file_put(b, "\n  ]");
}

static void put_distances(struct tiermm__file_buffer *b,
			  const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node from, to;

	tiermm__file_put(b, ",\n  \"distance\":[");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &from);
		tiermm__file_put(b, "%s[", between(i));
		for (uint32_t j = 0; j < n; j++) {
			tiermm_topology_node_at(t, j, &to);
			tiermm__file_put(b, j ? ",%" PRIu32 : "%" PRIu32,
					 tiermm_topology_distance(t, from.id,
								  to.id));
		}
		tiermm__file_put(b, "]");
	}
	tiermm__file_put(b, "\n  ]");
}

static void put_speed(struct tiermm__file_buffer *b, int32_t initiator,
		      int32_t target, const struct tiermm_access *a)
{
	tiermm__file_put(b, "{\"initiator\":%" PRId32 ",\"target\":%" PRId32,
			 initiator, target);
	tiermm__file_put(b,
			 ",\"read_latency\":%" PRIu32
			 ",\"write_latency\":%" PRIu32,
			 a->read_latency_ns, a->write_latency_ns);
	tiermm__file_put(b,
			 ",\"read_bandwidth\":%" PRIu32
			 ",\"write_bandwidth\":%" PRIu32 "}",
			 a->read_bandwidth_mbps, a->write_bandwidth_mbps);
}

static void put_speeds(struct tiermm__file_buffer *b,
		       const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t), rows = 0;
	struct tiermm_node initiator, target;
	struct tiermm_access access;

	tiermm__file_put(b, ",\n  \"hmat\":[");
	for (uint64_t pair = 0; pair < (uint64_t)n * n; pair++) {
		tiermm_topology_node_at(t, (uint32_t)(pair / n), &initiator);
		tiermm_topology_node_at(t, (uint32_t)(pair % n), &target);
		if (tiermm_topology_access(t, initiator.id, target.id, &access))
			continue;
		tiermm__file_put(b, "%s", between(rows++));
		put_speed(b, initiator.id, target.id, &access);
	}
	tiermm__file_put(b, rows ? "\n  ]" : "]");
}

static void put_tiers(struct tiermm__file_buffer *b,
		      const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_tier_count(t);
	struct tiermm_nodeset nodes;
	struct tiermm_tier tier;

	tiermm__file_put(b, "  \"tiers\":[");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_tier_at(t, i, &tier, &nodes);
		tiermm__file_put(b, "%s{\"tier_id\":%" PRId32 ",\"nodelist\":",
				 between(i), tier.id);
		tiermm__file_put_list(b, &nodes);
		tiermm__file_put(b, "}");
	}
	tiermm__file_put(b, n ? "\n  ]" : "]");
}

/* Whether an answer stands on what is known. */
static void put_provenance(struct tiermm__file_buffer *b,
			   const struct tiermm_topology *t)
{
	struct tiermm__file_provenance p = tiermm__file_provenance(t);

	tiermm__file_put(
		b, ",\n  \"provenance\":{\"distance\":\"%s\",\"assumed\":%s}",
		tiermm__file_source_name(p.distance),
		p.assumed ? "true" : "false");
}

void tiermm__file_json_topology(struct tiermm__file_buffer *b,
				const struct tiermm_topology *t)
{
	tiermm__file_put(b, "{\n  \"page_bytes\":%" PRIu64 ",\n",
			 tiermm_topology_page_bytes(t));
	put_nodes(b, t);
	put_distances(b, t);
	put_speeds(b, t);
	tiermm__file_put(b, ",\n");
	put_tiers(b, t);
	put_provenance(b, t);
	tiermm__file_put(b, "\n}\n");
}

static void put_targets(struct tiermm__file_buffer *b,
			const struct tiermm_demotion_graph *g, int32_t node)
{
	struct tiermm_nodeset preferred, fallback;

	tiermm_demotion_graph_targets(g, node, &preferred, &fallback);
	tiermm__file_put(b, "\"%" PRId32 "\":{\"preferred\":", node);
	tiermm__file_put_list(b, &preferred);
	tiermm__file_put(b, ",\"fallback\":");
	tiermm__file_put_list(b, &fallback);
	tiermm__file_put(b, "}");
}

static void put_demotion(struct tiermm__file_buffer *b,
			 const struct tiermm_demotion_graph *g,
			 const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t), written = 0;
	struct tiermm_node node;

	tiermm__file_put(b, ",\n  \"demotion\":{");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		if (!tiermm__file_has_memory(&node))
			continue;
		tiermm__file_put(b, "%s", between(written++));
		put_targets(b, g, node.id);
	}
	tiermm__file_put(b, written ? "\n  }" : "}");
}

void tiermm__file_json_graph(struct tiermm__file_buffer *b,
			     const struct tiermm_demotion_graph *g)
{
	const struct tiermm_topology *t = tiermm_demotion_graph_topology(g);
	uint32_t strategy = tiermm_demotion_graph_strategy(g);

	tiermm__file_put(b, "{\n  \"strategy\":\"%s\",\n",
			 tiermm_strategy_name(strategy));
	put_tiers(b, t);
	put_demotion(b, g, t);
	tiermm__file_put(b, ",\n  ");
	put_optional(b, "top_tier", tiermm__file_top_tier(g));
	put_provenance(b, t);
	tiermm__file_put(b, "\n}\n");
}
