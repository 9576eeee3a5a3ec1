/* SPDX-License-Identifier: MIT */
/* What became of moves, item by item (P7). */
#include "promotion/internal.h"

static int check(const struct tiermm_promotion *p,
		 const struct tiermm_move *moves,
		 const struct tiermm_result *results, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		if (results[i].outcome >= TIERMM_OUTCOMES || !moves[i].pages ||
		    !tiermm__has_pages(p, moves[i].page, moves[i].pages))
			return -TIERMM_EINVAL;
		if (!tiermm__has_node(p, moves[i].to))
			return -TIERMM_ENODEV;
	}
	return 0;
}

/* Until the caller tells rooms anew. */
static void shift_room(struct tiermm_promotion *p, int32_t from, int32_t to,
		       uint64_t pages)
{
	struct tiermm_promotion_room *room = &p->nodes[to].room;

	room->free_pages -= pages < room->free_pages ? pages : room->free_pages;
	if (from == TIERMM_NO_NODE)
		return;
	p->nodes[from].cold_end_ms = 0; /* there may be much room now */
	room = &p->nodes[from].room;
	if (p->nodes[from].known && room->free_pages <= UINT64_MAX - pages)
		room->free_pages += pages;
}

static void place(struct tiermm_promotion *p, const struct tiermm_move *m)
{
	for (uint64_t i = 0; i < m->pages; i++)
		tiermm__page_crosses(p, m->page + i, m->to);
}

/* Counted as the kernel counts: a success is a candidate that came to top. */
static void count_up(struct tiermm_promotion *p, int is_candidate, int32_t to,
		     uint64_t pages)
{
	if (is_candidate && p->nodes[to].top)
		tiermm__count(p, TIERMM_PGPROMOTE_SUCCESS, pages);
	else
		tiermm__count(p, TIERMM_PROMOTION_RAISED, pages);
}

static void went(struct tiermm_promotion *p, const struct tiermm_move *m,
		 uint64_t moved)
{
	uint64_t pages = moved && moved < m->pages ? moved : m->pages;
	uint32_t entry = tiermm__queue_find(&p->queue, m->page);
	int32_t from = tiermm__word_node(p->words[m->page]);
	int is_candidate = entry != TIERMM__NO_CANDIDATE;

	if (moved > m->pages)
		tiermm__count(p, TIERMM_PROMOTION_EXTRA, moved - m->pages);
	if (from == m->to || from == TIERMM_NO_NODE) {
		place(p, m);
		return;
	}
	if (tiermm__is_faster(p, m->to, from)) {
		if (is_candidate) {
			tiermm__candidate_drop(p, entry);
			tiermm__count(p, TIERMM_PROMOTION_WENT_UP, 1);
		}
		count_up(p, is_candidate, m->to, pages);
	} else if (tiermm__is_faster(p, from, m->to)) {
		tiermm__count(p, TIERMM_PROMOTION_LOWERED, pages);
	}
	shift_room(p, from, m->to, pages);
	place(p, m);
}

static void give_up(struct tiermm_promotion *p, uint64_t page, int at_once)
{
	uint32_t entry = tiermm__queue_find(&p->queue, page);
	struct tiermm__candidate *c;

	if (entry == TIERMM__NO_CANDIDATE)
		return;
	c = &p->queue.entries[entry];
	if (!at_once && ++c->tries < TIERMM_PROMOTION_TRIES)
		return;
	tiermm__candidate_drop(p, entry);
	tiermm__count_reason(p, TIERMM_PROMOTION_GAVE_UP, 1);
}

static void learn_full(struct tiermm_promotion *p, int32_t node)
{
	struct tiermm_promotion_room *room = &p->nodes[node].room;

	if (room->free_pages > room->high_pages)
		room->free_pages = room->high_pages;
}

static void take(struct tiermm_promotion *p, const struct tiermm_move *m,
		 const struct tiermm_result *r)
{
	tiermm__count(p, TIERMM_PROMOTION_BY_OUTCOME + r->outcome, 1);
	switch (r->outcome) {
	case TIERMM_OUTCOME_DONE:
		went(p, m, r->pages);
		return;
	case TIERMM_OUTCOME_ALREADY: /* by others: no success of ours */
		place(p, m);
		return;
	case TIERMM_OUTCOME_TARGET_FULL:
		learn_full(p, m->to);
		break;
	case TIERMM_OUTCOME_TARGET_GONE:
		p->nodes[m->to].known = 0;
		break;
	case TIERMM_OUTCOME_SHARED:
	case TIERMM_OUTCOME_ABSENT:
	case TIERMM_OUTCOME_DENIED:
	case TIERMM_OUTCOME_UNSUPPORTED:
		give_up(p, m->page, 1);
		return;
	default: /* busy, unknown: another try may help */
		break;
	}
	give_up(p, m->page, 0);
}

int tiermm_promotion_report(struct tiermm_promotion *p, uint64_t now_ns,
			    const struct tiermm_move *moves,
			    const struct tiermm_result *results, uint64_t n)
{
	int err;

	if ((!moves || !results) && n)
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	err = check(p, moves, results, n);
	if (!err) {
		tiermm__clock_advance(p, now_ns);
		tiermm__clock_tick(p);
	}
	for (uint64_t i = 0; !err && i < n; i++)
		take(p, &moves[i], &results[i]);
	tiermm__promotion_leave(p);
	return err;
}
