/* SPDX-License-Identifier: MIT */
/*
 * Room a node, and who is due (R8).
 *
 * A node whose free pages fall below its start mark is balancing until they
 * are above its stop mark. Headroom is kept for new allocations by moving cold
 * pages down; where nothing is lower there is none, and the marks are Linux's.
 */
#include "reclaim/internal.h"

#include <tiermm/error.h>

static int has_node(const struct tiermm_reclaim *r, int32_t node)
{
	return (uint32_t)node < r->max_nodes;
}

/* Parked pages count as free. */
static uint64_t free_of(const struct tiermm__reclaim_node *own)
{
	uint64_t sum = own->free_pages + own->parked_pages;

	return sum < own->free_pages ? UINT64_MAX : sum;
}

/* The marks in force: without headroom where nothing is lower. */
static struct tiermm_watermarks marks_of(const struct tiermm_reclaim *r,
					 int32_t node)
{
	struct tiermm_watermarks marks = r->nodes[node].marks;

	if (tiermm_demotion_next(r->demotion, node) == TIERMM_NO_NODE) {
		marks.start = marks.low;
		marks.stop = marks.high;
	}
	return marks;
}

/* Begin or end balancing; what there is and is not is known by now. */
static void refresh(struct tiermm_reclaim *r, int32_t node)
{
	struct tiermm_watermarks marks = marks_of(r, node);
	struct tiermm__reclaim_node *own = &r->nodes[node];

	if (own->managed == 0 || free_of(own) > marks.stop)
		own->balancing = 0;
	else if (free_of(own) < marks.start)
		own->balancing = 1;
}

static void set_marks(struct tiermm_reclaim *r, int32_t node, uint64_t min)
{
	struct tiermm__reclaim_node *own = &r->nodes[node];

	/* It cannot fail: these options were tried when they were set. */
	(void)tiermm_watermarks_compute(own->managed, min, r->options.scale_bp,
					r->options.headroom_bp, &own->marks);
}

static int is_known(const struct tiermm_reclaim *r, int32_t node)
{
	return has_node(r, node) && tiermm__nodeset_has(&r->known, node);
}

void tiermm__reclaim_room_add(struct tiermm_reclaim *r, int32_t node,
			      uint64_t pages)
{
	struct tiermm__reclaim_node *own;

	if (!is_known(r, node))
		return;
	own = &r->nodes[node];
	if (pages > UINT64_MAX - own->free_pages)
		pages = UINT64_MAX - own->free_pages;
	own->free_pages += pages;
	refresh(r, node);
}

void tiermm__reclaim_room_take(struct tiermm_reclaim *r, int32_t node,
			       uint64_t pages)
{
	struct tiermm__reclaim_node *own;

	if (!is_known(r, node))
		return;
	own = &r->nodes[node];
	own->free_pages -= pages < own->free_pages ? pages : own->free_pages;
	refresh(r, node);
}

void tiermm__reclaim_wake(struct tiermm_reclaim *r, int32_t node)
{
	if (!has_node(r, node) || tiermm__nodeset_has(&r->woken, node))
		return;
	tiermm__nodeset_add(&r->woken, node);
	tiermm__reclaim_count(&r->counter[TIERMM_RECLAIM_WAKEUPS], 1);
}

void tiermm__reclaim_remark(struct tiermm_reclaim *r)
{
	int32_t node = TIERMM_NO_NODE;

	while ((node = tiermm_nodeset_next(&r->known, node)) !=
	       TIERMM_NO_NODE) {
		set_marks(r, node, r->nodes[node].marks.min);
		refresh(r, node);
	}
}

static void set_node(struct tiermm_reclaim *r,
		     const struct tiermm_reclaim_node *figures)
{
	struct tiermm__reclaim_node *own = &r->nodes[figures->node];

	own->managed = figures->managed;
	own->free_pages = figures->free_pages;
	own->parked_pages = figures->parked_pages;
	set_marks(r, figures->node, figures->min);
	tiermm__nodeset_add(&r->known, figures->node);
	tiermm__nodeset_remove(&r->woken, figures->node);
	refresh(r, figures->node);
}

