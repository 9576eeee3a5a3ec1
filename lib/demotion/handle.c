/* SPDX-License-Identifier: MIT */
/* The life of a published graph: one block of memory, sized once. */
#include "demotion/handle.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/retire.h"
#include "topology/internal.h"

/* Pairs with speeds that events may be told of, at least. */
#define LEAST_ACCESS 4096

/* What a handle is made from, checked. */
struct plan {
	const struct tiermm_topology *topology;
	struct tiermm_demotion_options options;
	struct tiermm_topology_builder_options builder;
	struct tiermm_retire retire;
	uint32_t room;
};

/* Where its parts stand; the last two only where the caller has memory. */
struct parts {
	struct tiermm_demotion *d;
	void *image[2];
	void *builder;
	uint64_t builder_bytes;
	void *recipe;
	void *graph;
	uint64_t graph_bytes;
	uint64_t bytes;
};

static int check_options(struct plan *p,
			 const struct tiermm_demotion_options *options,
			 struct tiermm_problem *problem)
{
	struct tiermm__graph_options checked;
	int err = tiermm__graph_options(&checked, options, problem);

	if (err)
		return err;
	(void)tiermm__options_copy(&p->options, sizeof(p->options), options,
				   sizeof(p->options), 0);
	/* There are never that many different ones. */
	if (p->options.n_edges > TIERMM_MAX_NODES * TIERMM_MAX_NODES)
		return -TIERMM_EINVAL;
	return 0;
}

static int make_plan(struct plan *p,
		     const struct tiermm_demotion_options *options,
		     const struct tiermm_retire *retire,
		     struct tiermm_problem *problem)
{
	const struct tiermm_topology *topology = p->topology;
	uint32_t access;
	int err;

	if (!topology)
		return -TIERMM_EINVAL;
	err = tiermm__retire_adopt(&p->retire, retire);
	if (!err)
		err = check_options(p, options, problem);
	if (err)
		return err;
	access = topology->n_access > LEAST_ACCESS ? topology->n_access
						   : LEAST_ACCESS;
	p->room =
		p->options.max_nodes ? p->options.max_nodes : topology->n_nodes;
	p->builder = (struct tiermm_topology_builder_options){
		.size = sizeof(p->builder),
		.max_nodes = p->room,
		.max_access = access,
	};
	return tiermm__check_room(p->room, access, topology, problem);
}

/* Sizes of all parts are multiples of TIERMM_ALIGN, and so are their places. */
static void lay_out(struct parts *parts, const struct plan *p, void *memory,
		    int with_graph)
{
	struct tiermm__carver c = { .base = memory };
	struct tiermm__image scratch;
	uint64_t image = tiermm__image_place(&scratch, NULL, p->room);

	*parts = (struct parts){ .d = NULL };
	(void)tiermm_topology_builder_footprint(&p->builder,
						&parts->builder_bytes);
	parts->d = tiermm__carve(&c, 1, sizeof(struct tiermm_demotion));
	parts->image[0] = tiermm__carve(&c, 1, image);
	parts->image[1] = tiermm__carve(&c, 1, image);
	parts->builder = tiermm__carve(&c, 1, parts->builder_bytes);
	if (with_graph) {
		uint64_t recipe = tiermm__recipe_bytes(&p->options);

		(void)tiermm_demotion_graph_footprint(p->topology,
						      &parts->graph_bytes);
		parts->recipe = tiermm__carve(&c, 1, recipe);
		parts->graph = tiermm__carve(&c, 1, parts->graph_bytes);
	}
	parts->bytes = tiermm__carved(&c);
}

static struct tiermm_demotion *place(const struct parts *parts,
				     const struct plan *p)
{
	struct tiermm_demotion *d = parts->d;

	memset(d, 0, sizeof(*d));
	tiermm__owner_init(&d->owner);
	for (int i = 0; i < 2; i++) {
		uint64_t bytes = tiermm__image_place(&d->image[i],
						     parts->image[i], p->room);

		memset(parts->image[i], 0, (size_t)bytes);
	}
	(void)tiermm_topology_builder_init(&d->builder, parts->builder,
					   parts->builder_bytes, &p->builder);
	d->room = p->room;
	d->max_access = p->builder.max_access;
	d->retire = p->retire;
	d->block_bytes = parts->bytes;
	return d;
}

