/* SPDX-License-Identifier: MIT */
/*
 * Runs of the simulator from one description, for the tests that compare
 * many of them. What goes wrong is printed, and ends the program.
 */
#ifndef TESTS_PROPERTY_SIM_RUNS_H
#define TESTS_PROPERTY_SIM_RUNS_H

#include "support/check.h"

#include <tiermm/backends/sim_event.h>
#include <tiermm/backends/sim_result.h>

#include <stdio.h>

#define SIM_RUN_NODES 4

/* Nodes from fast to slow; CPUs take turns on the first @cpu_nodes. */
struct sim_machine {
	uint32_t nodes;
	uint32_t cpus;
	uint32_t cpu_nodes;
	uint64_t pages[SIM_RUN_NODES];
	uint32_t latency_ns[SIM_RUN_NODES];
	uint32_t bandwidth_mbps[SIM_RUN_NODES];
};

struct sim_outcome {
	struct tiermm_sim_result sum;
	struct tiermm_sim_node node[SIM_RUN_NODES];
};

struct tiermm_topology *sim_machine_topology(const struct sim_machine *m);

/* Run the workload of a line to its end; it has to be valid there. */
void sim_run(const struct sim_machine *m,
	     const struct tiermm_sim_options *options,
	     const struct tiermm_sim_event *events, uint32_t n_events,
	     const char *line, struct sim_outcome *out);

/*
 * The next row of a recorded file has to be this one; without a file it is
 * printed. 1: it is another one.
 */
int sim_expect_row(FILE *recorded, const char *path, const char *row);

/* The bound of the page numbers of a line. */
uint64_t sim_line_pages(const char *line);

#endif
