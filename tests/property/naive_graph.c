/* SPDX-License-Identifier: MIT */
/* The demotion graph, naively. */
#include "naive_graph.h"

#include <string.h>

void naive_clear(struct naive_graph *g, int n)
{
	for (int i = 0; i < n; i++) {
		memset(g->preferred[i], 0, (size_t)n);
		memset(g->fallback[i], 0, (size_t)n);
		g->top[i] = 0;
		g->load[i] = 0;
	}
}

/* Facts 0.1, but for the source itself. */
static int find_next_best(const struct naive_machine *m, int node, int *used,
			  int penalty, const long *load)
{
	int best = NAIVE_NONE;
	long best_score = 0;

	for (int n = 0; n < m->n; n++) {
		long score;

		if (!m->memory[n] || used[n])
			continue;
		score = m->distance[node][n];
		score += n < node ? 1 : 0;
		score += m->cpus[n] ? penalty : 0;
		score = score * 1024 + load[n];
		if (best == NAIVE_NONE || score < best_score) {
			best = n;
			best_score = score;
		}
	}
	if (best != NAIVE_NONE)
		used[best] = 1;
	return best;
}

/* Facts 0.1, last point but one; "seen" fact 2. */
void naive_load(const struct naive_machine *m, int penalty,
		struct naive_graph *g)
{
	static int used[NAIVE_NODES];

	memset(g->load, 0, sizeof(g->load));
	for (int local = 0; local < m->n; local++) {
		int before = local;
		int next;

		memset(used, 0, sizeof(used));
		used[local] = 1; /* first of its own list where it has memory */
		while ((next = find_next_best(m, local, used, penalty,
					      g->load)) != NAIVE_NONE) {
			if (m->distance[local][next] !=
			    m->distance[local][before])
				g->load[next]++;
			before = next;
		}
	}
}

/* The fastest tier below one, or 0 where there is none (tiers begin at 1). */
static int next_tier(const struct naive_machine *m, int tier)
{
	int next = 0;

	for (int i = 0; i < m->n; i++)
		if (m->memory[i] && m->tier[i] > tier &&
		    (!next || m->tier[i] < next))
			next = m->tier[i];
	return next;
}

/* D2 and D4 of the rules: nearest reachable nodes of the first such tier. */
void naive_nearest(const struct naive_machine *m, struct naive_graph *g)
{
	for (int s = 0; s < m->n; s++) {
		int best = 255;

		for (int tier = m->memory[s] ? next_tier(m, m->tier[s]) : 0;
		     tier; tier = next_tier(m, tier)) {
			int here = 255;

			for (int t = 0; t < m->n; t++) {
				if (!m->memory[t] || m->going[t] ||
				    m->tier[t] != tier ||
				    m->distance[s][t] == 255)
					continue;
				g->fallback[s][t] = 1;
				if (m->distance[s][t] < here)
					here = m->distance[s][t];
			}
			if (best < 255 || here == 255)
				continue;
			best = here;
			for (int t = 0; t < m->n; t++)
				if (g->fallback[s][t] && m->tier[t] == tier &&
				    m->distance[s][t] == best)
					g->preferred[s][t] = 1;
		}
	}
}

/* Facts 0.3, steps 2 and 4. */
void naive_linux(const struct naive_machine *m, int penalty,
		 struct naive_graph *g)
{
	static int used[NAIVE_NODES];

	for (int s = 0; s < m->n; s++) {
		int next = m->memory[s] ? next_tier(m, m->tier[s]) : 0;
		int best = NAIVE_NONE;
		int t;

		if (!next)
			continue;
		for (int i = 0; i < m->n; i++) {
			used[i] = m->memory[i] && m->tier[i] != next;
			if (m->memory[i] && m->tier[i] > m->tier[s])
				g->fallback[s][i] = 1;
		}
		while ((t = find_next_best(m, s, used, penalty, g->load)) !=
		       NAIVE_NONE) {
			if (best == NAIVE_NONE)
				best = m->distance[s][t];
			if (m->distance[s][t] != best)
				break;
			g->preferred[s][t] = 1;
		}
	}
}

