/* SPDX-License-Identifier: MIT */
/*
 * The inside of an engine: its parts, its table, and what a step works in.
 *
 * One owner flag guards all but drains and reads. No part's own flag is held
 * while a slot of the table runs, and what is half done then stands where it
 * can be found: requests that are open hang on `open`. So a slot that never
 * returns leaves the parts usable, and one flag to clear.
 */
#ifndef TIERMM_ENGINE_INTERNAL_H
#define TIERMM_ENGINE_INTERNAL_H

#include "base/owner.h"
#include "engine/log.h"
#include "engine/slot.h"

#include <tiermm/engine_layout.h>
#include <tiermm/engine_parts.h>
#include <tiermm/engine_step.h>
#include <tiermm/reclaim_node.h>

/* A target as the step under way knows it. */
struct tiermm__target {
	uint64_t step;   /* the rest means something in this step only */
	uint64_t room;   /* base pages beside the reserve; UINT64_MAX: any */
	uint64_t credit; /* of these, made by pages that leave in this step */
	uint32_t full;   /* folios of this order or larger found it full */
	uint32_t unused;
};

/* No folio has found the target full. */
#define TIERMM__NOT_FULL UINT32_MAX

/* One call of the table in the making; item i of it is index[i] outside. */
struct tiermm__batch {
	struct tiermm_move *moves;
	struct tiermm_result *results;
	struct tiermm_flush_page **links; /* the caller's, or NULL */
	struct tiermm__slot **slots;      /* that they are parked in, or NULL */
	uint32_t *index;
	uint64_t *keys;  /* for verbs that take keys, and to locate */
	int32_t *where;  /* answers to that */
	uint32_t *asked; /* items that were asked for */
	uint64_t n;
	uint64_t hasty; /* mapped items that may not wait; where links are */
};

struct tiermm_engine {
	struct tiermm__owner owner;
	uint32_t batch_size;
	uint32_t has_ops;
	uint32_t own_flush;
	uint64_t reserve_pages;
	uint64_t key_base;
	uint32_t key_shift;
	uint32_t max_nodes; /* nodes with figures */
	uint32_t promotion_nodes;
	uint32_t in_layout; /* a change of the layout is prepared */
	uint32_t replayed;  /* the table is a log, which knows what is full */
	uint32_t rooms_end; /* nodes that were told of are below it */
	uint64_t promotion_pages;
	struct tiermm_promotion_map *map;

	struct tiermm_demotion *demotion;
	struct tiermm_reclaim *reclaim;
	struct tiermm_promotion *promotion; /* or NULL */
	struct tiermm_flush *flush;         /* or NULL */
	struct tiermm_memops ops;
	struct tiermm_flusher flusher; /* flush is NULL: none */
	struct tiermm__ring ring;

	/* Requests: see slot.h. */
	char *slab;
	uint64_t stride;
	uint64_t n_slots;
	_Atomic(struct tiermm__slot *) spare;
	_Atomic(struct tiermm__slot *) stranded;
	struct tiermm__slot *own_spare; /* the owner's */
	struct tiermm__slot *open;      /* of the call under way */

	/* What a step works in. */
	uint64_t step; /* its number */
	struct tiermm__target *target;
	struct tiermm__batch batch;
	struct tiermm_result *results; /* of a chunk of folios, or a plan */
	struct tiermm_move *plan;      /* of promotion, by index */

	struct tiermm_engine_room *room; /* as told, by node */
	int32_t *distance; /* abstract, by node; see tiermm__follow_graph() */
	_Atomic uint64_t pressed[TIERMM_NODESET_WORDS];
	_Atomic uint64_t counter[TIERMM_ENGINE_OF_DEMOTION];

	struct tiermm_alloc mem;
	uint64_t bytes;
};

static inline void tiermm__engine_count(struct tiermm_engine *e, uint32_t index,
					uint64_t n)
{
	/* Relaxed: a number by itself. Partner: tiermm_engine_counters(). */
	if (n)
		atomic_fetch_add_explicit(&e->counter[index], n,
					  memory_order_relaxed);
}

/* Whether a move is one to a faster node. */
static inline int tiermm__is_up(const struct tiermm_engine *e, int32_t from,
				int32_t to)
{
	if (from < 0 || from >= TIERMM_MAX_NODES || to < 0 ||
	    to >= TIERMM_MAX_NODES)
		return 0;
	return e->distance[from] > e->distance[to];
}

/* What a call of the table is for. */
struct tiermm__act {
	struct tiermm_engine *e;
	const struct tiermm_parking *parking; /* or NULL */
	struct tiermm_step *step;
	uint64_t now_ns;
	int32_t error; /* first of the table as a whole */
};

