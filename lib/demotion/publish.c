/* SPDX-License-Identifier: MIT */
/*
 * Changes of what readers see: another graph, another blocked set, on or off.
 * The protocol and its invariants 1 to 3 are told in handle.h; the model is
 * tests/model/demotion_publish.pml. Nothing here allocates or can fail.
 */
#include "demotion/handle.h"

#include "base/assert.h"
#include "base/nodeset.h"
#include "demotion/choose.h"

#include <stddef.h>

#include <tiermm/demotion_change.h>

/* The word of a node that has row @row in the graph. */
static uint64_t node_word(const struct tiermm__demotion_view *v, uint32_t row,
			  const struct tiermm__filter *filter)
{
	const uint64_t *set = tiermm__view_preferred(v, row);
	uint64_t head = tiermm__view_word(tiermm__view_near(v, row));
	uint64_t word = (uint32_t)tiermm__view_first(v, row, filter);
	uint32_t filled = tiermm__near_filled(head), usable = 0;

	if (filled && v->ids[row] == row)
		word |= filled & (filled - 1) ? TIERMM__WORD_WIDE
					      : TIERMM__WORD_NEAR;
	for (uint32_t i = tiermm__near_first(head); i < tiermm__near_end(head);
	     i++)
		usable += tiermm__popcount(tiermm__usable_word(filter, set, i));
	return usable > 1 ? word | TIERMM__WORD_MANY : word;
}

/*
 * Work all words out before the first is stored: a reader that needs two
 * generations to agree has a shorter while to meet them differing.
 */
static void stage_words(struct tiermm_demotion *d,
			const struct tiermm_demotion_graph *g)
{
	struct tiermm__demotion_view v = tiermm__demotion_graph_view(g);
	struct tiermm__filter filter = tiermm__filter(NULL, d->mask.word);
	uint64_t common = ++d->generation << TIERMM__WORD_GENERATION_SHIFT |
			  (uint64_t)d->slot << TIERMM__WORD_SLOT_SHIFT;
	uint32_t row = 0;

	if (d->off)
		common |= TIERMM__WORD_OFF;
	for (uint32_t id = 0; id < d->limit; id++) {
		d->staged[id] = common | (uint32_t)TIERMM_NO_NODE;
		if (row == v.n || v.ids[row] != id)
			continue;
		if (!d->off)
			d->staged[id] = common | node_word(&v, row, &filter);
		row++;
	}
}

static void store_words(struct tiermm_demotion *d)
{
	/*
	 * Release: whoever sees a word sees the image and the blocked set that
	 * belong to it. Partner: the acquire in tiermm__look_begin().
	 */
	for (uint32_t id = 0; id < d->limit; id++)
		atomic_store_explicit(&d->words[id], d->staged[id],
				      memory_order_release);
	/*
	 * Release: whatever is stored from now on, to an image or to the
	 * blocked set, comes after the words (invariant 3). Partner: the
	 * acquire fence in tiermm__look_end().
	 */
	tiermm__fence_release();
	tiermm__count(d, TIERMM_DEMOTION_GENERATION, d->generation);
}

/* Show readers the blocked set; see invariant 2 for when. */
static void store_blocked(struct tiermm_demotion *d,
			  const struct tiermm_nodeset *set)
{
	/* Relaxed: ordered by the words before it, or behind it. */
	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++)
		tiermm__view_store(d->blocked + i, set->word[i]);
}

/* A new generation in which the blocked set is @mask. */
static void change(struct tiermm_demotion *d,
		   const struct tiermm_demotion_graph *g,
		   const struct tiermm_nodeset *mask)
{
	struct tiermm_nodeset both = d->mask;

	tiermm__nodeset_or(&both, mask);
	store_blocked(d, &both);
	d->mask = *mask;
	stage_words(d, g);
	store_words(d);
	store_blocked(d, mask);
	tiermm__count(d, TIERMM_DEMOTION_BLOCKED, tiermm_nodeset_count(mask));
}

