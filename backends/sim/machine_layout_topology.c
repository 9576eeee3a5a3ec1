/* SPDX-License-Identifier: MIT */
/*
 * The machine as a layout makes it, for the demotion graph that changes with
 * it: nodes that the layout gives memory are online, those that it takes the
 * last from are going until it has left.
 */
#include "machine_layout.h"

#include <tiermm/engine_parts.h>
#include <tiermm/topology_create.h>

static void count_goals(const struct tiermm_sim *s,
			const struct tiermm_layout *layout, uint64_t *goal)
{
	struct tiermm_layout_range range;

	memset(goal, 0, s->n_nodes * sizeof(*goal));
	for (uint64_t i = 0; !tiermm_layout_range_at(layout, i, &range); i++)
		goal[s->index_of[range.node]] += range.last - range.first + 1;
}

static int set_node(const struct tiermm_sim *s,
		    struct tiermm_topology_builder *b,
		    const struct tiermm_topology *from,
		    const struct sim_node *node, uint64_t goal)
{
	uint64_t scale =
		s->options.page_bytes / tiermm_topology_page_bytes(s->topology);
	uint64_t frames = goal ? goal : node->frames;
	struct tiermm_node now;
	uint32_t state = goal ? TIERMM_NODE_ONLINE : TIERMM_NODE_GOING;
	int err = tiermm_topology_node(from, node->id, &now);

	if (err)
		return err;
	if (!frames)
		state = now.state == TIERMM_NODE_ABSENT
				? TIERMM_NODE_ABSENT
				: TIERMM_NODE_MEMORYLESS;
	return tiermm_topology_builder_set_state(b, node->id, state,
						 frames * scale,
						 TIERMM_SOURCE_DEFAULT);
}

/* Room for all that there may be of a machine. */
static int make_builder(const struct tiermm_sim *s,
			const struct tiermm_topology *t,
			struct tiermm_topology_builder **out)
{
	uint32_t nodes = tiermm_topology_node_count(t);
	struct tiermm_topology_builder_options o = {
		.size = sizeof(o),
		.max_nodes = nodes,
		.max_cpus = tiermm_topology_cpu_limit(t),
		.max_access = nodes * nodes,
		.page_bytes = tiermm_topology_page_bytes(t),
	};
	int err = tiermm_topology_builder_create(out, &o, &s->mem);

	return err ? err : tiermm_topology_builder_load(*out, t);
}

static int change_sizes(struct tiermm_sim *s,
			const struct tiermm_topology *from,
			const struct tiermm_layout *layout,
			struct tiermm_topology **out)
{
	struct tiermm_problem problem = { .size = sizeof(problem) };
	struct tiermm_topology_builder *b = NULL;
	uint64_t goal[TIERMM_SIM_NODES];
	char text[256] = "";
	int err = make_builder(s, from, &b);

	count_goals(s, layout, goal);
	for (uint32_t n = 0; n < s->n_nodes && !err; n++)
		err = set_node(s, b, from, &s->node[n], goal[n]);
	if (!err)
		err = tiermm_topology_create(out, b, &problem, &s->mem);
	tiermm_topology_builder_destroy(b);
	if (!err)
		return 0;
	(void)tiermm_problem_text(&problem, text, sizeof(text), NULL);
	return tiermm__sim_report(s->error, err, 0, 0, "layout: %s",
				  text[0] ? text : tiermm_strerror(err));
}

/* From the engine's own machine on: it knows what a running kernel keeps. */
int tiermm__sim_layout_topology(struct tiermm_sim *s,
				const struct tiermm_sim_layout_change *change,
				struct tiermm_topology **out)
{
	struct tiermm_demotion_graph *graph;
	int err;

	if (change->topology)
		return change_sizes(s, change->topology, change->layout, out);
	err = tiermm_demotion_snapshot(tiermm_engine_demotion(s->engine),
				       &graph);
	if (err)
		return err;
	err = change_sizes(s, tiermm_demotion_graph_topology(graph),
			   change->layout, out);
	tiermm_demotion_graph_unref(graph);
	return err;
}

static int same_cpus(const struct tiermm_topology *a,
		     const struct tiermm_topology *b, uint32_t *cpu)
{
	uint32_t limit = tiermm_topology_cpu_limit(a);

	if (tiermm_topology_cpu_limit(b) > limit)
		limit = tiermm_topology_cpu_limit(b);
	for (*cpu = 0; *cpu < limit; ++*cpu)
		if (tiermm_topology_cpu_node(a, *cpu) !=
		    tiermm_topology_cpu_node(b, *cpu))
			return 0;
	return 1;
}

int tiermm__sim_layout_fits(const struct tiermm_sim *s,
			    const struct tiermm_topology *topology,
			    struct tiermm_sim_error *error)
{
	struct tiermm_node node;
	uint32_t cpu;

	if (tiermm_topology_node_count(topology) != s->n_nodes)
		return tiermm__sim_report(error, -TIERMM_ENODEV, 0, 0,
					  "topology: %u nodes, expected %u",
					  tiermm_topology_node_count(topology),
					  s->n_nodes);
	for (uint32_t n = 0; n < s->n_nodes; n++)
		if (tiermm_topology_node(topology, s->node[n].id, &node))
			return tiermm__sim_report(error, -TIERMM_ENODEV, 0, 0,
						  "topology: no node %d",
						  s->node[n].id);
	if (tiermm_topology_page_bytes(topology) !=
	    tiermm_topology_page_bytes(s->topology))
		return tiermm__sim_report(error, -TIERMM_EINVAL, 0, 0,
					  "topology: base pages of another "
					  "size");
	if (!same_cpus(s->topology, topology, &cpu))
		return tiermm__sim_report(error, -TIERMM_EINVAL, 0, 0,
					  "topology: CPU %u is on another node",
					  cpu);
	return 0;
}
