/* SPDX-License-Identifier: MIT */
/* tiermm graph: what the files of this subcommand share. */
#ifndef TIERMM_CLI_GRAPH_H
#define TIERMM_CLI_GRAPH_H

#include "cli.h"

/* How a graph is shown. */
enum {
	SHOW_TEXT = 0,
	SHOW_JSON,
	SHOW_DOT,
	SHOW_DRAWING
};

/* Targets that can be named on one command line. */
enum {
	MOST_EDGES = 1024
};

/* All that was asked for. */
struct graph_request {
	struct input input;
	uint32_t show;
	uint32_t strategy;
	uint32_t cpu_penalty;
	uint32_t load_mode;
	uint64_t n_load;
	uint64_t n_edges;
	int replay;
	int explain;
	int32_t explain_from;
	int32_t explain_to; /* none: every candidate */
	int has_allowed;
	struct tiermm_nodeset allowed;
	uint32_t load[TIERMM_MAX_NODES];
	struct tiermm_demotion_edge edges[MOST_EDGES];
};

/* graph_options.c */
enum {
	GRAPH_LINES = 10
};
extern const struct option_line graph_lines[GRAPH_LINES];
int graph_take(void *self, int code, const char *value);
int graph_check(const struct graph_request *request);
void graph_options(const struct graph_request *request,
		   struct tiermm_demotion_options *out);
int graph_refused(int err, const struct tiermm_problem *problem);

/* What is written of one graph; `step` is NULL at boot. */
int graph_show(const struct tiermm_demotion_graph *graph,
	       const struct graph_request *request,
	       const struct tiermm_file_step *step);

/* graph_replay.c */
int graph_replay(const struct machine *machine,
		 const struct graph_request *request);

/* graph_explain.c */
int graph_explain(const struct tiermm_demotion_graph *graph,
		  const struct graph_request *request);

/* graph_draw.c */
int graph_draw(const struct tiermm_demotion_graph *graph);

#endif
