/* SPDX-License-Identifier: MIT */
/* Drains: take, name the agents, hand back (F5, F8). */
#include "flush/queue.h"

#include "base/memory.h"
#include "base/nodeset.h"
#include "base/options.h"

/* A look at all stamps together, and what a drain reckons from it. */
struct look {
	struct tiermm_flush *f;
	struct tiermm_flush_drain *drain;
	uint64_t passed; /* every agent has passed it */
	uint64_t spared; /* agents in sets that need not flush */
	/* Not 0: who is not named by now has passed this generation. */
	uint64_t cleared;
};

static uint64_t generation_of(struct tiermm_flush_request *r)
{
	/* Relaxed: stamped before it was queued, and ours since the take. */
	return atomic_load_explicit(&r->generation, memory_order_relaxed);
}

/* Agents of one word of a set: those that have not passed are to flush. */
static void name_word(struct look *look, struct tiermm_flush_request *r,
		      uint32_t word, uint64_t left)
{
	uint64_t *named = &look->drain->agents[word];

	for (left &= ~*named; left; left &= left - 1) {
		uint32_t bit = tiermm__lowest_bit(left);

		if (tiermm__agent_passed(look->f, word * 64 + bit,
					 generation_of(r))) {
			look->spared++;
			continue;
		}
		*named |= (uint64_t)1 << bit;
		look->drain->n_agents++;
	}
}

/* 1 where an agent of its set is to flush. */
static int is_named(const struct look *look, struct tiermm_flush_request *r)
{
	if (atomic_load_explicit(&r->all, memory_order_relaxed))
		return look->drain->n_agents != 0;
	for (uint32_t word = 0; word < look->f->words; word++)
		if (tiermm__request_word(look->f, r, word) &
		    look->drain->agents[word])
			return 1;
	return 0;
}

/* Name who has not passed; the newest comes first and often decides all. */
static void name_agents(struct look *look, struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = look->f;
	uint64_t generation = generation_of(r);

	if (look->cleared &&
	    tiermm__covered(tiermm__generation(f), look->cleared, generation))
		return;
	for (uint32_t word = 0; word < f->words; word++)
		name_word(look, r, word, tiermm__request_word(f, r, word));
	if (atomic_load_explicit(&r->all, memory_order_relaxed))
		look->cleared = generation;
}

/* The sets as they are. */
static void name_all(struct look *look, struct tiermm_flush_request *r)
{
	uint64_t *named = look->drain->agents;

	for (uint32_t word = 0; word < look->f->words; word++) {
		uint64_t more =
			tiermm__request_word(look->f, r, word) & ~named[word];

		look->drain->n_agents += tiermm__popcount(more);
		named[word] |= more;
	}
}

static void name(struct look *look, struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = look->f;

	if (look->drain->flags & TIERMM_DRAIN_ALL) {
		name_all(look, r);
		look->drain->n_waiting++;
		return;
	}
	if (tiermm__covered(tiermm__generation(f), look->passed,
			    generation_of(r)))
		return;
	if (f->flavour == TIERMM_FLUSH_EXTERNAL) {
		look->drain->n_waiting++;
		return;
	}
	name_agents(look, r);
	look->drain->n_waiting += (uint64_t)is_named(look, r);
}

/* Nobody is named yet; look at all stamps, if they count. */
static int begin_look(struct look *look)
{
	struct tiermm_flush_drain *drain = look->drain;

	memset(drain->agents, 0, look->f->words * sizeof(uint64_t));
	drain->n_agents = 0;
	drain->n_waiting = 0;
	if (drain->flags & TIERMM_DRAIN_ALL)
		return 0;
	return tiermm__flush_passed(look->f, &look->passed);
}

static void take(struct tiermm_flush *f, const struct tiermm_nodeset *nodes,
		 struct tiermm__pile *pile)
{
	for (uint32_t node = 0; node < f->max_nodes; node++) {
		struct tiermm__lane *lane = &f->lanes[node];

		/* Relaxed, both: what is queued later may wait for the next. */
		if ((nodes && !tiermm__nodeset_has(nodes, (int32_t)node)) ||
		    !atomic_load_explicit(&lane->pending, memory_order_relaxed))
			continue;
		atomic_store_explicit(&lane->oldest_ns, TIERMM__NEVER,
				      memory_order_relaxed);
		tiermm__lane_take(lane, pile);
	}
}

/*
 * Flatten what was taken into the drain's own chain, add it up, and name the
 * agents; one walk, since a long queue is out of the cache.
 */
static void collect(struct look *look, struct tiermm__pile *pile)
{
	struct tiermm_flush_drain *drain = look->drain;
	struct tiermm_flush_request **end = &drain->taken;
	struct tiermm_flush_request *r;

	while ((r = tiermm__pile_pop(pile)) != NULL) {
		uint64_t generation = generation_of(r);

		*end = r;
		end = &r->next;
		drain->n_requests++;
		drain->n_pages += r->n_pages;
		if (drain->n_requests == 1 ||
		    !tiermm__covered(tiermm__generation(look->f),
				     drain->generation, generation))
			drain->generation = generation;
		name(look, r);
	}
	*end = NULL;
}

