/* SPDX-License-Identifier: MIT */
/* tiermm layout stripe, block: layouts made by a rule. */
#include "layout.h"

#include <inttypes.h>

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_FRAMES,
	OPTION_FIRST,
	OPTION_LAST,
	OPTION_STRIPE,
	OPTION_SHIFT
};

struct request {
	int json;
	uint64_t frames;
	uint64_t first;
	uint64_t last;
	uint64_t stripe;
	uint64_t shift;
};

#define COMMON_LINES                                              \
	{ OPTION_FRAMES, "frames", "N", "frames of the layout" }, \
		{ OPTION_FIRST, "first", "NODE",                  \
		  "lowest node; 0 unless said" },                 \
		{ OPTION_LAST, "last", "NODE", "highest node" },  \
	{                                                         \
		OPTION_JSON, "json", NULL, "one JSON document"    \
	}

static const struct option_line stripe_lines[] = {
	COMMON_LINES,
	{ OPTION_STRIPE, "stripe", "N", "frames a stripe" },
	{ OPTION_SHIFT, "shift", "N", "nodes that the first stripe is ahead" },
};

static const struct option_line block_lines[] = { COMMON_LINES };

static int take_number(const char *name, const char *value, uint64_t most,
		       uint64_t *out)
{
	if (parse_number(value, most, out))
		return STATUS_DONE;
	return fail(STATUS_USAGE, "--%s '%s', expected 0 to %" PRIu64, name,
		    value, most);
}

static int take(void *self, int code, const char *value)
{
	struct request *r = self;

	switch (code) {
	case OPTION_FRAMES:
		return take_number("frames", value, TIERMM_LAYOUT_FRAMES,
				   &r->frames);
	case OPTION_FIRST:
		return take_number("first", value, TIERMM_MAX_NODES - 1,
				   &r->first);
	case OPTION_LAST:
		return take_number("last", value, TIERMM_MAX_NODES - 1,
				   &r->last);
	case OPTION_STRIPE:
		return take_number("stripe", value, TIERMM_LAYOUT_FRAMES,
				   &r->stripe);
	case OPTION_SHIFT:
		return take_number("shift", value, UINT32_MAX, &r->shift);
	default:
		r->json = 1;
		return STATUS_DONE;
	}
}

static int make(const struct request *r, uint32_t kind)
{
	struct tiermm_layout_pattern p = {
		.size = sizeof(p),
		.kind = kind,
		.shift = (uint32_t)r->shift,
		.first_node = (int32_t)r->first,
		.last_node = (int32_t)r->last,
		.stripe = r->stripe,
		.last_frame = r->frames - 1,
	};
	struct tiermm_layout *layout = NULL;
	int status;

	if (tiermm_layout_pattern_create(&layout, &p, NULL))
		return fail(STATUS_USAGE, "no such pattern: expected --last at "
					  "least --first, and --stripe above 0 "
					  "for stripes");
	status = layout_print(layout, r->json);
	tiermm_layout_unref(layout);
	return status;
}

static int run_either(const struct command *command, uint32_t kind, int argc,
		      char **argv)
{
	struct request request = { 0 };
	struct input input = { 0 };
	int status = options_parse(command, &input, &request, argc, argv);

	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (!status && !request.frames)
		status = fail(STATUS_USAGE, "expected --frames, above 0");
	return status ? status : make(&request, kind);
}

static int run_stripe(int argc, char **argv)
{
	return run_either(&layout_stripe_command, TIERMM_LAYOUT_STRIPE, argc,
			  argv);
}

static int run_block(int argc, char **argv)
{
	return run_either(&layout_block_command, TIERMM_LAYOUT_BLOCK, argc,
			  argv);
}

const struct command layout_stripe_command = {
	.name = "layout stripe",
	.summary = "A layout of stripes, node after node.",
	.lines = stripe_lines,
	.n_lines = sizeof(stripe_lines) / sizeof(stripe_lines[0]),
	.takes_no_machine = 1,
	.take = take,
	.run = run_stripe,
};

const struct command layout_block_command = {
	.name = "layout block",
	.summary = "A layout of equal parts, one a node.",
	.lines = block_lines,
	.n_lines = sizeof(block_lines) / sizeof(block_lines[0]),
	.takes_no_machine = 1,
	.take = take,
	.run = run_block,
};
