/* SPDX-License-Identifier: MIT */
/*
 * Every small machine (I1, I4): distances 20, 21 and 30, each set of CPU
 * nodes, each assignment of tiers, each strategy and load mode. Every edge is
 * followed: to a strictly lower tier under the tier strategies, and along no
 * path back to a node seen before under the others.
 *
 * All machines of up to 3 nodes; with --long those of 4 nodes with symmetric
 * distances too, and a sample of those with asymmetric ones.
 */
#include <tiermm/demotion_graph.h>
#include <tiermm/topology_create.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 4
#define SAMPLE 20000

struct small {
	int n;
	int distance[NODES][NODES];
	unsigned cpus; /* bit by node */
	int tier[NODES];
};

static unsigned long long machines, edges_seen;

static void fail(const struct small *m, uint32_t strategy, const char *what)
{
	fprintf(stderr, "%s, cpus %x: %s\n", tiermm_strategy_name(strategy),
		m->cpus, what);
	for (int i = 0; i < m->n; i++)
		fprintf(stderr, "  tier %d: %d %d %d %d\n", m->tier[i],
			m->distance[i][0], m->distance[i][1], m->distance[i][2],
			m->distance[i][3]);
	exit(1);
}

static void must(int err, const struct small *m)
{
	if (err)
		fail(m, 0, tiermm_strerror(err));
}

static struct tiermm_topology *topology(const struct small *m)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 4,
						     .max_cpus = 4,
						     .max_access = 1 };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	must(tiermm_topology_builder_create(&b, &o, NULL), m);
	for (int i = 0; i < m->n; i++) {
		must(tiermm_topology_builder_add_node(b, i, TIERMM_NODE_ONLINE,
						      0),
		     m);
		must(tiermm_topology_builder_set_abstract_distance(
			     b, i, m->tier[i] * 128, TIERMM_SOURCE_CALLER),
		     m);
		if (m->cpus >> i & 1)
			must(tiermm_topology_builder_set_cpu(b, (uint32_t)i, i),
			     m);
	}
	for (int i = 0; i < m->n; i++)
		for (int j = 0; j < m->n; j++)
			must(tiermm_topology_builder_set_distance(
				     b, i, j, (uint32_t)m->distance[i][j],
				     TIERMM_SOURCE_SLIT),
			     m);
	must(tiermm_topology_create(&t, b, NULL, NULL), m);
	tiermm_topology_builder_destroy(b);
	return t;
}

static unsigned preferred_of(const struct tiermm_demotion_graph *g, int node,
			     unsigned *fallback)
{
	struct tiermm_nodeset p, f;

	if (tiermm_demotion_graph_targets(g, node, &p, &f))
		abort();
	*fallback = (unsigned)f.word[0];
	return (unsigned)p.word[0];
}

/* Follow every path; before holds the nodes on the way to this one. */
static void follow(const struct small *m, const struct tiermm_demotion_graph *g,
		   int node, unsigned before)
{
	uint32_t strategy = tiermm_demotion_graph_strategy(g);
	int tiers = strategy == TIERMM_STRATEGY_NEAREST ||
		    strategy == TIERMM_STRATEGY_LINUX_6_12;
	unsigned fallback, preferred = preferred_of(g, node, &fallback);

	before |= 1u << node;
	if (preferred & ~fallback || (preferred | fallback) >> m->n)
		fail(m, strategy, "preferred is not within fallback");
	for (int to = 0; to < m->n; to++) {
		if (!(fallback >> to & 1))
			continue;
		if (before >> to & 1)
			fail(m, strategy, "a target leads back");
		if (tiers && m->tier[to] <= m->tier[node])
			fail(m, strategy, "a target is not lower");
		if (!(preferred >> to & 1))
			continue;
		edges_seen++;
		follow(m, g, to, before);
	}
}

