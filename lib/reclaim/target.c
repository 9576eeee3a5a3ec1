/* SPDX-License-Identifier: MIT */
/*
 * Where a cold page can go: the first target, and the order behind it (R4).
 *
 * First the node that the graph prefers, among those allowed, and no other.
 * Then every other allowed lower node of the *source*, nearest to the first
 * *target* first: if node 0 demotes to 2, and 2 is full, the page goes where a
 * page of node 2 would go, but never to the source's own tier or above. Ties
 * go to the lower id.
 *
 * Both read the published table without a lock, as lib/demotion/handle.h
 * tells; model: tests/model/demotion_publish.pml.
 */
#include "demotion/choose.h"
#include "demotion/handle.h"
#include "reclaim/internal.h"

#include <tiermm/error.h>

static int ask(const struct tiermm_reclaim *r,
	       const struct tiermm__reclaim_call *call, int32_t node,
	       int32_t *out)
{
	const struct tiermm_reclaim_context *c = &call->context;
	struct tiermm_demotion_query query = {
		.size = sizeof(query),
		.choice = c->choice,
		.n_weights = (uint32_t)c->n_weights,
		.allowed = c->allowed,
		.random = c->random,
		.cursor = c->cursor,
		.weights = c->weights,
	};

	return tiermm_demotion_choose(r->demotion, node, &query, out);
}

/* The same, where no state is drawn from: without a query, if it can be. */
static int ask_first(const struct tiermm_reclaim *r,
		     const struct tiermm__reclaim_call *call, int32_t node,
		     int32_t *out)
{
	const struct tiermm_nodeset *allowed = call->context.allowed;

	if (allowed)
		return tiermm_demotion_next_allowed(r->demotion, node, allowed,
						    out);
	*out = tiermm_demotion_next(r->demotion, node);
	/* A word without a target does not say why. */
	return *out != TIERMM_NO_NODE ? 0 : ask(r, call, node, out);
}

int32_t tiermm__reclaim_first(const struct tiermm_reclaim *r,
			      const struct tiermm__reclaim_call *call,
			      int32_t node, uint32_t *why)
{
	int32_t target = TIERMM_NO_NODE;
	int err;

	*why = TIERMM_RECLAIM_SWITCHED_OFF;
	if (call->off)
		return TIERMM_NO_NODE;
	err = call->context.choice == TIERMM_CHOICE_FIRST
		      ? ask_first(r, call, node, &target)
		      : ask(r, call, node, &target);
	if (err == -TIERMM_EAGAIN) {
		*why = TIERMM_RECLAIM_CHANGING;
		return TIERMM_NO_NODE;
	}
	*why = TIERMM_RECLAIM_NO_TARGET;
	if (!err && target == TIERMM_NO_NODE && call->context.allowed &&
	    tiermm_demotion_next(r->demotion, node) != TIERMM_NO_NODE)
		*why = TIERMM_RECLAIM_NOT_ALLOWED;
	return err ? TIERMM_NO_NODE : target;
}

/* Place and distance in one number: equal distances go by id. */
static uint64_t key(const struct tiermm__reclaim_place *place)
{
	return (uint64_t)place->distance << 11 | (uint64_t)(place->node + 1);
}

/* A walk over one generation's graph. */
struct walk {
	struct tiermm__demotion_view view;
	uint32_t from; /* row whose distances count */
	int32_t first;
	uint64_t above; /* keys up to this one had their turn */
	uint64_t best;
	struct tiermm__reclaim_place found;
};

static void look_at(struct walk *w, int32_t node)
{
	uint32_t row = tiermm__view_row(&w->view, (uint32_t)node);
	struct tiermm__reclaim_place place = { .node = node };
	uint64_t at;

	if (row == w->view.n || node == w->first)
		return;
	place.distance = tiermm__view_distance(&w->view, w->from, row);
	at = key(&place);
	if (at > w->above && at < w->best) {
		w->best = at;
		w->found = place;
	}
}

static void search(struct walk *w, const struct tiermm__filter *filter,
		   uint32_t source_row)
{
	const uint64_t *lower = tiermm__view_fallback(&w->view, source_row);

	for (uint32_t i = 0; i < w->view.words; i++) {
		uint64_t word = tiermm__usable_word(filter, lower, i);

		for (; word; word &= word - 1)
			look_at(w,
				(int32_t)(i * 64 + tiermm__lowest_bit(word)));
	}
}

/* One attempt; the caller's bracket says whether it was of one generation. */
static void attempt(struct walk *w, const struct tiermm__look *look,
		    const struct tiermm__filter *filter, int32_t source)
{
	uint32_t source_row;

	w->view = tiermm__image_view(look->image);
	w->best = UINT64_MAX;
	w->found = (struct tiermm__reclaim_place){ .node = TIERMM_NO_NODE };
	source_row = tiermm__view_row(&w->view, (uint32_t)source);
	w->from = tiermm__view_row(&w->view, (uint32_t)w->first);
	if (w->from == w->view.n) /* the target left: as seen from the source */
		w->from = source_row;
	if (source_row != w->view.n && !(look->word & TIERMM__WORD_OFF))
		search(w, filter, source_row);
}

int tiermm__reclaim_next(const struct tiermm_demotion *d, int32_t source,
			 int32_t first, const struct tiermm_nodeset *allowed,
			 const struct tiermm__reclaim_place *last,
			 struct tiermm__reclaim_place *next)
{
	struct tiermm__filter filter = tiermm__filter(allowed, d->blocked);
	struct walk w = {
		.first = first,
		.above = last->node == TIERMM_NO_NODE ? 0 : key(last),
	};

	for (uint32_t i = 0; i < TIERMM__TRIES; i++) {
		struct tiermm__look look = tiermm__look_begin(d, source);

		attempt(&w, &look, &filter, source);
		if (!tiermm__look_end(&look))
			continue;
		*next = w.found;
		return 0;
	}
	return -TIERMM_EAGAIN;
}

static void see(const struct tiermm__demotion_view *v, int32_t source,
		int32_t first, int32_t node, struct tiermm__reclaim_seen *seen)
{
	uint32_t from = tiermm__view_row(v, (uint32_t)source);
	uint32_t target = tiermm__view_row(v, (uint32_t)first);
	uint32_t row = tiermm__view_row(v, (uint32_t)node);

	*seen = (struct tiermm__reclaim_seen){ .exists = row != v->n };
	if (row == v->n || from == v->n)
		return;
	seen->lower = tiermm__view_word(tiermm__view_fallback(v, from) +
					(uint32_t)node / 64) >>
			      (node % 64) &
		      1;
	if (target != v->n)
		seen->distance = tiermm__view_distance(v, target, row);
}

int tiermm__reclaim_see(const struct tiermm_demotion *d, int32_t source,
			int32_t first, int32_t node,
			struct tiermm__reclaim_seen *seen)
{
	for (uint32_t i = 0; i < TIERMM__TRIES; i++) {
		struct tiermm__look look = tiermm__look_begin(d, source);
		struct tiermm__demotion_view v = tiermm__image_view(look.image);
		uint64_t blocked;

		see(&v, source, first, node, seen);
		blocked = tiermm__view_word(d->blocked + node / 64);
		seen->blocked = blocked >> (node % 64) & 1;
		if (tiermm__look_end(&look))
			return 0;
	}
	return -TIERMM_EAGAIN;
}
