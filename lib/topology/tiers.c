/* SPDX-License-Identifier: MIT */
/*
 * Abstract distances and tiers (D3, facts 0.3).
 *
 * A node's own distance is reckoned once, when it first has memory, and kept
 * from then on, also across a time without memory. What the caller or the
 * running kernel sets covers it and does not touch it.
 */
#include "topology/internal.h"

#include "base/memory.h"
#include "base/nodeset.h"

#include "topology/view.h"

static int has_memory(const struct tiermm_node *node)
{
	return tiermm__state_has_memory(node->state);
}

/* Add a DRAM node; without numbers of its own it breaks the reference. */
static void add_to_reference(struct tiermm_reference *r,
			     const struct tiermm_node *node)
{
	const struct tiermm_access *a = &node->access;
	int err = tiermm_reference_add(r, node->id, a);

	if (!err || r->state == TIERMM_REFERENCE_BROKEN)
		return;
	r->state = TIERMM_REFERENCE_BROKEN;
	r->bad_node = node->id;
	if (node->initiator == TIERMM_NO_NODE)
		r->bad_number = TIERMM_ACCESS_NONE; /* all four are missing */
	else if (!a->read_latency_ns && !a->write_latency_ns)
		r->bad_number = TIERMM_ACCESS_READ_LATENCY;
	else
		r->bad_number = TIERMM_ACCESS_READ_BANDWIDTH;
}

void tiermm__reference_fill(struct tiermm_topology *t)
{
	struct tiermm_reference *r = &t->reference;

	*r = (struct tiermm_reference){ .size = sizeof(*r),
					.node = TIERMM_NO_NODE,
					.bad_node = TIERMM_NO_NODE };
	if (!t->n_access)
		return;
	for (uint32_t i = 0; i < t->n_nodes; i++)
		if (has_memory(&t->nodes[i]) && t->nodes[i].cpus)
			add_to_reference(r, &t->nodes[i]);
}

/* What the node's memory is by itself. */
static void reckon(struct tiermm__settings *s, const struct tiermm_topology *t,
		   const struct tiermm_node *node)
{
	const struct tiermm_access access =
		tiermm__speeds_reckoned(t, (uint32_t)node->index);
	int err = tiermm_abstract_distance(&t->reference, &access,
					   &s->kept_distance);

	s->kept_source = TIERMM_SOURCE_HMAT;
	if (!err)
		return;
	if (err == -TIERMM_ERANGE) {
		/* Slower than can be told: the slowest there is. */
		s->kept_distance = TIERMM_ADISTANCE_MAX;
	} else if (node->type == TIERMM_MEMORY_DAX) {
		s->kept_distance = TIERMM_ADISTANCE_DAX;
		s->kept_source = TIERMM_SOURCE_DRIVER;
	} else {
		s->kept_distance = TIERMM_ADISTANCE_DRAM;
		s->kept_source = TIERMM_SOURCE_DEFAULT;
	}
}

static void set_distance(struct tiermm_topology *t, struct tiermm_node *node,
			 struct tiermm__settings *s)
{
	int32_t by_type = t->type_distance[node->type];

	node->abstract_distance = TIERMM__UNSET;
	node->tier_id = TIERMM_NO_TIER;
	if (!has_memory(node))
		return;
	if (s->kept_distance == TIERMM__UNSET)
		reckon(s, t, node);
	node->abstract_distance = s->kept_distance;
	node->abstract_distance_source = s->kept_source;
	if (s->caller_distance != TIERMM__UNSET) {
		node->abstract_distance = s->caller_distance;
		node->abstract_distance_source = TIERMM_SOURCE_CALLER;
	} else if (by_type != TIERMM__UNSET) {
		node->abstract_distance = by_type;
		node->abstract_distance_source = TIERMM_SOURCE_TYPE;
	} else if (s->kernel_distance != TIERMM__UNSET) {
		node->abstract_distance = s->kernel_distance;
		node->abstract_distance_source = TIERMM_SOURCE_KERNEL;
	}
	node->tier_id = node->abstract_distance / TIERMM_TIER_CHUNK;
}

/* The first tier that is not faster than id; n_tiers where all are. */
static uint32_t find_rank(const struct tiermm_topology *t, int32_t id)
{
	uint32_t low = 0, high = t->n_tiers, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (t->tiers[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void join_tier(struct tiermm_topology *t, int32_t id)
{
	uint32_t rank = find_rank(t, id);
	struct tiermm_tier *tier = &t->tiers[rank];
	int32_t low;

	if (rank == t->n_tiers || tier->id != id) {
		memmove(tier + 1, tier, (t->n_tiers - rank) * sizeof(*tier));
		low = id * TIERMM_TIER_CHUNK;
		*tier = (struct tiermm_tier){
			.id = id,
			.abstract_distance_low = low,
			.abstract_distance_high = low + (TIERMM_TIER_CHUNK - 1),
		};
		t->n_tiers++;
	}
	tier->n_nodes++;
}

void tiermm__tiers_fill(struct tiermm_topology *t)
{
	const struct tiermm_node *node;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		set_distance(t, &t->nodes[i], &t->settings[i]);
		if (has_memory(&t->nodes[i]))
			join_tier(t, t->nodes[i].tier_id);
	}
	for (uint32_t i = 0; i < t->n_nodes; i++) {
		node = &t->nodes[i];
		t->rank[i] = has_memory(node)
				     ? (uint16_t)find_rank(t, node->tier_id)
				     : TIERMM__NO_RANK;
	}
}
