/* SPDX-License-Identifier: MIT */
/*
 * tiermm sim: a workload on a simulated machine, under one policy or many.
 *
 *     sim_options.c ──> request ──> jobs ──> sim_jobs.c: a process a job
 *                                               │ outcomes
 *      sim_table.c  sim_verdict.c  sim_json.c  sim_plot.c
 */
#ifndef TIERMM_CLI_SIM_H
#define TIERMM_CLI_SIM_H

#include "cli.h"
#include "policy_options.h"

#include <tiermm/backends/file_scenario.h>
#include <tiermm/backends/sim_event.h>
#include <tiermm/backends/sim_result.h>

enum {
	SIM_MOST_JOBS = 4096,
	SIM_MOST_PROCESSES = 1024,
	SIM_MOST_EVENTS = 64,
	SIM_MOST_LAYOUTS = 16,
	SIM_MOST_VARIANTS = 32,
	SIM_NAME = 96,
	SIM_LABEL = 32,
	SIM_TEXT = 4096, /* room for all events as text */
	SIM_MOST_NODES = 64,
	SIM_MOST_POINTS = 512
};

/* --- sim.c --------------------------------------------------------------- */

extern const struct command sim_run_command;
extern const struct command sim_compare_command;

int sim_workload_check(const char *line);

/* A policy that is asked for, with options of its own (sim_variants.c). */
struct sim_variant {
	uint32_t policy;
	uint32_t defer; /* deferred flushes */
	struct policy_options options;
	char name[SIM_NAME]; /* as it was written, or its label */
};

/* A layout in the middle of a run (sim_layouts.c). */
struct sim_layout_event {
	uint64_t time_ns;
	char path[256];
};

struct sim_request {
	struct input input;
	const char *workload;
	struct sim_variant variants[SIM_MOST_VARIANTS];
	uint32_t n_variants;
	struct tiermm_sim_options options;
	struct tiermm_sim_costs costs;
	struct policy_options policy; /* of all variants */
	struct tiermm_sim_event events[SIM_MOST_EVENTS];
	uint32_t n_events;
	struct sim_layout_event layouts[SIM_MOST_LAYOUTS];
	uint32_t n_layouts;
	uint64_t jobs; /* processes at once; 0: as many as CPUs */
	const char *plot;
	const char *log; /* where decisions go; NULL: nowhere */
	const char *output;
	const char *scenario;
	const char *machine_text; /* of a scenario's machine; else NULL */
	int json;
	int csv;
	int check;
};

/* What layouts came to: frames that moved, pages that stand elsewhere. */
struct sim_strays {
	uint64_t layouts;
	uint64_t moved_free;
	uint64_t moved_freed;
	uint64_t pages;
	uint64_t accesses;
};

/* What one run came to; sent from process to process as far as it is used. */
struct sim_outcome {
	int32_t err;
	uint32_t n_nodes;
	uint64_t n_points;
	uint64_t records;
	int in_machine; /* the machine failed, not the workload */
	int is_done;
	struct tiermm_sim_result sum;
	struct sim_strays strays;
	struct tiermm_sim_node nodes[SIM_MOST_NODES];
	char error[512];
	struct tiermm_sim_point points[SIM_MOST_POINTS];
};

struct sim_job {
	const struct sim_request *request;
	const struct machine *machine;
	const struct sim_variant *variant;
	struct sim_outcome *outcome;
};

/* --- sim_options.c ------------------------------------------------------- */

enum {
	SIM_LINES = 19,
	SIM_SWEEP_LINES = 14, /* from the first on */
	SIM_RUN_BEGIN = 2,    /* where those of run and compare begin */
	SIM_RUN_LINES = 16,
	SIM_COMPARE_LINES = 17
};
extern const struct option_line sim_lines[SIM_LINES];
void sim_request_begin(struct sim_request *request);
void sim_request_text(const struct sim_request *request,
		      const struct sim_variant *variant, char *out, size_t cap);
int sim_take(void *self, int code, const char *value);
/*
 * An option that a file names: "cost.move" is --cost move=VALUE, "rate-limit"
 * is --option rate-limit=VALUE.
 */
int sim_take_named(struct sim_request *request, const char *name,
		   uint64_t value);
int sim_request_check(struct sim_request *request);
int sim_names_machine(const struct input *input);
const char *sim_machine_text(const struct sim_request *request);

/* --- sim_variants.c ------------------------------------------------------ */

/* NAME[+defer][:OPTION=VALUE]..., or with LABEL= before it. */
int sim_add_variant(struct sim_request *request, const char *text,
		    size_t length);
