/* SPDX-License-Identifier: MIT */
/*
 * One target's share of a window: within its room to the kernel in one call,
 * then each entry decided by its own status, and by asking again where the
 * call left it open. What the call returned explains, and decides nothing.
 */
#include "pages.h"

#include <errno.h>

/* A target's answer to one call. */
struct answer {
	int32_t to;
	long result;
	uint64_t in_all; /* free pages of the target, reserve included */
};

static uint64_t need_of(const struct tiermm_linux_pages *p,
			const struct entry *e)
{
	if (e->flags & ENTRY_COVERED)
		return 0;
	return e->flags & ENTRY_HUGE ? p->huge_bytes / p->page_bytes : 1;
}

/* From now on, for the rest of the call, this target gets nothing more. */
static void close_target(struct tiermm_linux_pages *p, int32_t to,
			 uint32_t outcome, int32_t error)
{
	p->full[to] = (uint8_t)outcome;
	p->full_error[to] = error;
}

static int is_for(const struct entry *e, int32_t to)
{
	return e->to == to && !(e->flags & ENTRY_DECIDED);
}

/* Entries that fit into the target's room, as addresses; others are full. */
static uint32_t pick(struct tiermm_linux_pages *p, uint64_t n, int32_t to,
		     uint64_t room)
{
	uint64_t held_back = 0;
	uint32_t picked = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct entry *e = &p->entries[i];
		uint64_t need = need_of(p, e);

		if (!is_for(e, to))
			continue;
		if (p->full[to] || need > room) {
			close_target(p, to, TIERMM_OUTCOME_TARGET_FULL, 0);
			tiermm__linux_pages_decide(e,
						   TIERMM_OUTCOME_TARGET_FULL,
						   0);
			held_back++;
			continue;
		}
		room -= need;
		p->picks[picked] = i;
		p->addresses[picked] = (void *)(uintptr_t)e->address;
		p->nodes[picked] = to;
		p->status[picked++] = PAGES_UNTOUCHED;
	}
	if (held_back)
		tiermm__linux_pages_count(p, TIERMM_LINUX_PAGES_HELD_BACK,
					  held_back);
	return picked;
}

/* It is on its target and was not before. */
static void decide_there(struct tiermm_linux_pages *p, struct entry *e)
{
	if (e->flags & ENTRY_COVERED) {
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_ALREADY, 0);
		return;
	}
	tiermm__linux_pages_decide(e, TIERMM_OUTCOME_DONE, 0);
	e->moved = need_of(p, e);
	if (e->flags & ENTRY_HUGE)
		tiermm__linux_pages_count(p, TIERMM_LINUX_PAGES_HUGE, 1);
}

/* By its status alone: 1, or 0 where it has to be asked again. */
static int decide_by_status(struct tiermm_linux_pages *p, struct entry *e,
			    int status)
{
	if (status == e->to)
		decide_there(p, e);
	else if (status == -EACCES)
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_SHARED, status);
	else if (tiermm__linux_pages_is_absent(status))
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_ABSENT, status);
	else
		return 0;
	return 1;
}

/* Whether an error speaks of the target and not of the page. */
static uint32_t fault_of_target(int32_t error)
{
	switch (error) {
	case -ENODEV:
		return TIERMM_OUTCOME_TARGET_GONE;
	case -ENOMEM:
		return TIERMM_OUTCOME_TARGET_FULL;
	case -EACCES: /* of the call: as a page's status it means shared */
		return TIERMM_OUTCOME_DENIED;
	default:
		return 0;
	}
}

/* Why an entry that is elsewhere still did not move. */
static void explain(struct tiermm_linux_pages *p, struct entry *e, int status,
		    const struct answer *a)
{
	int32_t error = status < 0 ? status : 0;
	uint32_t fault;

	if (status == PAGES_UNTOUCHED)
		error = a->result < 0 ? (int32_t)a->result : 0;
	fault = fault_of_target(error);
	if (fault) {
		close_target(p, e->to, fault, error);
		tiermm__linux_pages_decide(e, fault, error);
	} else if (p->stop && error == p->stop_error) {
		tiermm__linux_pages_decide(e, p->stop, error);
	} else if (a->in_all < need_of(p, e)) {
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_TARGET_FULL,
					   error);
	} else {
		/* How many did not move was told, not why. */
		tiermm__linux_pages_decide(e, TIERMM_OUTCOME_BUSY, error);
	}
}

