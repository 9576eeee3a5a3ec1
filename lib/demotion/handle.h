/* SPDX-License-Identifier: MIT */
/*
 * The inside of a published graph, and its protocol.
 *
 * One owner changes it, any number of readers look things up. What holds at
 * every moment, and what a reader makes of it (rules D6, D7, D10):
 *
 * 1. A word names an image that is filled, and that stays as it is until no
 *    word names it any more. So the owner fills the image that no word names,
 *    and only then stores the words (release). While it fills, the image's
 *    version is odd.
 * 2. The blocked set holds at least the nodes that are blocked in any
 *    generation that a word still shows: bits are set before the words are
 *    stored and cleared after that.
 * 3. A release fence stands behind the words of each generation, before
 *    anything else is stored to an image or to the blocked set.
 *
 * A reader loads the node's word and the version of the image that it names
 * (acquire), so it sees at least the image and the blocked set of that
 * generation. It reads them (relaxed), passes an acquire fence, and loads both
 * again. Had it read anything of a later generation, then by 3 the second load
 * would see that generation's words, or later ones; so an equal word says that
 * all was of one generation, and an equal, even version says the same of the
 * image, should the generation in the word have wrapped. Else it tries again,
 * TIERMM__TRIES times, and gives up with -TIERMM_EAGAIN. An owner that stands
 * still in the middle of a change holds nobody up: a word that does not change
 * while the reader looks is all that the reader needs.
 *
 * tiermm_demotion_next() needs none of that: its answer is the word.
 *
 * Progress: readers are wait-free and store nothing; the owner is wait-free
 * but for the memory that prepare takes. Model: tests/model/
 * demotion_publish.pml. Stress: tests/property/test_demotion_stress.c.
 */
#ifndef TIERMM_DEMOTION_HANDLE_H
#define TIERMM_DEMOTION_HANDLE_H

#include "base/owner.h"
#include "demotion/graph.h"
#include "demotion/table.h"

#include <tiermm/demotion.h>

/* How often a reader tries before it says -TIERMM_EAGAIN. */
#define TIERMM__TRIES 8

/* Options kept for rebuilds, their arrays behind the structure. */
struct tiermm__recipe {
	struct tiermm_demotion_options options;
	struct tiermm_alloc mem;
	uint64_t bytes;
};

struct tiermm_demotion {
	/* Frozen for a soname: demotion_inline.h reads it. */
	_Atomic uint64_t words[TIERMM_MAX_NODES];

	/* What readers read besides; lines that only the owner stores to. */
	uint64_t blocked[TIERMM_NODESET_WORDS];
	struct tiermm__image image[2];
	_Atomic(struct tiermm_demotion_graph *) published; /* for peek */

	/* The owner's. */
	_Alignas(TIERMM_ALIGN) struct tiermm__owner owner;
	uint32_t room;       /* nodes that the images hold */
	uint32_t max_access; /* pairs with speeds that the builder holds */
	uint32_t limit;      /* words that change: highest id ever, + 1 */
	uint32_t slot;       /* image that the words name */
	uint32_t off;        /* demotion is switched off */
	uint32_t stale;      /* the builder is behind the graph */
	uint64_t generation;
	_Atomic uint64_t counter[TIERMM_DEMOTION_COUNTERS];
	struct tiermm_demotion_graph *graph;    /* published */
	struct tiermm__recipe *recipe;          /* and how it was built */
	struct tiermm_demotion_graph *prepared; /* or NULL */
	struct tiermm__recipe *next_recipe;     /* NULL: that one stays */
	struct tiermm_topology_builder *builder;
	struct tiermm_nodeset mask;  /* blocked, as the owner knows it */
	struct tiermm_nodeset known; /* nodes of every machine so far */
	struct tiermm_retire retire;
	struct tiermm_alloc mem;       /* for rebuilds */
	struct tiermm_alloc block_mem; /* this very structure's */
	uint64_t block_bytes;
	uint64_t staged[TIERMM_MAX_NODES]; /* words about to be stored */
};

/* Whether a node has a word; TIERMM_NO_NODE and what is no node have none. */
static inline int tiermm__has_word(int32_t node)
{
	return (uint32_t)node < TIERMM_MAX_NODES;
}

