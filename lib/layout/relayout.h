/* SPDX-License-Identifier: MIT */
/*
 * The layout in force, as it looks inside, and its protocol (L2 to L7).
 *
 * What holds at every moment:
 *
 * 1. A view is published as a whole and does not change. It goes back to its
 *    slot when the retire table says that nobody can read it any more.
 * 2. A frame whose page may be on another node than the view's is marked, or
 *    will be before the commit returns. Marks are set after the view is
 *    published (release), so whoever takes a mark (acquire) and then loads the
 *    view sees the one that the mark is about, or a later one. So a mark that
 *    is used up leads to the right node, or a later commit marks it again.
 * 3. A mark is taken by a read-modify-write: by one of those who ask. More
 *    marks than are needed do no harm: the page is found where it belongs.
 * 4. The old view is retired behind the marks. When it is released, everybody
 *    who asked before the marks were set has put the page on its list. The
 *    sweep begins then, so it finds what they missed.
 * 5. A drain counts from the marks on as well: what a cache took in before
 *    they were set is in it when it is drained.
 * 6. The generation is stored behind the view (release). A cursor loads the
 *    generation (acquire) and then the view: what it keeps under a generation
 *    is that layout's, or a later one's, never that of one before (I14).
 *
 * 7. A move that was planned before a commit and done behind it may leave a
 *    page on a node that nobody wants, with its mark used up. Its report sets
 *    the mark again, takes the sweep back to it, asks for drains, and sends a
 *    probe through the retire table: the sweep goes on when that is back. From
 *    then on no plan says where pages are: it may be anywhere.
 *
 * Progress: look-ups and frees are wait-free, events and the inbox lock-free,
 * the owner waits for nobody. Models: tests/model/layout_free.pml,
 * layout_cursor.pml, layout_event.pml, layout_inbox.pml. Stress:
 * tests/property/test_layout_stress.c.
 */
#ifndef TIERMM_LAYOUT_RELAYOUT_H
#define TIERMM_LAYOUT_RELAYOUT_H

#include "base/bits.h"
#include "base/memory.h"
#include "base/owner.h"
#include "layout/map.h"

#include <tiermm/layout_account.h>
#include <tiermm/layout_inbox.h>
#include <tiermm/layout_listen.h>
#include <tiermm/layout_move.h>
#include <tiermm/layout_page.h>

/* Views that readers can hold, the one in force and the next among them. */
#define TIERMM__LAYOUT_VIEWS 8

/* What readers see. */
struct tiermm__layout_view {
	struct tiermm_retired retired; /* first: release finds the view */
	struct tiermm__layout_map map; /* of layout */
	struct tiermm__layout_map was; /* of before */
	struct tiermm_layout *layout;
	struct tiermm_layout *before; /* NULL: nothing has changed yet */
	uint64_t generation;
	uint32_t several; /* commits since the layout before */
	struct tiermm_relayout *owner;
	_Atomic uint32_t used;
};

/* Pages of a zone of a node. */
struct tiermm__layout_count {
	_Atomic uint64_t present;
	_Atomic uint64_t managed;
	_Atomic uint64_t free;
	_Atomic uint64_t goal;
};

struct tiermm__layout_event {
	_Atomic uint64_t sequence; /* place + 1 twice; odd: being written */
	_Atomic uint64_t kind;
	_Atomic uint64_t node;
	_Atomic uint64_t generation;
	_Atomic uint64_t pages;
};

/* A cache that is not there; joined ones have the number drained for. */
#define TIERMM__LAYOUT_NO_CACHE UINT64_MAX

struct tiermm_relayout {
	/* Frozen for a soname: layout_inline.h reads it. */
	_Atomic uint64_t generation;
	_Atomic(struct tiermm__layout_view *) view;

	/* Never changes. */
	_Atomic uint64_t *marks; /* a bit a frame */
	uint64_t last;           /* frame */
	struct tiermm_layout_memory *memory;
	uint64_t n_memory;
	struct tiermm__layout_count *counts;
	_Atomic uint64_t *drained; /* a number a cache */
	struct tiermm__layout_event *events;
	_Atomic(struct tiermm_layout *) *inbox;
	uint32_t max_nodes;
	uint32_t max_caches;
	uint32_t max_listeners;
	uint32_t max_proposals;
	uint32_t max_events;
	uint32_t has_nodes; /* nodes says which may be named */
	struct tiermm_nodeset nodes;
	struct tiermm_retire retire; /* retire is NULL: there is none */
	struct tiermm_alloc mem;
	uint64_t bytes;