static int begin(const struct tiermm_flush *f, struct tiermm_flush_drain *drain)
{
	struct tiermm_flush_drain known;
	int err = f && drain ? tiermm__options_copy(&known, sizeof(known),
						    drain, sizeof(known),
						    TIERMM_DRAIN_ALL)
			     : -TIERMM_EINVAL;

	if (err)
		return err;
	if (!known.agents || known.n_words < f->words)
		return -TIERMM_EINVAL;
	known = (struct tiermm_flush_drain){
		.size = drain->size,
		.flags = known.flags,
		.agents = known.agents,
		.n_words = known.n_words,
	};
	memcpy(drain, &known, sizeof(known));
	return 0;
}

int tiermm_flush_drain_plan(struct tiermm_flush *f,
			    const struct tiermm_nodeset *nodes,
			    struct tiermm_flush_drain *drain)
{
	struct look look = { .f = f, .drain = drain };
	struct tiermm__pile pile = { NULL, NULL };
	int err = begin(f, drain);

	if (err)
		return err;
	take(f, nodes, &pile);
	err = begin_look(&look);
	collect(&look, &pile);
	if (err) {
		(void)tiermm_flush_drain_abandon(f, drain);
		return err;
	}
	if (!drain->n_requests)
		return 0;
	tiermm__flush_count(f, TIERMM_FLUSH_DRAINS, 1);
	tiermm__flush_count(f, TIERMM_FLUSH_DRAINS_FREE, !drain->n_agents);
	tiermm__flush_count(f, TIERMM_FLUSH_FLUSHES, drain->n_agents);
	tiermm__flush_count(f, TIERMM_FLUSH_SPARED, look.spared);
	return 0;
}

int tiermm_flush_drain_poll(struct tiermm_flush *f,
			    struct tiermm_flush_drain *drain)
{
	struct look look = { .f = f, .drain = drain };
	int err;

	if (!f || !drain || !drain->agents)
		return -TIERMM_EINVAL;
	drain->flags &= ~(uint32_t)TIERMM_DRAIN_ALL;
	err = begin_look(&look);
	if (err)
		return err;
	for (struct tiermm_flush_request *r = drain->taken; r; r = r->next)
		name(&look, r);
	return !drain->n_waiting;
}

static void finish(struct tiermm_flush_drain *drain)
{
	drain->taken = NULL;
	drain->n_requests = 0;
	drain->n_pages = 0;
	drain->n_agents = 0;
	drain->n_waiting = 0;
}

int tiermm_flush_drain_report(struct tiermm_flush *f,
			      struct tiermm_flush_drain *drain,
			      struct tiermm_flush_freed *freed)
{
	struct tiermm__tally tally = { .counter = TIERMM_FLUSH_DRAINED_PAGES };
	struct tiermm_flush_request *r, *next;
	int err = f && drain ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	for (r = drain->taken; r; r = next) {
		next = r->next;
		if (next) {
			/* As where piles are walked: two steps ahead. */
			__builtin_prefetch(next->next);
			__builtin_prefetch(next->pages);
		}
		tiermm__give_back(f, r, freed, &tally);
	}
	tiermm__tally_end(f, &tally);
	finish(drain);
	return 0;
}

int tiermm_flush_drain_abandon(struct tiermm_flush *f,
			       struct tiermm_flush_drain *drain)
{
	struct tiermm_flush_request *r, *next;

	if (!f || !drain)
		return -TIERMM_EINVAL;
	for (r = drain->taken; r; r = next) {
		struct tiermm__pile one = { NULL, NULL };

		next = r->next;
		tiermm__pile_append(&one, r);
		tiermm__lane_put_back(&f->lanes[r->node], &one);
	}
	finish(drain);
	return 0;
}

int tiermm_flush_stop(struct tiermm_flush *f, struct tiermm_flush_drain *drain)
{
	if (!f)
		return -TIERMM_EINVAL;
	/* Acquire, release: partner is the look at it in queue(). */
	atomic_fetch_add_explicit(&f->stopped, 1, memory_order_acq_rel);
	return drain ? tiermm_flush_drain_plan(f, NULL, drain) : 0;
}

int tiermm_flush_resume(struct tiermm_flush *f)
{
	/* Relaxed: only a first guess. */
	uint32_t stops =
		f ? atomic_load_explicit(&f->stopped, memory_order_relaxed) : 0;

	/* Release: partner is the look at it in queue(). */
	do {
		if (!stops)
			return -TIERMM_EINVAL;
	} while (!atomic_compare_exchange_weak_explicit(&f->stopped, &stops,
							stops - 1,
							memory_order_acq_rel,
							memory_order_relaxed));
	return 0;
}
