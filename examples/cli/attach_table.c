/* SPDX-License-Identifier: MIT */
/*
 * The engine's table: the linux backend's, with every refusal counted and the
 * limit of fast nodes kept. In a dry run a move is believed and not made.
 */
#include "attach.h"

static void count(struct tiering *t, const struct tiermm_move *move,
		  const struct tiermm_result *result)
{
	uint32_t outcome = result->outcome;

	if (outcome == TIERMM_OUTCOME_DONE || outcome == TIERMM_OUTCOME_ALREADY)
		pages_moved(t, move->page, move->to);
	else if (outcome < TIERMM_OUTCOMES)
		t->now.refused[outcome] += move->pages;
}

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	struct tiering *t = self;
	int err = 0;

	if (!t->options->dry_run)
		err = t->real.move(t->real.self, moves, n, results);
	for (uint64_t i = 0; i < n; i++) {
		if (t->options->dry_run)
			results[i] = (struct tiermm_result){
				.outcome = TIERMM_OUTCOME_DONE,
				.pages = moves[i].pages,
			};
		count(t, &moves[i], &results[i]);
	}
	return err;
}

static int locate(void *self, const uint64_t *pages, uint64_t n, int32_t *nodes)
{
	struct tiering *t = self;

	return t->real.locate(t->real.self, pages, n, nodes);
}

static int headroom(void *self, const int32_t *nodes, uint64_t n,
		    uint64_t *free_pages)
{
	for (uint64_t i = 0; i < n; i++)
		free_pages[i] = rooms_free(self, nodes[i]);
	return 0;
}

void table_fill(struct tiering *t, struct tiermm_memops *out)
{
	*out = (struct tiermm_memops){
		.size = sizeof(*out),
		.name = "attach",
		.self = t,
		.move = move,
		.locate = locate,
		.headroom = headroom,
	};
}