/* I4: from one tier, at one distance, and nearest means nearest. */
static void check_preferred(const struct small *m,
			    const struct tiermm_demotion_graph *g, int node)
{
	uint32_t strategy = tiermm_demotion_graph_strategy(g);
	unsigned fallback, preferred = preferred_of(g, node, &fallback);
	int tier = 0, distance = 0, lower = 0;

	for (int to = 0; to < m->n; to++)
		if (m->tier[to] > m->tier[node]) {
			lower |= 1 << to;
			if (!tier || m->tier[to] < tier)
				tier = m->tier[to];
		}
	if (fallback != (unsigned)lower || !preferred != !lower)
		fail(m, strategy, "not all lower nodes are fallback");
	for (int to = 0; to < m->n; to++) {
		if (!(preferred >> to & 1))
			continue;
		if (m->tier[to] != tier)
			fail(m, strategy, "preferred skips a tier");
		if (distance && m->distance[node][to] != distance)
			fail(m, strategy, "preferred nodes at two distances");
		distance = m->distance[node][to];
	}
	if (strategy != TIERMM_STRATEGY_NEAREST)
		return;
	for (int to = 0; to < m->n; to++)
		if (m->tier[to] == tier && lower &&
		    (m->distance[node][to] < distance ||
		     (m->distance[node][to] == distance) !=
			     (int)(preferred >> to & 1)))
			fail(m, strategy, "not the nearest");
}

static void check_graph(const struct small *m, struct tiermm_topology *t,
			uint32_t strategy, uint32_t load_mode)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = strategy,
					     .load_mode = load_mode };
	struct tiermm_demotion_graph *g;

	must(tiermm_demotion_graph_create(&g, t, &o, NULL, NULL), m);
	for (int node = 0; node < m->n; node++) {
		follow(m, g, node, 0);
		if (strategy == TIERMM_STRATEGY_NEAREST ||
		    strategy == TIERMM_STRATEGY_LINUX_6_12)
			check_preferred(m, g, node);
	}
	if (!tiermm_demotion_graph_is_valid(g))
		fail(m, strategy, "not valid");
	tiermm_demotion_graph_unref(g);
}

static void check_machine(const struct small *m)
{
	struct tiermm_topology *t = topology(m);

	for (uint32_t s = 0; s < TIERMM_STRATEGY_MANUAL; s++)
		for (uint32_t mode = 0; mode < 2; mode++)
			if (mode == 0 || s != TIERMM_STRATEGY_NEAREST)
				check_graph(m, t, s, mode);
	tiermm_topology_unref(t);
	machines++;
}

/* All sets of CPU nodes and all tiers for given distances. */
static void check_distances(struct small *m)
{
	int assignments = 1;

	for (int i = 0; i < m->n; i++)
		assignments *= m->n;
	for (m->cpus = 0; m->cpus < 1u << m->n; m->cpus++)
		for (int a = 0; a < assignments; a++) {
			int rest = a;

			for (int i = 0; i < m->n; i++, rest /= m->n)
				m->tier[i] = 3 + rest % m->n;
			check_machine(m);
		}
}

/* Put digit k of code, in base 3, into each distance in turn. */
static void set_distances(struct small *m, unsigned long code, int symmetric)
{
	static const int choice[] = { 20, 21, 30 };

	for (int i = 0; i < m->n; i++) {
		m->distance[i][i] = 10;
		for (int j = 0; j < (symmetric ? i : m->n); j++) {
			if (i == j)
				continue;
			m->distance[i][j] = choice[code % 3];
			if (symmetric)
				m->distance[j][i] = m->distance[i][j];
			code /= 3;
		}
	}
}

static void check_all(int n, int symmetric)
{
	struct small m = { .n = n };
	int pairs = symmetric ? n * (n - 1) / 2 : n * (n - 1);
	unsigned long codes = 1;

	while (pairs--)
		codes *= 3;
	for (unsigned long code = 0; code < codes; code++) {
		set_distances(&m, code, symmetric);
		check_distances(&m);
	}
}

static void check_sample(void)
{
	struct tiermm_random random;
	struct small m = { .n = 4 };

	(void)tiermm_random_seed(&random, 4);
	for (int i = 0; i < SAMPLE; i++) {
		set_distances(&m,
			      (unsigned long)tiermm_random_below(&random,
								 531441),
			      0);
		m.cpus = (unsigned)tiermm_random_below(&random, 16);
		for (int k = 0; k < 4; k++)
			m.tier[k] = 3 + (int)tiermm_random_below(&random, 4);
		check_machine(&m);
	}
}

int main(int argc, char **argv)
{
	for (int n = 1; n <= 3; n++)
		check_all(n, 0);
	if (argc > 1 && strcmp(argv[1], "--long") == 0) {
		check_all(4, 1);
		check_sample();
	}
	printf("%llu machines, %llu edges followed\n", machines, edges_seen);
	return edges_seen == 0;
}