int tiermm_demotion_create(struct tiermm_demotion **out,
			   struct tiermm_topology *topology,
			   const struct tiermm_demotion_options *options,
			   const struct tiermm_retire *retire,
			   struct tiermm_problem *problem,
			   const struct tiermm_alloc *mem)
{
	struct plan p = { .topology = topology };
	struct tiermm_demotion_graph *graph;
	struct tiermm__recipe *recipe;
	struct tiermm_demotion *d;
	struct tiermm_alloc from;
	struct parts parts;
	void *memory;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__alloc_resolve(&from, mem);
	if (!err)
		err = make_plan(&p, options, retire, problem);
	if (!err)
		err = tiermm_demotion_graph_create(&graph, topology, &p.options,
						   problem, &from);
	if (err)
		return err;
	recipe = tiermm__recipe_create(&p.options, &from);
	if (!recipe)
		goto unref_graph;
	lay_out(&parts, &p, NULL, 0);
	memory = tiermm__alloc(&from, parts.bytes);
	if (!memory)
		goto destroy_recipe;
	lay_out(&parts, &p, memory, 0);
	d = place(&parts, &p);
	d->mem = from;
	d->block_mem = from;
	d->recipe = recipe;
	tiermm__start(d, graph);
	*out = d;
	return 0;
destroy_recipe:
	tiermm__recipe_destroy(recipe);
unref_graph:
	tiermm_demotion_graph_unref(graph);
	return -TIERMM_ENOMEM;
}

int tiermm_demotion_footprint(const struct tiermm_topology *topology,
			      const struct tiermm_demotion_options *options,
			      uint64_t *bytes)
{
	struct plan p = { .topology = topology };
	struct parts parts;
	int err;

	if (!bytes)
		return -TIERMM_EINVAL;
	err = make_plan(&p, options, NULL, NULL);
	if (err)
		return err;
	lay_out(&parts, &p, NULL, 1);
	*bytes = parts.bytes;
	return 0;
}

static int start_in(struct tiermm_demotion **out, const struct parts *parts,
		    const struct plan *p, struct tiermm_topology *topology,
		    struct tiermm_problem *problem,
		    const struct tiermm_alloc *rebuilds)
{
	struct tiermm_demotion_graph *graph;
	struct tiermm_demotion *d;
	int err;

	err = tiermm_demotion_graph_init(&graph, parts->graph,
					 parts->graph_bytes, topology,
					 &p->options, problem);
	if (err)
		return err;
	d = place(parts, p);
	d->mem = *rebuilds;
	tiermm__alloc_none(&d->block_mem);
	d->recipe =
		tiermm__recipe_place(parts->recipe, &p->options, &d->block_mem);
	tiermm__start(d, graph);
	*out = d;
	return 0;
}

int tiermm_demotion_init(struct tiermm_demotion **out, void *memory,
			 uint64_t bytes, struct tiermm_topology *topology,
			 const struct tiermm_demotion_options *options,
			 const struct tiermm_retire *retire,
			 struct tiermm_problem *problem,
			 const struct tiermm_alloc *mem)
{
	struct plan p = { .topology = topology };
	struct tiermm_alloc rebuilds;
	struct parts parts;
	int err = 0;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__alloc_none(&rebuilds);
	if (mem)
		err = tiermm__alloc_resolve(&rebuilds, mem);
	if (!err)
		err = make_plan(&p, options, retire, problem);
	if (err)
		return err;
	lay_out(&parts, &p, NULL, 1);
	err = tiermm__memory_check(memory, bytes, parts.bytes);
	if (err)
		return err;
	lay_out(&parts, &p, memory, 1);
	return start_in(out, &parts, &p, topology, problem, &rebuilds);
}

void tiermm_demotion_destroy(struct tiermm_demotion *d)
{
	struct tiermm_alloc mem;

	if (!d)
		return;
	tiermm__drop_prepared(d);
	tiermm_demotion_graph_unref(d->graph);
	tiermm__recipe_destroy(d->recipe);
	tiermm_topology_builder_destroy(d->builder);
	/* What it still holds are graphs, which do not need the handle. */
	if (d->retire.poll)
		(void)d->retire.poll(d->retire.self);
	mem = d->block_mem; /* it stands in what it frees */
	tiermm__free(&mem, d, d->block_bytes);
}
