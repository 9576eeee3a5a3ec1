/* SPDX-License-Identifier: MIT */
/* Making, setting and giving back reclaim. */
#include "base/alloc.h"
#include "base/carve.h"
#include "base/options.h"
#include "reclaim/internal.h"

#include <tiermm/error.h>

#define OPTION_FLAGS                                              \
	(TIERMM_RECLAIM_DEMOTION_OFF | TIERMM_RECLAIM_SPLIT_OFF | \
	 TIERMM_RECLAIM_BACKOFF_OFF)

/* So that a page's cost in 1/1024 ns fits 64 bits. */
#define PAGE_BYTES_MAX (1u << 20)

static const struct tiermm_reclaim_options usual = {
	.size = sizeof(usual),
	.headroom_bp = TIERMM_WATERMARK_HEADROOM_DEFAULT,
	.scale_bp = TIERMM_WATERMARK_SCALE_DEFAULT,
	.burst_ns = 100000000,
	.backoff_first_ns = 10000000,
	.backoff_max_ns = 1000000000,
	.probe_pages = 32,
	.page_bytes = 4096,
	.max_nodes = TIERMM_MAX_NODES,
};

/* Whether watermark.h takes these: it says what is in range. */
static int marks_are_sound(const struct tiermm_reclaim_options *o)
{
	struct tiermm_watermarks scratch;

	return !tiermm_watermarks_compute(0, 0, o->scale_bp, o->headroom_bp,
					  &scratch);
}

int tiermm__reclaim_resolve(struct tiermm_reclaim_options *dst,
			    const struct tiermm_reclaim_options *src)
{
	int err = tiermm__options_copy(dst, sizeof(*dst), src, sizeof(*dst),
				       OPTION_FLAGS);

	if (err)
		return err;
	tiermm__default_u32(&dst->headroom_bp, usual.headroom_bp);
	tiermm__default_u32(&dst->scale_bp, usual.scale_bp);
	tiermm__default_u64(&dst->burst_ns, usual.burst_ns);
	tiermm__default_u64(&dst->backoff_first_ns, usual.backoff_first_ns);
	tiermm__default_u64(&dst->backoff_max_ns, usual.backoff_max_ns);
	tiermm__default_u32(&dst->probe_pages, usual.probe_pages);
	tiermm__default_u32(&dst->page_bytes, usual.page_bytes);
	tiermm__default_u32(&dst->max_nodes, usual.max_nodes);
	if (!marks_are_sound(dst) || dst->page_bytes > PAGE_BYTES_MAX ||
	    dst->max_nodes > TIERMM_MAX_NODES || dst->reserved)
		return -TIERMM_EINVAL;
	return 0;
}

static void adopt(struct tiermm_reclaim *r,
		  const struct tiermm_reclaim_options *options)
{
	r->options = *options;
	/* Relaxed: each is true by itself. Partners: the loads of a plan. */
	atomic_store_explicit(&r->flags, options->flags, memory_order_relaxed);
	atomic_store_explicit(&r->probe_pages, options->probe_pages,
			      memory_order_relaxed);
	atomic_store_explicit(&r->burst_ns, options->burst_ns,
			      memory_order_relaxed);
	atomic_store_explicit(&r->page_cost, tiermm__reclaim_page_cost(options),
			      memory_order_relaxed);
}

/* Lay the nodes of *r out behind it; with NULL only measure. */
static uint64_t lay_out(struct tiermm_reclaim *r, void *memory,
			uint32_t max_nodes)
{
	struct tiermm__carver c = { .base = memory };

	tiermm__carve(&c, 1, sizeof(*r));
	r->nodes = tiermm__carve(&c, max_nodes, sizeof(*r->nodes));
	return tiermm__carved(&c);
}

static uint64_t bytes_needed(const struct tiermm_reclaim_options *options)
{
	struct tiermm_reclaim scratch;

	return lay_out(&scratch, NULL, options->max_nodes);
}

