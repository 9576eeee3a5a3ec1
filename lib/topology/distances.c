/* SPDX-License-Identifier: MIT */
/*
 * Distances, judged as a whole by the ACPI rules (D4): 10 from a node to
 * itself, 11 to 255 to another. 255, unreachable, stays 255.
 */
#include "topology/internal.h"

#include "base/problem.h"

#define LOCAL_DISTANCE 10
#define REMOTE_DISTANCE 20
#define REMOTE_LOW 11
#define REMOTE_HIGH 255

void tiermm__builder_order(const struct tiermm_topology_builder *b,
			   uint32_t *slots)
{
	int32_t node = tiermm_nodeset_next(&b->listed, TIERMM_NO_NODE);

	for (; node != TIERMM_NO_NODE;
	     node = tiermm_nodeset_next(&b->listed, node))
		*slots++ = (uint32_t)b->slot_of[node];
}

static int is_bad(const struct tiermm_topology_builder *b, uint32_t from,
		  uint32_t to)
{
	uint64_t pair = tiermm__builder_pair(b, from, to);
	uint32_t distance = b->distance[pair];

	if (b->distance_source[pair] == TIERMM_SOURCE_DEFAULT)
		return 0;
	if (from == to)
		return distance != LOCAL_DISTANCE;
	return distance < REMOTE_LOW || distance > REMOTE_HIGH;
}

static int refuse(const struct tiermm_topology_builder *b, uint32_t from,
		  uint32_t to, struct tiermm_problem *problem)
{
	int local = from == to;

	return tiermm__problem_report(
		problem,
		&(struct tiermm_problem){
			.error = -TIERMM_EINVAL,
			.what = local ? TIERMM_PROBLEM_LOCAL_DISTANCE
				      : TIERMM_PROBLEM_REMOTE_DISTANCE,
			.node = b->slots[from].id,
			.other = b->slots[to].id,
			.value = b->distance[tiermm__builder_pair(b, from, to)],
			.low = local ? LOCAL_DISTANCE : REMOTE_LOW,
			.high = local ? LOCAL_DISTANCE : REMOTE_HIGH });
}

/*
 * A bad table is refused, or replaced where the builder was made so. A bad
 * override is refused always: the caller is there to be told.
 */
int tiermm__distances_judge(const struct tiermm_topology_builder *b,
			    const uint32_t *order, int *replaced,
			    struct tiermm_problem *problem)
{
	uint32_t replace = b->room.flags & TIERMM_BUILDER_REPLACE_DISTANCES;
	uint32_t from, to, n = b->n_nodes;
	uint64_t pair;

	*replaced = 0;
	for (uint32_t i = 0; i < n * n; i++) {
		from = order[i / n];
		to = order[i % n];
		if (!is_bad(b, from, to))
			continue;
		pair = tiermm__builder_pair(b, from, to);
		if (!replace ||
		    b->distance_source[pair] == TIERMM_SOURCE_CALLER)
			return refuse(b, from, to, problem);
		*replaced = 1;
	}
	return 0;
}

static int any_is_set(const struct tiermm_topology_builder *b)
{
	for (uint32_t from = 0; from < b->n_nodes; from++)
		for (uint32_t to = 0; to < b->n_nodes; to++)
			if (b->distance_source[tiermm__builder_pair(b, from,
								    to)])
				return 1;
	return 0;
}

/* otherwise: where a distance comes from that nobody set. */
static void fill_row(struct tiermm_topology *t,
		     const struct tiermm_topology_builder *b,
		     const uint32_t *order, uint32_t from, uint8_t otherwise)
{
	uint64_t place = (uint64_t)from * t->n_nodes, pair;
	uint8_t source;
	int given;

	for (uint32_t to = 0; to < t->n_nodes; to++, place++) {
		pair = tiermm__builder_pair(b, order[from], order[to]);
		source = b->distance_source[pair];
		given = source == TIERMM_SOURCE_CALLER ||
			(source && otherwise != TIERMM_SOURCE_REPLACED);
		t->distance_source[place] = given ? source : otherwise;
		if (given)
			t->distance[place] = (uint8_t)b->distance[pair];
		else
			t->distance[place] =
				from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
		if (from != to &&
		    t->distance_source[place] == TIERMM_SOURCE_ASSUMED)
			t->n_assumed++;
	}
}

void tiermm__distances_fill(struct tiermm_topology *t,
			    const struct tiermm_topology_builder *b,
			    const uint32_t *order, int replaced)
{
	uint8_t otherwise = TIERMM_SOURCE_DEFAULT;

	if (replaced)
		otherwise = TIERMM_SOURCE_REPLACED;
	else if (any_is_set(b))
		otherwise = TIERMM_SOURCE_ASSUMED;
	for (uint32_t from = 0; from < t->n_nodes; from++)
		fill_row(t, b, order, from, otherwise);
}
