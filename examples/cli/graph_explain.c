/* SPDX-License-Identifier: MIT */
/* tiermm graph --explain: every candidate, its numbers, its fate. */
#include "graph.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *const fates[] = {
	[TIERMM_FATE_NONE] = "none",
	[TIERMM_FATE_PREFERRED] = "preferred",
	[TIERMM_FATE_FALLBACK] = "fallback",
};

static const char *const reasons[] = {
	[TIERMM_REASON_NEAREST] = "nearest",
	[TIERMM_REASON_BEST_SCORE] = "best_score",
	[TIERMM_REASON_EQUAL] = "equal",
	[TIERMM_REASON_NAMED] = "named",
	[TIERMM_REASON_SELF] = "self",
	[TIERMM_REASON_NO_MEMORY] = "no_memory",
	[TIERMM_REASON_SOURCE_NO_MEMORY] = "source_no_memory",
	[TIERMM_REASON_NOT_LOWER] = "not_lower",
	[TIERMM_REASON_NOT_NEXT_TIER] = "not_next_tier",
	[TIERMM_REASON_FARTHER] = "farther",
	[TIERMM_REASON_CUT] = "cut",
	[TIERMM_REASON_OUTSCORED] = "outscored",
	[TIERMM_REASON_UNREACHABLE] = "unreachable",
	[TIERMM_REASON_HAS_CPUS] = "has_cpus",
	[TIERMM_REASON_CLAIMED] = "claimed",
	[TIERMM_REASON_LIMIT] = "limit",
	[TIERMM_REASON_SEEN] = "seen",
	[TIERMM_REASON_NOT_REACHED] = "not_reached",
	[TIERMM_REASON_NOT_NAMED] = "not_named",
	[TIERMM_REASON_CHAIN] = "chain",
};

static const char *const sources[] = {
	[TIERMM_SOURCE_DEFAULT] = "default",
	[TIERMM_SOURCE_ASSUMED] = "assumed",
	[TIERMM_SOURCE_REPLACED] = "replaced",
	[TIERMM_SOURCE_SLIT] = "slit",
	[TIERMM_SOURCE_HMAT] = "hmat",
	[TIERMM_SOURCE_DRIVER] = "driver",
	[TIERMM_SOURCE_KERNEL] = "kernel",
	[TIERMM_SOURCE_TYPE] = "type",
	[TIERMM_SOURCE_CALLER] = "caller",
};

/* A number that a newer library may have added has no name here. */
static const char *name_of(const char *const *names, size_t n, uint32_t which)
{
	return which < n && names[which] ? names[which] : "unknown";
}
#define NAME(names, which) \
	name_of(names, sizeof(names) / sizeof(names[0]), which)

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
	       candidate->to, NAME(fates, candidate->fate),
	       NAME(reasons, candidate->reason));
	print_id("from_tier", candidate->from_tier);
	print_id("to_tier", candidate->to_tier);
	printf("\"distance\":%" PRIu32 ",\"distance_source\":\"%s\",",
	       candidate->distance, NAME(sources, candidate->distance_source));
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