	/* Stored to by several threads. */
	_Alignas(TIERMM_ALIGN) _Atomic uint64_t refs; /* owner and views */
	_Atomic uint64_t released;     /* highest generation of views gone */
	_Atomic uint64_t drain_wanted; /* number of drains asked for */
	_Atomic uint32_t probing;      /* the probe is out */
	_Atomic uint64_t astray;       /* generation of the last late report */
	_Atomic uint64_t proposed;     /* tickets given out */
	_Atomic uint64_t taken;        /* tickets done with */
	_Atomic uint64_t happened;     /* events so far */
	_Atomic uint64_t counter[TIERMM_LAYOUT_COUNTERS];

	/* The owner's. */
	_Alignas(TIERMM_ALIGN) struct tiermm__owner owner;
	struct tiermm_layout_listener *listeners; /* size 0: none there */
	struct tiermm_layout_shift *shifts; /* of what is prepared, a node */
	uint64_t *goals;                    /* likewise, a zone of a node */
	struct tiermm__layout_view *prepared;
	struct tiermm_layout_change change;
	struct tiermm_layout_part parts[TIERMM_LAYOUT_PARTS];
	uint32_t n_parts;
	uint32_t ready_parts;    /* that prepared */
	uint32_t asked_node;     /* next one to ask about */
	uint32_t asked_listener; /* next one to ask about that node */
	uint64_t sweep;          /* next frame; behind the last: swept */
	uint32_t again;          /* marks were set anew: a probe is due */
	struct tiermm_retired probe;
	uint64_t retry;              /* items of this sweep to be tried again */
	uint64_t differ;             /* frames that the last commit marked */
	uint64_t moved_before;       /* pages moved before it */
	uint32_t told;               /* bits of kinds told of this generation */
	struct tiermm_nodeset known; /* nodes with pages, when last told */
	struct tiermm__layout_view views[TIERMM__LAYOUT_VIEWS];
};

static inline void tiermm__layout_add(struct tiermm_relayout *r, uint32_t index,
				      uint64_t n)
{
	/* Relaxed: a number by itself. Partner: tiermm_relayout_counters(). */
	atomic_fetch_add_explicit(&r->counter[index], n, memory_order_relaxed);
}

static inline int tiermm__relayout_enter(struct tiermm_relayout *r)
{
	return r ? tiermm__owner_enter(&r->owner) : -TIERMM_EINVAL;
}

static inline void tiermm__relayout_leave(struct tiermm_relayout *r)
{
	tiermm__owner_leave(&r->owner);
}

static inline struct tiermm__layout_view *
tiermm__layout_view(const struct tiermm_relayout *r)
{
	/* Acquire: the view is whole. Partner: the release in publish(). */
	return atomic_load_explicit(&r->view, memory_order_acquire);
}

/* Whether a marked page may be elsewhere than in the layout before. */
static inline int tiermm__layout_several(const struct tiermm_relayout *r,
					 const struct tiermm__layout_view *v)
{
	/* Relaxed: it tells of a moment. Partner: tiermm__sweep_again(). */
	return v->several ||
	       atomic_load_explicit(&r->astray, memory_order_relaxed) ==
		       v->generation;
}

static inline int tiermm__layout_has_node(const struct tiermm_relayout *r,
					  int32_t node)
{
	return node >= 0 && (uint32_t)node < r->max_nodes;
}

static inline struct tiermm__layout_count *
tiermm__layout_count(const struct tiermm_relayout *r, int32_t node,
		     uint32_t zone)
{
	uint64_t first = (uint64_t)(uint32_t)node * TIERMM_LAYOUT_ZONES;

	return &r->counts[first + zone];
}

/* relayout.c: one reference less; the last one frees it. */
void tiermm__relayout_unref(struct tiermm_relayout *r);

/* memory.c */

/* Copy, check and join runs: 0 or -TIERMM_EINVAL. With to NULL only check. */
int tiermm__layout_memory_take(struct tiermm_layout_memory *to, uint64_t *n_to,
			       const struct tiermm_layout_memory *from,
			       uint64_t n, uint64_t last);
