/* SPDX-License-Identifier: MIT */
/* tiermm graph: its options, and what the library is asked for. */
#include "graph.h"

#include <inttypes.h>
#include <string.h>

enum {
	OPTION_STRATEGY = OPTION_OWN,
	OPTION_PENALTY,
	OPTION_LOAD,
	OPTION_EDGE,
	OPTION_ALLOWED,
	OPTION_EXPLAIN,
	OPTION_REPLAY,
	OPTION_JSON,
	OPTION_DOT,
	OPTION_DRAW
};

const struct option_line graph_lines[GRAPH_LINES] = {
	{ OPTION_STRATEGY, "strategy", "NAME",
	  "nearest (default), linux-6.12, linux-5.18, linux-5.15,\n"
	  "or manual: the targets that --edge names" },
	{ OPTION_PENALTY, "penalty", "N",
	  "distance added for a target with CPUs; 1 unless said,\n"
	  "0 to 65535 (linux-* only)" },
	{ OPTION_LOAD, "load", "WHICH",
	  "what breaks ties: booted (default), rebuilt, or the load\n"
	  "of node 0, 1, ... as numbers: 0,2,1 (linux-* only)" },
	{ OPTION_EDGE, "edge", "FROM:TO",
	  "a target for --strategy manual; may be given many times" },
	{ OPTION_ALLOWED, "allowed", "LIST",
	  "also where each node's pages go if only these nodes\n"
	  "are allowed: 0,2-3" },
	{ OPTION_EXPLAIN, "explain", "NODE[:TO]",
	  "why: every candidate for a node, or one" },
	{ OPTION_REPLAY, "replay", NULL,
	  "also after each of the steps in the machine file" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
	{ OPTION_DOT, "dot", NULL, "Graphviz, tiers as ranks" },
	{ OPTION_DRAW, "draw", NULL, "tiers and edges, drawn with characters" },
};

static int take_strategy(struct graph_request *request, const char *value)
{
	uint32_t strategy;

	for (strategy = 0; strategy < TIERMM_STRATEGIES; strategy++) {
		if (strcmp(value, tiermm_strategy_name(strategy)) == 0) {
			request->strategy = strategy;
			return STATUS_DONE;
		}
	}
	return fail(STATUS_USAGE,
		    "--strategy '%s', expected nearest, "
		    "linux-6.12, linux-5.18, linux-5.15 or manual",
		    value);
}

static int take_penalty(struct graph_request *request, const char *value)
{
	uint64_t number;

	if (!parse_number(value, 65535, &number))
		return fail(STATUS_USAGE, "--penalty '%s', expected 0 to 65535",
			    value);
	/* In the library's options zero stands for the default. */
	request->cpu_penalty =
		number ? (uint32_t)number : TIERMM_CPU_PENALTY_NONE;
	return STATUS_DONE;
}

/* The numbers of a given load table: "0,2,1". */
static int take_numbers(struct graph_request *request, const char *value)
{
	const char *rest = value;
	char word[16];
	uint64_t number;
	size_t length;

	for (request->n_load = 0;; rest += length + 1) {
		length = strcspn(rest, ",");
		snprintf(word, sizeof(word), "%.*s", (int)length, rest);
		if (length >= sizeof(word) ||
		    request->n_load == TIERMM_MAX_NODES ||
		    !parse_number(word, UINT32_MAX, &number))
			return fail(STATUS_USAGE,
				    "--load '%s', expected "
				    "booted, rebuilt or numbers: 0,2,1",
				    value);
		request->load[request->n_load++] = (uint32_t)number;
		if (rest[length] == '\0')
			break;
	}
	request->load_mode = TIERMM_LOAD_GIVEN;
	return STATUS_DONE;
}

static int take_load(struct graph_request *request, const char *value)
{
	if (strcmp(value, "booted") == 0)
		request->load_mode = TIERMM_LOAD_BOOTED;
	else if (strcmp(value, "rebuilt") == 0)
		request->load_mode = TIERMM_LOAD_REBUILT;
	else
		return take_numbers(request, value);
	return STATUS_DONE;
}

static int take_edge(struct graph_request *request, const char *value)
{
	struct tiermm_demotion_edge *edge;

	if (request->n_edges == MOST_EDGES)
		return fail(STATUS_USAGE, "--edge '%s', expected at most %d",
			    value, MOST_EDGES);
	edge = &request->edges[request->n_edges++];
	if (!parse_pair(value, &edge->from, &edge->to) ||
	    edge->to == TIERMM_NO_NODE)
		return fail(STATUS_USAGE,
			    "--edge '%s', expected FROM:TO, "
			    "two nodes from 0 to 1023",
			    value);
	return STATUS_DONE;
}

static int take_allowed(struct graph_request *request, const char *value)
{
	request->has_allowed = 1;
	memset(&request->allowed, 0, sizeof(request->allowed));
	if (!parse_nodes(value, &request->allowed))
		return fail(STATUS_USAGE,
			    "--allowed '%s', expected a list of "
			    "nodes: 0,2-3",
			    value);
	return STATUS_DONE;
}

static int take_explain(struct graph_request *request, const char *value)
{
	request->explain = 1;
	if (!parse_pair(value, &request->explain_from, &request->explain_to))
		return fail(STATUS_USAGE,
			    "--explain '%s', expected NODE or "
			    "NODE:TO, from 0 to 1023",
			    value);
	return STATUS_DONE;
}

static int take_show(struct graph_request *request, uint32_t show)
{
	if (request->show != SHOW_TEXT && request->show != show)
		return fail(STATUS_USAGE,
			    "expected one of --json, --dot and --draw");
	request->show = show;
	return STATUS_DONE;
}

int graph_take(void *self, int code, const char *value)
{
	struct graph_request *request = self;

	switch (code) {
	case OPTION_STRATEGY:
		return take_strategy(request, value);
	case OPTION_PENALTY:
		return take_penalty(request, value);
	case OPTION_LOAD:
		return take_load(request, value);
	case OPTION_EDGE:
		return take_edge(request, value);
	case OPTION_ALLOWED:
		return take_allowed(request, value);
	case OPTION_EXPLAIN:
		return take_explain(request, value);
	case OPTION_REPLAY:
		request->replay = 1;
		return STATUS_DONE;
	case OPTION_JSON:
		return take_show(request, SHOW_JSON);
	case OPTION_DOT:
		return take_show(request, SHOW_DOT);
	default:
		return take_show(request, SHOW_DRAWING);
	}
}

/* Refuses what would have been ignored. */
int graph_check(const struct graph_request *request)
{
	int is_manual = request->strategy == TIERMM_STRATEGY_MANUAL;

	if (is_manual != (request->n_edges > 0))
		return fail(STATUS_USAGE,
			    "--strategy manual and --edge go together");
	if (request->replay && !request->input.machine)
		return fail(STATUS_USAGE, "--replay goes with --machine: "
					  "the steps stand in the file");
	if (request->explain && (request->replay || request->has_allowed))
		return fail(STATUS_USAGE,
			    "--explain answers for the machine "
			    "as it is, without --replay and --allowed");
	if (request->show != SHOW_DOT && request->show != SHOW_DRAWING)
		return STATUS_DONE;
	if (request->explain || request->has_allowed)
		return fail(STATUS_USAGE, "--explain and --allowed are shown "
					  "as text or with --json");
	if (request->show == SHOW_DOT && request->replay)
		return fail(STATUS_USAGE, "--dot shows one graph, "
					  "without --replay");
	return STATUS_DONE;
}

/* The pointers in `out` lead into the request. */
void graph_options(const struct graph_request *request,
		   struct tiermm_demotion_options *out)
{
	memset(out, 0, sizeof(*out));
	out->size = sizeof(*out);
	out->strategy = request->strategy;
	out->cpu_penalty = request->cpu_penalty;
	out->load_mode = request->load_mode;
	if (request->load_mode == TIERMM_LOAD_GIVEN) {
		out->load = request->load;
		out->n_load = request->n_load;
	}
	if (request->n_edges > 0) {
		out->edges = request->edges;
		out->n_edges = request->n_edges;
	}
}

/* The machine is one, but this graph cannot be built for it: a "no". */
int graph_refused(int err, const struct tiermm_problem *problem)
{
	char line[512];

	if (problem->what == TIERMM_PROBLEM_NONE)
		return fail(STATUS_NO, "no graph: %s", tiermm_strerror(err));
	tiermm_problem_text(problem, line, sizeof(line), NULL);
	return fail(STATUS_NO, "no graph: %s", line);
}
