/* SPDX-License-Identifier: MIT */
/*
 * The graph against a naive one, on random machines (I1, I3, I4; D1 to D5,
 * D12): both sets of every node, the load table, the top tier, and that every
 * explanation agrees with what it explains.
 *
 * TIERMM_TEST_DIVISOR=n does an nth of the machines (support/share.h).
 */
#include "random_graph.h"

#include <tiermm/demotion_explain.h>

#include "support/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 20260101

static struct naive_machine machine;
static struct naive_graph expected;
static uint32_t given[NAIVE_NODES];
static struct tiermm_demotion_edge edges[2 * NAIVE_NODES];
static struct tiermm_candidate candidates[NAIVE_NODES];
static uint64_t number;                        /* of the machine */
static uint64_t seen[TIERMM_REASON_GOING + 1]; /* how often, by reason */

static void fail(const struct tiermm_demotion_options *o, const char *what,
		 int from, int to)
{
	fprintf(stderr,
		"machine %llu (%d nodes), %s, load mode %u, penalty %u: "
		"%s: %d -> %d\n",
		(unsigned long long)number, machine.n,
		tiermm_strategy_name(o->strategy), (unsigned)o->load_mode,
		(unsigned)o->cpu_penalty, what, from, to);
	exit(1);
}

static void gather_edges(struct tiermm_demotion_options *o)
{
	o->edges = edges;
	o->n_edges = 0;
	for (int a = 0; a < machine.n; a++)
		for (int b = 0; b < machine.n; b++)
			if (machine.named[a][b])
				edges[o->n_edges++] =
					(struct tiermm_demotion_edge){
						.from = machine.id[a],
						.to = machine.id[b]
					};
}

static int penalty_of(const struct tiermm_demotion_options *o)
{
	if (o->cpu_penalty == TIERMM_CPU_PENALTY_NONE)
		return 0;
	return o->cpu_penalty ? (int)o->cpu_penalty : 1;
}

/* D1, and what the pass strategies say of a booted machine. */
static void expect_load(const struct tiermm_demotion_options *o)
{
	int booted = o->load_mode == TIERMM_LOAD_BOOTED;

	if (o->load_mode == TIERMM_LOAD_GIVEN) {
		for (int i = 0; i < machine.n; i++)
			if ((uint64_t)machine.id[i] < o->n_load)
				expected.load[i] = given[machine.id[i]];
		return;
	}
	if (booted && o->strategy != TIERMM_STRATEGY_LINUX_6_12)
		return;
	naive_load(&machine, booted ? 0 : penalty_of(o), &expected);
}

static void expect(const struct tiermm_demotion_options *o)
{
	naive_clear(&expected, machine.n);
	naive_top(&machine, 0, &expected);
	switch (o->strategy) {
	case TIERMM_STRATEGY_NEAREST:
		naive_nearest(&machine, &expected);
		return;
	case TIERMM_STRATEGY_MANUAL:
		naive_manual(&machine, &expected);
		return;
	case TIERMM_STRATEGY_LINUX_6_12:
		expect_load(o);
		naive_linux(&machine, penalty_of(o), &expected);
		return;
	default:
		expect_load(o);
		naive_passes(&machine, penalty_of(o),
			     o->strategy == TIERMM_STRATEGY_LINUX_5_15 ? 1 : 15,
			     &expected);
	}
}

static void check_sets(const struct tiermm_demotion_options *o,
		       const struct tiermm_demotion_graph *g)
{
	struct tiermm_nodeset preferred, fallback;

	for (int s = 0; s < machine.n; s++) {
		uint32_t members[2] = { 0, 0 };

		if (tiermm_demotion_graph_targets(g, machine.id[s], &preferred,
						  &fallback))
			fail(o, "no such node", machine.id[s], -1);
		for (int t = 0; t < machine.n; t++) {
			int id = machine.id[t];

			if (tiermm_nodeset_has(&preferred, id) !=
			    expected.preferred[s][t])
				fail(o, "preferred", machine.id[s], id);
			if (tiermm_nodeset_has(&fallback, id) !=
			    expected.fallback[s][t])
				fail(o, "fallback", machine.id[s], id);
			members[0] += expected.preferred[s][t];
			members[1] += expected.fallback[s][t];
		}
		if (tiermm_nodeset_count(&preferred) != members[0] ||
		    tiermm_nodeset_count(&fallback) != members[1])
			fail(o, "strangers", machine.id[s], -1);
		if (tiermm_demotion_graph_is_top(g, machine.id[s]) !=
		    expected.top[s])
			fail(o, "top", machine.id[s], -1);
	}
}

/*
 * A choice is a fallback node that is allowed, a preferred one if any is, and
 * none only where no such node is left (D9).
 */
