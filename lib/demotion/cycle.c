/* SPDX-License-Identifier: MIT */
/*
 * Order of the nodes that a caller names targets for, or the cycle they form.
 *
 * A depth-first walk without recursion: a node is done when all that it names
 * is done; one that is named while it is still on the way closes a cycle.
 */
#include "demotion/graph.h"

#include "base/problem.h"

enum {
	NEW = 0,
	ON_THE_WAY,
	DONE
};

/* Room for four numbers a node, in the graph's scratch space. */
struct walk {
	uint32_t *order; /* rows that are done */
	uint32_t *stack; /* rows on the way */
	uint32_t *seen;  /* NEW, ON_THE_WAY, DONE, by row */
	uint32_t *after; /* first id that is not looked at yet, by row */
	uint32_t done;
	uint32_t depth;
};

static void enter(struct walk *w, uint32_t row)
{
	w->stack[w->depth++] = row;
	w->seen[row] = ON_THE_WAY;
	w->after[row] = 0;
}

static void leave(struct walk *w)
{
	uint32_t row = w->stack[--w->depth];

	w->seen[row] = DONE;
	w->order[w->done++] = row;
}

/* The cycle is the end of the stack; its lowest node is told first. */
static int report_cycle(const struct tiermm_demotion_graph *g,
			const struct walk *w, uint32_t first,
			struct tiermm_problem *problem)
{
	struct tiermm_problem found = { .error = -TIERMM_ELOOP,
					.what = TIERMM_PROBLEM_CYCLE };
	uint32_t start = w->depth, lowest, length;

	do
		start--;
	while (w->stack[start] != first);
	lowest = start;
	for (uint32_t i = start; i < w->depth; i++)
		if (w->stack[i] < w->stack[lowest])
			lowest = i;
	length = w->depth - start;
	found.path_length = length;
	for (uint32_t i = 0; i < TIERMM_PROBLEM_PATH; i++)
		found.path[i] =
			i < length
				? tiermm__id(g,
					     w->stack[start + (lowest - start +
							       i) % length])
				: TIERMM_NO_NODE;
	found.node = found.path[0];
	found.other = found.path[1];
	return tiermm__problem_report(problem, &found);
}

static int walk_from(const struct tiermm_demotion_graph *g, struct walk *w,
		     uint32_t start, struct tiermm_problem *problem)
{
	enter(w, start);
	while (w->depth) {
		uint32_t row = w->stack[w->depth - 1], to;
		int32_t id =
			tiermm__set_next(tiermm__set(g, g->named, row),
					 g->view.words, (int32_t)w->after[row]);

		if (id == TIERMM_NO_NODE) {
			leave(w);
			continue;
		}
		w->after[row] = (uint32_t)id + 1;
		to = tiermm__row(g, id);
		if (w->seen[to] == ON_THE_WAY)
			return report_cycle(g, w, to, problem);
		if (w->seen[to] == NEW)
			enter(w, to);
	}
	return 0;
}

int tiermm__order_named(struct tiermm_demotion_graph *g, uint32_t *order,
			struct tiermm_problem *problem)
{
	struct walk w = { .order = order,
			  .stack = g->scratch + g->view.n,
			  .seen = g->scratch + 2 * g->view.n,
			  .after = g->scratch + 3 * g->view.n };
	int err = 0;

	for (uint32_t row = 0; row < g->view.n; row++)
		w.seen[row] = NEW;
	for (uint32_t row = 0; row < g->view.n && !err; row++)
		if (w.seen[row] == NEW)
			err = walk_from(g, &w, row, problem);
	return err;
}
