/* SPDX-License-Identifier: MIT */
/*
 * The inside of a replay.
 *
 *     replay_step.c ── one step after another
 *          ├── replay_input.c   what came in then, and where pages stand
 *          └── the engine ──> replay_table.c   what came of it then
 *
 * Promotion knows where its pages are by what it was told and what it moved.
 * A page that this engine has moved otherwise than the log has a bit in
 * `astray`: it stands where the engine moved it. All others follow the log.
 */
#ifndef TIERMM_ENGINE_REPLAY_INTERNAL_H
#define TIERMM_ENGINE_REPLAY_INTERNAL_H

#include "engine/engine.h"

#include <tiermm/engine_replay.h>
#include <tiermm/promotion_explain.h>

struct tiermm_replay {
	struct tiermm__owner owner;
	uint32_t begun; /* a record was seen: numbers go on from it */
	struct tiermm_engine *e;
	uint32_t batch_room; /* items a call that it was made for */
	uint32_t unused;
	uint64_t max_records;
	uint64_t next_number;

	/* The step under way. */
	const struct tiermm_record *records;
	struct tiermm_logged_step step;
	struct tiermm_replayed *out;
	uint64_t cap;
	uint64_t n_out;
	int64_t spent[TIERMM_MAX_NODES]; /* of a room, in this very call */

	/* TRY records by page: their places behind the step's record. */
	uint32_t *table;
	uint64_t n_table; /* a power of two */

	struct tiermm_folio *folios; /* or samples: as large */
	struct tiermm_decision *decisions;
	uint64_t *astray; /* by promotion's index */
	uint64_t n_words;

	struct tiermm_replay_sums sums;
	struct tiermm_alloc mem;
	uint64_t bytes;
};

/* --- replay_table.c --- */

void tiermm__replay_fill_ops(struct tiermm_replay *r,
			     struct tiermm_memops *out);
/* Make the step's actions known to the table. */
void tiermm__replay_index(struct tiermm_replay *r);
/* For `to`: wherever it went. */
#define TIERMM__REPLAY_ANYWHERE INT32_MIN
/* The first action of that kind that was not taken yet; NULL: none. */
const struct tiermm_record *tiermm__replay_take(struct tiermm_replay *r,
						uint64_t key, int32_t to,
						uint32_t verdict);
/* What this engine calls the page of a record. */
uint64_t tiermm__replay_key(struct tiermm_replay *r,
			    const struct tiermm_record *record);
/* Put a decision out, and into the sums. */
void tiermm__replay_put(struct tiermm_replay *r,
			const struct tiermm_replayed *item);
/* A move of promotion's, as far as it is known from the record. */
struct tiermm_replayed tiermm__replay_moved(struct tiermm_replay *r,
					    const struct tiermm_record *try);

/* --- replay_input.c --- */

/* The page stands where the engine moved it, and no record says so; or not. */
void tiermm__replay_astray(struct tiermm_replay *r, uint64_t key,
			   uint64_t pages, int is_astray);
/* Rooms and events of a record; others are no input of their own. */
int tiermm__replay_take_in(struct tiermm_replay *r,
			   const struct tiermm_record *record);
int tiermm__replay_samples(struct tiermm_replay *r);
/* Pages of the step's samples and folios: to where the log says they were. */
void tiermm__replay_place(struct tiermm_replay *r);
/* Records are missing: nobody knows where pages stand. */
void tiermm__replay_forget(struct tiermm_replay *r);

#endif
