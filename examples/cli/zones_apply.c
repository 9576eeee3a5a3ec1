/* SPDX-License-Identifier: MIT */
/*
 * tiermm zones show: the zones of a machine. tiermm zones apply: decide each
 * offline block, and bring it online where it belongs.
 */
#include "zones.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tiermm/backends/linux_zones.h>

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_DRY_RUN,
	OPTION_BLOCK,
	OPTION_BOOT_END
};

struct request {
	struct input input;
	int json;
	int dry_run;
	int has_block;
	uint64_t n_blocks; /* that were decided */
	uint64_t block;
	uint64_t boot_end;
	char root[4096];
};

static const struct option_line show_lines[] = {
	{ OPTION_BOOT_END, "boot-end", "SIZE",
	  "the address where boot memory ends, if DIMMs are plugged in" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static const struct option_line apply_lines[] = {
	{ OPTION_DRY_RUN, "dry-run", NULL,
	  "say what would be done, and whether it may be" },
	{ OPTION_BLOCK, "block", "ID", "this block alone" },
	{ OPTION_BOOT_END, "boot-end", "SIZE",
	  "the address where boot memory ends, if DIMMs are plugged in" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;

	switch (code) {
	case OPTION_JSON:
		request->json = 1;
		return STATUS_DONE;
	case OPTION_DRY_RUN:
		request->dry_run = 1;
		return STATUS_DONE;
	case OPTION_BLOCK:
		request->has_block = 1;
		if (parse_number(value, INT64_MAX, &request->block))
			return STATUS_DONE;
		return fail(STATUS_USAGE, "--block '%s', expected a number",
			    value);
	default:
		if (parse_size(value, &request->boot_end))
			return STATUS_DONE;
		return fail(STATUS_USAGE,
			    "--boot-end '%s', expected a size: "
			    "4G, 3072M",
			    value);
	}
}

static struct tiermm_linux_zones_options place(struct request *request)
{
	return (struct tiermm_linux_zones_options){
		.size = sizeof(struct tiermm_linux_zones_options),
		.root = machine_sysfs(&request->input, request->root,
				      sizeof(request->root)),
		.boot_end_bytes = request->boot_end,
	};
}

static int open_zones(struct request *request, struct tiermm_zones **out)
{
	struct tiermm_linux_zones_options options = place(request);
	struct tiermm_linux_error error = { .size = sizeof(error) };
	int err = tiermm_linux_zones(out, &options, &error, NULL);

	if (err)
		return fail(STATUS_UNREADABLE, "%s",
			    error.text[0] ? error.text : tiermm_strerror(err));
	return STATUS_DONE;
}

static int parse(const struct command *command, struct request *request,
		 int argc, char **argv)
{
	int status =
		options_parse(command, &request->input, request, argc, argv);

	if (!status && (request->input.machine || request->input.synthetic))
		return fail(STATUS_USAGE,
			    "--machine and --synthetic say nothing of blocks; "
			    "expected this machine or --sysfs");
	return status;
}

/* --- show ----------------------------------------------------------------- */

static int write_account(struct tiermm_zones *zones, uint32_t format)
{
	uint64_t length = 0;
	char *text;
	int err;

	err = tiermm_file_zones_write(zones, format, NULL, 0, &length);
	text = err ? NULL : malloc(length + 1);
	if (!text)
		return fail(STATUS_UNREADABLE, "out of memory");
	tiermm_file_zones_write(zones, format, text, length + 1, NULL);
	fputs(text, stdout);
	free(text);
	return STATUS_DONE;
}

static void warn(struct tiermm_zones *zones)
{
	struct tiermm_zone_imbalance found[16];
	uint64_t n = 0, i;

	tiermm_zones_imbalances(zones, found, 16, &n);
	for (i = 0; i < n && i < 16; i++)
		printf("%sbeyond the ratio%s: %" PRIu64 " movable pages, "
		       "%" PRIu64 " carried%s\n",
		       look(LOOK_BAD), look(LOOK_PLAIN), found[i].movable_pages,
		       found[i].limit_pages,
		       found[i].node == TIERMM_NO_NODE ? "" : " on one node");
}

static int show(int argc, char **argv)
{
	struct request *request = calloc(1, sizeof(*request));
	struct tiermm_zones *zones = NULL;
	int status;

	if (!request)
		return fail(STATUS_UNREADABLE, "out of memory");
	status = parse(&zones_show_command, request, argc, argv);
	if (!status)
		status = open_zones(request, &zones);
	if (!status)
		status = write_account(zones, request->json ? TIERMM_FILE_JSON
							    : TIERMM_FILE_TEXT);
	if (!status && !request->json)
		warn(zones);
	tiermm_zones_destroy(zones);
	free(request);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

/* --- apply ---------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct tiermm_zone_block *left = a, *right = b;

	return (left->block > right->block) - (left->block < right->block);
}

/* Before the kernel is asked, so that it is seen what took long. */
static void show_decision(struct request *request,
			  const struct tiermm_zone_decision *why,
			  uint64_t block, uint32_t zone)
{
	char text[512];

	tiermm_zone_decision_text(why, text, sizeof(text), NULL);
	if (!request->json) {
		puts(text);
		return;
	}
	printf("%s{\"id\":%" PRIu64 ",\"zone\":", request->n_blocks ? "," : "",
	       block);
	print_json_string(zone_text(zone));
	fputs(",\"why\":", stdout);
	print_json_string(text);
}

/* What came of it; refused is NULL where it is done, or could be. */
static int show_outcome(struct request *request, const char *refused)
{
	request->n_blocks++;
	if (!request->json)
		return refused ? fail(STATUS_NO, "%s", refused) : STATUS_DONE;
	fputs(",\"refused\":", stdout);
	if (refused)
		print_json_string(refused);
	else
		fputs("null", stdout);
	putchar('}');
	return refused ? STATUS_NO : STATUS_DONE;
}

/* The block goes where it was decided; what came of it goes to the account. */
static int apply_block(struct request *request, struct tiermm_zones *zones,
		       uint64_t block)
{
	struct tiermm_zone_decision why = { .size = sizeof(why) };
	struct tiermm_linux_zones_options options = place(request);
	struct tiermm_linux_block now = { .size = sizeof(now) };
	struct tiermm_linux_error error = { .size = sizeof(error) };
	uint32_t zone;
	int err;

	err = tiermm_zones_decide(zones, block, TIERMM_ONLINE_BY_POLICY, &zone,
				  &why);
	if (err)
		return fail(STATUS_NO, "block %" PRIu64 ": %s", block,
			    tiermm_strerror(err));
	show_decision(request, &why, block, zone);
	err = tiermm_linux_block_set(&options, block,
				     zone == TIERMM_ZONE_MOVABLE
					     ? TIERMM_LINUX_SET_MOVABLE
					     : TIERMM_LINUX_SET_KERNEL,
				     request->dry_run ? TIERMM_LINUX_SET_DRY_RUN
						      : 0,
				     &now, &error);
	if (err && !error.text[0])
		return show_outcome(request, tiermm_strerror(err));
	if (err)
		return show_outcome(request, error.text);
	/* What the kernel did counts, not what its call returned. */
	if (!request->dry_run && !now.is_online)
		return show_outcome(request, "the block stayed offline");
	tiermm_zones_online(zones, block, request->dry_run ? zone : now.zone);
	return show_outcome(request, NULL);
}

static int apply_blocks(struct request *request, struct tiermm_zones *zones)
{
	struct tiermm_zone_block *blocks;
	int status = STATUS_DONE;
	uint64_t n = 0, i;

	tiermm_zones_blocks(zones, NULL, 0, &n);
	blocks = calloc(n + 1, sizeof(*blocks));
	if (!blocks)
		return fail(STATUS_UNREADABLE, "out of memory");
	tiermm_zones_blocks(zones, blocks, n, &n);
	qsort(blocks, n, sizeof(*blocks), by_id);
	for (i = 0; i < n; i++) {
		if (blocks[i].zone != TIERMM_ZONE_NONE ||
		    (request->has_block && blocks[i].block != request->block))
			continue;
		if (apply_block(request, zones, blocks[i].block))
			status = STATUS_NO;
	}
	free(blocks);
	return status;
}

static int apply_all(struct request *request, struct tiermm_zones *zones)
{
	int status;

	if (request->json)
		printf("{\"dry_run\":%s,\"blocks\":[",
		       request->dry_run ? "true" : "false");
	status = apply_blocks(request, zones);
	if (request->json)
		puts("]}");
	else if (!request->n_blocks && !status)
		puts("no block is offline");
	return status;
}

/* A block that was asked for by its id is there, and has something to do. */
static int check_block(struct tiermm_zones *zones, uint64_t id)
{
	struct tiermm_zone_block block;

	if (tiermm_zones_block(zones, id, &block))
		return fail(STATUS_NO, "no block %" PRIu64, id);
	if (block.zone != TIERMM_ZONE_NONE)
		return fail(STATUS_NO, "block %" PRIu64 " is online: %s", id,
			    zone_text(block.zone));
	return STATUS_DONE;
}

static int apply(int argc, char **argv)
{
	struct request *request = calloc(1, sizeof(*request));
	struct tiermm_zones *zones = NULL;
	int status;

	if (!request)
		return fail(STATUS_UNREADABLE, "out of memory");
	status = parse(&zones_apply_command, request, argc, argv);
	if (!status)
		status = open_zones(request, &zones);
	if (!status && request->has_block)
		status = check_block(zones, request->block);
	if (!status)
		status = apply_all(request, zones);
	tiermm_zones_destroy(zones);
	free(request);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command zones_show_command = {
	.name = "zones show",
	.summary = "The zones of a machine, and what the ratio carries.",
	.lines = show_lines,
	.n_lines = sizeof(show_lines) / sizeof(show_lines[0]),
	.take = take,
	.run = show,
};

const struct command zones_apply_command = {
	.name = "zones apply",
	.summary = "Bring offline blocks online in the zone decided for each.",
	.lines = apply_lines,
	.n_lines = sizeof(apply_lines) / sizeof(apply_lines[0]),
	.take = take,
	.run = apply,
};
