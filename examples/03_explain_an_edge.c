/* SPDX-License-Identifier: MIT */
/*
 * Why does node 0 demote to node 2, and why not to node 1? Every candidate
 * has a fate, a reason, and the numbers that were compared.
 *
 *     dram:2x64G cxl:1x256G@250ns,30GB/s
 *
 *     cc -std=c11 03_explain_an_edge.c $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/tiermm.h>

#include "worked_machine.h"

static int explain_node(const struct tiermm_demotion_graph *g, int32_t node)
{
	struct tiermm_candidate candidate[8];
	uint64_t n = 0;
	char line[256];
	int err = tiermm_demotion_explain(g, node, candidate, 8, &n);

	for (uint64_t i = 0; !err && i < n; i++) {
		err = tiermm_candidate_text(&candidate[i], line, sizeof(line),
					    NULL);
		if (!err)
			printf("%s\n", line);
	}
	return err;
}

static int explain_top(const struct tiermm_demotion_graph *g, int32_t node)
{
	struct tiermm_top_reason why = { .size = sizeof(why) };
	int err = tiermm_demotion_explain_top(g, node, &why);

	if (!err)
		printf("node %" PRId32 " is %stop: tier %" PRId32
		       ", and the slowest tier with a CPU is %" PRId32 "\n",
		       node, why.is_top ? "" : "not ", why.tier_id,
		       why.slowest_cpu_tier);
	return err;
}

/* The same as numbers, for a program: one edge, and what was compared. */
static int check_edge(const struct tiermm_demotion_graph *g, int32_t to,
		      uint32_t fate, uint32_t reason)
{
	struct tiermm_candidate c;
	int err = tiermm_demotion_explain_edge(g, 0, to, &c);

	if (err)
		return err;
	if (c.fate == fate && c.reason == reason)
		return 0;
	fprintf(stderr, "node 0 -> node %" PRId32 ": not as expected\n", to);
	return -TIERMM_EINVAL;
}

int main(void)
{
	struct tiermm_topology *t = NULL;
	struct tiermm_demotion_graph *g = NULL;
	int err = worked_machine(&t, 1);

	if (!err)
		err = tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL);
	if (!err)
		err = explain_node(g, 0);
	for (int32_t node = 0; !err && node < 3; node++)
		err = explain_top(g, node);
	if (!err)
		err = check_edge(g, 2, TIERMM_FATE_PREFERRED,
				 TIERMM_REASON_NEAREST);
	if (!err)
		err = check_edge(g, 1, TIERMM_FATE_NONE,
				 TIERMM_REASON_NOT_LOWER);
	if (!err)
		err = check_edge(g, 0, TIERMM_FATE_NONE, TIERMM_REASON_SELF);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	if (err)
		fprintf(stderr, "%s\n", tiermm_strerror(err));
	return err ? 1 : 0;
}
