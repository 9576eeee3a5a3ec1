/* SPDX-License-Identifier: MIT */
/*
 * Deferring the frees of a batch of moves (F3, F4, F10): requests of a source
 * node, opened when pages come, parked before the table is called, stamped and
 * queued after it has come back.
 *
 * Links are the caller's. One that was handed out, and is parked in no request
 * when the batch has been queued, goes back to him: after the queueing, so
 * that nothing is half done while his slot runs.
 *
 * The stamp may come later than it had to: it is behind the last unmap, which
 * was the table's. Where deferral is stopped meanwhile, queueing is refused,
 * and the request is stranded: drains see to it.
 */
#include "engine/engine.h"

#include <stddef.h>

/* A spare slot, or NULL: not deferred, which is no failure. */
static struct tiermm__slot *take_slot(struct tiermm_engine *e)
{
	struct tiermm__slot *slot;

	if (!e->own_spare)
		e->own_spare = tiermm__slot_take(&e->spare);
	slot = e->own_spare;
	if (slot)
		e->own_spare = slot->next;
	return slot;
}

static void give_slot(struct tiermm_engine *e, struct tiermm__slot *slot)
{
	slot->request = NULL;
	slot->next = e->own_spare;
	e->own_spare = slot;
}

static struct tiermm__slot *open_slot(struct tiermm__act *act, int32_t node)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__slot *slot = take_slot(e);

	if (!slot)
		return NULL;
	if (tiermm_flush_open(e->flush, slot + 1, node, act->parking->agents,
			      act->parking->n_words, &slot->request)) {
		give_slot(e, slot);
		return NULL;
	}
	slot->node = node;
	slot->now_ns = act->now_ns;
	slot->links = 0;
	slot->next = e->open;
	e->open = slot;
	return slot;
}

/* The newest request of this node in the batch under way. */
static struct tiermm__slot *find_slot(struct tiermm__act *act, int32_t node)
{
	struct tiermm__slot *slot = act->e->open;

	while (slot && slot->node != node)
		slot = slot->next;
	return slot;
}

/* Folio flags as facts of its mappings; dirty may have come through one. */
static uint32_t facts_of(uint32_t flags)
{
	uint32_t facts = 0;

	if (flags & TIERMM_FOLIO_MAPPED)
		facts |= TIERMM_FACT_READABLE;
	if (flags & TIERMM_FOLIO_WRITABLE)
		facts |= TIERMM_FACT_WRITABLE;
	if (flags & TIERMM_FOLIO_DIRTY)
		facts |= TIERMM_FACT_DIRTY;
	return facts;
}

static int add(struct tiermm__slot *slot, struct tiermm_flush_page *link,
	       struct tiermm_flush_page *copy, uint32_t order)
{
	uint64_t added = 0;

	if (!slot ||
	    tiermm_flush_add(slot->request, &link, &copy, 1, order, &added))
		return 0;
	slot->links += added;
	return added == 1;
}

/*
 * If it may wait: into a request of the node, or a new one where that is full.
 */
static struct tiermm__slot *try_to_park(struct tiermm__act *act,
					const struct tiermm_flush_facts *facts,
					struct tiermm_flush_page *link,
					struct tiermm_flush_page *copy)
{
	struct tiermm__slot *slot = find_slot(act, facts->node);

	if (tiermm_flush_may_defer(act->e->flush, facts, NULL) != 1)
		return NULL;
	if (add(slot, link, copy, facts->order))
		return slot;
	slot = open_slot(act, facts->node);
	return add(slot, link, copy, facts->order) ? slot : NULL;
}

/* The caller's link for the batch's next item, and that of its copy. */
static struct tiermm_flush_page *find_link(struct tiermm__act *act,
					   uint64_t number,
					   struct tiermm_flush_page **copy)
{
	const struct tiermm_parking *p = act->parking;
	const struct tiermm__batch *b = &act->e->batch;

	if (p->link)
		return act->e->flush ? p->link(p->self, &b->moves[b->n], copy)
				     : NULL;
	if (p->copies)
		*copy = p->copies[number];
	return p->links[number];
}

