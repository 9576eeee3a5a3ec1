/* SPDX-License-Identifier: MIT */
/* The demotion graph as an object: one piece of memory, counted. */
#include "demotion/graph.h"

#include "base/alloc.h"
#include "base/arithmetic.h"
#include "base/memory.h"
#include "base/nodeset.h"
#include "demotion/near.h"

/* Where each table stands behind the structure, in bytes from its start. */
struct layout {
	uint32_t n;
	uint32_t words;
	uint32_t stride;
	uint32_t reserved;
	uint64_t ids;
	uint64_t preferred;
	uint64_t fallback;
	uint64_t named;
	uint64_t load;
	uint64_t distance;
	uint64_t near;
	uint64_t ranked;
	uint64_t rank_start;
	uint64_t scratch;
	uint64_t bytes;
};

/* Nothing here can overflow: there are at most 1024 nodes. */
static uint64_t take(struct layout *l, uint64_t bytes)
{
	uint64_t at = l->bytes;

	l->bytes = at + tiermm__round_up(bytes, TIERMM_ALIGN);
	return at;
}

static struct layout lay_out(const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct layout l = { .n = n, .stride = (n + 7) / 8 };
	uint64_t sets;

	l.words = (uint32_t)tiermm__topology_ids(t)[n - 1] / 64 + 1;
	sets = (uint64_t)n * l.words * sizeof(uint64_t);
	take(&l, sizeof(struct tiermm_demotion_graph));
	l.ids = take(&l, n * sizeof(uint64_t));
	l.preferred = take(&l, sets);
	l.fallback = take(&l, sets);
	l.named = take(&l, sets);
	l.load = take(&l, n * sizeof(uint64_t));
	l.distance = take(&l, (uint64_t)n * l.stride * sizeof(uint64_t));
	l.near = take(&l, n * TIERMM__NEAR_WORDS * sizeof(uint64_t));
	l.ranked = take(&l, n * sizeof(uint32_t));
	l.rank_start = take(&l, (n + 2) * sizeof(uint32_t));
	l.scratch = take(&l, 4 * n * sizeof(uint32_t));
	return l;
}

static void place_tables(struct tiermm_demotion_graph *g,
			 const struct layout *l)
{
	char *base = (char *)g;

	g->ids = (uint64_t *)(void *)(base + l->ids);
	g->preferred = (uint64_t *)(void *)(base + l->preferred);
	g->fallback = (uint64_t *)(void *)(base + l->fallback);
	g->named = (uint64_t *)(void *)(base + l->named);
	g->load = (uint64_t *)(void *)(base + l->load);
	g->distance = (uint64_t *)(void *)(base + l->distance);
	g->near = (uint64_t *)(void *)(base + l->near);
	g->ranked = (uint32_t *)(void *)(base + l->ranked);
	g->rank_start = (uint32_t *)(void *)(base + l->rank_start);
	g->scratch = (uint32_t *)(void *)(base + l->scratch);
}

/* The structure itself; the tables' contents come from the builders. */
static void place(struct tiermm_demotion_graph *g, const struct layout *l,
		  struct tiermm_topology *topology,
		  const struct tiermm_alloc *mem)
{
	*g = (struct tiermm_demotion_graph){
		.mem = *mem,
		.bytes = l->bytes,
		.topology = topology,
		.rows = tiermm__topology_distances(topology),
		.rank_of = tiermm__topology_ranks(topology),
		.row_of = tiermm__topology_indexes(topology),
	};
	place_tables(g, l);
	g->view = (struct tiermm__demotion_view){
		.n = l->n,
		.words = l->words,
		.stride = l->stride,
		.set_stride = (uint16_t)l->words,
		.near_stride = TIERMM__NEAR_WORDS,
		.ids = g->ids,
		.preferred = g->preferred,
		.fallback = g->fallback,
		.cpus = g->cpus.word,
		.load = g->load,
		.distance = g->distance,
		.near = g->near,
	};
	atomic_init(&g->references, 1);
}

