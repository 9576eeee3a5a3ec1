/* SPDX-License-Identifier: MIT */
/*
 * Speeds between nodes, and whose view of a node counts ("Seen" 4 in
 * the facts of D3): its declared initiator, if that has CPUs, else the best
 * initiator that has. Best is the lowest latency (read + write), then the
 * highest bandwidth (read + write), then the lowest id.
 */
#include "topology/internal.h"

#include "base/nodeset.h"

void tiermm__speeds_fill(struct tiermm_topology *t,
			 const struct tiermm_topology_builder *b,
			 const uint32_t *order)
{
	const struct tiermm__link *link;
	uint32_t place, n = 0;

	for (uint32_t target = 0; target < t->n_nodes; target++) {
		t->first_speed[target] = n;
		place = b->slots[order[target]].first_link;
		for (; place; place = link->next) {
			link = &b->links[place];
			t->speeds[n++] = (struct tiermm__speed){
				.initiator =
					(uint32_t)t->index[link->initiator],
				.access = link->access,
			};
		}
	}
	t->first_speed[t->n_nodes] = n;
}

const struct tiermm__speed *tiermm__speed_find(const struct tiermm_topology *t,
					       uint32_t initiator,
					       uint32_t target)
{
	uint32_t low = t->first_speed[target];
	uint32_t high = t->first_speed[target + 1];
	uint32_t end = high, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (t->speeds[middle].initiator < initiator)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == end || t->speeds[low].initiator != initiator)
		return NULL;
	return &t->speeds[low];
}

/* Unknown latency, 0, comes last: one less than 0 is the greatest number. */
static uint64_t latency_key(const struct tiermm_access *a)
{
	return (uint64_t)a->read_latency_ns + a->write_latency_ns - 1;
}

static uint64_t bandwidth(const struct tiermm_access *a)
{
	return (uint64_t)a->read_bandwidth_mbps + a->write_bandwidth_mbps;
}

static int is_better(const struct tiermm_access *a,
		     const struct tiermm_access *b)
{
	if (latency_key(a) != latency_key(b))
		return latency_key(a) < latency_key(b);
	return bandwidth(a) > bandwidth(b);
}

/* ever: a CPU that went off since counts too. */
static int has_cpus(const struct tiermm_topology *t, uint32_t index, int ever)
{
	return t->nodes[index].cpus || (ever && t->settings[index].had_cpus);
}

static const struct tiermm__speed *best(const struct tiermm_topology *t,
					uint32_t target, int ever)
{
	const struct tiermm__speed *found = NULL, *speed;

	for (uint32_t i = t->first_speed[target];
	     i < t->first_speed[target + 1]; i++) {
		speed = &t->speeds[i];
		if (has_cpus(t, speed->initiator, ever) &&
		    (!found || is_better(&speed->access, &found->access)))
			found = speed;
	}
	return found;
}

static const struct tiermm__speed *choose(const struct tiermm_topology *t,
					  uint32_t target, int ever)
{
	uint32_t first = t->first_speed[target];
	int32_t declared = t->settings[target].initiator;
	uint32_t initiator = target;

	if (declared != TIERMM_NO_NODE)
		initiator = (uint32_t)t->index[declared];
	else if (t->first_speed[target + 1] - first == 1)
		return &t->speeds[first]; /* no choice: it is that view */
	if (has_cpus(t, initiator, ever))
		return tiermm__speed_find(t, initiator, target);
	return best(t, target, ever);
}

struct tiermm_access tiermm__speeds_reckoned(const struct tiermm_topology *t,
					     uint32_t target)
{
	const struct tiermm__speed *speed = choose(t, target, 1);

	return speed ? speed->access : (struct tiermm_access){ 0 };
}

void tiermm__speeds_choose(struct tiermm_topology *t)
{
	const struct tiermm__speed *speed;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		t->nodes[i].initiator = TIERMM_NO_NODE;
		speed = choose(t, i, 0);
		if (!speed)
			continue;
		t->nodes[i].initiator = t->ids[speed->initiator];
		t->nodes[i].access = speed->access;
	}
}
