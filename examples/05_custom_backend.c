/* SPDX-License-Identifier: MIT */
/*
 * A backend of one's own is one file and this table:
 *
 *     slot      here                                      if left NULL
 *     move      copies a page between two arenas          (required)
 *     locate    tells which arena holds a page            cannot be asked
 *     headroom  counts the free slots of an arena         cannot be asked
 *     page_out, discard: NULL, this program has no disk   cannot be asked
 *
 *     cc -std=c11 05_custom_backend.c $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tiermm/tiermm.h>

#define PAGES 4
#define PAGE_BYTES 64

/* Two nodes: 0 is fast, 1 is slow. A page's key is its number. */
struct arenas {
	char frame[2][PAGES][PAGE_BYTES];
	int32_t node[PAGES]; /* where each page is */
	uint64_t room[2];    /* pages that fit */
};

static uint64_t free_on(const struct arenas *a, int32_t node)
{
	uint64_t used = 0;

	for (int i = 0; i < PAGES; i++)
		used += a->node[i] == node;
	return a->room[node] - used;
}

static uint32_t move_one(struct arenas *a, const struct tiermm_move *move)
{
	int32_t from;

	if (move->page >= PAGES)
		return TIERMM_OUTCOME_ABSENT;
	if (move->to != 0 && move->to != 1)
		return TIERMM_OUTCOME_TARGET_GONE;
	from = a->node[move->page];
	if (from == move->to)
		return TIERMM_OUTCOME_ALREADY;
	if (!free_on(a, move->to))
		return TIERMM_OUTCOME_TARGET_FULL;
	memcpy(a->frame[move->to][move->page], a->frame[from][move->page],
	       PAGE_BYTES);
	a->node[move->page] = move->to;
	return TIERMM_OUTCOME_DONE;
}

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	for (uint64_t i = 0; i < n; i++) {
		results[i].outcome = move_one(self, &moves[i]);
		results[i].pages = results[i].outcome == TIERMM_OUTCOME_DONE;
	}
	return 0;
}

static int locate(void *self, const uint64_t *pages, uint64_t n, int32_t *nodes)
{
	const struct arenas *a = self;

	for (uint64_t i = 0; i < n; i++)
		nodes[i] =
			pages[i] < PAGES ? a->node[pages[i]] : TIERMM_NO_NODE;
	return 0;
}

static int headroom(void *self, const int32_t *nodes, uint64_t n,
		    uint64_t *free_pages)
{
	for (uint64_t i = 0; i < n; i++)
		free_pages[i] = nodes[i] == 0 || nodes[i] == 1
					? free_on(self, nodes[i])
					: 0;
	return 0;
}

int main(void)
{
	static struct arenas arenas = { .room = { PAGES, 2 } };
	const struct tiermm_memops mine = { .size = sizeof(mine),
					    .name = "two_arenas",
					    .self = &arenas,
					    .move = move,
					    .locate = locate,
					    .headroom = headroom };
	struct tiermm_memops ops;
	struct tiermm_move moves[3] = { { .page = 0, .pages = 1, .to = 1 },
					{ .page = 1, .pages = 1, .to = 1 },
					{ .page = 2, .pages = 1, .to = 1 } };
	struct tiermm_result results[3] = { { .outcome = 0 } };
	int32_t node = TIERMM_NO_NODE;
	int err = tiermm_memops_adopt(&ops, &mine, TIERMM_CAN_ALL, NULL);

	strcpy(arenas.frame[0][1], "cold");
	if (!err)
		err = ops.move(ops.self, moves, 3, results);
	for (int i = 0; !err && i < 3; i++)
		printf("page %d: %s\n", i,
		       tiermm_outcome_name(results[i].outcome));
	if (!err)
		err = ops.locate(ops.self, &moves[1].page, 1, &node);
	if (err || node != 1 || strcmp(arenas.frame[1][1], "cold") ||
	    results[2].outcome != TIERMM_OUTCOME_TARGET_FULL || ops.page_out)
		return 1;
	return 0;
}
