/* SPDX-License-Identifier: MIT */
/*
 * A log as a table of operations: what was tried then comes out as it came out
 * then, each time that it was tried in its turn. What was not tried works if
 * there is room for it.
 */
#include "engine/replay.h"

#include "base/memory.h"

/* In an entry of the table: its action was taken. */
#define TAKEN UINT32_C(0x80000000)

uint64_t tiermm__replay_key(struct tiermm_replay *r,
			    const struct tiermm_record *record)
{
	uint64_t key, index = record->kind == TIERMM_RECORD_FOLIO
				      ? record->value[1]
				      : record->flags;

	if (!index || !r->e->promotion || tiermm__key_of(r->e, index - 1, &key))
		return record->page;
	return key;
}

/* Fibonacci hashing: pages stand side by side. */
static uint64_t slot_of(const struct tiermm_replay *r, uint64_t key)
{
	return (key * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (r->n_table - 1);
}

static void add(struct tiermm_replay *r, uint64_t at)
{
	uint64_t i = slot_of(r, tiermm__replay_key(r, &r->records[at]));

	/* In their order: what comes later stands behind. */
	while (r->table[i])
		i = (i + 1) & (r->n_table - 1);
	r->table[i] = (uint32_t)(at - r->step.begin);
}

void tiermm__replay_index(struct tiermm_replay *r)
{
	memset(r->table, 0, (size_t)r->n_table * sizeof(*r->table));
	/* The first record is the step's own: no place is 0. */
	for (uint64_t i = r->step.begin + 1; i < r->step.end; i++)
		if (r->records[i].kind == TIERMM_RECORD_TRY)
			add(r, i);
}

const struct tiermm_record *tiermm__replay_take(struct tiermm_replay *r,
						uint64_t key, int32_t to,
						uint32_t verdict)
{
	uint64_t i = slot_of(r, key);

	for (; r->table[i]; i = (i + 1) & (r->n_table - 1)) {
		const struct tiermm_record *try;

		if (r->table[i] & TAKEN)
			continue;
		try = &r->records[r->step.begin + r->table[i]];
		if ((try->to != to && to != TIERMM__REPLAY_ANYWHERE) ||
		    try->verdict != verdict ||
		    tiermm__replay_key(r, try) != key)
			continue;
		r->table[i] |= TAKEN;
		return try;
	}
	return NULL;
}

static void count(struct tiermm_replay_sums *sums,
		  const struct tiermm_replayed *item)
{
	sums->decisions++;
	if (item->then_action != item->now_action)
		sums->other++;
	else if (item->then_to != item->now_to)
		sums->elsewhere++;
	else
		sums->same++;
	sums->pages[item->then_action][item->now_action] += item->pages;
}

void tiermm__replay_put(struct tiermm_replay *r,
			const struct tiermm_replayed *item)
{
	if (r->n_out < r->cap)
		r->out[r->n_out] = *item;
	r->n_out++;
	count(&r->sums, item);
}

static int is_node(int32_t node)
{
	return node >= 0 && node < TIERMM_MAX_NODES;
}

/* Whether its target has room for it, as far as anybody was told. */
static int has_room(const struct tiermm_replay *r,
		    const struct tiermm_move *move)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };
	int64_t spent;

	if (!is_node(move->to))
		return 0;
	if (tiermm_reclaim_get_room(r->e->reclaim, move->to, &room) ||
	    !room.managed)
		return 1;
	spent = r->spent[move->to];
	if (spent < 0)
		return move->pages <= (uint64_t)-spent ||
		       room.free_pages >= move->pages - (uint64_t)-spent;
	return room.free_pages >= (uint64_t)spent &&
	       room.free_pages - (uint64_t)spent >= move->pages;
}

/* Rooms follow when the call has returned; its own moves know before. */
static void spend(struct tiermm_replay *r, const struct tiermm_move *move)
{
	if (is_node(move->to))
		r->spent[move->to] += (int64_t)move->pages;
	if (is_node(move->from))
		r->spent[move->from] -= (int64_t)move->pages;
}

static struct tiermm_result result_of(const struct tiermm_record *try)
{
	return (struct tiermm_result){
		.outcome = try->detail < TIERMM_OUTCOMES
				   ? try->detail
				   : TIERMM_OUTCOME_UNKNOWN,
		.error = (int32_t)(int64_t)try->value[1],
		.pages = try->value[0],
	};
}