static struct tiermm_reclaim *
begin(void *memory, uint64_t bytes, const struct tiermm_alloc *mem,
      const struct tiermm_demotion *demotion,
      const struct tiermm_reclaim_options *options)
{
	struct tiermm_reclaim *r = memory;

	/* Zero is where every counter, pause and figure starts. */
	memset(r, 0, sizeof(*r));
	lay_out(r, memory, options->max_nodes);
	memset(r->nodes, 0, (size_t)options->max_nodes * sizeof(*r->nodes));
	tiermm__owner_init(&r->owner);
	r->demotion = demotion;
	r->max_nodes = options->max_nodes;
	r->mem = *mem;
	r->bytes = bytes;
	adopt(r, options);
	return r;
}

int tiermm_reclaim_create(struct tiermm_reclaim **out,
			  const struct tiermm_demotion *demotion,
			  const struct tiermm_reclaim_options *options,
			  const struct tiermm_alloc *mem)
{
	struct tiermm_reclaim_options resolved;
	struct tiermm_alloc source;
	void *memory = NULL;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = demotion ? tiermm__reclaim_resolve(&resolved, options)
		       : -TIERMM_EINVAL;
	if (err)
		return err;
	bytes = bytes_needed(&resolved);
	err = tiermm__place_alloc(&source, mem, bytes, &memory);
	if (!err)
		*out = begin(memory, bytes, &source, demotion, &resolved);
	return err;
}

int tiermm_reclaim_footprint(const struct tiermm_reclaim_options *options,
			     uint64_t *bytes)
{
	struct tiermm_reclaim_options resolved;
	int err;

	if (!bytes)
		return -TIERMM_EINVAL;
	err = tiermm__reclaim_resolve(&resolved, options);
	if (err)
		return err;
	*bytes = bytes_needed(&resolved);
	return 0;
}

int tiermm_reclaim_init(struct tiermm_reclaim **out, void *memory,
			uint64_t bytes, const struct tiermm_demotion *demotion,
			const struct tiermm_reclaim_options *options)
{
	struct tiermm_reclaim_options resolved;
	struct tiermm_alloc nowhere;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = demotion ? tiermm__reclaim_resolve(&resolved, options)
		       : -TIERMM_EINVAL;
	if (!err)
		err = tiermm__place_given(&nowhere, memory, bytes,
					  bytes_needed(&resolved));
	if (!err)
		*out = begin(memory, bytes, &nowhere, demotion, &resolved);
	return err;
}

void tiermm_reclaim_destroy(struct tiermm_reclaim *r)
{
	struct tiermm_alloc mem;

	if (!r)
		return;
	mem = r->mem; /* it stands in what it frees */
	tiermm__free(&mem, r, r->bytes);
}

int tiermm__reclaim_enter(struct tiermm_reclaim *r)
{
	return r ? tiermm__owner_enter(&r->owner) : -TIERMM_EINVAL;
}

void tiermm__reclaim_leave(struct tiermm_reclaim *r)
{
	tiermm__owner_leave(&r->owner);
}

int tiermm_reclaim_get_options(struct tiermm_reclaim *r,
			       struct tiermm_reclaim_options *out)
{
	int err;

	if (!out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__reclaim_enter(r);
	if (err)
		return err;
	tiermm__give_out(out, &r->options, sizeof(*out));
	tiermm__reclaim_leave(r);
	return 0;
}

int tiermm_reclaim_set_options(struct tiermm_reclaim *r,
			       const struct tiermm_reclaim_options *options)
{
	struct tiermm_reclaim_options resolved;
	int err;

	if (!r || !options)
		return -TIERMM_EINVAL;
	err = tiermm__reclaim_resolve(&resolved, options);
	if (!err && options->max_nodes == 0)
		resolved.max_nodes = r->max_nodes;
	if (!err && resolved.max_nodes != r->max_nodes)
		err = -TIERMM_EINVAL;
	if (!err)
		err = tiermm__reclaim_enter(r);
	if (err)
		return err;
	adopt(r, &resolved);
	tiermm__reclaim_remark(r);
	tiermm__reclaim_leave(r);
	return 0;
}
