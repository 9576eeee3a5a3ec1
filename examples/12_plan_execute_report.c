/* SPDX-License-Identifier: MIT */
/*
 * An embedder that acts by itself: the library plans, the embedder moves its
 * own objects under its own lock, and reports item by item. No table of
 * operations, no callback.
 *
 *     plan ──> decisions ──> move what can be moved ──> results ──> report
 *                ^                                                    │
 *                └───────────── until each one is final <─────────────┘
 *
 * cc -o 12_plan_execute_report 12_plan_execute_report.c \
 *     $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/tiermm.h>

#include "worked_machine.h"

#define OBJECTS 12
#define ROOM 7 /* on node 2 */

static struct object {
	int32_t node;
	int pinned;
} object[OBJECTS];
static uint64_t used;

/* The embedder's own way to move an object; what became of it. */
static uint32_t move_object(struct object *o, int32_t to)
{
	if (o->pinned)
		return TIERMM_OUTCOME_BUSY;
	if (to != 2 || used == ROOM)
		return TIERMM_OUTCOME_TARGET_FULL;
	used++;
	o->node = to;
	return TIERMM_OUTCOME_DONE;
}

static uint32_t act(uint64_t page, const struct tiermm_decision *d)
{
	switch (d->verdict) {
	case TIERMM_VERDICT_DEMOTE:
		return move_object(&object[page], d->to);
	case TIERMM_VERDICT_DISCARD:
		object[page].node = TIERMM_NO_NODE;
		return TIERMM_OUTCOME_DONE;
	default: /* this embedder neither writes back nor splits */
		return TIERMM_OUTCOME_UNSUPPORTED;
	}
}

static int run(struct tiermm_reclaim *r, const struct tiermm_folio *folios,
	       struct tiermm_decision *decisions)
{
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_result results[OBJECTS] = { { .error = 0 } };
	uint64_t open = 1;
	int err = tiermm_reclaim_plan(r, &context, folios, OBJECTS, decisions);

	for (int round = 1; !err && open; round++) {
		/* lock(); */
		for (uint64_t i = 0; i < OBJECTS; i++)
			if (!decisions[i].final)
				results[i].outcome =
					act(folios[i].page, &decisions[i]);
		/* unlock(); */
		err = tiermm_reclaim_report(r, &context, folios, decisions,
					    results, OBJECTS, &open);
		printf("round %d: %" PRIu64 " open\n", round, open);
	}
	return err;
}

int main(void)
{
	struct tiermm_topology *machine;
	struct tiermm_reclaim_summary sum = { .size = sizeof(sum) };
	struct tiermm_folio folios[OBJECTS] = { { .page = 0 } };
	struct tiermm_decision decisions[OBJECTS];
	struct tiermm_engine *engine = NULL;
	int err = worked_machine(&machine, 1);

	for (uint64_t i = 0; i < OBJECTS; i++) {
		folios[i].page = i;
		object[i].pinned = i == 3;
	}
	if (!err)
		err = tiermm_engine_create(&engine, machine, NULL, NULL, 0,
					   NULL, NULL);
	if (!err)
		err = run(tiermm_engine_reclaim(engine), folios, decisions);
	if (!err)
		err = tiermm_reclaim_summarize(folios, decisions, OBJECTS,
					       &sum);
	printf("%" PRIu64 " demoted, %" PRIu64 " discarded, of %d\n",
	       sum.demoted, sum.discarded, OBJECTS);
	tiermm_engine_destroy(engine);
	tiermm_topology_unref(machine);
	return err || sum.demoted != ROOM || sum.discarded != OBJECTS - ROOM;
}
