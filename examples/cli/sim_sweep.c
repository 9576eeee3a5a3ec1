/* SPDX-License-Identifier: MIT */
/* tiermm sim sweep: points from the command line, run by processes. */
#include "sim_sweep.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char vary_word[] = "--vary";

static int cut_values(struct sweep_name *name)
{
	char mark = strchr(name->list, ';') ? ';' : ',';
	char *next = name->list;

	while (next) {
		if (name->n_values == SWEEP_MOST_VALUES)
			return fail(STATUS_USAGE,
				    "--vary %.*s: %d values "
				    "at most",
				    (int)name->length, name->name,
				    SWEEP_MOST_VALUES);
		name->values[name->n_values++] = next;
		next = strchr(next, mark);
		if (next)
			*next++ = '\0';
	}
	return STATUS_DONE;
}

static int add_name(struct sweep *sweep, const char *text)
{
	const char *equals = strchr(text, '=');
	struct sweep_name *name = &sweep->names[sweep->n_names];

	if (!equals || equals == text || !equals[1])
		return fail(STATUS_USAGE,
			    "--vary '%s', expected NAME=VALUE,VALUE,...", text);
	if (sweep->n_names == SWEEP_MOST_NAMES)
		return fail(STATUS_USAGE, "--vary: %d at most",
			    SWEEP_MOST_NAMES);
	name->name = text;
	name->length = (size_t)(equals - text);
	for (uint32_t i = 0; i < sweep->n_names; i++)
		if (sweep->names[i].length == name->length &&
		    !memcmp(sweep->names[i].name, text, name->length))
			return fail(STATUS_USAGE, "--vary %.*s: given twice",
				    (int)name->length, text);
	name->list = strdup(equals + 1);
	if (!name->list)
		return fail(STATUS_UNREADABLE, "out of memory");
	sweep->n_names++;
	return cut_values(name);
}

/* The names have to be known before the other words can be read. */
static int find_names(struct sweep *sweep, char **argv)
{
	const size_t length = strlen(vary_word);
	int status = STATUS_DONE;

	for (int i = 1; i < sweep->argc && !status; i++) {
		if (strncmp(argv[i], vary_word, length) != 0)
			continue;
		if (argv[i][length] == '=')
			status = add_name(sweep, argv[i] + length + 1);
		else if (!argv[i][length] && i + 1 < sweep->argc)
			status = add_name(sweep, argv[++i]);
	}
	return status;
}

/* The last name runs fastest, as digits do. */
const char *sweep_value(const struct sweep *sweep, uint64_t point,
			uint32_t name)
{
	for (uint32_t i = sweep->n_names - 1; i > name; i--)
		point /= sweep->names[i].n_values;
	return sweep->names[name].values[point % sweep->names[name].n_values];
}

/* The value of a {NAME} that stands here; NULL: none does. */
static const char *value_here(struct sweep *sweep, uint64_t point,
			      const char *text, size_t *length)
{
	for (uint32_t i = 0; *text == '{' && i < sweep->n_names; i++) {
		struct sweep_name *name = &sweep->names[i];

		if (strncmp(text + 1, name->name, name->length) != 0 ||
		    text[1 + name->length] != '}')
			continue;
		name->is_used = 1;
		*length = name->length + 2;
		return sweep_value(sweep, point, i);
	}
	return NULL;
}

