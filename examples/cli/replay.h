/* SPDX-License-Identifier: MIT */
/*
 * tiermm replay: a decision log, decided again.
 *
 *     replay.c ──> replay_log.c     steps out of the file, whole
 *        │    ──> replay_engine.c   who decides now
 *        └──────> replay_print.c    then and now, side by side
 */
#ifndef TIERMM_CLI_REPLAY_H
#define TIERMM_CLI_REPLAY_H

#include "cli.h"
#include "decisions.h"

#include <tiermm/engine_replay.h>

enum {
	REPLAY_MOST_ROWS = 512
};

/* Who decides: what it is called, and its parameters. */
struct replay_policy {
	const char *name; /* without its options */
	size_t length;
	struct policy_options options;
};

/* Decisions that differ in the same way. */
struct replay_row {
	uint32_t is_promotion; /* what the reasons are */
	uint32_t then_action;
	uint32_t now_action;
	uint32_t then_reason;
	uint32_t now_reason;
	uint64_t decisions;
	uint64_t pages;
};

/* A log that is read step by step. */
struct replay_log {
	struct tiermm_file_log *file;
	struct tiermm_record *records;
	uint64_t room;
	uint64_t n;  /* records in memory */
	uint64_t at; /* of them, used */
	uint64_t read;
	int ended;
	char damage[512]; /* what ended it, if that was no end */
};

struct replay {
	struct input input;
	const char *policy_text; /* --policy, or NULL */
	struct policy_options options;
	int explain;
	int json;

	const char *path;
	struct replay_log log;
	struct tiermm_file_log_about about;
	uint64_t most; /* records of the greatest step, and before it */
	struct replay_policy then;
	struct replay_policy now;

	struct machine machine;
	struct tiermm_engine *engine;
	struct tiermm_replay *replay;
	struct tiermm_replay_sums sums;
	struct tiermm_replayed *out;
	uint64_t cap;
	struct replay_row rows[REPLAY_MOST_ROWS];
	uint64_t n_rows;
	uint64_t n_explained;
	uint64_t unlisted; /* decisions that are in the sums alone */
};

/* --- replay_log.c --- */

int replay_log_open(struct replay_log *log, const char *path);
void replay_log_close(struct replay_log *log);
/*
 * Records from `at` on, to the end of the next step; or such that no step
 * begins in. 0: there are no more, but for a step that damage has cut.
 */
uint64_t replay_log_step(struct replay_log *log, int *status);

/* --- replay_engine.c: a status --- */

int replay_choose(struct replay *r);
int replay_engine_open(struct replay *r);
void replay_engine_close(struct replay *r);

/* --- replay_print.c --- */

void replay_count(struct replay *r, const struct tiermm_replayed *item);
void replay_print_begin(struct replay *r);
void replay_explain(struct replay *r, const struct tiermm_replayed *item);
void replay_print(struct replay *r);

#endif