void tiermm__park(struct tiermm__act *act, const struct tiermm_folio *folio,
		  uint64_t link, uint32_t reason)
{
	struct tiermm__batch *b = &act->e->batch;
	struct tiermm_flush_page *page, *copy = NULL;
	struct tiermm_flush_facts facts = {
		.size = sizeof(facts),
		.flags = facts_of(folio->flags),
		.reason = reason,
		.node = folio->node,
		.order = folio->order,
		.now_ns = act->now_ns,
	};

	if (!b->n)
		b->hasty = 0;
	page = find_link(act, link, &copy);
	b->links[b->n] = page;
	facts.page = page;
	facts.copy = copy;
	b->slots[b->n] = page ? try_to_park(act, &facts, page, copy) : NULL;
	if (b->slots[b->n])
		return;
	b->hasty += (folio->flags & TIERMM_FOLIO_MAPPED) != 0;
	if (page)
		tiermm__engine_count(act->e, TIERMM_ENGINE_NOT_PARKED,
				     (uint64_t)1 << folio->order);
}

/* The batch does not wait: its links go back with those of what stays. */
static void give_up(struct tiermm__act *act)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__batch *b = &e->batch;
	struct tiermm__slot *slot;

	while ((slot = e->open) != NULL) {
		e->open = slot->next;
		(void)tiermm_flush_close(slot->request);
		give_slot(e, slot);
	}
	for (uint64_t i = 0; i < b->n; i++) {
		if (b->slots[i])
			tiermm__engine_count(e, TIERMM_ENGINE_NOT_PARKED,
					     b->moves[i].pages);
		b->slots[i] = NULL;
	}
}

void tiermm__park_ready(struct tiermm__act *act)
{
	if (act->parking->flags & TIERMM_PARKING_WHOLE && act->e->open &&
	    act->e->batch.hasty)
		give_up(act);
}

/* Who did not move keeps its page: only what moved has an old copy. */
static void take_out_what_stayed(struct tiermm__act *act)
{
	struct tiermm__batch *b = &act->e->batch;

	for (uint64_t i = 0; i < b->n; i++) {
		if (!b->slots[i])
			continue;
		if (b->results[i].outcome == TIERMM_OUTCOME_DONE) {
			act->step->parked += b->moves[i].pages;
			continue;
		}
		(void)tiermm_flush_remove(b->slots[i]->request, b->links[i]);
		b->slots[i]->links--;
		b->slots[i] = NULL;
	}
}

static void queue(struct tiermm__act *act, struct tiermm__slot *slot)
{
	struct tiermm_engine *e = act->e;
	uint32_t due = 0;

	(void)tiermm_flush_stamp(slot->request);
	slot->generation = tiermm_flush_generation(e->flush);
	if (!tiermm_flush_queue(slot->request, slot->now_ns, &due)) {
		act->step->flush_due |= due;
		return;
	}
	act->step->flush_due |= TIERMM_DUE_STOPPED;
	tiermm__engine_count(e, TIERMM_ENGINE_STRANDED, 1);
	tiermm__slot_push(&e->stranded, slot);
}

static void queue_all(struct tiermm__act *act)
{
	struct tiermm_engine *e = act->e;
	struct tiermm__slot *slot;
	uint64_t before = act->step->parked;

	take_out_what_stayed(act);
	tiermm__engine_count(e, TIERMM_ENGINE_PARKED_PAGES,
			     act->step->parked - before);
	while ((slot = e->open) != NULL) {
		e->open = slot->next;
		if (slot->links) {
			queue(act, slot);
			continue;
		}
		(void)tiermm_flush_close(slot->request);
		give_slot(e, slot);
	}
}

/* An item that is in a slot to the end is parked, or was. */
static void give_links_back(struct tiermm__act *act)
{
	const struct tiermm_parking *p = act->parking;
	const struct tiermm__batch *b = &act->e->batch;

	for (uint64_t i = 0; i < b->n; i++)
		if (b->links[i] && !b->slots[i])
			p->unused(p->self, &b->moves[i], b->links[i]);
}

void tiermm__park_end(struct tiermm__act *act)
{
	if (act->e->open)
		queue_all(act);
	if (act->parking->unused)
		give_links_back(act);
}

void tiermm__park_recover(struct tiermm_engine *e,
			  struct tiermm_flush_freed *freed)
{
	struct tiermm__slot *slot;

	while ((slot = e->open) != NULL) {
		e->open = slot->next;
		if (!tiermm_flush_close(slot->request))
			tiermm__freed_add(freed, slot);
	}
}
