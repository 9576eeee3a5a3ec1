/* SPDX-License-Identifier: MIT */
/* tiermm graph --explain: every candidate, its numbers, its fate. */
#include "graph.h"

#include <inttypes.h>
#include <stdlib.h>

/* A number that a newer library has added has no name here. */
static const char *named(const char *name)
{
	return name ? name : "unknown";
}

static void top_text(int32_t node, const struct tiermm_top_reason *top)
{
	printf("node %" PRId32 ": %s: ", node,
	       top->is_top ? "top tier" : "not top tier");
	if (top->tier_id == TIERMM_NO_TIER)
		printf("it has no tier\n");
	else if (top->slowest_cpu_tier == TIERMM_NO_TIER)
		printf("it is in tier %" PRId32 ", and no tier has a CPU\n",
		       top->tier_id);
	else
		printf("it is in tier %" PRId32 ", the slowest tier with a CPU "
		       "is %" PRId32 " (node %" PRId32 ")\n",
		       top->tier_id, top->slowest_cpu_tier, top->cpu_node);
}

static void print_id(const char *key, int32_t id)
{
	if (id < 0)
		printf("\"%s\":null,", key);
	else
		printf("\"%s\":%" PRId32 ",", key, id);
}

static void top_json(int32_t node, const struct tiermm_top_reason *top)
{
	printf("{\"node\":%" PRId32 ",\"top_tier\":%s,", node,
	       top->is_top ? "true" : "false");
	print_id("tier_id", top->tier_id);
	print_id("slowest_cpu_tier", top->slowest_cpu_tier);
	print_id("cpu_node", top->cpu_node);
	printf("\"candidates\":[");
}

static void candidate_text(const struct tiermm_candidate *candidate)
{
	char line[512];

	tiermm_candidate_text(candidate, line, sizeof(line), NULL);
	puts(line);
}

static void candidate_json(const struct tiermm_candidate *candidate)
{
	printf("{\"to\":%" PRId32 ",\"fate\":\"%s\",\"reason\":\"%s\",",
	       candidate->to, named(tiermm_fate_name(candidate->fate)),
	       named(tiermm_reason_name(candidate->reason)));
	print_id("from_tier", candidate->from_tier);
	print_id("to_tier", candidate->to_tier);
	printf("\"distance\":%" PRIu32 ",\"distance_source\":\"%s\",",
	       candidate->distance,
	       named(tiermm_source_name(candidate->distance_source)));
	printf("\"id_penalty\":%" PRIu32 ",\"cpu_penalty\":%" PRIu32
	       ",\"load\":%" PRIu32 ",",
	       candidate->id_penalty, candidate->cpu_penalty, candidate->load);
	print_id("rival", candidate->rival);
	printf("\"score\":%" PRIu64 "}", candidate->score);
}

static void show_candidates(const struct tiermm_candidate *candidates,
			    uint64_t n, uint32_t show)
{
	uint64_t i;

	for (i = 0; i < n; i++) {
		if (show != SHOW_JSON) {
			candidate_text(&candidates[i]);
			continue;
		}
		if (i > 0)
			putchar(',');
		candidate_json(&candidates[i]);
	}
}

/* One candidate, or all of them: the machine has at most 1024. */
static int gather(const struct tiermm_demotion_graph *graph,
		  const struct graph_request *request,
		  struct tiermm_candidate *out, uint64_t *n_out)
{
	*n_out = 1;
	if (request->explain_to != TIERMM_NO_NODE)
		return tiermm_demotion_explain_edge(graph,
						    request->explain_from,
						    request->explain_to, out);
	return tiermm_demotion_explain(graph, request->explain_from, out,
				       TIERMM_MAX_NODES, n_out);
}

int graph_explain(const struct tiermm_demotion_graph *graph,
		  const struct graph_request *request)
{
	struct tiermm_top_reason top = { .size = sizeof(top) };
	struct tiermm_candidate *candidates;
	uint64_t n;
	int err;

	candidates = calloc(TIERMM_MAX_NODES, sizeof(*candidates));
	if (!candidates)
		return fail(STATUS_UNREADABLE, "out of memory");
	err = tiermm_demotion_explain_top(graph, request->explain_from, &top);
	if (!err)
		err = gather(graph, request, candidates, &n);
	if (err) {
		free(candidates);
		return fail(STATUS_UNREADABLE, "node %" PRId32 ": %s",
			    request->explain_from, tiermm_strerror(err));
	}
	if (request->show == SHOW_JSON)
		top_json(request->explain_from, &top);
	else
		top_text(request->explain_from, &top);
	show_candidates(candidates, n, request->show);
	if (request->show == SHOW_JSON)
		fputs("]}", stdout);
	free(candidates);
	return STATUS_DONE;
}
