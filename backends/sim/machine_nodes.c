/* SPDX-License-Identifier: MIT */
/* What of a topology the machine is made of: nodes, CPUs, speeds, orders. */
#include "machine.h"

/* What a node does of which nobody said anything, at distance 10. */
#define UNKNOWN_LATENCY 100
#define UNKNOWN_BANDWIDTH 20000

static uint64_t average(uint64_t read, uint64_t write)
{
	if (!read || !write)
		return read + write;
	return (read + write) / 2;
}

/* Latency of node seen from another, scaled by distance if nobody said. */
static uint32_t latency_of(const struct tiermm_sim *s, int32_t from,
			   const struct tiermm_node *node, uint32_t write)
{
	struct tiermm_access access;
	uint32_t here = tiermm_topology_distance(s->topology, from, node->id);
	uint32_t near = 10;
	uint32_t ns;

	if (!tiermm_topology_access(s->topology, from, node->id, &access) &&
	    access.read_latency_ns)
		return write && access.write_latency_ns
			       ? access.write_latency_ns
			       : access.read_latency_ns;
	ns = write && node->access.write_latency_ns
		     ? node->access.write_latency_ns
		     : node->access.read_latency_ns;
	if (ns && node->initiator != TIERMM_NO_NODE)
		near = tiermm_topology_distance(s->topology, node->initiator,
						node->id);
	if (!ns)
		ns = UNKNOWN_LATENCY;
	return near && here ? (uint32_t)((uint64_t)ns * here / near) : ns;
}

static void fill_speed(struct sim_node *node, const struct tiermm_node *from)
{
	node->tier = from->tier_id;
	node->bandwidth_mbps = average(from->access.read_bandwidth_mbps,
				       from->access.write_bandwidth_mbps);
	if (!node->bandwidth_mbps)
		node->bandwidth_mbps = UNKNOWN_BANDWIDTH;
}

static void fill_node(struct tiermm_sim *s, struct sim_node *node,
		      const struct tiermm_node *from)
{
	uint64_t frames =
		from->state == TIERMM_NODE_ONLINE ? from->present_pages : 0;

	node->id = from->id;
	node->slow_bp = 10000;
	sim_resize(s, node,
		   frames / (s->options.page_bytes /
			     tiermm_topology_page_bytes(s->topology)));
	fill_speed(node, from);
}

/* Where a layout may give memory to anybody, everybody takes part. */
static int takes_part(const struct tiermm_sim *s, const struct tiermm_node *n)
{
	return s->options.flags & TIERMM_SIM_LAYOUT ||
	       (n->state == TIERMM_NODE_ONLINE && n->present_pages);
}

static int gather_nodes(struct tiermm_sim *s)
{
	uint32_t count = tiermm_topology_node_count(s->topology);
	struct tiermm_node node;
	uint64_t frames = 0;

	s->node = tiermm__sim_take(s, count * sizeof(*s->node));
	if (!s->node)
		return -TIERMM_ENOMEM;
	memset(s->index_of, SIM_NO_INDEX, sizeof(s->index_of));
	for (uint32_t i = 0; i < count; i++) {
		if (tiermm_topology_node_at(s->topology, i, &node) ||
		    !takes_part(s, &node))
			continue;
		if (s->n_nodes == TIERMM_SIM_NODES)
			return tiermm__sim_report(
				s->error, -TIERMM_EINVAL, 0, 0,
				"more than %d nodes with memory",
				TIERMM_SIM_NODES);
		fill_node(s, &s->node[s->n_nodes], &node);
		frames += s->node[s->n_nodes].frames;
		if (s->node[s->n_nodes].frames ||
		    s->options.flags & TIERMM_SIM_LAYOUT)
			s->index_of[node.id] = (uint8_t)s->n_nodes++;
	}
	if (frames == 0)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "the machine has no node of which "
					  "the memory is known");
	return 0;
}

/* CPUs, or one of the first node where the machine has none. */
static int gather_cpus(struct tiermm_sim *s)
{
	uint32_t limit = tiermm_topology_cpu_limit(s->topology);
	uint32_t count = 0;

	s->cpu = tiermm__sim_take(s, (limit ? limit : 1) * sizeof(*s->cpu));
	s->times.group_node =
		tiermm__sim_take(s, TIERMM_MAX_NODES * sizeof(int32_t));
	if (!s->cpu || !s->times.group_node)
		return -TIERMM_ENOMEM;
	for (uint32_t i = 0; i < limit; i++) {
		int32_t node = tiermm_topology_cpu_node(s->topology, i);

		if (node != TIERMM_NO_NODE)
			s->cpu[count++].node = node;
	}
	if (count == 0)
		s->cpu[count++].node = s->node[0].id;
	s->n_cpus = count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t g = 0;

		while (g < s->times.groups &&
		       s->times.group_node[g] != s->cpu[i].node)
			g++;
		if (g == s->times.groups)
			s->times.group_node[s->times.groups++] = s->cpu[i].node;
		s->cpu[i].group = g;
	}
	return 0;
}

