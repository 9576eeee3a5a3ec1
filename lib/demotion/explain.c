/* SPDX-License-Identifier: MIT */
/* Why a node is a target of another one, or is not (D12). */
#include "demotion/explain.h"
#include "demotion/score.h"

static int32_t tier_id(const struct tiermm_demotion_graph *g, uint32_t row)
{
	return tiermm__topology_node_table(g->topology)[row].tier_id;
}

static void start(struct tiermm__explanation *e,
		  const struct tiermm_demotion_graph *g, uint32_t from)
{
	*e = (struct tiermm__explanation){ .g = g,
					   .from = from,
					   .from_tier = tier_id(g, from) };
	if (tiermm__is_passes(g->view.strategy))
		tiermm__explain_passes_start(e);
	else if (!tiermm__has_rank(g, from))
		return;
	else if (g->view.strategy == TIERMM_STRATEGY_NEAREST)
		tiermm__explain_nearest_start(e);
	else if (g->view.strategy == TIERMM_STRATEGY_LINUX_6_12)
		tiermm__explain_linux_start(e);
}

/* Penalties and load as they count; nearest and manual know none. */
static void fill_score(const struct tiermm__explanation *e, uint32_t to,
		       struct tiermm_candidate *c)
{
	const struct tiermm_demotion_graph *g = e->g;

	c->score = (uint64_t)c->distance * TIERMM__SCORE_UNIT;
	if (g->view.strategy == TIERMM_STRATEGY_NEAREST ||
	    g->view.strategy == TIERMM_STRATEGY_MANUAL)
		return;
	c->id_penalty = to < e->from;
	if (tiermm__nodeset_has(&g->cpus, c->to))
		c->cpu_penalty = g->view.cpu_penalty;
	c->load = (uint32_t)g->load[to];
	c->score = tiermm__score(g, e->from, to, g->view.cpu_penalty);
}

static uint32_t fate(const struct tiermm__explanation *e, int32_t to)
{
	const struct tiermm_demotion_graph *g = e->g;

	if (tiermm__set_has(tiermm__set(g, g->preferred, e->from), to))
		return TIERMM_FATE_PREFERRED;
	if (tiermm__set_has(tiermm__set(g, g->fallback, e->from), to))
		return TIERMM_FATE_FALLBACK;
	return TIERMM_FATE_NONE;
}

static void fill_reason(const struct tiermm__explanation *e, uint32_t to,
			struct tiermm_candidate *c)
{
	const struct tiermm_demotion_graph *g = e->g;

	if (to == e->from)
		c->reason = TIERMM_REASON_SELF;
	else if (!tiermm__has_rank(g, e->from) &&
		 !tiermm__is_passes(g->view.strategy))
		c->reason = TIERMM_REASON_SOURCE_NO_MEMORY;
	else if (!tiermm__has_rank(g, to))
		c->reason = TIERMM_REASON_NO_MEMORY;
	else if (!tiermm__nodeset_has(&g->targets, c->to))
		c->reason = TIERMM_REASON_GOING;
	else if (tiermm__is_passes(g->view.strategy))
		tiermm__explain_passes(e, to, c);
	else if (g->view.strategy == TIERMM_STRATEGY_MANUAL)
		tiermm__explain_manual(e, to, c);
	else if (g->rank_of[to] <= g->rank_of[e->from])
		c->reason = TIERMM_REASON_NOT_LOWER;
	else if (g->view.strategy == TIERMM_STRATEGY_NEAREST)
		tiermm__explain_nearest(e, to, c);
	else
		tiermm__explain_linux(e, to, c);
}

static struct tiermm_candidate explain_one(const struct tiermm__explanation *e,
					   uint32_t to)
{
	const struct tiermm_demotion_graph *g = e->g;
	struct tiermm_candidate c = {
		.from = tiermm__id(g, e->from),
		.to = tiermm__id(g, to),
		.from_tier = e->from_tier,
		.to_tier = tier_id(g, to),
		.distance = tiermm__distance(g, e->from, to),
		.rival = TIERMM_NO_NODE,
	};

	c.distance_source =
		tiermm_topology_distance_source(g->topology, c.from, c.to);
	c.fate = fate(e, c.to);
	fill_score(e, to, &c);
	fill_reason(e, to, &c);
	return c;
}

int tiermm_demotion_explain(const struct tiermm_demotion_graph *g, int32_t node,
			    struct tiermm_candidate *out, uint64_t cap,
			    uint64_t *n_out)
{
	struct tiermm__explanation e;
	int32_t from;

	if (!g || !n_out || (cap && !out))
		return -TIERMM_EINVAL;
	from = tiermm_topology_index(g->topology, node);
	if (from < 0)
		return -TIERMM_ENODEV;
	start(&e, g, (uint32_t)from);
	for (uint32_t to = 0; to < g->view.n && to < cap; to++)
		out[to] = explain_one(&e, to);
	*n_out = g->view.n;
	return 0;
}

int tiermm_demotion_explain_edge(const struct tiermm_demotion_graph *g,
				 int32_t from, int32_t to,
				 struct tiermm_candidate *out)
{
	struct tiermm__explanation e;
	int32_t source, target;

	if (!g || !out)
		return -TIERMM_EINVAL;
	source = tiermm_topology_index(g->topology, from);
	target = tiermm_topology_index(g->topology, to);
	if (source < 0 || target < 0)
		return -TIERMM_ENODEV;
	start(&e, g, (uint32_t)source);
	*out = explain_one(&e, (uint32_t)target);
	return 0;
}
