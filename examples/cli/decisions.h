/* SPDX-License-Identifier: MIT */
/*
 * A decision log that a command writes: a ring for the engine, and the file
 * that it is emptied into.
 *
 *     decisions_open() ──> log ──> engine ──ring──> decisions_take() ──> file
 */
#ifndef TIERMM_CLI_DECISIONS_H
#define TIERMM_CLI_DECISIONS_H

#include "cli.h"
#include "policy_options.h"

#include <tiermm/backends/file_log.h>

struct decisions {
	struct tiermm_log log; /* for the engine's options */
	struct tiermm_file_log_writer *writer;
	const char *path;
	uint64_t lost; /* records that gave way in the ring */
	int err;       /* why nothing is written any more, or 0 */
};

/* The value of --log; a status. Standard output has the table. */
int decisions_take_path(const char **out, const char *value);

/* 0 or -TIERMM_E..., and why; settings are those of the policy. */
int decisions_open(struct decisions *d, const char *path,
		   struct tiermm_file_log_about *about,
		   const struct policy_options *settings,
		   struct tiermm_file_error *error);
/* 0 or -TIERMM_E...; nothing to do where no log is open. */
int decisions_take(struct decisions *d, struct tiermm_engine *e);
/* End it, once; the same. Records that gave way are told. */
int decisions_close(struct decisions *d);

/* Settings as a log has them, back into options; a status. */
int decisions_settings(struct policy_options *out,
		       const struct tiermm_file_log_about *about);

#endif