/* All nodes, nearest first; of equally near ones the one with the lower id. */
static void fill_zonelist(struct tiermm_sim *s, uint32_t group)
{
	uint8_t *list = s->zonelist + group * s->n_nodes;
	int32_t from = s->times.group_node[group];

	for (uint32_t n = 0; n < s->n_nodes; n++) {
		uint32_t here = tiermm_topology_distance(s->topology, from,
							 s->node[n].id);
		uint32_t i = n;

		for (; i > 0; i--) {
			uint32_t other = tiermm_topology_distance(
				s->topology, from, s->node[list[i - 1]].id);

			if (other <= here)
				break;
			list[i] = list[i - 1];
		}
		list[i] = (uint8_t)n;
	}
}

static void fill_base(struct tiermm_sim *s, uint32_t group)
{
	uint32_t *base = s->times.base + group * s->n_nodes * 2;
	struct tiermm_node node;

	for (uint32_t n = 0; n < s->n_nodes; n++)
		if (!tiermm_topology_node(s->topology, s->node[n].id, &node))
			for (uint32_t w = 0; w < 2; w++)
				base[n * 2 + w] =
					latency_of(s,
						   s->times.group_node[group],
						   &node, w);
}

/* Where all memory is ideal, it is as quick as the quickest there is. */
static void make_ideal(struct tiermm_sim *s, uint32_t group)
{
	uint32_t *base = s->times.base + group * s->n_nodes * 2;

	for (uint32_t w = 0; w < 2; w++) {
		uint32_t best = UINT32_MAX;

		for (uint32_t n = 0; n < s->n_nodes; n++)
			if (s->node[n].frames && base[n * 2 + w] < best)
				best = base[n * 2 + w];
		for (uint32_t n = 0; n < s->n_nodes; n++)
			base[n * 2 + w] = best;
	}
}

static void ideal_bandwidth(struct tiermm_sim *s)
{
	uint64_t best = 0;

	for (uint32_t n = 0; n < s->n_nodes; n++)
		if (s->node[n].frames && s->node[n].bandwidth_mbps > best)
			best = s->node[n].bandwidth_mbps;
	for (uint32_t n = 0; n < s->n_nodes; n++)
		s->node[n].bandwidth_mbps = best;
}

static void fill_groups(struct tiermm_sim *s)
{
	for (uint32_t g = 0; g < s->times.groups; g++) {
		fill_zonelist(s, g);
		fill_base(s, g);
		if (s->options.policy == TIERMM_SIM_IDEAL)
			make_ideal(s, g);
	}
	if (s->options.policy == TIERMM_SIM_IDEAL)
		ideal_bandwidth(s);
}

/* The topology is another one, with the same nodes and CPUs. */
void tiermm__sim_nodes_follow(struct tiermm_sim *s)
{
	struct tiermm_node node;

	for (uint32_t n = 0; n < s->n_nodes; n++)
		if (!tiermm_topology_node(s->topology, s->node[n].id, &node))
			fill_speed(&s->node[n], &node);
	fill_groups(s);
}

int tiermm__sim_nodes(struct tiermm_sim *s)
{
	struct sim_times *t = &s->times;
	int err = gather_nodes(s);

	if (!err)
		err = gather_cpus(s);
	if (err)
		return err;
	t->classes = s->n_nodes * 4;
	t->base = tiermm__sim_take(s, (uint64_t)t->groups * s->n_nodes * 2 *
					      sizeof(*t->base));
	t->cost = tiermm__sim_take(s, (uint64_t)t->groups * t->classes *
					      sizeof(*t->cost));
	t->count = tiermm__sim_take(s, (uint64_t)t->groups * t->classes *
					       sizeof(*t->count));
	s->zonelist = tiermm__sim_take(s, (uint64_t)t->groups * s->n_nodes);
	if (!t->base || !t->cost || !t->count || !s->zonelist)
		return -TIERMM_ENOMEM;
	fill_groups(s);
	return 0;
}
