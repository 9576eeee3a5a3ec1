/* SPDX-License-Identifier: MIT */
/*
 * tiermm trace record: a program runs under valgrind's lackey, and its
 * accesses become a trace while it runs.
 *
 *     COMMAND under valgrind ──pipe──> import ──> merge ──> trace
 */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	DEFAULT_MERGE = 1024,
	FIXED_WORDS = 6
};

extern char **environ;

static int take(void *self, int code, const char *value)
{
	return copy_take(self, code, value);
}

/* Where "--" stands; argc where it does not. */
static int find_command(int argc, char **argv)
{
	int i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	return i;
}

static int fail_spawn(int number)
{
	if (number == ENOENT)
		return fail(STATUS_UNREADABLE,
			    "valgrind is not installed: install the package "
			    "valgrind, or record with perf mem record and use "
			    "tiermm trace import --format perf");
	return fail(STATUS_UNREADABLE, "valgrind: %s", strerror(number));
}

/* Start it with what lackey logs going into a pipe. */
static int start(char **command, int words, int pipe_end, pid_t *child)
{
	char **argv = calloc((size_t)(words + FIXED_WORDS + 1), sizeof(*argv));
	char name[] = "valgrind", quiet[] = "-q", tool[] = "--tool=lackey",
	     trace[] = "--trace-mem=yes", log[32], end[] = "--";
	char *const fixed[FIXED_WORDS] = { name, quiet, tool, trace, log, end };
	int number;

	if (!argv)
		return fail(STATUS_UNREADABLE, "out of memory");
	snprintf(log, sizeof(log), "--log-fd=%d", pipe_end);
	memcpy(argv, fixed, sizeof(fixed));
	memcpy(argv + FIXED_WORDS, command, (size_t)words * sizeof(*command));
	number = posix_spawnp(child, name, NULL, NULL, argv, environ);
	free(argv);
	return number ? fail_spawn(number) : STATUS_DONE;
}

/* The program's own end: 127 is valgrind's word for "cannot be run". */
static int wait_for(pid_t child, const char *name, uint64_t records)
{
	int state;

	while (waitpid(child, &state, 0) < 0)
		if (errno != EINTR)
			return fail(STATUS_UNREADABLE, "valgrind: %s",
				    strerror(errno));
	if (WIFEXITED(state) && WEXITSTATUS(state) == 127 && !records)
		return fail(STATUS_UNREADABLE, "%s: cannot be run", name);
	if (WIFEXITED(state) && WEXITSTATUS(state) != 0)
		fprintf(stderr, "tiermm: %s ended with status %d\n", name,
			WEXITSTATUS(state));
	return STATUS_DONE;
}

static int read_trace(struct copy *copy, int pipe_end, const char *name)
{
	struct tiermm_sim_source *source;
	char path[32];
	int status;

	snprintf(path, sizeof(path), "/dev/fd/%d", pipe_end);
	status = copy_open(copy, path, name, TIERMM_SIM_LACKEY, &source);
	return status ? status : copy_source(copy, source);
}

static int record(struct copy *copy, char **command, int words)
{
	const char *base = strrchr(command[0], '/');
	const char *name = base ? base + 1 : command[0];
	int ends[2], status, ended;
	pid_t child;

	if (pipe(ends) < 0)
		return fail(STATUS_UNREADABLE, "pipe: %s", strerror(errno));
	/* The reading end is ours alone. */
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	status = start(command, words, ends[1], &child);
	close(ends[1]);
	if (status) {
		close(ends[0]);
		return status;
	}
	status = read_trace(copy, ends[0], name);
	close(ends[0]);
	/* Enough was read, or nothing more can be: it need not go on. */
	if (status ||
	    (copy->filter.limit && copy->records == copy->filter.limit))
		kill(child, SIGKILL);
	ended = wait_for(child, name, copy->records);
	return status ? status : ended;
}

static int run(int argc, char **argv)
{
	int at = find_command(argc, argv);
	struct copy copy = { .output = NULL };
	struct input input = { 0 };
	int status;

	status = options_parse(&trace_record_command, &input, &copy, at, argv);
	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (status)
		return status;
	if (at + 1 >= argc || !copy.output)
		return fail(STATUS_USAGE,
			    "expected --output FILE -- COMMAND; see tiermm "
			    "trace record --help");
	status = copy_check(&copy);
	if (status)
		return status;
	if (!copy.is_merged)
		copy.filter.merge_window = DEFAULT_MERGE;
	status = record(&copy, argv + at + 1, argc - at - 1);
	if (!status)
		copy_say(&copy);
	return status;
}

const struct command trace_record_command = {
	.name = "trace record",
	.summary = "Run -- COMMAND under valgrind, and trace its accesses.",
	.lines = copy_lines + 1,
	.n_lines = COPY_LINES - 1,
	.takes_no_machine = 1,
	.take = take,
	.run = run,
};
