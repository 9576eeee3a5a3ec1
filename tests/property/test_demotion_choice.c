/* SPDX-License-Identifier: MIT */
/*
 * The choice among targets (I5, D8 to D10), asked of a published graph and of
 * a snapshot of it.
 *
 * Even draws are even (chi-square, fixed seed), and of allowed nodes only. On
 * random machines with random nodes blocked and allowed, under every strategy,
 * each answer is the one of an oracle that goes through all nodes one by one.
 */
#include "random_graph.h"
#include "support/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tiermm/demotion_change.h>
#include <tiermm/topology_create.h>

#define MACHINES 1500
#define QUESTIONS 12
#define SMALL 40
#define LARGEST 100 /* one machine in LARGE_EVERY: sets of several words */
#define LARGE_EVERY 32
#define DRAWS 40000

struct scene {
	struct tiermm_demotion *d;
	struct tiermm_demotion_graph *g;
	struct tiermm_topology *t;
	struct tiermm_demotion_options options;
	uint32_t load[TIERMM_MAX_NODES];
	struct tiermm_demotion_edge edges[LARGEST * LARGEST];
	struct tiermm_nodeset cpus;
	struct tiermm_nodeset blocked;
	uint64_t answers[4]; /* preferred, fallback, none, chains' hops */
};

/* One chance in a thousand that an even draw goes beyond it, by freedom. */
static const double limits[] = { 0,     10.83, 13.82, 16.27,
				 18.47, 20.52, 22.46, 24.32 };

static struct tiermm_topology *star(int32_t targets)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	CHECK(!tiermm_topology_builder_create(&b, NULL, NULL));
	for (int32_t i = 0; i <= targets; i++) {
		CHECK(!tiermm_topology_builder_add_node(b, 70 * i,
							TIERMM_NODE_ONLINE, 0));
		CHECK(!tiermm_topology_builder_set_abstract_distance(
			b, 70 * i, i ? 2880 : 576, TIERMM_SOURCE_CALLER));
	}
	CHECK(!tiermm_topology_create(&t, b, NULL, NULL));
	tiermm_topology_builder_destroy(b);
	return t;
}

static double chi_square(const uint64_t *drawn, uint32_t n, double expected)
{
	double sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += ((double)drawn[i] - expected) *
		       ((double)drawn[i] - expected) / expected;
	return sum;
}

/* Draw among the nodes of @allowed, all of them equal targets of node 0. */
static void draw(const struct tiermm_demotion *d, struct tiermm_random *random,
		 const struct tiermm_nodeset *allowed, uint32_t choice)
{
	uint64_t ones[TIERMM_MAX_NODES];
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .choice = choice,
					   .n_weights = TIERMM_MAX_NODES,
					   .allowed = allowed,
					   .random = random,
					   .weights = ones };
	uint32_t n = tiermm_nodeset_count(allowed);
	uint64_t drawn[8] = { 0 };
	int32_t target;

	for (int i = 0; i < TIERMM_MAX_NODES; i++)
		ones[i] = 5;
	for (int i = 0; i < DRAWS; i++) {
		int32_t place = 0;

		CHECK(!tiermm_demotion_choose(d, 0, &q, &target));
		CHECK(tiermm_nodeset_has(allowed, target));
		for (int32_t k = tiermm_nodeset_next(allowed, -1); k < target;
		     k = tiermm_nodeset_next(allowed, k))
			place++;
		drawn[place]++;
	}
	CHECK(chi_square(drawn, n, (double)DRAWS / n) <= limits[n - 1]);
}

static void even_draws_are_even(struct tiermm_random *random)
{
	struct tiermm_nodeset all = { { 0 } };
	struct tiermm_topology *t = star(8);
	struct tiermm_demotion *d;

	CHECK(!tiermm_demotion_create(&d, t, NULL, NULL, NULL, NULL));
	for (int32_t n = 1; n <= 8; n++) {
		CHECK(!tiermm_nodeset_add(&all, 70 * n));
		draw(d, random, &all, TIERMM_CHOICE_RANDOM);
		draw(d, random, &all, TIERMM_CHOICE_WEIGHTED);
	}
	tiermm_demotion_destroy(d);
	tiermm_topology_unref(t);
}

static int is_usable(const struct scene *s,
		     const struct tiermm_nodeset *allowed, int32_t node)
{
	return tiermm_nodeset_has(allowed, node) &&
	       !tiermm_nodeset_has(&s->blocked, node);
}

