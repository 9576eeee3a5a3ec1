/* SPDX-License-Identifier: MIT */
/* Promotion as an object: one piece of memory, its policy, its counters. */
#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "promotion/internal.h"

#define MIB_SHIFT 20
#define GIB (UINT64_C(1) << 30)

/*
 * Lay the arrays of *p out behind it in memory; with NULL only measure, and
 * *p is a scratch one. See base/carve.h.
 */
static uint64_t lay_out(struct tiermm_promotion *p, void *memory,
			const struct tiermm_promotion_options *o)
{
	struct tiermm__carver c = { .base = memory };

	tiermm__carve(&c, 1, sizeof(*p));
	p->nodes = tiermm__carve(&c, o->max_nodes, sizeof(*p->nodes));
	p->kernel.nodes =
		tiermm__carve(&c, o->max_nodes, sizeof(*p->kernel.nodes));
	tiermm__queue_carve(&p->queue, &c, o->max_candidates);
	p->words = tiermm__carve(&c, o->pages, sizeof(*p->words));
	return tiermm__carved(&c);
}

static uint64_t bytes_needed(const struct tiermm_promotion_options *o)
{
	struct tiermm_promotion scratch;

	return lay_out(&scratch, NULL, o);
}

/* A page may be larger than a MiB: then the limit is one at least. */
static uint64_t limit_pages(const struct tiermm_promotion *p)
{
	uint64_t bytes = (uint64_t)p->options.rate_limit_mibps << MIB_SHIFT;
	uint64_t pages = bytes / tiermm_topology_page_bytes(p->graph->topology);

	return pages ? pages : 1;
}

static void start_policy(struct tiermm_promotion *p)
{
	const struct tiermm_promotion_options *o = &p->options;

	p->kernel.default_ms = o->hot_threshold_ms;
	p->kernel.period_ms = o->adjust_period_ms;
	p->kernel.limit_pages = p->limit_pages;
	p->kernel.enough_pages =
		GIB / tiermm_topology_page_bytes(p->graph->topology);
	memset(p->kernel.nodes, 0,
	       (size_t)o->max_nodes * sizeof(*p->kernel.nodes));
	tiermm__histogram_start(&p->histogram, o->cool_ms);
	if (o->policy == TIERMM_PROMOTION_KERNEL)
		tiermm__kernel_table(&p->policy, &p->kernel);
	else if (o->policy == TIERMM_PROMOTION_HISTOGRAM)
		tiermm__histogram_table(&p->policy, &p->histogram);
	else if (o->policy == TIERMM_PROMOTION_LATENCY)
		tiermm__latency_table(&p->policy, &p->histogram);
}

static struct tiermm_promotion *
begin(void *memory, uint64_t bytes, const struct tiermm_alloc *mem,
      struct tiermm_demotion_graph *graph,
      const struct tiermm_promotion_options *options,
      const struct tiermm_promotion_policy *own)
{
	struct tiermm_promotion *p = memory;

	memset(p, 0, sizeof(*p));
	p->options = *options;
	p->options.own = NULL; /* it was copied */
	lay_out(p, memory, options);
	tiermm__owner_init(&p->owner);
	p->flags = options->flags;
	p->mem = *mem;
	p->bytes = bytes;
	p->graph = tiermm_demotion_graph_ref(graph);
	p->limit_pages = limit_pages(p);
	p->policy = *own;
	start_policy(p);
	for (uint32_t i = 0; i < TIERMM_PROMOTION_COUNTERS; i++)
		atomic_init(&p->counters[i], 0);
	memset(p->nodes, 0, (size_t)options->max_nodes * sizeof(*p->nodes));
	memset(p->words, 0, (size_t)options->pages * sizeof(*p->words));
	tiermm__queue_clear(&p->queue);
	tiermm__promotion_load_graph(p);
	return p;
}

/* Everything that can be wrong, before memory is taken. */
static int resolve(struct tiermm_promotion_options *options,
		   struct tiermm_promotion_policy *own,
		   const struct tiermm_promotion_options *from,
		   const struct tiermm_demotion_graph *graph)
{
	int err = tiermm__promotion_options(options, from, graph);

	memset(own, 0, sizeof(*own));
	if (!err && options->own)
		err = tiermm__policy_adopt(own, options->own);
	return err;
}

int tiermm_promotion_create(struct tiermm_promotion **out,
			    struct tiermm_demotion_graph *graph,
			    const struct tiermm_promotion_options *options,
			    const struct tiermm_alloc *mem)
{
	struct tiermm_promotion_options resolved;
	struct tiermm_promotion_policy own;
	struct tiermm_alloc source;
	void *memory = NULL;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!graph)
		return -TIERMM_EINVAL;
	err = resolve(&resolved, &own, options, graph);
	if (err)
		return err;
	bytes = bytes_needed(&resolved);
	err = tiermm__place_alloc(&source, mem, bytes, &memory);
	if (!err)
		*out = begin(memory, bytes, &source, graph, &resolved, &own);
	return err;
}

int tiermm_promotion_footprint(const struct tiermm_demotion_graph *graph,
			       const struct tiermm_promotion_options *options,
			       uint64_t *bytes)
{
	struct tiermm_promotion_options resolved;
	struct tiermm_promotion_policy own;
	int err;

	if (!bytes)
		return -TIERMM_EINVAL;
	err = resolve(&resolved, &own, options, graph);
	if (err)
		return err;
	*bytes = bytes_needed(&resolved);
	return 0;
}

int tiermm_promotion_init(struct tiermm_promotion **out, void *memory,
			  uint64_t bytes, struct tiermm_demotion_graph *graph,
			  const struct tiermm_promotion_options *options)
{
	struct tiermm_promotion_options resolved;
	struct tiermm_promotion_policy own;
	struct tiermm_alloc nowhere;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!graph)
		return -TIERMM_EINVAL;
	err = resolve(&resolved, &own, options, graph);
	if (!err)
		err = tiermm__place_given(&nowhere, memory, bytes,
					  bytes_needed(&resolved));
	if (!err)
		*out = begin(memory, bytes, &nowhere, graph, &resolved, &own);
	return err;
}

void tiermm_promotion_destroy(struct tiermm_promotion *p)
{
	struct tiermm_alloc mem;

	if (!p)
		return;
	tiermm_demotion_graph_unref(p->graph);
	mem = p->mem; /* it stands in what it frees */
	tiermm__free(&mem, p, p->bytes);
}

int tiermm__promotion_enter(struct tiermm_promotion *p)
{
	return p ? tiermm__owner_enter(&p->owner) : -TIERMM_EINVAL;
}

void tiermm__promotion_leave(struct tiermm_promotion *p)
{
	tiermm__owner_leave(&p->owner);
}

int tiermm_promotion_counters(const struct tiermm_promotion *p, uint64_t *out,
			      uint64_t cap, uint64_t *n_out)
{
	if (!p || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	/* Relaxed: partner is tiermm__count(). */
	for (uint64_t i = 0; i < cap && i < TIERMM_PROMOTION_COUNTERS; i++)
		out[i] = atomic_load_explicit(&p->counters[i],
					      memory_order_relaxed);
	*n_out = TIERMM_PROMOTION_COUNTERS;
	return 0;
}
