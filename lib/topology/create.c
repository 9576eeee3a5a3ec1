/* SPDX-License-Identifier: MIT */
/*
 * From a description to a snapshot. The description is judged first; after
 * that only memory can be missing.
 */
#include "topology/internal.h"

#include "base/alloc.h"
#include "base/assert.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/nodeset.h"
#include "base/problem.h"

/*
 * Lay the arrays of *t out behind it in memory; with NULL only measure, and
 * *t is a scratch one. See base/carve.h.
 */
static uint64_t lay_out(struct tiermm_topology *t, void *memory,
			const struct tiermm_topology_builder *b)
{
	struct tiermm__carver c = { .base = memory };
	uint32_t cpus = tiermm__builder_cpu_limit(b);
	uint64_t n = b->n_nodes;

	tiermm__carve(&c, 1, sizeof(*t));
	t->nodes = tiermm__carve(&c, n, sizeof(*t->nodes));
	t->settings = tiermm__carve(&c, n, sizeof(*t->settings));
	t->tiers = tiermm__carve(&c, n, sizeof(*t->tiers));
	t->ids = tiermm__carve(&c, n, sizeof(*t->ids));
	t->first_speed = tiermm__carve(&c, n + 1, sizeof(*t->first_speed));
	t->speeds = tiermm__carve(&c, b->n_access, sizeof(*t->speeds));
	t->cpu_node = tiermm__carve(&c, cpus, sizeof(*t->cpu_node));
	t->rank = tiermm__carve(&c, n, sizeof(*t->rank));
	t->distance = tiermm__carve(&c, n * n, 1);
	t->distance_source = tiermm__carve(&c, n * n, 1);
	return tiermm__carved(&c);
}

static uint64_t bytes_needed(const struct tiermm_topology_builder *b)
{
	struct tiermm_topology scratch;

	return lay_out(&scratch, NULL, b);
}

static void fill_node(struct tiermm_topology *t, uint32_t i,
		      const struct tiermm__slot *slot)
{
	t->ids[i] = slot->id;
	t->index[slot->id] = (int16_t)i;
	t->settings[i] = slot->settings;
	t->nodes[i] = (struct tiermm_node){
		.id = slot->id,
		.index = (int32_t)i,
		.state = slot->state,
		.type = slot->type,
		.present_pages = slot->pages,
		.present_source = slot->state_source,
	};
}

static void fill_cpus(struct tiermm_topology *t,
		      const struct tiermm_topology_builder *b)
{
	int32_t node;

	memcpy(t->cpu_node, b->cpu_node, t->cpu_limit * sizeof(*t->cpu_node));
	for (uint32_t cpu = 0; cpu < t->cpu_limit; cpu++) {
		node = t->cpu_node[cpu];
		if (node == TIERMM_NO_NODE)
			continue;
		t->nodes[t->index[node]].cpus++;
		t->settings[t->index[node]].had_cpus = 1;
	}
}

static void fill_sets(struct tiermm_topology *t)
{
	const struct tiermm_node *node;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		node = &t->nodes[i];
		tiermm__nodeset_add(&t->set[TIERMM_NODES_POSSIBLE], node->id);
		if (node->state != TIERMM_NODE_ABSENT)
			tiermm__nodeset_add(&t->set[TIERMM_NODES_PRESENT],
					    node->id);
		if (tiermm__state_has_memory(node->state))
			tiermm__nodeset_add(&t->set[TIERMM_NODES_MEMORY],
					    node->id);
		if (node->cpus)
			tiermm__nodeset_add(&t->set[TIERMM_NODES_CPU],
					    node->id);
		if (node->state == TIERMM_NODE_GOING)
			tiermm__nodeset_add(&t->set[TIERMM_NODES_GOING],
					    node->id);
	}
}

