/* SPDX-License-Identifier: MIT */
/* tiermm sim: finds the subcommand; `run` and `compare` are here. */
#include "sim_sweep.h"

#include <getopt.h>
#include <stdlib.h>

#include <tiermm/backends/sim_workload.h>

static const struct command *const commands[] = {
	&sim_run_command,
	&sim_compare_command,
	&sim_sweep_command,
};
enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static int run(int argc, char **argv)
{
	return run_family(&sim_command, commands, COMMANDS, argc, argv);
}

const struct command sim_command = {
	.name = "sim",
	.summary = "Policies on a simulated machine, side by side.",
	.run = run,
};

/* What went wrong inside the machine is an answer; all else is not. */
static int judge(const struct sim_job *jobs, uint64_t n)
{
	int status = STATUS_DONE;

	for (uint64_t i = 0; i < n; i++) {
		const struct sim_outcome *o = jobs[i].outcome;

		if (!o->err)
			continue;
		status = fail(o->in_machine ? STATUS_NO : STATUS_UNREADABLE,
			      "%s: %s", jobs[i].variant->name, o->error);
	}
	return status;
}

/* A line that is wrong is told once, not once for each policy. */
int sim_workload_check(const char *line)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_source *source;
	int err;

	err = tiermm_sim_workload_create(&source, line, &error, NULL);
	if (err)
		return fail(STATUS_UNREADABLE, "WORKLOAD '%s', %s", line,
			    error.text[0] ? error.text : tiermm_strerror(err));
	tiermm_sim_source_destroy(source);
	return STATUS_DONE;
}

/* What a command prints beside its runs. */
struct view {
	int alone;
	struct tiermm_file_scenario *scenario;
};

static int report(const struct sim_request *request, const struct sim_job *jobs,
		  uint64_t n, const struct view *view)
{
	if (request->json) {
		sim_print_json(jobs, n, view->scenario);
	} else if (request->csv) {
		sim_print_csv(jobs, n);
	} else {
		sim_print_head(jobs);
		sim_print_table(jobs, n);
		if (view->alone)
			sim_print_nodes(jobs);
		else
			sim_print_verdict(jobs, n);
		sim_print_strays(jobs, n);
		if (view->scenario)
			sim_scenario_print(view->scenario, jobs, n);
	}
	return request->plot ? sim_plot(jobs, n, request->plot) : STATUS_DONE;
}

/* One run stays in this process, where it can show how far it is. */
static int run_all(struct sim_job *jobs, uint64_t n, uint64_t most)
{
	if (n > 1)
		return sim_jobs_run(jobs, n, most, NULL, NULL);
	sim_job_run(jobs);
	return STATUS_DONE;
}

static int run_jobs(const struct sim_request *request,
		    const struct machine *machine, const struct view *view)
{
	uint64_t n = request->n_variants;
	struct sim_outcome *outcomes = calloc(n, sizeof(*outcomes));
	struct sim_job *jobs = calloc(n, sizeof(*jobs));
	int status = STATUS_DONE;

	if (!outcomes || !jobs)
		status = fail(STATUS_UNREADABLE, "out of memory");
	for (uint64_t i = 0; !status && i < n; i++)
		jobs[i] =
			(struct sim_job){ request, machine,
					  &request->variants[i], &outcomes[i] };
	if (!status)
		status = run_all(jobs, n, request->jobs);
	if (!status)
		status = judge(jobs, n);
	if (!status)
		status = report(request, jobs, n, view);
	free(jobs);
	free(outcomes);
	return status;
}

/* What was asked for, on the scenario's machine or on the request's. */
static int run_request(struct sim_request *request, const struct view *view)
{
	struct machine machine = { 0 };
	int status = sim_request_check(request);

	if (!status)
		status = sim_workload_check(request->workload);
	if (status)
		return status;
	if (view->scenario && !sim_names_machine(&request->input))
		machine.topology = tiermm_topology_ref(
			tiermm_file_scenario_topology(view->scenario));
	else
		status = machine_open(&machine, &request->input);
	if (!status)
		status = sim_check_events(request, machine.topology);
	if (!status)
		status = run_jobs(request, &machine, view);
	machine_close(&machine);
	return status;
}

static int run_one(int argc, char **argv)
{
	const struct view view = { .alone = 1 };
	struct sim_request request;
	int status;

	sim_request_begin(&request);
	status = options_parse(&sim_run_command, &request.input, &request, argc,
			       argv);
	if (status)
		return status == OPTIONS_HELPED ? STATUS_DONE : status;
	request.workload = request.input.operand;
	if (!request.n_variants)
		sim_parse_variants(&request, "kernel");
	if (request.n_variants > 1)
		return fail(STATUS_USAGE, "several policies, expected one; "
					  "tiermm sim compare takes several");
	return run_request(&request, &view);
}

/* Read the scenario, and then the words again, which come after it. */
static int take_scenario(struct sim_request *request, struct view *view,
			 int argc, char **argv)
{
	struct tiermm_file_scenario *scenario;
	int status = sim_scenario_open(&scenario, request->scenario);

	if (status)
		return status;
	view->scenario = scenario;
	sim_request_begin(request);
	status = sim_scenario_apply(scenario, request);
	/* Zero has getopt begin anew. */
	optind = 0;
	if (!status)
		status = options_parse(&sim_compare_command, &request->input,
				       request, argc, argv);
	if (!sim_names_machine(&request->input))
		request->machine_text =
			tiermm_file_scenario_text(scenario,
						  TIERMM_FILE_SCENARIO_MACHINE);
	return status;
}

static int run_compare(int argc, char **argv)
{
	struct view view = { .alone = 0 };
	struct sim_request request;
	int status;

	sim_request_begin(&request);
	status = options_parse(&sim_compare_command, &request.input, &request,
			       argc, argv);
	if (!status && request.scenario)
		status = take_scenario(&request, &view, argc, argv);
	if (request.input.operand)
		request.workload = request.input.operand;
	if (!status && !request.workload)
		status = fail(STATUS_USAGE, "WORKLOAD or --scenario is "
					    "missing; see tiermm sim compare "
					    "--help");
	if (!status && !request.n_variants)
		sim_parse_variants(&request, NULL);
	if (!status)
		status = run_request(&request, &view);
	tiermm_file_scenario_destroy(view.scenario);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command sim_run_command = {
	.name = "sim run",
	.summary = "One policy on one workload.",
	.lines = sim_lines + SIM_RUN_BEGIN,
	.n_lines = SIM_RUN_LINES,
	.operand = "WORKLOAD",
	.take = sim_take,
	.run = run_one,
};

const struct command sim_compare_command = {
	.name = "sim compare",
	.summary = "Policies side by side, and which one is best here.",
	.lines = sim_lines + SIM_RUN_BEGIN,
	.n_lines = SIM_COMPARE_LINES,
	.operand = "WORKLOAD",
	.needs_no_operand = 1,
	.take = sim_take,
	.run = run_compare,
};
