/* SPDX-License-Identifier: MIT */
/* Drains: take, flush for it, hand back; and the stop (F5, F8). */
#include "flush/look.h"
#include "flush/queue.h"

#include "base/memory.h"
#include "base/options.h"

static struct tiermm__pile take(struct tiermm_flush *f,
				const struct tiermm_nodeset *nodes)
{
	struct tiermm__pile pile = { NULL, NULL, NULL };
	uint32_t node = tiermm__next_busy(f, nodes, 0);

	for (; node < f->max_nodes;
	     node = tiermm__next_busy(f, nodes, node + 1)) {
		/* Relaxed: a hint. */
		atomic_store_explicit(&f->lanes[node].oldest_ns, TIERMM__NEVER,
				      memory_order_relaxed);
		tiermm__pile_join(&pile, tiermm__node_take(f, node));
	}
	return pile;
}

/*
 * Make what was taken the drain's own chain, add it up, and name the agents;
 * one walk, since a long queue is out of the cache. The chain begins with what
 * was walked to last, which the report will find in the cache. After a look
 * that failed nobody is named, and it is all put back.
 */
static void collect(struct tiermm__look *look, struct tiermm__pile pile,
		    int err)
{
	struct tiermm_flush_drain *drain = look->drain;
	struct tiermm_flush *f = look->f;
	struct tiermm_flush_request *r, *chain = NULL;
	struct tiermm_flush_request *recent[TIERMM__RECENT] = { NULL };
	uint64_t newest = 0, n = 0, pages = 0;

	while ((r = tiermm__pile_pop(&pile)) != NULL) {
		uint64_t generation = tiermm__request_generation(r);

		r->next = chain;
		chain = r;
		/* The report walks back, and fetches this one ahead. */
		r->below = recent[n % TIERMM__RECENT];
		recent[n % TIERMM__RECENT] = r;
		pages += r->n_pages;
		if (!n++ ||
		    !tiermm__covered(tiermm__generation(f), newest, generation))
			newest = generation;
		if (!err)
			tiermm__look_at(look, r);
	}
	drain->taken = chain;
	drain->generation = newest;
	drain->n_requests = n;
	drain->n_pages = pages;
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
	struct tiermm__look look = { .f = f, .drain = drain };
	struct tiermm__pile pile;
	int err = begin(f, drain);

	if (err)
		return err;
	pile = take(f, nodes);
	err = tiermm__look_begin(&look);
	collect(&look, pile, err);
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
	struct tiermm__look look = { .f = f, .drain = drain };
	int err;

	if (!f || !drain || !drain->agents)
		return -TIERMM_EINVAL;
	drain->flags &= ~(uint32_t)TIERMM_DRAIN_ALL;
	err = tiermm__look_begin(&look);
	if (err)
		return err;
	for (struct tiermm_flush_request *r = drain->taken; r; r = r->next)
		tiermm__look_at(&look, r);
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
	struct tiermm__return back = { .counter = TIERMM_FLUSH_DRAINED_PAGES };
	struct tiermm_flush_request *r, *next;
	int err = f && drain ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	for (r = drain->taken; r; r = next) {
		next = r->next;
		__builtin_prefetch(r->below, 1);
		tiermm__give_back(f, r, &back);
	}
	tiermm__return_end(f, &back, freed);
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
		struct tiermm__pile one = { NULL, NULL, NULL };

		next = r->next;
		r->below = NULL;
		tiermm__pile_append(&one, r);
		tiermm__node_put_back(f, (uint32_t)r->node, one);
	}
	finish(drain);
	return 0;
}

int tiermm_flush_stop(struct tiermm_flush *f, struct tiermm_flush_drain *drain)
{
	if (!f)
		return -TIERMM_EINVAL;
	/* Partner: tiermm__due_if_stopped(); invariant 6. */
	atomic_fetch_add_explicit(&f->stopped, 1, memory_order_seq_cst);
	return drain ? tiermm_flush_drain_plan(f, NULL, drain) : 0;
}

int tiermm_flush_resume(struct tiermm_flush *f)
{
	/* Relaxed: only a first guess. */
	uint32_t stops =
		f ? atomic_load_explicit(&f->stopped, memory_order_relaxed) : 0;

	do {
		if (!stops)
			return -TIERMM_EINVAL;
	} while (!atomic_compare_exchange_weak_explicit(&f->stopped, &stops,
							stops - 1,
							memory_order_seq_cst,
							memory_order_relaxed));
	return 0;
}