static void fill(struct tiermm_topology *t,
		 const struct tiermm_topology_builder *b, const uint32_t *order,
		 int replaced)
{
	t->page_bytes = b->page_bytes;
	t->n_nodes = b->n_nodes;
	t->n_access = b->n_access;
	t->cpu_limit = tiermm__builder_cpu_limit(b);
	t->n_tiers = 0;
	t->n_assumed = 0;
	memcpy(t->type_distance, b->type_distance, sizeof(t->type_distance));
	memset(t->set, 0, sizeof(t->set));
	memset(t->index, 0xff, sizeof(t->index)); /* -1 everywhere */
	for (uint32_t i = 0; i < t->n_nodes; i++)
		fill_node(t, i, &b->slots[order[i]]);
	fill_cpus(t, b);
	fill_sets(t);
	tiermm__distances_fill(t, b, order, replaced);
	tiermm__speeds_fill(t, b, order);
	tiermm__speeds_choose(t);
	if (b->has_reference)
		t->reference = b->reference;
	else
		tiermm__reference_fill(t);
	tiermm__tiers_fill(t);
}

/* order: room for b->n_nodes slots. */
static int judge(const struct tiermm_topology_builder *b, uint32_t *order,
		 int *replaced, struct tiermm_problem *problem)
{
	if (!b->n_nodes)
		return tiermm__problem_report(
			problem,
			&(struct tiermm_problem){ .error = -TIERMM_EINVAL,
						  .what = TIERMM_PROBLEM_EMPTY,
						  .node = TIERMM_NO_NODE,
						  .other = TIERMM_NO_NODE,
						  .low = 1,
						  .high = TIERMM_MAX_NODES });
	tiermm__builder_order(b, order);
	return tiermm__distances_judge(b, order, replaced, problem);
}

/* memory: of the caller, or NULL to take it from mem. */
static int make(struct tiermm_topology **out,
		const struct tiermm_topology_builder *b, void *memory,
		uint64_t bytes, const struct tiermm_alloc *mem,
		struct tiermm_problem *problem)
{
	uint32_t order[TIERMM_MAX_NODES];
	struct tiermm_topology *t;
	int replaced, err;

	err = judge(b, order, &replaced, problem);
	if (err)
		return err;
	if (memory) {
		err = tiermm__memory_check(memory, bytes, bytes_needed(b));
		if (err)
			return err;
	} else {
		bytes = bytes_needed(b);
		memory = tiermm__alloc(mem, bytes);
		if (!memory)
			return -TIERMM_ENOMEM;
	}
	t = memory;
	lay_out(t, memory, b);
	atomic_init(&t->references, 1);
	t->mem = *mem;
	t->bytes = bytes;
	fill(t, b, order, replaced);
	TIERMM_ASSERT(tiermm_topology_is_valid(t));
	*out = t;
	return 0;
}

int tiermm_topology_create(struct tiermm_topology **out,
			   struct tiermm_topology_builder *b,
			   struct tiermm_problem *problem,
			   const struct tiermm_alloc *mem)
{
	struct tiermm_alloc source;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__alloc_resolve(&source, mem);
	if (!err)
		err = tiermm__builder_enter(b);
	if (err)
		return err;
	err = make(out, b, NULL, 0, &source, problem);
	tiermm__builder_leave(b);
	return err;
}

int tiermm_topology_footprint(struct tiermm_topology_builder *b,
			      uint64_t *bytes)
{
	int err;

	if (!bytes)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	*bytes = bytes_needed(b);
	tiermm__builder_leave(b);
	return 0;
}

int tiermm_topology_init(struct tiermm_topology **out, void *memory,
			 uint64_t bytes, struct tiermm_topology_builder *b,
			 struct tiermm_problem *problem)
{
	struct tiermm_alloc nowhere;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!memory)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	tiermm__alloc_none(&nowhere);
	err = make(out, b, memory, bytes, &nowhere, problem);
	tiermm__builder_leave(b);
	return err;
}

struct tiermm_topology *tiermm_topology_ref(struct tiermm_topology *t)
{
	/*
	 * Relaxed: whoever takes a reference has one, so nothing needs to be
	 * seen that is not seen already.
	 */
	if (t)
		atomic_fetch_add_explicit(&t->references, 1,
					  memory_order_relaxed);
	return t;
}

void tiermm_topology_unref(struct tiermm_topology *t)
{
	struct tiermm_alloc mem;

	if (!t)
		return;
	/*
	 * Release: reads through this reference are done. Acquire, for the
	 * last: so are those through all others. Partners: each other.
	 */
	if (atomic_fetch_sub_explicit(&t->references, 1,
				      memory_order_acq_rel) != 1)
		return;
	mem = t->mem; /* it stands in what it frees */
	tiermm__free(&mem, t, t->bytes);
}