/* Move what is open to the front of picks, addresses and nodes. */
static uint32_t keep_open(struct tiermm_linux_pages *p, uint32_t n)
{
	uint32_t open = 0;

	for (uint32_t i = 0; i < n; i++) {
		int status = p->status[i];

		if (decide_by_status(p, &p->entries[p->picks[i]], status))
			continue;
		p->picks[open] = p->picks[i];
		p->addresses[open] = p->addresses[i];
		p->nodes[open++] = status;
	}
	return open;
}

/* Ask where open entries are, and decide them; nodes hold their statuses. */
static void settle_open(struct tiermm_linux_pages *p, uint32_t open,
			struct answer *a)
{
	uint64_t beyond_reserve;
	long err = tiermm__linux_pages_ask(p, open);

	tiermm__linux_pages_count(p, TIERMM_LINUX_PAGES_ASKED_AGAIN, open);
	(void)tiermm__linux_pages_note_stop(p, a->result);
	(void)tiermm__linux_pages_note_stop(p, err);
	a->in_all = UINT64_MAX;
	if (a->result > 0)
		(void)tiermm__linux_pages_room(p, a->to, &beyond_reserve,
					       &a->in_all);
	for (uint32_t i = 0; i < open; i++) {
		struct entry *e = &p->entries[p->picks[i]];

		if (p->status[i] != PAGES_UNTOUCHED) {
			if (!decide_by_status(p, e, p->status[i]))
				explain(p, e, p->nodes[i], a);
		} else if (p->stop) {
			tiermm__linux_pages_decide(e, p->stop, p->stop_error);
		} else {
			tiermm__linux_pages_decide(e, TIERMM_OUTCOME_UNKNOWN,
						   (int32_t)err);
		}
	}
}

/* Entries of a target that gets nothing. */
static void refuse(struct tiermm_linux_pages *p, uint64_t n, int32_t to,
		   uint32_t outcome, int32_t error)
{
	for (uint64_t i = 0; i < n; i++)
		if (is_for(&p->entries[i], to))
			tiermm__linux_pages_decide(&p->entries[i], outcome,
						   error);
}

static void call_kernel(struct tiermm_linux_pages *p, uint32_t n,
			struct answer *a)
{
	int flags = p->flags & TIERMM_LINUX_PAGES_MOVE_SHARED
			    ? PAGES_MPOL_MF_MOVE_ALL
			    : PAGES_MPOL_MF_MOVE;
	uint32_t open;

	a->result = p->calls->move_pages(p->calls_self, p->pid, n, p->addresses,
					 p->nodes, p->status, flags);
	tiermm__linux_pages_count(p, TIERMM_LINUX_PAGES_CALLS, 1);
	if (a->result)
		tiermm__linux_pages_count(p, TIERMM_LINUX_PAGES_CUT, 1);
	open = keep_open(p, n);
	if (open)
		settle_open(p, open, a);
}

void tiermm__linux_pages_send(struct tiermm_linux_pages *p, uint64_t n,
			      int32_t to)
{
	struct answer a = { .to = to };
	uint64_t room, in_all;
	uint32_t picked;

	if (!tiermm_nodeset_has(&p->allowed, to))
		close_target(p, to, TIERMM_OUTCOME_DENIED, 0);
	if (p->full[to]) {
		refuse(p, n, to, p->full[to], p->full_error[to]);
		return;
	}
	/* Where the room cannot be read, the kernel says when it is full. */
	(void)tiermm__linux_pages_room(p, to, &room, &in_all);
	picked = pick(p, n, to, room);
	if (picked)
		call_kernel(p, picked, &a);
}
