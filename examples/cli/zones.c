/* SPDX-License-Identifier: MIT */
/* tiermm zones: kernel or movable; finds the subcommand. */
#include "zones.h"

#include <string.h>

static const struct command *const commands[] = {
	&zones_show_command,
	&zones_plan_command,
	&zones_replay_command,
	&zones_apply_command,
};
enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

const char *zone_text(uint32_t zone)
{
	const char *name = tiermm_zone_name(zone);

	return name ? name : "?";
}

/* How often 1024 is multiplied in; -1: no such unit. */
static int unit_power(char unit)
{
	static const char units[] = "KMGTP";
	const char *at = unit ? strchr(units, unit) : NULL;

	if (!unit)
		return 0;
	return at ? (int)(at - units) + 1 : -1;
}

int parse_size(const char *text, uint64_t *bytes)
{
	char digits[24];
	size_t length = strspn(text, "0123456789");
	uint64_t number;
	int power = unit_power(text[length]);

	if (!length || length >= sizeof(digits) || power < 0 ||
	    (text[length] && text[length + 1]))
		return 0;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!parse_number(digits, UINT64_MAX / 10, &number))
		return 0;
	for (; power > 0; power--) {
		if (number >= UINT64_MAX / 1024)
			return 0;
		number *= 1024;
	}
	*bytes = number;
	return 1;
}

static void print_overview(FILE *out)
{
	size_t i;

	fputs("usage: tiermm zones COMMAND [OPTION]...\n"
	      "Kernel or movable: which zone hot-plugged memory gets.\n"
	      "\nCommands:\n",
	      out);
	for (i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-23s %s\n", commands[i]->name,
			commands[i]->summary);
	fprintf(out, "  %-23s %s\n", "-h, --help", "this text");
}

static int run(int argc, char **argv)
{
	const size_t prefix = strlen("zones ");
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
		    "unknown command 'zones %s'; see tiermm "
		    "zones --help",
		    argv[1]);
}

const struct command zones_command = {
	.name = "zones",
	.summary = "Kernel or movable: which zone hot-plugged memory gets.",
	.lines = NULL,
	.run = run,
};
