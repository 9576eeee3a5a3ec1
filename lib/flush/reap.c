/* SPDX-License-Identifier: MIT */
/* Reaps: what every agent has passed by itself (F6, F9). */
#include "flush/queue.h"

struct reap {
	struct tiermm_flush *f;
	struct tiermm_flush_freed *freed;
	uint64_t passed;
	uint64_t looked; /* the generation before the look at the agents */
	uint64_t now_ns;
	uint64_t budget;    /* requests left to look at */
	uint64_t oldest_ns; /* of those that stay on this node */
	int saw_all;        /* of this node */
};

static int may_go(struct reap *reap, struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = reap->f;
	uint64_t generation = tiermm__request_generation(r);

	if (tiermm__covered(tiermm__generation(f), reap->passed, generation))
		return 1;
	/*
	 * Where only some agents count, they may all have passed. Not told of a
	 * request that was stamped since the look: invariant 3.
	 */
	if (f->flavour == TIERMM_FLUSH_EXTERNAL ||
	    atomic_load_explicit(&r->all, memory_order_relaxed) ||
	    !tiermm__covered(tiermm__generation(f), reap->looked, generation))
		return 0;
	return tiermm__next_waiting(f, r, generation, 0) >= f->max_agents;
}

/* Where there is a bound on age: how long has it been parked? */
static void stays(struct reap *reap, struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = reap->f;
	uint64_t queued_ns = tiermm__request_tail(f, r)->queued_ns;

	if (queued_ns < reap->oldest_ns)
		reap->oldest_ns = queued_ns;
	if (reap->now_ns < queued_ns) {
		/* A clock that went back counts as no time passed. */
		tiermm__flush_count(f, TIERMM_FLUSH_CLOCK_BACK, 1);
	} else if (reap->now_ns - queued_ns > f->max_age_ns) {
		reap->freed->n_overdue++;
		reap->freed->due |= TIERMM_DUE_OLD;
	}
}

/* Walk as far as the budget goes; what is left, with what has to wait. */
static struct tiermm__pile walk(struct reap *reap, struct tiermm__pile pile)
{
	struct tiermm__pile rest = { NULL, NULL, NULL };
	struct tiermm__return back = { .first = reap->freed->requests,
				       .counter = TIERMM_FLUSH_REAPED_PAGES };
	struct tiermm_flush *f = reap->f;
	uint64_t budget = reap->budget;
	struct tiermm_flush_request *r = NULL;

	for (; budget && (r = tiermm__pile_pop(&pile)) != NULL; budget--) {
		if (may_go(reap, r)) {
			tiermm__give_back(f, r, &back);
			continue;
		}
		if (f->max_age_ns)
			stays(reap, r);
		tiermm__pile_append(&rest, r);
	}
	tiermm__return_end(f, &back, reap->freed);
	reap->budget = budget;
	reap->saw_all = !r;
	/* What was not looked at comes first the next time. */
	tiermm__pile_join(&pile, rest);
	return pile;
}

static void reap_node(struct reap *reap, uint32_t node)
{
	struct tiermm_flush *f = reap->f;
	struct tiermm__pile left;

	reap->oldest_ns = TIERMM__NEVER;
	left = walk(reap, tiermm__node_take(f, node));
	/* Relaxed: a hint; who has looked at all of it knows it best. */
	if (reap->saw_all)
		atomic_store_explicit(&f->lanes[node].oldest_ns,
				      reap->oldest_ns, memory_order_relaxed);
	if (!left.head)
		return;
	tiermm__node_put_back(f, node, left);
	reap->freed->due |= tiermm__due_if_stopped(f);
}

static void reap_from(struct reap *reap, const struct tiermm_nodeset *nodes,
		      uint32_t first, uint32_t end)
{
	struct tiermm_flush *f = reap->f;
	uint32_t node = tiermm__next_busy(f, nodes, first);

	for (; node < end && reap->budget;
	     node = tiermm__next_busy(f, nodes, node + 1)) {
		reap_node(reap, node);
		atomic_store_explicit(&f->cursor, (node + 1) % f->max_nodes,
				      memory_order_relaxed);
	}
}

static void reap_nodes(struct reap *reap, const struct tiermm_nodeset *nodes)
{
	struct tiermm_flush *f = reap->f;
	/* Relaxed: only says where to begin, so that each node has its turn. */
	uint32_t first = atomic_load_explicit(&f->cursor, memory_order_relaxed);

	/* From there to the end, and then from the beginning to there. */
	reap_from(reap, nodes, first, f->max_nodes);
	reap_from(reap, nodes, 0, first);
}

int tiermm_flush_reap(struct tiermm_flush *f,
		      const struct tiermm_nodeset *nodes, uint64_t now_ns,
		      uint64_t budget, struct tiermm_flush_freed *freed)
{
	struct reap reap = {
		.f = f,
		.freed = freed,
		.now_ns = now_ns,
		.budget = budget ? budget : UINT64_MAX,
	};
	int err = f ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	reap.looked = tiermm__generation(f);
	err = tiermm__flush_passed(f, &reap.passed);
	if (!err)
		reap_nodes(&reap, nodes);
	return err;
}
