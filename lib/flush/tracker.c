/* SPDX-License-Identifier: MIT */
/* The life of a tracker: one block of memory, sized once. */
#include "flush/request.h"

#include "base/alloc.h"
#include "base/arithmetic.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/options.h"

#include <stddef.h>

#define DEFAULT_AGENTS 256
#define DEFAULT_PLACES 64

/* Tables of operations: a tail that we do not know is not called. */
static int adopt_barrier(struct tiermm_barrier *dst,
			 const struct tiermm_barrier *src)
{
	if (!src)
		return -TIERMM_EINVAL;
	if (src->size < sizeof(*dst) || src->size % sizeof(void *))
		return -TIERMM_EINVAL;
	if (src->flags)
		return -TIERMM_E2BIG;
	*dst = *src;
	return dst->run ? 0 : -TIERMM_EINVAL;
}

static int adopt_check(struct tiermm_flush_check *dst,
		       const struct tiermm_flush_check *src)
{
	memset(dst, 0, sizeof(*dst));
	if (!src)
		return 0;
	if (src->size < sizeof(*dst) || src->size % sizeof(void *))
		return -TIERMM_EINVAL;
	if (src->flags)
		return -TIERMM_E2BIG;
	*dst = *src;
	return dst->breach ? 0 : -TIERMM_EINVAL;
}

static int check_options(struct tiermm_flush_options *o,
			 const struct tiermm_flush_options *options)
{
	int err = tiermm__options_copy(o, sizeof(*o), options, sizeof(*o), 0);

	if (err)
		return err;
	if (!o->max_agents)
		o->max_agents = DEFAULT_AGENTS;
	if (!o->max_nodes)
		o->max_nodes = TIERMM_MAX_NODES;
	if (!o->reasons)
		o->reasons =
			TIERMM_MOVED_FOR_DEMOTION | TIERMM_MOVED_FOR_BALANCING;
	if (!o->start)
		o->start = 1;
	if (!o->request_pages)
		o->request_pages = DEFAULT_PLACES;
	if (o->flavour > TIERMM_FLUSH_EXTERNAL ||
	    o->max_agents > TIERMM_FLUSH_MAX_AGENTS ||
	    o->request_pages > TIERMM_FLUSH_MAX_REQUEST_PAGES ||
	    o->max_nodes > TIERMM_MAX_NODES)
		return -TIERMM_EINVAL;
	return 0;
}

static uint64_t lay_out(struct tiermm_flush **f,
			const struct tiermm_flush_options *o, void *memory)
{
	struct tiermm__carver c = { .base = memory };
	uint32_t words = (o->max_agents + 63) / 64;
	struct tiermm_flush_agent *agents;
	struct tiermm__lane *lanes;
	_Atomic uint64_t *joined;

	*f = tiermm__carve(&c, 1, sizeof(**f));
	agents = tiermm__carve(&c, o->max_agents, sizeof(*agents));
	lanes = tiermm__carve(&c, o->max_nodes, sizeof(*lanes));
	joined = tiermm__carve(&c, words, sizeof(*joined));
	if (memory) {
		memset(memory, 0, (size_t)tiermm__carved(&c));
		(*f)->agents = agents;
		(*f)->lanes = lanes;
		(*f)->joined = joined;
		(*f)->words = words;
	}
	return tiermm__carved(&c);
}

static uint32_t tail_of(const struct tiermm_flush_options *o)
{
	return (uint32_t)tiermm__round_up(
		offsetof(struct tiermm_flush_request, place) +
			o->request_pages * sizeof(struct tiermm_flush_page *),
		sizeof(uint64_t));
}

