/* SPDX-License-Identifier: MIT */
/* tiermm layout check, diff: layouts that stand in files. */
#include "layout.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_NODES,
	OPTION_LAST_FRAME,
	OPTION_REFUSE_HOLES,
	OPTION_TO
};

struct request {
	int json;
	struct tiermm_layout_options options;
	struct tiermm_nodeset nodes;
	const char *to;
};

static const struct option_line check_lines[] = {
	{ OPTION_NODES, "nodes", "LIST", "nodes that may be named: 0,2-3" },
	{ OPTION_LAST_FRAME, "last-frame", "N", "the last frame there is" },
	{ OPTION_REFUSE_HOLES, "refuse-holes", NULL,
	  "a layout with holes is none, instead of having them filled" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static const struct option_line diff_lines[] = {
	{ OPTION_TO, "to", "FILE", "the second layout" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;

	switch (code) {
	case OPTION_JSON:
		request->json = 1;
		return STATUS_DONE;
	case OPTION_TO:
		request->to = value;
		return STATUS_DONE;
	case OPTION_REFUSE_HOLES:
		request->options.flags = TIERMM_LAYOUT_REFUSE_HOLES;
		return STATUS_DONE;
	case OPTION_NODES:
		request->options.nodes = &request->nodes;
		if (parse_nodes(value, &request->nodes))
			return STATUS_DONE;
		return fail(STATUS_USAGE, "--nodes '%s', expected 0,2-3",
			    value);
	default:
		if (parse_number(value, TIERMM_LAYOUT_FRAMES - 1,
				 &request->options.last_frame))
			return STATUS_DONE;
		return fail(STATUS_USAGE, "--last-frame '%s', expected a frame",
			    value);
	}
}

static int check(const struct request *request, const char *path)
{
	struct tiermm_layout *layout;
	int status = layout_open(path, &request->options, &layout);

	if (status)
		return status;
	if (request->json)
		status = layout_print(layout, 1);
	else
		printf("%s: a layout of %" PRIu64
		       " ranges, frames 0 to 0x%" PRIx64 "\n",
		       path, tiermm_layout_count(layout),
		       tiermm_layout_last_frame(layout));
	tiermm_layout_unref(layout);
	return status;
}

static void print_run(const struct tiermm_layout_difference *d, int json,
		      int is_first)
{
	if (json)
		printf("%s{\"first\":%" PRIu64 ",\"last\":%" PRIu64
		       ",\"from\":%" PRId32 ",\"to\":%" PRId32 "}",
		       is_first ? "" : ",", d->first, d->last, d->from, d->to);
	else
		printf("0x%" PRIx64 "-0x%" PRIx64 " %" PRId32 " -> %" PRId32
		       "\n",
		       d->first, d->last, d->from, d->to);
}

static int print_diff(const struct tiermm_layout *from,
		      const struct tiermm_layout *to, int json)
{
	struct tiermm_layout_difference *d;
	uint64_t n = 0, frames = 0, i;

	(void)tiermm_layout_diff(from, to, NULL, 0, &n);
	d = calloc((size_t)n + 1, sizeof(*d));
	if (!d || tiermm_layout_diff(from, to, d, n, &n)) {
		free(d);
		return fail(STATUS_UNREADABLE, "out of memory");
	}
	if (json)
		fputs("{\"differences\":[", stdout);
	for (i = 0; i < n; i++) {
		print_run(&d[i], json, i == 0);
		frames += d[i].last - d[i].first + 1;
	}
	if (json)
		printf("],\"frames\":%" PRIu64 "}\n", frames);
	else
		printf("%" PRIu64 " frames in %" PRIu64 " runs differ\n",
		       frames, n);
	free(d);
	return n ? STATUS_NO : STATUS_DONE;
}

static int diff(const struct request *request, const char *path)
{
	struct tiermm_layout *from = NULL, *to = NULL;
	int status;

	if (!request->to)
		return fail(STATUS_USAGE, "expected --to FILE");
	status = layout_open(path, NULL, &from);
	if (!status)
		status = layout_open(request->to, NULL, &to);
	/* 1 says that they differ: what is no layout cannot be compared. */
	if (status)
		status = STATUS_UNREADABLE;
	else
		status = print_diff(from, to, request->json);
	tiermm_layout_unref(from);
	tiermm_layout_unref(to);
	return status;
}

static int run_either(const struct command *command,
		      int (*what)(const struct request *, const char *),
		      int argc, char **argv)
{
	struct request request = { .options = {
					   .size = sizeof(request.options) } };
	struct input input = { 0 };
	int status = options_parse(command, &input, &request, argc, argv);

	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	return status ? status : what(&request, input.operand);
}

static int run_check(int argc, char **argv)
{
	return run_either(&layout_check_command, check, argc, argv);
}

static int run_diff(int argc, char **argv)
{
	return run_either(&layout_diff_command, diff, argc, argv);
}

const struct command layout_check_command = {
	.name = "layout check",
	.summary = "Whether a file holds a layout; what is wrong with it.",
	.lines = check_lines,
	.n_lines = sizeof(check_lines) / sizeof(check_lines[0]),
	.operand = "FILE",
	.takes_no_machine = 1,
	.take = take,
	.run = run_check,
};

const struct command layout_diff_command = {
	.name = "layout diff",
	.summary = "Frames whose node differs between two layouts.",
	.lines = diff_lines,
	.n_lines = sizeof(diff_lines) / sizeof(diff_lines[0]),
	.operand = "FILE",
	.takes_no_machine = 1,
	.take = take,
	.run = run_diff,
};
