/* SPDX-License-Identifier: MIT */
/* The pieces that several writers put together. */
#include "write.h"

#include <inttypes.h>
#include <stddef.h>

int tiermm__file_has_memory(const struct tiermm_node *node)
{
	return node->state == TIERMM_NODE_ONLINE ||
	       node->state == TIERMM_NODE_GOING;
}

/* A replaced table, then a firmware's, then overrides, then nothing. */
static uint32_t strength(uint32_t source)
{
	switch (source) {
	case TIERMM_SOURCE_REPLACED:
		return 4;
	case TIERMM_SOURCE_SLIT:
		return 3;
	case TIERMM_SOURCE_CALLER:
		return 2;
	case TIERMM_SOURCE_ASSUMED:
		return 1;
	default:
		return 0;
	}
}

struct tiermm__file_provenance
tiermm__file_provenance(const struct tiermm_topology *t)
{
	struct tiermm__file_provenance p = { TIERMM_SOURCE_DEFAULT, 0 };
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node from, to;

	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &from);
		for (uint32_t j = 0; j < n; j++) {
			uint32_t source;

			tiermm_topology_node_at(t, j, &to);
			source = tiermm_topology_distance_source(t, from.id,
								 to.id);
			if (strength(source) > strength(p.distance))
				p.distance = source;
			p.assumed |= source == TIERMM_SOURCE_ASSUMED;
		}
	}
	return p;
}

int32_t tiermm__file_next_cpu(const struct tiermm_topology *t, int32_t node,
			      int32_t after)
{
	uint32_t limit = tiermm_topology_cpu_limit(t);

	for (uint32_t cpu = (uint32_t)(after + 1); cpu < limit; cpu++)
		if (tiermm_topology_cpu_node(t, cpu) == node)
			return (int32_t)cpu;
	return -1;
}

/* "0-3", "8". */
static void put_run(struct tiermm__file_buffer *b, int32_t first, int32_t last)
{
	if (last > first)
		tiermm__file_put(b, "%" PRId32 "-", first);
	tiermm__file_put(b, "%" PRId32, last);
}

void tiermm__file_put_cpus(struct tiermm__file_buffer *b,
			   const struct tiermm_topology *t,
			   const struct tiermm_node *node)
{
	int32_t first, last;

	if (!node->cpus)
		return;
	first = tiermm__file_next_cpu(t, node->id, -1);
	last = first;
	for (uint32_t left = node->cpus - 1; left; left--) {
		int32_t cpu = tiermm__file_next_cpu(t, node->id, last);

		if (cpu != last + 1) {
			put_run(b, first, last);
			tiermm__file_put(b, ",");
			first = cpu;
		}
		last = cpu;
	}
	put_run(b, first, last);
}

void tiermm__file_put_amount(struct tiermm__file_buffer *b,
			     const struct tiermm_topology *t,
			     const struct tiermm_node *node)
{
	static const char *const units[] = { "B",   "KiB", "MiB", "GiB",
					     "TiB", "PiB", "EiB" };
	double amount = (double)node->present_pages *
			(double)tiermm_topology_page_bytes(t);
	uint64_t tenths;
	uint32_t unit = 0;

	if (!node->present_pages) {
		tiermm__file_put(b, tiermm__file_has_memory(node) ? "?" : "-");
		return;
	}
	for (; amount >= 1024 && unit < 6; unit++)
		amount /= 1024;
	tenths = (uint64_t)(amount * 10);
	tiermm__file_put(b, "%" PRIu64, tenths / 10);
	if (tenths % 10)
		tiermm__file_put(b, ".%" PRIu64, tenths % 10);
	tiermm__file_put(b, " %s", units[unit]);
}

void tiermm__file_put_set(struct tiermm__file_buffer *b,
			  const struct tiermm_nodeset *set)
{
	char text[8192]; /* 1024 ids of 4 digits with commas, and to spare */

	tiermm_nodeset_text(set, text, sizeof(text), NULL);
	tiermm__file_put(b, "%s", text[0] ? text : "-");
}

void tiermm__file_put_list(struct tiermm__file_buffer *b,
			   const struct tiermm_nodeset *set)
{
	int32_t node = tiermm_nodeset_next(set, TIERMM_NO_NODE);
	const char *between = "";

	tiermm__file_put(b, "[");
	for (; node != TIERMM_NO_NODE; node = tiermm_nodeset_next(set, node)) {
		tiermm__file_put(b, "%s%" PRId32, between, node);
		between = ",";
	}
	tiermm__file_put(b, "]");
}

void tiermm__file_pad(struct tiermm__file_buffer *b, uint64_t start,
		      uint64_t width)
{
	while (!b->err && b->length < start + width)
		tiermm__file_put(b, " ");
}

int32_t tiermm__file_top_tier(const struct tiermm_demotion_graph *g)
{
	struct tiermm_topology *t = tiermm_demotion_graph_topology(g);
	struct tiermm_top_reason reason = { .size = sizeof(reason) };
	struct tiermm_node node;

	if (tiermm_topology_node_at(t, 0, &node) ||
	    tiermm_demotion_explain_top(g, node.id, &reason))
		return TIERMM_NO_TIER;
	return reason.slowest_cpu_tier;
}
