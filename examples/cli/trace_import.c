/* SPDX-License-Identifier: MIT */
/* tiermm trace import: another tool's record becomes a trace. */
#include "trace.h"

#include <string.h>

struct request {
	struct copy copy;
	uint32_t format; /* TIERMM_SIM_IMPORTS: not named */
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;
	uint32_t i;

	if (code != OPTION_FORMAT)
		return copy_take(&request->copy, code, value);
	for (i = 0; i < TIERMM_SIM_IMPORTS; i++)
		if (strcmp(value, tiermm_sim_import_name(i)) == 0) {
			request->format = i;
			return STATUS_DONE;
		}
	return fail(STATUS_USAGE,
		    "--format '%s', expected lackey, perf, damon, csv or "
		    "oracle",
		    value);
}

static int run(int argc, char **argv)
{
	struct request request = { .format = TIERMM_SIM_IMPORTS };
	struct tiermm_sim_source *source;
	struct input input = { 0 };
	int status;

	status = options_parse(&trace_import_command, &input, &request, argc,
			       argv);
	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (status)
		return status;
	if (request.format == TIERMM_SIM_IMPORTS || !request.copy.output)
		return fail(STATUS_USAGE,
			    "--format and --output are needed; see tiermm "
			    "trace import --help");
	status = copy_check(&request.copy);
	if (!status)
		status = copy_open(&request.copy, input.operand, NULL,
				   request.format, &source);
	if (!status)
		status = copy_source(&request.copy, source);
	if (!status)
		copy_say(&request.copy);
	return status;
}

const struct command trace_import_command = {
	.name = "trace import",
	.summary = "Make a trace of what another tool recorded.",
	.lines = copy_lines,
	.n_lines = COPY_LINES,
	.operand = "FILE",
	.takes_no_machine = 1,
	.take = take,
	.run = run,
};
