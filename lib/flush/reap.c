/* SPDX-License-Identifier: MIT */
/* Reaps: what every agent has passed by itself (F6, F9). */
#include "flush/queue.h"

#include "base/nodeset.h"

struct reap {
	struct tiermm_flush *f;
	struct tiermm_flush_freed *freed;
	uint64_t passed;
	uint64_t now_ns;
	uint64_t budget;    /* requests left to look at */
	uint64_t oldest_ns; /* of those that stay on this node */
};

static int may_go(struct reap *reap, struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = reap->f;
	/* Relaxed: stamped before it was queued, and ours since the take. */
	uint64_t generation =
		atomic_load_explicit(&r->generation, memory_order_relaxed);

	if (tiermm__covered(tiermm__generation(f), reap->passed, generation))
		return 1;
	/* Where only some agents count, they may all have passed. */
	if (f->flavour == TIERMM_FLUSH_EXTERNAL ||
	    atomic_load_explicit(&r->all, memory_order_relaxed))
		return 0;
	return tiermm__next_waiting(f, r, generation, 0) >= f->max_agents;
}

static void stays(struct reap *reap, const struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = reap->f;

	if (r->queued_ns < reap->oldest_ns)
		reap->oldest_ns = r->queued_ns;
	/* A clock that went back counts as no time passed. */
	if (reap->now_ns < r->queued_ns)
		tiermm__flush_count(f, TIERMM_FLUSH_CLOCK_BACK, 1);
	else if (f->max_age_ns && reap->now_ns - r->queued_ns > f->max_age_ns)
		reap->freed->n_overdue++;
}

static void reap_node(struct reap *reap, uint32_t node)
{
	struct tiermm__lane *lane = &reap->f->lanes[node];
	struct tiermm__pile pile = { NULL, NULL }, rest = { NULL, NULL };
	struct tiermm__tally tally = { .counter = TIERMM_FLUSH_REAPED_PAGES };
	struct tiermm_flush_request *r = NULL;

	reap->oldest_ns = TIERMM__NEVER;
	tiermm__lane_take(lane, &pile);
	while (reap->budget && (r = tiermm__pile_pop(&pile)) != NULL) {
		reap->budget--;
		if (may_go(reap, r)) {
			tiermm__give_back(reap->f, r, reap->freed, &tally);
			continue;
		}
		stays(reap, r);
		tiermm__pile_append(&rest, r);
	}
	tiermm__tally_end(reap->f, &tally);
	/* Relaxed: a hint; who has looked at all of it knows it best. */
	if (!pile.head)
		atomic_store_explicit(&lane->oldest_ns, reap->oldest_ns,
				      memory_order_relaxed);
	/* What was not looked at comes first the next time. */
	tiermm__pile_join(&pile, &rest);
	tiermm__lane_put_back(lane, &pile);
}

static void reap_nodes(struct reap *reap, const struct tiermm_nodeset *nodes)
{
	struct tiermm_flush *f = reap->f;
	/* Relaxed: only says where to begin, so that each node has its turn. */
	uint32_t first = atomic_load_explicit(&f->cursor, memory_order_relaxed);

	for (uint32_t i = 0; i < f->max_nodes && reap->budget; i++) {
		uint32_t node = (first + i) % f->max_nodes;

		if ((nodes && !tiermm__nodeset_has(nodes, (int32_t)node)) ||
		    !atomic_load_explicit(&f->lanes[node].pending,
					  memory_order_relaxed))
			continue;
		reap_node(reap, node);
		atomic_store_explicit(&f->cursor, (node + 1) % f->max_nodes,
				      memory_order_relaxed);
	}
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

	if (!err)
		err = tiermm__flush_passed(f, &reap.passed);
	if (!err)
		reap_nodes(&reap, nodes);
	return err;
}
