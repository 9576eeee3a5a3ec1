/* SPDX-License-Identifier: MIT */
/*
 * tiermm sim sweep: the same run for each combination of values.
 *
 *     words with {NAME} ──> sim_sweep.c: a point for each combination
 *     policies ───────────────> a job for each point and policy, in order
 *     jobs ──> outcomes ──> sim_sweep_rows.c: rows of a file, in that order
 *
 * Rows are written in the order of the jobs, whoever ran them: the file is the
 * same with any number of processes, and what is in it already is a beginning.
 */
#ifndef TIERMM_CLI_SIM_SWEEP_H
#define TIERMM_CLI_SIM_SWEEP_H

#include "sim.h"

enum {
	SWEEP_MOST_NAMES = 8,
	SWEEP_MOST_VALUES = 256
};

struct sweep_name {
	const char *name;
	size_t length;
	char *list; /* the values, cut apart */
	const char *values[SWEEP_MOST_VALUES];
	uint32_t n_values;
	int is_used;
};

/* One combination: its words, and what they ask for. */
struct sweep_point {
	char **words;
	struct sim_request request;
	struct machine machine;
};

struct sweep {
	int argc;
	struct sweep_name names[SWEEP_MOST_NAMES];
	uint32_t n_names;
	struct sweep_point *points;
	uint64_t n_points;
	struct sim_job *jobs;
	struct sim_outcome *outcomes;
	uint64_t n_jobs;
	uint64_t n_policies;
	FILE *file;
	uint64_t written; /* rows, with those that the file had */
};

/* --- sim_sweep.c --------------------------------------------------------- */

extern const struct command sim_sweep_command;
int sweep_plan(struct sweep *sweep, const struct command *command, int argc,
	       char **argv);
void sweep_drop(struct sweep *sweep);
const char *sweep_value(const struct sweep *sweep, uint64_t point,
			uint32_t name);

/* --- sim_sweep_rows.c ---------------------------------------------------- */

/* Open the output, keep the rows that it has, and drop a last one cut off. */
int sweep_open_file(struct sweep *sweep, const char *path);
int sweep_close_file(struct sweep *sweep, int status);
/* The line of a job that has ended; to be freed. NULL: no memory. */
char *sweep_row(const struct sweep *sweep, uint64_t job);
int sweep_write_row(struct sweep *sweep, const char *row);

#endif
