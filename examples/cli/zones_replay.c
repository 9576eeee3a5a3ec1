/* SPDX-License-Identifier: MIT */
/* tiermm zones replay: recorded plugs and unplugs, each block decided. */
#include "zones.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_EXPLAIN,
	OPTION_CHECK
};

struct request {
	int json;
	int explain;
	int check;
	uint64_t step;
	uint64_t blocks; /* decided so far */
	uint64_t wrong;  /* of them, other than recorded */
	FILE *document;  /* where JSON is collected */
};

static const struct option_line lines[] = {
	{ OPTION_EXPLAIN, "explain", NULL,
	  "the rule and the numbers of each decision" },
	{ OPTION_CHECK, "check", NULL,
	  "exit with 1 where a decision is other than recorded" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;

	(void)value;
	if (code == OPTION_JSON)
		request->json = 1;
	else if (code == OPTION_EXPLAIN)
		request->explain = 1;
	else
		request->check = 1;
	return STATUS_DONE;
}

static void json_ratio(FILE *out, const char *name, uint32_t ratio)
{
	if (ratio)
		fprintf(out, ",\"%s\":%" PRIu32, name, ratio);
	else
		fprintf(out, ",\"%s\":null", name);
}

static void json_reason(FILE *out, const struct tiermm_zone_decision *decision)
{
	char text[512];

	tiermm_zone_decision_text(decision, text, sizeof(text), NULL);
	fputs(",\"why\":", out);
	write_json_string(out, text);
}

static void json_ratios(FILE *out, const struct tiermm_file_zones_step *step)
{
	uint64_t i;

	fputs(",\"min_movable_ratio\":[", out);
	for (i = 0; i < step->n_ratios; i++) {
		fprintf(out, "%s{\"block\":%" PRIu64, i ? "," : "",
			step->ratios[i].block);
		json_ratio(out, "numa_aware_Y", step->ratios[i].aware);
		json_ratio(out, "numa_aware_N", step->ratios[i].unaware);
		putc('}', out);
	}
	putc(']', out);
}

static void json_step(const struct request *request,
		      const struct tiermm_file_zones_step *step)
{
	FILE *out = request->document;
	uint64_t i;

	fputs(request->step > 1 ? ",{\"blocks\":[" : "{\"blocks\":[", out);
	for (i = 0; i < step->n_blocks; i++) {
		const struct tiermm_zone_decision *d =
			&step->blocks[i].decision;

		fprintf(out, "%s{\"id\":%" PRIu64 ",\"zone\":\"%s\"",
			i ? "," : "", d->block, zone_text(d->zone));
		if (request->explain)
			json_reason(out, d);
		putc('}', out);
	}
	putc(']', out);
	if (strcmp(step->text, "thresholds") == 0)
		json_ratios(out, step);
	putc('}', out);
}

static void text_block(const struct request *request,
		       const struct tiermm_file_zones_block *block)
{
	const struct tiermm_zone_decision *d = &block->decision;
	char text[512];

	tiermm_zone_decision_text(d, text, sizeof(text), NULL);
	if (request->explain)
		printf("  %s", text);
	else
		printf("  block %" PRIu64 " -> %s", d->block,
		       zone_text(d->zone));
	if (block->recorded != TIERMM_ZONE_NONE && block->recorded != d->zone)
		printf("%s (recorded: %s)%s", look(LOOK_BAD),
		       zone_text(block->recorded), look(LOOK_PLAIN));
	putchar('\n');
}

/* The step's decisions as a sequence: M×24 N MMM N. */
static void text_sequence(const struct tiermm_file_zones_step *step)
{
	struct tiermm_zone_run runs[64] = { { 0 } };
	const uint64_t room = sizeof(runs) / sizeof(runs[0]);
	uint64_t n = 0, i;
	char text[1024];

	for (i = 0; i < step->n_blocks; i++) {
		uint32_t movable =
			step->blocks[i].decision.zone == TIERMM_ZONE_MOVABLE;

		if (n && runs[n - 1].movable == movable) {
			runs[n - 1].blocks++;
			continue;
		}
		if (n == room)
			break;
		runs[n].blocks = 1;
		runs[n++].movable = movable;
	}
	tiermm_zone_runs_text(runs, n, text, sizeof(text), NULL);
	if (n)
		printf("  %s%s\n", text, i < step->n_blocks ? " ..." : "");
}

static void text_step(const struct request *request,
		      const struct tiermm_file_zones_step *step)
{
	uint64_t i;

	printf("%sstep %" PRIu64 ": %s%s%s\n", look(LOOK_STRONG), request->step,
	       step->text, step->completed ? "" : " (not completed)",
	       look(LOOK_PLAIN));
	if (step->n_blocks > 1)
		text_sequence(step);
	for (i = 0; i < step->n_blocks; i++)
		text_block(request, &step->blocks[i]);
	for (i = 0; i < step->n_ratios; i++)
		printf("  block %" PRIu64 " would be movable from %" PRIu32
		       " %% (node-aware), %" PRIu32 " %% (0: never)\n",
		       step->ratios[i].block, step->ratios[i].aware,
		       step->ratios[i].unaware);
}

static void count(struct request *request,
		  const struct tiermm_file_zones_step *step)
{
	uint64_t i;

	for (i = 0; i < step->n_blocks; i++) {
		uint32_t recorded = step->blocks[i].recorded;

		request->blocks++;
		request->wrong += recorded != TIERMM_ZONE_NONE &&
				  recorded != step->blocks[i].decision.zone;
	}
}

static int replay_steps(struct request *request,
			struct tiermm_file_zones *scenario)
{
	struct tiermm_file_zones_step step = { .size = sizeof(step) };
	struct tiermm_file_error error = { .size = sizeof(error) };
	int err;

	while (!(err = tiermm_file_zones_next(scenario, &step, &error))) {
		request->step++;
		count(request, &step);
		if (request->json)
			json_step(request, &step);
		else
			text_step(request, &step);
	}
	if (err != -TIERMM_ENOENT)
		return fail(STATUS_UNREADABLE, "%s",
			    error.text[0] ? error.text : tiermm_strerror(err));
	return STATUS_DONE;
}

/* Nothing of a document is printed before all of it is there. */
static int replay_json(struct request *request,
		       struct tiermm_file_zones *scenario)
{
	char *text = NULL;
	size_t length = 0;
	int status;

	request->document = open_memstream(&text, &length);
	if (!request->document)
		return fail(STATUS_UNREADABLE, "out of memory");
	fputs("{\"steps\":[", request->document);
	status = replay_steps(request, scenario);
	fputs("]}\n", request->document);
	if (fclose(request->document) && !status)
		status = fail(STATUS_UNREADABLE, "out of memory");
	if (!status)
		fputs(text, stdout);
	free(text);
	return status;
}

static int replay(struct request *request, struct tiermm_file_zones *scenario)
{
	int status = request->json ? replay_json(request, scenario)
				   : replay_steps(request, scenario);

	if (status)
		return status;
	if (!request->json)
		printf("%" PRIu64 " blocks decided, %" PRIu64
		       " other than recorded\n",
		       request->blocks, request->wrong);
	return request->check && request->wrong ? STATUS_NO : STATUS_DONE;
}

static int run(int argc, char **argv)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_zones *scenario;
	struct request request = { 0 };
	struct input input = { 0 };
	int status, err;

	status = options_parse(&zones_replay_command, &input, &request, argc,
			       argv);
	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (status)
		return status;
	err = tiermm_file_zones_read(&scenario, input.operand, &error, NULL);
	if (err)
		return fail(STATUS_UNREADABLE, "%s",
			    error.text[0] ? error.text : tiermm_strerror(err));
	status = replay(&request, scenario);
	tiermm_file_zones_destroy(scenario);
	return status;
}

const struct command zones_replay_command = {
	.name = "zones replay",
	.summary = "Decide each block of recorded plugs and unplugs.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.operand = "FILE",
	.takes_no_machine = 1,
	.take = take,
	.run = run,
};
