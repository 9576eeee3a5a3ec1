/* SPDX-License-Identifier: MIT */
/* The `tiermm` command: finds the subcommand and hands over to it. */
#include "cli.h"

#include <string.h>

static const struct command *const commands[] = {
	&topology_command, &graph_command,  &zones_command,  &layout_command,
	&sim_command,      &trace_command,  &doctor_command, &attach_command,
	&run_command,      &replay_command,
};
enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

static void print_overview(FILE *out)
{
	size_t i;

	fputs("usage: tiermm COMMAND [OPTION]...\n"
	      "Memory tiers of a machine, and where cold pages should go.\n"
	      "\nCommands:\n",
	      out);
	for (i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-23s %s\n", commands[i]->name,
			commands[i]->summary);
	fprintf(out, "  %-23s %s\n", "help [COMMAND]",
		"this text, or the options of a command");
	fputs("\nOptions:\n", out);
	fprintf(out, "  %-23s %s\n", "--version", "the version, and no more");
	fprintf(out, "  %-23s %s\n", "-h, --help", "this text");
	fputs("\nExit status: 0 done, 1 the answer is no or a check failed,\n"
	      "2 used wrongly, 3 the machine or file could not be read.\n",
	      out);
}

static int unknown(const char *name)
{
	return fail(STATUS_USAGE,
		    "unknown command '%s', expected topology, graph, zones, "
		    "layout, sim, trace, doctor, attach, run, replay or "
		    "help",
		    name);
}

/* Only a command that has commands of its own can be named with one. */
static int help(int argc, char **argv)
{
	static char option[] = "--help";
	char *words[] = { NULL, option, option, NULL };
	const struct command *command;
	int most;

	if (argc < 2) {
		print_overview(stdout);
		return STATUS_DONE;
	}
	command = find_command(argv[1]);
	if (!command)
		return unknown(argv[1]);
	most = command->n_lines ? 2 : 3;
	if (argc > most)
		return fail(STATUS_USAGE,
			    "unexpected '%s', expected help or "
			    "help COMMAND",
			    argv[most]);
	words[0] = argv[1];
	if (argc == 3)
		words[1] = argv[2];
	return command->run(argc, words);
}

static int version(void)
{
	uint32_t number = tiermm_abi_version();

	printf("tiermm %u.%u.%u\n", (unsigned int)(number >> 16),
	       (unsigned int)(number >> 8 & 255), (unsigned int)(number & 255));
	return STATUS_DONE;
}

static int run(int argc, char **argv)
{
	const struct command *command = find_command(argv[0]);

	if (command)
		return command->run(argc, argv);
	if (strcmp(argv[0], "help") == 0)
		return help(argc, argv);
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
		return help(1, argv);
	if (strcmp(argv[0], "--version") == 0)
		return version();
	return unknown(argv[0]);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_overview(stderr);
		return STATUS_USAGE;
	}
	return flush_output(run(argc - 1, argv + 1));
}
