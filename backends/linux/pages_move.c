/* SPDX-License-Identifier: MIT */
/*
 * Moves, a window of entries at a time: spread items over entries, look where
 * they are, send what is undecided to its target, fold into the results.
 */
#include "pages.h"

#include <errno.h>
#include <string.h>

/* A call of move on its way through the items. */
struct progress {
	const struct tiermm_move *moves;
	struct tiermm_result *results;
	uint64_t n;
	uint64_t item;   /* the next one to spread */
	uint64_t offset; /* base pages of it that are spread */
	uint64_t first;  /* item that the window's entries count from */
};

void tiermm__linux_pages_decide(struct entry *e, uint32_t outcome,
				int32_t error)
{
	e->outcome = outcome;
	e->error = error;
	e->flags |= ENTRY_DECIDED;
}

static int are_sound(const struct tiermm_linux_pages *p,
		     const struct tiermm_move *moves, uint64_t n)
{
	/* No division an item. */
	uint64_t page_bytes = p->page_bytes, most = UINT64_MAX / page_bytes;

	for (uint64_t i = 0; i < n; i++)
		if (moves[i].to < 0 || moves[i].to >= TIERMM_MAX_NODES ||
		    !moves[i].pages || moves[i].pages > most ||
		    moves[i].page > UINT64_MAX - moves[i].pages * page_bytes)
			return 0;
	return 1;
}

/* An item that a window has room for is not cut: it may be a huge page. */
static int fits(const struct tiermm_linux_pages *p, uint64_t pages,
		uint64_t filled)
{
	return pages <= p->batch - filled || pages > p->batch;
}

/* Fill a window: how many entries there are. */
static uint64_t spread(struct tiermm_linux_pages *p, struct progress *at)
{
	uint64_t n = 0;

	at->first = at->item;
	while (n < p->batch && at->item < at->n) {
		const struct tiermm_move *move = &at->moves[at->item];
		uint64_t page = move->page & ~(p->page_bytes - 1);
		int32_t from = p->flags & TIERMM_LINUX_PAGES_TRUST_FROM &&
					       move->from != move->to
				       ? move->from
				       : TIERMM_NO_NODE;

		if (at->offset == 0 && !fits(p, move->pages, n))
			break;
		p->entries[n++] = (struct entry){
			.address = page + at->offset * p->page_bytes,
			.item = (uint32_t)(at->item - at->first),
			.flags = at->offset ? 0 : ENTRY_FIRST,
			.to = move->to,
			.before = from,
		};
		if (++at->offset == move->pages) {
			at->offset = 0;
			at->item++;
		}
	}
	return n;
}

/*
 * What is known of an entry before it is tried. Where nothing is, it is left
 * alone: nobody could say afterwards whether it moved.
 */
static void look_at(struct entry *e, int status, long error)
{
	e->before = status;
	if (status == e->to)
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_ALREADY, 0);
	else if (tiermm__linux_pages_is_absent(status))
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_ABSENT, status);
	else if (status == PAGES_UNTOUCHED)
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_UNKNOWN,
					   (int32_t)error);
}

/* Look where entries are, but for those whose `from` is to be believed. */
static void look(struct tiermm_linux_pages *p, uint64_t n)
{
	uint32_t asked = 0;
	long err;

	for (uint32_t i = 0; i < n; i++)
		if (p->entries[i].before < 0) {
			p->picks[asked] = i;
			p->addresses[asked++] =
				(void *)(uintptr_t)p->entries[i].address;
		}
	if (!asked)
		return;
	err = tiermm__linux_pages_ask(p, asked);
	if (err && tiermm__linux_pages_note_stop(p, err))
		return;
	for (uint32_t i = 0; i < asked; i++)
		look_at(&p->entries[p->picks[i]], p->status[i], err);
}

/* Send each target's share; what comes to a stop is not sent. */
static void send_window(struct tiermm_linux_pages *p, uint64_t n)
{
	int looked = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct entry *e = &p->entries[i];

		if (e->flags & ENTRY_DECIDED)
			continue;
		if (!looked++ && !p->stop && p->pagemap >= 0)
			tiermm__linux_pages_find_huge(p, n);
		if (p->stop)
			tiermm__linux_pages_decide(e, p->stop, p->stop_error);
		else
			tiermm__linux_pages_send(p, n, e->to);
	}
}

static void fold(struct tiermm_result *result, const struct entry *e)
{
	struct tiermm_result part = { .outcome = e->outcome,
				      .error = e->error,
				      .pages = e->moved };

	if (e->flags & ENTRY_FIRST)
		*result = part;
	else
		(void)tiermm_result_add(result, &part);
}

static void move_window(struct tiermm_linux_pages *p, struct progress *at)
{
	uint64_t n = spread(p, at), moved = 0;

	if (!p->stop)
		look(p, n);
	send_window(p, n);
	for (uint64_t i = 0; i < n; i++) {
		fold(&at->results[at->first + p->entries[i].item],
		     &p->entries[i]);
		moved += p->entries[i].moved;
	}
	tiermm__linux_pages_count(p, TIERMM_LINUX_PAGES_MOVED, moved);
}

/* What was not reached, the rest of an item that was begun included. */
static void stop_rest(struct tiermm_linux_pages *p, struct progress *at)
{
	for (uint64_t i = at->item; i < at->n; i++) {
		struct entry e = { .flags = i > at->item || !at->offset
						    ? ENTRY_FIRST
						    : 0,
				   .outcome = p->stop,
				   .error = p->stop_error };

		fold(&at->results[i], &e);
	}
}

static void count_outcomes(struct tiermm_linux_pages *p,
			   const struct tiermm_result *results, uint64_t n)
{
	uint64_t seen[TIERMM_OUTCOMES] = { 0 };

	for (uint64_t i = 0; i < n; i++)
		seen[results[i].outcome]++;
	for (uint32_t i = 0; i < TIERMM_OUTCOMES; i++)
		if (seen[i])
			tiermm__linux_pages_count(p, i, seen[i]);
}

int tiermm__linux_pages_move(void *self, const struct tiermm_move *moves,
			     uint64_t n, struct tiermm_result *results)
{
	struct tiermm_linux_pages *p = self;
	struct progress at = { .moves = moves, .results = results, .n = n };
	int err;

	if (n && (!moves || !results || !are_sound(p, moves, n)))
		return -TIERMM_EINVAL;
	err = tiermm__linux_pages_enter(p);
	if (err)
		return err;
	memset(p->full, 0, sizeof(p->full));
	while (at.item < n && !p->stop)
		move_window(p, &at);
	stop_rest(p, &at);
	count_outcomes(p, results, n);
	err = p->ended ? -TIERMM_ENOENT : 0;
	tiermm__linux_pages_leave(p);
	return err;
}