/* What an attempt of promotion's came to. */
static uint32_t action_of(const struct tiermm_replay *r, uint32_t outcome,
			  int32_t from, int32_t to)
{
	if (outcome != TIERMM_OUTCOME_DONE && outcome != TIERMM_OUTCOME_ALREADY)
		return TIERMM_VERDICT_FAILED;
	return tiermm__is_up(r->e, from, to) ? TIERMM_REPLAY_PROMOTE
					     : TIERMM_VERDICT_DEMOTE;
}

struct tiermm_replayed tiermm__replay_moved(struct tiermm_replay *r,
					    const struct tiermm_record *try)
{
	uint32_t outcome = result_of(try).outcome;

	return (struct tiermm_replayed){
		.time_ns = r->step.time_ns,
		.page = try->page,
		.pages = try->value[0] ? try->value[0] : 1,
		.step = TIERMM_STEP_PROMOTE,
		.from = try->from,
		.then_to = try->to,
		.now_to = TIERMM_NO_NODE,
		.then_action = action_of(r, outcome, try->from, try->to),
		.now_action = TIERMM_REPLAY_STAY,
		.then_outcome = outcome,
	};
}

/*
 * Promotion's moves are its decisions; reclaim's are told at their end. The
 * page may have gone elsewhere then.
 */
static void put_move(struct tiermm_replay *r, const struct tiermm_move *move,
		     const struct tiermm_record *try, uint32_t outcome)
{
	int same = try != NULL;
	struct tiermm_replayed item = {
		.time_ns = r->step.time_ns,
		.page = move->page,
		.step = TIERMM_STEP_PROMOTE,
		.from = move->from,
		.then_to = TIERMM_NO_NODE,
		.then_action = TIERMM_REPLAY_STAY,
	};

	if (!try)
		try = tiermm__replay_take(r, move->page,
					  TIERMM__REPLAY_ANYWHERE,
					  TIERMM_VERDICT_NONE);
	if (try)
		item = tiermm__replay_moved(r, try);
	item.pages = move->pages;
	item.now_to = move->to;
	item.now_outcome = outcome;
	item.now_action = action_of(r, outcome, move->from, move->to);
	tiermm__replay_put(r, &item);
	if (outcome == TIERMM_OUTCOME_DONE)
		tiermm__replay_astray(r, move->page, move->pages, !same);
}

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	struct tiermm_replay *r = self;
	int promotes = r->step.step == TIERMM_STEP_PROMOTE;

	memset(r->spent, 0, sizeof(r->spent));
	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_record *try =
			tiermm__replay_take(r, moves[i].page, moves[i].to,
					    promotes ? TIERMM_VERDICT_NONE
						     : TIERMM_VERDICT_DEMOTE);

		if (try)
			results[i] = result_of(try);
		else if (has_room(r, &moves[i]))
			results[i].outcome = TIERMM_OUTCOME_DONE;
		else
			results[i].outcome = TIERMM_OUTCOME_TARGET_FULL;
		if (results[i].outcome == TIERMM_OUTCOME_DONE)
			spend(r, &moves[i]);
		if (promotes)
			put_move(r, &moves[i], try, results[i].outcome);
	}
	return 0;
}

static void drop(struct tiermm_replay *r, const uint64_t *pages, uint64_t n,
		 uint32_t verdict, struct tiermm_result *results)
{
	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_record *try =
			tiermm__replay_take(r, pages[i], TIERMM_NO_NODE,
					    verdict);

		if (try)
			results[i] = result_of(try);
		else
			results[i].outcome = TIERMM_OUTCOME_DONE;
	}
}

static int page_out(void *self, const uint64_t *pages, uint64_t n,
		    struct tiermm_result *results)
{
	drop(self, pages, n, TIERMM_VERDICT_PAGE_OUT, results);
	return 0;
}

static int discard(void *self, const uint64_t *pages, uint64_t n,
		   struct tiermm_result *results)
{
	drop(self, pages, n, TIERMM_VERDICT_DISCARD, results);
	return 0;
}

void tiermm__replay_fill_ops(struct tiermm_replay *r, struct tiermm_memops *out)
{
	*out = (struct tiermm_memops){
		.size = sizeof(*out),
		.name = "log",
		.self = r,
		.move = move,
		.page_out = page_out,
		.discard = discard,
	};
}