/* Folios of a step that go together, and what goes with them. */
struct tiermm__chunk {
	struct tiermm_reclaim_context *context;
	const struct tiermm_folio *folios;
	struct tiermm_decision *decisions;
	uint64_t first; /* number of the first one, among links */
	uint64_t n;     /* cut where the budget ends */
};

/* options.c */

/* Check, copy, fill in defaults. 0 or an error. */
int tiermm__engine_options(struct tiermm_engine_options *o,
			   const struct tiermm_engine_options *options);
int tiermm__flusher_adopt(struct tiermm_flusher *dst,
			  const struct tiermm_flusher *src);
/* Copy and check; NULL: none, and *dst has neither links nor slots. */
int tiermm__parking_copy(struct tiermm_parking *dst,
			 const struct tiermm_parking *src);

/* call.c */

/* Run the batch as moves; results stand in the batch. */
void tiermm__call_move(struct tiermm__act *act);
/* Run its keys as PAGE_OUT or DISCARD. */
void tiermm__call_drop(struct tiermm__act *act, uint32_t verdict);

/* park.c */

static inline int tiermm__may_park(const struct tiermm__act *act)
{
	return act->parking->links || act->parking->link;
}

/*
 * Park the page of the batch's next item, whose move stands there, if the
 * caller has a link for it, it may be deferred and there is room for it.
 */
void tiermm__park(struct tiermm__act *act, const struct tiermm_folio *folio,
		  uint64_t link, uint32_t reason);
/* The batch is complete: if it should wait as a whole, see whether it may. */
void tiermm__park_ready(struct tiermm__act *act);
/*
 * The batch has come back: keep what moved, take out the rest, queue, and give
 * back the links that were handed out in vain.
 */
void tiermm__park_end(struct tiermm__act *act);
/* Close what a call that never returned left open. */
void tiermm__park_recover(struct tiermm_engine *e,
			  struct tiermm_flush_freed *freed);

/* drain.c */

/* A request of a slot has been closed: hand it back. */
void tiermm__freed_add(struct tiermm_flush_freed *freed,
		       struct tiermm__slot *slot);

/* place.c: promotion's pages */

/* Key of an index; 0 or -TIERMM_ENOENT. */
int tiermm__key_of(struct tiermm_engine *e, uint64_t index, uint64_t *key);
/* Index of a key with room for pages behind it; UINT64_MAX: none. */
uint64_t tiermm__index_of(struct tiermm_engine *e, uint64_t key,
			  uint64_t pages);
/* Tell promotion of the moves in the batch, planned by reclaim. */
void tiermm__tell_moved(struct tiermm__act *act);
/* A page is in memory no more. */
void tiermm__tell_gone(struct tiermm_engine *e, uint64_t key, uint32_t order);

/* room.c */

/* Rooms as they stand now, told to promotion. */
int tiermm__rooms_for_promotion(struct tiermm_engine *e);
/* The nodes that are due; a part's error. */
int tiermm__engine_due(struct tiermm_engine *e, struct tiermm_nodeset *out);
void tiermm__press(struct tiermm_engine *e, int32_t node);
/* Whether the node was pressed; it is not any more. */
int tiermm__take_press(struct tiermm_engine *e, int32_t node);

/* event.c */

/* Distances are those of the published graph, and promotion goes by it. */
int tiermm__follow_graph(struct tiermm_engine *e);

/* chunk.c */

/* Plan, act, report, until no decision is open; 0 or a part's error. */
int tiermm__chunk_run(struct tiermm__act *act, struct tiermm__chunk *c);
/* Add its sums to the step's; base pages that it reclaimed. */
uint64_t tiermm__chunk_add_up(struct tiermm__act *act,
			      const struct tiermm__chunk *c);

/* input.c */

/* Index in promotion and 1; 0: it has none. */
uint64_t tiermm__log_index(struct tiermm_engine *e, uint64_t key);
/* Their keys are promotion's indices, or the table's. */
void tiermm__log_folios(struct tiermm_engine *e,
			const struct tiermm_folio *folios, uint64_t n,
			int by_index);
void tiermm__log_samples(struct tiermm_engine *e,
			 const struct tiermm_sample *samples, uint64_t n);

/* step.c */

/* Check the caller's summary; NULL is well. */
int tiermm__step_check(const struct tiermm_step *step);
/* Copy what came out to the caller's. */
void tiermm__step_finish(struct tiermm__act *act, struct tiermm_step *out);
/* Log that a step began, and with what. */
void tiermm__step_begin(struct tiermm__act *act,
			const struct tiermm_record *record,
			const struct tiermm_nodeset *allowed);
/* Log one action, also one that was spared: what was told is on record. */
void tiermm__step_try(struct tiermm__act *act, const struct tiermm_move *move,
		      const struct tiermm_result *result,
		      const struct tiermm_decision *decision, uint64_t index);

#endif