static inline const _Atomic uint64_t *
tiermm__word(const struct tiermm_demotion *d, int32_t node)
{
	return &d->words[(uint32_t)node];
}

/* What a reader of more than one word saw first. */
struct tiermm__look {
	const _Atomic uint64_t *place; /* of the node's word */
	uint64_t word;
	const struct tiermm__image *image; /* that the word names */
	uint64_t version; /* of the image; one that was odd never comes back */
};

/*
 * The image that a word names. An image is as large as a slot's place is high
 * in the word, shifted down to it: one instruction less than an index takes.
 */
static inline const struct tiermm__image *
tiermm__image_of(const struct tiermm_demotion *d, uint64_t word)
{
	uint64_t at = word >> (TIERMM__WORD_SLOT_SHIFT - 6) & 64;

	_Static_assert(sizeof(d->image[0]) == 64, "an image is 1 << 6 bytes");
	return (const void *)((const char *)d->image + at);
}

/*
 * First half of a bracket, for who has loaded the node's word (acquire);
 * tiermm__look_end() is the second.
 */
static inline struct tiermm__look
tiermm__look_at(const struct tiermm_demotion *d, int32_t node, uint64_t word)
{
	struct tiermm__look look = { .place = tiermm__word(d, node),
				     .word = word,
				     .image = tiermm__image_of(d, word) };

	/* Acquire: partner is the release store in tiermm__image_fill(). */
	look.version = __atomic_load_n(&look.image->version, __ATOMIC_ACQUIRE) &
		       ~(uint64_t)1;
	return look;
}

static inline struct tiermm__look
tiermm__look_begin(const struct tiermm_demotion *d, int32_t node)
{
	/*
	 * Acquire: the image and the blocked set of this generation are seen.
	 * Partner: the release store in store_words().
	 */
	return tiermm__look_at(d, node,
			       atomic_load_explicit(tiermm__word(d, node),
						    memory_order_acquire));
}

/* Whether all that was read meanwhile is of one generation. */
static inline int tiermm__look_end(const struct tiermm__look *look)
{
	/*
	 * Acquire fence: the loads before come before the loads behind it.
	 * Partners: the release fences in store_words() and
	 * tiermm__image_fill().
	 */
	tiermm__fence_acquire();
	/* Relaxed: ordered by the fence; only their values count. */
	return atomic_load_explicit(look->place, memory_order_relaxed) ==
		       look->word &&
	       tiermm__view_word(&look->image->version) == look->version;
}

/* publish.c: changes of what is published; the owner calls them. */

/* The first graph, before anybody reads. */
void tiermm__start(struct tiermm_demotion *d, struct tiermm_demotion_graph *g);
/* Another graph; its reference is the handle's from now on. */
void tiermm__publish(struct tiermm_demotion *d,
		     struct tiermm_demotion_graph *g);
void tiermm__block(struct tiermm_demotion *d, int32_t node);
void tiermm__unblock(struct tiermm_demotion *d, int32_t node);

/* prepare.c */

/* Whether a machine fits into the room that there is: 0 or -TIERMM_ENOSPC. */
int tiermm__check_room(uint32_t room, uint32_t max_access,
		       const struct tiermm_topology *topology,
		       struct tiermm_problem *problem);
/* Give back what was prepared, if anything was. */
void tiermm__drop_prepared(struct tiermm_demotion *d);

/* recipe.c */

/* Bytes that a copy of checked options takes. */
uint64_t tiermm__recipe_bytes(const struct tiermm_demotion_options *options);
/* Put a copy of checked options into memory of that many bytes. */
struct tiermm__recipe *
tiermm__recipe_place(void *memory,
		     const struct tiermm_demotion_options *options,
		     const struct tiermm_alloc *mem);
/* The same in memory of its own, or NULL. */
struct tiermm__recipe *
tiermm__recipe_create(const struct tiermm_demotion_options *options,
		      const struct tiermm_alloc *mem);
void tiermm__recipe_destroy(struct tiermm__recipe *recipe);

/* counters.c */
static inline void tiermm__count(struct tiermm_demotion *d, uint32_t index,
				 uint64_t value)
{
	/* Relaxed: a number by itself. Partner: tiermm_demotion_counters(). */
	atomic_store_explicit(&d->counter[index], value, memory_order_relaxed);
}

#endif
