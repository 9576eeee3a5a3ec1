/* SPDX-License-Identifier: MIT */
/*
 * tiermm graph --draw: a line a node, fastest tier first, and beside the
 * lines a lane for each set of targets.
 *
 *     tier 4   node 0    dram   64 GiB  8 CPUs  --o     25 to node 2
 *     tier 4   node 1    dram   64 GiB  8 CPUs  --|--o  25 to node 3
 *     tier 37  node 2    cxl   128 GiB          <-*  |
 *     tier 37  node 3    cxl   128 GiB          <----*
 *
 * Nodes with the same targets share a lane: `o` leads down it, `*` is where
 * it leads to.
 */
#include "graph.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_LANES = 12, /* more would not fit a line: then words only */
	LANE_COLUMNS = 3,
	ROW_COLUMNS = MOST_LANES * LANE_COLUMNS + 1
};

/* One node with memory, in drawing order. */
struct row {
	struct tiermm_node node;
	struct tiermm_nodeset targets;
};

struct lane {
	struct tiermm_nodeset targets;
	uint32_t first; /* row that it begins in */
	uint32_t last;  /* row that it ends in */
};

struct drawing {
	struct row *rows;
	uint32_t n_rows;
	struct lane lanes[MOST_LANES];
	uint32_t n_lanes; /* 0 too where there is no room for them */
	int has_types;
};

static void add_row(struct drawing *drawing,
		    const struct tiermm_demotion_graph *graph, int32_t node)
{
	struct row *row = &drawing->rows[drawing->n_rows++];

	tiermm_topology_node(tiermm_demotion_graph_topology(graph), node,
			     &row->node);
	tiermm_demotion_graph_targets(graph, node, &row->targets, NULL);
	if (row->node.type != TIERMM_MEMORY_UNKNOWN)
		drawing->has_types = 1;
}

static int gather_rows(struct drawing *drawing,
		       const struct tiermm_demotion_graph *graph)
{
	const struct tiermm_topology *topology =
		tiermm_demotion_graph_topology(graph);
	struct tiermm_nodeset nodes;
	uint32_t rank;

	drawing->rows = calloc(TIERMM_MAX_NODES, sizeof(*drawing->rows));
	if (!drawing->rows)
		return 0;
	for (rank = 0; !tiermm_topology_tier_at(topology, rank, NULL, &nodes);
	     rank++) {
		int32_t node = TIERMM_NO_NODE;

		while ((node = tiermm_nodeset_next(&nodes, node)) !=
		       TIERMM_NO_NODE)
			add_row(drawing, graph, node);
	}
	return 1;
}

/* The lane of a set of targets: the one that is there, or a new one. */
static struct lane *find_lane(struct drawing *drawing,
			      const struct tiermm_nodeset *targets,
			      uint32_t row)
{
	struct lane *lane;
	uint32_t i;

	for (i = 0; i < drawing->n_lanes; i++)
		if (tiermm_nodeset_equal(&drawing->lanes[i].targets, targets))
			return &drawing->lanes[i];
	if (drawing->n_lanes == MOST_LANES)
		return NULL;
	lane = &drawing->lanes[drawing->n_lanes++];
	lane->targets = *targets;
	lane->first = row;
	lane->last = row;
	return lane;
}

static void stretch(struct lane *lane, uint32_t row)
{
	if (row < lane->first)
		lane->first = row;
	if (row > lane->last)
		lane->last = row;
}

static void gather_lanes(struct drawing *drawing)
{
	struct lane *lane;
	uint32_t i, j;

	for (i = 0; i < drawing->n_rows; i++) {
		const struct tiermm_nodeset *to = &drawing->rows[i].targets;

		if (tiermm_nodeset_count(to) == 0)
			continue;
		lane = find_lane(drawing, to, i);
		if (!lane) {
			drawing->n_lanes = 0;
			return;
		}
		stretch(lane, i);
		for (j = 0; j < drawing->n_rows; j++)
			if (tiermm_nodeset_has(to, drawing->rows[j].node.id))
				stretch(lane, j);
	}
}

/* What a lane shows in a row: nothing, passing by, leaving, arriving. */
static char mark(const struct drawing *drawing, const struct lane *lane,
		 uint32_t i)
{
	const struct row *row = &drawing->rows[i];

	if (tiermm_nodeset_has(&lane->targets, row->node.id))
		return '*';
	if (tiermm_nodeset_equal(&lane->targets, &row->targets))
		return 'o';
	return i > lane->first && i < lane->last ? '|' : ' ';
}

