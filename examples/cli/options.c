/* SPDX-License-Identifier: MIT */
/*
 * Options: one table feeds getopt_long and --help, so that they agree. What
 * is wrong is said in the command's own words, not in getopt's.
 */
#include "cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_SYSFS = 256,
	OPTION_MACHINE,
	OPTION_SYNTHETIC,
	OPTION_IGNORE_KERNEL_TIERS,
	OPTION_REPLACE_DISTANCES,
	OPTION_TIER,
	MOST_OPTIONS = 40
};

static const struct option_line input_lines[] = {
	{ OPTION_SYSFS, "sysfs", "DIR",
	  "the machine whose /sys was captured in DIR" },
	{ OPTION_MACHINE, "machine", "FILE",
	  "the machine in a JSON file; - is standard input" },
	{ OPTION_SYNTHETIC, "synthetic", "LINE",
	  "the machine in one line: 'dram:2x64G cxl:1x256G@250ns,30GB/s'" },
	{ OPTION_IGNORE_KERNEL_TIERS, "ignore-kernel-tiers", NULL,
	  "reckon tiers from speeds even where the kernel names its own" },
	{ OPTION_REPLACE_DISTANCES, "replace-distances", NULL,
	  "replace a bad distance table by 10 and 20, as Linux does,\n"
	  "instead of refusing it" },
	{ OPTION_TIER, "tier", "NODE:TIER",
	  "put a node into a tier, whatever its speeds say; may be\n"
	  "given many times" },
};
enum {
	INPUT_LINES = sizeof(input_lines) / sizeof(input_lines[0])
};

static void print_line(const struct option_line *line)
{
	const char *text = line->help;
	char left[32];

	snprintf(left, sizeof(left), "--%s%s%s", line->name,
		 line->value ? " " : "", line->value ? line->value : "");
	while (text) {
		size_t length = strcspn(text, "\n");

		printf("  %-23s %.*s\n", left, (int)length, text);
		left[0] = '\0';
		text = text[length] == '\n' ? text + length + 1 : NULL;
	}
}

void options_help(const struct command *command)
{
	uint32_t i;

	printf("usage: tiermm %s [OPTION]...%s%s\n%s\n\nOptions:\n",
	       command->name, command->operand ? " " : "",
	       command->operand ? command->operand : "", command->summary);
	for (i = 0; i < command->n_lines; i++)
		print_line(&command->lines[i]);
	printf("  %-23s %s\n", "-h, --help", "this text");
	if (command->takes_no_machine)
		return;
	puts("\nMachine, if it is not the one that this runs on:");
	for (i = 0; i < INPUT_LINES; i++)
		print_line(&input_lines[i]);
}

/* The table that getopt_long wants, ended by a zero entry. */
static void getopt_table(const struct command *command, struct option *out)
{
	uint32_t n = command->takes_no_machine ? 0 : INPUT_LINES;
	uint32_t i;

	for (i = 0; i < command->n_lines + n; i++) {
		const struct option_line *line =
			i < command->n_lines
				? &command->lines[i]
				: &input_lines[i - command->n_lines];

		out[i].name = line->name;
		out[i].val = line->code;
		out[i].has_arg = line->value ? required_argument : no_argument;
	}
	out[i].name = "help";
	out[i].val = 'h';
}

/* Digits only, 0 to `most`; returns 0 unless it is that. */
static int read_number(const char **text, uint64_t most, uint64_t *out)
{
	const char *c = *text;
	uint64_t value = 0;

	if (*c < '0' || *c > '9')
		return 0;
	for (; *c >= '0' && *c <= '9'; c++) {
		value = value * 10 + (uint64_t)(*c - '0');
		if (value > most)
			return 0;
	}
	*text = c;
	*out = value;
	return 1;
}

static int take_tier(struct input *input, const char *value)
{
	const char *text = value;
	uint64_t node, tier;

	if (!read_number(&text, TIERMM_MAX_NODES - 1, &node) ||
	    *text++ != ':' ||
	    !read_number(&text, TIERMM_ADISTANCE_MAX / TIERMM_TIER_CHUNK,
			 &tier) ||
	    *text != '\0')
		return fail(STATUS_USAGE,
			    "--tier '%s', expected a node and its tier: 2:22",
			    value);
	if (input->n_tiers == MOST_TIERS)
		return fail(STATUS_USAGE, "more than %d times --tier",
			    MOST_TIERS);
	input->tiers[input->n_tiers++] = (struct named_tier){
		.node = (int32_t)node,
		.tier = (int32_t)tier,
	};
	return STATUS_DONE;
}