/* A word with its {NAME}s replaced; to be freed. */
static char *replace(struct sweep *sweep, uint64_t point, const char *word)
{
	char *text = NULL;
	size_t bytes, length;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	while (*word) {
		const char *value = value_here(sweep, point, word, &length);

		if (value)
			fputs(value, out);
		else
			putc(*word, out);
		word += value ? length : 1;
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int make_words(struct sweep *sweep, uint64_t index, char **argv)
{
	struct sweep_point *point = &sweep->points[index];

	point->words = calloc((size_t)sweep->argc + 1, sizeof(char *));
	for (int i = 0; point->words && i < sweep->argc; i++) {
		point->words[i] = replace(sweep, index, argv[i]);
		if (!point->words[i])
			return fail(STATUS_UNREADABLE, "out of memory");
	}
	return point->words ? STATUS_DONE
			    : fail(STATUS_UNREADABLE, "out of memory");
}

static int make_point(struct sweep *sweep, const struct command *command,
		      uint64_t index, char **argv)
{
	struct sweep_point *point = &sweep->points[index];
	struct sim_request *request = &point->request;
	int status = make_words(sweep, index, argv);

	sim_request_begin(request);
	/* Zero has getopt begin anew. */
	optind = 0;
	if (!status)
		status = options_parse(command, &request->input, request,
				       sweep->argc, point->words);
	if (status)
		return status;
	request->workload = request->input.operand;
	if (!request->n_variants)
		sim_parse_variants(request, NULL);
	status = sim_request_check(request);
	if (!status)
		status = sim_workload_check(request->workload);
	return status ? status : machine_open(&point->machine, &request->input);
}

static int check_names(const struct sweep *sweep)
{
	for (uint32_t i = 0; i < sweep->n_names; i++)
		if (!sweep->names[i].is_used)
			return fail(STATUS_USAGE,
				    "--vary %.*s: no word has {%.*s} in it",
				    (int)sweep->names[i].length,
				    sweep->names[i].name,
				    (int)sweep->names[i].length,
				    sweep->names[i].name);
	return STATUS_DONE;
}

static int make_jobs(struct sweep *sweep)
{
	sweep->n_policies = sweep->points[0].request.n_variants;
	sweep->n_jobs = sweep->n_points * sweep->n_policies;
	if (sweep->n_jobs > SIM_MOST_JOBS)
		return fail(STATUS_USAGE,
			    "%" PRIu64 " runs, expected %d at "
			    "most",
			    sweep->n_jobs, SIM_MOST_JOBS);
	sweep->jobs = calloc(sweep->n_jobs, sizeof(*sweep->jobs));
	sweep->outcomes = calloc(sweep->n_jobs, sizeof(*sweep->outcomes));
	if (!sweep->jobs || !sweep->outcomes)
		return fail(STATUS_UNREADABLE, "out of memory");
	for (uint64_t i = 0; i < sweep->n_jobs; i++) {
		struct sweep_point *p = &sweep->points[i / sweep->n_policies];

		if (p->request.n_variants != sweep->n_policies)
			return fail(STATUS_USAGE, "--policy: as many at each "
						  "point, expected");
		sweep->jobs[i] = (struct sim_job){
			&p->request, &p->machine,
			&p->request.variants[i % sweep->n_policies],
			&sweep->outcomes[i]
		};
	}
	return STATUS_DONE;
}

int sweep_plan(struct sweep *sweep, const struct command *command, int argc,
	       char **argv)
{
	int status;

	sweep->argc = argc;
	sweep->n_points = 1;
	status = find_names(sweep, argv);
	for (uint32_t i = 0; i < sweep->n_names && !status; i++) {
		sweep->n_points *= sweep->names[i].n_values;
		if (sweep->n_points > SIM_MOST_JOBS)
			status = fail(STATUS_USAGE, "%d runs at most",
				      SIM_MOST_JOBS);
	}
	if (status)
		return status;
	sweep->points = calloc(sweep->n_points, sizeof(*sweep->points));
	if (!sweep->points)
		return fail(STATUS_UNREADABLE, "out of memory");
	for (uint64_t i = 0; i < sweep->n_points && !status; i++)
		status = make_point(sweep, command, i, argv);
	if (!status)
		status = check_names(sweep);
	return status ? status : make_jobs(sweep);
}

void sweep_drop(struct sweep *sweep)
{
	for (uint64_t i = 0; sweep->points && i < sweep->n_points; i++) {
		struct sweep_point *point = &sweep->points[i];

		for (int k = 0; point->words && k < sweep->argc; k++)
			free(point->words[k]);
		free(point->words);
		machine_close(&point->machine);
	}
	for (uint32_t i = 0; i < sweep->n_names; i++)
		free(sweep->names[i].list);
	free(sweep->points);
	free(sweep->jobs);
	free(sweep->outcomes);
}

/* Rows whose turn has come. */
static int write_ended(void *self)
{
	struct sweep *sweep = self;
	int status = STATUS_DONE;

	while (!status && sweep->written < sweep->n_jobs &&
	       sweep->outcomes[sweep->written].is_done) {
		char *row = sweep_row(sweep, sweep->written);

		status = row ? sweep_write_row(sweep, row) : STATUS_UNREADABLE;
		free(row);
	}
	return status;
}

static void say(const struct sweep *sweep, uint64_t kept)
{
	const struct sim_request *request = &sweep->points[0].request;

	if (!request->json) {
		printf("%" PRIu64 " rows in %s, %" PRIu64
		       " of them from before\n",
		       sweep->n_jobs, request->output, kept);
		return;
	}
	fputs("{\"output\":", stdout);
	print_json_string(request->output);
	printf(",\"rows\":%" PRIu64 ",\"kept\":%" PRIu64 ",\"points\":%" PRIu64
	       ",\"policies\":%" PRIu64 "}\n",
	       sweep->n_jobs, kept, sweep->n_points, sweep->n_policies);
}

static int run(int argc, char **argv)
{
	struct sweep sweep = { .argc = argc };
	int status = sweep_plan(&sweep, &sim_sweep_command, argc, argv);
	uint64_t kept = 0;

	if (!status)
		status =
			sweep_open_file(&sweep, sweep.points[0].request.output);
	if (!status) {
		kept = sweep.written;
		status = sim_jobs_run(sweep.jobs + kept, sweep.n_jobs - kept,
				      sweep.points[0].request.jobs, write_ended,
				      &sweep);
		status = sweep_close_file(&sweep, status);
	}
	if (!status)
		say(&sweep, kept);
	sweep_drop(&sweep);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command sim_sweep_command = {
	.name = "sim sweep",
	.summary = "The same run for each combination of values, into a file.",
	.lines = sim_lines,
	.n_lines = SIM_SWEEP_LINES,
	.operand = "WORKLOAD",
	.take = sim_take,
	.run = run,
};