static void check_choice(const struct tiermm_demotion_options *o,
			 const struct tiermm_demotion_graph *g,
			 const struct tiermm_nodeset *allowed, int s)
{
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .allowed = allowed };
	int32_t chosen = TIERMM_NO_NODE - 1;
	int fate = TIERMM_FATE_NONE, best = TIERMM_FATE_NONE;

	if (tiermm_demotion_graph_choose(g, machine.id[s], &q, &chosen))
		fail(o, "choose", machine.id[s], -1);
	for (int t = 0; t < machine.n; t++) {
		int here = TIERMM_FATE_NONE;

		if (!tiermm_nodeset_has(allowed, machine.id[t]))
			continue;
		if (expected.fallback[s][t])
			here = TIERMM_FATE_FALLBACK;
		if (expected.preferred[s][t])
			here = TIERMM_FATE_PREFERRED;
		if (here != TIERMM_FATE_NONE && best != TIERMM_FATE_PREFERRED)
			best = here;
		if (machine.id[t] == chosen)
			fate = here;
	}
	if (fate != best ||
	    (best == TIERMM_FATE_NONE) != (chosen == TIERMM_NO_NODE))
		fail(o, "choice", machine.id[s], chosen);
}

/* The fate that a reason implies; -1: never under this strategy. */
static int fate_of(uint32_t strategy, uint32_t reason)
{
	int tiers = strategy == TIERMM_STRATEGY_NEAREST ||
		    strategy == TIERMM_STRATEGY_LINUX_6_12;
	int passes = !tiers && strategy != TIERMM_STRATEGY_MANUAL;

	switch (reason) {
	case TIERMM_REASON_NEAREST:
		return strategy == TIERMM_STRATEGY_NEAREST
			       ? TIERMM_FATE_PREFERRED
			       : -1;
	case TIERMM_REASON_BEST_SCORE:
	case TIERMM_REASON_EQUAL:
		return strategy == TIERMM_STRATEGY_NEAREST ||
				       strategy == TIERMM_STRATEGY_MANUAL
			       ? -1
			       : TIERMM_FATE_PREFERRED;
	case TIERMM_REASON_NAMED:
		return tiers || passes ? -1 : TIERMM_FATE_PREFERRED;
	case TIERMM_REASON_NOT_NEXT_TIER:
		return tiers ? TIERMM_FATE_FALLBACK : -1;
	case TIERMM_REASON_FARTHER:
	case TIERMM_REASON_CUT:
	case TIERMM_REASON_OUTSCORED:
		return tiers ? TIERMM_FATE_FALLBACK : TIERMM_FATE_NONE;
	case TIERMM_REASON_NOT_LOWER:
		return tiers ? TIERMM_FATE_NONE : -1;
	case TIERMM_REASON_HAS_CPUS:
	case TIERMM_REASON_CLAIMED:
	case TIERMM_REASON_LIMIT:
	case TIERMM_REASON_SEEN:
	case TIERMM_REASON_NOT_REACHED:
		return passes ? TIERMM_FATE_NONE : -1;
	default:
		return TIERMM_FATE_NONE;
	}
}

/* What a rival is said to be, it is. */
static int rival_is_right(const struct tiermm_demotion_graph *g,
			  const struct tiermm_candidate *c)
{
	struct tiermm_nodeset its;

	switch (c->reason) {
	case TIERMM_REASON_FARTHER:
		return c->rival_distance < c->distance;
	case TIERMM_REASON_EQUAL:
	case TIERMM_REASON_OUTSCORED:
	case TIERMM_REASON_LIMIT:
		return c->rival_distance >= c->distance;
	case TIERMM_REASON_CUT:
		return c->rival_distance != c->distance;
	case TIERMM_REASON_CLAIMED:
		return !tiermm_demotion_graph_targets(g, c->rival, &its,
						      NULL) &&
		       tiermm_nodeset_has(&its, c->to);
	case TIERMM_REASON_NOT_NEXT_TIER:
		return c->rival != TIERMM_NO_NODE;
	default:
		return c->rival == TIERMM_NO_NODE && !c->rival_distance;
	}
}

static uint64_t score_of(const struct tiermm_candidate *c)
{
	return ((uint64_t)c->distance + c->id_penalty + c->cpu_penalty) * 1024 +
	       c->load;
}

