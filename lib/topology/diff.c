/* SPDX-License-Identifier: MIT */
/*
 * What differs between two snapshots. Of a node that only one of them has,
 * its coming or going is all that is said, and the CPUs on it.
 */
#include "topology/internal.h"

/* Where differences go, counted also when there is no room left. */
struct sink {
	struct tiermm_change *out;
	uint64_t cap;
	uint64_t n;
};

/* One number of a node (other is -1) or of a pair, where it differs. */
static void compare(struct sink *sink, uint32_t kind, int32_t node,
		    int32_t other, uint64_t before, uint64_t after)
{
	if (before == after)
		return;
	if (sink->n < sink->cap)
		sink->out[sink->n] = (struct tiermm_change){ .kind = kind,
							     .node = node,
							     .other = other,
							     .before = before,
							     .after = after };
	sink->n++;
}

/* Numbers that may be -1 are widened with their sign: UINT64_MAX. */
static uint64_t widen(int32_t number)
{
	return (uint64_t)(int64_t)number;
}

static void compare_node(struct sink *s, const struct tiermm_node *a,
			 const struct tiermm_node *b)
{
	compare(s, TIERMM_CHANGE_STATE, a->id, -1, a->state, b->state);
	compare(s, TIERMM_CHANGE_PAGES, a->id, -1, a->present_pages,
		b->present_pages);
	compare(s, TIERMM_CHANGE_TYPE, a->id, -1, a->type, b->type);
	compare(s, TIERMM_CHANGE_TIER, a->id, -1, widen(a->tier_id),
		widen(b->tier_id));
	compare(s, TIERMM_CHANGE_ABSTRACT_DISTANCE, a->id, -1,
		widen(a->abstract_distance), widen(b->abstract_distance));
	compare(s, TIERMM_CHANGE_INITIATOR, a->id, -1, widen(a->initiator),
		widen(b->initiator));
}

static void compare_nodes(struct sink *s, const struct tiermm_topology *a,
			  const struct tiermm_topology *b)
{
	int32_t i, j;

	for (int32_t id = 0; id < TIERMM_MAX_NODES; id++) {
		i = a->index[id];
		j = b->index[id];
		if (i >= 0 && j >= 0)
			compare_node(s, &a->nodes[i], &b->nodes[j]);
		else if (i >= 0)
			compare(s, TIERMM_CHANGE_NODE_REMOVED, id, -1,
				a->nodes[i].state, UINT64_MAX);
		else if (j >= 0)
			compare(s, TIERMM_CHANGE_NODE_ADDED, id, -1, UINT64_MAX,
				b->nodes[j].state);
	}
}

static void compare_distances(struct sink *s, const struct tiermm_topology *a,
			      const struct tiermm_topology *b, uint32_t from)
{
	int32_t row = b->index[a->ids[from]], column;
	uint64_t i = (uint64_t)from * a->n_nodes;

	if (row < 0)
		return;
	for (uint32_t to = 0; to < a->n_nodes; to++, i++) {
		column = b->index[a->ids[to]];
		if (column < 0)
			continue;
		compare(s, TIERMM_CHANGE_DISTANCE, a->ids[from], a->ids[to],
			a->distance[i],
			b->distance[(uint64_t)row * b->n_nodes +
				    (uint32_t)column]);
	}
}

/* The first of the four numbers that differs; no speeds at all: -1. */
static void compare_access(struct sink *s, int32_t initiator, int32_t target,
			   const struct tiermm__speed *a,
			   const struct tiermm__speed *b)
{
	static const struct tiermm__speed none;
	const struct tiermm_access *x = a ? &a->access : &none.access;
	const struct tiermm_access *y = b ? &b->access : &none.access;
	uint64_t before = x->read_latency_ns, after = y->read_latency_ns;

	if (before == after) {
		before = x->write_latency_ns;
		after = y->write_latency_ns;
	}
	if (before == after) {
		before = x->read_bandwidth_mbps;
		after = y->read_bandwidth_mbps;
	}
	if (before == after) {
		before = x->write_bandwidth_mbps;
		after = y->write_bandwidth_mbps;
	}
	compare(s, TIERMM_CHANGE_ACCESS, initiator, target,
		a ? before : UINT64_MAX, b ? after : UINT64_MAX);
}

/* Speeds to one target that both have: merge two ascending lists. */
static void compare_speeds(struct sink *s, const struct tiermm_topology *a,
			   const struct tiermm_topology *b, uint32_t target)
{
	int32_t twin = b->index[a->ids[target]], x, y, first;
	uint32_t i = a->first_speed[target], j;

	if (twin < 0)
		return;
	j = b->first_speed[twin];
	while (i < a->first_speed[target + 1] || j < b->first_speed[twin + 1]) {
		x = i < a->first_speed[target + 1]
			    ? a->ids[a->speeds[i].initiator]
			    : TIERMM_MAX_NODES;
		y = j < b->first_speed[twin + 1]
			    ? b->ids[b->speeds[j].initiator]
			    : TIERMM_MAX_NODES;
		first = x < y ? x : y;
		if (a->index[first] >= 0 && b->index[first] >= 0)
			compare_access(s, first, a->ids[target],
				       x == first ? &a->speeds[i] : NULL,
				       y == first ? &b->speeds[j] : NULL);
		i += x == first;
		j += y == first;
	}
}

static void compare_cpus(struct sink *s, const struct tiermm_topology *a,
			 const struct tiermm_topology *b)
{
	uint32_t limit =
		a->cpu_limit > b->cpu_limit ? a->cpu_limit : b->cpu_limit;

	for (uint32_t cpu = 0; cpu < limit; cpu++)
		compare(s, TIERMM_CHANGE_CPU, TIERMM_NO_NODE, (int32_t)cpu,
			widen(tiermm_topology_cpu_node(a, cpu)),
			widen(tiermm_topology_cpu_node(b, cpu)));
}

static void compare_all(struct sink *s, const struct tiermm_topology *a,
			const struct tiermm_topology *b)
{
	compare_nodes(s, a, b);
	for (uint32_t from = 0; from < a->n_nodes; from++)
		compare_distances(s, a, b, from);
	for (uint32_t target = 0; target < a->n_nodes; target++)
		compare_speeds(s, a, b, target);
	compare_cpus(s, a, b);
	compare(s, TIERMM_CHANGE_PAGE_BYTES, TIERMM_NO_NODE, -1, a->page_bytes,
		b->page_bytes);
}

int tiermm_topology_equal(const struct tiermm_topology *a,
			  const struct tiermm_topology *b)
{
	struct sink sink = { .cap = 0 };

	compare_all(&sink, a, b);
	return sink.n == 0;
}

int tiermm_topology_diff(const struct tiermm_topology *a,
			 const struct tiermm_topology *b,
			 struct tiermm_change *out, uint64_t cap,
			 uint64_t *n_out)
{
	struct sink sink = { .out = out, .cap = cap };

	if (!a || !b || !n_out || (cap && !out))
		return -TIERMM_EINVAL;
	compare_all(&sink, a, b);
	*n_out = sink.n;
	return 0;
}