int tiermm_reclaim_set_nodes(struct tiermm_reclaim *r,
			     const struct tiermm_reclaim_node *nodes,
			     uint64_t n)
{
	int err;

	if (!r || (n && !nodes))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n; i++) {
		if (nodes[i].reserved || nodes[i].reserved_pages)
			return -TIERMM_EINVAL;
		if (!has_node(r, nodes[i].node))
			return -TIERMM_ENODEV;
	}
	err = tiermm__reclaim_enter(r);
	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++)
		set_node(r, &nodes[i]);
	tiermm__reclaim_leave(r);
	return 0;
}

/* The usual beginning of a question about one node. */
static int enter(struct tiermm_reclaim *r, int32_t node)
{
	if (!r)
		return -TIERMM_EINVAL;
	if (!has_node(r, node))
		return -TIERMM_ENODEV;
	return tiermm__reclaim_enter(r);
}

int tiermm_reclaim_add_free(struct tiermm_reclaim *r, int32_t node,
			    int64_t pages)
{
	int err = enter(r, node);

	if (err)
		return err;
	if (pages < 0)
		tiermm__reclaim_room_take(r, node, 0 - (uint64_t)pages);
	else
		tiermm__reclaim_room_add(r, node, (uint64_t)pages);
	tiermm__reclaim_leave(r);
	return 0;
}

/* Until it is above its stop mark; 0: it is, or it is not balancing. */
static uint64_t wanted(const struct tiermm_reclaim *r, int32_t node)
{
	struct tiermm_watermarks marks = marks_of(r, node);
	uint64_t have = free_of(&r->nodes[node]);

	if (!r->nodes[node].balancing || have > marks.stop)
		return 0;
	return marks.stop - have + (marks.stop - have < UINT64_MAX);
}

static int is_due(const struct tiermm_reclaim *r, int32_t node)
{
	return r->nodes[node].balancing || tiermm__nodeset_has(&r->woken, node);
}

int tiermm_reclaim_due(struct tiermm_reclaim *r, int32_t node, uint64_t *pages)
{
	int due, err = enter(r, node);

	if (err)
		return err;
	due = is_due(r, node);
	if (pages)
		*pages = wanted(r, node);
	tiermm__reclaim_leave(r);
	return due;
}

int tiermm_reclaim_due_nodes(struct tiermm_reclaim *r,
			     struct tiermm_nodeset *out)
{
	int32_t node = TIERMM_NO_NODE;
	int err = out ? tiermm__reclaim_enter(r) : -TIERMM_EINVAL;

	if (err)
		return err;
	*out = r->woken;
	while ((node = tiermm_nodeset_next(&r->known, node)) != TIERMM_NO_NODE)
		if (r->nodes[node].balancing)
			tiermm__nodeset_add(out, node);
	tiermm__reclaim_leave(r);
	return 0;
}

static void tell(const struct tiermm_reclaim *r, int32_t node,
		 struct tiermm_reclaim_room *out)
{
	const struct tiermm__reclaim_node *own = &r->nodes[node];
	uint64_t have = free_of(own);

	/* Relaxed: the owner wrote them, and is here. */
	*out = (struct tiermm_reclaim_room){
		.size = out->size,
		.node = node,
		.due = (uint32_t)is_due(r, node),
		.woken = (uint32_t)tiermm__nodeset_has(&r->woken, node),
		.pauses = atomic_load_explicit(&own->pauses,
					       memory_order_relaxed),
		.managed = own->managed,
		.free_pages = own->free_pages,
		.parked_pages = own->parked_pages,
		.wanted_pages = wanted(r, node),
		.pause_until_ns = tiermm__reclaim_told(
			r, atomic_load_explicit(&own->pause_until,
						memory_order_relaxed)),
		.marks = marks_of(r, node),
	};
	if (have > out->marks.min)
		out->room_pages = have - out->marks.min;
}

int tiermm_reclaim_get_room(struct tiermm_reclaim *r, int32_t node,
			    struct tiermm_reclaim_room *out)
{
	int err;

	if (!out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = enter(r, node);
	if (err)
		return err;
	tell(r, node, out);
	tiermm__reclaim_leave(r);
	return 0;
}