/* Fate by the naive sets, a reason that fits, numbers that add up. */
static void check_candidate(const struct tiermm_demotion_options *o,
			    const struct tiermm_demotion_graph *g,
			    const struct tiermm_candidate *c, int s, int t)
{
	uint32_t fate = expected.preferred[s][t]  ? TIERMM_FATE_PREFERRED
			: expected.fallback[s][t] ? TIERMM_FATE_FALLBACK
						  : TIERMM_FATE_NONE;

	if (c->from != machine.id[s] || c->to != machine.id[t])
		fail(o, "candidates out of order", c->from, c->to);
	if (c->reason > TIERMM_REASON_GOING)
		fail(o, "unknown reason", c->from, c->to);
	seen[c->reason]++;
	if (c->fate != fate)
		fail(o, "fate", c->from, c->to);
	/* A chain may lead to preferred nodes past those without memory. */
	if (c->reason == TIERMM_REASON_CHAIN
		    ? fate == TIERMM_FATE_NONE
		    : fate_of(o->strategy, c->reason) != (int)fate)
		fail(o, "reason", c->from, c->to);
	if (!rival_is_right(g, c))
		fail(o, "rival", c->from, c->to);
	if (c->score != score_of(c) ||
	    (int)c->distance != machine.distance[s][t])
		fail(o, "score", c->from, c->to);
	if (o->strategy != TIERMM_STRATEGY_NEAREST &&
	    o->strategy != TIERMM_STRATEGY_MANUAL &&
	    (long)c->load != expected.load[t])
		fail(o, "load", c->from, c->to);
}

static void check_reasons(const struct tiermm_demotion_options *o,
			  const struct tiermm_demotion_graph *g, int s)
{
	uint64_t n;

	if (tiermm_demotion_explain(g, machine.id[s], candidates, NAIVE_NODES,
				    &n) ||
	    n != (uint64_t)machine.n)
		fail(o, "explain", machine.id[s], -1);
	for (int t = 0; t < machine.n; t++)
		check_candidate(o, g, &candidates[t], s, t);
}

static void check(const struct tiermm_demotion_options *o,
		  struct tiermm_topology *t,
		  const struct tiermm_nodeset *allowed)
{
	struct tiermm_demotion_graph *g;
	int cyclic = o->strategy == TIERMM_STRATEGY_MANUAL &&
		     naive_has_cycle(&machine);
	int err = tiermm_demotion_graph_create(&g, t, o, NULL, NULL);

	if (err != (cyclic ? -TIERMM_ELOOP : 0))
		fail(o, tiermm_strerror(err), -1, -1);
	if (cyclic)
		return;
	expect(o);
	check_sets(o, g);
	if (!tiermm_demotion_graph_is_valid(g))
		fail(o, "not valid", -1, -1);
	/* All nodes of small machines; of large ones as many. */
	for (int s = 0; s < machine.n; s += 1 + machine.n / 32) {
		check_reasons(o, g, s);
		check_choice(o, g, allowed, s);
	}
	tiermm_demotion_graph_unref(g);
}

static void check_strategies(struct tiermm_random *random,
			     struct tiermm_topology *t)
{
	static const uint32_t penalties[] = {
		0, 0, 0, 1, 2, 255, TIERMM_CPU_PENALTY_NONE
	};
	struct tiermm_demotion_options o = { .size = sizeof(o) };
	struct tiermm_nodeset allowed = { { 0 } };

	for (int i = 0; i < machine.n; i++)
		if (random_below(random, 3))
			(void)tiermm_nodeset_add(&allowed, machine.id[i]);
	o.cpu_penalty = penalties[random_below(random, 7)];
	o.load = given;
	o.n_load = random_below(random, NAIVE_NODES);
	for (int i = 0; i < machine.n; i++)
		given[machine.id[i]] = random_below(random, 3000);
	gather_edges(&o);
	for (o.strategy = 0; o.strategy < TIERMM_STRATEGIES; o.strategy++) {
		o.load_mode = random_below(random, 3);
		check(&o, t, &allowed);
	}
	o.strategy = TIERMM_STRATEGY_LINUX_6_12;
	for (o.load_mode = 0; o.load_mode < 2; o.load_mode++)
		check(&o, t, &allowed);
}

static void check_machines(struct tiermm_random *random, uint64_t count,
			   uint32_t least, uint32_t most)
{
	struct tiermm_topology *t;

	for (; count; count--, number++) {
		uint32_t a = random_below(random, most - least + 1);
		uint32_t b = random_below(random, most - least + 1);

		/* Small machines more often: they have the corner cases. */
		random_machine(random, &machine,
			       (int)(least + (a < b ? a : b)));
		t = random_topology(&machine);
		check_strategies(random, t);
		tiermm_topology_unref(t);
	}
}

/* A reason that no machine gave was not tested. */
static int all_seen(void)
{
	for (uint32_t r = TIERMM_REASON_NEAREST; r <= TIERMM_REASON_GOING; r++)
		if (!seen[r]) {
			fprintf(stderr, "reason %u never came up\n",
				(unsigned)r);
			return 0;
		}
	return 1;
}

int main(void)
{
	struct tiermm_random random;

	(void)tiermm_random_seed(&random, SEED);
	check_machines(&random, share_of(100000), 1, 64);
	check_machines(&random, share_of(300), 65, 200);
	if (share_divisor() == 1)
		check_machines(&random, 2, NAIVE_NODES, NAIVE_NODES);
	printf("%llu machines, seed %d: all agree\n",
	       (unsigned long long)number, SEED);
	return all_seen() ? 0 : 1;
}
