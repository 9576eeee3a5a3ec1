/* SPDX-License-Identifier: MIT */
/* tiermm graph: which node the cold pages of each node go to. */
#include "graph.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The choice for a node under the allowed set: a node, or none. */
static int32_t choose(const struct tiermm_demotion_graph *graph, int32_t node,
		      const struct tiermm_nodeset *allowed)
{
	struct tiermm_demotion_query query = { .size = sizeof(query) };
	int32_t to = TIERMM_NO_NODE;

	query.allowed = allowed;
	tiermm_demotion_graph_choose(graph, node, &query, &to);
	return to;
}

static void memory_nodes(const struct tiermm_demotion_graph *graph,
			 struct tiermm_nodeset *out)
{
	tiermm_topology_nodes(tiermm_demotion_graph_topology(graph),
			      TIERMM_NODES_MEMORY, out);
}

static void allowed_text(const struct tiermm_demotion_graph *graph,
			 const struct tiermm_nodeset *allowed)
{
	int32_t node = TIERMM_NO_NODE;
	struct tiermm_nodeset nodes;
	int32_t to;

	memory_nodes(graph, &nodes);
	printf("\nif only ");
	print_nodes(allowed);
	puts(" is allowed:");
	while ((node = tiermm_nodeset_next(&nodes, node)) != TIERMM_NO_NODE) {
		to = choose(graph, node, allowed);
		if (to == TIERMM_NO_NODE)
			printf("  node %" PRId32 " -> nowhere\n", node);
		else
			printf("  node %" PRId32 " -> node %" PRId32 "\n", node,
			       to);
	}
}

static void allowed_json(const struct tiermm_demotion_graph *graph,
			 const struct tiermm_nodeset *allowed)
{
	int32_t node = TIERMM_NO_NODE;
	struct tiermm_nodeset nodes;
	const char *comma = "";
	int32_t to;

	memory_nodes(graph, &nodes);
	printf(",\"allowed\":{\"nodelist\":");
	print_json_nodes(allowed);
	printf(",\"choice\":{");
	while ((node = tiermm_nodeset_next(&nodes, node)) != TIERMM_NO_NODE) {
		printf("%s\"%" PRId32 "\":", comma, node);
		comma = ",";
		to = choose(graph, node, allowed);
		if (to == TIERMM_NO_NODE)
			printf("null");
		else
			printf("%" PRId32, to);
	}
	printf("}}");
}

/* The library's document is an object: what is added goes in at its end. */
static void show_json(const struct tiermm_demotion_graph *graph, char *text,
		      const struct graph_request *request,
		      const struct tiermm_file_step *step)
{
	*strrchr(text, '}') = '\0';
	fputs(text, stdout);
	if (step) {
		printf(",\"step\":");
		print_json_string(step->text);
		printf(",\"completed\":%s", step->completed ? "true" : "false");
	}
	if (request->has_allowed)
		allowed_json(graph, &request->allowed);
	putchar('}');
}

static const uint32_t file_formats[] = {
	[SHOW_TEXT] = TIERMM_FILE_TEXT,
	[SHOW_JSON] = TIERMM_FILE_JSON,
	[SHOW_DOT] = TIERMM_FILE_DOT,
};

int graph_show(const struct tiermm_demotion_graph *graph,
	       const struct graph_request *request,
	       const struct tiermm_file_step *step)
{
	char *text;

	if (request->show == SHOW_DRAWING)
		return graph_draw(graph);
	text = graph_text(graph, file_formats[request->show]);
	if (!text)
		return fail(STATUS_UNREADABLE, "out of memory");
	if (request->show == SHOW_JSON)
		show_json(graph, text, request, step);
	else
		puts(text);
	if (request->show == SHOW_TEXT && request->has_allowed)
		allowed_text(graph, &request->allowed);
	free(text);
	return STATUS_DONE;
}

static int show_one(const struct machine *machine,
		    const struct graph_request *request)
{
	struct tiermm_problem problem = { .size = sizeof(problem) };
	struct tiermm_demotion_options options;
	struct tiermm_demotion_graph *graph;
	int status;
	int err;

	graph_options(request, &options);
	err = tiermm_demotion_graph_create(&graph, machine->topology, &options,
					   &problem, NULL);
	if (err)
		return graph_refused(err, &problem);
	if (request->explain)
		status = graph_explain(graph, request);
	else
		status = graph_show(graph, request, NULL);
	if (request->show == SHOW_JSON && status == STATUS_DONE)
		putchar('\n');
	tiermm_demotion_graph_unref(graph);
	return status;
}

/* Nodes that the command line names have to be there. */
static int check_nodes(const struct tiermm_topology *topology,
		       const struct graph_request *request)
{
	struct tiermm_nodeset named = request->allowed;
	int32_t node = TIERMM_NO_NODE;

	if (request->explain)
		tiermm_nodeset_add(&named, request->explain_from);
	if (request->explain && request->explain_to != TIERMM_NO_NODE)
		tiermm_nodeset_add(&named, request->explain_to);
	while ((node = tiermm_nodeset_next(&named, node)) != TIERMM_NO_NODE)
		if (tiermm_topology_index(topology, node) < 0)
			return fail(STATUS_USAGE,
				    "the machine has no node "
				    "%" PRId32,
				    node);
	return STATUS_DONE;
}

static int answer(const struct machine *machine,
		  const struct graph_request *request)
{
	int status = check_nodes(machine->topology, request);

	if (status)
		return status;
	if (request->replay)
		return graph_replay(machine, request);
	return show_one(machine, request);
}

static int ask(struct graph_request *request, int argc, char **argv)
{
	struct machine machine;
	int status;

	status = options_parse(&graph_command, &request->input, request, argc,
			       argv);
	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (!status)
		status = graph_check(request);
	if (status)
		return status;
	status = machine_open(&machine, &request->input);
	if (!status)
		status = answer(&machine, request);
	machine_close(&machine);
	return status;
}

static int run(int argc, char **argv)
{
	struct graph_request *request = calloc(1, sizeof(*request));
	int status;

	if (!request)
		return fail(STATUS_UNREADABLE, "out of memory");
	status = ask(request, argc, argv);
	free(request);
	return status;
}

const struct command graph_command = {
	.name = "graph",
	.summary = "Which node the cold pages of each node go to.",
	.lines = graph_lines,
	.n_lines = GRAPH_LINES,
	.take = graph_take,
	.run = run,
};
