/* SPDX-License-Identifier: MIT */
/*
 * Proposals wait in a ring (L12). Who proposes takes a ticket, then fills its
 * slot; the owner takes slots in the order of tickets, and a slot that is not
 * filled yet is one that does not wait yet. A slot is emptied before its turn
 * is given out again. Model: tests/model/layout_inbox.pml.
 */
#include "layout/relayout.h"

#include <stddef.h>

/* A ticket from 0 up, or -1: all slots are taken. */
static int64_t take_ticket(struct tiermm_relayout *r)
{
	uint64_t taken, ticket;

	/* Relaxed: only a first guess. */
	ticket = atomic_load_explicit(&r->proposed, memory_order_relaxed);
	do {
		/* Acquire: the slot is empty. Partner: the release in pop(). */
		taken = atomic_load_explicit(&r->taken, memory_order_acquire);
		if ((int64_t)(ticket - taken) >= (int64_t)r->max_proposals)
			return -1;
		/* Relaxed: the slot carries what is proposed. */
	} while (!atomic_compare_exchange_weak_explicit(&r->proposed, &ticket,
							ticket + 1,
							memory_order_relaxed,
							memory_order_relaxed));
	return (int64_t)ticket;
}

int tiermm_relayout_propose(struct tiermm_relayout *r,
			    struct tiermm_layout *layout, uint64_t *ticket)
{
	int64_t mine;

	if (!r || !layout)
		return -TIERMM_EINVAL;
	mine = take_ticket(r);
	if (mine < 0)
		return -TIERMM_ENOSPC;
	if (ticket)
		*ticket = (uint64_t)mine + 1;
	tiermm__layout_add(r, TIERMM_LAYOUT_PROPOSED, 1);
	/* Release: the layout is whole. Partner: the acquire in take(). */
	atomic_store_explicit(&r->inbox[(uint64_t)mine % r->max_proposals],
			      tiermm_layout_ref(layout), memory_order_release);
	return 0;
}

static void pop(struct tiermm_relayout *r, uint64_t ticket)
{
	/* Relaxed: ordered by the store behind it. */
	atomic_store_explicit(&r->inbox[ticket % r->max_proposals], NULL,
			      memory_order_relaxed);
	/* Release: the slot is empty. Partner: take_ticket(). */
	atomic_store_explicit(&r->taken, ticket + 1, memory_order_release);
}

static int take(struct tiermm_relayout *r,
		const struct tiermm_layout_part *const *parts, uint32_t n_parts,
		struct tiermm_layout_problem *problem, uint64_t *ticket)
{
	/* Relaxed: only the owner stores it. */
	uint64_t next = atomic_load_explicit(&r->taken, memory_order_relaxed);
	/* Acquire: partner is the release in propose. */
	struct tiermm_layout *layout =
		atomic_load_explicit(&r->inbox[next % r->max_proposals],
				     memory_order_acquire);
	int err;

	if (!layout)
		return -TIERMM_ENOENT;
	if (ticket)
		*ticket = next + 1;
	if (r->retire.poll)
		(void)r->retire.poll(r->retire.self);
	err = tiermm__relayout_prepare(r, layout, parts, n_parts, problem);
	if (err == -TIERMM_EAGAIN)
		return err;
	if (err)
		tiermm__layout_add(r, TIERMM_LAYOUT_PROPOSALS_REFUSED, 1);
	else
		tiermm__relayout_commit(r);
	pop(r, next);
	tiermm_layout_unref(layout);
	return err;
}

int tiermm_relayout_take(struct tiermm_relayout *r,
			 const struct tiermm_layout_part *const *parts,
			 uint32_t n_parts,
			 struct tiermm_layout_problem *problem,
			 uint64_t *ticket)
{
	int err = tiermm__relayout_enter(r);

	if (err)
		return err;
	err = take(r, parts, n_parts, problem, ticket);
	tiermm__relayout_leave(r);
	return err;
}