/* The lanes of one row; cut behind the last mark where nothing follows. */
static void lanes_text(const struct drawing *drawing, uint32_t i, char *out)
{
	uint32_t columns = drawing->n_lanes * LANE_COLUMNS;
	uint32_t end = 0;
	uint32_t k, column;
	int arrives = 0;

	memset(out, ' ', columns);
	out[columns] = '\0';
	for (k = 0; k < drawing->n_lanes; k++) {
		column = k * LANE_COLUMNS + 2;
		out[column] = mark(drawing, &drawing->lanes[k], i);
		if (out[column] == 'o' || out[column] == '*')
			end = column;
		if (out[column] == '*')
			arrives = 1;
	}
	for (column = 0; column < end; column++)
		if (out[column] == ' ')
			out[column] = '-';
	if (arrives)
		out[0] = '<';
	if (tiermm_nodeset_count(&drawing->rows[i].targets) > 0)
		return;
	while (columns > 0 && out[columns - 1] == ' ')
		out[--columns] = '\0';
}

static void print_node(const struct drawing *drawing, const struct row *row,
		       uint64_t page_bytes)
{
	const struct tiermm_node *node = &row->node;
	const char *type = tiermm_memory_type_name(node->type);
	char size[32] = "-";
	char cpus[24] = "";

	if (node->present_pages > 0)
		size_text(node->present_pages * page_bytes, size, sizeof(size));
	if (node->cpus > 0)
		snprintf(cpus, sizeof(cpus), "%" PRIu32 " CPU%s", node->cpus,
			 node->cpus > 1 ? "s" : "");
	printf("%stier %-4" PRId32 "%snode %-4" PRId32, look(LOOK_STRONG),
	       node->tier_id, look(LOOK_PLAIN), node->id);
	if (node->type == TIERMM_MEMORY_UNKNOWN || !type)
		type = "-";
	if (drawing->has_types)
		printf("  %-6s", type);
	printf("  %10s  ", size);
	/* Padded only where something follows. */
	printf("%-*s", drawing->n_lanes > 0 ? 9 : 0, cpus);
}

/* "25 to node 2": the distance too, where it is the same to all of them. */
static void print_targets(const struct tiermm_topology *topology,
			  const struct row *row)
{
	int32_t node = tiermm_nodeset_next(&row->targets, TIERMM_NO_NODE);
	uint32_t distance;

	if (node == TIERMM_NO_NODE)
		return;
	distance = tiermm_topology_distance(topology, row->node.id, node);
	while ((node = tiermm_nodeset_next(&row->targets, node)) !=
	       TIERMM_NO_NODE)
		if (tiermm_topology_distance(topology, row->node.id, node) !=
		    distance)
			distance = 0;
	if (distance)
		printf("  %" PRIu32, distance);
	printf(" to node%s ",
	       tiermm_nodeset_count(&row->targets) > 1 ? "s" : "");
	print_nodes(&row->targets);
}

/* Nodes that have CPUs and nothing to demote do not appear above. */
static void print_memoryless(const struct tiermm_topology *topology)
{
	struct tiermm_nodeset present, memory;
	uint32_t i;

	tiermm_topology_nodes(topology, TIERMM_NODES_PRESENT, &present);
	tiermm_topology_nodes(topology, TIERMM_NODES_MEMORY, &memory);
	for (i = 0; i < TIERMM_NODESET_WORDS; i++)
		present.word[i] &= ~memory.word[i];
	if (tiermm_nodeset_count(&present) == 0)
		return;
	printf("without memory: node ");
	print_nodes(&present);
	putchar('\n');
}

int graph_draw(const struct tiermm_demotion_graph *graph)
{
	const struct tiermm_topology *topology =
		tiermm_demotion_graph_topology(graph);
	uint64_t page_bytes = tiermm_topology_page_bytes(topology);
	struct drawing drawing = { 0 };
	char lanes[ROW_COLUMNS];
	uint32_t i;

	if (!gather_rows(&drawing, graph))
		return fail(STATUS_UNREADABLE, "out of memory");
	gather_lanes(&drawing);
	for (i = 0; i < drawing.n_rows; i++) {
		print_node(&drawing, &drawing.rows[i], page_bytes);
		lanes_text(&drawing, i, lanes);
		fputs(lanes, stdout);
		print_targets(topology, &drawing.rows[i]);
		putchar('\n');
	}
	print_memoryless(topology);
	free(drawing.rows);
	return STATUS_DONE;
}
