/* SPDX-License-Identifier: MIT */
/* The nodes of a machine file that is being written. */
#include "names.h"
#include "write.h"

#include <inttypes.h>

/* Exact: pages of 4 KiB and more are whole 256ths of a MiB. */
static void put_mebibytes(struct tiermm__file_buffer *b, uint64_t bytes)
{
	uint64_t rest = bytes % 1048576 / 4096 * (100000000 / 256);
	int digits = 8;

	tiermm__file_put(b, "%" PRIu64, bytes / 1048576);
	if (!rest)
		return;
	for (; rest % 10 == 0; rest /= 10)
		digits--;
	tiermm__file_put(b, ".%0*" PRIu64, digits, rest);
}

static void put_memory(struct tiermm__file_buffer *b,
		       const struct tiermm_topology *t,
		       const struct tiermm_node *node)
{
	uint64_t bytes = tiermm_topology_page_bytes(t) * node->present_pages;

	if (node->state == TIERMM_NODE_ABSENT) {
		tiermm__file_put(b, ", \"online\": false");
		return;
	}
	tiermm__file_put(b, ", \"mem_mb\": ");
	if (tiermm__file_has_memory(node) && !node->present_pages)
		tiermm__file_put(b, "null");
	else
		put_mebibytes(b, bytes);
	tiermm__file_put(b, ", \"online\": true");
	if (node->state == TIERMM_NODE_GOING)
		tiermm__file_put(b, ", \"going\": true");
}

static int has_row(const struct tiermm_topology *t, int32_t initiator,
		   int32_t target)
{
	struct tiermm_access access;

	return !tiermm_topology_access(t, initiator, target, &access);
}

/*
 * Whom to name where nobody's view counts though there are views: a node with
 * CPUs that has no row, or else a node without CPUs.
 */
static int32_t nobody(const struct tiermm_topology *t, int32_t target)
{
	uint32_t n = tiermm_topology_node_count(t);
	int32_t idle = TIERMM_NO_NODE;
	struct tiermm_node node;

	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		if (node.cpus && !has_row(t, node.id, target))
			return node.id;
		if (!node.cpus && idle == TIERMM_NO_NODE)
			idle = node.id;
	}
	return idle;
}

static void put_initiator(struct tiermm__file_buffer *b,
			  const struct tiermm_topology *t,
			  const struct tiermm_node *node)
{
	int32_t initiator = node->initiator;

	if (initiator == TIERMM_NO_NODE)
		initiator = nobody(t, node->id);
	if (initiator != TIERMM_NO_NODE)
		tiermm__file_put(b, ", \"initiator\": %" PRId32, initiator);
}

/* Somebody has decided it: it does not follow from the rest. */
static int is_decided(const struct tiermm_node *node)
{
	return node->abstract_distance_source == TIERMM_SOURCE_CALLER ||
	       node->abstract_distance_source == TIERMM_SOURCE_TYPE ||
	       node->abstract_distance_source == TIERMM_SOURCE_KERNEL;
}

static void put_tier(struct tiermm__file_buffer *b,
		     const struct tiermm_node *node)
{
	if (node->abstract_distance < 0)
		return;
	if (node->abstract_distance % TIERMM_TIER_CHUNK)
		tiermm__file_put(b, ", \"abstract_distance\": %" PRId32,
				 node->abstract_distance);
	else
		tiermm__file_put(b, ", \"tier\": %" PRId32, node->tier_id);
}

static void put_node(struct tiermm__file_buffer *b,
		     const struct tiermm_topology *t,
		     const struct tiermm_node *node,
		     const struct tiermm__file_said *said)
{
	tiermm__file_put(b, "    {\"id\": %" PRId32 ", \"cpus\": \"", node->id);
	tiermm__file_put_cpus(b, t, node);
	tiermm__file_put(b, "\"");
	put_memory(b, t, node);
	if (node->type != TIERMM_MEMORY_UNKNOWN)
		tiermm__file_put(b, ", \"type\": \"%s\"",
				 tiermm__file_type_name(node->type));
	if (tiermm_nodeset_has(&said->initiator, node->id))
		put_initiator(b, t, node);
	if (is_decided(node) || tiermm_nodeset_has(&said->distance, node->id))
		put_tier(b, node);
	tiermm__file_put(b, "}");
}

void tiermm__file_put_nodes(struct tiermm__file_buffer *b,
			    const struct tiermm_topology *t,
			    const struct tiermm__file_said *said)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node node;

	tiermm__file_put(b, "  \"nodes\": [\n");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		put_node(b, t, &node, said);
		tiermm__file_put(b, i + 1 < n ? ",\n" : "\n");
	}
	tiermm__file_put(b, "  ]");
}
