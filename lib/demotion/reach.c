/* SPDX-License-Identifier: MIT */
/* What can be reached from a node: along chains, and at all. */
#include "demotion/graph.h"

static void follow(struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *preferred = tiermm__set(g, g->preferred, from);
	uint64_t *fallback = tiermm__set(g, g->fallback, from);
	uint32_t words = g->view.words;

	for (int32_t id = tiermm__set_next(preferred, words, 0);
	     id != TIERMM_NO_NODE;
	     id = tiermm__set_next(preferred, words, id + 1)) {
		const uint64_t *behind =
			tiermm__set(g, g->fallback, tiermm__row(g, id));

		tiermm__set_add(fallback, id);
		tiermm__set_or(fallback, behind, words);
	}
}

void tiermm__follow_chains(struct tiermm_demotion_graph *g,
			   const uint32_t *order, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		follow(g, order[i]);
}

/*
 * Whether some distance of a row is 255: then its inverse has a zero byte,
 * which borrows from its own top bit. Padding bytes are 0 and do not count.
 */
static int has_unreachable(const struct tiermm_demotion_graph *g, uint32_t from)
{
	const uint64_t *row = g->distance + (uint64_t)from * g->view.stride;
	uint64_t any = 0;

	for (uint32_t i = 0; i < g->view.stride; i++)
		any |= (~row[i] - 0x0101010101010101u) & row[i] &
		       0x8080808080808080u;
	return any != 0;
}

void tiermm__drop_unreachable(struct tiermm_demotion_graph *g, uint32_t from)
{
	uint64_t *fallback = tiermm__set(g, g->fallback, from);

	if (!has_unreachable(g, from))
		return;
	for (uint32_t to = 0; to < g->view.n; to++)
		if (tiermm__distance(g, from, to) == TIERMM__UNREACHABLE)
			tiermm__set_remove(fallback, tiermm__id(g, to));
}