/* All that can be reached over edges, by trying again until nothing changes. */
static void close_over(unsigned char edge[][NAIVE_NODES],
		       unsigned char reach[][NAIVE_NODES], int n)
{
	int changed = 1;

	for (int i = 0; i < n; i++)
		memcpy(reach[i], edge[i], (size_t)n);
	while (changed) {
		changed = 0;
		for (int a = 0; a < n; a++)
			for (int b = 0; b < n; b++)
				for (int c = 0; reach[a][b] && c < n; c++)
					if (reach[b][c] && !reach[a][c]) {
						reach[a][c] = 1;
						changed = 1;
					}
	}
}

/* Facts 0.2; limit 1 is 5.15, limit 15 is 5.18. */
void naive_passes(const struct naive_machine *m, int penalty, int limit,
		  struct naive_graph *g)
{
	static int used[NAIVE_NODES], now[NAIVE_NODES], next[NAIVE_NODES];
	int more = 0;

	memset(used, 0, sizeof(used));
	for (int i = 0; i < m->n; i++)
		more |= next[i] = m->cpus[i];
	while (more) {
		more = 0;
		memcpy(now, next, sizeof(now));
		memset(next, 0, sizeof(next));
		for (int i = 0; i < m->n; i++)
			used[i] |= now[i];
		for (int s = 0; s < m->n; s++) {
			int best = NAIVE_NONE, taken = 0, t;

			while (now[s] &&
			       (t = find_next_best(m, s, used, penalty,
						   g->load)) != NAIVE_NONE) {
				if (best == NAIVE_NONE)
					best = m->distance[s][t];
				if (m->distance[s][t] > best ||
				    taken == limit) {
					used[t] = 0;
					break;
				}
				g->preferred[s][t] = 1;
				next[t] = more = 1;
				taken++;
			}
		}
	}
	close_over(g->preferred, g->fallback, m->n);
}

static unsigned char reach[NAIVE_NODES][NAIVE_NODES];
static unsigned char edge[NAIVE_NODES][NAIVE_NODES];

static void close_named(const struct naive_machine *m)
{
	for (int a = 0; a < m->n; a++)
		for (int b = 0; b < m->n; b++)
			edge[a][b] = m->named[a][b] != 0;
	close_over(edge, reach, m->n);
}

int naive_has_cycle(const struct naive_machine *m)
{
	close_named(m);
	for (int i = 0; i < m->n; i++)
		if (reach[i][i])
			return 1;
	return 0;
}

static int may_take(const struct naive_machine *m, int s, int t)
{
	return m->memory[t] && !m->going[t] && m->distance[s][t] != 255;
}

/* Named nodes that may take the page; those behind the ones that may not. */
static void prefer(const struct naive_machine *m, int s, int at,
		   struct naive_graph *g, unsigned char *stepped)
{
	for (int t = 0; t < m->n; t++) {
		if (!m->named[at][t])
			continue;
		if (may_take(m, s, t)) {
			g->preferred[s][t] = 1;
		} else if (!stepped[t]) {
			stepped[t] = 1;
			prefer(m, s, t, g, stepped);
		}
	}
}

void naive_manual(const struct naive_machine *m, struct naive_graph *g)
{
	static unsigned char stepped[NAIVE_NODES];

	for (int s = 0; s < m->n; s++) {
		memset(stepped, 0, sizeof(stepped));
		if (m->memory[s])
			prefer(m, s, s, g, stepped);
	}
	close_over(g->preferred, reach, m->n);
	for (int s = 0; s < m->n; s++)
		for (int t = 0; t < m->n; t++)
			g->fallback[s][t] =
				reach[s][t] && m->distance[s][t] != 255;
}

/* Facts 0.3, step 3: a tier is 128 wide, and begins at its id times 128. */
void naive_top(const struct naive_machine *m, int kept, struct naive_graph *g)
{
	int top = kept;
	int slowest = 0;

	for (int i = 0; i < m->n; i++)
		if (m->memory[i] && m->cpus[i] && m->tier[i] > slowest)
			slowest = m->tier[i];
	if (slowest)
		top = slowest * 128 + 127;
	for (int i = 0; i < m->n; i++)
		g->top[i] = !m->memory[i] || m->tier[i] * 128 <= top;
}