static int is_chain(const struct scene *s)
{
	return s->options.strategy != TIERMM_STRATEGY_NEAREST &&
	       s->options.strategy != TIERMM_STRATEGY_LINUX_6_12;
}

/* Step by step down the preferred sets. */
static int32_t next_on_chain(const struct scene *s, int32_t node,
			     const struct tiermm_nodeset *allowed,
			     const struct tiermm_nodeset *fallback)
{
	int depth[TIERMM_MAX_NODES];

	memset(depth, 0xff, sizeof(depth));
	depth[node] = 0;
	for (int step = 0; step < LARGEST; step++) {
		for (int32_t i = 0; i < TIERMM_MAX_NODES; i++) {
			struct tiermm_nodeset p;

			if (depth[i] != step ||
			    tiermm_demotion_graph_targets(s->g, i, &p, NULL))
				continue;
			for (int32_t k = tiermm_nodeset_next(&p, -1); k >= 0;
			     k = tiermm_nodeset_next(&p, k))
				if (depth[k] < 0)
					depth[k] = step + 1;
		}
		for (int32_t i = 0; i < TIERMM_MAX_NODES; i++)
			if (depth[i] == step + 1 && is_usable(s, allowed, i) &&
			    tiermm_nodeset_has(fallback, i))
				return i;
	}
	return TIERMM_NO_NODE;
}

static int32_t closest(const struct scene *s, int32_t node,
		       const struct tiermm_nodeset *allowed,
		       const struct tiermm_nodeset *fallback)
{
	int32_t best = TIERMM_NO_NODE;
	uint64_t least = 0;

	for (int32_t i = 0; i < TIERMM_MAX_NODES; i++) {
		uint64_t cost;

		if (!tiermm_nodeset_has(fallback, i) ||
		    !is_usable(s, allowed, i))
			continue;
		cost = tiermm_topology_distance(s->t, node, i);
		if (s->options.strategy == TIERMM_STRATEGY_LINUX_6_12) {
			cost += i < node ? 1 : 0;
			cost += tiermm_nodeset_has(&s->cpus, i)
					? s->options.cpu_penalty
					: 0;
			cost = cost * 1024 + s->load[i];
		}
		if (best == TIERMM_NO_NODE || cost < least) {
			best = i;
			least = cost;
		}
	}
	return best;
}

static int32_t oracle(struct scene *s, int32_t node,
		      const struct tiermm_nodeset *allowed)
{
	struct tiermm_nodeset preferred, fallback;
	int32_t target;

	CHECK(!tiermm_demotion_graph_targets(s->g, node, &preferred,
					     &fallback));
	for (int32_t i = 0; i < TIERMM_MAX_NODES; i++) {
		if (tiermm_nodeset_has(&preferred, i) &&
		    is_usable(s, allowed, i)) {
			s->answers[0]++;
			return i;
		}
	}
	target = is_chain(s) ? next_on_chain(s, node, allowed, &fallback)
			     : closest(s, node, allowed, &fallback);
	s->answers[target == TIERMM_NO_NODE ? 2 : 1]++;
	return target;
}

static struct tiermm_nodeset some_nodes(struct tiermm_random *random)
{
	struct tiermm_nodeset set;
	uint32_t dense = random_below(random, 4);

	for (int i = 0; i < TIERMM_NODESET_WORDS; i++) {
		set.word[i] = tiermm_random_next(random);
		if (dense == 0)
			set.word[i] &= tiermm_random_next(random) &
				       tiermm_random_next(random);
		if (dense == 2)
			set.word[i] = ~(uint64_t)0;
		if (dense == 3 && random_below(random, 2))
			set.word[i] = 0;
	}
	return set;
}

static void ask(struct scene *s, struct tiermm_random *random, int32_t node)
{
	struct tiermm_nodeset all, allowed = some_nodes(random);
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .allowed = &allowed };
	int32_t expected = oracle(s, node, &allowed);
	int32_t out = -7;

	CHECK(!tiermm_demotion_next_allowed(s->d, node, &allowed, &out));
	CHECK(out == expected);
	CHECK(!tiermm_demotion_choose(s->d, node, &q, &out));
	CHECK(out == expected);
	CHECK(!tiermm_demotion_choose_from(s->d, s->g, node, &q, &out));
	CHECK(out == expected);
	memset(&all, 0xff, sizeof(all));
	expected = oracle(s, node, &all);
	CHECK(tiermm_demotion_next(s->d, node) == expected);
	CHECK(!tiermm_demotion_choose(s->d, node, NULL, &out));
	CHECK(out == expected);
}