static int take_input(struct input *input, int code, const char *value)
{
	switch (code) {
	case OPTION_SYSFS:
		input->sysfs = value;
		return STATUS_DONE;
	case OPTION_MACHINE:
		input->machine = value;
		return STATUS_DONE;
	case OPTION_SYNTHETIC:
		input->synthetic = value;
		return STATUS_DONE;
	case OPTION_IGNORE_KERNEL_TIERS:
		input->ignore_kernel_tiers = 1;
		return STATUS_DONE;
	case OPTION_TIER:
		return take_tier(input, value);
	default:
		input->replace_distances = 1;
		return STATUS_DONE;
	}
}

static int check_input(const struct input *input)
{
	int sources = !!input->sysfs + !!input->machine + !!input->synthetic;

	if (sources > 1)
		return fail(STATUS_USAGE,
			    "several machines, expected one of --sysfs, "
			    "--machine and --synthetic");
	if (input->ignore_kernel_tiers && (input->machine || input->synthetic))
		return fail(STATUS_USAGE,
			    "--ignore-kernel-tiers goes with this machine or "
			    "with --sysfs: others name no kernel's tiers");
	if (input->replace_distances && input->synthetic)
		return fail(STATUS_USAGE,
			    "--replace-distances does not go with --synthetic: "
			    "a line's distances are always good");
	return STATUS_DONE;
}

static int complain(const struct command *command, int code, const char *word)
{
	const char *what = "unknown option";
	char letter[3] = { '-', (char)optopt, '\0' };

	if (code == ':')
		what = "a value is missing behind";
	else if (optopt >= OPTION_SYSFS)
		what = "no value expected in";
	else if (optopt > 0)
		word = letter;
	return fail(STATUS_USAGE, "%s %s; see tiermm %s --help", what, word,
		    command->name);
}

static int take(const struct command *command, struct input *input, void *self,
		int code, const char *word)
{
	if (code == 'h') {
		options_help(command);
		return OPTIONS_HELPED;
	}
	if (code == ':' || code == '?')
		return complain(command, code, word);
	if (code < OPTION_OWN)
		return take_input(input, code, optarg);
	return command->take(self, code, optarg);
}

/* What stands behind the options. */
static int take_operand(const struct command *command, struct input *input,
			int argc, char **argv)
{
	if (command->operand && optind < argc)
		input->operand = argv[optind++];
	if (command->operand && !input->operand && !command->needs_no_operand)
		return fail(STATUS_USAGE, "%s is missing; see tiermm %s --help",
			    command->operand, command->name);
	if (optind < argc)
		return fail(STATUS_USAGE,
			    "unexpected '%s'; see tiermm %s "
			    "--help",
			    argv[optind], command->name);
	return STATUS_DONE;
}

/* argv[0] is the command's name. */
int options_parse(const struct command *command, struct input *input,
		  void *self, int argc, char **argv)
{
	struct option table[MOST_OPTIONS] = { { 0 } };
	int status;
	int code;

	getopt_table(command, table);
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
		status = take(command, input, self, code, argv[optind - 1]);
		if (status)
			return status;
	}
	status = take_operand(command, input, argc, argv);
	if (status)
		return status;
	return check_input(input);
}

int parse_number(const char *text, uint64_t most, uint64_t *out)
{
	return read_number(&text, most, out) && *text == '\0';
}

/* A list as the kernel writes one: 0,2-3. */
int parse_nodes(const char *text, struct tiermm_nodeset *out)
{
	const uint64_t most = TIERMM_MAX_NODES - 1;
	uint64_t first, last;

	for (;;) {
		if (!read_number(&text, most, &first))
			return 0;
		last = first;
		if (*text == '-') {
			text++;
			if (!read_number(&text, most, &last) || last < first)
				return 0;
		}
		for (; first <= last; first++)
			tiermm_nodeset_add(out, (int32_t)first);
		if (*text != ',')
			return *text == '\0';
		text++;
	}
}

/* NODE or NODE:NODE; without the second `to` is "none". */
int parse_pair(const char *text, int32_t *from, int32_t *to)
{
	const uint64_t most = TIERMM_MAX_NODES - 1;
	uint64_t value;

	*to = TIERMM_NO_NODE;
	if (!read_number(&text, most, &value))
		return 0;
	*from = (int32_t)value;
	if (*text == '\0')
		return 1;
	if (*text++ != ':' || !parse_number(text, most, &value))
		return 0;
	*to = (int32_t)value;
	return 1;
}
