/* SPDX-License-Identifier: MIT */
/* Asking a graph that one holds: its sets, and a choice from them. */
#include "base/options.h"
#include "demotion/graph.h"

#include <stddef.h>

static struct tiermm_nodeset widen(const struct tiermm_demotion_graph *g,
				   uint64_t *sets, int32_t row)
{
	struct tiermm_nodeset out = { { 0 } };

	tiermm__set_or(out.word, tiermm__set(g, sets, (uint32_t)row),
		       g->view.words);
	return out;
}

int tiermm_demotion_graph_targets(const struct tiermm_demotion_graph *g,
				  int32_t node,
				  struct tiermm_nodeset *preferred,
				  struct tiermm_nodeset *fallback)
{
	int32_t row = tiermm_topology_index(g->topology, node);

	if (row < 0)
		return -TIERMM_ENODEV;
	if (preferred)
		*preferred = widen(g, g->preferred, row);
	if (fallback)
		*fallback = widen(g, g->fallback, row);
	return 0;
}

/* Whether the state is there that a choice needs. */
static int is_complete(const struct tiermm_demotion_query *q)
{
	switch (q->choice) {
	case TIERMM_CHOICE_FIRST:
		return 1;
	case TIERMM_CHOICE_RANDOM:
		return q->random != NULL;
	case TIERMM_CHOICE_ROUND_ROBIN:
		return q->cursor != NULL;
	case TIERMM_CHOICE_WEIGHTED:
		return q->random && (q->weights || !q->n_weights);
	default:
		return 0;
	}
}

int tiermm__query_check(struct tiermm_demotion_query *dst,
			const struct tiermm_demotion_query *src)
{
	int err = tiermm__options_copy(dst, sizeof(*dst), src, sizeof(*dst), 0);

	if (err)
		return err;
	return is_complete(dst) ? 0 : -TIERMM_EINVAL;
}

int tiermm_demotion_graph_choose(const struct tiermm_demotion_graph *g,
				 int32_t node,
				 const struct tiermm_demotion_query *query,
				 int32_t *out)
{
	struct tiermm_demotion_query checked;
	int32_t row;
	int err;

	if (!g || !out)
		return -TIERMM_EINVAL;
	err = tiermm__query_check(&checked, query);
	if (err)
		return err;
	row = tiermm_topology_index(g->topology, node);
	if (row < 0)
		return -TIERMM_ENODEV;
	*out = tiermm__view_choose(&g->view, (uint32_t)row, &checked, NULL);
	return 0;
}