/* Several, in place of what there was; NULL: all policies. */
int sim_parse_variants(struct sim_request *request, const char *text);
/* Each option that was given for all means something to one of them. */
int sim_check_variants(const struct sim_request *request);
/* What a variant runs with: the request's options, and its own before them. */
void sim_variant_options(const struct sim_request *request,
			 const struct sim_variant *variant,
			 struct policy_options *out);

/* --- sim_events.c -------------------------------------------------------- */

int sim_take_event(struct sim_request *request, const char *value);
/* " event=2000:slow:1:300" for each. */
void sim_event_text(const struct sim_request *request, char *out, size_t cap);
int sim_add_event(struct sim_request *request,
		  const struct tiermm_file_event *from);
/* Once for all policies: each event is about a node with memory. */
int sim_check_events(const struct sim_request *request,
		     const struct tiermm_topology *topology);
int sim_schedule(const struct sim_request *request, struct tiermm_sim *sim,
		 struct tiermm_sim_error *error);

/* --- sim_layouts.c ------------------------------------------------------- */

int sim_take_layout(struct sim_request *request, uint64_t time_ns,
		    const char *path);
/* Once for all policies: each file is a layout. */
int sim_check_layouts(const struct sim_request *request);
int sim_schedule_layouts(const struct sim_request *request,
			 struct tiermm_sim *sim,
			 struct tiermm_sim_error *error);
/* " event=2000:layout:FILE" for each; as snprintf() counts. */
size_t sim_layout_text(const struct sim_request *request, char *out,
		       size_t cap);
void sim_take_strays(struct sim_strays *out, struct tiermm_sim *sim);
/* Nothing where there was no layout. */
void sim_print_strays(const struct sim_job *jobs, uint64_t n);
void sim_print_strays_json(const struct sim_job *job);

/* --- sim_jobs.c ---------------------------------------------------------- */

/*
 * Run them, `most` processes at once. Outcomes stand with their jobs; `done`,
 * if there is one, is called whenever some more have ended.
 */
int sim_jobs_run(const struct sim_job *jobs, uint64_t n, uint64_t most,
		 int (*done)(void *self), void *self);
void sim_job_run(const struct sim_job *job);

/* --- sim_progress.c ------------------------------------------------------ */

/* A bar on standard error, if that is a terminal; else nothing. */
void sim_progress(const char *what, uint64_t done, uint64_t total);
void sim_progress_end(void);
/* A process of many leaves the bar to the one that started it. */
void sim_progress_off(void);

/* --- sim_sums.c ---------------------------------------------------------- */

/* Each sum of a result by its name, once for all formats. */
uint64_t sim_sum_count(void);
const char *sim_sum_name(uint64_t index);
uint64_t sim_sum_value(const struct tiermm_sim_result *r, uint64_t index);

uint64_t sim_top_bp(const struct sim_job *job);
const struct sim_job *sim_find(const struct sim_job *jobs, uint64_t n,
			       uint32_t policy, uint32_t defer);
const struct sim_job *sim_best(const struct sim_job *jobs, uint64_t n);
int sim_is_near(const struct sim_job *job, const struct sim_job *to);
int sim_is_equal(const struct sim_job *job, const struct sim_job *best);
double sim_ratio(const struct sim_job *job, const struct sim_job *to);

/* --- sim_table.c, sim_verdict.c, sim_json.c ------------------------------ */

void sim_print_head(const struct sim_job *jobs);
void sim_print_table(const struct sim_job *jobs, uint64_t n);
void sim_print_nodes(const struct sim_job *job);
/* In its column, and above it where it is too long. */
void sim_print_name(const char *name, int is_best);
void sim_print_verdict(const struct sim_job *jobs, uint64_t n);
void sim_print_json(const struct sim_job *jobs, uint64_t n,
		    const struct tiermm_file_scenario *scenario);
void sim_print_csv(const struct sim_job *jobs, uint64_t n);

/* --- sim_scenario.c ------------------------------------------------------ */

int sim_scenario_open(struct tiermm_file_scenario **out, const char *path);
int sim_scenario_apply(const struct tiermm_file_scenario *s,
		       struct sim_request *request);
void sim_scenario_print(const struct tiermm_file_scenario *s,
			const struct sim_job *jobs, uint64_t n);
void sim_scenario_print_json(const struct tiermm_file_scenario *s,
			     const struct sim_job *jobs, uint64_t n);

/* --- sim_plot.c ---------------------------------------------------------- */

int sim_plot_check(const char *path);
int sim_plot(const struct sim_job *jobs, uint64_t n, const char *path);

#endif
