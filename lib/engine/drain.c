/* SPDX-License-Identifier: MIT */
/*
 * Freeing what is parked (F5, F6, F8): by any thread, while the owner steps.
 *
 * The tracker says what may be freed; here stand the agents' flush, the
 * requests' way back, and the requests that a stop has stranded. A request is
 * the engine's if it stands in its slab.
 */
#include "engine/engine.h"

#include "base/nodeset.h"
#include "flush/queue.h"

#include <stddef.h>

static struct tiermm__slot *slot_of(const struct tiermm_engine *e,
				    struct tiermm_flush_request *r)
{
	uintptr_t at = (uintptr_t)r, slab = (uintptr_t)e->slab;

	if (at < slab || at - slab >= e->stride * e->n_slots)
		return NULL;
	return (struct tiermm__slot *)(void *)r - 1;
}

void tiermm__freed_add(struct tiermm_flush_freed *freed,
		       struct tiermm__slot *slot)
{
	struct tiermm_flush_request *r = slot->request;

	r->next = freed->requests;
	freed->requests = r;
	freed->n_requests++;
	freed->n_pages += r->n_pages;
}

/*
 * What a stop kept from its queue: queued now, if deferral goes on; closed, if
 * every agent has passed it; or left for the next one who comes.
 */
static void see_to_stranded(struct tiermm_engine *e,
			    const struct tiermm_nodeset *nodes,
			    struct tiermm_flush_freed *freed)
{
	struct tiermm__slot *slot, *next;

	for (slot = tiermm__slot_take(&e->stranded); slot; slot = next) {
		next = slot->next;
		if (nodes && !tiermm__nodeset_has(nodes, slot->node))
			tiermm__slot_push(&e->stranded, slot);
		else if (tiermm_flush_poll(e->flush, slot->generation) == 1 &&
			 !tiermm_flush_close(slot->request))
			tiermm__freed_add(freed, slot);
		else if (tiermm_flush_queue(slot->request, slot->now_ns, NULL))
			tiermm__slot_push(&e->stranded, slot);
	}
}

/* What was stranded comes along with what the queues gave. */
static void finish(struct tiermm_engine *e, const struct tiermm_nodeset *nodes,
		   struct tiermm_flush_freed *freed)
{
	see_to_stranded(e, nodes, freed);
	tiermm__engine_count(e, TIERMM_ENGINE_FREED_PAGES, freed->n_pages);
}

/* Who was named flushes; where nobody can be, all must have passed. */
static int flush_agents(struct tiermm_engine *e,
			struct tiermm_flush_drain *drain)
{
	int passed;

	if (drain->n_agents) {
		if (!e->flusher.flush)
			return -TIERMM_EAGAIN;
		return e->flusher.flush(e->flusher.self, drain->agents,
					drain->n_words, drain->n_agents);
	}
	if (!drain->n_waiting)
		return 0;
	passed = tiermm_flush_drain_poll(e->flush, drain);
	if (passed < 0)
		return passed;
	return passed ? 0 : -TIERMM_EAGAIN;
}

static int drain(struct tiermm_engine *e, const struct tiermm_nodeset *nodes,
		 struct tiermm_flush_drain *drain,
		 struct tiermm_flush_freed *freed)
{
	int err = tiermm_flush_drain_plan(e->flush, nodes, drain);

	if (err)
		return err;
	tiermm__engine_count(e, TIERMM_ENGINE_DRAINS, 1);
	err = flush_agents(e, drain);
	if (err) {
		(void)tiermm_flush_drain_abandon(e->flush, drain);
		return err;
	}
	err = tiermm_flush_drain_report(e->flush, drain, freed);
	if (!err)
		finish(e, nodes, freed);
	return err;
}

int tiermm_engine_drain(struct tiermm_engine *e,
			const struct tiermm_nodeset *nodes,
			struct tiermm_flush_drain *d,
			struct tiermm_flush_freed *freed)
{
	int err = e ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	if (!e->flush)
		return -TIERMM_ENOTSUP;
	return drain(e, nodes, d, freed);
}

int tiermm_engine_reap(struct tiermm_engine *e,
		       const struct tiermm_nodeset *nodes, uint64_t now_ns,
		       uint64_t budget, struct tiermm_flush_freed *freed)
{
	int err = e ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	if (!e->flush)
		return -TIERMM_ENOTSUP;
	err = tiermm_flush_reap(e->flush, nodes, now_ns, budget, freed);
	if (!err)
		finish(e, nodes, freed);
	return err;
}

/* After a drain: something came back, is on its way, or was never there. */
static int judge(const struct tiermm_engine *e, int32_t node, int err,
		 const struct tiermm_flush_freed *freed)
{
	uint64_t pending = 0;

	if (err || freed->n_pages)
		return err;
	(void)tiermm_flush_pending(e->flush, node, &pending);
	return pending ? -TIERMM_EAGAIN : -TIERMM_ENOMEM;
}

int tiermm_engine_alloc_failed(struct tiermm_engine *e, int32_t node,
			       struct tiermm_flush_drain *d,
			       struct tiermm_flush_freed *freed)
{
	struct tiermm_nodeset nodes = { { 0 } };
	int err = e ? tiermm__freed_begin(freed) : -TIERMM_EINVAL;

	if (err)
		return err;
	if (!tiermm__node_in_range(node) || (uint32_t)node >= e->max_nodes)
		return -TIERMM_ENODEV;
	tiermm__engine_count(e, TIERMM_ENGINE_ALLOC_FAILED, 1);
	tiermm__press(e, node);
	if (!e->flush)
		return -TIERMM_ENOMEM;
	tiermm__nodeset_add(&nodes, node);
	return judge(e, node, drain(e, &nodes, d, freed), freed);
}

int tiermm_engine_take_back(struct tiermm_engine *e,
			    struct tiermm_flush_freed *freed)
{
	struct tiermm_flush_request *r, *next, **end;

	if (!e || !freed)
		return -TIERMM_EINVAL;
	if (!e->flush)
		return -TIERMM_ENOTSUP;
	end = &freed->requests;
	for (r = freed->requests; r; r = next) {
		struct tiermm__slot *slot = slot_of(e, r);

		next = r->next;
		if (!slot) {
			end = &r->next;
			continue;
		}
		*end = next;
		freed->n_requests--;
		slot->request = NULL;
		tiermm__slot_push(&e->spare, slot);
	}
	return 0;
}
