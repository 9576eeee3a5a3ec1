/* SPDX-License-Identifier: MIT */
/*
 * tiermm attach PID: a process that runs already is tiered. tiermm run --
 * COMMAND: one that is started for it.
 */
#include "attach.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static struct tiering_options defaults(void)
{
	return (struct tiering_options){
		.policy = TIERMM_PROMOTION_KERNEL,
		.source = TIERMM_LINUX_HEAT_SOFT_DIRTY,
		.interval_ms = 1000,
		.rate_bytes = UINT64_C(64) << 20,
	};
}

static int open_output(struct tiering *t, FILE *standard)
{
	t->out = standard;
	if (!t->options->output)
		return STATUS_DONE;
	t->out = fopen(t->options->output, "we");
	if (!t->out)
		return fail(STATUS_UNREADABLE, "%s: %s", t->options->output,
			    strerror(errno));
	return STATUS_DONE;
}

/* A full disk must not look like an answer. */
static int close_output(struct tiering *t, int status)
{
	if (!t->options->output || !t->out)
		return status;
	if (!(ferror(t->out) | fclose(t->out)))
		return status;
	return fail(STATUS_UNREADABLE, "%s: %s", t->options->output,
		    strerror(errno));
}

/* From the process's number on. */
static int tier(struct tiering *t)
{
	int status = tiering_open_process(t);

	if (!status)
		status = tiering_create(t);
	if (!status)
		status = tiering_loop(t);
	if (decisions_close(&t->log) && !status)
		status = fail(STATUS_UNREADABLE,
			      "%s: not all of it was written", t->log.path);
	if (status != TIERING_ENDED)
		return status;
	print_end(t, "process ended");
	return STATUS_DONE;
}

/* --- attach --------------------------------------------------------------- */

static int parse_pid(const char *text, int32_t *pid)
{
	uint64_t number;

	if (!parse_number(text, INT32_MAX, &number) || !number)
		return fail(STATUS_USAGE,
			    "PID '%s', expected the number of a process", text);
	if (number == (uint64_t)getpid())
		return fail(STATUS_USAGE, "PID %s is this command itself",
			    text);
	*pid = (int32_t)number;
	return STATUS_DONE;
}

static int run_attach(int argc, char **argv)
{
	struct tiering_options options = defaults();
	struct tiering *t = calloc(1, sizeof(*t));
	int status;

	if (!t)
		return fail(STATUS_UNREADABLE, "out of memory");
	t->options = &options;
	status = options_parse(&attach_command, &options.input, &options, argc,
			       argv);
	if (!status)
		status = tiering_check_options(&options);
	if (!status)
		status = parse_pid(options.input.operand, &t->pid);
	if (!status)
		status = tiering_open_machine(t);
	if (!status)
		status = open_output(t, stdout);
	if (!status) {
		tiering_warn(t);
		status = close_output(t, tier(t));
	}
	tiering_destroy(t);
	free(t);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command attach_command = {
	.name = "attach",
	.summary = "Tier the pages of a process that runs.",
	.lines = tiering_lines,
	.n_lines = TIERING_LINES,
	.operand = "PID",
	.take = tiering_take,
	.run = run_attach,
};

/* --- run ------------------------------------------------------------------ */

/* Where "--" stands; argc where it does not. */
static int find_command(int argc, char **argv)
{
	int i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	return i;
}

static int start(char **words, int32_t *child)
{
	pid_t pid;
	int number = posix_spawnp(&pid, words[0], NULL, NULL, words, environ);

	if (number)
		return fail(STATUS_UNREADABLE, "%s: %s", words[0],
			    strerror(number));
	*child = (int32_t)pid;
	return STATUS_DONE;
}

/* One that still runs is left to itself. */
static int reap(int32_t child, const char *name, int status)
{
	int state;

	if (waitpid(child, &state, WNOHANG) != child)
		return status;
	if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
		return status;
	if (WIFEXITED(state))
		return fail(STATUS_NO, "%s ended with status %d", name,
			    WEXITSTATUS(state));
	return fail(STATUS_NO, "%s was ended by signal %d", name,
		    WTERMSIG(state));
}

static int run_words(struct tiering *t, char **words)
{
	int status = tiering_open_machine(t);

	if (!status)
		status = open_output(t, stderr);
	if (status)
		return status;
	tiering_warn(t);
	status = start(words, &t->child);
	t->pid = t->child;
	t->begun_ns = clock_ns();
	if (!status)
		status = reap(t->child, words[0], tier(t));
	return close_output(t, status);
}

static int run_run(int argc, char **argv)
{
	int at = find_command(argc, argv);
	struct tiering_options options = defaults();
	struct tiering *t = calloc(1, sizeof(*t));
	int status;

	if (!t)
		return fail(STATUS_UNREADABLE, "out of memory");
	t->options = &options;
	status =
		options_parse(&run_command, &options.input, &options, at, argv);
	if (!status)
		status = tiering_check_options(&options);
	if (!status && at + 1 >= argc)
		status = fail(STATUS_USAGE,
			      "expected run [OPTION]... -- COMMAND; see "
			      "tiermm run --help");
	if (!status)
		status = run_words(t, argv + at + 1);
	tiering_destroy(t);
	free(t);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command run_command = {
	.name = "run",
	.summary = "Start -- COMMAND, and tier its pages.",
	.lines = tiering_lines,
	.n_lines = TIERING_LINES,
	.take = tiering_take,
	.run = run_run,
};
