/* SPDX-License-Identifier: MIT */
/* tiermm replay: a decision log, decided again under another policy. */
#include "replay.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	MOST_MOVES = 1 << 20
};

enum {
	OPTION_POLICY = OPTION_OWN,
	OPTION_OPTION,
	OPTION_EXPLAIN,
	OPTION_JSON
};

static const struct option_line lines[] = {
	{ OPTION_POLICY, "policy", "NAME",
	  "who decides now: none, demotion, kernel, histogram or latency,\n"
	  "with parameters as in kernel:rate-limit=100; that of the log\n"
	  "unless said" },
	{ OPTION_OPTION, "option", "NAME=VALUE",
	  "a parameter of the policy, as for tiermm sim; those of the log\n"
	  "hold unless said" },
	{ OPTION_EXPLAIN, "explain", NULL,
	  "a sentence for each decision that differs" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	struct replay *r = self;

	switch (code) {
	case OPTION_POLICY:
		r->policy_text = value;
		return STATUS_DONE;
	case OPTION_OPTION:
		return policy_option_take(&r->options, "--option", value,
					  strlen(value));
	case OPTION_EXPLAIN:
		r->explain = 1;
		return STATUS_DONE;
	default:
		r->json = 1;
		return STATUS_DONE;
	}
}

/* A first reading: how large steps are. */
static int measure(struct replay *r)
{
	struct replay_log *log = &r->log;
	uint64_t n;
	int status;

	while ((n = replay_log_step(log, &status))) {
		if (n > r->most)
			r->most = n;
		log->at += n;
	}
	return status;
}

/* Promotion may move pages that no record of the step is about: up, or down. */
static int make_room(struct replay *r)
{
	uint64_t moves = r->about.pages < MOST_MOVES / 2 ? 2 * r->about.pages
							 : MOST_MOVES;

	r->cap = r->most + moves + 1;
	r->out = calloc(r->cap, sizeof(*r->out));
	return r->out ? STATUS_DONE : fail(STATUS_UNREADABLE, "out of memory");
}

static int decide(struct replay *r, uint64_t records)
{
	uint64_t n = 0, used = 0;
	int err = tiermm_replay_step(r->replay, &r->log.records[r->log.at],
				     records, r->out, r->cap, &n, &used);

	r->log.at += used;
	if (n > r->cap)
		r->unlisted += n - r->cap;
	for (uint64_t i = 0; i < n && i < r->cap; i++) {
		replay_count(r, &r->out[i]);
		if (r->explain)
			replay_explain(r, &r->out[i]);
	}
	/* Rooms and events alone are no step. */
	if (!err || err == -TIERMM_ENOENT)
		return STATUS_DONE;
	return fail(STATUS_UNREADABLE, "%s: %s", r->path, tiermm_strerror(err));
}

static int decide_all(struct replay *r)
{
	uint64_t n;
	int status;

	while ((n = replay_log_step(&r->log, &status)) && !status)
		status = decide(r, n);
	if (!status && tiermm_replay_get_sums(r->replay, &r->sums))
		status = fail(STATUS_UNREADABLE, "no sums");
	/* What is left is a step without its end. */
	r->sums.cut += r->log.at < r->log.n;
	return status;
}

/* Twice through the file: steps have to be known before there is room. */
static int run_log(struct replay *r)
{
	int status = replay_log_open(&r->log, r->path);

	if (!status)
		status = measure(r);
	replay_log_close(&r->log);
	if (!status)
		status = replay_log_open(&r->log, r->path);
	if (!status)
		tiermm_file_log_get_about(r->log.file, &r->about);
	if (!status)
		status = make_room(r);
	if (!status)
		status = replay_choose(r);
	if (!status)
		status = replay_engine_open(r);
	if (status)
		return status;
	replay_print_begin(r);
	status = decide_all(r);
	if (status)
		return status;
	replay_print(r);
	return r->log.damage[0] ? fail(STATUS_UNREADABLE, "%s", r->log.damage)
				: STATUS_DONE;
}

/* What is not there is told where it is opened. */
static int may_be_read_twice(const char *path)
{
	struct stat found;

	return strcmp(path, "-") != 0 &&
	       (stat(path, &found) || S_ISREG(found.st_mode));
}

static int run(int argc, char **argv)
{
	struct replay *r = calloc(1, sizeof(*r));
	int status;

	if (!r)
		return fail(STATUS_UNREADABLE, "out of memory");
	r->about.size = sizeof(r->about);
	r->sums.size = sizeof(r->sums);
	status = options_parse(&replay_command, &r->input, r, argc, argv);
	r->path = r->input.operand;
	if (!status && !may_be_read_twice(r->path))
		status = fail(STATUS_USAGE,
			      "FILE '%s', expected a file: it is read twice",
			      r->path);
	if (!status)
		status = run_log(r);
	replay_engine_close(r);
	replay_log_close(&r->log);
	free(r->out);
	free(r);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command replay_command = {
	.name = "replay",
	.summary = "Decide a log of decisions again, under any policy.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.operand = "FILE",
	.take = take,
	.run = run,
};