static void start(struct tiermm_flush *f, const struct tiermm_flush_options *o)
{
	f->flavour = o->flavour;
	f->max_agents = o->max_agents;
	f->max_nodes = o->max_nodes;
	f->reasons = o->reasons;
	f->max_pages = o->max_pages;
	f->max_age_ns = o->max_age_ns;
	f->places = (uint32_t)o->request_pages;
	f->tail = tail_of(o);
	atomic_init(&f->generation, o->start);
	atomic_init(&f->passed, o->start);
	atomic_init(&f->barriered, o->start);
	tiermm__owner_init(&f->reporter);
	for (uint32_t i = 0; i < f->max_nodes; i++)
		atomic_init(&f->lanes[i].oldest_ns, TIERMM__NEVER);
	for (uint32_t i = 0; i < f->max_agents; i++) {
		f->agents[i].generation = &f->generation;
		atomic_init(&f->agents[i].proved, o->start);
		f->agents[i].index = i;
		f->agents[i].flavour = f->flavour;
	}
}

static int place(struct tiermm_flush **out, void *memory,
		 const struct tiermm_flush_options *o)
{
	struct tiermm_barrier barrier = { .size = 0 };
	struct tiermm_flush_check check;
	int err = adopt_check(&check, o->check);

	if (!err && o->flavour == TIERMM_FLUSH_PAIRED)
		err = adopt_barrier(&barrier, o->barrier);
	if (err)
		return err;
	(void)lay_out(out, o, memory);
	start(*out, o);
	(*out)->barrier = barrier;
	(*out)->check = check;
	return 0;
}

int tiermm_flush_footprint(const struct tiermm_flush_options *options,
			   uint64_t *bytes)
{
	struct tiermm_flush_options o;
	struct tiermm_flush *f;
	int err = bytes ? check_options(&o, options) : -TIERMM_EINVAL;

	if (err)
		return err;
	*bytes = lay_out(&f, &o, NULL);
	return 0;
}

int tiermm__flush_request_footprint(const struct tiermm_flush_options *options,
				    uint64_t *bytes)
{
	struct tiermm_flush_options o;
	struct tiermm_flush shape;
	int err = check_options(&o, options);

	if (!err)
		err = adopt_check(&shape.check, o.check);
	if (err)
		return err;
	shape.words = (o.max_agents + 63) / 64;
	shape.tail = tail_of(&o);
	*bytes = tiermm_flush_request_bytes(&shape);
	return 0;
}

int tiermm_flush_init(struct tiermm_flush **out, void *memory, uint64_t bytes,
		      const struct tiermm_flush_options *options)
{
	struct tiermm_flush_options o;
	struct tiermm_flush *f;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = check_options(&o, options);
	if (!err)
		err = tiermm__memory_check(memory, bytes,
					   lay_out(&f, &o, NULL));
	if (!err)
		err = place(&f, memory, &o);
	if (err)
		return err;
	tiermm__alloc_none(&f->mem);
	*out = f;
	return 0;
}

int tiermm_flush_create(struct tiermm_flush **out,
			const struct tiermm_flush_options *options,
			const struct tiermm_alloc *mem)
{
	struct tiermm_flush_options o;
	struct tiermm_alloc from;
	struct tiermm_flush *f;
	void *memory;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = check_options(&o, options);
	if (!err)
		err = tiermm__alloc_resolve(&from, mem);
	if (err)
		return err;
	bytes = lay_out(&f, &o, NULL);
	memory = tiermm__alloc(&from, bytes);
	if (!memory)
		return -TIERMM_ENOMEM;
	err = place(&f, memory, &o);
	if (err) {
		tiermm__free(&from, memory, bytes);
		return err;
	}
	f->mem = from;
	f->bytes = bytes;
	*out = f;
	return 0;
}

void tiermm_flush_destroy(struct tiermm_flush *f)
{
	struct tiermm_retired *retired, *next;
	struct tiermm_alloc mem;

	if (!f)
		return;
	/* Acquire: partner is the release of the push in retire.c. */
	retired = atomic_exchange_explicit(&f->retired, NULL,
					   memory_order_acquire);
	for (; retired; retired = next) {
		next = retired->next;
		retired->release(retired);
	}
	mem = f->mem;
	tiermm__free(&mem, f, f->bytes);
}