/* Build in memory that is large enough; -TIERMM_E... leaves nothing held. */
static int build_in(struct tiermm_demotion_graph **out, void *memory,
		    const struct layout *l, struct tiermm_topology *topology,
		    const struct tiermm__graph_options *options, int32_t kept,
		    struct tiermm_problem *problem,
		    const struct tiermm_alloc *mem)
{
	struct tiermm_demotion_graph *g = memory;
	int err;

	place(g, l, topology, mem);
	err = tiermm__graph_build(g, options, kept, problem);
	if (err)
		return err;
	tiermm_topology_ref(topology);
	*out = g;
	return 0;
}

int tiermm__demotion_graph_create(struct tiermm_demotion_graph **out,
				  struct tiermm_topology *topology,
				  const struct tiermm_demotion_options *options,
				  int32_t kept, struct tiermm_problem *problem,
				  const struct tiermm_alloc *mem)
{
	struct tiermm__graph_options checked;
	struct tiermm_alloc from;
	struct layout l;
	void *memory;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!topology)
		return -TIERMM_EINVAL;
	err = tiermm__graph_options(&checked, options, problem);
	if (!err)
		err = tiermm__alloc_resolve(&from, mem);
	if (err)
		return err;
	l = lay_out(topology);
	memory = tiermm__alloc(&from, l.bytes);
	if (!memory)
		return -TIERMM_ENOMEM;
	err = build_in(out, memory, &l, topology, &checked, kept, problem,
		       &from);
	if (err)
		tiermm__free(&from, memory, l.bytes);
	return err;
}

int tiermm_demotion_graph_create(struct tiermm_demotion_graph **out,
				 struct tiermm_topology *topology,
				 const struct tiermm_demotion_options *options,
				 struct tiermm_problem *problem,
				 const struct tiermm_alloc *mem)
{
	return tiermm__demotion_graph_create(out, topology, options, 0, problem,
					     mem);
}

int tiermm_demotion_graph_footprint(const struct tiermm_topology *topology,
				    uint64_t *bytes)
{
	if (!topology || !bytes)
		return -TIERMM_EINVAL;
	*bytes = lay_out(topology).bytes;
	return 0;
}

int tiermm_demotion_graph_init(struct tiermm_demotion_graph **out, void *memory,
			       uint64_t bytes, struct tiermm_topology *topology,
			       const struct tiermm_demotion_options *options,
			       struct tiermm_problem *problem)
{
	struct tiermm__graph_options checked;
	struct tiermm_alloc none;
	struct layout l;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!topology)
		return -TIERMM_EINVAL;
	l = lay_out(topology);
	err = tiermm__memory_check(memory, bytes, l.bytes);
	if (!err)
		err = tiermm__graph_options(&checked, options, problem);
	if (err)
		return err;
	tiermm__alloc_none(&none);
	return build_in(out, memory, &l, topology, &checked, 0, problem, &none);
}

struct tiermm_demotion_graph *
tiermm_demotion_graph_ref(struct tiermm_demotion_graph *g)
{
	/* Relaxed: who calls holds a reference, so it cannot be the last. */
	if (g)
		(void)atomic_fetch_add_explicit(&g->references, 1,
						memory_order_relaxed);
	return g;
}

void tiermm_demotion_graph_unref(struct tiermm_demotion_graph *g)
{
	struct tiermm_topology *topology;

	/*
	 * Release: what this thread read comes before the free. Partner: the
	 * acquire part, in the thread that gives the last reference back.
	 */
	if (!g || atomic_fetch_sub_explicit(&g->references, 1,
					    memory_order_acq_rel) != 1)
		return;
	topology = g->topology;
	/* The allocator stands in what is being freed. */
	tiermm__free(&(struct tiermm_alloc){ g->mem.size, 0, g->mem.alloc,
					     g->mem.free, g->mem.self },
		     g, g->bytes);
	tiermm_topology_unref(topology);
}

struct tiermm_topology *
tiermm_demotion_graph_topology(const struct tiermm_demotion_graph *g)
{
	return g->topology;
}

uint32_t tiermm_demotion_graph_strategy(const struct tiermm_demotion_graph *g)
{
	return g->view.strategy;
}

struct tiermm__demotion_view
tiermm__demotion_graph_view(const struct tiermm_demotion_graph *g)
{
	return g->view;
}
