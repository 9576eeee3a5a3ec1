/* SPDX-License-Identifier: MIT */
/* The table that the engine acts through: what it says, happens here. */
#include "machine.h"

static uint32_t index_of(const struct tiermm_sim *s, int32_t node)
{
	return node >= 0 && node < TIERMM_MAX_NODES ? s->index_of[node]
						    : SIM_NO_INDEX;
}

/* Copying takes the slower of the two nodes' bandwidths. */
static uint64_t copy_ns(const struct tiermm_sim *s, const struct sim_node *a,
			const struct sim_node *b)
{
	uint64_t one = sim_bandwidth(a);
	uint64_t other = sim_bandwidth(b);

	return s->costs.move_ns + UINT64_C(1000) * s->options.page_bytes /
					  (one < other ? one : other);
}

/* A page changes its node; an old copy that waits keeps its frame. */
static void carry(struct tiermm_sim *s, uint64_t page, uint32_t to, int parked)
{
	uint32_t from = sim_word(s, page) & PAGE_NODE;
	struct sim_node *a = &s->node[from];
	struct sim_node *b = &s->node[to];

	tiermm__sim_pay(s, s->payer, copy_ns(s, a, b));
	tiermm__sim_unlink_page(s, page);
	a->used--;
	a->parked += parked != 0;
	a->moved_out++;
	b->moved_in++;
	a->window_bytes += s->options.page_bytes;
	b->window_bytes += s->options.page_bytes;
	s->sum.moved_bytes += s->options.page_bytes;
	s->sum.deferred += parked != 0;
	if (b->top && !a->top)
		s->sum.promoted++;
	else if (a->top && !b->top)
		s->sum.demoted++;
	else if (a->tier < b->tier)
		s->sum.demoted++;
	else
		s->sum.promoted++;
	sim_clear_flags(s, page, PAGE_MARKED | PAGE_PARKED);
	if (parked)
		sim_set_flags(s, page, PAGE_PARKED);
	tiermm__sim_moved(s, page);
	tiermm__sim_note(s, parked ? SIM_DEFERRED : SIM_MOVED, page, from, to);
	if (s->layout)
		tiermm__sim_frame_leave(s, page,
					parked ? tiermm__sim_parked(s, page)
					       : NULL);
	tiermm__sim_place(s, page, to);
}

/* Old copies that wait there count as free: they go before a move fails. */
static int has_room(struct tiermm_sim *s, const struct sim_node *node)
{
	if (sim_free(node) > node->min)
		return 1;
	return node->parked && !tiermm__sim_drain(s, node->id) &&
	       sim_free(node) > node->min;
}

static uint32_t move_one(struct tiermm_sim *s, const struct tiermm_move *move,
			 int *parked)
{
	uint32_t to = index_of(s, move->to);
	struct sim_link *link;
	uint32_t word;

	*parked = 0;
	if (move->page >= s->options.pages)
		return TIERMM_OUTCOME_ABSENT;
	word = sim_word(s, move->page);
	if (!(word & PAGE_RESIDENT))
		return TIERMM_OUTCOME_ABSENT;
	if (to == SIM_NO_INDEX)
		return TIERMM_OUTCOME_TARGET_GONE;
	if ((word & PAGE_NODE) == to)
		return TIERMM_OUTCOME_ALREADY;
	if (!has_room(s, &s->node[to])) {
		s->sum.move_failures++;
		return TIERMM_OUTCOME_TARGET_FULL;
	}
	link = tiermm__sim_parked(s, move->page);
	/* An older copy of it may wait from a move before: not this one. */
	*parked = link && link->fresh && link->flush.parked;
	if (*parked)
		link->fresh = 0;
	carry(s, move->page, to, *parked);
	return TIERMM_OUTCOME_DONE;
}

/*
 * One shoot-down for all that cannot wait, as the kernel batches them. No
 * more than SIM_BATCH come at once: the engine was made so.
 */