/* Nodes of any machine so far that are not online in this one. */
static struct tiermm_nodeset not_online(struct tiermm_demotion *d,
					const struct tiermm_topology *t)
{
	struct tiermm_nodeset set;
	struct tiermm_nodeset blocked;

	(void)tiermm_topology_nodes(t, TIERMM_NODES_POSSIBLE, &set);
	tiermm__nodeset_or(&d->known, &set);
	blocked = d->known;
	(void)tiermm_topology_nodes(t, TIERMM_NODES_MEMORY, &set);
	tiermm__nodeset_and_not(&blocked, &set);
	(void)tiermm_topology_nodes(t, TIERMM_NODES_GOING, &set);
	tiermm__nodeset_or(&blocked, &set);
	return blocked;
}

/* Fill the image that no word names, and name it in all words. */
static void show(struct tiermm_demotion *d, struct tiermm_demotion_graph *g)
{
	struct tiermm__demotion_view v = tiermm__demotion_graph_view(g);
	struct tiermm_nodeset mask =
		not_online(d, tiermm_demotion_graph_topology(g));
	uint32_t highest = (uint32_t)v.ids[v.n - 1];

	TIERMM_ASSERT(tiermm_demotion_graph_is_valid(g));
	if (d->limit < highest + 1)
		d->limit = highest + 1;
	d->slot ^= 1;
	tiermm__image_fill(&d->image[d->slot], &v);
	change(d, g, &mask);
	d->graph = g;
	d->stale = 1;
	/*
	 * Release: the graph that a reader finds here is whole. Partner: the
	 * acquire in tiermm_demotion_peek(). Without a retire table nobody
	 * could say when such a reader is done, so there are none.
	 */
	atomic_store_explicit(&d->published, d->retire.retire ? g : NULL,
			      memory_order_release);
}

void tiermm__start(struct tiermm_demotion *d, struct tiermm_demotion_graph *g)
{
	for (uint32_t id = 0; id < TIERMM_MAX_NODES; id++)
		atomic_init(&d->words[id], (uint32_t)TIERMM_NO_NODE);
	show(d, g);
}

static void release_graph(struct tiermm_retired *retired)
{
	/* It is the first thing in the graph. */
	tiermm_demotion_graph_unref((struct tiermm_demotion_graph *)retired);
}

/* Give a graph that is no longer published back, when nobody peeks at it. */
static void retire(struct tiermm_demotion *d, struct tiermm_demotion_graph *g)
{
	if (!d->retire.retire) {
		tiermm_demotion_graph_unref(g);
		return;
	}
	g->retired = (struct tiermm_retired){ .release = release_graph,
					      .bytes = g->bytes };
	d->retire.retire(d->retire.self, &g->retired);
	(void)d->retire.poll(d->retire.self);
}

void tiermm__publish(struct tiermm_demotion *d, struct tiermm_demotion_graph *g)
{
	struct tiermm_demotion_graph *before = d->graph;
	uint64_t rebuilds =
		atomic_load_explicit(&d->counter[TIERMM_DEMOTION_REBUILDS],
				     memory_order_relaxed);

	show(d, g);
	tiermm__count(d, TIERMM_DEMOTION_REBUILDS, rebuilds + 1);
	retire(d, before);
}

void tiermm__block(struct tiermm_demotion *d, int32_t node)
{
	struct tiermm_nodeset mask = d->mask;

	tiermm__nodeset_add(&mask, node);
	change(d, d->graph, &mask);
}

void tiermm__unblock(struct tiermm_demotion *d, int32_t node)
{
	struct tiermm_nodeset mask = d->mask;

	tiermm__nodeset_remove(&mask, node);
	change(d, d->graph, &mask);
}

int tiermm_demotion_enable(struct tiermm_demotion *d, uint32_t on)
{
	struct tiermm_nodeset mask;
	int err = d ? tiermm__owner_enter(&d->owner) : -TIERMM_EINVAL;

	if (err)
		return err;
	mask = d->mask;
	d->off = !on;
	change(d, d->graph, &mask);
	tiermm__owner_leave(&d->owner);
	return 0;
}
