/* SPDX-License-Identifier: MIT */
/* tiermm trace: recorded memory accesses; finds the subcommand. */
#include "trace.h"

#include <string.h>

static const struct command *const commands[] = {
	&trace_record_command,
	&trace_import_command,
	&trace_info_command,
};
enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

int fail_source(int err, const struct tiermm_sim_error *error)
{
	return fail(STATUS_UNREADABLE, "%s",
		    error->text[0] ? error->text : tiermm_strerror(err));
}

static void print_overview(FILE *out)
{
	size_t i;

	fputs("usage: tiermm trace COMMAND [OPTION]...\n"
	      "Memory accesses of programs, recorded for the simulator.\n"
	      "\nCommands:\n",
	      out);
	for (i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-23s %s\n", commands[i]->name,
			commands[i]->summary);
	fprintf(out, "  %-23s %s\n", "-h, --help", "this text");
}

static int run(int argc, char **argv)
{
	const size_t prefix = strlen("trace ");
	size_t i;

	if (argc < 2) {
		print_overview(stderr);
		return STATUS_USAGE;
	}
	for (i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name + prefix) == 0)
			return commands[i]->run(argc - 1, argv + 1);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_overview(stdout);
		return STATUS_DONE;
	}
	return fail(STATUS_USAGE,
		    "unknown command 'trace %s'; see tiermm trace --help",
		    argv[1]);
}

const struct command trace_command = {
	.name = "trace",
	.summary = "Memory accesses of programs, recorded for the simulator.",
	.lines = NULL,
	.run = run,
};
