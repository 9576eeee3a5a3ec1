/* SPDX-License-Identifier: MIT */
/*
 * The life of an engine: one piece of memory for it and what steps work in,
 * and its parts, each in memory of its own (create) or in a piece of the same
 * (init).
 */
#include "engine/make.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/options.h"
#include "flush/queue.h"

/* A piece that begins where objects begin. */
static void *carve_aligned(struct tiermm__carver *c, uint64_t bytes)
{
	uint64_t more;
	char *piece;

	if (!bytes)
		return NULL;
	if (tiermm__add_overflow(bytes, TIERMM_ALIGN, &more))
		more = UINT64_MAX;
	piece = tiermm__carve(c, 1, more);
	if (!piece)
		return NULL;
	return piece + (0 - (uintptr_t)piece) % TIERMM_ALIGN;
}

static void carve_batch(struct tiermm__carver *c, struct tiermm_engine *e,
			uint64_t n)
{
	struct tiermm__batch *b = &e->batch;

	b->moves = tiermm__carve(c, n, sizeof(*b->moves));
	b->results = tiermm__carve(c, n, sizeof(*b->results));
	b->links = tiermm__carve(c, n, sizeof(*b->links));
	b->slots = tiermm__carve(c, n, sizeof(*b->slots));
	b->index = tiermm__carve(c, n, sizeof(*b->index));
	b->keys = tiermm__carve(c, n, sizeof(*b->keys));
	b->where = tiermm__carve(c, n, sizeof(*b->where));
	b->asked = tiermm__carve(c, n, sizeof(*b->asked));
	e->results = tiermm__carve(c, n, sizeof(*e->results));
	e->plan = tiermm__carve(c, n, sizeof(*e->plan));
}

static uint64_t lay_out(struct tiermm_engine *e, struct tiermm__plan *p,
			void *memory)
{
	struct tiermm__carver c = { .base = memory };
	uint64_t slab;

	e->stride = sizeof(struct tiermm__slot) + p->request_bytes;
	e->n_slots = p->o.max_requests;
	tiermm__carve(&c, 1, sizeof(*e));
	e->target = tiermm__carve(&c, TIERMM_MAX_NODES, sizeof(*e->target));
	e->room = tiermm__carve(&c, TIERMM_MAX_NODES, sizeof(*e->room));
	e->distance = tiermm__carve(&c, TIERMM_MAX_NODES, sizeof(*e->distance));
	carve_batch(&c, e, p->o.batch);
	if (tiermm__mul_overflow(e->stride, e->n_slots, &slab))
		return UINT64_MAX;
	e->slab = carve_aligned(&c, slab);
	for (uint32_t i = 0; i < TIERMM__PARTS && p->inside; i++)
		p->place[i] = carve_aligned(&c, p->bytes[i]);
	return tiermm__carved(&c);
}

/* Node ids that promotion has room for: as many as the machine has now. */
static int resolve_promotion(struct tiermm__plan *p)
{
	uint32_t last = tiermm_topology_node_count(p->topology) - 1;
	struct tiermm_node node;
	int err;

	if (!p->o.promotion)
		return 0;
	err = tiermm__options_copy(&p->promotion, sizeof(p->promotion),
				   p->o.promotion, sizeof(p->promotion),
				   UINT32_MAX);
	if (!err)
		err = tiermm_topology_node_at(p->topology, last, &node);
	if (!err && !p->promotion.max_nodes)
		p->promotion.max_nodes = (uint32_t)node.id + 1;
	p->o.promotion = &p->promotion;
	return err;
}

static int resolve_requests(struct tiermm__plan *p)
{
	if (!p->o.max_requests)
		return 0;
	if (!p->o.flush)
		return tiermm__flush_request_footprint(p->o.flush_options,
						       &p->request_bytes);
	p->request_bytes = tiermm_flush_request_bytes(p->o.flush);
	return 0;
}

static int measure_parts(struct tiermm__plan *p)
{
	const struct tiermm_engine_options *o = &p->o;
	int err = tiermm_demotion_footprint(p->topology, o->demotion,
					    &p->bytes[TIERMM__DEMOTION]);

	if (!err)
		err = tiermm_reclaim_footprint(o->reclaim,
					       &p->bytes[TIERMM__RECLAIM]);
	if (!err && o->promotion)
		err = tiermm_promotion_footprint(NULL, o->promotion,
						 &p->bytes[TIERMM__PROMOTION]);
	if (!err && o->flush_options)
		err = tiermm_flush_footprint(o->flush_options,
					     &p->bytes[TIERMM__FLUSH]);
	return err;
}

