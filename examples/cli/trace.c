/* SPDX-License-Identifier: MIT */
/* tiermm trace: recorded memory accesses; finds the subcommand. */
#include "trace.h"

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

static int run(int argc, char **argv)
{
	return run_family(&trace_command, commands, COMMANDS, argc, argv);
}

const struct command trace_command = {
	.name = "trace",
	.summary = "Memory accesses of programs, recorded for the simulator.",
	.lines = NULL,
	.run = run,
};
