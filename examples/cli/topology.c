/* SPDX-License-Identifier: MIT */
/* tiermm topology: the machine as the library sees it, in four formats. */
#include "cli.h"

#include <string.h>

enum {
	OPTION_FORMAT = OPTION_OWN,
	OPTION_JSON
};

static const struct option_line lines[] = {
	{ OPTION_FORMAT, "format", "NAME",
	  "text (default), json, machine (a machine file),\n"
	  "or synthetic (the one-line form)" },
	{ OPTION_JSON, "json", NULL, "the same as --format json" },
};

struct request {
	struct input input;
	uint32_t format;
};

static const struct {
	const char *name;
	uint32_t format;
} formats[] = {
	{ "text", TIERMM_FILE_TEXT },
	{ "json", TIERMM_FILE_JSON },
	{ "machine", TIERMM_FILE_MACHINE },
	{ "synthetic", TIERMM_FILE_SYNTHETIC },
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;
	const char *name = code == OPTION_JSON ? "json" : value;
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(name, formats[i].name) == 0) {
			request->format = formats[i].format;
			return STATUS_DONE;
		}
	}
	return fail(STATUS_USAGE,
		    "--format '%s', expected text, json, "
		    "machine or synthetic",
		    value);
}

static int run(int argc, char **argv)
{
	struct request request = { .format = TIERMM_FILE_TEXT };
	struct machine machine;
	int status;

	status = options_parse(&topology_command, &request.input, &request,
			       argc, argv);
	if (status)
		return status == OPTIONS_HELPED ? STATUS_DONE : status;
	status = machine_open(&machine, &request.input);
	if (status == STATUS_DONE)
		status = print_topology(machine.topology, request.format);
	machine_close(&machine);
	return status;
}

const struct command topology_command = {
	.name = "topology",
	.summary = "The machine: nodes, CPUs, distances, speeds, tiers.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.take = take,
	.run = run,
};
