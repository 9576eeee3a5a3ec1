/* SPDX-License-Identifier: MIT */
/* The layout in force: its room, its life, and look-ups. */
#include "layout/relayout.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/nodeset.h"
#include "base/options.h"
#include "base/retire.h"

#include <stddef.h>

#define DEFAULT_LISTENERS 8
#define DEFAULT_PROPOSALS 16
#define DEFAULT_EVENTS 256
#define MOST_ROOM 65536

static int check_options(struct tiermm_relayout_options *o,
			 const struct tiermm_relayout_options *options)
{
	int err = tiermm__options_copy(o, sizeof(*o), options, sizeof(*o), 0);

	if (err)
		return err;
	tiermm__default_u32(&o->max_nodes, TIERMM_MAX_NODES);
	tiermm__default_u32(&o->max_listeners, DEFAULT_LISTENERS);
	tiermm__default_u32(&o->max_proposals, DEFAULT_PROPOSALS);
	tiermm__default_u32(&o->max_events, DEFAULT_EVENTS);
	if (o->max_nodes > TIERMM_MAX_NODES || o->max_caches > MOST_ROOM ||
	    o->max_listeners > MOST_ROOM || o->max_proposals > MOST_ROOM ||
	    o->max_events > MOST_ROOM || o->reserved)
		return -TIERMM_EINVAL;
	return 0;
}

/* What an object is made from, checked. */
struct plan {
	struct tiermm_relayout_options o;
	struct tiermm_retire retire;
	uint64_t last;
	uint64_t n_memory; /* runs there is room for */
};

static int make_plan(struct plan *p, const struct tiermm_layout *layout,
		     const struct tiermm_relayout_options *options)
{
	uint64_t n;
	int err;

	if (!layout)
		return -TIERMM_EINVAL;
	err = check_options(&p->o, options);
	if (!err)
		err = tiermm__retire_adopt(&p->retire, p->o.retire);
	if (err)
		return err;
	p->last = layout->map.last;
	p->n_memory = p->o.n_memory ? p->o.n_memory : 1;
	if (p->o.n_memory && !p->o.memory)
		return -TIERMM_EINVAL;
	return tiermm__layout_memory_take(NULL, &n, p->o.memory, p->o.n_memory,
					  p->last);
}

/* Lay the arrays out behind *r; with memory NULL only measure. */
static uint64_t lay_out(struct tiermm_relayout *r, void *memory,
			const struct plan *p)
{
	struct tiermm__carver c = { .base = memory };
	uint64_t zones = (uint64_t)p->o.max_nodes * TIERMM_LAYOUT_ZONES;

	tiermm__carve(&c, TIERMM_ALIGN, 1 + (sizeof(*r) - 1) / TIERMM_ALIGN);
	r->counts = tiermm__carve(&c, zones, sizeof(*r->counts));
	r->marks = tiermm__carve(&c, p->last / 64 + 1, sizeof(*r->marks));
	r->memory = tiermm__carve(&c, p->n_memory, sizeof(*r->memory));
	r->drained = tiermm__carve(&c, p->o.max_caches, sizeof(*r->drained));
	r->events = tiermm__carve(&c, p->o.max_events, sizeof(*r->events));
	r->inbox = tiermm__carve(&c, p->o.max_proposals, sizeof(*r->inbox));
	r->listeners =
		tiermm__carve(&c, p->o.max_listeners, sizeof(*r->listeners));
	r->shifts = tiermm__carve(&c, p->o.max_nodes, sizeof(*r->shifts));
	r->goals = tiermm__carve(&c, zones, sizeof(*r->goals));
	return tiermm__carved(&c);
}

static uint64_t bytes_needed(const struct plan *p)
{
	struct tiermm_relayout scratch;

	return lay_out(&scratch, NULL, p);
}

static void set_room(struct tiermm_relayout *r, const struct plan *p)
{
	r->last = p->last;
	r->max_nodes = p->o.max_nodes;
	r->max_caches = p->o.max_caches;
	r->max_listeners = p->o.max_listeners;
	r->max_proposals = p->o.max_proposals;
	r->max_events = p->o.max_events;
	r->retire = p->retire;
	if (p->o.nodes) {
		r->nodes = *p->o.nodes;
		r->has_nodes = 1;
	}
	(void)tiermm__layout_memory_take(r->memory, &r->n_memory, p->o.memory,
					 p->o.n_memory, p->last);
	for (uint32_t i = 0; i < r->max_caches; i++)
		atomic_init(&r->drained[i], TIERMM__LAYOUT_NO_CACHE);
}

