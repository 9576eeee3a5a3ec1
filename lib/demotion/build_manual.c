/* SPDX-License-Identifier: MIT */
/*
 * Targets that the caller names: strategy manual (D2, D4, D5).
 *
 * Whoever is named but has no memory, or is about to lose it, is stepped over:
 * what it names takes its place. So a look-up that skips a blocked node along
 * the chain, and a graph that is built again without that node, agree (D10).
 */
#include "base/problem.h"
#include "demotion/graph.h"

static int refuse(struct tiermm_problem *problem, int error, uint32_t what,
		  const struct tiermm_demotion_edge *e)
{
	return tiermm__problem_report(problem, &(struct tiermm_problem){
						       .error = -error,
						       .what = what,
						       .node = e->from,
						       .other = e->to });
}

static int refuse_unknown(struct tiermm_problem *problem, int32_t node)
{
	return tiermm__problem_report(
		problem,
		&(struct tiermm_problem){ .error = -TIERMM_ENODEV,
					  .what = TIERMM_PROBLEM_NODE_UNKNOWN,
					  .node = node,
					  .other = TIERMM_NO_NODE });
}

/* 255 is no distance but a wall (D4): naming it must be a mistake. */
static int refuse_unreachable(struct tiermm_problem *problem,
			      const struct tiermm_demotion_edge *e)
{
	return tiermm__problem_report(
		problem, &(struct tiermm_problem){
				 .error = -TIERMM_EINVAL,
				 .what = TIERMM_PROBLEM_REMOTE_DISTANCE,
				 .node = e->from,
				 .other = e->to,
				 .value = TIERMM__UNREACHABLE,
				 .low = 11,
				 .high = TIERMM__UNREACHABLE - 1 });
}

static int name_edge(struct tiermm_demotion_graph *g,
		     const struct tiermm_demotion_edge *e,
		     struct tiermm_problem *problem)
{
	int32_t from = tiermm_topology_index(g->topology, e->from);
	int32_t to = tiermm_topology_index(g->topology, e->to);
	uint64_t *named;

	if (e->reserved)
		return -TIERMM_E2BIG;
	if (from < 0 || to < 0)
		return refuse_unknown(problem, from < 0 ? e->from : e->to);
	if (from == to)
		return refuse(problem, TIERMM_EINVAL, TIERMM_PROBLEM_EDGE_SELF,
			      e);
	named = tiermm__set(g, g->named, (uint32_t)from);
	if (tiermm__set_has(named, e->to))
		return refuse(problem, TIERMM_EEXIST, TIERMM_PROBLEM_EDGE_TWICE,
			      e);
	if (tiermm__distance(g, (uint32_t)from, (uint32_t)to) ==
	    TIERMM__UNREACHABLE)
		return refuse_unreachable(problem, e);
	tiermm__set_add(named, e->to);
	return 0;
}

static int may_take(const struct tiermm_demotion_graph *g, uint32_t from,
		    int32_t id)
{
	return tiermm__nodeset_has(&g->targets, id) &&
	       tiermm__distance(g, from, tiermm__row(g, id)) !=
		       TIERMM__UNREACHABLE;
}

/* The first nodes along the chains of from that may take its pages. */
static void prefer(struct tiermm_demotion_graph *g, uint32_t from)
{
	uint64_t *preferred = tiermm__set(g, g->preferred, from);
	struct tiermm_nodeset open = { { 0 } }, seen = { { 0 } };

	tiermm__set_or(open.word, tiermm__set(g, g->named, from),
		       g->view.words);
	for (int32_t id = tiermm_nodeset_next(&open, TIERMM_NO_NODE);
	     id != TIERMM_NO_NODE;
	     id = tiermm_nodeset_next(&open, TIERMM_NO_NODE)) {
		tiermm__nodeset_add(&seen, id);
		if (may_take(g, from, id))
			tiermm__set_add(preferred, id);
		else
			tiermm__set_or(open.word,
				       tiermm__set(g, g->named,
						   tiermm__row(g, id)),
				       g->view.words);
		tiermm__nodeset_and_not(&open, &seen);
	}
}

int tiermm__build_manual(struct tiermm_demotion_graph *g,
			 const struct tiermm__graph_options *options,
			 struct tiermm_problem *problem)
{
	uint32_t *order = g->scratch;
	int err = 0;

	for (uint64_t i = 0; i < options->n_edges && !err; i++)
		err = name_edge(g, &options->edges[i], problem);
	if (!err)
		err = tiermm__order_named(g, order, problem);
	if (err)
		return err;
	for (uint32_t from = 0; from < g->view.n; from++)
		if (tiermm__has_rank(g, from))
			prefer(g, from);
	tiermm__follow_chains(g, order, g->view.n);
	for (uint32_t from = 0; from < g->view.n; from++)
		tiermm__drop_unreachable(g, from);
	return 0;
}
