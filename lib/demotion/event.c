/* SPDX-License-Identifier: MIT */
/*
 * Events: what happens to the machine, told to the published graph (D10, I7).
 *
 * The builder is the machine as events left it. It is sized at creation, so
 * that applying one takes no memory, and it is brought up to date from the
 * published graph's topology only when the next event asks for it.
 */
#include "base/assert.h"
#include "base/nodeset.h"
#include "demotion/handle.h"

#include <stddef.h>

#include <tiermm/demotion_change.h>
#include <tiermm/topology_create.h>

static int apply(struct tiermm_demotion *d, const struct tiermm_event *event,
		 uint32_t *changed)
{
	struct tiermm_topology *t = tiermm_demotion_graph_topology(d->graph);
	int err;

	if (d->stale) {
		/* There is room: tiermm__check_room() saw to that. */
		err = tiermm_topology_builder_load(d->builder, t);
		if (err)
			return err;
		d->stale = 0;
	}
	return tiermm_topology_builder_apply(d->builder, event, changed);
}

/* The graph of the machine as it is now, published; -TIERMM_ENOMEM if not. */
static int rebuild(struct tiermm_demotion *d)
{
	struct tiermm_demotion_options options = d->recipe->options;
	struct tiermm_topology *topology;
	struct tiermm_demotion_graph *graph;
	int err;

	if (!d->mem.alloc)
		return -TIERMM_ENOTSUP;
	if (options.load_mode == TIERMM_LOAD_BOOTED)
		options.load_mode = TIERMM_LOAD_REBUILT;
	err = tiermm_topology_create(&topology, d->builder, NULL, &d->mem);
	if (err)
		return err;
	err = tiermm__demotion_graph_create(&graph, topology, &options,
					    d->graph->top_distance, NULL,
					    &d->mem);
	tiermm_topology_unref(topology);
	if (err)
		return err;
	d->recipe->options.load_mode = options.load_mode;
	tiermm__publish(d, graph);
	return 0;
}

static uint32_t block(struct tiermm_demotion *d, int32_t node)
{
	if (tiermm__nodeset_has(&d->mask, node))
		return 0;
	tiermm__block(d, node);
	return TIERMM_EFFECT_BLOCKED;
}

static uint32_t unblock(struct tiermm_demotion *d, int32_t node)
{
	if (!tiermm__nodeset_has(&d->mask, node))
		return 0;
	tiermm__unblock(d, node);
	return TIERMM_EFFECT_UNBLOCKED;
}

/* A node's state has changed: what readers get to see of it. */
static int react(struct tiermm_demotion *d, const struct tiermm_event *event,
		 uint32_t *effect)
{
	int err;

	switch (event->kind) {
	case TIERMM_EVENT_MEMORY_GOING:
		*effect = block(d, event->node);
		return 0;
	case TIERMM_EVENT_MEMORY_CANCEL:
		*effect = unblock(d, event->node);
		return 0;
	case TIERMM_EVENT_MEMORY_REMOVE:
		*effect = block(d, event->node);
		err = rebuild(d);
		break;
	default:
		TIERMM_ASSERT(event->kind == TIERMM_EVENT_MEMORY_ADD);
		err = rebuild(d);
		/* Without memory for that, the graph before may have it. */
		*effect =
			err ? unblock(d, event->node) : TIERMM_EFFECT_UNBLOCKED;
		break;
	}
	if (!err)
		*effect |= TIERMM_EFFECT_REBUILT;
	return err;
}

static void count_up(struct tiermm_demotion *d, uint32_t index)
{
	uint64_t count =
		atomic_load_explicit(&d->counter[index], memory_order_relaxed);

	tiermm__count(d, index, count + 1);
}

static int take(struct tiermm_demotion *d, const struct tiermm_event *event,
		uint32_t *effect)
{
	uint32_t changed = 0;
	int err = apply(d, event, &changed);

	if (err)
		return err;
	*effect = 0;
	/* It was made for a machine that is no more. */
	tiermm__drop_prepared(d);
	count_up(d, TIERMM_DEMOTION_EVENTS);
	if (changed)
		return react(d, event, effect);
	count_up(d, TIERMM_DEMOTION_EVENTS_IDLE);
	return 0;
}

int tiermm_demotion_event(struct tiermm_demotion *d,
			  const struct tiermm_event *event, uint32_t *effect)
{
	uint32_t ignored;
	int err;

	if (!d || !event)
		return -TIERMM_EINVAL;
	err = tiermm__owner_enter(&d->owner);
	if (err)
		return err;
	err = take(d, event, effect ? effect : &ignored);
	tiermm__owner_leave(&d->owner);
	return err;
}
