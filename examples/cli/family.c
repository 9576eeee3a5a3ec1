/* SPDX-License-Identifier: MIT */
/* Commands that have commands: tiermm zones show, tiermm sim run. */
#include "cli.h"

#include <string.h>

static void print_overview(FILE *out, const struct command *family,
			   const struct command *const *members, size_t n)
{
	fprintf(out, "usage: tiermm %s COMMAND [OPTION]...\n%s\n\nCommands:\n",
		family->name, family->summary);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "  %-23s %s\n", members[i]->name,
			members[i]->summary);
	fprintf(out, "  %-23s %s\n", "-h, --help", "this text");
}

/* argv[0] is the family's name; a member's begins with it and a space. */
int run_family(const struct command *family,
	       const struct command *const *members, size_t n, int argc,
	       char **argv)
{
	const size_t prefix = strlen(family->name) + 1;

	if (argc < 2) {
		print_overview(stderr, family, members, n);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(argv[1], members[i]->name + prefix) == 0)
			return members[i]->run(argc - 1, argv + 1);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_overview(stdout, family, members, n);
		return STATUS_DONE;
	}
	return fail(STATUS_USAGE,
		    "unknown command '%s %s'; see tiermm %s --help",
		    family->name, argv[1], family->name);
}