static void follow(struct scene *s, int32_t node)
{
	int32_t out[LARGEST];
	struct tiermm_nodeset all;
	uint64_t n;

	CHECK(!tiermm_demotion_walk(s->d, node, out, LARGEST, &n));
	CHECK(n < LARGEST);
	memset(&all, 0xff, sizeof(all));
	for (uint64_t i = 0; i < n; i++) {
		CHECK(out[i] == oracle(s, node, &all));
		node = out[i];
	}
	CHECK(oracle(s, node, &all) == TIERMM_NO_NODE);
	s->answers[3] += n;
}

static uint64_t name_targets(struct scene *s, const struct naive_machine *m)
{
	uint64_t n = 0;

	for (int i = 0; i < m->n; i++)
		for (int k = 0; k < m->n; k++)
			if (m->named[i][k])
				s->edges[n++] = (struct tiermm_demotion_edge){
					m->id[i], m->id[k], 0
				};
	return n;
}

static int set_up(struct scene *s, struct tiermm_random *random,
		  const struct naive_machine *m, uint32_t strategy)
{
	for (int i = 0; i < TIERMM_MAX_NODES; i++)
		s->load[i] = random_below(random, 3);
	s->options = (struct tiermm_demotion_options){
		.size = sizeof(s->options),
		.strategy = strategy,
		.cpu_penalty = 1 + random_below(random, 4),
		.load_mode = TIERMM_LOAD_GIVEN,
		.load = s->load,
		.n_load = TIERMM_MAX_NODES,
		.edges = s->edges,
	};
	if (strategy == TIERMM_STRATEGY_MANUAL)
		s->options.n_edges = name_targets(s, m);
	s->t = random_topology(m);
	/* A cycle, a target that cannot be reached: not what is asked here. */
	if (tiermm_demotion_create(&s->d, s->t, &s->options, NULL, NULL,
				   NULL)) {
		CHECK(strategy == TIERMM_STRATEGY_MANUAL);
		tiermm_topology_unref(s->t);
		return 0;
	}
	CHECK(!tiermm_demotion_snapshot(s->d, &s->g));
	CHECK(!tiermm_topology_nodes(s->t, TIERMM_NODES_CPU, &s->cpus));
	return 1;
}

/* Some nodes begin to go; events that cannot happen are refused. */
static void block_some(struct scene *s, struct tiermm_random *random,
		       const struct naive_machine *m)
{
	struct tiermm_event e = { .kind = TIERMM_EVENT_MEMORY_GOING };

	for (int i = 0; i < m->n; i++) {
		e.node = m->id[i];
		if (random_below(random, 5) == 0)
			CHECK(!tiermm_demotion_event(s->d, &e, NULL) ||
			      !m->memory[i]);
	}
	CHECK(!tiermm_demotion_blocked(s->d, &s->blocked));
}

static void answers_are_the_oracles(struct scene *s,
				    struct tiermm_random *random)
{
	static struct naive_machine m;

	for (int i = 0; i < MACHINES; i++) {
		random_machine(random, &m,
			       2 + (int)random_below(random,
						     (i % LARGE_EVERY
							      ? SMALL
							      : LARGEST) -
							     1));
		if (!set_up(s, random, &m, (uint32_t)i % TIERMM_STRATEGIES))
			continue;
		block_some(s, random, &m);
		for (int k = 0; k < QUESTIONS; k++) {
			uint32_t row = random_below(random, (uint32_t)m.n);

			ask(s, random, m.id[row]);
			follow(s, m.id[row]);
		}
		tiermm_demotion_graph_unref(s->g);
		tiermm_demotion_destroy(s->d);
		tiermm_topology_unref(s->t);
	}
}

int main(void)
{
	static struct scene s;
	struct tiermm_random random;

	CHECK(!tiermm_random_seed(&random, 20));
	even_draws_are_even(&random);
	answers_are_the_oracles(&s, &random);
	printf("%" PRIu64 " preferred, %" PRIu64 " fallback, %" PRIu64
	       " none, %" PRIu64 " hops\n",
	       s.answers[0], s.answers[1], s.answers[2], s.answers[3]);
	for (int i = 0; i < 4; i++)
		CHECK(s.answers[i] > 100);
	return 0;
}
