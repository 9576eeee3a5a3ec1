/* SPDX-License-Identifier: MIT */
/* Where pages are: placed, freed, moved by whoever. */
#include "promotion/internal.h"

void tiermm__candidate_drop(struct tiermm_promotion *p, uint32_t entry)
{
	p->words[p->queue.entries[entry].page] &= ~TIERMM__WORD_QUEUED;
	tiermm__queue_remove(&p->queue, entry);
}

/* The policy hears of it; the heat that it leaves is what counts on top. */
static uint32_t tell_policy(struct tiermm_promotion *p, uint64_t page,
			    int32_t to, int top)
{
	uint64_t word = p->words[page];
	struct tiermm_promotion_access a;

	if (!p->policy.moved)
		return tiermm__word_heat(word);
	a = (struct tiermm_promotion_access){
		.size = sizeof(a),
		.page = page,
		.pages = 1,
		.now_ms = p->now_ms,
		.latency_ms = tiermm__word_age(word, p->now_ms),
		.node = tiermm__word_node(word),
		.target = to,
		.top = (uint32_t)top,
		.heat = tiermm__word_heat(word),
	};
	if (p->policy.moved(p->policy.self, &a))
		tiermm__count(p, TIERMM_PROMOTION_ERRORS, 1);
	return a.heat;
}

static void withdraw(struct tiermm_promotion *p, uint64_t page)
{
	if (!(p->words[page] & TIERMM__WORD_QUEUED))
		return;
	tiermm__candidate_drop(p, tiermm__queue_find(&p->queue, page));
	tiermm__count(p, TIERMM_PROMOTION_WITHDRAWN, 1);
}

static void goes_up(struct tiermm_promotion *p, uint64_t page, int32_t to)
{
	uint32_t heat = tell_policy(p, page, to, 1);
	uint64_t word = tiermm__word_set_heat(p->words[page], heat);

	if (!(p->flags & TIERMM_PROMOTION_NO_GUARD))
		word |= TIERMM__WORD_STAMPED;
	else
		word &= ~TIERMM__WORD_STAMPED;
	word = tiermm__word_set_time(word, p->now_ms);
	p->words[page] = tiermm__word_set_node(word, to);
}

static uint64_t too_soon(struct tiermm_promotion *p, uint64_t word)
{
	uint32_t level = tiermm__word_level(word);

	tiermm__count(p, TIERMM_PROMOTION_PING_PONG, 1);
	if (level < TIERMM__LEVEL_MAX)
		word = tiermm__word_set_level(word, level + 1);
	return tiermm__word_set_time(word, p->now_ms);
}

/*
 * Down, or between slow tiers: time and heat are unset, but for a page that is
 * held back and stays so.
 */
static void goes_elsewhere(struct tiermm_promotion *p, uint64_t page,
			   int32_t to)
{
	uint64_t word = p->words[page];
	int held = tiermm__guard_held(p, word, p->now_ms) != 0;

	tell_policy(p, page, to, 0);
	word = tiermm__word_set_heat(word, 0);
	if (held && p->nodes[tiermm__word_node(word)].top)
		word = too_soon(p, word);
	else if (!held)
		word = tiermm__word_unset_time(word) & ~TIERMM__WORD_STAMPED;
	p->words[page] = tiermm__word_set_node(word, to);
}

void tiermm__page_crosses(struct tiermm_promotion *p, uint64_t page, int32_t to)
{
	int32_t from = tiermm__word_node(p->words[page]);

	if (from == to)
		return;
	withdraw(p, page);
	if (from == TIERMM_NO_NODE)
		p->words[page] = tiermm__word_set_node(0, to);
	else if (p->nodes[from].rank == p->nodes[to].rank ||
		 (p->nodes[from].top && p->nodes[to].top))
		p->words[page] = tiermm__word_set_node(p->words[page], to);
	else if (p->nodes[to].top)
		goes_up(p, page, to);
	else
		goes_elsewhere(p, page, to);
}

static int check(const struct tiermm_promotion *p, uint64_t first, uint64_t n,
		 int32_t node, int may_be_none)
{
	if (!tiermm__has_pages(p, first, n))
		return -TIERMM_EINVAL;
	if (may_be_none && node == TIERMM_NO_NODE)
		return 0;
	return tiermm__has_node(p, node) ? 0 : -TIERMM_ENODEV;
}

static void place(struct tiermm_promotion *p, uint64_t page, int32_t node)
{
	uint64_t word = p->words[page];

	withdraw(p, page);
	if (tiermm__word_heat(word))
		tell_policy(p, page, TIERMM_NO_NODE, 0);
	p->words[page] = tiermm__word_set_node(0, node);
}

int tiermm_promotion_set_pages(struct tiermm_promotion *p, uint64_t first,
			       uint64_t n, int32_t node)
{
	int err = tiermm__promotion_enter(p);

	if (err)
		return err;
	err = check(p, first, n, node, 1);
	for (uint64_t i = 0; !err && i < n; i++)
		place(p, first + i, node);
	tiermm__promotion_leave(p);
	return err;
}

static void count_move(struct tiermm_promotion *p, int32_t from, int32_t to)
{
	if (from == TIERMM_NO_NODE || from == to)
		return;
	if (tiermm__is_faster(p, to, from))
		tiermm__count(p, TIERMM_PROMOTION_RAISED, 1);
	else if (tiermm__is_faster(p, from, to))
		tiermm__count(p, TIERMM_PROMOTION_LOWERED, 1);
}

int tiermm_promotion_pages_moved(struct tiermm_promotion *p, uint64_t now_ns,
				 uint64_t first, uint64_t n, int32_t node)
{
	int err = tiermm__promotion_enter(p);

	if (err)
		return err;
	err = check(p, first, n, node, 0);
	if (!err)
		tiermm__clock_advance(p, now_ns);
	for (uint64_t i = 0; !err && i < n; i++) {
		count_move(p, tiermm__word_node(p->words[first + i]), node);
		tiermm__page_crosses(p, first + i, node);
	}
	tiermm__promotion_leave(p);
	return err;
}
