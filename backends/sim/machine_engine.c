/* SPDX-License-Identifier: MIT */
/* The engine that decides here: made by the policy, told what nodes have. */
#include "machine.h"

#include <tiermm/engine_parts.h>

/* Which promotion a policy stands for; none for those that have none. */
static int promotion_of(uint32_t policy, uint32_t *out)
{
	switch (policy) {
	case TIERMM_SIM_KERNEL:
		*out = TIERMM_PROMOTION_KERNEL;
		return 1;
	case TIERMM_SIM_HISTOGRAM:
		*out = TIERMM_PROMOTION_HISTOGRAM;
		return 1;
	case TIERMM_SIM_LATENCY:
		*out = TIERMM_PROMOTION_LATENCY;
		return 1;
	case TIERMM_SIM_OWN:
		*out = TIERMM_PROMOTION_OWN;
		return 1;
	default:
		return 0;
	}
}

static int moves_down(uint32_t policy)
{
	return policy != TIERMM_SIM_NONE && policy != TIERMM_SIM_STATIC &&
	       policy != TIERMM_SIM_IDEAL;
}

/* The options of an engine, with those that stand behind its pointers. */
struct recipe {
	struct tiermm_engine_options engine;
	struct tiermm_reclaim_options reclaim;
	struct tiermm_promotion_options promotion;
	struct tiermm_flush_options flush;
	struct tiermm_flusher flusher;
};

static void set_reclaim(struct recipe *r, const struct tiermm_sim *s)
{
	const struct tiermm_sim_options *o = &s->options;

	r->reclaim.size = sizeof(r->reclaim);
	if (o->reclaim)
		r->reclaim = *o->reclaim;
	if (!moves_down(o->policy))
		r->reclaim.flags |= TIERMM_RECLAIM_DEMOTION_OFF;
	if (!r->reclaim.page_bytes)
		r->reclaim.page_bytes =
			o->page_bytes < 1 << 20 ? o->page_bytes : 1 << 20;
	r->engine.reclaim = &r->reclaim;
}

static void set_promotion(struct recipe *r, const struct tiermm_sim *s)
{
	const struct tiermm_sim_options *o = &s->options;
	uint32_t policy;

	if (!promotion_of(o->policy, &policy))
		return;
	r->promotion.size = sizeof(r->promotion);
	if (o->promotion)
		r->promotion = *o->promotion;
	r->promotion.policy = policy;
	r->promotion.pages = o->pages;
	r->promotion.own = o->own;
	r->engine.promotion = &r->promotion;
}

static void set_flush(struct recipe *r, struct tiermm_sim *s)
{
	if (!(s->options.flags & TIERMM_SIM_DEFER))
		return;
	r->flush.size = sizeof(r->flush);
	r->flush.max_agents = s->n_cpus;
	r->flush.reasons = TIERMM_MOVED_FOR_DEMOTION |
			   TIERMM_MOVED_FOR_BALANCING |
			   TIERMM_MOVED_FOR_PROMOTION;
	r->flusher.size = sizeof(r->flusher);
	r->flusher.self = s;
	r->flusher.flush = tiermm__sim_flusher;
	r->engine.flush_options = &r->flush;
	r->engine.flusher = &r->flusher;
	r->engine.max_requests = SIM_LINKS / 16;
}

/* What was served so far was served by those who were on top until now. */
int tiermm__sim_tops(struct tiermm_sim *s)
{
	struct tiermm_demotion_graph *graph = NULL;
	int err = tiermm_demotion_snapshot(tiermm_engine_demotion(s->engine),
					   &graph);

	tiermm__sim_times_close(s);
	for (uint32_t n = 0; n < s->n_nodes && !err; n++)
		s->node[n].top =
			tiermm_demotion_graph_is_top(graph, s->node[n].id) == 1;
	tiermm_demotion_graph_unref(graph);
	return err;
}

/* What the engine took belongs to the memory of the simulation. */
static int count_engine(struct tiermm_sim *s,
			const struct tiermm_engine_options *options)
{
	uint64_t bytes = 0;
	int err = tiermm_engine_footprint(s->topology, options, &bytes);

	s->bytes += bytes;
	return err;
}

int tiermm__sim_engine_make(struct tiermm_sim *s)
{
	struct recipe r = { .engine = { .size = sizeof(r.engine) } };
	struct tiermm_problem problem = { .size = sizeof(problem) };
	struct tiermm_memops ops = tiermm__sim_memops;
	char text[256];
	int err;

	r.engine.batch = SIM_BATCH;
	set_reclaim(&r, s);
	set_promotion(&r, s);
	set_flush(&r, s);
	r.engine.demotion = s->options.demotion;
	r.engine.log = s->options.log;
	ops.self = s;
	err = tiermm_engine_create(&s->engine, s->topology, &r.engine, &ops,
				   TIERMM_CAN_ALL, &problem, &s->mem);
	if (err)
		return tiermm_problem_text(&problem, text, sizeof(text), NULL)
			       ? err
			       : tiermm__sim_report(s->error, err, 0, 0,
						    "the engine: %s", text);
	s->flush = tiermm_engine_flush(s->engine);
	err = count_engine(s, &r.engine);
	return err ? err : tiermm__sim_tops(s);
}

/* Who is on top may be somebody else after this. */
int tiermm__sim_engine_event(struct tiermm_sim *s,
			     const struct tiermm_event *event)
{
	int err = tiermm_engine_event(s->engine, event, NULL);

	return err ? tiermm__sim_report(s->error, err, 0, 0,
					"the engine refuses event %u of node "
					"%d",
					event->kind, event->node)
		   : tiermm__sim_tops(s);
}

/* What each node has now. */
int tiermm__sim_rooms(struct tiermm_sim *s)
{
	for (uint32_t n = 0; n < s->n_nodes; n++) {
		const struct sim_node *node = &s->node[n];
		struct tiermm_engine_room room = {
			.node = node->id,
			.loaded_latency_ns = node->loaded,
			.managed_pages = node->frames,
			.min_pages = node->min,
			.free_pages = sim_free(node),
			.present_pages = node->frames,
		};
		int err = tiermm_engine_set_rooms(s->engine, &room, 1);

		if (err)
			return err;
	}
	return 0;
}