/* At first everything is where it belongs; what is reserved is not managed. */
static void start_account(struct tiermm_relayout *r, const struct plan *p)
{
	const struct tiermm__layout_map *map = &r->prepared->map;
	uint64_t zones = (uint64_t)r->max_nodes * TIERMM_LAYOUT_ZONES;

	tiermm__layout_reckon(r, map, map);
	for (uint64_t i = 0; i < zones; i++) {
		atomic_init(&r->counts[i].goal, r->goals[i]);
		atomic_init(&r->counts[i].present, r->goals[i]);
		atomic_init(&r->counts[i].managed, r->goals[i]);
	}
	for (uint64_t i = 0; i < p->o.n_memory; i++) {
		const struct tiermm_layout_memory *run = &p->o.memory[i];
		struct tiermm__layout_walk walk;
		struct tiermm__layout_run at;

		if (!(run->flags & TIERMM_LAYOUT_RESERVED))
			continue;
		tiermm__layout_walk_begin(&walk, map, map, run->first,
					  run->last);
		while (tiermm__layout_walk_next(&walk, &at))
			/* Relaxed: nobody else is there yet. */
			atomic_fetch_sub_explicit(
				&tiermm__layout_count(r, at.to, run->zone)
					 ->managed,
				at.last - at.first + 1, memory_order_relaxed);
	}
}

static struct tiermm_relayout *begin(void *memory, const struct plan *p,
				     struct tiermm_layout *layout)
{
	struct tiermm_relayout *r = memory;

	memset(r, 0, (size_t)bytes_needed(p));
	(void)lay_out(r, memory, p);
	tiermm__owner_init(&r->owner);
	set_room(r, p);
	r->bytes = bytes_needed(p);
	atomic_init(&r->refs, 1);
	atomic_init(&r->drain_wanted, 1);
	r->prepared = tiermm__view_take(r);
	tiermm__view_fill(r->prepared, tiermm_layout_ref(layout), NULL);
	r->prepared->generation = 1;
	start_account(r, p);
	tiermm__view_publish(r, r->prepared);
	r->prepared = NULL;
	r->sweep = r->last + 1;
	r->told = ~(uint32_t)0;
	r->known = tiermm__layout_nodes_now(r);
	return r;
}

/* Whether a first layout names only nodes that it may. */
static int check_layout(const struct plan *p,
			const struct tiermm_layout *layout,
			struct tiermm_layout_problem *problem)
{
	struct tiermm_relayout scratch = { .max_nodes = p->o.max_nodes };

	if (p->o.nodes) {
		scratch.nodes = *p->o.nodes;
		scratch.has_nodes = 1;
	}
	return tiermm__relayout_check_nodes(&scratch, layout, problem);
}

int tiermm_relayout_create(struct tiermm_relayout **out,
			   struct tiermm_layout *layout,
			   const struct tiermm_relayout_options *options,
			   struct tiermm_layout_problem *problem,
			   const struct tiermm_alloc *mem)
{
	struct tiermm_alloc from;
	struct plan p;
	void *memory;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = make_plan(&p, layout, options);
	if (!err)
		err = check_layout(&p, layout, problem);
	if (!err)
		err = tiermm__alloc_resolve(&from, mem);
	if (err)
		return err;
	memory = tiermm__alloc(&from, bytes_needed(&p));
	if (!memory)
		return -TIERMM_ENOMEM;
	*out = begin(memory, &p, layout);
	(*out)->mem = from;
	return 0;
}

int tiermm_relayout_footprint(const struct tiermm_layout *layout,
			      const struct tiermm_relayout_options *options,
			      uint64_t *bytes)
{
	struct plan p;
	int err = bytes ? make_plan(&p, layout, options) : -TIERMM_EINVAL;

	if (err)
		return err;
	*bytes = bytes_needed(&p);
	return 0;
}

int tiermm_relayout_init(struct tiermm_relayout **out, void *memory,
			 uint64_t bytes, struct tiermm_layout *layout,
			 const struct tiermm_relayout_options *options,
			 struct tiermm_layout_problem *problem)
{
	struct plan p;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = make_plan(&p, layout, options);
	if (!err)
		err = check_layout(&p, layout, problem);
	if (!err)
		err = tiermm__memory_check(memory, bytes, bytes_needed(&p));
	if (err)
		return err;
	*out = begin(memory, &p, layout);
	tiermm__alloc_none(&(*out)->mem);
	return 0;
}

void tiermm__relayout_unref(struct tiermm_relayout *r)
{
	struct tiermm_alloc mem;

	/* Acquire, release: all uses come before the end. Partner: itself. */
	if (atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	mem = r->mem; /* it stands in what it frees */
	tiermm__free(&mem, r, r->bytes);
}

void tiermm_relayout_destroy(struct tiermm_relayout *r)
{
	struct tiermm_layout *layout;

	if (!r)
		return;
	if (r->prepared)
		tiermm__view_give_back(r->prepared);
	for (uint32_t i = 0; i < r->max_proposals; i++) {
		/* Acquire: partner is the release in propose. */
		layout = atomic_load_explicit(&r->inbox[i],
					      memory_order_acquire);
		tiermm_layout_unref(layout);
	}
	tiermm__view_give_back(tiermm__layout_view(r));
	if (r->retire.poll)
		(void)r->retire.poll(r->retire.self);
	tiermm__relayout_unref(r);
}