static int resolve(struct tiermm__plan *p,
		   const struct tiermm_engine_options *options,
		   const struct tiermm_memops *ops, uint64_t capabilities)
{
	int err = p->topology ? tiermm__engine_options(&p->o, options)
			      : -TIERMM_EINVAL;

	if (!err)
		err = tiermm__flusher_adopt(&p->flusher, p->o.flusher);
	if (!err)
		err = tiermm__log_init(&p->ring, p->o.log);
	if (!err && ops)
		err = tiermm_memops_adopt(&p->ops, ops, capabilities, NULL);
	if (!err)
		err = resolve_promotion(p);
	if (!err)
		err = resolve_requests(p);
	if (!err && p->inside)
		err = measure_parts(p);
	p->has_ops = ops != NULL;
	return err;
}

/* Slots, linked so that they are taken in the order of their places. */
static void start_slots(struct tiermm_engine *e)
{
	for (uint64_t i = e->n_slots; i > 0; i--) {
		struct tiermm__slot *slot =
			(void *)(e->slab + (i - 1) * e->stride);

		memset(slot, 0, sizeof(*slot));
		slot->next = e->own_spare;
		e->own_spare = slot;
	}
}

static int start(struct tiermm_engine *e, struct tiermm__plan *p, void *memory)
{
	memset(e, 0, sizeof(*e));
	(void)lay_out(e, p, memory);
	tiermm__owner_init(&e->owner);
	memset(e->target, 0, TIERMM_MAX_NODES * sizeof(*e->target));
	memset(e->room, 0, TIERMM_MAX_NODES * sizeof(*e->room));
	e->batch_size = p->o.batch;
	e->reserve_pages = p->o.reserve_pages;
	e->key_base = p->o.key_base;
	e->key_shift = p->o.key_shift;
	e->map = p->o.map;
	e->ops = p->ops;
	e->has_ops = p->has_ops;
	e->flusher = p->flusher;
	e->ring = p->ring;
	start_slots(e);
	return tiermm__make_parts(e, p);
}

int tiermm_engine_create(struct tiermm_engine **out,
			 struct tiermm_topology *topology,
			 const struct tiermm_engine_options *options,
			 const struct tiermm_memops *ops, uint64_t capabilities,
			 struct tiermm_problem *problem,
			 const struct tiermm_alloc *mem)
{
	struct tiermm__plan p = { .topology = topology,
				  .problem = problem,
				  .mem = mem };
	struct tiermm_engine shape;
	struct tiermm_alloc source;
	uint64_t bytes;
	void *memory;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve(&p, options, ops, capabilities);
	if (err)
		return err;
	bytes = lay_out(&shape, &p, NULL);
	err = tiermm__place_alloc(&source, mem, bytes, &memory);
	if (err)
		return err;
	err = start(memory, &p, memory);
	if (err) {
		tiermm__free(&source, memory, bytes);
		return err;
	}
	*out = memory;
	(*out)->mem = source;
	(*out)->bytes = bytes;
	return 0;
}

int tiermm_engine_footprint(struct tiermm_topology *topology,
			    const struct tiermm_engine_options *options,
			    uint64_t *bytes)
{
	struct tiermm__plan p = { .topology = topology, .inside = 1 };
	struct tiermm_engine shape;
	int err = bytes ? resolve(&p, options, NULL, 0) : -TIERMM_EINVAL;

	if (err)
		return err;
	*bytes = lay_out(&shape, &p, NULL);
	return 0;
}

int tiermm_engine_init(struct tiermm_engine **out, void *memory, uint64_t bytes,
		       struct tiermm_topology *topology,
		       const struct tiermm_engine_options *options,
		       const struct tiermm_memops *ops, uint64_t capabilities,
		       struct tiermm_problem *problem,
		       const struct tiermm_alloc *mem)
{
	struct tiermm__plan p = { .topology = topology,
				  .problem = problem,
				  .mem = mem,
				  .inside = 1 };
	struct tiermm_engine shape;
	struct tiermm_alloc source;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve(&p, options, ops, capabilities);
	if (!err)
		err = tiermm__place_given(&source, memory, bytes,
					  lay_out(&shape, &p, NULL));
	if (!err)
		err = start(memory, &p, memory);
	if (err)
		return err;
	*out = memory;
	(*out)->mem = source;
	return 0;
}

void tiermm_engine_destroy(struct tiermm_engine *e)
{
	struct tiermm_alloc mem;

	if (!e)
		return;
	tiermm__drop_parts(e);
	mem = e->mem; /* it stands in what it frees */
	tiermm__free(&mem, e, e->bytes);
}

int tiermm_engine_recover(struct tiermm_engine *e,
			  struct tiermm_flush_freed *freed)
{
	int err = e ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	tiermm__park_recover(e, freed);
	tiermm__engine_count(e, TIERMM_ENGINE_RECOVERED, 1);
	tiermm__owner_leave(&e->owner);
	return 0;
}