static int ops_move(void *self, const struct tiermm_move *moves, uint64_t n,
		    struct tiermm_result *results)
{
	struct tiermm_sim *s = self;
	uint64_t pages[SIM_BATCH];
	uint64_t now = 0;
	uint64_t waiting = 0;

	for (uint64_t i = 0; i < n; i++) {
		int parked;

		results[i].outcome = move_one(s, &moves[i], &parked);
		if (results[i].outcome != TIERMM_OUTCOME_DONE)
			continue;
		results[i].pages = 1;
		waiting += parked != 0;
		if (!parked)
			pages[now++] = moves[i].page;
	}
	if (now > 0)
		tiermm__sim_shootdown(s, pages, now);
	else if (waiting > 0)
		s->sum.flushes_avoided++;
	return 0;
}

static int ops_locate(void *self, const uint64_t *pages, uint64_t n,
		      int32_t *nodes)
{
	const struct tiermm_sim *s = self;

	for (uint64_t i = 0; i < n; i++) {
		uint32_t word =
			pages[i] < s->options.pages ? sim_word(s, pages[i]) : 0;

		nodes[i] = word & PAGE_RESIDENT ? s->node[word & PAGE_NODE].id
						: TIERMM_NO_NODE;
	}
	return 0;
}

static int ops_headroom(void *self, const int32_t *nodes, uint64_t n,
			uint64_t *free_pages)
{
	const struct tiermm_sim *s = self;

	for (uint64_t i = 0; i < n; i++) {
		uint32_t node = index_of(s, nodes[i]);
		uint64_t room = 0;
		uint64_t min = 0;

		if (node != SIM_NO_INDEX) {
			room = sim_free(&s->node[node]) + s->node[node].parked;
			min = s->node[node].min;
		}
		free_pages[i] = room > min ? room - min : 0;
	}
	return 0;
}

/* Out of memory: to swap if it was written to, else back to its file. */
static uint32_t drop_one(struct tiermm_sim *s, uint64_t page)
{
	uint32_t word = page < s->options.pages ? sim_word(s, page) : 0;
	struct sim_node *node = &s->node[word & PAGE_NODE];

	if (!(word & PAGE_RESIDENT))
		return TIERMM_OUTCOME_ABSENT;
	if (word & PAGE_PARKED)
		tiermm__sim_park_settle(s, page);
	tiermm__sim_unlink_page(s, page);
	node->used--;
	node->swapped_out++;
	if (word & PAGE_ANON)
		s->sum.swapped_out++;
	else
		s->sum.discarded++;
	if (word & PAGE_DIRTY)
		tiermm__sim_pay(s, s->payer, s->costs.swap_out_ns);
	tiermm__sim_note(s, SIM_DROPPED, page, word & PAGE_NODE,
			 word & PAGE_NODE);
	sim_set_word(s, page, (word & (PAGE_TAG | PAGE_ANON)) | PAGE_SWAPPED);
	tiermm__sim_moved(s, page);
	if (s->layout)
		tiermm__sim_frame_leave(s, page, NULL);
	return TIERMM_OUTCOME_DONE;
}

static int ops_drop(void *self, const uint64_t *pages, uint64_t n,
		    struct tiermm_result *results)
{
	struct tiermm_sim *s = self;
	uint64_t gone[SIM_BATCH];
	uint64_t done = 0;

	for (uint64_t i = 0; i < n; i++) {
		results[i].outcome = drop_one(s, pages[i]);
		if (results[i].outcome != TIERMM_OUTCOME_DONE)
			continue;
		results[i].pages = 1;
		gone[done++] = pages[i];
	}
	tiermm__sim_shootdown(s, gone, done);
	return 0;
}

const struct tiermm_memops tiermm__sim_memops = {
	.size = sizeof(struct tiermm_memops),
	.name = "sim",
	.move = ops_move,
	.locate = ops_locate,
	.headroom = ops_headroom,
	.page_out = ops_drop,
	.discard = ops_drop,
};
