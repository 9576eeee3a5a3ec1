/* SPDX-License-Identifier: MIT */
/* How graphs are to be built, kept for rebuilds with the arrays copied. */
#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "demotion/handle.h"

/* Only what the strategy and the load mode make use of is copied. */
static struct tiermm_demotion_options
used_of(const struct tiermm_demotion_options *options)
{
	struct tiermm_demotion_options used = *options;

	if (used.load_mode != TIERMM_LOAD_GIVEN)
		used.n_load = 0;
	if (used.n_load > TIERMM_MAX_NODES)
		used.n_load = TIERMM_MAX_NODES;
	if (used.strategy != TIERMM_STRATEGY_MANUAL)
		used.n_edges = 0;
	return used;
}

/* As in base/carve.h: with memory NULL it only measures. */
static uint64_t lay_out(void *memory,
			const struct tiermm_demotion_options *used,
			uint32_t **load, struct tiermm_demotion_edge **edges)
{
	struct tiermm__carver c = { .base = memory };

	tiermm__carve(&c, 1, sizeof(struct tiermm__recipe));
	*load = tiermm__carve(&c, used->n_load, sizeof(**load));
	*edges = tiermm__carve(&c, used->n_edges, sizeof(**edges));
	return tiermm__carved(&c);
}

uint64_t tiermm__recipe_bytes(const struct tiermm_demotion_options *options)
{
	struct tiermm_demotion_options used = used_of(options);
	struct tiermm_demotion_edge *edges;
	uint32_t *load;

	return lay_out(NULL, &used, &load, &edges);
}

struct tiermm__recipe *
tiermm__recipe_place(void *memory,
		     const struct tiermm_demotion_options *options,
		     const struct tiermm_alloc *mem)
{
	struct tiermm_demotion_options used = used_of(options);
	struct tiermm_demotion_edge *edges;
	struct tiermm__recipe *recipe = memory;
	uint32_t *load;
	uint64_t bytes = lay_out(memory, &used, &load, &edges);

	if (used.n_load)
		memcpy(load, used.load, (size_t)used.n_load * sizeof(*load));
	if (used.n_edges)
		memcpy(edges, used.edges,
		       (size_t)used.n_edges * sizeof(*edges));
	used.load = load;
	used.edges = edges;
	*recipe = (struct tiermm__recipe){ .options = used,
					   .mem = *mem,
					   .bytes = bytes };
	return recipe;
}

struct tiermm__recipe *
tiermm__recipe_create(const struct tiermm_demotion_options *options,
		      const struct tiermm_alloc *mem)
{
	uint64_t bytes = tiermm__recipe_bytes(options);
	void *memory = bytes == UINT64_MAX ? NULL : tiermm__alloc(mem, bytes);

	return memory ? tiermm__recipe_place(memory, options, mem) : NULL;
}

void tiermm__recipe_destroy(struct tiermm__recipe *recipe)
{
	struct tiermm_alloc mem;

	if (!recipe)
		return;
	mem = recipe->mem; /* it stands in what it frees */
	tiermm__free(&mem, recipe, recipe->bytes);
}