/* The run that a frame is in, or the next one; n_memory: there is none. */
uint64_t tiermm__layout_memory_at(const struct tiermm_relayout *r,
				  uint64_t frame);
/* Zone of frames that lie in one run; TIERMM_LAYOUT_ZONES: they do not. */
uint32_t tiermm__layout_zone(const struct tiermm_relayout *r, uint64_t first,
			     uint64_t last);

/* marks.c: all about the frames first to last. */

void tiermm__marks_set(struct tiermm_relayout *r, uint64_t first,
		       uint64_t last);
/* How many there were, now used up. */
uint64_t tiermm__marks_take(struct tiermm_relayout *r, uint64_t first,
			    uint64_t last);
uint64_t tiermm__marks_count(const struct tiermm_relayout *r, uint64_t first,
			     uint64_t last);
int tiermm__marks_any(const struct tiermm_relayout *r, uint64_t first,
		      uint64_t last);
/* The first frame that is marked (or not), or last + 1. */
uint64_t tiermm__marks_find(const struct tiermm_relayout *r, uint64_t first,
			    uint64_t last, int marked);

/* view.c */

/* A slot, or NULL; filled with layouts whose references it takes over. */
struct tiermm__layout_view *tiermm__view_take(struct tiermm_relayout *r);
void tiermm__view_fill(struct tiermm__layout_view *v,
		       struct tiermm_layout *layout,
		       struct tiermm_layout *before);
void tiermm__view_give_back(struct tiermm__layout_view *v);
void tiermm__view_publish(struct tiermm_relayout *r,
			  struct tiermm__layout_view *v);
void tiermm__view_retire(struct tiermm_relayout *r,
			 struct tiermm__layout_view *v);
/* Whether all have passed who asked before the marks were set. */
int tiermm__readers_passed(const struct tiermm_relayout *r);
/* Mark frames outside of a commit (7), and the probe that this makes due. */
void tiermm__sweep_again(struct tiermm_relayout *r, uint64_t first,
			 uint64_t last);
void tiermm__probe(struct tiermm_relayout *r);
/* Ask for drains, behind the marks. */
void tiermm__want_drains(struct tiermm_relayout *r);

/* prepare.c: for an owner that is inside. */

/* Whether a layout names only nodes that it may; 0 or an error. */
int tiermm__relayout_check_nodes(const struct tiermm_relayout *r,
				 const struct tiermm_layout *layout,
				 struct tiermm_layout_problem *problem);
int tiermm__relayout_prepare(struct tiermm_relayout *r,
			     struct tiermm_layout *layout,
			     const struct tiermm_layout_part *const *parts,
			     uint32_t n_parts,
			     struct tiermm_layout_problem *problem);
/* commit.c: likewise. */
void tiermm__relayout_commit(struct tiermm_relayout *r);

/* ask.c: listeners and parts of what is prepared. */
int tiermm__layout_ask(struct tiermm_relayout *r,
		       struct tiermm_layout_problem *problem);
/* Take back what was agreed to, in reverse order. */
void tiermm__layout_cancel(struct tiermm_relayout *r);
void tiermm__layout_commit_parts(struct tiermm_relayout *r);
void tiermm__layout_tell(struct tiermm_relayout *r);

/* goal.c: goals and shifts of a change from one map to another. */
void tiermm__layout_reckon(struct tiermm_relayout *r,
			   const struct tiermm__layout_map *from,
			   const struct tiermm__layout_map *to);

/* account.c */

enum {
	TIERMM__LAYOUT_FREES = 0, /* in use before, free now */
	TIERMM__LAYOUT_RELEASES,  /* reserved before, free now */
	TIERMM__LAYOUT_CLAIMS     /* free before and now */
};
/* Pages of a zone that were on one node are on another now, or the same. */
void tiermm__layout_transfer(struct tiermm_relayout *r, uint32_t zone,
			     int32_t from, int32_t to, uint64_t pages,
			     uint32_t how);
struct tiermm_nodeset tiermm__layout_nodes_now(const struct tiermm_relayout *r);

/* event.c */
void tiermm__layout_event(struct tiermm_relayout *r, uint32_t kind,
			  int32_t node, uint64_t pages);

/* cache.c: caches that have not been drained since the last commit. */
uint32_t tiermm__caches_left(const struct tiermm_relayout *r);

#endif
